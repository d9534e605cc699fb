//! How large a batch may be: what an honest gateway never reaches, and a broken one must not pass.

use crate::Batch;

/// Readouts of a batch.
pub const MAX_READOUTS: usize = 500;
/// Telegrams of a readout.
pub const MAX_TELEGRAMS: usize = 255;
/// Bytes of a telegram: the longest frame of EN 13757-2.
pub const MAX_TELEGRAM_BYTES: usize = 261;
/// Readings of a readout.
pub const MAX_READINGS: usize = 4096;
/// Bytes of a batch as JSON. A gateway whose next readout does not fit sends what it has.
pub const MAX_BATCH_BYTES: usize = 8 * 1024 * 1024;
/// Characters of ids and other short texts.
const MAX_WORD: usize = 256;
/// The largest number that every store can hold.
const MAX_SEQUENCE: u64 = i64::MAX.unsigned_abs();

/// Why a batch is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LimitError {
    /// There is nothing in it.
    #[error("the batch has no readouts; send it when there is one")]
    Empty,
    /// Too many readouts.
    #[error("the batch has {found} readouts; send at most {MAX_READOUTS} at once")]
    Readouts {
        /// How many there are.
        found: usize,
    },
    /// A number that cannot be.
    #[error("{sequence} is no sequence number; they go from 1 to {MAX_SEQUENCE}")]
    Sequence {
        /// The number.
        sequence: u64,
    },
    /// The numbers do not rise.
    #[error("readout {sequence} comes after {previous}; sequence numbers must rise within a batch")]
    Order {
        /// The number that comes first.
        previous: u64,
        /// The number that comes after it.
        sequence: u64,
    },
    /// Too much in one readout.
    #[error("readout {sequence} has {found} {what}; at most {limit} are taken")]
    Readout {
        /// Which.
        sequence: u64,
        /// Of what there is too much.
        what: &'static str,
        /// How much there is.
        found: usize,
        /// How much may be.
        limit: usize,
    },
}

impl Batch {
    /// The last sequence number, where the batch keeps to every limit.
    pub fn check(&self) -> Result<u64, LimitError> {
        if self.readouts.len() > MAX_READOUTS {
            return Err(LimitError::Readouts { found: self.readouts.len() });
        }
        let mut previous = 0;
        for readout in &self.readouts {
            let sequence = readout.sequence;
            if sequence == 0 || sequence > MAX_SEQUENCE {
                return Err(LimitError::Sequence { sequence });
            }
            if sequence <= previous {
                return Err(LimitError::Order { previous, sequence });
            }
            previous = sequence;
            let words = [&readout.meter, &readout.bus, &readout.address];
            let longest = words.map(|word| word.chars().count()).into_iter().max().unwrap_or(0);
            let bytes = readout.telegrams.iter().map(|one| one.0.len()).max().unwrap_or(0);
            let amounts = [
                ("telegrams", readout.telegrams.len(), MAX_TELEGRAMS),
                ("bytes in a telegram", bytes, MAX_TELEGRAM_BYTES),
                ("readings", readout.readings.len(), MAX_READINGS),
                ("problems", readout.problems.len(), MAX_READINGS),
                ("characters in an id", longest, MAX_WORD),
            ];
            for (what, found, limit) in amounts {
                if found > limit {
                    return Err(LimitError::Readout { sequence, what, found, limit });
                }
            }
        }
        if previous == 0 { Err(LimitError::Empty) } else { Ok(previous) }
    }
}
