//! The frame count bit (EN 13757-2, 5.7.6): how a meter tells a repeated request from the next.

use mbus::address::link;

/// The frame count bit of the next request, for each address of the link layer. Address 253 has
/// a bit of its own, whoever is selected.
#[derive(Debug)]
pub(crate) struct FrameCount {
    next: [bool; 256],
}

impl FrameCount {
    /// The first request after an initialisation carries a set bit; before it, so do all.
    pub(crate) const fn new() -> Self {
        Self { next: [true; 256] }
    }

    /// The bit for the next request to that address, and for each repetition of it.
    pub(crate) fn next(&self, address: u8) -> bool {
        self.next[usize::from(address)]
    }

    /// SND_NKE went to that address, or a selection was acknowledged at it: count anew.
    pub(crate) fn restart(&mut self, address: u8) {
        match address {
            link::TEST | link::BROADCAST => self.next.fill(true),
            _ => self.next[usize::from(address)] = true,
        }
    }

    /// A request was answered. Only this turns the bit: a repeated request carries the bit of the
    /// first, so that the meter repeats its answer and no telegram is lost.
    pub(crate) fn answered(&mut self, address: u8) {
        let bit = &mut self.next[usize::from(address)];
        *bit = !*bit;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_counts_for_itself() {
        let mut count = FrameCount::new();
        count.answered(1);
        assert_eq!([1, 2, link::SELECTED].map(|address| count.next(address)), [false, true, true]);
        count.answered(1);
        assert!(count.next(1));
    }

    #[test]
    fn initialising_every_meter_restarts_every_count() {
        let mut count = FrameCount::new();
        for address in [1, 2, link::SELECTED] {
            count.answered(address);
        }
        count.restart(2);
        assert_eq!([1, 2, link::SELECTED].map(|address| count.next(address)), [false, true, false]);
        count.restart(link::BROADCAST);
        assert_eq!([1, 2, link::SELECTED].map(|address| count.next(address)), [true; 3]);
    }
}
