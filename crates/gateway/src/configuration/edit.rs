//! Changes of the file's text that leave everything else in it as it is: comments, order, spaces.

use mbus_io::PortSettings;
use toml_edit::{
    Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, TableLike, TomlError, Value,
};

use crate::config::{MeterDraft, ParameterRow};

/// The file's text, to be changed.
pub(super) struct Edit(DocumentMut);

impl Edit {
    pub(super) fn new(text: &str) -> Result<Self, TomlError> {
        text.parse().map(Self)
    }

    /// The text with the changes.
    pub(super) fn finish(self) -> String {
        self.0.to_string()
    }

    /// Writes a meter behind the others.
    pub(super) fn add_meter(&mut self, draft: &MeterDraft) {
        let meters = self.0.entry("meter").or_insert_with(|| ArrayOfTables::new().into());
        match meters {
            Item::Value(Value::Array(meters)) => {
                let mut table = InlineTable::new();
                write_meter(&mut table, draft, &|| Item::Value(InlineTable::new().into()));
                meters.push(table);
            }
            meters => {
                let mut table = Table::new();
                write_meter(&mut table, draft, &|| Item::Table(Table::new()));
                table.decor_mut().set_prefix("\n");
                if let Item::ArrayOfTables(meters) = meters {
                    meters.push(table);
                }
            }
        }
    }

    /// Writes what is other in a meter.
    pub(super) fn change_meter(&mut self, id: &str, draft: &MeterDraft) {
        match self.entry("meter", id) {
            Some(Entry::Table(table)) => {
                write_meter(table, draft, &|| Item::Table(Table::new()));
            }
            Some(Entry::Inline(table)) => {
                write_meter(table, draft, &|| Item::Value(InlineTable::new().into()));
            }
            None => {}
        }
    }

    /// Takes a meter out, with what was said of it right above. What stands above that, behind
    /// an empty line, is about more than this meter and stays.
    pub(super) fn remove_meter(&mut self, id: &str) {
        let homeless = match self.0.get_mut("meter") {
            Some(Item::ArrayOfTables(meters)) => remove_table(meters, id),
            Some(Item::Value(Value::Array(meters))) => {
                remove_inline(meters, id);
                None
            }
            _ => None,
        };
        if let Some(words) = homeless {
            let trailing = self.0.trailing().as_str().unwrap_or_default();
            let trailing = format!("{words}{trailing}");
            self.0.set_trailing(trailing);
        }
    }

    /// Writes the port of a bus.
    pub(super) fn change_port(&mut self, bus: &str, port: &PortSettings) {
        let table: &mut dyn TableLike = match self.entry("bus", bus) {
            Some(Entry::Table(table)) => table,
            Some(Entry::Inline(table)) => table,
            None => return,
        };
        let baudrate = i64::from(port.baudrate().get());
        match port {
            PortSettings::Tcp(tcp) => {
                set(table, "tcp", Some(tcp.to_string().into()));
                for key in ["serial", "data_bits", "stop_bits", "parity"] {
                    set(table, key, None);
                }
            }
            PortSettings::Serial(serial) => {
                set(table, "serial", Some(serial.path.display().to_string().into()));
                set(table, "tcp", None);
                let number = |text: String| text.parse::<i64>().ok().map(Value::from);
                set_unless(table, "data_bits", 8, number(serial.data_bits.to_string()));
                set_unless(table, "stop_bits", 1, number(serial.stop_bits.to_string()));
                set_unless(table, "parity", "even", Some(serial.parity.to_string().into()));
            }
        }
        set_unless(table, "baudrate", 2_400, Some(baudrate.into()));
    }

    fn entry(&mut self, key: &str, id: &str) -> Option<Entry<'_>> {
        match self.0.get_mut(key)? {
            Item::ArrayOfTables(tables) => {
                tables.iter_mut().find(|table| has_id(*table, id)).map(Entry::Table)
            }
            Item::Value(Value::Array(tables)) => tables
                .iter_mut()
                .filter_map(Value::as_inline_table_mut)
                .find(|table| has_id(*table, id))
                .map(Entry::Inline),
            _ => None,
        }
    }
}

/// An entry of `[[meter]]`, or of `meter = [{…}]`.
enum Entry<'d> {
    Table(&'d mut Table),
    Inline(&'d mut InlineTable),
}

fn has_id(table: &dyn TableLike, id: &str) -> bool {
    table.get("id").and_then(Item::as_str) == Some(id)
}

fn write_meter(table: &mut dyn TableLike, draft: &MeterDraft, new_table: &dyn Fn() -> Item) {
    let text = |text: &Option<String>| text.as_deref().map(Value::from);
    set(table, "id", text(&draft.id));
    set(table, "name", text(&draft.name));
    set(table, "bus", text(&draft.bus));
    set(table, "address", text(&draft.address));
    set(table, "model", text(&draft.model));
    set(table, "interval", text(&draft.interval));
    set(table, "baudrate", draft.baudrate.map(Value::from));
    let historical = draft.process_historical_data;
    set_unless(table, "process_historical_data", false, Some(historical.into()));
    set_unless(table, "suspended", false, Some(draft.suspended.into()));
    let rows: Vec<_> = draft.parameters.iter().filter(|row| !row.key.trim().is_empty()).collect();
    if rows.is_empty() {
        table.remove("parameters");
        return;
    }
    let parameters = table.entry("parameters").or_insert_with(new_table);
    if let Some(parameters) = parameters.as_table_like_mut() {
        write_rows(parameters, &rows);
    }
}

/// Rows in the order in which they were typed.
fn write_rows(table: &mut dyn TableLike, rows: &[&ParameterRow]) {
    let keys: Vec<String> = table.iter().map(|(key, _)| key.to_owned()).collect();
    let same_order = keys.iter().eq(rows.iter().map(|row| &row.key));
    let mut before: Vec<_> = Vec::new();
    if !same_order {
        before = keys.into_iter().filter_map(|key| Some((table.remove(&key)?, key))).collect();
    }
    for row in rows {
        let old = before.iter().position(|(_, key)| *key == row.key);
        if let Some(old) = old {
            let (item, key) = before.swap_remove(old);
            table.insert(&key, item);
        }
        set(table, &row.key, Some(row.value.as_str().into()));
    }
}

/// Sets a value, or takes it out. One that is the same stays as it was written; the comment
/// behind a value stays in any case.
fn set(table: &mut dyn TableLike, key: &str, value: Option<Value>) {
    let Some(mut value) = value else {
        table.remove(key);
        return;
    };
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(old) if is_same(old, &value) => {}
        Some(old) => {
            *value.decor_mut() = old.decor().clone();
            *old = value;
        }
        None => {
            table.insert(key, Item::Value(value));
        }
    }
}

/// The same, but what is usual is not written where nothing stands yet.
fn set_unless(table: &mut dyn TableLike, key: &str, usual: impl Into<Value>, value: Option<Value>) {
    let is_usual = value.as_ref().is_some_and(|value| is_same(value, &usual.into()));
    if table.contains_key(key) || !is_usual {
        set(table, key, value);
    }
}

fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::String(one), Value::String(other)) => one.value() == other.value(),
        (Value::Integer(one), Value::Integer(other)) => one.value() == other.value(),
        (Value::Boolean(one), Value::Boolean(other)) => one.value() == other.value(),
        _ => false,
    }
}

/// Gives back what was said above the meter about more than it, where no meter comes behind it.
fn remove_table(meters: &mut ArrayOfTables, id: &str) -> Option<String> {
    let place = meters.iter().position(|meter| has_id(meter, id))?;
    let words = meters.get(place).and_then(|meter| meter.decor().prefix()?.as_str());
    // An empty line parts what was said of the meter from what was said before.
    let (general, _) = words.unwrap_or_default().rsplit_once("\n\n").unwrap_or_default();
    let general = general.contains('#').then(|| format!("{general}\n"));
    meters.remove(place);
    let general = general?;
    let Some(next) = meters.get_mut(place) else { return Some(general) };
    let own = next.decor().prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default();
    let prefix = format!("{general}{own}");
    next.decor_mut().set_prefix(prefix);
    None
}

fn remove_inline(meters: &mut Array, id: &str) {
    meters.retain(|meter| !meter.as_inline_table().is_some_and(|table| has_id(table, id)));
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"# Building 7
[gateway]
name = "Building 7" # of three

# heat
[[meter]]
id = "a"
bus = "x"   # the cellar
address = "1"
model = "generic_mbus"
[meter.parameters]
# from the plan
reg = "{'a': 3}"
secondary_ad = "20316513FFFFFFFF"

# water, all of it

# cold
[[meter]]
id = "b"
bus = "x"
address = "2"
model = "integra_heat"

[web]
listen = "127.0.0.1:8080"
# the end
"#;

    fn edited(text: &str, change: impl FnOnce(&mut Edit)) -> String {
        let mut edit = Edit::new(text).unwrap();
        change(&mut edit);
        edit.finish()
    }

    fn draft(id: &str, address: &str, rows: &[(&str, &str)]) -> MeterDraft {
        let row = |(key, value): &(&str, &str)| ParameterRow {
            key: (*key).to_owned(),
            value: (*value).to_owned(),
        };
        MeterDraft {
            id: Some(id.to_owned()),
            bus: Some("x".to_owned()),
            address: Some(address.to_owned()),
            model: Some("generic_mbus".to_owned()),
            parameters: rows.iter().map(row).collect(),
            ..MeterDraft::default()
        }
    }

    #[test]
    fn what_is_the_same_is_not_touched() {
        let rows = [("reg", "{'a': 3}"), ("secondary_ad", "20316513FFFFFFFF")];
        let same = edited(TEXT, |edit| edit.change_meter("a", &draft("a", "1", &rows)));
        assert_eq!(same, TEXT);
    }

    #[test]
    fn a_changed_value_keeps_the_comment_behind_it_and_rows_come_as_typed() {
        let rows = [("secondary_ad", "20316513FFFFFFFF"), ("reg", "{\"a\": \"'\\n\"}")];
        let changed = draft("a", "7", &rows);
        let text = edited(TEXT, |edit| {
            edit.change_meter("a", &MeterDraft { bus: Some("y".to_owned()), ..changed });
        });
        let expected = "bus = \"y\"   # the cellar\naddress = \"7\"\nmodel = \"generic_mbus\"\n[meter.parameters]\nsecondary_ad = \"20316513FFFFFFFF\"\n";
        assert!(text.contains(expected), "{text}");
        let read: toml::Table = text.parse().unwrap();
        assert_eq!(read["meter"][0]["parameters"]["reg"].as_str(), Some("{\"a\": \"'\\n\"}"));
        assert!(text.ends_with("# the end\n") && text.starts_with("# Building 7\n"), "{text}");
    }

    #[test]
    fn a_meter_that_goes_takes_its_own_comment_with_it_and_no_other() {
        let text = edited(TEXT, |edit| edit.remove_meter("b"));
        assert!(text.contains("# water, all of it") && !text.contains("# cold"), "{text}");
        assert!(text.contains("# heat\n[[meter]]\nid = \"a\""), "{text}");
        let general = TEXT.replace("# heat\n", "# all meters\n\n# heat\n");
        let text = edited(&general, |edit| edit.remove_meter("a"));
        assert!(text.contains("# all meters") && !text.contains("# heat\n"), "{text}");
        assert!(!text.contains("from the plan"), "{text}");
        let read: toml::Table = text.parse().unwrap();
        assert_eq!(read["meter"].as_array().unwrap().len(), 1);
    }

    #[test]
    fn a_new_meter_stands_behind_the_others() {
        let text = edited(TEXT, |edit| edit.add_meter(&draft("c", "3", &[("reg", "{'a': 3}")])));
        let added = "model = \"integra_heat\"\n\n[[meter]]\nid = \"c\"\nbus = \"x\"\naddress = \"3\"\nmodel = \"generic_mbus\"\n\n[meter.parameters]\nreg = \"{'a': 3}\"\n\n[web]";
        assert!(text.contains(added), "{text}");
        let first = edited("", |edit| edit.add_meter(&draft("c", "3", &[])));
        assert_eq!(first.trim_start().lines().next(), Some("[[meter]]"));
        let inline = "meter = [{ id = \"a\", bus = \"x\", address = \"1\", model = \"m\" }]\n";
        let text = edited(inline, |edit| {
            edit.add_meter(&draft("c", "3", &[("reg", "{'a': 3}")]));
            edit.remove_meter("a");
            edit.change_meter("c", &draft("c", "4", &[("reg", "{'a': 4}")]));
        });
        let read: toml::Table = text.parse().unwrap();
        assert_eq!(read["meter"][0]["parameters"]["reg"].as_str(), Some("{'a': 4}"), "{text}");
        assert_eq!(read["meter"].as_array().unwrap().len(), 1);
    }

    #[test]
    fn a_port_becomes_another_kind_of_port() {
        let bus = "[[bus]]\nid = \"x\"\n# the converter\ntcp = \"a:1\"\nbaudrate = 2400 # slow\n";
        let serial = mbus_io::SerialSettings::new("/dev/ttyUSB0");
        let text = edited(bus, |edit| edit.change_port("x", &PortSettings::Serial(serial.clone())));
        assert_eq!(
            text,
            "[[bus]]\nid = \"x\"\nbaudrate = 2400 # slow\nserial = \"/dev/ttyUSB0\"\n"
        );
        let odd = mbus_io::SerialSettings { parity: mbus_io::Parity::Odd, ..serial };
        let text = edited(&text, |edit| edit.change_port("x", &PortSettings::Serial(odd)));
        assert!(text.contains("parity = \"odd\"\n") && !text.contains("data_bits"), "{text}");
    }
}
