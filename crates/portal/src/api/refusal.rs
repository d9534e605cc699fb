//! Why a request is not answered as wished.

use axum::http::StatusCode;
use web_access::Problem;

use crate::db::{DbError, SaveError};

/// The longest name of a site or gateway, in characters.
const MAX_NAME: usize = 100;

#[allow(clippy::needless_pass_by_value, reason = "map_err hands the error over")]
pub(super) fn db(error: DbError) -> Problem {
    tracing::error!(%error, "a request failed");
    Problem::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "store_failed",
        "The portal's store failed",
        error.to_string(),
    )
}

pub(super) fn save(error: SaveError) -> Problem {
    let detail = error.to_string();
    let (status, code, title) = match error {
        SaveError::Db(error) => return db(error),
        SaveError::Unknown { what } => return unknown(&what),
        SaveError::NameTaken { .. } => {
            (StatusCode::CONFLICT, "name_taken", "The name belongs to another")
        }
        SaveError::AddressTaken { .. } => {
            (StatusCode::CONFLICT, "address_taken", "The address belongs to another meter")
        }
        SaveError::ConfiguredAtGateway { .. } => {
            (StatusCode::CONFLICT, "configured_at_gateway", "It is configured at its gateway")
        }
        SaveError::ChangedMeanwhile { .. } => {
            (StatusCode::PRECONDITION_FAILED, "changed_meanwhile", "It was changed meanwhile")
        }
        SaveError::UnderWay { .. } => {
            (StatusCode::CONFLICT, "under_way", "It cannot be withdrawn any more")
        }
        SaveError::HasMeters { .. } => (StatusCode::CONFLICT, "has_meters", "It is still needed"),
        SaveError::NotEmpty { .. } => (StatusCode::CONFLICT, "not_empty", "It is still needed"),
    };
    Problem::new(status, code, title, detail)
}

/// There is no such thing.
pub(super) fn unknown(what: &str) -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "unknown",
        "There is no such thing",
        format!("There is no \"{}\".", what.escape_default()),
    )
}

/// Something in the request cannot be taken.
pub(super) fn unfit(code: &str, title: &str, detail: String) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, title, detail)
}

/// The id in a path.
pub(super) fn id<T: std::str::FromStr>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| unknown(text))
}

/// The name in a request, without spaces around it.
pub(super) fn name(text: &str) -> Result<String, Problem> {
    let name = text.trim();
    let length = name.chars().count();
    if length == 0 || length > MAX_NAME {
        let detail = format!("A name has 1 to {MAX_NAME} characters, this one has {length}.");
        return Err(unfit("bad_name", "The name cannot be taken", detail));
    }
    Ok(name.to_owned())
}
