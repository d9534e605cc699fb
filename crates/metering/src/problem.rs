//! Why a register has no value, or none to trust, in words for the person who can mend it.

use std::fmt;

use mbus::telegram::{ApplicationError, TelegramError};
use mbus::{Quality, SecondaryAddress};

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
    /// The record is a maximum, a minimum or from an error state.
    NotCurrent {
        /// The line.
        line: u16,
        /// What it is, as the line view says it.
        function: &'static str,
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

    /// The telegram-wide kinds say nothing about one register.
    pub const fn is_of_all(&self) -> bool {
        matches!(
            self,
            Self::NoTelegrams
                | Self::Unreadable { .. }
                | Self::ApplicationError { .. }
                | Self::Encrypted { .. }
                | Self::NoRecords { .. }
                | Self::OtherMeter { .. }
                | Self::OtherDeviceType { .. }
        )
    }

    /// What to do about it, as a sentence.
    pub const fn remedy(&self) -> &'static str {
        const OTHER_LINE: &str = "Read the meter, find the register in the numbered lines, and choose that line; if the meter was changed, choose the model of the new one.";
        match self {
            Self::NoTelegrams => "Read the meter again.",
            Self::Unreadable { .. } => {
                "Read the meter again; if it stays so, keep the telegram and report it."
            }
            Self::ApplicationError { error, .. } => match *error {
                ApplicationError::BUSY => "Wait a minute and read the meter again.",
                ApplicationError::TOO_MANY_READOUTS => {
                    "Read the meter less often; it allows a number of readouts a day."
                }
                _ => "Look the code up in the meter's manual; a reset of its application may help.",
            },
            Self::Encrypted { .. } => {
                "Ask the meter's owner for its key, or have the encryption switched off at the meter."
            }
            Self::NoRecords { .. } => {
                "Read the meter on its own and look at the raw telegram; it may need an application reset first."
            }
            Self::OtherMeter { .. } => {
                "Compare the serial on the meter with the one configured; look for two meters with one address."
            }
            Self::OtherDeviceType { .. } => {
                "Choose a model for this kind of meter, or generic_mbus, and check the meter's address."
            }
            Self::LineMissing { .. }
            | Self::NoRecordAtLine { .. }
            | Self::OtherRecordAtLine { .. } => OTHER_LINE,
            Self::LineUncertain { .. } => {
                "Read the meter again, or choose the register by its DIB/VIB instead of its line."
            }
            Self::RecordMissing { .. } => {
                "Read the meter and choose the register by its line or by the DIB/VIB shown there."
            }
            Self::Ambiguous { .. } => {
                "Choose one of these lines, or say more: storage, tariff, subunit, unit or qualifier."
            }
            Self::NoValue { .. } => {
                "Look at the meter's display: it shows an error there or has no value yet."
            }
            Self::NotCurrent { .. } => "Choose the line with function INST_VAL.",
            Self::Negative { .. } => {
                "Check that the flow sensor is mounted in the right direction and that the line is the counter."
            }
            Self::NotANumber { .. } | Self::OtherUnit { .. } => {
                "Choose the line with the register's unit, or give the register another name; a name of your own keeps the meter's unit."
            }
            Self::OutOfRange { .. } => "Look at the raw telegram: the number is not plausible.",
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
            Self::LineMissing { line, last } => {
                write!(f, "line {line} does not exist: the last line is {last}")
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
            Self::NotCurrent { line, function } => write!(
                f,
                "line {line} is a {function}, not the present value, so it is not taken for this register"
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
