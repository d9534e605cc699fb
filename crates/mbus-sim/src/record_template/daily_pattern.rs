//! How consumption spreads over the hours of a day.

use core::time::Duration;

const MILLISECONDS_PER_DAY: u128 = 86_400_000;
const MILLISECONDS_PER_HOUR: u128 = 3_600_000;

/// A weight for each hour of the day. It shapes a counter's course; the sum of a day stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DailyPattern {
    weights: [u16; 24],
}

impl Default for DailyPattern {
    /// Every hour alike.
    fn default() -> Self {
        Self { weights: [1; 24] }
    }
}

impl DailyPattern {
    /// People at home: little at night, most in the morning and the evening.
    pub const HOUSEHOLD: Self = Self {
        weights: [
            3, 2, 2, 2, 3, 6, 14, 18, 14, 9, 8, 9, 12, 10, 8, 8, 10, 14, 18, 17, 14, 10, 7, 5,
        ],
    };
    /// Heating with a setback at night.
    pub const HEATING: Self = Self {
        weights: [
            6, 6, 6, 6, 7, 12, 18, 17, 14, 12, 11, 10, 10, 10, 10, 11, 12, 13, 14, 14, 13, 11, 8, 6,
        ],
    };
    /// A photovoltaic system: nothing at night, most at noon.
    pub const SUN: Self = Self {
        weights: [0, 0, 0, 0, 0, 1, 4, 9, 15, 21, 26, 29, 30, 29, 26, 21, 15, 9, 4, 1, 0, 0, 0, 0],
    };

    /// From a weight for each hour; `None` when all are 0.
    pub fn new(weights: [u16; 24]) -> Option<Self> {
        weights.iter().any(|weight| *weight > 0).then_some(Self { weights })
    }

    /// A pattern by its name in a building: `household`, `heating`, `sun`.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "household" => Some(Self::HOUSEHOLD),
            "heating" => Some(Self::HEATING),
            "sun" => Some(Self::SUN),
            _ => None,
        }
    }

    /// The sum of the weights.
    pub(super) fn total(&self) -> i128 {
        self.weights.iter().map(|weight| i128::from(*weight)).sum()
    }

    /// Milliseconds since some midnight, each counted as often as its hour weighs.
    pub(super) fn weighted_milliseconds(&self, since_midnight: Duration) -> i128 {
        let milliseconds = since_midnight.as_millis();
        let mut rest = milliseconds % MILLISECONDS_PER_DAY;
        let mut weighted = whole(milliseconds / MILLISECONDS_PER_DAY)
            * whole(MILLISECONDS_PER_HOUR)
            * self.total();
        for weight in self.weights {
            let in_this_hour = rest.min(MILLISECONDS_PER_HOUR);
            weighted += whole(in_this_hour) * i128::from(weight);
            rest -= in_this_hour;
        }
        weighted
    }
}

/// Durations end far below this type's limit.
fn whole(number: u128) -> i128 {
    i128::try_from(number).unwrap_or(i128::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_of_zeros_is_refused() {
        assert_eq!(DailyPattern::new([0; 24]), None);
    }

    #[test]
    fn every_named_pattern_weighs_something() {
        for name in ["household", "heating", "sun"] {
            assert!(DailyPattern::named(name).unwrap().total() > 0, "{name}");
        }
        assert_eq!(DailyPattern::named("moon"), None);
    }

    #[test]
    fn a_part_of_an_hour_counts_in_part() {
        let half_past_six = Duration::from_secs(6 * 3600 + 1800);
        assert_eq!(DailyPattern::SUN.weighted_milliseconds(half_past_six), 3_600_000 + 7_200_000);
    }
}
