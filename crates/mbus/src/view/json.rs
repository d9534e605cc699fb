//! A telegram as JSON: the shape every program that reads Busmeister meets.

use core::fmt::{self, Write};

use super::lines::is_qualifier;
use crate::fixed_structure::{FixedCounter, FixedStructure};
use crate::header::Protection;
use crate::hex::Hex;
use crate::record::{DataRecord, Text, Value};
use crate::telegram::{Body, MeterIdentity, TelegramError};
use crate::{Frame, Telegram};

/// The version of the shape.
pub const SCHEMA: u8 = 1;

/// The first record's line in the line view.
const FIRST_RECORD_LINE: u16 = 2;

/// Writes the telegram in `frame` as one JSON object without line breaks, or an object with
/// `error` where the bytes are no telegram. `first_line` is the number of its first line, 0 but
/// for later telegrams of one readout.
///
/// ```
/// let mut text = String::new();
/// mbus::view::json::write_frame(&mut text, &[0x68, 0x04, 0x04, 0x68, 0x08, 0x01, 0x70, 0x08, 0x81, 0x16], 0).unwrap();
/// assert!(text.contains(r#""application_error":{"code":8,"name":"application busy"}"#));
/// ```
pub fn write_frame(out: &mut impl Write, frame: &[u8], first_line: u16) -> fmt::Result {
    match Telegram::parse(frame) {
        Ok(telegram) => write_telegram(out, &telegram, first_line),
        Err(error) => match Frame::parse(frame) {
            Ok((bare, _)) if error == TelegramError::NoUserData => write_bare_frame(out, &bare),
            _ => write_error(out, &error),
        },
    }
}

/// Writes a frame that carries no data: a request, or the single character.
fn write_bare_frame(out: &mut impl Write, frame: &Frame<'_>) -> fmt::Result {
    write!(out, r#"{{"schema":{SCHEMA},"frame":"{}""#, frame.kind())?;
    if let Frame::Short { control, address } = frame {
        let function = control.function().name();
        write!(out, r#","function":"{function}","address":{address}"#)?;
    }
    out.write_char('}')
}

/// Writes the object with `error` that stands in place of a telegram.
pub fn write_error(out: &mut impl Write, error: &TelegramError) -> fmt::Result {
    write!(
        out,
        r#"{{"schema":{SCHEMA},"error":{{"code":"{}","offset":{},"message":{}}}}}"#,
        error.code(),
        error.offset(),
        Quoted(error)
    )
}

/// Writes a telegram as one JSON object without line breaks.
pub fn write_telegram(
    out: &mut impl Write,
    telegram: &Telegram<'_>,
    first_line: u16,
) -> fmt::Result {
    write!(
        out,
        r#"{{"schema":{SCHEMA},"frame":"long","function":"{}","address":{},"ci":"{}""#,
        telegram.control.function().name(),
        telegram.address,
        telegram.ci
    )?;
    if matches!(telegram.body, Body::Fixed(_)) {
        out.write_str(r#","structure":"fixed""#)?;
    }
    write_meter(out, telegram.identity())?;
    write_header(out, telegram)?;
    match telegram.body {
        Body::ApplicationError(error) => {
            write!(
                out,
                r#","application_error":{{"code":{},"name":"{}"}}"#,
                error.0,
                error.name()
            )?;
        }
        Body::Alarm(alarm) => write!(out, r#","alarm":{{"code":{alarm}}}"#)?,
        Body::Encrypted { data, .. } | Body::Raw(data) => {
            write!(out, r#","raw":"{}""#, Hex(data))?;
        }
        Body::Records(_) | Body::Fixed(_) => {}
    }
    let line = first_line.saturating_add(FIRST_RECORD_LINE);
    match telegram.body {
        Body::Fixed(fixed) => write_counters(out, &fixed, line)?,
        _ => write_records(out, telegram, line)?,
    }
    write_end(out, telegram)
}

fn write_meter(out: &mut impl Write, identity: MeterIdentity) -> fmt::Result {
    match identity {
        MeterIdentity::Full(meter) => write!(
            out,
            r#","meter":{{"id":"{}","manufacturer":"{}","version":{},"device_type":{{"code":{},"name":"{}"}},"secondary_address":{{"wire":"{}","printed":"{}"}}}}"#,
            meter.identification,
            meter.manufacturer,
            meter.version,
            meter.device_type.0,
            meter.device_type.name(),
            meter,
            meter.printed()
        ),
        MeterIdentity::Number(number, device_type) => write!(
            out,
            r#","meter":{{"id":"{number}","manufacturer":null,"version":null,"device_type":{{"code":{},"name":"{}"}},"secondary_address":null}}"#,
            device_type.0,
            device_type.name()
        ),
        MeterIdentity::Unknown => out.write_str(r#","meter":null"#),
    }
}

fn write_header(out: &mut impl Write, telegram: &Telegram<'_>) -> fmt::Result {
    let (access_number, status, configuration) = match (telegram.header, telegram.body) {
        (Some(header), _) => (header.access_number, header.status, Some(header.configuration)),
        (None, Body::Fixed(fixed)) => (fixed.access_number, fixed.conditions(), None),
        (None, _) => {
            return out.write_str(
                r#","access_number":null,"status":null,"configuration":null,"encryption":"none""#,
            );
        }
    };
    write!(out, r#","access_number":{access_number},"status":{{"code":{},"flags":["#, status.0)?;
    write_list(out, status.flags())?;
    out.write_str(r#"]},"configuration":"#)?;
    match configuration {
        Some(word) => write!(out, r#""{}""#, Hex(&word.to_wire()))?,
        None => out.write_str("null")?,
    }
    let encryption = match (telegram.body, configuration) {
        (Body::Encrypted { mode: 5, .. }, _) => "aes_cbc_iv",
        (Body::Encrypted { mode: 7, .. }, _) => "aes_cbc_no_iv",
        (Body::Encrypted { mode: 2, .. }, _) => "des_cbc",
        (Body::Encrypted { mode: 3, .. }, _) => "des_cbc_iv",
        (Body::Encrypted { mode: 13, .. }, _) => "tls",
        (Body::Encrypted { .. }, _) => "other",
        (Body::Records(data), Some(word))
            if word.protection(data.len()) == Protection::Signature =>
        {
            "signature"
        }
        _ => "none",
    };
    write!(out, r#","encryption":"{encryption}""#)
}

fn write_list<'a>(out: &mut impl Write, items: impl Iterator<Item = &'a str>) -> fmt::Result {
    for (index, item) in items.enumerate() {
        if index > 0 {
            out.write_char(',')?;
        }
        write!(out, r#""{item}""#)?;
    }
    Ok(())
}

fn write_records(out: &mut impl Write, telegram: &Telegram<'_>, first_line: u16) -> fmt::Result {
    out.write_str(r#","records":["#)?;
    for (line, record) in (first_line..).zip(telegram.records()) {
        if line > first_line {
            out.write_char(',')?;
        }
        write_record(out, &record, line)?;
    }
    out.write_char(']')
}

fn write_record(out: &mut impl Write, record: &DataRecord<'_>, line: u16) -> fmt::Result {
    let dib = &record.dib;
    write!(
        out,
        r#"{{"line":{line},"dib":"{}","vib":"{}","function":"{}","storage":{},"tariff":{},"subunit":{},"quantity":"{}","qualifiers":["#,
        Hex(dib.bytes),
        Hex(record.vib.bytes),
        record.function().name(),
        dib.storage,
        dib.tariff,
        dib.subunit,
        record.quantity()
    )?;
    let private = record.vib.meaning.is_private.then_some("manufacturer_specific");
    let names = record.vib.vifes().map(|vife| vife.name);
    let names = names.filter(|name| is_qualifier(name) && *name != "manufacturer_specific");
    write_list(out, names.chain(private))?;
    out.write_str(r#"],"unit":"#)?;
    match (record.unit().is_some(), record.unit_factor()) {
        (true, factor) => {
            write!(out, r#""{}{}""#, record.unit(), factor.unwrap_or_default())?;
        }
        (false, _) => out.write_str("null")?,
    }
    out.write_str(r#","value":"#)?;
    write_value(out, &record.value)?;
    write!(out, r#","quality":"{}","data":"{}""#, record.quality, Hex(record.data))?;
    if let Some(text) = record.vib.text {
        write!(out, r#","text":{}"#, Quoted(&Text(text)))?;
    }
    if record.flags().next().is_some() {
        out.write_str(r#","flags":["#)?;
        write_list(out, record.flags())?;
        out.write_char(']')?;
    }
    out.write_char('}')
}

/// Writes a value as JSON: a number with its own digits, a string, or null.
pub fn write_value(out: &mut impl Write, value: &Value<'_>) -> fmt::Result {
    match value {
        Value::None => out.write_str("null"),
        Value::Number(number) => write!(out, "{number}"),
        Value::Address(address) => write!(out, r#""{}""#, address.printed()),
        value => write!(out, "{}", Quoted(value)),
    }
}

fn write_counters(
    out: &mut impl Write,
    fixed: &FixedStructure<'_>,
    first_line: u16,
) -> fmt::Result {
    out.write_str(r#","records":["#)?;
    for (line, counter) in (first_line..).zip(&fixed.counters) {
        if line > first_line {
            out.write_char(',')?;
        }
        write_counter(out, counter, line)?;
    }
    out.write_char(']')
}

fn write_counter(out: &mut impl Write, counter: &FixedCounter<'_>, line: u16) -> fmt::Result {
    write!(
        out,
        r#"{{"line":{line},"dib":null,"vib":"{:02X}","function":"instantaneous","storage":{},"tariff":0,"subunit":0,"quantity":"{}","qualifiers":[],"unit":"#,
        counter.unit_code, counter.storage, counter.quantity
    )?;
    if counter.unit.is_some() {
        write!(out, r#""{}""#, counter.unit)?;
    } else {
        out.write_str("null")?;
    }
    match counter.value {
        Some(number) => write!(out, r#","value":{number}"#)?,
        None => out.write_str(r#","value":null"#)?,
    }
    write!(out, r#","quality":"{}","data":"{}"}}"#, counter.quality, Hex(counter.data))
}

fn write_end(out: &mut impl Write, telegram: &Telegram<'_>) -> fmt::Result {
    let end = telegram.records().finish();
    match end.manufacturer_data {
        Some(bytes) => write!(out, r#","manufacturer_data":"{}""#, Hex(bytes))?,
        None => out.write_str(r#","manufacturer_data":null"#)?,
    }
    write!(out, r#","more_records_follow":{},"faults":["#, end.more_records_follow)?;
    let start = telegram.body_offset;
    if let Some(fault) = end.fault {
        write_fault(out, start + fault.offset, fault.code.name(), &fault.code)?;
    }
    match telegram.body {
        Body::Encrypted { .. } => write_fault(
            out,
            start,
            "key_missing",
            &"the data is encrypted; give the meter's key to read it",
        )?,
        Body::Raw(_) => write_fault(
            out,
            6,
            "unknown_ci",
            &"this kind of telegram is not decoded; its bytes are kept",
        )?,
        _ => {}
    }
    out.write_str("]}")
}

fn write_fault(
    out: &mut impl Write,
    offset: usize,
    code: &str,
    message: &dyn fmt::Display,
) -> fmt::Result {
    write!(out, r#"{{"offset":{offset},"code":"{code}","message":{}}}"#, Quoted(message))
}

/// A JSON string: what is inside is data, whatever characters a meter sends.
struct Quoted<'a, T: ?Sized>(&'a T);

impl<T: fmt::Display + ?Sized> fmt::Display for Quoted<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        write!(Escape(f), "{}", self.0)?;
        f.write_char('"')
    }
}

struct Escape<'a, 'b>(&'a mut fmt::Formatter<'b>);

impl Write for Escape<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            match character {
                '"' => self.0.write_str("\\\"")?,
                '\\' => self.0.write_str("\\\\")?,
                '\u{0}'..='\u{1F}' | '\u{7F}'..='\u{9F}' => {
                    write!(self.0, "\\u{:04X}", u32::from(character))?;
                }
                character => self.0.write_char(character)?,
            }
        }
        Ok(())
    }
}
