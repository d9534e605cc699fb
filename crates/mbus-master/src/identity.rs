//! Whether a telegram is from the meter that it should be from.

use mbus::SecondaryAddress;
use mbus::telegram::MeterIdentity;

/// The identity as an address; what the telegram does not tell is a wildcard.
pub(crate) const fn as_address(identity: MeterIdentity) -> Option<SecondaryAddress> {
    match identity {
        MeterIdentity::Full(address) => Some(address),
        MeterIdentity::Number(number, _) => Some(SecondaryAddress::from_identification(number)),
        MeterIdentity::Unknown => None,
    }
}

/// Whether a selection by `mask` selects the meter, as far as the telegram tells; `true` where it
/// tells nothing.
pub(crate) fn is_selected_by(identity: MeterIdentity, mask: SecondaryAddress) -> bool {
    match identity {
        MeterIdentity::Full(address) => mask.selects(address),
        // The fixed structure knows no manufacturer, and its medium is no device type.
        MeterIdentity::Number(identification, _) => {
            mask.selects(SecondaryAddress { identification, ..mask })
        }
        MeterIdentity::Unknown => true,
    }
}

#[cfg(test)]
mod tests {
    use mbus::DeviceType;

    use super::*;

    #[test]
    fn a_number_without_a_manufacturer_is_compared_by_the_number() {
        let wire = |text| SecondaryAddress::parse_wire(text).unwrap();
        let number = MeterIdentity::Number(wire("7856341274520104").identification, DeviceType(7));
        assert!(is_selected_by(number, wire("7856341274520104")));
        assert!(is_selected_by(number, wire("7856FFFFFFFFFFFF")));
        assert!(!is_selected_by(number, wire("7956341274520104")));
        assert_eq!(as_address(number), Some(wire("78563412FFFFFFFF")));
        assert!(is_selected_by(MeterIdentity::Unknown, wire("7956341274520104")));
    }
}
