//! Room for what a telegram means where that is not what it carries: encrypted data, and records
//! whose headings were left out.

/// Room for the data of one telegram.
#[derive(Clone, Debug)]
pub struct PlainData(pub(crate) [u8; Self::ROOM]);

impl PlainData {
    /// As much as the data of a frame, and the headings a compact frame leaves out.
    pub(crate) const ROOM: usize = 512;

    /// Room with nothing in it.
    pub const fn new() -> Self {
        Self([0; Self::ROOM])
    }
}

impl Default for PlainData {
    fn default() -> Self {
        Self::new()
    }
}
