//! The configuration: one TOML file, read with the position of everything, checked as a whole.
//!
//! Every fault is a sentence with file, line and column, and all faults come at once. What the
//! gateway is given afterwards is right: buses exist, addresses differ, models fit.

mod bus;
pub(crate) mod check;
mod draft;
mod id;
pub(crate) mod interval;
mod meter;
mod meter_section;
mod problem;
mod section;
mod template;
mod web;

use std::path::{Path, PathBuf};

use metering::Models;
use toml::de::DeTable;
use web_server::WebSettings;

pub use bus::BusConfig;
pub(crate) use bus::check_baudrate;
pub(crate) use check::port_taken;
pub use draft::{Fault, Field, MeterDraft, ParameterRow};
pub use id::{BusId, IdError, MeterId};
pub(crate) use meter::{CheckedMeter, parameters, secondary_address_row};
pub use meter::{MeterConfig, Origin};
pub use problem::{ConfigError, Problem};
pub use template::TEMPLATE;

use problem::Report;
use section::Section;

const DEFAULT_NAME: &str = "Busmeister gateway";

/// A configuration that was checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// What people call the place.
    pub name: String,
    /// How pages and API are reached.
    pub web: WebSettings,
    /// The buses, in the order of the file.
    pub buses: Vec<BusConfig>,
    /// The meters, in the order of the file.
    pub meters: Vec<MeterConfig>,
    /// What is probably not meant, but does no harm.
    pub warnings: Vec<Problem>,
    /// The file it was read from, which changes are written to.
    pub file: Option<PathBuf>,
}

impl Config {
    /// Reads and checks a file.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let read = |source| ConfigError::Read { path: path.to_owned(), source };
        let bytes = std::fs::read(path).map_err(read)?;
        let name = path.display().to_string();
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self { file: Some(path.to_owned()), ..Self::parse(&text, &name)? }),
            Err(error) => {
                let good = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(error.as_bytes());
                let mut report = Report::new(&name, &text);
                report.problem(
                    &(good..good),
                    "",
                    "a byte here is not UTF-8; save the file as UTF-8",
                );
                Err(report.into_error())
            }
        }
    }

    /// Reads and checks a text; `name` stands in front of every problem.
    ///
    /// ```
    /// let error = gateway::Config::parse("[[meter]]\nid = \"heat-1\"", "gateway.toml").unwrap_err();
    /// assert!(error.to_string().contains("gateway.toml:1:1: meter \"heat-1\": bus is missing"));
    /// ```
    pub fn parse(text: &str, name: &str) -> Result<Self, ConfigError> {
        let mut report = Report::new(name, text);
        let (document, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            report.problem(&error.span().unwrap_or(0..0), "", error.message());
        }
        // Where the text is no TOML, what was understood of it would only mislead.
        let config = if report.has_problems() {
            None
        } else {
            Some(read_document(Section::new(document.get_ref(), 0..0, ""), &mut report))
        };
        let warnings = report.finish()?;
        let (name, web, buses, meters) = config.unwrap_or_default();
        Ok(Self {
            name: name.unwrap_or_else(|| DEFAULT_NAME.to_owned()),
            web: web.unwrap_or(web::usual()),
            buses,
            meters,
            warnings,
            file: None,
        })
    }

    /// The bus with that id.
    pub fn bus(&self, id: &str) -> Option<&BusConfig> {
        self.buses.iter().find(|bus| bus.id.as_str() == id)
    }

    /// The meter with that id.
    pub fn meter(&self, id: &str) -> Option<&MeterConfig> {
        self.meters.iter().find(|meter| meter.id.as_str() == id)
    }
}

type Parts = (Option<String>, Option<WebSettings>, Vec<BusConfig>, Vec<MeterConfig>);

fn read_document(mut document: Section<'_>, report: &mut Report<'_>) -> Parts {
    let name = document.table("gateway", report).and_then(|table| {
        let mut section = Section::new(table.value, table.at, "gateway");
        let name = section.text("name", report).map(|name| name.value.to_owned());
        section.finish(report);
        name
    });
    let web = document
        .table("web", report)
        .map(|table| web::read(Section::new(table.value, table.at, "web"), report));
    let mut bus_names = Vec::new();
    let mut bus_entries = Vec::new();
    for table in document.tables("bus", report) {
        // A bus with a fault still counts as defined, or its meters would be called wrong too.
        let id = table.value.get("id").and_then(|id| id.get_ref().as_str());
        bus_names.extend(id.and_then(|id| BusId::new(id).ok()));
        bus_entries.extend(bus::read(Section::new(table.value, table.at, "bus"), report));
    }
    let models = Models::builtin();
    let sections: Vec<_> = document
        .tables("meter", report)
        .into_iter()
        .map(|table| meter_section::read(table, report))
        .collect();
    document.finish(report);
    let buses = check::buses(bus_entries, report);
    let drafts = sections.iter().map(|section| section.draft.clone());
    let mut meters: Vec<_> =
        drafts.map(|draft| CheckedMeter::new(draft, Origin::File, &models)).collect();
    check::meters(&mut meters, &bus_names);
    for (section, meter) in sections.iter().zip(&meters) {
        section.tell(&meter.faults, report);
    }
    let meters = check::finish(meters, &buses);
    (name, web, buses, meters)
}

#[cfg(test)]
mod tests;
