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

impl Wakefulness {
    /// Counts a frame to this meter; true when it came often enough to be answered.
    pub(super) fn is_awake_for(&mut self, frame: &Frame<'_>, now: Duration, on_try: u8) -> bool {
        if on_try <= 1 {
            return true;
        }
        let mut bytes = vec![0; MAX_FRAME_LEN];
        let length = frame.encode(&mut bytes).unwrap_or(0);
        bytes.truncate(length);
        let fell_asleep = now.saturating_sub(self.heard_at) > FALLS_ASLEEP_AFTER;
        if bytes == self.frame && !fell_asleep {
            self.times = self.times.saturating_add(1);
        } else {
            self.frame = bytes;
            self.times = 1;
        }
        self.heard_at = now;
        self.times >= on_try
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
        let mut ask =
            |fcb, seconds| wakefulness.is_awake_for(&request(fcb), Duration::from_secs(seconds), 2);
        assert!(!ask(true, 1));
        assert!(ask(true, 2));
        assert!(ask(true, 3), "awake, it repeats at once");
        assert!(!ask(false, 4), "another request is a new first try");
        assert!(ask(false, 5));
        assert!(!ask(false, 16), "asleep again");
    }
}
