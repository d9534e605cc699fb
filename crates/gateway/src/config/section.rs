//! One table of the file, read key by key, with the position of everything.
//!
//! Reading by hand instead of by serde has a reason: serde stops at the first wrong value, and
//! a person who mends a file wants the whole list, each with its line.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::Report;

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Located<T> {
    pub(super) value: T,
    pub(super) at: Range<usize>,
}

impl<T> Located<T> {
    pub(super) fn map<U>(self, change: impl FnOnce(T) -> U) -> Located<U> {
        Located { value: change(self.value), at: self.at }
    }
}

/// What a value is, in words.
pub(super) fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// A table, with the keys that were asked for so far.
pub(super) struct Section<'d> {
    table: &'d DeTable<'d>,
    at: Range<usize>,
    place: String,
    known: Vec<&'static str>,
}

impl<'d> Section<'d> {
    pub(super) fn new(table: &'d DeTable<'d>, at: Range<usize>, place: impl Into<String>) -> Self {
        Self { table, at, place: place.into(), known: Vec::new() }
    }

    /// How the section is called in messages.
    pub(super) fn place(&self) -> &str {
        &self.place
    }

    pub(super) fn rename(&mut self, place: impl Into<String>) {
        self.place = place.into();
    }

    /// Where the section begins.
    pub(super) fn at(&self) -> &Range<usize> {
        &self.at
    }

    /// Whether the key is there, whatever it holds.
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    fn get(&mut self, key: &'static str) -> Option<&'d Spanned<DeValue<'d>>> {
        self.known.push(key);
        self.table.get(key)
    }

    fn wrong_type(
        &self,
        key: &str,
        found: &Spanned<DeValue<'_>>,
        wanted: &str,
        report: &mut Report<'_>,
    ) {
        let kind = kind(found.get_ref());
        report.problem(&found.span(), &self.place, format_args!("{key} is {kind}, but {wanted}"));
    }

    /// A text, where the key is there.
    pub(super) fn text(
        &mut self,
        key: &'static str,
        report: &mut Report<'_>,
    ) -> Option<Located<&'d str>> {
        let found = self.get(key)?;
        let Some(value) = found.get_ref().as_str() else {
            self.wrong_type(key, found, "it must be text in quotes", report);
            return None;
        };
        Some(Located { value, at: found.span() })
    }

    /// A text that must be there and must not be empty.
    pub(super) fn required_text(
        &mut self,
        key: &'static str,
        report: &mut Report<'_>,
    ) -> Option<Located<&'d str>> {
        if !self.table.contains_key(key) {
            self.known.push(key);
            self.missing(key, report);
            return None;
        }
        let text = self.text(key, report)?;
        if text.value.trim().is_empty() {
            report.problem(&text.at, &self.place, format_args!("{key} is empty"));
            return None;
        }
        Some(text)
    }

    /// A whole number, where the key is there.
    pub(super) fn integer(
        &mut self,
        key: &'static str,
        report: &mut Report<'_>,
    ) -> Option<Located<i64>> {
        let found = self.get(key)?;
        let number = found
            .get_ref()
            .as_integer()
            .and_then(|number| i64::from_str_radix(number.as_str(), number.radix()).ok());
        let Some(value) = number else {
            self.wrong_type(key, found, "it must be a whole number", report);
            return None;
        };
        Some(Located { value, at: found.span() })
    }

    /// `true` or `false`, where the key is there.
    pub(super) fn boolean(&mut self, key: &'static str, report: &mut Report<'_>) -> Option<bool> {
        let found = self.get(key)?;
        let value = found.get_ref().as_bool();
        if value.is_none() {
            self.wrong_type(key, found, "it must be true or false, without quotes", report);
        }
        value
    }

    /// A list of texts, empty where the key is not there.
    pub(super) fn texts(
        &mut self,
        key: &'static str,
        report: &mut Report<'_>,
    ) -> Vec<Located<&'d str>> {
        let Some(found) = self.get(key) else { return Vec::new() };
        let Some(array) = found.get_ref().as_array() else {
            self.wrong_type(key, found, "it must be a list of texts, as in [\"a\", \"b\"]", report);
            return Vec::new();
        };
        let mut texts = Vec::new();
        for entry in array {
            match entry.get_ref().as_str() {
                Some(value) => texts.push(Located { value, at: entry.span() }),
                None => self.wrong_type(key, entry, "it must be text in quotes", report),
            }
        }
        texts
    }

    /// A table under the key, where it is there.
    pub(super) fn table(
        &mut self,
        key: &'static str,
        report: &mut Report<'_>,
    ) -> Option<Located<&'d DeTable<'d>>> {
        let found = self.get(key)?;
        let Some(value) = found.get_ref().as_table() else {
            self.wrong_type(key, found, "it must be a table", report);
            return None;
        };
        Some(Located { value, at: found.span() })
    }

    /// The tables written as `[[key]]`.
    pub(super) fn tables(
        &mut self,
        key: &'static str,
        report: &mut Report<'_>,
    ) -> Vec<Located<&'d DeTable<'d>>> {
        let Some(found) = self.get(key) else { return Vec::new() };
        let Some(array) = found.get_ref().as_array() else {
            let wanted = format!("there can be several: write [[{key}]]");
            self.wrong_type(key, found, &wanted, report);
            return Vec::new();
        };
        let mut tables = Vec::new();
        for entry in array {
            match entry.get_ref().as_table() {
                Some(value) => tables.push(Located { value, at: entry.span() }),
                None => self.wrong_type(key, entry, "it must be a table", report),
            }
        }
        tables
    }

    /// Says that a key is missing.
    pub(super) fn missing(&self, key: &str, report: &mut Report<'_>) {
        report.problem(&self.at, &self.place, format_args!("{key} is missing"));
    }

    /// Warns of every key nobody asked for.
    pub(super) fn finish(self, report: &mut Report<'_>) {
        for (key, _) in self.table {
            let name = key.get_ref().as_ref();
            if !self.known.contains(&name) {
                let known = self.known.join(", ");
                report.warning(
                    &key.span(),
                    &self.place,
                    format_args!("the key {name} is not known and does nothing; known are {known}"),
                );
            }
        }
    }
}
