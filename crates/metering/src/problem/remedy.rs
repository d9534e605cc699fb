//! What to do about a problem, as a sentence for the person at the meter or in the office.

use mbus::Quality;
use mbus::telegram::ApplicationError;

use super::ProblemKind;

impl ProblemKind {
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
            Self::NoValue { quality, .. } => no_value(*quality),
            Self::NotCurrent { .. } => {
                "Choose the line with function INST_VAL and without such a mark, or give the register another name."
            }
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

const fn no_value(quality: Quality) -> &'static str {
    match quality {
        Quality::Truncated => {
            "Read the meter again; if it stays so, keep the telegram and report it."
        }
        Quality::UnknownVif | Quality::ManufacturerSpecific => {
            "Look the record up in the meter's manual, or choose another line; the bytes are kept with the telegram."
        }
        Quality::NoData => "Choose another line, or wait: the meter has no value there yet.",
        _ => "Look at the meter's display: the meter itself marks this value as wrong.",
    }
}
