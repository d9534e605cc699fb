//! Whether the meter that answered is the one that is meant.
//!
//! A value must never be stored under another meter. Whoever answers first at a meter's address
//! is remembered with it; from then on only he is believed, until the configuration changes.

use mbus::{DeviceType, SecondaryAddress};

/// What is to be made of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is the meter that is meant, or nothing is known that speaks against it.
    Believed,
    /// It is the first that tells who it is: remember it.
    First(SecondaryAddress),
    /// It is another one.
    Other {
        /// Who is meant.
        expected: SecondaryAddress,
    },
}

/// Judges who answered. `expected` is the mask of the configuration, `known` who answered
/// before, `found` who the telegrams say it is now, with wildcards where they do not tell.
pub(crate) fn judge(
    expected: Option<SecondaryAddress>,
    known: Option<SecondaryAddress>,
    found: Option<SecondaryAddress>,
) -> Verdict {
    if let (Some(expected), Some(found)) = (expected, found)
        && !agree(expected, found)
    {
        return Verdict::Other { expected };
    }
    match (known, found) {
        (Some(known), Some(found)) if known == found => Verdict::Believed,
        // A meter that told who it is and does so no more is no longer the same.
        (Some(known), _) => Verdict::Other { expected: known },
        (None, Some(found)) => Verdict::First(found),
        (None, None) => Verdict::Believed,
    }
}

/// Whether two addresses can be those of one meter: what one of them leaves open fits anything.
pub(crate) fn agree(one: SecondaryAddress, other: SecondaryAddress) -> bool {
    let (a, b) = (one.identification.to_wire(), other.identification.to_wire());
    let nibble = |a: u8, b: u8| a == b || a == 0xF || b == 0xF;
    let numbers = a.iter().zip(b).all(|(a, b)| nibble(a >> 4, b >> 4) && nibble(a & 0xF, b & 0xF));
    numbers
        && (one.manufacturer == other.manufacturer
            || one.manufacturer.0 == 0xFFFF
            || other.manufacturer.0 == 0xFFFF)
        && (one.version == other.version || one.version == 0xFF || other.version == 0xFF)
        && (one.device_type == other.device_type
            || one.device_type == DeviceType(0xFF)
            || other.device_type == DeviceType(0xFF))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Option<SecondaryAddress> {
        Some(SecondaryAddress::parse_wire(text).unwrap())
    }

    const METER: &str = "20316513C5140004";
    const OTHER: &str = "20316613C5140004";

    #[test]
    fn the_first_answer_is_remembered_and_only_it_is_believed() {
        assert_eq!(judge(None, None, address(METER)), Verdict::First(address(METER).unwrap()));
        assert_eq!(judge(None, address(METER), address(METER)), Verdict::Believed);
        let other = Verdict::Other { expected: address(METER).unwrap() };
        assert_eq!(judge(None, address(METER), address(OTHER)), other);
        assert_eq!(judge(None, address(METER), None), other);
    }

    #[test]
    fn the_same_serial_of_another_maker_or_kind_is_another_meter() {
        for found in ["20316513C6140004", "20316513C5140104", "20316513C5140007"] {
            assert!(matches!(judge(None, address(METER), address(found)), Verdict::Other { .. }));
        }
    }

    #[test]
    fn a_meter_that_never_tells_who_it_is_is_believed() {
        assert_eq!(judge(None, None, None), Verdict::Believed);
        assert_eq!(judge(address(METER), None, None), Verdict::Believed);
    }

    #[test]
    fn the_configuration_goes_before_the_first_answer() {
        let expected = address("20316513FFFFFFFF");
        assert_eq!(judge(expected, None, address(METER)), Verdict::First(address(METER).unwrap()));
        let verdict = judge(expected, None, address(OTHER));
        assert_eq!(verdict, Verdict::Other { expected: expected.unwrap() });
    }

    #[test]
    fn what_a_telegram_does_not_tell_is_no_contradiction() {
        let found = address("20316513FFFFFF04");
        assert!(matches!(judge(address(METER), None, found), Verdict::First(_)));
    }
}
