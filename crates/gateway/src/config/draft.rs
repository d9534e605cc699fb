//! A meter as somebody wrote it: in the file, in the form of a page, in a revision of the portal.
//!
//! All three are checked by the same rules, which say what is wrong field by field. Where a field
//! stands is known to whoever made the draft: at a line of the file, in a row of the form.

use std::fmt;

/// A meter as it was written, unchecked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MeterDraft {
    /// Its id.
    pub id: Option<String>,
    /// Its name for people.
    pub name: Option<String>,
    /// The id of its bus.
    pub bus: Option<String>,
    /// How it is reached.
    pub address: Option<String>,
    /// The name of its model.
    pub model: Option<String>,
    /// What the model is told besides, row by row.
    pub parameters: Vec<ParameterRow>,
    /// How often it is read, where its bus does not say so.
    pub interval: Option<String>,
    /// Its speed, where it is not that of its bus.
    pub baudrate: Option<i64>,
    /// Whether the values it has stored itself are processed.
    pub process_historical_data: bool,
    /// Whether it is left alone.
    pub suspended: bool,
}

/// A row of the additional parameters, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParameterRow {
    /// Such as `reg`.
    pub key: String,
    /// Its text.
    pub value: String,
}

/// A part of a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// The id.
    Id,
    /// The name.
    Name,
    /// The bus.
    Bus,
    /// The address.
    Address,
    /// The model.
    Model,
    /// The interval.
    Interval,
    /// The baudrate.
    Baudrate,
    /// The parameters as a whole.
    Parameters,
    /// The key of a row of the parameters, counted from 0.
    Key(usize),
    /// The value of a row of the parameters, counted from 0.
    Value(usize),
}

/// Something that is wrong with a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub field: Field,
    /// Where in the text of the field, in characters from 0.
    pub position: Option<usize>,
    /// What is wrong and what would be right; without a period.
    pub message: String,
}

impl MeterDraft {
    /// How the meter is called in messages.
    pub fn place(&self) -> String {
        match &self.id {
            Some(id) => format!("meter \"{}\"", id.escape_default()),
            None => "meter".to_owned(),
        }
    }

    /// The row with that key.
    pub(super) fn row(&self, key: &str) -> Option<(usize, &ParameterRow)> {
        self.parameters.iter().enumerate().find(|(_, row)| row.key.trim() == key)
    }
}

impl Fault {
    pub(crate) fn new(field: Field, message: impl fmt::Display) -> Self {
        Self { field, position: None, message: message.to_string() }
    }

    pub(super) fn at(self, position: Option<usize>) -> Self {
        Self { position, ..self }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
