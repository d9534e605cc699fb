//! The telegrams of one readout as numbered lines, for people who look for a register.

use mbus::{Decimal, Quality};

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The number, from 0; it runs on over the telegrams of a readout.
    pub number: u16,
    /// The telegram, from 0.
    pub telegram: u8,
    /// The text without the number.
    pub text: String,
    /// Where the line's bytes start in the telegram's frame.
    pub offset: usize,
    /// How many bytes of the frame the line shows.
    pub length: usize,
    /// These bytes as hex, with spaces.
    pub hex: String,
    /// What the line shows.
    pub kind: LineKind,
    /// Whether this is the meter's main register.
    pub is_index: bool,
    /// The register name this line would usually be given.
    pub register: Option<&'static str>,
    /// The line as the parameter `reg` takes it, with the DIB/VIB found there: `3 04/06`.
    pub selector: Option<String>,
    /// How far the record's value can be trusted; `None` for lines without a record.
    pub quality: Option<Quality>,
}

/// What a line shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LineKind {
    /// Who answers.
    Address,
    /// The header.
    Header,
    /// A data record.
    Record,
    /// Bytes for the manufacturer.
    Manufacturer,
    /// More records follow in the next telegram.
    More,
    /// Something is wrong or cannot be read.
    Fault,
}

impl LineKind {
    /// The word, for programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Header => "header",
            Self::Record => "record",
            Self::Manufacturer => "manufacturer",
            Self::More => "more",
            Self::Fault => "fault",
        }
    }
}

/// The meter's main register: the value to compare with the dial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// The line it stands at.
    pub line: u16,
    /// The telegram, from 0.
    pub telegram: u8,
    /// The value in [`unit`](Self::unit); absent where the record has none to trust.
    pub value: Option<Decimal>,
    /// kWh for energy, m³ for volume.
    pub unit: &'static str,
}

/// The lines of the telegrams of one readout, given as whole frames in the order received.
pub fn line_view(_frames: &[Vec<u8>]) -> Vec<Line> {
    Vec::new()
}

/// The main register of the meter that sent these telegrams, where it can be told.
pub fn index_of(_frames: &[Vec<u8>]) -> Option<Index> {
    None
}
