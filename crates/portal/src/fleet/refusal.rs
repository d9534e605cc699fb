//! Why a gateway's request is not answered as wished.

use axum::http::{Method, StatusCode, Uri};
use web_access::Problem;

use crate::db::{ClaimError, DbError, SaveError, StoreBatchError};

pub(super) async fn unknown_path(uri: Uri) -> Problem {
    let path = uri.path();
    Problem::new(
        StatusCode::NOT_FOUND,
        "unknown_path",
        "There is nothing here",
        format!("This portal has no {path}; a newer gateway may need a newer portal."),
    )
}

pub(super) async fn wrong_method(method: Method, uri: Uri) -> Problem {
    let path = uri.path();
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "wrong_method",
        "This cannot be done here",
        format!("{path} does not take {method}."),
    )
}

/// The store failed. The gateway keeps what it has and tries again.
pub(super) fn not_stored(error: &DbError) -> Problem {
    tracing::error!(%error, "a request of a gateway failed");
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "store_failed",
        "The portal's store failed",
        format!("{error}. Try again later."),
    )
}

pub(super) fn unclaimed(error: &ClaimError) -> Problem {
    let (status, code) = match error {
        ClaimError::Db(error) => return not_stored(error),
        ClaimError::Unknown => (StatusCode::FORBIDDEN, "unknown_claim_code"),
        ClaimError::Used => (StatusCode::FORBIDDEN, "used_claim_code"),
        ClaimError::Expired { .. } => (StatusCode::FORBIDDEN, "expired_claim_code"),
    };
    Problem::new(status, code, "The claim code is not taken", error.to_string())
}

pub(super) fn batch(error: &StoreBatchError) -> Problem {
    let (status, code) = match error {
        StoreBatchError::Db(error) => return not_stored(error),
        StoreBatchError::Limit(_) => (StatusCode::UNPROCESSABLE_ENTITY, "bad_batch"),
        StoreBatchError::SequenceReused { .. } => (StatusCode::CONFLICT, "sequence_reused"),
    };
    Problem::new(status, code, "The batch is not taken", error.to_string())
}

pub(super) fn unsaved(error: &SaveError) -> Problem {
    match error {
        SaveError::Db(error) => not_stored(error),
        error => Problem::new(
            StatusCode::NOT_FOUND,
            "unknown",
            "There is no such thing",
            error.to_string(),
        ),
    }
}
