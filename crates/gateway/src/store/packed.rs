//! How telegrams, readings and causes lie in their columns: CBOR with numbered fields, so that
//! fields can be added, compressed with zstd.

use std::time::Duration;

use mbus::Decimal;
use minicbor::{Decode, Encode};

use super::readout::StoredTelegram;
use crate::findings::{Cause, Severity};
use crate::reading::{Reading, ReadingSource, ReadingValue};

const LEVEL: i32 = 3;
/// More than 255 telegrams of the longest kind, or their readings, ever take.
const MAX_UNPACKED: usize = 1 << 20;

#[derive(Encode, Decode)]
struct PackedTelegram {
    #[cbor(n(0), with = "minicbor::bytes")]
    frame: Vec<u8>,
    #[n(1)]
    answered_after_us: u64,
    #[n(2)]
    tries: u8,
}

#[derive(Encode, Decode)]
struct PackedReading {
    #[n(0)]
    register: String,
    #[n(1)]
    exponent: Option<i16>,
    /// With the exponent a number, alone a text.
    #[n(2)]
    mantissa: Option<i64>,
    /// A text, or the digits of a mantissa too long for 64 bits.
    #[n(3)]
    text: Option<String>,
    #[n(4)]
    unit: Option<String>,
    #[n(5)]
    quality: String,
    #[n(6)]
    measured_at: Option<String>,
    #[n(7)]
    is_index: bool,
    #[n(8)]
    source: Option<PackedSource>,
}

#[derive(Encode, Decode)]
struct PackedSource {
    #[n(0)]
    telegram: u8,
    #[n(1)]
    line: u16,
    #[n(2)]
    dib: String,
    #[n(3)]
    vib: String,
}

#[derive(Encode, Decode)]
struct PackedCause {
    #[n(0)]
    code: String,
    #[n(1)]
    register: Option<String>,
    #[n(2)]
    why: String,
    #[n(3)]
    remedy: String,
    #[n(4)]
    fault: bool,
}

/// Why bytes of a column cannot be unpacked.
#[derive(Debug, thiserror::Error)]
pub(super) enum UnpackError {
    #[error("it cannot be decompressed ({0})")]
    Compression(#[from] std::io::Error),
    #[error("it cannot be decoded ({0})")]
    Encoding(#[from] minicbor::decode::Error),
    #[error("a number has {0} instead of digits")]
    Digits(String),
}

/// The column of telegrams; `None` where there are none.
pub(super) fn pack_telegrams(
    telegrams: &[StoredTelegram],
) -> Result<Option<Vec<u8>>, std::io::Error> {
    pack(telegrams.iter().map(|telegram| PackedTelegram {
        frame: telegram.frame.clone(),
        answered_after_us: u64::try_from(telegram.answered_after.as_micros()).unwrap_or(u64::MAX),
        tries: telegram.tries,
    }))
}

pub(super) fn unpack_telegrams(column: Option<&[u8]>) -> Result<Vec<StoredTelegram>, UnpackError> {
    let telegrams = unpack::<PackedTelegram>(column)?.into_iter().map(|telegram| StoredTelegram {
        frame: telegram.frame,
        answered_after: Duration::from_micros(telegram.answered_after_us),
        tries: telegram.tries,
    });
    Ok(telegrams.collect())
}

/// The column of readings; `None` where there are none.
pub(super) fn pack_readings(readings: &[Reading]) -> Result<Option<Vec<u8>>, std::io::Error> {
    pack(readings.iter().cloned().map(|reading| {
        let (exponent, mantissa, text) = match reading.value {
            None => (None, None, None),
            Some(ReadingValue::Text(text)) => (None, None, Some(text)),
            Some(ReadingValue::Number(number)) => match i64::try_from(number.mantissa()) {
                Ok(mantissa) => (Some(number.exponent()), Some(mantissa), None),
                Err(_) => (Some(number.exponent()), None, Some(number.mantissa().to_string())),
            },
        };
        PackedReading {
            register: reading.register,
            exponent,
            mantissa,
            text,
            unit: reading.unit,
            quality: reading.quality,
            measured_at: reading.measured_at,
            is_index: reading.is_index,
            source: reading.source.map(|source| PackedSource {
                telegram: source.telegram,
                line: source.line,
                dib: source.dib,
                vib: source.vib,
            }),
        }
    }))
}

pub(super) fn unpack_readings(column: Option<&[u8]>) -> Result<Vec<Reading>, UnpackError> {
    let mut readings = Vec::new();
    for reading in unpack::<PackedReading>(column)? {
        let value = match (reading.exponent, reading.mantissa, reading.text) {
            (Some(exponent), Some(mantissa), _) => {
                Some(ReadingValue::Number(Decimal::new(i128::from(mantissa), exponent)))
            }
            (Some(exponent), None, Some(digits)) => match digits.parse() {
                Ok(mantissa) => Some(ReadingValue::Number(Decimal::new(mantissa, exponent))),
                Err(_) => return Err(UnpackError::Digits(digits)),
            },
            (None, _, Some(text)) => Some(ReadingValue::Text(text)),
            _ => None,
        };
        readings.push(Reading {
            register: reading.register,
            value,
            unit: reading.unit,
            quality: reading.quality,
            measured_at: reading.measured_at,
            is_index: reading.is_index,
            source: reading.source.map(|source| ReadingSource {
                telegram: source.telegram,
                line: source.line,
                dib: source.dib,
                vib: source.vib,
            }),
        });
    }
    Ok(readings)
}

/// The column of causes; `None` where there are none.
pub(super) fn pack_causes(causes: &[Cause]) -> Result<Option<Vec<u8>>, std::io::Error> {
    pack(causes.iter().cloned().map(|cause| PackedCause {
        code: cause.code,
        register: cause.register,
        why: cause.why,
        remedy: cause.remedy,
        fault: cause.severity == Severity::Fault,
    }))
}

pub(super) fn unpack_causes(column: Option<&[u8]>) -> Result<Vec<Cause>, UnpackError> {
    let causes = unpack::<PackedCause>(column)?.into_iter().map(|cause| Cause {
        code: cause.code,
        register: cause.register,
        why: cause.why,
        remedy: cause.remedy,
        severity: if cause.fault { Severity::Fault } else { Severity::Attention },
    });
    Ok(causes.collect())
}

fn pack<T: Encode<()>>(items: impl Iterator<Item = T>) -> Result<Option<Vec<u8>>, std::io::Error> {
    let items: Vec<T> = items.collect();
    if items.is_empty() {
        return Ok(None);
    }
    let encoded = minicbor::to_vec(items).map_err(std::io::Error::other)?;
    zstd::bulk::compress(&encoded, LEVEL).map(Some)
}

fn unpack<T: for<'b> Decode<'b, ()>>(column: Option<&[u8]>) -> Result<Vec<T>, UnpackError> {
    let Some(packed) = column else { return Ok(Vec::new()) };
    let encoded = zstd::bulk::decompress(packed, MAX_UNPACKED)?;
    Ok(minicbor::decode(&encoded)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(value: Option<ReadingValue>) -> Reading {
        Reading {
            register: "heat_energy_kwh".to_owned(),
            value,
            unit: Some("kWh".to_owned()),
            quality: "ok".to_owned(),
            measured_at: Some("2021-06-11T10:30".to_owned()),
            is_index: true,
            source: Some(ReadingSource {
                telegram: 1,
                line: 300,
                dib: "04".to_owned(),
                vib: "06".to_owned(),
            }),
        }
    }

    #[test]
    fn readings_come_back_digit_by_digit() {
        let numbers = [
            Decimal::new(1_210, -3),
            Decimal::new(0, -3),
            Decimal::new(12_345, 3),
            Decimal::new(i128::MAX, -30),
            Decimal::new(i128::from(i64::MIN) - 1, 0),
        ];
        let mut readings: Vec<_> =
            numbers.map(|number| reading(Some(ReadingValue::Number(number)))).to_vec();
        readings.push(reading(Some(ReadingValue::Text("09LA076755".to_owned()))));
        readings.push(reading(None));
        let packed = pack_readings(&readings).unwrap();
        let back = unpack_readings(packed.as_deref()).unwrap();
        assert_eq!(back, readings);
        for (one, other) in readings.iter().zip(&back) {
            if let (Some(ReadingValue::Number(a)), Some(ReadingValue::Number(b))) =
                (&one.value, &other.value)
            {
                // Decimals are equal by value; here the digits must be the same too.
                assert_eq!((a.mantissa(), a.exponent()), (b.mantissa(), b.exponent()));
            }
        }
    }

    #[test]
    fn nothing_takes_no_column() {
        assert_eq!(pack_telegrams(&[]).unwrap(), None);
        assert_eq!(unpack_telegrams(None).unwrap(), []);
    }

    #[test]
    fn damaged_columns_are_errors() {
        let telegrams =
            [StoredTelegram { frame: vec![0x68; 200], answered_after: Duration::ZERO, tries: 1 }];
        let packed = pack_telegrams(&telegrams).unwrap().unwrap();
        assert!(packed.len() < 100, "a telegram is compressed");
        for cut in 0..packed.len() {
            assert!(unpack_telegrams(Some(&packed[..cut])).is_err(), "{cut}");
        }
        assert!(unpack_readings(Some(&packed)).is_err(), "another column's bytes");
    }
}
