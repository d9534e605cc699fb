//! A measured value that swings between two limits.

use core::time::Duration;

/// Steps of half a swing. Fine enough that a start value is met exactly in any 16-bit field.
const STEPS: i128 = 1 << 24;

/// A value that swings smoothly from its least to its greatest value and back, in counts of
/// the record (the number before its VIF scales it).
///
/// ```
/// use core::time::Duration;
/// use mbus_sim::Oscillation;
///
/// let flow = Oscillation::new(58, 66, Duration::from_secs(600), Some(62)).unwrap();
/// assert_eq!(flow.value(Duration::ZERO), 62);
/// assert!((58..=66).contains(&flow.value(Duration::from_secs(1234))));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Oscillation {
    least: i128,
    greatest: i128,
    period: Duration,
    phase: i128,
}

/// Why an [`Oscillation`] cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OscillationError {
    /// The limits are in the wrong order, or beyond 64 bits.
    #[error("the limits must be given as [least, greatest], both of at most 64 bits")]
    Limits,
    /// The start lies outside of the limits.
    #[error("the start value must lie between the limits")]
    Start,
    /// A period of nothing.
    #[error("the period must be longer than nothing")]
    Period,
}

impl Oscillation {
    /// Swings in `period` from `start` up, down and back; it starts in the middle if none is
    /// given.
    pub fn new(
        least: i128,
        greatest: i128,
        period: Duration,
        start: Option<i128>,
    ) -> Result<Self, OscillationError> {
        if least > greatest || i64::try_from(least).is_err() || i64::try_from(greatest).is_err() {
            return Err(OscillationError::Limits);
        }
        if period.is_zero() {
            return Err(OscillationError::Period);
        }
        let start = start.unwrap_or(least + (greatest - least) / 2);
        if !(least..=greatest).contains(&start) {
            return Err(OscillationError::Start);
        }
        // The least step of the rising half that reaches the start value.
        let (mut low, mut high) = (0, STEPS);
        while low < high {
            let middle = (low + high) / 2;
            if rising(least, greatest, middle) >= start {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        Ok(Self { least, greatest, period, phase: low })
    }

    pub(super) const fn least(&self) -> i128 {
        self.least
    }

    pub(super) const fn greatest(&self) -> i128 {
        self.greatest
    }

    /// The value after `running`.
    pub fn value(&self, running: Duration) -> i128 {
        let within = running.as_nanos() % self.period.as_nanos();
        let within = i128::try_from(within).unwrap_or(0);
        let period = i128::try_from(self.period.as_nanos()).unwrap_or(i128::MAX);
        let step = (self.phase + within * 2 * STEPS / period) % (2 * STEPS);
        let step = if step > STEPS { 2 * STEPS - step } else { step };
        rising(self.least, self.greatest, step)
    }
}

/// Half a swing up: 3x² − 2x³ is flat at both ends, close to a sine, and needs no reals.
fn rising(least: i128, greatest: i128, step: i128) -> i128 {
    let share = step * step * (3 * STEPS - 2 * step) / (STEPS * STEPS);
    least + (greatest - least) * share / STEPS
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERIOD: Duration = Duration::from_secs(600);

    #[test]
    fn it_starts_where_told_and_returns_there() {
        for start in [-400, -399, -123, 0, 999, 1000] {
            let swing = Oscillation::new(-400, 1000, PERIOD, Some(start)).unwrap();
            assert_eq!(swing.value(Duration::ZERO), start);
            assert_eq!(swing.value(PERIOD * 7), start);
        }
    }

    #[test]
    fn it_reaches_both_limits_and_passes_neither() {
        let swing = Oscillation::new(-3500, -2500, PERIOD, None).unwrap();
        let values: Vec<i128> = (0..600).map(|s| swing.value(Duration::from_secs(s))).collect();
        assert_eq!(values.iter().min(), Some(&-3500));
        assert!(values.iter().max() >= Some(&-2501), "{:?}", values.iter().max());
        assert!(values.iter().all(|value| (-3500..=-2500).contains(value)));
    }

    #[test]
    fn limits_start_and_period_are_checked() {
        assert_eq!(Oscillation::new(2, 1, PERIOD, None), Err(OscillationError::Limits));
        assert_eq!(Oscillation::new(0, i128::MAX, PERIOD, None), Err(OscillationError::Limits));
        assert_eq!(Oscillation::new(0, 1, PERIOD, Some(2)), Err(OscillationError::Start));
        assert_eq!(Oscillation::new(0, 1, Duration::ZERO, None), Err(OscillationError::Period));
    }
}
