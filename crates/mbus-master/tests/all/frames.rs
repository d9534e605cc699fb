//! Telegrams that the tests share.

use mbus::ControlField;
use mbus::Frame;

/// A telegram of EN 13757-3's example meter: 12.565 m³ and two more records.
pub(crate) const WATER: &str = "68 1F 1F 68 08 02 72 78 56 34 12 24 40 01 07 55 00 00 00 \
    03 13 15 31 00 DA 02 3B 13 01 8B 60 04 37 18 02 18 16";
/// Three telegrams of one readout by meter 12345678: 12345 kWh, 1.234 m³, 50.0 °C.
pub(crate) const PAGES: [&str; 3] = [
    "68 16 16 68 08 01 72 78 56 34 12 74 52 01 04 2A 00 00 00 04 06 39 30 00 00 1F 16 16",
    "68 16 16 68 08 01 72 78 56 34 12 74 52 01 04 2B 00 00 00 04 13 D2 04 00 00 1F 91 16",
    "68 16 16 68 08 01 72 78 56 34 12 74 52 01 04 2C 00 00 00 02 5A F4 01 0F AA BB 4B 16",
];
/// 1 kWh of meter 13345678.
pub(crate) const OTHER_METER: &str =
    "68 15 15 68 08 01 72 78 56 34 13 74 52 01 04 2A 00 00 00 04 06 01 00 00 00 90 16";
/// The meter that the pages are from.
pub(crate) const METER: &str = "7856341274520104";

/// Bytes from hex.
pub(crate) fn bytes(hex: &str) -> Vec<u8> {
    let mut buffer = [0; 1024];
    mbus::hex::decode(hex, &mut buffer).unwrap().to_vec()
}

/// A telegram without a header, with any C and A field.
pub(crate) fn rsp_ud(control: u8, address: u8, ci: u8, data: &[u8]) -> Vec<u8> {
    let mut buffer = [0; mbus::frame::MAX_FRAME_LEN];
    let frame = Frame::Long { control: ControlField(control), address, ci, data };
    let length = frame.encode(&mut buffer).unwrap();
    buffer[..length].to_vec()
}
