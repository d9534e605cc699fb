//! A place with gateways.

use jiff::Timestamp;

use crate::id::SiteId;

/// A place with gateways: a building, a street.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Its id.
    pub id: SiteId,
    /// Its name; no other site has it.
    pub name: String,
    /// When it was added.
    pub created_at: Timestamp,
}
