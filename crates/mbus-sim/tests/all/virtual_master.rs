//! A master without judgement: sends bytes, lets time run until the bus rests, shows what came.

use std::time::Duration;

use mbus::frame::MAX_FRAME_LEN;
use mbus::{ControlField, Frame, SecondaryAddress, Telegram};
use mbus_sim::{Building, SimulatedBus};

pub(crate) const ACK: [u8; 1] = [0xE5];

pub(crate) struct VirtualMaster {
    pub(crate) bus: SimulatedBus,
    pub(crate) now: Duration,
}

impl VirtualMaster {
    pub(crate) fn new(bus: SimulatedBus) -> Self {
        Self { bus, now: Duration::ZERO }
    }

    /// At the first bus of a building in TOML.
    pub(crate) fn at_toml(toml: &str) -> Self {
        let building = Building::parse(toml).unwrap_or_else(|error| panic!("{error}"));
        Self::new(SimulatedBus::new(building.buses[0].clone()))
    }

    /// Sends, and returns each byte that comes back with its moment.
    pub(crate) fn ask_timed(&mut self, request: &[u8]) -> Vec<(Duration, u8)> {
        self.bus.handle_input(self.now, request);
        let mut heard = Vec::new();
        while let Some(next) = self.bus.poll_timeout() {
            assert!(next >= self.now, "the bus must not look back");
            self.now = next;
            self.bus.handle_timeout(next);
            let bytes = self.bus.poll_transmit(next).unwrap_or_default();
            heard.extend(bytes.into_iter().map(|byte| (next, byte)));
        }
        heard
    }

    pub(crate) fn ask(&mut self, request: &[u8]) -> Vec<u8> {
        self.ask_timed(request).into_iter().map(|(_, byte)| byte).collect()
    }

    pub(crate) fn wait(&mut self, duration: Duration) {
        self.now += duration;
    }

    pub(crate) fn initialize(&mut self, address: u8) -> Vec<u8> {
        self.ask(&short(ControlField::SND_NKE, address))
    }

    pub(crate) fn request(&mut self, address: u8, fcb: bool) -> Vec<u8> {
        self.ask(&short(ControlField::req_ud2(fcb), address))
    }

    pub(crate) fn select(&mut self, mask: &str) -> Vec<u8> {
        let mask = SecondaryAddress::parse_wire(mask).unwrap().to_wire();
        self.ask(&long(0xFD, 0x52, &mask))
    }
}

pub(crate) fn short(control: ControlField, address: u8) -> Vec<u8> {
    encode(&Frame::Short { control, address })
}

pub(crate) fn long(address: u8, ci: u8, data: &[u8]) -> Vec<u8> {
    encode(&Frame::Long { control: ControlField::snd_ud(false), address, ci, data })
}

fn encode(frame: &Frame<'_>) -> Vec<u8> {
    let mut buffer = [0; MAX_FRAME_LEN];
    let length = frame.encode(&mut buffer).unwrap();
    buffer[..length].to_vec()
}

/// The answer as a telegram; a wrong checksum, a byte too many or too few fails the test.
pub(crate) fn telegram(bytes: &[u8]) -> Telegram<'_> {
    Telegram::parse(bytes).unwrap_or_else(|error| panic!("{error}: {bytes:02X?}"))
}

pub(crate) fn access_number(bytes: &[u8]) -> u8 {
    telegram(bytes).header.unwrap().access_number
}

/// The raw number of a record, counted from 0.
pub(crate) fn count(bytes: &[u8], record: usize) -> i128 {
    let record = telegram(bytes).records().nth(record).unwrap();
    record.counter().unwrap().to_string().parse().unwrap()
}
