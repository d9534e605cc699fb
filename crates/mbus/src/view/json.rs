//! A telegram as JSON: the shape every program that reads Busmeister meets.

mod pieces;
mod record;

use core::fmt::{self, Write};

use crate::compact_frame::CompactFrame;
use crate::header::Protection;
use crate::record::RecordsEnd;
use crate::telegram::{Body, MeterIdentity, TelegramError};
use crate::{DeviceType, Frame, SecondaryAddress, Telegram};
use pieces::Pieces;

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
    let (code, offset) = (error.code(), error.offset());
    let mut out = Pieces::new(out);
    write!(out, r#"{{"schema":{SCHEMA},"error":{{"code":"{code}","offset":{offset},"message":"#)?;
    out.quoted(error)?;
    out.text("}}")?;
    out.finish()
}

/// Writes a telegram as one JSON object without line breaks.
pub fn write_telegram(
    out: &mut impl Write,
    telegram: &Telegram<'_>,
    first_line: u16,
) -> fmt::Result {
    let mut out = Pieces::new(out);
    write_pieces(&mut out, telegram, first_line)?;
    out.finish()
}

fn write_pieces<W: Write>(
    out: &mut Pieces<'_, W>,
    telegram: &Telegram<'_>,
    first_line: u16,
) -> fmt::Result {
    out.text(r#"{"schema":"#)?;
    out.number(SCHEMA.into())?;
    out.text(r#","frame":"long","function":""#)?;
    out.text(telegram.control.function().name())?;
    out.text(r#"","address":"#)?;
    out.number(telegram.address.into())?;
    out.text(r#","ci":""#)?;
    out.hex(&[telegram.ci.0])?;
    out.text("\"")?;
    if matches!(telegram.body, Body::Fixed(_)) {
        out.text(r#","structure":"fixed""#)?;
    }
    write_meter(out, telegram.identity())?;
    write_header(out, telegram)?;
    match telegram.body {
        Body::ApplicationError(error) => {
            let (code, name) = (error.0, error.name());
            write!(out, r#","application_error":{{"code":{code},"name":"{name}"}}"#)?;
        }
        Body::Alarm(alarm) => write!(out, r#","alarm":{{"code":{alarm}}}"#)?,
        Body::Encrypted { data, .. } | Body::Raw(data) => {
            out.text(r#","raw":""#)?;
            out.hex(data)?;
            out.text("\"")?;
        }
        Body::Compact(compact) => {
            out.text(r#","raw":""#)?;
            out.hex(compact.data)?;
            out.text("\"")?;
        }
        Body::Records(_) | Body::Fixed(_) => {}
    }
    let first = first_line.saturating_add(FIRST_RECORD_LINE);
    out.text(r#","records":["#)?;
    if let Body::Fixed(fixed) = telegram.body {
        record::write_counters(out, &fixed, first)?;
    }
    let mut records = telegram.records();
    for (record, line) in records.by_ref().zip(first..) {
        if line > first {
            out.text(",")?;
        }
        record::write(out, &record, line)?;
    }
    out.text("]")?;
    write_end(out, telegram, records.end())
}

fn write_meter<W: Write>(out: &mut Pieces<'_, W>, identity: MeterIdentity) -> fmt::Result {
    match identity {
        MeterIdentity::Full(meter) => write_address(out, &meter),
        MeterIdentity::Number(number, device_type) => {
            write!(out, r#","meter":{{"id":"{number}","manufacturer":null,"version":null"#)?;
            write_device_type(out, device_type)?;
            out.text(r#","secondary_address":null}"#)
        }
        MeterIdentity::Unknown => out.text(r#","meter":null"#),
    }
}

fn write_address<W: Write>(out: &mut Pieces<'_, W>, meter: &SecondaryAddress) -> fmt::Result {
    let wire = meter.to_wire();
    let [a, b, c, d, rest @ ..] = wire;
    let number = [d, c, b, a];
    out.text(r#","meter":{"id":""#)?;
    out.hex(&number)?;
    out.text(r#"","manufacturer":""#)?;
    write!(out, "{}", meter.manufacturer)?;
    out.text(r#"","version":"#)?;
    out.number(meter.version.into())?;
    write_device_type(out, meter.device_type)?;
    out.text(r#","secondary_address":{"wire":""#)?;
    out.hex(&wire)?;
    out.text(r#"","printed":""#)?;
    out.hex(&number)?;
    out.hex(&rest)?;
    out.text(r#""}}"#)
}

fn write_device_type<W: Write>(out: &mut Pieces<'_, W>, device_type: DeviceType) -> fmt::Result {
    out.text(r#","device_type":{"code":"#)?;
    out.number(device_type.0.into())?;
    out.text(r#","name":""#)?;
    out.text(device_type.name())?;
    out.text(r#""}"#)
}

fn write_header<W: Write>(out: &mut Pieces<'_, W>, telegram: &Telegram<'_>) -> fmt::Result {
    let (access_number, status, configuration) = match (telegram.header, telegram.body) {
        (Some(header), _) => (header.access_number, header.status, Some(header.configuration)),
        (None, Body::Fixed(fixed)) => (fixed.access_number, fixed.conditions(), None),
        (None, _) => {
            return out.text(
                r#","access_number":null,"status":null,"configuration":null,"encryption":"none""#,
            );
        }
    };
    out.text(r#","access_number":"#)?;
    out.number(access_number.into())?;
    out.text(r#","status":{"code":"#)?;
    out.number(status.0.into())?;
    out.text(r#","flags":["#)?;
    write_list(out, status.flags())?;
    out.text(r#"]},"configuration":"#)?;
    match configuration {
        Some(word) => {
            out.text("\"")?;
            out.hex(&word.to_wire())?;
            out.text("\"")?;
        }
        None => out.text("null")?,
    }
    let encrypted = match telegram.body {
        Body::Encrypted { mode, .. } => Some(mode),
        _ => telegram.decrypted_mode,
    };
    let encryption = match (encrypted, telegram.body, configuration) {
        (Some(mode), _, _) => encryption_name(mode),
        (None, Body::Records(data), Some(word))
            if word.protection(data.len()) == Protection::Signature =>
        {
            "signature"
        }
        _ => "none",
    };
    out.text(r#","encryption":""#)?;
    out.text(encryption)?;
    out.text("\"")
}

const fn encryption_name(mode: u8) -> &'static str {
    match mode {
        2 => "des_cbc",
        3 => "des_cbc_iv",
        5 => "aes_cbc_iv",
        7 => "aes_cbc_no_iv",
        13 => "tls",
        _ => "other",
    }
}

/// The items of a list of words.
fn write_list<'a, W: Write>(
    out: &mut Pieces<'_, W>,
    items: impl Iterator<Item = &'a str>,
) -> fmt::Result {
    for (index, item) in items.enumerate() {
        out.text(if index > 0 { ",\"" } else { "\"" })?;
        out.text(item)?;
        out.text("\"")?;
    }
    Ok(())
}

fn write_end<W: Write>(
    out: &mut Pieces<'_, W>,
    telegram: &Telegram<'_>,
    end: RecordsEnd<'_>,
) -> fmt::Result {
    out.text(r#","manufacturer_data":"#)?;
    match end.manufacturer_data {
        Some(bytes) => {
            out.text("\"")?;
            out.hex(bytes)?;
            out.text("\"")?;
        }
        None => out.text("null")?,
    }
    out.text(r#","more_records_follow":"#)?;
    out.text(if end.more_records_follow { "true" } else { "false" })?;
    out.text(r#","faults":["#)?;
    let start = telegram.body_offset;
    if let Some(fault) = end.fault {
        write_fault(out, start + fault.offset, fault.code.name(), &fault.code)?;
    }
    match telegram.body {
        Body::Compact(CompactFrame { gap, .. }) => write_fault(out, start, gap.code(), &gap)?,
        Body::Encrypted { lock, .. } => write_fault(out, start, lock.code(), &lock)?,
        Body::Raw(_) => write_fault(
            out,
            6,
            "unknown_ci",
            &"this kind of telegram is not decoded; its bytes are kept",
        )?,
        _ => {}
    }
    out.text("]}")
}

fn write_fault<W: Write>(
    out: &mut Pieces<'_, W>,
    offset: usize,
    code: &str,
    message: &dyn fmt::Display,
) -> fmt::Result {
    write!(out, r#"{{"offset":{offset},"code":"{code}","message":"#)?;
    out.quoted(message)?;
    out.text("}")
}
