//! A point in time on the caller's clock.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};
use std::time::Duration;

/// Microseconds since a start that the caller chose; the start must not move while a
/// [`Master`](crate::Master) lives.
///
/// The master never reads a clock, so a test can let an hour pass in no time.
///
/// ```
/// use mbus_master::Instant;
/// use std::time::Duration;
///
/// let later = Instant::ZERO + Duration::from_millis(187);
/// assert_eq!(later.duration_since(Instant::ZERO), Duration::from_millis(187));
/// assert_eq!(Instant::ZERO.duration_since(later), Duration::ZERO);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Instant(u64);

impl Instant {
    /// The start of the clock.
    pub const ZERO: Self = Self(0);

    /// The point that many microseconds after the start.
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// Microseconds since the start.
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// The time from `earlier` to this point; zero where `earlier` is the later one.
    pub const fn duration_since(self, earlier: Self) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }
}

/// Part of a microsecond counts as a whole one, so a limit is never cut short. The end of the
/// clock is never passed.
impl Add<Duration> for Instant {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        let micros = duration.as_nanos().div_ceil(1000);
        Self(self.0.saturating_add(u64::try_from(micros).unwrap_or(u64::MAX)))
    }
}

impl AddAssign<Duration> for Instant {
    fn add_assign(&mut self, duration: Duration) {
        *self = *self + duration;
    }
}

impl Sub for Instant {
    type Output = Duration;

    fn sub(self, earlier: Self) -> Duration {
        self.duration_since(earlier)
    }
}

impl fmt::Display for Instant {
    /// Seconds with all six decimals.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:06} s", self.0 / 1_000_000, self.0 % 1_000_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn part_of_a_microsecond_is_waited_for_in_full() {
        assert_eq!(Instant::ZERO + Duration::from_nanos(1), Instant::from_micros(1));
        assert_eq!(Instant::ZERO + Duration::from_micros(7), Instant::from_micros(7));
    }

    #[test]
    fn the_end_of_the_clock_is_not_passed() {
        let end = Instant::from_micros(u64::MAX);
        assert_eq!(end + Duration::MAX, end);
        assert_eq!(Instant::from_micros(1_500_000).to_string(), "1.500000 s");
    }
}
