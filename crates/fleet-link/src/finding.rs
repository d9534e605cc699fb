//! What is wrong, in four parts of a sentence.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What is wrong, why, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The kind, as a stable word.
    pub code: String,
    /// The register it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub register: Option<String>,
    /// The meter of the configuration it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meter: Option<String>,
    /// What is wrong.
    pub what: String,
    /// Why.
    pub why: String,
    /// What to do.
    pub remedy: String,
    /// How bad it is.
    pub severity: Severity,
    /// Since when.
    #[serde(default)]
    pub since: Option<Timestamp>,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Values come; somebody should look.
    Attention,
    /// Values are missing.
    Fault,
}
