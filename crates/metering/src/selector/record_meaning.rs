//! A record described by what it says instead of where it stands: it survives another order of
//! the records and another width or power of ten of the data.

use std::fmt;

use mbus::Quantity;
use mbus::record::FunctionField;

use crate::register_list::Quoted;
use crate::source_record::SourceRecord;

/// What a record says. Parts that are not given have the value of a plain current record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordMeaning {
    /// What it measures or says.
    pub quantity: Quantity,
    /// What the value is among its kind.
    pub function: FunctionField,
    /// 0 is the current value.
    pub storage: u64,
    /// 0 is the total.
    pub tariff: u32,
    /// The part of the device.
    pub subunit: u16,
    /// The plain unit, with its factor; any where it is not given.
    pub unit: Option<String>,
    /// A VIFE the record must have, by name, such as `negative_contributions`.
    pub qualifier: Option<String>,
}

impl RecordMeaning {
    /// The current value of a quantity.
    pub const fn new(quantity: Quantity) -> Self {
        Self {
            quantity,
            function: FunctionField::Instantaneous,
            storage: 0,
            tariff: 0,
            subunit: 0,
            unit: None,
            qualifier: None,
        }
    }

    /// The records this describes. Where no qualifier is asked for, a plain record wins over
    /// those with qualifiers: heat and cold, import and export stand side by side that way.
    pub(super) fn candidates<'a>(
        &self,
        records: impl Iterator<Item = SourceRecord<'a>>,
    ) -> Vec<SourceRecord<'a>> {
        let found: Vec<_> = records.filter(|record| self.matches(record)).collect();
        let plain: Vec<_> = found.iter().filter(|record| record.is_plain()).copied().collect();
        if self.qualifier.is_none() && !plain.is_empty() { plain } else { found }
    }

    fn matches(&self, record: &SourceRecord<'_>) -> bool {
        // Two variants are one quantity to users: volume flow by hour and by minute or second.
        record.quantity().name() == self.quantity.name()
            && record.function() == self.function
            && record.storage() == self.storage
            && record.tariff() == self.tariff
            && record.subunit() == self.subunit
            && self.unit.as_ref().is_none_or(|unit| record.unit_text().as_ref() == Some(unit))
            && match &self.qualifier {
                Some(wanted) => record.qualifiers().any(|name| name == wanted),
                None => record.qualifiers().all(leaves_the_quantity),
            }
    }
}

/// Whether a value with this qualifier still is the quantity, measured in some way; the others
/// make a limit, a count, a time or another direction of it, and are taken only by name.
pub(crate) fn leaves_the_quantity(qualifier: &str) -> bool {
    matches!(
        qualifier,
        "uncorrected"
            | "at_base_conditions"
            | "positive_contributions"
            | "absolute_contributions"
            | "direction_to_meter"
            | "obis_declaration"
            | "correction_constant"
            | "manufacturer_specific"
    )
}

/// The quantity of this name.
pub(crate) fn quantity_of(name: &str) -> Option<Quantity> {
    Quantity::ALL.iter().copied().find(|quantity| quantity.name() == name)
}

/// The function of this name.
pub(crate) fn function_of(name: &str) -> Option<FunctionField> {
    [
        FunctionField::Instantaneous,
        FunctionField::Maximum,
        FunctionField::Minimum,
        FunctionField::Error,
    ]
    .into_iter()
    .find(|function| function.name() == name)
}

impl fmt::Display for RecordMeaning {
    /// As the parameter `reg` takes it; parts that are as in a plain current record are left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{'quantity': '{}'", self.quantity.name())?;
        if self.function != FunctionField::Instantaneous {
            write!(f, ", 'function': '{}'", self.function.name())?;
        }
        for (key, number) in [
            ("storage", self.storage),
            ("tariff", u64::from(self.tariff)),
            ("subunit", u64::from(self.subunit)),
        ] {
            if number > 0 {
                write!(f, ", '{key}': {number}")?;
            }
        }
        for (key, text) in [("unit", &self.unit), ("qualifier", &self.qualifier)] {
            if let Some(text) = text {
                write!(f, ", '{key}': {}", Quoted(text))?;
            }
        }
        f.write_str("}")
    }
}
