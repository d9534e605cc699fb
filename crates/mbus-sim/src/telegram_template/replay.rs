//! A recorded telegram, sent again by a simulated meter.

use core::ops::Range;

use mbus::header::Header;
use mbus::record::{Counter as RecordedCounter, DataField};
use mbus::telegram::{Body, TelegramError};
use mbus::{Decimal, Frame, SecondaryAddress, Telegram};

use crate::clock::Moment;
use crate::record_template::{Counter, DailyPattern, encode_count};

/// Where the user data starts in a frame, behind start, lengths, C, A and CI field.
const DATA_OFFSET: usize = 7;

/// A number of a recorded telegram that goes on counting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moving {
    /// Which record, counted from 0.
    pub record: usize,
    /// Counts per hour, before the VIF scales them.
    pub per_hour: Decimal,
    /// How they spread over the day.
    pub daily: DailyPattern,
}

/// Why a recorded telegram cannot be replayed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    /// The bytes are no telegram.
    #[error("it cannot be replayed: {0}")]
    NoTelegram(TelegramError),
    /// There is no such record.
    #[error("record {record} cannot move: the telegram has {records} records, counted from 0")]
    NoRecord {
        /// The record asked for.
        record: usize,
        /// How many there are.
        records: usize,
    },
    /// The record holds no whole number.
    #[error("record {record} cannot move: it holds no whole number")]
    NoNumber {
        /// The record asked for.
        record: usize,
    },
    /// The change per hour is beyond reach.
    #[error("record {record} cannot move by more than 10^9 counts an hour")]
    TooFast {
        /// The record asked for.
        record: usize,
    },
}

/// The user data of a recorded frame and the places in it that change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Replay {
    ci: u8,
    data: Vec<u8>,
    identity: Option<SecondaryAddress>,
    identity_place: Range<usize>,
    access_number_place: Range<usize>,
    moving: Vec<MovingNumber>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct MovingNumber {
    place: Range<usize>,
    field: DataField,
    counter: Counter,
}

impl Replay {
    pub(super) fn new(frame: &[u8], moving: &[Moving]) -> Result<Self, ReplayError> {
        let telegram = Telegram::parse(frame).map_err(ReplayError::NoTelegram)?;
        let Ok((Frame::Long { data, .. }, _)) = Frame::parse(frame) else {
            return Err(ReplayError::NoTelegram(TelegramError::NoUserData));
        };
        let moving = moving.iter().map(|moving| moving_number(&telegram, moving));
        // The fixed structure has number and access number in front, without a header.
        let (identity_place, access_number_place) = match (telegram.header, telegram.body) {
            (Some(Header { meter: Some(_), .. }), _) => (0..8, 8..9),
            (Some(_), _) => (0..0, 0..1),
            (None, Body::Fixed(_)) => (0..4, 4..5),
            (None, _) => (0..0, 0..0),
        };
        Ok(Self {
            ci: telegram.ci.0,
            data: data.to_vec(),
            identity: telegram.secondary_address(),
            identity_place,
            access_number_place,
            moving: moving.collect::<Result<_, _>>()?,
        })
    }

    pub(super) const fn identity(&self) -> Option<SecondaryAddress> {
        self.identity
    }

    /// The telegram with the meter's identity and access number, as far as it tells them. The
    /// status stays as recorded.
    pub(super) fn fill(&self, header: &Header, moment: Moment) -> (u8, Vec<u8>) {
        let mut data = self.data.clone();
        if let Some(meter) = header.meter {
            overwrite(&mut data, &self.identity_place, &meter.to_wire());
        }
        overwrite(&mut data, &self.access_number_place, &[header.access_number]);
        for number in &self.moving {
            if let Ok(bytes) = encode_count(number.field, &number.counter, moment) {
                overwrite(&mut data, &number.place, &bytes);
            }
        }
        (self.ci, data)
    }
}

/// Fills a place with as many of the bytes as it has room for.
fn overwrite(data: &mut [u8], place: &Range<usize>, bytes: &[u8]) {
    for (slot, byte) in data.get_mut(place.clone()).unwrap_or_default().iter_mut().zip(bytes) {
        *slot = *byte;
    }
}

fn moving_number(telegram: &Telegram<'_>, moving: &Moving) -> Result<MovingNumber, ReplayError> {
    let record = moving.record;
    let Some(found) = telegram.records().nth(record) else {
        let records = telegram.records().count();
        return Err(ReplayError::NoRecord { record, records });
    };
    let start = match found.counter() {
        Some(RecordedCounter::Integer(number)) => number,
        Some(digits @ RecordedCounter::Bcd { .. }) => {
            digits.to_string().parse().map_err(|_| ReplayError::NoNumber { record })?
        }
        None => return Err(ReplayError::NoNumber { record }),
    };
    let counter = Counter::new(start, moving.per_hour, moving.daily.clone())
        .ok_or(ReplayError::TooFast { record })?;
    let end = telegram.body_offset - DATA_OFFSET + found.offset + found.len();
    Ok(MovingNumber { place: end - found.data.len()..end, field: found.dib.data_field(), counter })
}
#[cfg(test)]
mod tests {
    use core::time::Duration;

    use mbus::header::{ConfigurationField, Status};

    use super::*;
    use crate::clock::CivilTime;

    /// 12 345 kWh, an 8-digit BCD of 98 m³, and text.
    const FRAME: [u8; 38] = [
        0x68, 0x20, 0x20, 0x68, 0x08, 0x07, 0x72, 0x78, 0x56, 0x34, 0x12, 0x74, 0x52, 0x01, 0x04,
        0x2A, 0x00, 0x00, 0x00, 0x04, 0x06, 0x39, 0x30, 0x00, 0x00, 0x0C, 0x16, 0x98, 0x00, 0x00,
        0x00, 0x0D, 0xFD, 0x0C, 0x01, 0x41, 0x0F, 0x16,
    ];

    fn moving(record: usize, per_hour: &str) -> Moving {
        Moving { record, per_hour: per_hour.parse().unwrap(), daily: DailyPattern::default() }
    }

    fn header(meter: SecondaryAddress, access_number: u8) -> Header {
        let configuration = ConfigurationField(0);
        Header { meter: Some(meter), access_number, status: Status(0xFF), configuration }
    }

    #[test]
    fn the_fixed_structure_has_its_numbers_elsewhere() {
        let frame = [
            0x68, 0x13, 0x13, 0x68, 0x08, 0x05, 0x73, 0x78, 0x56, 0x34, 0x12, 0x0A, 0x00, 0xE9,
            0x7E, 0x01, 0x00, 0x00, 0x00, 0x35, 0x01, 0x00, 0x00, 0x3C, 0x16,
        ];
        let replay = Replay::new(&frame, &[]).unwrap();
        let meter = SecondaryAddress::parse_wire("1122334474520104").unwrap();
        let moment = Moment { civil_time: CivilTime::DEFAULT_START, running: Duration::ZERO };
        let (ci, data) = replay.fill(&header(meter, 7), moment);
        assert_eq!((ci, &data[..5]), (0x73, &[0x11, 0x22, 0x33, 0x44, 7][..]));
        assert_eq!(data[5..], frame[12..23]);
    }

    #[test]
    fn address_access_number_and_counters_move_and_the_rest_stays() {
        let replay = Replay::new(&FRAME, &[moving(0, "10"), moving(1, "1")]).unwrap();
        assert_eq!(replay.identity().unwrap().to_string(), "7856341274520104");
        let identity = SecondaryAddress::parse_wire("1122334474520104").unwrap();
        let header = header(identity, 9);
        let moment =
            Moment { civil_time: CivilTime::DEFAULT_START, running: Duration::from_secs(7200) };
        let (ci, data) = replay.fill(&header, moment);
        let mut expected = FRAME[7..36].to_vec();
        expected[..4].copy_from_slice(&[0x11, 0x22, 0x33, 0x44]);
        expected[8] = 9;
        expected[14] = 0x39 + 20;
        expected[20..22].copy_from_slice(&[0x00, 0x01]);
        assert_eq!((ci, data), (0x72, expected));
    }

    #[test]
    fn what_cannot_be_replayed_is_named() {
        let new = |moving| Replay::new(&FRAME, &[moving]).map(|_| ());
        assert_eq!(new(moving(3, "1")), Err(ReplayError::NoRecord { record: 3, records: 3 }));
        assert_eq!(new(moving(2, "1")), Err(ReplayError::NoNumber { record: 2 }));
        assert_eq!(new(moving(0, "1e12")), Err(ReplayError::TooFast { record: 0 }));
        let not_a_telegram = |bytes: &[u8]| {
            assert!(matches!(Replay::new(bytes, &[]), Err(ReplayError::NoTelegram(_))));
        };
        not_a_telegram(&FRAME[1..]);
        not_a_telegram(&[FRAME, FRAME].concat());
        not_a_telegram(&[0xE5]);
    }
}
