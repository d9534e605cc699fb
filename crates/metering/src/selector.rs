//! How a register finds its record in the telegrams of a readout.

mod record_blocks;
mod record_meaning;

use std::fmt;

pub use record_blocks::RecordBlocks;
pub use record_meaning::RecordMeaning;
pub(crate) use record_meaning::{function_of, leaves_the_quantity, quantity_of};

use crate::numbered_lines::NumberedLines;
use crate::problem::{ProblemKind, excerpt};
use crate::source_record::SourceRecord;

/// The first line that shows a record: line 0 is the address, line 1 the header.
pub(crate) const FIRST_RECORD_LINE: u16 = 2;
/// More lines than this no readout has.
pub(crate) const LAST_LINE: u16 = 9999;

/// How a register finds its record.
///
/// | written as | means |
/// |---|---|
/// | `3` | the record at line 3, whatever it is |
/// | `3 04/06` | the record at line 3, and only if it is DIB 04, VIB 06 |
/// | `04/06` | the record with DIB 04 and VIB 06, wherever it stands |
///
/// ```
/// use metering::Selector;
///
/// let selector = Selector::parse("3 04/06").unwrap();
/// assert_eq!(selector.to_string(), "3 04/06");
/// assert_eq!(Selector::parse("3 0G/06").unwrap_err().position, 3);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selector {
    /// By line.
    Line(u16),
    /// By line, with the record that is expected there.
    LineWithRecord(u16, RecordBlocks),
    /// By DIB and VIB.
    Record(RecordBlocks),
    /// By what the record says.
    Meaning(RecordMeaning),
}

/// Why a text is no selector.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{fault} (position {position})")]
pub struct SelectorError {
    /// Where, in characters from 0.
    pub position: usize,
    /// What.
    pub fault: SelectorFault,
}

/// What can be wrong with a selector.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SelectorFault {
    /// There is no text.
    #[error("the selector is empty; give a line such as 3, or DIB/VIB such as 04/06")]
    Empty,
    /// Line 0 or 1.
    #[error("line {line} is the telegram's {what}; the first record stands at line 2")]
    HeaderLine {
        /// The line.
        line: u16,
        /// What it is.
        what: &'static str,
    },
    /// A line below 0.
    #[error("a line cannot be negative; lines are counted from 0")]
    NegativeLine,
    /// A line no telegram has.
    #[error("there is no line above {LAST_LINE}")]
    LineTooLarge,
    /// Something else than a whole number.
    #[error("a line is a whole number such as 3")]
    NotALine,
    /// A character that is no hex digit.
    #[error("'{}' is not a hex digit (0-9, A-F)", .found.escape_default())]
    Digit {
        /// The character.
        found: char,
    },
    /// A byte with one digit only.
    #[error("a hex byte has two digits; one is missing")]
    OddDigits,
    /// No slash, or more than one.
    #[error("a record is written as DIB/VIB, such as 04/06")]
    NotDibSlashVib,
    /// A DIB or VIB that does not end, or ends before its bytes do.
    #[error(
        "{written} is no whole DIB and VIB: a byte with bit 7 set (80 to FF) is followed by another one, the last byte is not"
    )]
    NotABlock {
        /// What was written.
        written: String,
    },
    /// Text behind the end.
    #[error("there is more text than a line and a DIB/VIB")]
    Trailing,
}

impl SelectorFault {
    /// The error at a place.
    pub(crate) const fn at(self, position: usize) -> SelectorError {
        SelectorError { position, fault: self }
    }
}

impl Selector {
    /// Reads the one-line form; see the table above.
    pub fn parse(text: &str) -> Result<Self, SelectorError> {
        let mut words = words(text);
        let Some((position, first)) = words.next() else {
            return Err(SelectorFault::Empty.at(0));
        };
        let selector = if first.contains('/') {
            Self::Record(RecordBlocks::parse_at(first, position)?)
        } else {
            let line = parse_line(first).map_err(|fault| fault.at(position))?;
            match words.next() {
                None => Self::Line(line),
                Some((position, blocks)) => {
                    Self::LineWithRecord(line, RecordBlocks::parse_at(blocks, position)?)
                }
            }
        };
        match words.next() {
            Some((position, _)) => Err(SelectorFault::Trailing.at(position)),
            None => Ok(selector),
        }
    }

    /// A line with the record that stands there; every other selector as it is.
    pub(crate) fn pinned_to(&self, lines: &NumberedLines<'_>) -> Self {
        match self {
            Self::Line(line) => record_at(lines, *line)
                .ok()
                .and_then(|record| RecordBlocks::of(&record))
                .map_or(Self::Line(*line), |blocks| Self::LineWithRecord(*line, blocks)),
            other => other.clone(),
        }
    }

    /// The record, or why there is none that can be trusted.
    pub(crate) fn find<'a>(
        &self,
        lines: &NumberedLines<'a>,
    ) -> Result<SourceRecord<'a>, ProblemKind> {
        match self {
            Self::Line(line) => record_at(lines, *line),
            Self::LineWithRecord(line, blocks) => {
                let expected = || format!("{blocks} ({})", blocks.meaning());
                let line = *line;
                match record_at(lines, line) {
                    Ok(record) if blocks.matches(&record) => Ok(record),
                    Ok(record) => Err(ProblemKind::OtherRecordAtLine {
                        line,
                        expected: expected(),
                        found: record.to_string(),
                    }),
                    Err(ProblemKind::NoRecordAtLine { line, found }) => {
                        let found = format!("\"{found}\"");
                        Err(ProblemKind::OtherRecordAtLine { line, expected: expected(), found })
                    }
                    Err(ProblemKind::LineMissing { line, last, .. }) => {
                        let expected = Some(expected());
                        Err(ProblemKind::LineMissing { line, last, expected })
                    }
                    Err(problem) => Err(problem),
                }
            }
            Self::Record(blocks) => {
                let found: Vec<_> =
                    lines.records().filter(|record| blocks.matches(record)).collect();
                single(&found, || format!("{blocks} ({})", blocks.meaning()))
            }
            Self::Meaning(meaning) => {
                single(&meaning.candidates(lines.records()), || meaning.to_string())
            }
        }
    }
}

impl fmt::Display for Selector {
    /// As the parameter `reg` takes it, without quotes around the one-line form.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => line.fmt(f),
            Self::LineWithRecord(line, blocks) => write!(f, "{line} {blocks}"),
            Self::Record(blocks) => blocks.fmt(f),
            Self::Meaning(meaning) => meaning.fmt(f),
        }
    }
}

/// Reads a line number that a person typed.
pub(crate) fn parse_line(digits: &str) -> Result<u16, SelectorFault> {
    if let Some(rest) = digits.strip_prefix('-')
        && rest.bytes().all(|byte| byte.is_ascii_digit())
    {
        return Err(SelectorFault::NegativeLine);
    }
    let has_leading_zero = digits.len() > 1 && digits.starts_with('0');
    if digits.is_empty() || has_leading_zero || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(SelectorFault::NotALine);
    }
    match digits.parse() {
        Ok(line @ 0) => Err(SelectorFault::HeaderLine { line, what: "secondary address" }),
        Ok(line @ 1) => Err(SelectorFault::HeaderLine { line, what: "header" }),
        Ok(line @ FIRST_RECORD_LINE..=LAST_LINE) => Ok(line),
        _ => Err(SelectorFault::LineTooLarge),
    }
}

fn record_at<'a>(lines: &NumberedLines<'a>, number: u16) -> Result<SourceRecord<'a>, ProblemKind> {
    let line = lines.line(number)?;
    line.record()
        .ok_or_else(|| ProblemKind::NoRecordAtLine { line: number, found: excerpt(&line.text()) })
}

/// The only record there is; with several of them taking one would be a guess.
fn single<'a>(
    found: &[SourceRecord<'a>],
    wanted: impl Fn() -> String,
) -> Result<SourceRecord<'a>, ProblemKind> {
    match *found {
        [record] => Ok(record),
        [] => Err(ProblemKind::RecordMissing { wanted: wanted() }),
        _ => Err(ProblemKind::Ambiguous {
            wanted: wanted(),
            lines: found.iter().map(|record| record.line).collect(),
        }),
    }
}

/// The words of a text with the position of their first character.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut position = 0;
    text.split(char::is_whitespace).filter_map(move |word| {
        let start = position;
        position += word.chars().count() + 1;
        (!word.is_empty()).then_some((start, word))
    })
}
