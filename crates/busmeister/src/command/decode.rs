//! `busmeister decode`: what do these bytes say?

use std::path::PathBuf;

use clap::Args;
use mbus::security::Key;

use crate::exit::{Exit, UsageError};
use crate::frames;
use crate::telegram_output::{Format, TelegramOutput};

/// Decode telegrams given as hex
///
/// Spaces, colons and 0x are allowed. Arguments are joined and cut into telegrams by their length.
/// A file or standard input has one telegram a line; empty lines are ignored.
///
/// Exit code: 0 all decoded, 1 some faulty (the good part is printed), 2 called wrongly.
#[derive(Args)]
#[command(
    after_help = "Example:\n  busmeister decode 68 0F 0F 68 08 01 78 04 06 39 30 00 00 0C 78 78 56 34 12 8C 16\n  busmeister decode -f telegrams.txt --format json"
)]
pub(crate) struct Decode {
    /// The bytes of one or more telegrams
    #[arg(value_name = "HEX")]
    hex: Vec<String>,
    /// Read telegrams from this file, one a line; - is standard input
    #[arg(short, long, value_name = "FILE", conflicts_with = "hex")]
    file: Option<PathBuf>,
    /// How to print them [default: lines; on a terminal table]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// The key of the meter, 32 hex digits, for encrypted telegrams
    #[arg(long, value_name = "HEX", env = "BUSMEISTER_METER_KEY", hide_env_values = true)]
    key: Option<Key>,
}

impl Decode {
    pub(crate) fn run(self) -> anyhow::Result<Exit> {
        let mut output = TelegramOutput::new(Format::or_default(self.format), self.key);
        if self.hex.is_empty() {
            let path = self.file.filter(|path| path.as_os_str() != "-");
            for input in frames::from_lines(path.as_deref())? {
                match input? {
                    Ok(frame) => output.print(&frame)?,
                    Err(error) => output.print_unreadable(&error)?,
                }
            }
        } else {
            let frames = frames::from_arguments(&self.hex).map_err(|error| {
                UsageError(format!(
                    "this is no hex: {error}; give the bytes as pairs of digits, as in 68 1F 1F 68"
                ))
            })?;
            if frames.is_empty() {
                return Err(UsageError("there are no bytes to decode".to_owned()).into());
            }
            for frame in frames {
                output.print(&frame)?;
            }
        }
        Ok(if output.is_faultless() { Exit::Ok } else { Exit::Faulty })
    }
}
