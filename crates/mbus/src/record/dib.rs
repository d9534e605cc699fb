//! The data information block: DIF and DIFEs (EN 13757-3, 6.3).

use super::DataField;

/// What the value is among its kind: the function field of the DIF.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FunctionField {
    /// The value as it is.
    Instantaneous,
    /// The greatest value.
    Maximum,
    /// The least value.
    Minimum,
    /// The value during an error state.
    Error,
}

impl FunctionField {
    /// From bits 5 and 4 of a DIF.
    #[inline]
    pub const fn from_dif(dif: u8) -> Self {
        match dif >> 4 & 0b11 {
            0 => Self::Instantaneous,
            1 => Self::Maximum,
            2 => Self::Minimum,
            _ => Self::Error,
        }
    }

    /// The name for programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Instantaneous => "instantaneous",
            Self::Maximum => "maximum",
            Self::Minimum => "minimum",
            Self::Error => "error",
        }
    }

    /// The word of the line view.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Instantaneous => "INST_VAL",
            Self::Maximum => "MAX_VAL",
            Self::Minimum => "MIN_VAL",
            Self::Error => "ERROR_VAL",
        }
    }
}

/// DIF and DIFEs with what they say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dib<'a> {
    /// The bytes; at least the DIF.
    pub bytes: &'a [u8],
}

/// The standard allows ten DIFEs and ten VIFEs (EN 13757-3, 6.3.1 and 6.4.1).
pub(super) const MAX_EXTENSIONS: usize = 10;
/// Set where another byte of the block follows.
pub(super) const EXTENSION_BIT: u8 = 0x80;

impl<'a> Dib<'a> {
    /// Reads the block at the start of `bytes`, and gives what follows; `None` when it does not
    /// end there. More than ten DIFEs are read over: they carry nothing the standard defines.
    #[inline]
    pub(super) fn parse(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let difes = bytes.iter().take_while(|byte| **byte & EXTENSION_BIT != 0).count();
        let (bytes, rest) = bytes.split_at_checked(difes + 1)?;
        Some((Self { bytes }, rest))
    }

    #[inline]
    const fn dif(&self) -> u8 {
        match self.bytes {
            [dif, ..] => *dif,
            [] => 0,
        }
    }

    fn difes(&self) -> impl Iterator<Item = &'a u8> + use<'a> {
        self.bytes.iter().skip(1).take(MAX_EXTENSIONS)
    }

    /// How the data is coded.
    #[inline]
    pub const fn data_field(&self) -> DataField {
        DataField::from_dif(self.dif())
    }

    /// What the value is among its kind.
    #[inline]
    pub const fn function(&self) -> FunctionField {
        FunctionField::from_dif(self.dif())
    }

    /// 0 is the current value, others are stored ones; up to 41 bits.
    #[inline]
    pub fn storage(&self) -> u64 {
        let lowest = u64::from(self.dif() >> 6 & 1);
        self.difes()
            .zip((1..).step_by(4))
            .fold(lowest, |storage, (dife, bits)| storage | u64::from(dife & 0x0F) << bits)
    }

    /// 0 is the total; up to 20 bits.
    #[inline]
    pub fn tariff(&self) -> u32 {
        self.difes()
            .zip((0..).step_by(2))
            .fold(0, |tariff, (dife, bits)| tariff | u32::from(dife >> 4 & 0b11) << bits)
    }

    /// The part of the device; up to 10 bits.
    #[inline]
    pub fn subunit(&self) -> u16 {
        self.difes()
            .zip(0..)
            .fold(0, |subunit, (dife, bit)| subunit | u16::from(dife >> 6 & 1) << bit)
    }

    /// Whether there are more DIFEs than the standard allows.
    pub const fn is_too_long(&self) -> bool {
        self.bytes.len() > MAX_EXTENSIONS + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(bytes: &[u8]) -> (u64, u32, u16) {
        let (dib, _) = Dib::parse(bytes).unwrap();
        assert_eq!(dib.bytes, bytes);
        (dib.storage(), dib.tariff(), dib.subunit())
    }

    #[test]
    fn storage_tariff_and_subunit_are_collected_from_all_difes() {
        assert_eq!(numbers(&[0x04]), (0, 0, 0));
        assert_eq!(numbers(&[0xDA, 0x02]), (5, 0, 0));
        assert_eq!(numbers(&[0x8B, 0x60]), (0, 2, 1));
        assert_eq!(numbers(&[0xC4, 0x80, 0x40]), (1, 0, 2));
        assert_eq!(numbers(&[0x84, 0xC0, 0x40]), (0, 0, 3));
        let widest = [0xC4, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F];
        assert_eq!(numbers(&widest), ((1 << 41) - 1, (1 << 20) - 1, (1 << 10) - 1));
    }

    #[test]
    fn an_unended_block_is_none_and_a_too_long_one_is_named() {
        assert_eq!(Dib::parse(&[]), None);
        assert_eq!(Dib::parse(&[0x84, 0x80]), None);
        let mut bytes = [0x80; 13];
        bytes[12] = 0x00;
        assert!(Dib::parse(&bytes).unwrap().0.is_too_long());
    }
}
