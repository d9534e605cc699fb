//! The dictionary itself: names, and for each a line, a selector or what its record says.

use std::collections::BTreeSet;
use std::str::FromStr;

use mbus::Quantity;
use mbus::record::FunctionField;

use super::scanner::{QuotedText, Scanner};
use super::{RegisterListError, RegisterListFault as Fault};
use crate::register::check_name;
use crate::selector::{SelectorError, function_of, parse_line, quantity_of};
use crate::{RecordBlocks, RecordMeaning, Register, Selector};

const KNOWN_KEYS: &str =
    "'quantity', 'function', 'storage', 'tariff', 'subunit', 'unit', 'qualifier', 'line', 'record'";

// What DIFEs can say at most (EN 13757-3, 6.3).
const MAX_STORAGE: u64 = (1 << 41) - 1;
const MAX_TARIFF: u32 = (1 << 20) - 1;
const MAX_SUBUNIT: u16 = (1 << 10) - 1;

/// Reads the whole text.
pub(super) fn read_list(text: &str) -> Result<Vec<Register>, RegisterListError> {
    let mut scanner = Scanner::new(text);
    if scanner.peek().is_none() {
        return Err(Fault::Empty.at(0));
    }
    let mut registers = Vec::new();
    let mut names = BTreeSet::new();
    read_pairs(&mut scanner, "the name of a register in quotes", Fault::Empty, |scanner, name| {
        check_name(&name.text).map_err(|error| Fault::Name(error).at(name.start))?;
        if !names.insert(name.text.clone()) {
            return Err(Fault::DoubleName { name: name.text }.at(name.start));
        }
        let selector = read_selector(scanner)?;
        registers.push(Register { name: name.text, selector });
        Ok(())
    })?;
    if scanner.peek().is_some() {
        return Err(Fault::Trailing.at(scanner.position()));
    }
    Ok(registers)
}

/// `{ 'key': value, … }`; a comma before the closing brace is allowed, as in Python.
fn read_pairs(
    scanner: &mut Scanner,
    key_name: &'static str,
    empty: Fault,
    mut read_value: impl FnMut(&mut Scanner, QuotedText) -> Result<(), RegisterListError>,
) -> Result<(), RegisterListError> {
    scanner.peek();
    let start = scanner.position();
    scanner.expect('{', "a brace {")?;
    if scanner.take('}') {
        return Err(empty.at(start));
    }
    loop {
        let key = scanner.text(key_name)?;
        scanner.expect(':', "a colon")?;
        read_value(scanner, key)?;
        if scanner.take('}') {
            return Ok(());
        }
        scanner.expect(',', "a comma or the closing brace }")?;
        if scanner.take('}') {
            return Ok(());
        }
    }
}

fn read_selector(scanner: &mut Scanner) -> Result<Selector, RegisterListError> {
    const EXPECTED: &str = "a line such as 3, or a selector";
    match scanner.peek() {
        Some('{') => read_selector_keys(scanner),
        Some('\'' | '"') => {
            let quoted = scanner.text(EXPECTED)?;
            Selector::parse(&quoted.text).map_err(|error| within(&quoted, error))
        }
        Some('0'..='9' | '-' | '+' | '.') => read_line(scanner).map(Selector::Line),
        _ => Err(scanner.unexpected(EXPECTED)),
    }
}

fn read_line(scanner: &mut Scanner) -> Result<u16, RegisterListError> {
    scanner.peek();
    let position = scanner.position();
    parse_line(&scanner.number()).map_err(|fault| Fault::Selector(fault).at(position))
}

/// The place of a fault inside a text in quotes.
fn within(quoted: &QuotedText, error: SelectorError) -> RegisterListError {
    Fault::Selector(error.fault).at(quoted.position_of(error.position))
}

/// What the keys of a selector said so far.
#[derive(Default)]
struct SelectorKeys {
    seen: BTreeSet<String>,
    line: Option<u16>,
    record: Option<RecordBlocks>,
    quantity: Option<Quantity>,
    function: Option<FunctionField>,
    storage: u64,
    tariff: u32,
    subunit: u16,
    unit: Option<String>,
    qualifier: Option<String>,
}

fn read_selector_keys(scanner: &mut Scanner) -> Result<Selector, RegisterListError> {
    let start = scanner.position();
    let mut keys = SelectorKeys::default();
    let mut first_of_meaning = None;
    read_pairs(scanner, "a key in quotes", Fault::NothingSelected, |scanner, key| {
        if !keys.seen.insert(key.text.clone()) {
            return Err(Fault::DoubleName { name: key.text }.at(key.start));
        }
        keys.read_value(scanner, &key)?;
        if !matches!(key.text.as_str(), "line" | "record") && first_of_meaning.is_none() {
            first_of_meaning = Some(key);
        }
        Ok(())
    })?;
    match (keys.line, keys.record, keys.quantity, first_of_meaning) {
        (Some(_), _, _, Some(key)) | (_, Some(_), _, Some(key)) => {
            Err(Fault::ConflictingKey { key: key.text }.at(key.start))
        }
        (Some(line), Some(record), _, None) => Ok(Selector::LineWithRecord(line, record)),
        (Some(line), None, _, None) => Ok(Selector::Line(line)),
        (None, Some(record), _, None) => Ok(Selector::Record(record)),
        (None, None, Some(quantity), _) => Ok(Selector::Meaning(RecordMeaning {
            quantity,
            function: keys.function.unwrap_or(FunctionField::Instantaneous),
            storage: keys.storage,
            tariff: keys.tariff,
            subunit: keys.subunit,
            unit: keys.unit,
            qualifier: keys.qualifier,
        })),
        (None, None, None, _) => Err(Fault::NothingSelected.at(start)),
    }
}

impl SelectorKeys {
    fn read_value(
        &mut self,
        scanner: &mut Scanner,
        key: &QuotedText,
    ) -> Result<(), RegisterListError> {
        match key.text.as_str() {
            "line" => self.line = Some(read_line(scanner)?),
            "record" => {
                let quoted = scanner.text("a record such as '04/06'")?;
                let blocks = RecordBlocks::parse(&quoted.text);
                self.record = Some(blocks.map_err(|error| within(&quoted, error))?);
            }
            "quantity" => self.quantity = Some(read_word(scanner, "quantity", quantity_of)?),
            "function" => self.function = Some(read_word(scanner, "function", function_of)?),
            "storage" => self.storage = read_number(scanner, "storage number", MAX_STORAGE)?,
            "tariff" => self.tariff = read_number(scanner, "tariff", MAX_TARIFF)?,
            "subunit" => self.subunit = read_number(scanner, "subunit", MAX_SUBUNIT)?,
            "unit" => self.unit = Some(scanner.text("a unit such as 'Wh'")?.text),
            "qualifier" => {
                self.qualifier = Some(scanner.text("the name of a VIFE in quotes")?.text);
            }
            _ => {
                let key_text = key.text.clone();
                return Err(Fault::UnknownKey { key: key_text, known: KNOWN_KEYS }.at(key.start));
            }
        }
        Ok(())
    }
}

/// A text in quotes that is the name of one of these.
fn read_word<T>(
    scanner: &mut Scanner,
    what: &'static str,
    meaning: impl Fn(&str) -> Option<T>,
) -> Result<T, RegisterListError> {
    let quoted = scanner.text("a word in quotes")?;
    meaning(&quoted.text)
        .ok_or_else(|| Fault::UnknownWord { word: quoted.text, what }.at(quoted.start))
}

/// A whole number from 0 to `max`.
fn read_number<T: FromStr + PartialOrd + Copy>(
    scanner: &mut Scanner,
    what: &'static str,
    max: T,
) -> Result<T, RegisterListError> {
    const EXPECTED: &str = "a whole number";
    scanner.peek();
    let position = scanner.position();
    let digits = scanner.number();
    if digits.is_empty() {
        return Err(scanner.unexpected(EXPECTED));
    }
    if let Some((index, found)) = digits.chars().enumerate().find(|(_, c)| !c.is_ascii_digit()) {
        return Err(Fault::Unexpected { expected: EXPECTED, found }.at(position + index));
    }
    match digits.parse() {
        Ok(number) if number <= max => Ok(number),
        _ => Err(Fault::NumberTooLarge { what }.at(position)),
    }
}
