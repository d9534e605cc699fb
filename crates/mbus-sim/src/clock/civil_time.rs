//! Date and time of day as a wall clock shows them, without a zone.

use core::fmt;
use core::str::FromStr;
use core::time::Duration;

const SECONDS_PER_DAY: u64 = 86_400;
const DAYS_PER_400_YEARS: u64 = 146_097;

/// A date and time of day in the Gregorian calendar, without a zone, years 1900 to 2399.
///
/// ```
/// use mbus_sim::CivilTime;
///
/// let time: CivilTime = "2026-11-20T14:05".parse().unwrap();
/// assert_eq!(time.to_string(), "2026-11-20T14:05:00");
/// assert!(CivilTime::new(2026, 2, 29, 0, 0, 0).is_none());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CivilTime {
    year: u16,
    month: u8,
    day: u8,
    hour: u8,
    minute: u8,
    second: u8,
}

/// A text that is no civil time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is no date and time; write it like 2026-11-20T14:05 (years 1900 to 2399)")]
pub struct CivilTimeError {
    text: String,
}

impl CivilTime {
    /// The start of a building's clock when the caller names none.
    pub const DEFAULT_START: Self =
        Self { year: 2026, month: 1, day: 1, hour: 0, minute: 0, second: 0 };

    /// `None` where the calendar or the clock has no such moment.
    pub fn new(year: u16, month: u8, day: u8, hour: u8, minute: u8, second: u8) -> Option<Self> {
        let exists = (1900..2400).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day)
            && hour < 24
            && minute < 60
            && second < 60;
        exists.then_some(Self { year, month, day, hour, minute, second })
    }

    /// The year, with century.
    pub const fn year(self) -> u16 {
        self.year
    }

    /// 1 to 12.
    pub const fn month(self) -> u8 {
        self.month
    }

    /// 1 to 31.
    pub const fn day(self) -> u8 {
        self.day
    }

    /// 0 to 23.
    pub const fn hour(self) -> u8 {
        self.hour
    }

    /// 0 to 59.
    pub const fn minute(self) -> u8 {
        self.minute
    }

    /// 0 to 59.
    pub const fn second(self) -> u8 {
        self.second
    }

    /// Seconds since midnight.
    pub fn second_of_day(self) -> u32 {
        u32::from(self.hour) * 3600 + u32::from(self.minute) * 60 + u32::from(self.second)
    }

    /// The time that much later; fractions of a second are dropped. The calendar repeats after
    /// 400 years, and so does this clock.
    #[must_use]
    pub fn plus(self, elapsed: Duration) -> Self {
        let seconds = u64::from(self.second_of_day()).saturating_add(elapsed.as_secs());
        let mut days = (seconds / SECONDS_PER_DAY) % DAYS_PER_400_YEARS;
        let second_of_day = seconds % SECONDS_PER_DAY;
        let (mut year, mut month, mut day) = (self.year, self.month, self.day);
        // Whole years first, from the first of the month on, so that the loop stays short.
        days += u64::from(day) - 1;
        day = 1;
        loop {
            let length = u64::from(days_in_month(year, month));
            if days < length {
                break;
            }
            days -= length;
            (year, month) = match (year, month) {
                (2399, 12) => (2000, 1),
                (year, 12) => (year + 1, 1),
                (year, month) => (year, month + 1),
            };
        }
        let part = |value: u64| u8::try_from(value).unwrap_or(0);
        Self {
            year,
            month,
            day: day + part(days),
            hour: part(second_of_day / 3600),
            minute: part(second_of_day / 60 % 60),
            second: part(second_of_day % 60),
        }
    }
}

const fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl FromStr for CivilTime {
    type Err = CivilTimeError;

    /// Reads `2026-11-20`, `2026-11-20T14:05` or `2026-11-20T14:05:30`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).ok_or_else(|| CivilTimeError { text: text.to_owned() })
    }
}

fn parse(text: &str) -> Option<CivilTime> {
    let (date, time) = text.split_once(['T', ' ']).unwrap_or((text, "00:00"));
    let mut date = date.splitn(3, '-');
    let (year, month, day) = (date.next()?, date.next()?, date.next()?);
    let mut time = time.splitn(3, ':');
    let (hour, minute, second) = (time.next()?, time.next()?, time.next().unwrap_or("0"));
    CivilTime::new(
        year.parse().ok()?,
        month.parse().ok()?,
        day.parse().ok()?,
        hour.parse().ok()?,
        minute.parse().ok()?,
        second.parse().ok()?,
    )
}

impl fmt::Display for CivilTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, month, day, hour, minute, second } = self;
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(start: &str, seconds: u64) -> String {
        start.parse::<CivilTime>().unwrap().plus(Duration::from_secs(seconds)).to_string()
    }

    #[test]
    fn days_months_leap_years_and_centuries_roll_over() {
        assert_eq!(after("2026-12-31T23:59:59", 1), "2027-01-01T00:00:00");
        assert_eq!(after("2028-02-28T12:00", 86_400), "2028-02-29T12:00:00");
        assert_eq!(after("2100-02-28", 86_400), "2100-03-01T00:00:00");
        assert_eq!(after("2000-01-31", 86_400 * 366), "2001-01-31T00:00:00");
    }

    #[test]
    fn moments_the_calendar_lacks_are_refused() {
        for text in ["2026-02-29", "2026-13-01", "2026-01-01T24:00", "1899-12-31", "", "2026"] {
            assert!(text.parse::<CivilTime>().is_err(), "{text}");
        }
    }
}
