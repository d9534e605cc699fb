//! The records of a telegram, one after the other, whatever is in them.

use core::fmt;

use super::value::{Value, variable_len};
use super::{DataRecord, Dib, Vib};
use crate::Quality;

const FILLER: u8 = 0x2F;
const MANUFACTURER_DATA: u8 = 0x0F;
const MORE_RECORDS_FOLLOW: u8 = 0x1F;
const GLOBAL_READOUT: u8 = 0x7F;

/// Walks over data records. A fault in one record is reported with it and costs no other; only
/// when the length of a record is not known does the walk end early, and
/// [`end`](Self::end) says so.
#[derive(Clone, Debug)]
pub struct Records<'a> {
    bytes: &'a [u8],
    offset: usize,
    end: RecordsEnd<'a>,
}

/// How the records of a telegram end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecordsEnd<'a> {
    /// What stands behind DIF 0F or 1F: for the manufacturer only.
    pub manufacturer_data: Option<&'a [u8]>,
    /// Where the DIF 0F or 1F stands, counted from the first record byte.
    pub offset: usize,
    /// DIF 1F: the meter has more records in its next telegram.
    pub more_records_follow: bool,
    /// DIF 7F: all records are asked for; travels to the meter only.
    pub global_readout: bool,
    /// Why the walk ended before the telegram did.
    pub fault: Option<Fault>,
}

/// Something wrong in the records, with the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where it is, counted from the first record byte.
    pub offset: usize,
    /// What it is.
    pub code: FaultCode,
}

/// What can be wrong in the records of a telegram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultCode {
    /// The telegram ends inside a record.
    Truncated,
    /// A DIF the standard keeps for later; what follows cannot be told apart.
    ReservedDif(u8),
    /// A length code of DIF D the standard keeps for later.
    ReservedLength(u8),
}

impl FaultCode {
    /// A stable word, for programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Truncated => "truncated",
            Self::ReservedDif(_) => "reserved_dif",
            Self::ReservedLength(_) => "reserved_length",
        }
    }
}

impl fmt::Display for FaultCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated => f.write_str("the telegram ends inside this record"),
            Self::ReservedDif(dif) => write!(
                f,
                "DIF {dif:02X} is reserved by the standard; the records behind it cannot be told apart"
            ),
            Self::ReservedLength(code) => write!(
                f,
                "length code {code:02X} is reserved by the standard; the records behind it cannot be told apart"
            ),
        }
    }
}

impl<'a> Records<'a> {
    /// The records in `bytes`: the user data behind the header.
    pub const fn new(bytes: &'a [u8]) -> Self {
        let end = RecordsEnd {
            manufacturer_data: None,
            offset: bytes.len(),
            more_records_follow: false,
            global_readout: false,
            fault: None,
        };
        Self { bytes, offset: 0, end }
    }

    /// How the records ended; complete once the iterator has returned `None`.
    pub const fn end(&self) -> RecordsEnd<'a> {
        self.end
    }

    /// Walks to the end and says how it is.
    pub fn finish(mut self) -> RecordsEnd<'a> {
        self.by_ref().for_each(drop);
        self.end
    }

    fn stop(&mut self, fault: Option<Fault>) {
        self.offset = self.bytes.len();
        self.end.fault = fault;
    }

    #[cold]
    fn special(&mut self, dif: u8) {
        self.end.offset = self.offset;
        let rest = self.bytes.get(self.offset + 1..).unwrap_or_default();
        match dif {
            MANUFACTURER_DATA | MORE_RECORDS_FOLLOW => {
                self.end.more_records_follow = dif == MORE_RECORDS_FOLLOW;
                self.end.manufacturer_data =
                    (dif == MANUFACTURER_DATA || !rest.is_empty()).then_some(rest);
                self.stop(None);
            }
            GLOBAL_READOUT => {
                self.end.global_readout = true;
                self.stop(None);
            }
            _ => {
                let fault = Fault { offset: self.offset, code: FaultCode::ReservedDif(dif) };
                self.stop(Some(fault));
            }
        }
    }

    /// The record that begins here and does not end in this telegram: its bytes stay visible.
    #[cold]
    fn truncated(&mut self, offset: usize, dib: Dib<'a>, vib: Vib<'a>) -> DataRecord<'a> {
        let data = self.bytes.get(offset + dib.bytes.len() + vib.bytes.len()..).unwrap_or_default();
        self.stop(Some(Fault { offset, code: FaultCode::Truncated }));
        DataRecord { offset, dib, vib, data, value: Value::None, quality: Quality::Truncated }
    }

    #[inline]
    fn record(&mut self, bytes: &'a [u8]) -> Option<DataRecord<'a>> {
        let offset = self.offset;
        let Some((dib, rest)) = Dib::parse(bytes) else { return self.no_record(offset) };
        let Some((vib, rest)) = Vib::parse(rest) else { return self.no_record(offset) };
        let length = match dib.data_field().data_len() {
            Some(length) => length,
            None => match rest.first() {
                Some(&code) => match variable_len(code) {
                    Some(length) => length + 1,
                    None => return Some(self.reserved_length(code, offset, dib, vib)),
                },
                None => return Some(self.truncated(offset, dib, vib)),
            },
        };
        let Some((data, rest)) = rest.split_at_checked(length) else {
            return Some(self.truncated(offset, dib, vib));
        };
        self.offset = self.bytes.len() - rest.len();
        Some(DataRecord::read(offset, dib, vib, data))
    }

    /// The telegram ends inside DIB or VIB.
    #[cold]
    fn no_record(&mut self, offset: usize) -> Option<DataRecord<'a>> {
        self.stop(Some(Fault { offset, code: FaultCode::Truncated }));
        None
    }

    #[cold]
    fn reserved_length(
        &mut self,
        code: u8,
        offset: usize,
        dib: Dib<'a>,
        vib: Vib<'a>,
    ) -> DataRecord<'a> {
        let record = self.truncated(offset, dib, vib);
        self.end.fault = Some(Fault { offset, code: FaultCode::ReservedLength(code) });
        record
    }
}

/// How long the next record is, where its headings and its data stand apart.
pub(crate) struct Skeleton {
    pub(crate) heading_len: usize,
    pub(crate) data_len: usize,
}

impl Skeleton {
    /// `None` where the headings do not begin with DIB and VIB, or the data does not say its
    /// length.
    pub(crate) fn parse(headings: &[u8], data: &[u8]) -> Option<Self> {
        let (dib, rest) = Dib::parse(headings)?;
        let (vib, _) = Vib::parse(rest)?;
        let data_len = match dib.data_field().data_len() {
            Some(length) => length,
            None => variable_len(*data.first()?)? + 1,
        };
        Some(Self { heading_len: dib.bytes.len() + vib.bytes.len(), data_len })
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = DataRecord<'a>;

    #[inline]
    fn next(&mut self) -> Option<DataRecord<'a>> {
        loop {
            let bytes = self.bytes.get(self.offset..)?;
            match *bytes.first()? {
                FILLER => self.offset += 1,
                dif if dif & 0x0F == 0x0F => {
                    self.special(dif);
                    return None;
                }
                _ => return self.record(bytes),
            }
        }
    }
}
