//! From the telegrams of one readout to readings.

use mbus::SecondaryAddress;

use crate::{Mapping, Reading, RegisterProblem};

/// What the telegrams of one readout say to a mapping.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interpretation {
    /// One reading for each register of the mapping, in its order.
    pub readings: Vec<Reading>,
    /// Why registers have no value.
    pub problems: Vec<RegisterProblem>,
    /// Who answered, where the telegrams say it in full.
    pub identification: Option<SecondaryAddress>,
    /// How many data records no register took.
    pub unmapped_records: usize,
}

/// Makes readings of the telegrams of one readout, given as whole frames in the order received.
pub fn interpret(_mapping: &Mapping, frames: &[Vec<u8>]) -> Interpretation {
    let identification = frames
        .iter()
        .filter_map(|frame| mbus::Telegram::parse(frame).ok())
        .find_map(|telegram| telegram.secondary_address());
    Interpretation { identification, ..Interpretation::default() }
}
