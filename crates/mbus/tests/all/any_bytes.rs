//! Whatever a meter sends: no panic, no lost byte, and JSON that is JSON.

use std::fmt::Write;

use mbus::frame::{ControlField, Frame, MAX_DATA_LEN, MAX_FRAME_LEN};
use mbus::record::Records;
use mbus::view::{json, lines::Lines};
use mbus::{DataRecord, Telegram};
use proptest::prelude::*;

fn answer(ci: u8, data: &[u8]) -> Vec<u8> {
    let mut buffer = [0; MAX_FRAME_LEN];
    let frame = Frame::Long { control: ControlField::RSP_UD, address: 1, ci, data };
    let length = frame.encode(&mut buffer).unwrap();
    buffer[..length].to_vec()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn every_view_of_any_answer_is_sound(ci in prop::sample::select(vec![0x72_u8, 0x7A, 0x78, 0x73, 0x70, 0x71, 0x76, 0xB1]), data in prop::collection::vec(any::<u8>(), 0..=MAX_DATA_LEN)) {
        let frame = answer(ci, &data);
        let mut text = String::new();
        json::write_frame(&mut text, &frame, 0).unwrap();
        let parsed: Result<serde_json::Value, _> = serde_json::from_str(&text);
        prop_assert!(parsed.is_ok(), "{text}");
        if let Ok(telegram) = Telegram::parse(&frame) {
            for line in Lines::new(&telegram, 0) {
                let mut shown = String::new();
                write!(shown, "{line}").unwrap();
                prop_assert!(line.offset + line.length <= frame.len(), "{shown}");
            }
        }
    }

    #[test]
    fn records_never_overlap_and_never_leave_the_data(data in prop::collection::vec(any::<u8>(), 0..=MAX_DATA_LEN)) {
        let mut end = 0;
        for record in Records::new(&data) {
            prop_assert!(record.offset >= end);
            end = record.offset + DataRecord::len(&record);
            prop_assert!(end <= data.len());
        }
    }

    #[test]
    fn a_fault_at_the_end_costs_no_record_before_it(data in prop::collection::vec(any::<u8>(), 0..=100), cut in 0_usize..100) {
        let whole: Vec<_> = Records::new(&data).collect();
        let shorter = &data[..cut.min(data.len())];
        let kept = Records::new(shorter).filter(|record| !matches!(record.quality, mbus::Quality::Truncated));
        for (before, after) in whole.iter().zip(kept) {
            prop_assert_eq!(before.value, after.value);
        }
    }
}
