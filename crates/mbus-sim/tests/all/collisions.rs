//! Two meters that answer at once: what is left on the wire.

use mbus::Frame;

use crate::virtual_master::{ACK, VirtualMaster, telegram};

/// Two meters at primary address 3, of one make. The second answers after so many bit times.
fn twins(answer_after_bits: u32) -> VirtualMaster {
    let meter = |serial: &str, value: u32, bits: u32| {
        format!(
            "[[bus.meter]]
name = '{serial}'
primary = 3
identification = '{serial}'
manufacturer = 'EFE'
version = 1
device_type = 4
answer_after_bits = {bits}
[[bus.meter.telegram]]
records = [{{ dib = '04', vib = '06', value = {value} }}]
"
        )
    };
    let first = meter("12345678", 4_711, 33);
    let second = meter("12345687", 91_485, answer_after_bits);
    VirtualMaster::at_toml(&format!("[[bus]]\nid = 'a'\n{first}{second}"))
}

#[test]
fn two_acks_merge_to_one_clean_ack() {
    let mut master = twins(33);
    assert_eq!(master.initialize(3), ACK);
    assert_eq!(master.select("FFFFFF12FFFFFFFF"), ACK);
}

#[test]
fn two_telegrams_in_step_are_the_bitwise_and_of_both() {
    let mut master = twins(33);
    let both = master.request(3, true);
    assert!(Frame::parse(&both).is_err(), "a collision must not look like a telegram");
    master.select("78563412FFFFFFFF");
    let first = master.request(0xFD, true);
    master.select("87563412FFFFFFFF");
    let second = master.request(0xFD, true);
    // The access number has counted on; everything before it must agree.
    let and: Vec<u8> = first.iter().zip(&second).map(|(a, b)| a & b).collect();
    assert_eq!(both[..15], and[..15]);
    assert_eq!(both.len(), first.len());
}

#[test]
fn answers_out_of_step_are_garbage() {
    let mut master = twins(37);
    assert_ne!(master.initialize(3), ACK);
    let both = master.request(3, true);
    assert!(!both.is_empty());
    assert!(Frame::parse(&both).is_err(), "{both:02X?}");
}

#[test]
fn answers_one_after_the_other_both_arrive() {
    let mut master = twins(330);
    let both = master.request(3, true);
    let (_, length) = Frame::parse(&both).unwrap();
    assert_eq!(telegram(&both[..length]).secondary_address().unwrap().to_wire()[0], 0x78);
    assert_eq!(telegram(&both[length..]).secondary_address().unwrap().to_wire()[0], 0x87);
}
