//! Telegrams as a person gives them: hex on the command line, in a file, or piped in.

use std::io::Read;
use std::path::Path;

use anyhow::Context;
use mbus::Frame;
use mbus::frame::FrameError;
use mbus::hex::{self, HexError};

/// A file with more is no list of telegrams.
const MAX_INPUT_BYTES: u64 = 64 * 1024 * 1024;

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

/// One telegram a line; empty lines are passed over. `None` is standard input.
pub(crate) fn from_lines(path: Option<&Path>) -> anyhow::Result<Vec<Input>> {
    let text = match path {
        Some(path) => {
            let file = std::fs::File::open(path);
            let file = file.with_context(|| format!("{} cannot be opened", path.display()))?;
            read_text(file).with_context(|| format!("{} cannot be read", path.display()))?
        }
        None => read_text(std::io::stdin()).context("standard input cannot be read")?,
    };
    Ok(text.lines().filter(|line| !line.trim().is_empty()).map(bytes_of).collect())
}

fn read_text(input: impl Read) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    input.take(MAX_INPUT_BYTES).read_to_end(&mut bytes)?;
    // A byte that is no text becomes a character that is no hex digit, and is reported there.
    Ok(String::from_utf8_lossy(&bytes).into_owned())
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
