//! Messages in columns: as JSON, in the words of the fleet link.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::DbError;

pub(super) fn to_column<T: Serialize>(message: &T) -> Result<String, DbError> {
    serde_json::to_string(message).map_err(|cause| DbError::damaged("a message", cause))
}

pub(super) fn from_column<T: DeserializeOwned>(
    what: impl ToString,
    text: &str,
) -> Result<T, DbError> {
    serde_json::from_str(text).map_err(|cause| DbError::damaged(what, cause))
}
