//! The characters of a dictionary with their positions: punctuation, texts in quotes, numbers.

use std::fmt;

use super::{RegisterListError, RegisterListFault as Fault};

/// Walks over a text and knows where it is, in characters.
pub(super) struct Scanner {
    characters: Vec<char>,
    position: usize,
}

/// A text in quotes, with the position of each of its characters and of its closing quote.
pub(super) struct QuotedText {
    pub(super) text: String,
    pub(super) start: usize,
    positions: Vec<usize>,
}

impl QuotedText {
    /// Where the character with this index stands; behind the last one, the closing quote.
    pub(super) fn position_of(&self, index: usize) -> usize {
        self.positions.get(index).or(self.positions.last()).copied().unwrap_or(self.start)
    }
}

impl Scanner {
    pub(super) fn new(text: &str) -> Self {
        Self { characters: text.chars().collect(), position: 0 }
    }

    pub(super) const fn position(&self) -> usize {
        self.position
    }

    fn current(&self) -> Option<char> {
        self.characters.get(self.position).copied()
    }

    /// The next character that is not white space, which stays where it is.
    pub(super) fn peek(&mut self) -> Option<char> {
        while self.current().is_some_and(char::is_whitespace) {
            self.position += 1;
        }
        self.current()
    }

    /// Passes over a character, if it is the next one.
    pub(super) fn take(&mut self, wanted: char) -> bool {
        let is_next = self.peek() == Some(wanted);
        if is_next {
            self.position += 1;
        }
        is_next
    }

    /// The error that something else stands here than what must.
    pub(super) fn unexpected(&mut self, expected: &'static str) -> RegisterListError {
        let fault = match self.peek() {
            None => Fault::Ended { expected },
            Some(found @ ('‘' | '’' | '“' | '”' | '„' | '‚' | '«' | '»' | '´' | '`')) => {
                Fault::TypographicQuote { found }
            }
            Some(found) => Fault::Unexpected { expected, found },
        };
        fault.at(self.position)
    }

    pub(super) fn expect(
        &mut self,
        wanted: char,
        expected: &'static str,
    ) -> Result<(), RegisterListError> {
        if self.take(wanted) { Ok(()) } else { Err(self.unexpected(expected)) }
    }

    /// A text in single or double quotes.
    pub(super) fn text(&mut self, expected: &'static str) -> Result<QuotedText, RegisterListError> {
        let quote = match self.peek() {
            Some(quote @ ('\'' | '"')) => quote,
            _ => return Err(self.unexpected(expected)),
        };
        let start = self.position;
        self.position += 1;
        let mut quoted = QuotedText { text: String::new(), start, positions: Vec::new() };
        loop {
            let position = self.position;
            let Some(character) = self.current() else { return Err(Fault::OpenQuote.at(start)) };
            self.position += 1;
            quoted.positions.push(position);
            match character {
                '\\' => quoted.text.push(self.escape(position)?),
                character if character == quote => return Ok(quoted),
                character => quoted.text.push(character),
            }
        }
    }

    /// What stands behind a backslash.
    fn escape(&mut self, position: usize) -> Result<char, RegisterListError> {
        let error = Fault::Escape.at(position);
        let Some(character) = self.current() else { return Err(error) };
        self.position += 1;
        match character {
            '\'' | '"' | '\\' | '/' => Ok(character),
            'u' => {
                let end = self.position + 4;
                let digits: String =
                    self.characters.get(self.position..end).unwrap_or_default().iter().collect();
                self.position = end;
                // from_str_radix would take a sign.
                let is_hex = digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_hexdigit());
                let code = is_hex.then(|| u32::from_str_radix(&digits, 16).ok()).flatten();
                code.and_then(char::from_u32).ok_or(error)
            }
            _ => Err(error),
        }
    }

    /// The characters of a number, whatever they are; the caller reads them.
    pub(super) fn number(&mut self) -> String {
        self.peek();
        let start = self.position;
        while self
            .current()
            .is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.' | '_'))
        {
            self.position += 1;
        }
        self.characters.get(start..self.position).unwrap_or_default().iter().collect()
    }
}

/// A text in single quotes, as [`Scanner::text`] reads it.
pub(crate) struct Quoted<'a>(pub(crate) &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("'")?;
        for character in self.0.chars() {
            match character {
                '\'' | '\\' => write!(f, "\\{character}")?,
                character => write!(f, "{character}")?,
            }
        }
        f.write_str("'")
    }
}
