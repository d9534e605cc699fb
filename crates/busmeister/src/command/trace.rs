//! The bytes on the wire, for `--trace`.

use mbus::hex::Hex;
use mbus_master::{Event, Instant};

/// Shows the bytes on the wire with the time since the first of them.
pub(super) struct Trace {
    is_on: bool,
    started: Option<Instant>,
}

impl Trace {
    /// Shows them only if it is on.
    pub(super) const fn new(is_on: bool) -> Self {
        Self { is_on, started: None }
    }

    pub(super) fn show(&mut self, event: &Event) {
        let (at, what, bytes) = match event {
            Event::Sent { at, bytes } => (at, "sent", bytes),
            Event::Received { at, bytes } => (at, "received", bytes),
            Event::Noise { at, bytes } => (at, "noise", bytes),
            Event::Echo { at, bytes } => (at, "echo", bytes),
            Event::Telegram(_) | Event::Finished(_) => return,
        };
        let started = *self.started.get_or_insert(*at);
        if self.is_on {
            let elapsed = at.duration_since(started).as_millis();
            eprintln!("{elapsed:>7} ms  {what:<8}  {:#}", Hex(bytes));
        }
    }
}
