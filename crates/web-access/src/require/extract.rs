//! What handlers find out about a request: the door, the guards' words, and who is logged in.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;

use super::unguarded;
use crate::access::{Access, Login};
use crate::guards::Guarded;
use crate::problem::Problem;

/// Who is logged in. Only routes that need a role have it; where looking is open for all, a
/// handler that cannot do without it asks for a login.
impl<S: Send + Sync> FromRequestParts<S> for Login {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        match (parts.extensions.get::<Self>(), parts.extensions.get::<Access>()) {
            (Some(login), _) => Ok(login.clone()),
            (None, Some(access)) if access.is_looking_open() => Err(access.nobody().into()),
            _ => Err(unguarded()),
        }
    }
}

/// Who is logged in, where somebody is.
impl<S: Send + Sync> OptionalFromRequestParts<S> for Login {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Option<Self>, Problem> {
        Ok(parts.extensions.get().cloned())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Access {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        parts.extensions.get().cloned().ok_or_else(unguarded)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Guarded {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        parts.extensions.get().cloned().ok_or_else(unguarded)
    }
}
