//! The retry rule (EN 13757-2, 5.7.4): a request without a good answer goes out again with the
//! same frame count bit, up to three times in all.

use std::time::Duration;

use crate::exchange::Miss;
use crate::{Failure, FailureReason, Stage};

/// The tries of one request.
#[derive(Debug)]
pub(crate) struct Retry {
    limit: u8,
    tries: u8,
    waited: Duration,
    /// The miss that explains best.
    told: Option<Miss>,
    /// Whether every damaged answer was damaged like the one before it.
    damaged_alike: Option<bool>,
}

/// All tries were misses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GaveUp {
    pub(crate) miss: Miss,
    pub(crate) tries: u8,
}

impl GaveUp {
    /// Whether there was no sign of a meter.
    pub(crate) const fn nobody_answered(&self) -> bool {
        matches!(self.miss.reason, FailureReason::Silence | FailureReason::EchoOnly)
    }

    pub(crate) fn at(self, stage: Stage) -> Failure {
        let Self { miss: Miss { reason, waited, evidence }, tries } = self;
        Failure { reason, stage, tries, waited, evidence }
    }
}

impl Retry {
    /// At least one try.
    pub(crate) const fn new(limit: u8) -> Self {
        Self { limit, tries: 0, waited: Duration::ZERO, told: None, damaged_alike: None }
    }

    /// Counts a try that begins; gives its number, from 1.
    pub(crate) fn begin(&mut self) -> u8 {
        self.tries = self.tries.saturating_add(1);
        self.tries
    }

    /// How many tries there were so far.
    pub(crate) const fn tries(&self) -> u8 {
        self.tries
    }

    /// Whether there is a try left.
    pub(crate) const fn is_left(&self) -> bool {
        self.tries < self.limit
    }

    /// Keeps a miss. The last one tells most, but any sign of life tells more than silence.
    pub(crate) fn keep(&mut self, miss: Miss) {
        self.waited = self.waited.max(miss.waited);
        if let (FailureReason::Damaged { .. }, Some(told)) = (miss.reason, &self.told)
            && matches!(told.reason, FailureReason::Damaged { .. })
        {
            let is_alike = told.evidence == miss.evidence;
            self.damaged_alike = Some(self.damaged_alike.unwrap_or(true) && is_alike);
        }
        let before = self.told.as_ref().map_or(0, |told| weight(told.reason));
        if weight(miss.reason) >= before {
            self.told = Some(miss);
        }
    }

    /// Noise never damages twice alike.
    const fn judge(&self, reason: FailureReason) -> FailureReason {
        match (reason, self.damaged_alike) {
            (FailureReason::Damaged { error }, Some(true)) => FailureReason::DamagedAlike { error },
            _ => reason,
        }
    }

    /// Ends the tries.
    pub(crate) fn give_up(&mut self) -> GaveUp {
        let waited = self.waited;
        let miss = self.told.take().map_or(
            Miss { reason: FailureReason::Silence, waited, evidence: Vec::new() },
            |told| Miss { waited, reason: self.judge(told.reason), ..told },
        );
        GaveUp { miss, tries: self.tries }
    }
}

const fn weight(reason: FailureReason) -> u8 {
    match reason {
        FailureReason::Silence => 0,
        FailureReason::EchoOnly => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use mbus::frame::FrameError;

    use super::*;

    fn miss(reason: FailureReason, millis: u64) -> Miss {
        Miss { reason, waited: Duration::from_millis(millis), evidence: Vec::new() }
    }

    #[test]
    fn a_sign_of_life_goes_before_silence() {
        let mut retry = Retry::new(3);
        retry.begin();
        retry.keep(miss(FailureReason::Truncated { have: 4, need: 9 }, 400));
        assert!(retry.is_left());
        retry.begin();
        retry.keep(miss(FailureReason::Garbage, 300));
        assert!(retry.is_left());
        retry.begin();
        retry.keep(miss(FailureReason::Silence, 187));
        assert!(!retry.is_left());
        let gave_up = retry.give_up();
        assert_eq!(gave_up.tries, 3);
        assert_eq!(gave_up.miss, miss(FailureReason::Garbage, 400));
    }

    #[test]
    fn the_same_damage_twice_is_no_noise() {
        let error = FrameError::Checksum { offset: 3, found: 1, expected: 2 };
        let reason = |evidence: [u8; 3]| {
            let mut retry = Retry::new(3);
            for byte in evidence {
                retry.begin();
                let reason = FailureReason::Damaged { error };
                retry.keep(Miss { reason, waited: Duration::ZERO, evidence: vec![byte] });
            }
            retry.give_up().miss.reason
        };
        assert_eq!(reason([7, 7, 7]), FailureReason::DamagedAlike { error });
        assert_eq!(reason([7, 7, 8]), FailureReason::Damaged { error });
        assert_eq!(reason([8, 7, 7]), FailureReason::Damaged { error });
    }

    #[test]
    fn no_tries_at_all_still_means_one() {
        let mut retry = Retry::new(0);
        assert_eq!(retry.begin(), 1);
        assert!(!retry.is_left());
    }
}
