//! What the wire and the converter add, and callers that come late.

use std::time::Duration;

use mbus::Frame;
use mbus_sim::Baudrate;

use crate::virtual_master::{ACK, VirtualMaster};

const REQUEST: [u8; 5] = [0x10, 0x5B, 0x07, 0x62, 0x16];

fn bus_with(options: &str, meter_options: &str) -> VirtualMaster {
    VirtualMaster::at_toml(&format!(
        "
[[bus]]
id = 'a'
{options}
[[bus.meter]]
name = 'Water'
primary = 7
identification = '12345678'
manufacturer = 'EFE'
version = 1
device_type = 7
{meter_options}
[[bus.meter.telegram]]
records = [{{ dib = '04', vib = '13', value = 1000 }}]
"
    ))
}

#[test]
fn an_echo_comes_byte_by_byte_before_the_answer() {
    let plain = bus_with("", "").ask(&REQUEST);
    let mut master = bus_with("echo = true", "");
    let heard = master.ask_timed(&REQUEST);
    let byte = Baudrate::DEFAULT.bytes(1);
    assert!(heard[0].0.abs_diff(byte) < Duration::from_micros(1));
    let bytes: Vec<u8> = heard.into_iter().map(|(_, byte)| byte).collect();
    assert_eq!(bytes, [&REQUEST[..], &plain].concat());
    assert_eq!(master.ask(&[0x10, 0x5B, 0x08, 0x63, 0x16]), [0x10, 0x5B, 0x08, 0x63, 0x16]);
}

#[test]
fn stray_bytes_stand_before_each_answer() {
    let plain = bus_with("", "").ask(&REQUEST);
    let mut master = bus_with("stray = '00 00 40 04'", "");
    assert_eq!(master.ask(&REQUEST), [&[0x00, 0x00, 0x40, 0x04][..], &plain].concat());
    assert_eq!(master.request(8, true), [], "no answer, no stray bytes");
}

#[test]
fn every_nth_byte_can_arrive_damaged() {
    let plain = bus_with("", "").ask(&REQUEST);
    let mut master = bus_with("flip_every = 9", "");
    let damaged = master.ask(&REQUEST);
    let places: Vec<usize> = (0..plain.len()).filter(|at| plain[*at] != damaged[*at]).collect();
    assert_eq!(places, [8, 17, 26]);
    assert!(Frame::parse(&damaged).is_err());
}

#[test]
fn bytes_cross_the_wire_in_eleven_bit_times_each() {
    for baudrate in [300, 2400, 38_400] {
        let mut master = bus_with(&format!("baudrate = {baudrate}"), "");
        let heard = master.ask_timed(&REQUEST);
        let baudrate = Baudrate::new(baudrate).unwrap();
        let first = baudrate.bytes(5) + baudrate.bits(33) + baudrate.bytes(1);
        for (index, (arrived, _)) in heard.iter().enumerate() {
            let expected = first + baudrate.bytes(u32::try_from(index).unwrap());
            assert!(arrived.abs_diff(expected) < Duration::from_micros(1), "byte {index}");
        }
    }
}

#[test]
fn a_meter_of_another_speed_hears_nothing_it_understands() {
    assert_eq!(bus_with("baudrate = 2400", "baudrate = 300").ask(&REQUEST), []);
    assert_eq!(bus_with("baudrate = 300", "baudrate = 2400").ask(&REQUEST), []);
    assert_ne!(bus_with("baudrate = 9600", "baudrate = 9600").ask(&REQUEST), []);
}

#[test]
fn a_converter_of_another_speed_is_not_understood_until_it_is_set_right() {
    let mut master = bus_with("baudrate = 2400", "");
    for wrong in [300, 1200, 4800, 9600] {
        master.bus.set_converter_baudrate(Baudrate::new(wrong).unwrap());
        assert_eq!(master.ask(&REQUEST), [], "{wrong}");
    }
    master.bus.set_converter_baudrate(Baudrate::DEFAULT);
    assert_ne!(master.ask(&REQUEST), []);
}

#[test]
fn a_caller_that_comes_late_gets_everything_at_once() {
    let expected = bus_with("", "").ask(&REQUEST);
    let mut bus = bus_with("", "").bus;
    bus.handle_input(Duration::from_secs(1), &REQUEST);
    assert_eq!(bus.poll_transmit(Duration::from_secs(10)), Some(expected));
    assert_eq!(bus.poll_transmit(Duration::from_secs(10)), None);
    assert_eq!(bus.poll_timeout(), None);
}

#[test]
fn a_request_in_pieces_is_heard_and_a_gap_of_33_bits_ends_it() {
    let whole = |gap: Duration| {
        let mut master = bus_with("", "");
        for (index, byte) in REQUEST.iter().enumerate() {
            let bytes_before = u32::try_from(index).unwrap();
            let at = Baudrate::DEFAULT.bytes(bytes_before) + gap * bytes_before;
            master.bus.handle_input(at, &[*byte]);
        }
        master.now = Duration::from_millis(500);
        master.bus.poll_transmit(Duration::from_secs(1)).unwrap_or_default()
    };
    assert_ne!(whole(Duration::from_millis(5)), []);
    assert_eq!(whole(Duration::from_millis(14)), []);
}

#[test]
fn bytes_given_while_others_are_sent_follow_them() {
    let mut master = bus_with("", "");
    let initialize = [0x10, 0x40, 0x07, 0x47, 0x16];
    master.bus.handle_input(Duration::ZERO, &initialize[..2]);
    assert_eq!(master.ask(&initialize[2..]), ACK);
}

#[test]
fn a_bus_without_meters_stays_silent() {
    let mut master = VirtualMaster::at_toml("[[bus]]\nid = 'empty'");
    assert_eq!(master.ask(&REQUEST), []);
    assert_eq!(master.bus.poll_timeout(), None);
}
