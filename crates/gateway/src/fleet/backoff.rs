//! How long to wait before the portal is asked again.

use std::time::Duration;

/// After the first failure.
const FIRST: Duration = Duration::from_millis(500);
/// At most.
const LONGEST: Duration = Duration::from_secs(60);

/// Waits longer after each failure, and never as long as another gateway: when a portal comes
/// back, a thousand of them must not come at once.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// It worked.
    pub(super) const fn reset(&mut self) {
        self.failures = 0;
    }

    /// It failed once more: how long to wait.
    pub(super) fn failed(&mut self) -> Duration {
        let wait = self.failed_with(jitter());
        self.failures = self.failures.saturating_add(1);
        wait
    }

    /// Between half of the time and all of it.
    fn failed_with(&self, jitter: u8) -> Duration {
        let all = FIRST.saturating_mul(1 << self.failures.min(10)).min(LONGEST);
        all / 2 + all / 2 * u32::from(jitter) / u32::from(u8::MAX)
    }
}

/// Any number. Where the operating system gives none, all gateways wait the same.
fn jitter() -> u8 {
    let mut byte = [u8::MAX];
    let _ = getrandom::fill(&mut byte);
    let [byte] = byte;
    byte
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_waits_double_up_to_a_minute_and_begin_anew_when_it_works() {
        let mut backoff = Backoff::default();
        let mut longest = Vec::new();
        for _ in 0..10 {
            longest.push(backoff.failed_with(u8::MAX).as_millis());
            backoff.failed();
        }
        let expected = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000];
        assert_eq!(longest, expected);
        assert_eq!(backoff.failed_with(0), Duration::from_secs(30));
        backoff.reset();
        assert_eq!(backoff.failed_with(0), Duration::from_millis(250));
    }
}
