//! Telegrams for tests: made with the encoder, or from the folder of the models.

use std::fs;
use std::path::Path;

use mbus::frame::MAX_FRAME_LEN;
use mbus::hex;
use mbus::{ControlField, Frame, SecondaryAddress};

/// Heat meter 13653120 of EFE.
pub(crate) const HEAT: &str = "20316513C5140004";
/// Water meter 94158192 of ELV.
pub(crate) const WATER: &str = "9281159496151007";
/// Electricity meter 50012345 of EMH.
pub(crate) const ELECTRICITY: &str = "45230150A8150102";

/// Bytes from hex; spaces are passed over.
pub(crate) fn bytes(text: &str) -> Vec<u8> {
    let mut buffer = [0; 1024];
    hex::decode(text, &mut buffer).unwrap().to_vec()
}

/// A long frame with CI field and data.
pub(crate) fn frame(ci: u8, data: &[u8]) -> Vec<u8> {
    // C field 08: an answer with data, nothing wanted.
    let frame = Frame::Long { control: ControlField(0x08), address: 1, ci, data };
    let mut buffer = [0; MAX_FRAME_LEN];
    let length = frame.encode(&mut buffer).unwrap();
    buffer[..length].to_vec()
}

/// An answer with the long header of this meter, and records in hex.
pub(crate) fn telegram(meter: &str, records: &str) -> Vec<u8> {
    let mut data = SecondaryAddress::parse_wire(meter).unwrap().to_wire().to_vec();
    data.extend([0x2A, 0x00, 0x00, 0x00]);
    data.extend(bytes(records));
    frame(0x72, &data)
}

/// The telegrams beside a model: `EFE/integra_heat` has those of the manual's heat meter.
pub(crate) fn telegrams_of(model: &str) -> Vec<Vec<u8>> {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
    telegrams_in(&fs::read_to_string(models.join(format!("{model}.telegram.hex"))).unwrap())
}

/// The telegrams in a file of `models/`: hex, one a line, with comments behind `#`.
pub(crate) fn telegrams_in(text: &str) -> Vec<Vec<u8>> {
    let lines = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    lines.map(bytes).collect()
}
