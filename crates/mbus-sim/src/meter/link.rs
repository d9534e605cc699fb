//! What a meter remembers of its link: the last frame count bit and the telegram it sent then.

use crate::clock::Moment;

/// The link under one address. Before the first request and after SND_NKE any frame count bit
/// asks for the first telegram.
#[derive(Clone, Debug, Default)]
pub(super) struct Link {
    fcb: Option<bool>,
    next_page: usize,
    /// The moment of the readout that is going on: its telegrams tell of one moment.
    moment: Option<Moment>,
    telegram: Option<Vec<u8>>,
}

/// What a REQ_UD2 asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Request {
    /// The telegram sent before, byte for byte.
    Repeat(Vec<u8>),
    /// A new telegram.
    Telegram {
        /// Its place in the readout, from 0.
        page: usize,
        /// When its values are taken.
        moment: Moment,
    },
}

impl Link {
    /// SND_NKE.
    pub(super) fn reset(&mut self) {
        *self = Self::default();
    }

    /// The next telegram is the first of a new readout, whatever the frame count bit says.
    pub(super) fn start_over(&mut self) {
        self.next_page = 0;
        self.telegram = None;
    }

    /// SND_UD with that frame count bit: the next REQ_UD2 repeats nothing.
    pub(super) fn written(&mut self, fcb: bool) {
        self.fcb = Some(fcb);
        self.telegram = None;
    }

    /// REQ_UD2 with that frame count bit, to a meter with so many telegrams.
    pub(super) fn request(&mut self, fcb: bool, telegrams: usize, now: Moment) -> Request {
        if self.fcb == Some(fcb)
            && let Some(telegram) = &self.telegram
        {
            return Request::Repeat(telegram.clone());
        }
        self.fcb = Some(fcb);
        self.telegram = None;
        let page = if self.next_page < telegrams { self.next_page } else { 0 };
        self.next_page = page + 1;
        if page == 0 {
            self.moment = None;
        }
        Request::Telegram { page, moment: *self.moment.get_or_insert(now) }
    }

    /// Keeps the telegram for a repetition.
    pub(super) fn sent(&mut self, telegram: Vec<u8>) {
        self.telegram = Some(telegram);
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::*;
    use crate::clock::CivilTime;

    fn at(seconds: u64) -> Moment {
        Moment { civil_time: CivilTime::DEFAULT_START, running: Duration::from_secs(seconds) }
    }

    #[test]
    fn pages_follow_the_toggled_bit_and_share_one_moment() {
        let mut link = Link::default();
        for (request, page, moment) in [(1, 0, at(1)), (2, 1, at(1)), (3, 0, at(3))] {
            let asked = link.request(request % 2 == 1, 2, at(request));
            assert_eq!(asked, Request::Telegram { page, moment });
            link.sent(vec![u8::try_from(request).unwrap()]);
            assert_eq!(
                link.request(request % 2 == 1, 2, at(9)),
                Request::Repeat(vec![u8::try_from(request).unwrap()])
            );
        }
    }

    #[test]
    fn after_a_reset_either_bit_asks_for_the_first_page() {
        for fcb in [false, true] {
            let mut link = Link::default();
            link.request(fcb, 3, at(0));
            link.sent(vec![0]);
            link.reset();
            assert_eq!(link.request(fcb, 3, at(5)), Request::Telegram { page: 0, moment: at(5) });
        }
    }

    #[test]
    fn starting_over_ends_a_repetition() {
        let mut link = Link::default();
        link.request(true, 3, at(0));
        link.sent(vec![0]);
        link.start_over();
        assert!(matches!(link.request(true, 3, at(1)), Request::Telegram { page: 0, .. }));
    }

    #[test]
    fn a_write_lies_between_two_telegrams() {
        let mut link = Link::default();
        link.request(true, 3, at(0));
        link.sent(vec![0]);
        link.written(false);
        assert!(matches!(link.request(true, 3, at(1)), Request::Telegram { page: 1, .. }));
    }
}
