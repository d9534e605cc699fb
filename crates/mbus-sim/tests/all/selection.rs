//! Selection by secondary address over 253 (EN 13757-7).

use crate::virtual_master::{ACK, VirtualMaster, access_number, long, telegram};

const TWO_METERS: &str = "
[[bus]]
id = 'a'
[[bus.meter]]
name = 'First'
identification = '12345678'
manufacturer = '7452'
version = 1
device_type = 4
[[bus.meter.telegram]]
records = [{ dib = '04', vib = '06', value = 1 }]
[[bus.meter.telegram]]
records = [{ dib = '04', vib = '06', value = 2 }]

[[bus.meter]]
name = 'Second'
identification = '12345679'
manufacturer = 'EFE'
version = 2
device_type = 7
[[bus.meter.telegram]]
records = [{ dib = '04', vib = '13', value = 3 }]
";

fn selected_meter(master: &mut VirtualMaster) -> String {
    let answer = master.request(0xFD, true);
    telegram(&answer).secondary_address().unwrap().to_string()
}

#[test]
fn each_wildcard_selects_and_each_other_byte_does_not() {
    let masks = [
        ("7856341274520104", true),
        ("78563412FFFFFFFF", true),
        ("FFFFFFFF7452FFFF", true),
        ("FFFFFFFFFFFF01FF", true),
        ("FFFFFFFFFFFFFF04", true),
        ("F8FFFFFFFFFFFFFF", true),
        ("7756341274520104", false),
        ("7856341275520104", false),
        ("7856341274520204", false),
        ("7856341274520105", false),
        ("FFFFFF13FFFFFFFF", false),
    ];
    for (mask, is_selected) in masks {
        let mut master = VirtualMaster::at_toml(TWO_METERS);
        assert_eq!(master.select(mask) == ACK, is_selected, "{mask}");
        if is_selected {
            assert_eq!(selected_meter(&mut master), "7856341274520104", "{mask}");
        } else {
            assert_eq!(master.request(0xFD, true), [], "{mask}");
        }
    }
}

#[test]
fn selecting_another_meter_deselects_the_first() {
    let mut master = VirtualMaster::at_toml(TWO_METERS);
    assert_eq!(master.select("78563412FFFFFFFF"), ACK);
    assert_eq!(selected_meter(&mut master), "7856341274520104");
    assert_eq!(master.select("79563412FFFFFFFF"), ACK);
    assert_eq!(selected_meter(&mut master), "79563412C5140207");
}

#[test]
fn nobody_answers_under_253_before_a_selection_or_after_its_end() {
    let mut master = VirtualMaster::at_toml(TWO_METERS);
    assert_eq!(master.request(0xFD, true), []);
    assert_eq!(master.initialize(0xFD), []);
    master.select("78563412FFFFFFFF");
    assert_eq!(master.initialize(0xFD), ACK);
    assert_eq!(master.request(0xFD, true), []);
}

#[test]
fn pages_under_253_have_a_frame_count_bit_of_their_own() {
    let mut master = VirtualMaster::at_toml(TWO_METERS);
    master.select("78563412FFFFFFFF");
    let first = master.request(0xFD, true);
    let second = master.request(0xFD, false);
    assert_eq!(master.request(0xFD, false), second);
    assert_ne!(access_number(&first), access_number(&second));
    master.select("78563412FFFFFFFF");
    let anew = master.request(0xFD, false);
    assert!(anew.contains(&0x1F), "a new selection begins with the first page");
}

#[test]
fn a_selection_of_another_length_or_address_selects_nobody() {
    let mut master = VirtualMaster::at_toml(TWO_METERS);
    assert_eq!(master.ask(&long(0xFD, 0x52, &[0xFF; 7])), []);
    assert_eq!(master.ask(&long(0xFE, 0x52, &[0xFF; 8])), []);
    assert_eq!(master.request(0xFD, true), []);
}
