//! Frame count bit, pages and addresses of the link layer.

use std::time::Duration;

use mbus::{ControlField, Frame, Records};

use crate::virtual_master::{ACK, VirtualMaster, access_number, count, long, short, telegram};

const ONE_PAGE: &str = "
[[bus]]
id = 'a'
[[bus.meter]]
name = 'Water'
primary = 7
identification = '12345678'
manufacturer = 'EFE'
version = 1
device_type = 7
access_number = 255
[[bus.meter.telegram]]
records = [{ dib = '04', vib = '13', counter = 1000, per_hour = 3600 }]
";

const THREE_PAGES: &str = "
[[bus]]
id = 'a'
[[bus.meter]]
name = 'Heat'
primary = 1
identification = '12345678'
manufacturer = '7452'
version = 1
device_type = 4
access_number = 0x2A
[[bus.meter.telegram]]
records = [{ dib = '04', vib = '06', value = 12345 }]
[[bus.meter.telegram]]
records = [{ dib = '04', vib = '13', value = 1234 }]
[[bus.meter.telegram]]
records = [{ dib = '02', vib = '5A', value = 500 }]
manufacturer_data = 'AA BB'
";

#[test]
fn the_same_frame_count_bit_repeats_and_the_toggled_one_advances() {
    let mut master = VirtualMaster::at_toml(ONE_PAGE);
    assert_eq!(master.initialize(7), ACK);
    let first = master.request(7, true);
    master.wait(Duration::from_secs(60));
    assert_eq!(master.request(7, true), first, "a repetition is the same byte for byte");
    let second = master.request(7, false);
    assert_eq!((access_number(&first), access_number(&second)), (255, 0));
    assert!(count(&second, 0) >= count(&first, 0) + 60);
    assert_eq!(master.request(7, false), second);
}

#[test]
fn after_snd_nke_the_next_telegram_is_new_with_either_bit() {
    for fcb in [false, true] {
        let mut master = VirtualMaster::at_toml(ONE_PAGE);
        let first = master.request(7, fcb);
        master.initialize(7);
        let second = master.request(7, fcb);
        assert_eq!(access_number(&second), access_number(&first).wrapping_add(1));
    }
}

#[test]
fn a_readout_of_three_telegrams_is_that_of_the_books() {
    let pages = [
        "68 16 16 68 08 01 72 78 56 34 12 74 52 01 04 2A 00 00 00 04 06 39 30 00 00 1F 16 16",
        "68 16 16 68 08 01 72 78 56 34 12 74 52 01 04 2B 00 00 00 04 13 D2 04 00 00 1F 91 16",
        "68 16 16 68 08 01 72 78 56 34 12 74 52 01 04 2C 00 00 00 02 5A F4 01 0F AA BB 4B 16",
    ];
    let mut master = VirtualMaster::at_toml(THREE_PAGES);
    assert_eq!(master.ask(&[0x10, 0x40, 0x01, 0x41, 0x16]), ACK);
    for (index, page) in pages.iter().enumerate() {
        let mut buffer = [0; 64];
        let expected = mbus::hex::decode(page, &mut buffer).unwrap();
        assert_eq!(master.request(1, index % 2 == 0), expected, "page {index}");
        // A lost page is asked for again with the same bit.
        assert_eq!(master.request(1, index % 2 == 0), expected, "page {index} again");
    }
    let next = master.request(1, false);
    assert_eq!(count(&next, 0), 12_345, "behind the last page the next readout begins");
}

#[test]
fn an_application_reset_starts_the_readout_over() {
    let mut master = VirtualMaster::at_toml(THREE_PAGES);
    let first = master.request(1, true);
    assert_eq!(master.ask(&long(1, 0x50, &[])), ACK);
    let again = master.request(1, false);
    assert_eq!(count(&again, 0), count(&first, 0));
    assert_ne!(access_number(&again), access_number(&first));
}

#[test]
fn address_254_is_everyone_and_255_is_everyone_without_an_answer() {
    let mut master = VirtualMaster::at_toml(ONE_PAGE);
    assert_eq!(master.initialize(0xFE), ACK);
    assert_eq!(telegram(&master.request(0xFE, true)).address, 7);
    assert_eq!(master.initialize(0xFF), []);
    assert_eq!(master.request(0xFF, true), []);
}

#[test]
fn other_addresses_and_damaged_requests_get_no_answer() {
    let mut master = VirtualMaster::at_toml(ONE_PAGE);
    assert_eq!(master.request(8, true), []);
    assert_eq!(master.ask(&[0x10, 0x5B, 0x07, 0x63, 0x16]), [], "wrong checksum");
    assert_eq!(master.ask(&[0x10, 0x5B, 0x07, 0x62]), [], "no stop byte");
    assert_eq!(master.ask(&[0x10, 0x08, 0x07, 0x0F, 0x16]), [], "not from a master");
    master.wait(Duration::from_secs(1));
    assert_ne!(master.request(7, true), []);
}

#[test]
fn what_a_meter_cannot_do_it_does_not_acknowledge() {
    let mut master = VirtualMaster::at_toml(ONE_PAGE);
    assert_eq!(master.ask(&long(7, 0x51, &[0x04, 0x6D, 0x3A, 0x08, 0x11, 0x39])), []);
    assert_eq!(master.ask(&short(ControlField::req_ud1(true), 7)), ACK, "no alarm is pending");
}

#[test]
fn a_meter_without_telegrams_acknowledges_and_sends_none() {
    let toml = ONE_PAGE.split("[[bus.meter.telegram]]").next().unwrap();
    let mut master = VirtualMaster::at_toml(toml);
    assert_eq!(master.initialize(7), ACK);
    assert_eq!(master.request(7, true), []);
}

#[test]
fn the_answer_is_an_rsp_ud_with_the_meters_own_address() {
    let mut master = VirtualMaster::at_toml(ONE_PAGE);
    let answer = master.request(7, true);
    let (Frame::Long { control, address, ci, data }, _) = Frame::parse(&answer).unwrap() else {
        panic!("no long frame");
    };
    assert_eq!((control, address, ci), (ControlField::RSP_UD, 7, 0x72));
    assert_eq!(Records::new(&data[12..]).count(), 1);
}
