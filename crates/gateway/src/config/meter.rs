//! `[[meter]]`: one meter, how it is reached, and the model that says what its telegrams mean.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use mbus::{MeterAddress, SecondaryAddress};
use metering::{HistoricalData, Mapping, Models};
use toml::de::DeTable;

use super::bus::read_interval;
use super::id::{BusId, MeterId};
use super::problem::Report;
use super::section::{Located, Section, kind};

/// The parameter of a model that holds a secondary address.
const SECONDARY_ADDRESS: &str = "secondary_ad";

/// A meter as configured.
#[derive(Clone, Debug)]
pub struct MeterConfig {
    /// Its id.
    pub id: MeterId,
    /// Its name for people.
    pub name: String,
    /// The bus it hangs on.
    pub bus: BusId,
    /// How it is reached.
    pub address: MeterAddress,
    /// Who must answer, where the configuration says so: the mask of `secondary_ad`, or of a
    /// secondary address.
    pub expected: Option<SecondaryAddress>,
    /// What its telegrams mean: its model, and what it is told besides.
    pub mapping: Arc<Mapping>,
    /// How often it is read.
    pub interval: Duration,
    /// Whether the values it has stored itself are processed, or only its current ones.
    pub historical_data: HistoricalData,
    /// Whether it is left alone: no request is sent to it.
    pub suspended: bool,
}

/// A meter as read, with the positions the checks across sections need.
pub(super) struct MeterEntry {
    pub(super) id: Located<MeterId>,
    pub(super) name: Option<String>,
    pub(super) bus: Located<BusId>,
    pub(super) address: Located<MeterAddress>,
    pub(super) expected: Option<SecondaryAddress>,
    pub(super) mapping: Arc<Mapping>,
    pub(super) interval: Option<Duration>,
    pub(super) historical_data: HistoricalData,
    pub(super) suspended: bool,
}

/// Reads one `[[meter]]`; `None` where it is unusable, which the report then says.
pub(super) fn read(
    mut section: Section<'_>,
    models: &Models,
    report: &mut Report<'_>,
) -> Option<MeterEntry> {
    let id = section.required_text("id", report).and_then(|text| {
        section.rename(format!("meter \"{}\"", text.value.escape_default()));
        match MeterId::new(text.value) {
            Ok(value) => Some(Located { value, at: text.at }),
            Err(error) => {
                report.problem(&text.at, section.place(), format_args!("id: {error}"));
                None
            }
        }
    });
    let name = section.text("name", report).map(|name| name.value.to_owned());
    let bus = section.required_text("bus", report).and_then(|text| match BusId::new(text.value) {
        Ok(value) => Some(Located { value, at: text.at }),
        Err(error) => {
            report.problem(&text.at, section.place(), format_args!("bus: {error}"));
            None
        }
    });
    let model = section.required_text("model", report);
    let interval = read_interval(&mut section, report);
    let historical_data = match section.boolean("process_historical_data", report) {
        Some(true) => HistoricalData::On,
        Some(false) | None => HistoricalData::Off,
    };
    let suspended = section.boolean("suspended", report).unwrap_or_default();
    let parameters = section.table("parameters", report);
    let parameters_at = parameters.as_ref().map_or(section.at().clone(), |table| table.at.clone());
    let parameters = parameters
        .map(|table| read_parameters(table.value, section.place(), report))
        .unwrap_or_default();
    let (address, expected) = read_address(&mut section, parameters.get(SECONDARY_ADDRESS), report);
    let mapping = model.and_then(|model| {
        read_mapping(&model, &parameters, &parameters_at, models, &section, report)
    });
    section.finish(report);
    Some(MeterEntry {
        id: id?,
        name,
        bus: bus?,
        address: address?,
        expected,
        mapping: Arc::new(mapping?),
        interval,
        historical_data,
        suspended,
    })
}

/// The address, and who must answer there. `secondary_ad` is the address where no other is given;
/// beside one it says who must answer.
fn read_address(
    section: &mut Section<'_>,
    parameter: Option<&Located<String>>,
    report: &mut Report<'_>,
) -> (Option<Located<MeterAddress>>, Option<SecondaryAddress>) {
    let given = section.text("address", report);
    let has_address = section.has("address");
    let address = given.and_then(|text| match text.value.parse() {
        Ok(value) => Some(Located { value, at: text.at }),
        Err(error) => {
            let value = text.value.escape_default();
            report.problem(&text.at, section.place(), format_args!("address \"{value}\": {error}"));
            None
        }
    });
    let selected = parameter.and_then(|text| match text.value.parse() {
        Ok(MeterAddress::Secondary(value)) => Some(Located { value, at: text.at.clone() }),
        Ok(MeterAddress::Primary(primary)) => {
            report.problem(
                &text.at,
                section.place(),
                format_args!(
                    "{SECONDARY_ADDRESS}: {primary} is a primary address; write it as address, or give the 16 hex digits of the secondary address"
                ),
            );
            None
        }
        Err(error) => {
            report.problem(
                &text.at,
                section.place(),
                format_args!("{SECONDARY_ADDRESS}: {error}"),
            );
            None
        }
    });
    let expected = match address.as_ref().map(|address| address.value) {
        Some(MeterAddress::Secondary(mask)) => Some(mask),
        _ => None,
    };
    match (address, selected) {
        (Some(address), Some(selected)) => (Some(address), Some(selected.value)),
        (Some(address), None) => (Some(address), expected),
        (None, Some(selected)) if !has_address => {
            let mask = selected.value;
            (Some(selected.map(MeterAddress::Secondary)), Some(mask))
        }
        (None, _) => {
            if !has_address && parameter.is_none() {
                section.missing("address", report);
            }
            (None, None)
        }
    }
}

/// The model with the meter's parameters. A fault in a parameter is reported at its character.
fn read_mapping(
    model: &Located<&str>,
    parameters: &BTreeMap<String, Located<String>>,
    parameters_at: &Range<usize>,
    models: &Models,
    section: &Section<'_>,
    report: &mut Report<'_>,
) -> Option<Mapping> {
    let texts = parameters.iter().map(|(key, text)| (key.clone(), text.value.clone())).collect();
    let error = match Mapping::new(models, model.value, &texts) {
        Ok(mapping) => return Some(mapping),
        Err(error) => error,
    };
    let at = match error.parameter() {
        None => model.at.clone(),
        // What is wrong with the address was said when it was read as one.
        Some(SECONDARY_ADDRESS) if parameters.contains_key(SECONDARY_ADDRESS) => {
            if report.has_problem_at(&parameters[SECONDARY_ADDRESS].at) {
                return None;
            }
            parameters[SECONDARY_ADDRESS].at.clone()
        }
        Some(name) => match parameters.get(name) {
            Some(text) => report.inside_text(&text.at, &text.value, error.position()),
            None => parameters_at.clone(),
        },
    };
    report.problem(&at, section.place(), error);
    None
}

fn read_parameters(
    table: &DeTable<'_>,
    place: &str,
    report: &mut Report<'_>,
) -> BTreeMap<String, Located<String>> {
    let mut parameters = BTreeMap::new();
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        let Some(text) = value.get_ref().as_str() else {
            let kind = kind(value.get_ref());
            report.problem(
                &value.span(),
                place,
                format_args!("the parameter {name} is {kind}, but it must be text in quotes"),
            );
            continue;
        };
        parameters.insert(name.to_owned(), Located { value: text.to_owned(), at: value.span() });
    }
    parameters
}
