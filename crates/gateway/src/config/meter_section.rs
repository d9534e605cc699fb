//! `[[meter]]`: a meter as it stands in the file.

use std::collections::HashMap;
use std::ops::Range;

use toml::de::DeTable;

use super::draft::{Fault, Field, MeterDraft, ParameterRow};
use super::problem::Report;
use super::section::{Located, Section, kind};

/// A meter as read, with the positions of its fields.
pub(super) struct MeterSection {
    pub(super) draft: MeterDraft,
    at: Range<usize>,
    fields: HashMap<Field, Range<usize>>,
    /// What was said to be of a wrong type; whatever else is said of it would only mislead.
    unreadable: Vec<Field>,
}

/// Reads one `[[meter]]`.
pub(super) fn read(table: Located<&DeTable<'_>>, report: &mut Report<'_>) -> MeterSection {
    let mut section = Section::new(table.value, table.at.clone(), "meter");
    let mut meter = MeterSection {
        draft: MeterDraft::default(),
        at: table.at,
        fields: HashMap::new(),
        unreadable: Vec::new(),
    };
    meter.draft.id = meter.text(Field::Id, "id", &mut section, report);
    section.rename(meter.draft.place());
    meter.draft.name = meter.text(Field::Name, "name", &mut section, report);
    meter.draft.bus = meter.text(Field::Bus, "bus", &mut section, report);
    meter.draft.address = meter.text(Field::Address, "address", &mut section, report);
    meter.draft.model = meter.text(Field::Model, "model", &mut section, report);
    meter.draft.interval = meter.text(Field::Interval, "interval", &mut section, report);
    if let Some(baudrate) = section.integer("baudrate", report) {
        meter.fields.insert(Field::Baudrate, baudrate.at);
        meter.draft.baudrate = Some(baudrate.value);
    }
    meter.draft.process_historical_data =
        section.boolean("process_historical_data", report).unwrap_or_default();
    meter.draft.suspended = section.boolean("suspended", report).unwrap_or_default();
    if let Some(parameters) = section.table("parameters", report) {
        meter.fields.insert(Field::Parameters, parameters.at);
        meter.read_parameters(parameters.value, section.place(), report);
    } else if section.has("parameters") {
        meter.unreadable.push(Field::Parameters);
    }
    section.finish(report);
    meter
}

impl MeterSection {
    fn text(
        &mut self,
        field: Field,
        key: &'static str,
        section: &mut Section<'_>,
        report: &mut Report<'_>,
    ) -> Option<String> {
        let Some(text) = section.text(key, report) else {
            if section.has(key) {
                self.unreadable.push(field);
            }
            return None;
        };
        self.fields.insert(field, text.at);
        Some(text.value.to_owned())
    }

    /// The rows in the order of the file.
    fn read_parameters(&mut self, table: &DeTable<'_>, place: &str, report: &mut Report<'_>) {
        let mut rows: Vec<_> = table.iter().collect();
        rows.sort_by_key(|(key, _)| key.span().start);
        for (key, value) in rows {
            let name = key.get_ref().as_ref();
            let Some(text) = value.get_ref().as_str() else {
                let kind = kind(value.get_ref());
                report.problem(
                    &value.span(),
                    place,
                    format_args!("the parameter {name} is {kind}, but it must be text in quotes"),
                );
                self.unreadable.push(Field::Parameters);
                continue;
            };
            let row = self.draft.parameters.len();
            self.fields.insert(Field::Key(row), key.span());
            self.fields.insert(Field::Value(row), value.span());
            let (key, value) = (name.to_owned(), text.to_owned());
            self.draft.parameters.push(ParameterRow { key, value });
        }
    }

    /// Says where in the file the faults of the draft stand.
    pub(super) fn tell(&self, faults: &[Fault], report: &mut Report<'_>) {
        let place = self.draft.place();
        let said = faults.iter().filter(|fault| !self.unreadable.contains(&fault.field));
        for Fault { field, position, message } in said {
            let at = self.fields.get(field).unwrap_or(&self.at);
            let at = match self.text_of(*field) {
                Some(text) => report.inside_text(at, text, *position),
                None => at.clone(),
            };
            report.problem(&at, &place, message);
        }
    }

    fn text_of(&self, field: Field) -> Option<&str> {
        let row = |row: usize| self.draft.parameters.get(row);
        match field {
            Field::Id => self.draft.id.as_deref(),
            Field::Name => self.draft.name.as_deref(),
            Field::Bus => self.draft.bus.as_deref(),
            Field::Address => self.draft.address.as_deref(),
            Field::Model => self.draft.model.as_deref(),
            Field::Interval => self.draft.interval.as_deref(),
            Field::Key(number) => row(number).map(|row| row.key.as_str()),
            Field::Value(number) => row(number).map(|row| row.value.as_str()),
            Field::Baudrate | Field::Parameters => None,
        }
    }
}
