//! What is wrong, said in four parts: what failed and where, why, and what to do.

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Values still come; somebody should look.
    Attention,
    /// No values come.
    Fault,
}
