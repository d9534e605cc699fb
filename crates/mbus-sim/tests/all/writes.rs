//! Writes: SND_UD with CI 51 gives a meter another primary address.

use crate::virtual_master::{ACK, VirtualMaster, access_number, long, telegram};

fn two_meters(quirks: &str) -> VirtualMaster {
    VirtualMaster::at_toml(&format!(
        "
[[bus]]
id = 'a'
[[bus.meter]]
name = 'New'
identification = '12345678'
manufacturer = '7452'
version = 1
device_type = 4
quirks = {{ {quirks} }}
[[bus.meter.telegram]]
records = [{{ dib = '04', vib = '06', value = 1 }}]

[[bus.meter]]
name = 'Neighbour'
primary = 9
identification = '12345679'
manufacturer = 'EFE'
version = 2
device_type = 7
"
    ))
}

/// SND_UD that gives whoever is at `address` a new one.
fn set_address(address: u8, new: u8) -> Vec<u8> {
    long(address, 0x51, &[0x01, 0x7A, new])
}

fn addresses(master: &VirtualMaster) -> [u8; 2] {
    [0, 1].map(|meter| master.bus.primary_address(meter).unwrap().get())
}

#[test]
fn a_meter_answers_at_its_new_address_only_and_says_so() {
    let mut master = two_meters("");
    assert_eq!(master.ask(&set_address(0, 5)), ACK);
    assert_eq!(addresses(&master), [5, 9]);
    assert_eq!(master.initialize(0), []);
    assert_eq!(master.request(0, true), []);
    assert_eq!(master.initialize(5), ACK);
    assert_eq!(telegram(&master.request(5, true)).address, 5);
    assert_eq!(master.bus.description().meters[0].primary_address.get(), 0, "as it was described");
    assert_eq!(master.bus.primary_address(2), None);
}

#[test]
fn over_253_only_the_selected_meter_obeys() {
    let mut master = two_meters("");
    assert_eq!(master.ask(&set_address(0xFD, 5)), [], "nobody is selected");
    assert_eq!(master.select("78563412FFFFFFFF"), ACK);
    assert_eq!(master.ask(&set_address(0xFD, 5)), ACK);
    assert_eq!(addresses(&master), [5, 9]);
    assert_eq!(telegram(&master.request(0xFD, true)).address, 5, "it stays selected");
}

#[test]
fn over_254_and_255_every_meter_obeys_and_over_255_none_answers() {
    let mut master = two_meters("");
    assert_ne!(master.ask(&set_address(0xFE, 5)), []);
    assert_eq!(addresses(&master), [5, 5]);
    assert_eq!(master.ask(&set_address(0xFF, 6)), []);
    assert_eq!(addresses(&master), [6, 6]);
}

#[test]
fn what_is_no_address_of_a_meter_is_neither_taken_nor_acknowledged() {
    let mut master = two_meters("");
    for data in [&[0x01, 0x7A, 251][..], &[0x01, 0x7A, 255], &[0x01, 0x7A], &[0x02, 0x7A, 5, 0]] {
        assert_eq!(master.ask(&long(0, 0x51, data)), [], "{data:02X?}");
    }
    assert_eq!(addresses(&master), [0, 9]);
    assert_eq!(master.ask(&set_address(0, 250)), ACK);
    assert_eq!(master.ask(&set_address(250, 0)), ACK);
    assert_eq!(addresses(&master), [0, 9]);
}

#[test]
fn a_write_counts_as_a_frame_of_its_link() {
    let mut master = two_meters("");
    master.initialize(0);
    let first = master.request(0, true);
    // Written to its own address, so that the link stays the same one.
    assert_eq!(master.ask(&set_address(0, 0)), ACK);
    let second = master.request(0, true);
    assert_eq!(access_number(&second), access_number(&first) + 1, "no repetition of the first");
}

#[test]
fn a_meter_may_ignore_what_it_acknowledges_or_obey_without_a_word_or_refuse() {
    for (writes, acknowledged, address) in
        [("ignored", true, 0), ("unacknowledged", false, 5), ("refused", false, 0)]
    {
        let mut master = two_meters(&format!("writes = '{writes}'"));
        assert_eq!(master.ask(&set_address(0, 5)) == ACK, acknowledged, "{writes}");
        assert_eq!(addresses(&master), [address, 9], "{writes}");
    }
}
