//! Dates and times as meters code them (EN 13757-3, annex A, types F, G, I and J): the meter's
//! own local time, without a zone, with its marks for "invalid" and "every".

use core::fmt::{self, Write};

/// A part of a date that may mean "every": every year, every month, every day.
type Part = Option<u8>;

/// A date; a part that is `None` means every year, month or day.
///
/// ```
/// use mbus::record::date::Date;
///
/// let date = Date::from_type_g([0x9F, 0x2C]).unwrap();
/// assert_eq!(date.to_string(), "2020-12-31");
/// assert_eq!(date.to_type_g(), [0x9F, 0x2C]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Date {
    /// The year, 1900 to 2299.
    pub year: Option<u16>,
    /// The month, 1 to 12.
    pub month: Part,
    /// The day, 1 to 31.
    pub day: Part,
}

/// A time of day; a part that is `None` means every hour, minute or second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Time {
    /// The hour, 0 to 23.
    pub hour: Part,
    /// The minute, 0 to 59.
    pub minute: Part,
    /// The second, where the type has one.
    pub second: Option<Part>,
}

/// A date and time.
///
/// ```
/// use mbus::record::date::DateTime;
///
/// let point = DateTime::from_type_f([0x1E, 0x0A, 0xAB, 0x26]).unwrap();
/// assert_eq!(point.to_string(), "2021-06-11T10:30");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DateTime {
    /// The date.
    pub date: Date,
    /// The time of day.
    pub time: Time,
    /// The meter says that it is summer time; the hour is shown as sent all the same.
    pub summer_time: bool,
}

/// Why bytes are no date: the meter marks them invalid, or no calendar has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidDate;

impl fmt::Display for InvalidDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the date is marked invalid or does not exist")
    }
}

impl core::error::Error for InvalidDate {}

const EVERY_YEAR: u8 = 127;
const EVERY_MONTH: u8 = 15;
const EVERY_DAY: u8 = 0;
const EVERY_HOUR: u8 = 31;
const EVERY_MINUTE: u8 = 63;

impl Date {
    /// A date of the calendar.
    pub fn new(year: u16, month: u8, day: u8) -> Result<Self, InvalidDate> {
        Self { year: Some(year), month: Some(month), day: Some(day) }.checked()
    }

    /// Type G, 16 bits.
    pub fn from_type_g(bytes: [u8; 2]) -> Result<Self, InvalidDate> {
        if bytes == [0xFF, 0xFF] {
            return Err(InvalidDate);
        }
        Self::from_fields(bytes[0], bytes[1], 0)
    }

    /// Type G of a date between 1981 and 2080; "every" as the standard codes it.
    pub fn to_type_g(self) -> [u8; 2] {
        let (day, month, year) = self.to_fields();
        [year << 5 | day, year >> 3 << 4 | month]
    }

    /// Day, month and the seven bits of the year as they lie in the last two bytes of every type.
    fn from_fields(low: u8, high: u8, hundreds: u8) -> Result<Self, InvalidDate> {
        let (day, month) = (low & 0x1F, high & 0x0F);
        let year = low >> 5 | high >> 4 << 3;
        let year = match (year, hundreds) {
            (EVERY_YEAR, _) => None,
            // Meters older than the hundred-year bits send 0 there (annex A, type F).
            (0..=80, 0) => Some(2000 + u16::from(year)),
            (0..=99, _) => Some(1900 + 100 * u16::from(hundreds) + u16::from(year)),
            _ => return Err(InvalidDate),
        };
        Self {
            year,
            month: (month != EVERY_MONTH).then_some(month),
            day: (day != EVERY_DAY).then_some(day),
        }
        .checked()
    }

    fn to_fields(self) -> (u8, u8, u8) {
        let year = self.year.map_or(EVERY_YEAR, |year| u8::try_from(year % 100).unwrap_or(0));
        (self.day.unwrap_or(EVERY_DAY), self.month.unwrap_or(EVERY_MONTH), year)
    }

    fn checked(self) -> Result<Self, InvalidDate> {
        let days = match self.month {
            None | Some(1 | 3 | 5 | 7 | 8 | 10 | 12) => 31,
            Some(4 | 6 | 9 | 11) => 30,
            Some(2) if self.year.is_none_or(is_leap_year) => 29,
            Some(2) => 28,
            Some(_) => return Err(InvalidDate),
        };
        if self.day.is_some_and(|day| day == 0 || day > days) {
            return Err(InvalidDate);
        }
        Ok(self)
    }

    /// Whether it is one day of the calendar and not a rule such as "every year".
    pub const fn is_single_day(self) -> bool {
        self.year.is_some() && self.month.is_some() && self.day.is_some()
    }
}

const fn is_leap_year(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

impl Time {
    fn from_fields(hour: u8, minute: u8, second: Option<u8>) -> Result<Self, InvalidDate> {
        let part = |value: u8, limit: u8, every: u8| match value {
            value if value == every => Ok(None),
            value if value < limit => Ok(Some(value)),
            _ => Err(InvalidDate),
        };
        Ok(Self {
            hour: part(hour, 24, EVERY_HOUR)?,
            minute: part(minute, 60, EVERY_MINUTE)?,
            second: second.map(|second| part(second, 60, EVERY_MINUTE)).transpose()?,
        })
    }

    /// Type J, 24 bits: a time of day alone.
    pub fn from_type_j([second, minute, hour]: [u8; 3]) -> Result<Self, InvalidDate> {
        Self::from_fields(hour & 0x1F, minute & 0x3F, Some(second & 0x3F))
    }
}

impl DateTime {
    /// Type F, 32 bits.
    pub fn from_type_f([minute, hour, low, high]: [u8; 4]) -> Result<Self, InvalidDate> {
        if minute & 0x80 != 0 || [minute, hour, low, high] == [0xFF; 4] {
            return Err(InvalidDate);
        }
        Ok(Self {
            date: Date::from_fields(low, high, hour >> 5 & 0b11)?,
            time: Time::from_fields(hour & 0x1F, minute & 0x3F, None)?,
            summer_time: hour & 0x80 != 0,
        })
    }

    /// Type F; the second is left out.
    pub fn to_type_f(self) -> [u8; 4] {
        let (day, month, year) = self.date.to_fields();
        // Years 2000 to 2080 are written without the hundred-year bits, as old readers expect.
        let hundreds = match self.date.year {
            Some(year @ 2081..) => u8::try_from(((year - 1900) / 100) & 0b11).unwrap_or(0),
            _ => 0,
        };
        [
            self.time.minute.unwrap_or(EVERY_MINUTE),
            self.time.hour.unwrap_or(EVERY_HOUR) | hundreds << 5 | u8::from(self.summer_time) << 7,
            year << 5 | day,
            year >> 3 << 4 | month,
        ]
    }

    /// Type I, 48 bits.
    pub fn from_type_i(bytes: [u8; 6]) -> Result<Self, InvalidDate> {
        let [second, minute, hour, low, high, _week] = bytes;
        if minute & 0x80 != 0 || bytes == [0xFF; 6] {
            return Err(InvalidDate);
        }
        Ok(Self {
            date: Date::from_fields(low, high, 0)?,
            time: Time::from_fields(hour & 0x1F, minute & 0x3F, Some(second & 0x3F))?,
            summer_time: second & 0x80 != 0,
        })
    }

    /// Whether it is one moment and not a rule such as "every year".
    pub const fn is_single_moment(self) -> bool {
        self.date.is_single_day() && self.time.hour.is_some() && self.time.minute.is_some()
    }
}

/// The numbers of two digits, one behind the other.
const TWO_DIGITS: &str = "\
    0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849\
    5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";

fn write_two(out: &mut impl Write, number: u16) -> fmt::Result {
    let at = 2 * usize::from(number % 100);
    out.write_str(TWO_DIGITS.get(at..at + 2).unwrap_or_default())
}

impl Date {
    /// Writes the date in ISO 8601; a part that means "every" is `-`.
    pub fn write(&self, out: &mut impl Write) -> fmt::Result {
        match self.year {
            Some(year) => {
                write_two(out, year / 100)?;
                write_two(out, year)?;
            }
            None => out.write_str("-")?,
        }
        for part in [self.month, self.day] {
            out.write_str("-")?;
            match part {
                Some(part) => write_two(out, part.into())?,
                None => out.write_str("-")?,
            }
        }
        Ok(())
    }
}

impl Time {
    /// Writes the time in ISO 8601; a part that means "every" is `--`.
    pub fn write(&self, out: &mut impl Write) -> fmt::Result {
        for (index, part) in [Some(self.hour), Some(self.minute), self.second].iter().enumerate() {
            let Some(part) = part else { continue };
            if index > 0 {
                out.write_str(":")?;
            }
            match part {
                Some(part) => write_two(out, (*part).into())?,
                None => out.write_str("--")?,
            }
        }
        Ok(())
    }
}

impl DateTime {
    /// Writes date and time in ISO 8601: local time of the meter, without a zone.
    pub fn write(&self, out: &mut impl Write) -> fmt::Result {
        self.date.write(out)?;
        out.write_str("T")?;
        self.time.write(out)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f)
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::string::{String, ToString};

    fn type_f(bytes: [u8; 4]) -> Option<String> {
        DateTime::from_type_f(bytes).ok().map(|point| point.to_string())
    }

    #[test]
    fn d13_type_f_with_its_traps() {
        assert_eq!(type_f([0x32, 0x32, 0x50, 0x07]).as_deref(), Some("2002-07-16T18:50"));
        let summer = DateTime::from_type_f([0x3A, 0xA8, 0x11, 0x39]).unwrap();
        assert_eq!((summer.to_string().as_str(), summer.summer_time), ("2024-09-17T08:58", true));
        assert_eq!(type_f([0x9E, 0x0C, 0x41, 0x29]), None, "marked invalid");
        assert_eq!(type_f([0x32, 0x37, 0x1F, 0x15]).as_deref(), Some("2008-05-31T23:50"));
        assert_eq!(type_f([0x00, 0x00, 0xC1, 0xC1]), None, "year 102 does not exist");
        assert_eq!(type_f([0x00, 0x00, 0xE1, 0xF1]).as_deref(), Some("--01-01T00:00"));
        assert_eq!(type_f([0; 4]), None, "month 0 does not exist");
    }

    #[test]
    fn type_g_invents_no_date() {
        let date = |bytes| Date::from_type_g(bytes).ok().map(|date| date.to_string());
        assert_eq!(date([0xFF, 0xFF]), None);
        assert_eq!(date([0x00, 0x00]), None);
        assert_eq!(date([0xBF, 0x1C]).as_deref(), Some("2013-12-31"));
        assert_eq!(date([0x5D, 0x02]), None, "29 February 2002 does not exist");
        assert_eq!(date([0x7F, 0xC1]).as_deref(), Some("1999-01-31"));
    }

    #[test]
    fn d15_type_i_has_seconds() {
        let point = DateTime::from_type_i([0x00, 0x00, 0x08, 0x16, 0x27, 0x00]).unwrap();
        assert_eq!(point.to_string(), "2016-07-22T08:00:00");
        assert_eq!(Time::from_type_j([30, 15, 7]).unwrap().to_string(), "07:15:30");
    }

    proptest! {
        #[test]
        fn dates_are_read_back(year in 1981_u16..=2080, month in 1_u8..=12, day in 1_u8..=28, hour in 0_u8..24, minute in 0_u8..60, summer_time: bool) {
            let date = Date::new(year, month, day).unwrap();
            prop_assert_eq!(Date::from_type_g(date.to_type_g()), Ok(date));
            let time = Time { hour: Some(hour), minute: Some(minute), second: None };
            let point = DateTime { date, time, summer_time };
            prop_assert_eq!(DateTime::from_type_f(point.to_type_f()), Ok(point));
        }
    }
}
