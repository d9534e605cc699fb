//! What a telegram holds before it is filled with the values of a moment.

mod replay;

use mbus::frame::MAX_DATA_LEN;
use mbus::header::{Header, LONG_HEADER_LEN};
use mbus::{CiField, SecondaryAddress};

use crate::clock::Moment;
use crate::record_template::RecordTemplate;
use replay::Replay;
pub use replay::{Moving, ReplayError};

const DIF_MANUFACTURER_DATA: u8 = 0x0F;
const DIF_MORE_RECORDS_FOLLOW: u8 = 0x1F;

/// One telegram of a readout: made from records, or recorded and replayed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TelegramTemplate {
    content: Content,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Content {
    Records { records: Vec<RecordTemplate>, manufacturer_data: Vec<u8> },
    Replay(Replay),
}

/// The records are longer than one telegram can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the telegram would have {bytes} bytes behind its CI field, but a frame has room for {MAX_DATA_LEN}; move records to another telegram"
)]
pub struct TelegramTooLong {
    /// Header, records and manufacturer data.
    pub bytes: usize,
}

impl TelegramTemplate {
    /// A telegram with a long header (CI 72), these records, and what only the manufacturer
    /// understands behind them. DIF 0F or 1F is put there as the place in the readout wants it.
    pub fn new(
        records: Vec<RecordTemplate>,
        manufacturer_data: Vec<u8>,
    ) -> Result<Self, TelegramTooLong> {
        let records_len: usize = records.iter().map(RecordTemplate::len).sum();
        let bytes = LONG_HEADER_LEN + records_len + 1 + manufacturer_data.len();
        if bytes > MAX_DATA_LEN {
            return Err(TelegramTooLong { bytes });
        }
        Ok(Self { content: Content::Records { records, manufacturer_data } })
    }

    /// A recorded frame, sent again with the address and access number of the meter and with
    /// some of its numbers moving.
    pub fn replay(frame: &[u8], moving: &[Moving]) -> Result<Self, ReplayError> {
        Ok(Self { content: Content::Replay(Replay::new(frame, moving)?) })
    }

    /// The identity that a recorded frame tells, where it does.
    pub fn recorded_identity(&self) -> Option<SecondaryAddress> {
        match &self.content {
            Content::Records { .. } => None,
            Content::Replay(replay) => replay.identity(),
        }
    }

    /// CI field and user data at that moment.
    pub(crate) fn fill(&self, header: &Header, moment: Moment, more_follow: bool) -> (u8, Vec<u8>) {
        let (records, manufacturer_data) = match &self.content {
            Content::Replay(replay) => return replay.fill(header, moment),
            Content::Records { records, manufacturer_data } => (records, manufacturer_data),
        };
        let mut data = vec![0; LONG_HEADER_LEN];
        // The room is there: the long header has this length.
        let length = header.encode(&mut data).unwrap_or(LONG_HEADER_LEN);
        data.truncate(length);
        for record in records {
            record.fill(moment, &mut data);
        }
        if more_follow {
            data.push(DIF_MORE_RECORDS_FOLLOW);
        } else if !manufacturer_data.is_empty() {
            data.push(DIF_MANUFACTURER_DATA);
        }
        data.extend_from_slice(manufacturer_data);
        (CiField::LONG_HEADER.0, data)
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use mbus::header::{ConfigurationField, Status};

    use super::*;
    use crate::clock::CivilTime;
    use crate::record_template::RecordValue;

    const HEADER: Header = Header {
        meter: Some(SecondaryAddress::from_wire([0x78, 0x56, 0x34, 0x12, 0x74, 0x52, 0x01, 0x04])),
        access_number: 0x2A,
        status: Status(0x10),
        configuration: ConfigurationField(0),
    };

    fn moment() -> Moment {
        Moment { civil_time: CivilTime::DEFAULT_START, running: Duration::ZERO }
    }

    fn energy() -> RecordTemplate {
        RecordTemplate::new(&[0x04], &[0x06], RecordValue::Number(12_345)).unwrap()
    }

    fn user_data(manufacturer_data: &[u8], more_follow: bool) -> Vec<u8> {
        let template = TelegramTemplate::new(vec![energy()], manufacturer_data.to_vec()).unwrap();
        let (ci, data) = template.fill(&HEADER, moment(), more_follow);
        assert_eq!(ci, 0x72);
        data
    }

    #[test]
    fn header_and_records_stand_in_the_order_of_the_standard() {
        let expected = [
            0x78, 0x56, 0x34, 0x12, 0x74, 0x52, 0x01, 0x04, 0x2A, 0x10, 0x00, 0x00, 0x04, 0x06,
            0x39, 0x30, 0x00, 0x00,
        ];
        assert_eq!(user_data(&[], false), expected);
    }

    #[test]
    fn the_place_in_the_readout_decides_the_last_dif() {
        assert_eq!(user_data(&[], true)[18..], [0x1F]);
        assert_eq!(user_data(&[0xAA, 0xBB], true)[18..], [0x1F, 0xAA, 0xBB]);
        assert_eq!(user_data(&[0xAA, 0xBB], false)[18..], [0x0F, 0xAA, 0xBB]);
    }

    #[test]
    fn what_no_frame_can_hold_is_refused() {
        assert!(TelegramTemplate::new(vec![energy(); 39], vec![0; 5]).is_ok());
        let refused = TelegramTemplate::new(vec![energy(); 39], vec![0; 6]);
        assert_eq!(refused, Err(TelegramTooLong { bytes: 253 }));
    }
}
