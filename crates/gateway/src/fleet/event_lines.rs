//! Server-sent events out of bytes as they come in.

/// The longest event that is taken; the portal's have a hundred bytes.
const LONGEST: usize = 64 * 1024;

/// Takes bytes in and gives events out, whatever pieces they come in.
#[derive(Debug, Default)]
pub(super) struct EventLines {
    line: Vec<u8>,
    name: String,
    data: Vec<String>,
    length: usize,
}

/// An event that is longer than any of a portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the portal sends an event of more than {LONGEST} bytes")]
pub(super) struct TooLong;

/// Name and data of an event.
pub(super) type NamedEvent = (String, String);

impl EventLines {
    /// The events that end within these bytes. Comments, and events without a name, are passed
    /// over.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<Vec<NamedEvent>, TooLong> {
        let mut events = Vec::new();
        for byte in bytes {
            match byte {
                b'\n' => {
                    let line = std::mem::take(&mut self.line);
                    let line = String::from_utf8_lossy(&line);
                    events.extend(self.end_of_line(line.trim_end_matches('\r')));
                }
                other => {
                    self.line.push(*other);
                    self.length += 1;
                    if self.length > LONGEST {
                        return Err(TooLong);
                    }
                }
            }
        }
        Ok(events)
    }

    fn end_of_line(&mut self, line: &str) -> Option<NamedEvent> {
        if line.is_empty() {
            let name = std::mem::take(&mut self.name);
            let data = std::mem::take(&mut self.data).join("\n");
            self.length = 0;
            return (!name.is_empty()).then_some((name, data));
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.name),
            "data" => self.data.push(value.to_owned()),
            // A comment, or a field that does not matter here.
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(name: &str, data: &str) -> NamedEvent {
        (name.to_owned(), data.to_owned())
    }

    #[test]
    fn events_are_found_in_whatever_pieces_they_come() {
        let text = ":still here\n\nevent: configuration\r\ndata: {\"revision\":3}\r\n\r\n\
                    event:command\ndata: a\ndata: b\nid: 7\n\ndata: nameless\n\n";
        let expected = [event("configuration", "{\"revision\":3}"), event("command", "a\nb")];
        for size in [1, 2, 7, text.len()] {
            let mut lines = EventLines::default();
            let pieces = text.as_bytes().chunks(size);
            let events: Vec<_> = pieces.flat_map(|piece| lines.take(piece).unwrap()).collect();
            assert_eq!(events, expected, "pieces of {size}");
        }
    }

    #[test]
    fn an_event_that_never_ends_does_not_fill_the_memory() {
        let mut lines = EventLines::default();
        let piece = [b'x'; 1024];
        let taken = (0..100).map(|_| lines.take(&piece)).find(Result::is_err);
        assert_eq!(taken, Some(Err(TooLong)));
        // Heartbeats are no event, however many there are.
        let mut lines = EventLines::default();
        assert!((0..100_000).all(|_| lines.take(b":still here\n\n").is_ok()));
    }
}
