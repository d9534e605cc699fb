//! How far a value can be trusted.

use core::fmt;

/// Whether a record's value is what the meter measured, and if not, why.
///
/// ```
/// use mbus::Quality;
///
/// assert!(Quality::Ok.is_ok());
/// assert_eq!(Quality::ErrorBcd.name(), "error_bcd");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quality {
    /// The value is what the meter sent, understood in full.
    Ok,
    /// A BCD digit above 9: the meter shows an error there (EN 13757-3, annex A, type A).
    ErrorBcd,
    /// The date is marked invalid or does not exist.
    InvalidDate,
    /// A real that is no number or infinite.
    NotANumber,
    /// The code the standard keeps for "invalid" (1000…b, annex A, type B).
    Invalid,
    /// The meter has no value there.
    NoData,
    /// The meter reports an overflow (VIFE 16).
    Overflow,
    /// The meter reports an underflow (VIFE 17).
    Underflow,
    /// The meter reports an error of this record (VIFE 01 to 0F, 18).
    DataError,
    /// The quantity is not known here; the number stands as sent, without unit.
    UnknownVif,
    /// Only the manufacturer knows what the number means.
    ManufacturerSpecific,
    /// The telegram ends inside the record.
    Truncated,
}

impl Quality {
    /// The name in snake case, for programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::ErrorBcd => "error_bcd",
            Self::InvalidDate => "invalid_date",
            Self::NotANumber => "not_a_number",
            Self::Invalid => "invalid",
            Self::NoData => "no_data",
            Self::Overflow => "overflow",
            Self::Underflow => "underflow",
            Self::DataError => "data_error",
            Self::UnknownVif => "unknown_vif",
            Self::ManufacturerSpecific => "manufacturer_specific",
            Self::Truncated => "truncated",
        }
    }

    /// What it means, for a person: the end of a sentence that begins with "the value".
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::Ok => "is as the meter sent it",
            Self::ErrorBcd => "has error digits: the meter shows a fault there",
            Self::InvalidDate => "is marked as an invalid date by the meter",
            Self::NotANumber => "is not a number",
            Self::Invalid => "is the code for invalid",
            Self::NoData => "is not there: the meter has no data",
            Self::Overflow => "overflowed in the meter",
            Self::Underflow => "underflowed in the meter",
            Self::DataError => "is marked as faulty by the meter",
            Self::UnknownVif => "has a unit code that is not known",
            Self::ManufacturerSpecific => "has a meaning only its manufacturer knows",
            Self::Truncated => "is cut off: the telegram ends inside the record",
        }
    }

    /// Whether the value can be used as it is.
    pub const fn is_ok(self) -> bool {
        matches!(self, Self::Ok)
    }
}

impl fmt::Display for Quality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
