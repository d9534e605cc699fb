//! How telegrams, readings and problems lie in their columns: CBOR with numbered fields, so that
//! fields can be added, compressed with zstd.

use fleet_link::{Finding, Reading, ReadingValue, Severity, Source, TelegramBytes};
use jiff::Timestamp;
use mbus::Decimal;
use minicbor::{Decode, Encode};

const LEVEL: i32 = 3;
/// More than any readout within the limits of the fleet link takes.
const MAX_UNPACKED: usize = 16 << 20;

#[derive(Encode, Decode)]
struct PackedTelegram {
    #[cbor(n(0), with = "minicbor::bytes")]
    frame: Vec<u8>,
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
struct PackedFinding {
    #[n(0)]
    code: String,
    #[n(1)]
    register: Option<String>,
    #[n(2)]
    meter: Option<String>,
    #[n(3)]
    what: String,
    #[n(4)]
    why: String,
    #[n(5)]
    remedy: String,
    #[n(6)]
    fault: bool,
    /// Milliseconds since 1970.
    #[n(7)]
    since: Option<i64>,
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
    telegrams: &[TelegramBytes],
) -> Result<Option<Vec<u8>>, std::io::Error> {
    pack(telegrams.iter().map(|telegram| PackedTelegram { frame: telegram.0.clone() }))
}

pub(super) fn unpack_telegrams(column: Option<&[u8]>) -> Result<Vec<Vec<u8>>, UnpackError> {
    let telegrams = unpack::<PackedTelegram>(column)?;
    Ok(telegrams.into_iter().map(|telegram| telegram.frame).collect())
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
            source: reading.source.map(|Source { telegram, line, dib, vib }| PackedSource {
                telegram,
                line,
                dib,
                vib,
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
            source: reading.source.map(|PackedSource { telegram, line, dib, vib }| Source {
                telegram,
                line,
                dib,
                vib,
            }),
        });
    }
    Ok(readings)
}

/// The column of problems; `None` where there are none.
pub(super) fn pack_problems(problems: &[Finding]) -> Result<Option<Vec<u8>>, std::io::Error> {
    pack(problems.iter().cloned().map(|finding| PackedFinding {
        code: finding.code,
        register: finding.register,
        meter: finding.meter,
        what: finding.what,
        why: finding.why,
        remedy: finding.remedy,
        fault: finding.severity == Severity::Fault,
        since: finding.since.map(Timestamp::as_millisecond),
    }))
}

pub(super) fn unpack_problems(column: Option<&[u8]>) -> Result<Vec<Finding>, UnpackError> {
    let problems = unpack::<PackedFinding>(column)?.into_iter().map(|finding| Finding {
        code: finding.code,
        register: finding.register,
        meter: finding.meter,
        what: finding.what,
        why: finding.why,
        remedy: finding.remedy,
        severity: if finding.fault { Severity::Fault } else { Severity::Attention },
        since: finding.since.and_then(|since| Timestamp::from_millisecond(since).ok()),
    });
    Ok(problems.collect())
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
            source: Some(Source {
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
    fn problems_come_back() {
        let finding = Finding {
            code: "register_missing".to_owned(),
            register: Some("vol_m3".to_owned()),
            meter: Some("meter-1".to_owned()),
            what: "a".to_owned(),
            why: "b".to_owned(),
            remedy: "c".to_owned(),
            severity: Severity::Fault,
            since: Some(Timestamp::from_millisecond(1_780_000_000_123).unwrap()),
        };
        let attention = Finding { severity: Severity::Attention, since: None, ..finding.clone() };
        let problems = [finding, attention];
        let packed = pack_problems(&problems).unwrap();
        assert_eq!(unpack_problems(packed.as_deref()).unwrap(), problems);
    }

    #[test]
    fn damaged_columns_are_errors_and_nothing_takes_no_column() {
        assert_eq!(pack_telegrams(&[]).unwrap(), None);
        assert_eq!(unpack_telegrams(None).unwrap(), Vec::<Vec<u8>>::new());
        let packed = pack_telegrams(&[TelegramBytes(vec![0x68; 200])]).unwrap().unwrap();
        assert!(packed.len() < 100, "a telegram is compressed");
        for cut in 0..packed.len() {
            assert!(unpack_telegrams(Some(&packed[..cut])).is_err(), "{cut}");
        }
        assert!(unpack_readings(Some(&packed)).is_err(), "another column's bytes");
    }
}
