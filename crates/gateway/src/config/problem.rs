//! What is wrong in a configuration, where it stands, and why.

use std::fmt;
use std::ops::Range;
use std::path::PathBuf;

/// One thing that is wrong, or looks wrong, in a configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The name of the file as it was given.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The thing it is about, e.g. `meter "heat-1"`; empty for the file as a whole.
    pub place: String,
    /// What is wrong and what would be right.
    pub cause: String,
    /// Whether it does no harm, though it is probably not meant.
    pub is_warning: bool,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, column, place, cause, is_warning } = self;
        let kind = if *is_warning { "warning: " } else { "" };
        if place.is_empty() {
            write!(f, "{file}:{line}:{column}: {kind}{cause}")
        } else {
            write!(f, "{file}:{line}:{column}: {kind}{place}: {cause}")
        }
    }
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read at all.
    #[error(
        "the configuration {path} cannot be read: {source}; \
         `busmeister gateway config-template` prints one to start from",
        path = path.display()
    )]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// The file is there, but not usable. Every problem is listed, in the order of the file, and
    /// every warning with them.
    #[error("{}", Lines(.0))]
    Problems(Vec<Problem>),
}

struct Lines<'a>(&'a [Problem]);

impl fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            fmt::Display::fmt(problem, f)?;
        }
        Ok(())
    }
}

/// Collects what is wrong while a file is read, so a person sees all of it at once.
pub(super) struct Report<'t> {
    file: &'t str,
    text: &'t str,
    found: Vec<(usize, Problem)>,
}

impl<'t> Report<'t> {
    pub(super) fn new(file: &'t str, text: &'t str) -> Self {
        Self { file, text, found: Vec::new() }
    }

    /// Something that makes the configuration unusable.
    pub(super) fn problem(&mut self, at: &Range<usize>, place: &str, cause: impl fmt::Display) {
        self.push(at, place, &cause, false);
    }

    /// Something that is probably not meant, but does no harm.
    pub(super) fn warning(&mut self, at: &Range<usize>, place: &str, cause: impl fmt::Display) {
        self.push(at, place, &cause, true);
    }

    /// The place of a character of a text, where the text stands in the file as it is; the text
    /// as a whole where it is written with escapes.
    pub(super) fn inside_text(
        &self,
        at: &Range<usize>,
        value: &str,
        character: Option<usize>,
    ) -> Range<usize> {
        let written = self.text.get(at.clone()).unwrap_or_default();
        let offset = character.and_then(|character| {
            let start = written.find(value)?;
            let inside =
                value.char_indices().nth(character).map_or(value.len(), |(index, _)| index);
            Some(at.start + start + inside)
        });
        offset.map_or(at.clone(), |offset| offset..offset)
    }

    pub(super) fn has_problems(&self) -> bool {
        self.found.iter().any(|(_, problem)| !problem.is_warning)
    }

    /// The warnings where nothing is wrong, problems and warnings otherwise; in the order of the
    /// file.
    pub(super) fn finish(self) -> Result<Vec<Problem>, ConfigError> {
        if self.has_problems() { Err(self.into_error()) } else { Ok(self.in_order()) }
    }

    /// Everything that was found, as the reason why there is no configuration.
    pub(super) fn into_error(self) -> ConfigError {
        ConfigError::Problems(self.in_order())
    }

    fn in_order(mut self) -> Vec<Problem> {
        self.found.sort_by_key(|(offset, _)| *offset);
        self.found.into_iter().map(|(_, problem)| problem).collect()
    }

    fn push(
        &mut self,
        at: &Range<usize>,
        place: &str,
        cause: &impl fmt::Display,
        is_warning: bool,
    ) {
        let before = self.text.get(..at.start).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let problem = Problem {
            file: self.file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).map_or(0, |line| line.chars().count()) + 1,
            place: place.to_owned(),
            cause: cause.to_string(),
            is_warning,
        };
        self.found.push((at.start, problem));
    }
}
