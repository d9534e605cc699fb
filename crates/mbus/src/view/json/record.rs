//! A data record as JSON.

use core::fmt::{self, Write};

use super::pieces::Pieces;
use super::write_list;
use crate::fixed_structure::{FixedCounter, FixedStructure};
use crate::record::vif_table::Kind;
use crate::record::{DataRecord, Text, UnitFactor, Value};
use crate::view::lines::is_qualifier;
use crate::{Quality, Unit};

pub(super) fn write<W: Write>(
    out: &mut Pieces<'_, W>,
    record: &DataRecord<'_>,
    line: u16,
) -> fmt::Result {
    let (dib, vib, meaning) = (&record.dib, &record.vib, record.vib.meaning());
    out.text(r#"{"line":"#)?;
    out.number(line.into())?;
    out.text(r#","dib":""#)?;
    out.hex(dib.bytes)?;
    out.text(r#"","vib":""#)?;
    out.hex(vib.bytes)?;
    out.text(r#"","function":""#)?;
    out.text(dib.function().name())?;
    out.text(r#"","storage":"#)?;
    out.number(dib.storage())?;
    out.text(r#","tariff":"#)?;
    out.number(dib.tariff().into())?;
    out.text(r#","subunit":"#)?;
    out.number(dib.subunit().into())?;
    out.text(r#","quantity":""#)?;
    out.text(meaning.quantity.name())?;
    out.text(r#"","qualifiers":["#)?;
    write_qualifiers(out, record)?;
    out.text("]")?;
    write_unit(out, meaning.known_unit(), meaning.unit_factor)?;
    write_value(out, &record.value)?;
    write_data(out, record.quality, record.data)?;
    if let Some(text) = vib.text() {
        out.text(r#","text":"#)?;
        out.quoted(Text(text))?;
    }
    let is_time_point =
        matches!(record.value, Value::Date(_) | Value::DateTime(_) | Value::Time(_));
    if is_time_point && record.flags().next().is_some() {
        out.text(r#","flags":["#)?;
        write_list(out, record.flags())?;
        out.text("]")?;
    }
    out.text("}")
}

fn write_qualifiers<W: Write>(out: &mut Pieces<'_, W>, record: &DataRecord<'_>) -> fmt::Result {
    let vib = &record.vib;
    if !vib.has_vifes() && vib.vif.kind != Kind::Private {
        return Ok(());
    }
    let private = vib.meaning().is_private.then_some("manufacturer_specific");
    let names = vib.vifes().map(|vife| vife.name);
    let names = names.filter(|name| is_qualifier(name) && *name != "manufacturer_specific");
    write_list(out, names.chain(private))
}

fn write_unit<W: Write>(
    out: &mut Pieces<'_, W>,
    unit: Unit,
    factor: Option<UnitFactor>,
) -> fmt::Result {
    if !unit.is_some() {
        return out.text(r#","unit":null"#);
    }
    out.text(r#","unit":""#)?;
    out.text(unit.symbol())?;
    if let Some(factor) = factor {
        out.text(factor.symbol())?;
    }
    out.text("\"")
}

/// A number with its own digits, a string, or null.
fn write_value<W: Write>(out: &mut Pieces<'_, W>, value: &Value<'_>) -> fmt::Result {
    out.text(r#","value":"#)?;
    match value {
        Value::None => out.text("null"),
        Value::Number(number) => out.decimal(*number),
        Value::Date(date) => in_quotes(out, |out| date.write(out)),
        Value::Time(time) => in_quotes(out, |out| time.write(out)),
        Value::DateTime(point) => in_quotes(out, |out| point.write(out)),
        Value::Bytes(bytes) => in_quotes(out, |out| out.hex(bytes)),
        Value::Address(address) => out.quoted(address.printed()),
        value => out.quoted(value),
    }
}

/// A string that holds nothing JSON reserves.
fn in_quotes<'w, W: Write>(
    out: &mut Pieces<'w, W>,
    write: impl FnOnce(&mut Pieces<'w, W>) -> fmt::Result,
) -> fmt::Result {
    out.text("\"")?;
    write(out)?;
    out.text("\"")
}

fn write_data<W: Write>(out: &mut Pieces<'_, W>, quality: Quality, data: &[u8]) -> fmt::Result {
    out.text(r#","quality":""#)?;
    out.text(quality.name())?;
    out.text(r#"","data":""#)?;
    out.hex(data)?;
    out.text("\"")
}

/// The two counters of the fixed structure.
pub(super) fn write_counters<W: Write>(
    out: &mut Pieces<'_, W>,
    fixed: &FixedStructure<'_>,
    first_line: u16,
) -> fmt::Result {
    for (line, counter) in (first_line..).zip(&fixed.counters) {
        if line > first_line {
            out.text(",")?;
        }
        write_counter(out, counter, line)?;
    }
    Ok(())
}

fn write_counter<W: Write>(
    out: &mut Pieces<'_, W>,
    counter: &FixedCounter<'_>,
    line: u16,
) -> fmt::Result {
    out.text(r#"{"line":"#)?;
    out.number(line.into())?;
    out.text(r#","dib":null,"vib":""#)?;
    out.hex(&[counter.unit_code])?;
    out.text(r#"","function":"instantaneous","storage":"#)?;
    out.number(counter.storage.into())?;
    out.text(r#","tariff":0,"subunit":0,"quantity":""#)?;
    out.text(counter.quantity.name())?;
    out.text(r#"","qualifiers":[]"#)?;
    write_unit(out, counter.unit, None)?;
    write_value(out, &counter.value.map_or(Value::None, Value::Number))?;
    write_data(out, counter.quality, counter.data)?;
    out.text("}")
}
