//! The value information block: VIF and VIFEs (EN 13757-3, 6.4).

use super::dib::MAX_EXTENSIONS;
use super::vif_table::combinable::{self, Effect, VifeEntry};
use super::vif_table::{Kind, VifEntry, VifTable};
use crate::{Quality, Quantity, Unit};

const EXTENSION_BIT: u8 = 0x80;
const PLAIN_TEXT: u8 = 0x7C;
const PRIVATE: u8 = 0x7F;
const EXTENSION_FC: u8 = 0x7C;

/// VIF and VIFEs with what they say together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vib<'a> {
    /// The bytes, plain text included.
    pub bytes: &'a [u8],
    /// The VIF's own meaning, before the VIFEs.
    pub vif: VifEntry,
    /// Which table the VIF stands in.
    pub table: VifTable,
    /// The unit the meter names in plain text (VIF 7C or FC), last character first.
    pub text: Option<&'a [u8]>,
    vifes: &'a [u8],
    /// What all of them together say.
    pub meaning: Meaning,
}

/// How the number is to be read and scaled: VIF and VIFEs together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// What the value is.
    pub quantity: Quantity,
    /// The plain unit of the scaled value.
    pub unit: Unit,
    /// What the unit is multiplied by, written behind it: `/h`.
    pub unit_factor: Option<&'static str>,
    /// How the data bytes are read.
    pub kind: Kind,
    /// The power of ten that brings the number into the unit.
    pub exponent: i16,
    /// A power of ten, in the unit, that is added.
    pub addend: Option<i16>,
    /// What the VIFEs say about the record; anything but `Ok` means there is no value.
    pub fault: Quality,
    /// Whether the data is a profile of many values.
    pub is_profile: bool,
    /// Whether a part of the meaning is known to the manufacturer only.
    pub is_private: bool,
    /// Whether the value lies in the future (VIFE 7E).
    pub is_future: bool,
}

impl<'a> Vib<'a> {
    /// Reads the block at the start of `bytes`; `None` when it does not end there.
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let first = *bytes.first()?;
        let (table, code, mut end) = match first {
            0xFB => (VifTable::ExtensionFb, *bytes.get(1)?, 2),
            0xFD => (VifTable::ExtensionFd, *bytes.get(1)?, 2),
            _ => (VifTable::Primary, first, 1),
        };
        let vif = table.entry(code);
        let is_plain_text = table == VifTable::Primary && vif.code == PLAIN_TEXT;
        let mut text = None;
        let mut more = code & EXTENSION_BIT != 0;
        // Editions differ on where the text stands: behind the VIF (1998) or behind the VIFEs.
        if is_plain_text && (!more || printable_text(&bytes[end..]).is_some()) {
            text = Some(read_text(bytes, &mut end)?);
        }
        let vifes_start = end;
        while more {
            more = bytes.get(end)? & EXTENSION_BIT != 0;
            end += 1;
        }
        let vifes = &bytes[vifes_start..end];
        if is_plain_text && text.is_none() {
            text = Some(read_text(bytes, &mut end)?);
        }
        let meaning = Meaning::of(vif, vifes);
        Some(Self { bytes: &bytes[..end], vif, table, text, vifes, meaning })
    }

    /// The VIFEs in order, with what they stand for.
    pub const fn vifes(&self) -> Vifes<'a> {
        Vifes { rest: self.vifes, is_private: self.vif.code == PRIVATE && self.is_primary() }
    }

    const fn is_primary(&self) -> bool {
        matches!(self.table, VifTable::Primary)
    }

    /// Whether there are more VIFEs than the standard allows.
    pub const fn is_too_long(&self) -> bool {
        self.vifes.len() > MAX_EXTENSIONS
    }
}

fn read_text<'a>(bytes: &'a [u8], end: &mut usize) -> Option<&'a [u8]> {
    let length = usize::from(*bytes.get(*end)?);
    let start = *end + 1;
    let text = bytes.get(start..start + length)?;
    *end = start + length;
    Some(text)
}

/// A length byte and so many printable characters. A VIFE that is no text length never looks
/// like this: its characters would have to be printable too.
fn printable_text(bytes: &[u8]) -> Option<&[u8]> {
    let text = read_text(bytes, &mut 0)?;
    let printable = |byte: &u8| matches!(byte, 0x20..=0x7E | 0xA0..=0xFF);
    if !text.is_empty() && text.iter().all(printable) { Some(text) } else { None }
}

/// The VIFEs of a [`Vib`]; ends where the manufacturer's own codes begin.
#[derive(Clone, Copy, Debug)]
pub struct Vifes<'a> {
    rest: &'a [u8],
    is_private: bool,
}

impl<'a> Vifes<'a> {
    /// The codes only the manufacturer knows: what is left when the iterator has ended.
    pub const fn private_codes(&self) -> &'a [u8] {
        self.rest
    }
}

impl Iterator for Vifes<'_> {
    type Item = VifeEntry;

    fn next(&mut self) -> Option<VifeEntry> {
        if self.is_private {
            return None;
        }
        let (&code, rest) = self.rest.split_first()?;
        self.rest = rest;
        let index = code & !EXTENSION_BIT;
        if index == EXTENSION_FC
            && let Some((&second, rest)) = self.rest.split_first()
        {
            self.rest = rest;
            return Some(combinable::extension_fc(second));
        }
        self.is_private = index == PRIVATE;
        Some(combinable::TABLE[usize::from(index)])
    }
}

impl Meaning {
    fn of(vif: VifEntry, vifes: &[u8]) -> Self {
        let mut meaning = Self {
            quantity: vif.quantity,
            unit: vif.unit,
            unit_factor: None,
            kind: vif.kind,
            exponent: i16::from(vif.exponent),
            addend: None,
            fault: Quality::Ok,
            is_profile: false,
            is_private: vif.kind == Kind::Private,
            is_future: false,
        };
        for vife in (Vifes { rest: vifes, is_private: meaning.is_private }) {
            meaning.apply(vif, vife);
        }
        meaning
    }

    fn apply(&mut self, vif: VifEntry, vife: VifeEntry) {
        match vife.effect {
            Effect::Note => match vife.name {
                "future_value" => self.is_future = true,
                "type_c" | "type_d" if self.kind == Kind::Signed => self.kind = Kind::Unsigned,
                _ => {}
            },
            Effect::Fault(quality) => self.fault = quality,
            // Two unit factors in one record are not met in the field; the unit would be wrong.
            Effect::Factor(_) if self.unit_factor.is_some() => self.kind = Kind::Unknown,
            Effect::Factor(factor) => self.unit_factor = Some(factor),
            Effect::Count => self.becomes(Unit::None, Kind::Unsigned),
            Effect::Duration(unit) => self.becomes(unit, Kind::Unsigned),
            Effect::TimePoint => self.becomes(Unit::None, Kind::Calendar),
            Effect::Scale(power) => self.exponent += i16::from(power),
            Effect::Add(power) => {
                self.addend = Some(i16::from(power) + i16::from(vif.exponent));
            }
            Effect::Profile => self.is_profile = true,
            Effect::Private => self.is_private = true,
            Effect::Extension | Effect::Reserved => self.kind = Kind::Unknown,
        }
    }

    /// The VIFE makes another thing of the value: type and unit of the VIF no longer hold.
    const fn becomes(&mut self, unit: Unit, kind: Kind) {
        self.unit = unit;
        self.kind = kind;
        self.exponent = 0;
        self.addend = None;
        self.unit_factor = None;
    }
}
