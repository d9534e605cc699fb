//! The parameter `reg`: what is taken, what is refused, and where.

use metering::{
    RegisterList, RegisterListError, RegisterListFault as Fault, Selector, SelectorFault,
};
use proptest::prelude::*;

fn parse(text: &str) -> Result<RegisterList, RegisterListError> {
    text.parse()
}

fn fault(text: &str) -> (usize, Fault) {
    let error = parse(text).unwrap_err();
    (error.position, error.fault)
}

/// The fault of a selector, and where.
fn selector_fault(text: &str) -> (usize, SelectorFault) {
    match fault(text) {
        (position, Fault::Selector(fault)) => (position, fault),
        other => panic!("{text}: {other:?}"),
    }
}

fn lines(text: &str) -> Vec<(String, u16)> {
    let list = parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    list.into_registers()
        .into_iter()
        .map(|register| match register.selector {
            Selector::Line(line) => (register.name, line),
            selector => panic!("{text}: {selector} is no line"),
        })
        .collect()
}

#[test]
fn a32_the_list_of_the_manual_is_taken_verbatim_and_keeps_its_order() {
    let text = "{'flow_temp': 9, 'heat_energy_kwh': 3, 'power_kw': 5, 'return_temp': 10, 'vol_flow_m3_h': 7, 'vol_m3': 4, 'diff_temp': 11}";
    let expected = [
        ("flow_temp", 9),
        ("heat_energy_kwh", 3),
        ("power_kw", 5),
        ("return_temp", 10),
        ("vol_flow_m3_h", 7),
        ("vol_m3", 4),
        ("diff_temp", 11),
    ]
    .map(|(name, line)| (name.to_owned(), line));
    assert_eq!(lines(text), expected);
    assert_eq!(lines(&text.replace('\'', "\"")), expected, "the same in JSON");
}

#[test]
fn blanks_line_breaks_and_a_last_comma_do_no_harm() {
    let expected = [("a".to_owned(), 2), ("b".to_owned(), 30)];
    assert_eq!(lines(" {\n\t'a':2 ,\r\n 'b' : 30,\n} \n"), expected);
    assert_eq!(lines("{'a':'2',\"b\":\" 30 \"}"), expected);
}

#[test]
fn names_are_what_the_quotes_hold() {
    let name = |text: &str| lines(text).remove(0).0;
    assert_eq!(name("{'Wärme, Süd': 3}"), "Wärme, Süd");
    assert_eq!(name(r#"{"it's": 3}"#), "it's");
    assert_eq!(name(r"{'it\'s': 3}"), "it's");
    assert_eq!(name(r#"{"W\u00e4rme": 3}"#), "Wärme");
}

#[test]
fn a33_broken_text_is_refused_where_it_breaks() {
    let unexpected = |expected, found| Fault::Unexpected { expected, found };
    let end = |expected| Fault::Ended { expected };
    let comma = "a comma or the closing brace }";
    assert_eq!(fault(""), (0, Fault::Empty));
    assert_eq!(fault("  "), (0, Fault::Empty));
    assert_eq!(fault(" {}"), (1, Fault::Empty));
    assert_eq!(fault("3"), (0, unexpected("a brace {", '3')));
    assert_eq!(fault("['a', 3]"), (0, unexpected("a brace {", '[')));
    assert_eq!(fault("{'a': 3"), (7, end(comma)));
    assert_eq!(fault("{'a': 3 'b': 4}"), (8, unexpected(comma, '\'')));
    assert_eq!(fault("{'a' 3}"), (5, unexpected("a colon", '3')));
    assert_eq!(fault("{a: 3}"), (1, unexpected("the name of a register in quotes", 'a')));
    assert_eq!(fault("{'a': }"), (6, unexpected("a line such as 3, or a selector", '}')));
    assert_eq!(fault("{'a': None}"), (6, unexpected("a line such as 3, or a selector", 'N')));
    assert_eq!(fault("{'a': 3,, 'b': 4}").0, 8);
    assert_eq!(fault("{'ä': 3, 'b"), (9, Fault::OpenQuote), "positions are characters, not bytes");
    assert_eq!(fault("{‘a’: 3}"), (1, Fault::TypographicQuote { found: '‘' }));
    assert_eq!(fault(r"{'a\n': 3}"), (3, Fault::Escape));
    assert_eq!(fault(r"{'\u+123': 3}"), (2, Fault::Escape));
    assert_eq!(fault(r"{'\uD800': 3}"), (2, Fault::Escape));
    assert_eq!(fault("{'a': 3} {'b': 4}"), (9, Fault::Trailing));
}

#[test]
fn a33_a_line_is_a_whole_number_from_2() {
    let header = |line, what| SelectorFault::HeaderLine { line, what };
    assert_eq!(selector_fault("{'a': 0}"), (6, header(0, "secondary address")));
    assert_eq!(selector_fault("{'a': 1}"), (6, header(1, "header")));
    assert_eq!(selector_fault("{'a': -3}"), (6, SelectorFault::NegativeLine));
    assert_eq!(selector_fault("{'a': 3.0}"), (6, SelectorFault::NotALine));
    assert_eq!(selector_fault("{'a': 3e1}"), (6, SelectorFault::NotALine));
    assert_eq!(selector_fault("{'a': 03}"), (6, SelectorFault::NotALine));
    assert_eq!(selector_fault("{'a': +3}"), (6, SelectorFault::NotALine));
    assert_eq!(selector_fault("{'a': 10000}"), (6, SelectorFault::LineTooLarge));
    assert_eq!(selector_fault("{'a': 99999999999999999999}"), (6, SelectorFault::LineTooLarge));
    assert_eq!(lines("{'a': 9999}")[0].1, 9999);
}

#[test]
fn a33_a_name_is_given_once_and_can_be_read() {
    let double = Fault::DoubleName { name: "a".to_owned() };
    assert_eq!(fault("{'a': 3, 'b': 4, \"a\": 5}"), (17, double));
    for name in ["", " ", " a", "a\\u0007b", &"x".repeat(65)] {
        let text = format!("{{'{name}': 3}}");
        assert!(matches!(fault(&text), (1, Fault::Name(_))), "{text}");
    }
}

#[test]
fn a_fault_inside_a_text_has_the_position_in_the_whole() {
    assert_eq!(selector_fault("{'a': '3 04/0G'}"), (13, SelectorFault::Digit { found: 'G' }));
    assert_eq!(selector_fault("{'a': ''}"), (7, SelectorFault::Empty));
    assert_eq!(selector_fault("{'a': {'record': '04/6'}}"), (21, SelectorFault::OddDigits));
}

#[test]
fn a_record_can_be_described() {
    let selector = |text: &str| {
        let list =
            parse(&format!("{{'a': {text}}}")).unwrap_or_else(|error| panic!("{text}: {error}"));
        list.registers()[0].selector.to_string()
    };
    assert_eq!(selector("{'quantity': 'energy'}"), "{'quantity': 'energy'}");
    assert_eq!(
        selector(
            r#"{"tariff": 2, "quantity": "energy", "function": "maximum", "storage": 1, "subunit": 3, "unit": "Wh", "qualifier": "negative_contributions"}"#
        ),
        "{'quantity': 'energy', 'function': 'maximum', 'storage': 1, 'tariff': 2, 'subunit': 3, 'unit': 'Wh', 'qualifier': 'negative_contributions'}"
    );
    assert_eq!(selector("{'line': 3, 'record': '04/06'}"), "3 04/06");
    assert_eq!(selector("{'record': '84 20/06'}".replace(' ', "").as_str()), "8420/06");
    assert_eq!(selector("{'line': 3}"), "3");
}

#[test]
fn a_description_with_a_mistake_is_refused_where_it_is() {
    let fault = |text: &str| fault(&format!("{{'a': {text}}}"));
    assert_eq!(fault("{}"), (6, Fault::NothingSelected));
    assert_eq!(fault("{'storage': 1}"), (6, Fault::NothingSelected));
    assert!(matches!(fault("{'quantty': 'energy'}"), (7, Fault::UnknownKey { .. })));
    assert!(matches!(fault("{'quantity': 'warmth'}"), (19, Fault::UnknownWord { .. })));
    assert!(matches!(
        fault("{'quantity': 'energy', 'function': 'mean'}"),
        (41, Fault::UnknownWord { .. })
    ));
    assert!(matches!(
        fault("{'quantity': 'energy', 'subunit': 1024}"),
        (40, Fault::NumberTooLarge { .. })
    ));
    assert!(matches!(
        fault("{'quantity': 'energy', 'storage': -1}"),
        (40, Fault::Unexpected { found: '-', .. })
    ));
    assert!(matches!(
        fault("{'quantity': 'energy', 'storage': 'a'}"),
        (40, Fault::Unexpected { found: '\'', .. })
    ));
    assert!(matches!(
        fault("{'quantity': 'energy', 'quantity': 'power'}"),
        (29, Fault::DoubleName { .. })
    ));
    assert!(matches!(
        fault("{'record': '04/06', 'storage': 1}"),
        (26, Fault::ConflictingKey { .. })
    ));
}

#[test]
fn a_refusal_is_a_sentence_with_the_place() {
    let text = parse("{'a': 3, 'a': 4}").unwrap_err().to_string();
    assert_eq!(text, "the name \"a\" is given twice (position 9)");
}

/// Texts that look like a list, so that faults lie deep inside.
fn nearly_a_list() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "{",
        "}",
        "'a'",
        "\"b\"",
        "'",
        "\"",
        ":",
        ",",
        " ",
        "3",
        "0",
        "-",
        ".5",
        "'3 04/06'",
        "'04/06'",
        "04",
        "/",
        "\\",
        "\\u00",
        "'quantity'",
        "'energy'",
        "'storage'",
        "'line'",
        "'record'",
        "ä",
        "‘",
        "\n",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn selectors() -> impl Strategy<Value = Selector> {
    let text = prop_oneof![
        (2_u16..=9999).prop_map(|line| line.to_string()),
        Just("7 84C040/13".to_owned()),
        Just("0D/7C05746E756F63".to_owned()),
    ];
    let by_text = text.prop_map(|text| Selector::parse(&text).unwrap());
    let quantities = prop::sample::select(vec!["energy", "volume", "flow_temperature"]);
    let by_meaning =
        (quantities, 0_u64..1 << 41, 0_u32..1 << 20, 0_u16..1 << 10, any::<Option<String>>());
    let by_meaning = by_meaning.prop_map(|(quantity, storage, tariff, subunit, unit)| {
        let text = format!(
            "{{'a': {{'quantity': '{quantity}', 'storage': {storage}, 'tariff': {tariff}, 'subunit': {subunit}}}}}"
        );
        let list: RegisterList = text.parse().unwrap();
        match list.into_registers().remove(0).selector {
            Selector::Meaning(meaning) => {
                Selector::Meaning(metering::RecordMeaning { unit, ..meaning })
            }
            selector => selector,
        }
    });
    prop_oneof![by_text, by_meaning]
}

proptest! {
    #[test]
    fn no_text_makes_it_panic_and_every_fault_lies_in_the_text(text in prop_oneof![any::<String>(), nearly_a_list()]) {
        if let Err(error) = parse(&text) {
            prop_assert!(error.position <= text.chars().count(), "{} in {:?}", error, text);
        }
    }

    #[test]
    fn a_list_is_read_back_as_written(
        entries in prop::collection::btree_map("[ -~äß]{1,12}", selectors(), 1..8)
    ) {
        let registers: Vec<_> = entries
            .into_iter()
            .filter(|(name, _)| name.trim() == name)
            .map(|(name, selector)| metering::Register { name, selector })
            .collect();
        prop_assume!(!registers.is_empty());
        let list = RegisterList::from(registers);
        let written = list.to_string();
        prop_assert_eq!(parse(&written).map_err(|error| format!("{written}: {error}")), Ok(list));
    }
}
