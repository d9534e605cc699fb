use core::time::Duration;

use super::*;

fn at(hours: u64) -> Moment {
    Moment {
        civil_time: "2021-06-11T10:30".parse().unwrap(),
        running: Duration::from_secs(3600 * hours),
    }
}

fn filled(dib: &[u8], vib: &[u8], value: RecordValue, hours: u64) -> Vec<u8> {
    let record = RecordTemplate::new(dib, vib, value).unwrap();
    let mut bytes = Vec::new();
    record.fill(at(hours), &mut bytes);
    assert_eq!(bytes.len(), record.len());
    bytes
}

fn counter(start: i128, per_hour: &str) -> RecordValue {
    let rate = per_hour.parse().unwrap();
    RecordValue::Counter(Counter::new(start, rate, DailyPattern::default()).unwrap())
}

#[test]
fn numbers_and_dates_are_coded_as_the_dif_says() {
    assert_eq!(filled(&[0x02], &[0x5B], RecordValue::Number(62), 0), [0x02, 0x5B, 62, 0]);
    assert_eq!(filled(&[0x0C], &[0x13], counter(98, "2"), 1), [0x0C, 0x13, 0x00, 0x01, 0x00, 0x00]);
    assert_eq!(
        filled(&[0x04], &[0x6D], RecordValue::Clock, 0),
        [0x04, 0x6D, 0x1E, 0x0A, 0xAB, 0x26]
    );
    let date = RecordValue::Date("2020-12-31".parse().unwrap());
    assert_eq!(filled(&[0x42], &[0x6C], date, 0), [0x42, 0x6C, 0x9F, 0x2C]);
}

#[test]
fn a_full_counter_starts_again_at_zero() {
    assert_eq!(filled(&[0x0A], &[0x13], counter(9_998, "1"), 3), [0x0A, 0x13, 0x01, 0x00]);
    assert_eq!(filled(&[0x01], &[0x13], counter(126, "1"), 3), [0x01, 0x13, 0x01]);
}

#[test]
fn negative_power_keeps_its_sign_in_both_codings() {
    let swing = Oscillation::new(-2500, -2500, Duration::from_secs(60), None).unwrap();
    let value = RecordValue::Oscillation(swing);
    assert_eq!(filled(&[0x02], &[0x2B], value.clone(), 0), [0x02, 0x2B, 0x3C, 0xF6]);
    assert_eq!(filled(&[0x0C], &[0x2B], value, 0), [0x0C, 0x2B, 0x00, 0x25, 0x00, 0xF0]);
}

#[test]
fn blocks_that_do_not_fit_together_are_named() {
    let new = |dib: &[u8], vib: &[u8], data: &[u8]| {
        RecordTemplate::new(dib, vib, RecordValue::Data(data.to_vec())).map(|_| ())
    };
    for dib in [&[][..], &[0x0F], &[0x1F], &[0x2F], &[0x84], &[0x04, 0x06]] {
        assert_eq!(new(dib, &[0x06], &[0; 4]), Err(RecordError::Dib), "{dib:02X?}");
    }
    for vib in [&[0xFD][..], &[0x86], &[0x06, 0x13]] {
        assert_eq!(new(&[0x04], vib, &[0; 4]), Err(RecordError::Vib), "{vib:02X?}");
    }
    let have_3 = Err(RecordError::DataLength { have: 3, need: 4 });
    assert_eq!(new(&[0x04], &[0x06], &[0; 3]), have_3);
    assert_eq!(new(&[0x0D], &[0xFD, 0x0C], &[3, 0x31, 0x32, 0x33]), Ok(()));
    let longer = Err(RecordError::DataLength { have: 3, need: 4 });
    assert_eq!(new(&[0x0D], &[0xFD, 0x0C], &[3, 0x31, 0x32]), longer);
}

#[test]
fn values_that_the_field_cannot_hold_are_named() {
    let new = |dif, value| RecordTemplate::new(&[dif], &[0x06], value).map(|_| ());
    assert_eq!(new(0x01, RecordValue::Number(256)), Err(RecordError::OutOfRange));
    assert_eq!(new(0x05, RecordValue::Number(1)), Err(RecordError::NoNumber));
    assert_eq!(new(0x0D, counter(0, "1")), Err(RecordError::NoNumber));
    assert_eq!(new(0x00, counter(0, "1")), Err(RecordError::NoNumber));
    assert_eq!(new(0x0C, RecordValue::Clock), Err(RecordError::NoDate));
    let date = RecordValue::Date("2081-01-01".parse().unwrap());
    assert_eq!(new(0x02, date), Err(RecordError::NoDate));
    let swing = Oscillation::new(0, 70_000, Duration::from_secs(1), None).unwrap();
    assert_eq!(new(0x02, RecordValue::Oscillation(swing)), Err(RecordError::OutOfRange));
}
