//! Findings on the wire.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::findings::{Finding, Severity};

/// What is wrong, in the four parts of a sentence.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Finding)]
pub(crate) struct FindingView {
    /// A stable word.
    #[schema(example = "no_answer")]
    pub(super) code: String,
    /// What failed, and where.
    #[schema(example = "Meter 17 on cellar-1 did not answer")]
    pub(super) what: String,
    /// Why, with the evidence.
    #[schema(example = "3 tries, 187 ms each; the line was quiet. It answered until 08:15.")]
    pub(super) why: String,
    /// What to do.
    #[schema(example = "Check its wiring, or read it now.")]
    pub(super) remedy: String,
    /// How bad it is.
    severity: SeverityView,
    /// When it began.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
}

/// How bad a finding is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Severity)]
#[serde(rename_all = "snake_case")]
pub(super) enum SeverityView {
    /// Values still come; somebody should look.
    Attention,
    /// No values come.
    Fault,
}

impl From<Finding> for FindingView {
    fn from(finding: Finding) -> Self {
        let Finding { code, what, why, remedy, severity, since } = finding;
        let severity = match severity {
            Severity::Attention => SeverityView::Attention,
            Severity::Fault => SeverityView::Fault,
        };
        Self { code, what, why, remedy, severity, since }
    }
}

impl FindingView {
    /// What the portal is told, told here too.
    pub(super) fn of_link(finding: &fleet_link::Finding) -> Self {
        let fleet_link::Finding { code, what, why, remedy, severity, since, .. } = finding.clone();
        let severity = match severity {
            fleet_link::Severity::Attention => SeverityView::Attention,
            fleet_link::Severity::Fault => SeverityView::Fault,
        };
        Self { code, what, why, remedy, severity, since }
    }
}
