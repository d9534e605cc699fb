//! When to try again to open a port that is lost: soon at first, then ever more rarely.

use std::time::Duration;

use tokio::time::Instant;

/// Doubling pauses between attempts to open a port.
///
/// Pure: it never looks at a clock and never sleeps; its owner passes `now` in.
///
/// ```
/// use mbus_io::Backoff;
/// use std::time::Duration;
/// use tokio::time::Instant;
///
/// let now = Instant::now();
/// let mut backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(60));
/// assert!(backoff.may_try(now));
/// backoff.failed(now);
/// assert_eq!(backoff.next_try(), Some(now + Duration::from_secs(1)));
/// backoff.failed(now);
/// assert_eq!(backoff.next_try(), Some(now + Duration::from_secs(2)));
/// backoff.succeeded();
/// assert!(backoff.may_try(now));
/// ```
#[derive(Clone, Debug)]
pub struct Backoff {
    first: Duration,
    limit: Duration,
    failures: u32,
    next_try: Option<Instant>,
}

impl Default for Backoff {
    /// From one second up to one minute: a converter that restarts is back within seconds, and one
    /// that is switched off is asked no more than once a minute.
    fn default() -> Self {
        Self::new(Duration::from_secs(1), Duration::from_secs(60))
    }
}

impl Backoff {
    /// The first pause and the longest one.
    pub const fn new(first: Duration, limit: Duration) -> Self {
        Self { first, limit, failures: 0, next_try: None }
    }

    /// Whether an attempt is due.
    pub fn may_try(&self, now: Instant) -> bool {
        self.next_try.is_none_or(|at| now >= at)
    }

    /// When the next attempt is due; `None` at once.
    pub const fn next_try(&self) -> Option<Instant> {
        self.next_try
    }

    /// Attempts that failed since the last one that succeeded.
    pub const fn failures(&self) -> u32 {
        self.failures
    }

    /// An attempt failed at `now`: the pause before the next one doubles up to the limit.
    pub fn failed(&mut self, now: Instant) {
        let factor = 1_u32.checked_shl(self.failures).unwrap_or(u32::MAX);
        let pause = self.first.checked_mul(factor).unwrap_or(self.limit).min(self.limit);
        self.failures = self.failures.saturating_add(1);
        self.next_try = Some(now + pause);
    }

    /// The port is open: the next loss begins with the first pause again.
    pub const fn succeeded(&mut self) {
        self.failures = 0;
        self.next_try = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_limit_and_never_overflow() {
        let now = Instant::now();
        let mut backoff = Backoff::default();
        let pauses: Vec<u64> = (0..100)
            .map(|_| {
                backoff.failed(now);
                backoff.next_try().unwrap().duration_since(now).as_secs()
            })
            .collect();
        assert_eq!(pauses[..8], [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(pauses[99], 60);
    }

    #[test]
    fn an_attempt_is_due_when_the_pause_is_over_and_not_before() {
        let now = Instant::now();
        let mut backoff = Backoff::default();
        backoff.failed(now);
        assert!(!backoff.may_try(now + Duration::from_millis(999)));
        assert!(backoff.may_try(now + Duration::from_secs(1)));
    }
}
