//! Telegrams as a person gives them: hex on the command line, in a file, or piped in.

use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use mbus::Frame;
use mbus::frame::FrameError;
use mbus::hex::{self, HexError};

use crate::exit::UsageError;

/// A longer line is no telegram; it is reported in pieces.
const MAX_LINE_BYTES: u64 = 64 * 1024;

/// One telegram to decode, or why its text is none.
pub(crate) type Input = Result<Vec<u8>, HexError>;

/// The arguments joined and cut into frames by their length.
pub(crate) fn from_arguments(arguments: &[String]) -> Result<Vec<Vec<u8>>, HexError> {
    let bytes = bytes_of(&arguments.join(" "))?;
    let mut frames = Vec::new();
    let mut rest = bytes.as_slice();
    while !rest.is_empty() {
        let length = match Frame::parse(rest) {
            Ok((_, length)) => length,
            // A damaged frame still says how long it is; the next one starts behind it.
            Err(FrameError::Checksum { offset, .. }) => offset + 2,
            Err(FrameError::Stop { offset, .. }) => offset + 1,
            Err(_) => rest.len(),
        };
        let (frame, behind) = rest.split_at(length.min(rest.len()));
        frames.push(frame.to_vec());
        rest = behind;
    }
    Ok(frames)
}

/// One telegram a line, as they come; empty lines are passed over. `None` is standard input.
pub(crate) fn from_lines(
    path: Option<&Path>,
) -> Result<impl Iterator<Item = io::Result<Input>>, UsageError> {
    let input: Box<dyn Read> = match path {
        Some(path) => Box::new(std::fs::File::open(path).map_err(|error| {
            UsageError(format!("{} cannot be opened: {error}", path.display()))
        })?),
        None => Box::new(io::stdin()),
    };
    let mut lines = Lines { input: BufReader::new(input) };
    Ok(std::iter::from_fn(move || lines.next_telegram()))
}

struct Lines<R> {
    input: BufReader<R>,
}

impl<R: Read> Lines<R> {
    fn next_telegram(&mut self) -> Option<io::Result<Input>> {
        loop {
            let mut line = Vec::new();
            match (&mut self.input).take(MAX_LINE_BYTES).read_until(b'\n', &mut line) {
                Ok(0) => return None,
                Ok(_) => {}
                Err(error) => return Some(Err(error)),
            }
            // A byte that is no text becomes a character that is no hex digit, and is reported.
            let text = String::from_utf8_lossy(&line);
            // Editors put a byte order mark before the first line.
            let text = text.trim_start_matches('\u{FEFF}').trim_end_matches(['\n', '\r']);
            if !text.trim().is_empty() {
                return Some(Ok(bytes_of(text)));
            }
        }
    }
}

fn bytes_of(text: &str) -> Input {
    let mut buffer = vec![0; text.len() / 2 + 1];
    let length = hex::decode(text, &mut buffer)?.len();
    buffer.truncate(length);
    Ok(buffer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_joined_and_cut_by_frame_length() {
        let arguments =
            ["105B005B16".to_owned(), "68 04 04 68 08 01 70 08".to_owned(), "8116 E5".to_owned()];
        let lengths: Vec<_> = from_arguments(&arguments).unwrap().iter().map(Vec::len).collect();
        assert_eq!(lengths, [5, 10, 1]);
    }

    #[test]
    fn a_damaged_frame_does_not_swallow_the_next() {
        let arguments = ["68040468080170088216".to_owned(), "105B005B16".to_owned()];
        let lengths: Vec<_> = from_arguments(&arguments).unwrap().iter().map(Vec::len).collect();
        assert_eq!(lengths, [10, 5]);
    }
}
