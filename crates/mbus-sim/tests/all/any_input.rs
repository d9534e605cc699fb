//! Whatever a master sends, the bus comes to rest and goes on.

use std::time::Duration;

use mbus::ControlField;
use mbus_sim::{Building, SimulatedBus};

use crate::virtual_master::{ACK, VirtualMaster, short};

/// A fixed sequence of numbers without a pattern (xorshift), so that a failure comes again.
struct Sequence(u64);

impl Sequence {
    fn next(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn byte(&mut self) -> u8 {
        // Bytes that begin frames come more often than chance would bring them.
        const LIKELY: [u8; 10] = [0x10, 0x68, 0x16, 0xFD, 0x5B, 0x7B, 0x40, 0x53, 0x52, 0x03];
        match usize::try_from(self.next(20)).ok().and_then(|at| LIKELY.get(at)) {
            Some(byte) => *byte,
            None => u8::try_from(self.next(256)).unwrap(),
        }
    }
}

#[test]
fn random_bytes_at_random_times_neither_stop_nor_break_the_bus() {
    let demo = Building::named("demo").unwrap();
    for seed in 1..=20 {
        let mut sequence = Sequence(0x9E37_79B9_7F4A_7C15 ^ seed);
        let mut master = VirtualMaster::new(SimulatedBus::new(demo.buses[0].clone()));
        for _ in 0..100 {
            let length = 1 + sequence.next(30);
            let bytes: Vec<u8> = (0..length).map(|_| sequence.byte()).collect();
            master.bus.handle_input(master.now, &bytes);
            master.wait(Duration::from_millis(sequence.next(200)));
            master.bus.poll_transmit(master.now);
        }
        master.ask(&[]);
        assert_eq!(master.bus.poll_timeout(), None);
        master.wait(Duration::from_secs(1));
        assert_eq!(master.initialize(1), ACK, "seed {seed}");
    }
}

#[test]
fn the_bytes_do_not_depend_on_how_often_the_caller_looks() {
    let demo = Building::named("demo").unwrap();
    let new_bus = || SimulatedBus::new(demo.buses[0].clone());
    let (mut watched, mut unwatched) = (VirtualMaster::new(new_bus()), new_bus());
    for address in [1, 0, 2, 4] {
        let request = short(ControlField::req_ud2(true), address);
        unwatched.handle_input(watched.now, &request);
        let heard = watched.ask(&request);
        watched.wait(Duration::from_secs(1));
        assert_eq!(unwatched.poll_transmit(watched.now), Some(heard), "meter {address}");
    }
}
