//! A counter that runs with the building's time.

use core::time::Duration;

use mbus::Decimal;

use super::daily_pattern::DailyPattern;

/// Steps of a counter are kept in millionths.
const MICRO: i128 = 1_000_000;
const MILLISECONDS_PER_HOUR: i128 = 3_600_000;
/// 400 years: no meter lives longer, and the arithmetic stays far from its limits.
const LONGEST_LIFE: Duration = Duration::from_secs(400 * 366 * 86_400);
/// Counts per hour; more than any pulse output gives.
const GREATEST_RATE: i128 = 1_000_000_000;

/// A counter with its start and its change per hour, both in counts of the record (the number
/// before its VIF scales it).
///
/// ```
/// use core::time::Duration;
/// use mbus_sim::{Counter, DailyPattern};
///
/// let counter = Counter::new(12_345, "4.2".parse().unwrap(), DailyPattern::default()).unwrap();
/// assert_eq!(counter.value(Duration::ZERO, 0), 12_345);
/// assert_eq!(counter.value(Duration::from_secs(10 * 3600), 0), 12_387);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counter {
    start: i128,
    per_hour_micro: i128,
    pattern: DailyPattern,
}

impl Counter {
    /// `None` where the change per hour is beyond reach (more than 10^9 counts).
    pub fn new(start: i128, per_hour: Decimal, pattern: DailyPattern) -> Option<Self> {
        let per_hour_micro = micro(per_hour)?;
        (per_hour_micro.abs() <= GREATEST_RATE * MICRO).then_some(Self {
            start,
            per_hour_micro,
            pattern,
        })
    }

    /// The count after `running`, for a counter that started at that second of the day.
    pub fn value(&self, running: Duration, start_second_of_day: u32) -> i128 {
        let since_midnight = Duration::from_secs(u64::from(start_second_of_day));
        let end = self.pattern.weighted_milliseconds(since_midnight + running.min(LONGEST_LIFE));
        let weighted = end - self.pattern.weighted_milliseconds(since_midnight);
        // The weights of a day add up to `total`, so the mean weight is total / 24.
        let dividend = self.per_hour_micro * 24 * weighted;
        let divisor = self.pattern.total() * MILLISECONDS_PER_HOUR * MICRO;
        self.start + dividend.div_euclid(divisor)
    }
}

fn micro(number: Decimal) -> Option<i128> {
    let exponent = number.exponent().checked_add(6)?;
    let power = 10_i128.checked_pow(u32::from(exponent.unsigned_abs()))?;
    if exponent >= 0 {
        number.mantissa().checked_mul(power)
    } else {
        Some(number.mantissa() / power)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counter(start: i128, per_hour: &str, pattern: DailyPattern) -> Counter {
        Counter::new(start, per_hour.parse().unwrap(), pattern).unwrap()
    }

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn a_count_is_reached_at_its_moment_and_not_before() {
        let counter = counter(0, "60", DailyPattern::default());
        assert_eq!(counter.value(Duration::from_millis(59_999), 0), 0);
        assert_eq!(counter.value(Duration::from_secs(60), 0), 1);
    }

    #[test]
    fn a_falling_counter_falls() {
        let counter = counter(100, "-0.5", DailyPattern::default());
        assert_eq!(counter.value(4 * HOUR, 0), 98);
    }

    #[test]
    fn years_at_speed_stay_exact() {
        let counter = counter(7, "123456.789", DailyPattern::default());
        assert_eq!(counter.value(HOUR * 1_000_000, 0), 7 + 123_456_789_000);
    }

    #[test]
    fn a_daily_pattern_moves_counts_within_the_day_but_not_their_sum() {
        let mut weights = [1; 24];
        weights[7] = 25;
        let patterned = counter(0, "48", DailyPattern::new(weights).unwrap());
        assert_eq!(patterned.value(24 * HOUR, 0), 48 * 24);
        assert_eq!(patterned.value(7 * HOUR, 0), 7 * 24);
        assert_eq!(patterned.value(8 * HOUR, 0), 7 * 24 + 25 * 24);
        // Started at seven in the morning, the busy hour comes first.
        assert_eq!(patterned.value(HOUR, 7 * 3600), 25 * 24);
    }

    #[test]
    fn the_longest_time_at_the_greatest_rate_is_no_overflow() {
        let pattern = DailyPattern::new([u16::MAX; 24]).unwrap();
        let counter = counter(0, "1e9", pattern);
        assert!(counter.value(Duration::MAX, 86_399) > 1_000_000_000_000_000);
    }

    #[test]
    fn a_rate_beyond_reach_is_refused() {
        assert_eq!(Counter::new(0, "1e10".parse().unwrap(), DailyPattern::default()), None);
        assert_eq!(Counter::new(0, "1e300".parse().unwrap(), DailyPattern::default()), None);
    }
}
