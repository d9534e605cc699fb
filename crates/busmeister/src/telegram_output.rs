//! Decoded telegrams on standard output, in the format asked for.

use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};

use clap::ValueEnum;
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use mbus::hex::{Hex, HexError};
use mbus::security::Key;
use mbus::telegram::{Body, TelegramError};
use mbus::view::json;
use mbus::view::lines::{Content, Lines};
use mbus::view::settings::FIELDS;
use mbus::{Frame, PlainData, Telegram, compact_frame};
use metering::{HistoricalData, device_settings};

/// How telegrams are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Numbered lines, one for each record.
    Lines,
    /// A table for people.
    Table,
    /// One JSON object a telegram.
    Json,
    /// The ten metadata fields and the raw counter of each record, tab separated.
    Settings,
}

impl Format {
    /// A table for a person at a terminal, lines for a program.
    pub(crate) fn or_default(format: Option<Self>) -> Self {
        format.unwrap_or_else(|| if io::stdout().is_terminal() { Self::Table } else { Self::Lines })
    }
}

/// How many formats of compact frames are remembered.
const MOST_FORMATS: usize = 64;

/// Prints telegrams one after the other and remembers whether all were faultless.
pub(crate) struct TelegramOutput {
    format: Format,
    key: Option<Key>,
    /// What earlier telegrams told of compact frames.
    known: Vec<compact_frame::Format>,
    next_line: u16,
    count: usize,
    is_faultless: bool,
}

impl TelegramOutput {
    pub(crate) const fn new(format: Format, key: Option<Key>) -> Self {
        Self { format, key, known: Vec::new(), next_line: 0, count: 0, is_faultless: true }
    }

    /// Whether nothing printed so far had a fault.
    pub(crate) const fn is_faultless(&self) -> bool {
        self.is_faultless
    }

    /// Prints a telegram that stands for itself.
    pub(crate) fn print(&mut self, frame: &[u8]) -> io::Result<()> {
        self.next_line = 0;
        self.print_next(frame)
    }

    /// Prints the next telegram of a readout: its lines are numbered on.
    pub(crate) fn print_next(&mut self, frame: &[u8]) -> io::Result<()> {
        let text = self.render(frame);
        self.write(&text)
    }

    /// Prints why a text is no telegram, in its place.
    pub(crate) fn print_unreadable(&mut self, error: &HexError) -> io::Result<()> {
        self.is_faultless = false;
        let text = match self.format {
            Format::Json => {
                let offset = match error {
                    HexError::Digit { position, .. } => *position,
                    HexError::OddDigits { .. } | HexError::TooLong { .. } => 0,
                };
                let message = error.to_string();
                serde_json::json!({
                    "schema": json::SCHEMA,
                    "error": { "code": "hex", "offset": offset, "message": message },
                })
                .to_string()
            }
            Format::Lines | Format::Table | Format::Settings => format!("Error: {error}"),
        };
        self.write(&text)
    }

    fn write(&mut self, text: &str) -> io::Result<()> {
        let mut out = io::stdout().lock();
        if self.count > 0 && self.format != Format::Json {
            writeln!(out)?;
        }
        self.count += 1;
        writeln!(out, "{}", text.trim_end_matches('\n'))
    }

    /// Compact frames of the same meter may follow a full one.
    fn learn(&mut self, telegram: &Telegram<'_>) {
        if let Some(format) = compact_frame::Format::of(telegram) {
            self.known.retain(|known| known.signature() != format.signature());
            if self.known.len() == MOST_FORMATS {
                self.known.remove(0);
            }
            self.known.push(format);
        }
    }

    fn render(&mut self, frame: &[u8]) -> String {
        let mut text = String::new();
        let first_line = self.next_line;
        let telegram = match Telegram::parse(frame) {
            Ok(telegram) => telegram,
            Err(error) => {
                // Writing to a String does not fail.
                let bare = Frame::parse(frame).ok().filter(|_| error == TelegramError::NoUserData);
                self.is_faultless &= bare.is_some();
                let _ = match (self.format, bare) {
                    (Format::Json, _) => json::write_frame(&mut text, frame, first_line),
                    (_, Some((frame, _))) => write!(text, "{frame}"),
                    (_, None) => write!(text, "Error: {error} (byte {})", error.offset()),
                };
                return text;
            }
        };
        let mut plain = PlainData::new();
        let telegram = match &self.key {
            Some(key) => telegram.decrypted(key, &mut plain),
            None => telegram,
        };
        let mut room = PlainData::new();
        let telegram = telegram.expanded(&self.known, &mut room);
        self.learn(&telegram);
        self.is_faultless &= is_faultless(&telegram);
        let mut lines = Lines::new(&telegram, first_line);
        match self.format {
            Format::Lines => {
                for line in lines.by_ref() {
                    let _ = writeln!(text, "{}\t{line}", line.number);
                }
            }
            Format::Table => text = table(lines.by_ref(), frame),
            Format::Json => {
                let _ = json::write_telegram(&mut text, &telegram, first_line);
                lines.by_ref().for_each(drop);
            }
            Format::Settings => {
                text = settings(frame);
                lines.by_ref().for_each(drop);
            }
        }
        self.next_line = lines.next_number();
        text
    }
}

fn is_faultless(telegram: &Telegram<'_>) -> bool {
    let is_readable =
        !matches!(telegram.body, Body::Encrypted { .. } | Body::Compact(_) | Body::Raw(_));
    is_readable && telegram.records().finish().fault.is_none()
}

fn table<'a>(lines: impl Iterator<Item = mbus::view::lines::Line<'a>>, frame: &[u8]) -> String {
    let mut heading = String::new();
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["line", "quantity", "", "value", "unit", "quality", "bytes"]);
    for line in lines {
        let Content::Record(record) = line.content else {
            let _ = writeln!(heading, "{:>3}  {line}", line.number);
            continue;
        };
        let mut place = record.function().name().to_owned();
        for (name, number) in [
            ("storage", record.dib.storage()),
            ("tariff", u64::from(record.dib.tariff())),
            ("subunit", u64::from(record.dib.subunit())),
        ] {
            if number > 0 {
                let _ = write!(place, ", {name} {number}");
            }
        }
        let quantity = match record.vib.text() {
            Some(text) => mbus::record::Text(text).to_string(),
            None => record.quantity().name().replace('_', " "),
        };
        let quality = if record.quality.is_ok() { "" } else { record.quality.name() };
        let bytes = frame.get(line.offset..line.offset + line.length).unwrap_or_default();
        table.add_row([
            line.number.to_string(),
            quantity,
            place,
            record.value.to_string(),
            format!("{}{}", record.unit(), record.unit_factor().unwrap_or_default()),
            quality.to_owned(),
            format!("{:#}", Hex(bytes)),
        ]);
    }
    for column in [0, 3] {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    format!("{heading}{}", table.trim_fmt())
}

fn settings(frame: &[u8]) -> String {
    let mut text = FIELDS.join("\t");
    text.push_str("\tValue\n");
    for setting in device_settings(&[frame.to_vec()], HistoricalData::On) {
        let fields = setting.metadata.fields().map(|(_, value)| value.unwrap_or_default());
        // A meter's text may hold tabs and line breaks; a field may not.
        let clean = |field: String| field.replace(['\t', '\n', '\r'], " ");
        let fields = fields.into_iter().chain([setting.value]).map(clean);
        text.push_str(&fields.collect::<Vec<_>>().join("\t"));
        text.push('\n');
    }
    text
}
