//! The value information block: VIF and VIFEs (EN 13757-3, 6.4).

use super::dib::{EXTENSION_BIT, MAX_EXTENSIONS};
use super::vif_table::combinable::{self, Effect, UnitFactor, VifeEntry};
use super::vif_table::{Kind, VifEntry, VifTable};
use crate::{Quality, Quantity, Unit};

pub(super) const PLAIN_TEXT: u8 = 0x7C;
const PRIVATE: u8 = 0x7F;
const EXTENSION_FC: u8 = 0x7C;

/// VIF and VIFEs with what they say together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vib<'a> {
    /// The bytes, plain text included.
    pub bytes: &'a [u8],
    /// The VIF's own meaning, before the VIFEs.
    pub vif: &'static VifEntry,
    /// Which table the VIF stands in.
    pub table: VifTable,
    /// Where the VIFEs lie in the bytes. A telegram has no more than 255 of those.
    vifes_start: u8,
    vifes_end: u8,
    /// Where the characters of the plain text begin; 0 where there are none. They go on to the
    /// VIFEs, where those stand behind the text, or else to the end.
    text_start: u8,
}

/// How the number is to be read and scaled: VIF and VIFEs together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// What the value is.
    pub quantity: Quantity,
    /// The plain unit of the scaled value.
    pub unit: Unit,
    /// What the unit is multiplied by.
    pub unit_factor: Option<UnitFactor>,
    /// How the data bytes are read.
    pub kind: Kind,
    /// The power of ten that brings the number into the unit.
    pub exponent: i16,
    /// A power of ten, in the unit, that is added.
    pub addend: Option<i8>,
    /// What the VIFEs say about the record; anything but `Ok` means there is no value.
    pub fault: Quality,
    /// Whether the data is a profile of many values.
    pub is_profile: bool,
    /// Whether a part of the meaning is known to the manufacturer only.
    pub is_private: bool,
    /// Whether the value lies in the future (VIFE 7E).
    pub is_future: bool,
    /// Whether the value is a number times a power of ten, and nothing else is to be minded.
    pub(super) is_plain: bool,
}

impl<'a> Vib<'a> {
    /// Reads the block at the start of `bytes`, and gives what follows; `None` when it does not
    /// end there.
    #[inline]
    pub(super) fn parse(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        match bytes.split_at_checked(1)? {
            (block @ &[code], rest) if code & EXTENSION_BIT == 0 && code != PLAIN_TEXT => {
                Some((Self::single(block, code), rest))
            }
            _ => Self::parse_extended(bytes),
        }
    }

    /// A primary VIF alone, without VIFEs and without text.
    #[inline]
    pub(super) const fn single(block: &'a [u8], code: u8) -> Self {
        let vif = VifTable::Primary.entry(code);
        Self {
            bytes: block,
            vif,
            table: VifTable::Primary,
            vifes_start: 1,
            vifes_end: 1,
            text_start: 0,
        }
    }

    /// A VIF of another table, with VIFEs, or with plain text.
    #[inline]
    fn parse_extended(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let first = *bytes.first()?;
        let (table, code, mut end) = match first {
            0xFB => (VifTable::ExtensionFb, *bytes.get(1)?, 2),
            0xFD => (VifTable::ExtensionFd, *bytes.get(1)?, 2),
            _ => (VifTable::Primary, first, 1),
        };
        let vif = table.entry(code);
        let is_plain_text = table == VifTable::Primary && vif.code == PLAIN_TEXT;
        let mut text_start = 0;
        let mut more = code & EXTENSION_BIT != 0;
        // Editions differ on where the text stands: behind the VIF (1998) or behind the VIFEs.
        let text_first = is_plain_text && (!more || is_printable_text(&bytes[end..]));
        if text_first {
            text_start = end + 1;
            read_text(bytes, &mut end)?;
        }
        let vifes_start = end;
        while more {
            more = bytes.get(end)? & EXTENSION_BIT != 0;
            end += 1;
        }
        let vifes_end = end;
        if is_plain_text && !text_first {
            text_start = end + 1;
            read_text(bytes, &mut end)?;
        }
        let (block, rest) = bytes.split_at_checked(end)?;
        let place = |at: usize| u8::try_from(at).ok();
        let vib = Self {
            bytes: block,
            vif,
            table,
            vifes_start: place(vifes_start)?,
            vifes_end: place(vifes_end)?,
            text_start: place(text_start)?,
        };
        Some((vib, rest))
    }

    /// What VIF and VIFEs together say.
    pub fn meaning(&self) -> Meaning {
        match self.plain_meaning() {
            Some(meaning) => *meaning,
            None => Meaning::of(self.vif, self.vifes()),
        }
    }

    /// Whether VIFEs follow the VIF.
    #[inline]
    pub const fn has_vifes(&self) -> bool {
        self.vifes_start != self.vifes_end
    }

    /// What the VIF says, where it stands without VIFEs.
    #[inline]
    pub(super) const fn plain_meaning(&self) -> Option<&'static Meaning> {
        if self.has_vifes() { None } else { Some(self.vif.meaning()) }
    }

    /// The unit the meter names in plain text (VIF 7C or FC), last character first.
    pub fn text(&self) -> Option<&'a [u8]> {
        let (start, vifes_start) = (usize::from(self.text_start), usize::from(self.vifes_start));
        let end = if start <= vifes_start { vifes_start } else { self.bytes.len() };
        if start == 0 { None } else { self.bytes.get(start..end) }
    }

    /// The VIFEs in order, with what they stand for.
    pub fn vifes(&self) -> Vifes<'a> {
        let range = usize::from(self.vifes_start)..usize::from(self.vifes_end);
        let rest = self.bytes.get(range).unwrap_or_default();
        Vifes { rest, is_private: self.vif.code == PRIVATE && self.is_primary() }
    }

    const fn is_primary(&self) -> bool {
        matches!(self.table, VifTable::Primary)
    }

    /// Whether there are more VIFEs than the standard allows.
    pub const fn is_too_long(&self) -> bool {
        (self.vifes_end - self.vifes_start) as usize > MAX_EXTENSIONS
    }
}

/// A length byte and so many characters, which are passed over.
fn read_text(bytes: &[u8], end: &mut usize) -> Option<()> {
    let behind = *end + 1 + usize::from(*bytes.get(*end)?);
    bytes.get(..behind)?;
    *end = behind;
    Some(())
}

/// A length byte and so many printable characters. A VIFE that is no text length never looks
/// like this: its characters would have to be printable too.
fn is_printable_text(bytes: &[u8]) -> bool {
    let printable = |byte: &u8| matches!(byte, 0x20..=0x7E | 0xA0..=0xFF);
    bytes.split_first().is_some_and(|(length, characters)| {
        let text = characters.get(..usize::from(*length));
        text.is_some_and(|text| !text.is_empty() && text.iter().all(printable))
    })
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
    /// What a VIF means by itself.
    pub(super) const fn of_vif(quantity: Quantity, unit: Unit, exponent: i8, kind: Kind) -> Self {
        Self {
            quantity,
            unit,
            unit_factor: None,
            kind,
            exponent: exponent as i16,
            addend: None,
            fault: Quality::Ok,
            is_profile: false,
            is_private: matches!(kind, Kind::Private),
            is_future: false,
            is_plain: matches!(kind, Kind::Signed | Kind::Unsigned),
        }
    }

    /// The unit; none where the code is not understood in full.
    #[inline]
    pub const fn known_unit(&self) -> Unit {
        match self.kind {
            Kind::Unknown | Kind::Private => Unit::None,
            _ => self.unit,
        }
    }

    fn of(vif: &VifEntry, vifes: Vifes<'_>) -> Self {
        let mut meaning = *vif.meaning();
        for vife in vifes {
            meaning.apply(vif, vife);
        }
        meaning.is_plain = matches!(meaning.kind, Kind::Signed | Kind::Unsigned)
            && meaning.fault.is_ok()
            && !meaning.is_profile
            && meaning.addend.is_none();
        meaning
    }

    fn apply(&mut self, vif: &VifEntry, vife: VifeEntry) {
        match vife.effect {
            Effect::Note => {}
            Effect::Future => self.is_future = true,
            Effect::Unsign if self.kind == Kind::Signed => self.kind = Kind::Unsigned,
            Effect::Unsign => {}
            Effect::Fault(quality) => self.fault = quality,
            // Two unit factors in one record are not met in the field; the unit would be wrong.
            Effect::Factor(_) if self.unit_factor.is_some() => self.kind = Kind::Unknown,
            Effect::Factor(factor) => self.unit_factor = Some(factor),
            Effect::Count => self.becomes(Unit::None, Kind::Unsigned),
            Effect::Duration(unit) => self.becomes(unit, Kind::Unsigned),
            Effect::TimePoint => self.becomes(Unit::None, Kind::Calendar),
            Effect::Scale(power) => self.exponent += i16::from(power),
            Effect::Add(power) => {
                self.addend = Some(power.saturating_add(vif.exponent));
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
