//! The id in a path; what is wrong with it is an error in the API's own form.

use axum::extract::{FromRequestParts, Path};
use axum::http::StatusCode;
use axum::http::request::Parts;

use crate::problem::Problem;

/// The id in a path such as `/api/v1/tokens/{id}`.
#[derive(Clone, Debug)]
pub struct Id(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::<String>::from_request_parts(parts, state).await {
            Ok(Path(id)) => Ok(Self(id)),
            Err(rejection) => Err(Problem::new(
                StatusCode::BAD_REQUEST,
                "bad_id",
                "The id cannot be read",
                rejection.body_text(),
            )),
        }
    }
}
