//! The building's clock: civil time that starts where the caller says and may run faster.

mod civil_time;

use core::time::Duration;

pub use civil_time::{CivilTime, CivilTimeError};

/// Where the building's clock stands at the fixed start (`now` = 0), and how fast it runs.
///
/// ```
/// use core::time::Duration;
/// use mbus_sim::{BuildingClock, ClockSettings};
///
/// let start = "2021-06-11T10:30:00".parse().unwrap();
/// let clock = BuildingClock::new(ClockSettings { start, speed: 60, ..ClockSettings::default() });
/// let later = clock.civil_time(Duration::from_secs(5));
/// assert_eq!(later.to_string(), "2021-06-11T10:35:00");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockSettings {
    /// The civil time at `now` = 0. Meters have no time zone; give the local time.
    pub start: CivilTime,
    /// Seconds of the building per second of `now`; 1 is real time.
    pub speed: u32,
    /// How long the building's counters had been running at `now` = 0, in the building's time.
    /// A caller that starts again passes the time since its first start, and counters go on
    /// from where they stood instead of falling back to their start values.
    pub ran_before: Duration,
}

impl Default for ClockSettings {
    /// 2026-01-01T00:00:00, real time, counters at their start values.
    fn default() -> Self {
        Self { start: CivilTime::DEFAULT_START, speed: 1, ran_before: Duration::ZERO }
    }
}

/// A running [`ClockSettings`]: turns `now` into the building's time.
#[derive(Clone, Copy, Debug)]
pub struct BuildingClock {
    settings: ClockSettings,
}

impl BuildingClock {
    /// A clock that follows the settings.
    pub const fn new(settings: ClockSettings) -> Self {
        Self { settings }
    }

    /// The building's civil time.
    pub fn civil_time(&self, now: Duration) -> CivilTime {
        self.settings.start.plus(now.saturating_mul(self.settings.speed))
    }

    /// How long counters have been running, in the building's time.
    pub fn running(&self, now: Duration) -> Duration {
        self.settings.ran_before.saturating_add(now.saturating_mul(self.settings.speed))
    }
}
