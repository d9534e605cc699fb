//! A record's DIB and VIB, as a person or a model writes them: `04/06`.

use std::fmt;

use mbus::DataRecord;
use mbus::hex::Hex;
use mbus::record::Records;

use super::{SelectorError, SelectorFault};
use crate::source_record::{RecordContent, SourceRecord};

/// DIB and VIB: together they fix how the data is coded, function, storage number, tariff,
/// subunit, quantity, unit and power of ten.
#[derive(Clone, PartialEq, Eq)]
pub struct RecordBlocks {
    dib: Vec<u8>,
    vib: Vec<u8>,
}

/// More bytes than any data field has.
const DATA: [u8; 8] = [0; 8];

impl RecordBlocks {
    /// Reads `DIB/VIB` in hex.
    pub fn parse(text: &str) -> Result<Self, SelectorError> {
        Self::parse_at(text, 0)
    }

    /// Reads `DIB/VIB` that stands at a position of a longer text.
    pub(super) fn parse_at(text: &str, position: usize) -> Result<Self, SelectorError> {
        let mut halves = text.split('/');
        let (Some(dib_text), Some(vib_text), None) = (halves.next(), halves.next(), halves.next())
        else {
            return Err(SelectorFault::NotDibSlashVib.at(position));
        };
        let vib_position = position + dib_text.chars().count() + 1;
        let dib = parse_bytes(dib_text, position)?;
        let vib = parse_bytes(vib_text, vib_position)?;
        if dib.is_empty() || vib.is_empty() {
            return Err(SelectorFault::NotDibSlashVib.at(position));
        }
        let blocks = Self { dib, vib };
        let bytes = blocks.record_bytes();
        match blocks.read(&bytes) {
            Some(_) => Ok(blocks),
            None => Err(SelectorFault::NotABlock { written: text.to_owned() }.at(position)),
        }
    }

    /// The blocks of a record; a counter of the fixed structure has none.
    pub(super) fn of(record: &SourceRecord<'_>) -> Option<Self> {
        let record = record.data_record()?;
        Some(Self { dib: record.dib.bytes.to_vec(), vib: record.vib.bytes.to_vec() })
    }

    pub(super) fn matches(&self, record: &SourceRecord<'_>) -> bool {
        record
            .data_record()
            .is_some_and(|record| record.dib.bytes == self.dib && record.vib.bytes == self.vib)
    }

    /// What a record with these blocks says: `instantaneous energy in Wh`.
    pub(super) fn meaning(&self) -> String {
        let bytes = self.record_bytes();
        let Some(record) = self.read(&bytes) else { return String::new() };
        let content = RecordContent::Record(record);
        SourceRecord { telegram: 0, line: 0, content }.meaning().to_string()
    }

    fn record_bytes(&self) -> Vec<u8> {
        [&self.dib[..], &self.vib, &DATA].concat()
    }

    /// The blocks as a record with zeros as data, if that is what the bytes are.
    fn read<'a>(&self, bytes: &'a [u8]) -> Option<DataRecord<'a>> {
        let record = Records::new(bytes).next()?;
        let is_whole = record.dib.bytes == self.dib && record.vib.bytes == self.vib;
        is_whole.then_some(record)
    }
}

fn parse_bytes(text: &str, position: usize) -> Result<Vec<u8>, SelectorError> {
    let mut bytes = Vec::new();
    let mut high = None;
    for (index, found) in text.chars().enumerate() {
        let Some(digit) = found.to_digit(16).and_then(|digit| u8::try_from(digit).ok()) else {
            return Err(SelectorFault::Digit { found }.at(position + index));
        };
        match high.take() {
            None => high = Some(digit),
            Some(high) => bytes.push(high << 4 | digit),
        }
    }
    if high.is_some() {
        return Err(SelectorFault::OddDigits.at(position + text.len() - 1));
    }
    Ok(bytes)
}

impl fmt::Display for RecordBlocks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", Hex(&self.dib), Hex(&self.vib))
    }
}

impl fmt::Debug for RecordBlocks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
