//! When to commit: at most once a second, unless a person waits.

use std::time::{Duration, Instant};

/// The time between two commits that nobody waits for.
pub(super) const COMMIT_GAP: Duration = Duration::from_secs(1);

/// Says when what was gathered is to be committed.
#[derive(Debug, Default)]
pub(super) struct Pace {
    last_commit: Option<Instant>,
}

impl Pace {
    /// How long what was gathered may still wait; zero means commit now.
    pub(super) fn wait(&self, now: Instant, urgent: bool) -> Duration {
        match self.last_commit {
            Some(last) if !urgent => (last + COMMIT_GAP).saturating_duration_since(now),
            _ => Duration::ZERO,
        }
    }

    /// A commit was made.
    pub(super) fn committed(&mut self, now: Instant) {
        self.last_commit = Some(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_row_does_not_wait_and_the_second_waits_for_the_rest_of_the_second() {
        let start = Instant::now();
        let mut pace = Pace::default();
        assert_eq!(pace.wait(start, false), Duration::ZERO);
        pace.committed(start);
        let later = start + Duration::from_millis(300);
        assert_eq!(pace.wait(later, false), Duration::from_millis(700));
        assert_eq!(pace.wait(start + COMMIT_GAP, false), Duration::ZERO);
    }

    #[test]
    fn where_a_person_waits_nothing_does() {
        let start = Instant::now();
        let mut pace = Pace::default();
        pace.committed(start);
        assert_eq!(pace.wait(start, true), Duration::ZERO);
    }
}
