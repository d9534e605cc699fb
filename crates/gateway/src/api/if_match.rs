//! Which content of the configuration a person has seen who wants to change it (RFC 9110, 13.1.1).

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};

use super::Problem;
use crate::configuration::Seen;

/// The header `If-Match`, which must be there.
pub(super) struct IfMatch(pub(super) Seen);

/// The header `If-Match`, where it is there.
pub(super) struct MaybeIfMatch(pub(super) Seen);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        read(parts).map(Self).ok_or_else(|| {
            Problem::new(
                StatusCode::PRECONDITION_REQUIRED,
                "if_match_required",
                "Which configuration is to be changed is not said",
                "Send the ETag of the answer you have seen as If-Match, so that nobody's change is overwritten.",
            )
        })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for MaybeIfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self(read(parts).unwrap_or(Seen::Any)))
    }
}

/// Weak tags stay as they are: they match nothing.
fn read(parts: &Parts) -> Option<Seen> {
    let mut given = parts.headers.get_all(header::IF_MATCH).iter().peekable();
    given.peek()?;
    let tags = given.filter_map(|tags| tags.to_str().ok()).flat_map(|tags| tags.split(','));
    let tags = tags.map(str::trim).map(|tag| {
        let plain = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
        plain.unwrap_or(tag).to_owned()
    });
    let tags: Vec<_> = tags.collect();
    Some(if tags.iter().any(|tag| tag == "*") { Seen::Any } else { Seen::Revisions(tags) })
}

/// The header `ETag`, where there is a revision.
pub(super) fn etag(revision: Option<&str>) -> Option<[(header::HeaderName, HeaderValue); 1]> {
    let tag = HeaderValue::from_str(&format!("\"{}\"", revision?)).ok()?;
    Some([(header::ETAG, tag)])
}
