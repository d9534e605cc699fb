//! What lies between two readings of a main register.

use std::fmt;

use mbus::{Decimal, SecondaryAddress};

/// What lies between two readings of a main register. Its `Display` is a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepOutcome {
    /// So much was consumed.
    Consumed(Decimal),
    /// So much was consumed, but readings are missing in between: when is not known.
    AcrossGap(Decimal),
    /// The index stands lower than before: the meter was reset, ran over its last digit, or was
    /// exchanged without a word.
    Fell {
        /// Where it stood.
        before: Decimal,
        /// Where it stands.
        after: Decimal,
    },
    /// The index fell, and with the next reading it stands where it was or higher: either it was
    /// reset and counted on, or the low reading was wrong.
    Returned {
        /// Where it stood before it fell.
        before: Decimal,
        /// Where it fell to.
        low: Decimal,
        /// Where it stands.
        after: Decimal,
    },
    /// Another meter answers. What ran through the old one after its last reading is not known.
    Exchanged {
        /// Who answered before.
        old: SecondaryAddress,
        /// The last value of the old meter.
        last: Decimal,
        /// Who answers now.
        new: SecondaryAddress,
        /// The first value of the new meter.
        first: Decimal,
    },
    /// The two values are in different units.
    OtherUnit {
        /// The unit before; empty where there was none.
        before: String,
        /// The unit after.
        after: String,
    },
    /// The difference has more digits than can be held exactly.
    OutOfRange {
        /// Where the index stood.
        before: Decimal,
        /// Where it stands.
        after: Decimal,
    },
}

impl StepOutcome {
    /// What was consumed, where that is known; never below zero.
    pub const fn amount(&self) -> Option<Decimal> {
        match self {
            Self::Consumed(amount) | Self::AcrossGap(amount) => Some(*amount),
            _ => None,
        }
    }

    /// A stable word, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Consumed(_) => "consumed",
            Self::AcrossGap(_) => "across_gap",
            Self::Fell { .. } => "index_fell",
            Self::Returned { .. } => "index_returned",
            Self::Exchanged { .. } => "meter_exchanged",
            Self::OtherUnit { .. } => "other_unit",
            Self::OutOfRange { .. } => "out_of_range",
        }
    }
}

impl fmt::Display for StepOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Consumed(amount) => write!(f, "{amount} was consumed"),
            Self::AcrossGap(amount) => {
                write!(f, "{amount} was consumed at unknown times: readings are missing in between")
            }
            Self::Fell { before, after } => {
                write!(f, "the index fell from {before} to {after}, and a counter does not go back")
            }
            Self::Returned { before, low, after } => write!(
                f,
                "the index fell from {before} to {low} and then stood at {after}: a reset, or a wrong reading"
            ),
            Self::Exchanged { old, last, new, first } => write!(
                f,
                "the meter {old} with the index {last} was exchanged for {new} with the index {first}"
            ),
            Self::OtherUnit { before, after } => {
                write!(f, "the unit changed from \"{before}\" to \"{after}\"")
            }
            Self::OutOfRange { before, after } => write!(
                f,
                "the difference of {before} and {after} has more digits than can be held exactly"
            ),
        }
    }
}
