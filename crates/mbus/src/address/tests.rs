use super::*;
use std::string::ToString;

fn parse(text: &str) -> Result<MeterAddress, AddressError> {
    text.parse()
}

#[test]
fn each_spelling_gives_its_address() {
    let s3u = SecondaryAddress::parse_wire("20316513C5140004").unwrap();
    assert_eq!(parse("5"), Ok(MeterAddress::Primary(PrimaryAddress::new(5).unwrap())));
    assert_eq!(parse(" 250 "), Ok(MeterAddress::Primary(PrimaryAddress::MAX)));
    assert_eq!(parse("20316513c5140004"), Ok(MeterAddress::Secondary(s3u)));
    assert_eq!(parse("printed:13653120C5140004"), Ok(MeterAddress::Secondary(s3u)));
    assert_eq!(parse("PRINTED:13653120C5140004"), Ok(MeterAddress::Secondary(s3u)));
    assert_eq!(parse("94158192").unwrap().to_string(), "92811594FFFFFFFF");
    assert_eq!(parse("id:8712").unwrap().to_string(), "12870000FFFFFFFF");
    assert_eq!(parse("0500023e").unwrap().to_string(), "3E020005FFFFFFFF");
    assert_eq!(parse("id:7").unwrap().to_string(), "07000000FFFFFFFF");
}

#[test]
fn a23_faults_name_reason_and_position() {
    assert_eq!(parse(""), Err(AddressError::Empty));
    assert_eq!(parse("id:"), Err(AddressError::Empty));
    assert_eq!(parse("251"), Err(AddressError::PrimaryRange { found: 251 }));
    assert_eq!(parse("x"), Err(AddressError::Digit { position: 0, found: 'x' }));
    assert_eq!(parse("2031651GFFFFFFFF"), Err(AddressError::Digit { position: 7, found: 'G' }));
    assert_eq!(parse("printed:1365312Z"), Err(AddressError::Digit { position: 15, found: 'Z' }));
    assert_eq!(parse("20316513FFFFFFF"), Err(AddressError::Length { digits: 15 }));
    assert_eq!(parse("id:123456789"), Err(AddressError::Length { digits: 9 }));
}

#[test]
fn wildcards_select_by_nibble_and_by_part() {
    let meter = SecondaryAddress::parse_wire("20316513C5140004").unwrap();
    let selects = |mask: &str| SecondaryAddress::parse_wire(mask).unwrap().selects(meter);
    assert!(selects("FFFFFFFFFFFFFFFF"));
    assert!(selects("FFFFFF1FFFFFFFFF"));
    assert!(!selects("FFFFFF2FFFFFFFFF"));
    assert!(selects("20316513C51400FF"));
    assert!(!selects("20316513C51401FF"));
    assert!(!meter.has_wildcard());
}
