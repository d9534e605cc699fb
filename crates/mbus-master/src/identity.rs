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

/// The mask that selects this meter and fewer others than `mask` did: what the meter does not tell
/// of itself stays as it was.
pub(crate) fn narrowed(mask: SecondaryAddress, meter: SecondaryAddress) -> SecondaryAddress {
    let any = SecondaryAddress::ANY;
    let pick = |is_told: bool| if is_told { meter } else { mask };
    SecondaryAddress {
        identification: meter.identification,
        manufacturer: pick(meter.manufacturer != any.manufacturer).manufacturer,
        version: pick(meter.version != any.version).version,
        device_type: pick(meter.device_type != any.device_type).device_type,
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

    #[test]
    fn a_mask_is_narrowed_by_what_the_meter_tells() {
        let wire = |text| SecondaryAddress::parse_wire(text).unwrap();
        let narrowed_to = |meter| narrowed(wire("7856FFFF7452FF04"), wire(meter)).to_string();
        assert_eq!(narrowed_to("7856341274520104"), "7856341274520104");
        assert_eq!(narrowed_to("78563412FFFFFFFF"), "785634127452FF04");
    }
}
