//! Selectors as text.

use metering::{Selector, SelectorFault};

fn fault(text: &str) -> (usize, SelectorFault) {
    let error = Selector::parse(text).unwrap_err();
    (error.position, error.fault)
}

#[test]
fn the_three_forms_are_told_apart_and_read_back() {
    for text in ["3", "3 04/06", "04/06", "C4C040/13", "01/FD17", "04/ABFF01", "0D/7C05746E756F63"]
    {
        assert_eq!(Selector::parse(text).unwrap().to_string(), text);
    }
    assert_eq!(Selector::parse("  12   8c10/fb00 ").unwrap().to_string(), "12 8C10/FB00");
}

#[test]
fn blocks_must_end_where_the_standard_ends_them() {
    for text in
        ["84/06", "04/86", "0420/06", "04/0613", "04/FD", "2F/06", "0F/06", "1F/13", "04/7C05"]
    {
        let (position, fault) = fault(text);
        assert_eq!(position, 0, "{text}");
        assert!(matches!(fault, SelectorFault::NotABlock { .. }), "{text}: {fault}");
    }
}

#[test]
fn faults_carry_their_position() {
    assert_eq!(fault(""), (0, SelectorFault::Empty));
    assert_eq!(fault("04/"), (0, SelectorFault::NotDibSlashVib));
    assert_eq!(fault("04/06/01"), (0, SelectorFault::NotDibSlashVib));
    assert_eq!(fault("3 0406"), (2, SelectorFault::NotDibSlashVib));
    assert_eq!(fault("3 0X/06"), (3, SelectorFault::Digit { found: 'X' }));
    assert_eq!(fault("04/061"), (5, SelectorFault::OddDigits));
    assert_eq!(fault(" 1 04/06").0, 1);
    assert_eq!(fault("abc"), (0, SelectorFault::NotALine));
    assert_eq!(fault("3 04/06 x"), (8, SelectorFault::Trailing));
}
