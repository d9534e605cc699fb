//! Who a meter says it is, on the wire: as the gateway's API has it.

use mbus::SecondaryAddress;
use serde::Serialize;
use utoipa::ToSchema;

/// Who a meter says it is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Identification)]
pub(super) struct IdentificationView {
    /// The serial as printed on the meter.
    #[schema(example = "13653120")]
    id: String,
    /// The maker's three letters.
    #[schema(example = "EFE")]
    manufacturer: String,
    /// The version.
    version: u8,
    /// The kind of meter, in words.
    #[schema(example = "heat meter")]
    device_type: &'static str,
    secondary_address: SecondaryAddressView,
}

/// A secondary address in both spellings.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SecondaryAddress)]
struct SecondaryAddressView {
    /// As on the wire.
    #[schema(example = "20316513C5140004")]
    wire: String,
    /// With the serial as printed.
    #[schema(example = "13653120C5140004")]
    printed: String,
}

/// For what a telegram does not tell; in addresses that is a wildcard.
const UNKNOWN: &str = "unknown";

impl From<SecondaryAddress> for IdentificationView {
    fn from(address: SecondaryAddress) -> Self {
        let told = |is_told: bool, text: String| if is_told { text } else { UNKNOWN.to_owned() };
        Self {
            id: address.identification.to_string(),
            manufacturer: told(address.manufacturer.0 != 0xFFFF, address.manufacturer.to_string()),
            version: address.version,
            device_type: if address.device_type.0 == 0xFF {
                UNKNOWN
            } else {
                address.device_type.name()
            },
            secondary_address: SecondaryAddressView {
                wire: address.to_string(),
                printed: address.printed().to_string(),
            },
        }
    }
}
