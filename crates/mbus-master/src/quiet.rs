//! The quiet that must lie between one exchange and the next.

use std::time::Duration;

use crate::Instant;

/// How long nothing may be sent, because something may still be coming.
///
/// It lives longer than a procedure: the late answer of one meter must not reach the request to
/// the next one.
#[derive(Debug)]
pub(crate) struct Quiet {
    until: Instant,
}

impl Quiet {
    /// Nothing was sent yet, so nothing can be coming.
    pub(crate) const fn new() -> Self {
        Self { until: Instant::ZERO }
    }

    /// Asks for that much quiet from `since` on. What was asked before stays.
    pub(crate) fn ask(&mut self, since: Instant, length: Duration) {
        self.until = self.until.max(since + length);
    }

    /// When a request may be sent that has been waiting since `asked_at`: as soon as it is quiet,
    /// and at last when `patience` is over, for a line that never is.
    pub(crate) fn over_at(&self, asked_at: Instant, patience: Duration) -> Instant {
        self.until.min(asked_at + patience)
    }
}
