//! Why a register has no value, or none to trust, in words for the person who can mend it.

mod remedy;

use std::fmt;

use mbus::telegram::{ApplicationError, TelegramError};
use mbus::{CiField, Quality, SecondaryAddress};

use crate::ReadingQuality;

/// The CI field of an alarm.
const ALARM: u8 = CiField::ALARM.0;

/// Something that keeps registers from having a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterProblem {
    /// The register; `None` where the problem is one of all of them.
    pub register: Option<String>,
    /// What is wrong; its `Display` is a sentence with cause and evidence.
    pub kind: ProblemKind,
}

/// What keeps a register from having a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// There is nothing to interpret.
    NoTelegrams,
    /// The bytes are no telegram.
    Unreadable {
        /// Which telegram, from 0.
        telegram: u8,
        /// Why.
        error: TelegramError,
    },
    /// The meter could not do what it was asked (CI 70).
    ApplicationError {
        /// Which telegram, from 0.
        telegram: u8,
        /// What the meter says.
        error: ApplicationError,
    },
    /// The telegram needs a key.
    Encrypted {
        /// Which telegram, from 0.
        telegram: u8,
        /// The security mode.
        mode: u8,
    },
    /// The telegram carries no data records.
    NoRecords {
        /// Which telegram, from 0.
        telegram: u8,
        /// Its CI field.
        ci: u8,
    },
    /// The readout has telegrams of another meter.
    OtherMeter {
        /// Which telegram, from 0.
        telegram: u8,
        /// Who was expected.
        expected: SecondaryAddress,
        /// Who answered.
        found: SecondaryAddress,
    },
    /// The meter is of a kind the model is not for.
    OtherDeviceType {
        /// The model.
        model: String,
        /// The kinds it is for.
        expected: Vec<String>,
        /// The kind of meter that answered.
        found: String,
    },
    /// The line is beyond the telegrams.
    LineMissing {
        /// The line.
        line: u16,
        /// The last line there is.
        last: u16,
        /// What was expected at the line, where the mapping says it.
        expected: Option<String>,
    },
    /// The lines before this one could not be counted.
    LineUncertain {
        /// The line.
        line: u16,
        /// The telegram that could not be read in full.
        telegram: u8,
    },
    /// The line shows no record.
    NoRecordAtLine {
        /// The line.
        line: u16,
        /// What it shows.
        found: String,
    },
    /// Another record stands at the line.
    OtherRecordAtLine {
        /// The line.
        line: u16,
        /// What was expected there.
        expected: String,
        /// What stands there.
        found: String,
    },
    /// No record is the one that was asked for.
    RecordMissing {
        /// What was asked for.
        wanted: String,
    },
    /// Several records are the one that was asked for.
    Ambiguous {
        /// What was asked for.
        wanted: String,
        /// The lines they stand at.
        lines: Vec<u16>,
    },
    /// The record says itself that it has no value to trust.
    NoValue {
        /// The line.
        line: u16,
        /// Why.
        quality: Quality,
    },
    /// The record is a maximum, a minimum, a limit, in the future or from an error state.
    NotCurrent {
        /// The line.
        line: u16,
        /// What it is, as the line view says it.
        mark: &'static str,
    },
    /// The record is a counter below zero.
    Negative {
        /// The line.
        line: u16,
        /// The value with its unit.
        found: String,
    },
    /// The record is no number.
    NotANumber {
        /// The line.
        line: u16,
        /// What it says.
        found: String,
    },
    /// The unit of the record is of another kind.
    OtherUnit {
        /// The line.
        line: u16,
        /// The unit of the register.
        expected: &'static str,
        /// The quantity and unit of the record.
        found: String,
    },
    /// The number has more digits than can be held exactly.
    OutOfRange {
        /// The line.
        line: u16,
    },
}

impl fmt::Display for RegisterProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.register {
            Some(register) => write!(f, "{register}: {}", self.kind),
            None => self.kind.fmt(f),
        }
    }
}

impl std::error::Error for RegisterProblem {}

impl RegisterProblem {
    /// A stable word, for programs.
    pub const fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// What to do about it, as a sentence.
    pub fn remedy(&self) -> &'static str {
        self.kind.remedy()
    }
}

impl ProblemKind {
    /// A stable word, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoTelegrams => "no_telegrams",
            Self::Unreadable { .. } => "unreadable_telegram",
            Self::ApplicationError { .. } => "application_error",
            Self::Encrypted { .. } => "key_missing",
            Self::NoRecords { .. } => "no_records",
            Self::OtherMeter { .. } => "other_meter",
            Self::OtherDeviceType { .. } => "other_device_type",
            Self::LineMissing { .. } => "line_missing",
            Self::LineUncertain { .. } => "line_uncertain",
            Self::NoRecordAtLine { .. } => "no_record_at_line",
            Self::OtherRecordAtLine { .. } => "other_record_at_line",
            Self::RecordMissing { .. } => "record_missing",
            Self::Ambiguous { .. } => "ambiguous",
            Self::NoValue { .. } => "no_value",
            Self::NotCurrent { .. } => "not_current",
            Self::Negative { .. } => "negative",
            Self::NotANumber { .. } => "not_a_number",
            Self::OtherUnit { .. } => "other_unit",
            Self::OutOfRange { .. } => "out_of_range",
        }
    }

    /// The quality of a reading that has no value because of this.
    pub const fn quality(&self) -> ReadingQuality {
        match self {
            Self::OtherMeter { .. } | Self::OtherDeviceType { .. } => ReadingQuality::OtherMeter,
            Self::NoTelegrams
            | Self::Unreadable { .. }
            | Self::ApplicationError { .. }
            | Self::Encrypted { .. }
            | Self::NoRecords { .. }
            | Self::LineMissing { .. }
            | Self::LineUncertain { .. }
            | Self::NoRecordAtLine { .. }
            | Self::RecordMissing { .. } => ReadingQuality::Missing,
            Self::OtherRecordAtLine { .. } | Self::Ambiguous { .. } => ReadingQuality::OtherRecord,
            Self::NoValue { quality, .. } => ReadingQuality::Record(*quality),
            Self::NotCurrent { .. } | Self::Negative { .. } | Self::NotANumber { .. } => {
                ReadingQuality::Unsuitable
            }
            Self::OtherUnit { .. } => ReadingQuality::OtherUnit,
            Self::OutOfRange { .. } => ReadingQuality::OutOfRange,
        }
    }
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // People count telegrams from 1.
        match self {
            Self::NoTelegrams => f.write_str("the meter sent no telegram"),
            Self::Unreadable { telegram, error } => {
                write!(f, "telegram {} cannot be read: {error}", u16::from(*telegram) + 1)
            }
            Self::ApplicationError { error, .. } => write!(
                f,
                "the meter answered with an application error: {} (code {})",
                error.name(),
                error.0
            ),
            Self::Encrypted { telegram, mode } => write!(
                f,
                "telegram {} is encrypted (security mode {mode}) and there is no key for it",
                u16::from(*telegram) + 1
            ),
            Self::NoRecords { telegram, ci: ALARM } => write!(
                f,
                "telegram {} is an alarm of the meter and has no data records",
                u16::from(*telegram) + 1
            ),
            Self::NoRecords { telegram, ci } => {
                write!(
                    f,
                    "telegram {} has no data records (CI field {ci:02X})",
                    u16::from(*telegram) + 1
                )
            }
            Self::OtherMeter { telegram, expected, found } => write!(
                f,
                "telegram {} is from the meter {found}, but {expected} was expected",
                u16::from(*telegram) + 1
            ),
            Self::OtherDeviceType { model, expected, found } => write!(
                f,
                "the model {model} is for {}, but the meter says that it is: {found}",
                expected.join(", ")
            ),
            Self::LineMissing { line, last, expected } => {
                write!(f, "line {line} does not exist: the last line is {last}")?;
                match expected {
                    Some(expected) => write!(f, "; {expected} was expected there"),
                    None => Ok(()),
                }
            }
            Self::LineUncertain { line, telegram } => write!(
                f,
                "line {line} cannot be told: telegram {} could not be read in full, so the lines behind it have no sure number",
                u16::from(*telegram) + 1
            ),
            Self::NoRecordAtLine { line, found } => {
                write!(f, "line {line} is no data record: \"{found}\" stands there")
            }
            Self::OtherRecordAtLine { line, expected, found } => {
                write!(f, "at line {line} {expected} was expected, but {found} stands there")
            }
            Self::RecordMissing { wanted } => write!(f, "no record is {wanted}"),
            Self::Ambiguous { wanted, lines } => {
                write!(f, "several records are {wanted}: lines ")?;
                for (index, line) in lines.iter().enumerate() {
                    write!(f, "{}{line}", if index == 0 { "" } else { ", " })?;
                }
                Ok(())
            }
            Self::NoValue { line, quality } => {
                write!(f, "the value at line {line} {}", quality.explanation())
            }
            Self::NotCurrent { line, mark } => write!(
                f,
                "line {line} is marked {mark}: it is not the present value of this register"
            ),
            Self::Negative { line, found } => {
                write!(f, "line {line} says {found}, and a counter cannot be below zero")
            }
            Self::NotANumber { line, found } => {
                write!(f, "line {line} is no number: \"{found}\" stands there")
            }
            Self::OtherUnit { line, expected, found } => {
                write!(f, "the register is in {expected}, but line {line} is {found}")
            }
            Self::OutOfRange { line } => {
                write!(f, "the number at line {line} has more digits than can be held exactly")
            }
        }
    }
}

/// What a meter sent, short and visible enough for a sentence: it is data, whatever is in it.
pub(crate) fn excerpt(text: &str) -> String {
    const LEN: usize = 48;
    let mut excerpt: String = text.chars().take(LEN).flat_map(char::escape_debug).collect();
    if text.chars().nth(LEN).is_some() {
        excerpt.push('…');
    }
    excerpt
}
