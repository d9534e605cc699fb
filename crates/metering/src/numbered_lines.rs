//! The lines of all telegrams of a readout, numbered on from one to the next.

use mbus::Telegram;
use mbus::telegram::{Body, TelegramError};
use mbus::view::lines::{Content, Line, Lines};

use crate::problem::ProblemKind;
use crate::source_record::{RecordContent, SourceRecord};

/// The telegrams of a readout, taken apart, and their lines.
pub(crate) struct NumberedLines<'a> {
    telegrams: Vec<Result<Telegram<'a>, TelegramError>>,
    pub(crate) lines: Vec<NumberedLine<'a>>,
    unsure: Option<Unsure>,
}

/// One line of a readout.
pub(crate) struct NumberedLine<'a> {
    /// The telegram, from 0.
    pub(crate) telegram: u8,
    pub(crate) number: u16,
    pub(crate) content: LineContent<'a>,
}

#[allow(clippy::large_enum_variant, reason = "nearly every line is decoded")]
pub(crate) enum LineContent<'a> {
    Decoded(Line<'a>),
    /// The one line of a frame that is no telegram.
    Unreadable(TelegramError),
}

/// From this line on the numbers cannot be trusted, because of that telegram.
#[derive(Clone, Copy)]
struct Unsure {
    from_line: u16,
    telegram: u8,
}

impl<'a> NumberedLines<'a> {
    /// The lines of whole frames in the order received.
    pub(crate) fn new(frames: &'a [Vec<u8>]) -> Self {
        let mut this = Self { telegrams: Vec::new(), lines: Vec::new(), unsure: None };
        let mut next = 0;
        for (index, frame) in frames.iter().enumerate() {
            let telegram = telegram_number(index);
            let parsed = Telegram::parse(frame);
            next = match &parsed {
                Ok(parsed) => this.add_telegram(telegram, parsed, next),
                Err(error) => {
                    let content = LineContent::Unreadable(*error);
                    this.lines.push(NumberedLine { telegram, number: next, content });
                    next.saturating_add(1)
                }
            };
            let is_whole = parsed.as_ref().is_ok_and(is_whole);
            if !is_whole && this.unsure.is_none() {
                this.unsure = Some(Unsure { from_line: next, telegram });
            }
            this.telegrams.push(parsed);
        }
        this
    }

    fn add_telegram(&mut self, telegram: u8, parsed: &Telegram<'a>, first: u16) -> u16 {
        let mut lines = Lines::new(parsed, first);
        for line in lines.by_ref() {
            let content = LineContent::Decoded(line);
            self.lines.push(NumberedLine { telegram, number: line.number, content });
        }
        lines.next_number()
    }

    /// The telegrams with their numbers, from 0.
    pub(crate) fn telegrams(
        &self,
    ) -> impl Iterator<Item = (u8, &Result<Telegram<'a>, TelegramError>)> {
        let telegrams = self.telegrams.iter().enumerate();
        telegrams.map(|(index, telegram)| (telegram_number(index), telegram))
    }

    /// The telegrams that are some.
    pub(crate) fn readable(&self) -> impl Iterator<Item = &Telegram<'a>> {
        self.telegrams.iter().flatten()
    }

    /// Whether a telegram says that more records follow in the next one (DIF 1F).
    pub(crate) fn has_successor(&self, telegram: u8) -> bool {
        self.lines.iter().filter(|line| line.telegram == telegram).any(|line| {
            let LineContent::Decoded(line) = &line.content else { return false };
            matches!(line.content, Content::MoreRecordsFollow)
        })
    }

    /// The records, in the order of their lines.
    pub(crate) fn records(&self) -> impl Iterator<Item = SourceRecord<'a>> {
        self.lines.iter().filter_map(NumberedLine::record)
    }

    /// The line of this number, or why there is none that can be trusted.
    pub(crate) fn line(&self, number: u16) -> Result<&NumberedLine<'a>, ProblemKind> {
        if let Some(unsure) = self.unsure
            && number >= unsure.from_line
        {
            let telegram = unsure.telegram;
            return Err(ProblemKind::LineUncertain { line: number, telegram });
        }
        self.lines.iter().find(|line| line.number == number).ok_or(ProblemKind::LineMissing {
            line: number,
            last: self.lines.last().map_or(0, |line| line.number),
            expected: None,
        })
    }
}

impl<'a> NumberedLine<'a> {
    /// The record, where the line shows one.
    pub(crate) fn record(&self) -> Option<SourceRecord<'a>> {
        let LineContent::Decoded(line) = &self.content else { return None };
        let content = match line.content {
            Content::Record(record) => RecordContent::Record(record),
            Content::Counter(counter) => RecordContent::Counter(counter),
            _ => return None,
        };
        Some(SourceRecord { telegram: self.telegram, line: self.number, content })
    }

    /// The text without the number.
    pub(crate) fn text(&self) -> String {
        match &self.content {
            LineContent::Decoded(line) => line.to_string(),
            LineContent::Unreadable(error) => format!("Fault: {error}"),
        }
    }
}

/// Readouts have ten telegrams at most; behind 255 they are all one.
fn telegram_number(index: usize) -> u8 {
    u8::try_from(index).unwrap_or(u8::MAX)
}

/// Whether every record of the telegram has its line.
fn is_whole(telegram: &Telegram<'_>) -> bool {
    match telegram.body {
        Body::Records(_) => telegram.records().finish().fault.is_none(),
        Body::Fixed(_) | Body::ApplicationError(_) | Body::Alarm(_) => true,
        Body::Encrypted { .. } | Body::Compact(_) | Body::Raw(_) => false,
    }
}
