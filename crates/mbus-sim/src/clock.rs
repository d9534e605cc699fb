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

    /// Both times of the building at once.
    pub(crate) fn moment(&self, now: Duration) -> Moment {
        Moment { civil_time: self.civil_time(now), running: self.running(now) }
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

/// A moment of the building: what its meters need to know to fill a telegram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    /// What the clocks of the meters show.
    pub(crate) civil_time: CivilTime,
    /// How long their counters have been running.
    pub(crate) running: Duration,
}

impl Moment {
    /// The second of the day at which the counters started.
    pub(crate) fn start_second_of_day(&self) -> u32 {
        const DAY: u64 = 86_400;
        let now = u64::from(self.civil_time.second_of_day());
        let start = (now + DAY - self.running.as_secs() % DAY) % DAY;
        u32::try_from(start).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_go_on_after_a_new_start_and_the_civil_time_is_the_callers() {
        let start = CivilTime::new(2026, 11, 20, 6, 0, 0).unwrap();
        let ran_before = Duration::from_secs(3 * 3600);
        let clock = BuildingClock::new(ClockSettings { start, speed: 10, ran_before });
        let moment = clock.moment(Duration::from_secs(360));
        assert_eq!(moment.civil_time.to_string(), "2026-11-20T07:00:00");
        assert_eq!(moment.running, Duration::from_secs(4 * 3600));
        assert_eq!(moment.start_second_of_day(), 3 * 3600);
    }
}
