//! What is wrong, on the wire.

use fleet_link::{Finding, Severity};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// What is wrong, why, and what to do about it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Finding)]
pub(super) struct FindingView {
    /// The kind, as a stable word.
    code: String,
    /// What is wrong.
    what: String,
    /// Why.
    why: String,
    /// What to do.
    remedy: String,
    /// How bad it is.
    severity: SeverityView,
    /// The register it is about.
    #[schema(required)]
    register: Option<String>,
    /// Since when.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = Severity)]
#[serde(rename_all = "snake_case")]
enum SeverityView {
    /// Values come; somebody should look.
    Attention,
    /// Values are missing.
    Fault,
}

impl From<Finding> for FindingView {
    fn from(finding: Finding) -> Self {
        let Finding { code, register, meter: _, what, why, remedy, severity, since } = finding;
        let severity = match severity {
            Severity::Attention => SeverityView::Attention,
            Severity::Fault => SeverityView::Fault,
        };
        Self { code, what, why, remedy, severity, register, since }
    }
}
