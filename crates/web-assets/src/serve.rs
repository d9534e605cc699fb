//! Answers requests for pages, each file as small as the browser takes it.

use std::borrow::Cow;

use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use web_access::Problem;

use crate::{Asset, Pages};

const INDEX: &str = "index.html";
/// Programs ask for these. A program that is sent to a page takes it for an answer.
const NO_PAGES: [&str; 3] = ["api", "fleet", "metrics"];
/// The name of a file changes with its content, so a browser need never ask again.
const KEEP: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// The browser asks each time whether it changed.
const ASK: HeaderValue = HeaderValue::from_static("no-cache");

impl Pages {
    /// Answers whatever is no route of the API: with a file of the pages, with the way to the
    /// first page, or with a problem.
    #[allow(clippy::unused_async, reason = "axum takes only asynchronous handlers")]
    pub async fn serve(self, method: Method, uri: Uri, headers: HeaderMap) -> Response {
        let path = uri.path();
        if !matches!(method, Method::GET | Method::HEAD) {
            let problem = Problem::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "wrong_method",
                "This cannot be done here",
                format!("{path} is a page and can only be looked at."),
            );
            return ([(header::ALLOW, "GET, HEAD")], problem).into_response();
        }
        let name = path.trim_start_matches('/');
        if let Some(asset) = self.file(if name.is_empty() { INDEX } else { name }) {
            return answer(asset, &headers);
        }
        // A file has a dot in its name. Anything else was meant to be a page, and all pages are
        // at the root: their files are named relative to it.
        let is_file = name.rsplit('/').next().is_some_and(|last| last.contains('.'));
        let begin = name.split('/').next().unwrap_or_default();
        if !is_file && !NO_PAGES.contains(&begin) {
            return Redirect::temporary("/").into_response();
        }
        Problem::new(
            StatusCode::NOT_FOUND,
            "unknown_path",
            "There is nothing here",
            format!("There is no {path}; /api/openapi.json describes what there is for programs."),
        )
        .into_response()
    }
}

fn answer(asset: Asset, asked: &HeaderMap) -> Response {
    let known = is_known(&asset.etag, asked);
    let (encoding, bytes) = choose(asset.brotli, asset.gzip, asset.bytes, asked);
    // The tag names the plain bytes; other forms of them are the same only in meaning.
    let etag = match encoding {
        Some(_) => format!("W/{}", asset.etag),
        None => asset.etag,
    };
    let mut headers = HeaderMap::new();
    headers.insert(header::CACHE_CONTROL, if asset.immutable { KEEP } else { ASK });
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        headers.insert(header::ETAG, etag);
    }
    if known {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    if let Ok(content_type) = HeaderValue::from_str(&asset.content_type) {
        headers.insert(header::CONTENT_TYPE, content_type);
    }
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    (headers, bytes).into_response()
}

type Bytes = Cow<'static, [u8]>;

/// The smallest form the browser takes.
fn choose(
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
    plain: Bytes,
    asked: &HeaderMap,
) -> (Option<&'static str>, Bytes) {
    match (brotli, gzip) {
        (Some(bytes), _) if takes(asked, "br") => (Some("br"), bytes),
        (_, Some(bytes)) if takes(asked, "gzip") => (Some("gzip"), bytes),
        _ => (None, plain),
    }
}

/// Whether the browser takes a content coding (RFC 9110, 12.5.3).
fn takes(asked: &HeaderMap, coding: &str) -> bool {
    let codings = asked.get_all(header::ACCEPT_ENCODING).iter();
    codings.filter_map(|codings| codings.to_str().ok()).flat_map(|list| list.split(',')).any(
        |entry| {
            let mut parts = entry.split(';').map(str::trim);
            let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
            // A weight of zero means: not this one.
            let refused = parts.any(|part| {
                let weight = part.strip_prefix("q=").and_then(|weight| weight.parse().ok());
                weight == Some(0.0_f32)
            });
            named && !refused
        },
    )
}

/// Whether the browser has this content already (RFC 9110, 13.1.2).
fn is_known(etag: &str, asked: &HeaderMap) -> bool {
    asked
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|tags| tags.to_str().ok())
        .flat_map(|tags| tags.split(','))
        .map(str::trim)
        .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asset() -> Asset {
        Asset {
            bytes: Cow::Borrowed(b"plain"),
            content_type: Cow::Borrowed("text/css; charset=utf-8"),
            etag: "\"abc\"".to_owned(),
            immutable: true,
            brotli: Some(Cow::Borrowed(b"br")),
            gzip: Some(Cow::Borrowed(b"gzip")),
        }
    }

    fn asked(name: header::HeaderName, value: &'static str) -> Response {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_static(value));
        answer(asset(), &headers)
    }

    #[test]
    fn the_smallest_form_the_browser_takes_is_sent() {
        let cases = [
            ("gzip, deflate, br, zstd", Some("br")),
            ("gzip, br;q=0", Some("gzip")),
            ("br;q=0.0, gzip;q=0", None),
            ("identity", None),
            ("gzip;q=0.5", Some("gzip")),
        ];
        for (header, coding) in cases {
            let response = asked(header::ACCEPT_ENCODING, header);
            let sent = response.headers().get(header::CONTENT_ENCODING);
            assert_eq!(sent.map(|sent| sent.to_str().unwrap()), coding, "{header}");
            let etag = response.headers()[header::ETAG].to_str().unwrap();
            assert_eq!(etag, if coding.is_some() { "W/\"abc\"" } else { "\"abc\"" });
        }
    }

    #[test]
    fn what_the_browser_has_is_not_sent_again() {
        for tags in ["\"abc\"", "W/\"abc\"", "\"x\", \"abc\"", "*"] {
            let response = asked(header::IF_NONE_MATCH, tags);
            assert_eq!(response.status(), StatusCode::NOT_MODIFIED, "{tags}");
            assert!(response.headers().contains_key(header::ETAG));
        }
        for tags in ["\"abcd\"", "abc", "W/\"x\""] {
            assert_eq!(asked(header::IF_NONE_MATCH, tags).status(), StatusCode::OK, "{tags}");
        }
    }
}
