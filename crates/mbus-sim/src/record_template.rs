//! A data record before it is filled: DIB, VIB, and what stands behind them at a moment.

mod counter;
mod daily_pattern;
mod oscillation;

use mbus::record::DataField;
use mbus::record::date::{Date, DateTime, Time};
use mbus::record::{EncodeError, Records};

use crate::clock::{CivilTime, Moment};
pub use counter::Counter;
pub use daily_pattern::DailyPattern;
pub use oscillation::{Oscillation, OscillationError};

/// One data record of a telegram (EN 13757-3, clause 6).
///
/// ```
/// use mbus_sim::{RecordError, RecordTemplate, RecordValue};
///
/// assert!(RecordTemplate::new(&[0x02], &[0x5B], RecordValue::Number(62)).is_ok());
/// let too_great = RecordTemplate::new(&[0x01], &[0x5B], RecordValue::Number(300));
/// assert_eq!(too_great, Err(RecordError::OutOfRange));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordTemplate {
    dib: Vec<u8>,
    vib: Vec<u8>,
    value: RecordValue,
}

/// What stands in a record at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordValue {
    /// Always these bytes.
    Data(Vec<u8>),
    /// Always this number.
    Number(i128),
    /// A count that runs; it starts again at 0 when the field is full, as real counters do.
    Counter(Counter),
    /// A measured value that swings.
    Oscillation(Oscillation),
    /// The meter's clock: date and time in four bytes (type F), the date in two (type G).
    Clock,
    /// Always this date, in the same types.
    Date(CivilTime),
}

/// Why a record cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// The DIB is no DIF with its DIFEs, or the DIF begins no data record.
    #[error(
        "a DIB is one DIF and the DIFEs that its top bit announces; 0F, 1F, 2F and 7F begin no data record"
    )]
    Dib,
    /// The VIB is no VIF with its VIFEs.
    #[error("a VIB is one VIF and the VIFEs that its top bit announces")]
    Vib,
    /// The data has another length than the DIF says.
    #[error("there are {have} bytes of data, but the DIF announces {need}")]
    DataLength {
        /// Bytes there are.
        have: usize,
        /// Bytes the DIF announces.
        need: usize,
    },
    /// The data field of the DIF holds no whole number.
    #[error("a number needs a DIF with an integer (1 to 4, 6, 7) or BCD (9 to C, E)")]
    NoNumber,
    /// The number does not fit into the data field.
    #[error("the number does not fit into the data field of the DIF")]
    OutOfRange,
    /// The data field of the DIF holds no date.
    #[error(
        "a date needs a DIF with two bytes (2, date) or four (4, date and time), and a year from 1981 to 2080"
    )]
    NoDate,
}

impl RecordTemplate {
    /// Checks that the three parts fit together.
    pub fn new(dib: &[u8], vib: &[u8], value: RecordValue) -> Result<Self, RecordError> {
        let record = Self { dib: dib.to_vec(), vib: vib.to_vec(), value };
        let field = record.data_field();
        let data = match &record.value {
            RecordValue::Data(data) => data.clone(),
            RecordValue::Number(number) => encode(field, *number)?,
            RecordValue::Counter(_) => encode(field, 0)?,
            RecordValue::Oscillation(swing) => {
                encode(field, swing.least())?;
                encode(field, swing.greatest())?
            }
            RecordValue::Clock => encode_date(field, CivilTime::DEFAULT_START)?,
            RecordValue::Date(date) => encode_date(field, *date)?,
        };
        check_blocks(dib, vib, &data)?;
        Ok(record)
    }

    /// The bytes the record takes in a telegram.
    pub(crate) fn len(&self) -> usize {
        let data = match &self.value {
            RecordValue::Data(data) => data.len(),
            _ => self.data_field().data_len().unwrap_or(0),
        };
        self.dib.len() + self.vib.len() + data
    }

    /// Writes the record as it stands at that moment.
    pub(crate) fn fill(&self, moment: Moment, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.dib);
        out.extend_from_slice(&self.vib);
        let field = self.data_field();
        // Every value was tried when the record was made; zeros would keep the length.
        let data = match &self.value {
            RecordValue::Data(data) => Ok(data.clone()),
            RecordValue::Number(number) => encode(field, *number),
            RecordValue::Counter(counter) => encode_count(field, counter, moment),
            RecordValue::Oscillation(swing) => encode(field, swing.value(moment.running)),
            RecordValue::Clock => encode_date(field, moment.civil_time),
            RecordValue::Date(date) => encode_date(field, *date),
        };
        out.extend(data.unwrap_or_else(|_| vec![0; field.data_len().unwrap_or(0)]));
    }

    fn data_field(&self) -> DataField {
        DataField::from_dif(self.dib.first().copied().unwrap_or(0))
    }
}

/// Reads the record back with the decoder: what it understands otherwise is wrong.
fn check_blocks(dib: &[u8], vib: &[u8], data: &[u8]) -> Result<(), RecordError> {
    let bytes = [dib, vib, data].concat();
    // Eight bytes more, so that data that is too short shows as such and not as an early end.
    let padded = [&bytes[..], &[0; 16]].concat();
    let record = Records::new(&padded).next().filter(|record| record.dib.bytes == dib);
    let Some(record) = record.filter(|record| !record.dib.is_too_long()) else {
        return Err(RecordError::Dib);
    };
    if record.vib.bytes != vib {
        return Err(RecordError::Vib);
    }
    if record.data.len() != data.len() {
        return Err(RecordError::DataLength { have: data.len(), need: record.data.len() });
    }
    Ok(())
}

/// The count in the data field, from 0 again when it is full.
pub(crate) fn encode_count(
    field: DataField,
    counter: &Counter,
    moment: Moment,
) -> Result<Vec<u8>, RecordError> {
    let count = counter.value(moment.running, moment.start_second_of_day());
    let full: i128 = match field {
        DataField::Integer(bytes) => 1 << (8 * u32::from(bytes) - 1),
        DataField::Bcd(bytes) => 100_i128.pow(u32::from(bytes)),
        _ => return Err(RecordError::NoNumber),
    };
    encode(field, count.rem_euclid(full))
}

fn encode(field: DataField, number: i128) -> Result<Vec<u8>, RecordError> {
    let mut data = vec![0; field.data_len().ok_or(RecordError::NoNumber)?];
    match field.encode(number, &mut data) {
        Ok(_) => Ok(data),
        Err(EncodeError::OutOfRange) => Err(RecordError::OutOfRange),
        Err(EncodeError::NoNumber | EncodeError::BufferTooSmall(_)) => Err(RecordError::NoNumber),
    }
}

fn encode_date(field: DataField, time: CivilTime) -> Result<Vec<u8>, RecordError> {
    let date = Date::new(time.year(), time.month(), time.day())
        .ok()
        .filter(|_| (1981..=2080).contains(&time.year()))
        .ok_or(RecordError::NoDate)?;
    match field {
        DataField::Integer(2) => Ok(date.to_type_g().to_vec()),
        DataField::Integer(4) => {
            let time = Time { hour: Some(time.hour()), minute: Some(time.minute()), second: None };
            Ok(DateTime { date, time, summer_time: false }.to_type_f().to_vec())
        }
        _ => Err(RecordError::NoDate),
    }
}

#[cfg(test)]
mod tests;
