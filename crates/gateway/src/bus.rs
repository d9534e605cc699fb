//! The buses: one task each.

/// Who wanted a readout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskedBy {
    /// The schedule.
    Schedule,
    /// A person, who waits.
    Person,
}
