//! The sleep of a meter that answers only what it is asked again.

use core::time::Duration;

use mbus::Frame;
use mbus::frame::MAX_FRAME_LEN;

/// Without a frame for this long the meter is asleep again.
const FALLS_ASLEEP_AFTER: Duration = Duration::from_secs(10);

/// How often the same frame came in a row.
#[derive(Clone, Debug, Default)]
pub(super) struct Wakefulness {
    frame: Vec<u8>,
    times: u8,
    heard_at: Duration,
}

/// How a frame finds the meter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Attention {
    /// The frame came often enough to be answered.
    pub(super) is_awake: bool,
    /// The meter had been asleep, and has forgotten its link.
    pub(super) had_slept: bool,
}

impl Wakefulness {
    /// Counts a frame to a meter that answers on that try.
    pub(super) fn attention(&mut self, frame: &Frame<'_>, now: Duration, on_try: u8) -> Attention {
        if on_try <= 1 {
            return Attention { is_awake: true, had_slept: false };
        }
        let mut bytes = vec![0; MAX_FRAME_LEN];
        let length = frame.encode(&mut bytes).unwrap_or(0);
        bytes.truncate(length);
        let had_slept = now.saturating_sub(self.heard_at) > FALLS_ASLEEP_AFTER;
        if bytes == self.frame && !had_slept {
            self.times = self.times.saturating_add(1);
        } else {
            self.frame = bytes;
            self.times = 1;
        }
        self.heard_at = now;
        Attention { is_awake: self.times >= on_try, had_slept }
    }
}

#[cfg(test)]
mod tests {
    use mbus::ControlField;

    use super::*;

    #[test]
    fn each_request_needs_its_own_tries_and_sleep_forgets_them() {
        let mut wakefulness = Wakefulness::default();
        let request = |fcb| Frame::Short { control: ControlField::req_ud2(fcb), address: 7 };
        let mut ask = |fcb, seconds| {
            let now = Duration::from_secs(seconds);
            let attention = wakefulness.attention(&request(fcb), now, 2);
            assert_eq!(attention.had_slept, seconds == 16);
            attention.is_awake
        };
        assert!(!ask(true, 1));
        assert!(ask(true, 2));
        assert!(ask(true, 3), "awake, it repeats at once");
        assert!(!ask(false, 4), "another request is a new first try");
        assert!(ask(false, 5));
        assert!(!ask(false, 16), "asleep again");
    }
}
