//! The header of the application layer (EN 13757-7, 7): who answers, in which state.

use crate::SecondaryAddress;

/// The long header has 12 bytes, the short one 4.
pub const LONG_HEADER_LEN: usize = 12;
/// The length of the short header.
pub const SHORT_HEADER_LEN: usize = 4;

/// Long or short header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Who answers; only the long header says it.
    pub meter: Option<SecondaryAddress>,
    /// Counts the answers of the meter, modulo 256.
    pub access_number: u8,
    /// The state of the meter.
    pub status: Status,
    /// Security mode and more.
    pub configuration: ConfigurationField,
}

impl Header {
    /// Reads the long header.
    pub fn parse_long(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (address, rest) = bytes.split_first_chunk::<8>()?;
        let (header, rest) = Self::parse_short(rest)?;
        let meter = Some(SecondaryAddress::from_wire(*address));
        Some((Self { meter, ..header }, rest))
    }

    /// Reads the short header.
    pub fn parse_short(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (&[access_number, status, low, high], rest) = bytes.split_first_chunk::<4>()?;
        let configuration = ConfigurationField::from_wire([low, high]);
        Some((Self { meter: None, access_number, status: Status(status), configuration }, rest))
    }

    /// Writes the header as long or, without a meter, as short one; returns its length.
    pub fn encode(&self, buffer: &mut [u8]) -> Result<usize, crate::frame::BufferTooSmall> {
        let need = if self.meter.is_some() { LONG_HEADER_LEN } else { SHORT_HEADER_LEN };
        let have = buffer.len();
        let out = buffer.get_mut(..need).ok_or(crate::frame::BufferTooSmall { need, have })?;
        let (address, rest) = out.split_at_mut(need - SHORT_HEADER_LEN);
        if let Some(meter) = self.meter {
            address.copy_from_slice(&meter.to_wire());
        }
        let [low, high] = self.configuration.to_wire();
        rest.copy_from_slice(&[self.access_number, self.status.0, low, high]);
        Ok(need)
    }
}

/// The status byte (EN 13757-7, 7.5.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Status(pub u8);

impl Status {
    /// The conditions that are set, in snake case.
    ///
    /// ```
    /// use mbus::header::Status;
    ///
    /// assert!(Status(0x1C).flags().eq(["power_low", "permanent_error", "temporary_error"]));
    /// ```
    pub fn flags(self) -> impl Iterator<Item = &'static str> {
        let application = match self.0 & 0b11 {
            0 => None,
            1 => Some("application_busy"),
            2 => Some("application_error"),
            _ => Some("abnormal_condition"),
        };
        let bits = [
            (0x04, "power_low"),
            (0x08, "permanent_error"),
            (0x10, "temporary_error"),
            (0x20, "manufacturer_bit_5"),
            (0x40, "manufacturer_bit_6"),
            (0x80, "manufacturer_bit_7"),
        ];
        let status = self.0;
        application.into_iter().chain(
            bits.into_iter().filter_map(move |(bit, name)| (status & bit != 0).then_some(name)),
        )
    }
}

/// The configuration field, in older editions the signature word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConfigurationField(pub u16);

/// How the data behind the header is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protection {
    /// Not at all.
    None,
    /// The word is no security mode that fits the telegram: an old meter's signature. The data
    /// is plain.
    Signature,
    /// Encrypted by this security mode.
    Encrypted {
        /// The mode.
        mode: u8,
        /// How many blocks of 16 bytes are encrypted; 0 where the mode does not say.
        blocks: u8,
    },
}

impl ConfigurationField {
    /// From the two bytes in wire order.
    pub const fn from_wire(bytes: [u8; 2]) -> Self {
        Self(u16::from_le_bytes(bytes))
    }

    /// The two bytes in wire order.
    pub const fn to_wire(self) -> [u8; 2] {
        self.0.to_le_bytes()
    }

    /// The security mode (bits 8 to 12).
    pub const fn mode(self) -> u8 {
        (self.0 >> 8 & 0x1F) as u8
    }

    /// The number of encrypted blocks (bits 4 to 7), in modes that count blocks.
    pub const fn blocks(self) -> u8 {
        (self.0 >> 4 & 0x0F) as u8
    }

    /// What the field means for so many data bytes. Meters of before 2000 put a signature here;
    /// it is taken for a security mode only where a defined mode and its length fit.
    pub const fn protection(self, data_len: usize) -> Protection {
        let (mode, blocks) = (self.mode(), self.blocks());
        // Mode 7 has a byte of its own in front of the blocks.
        let extension = if mode == 7 { 1 } else { 0 };
        let fits = blocks > 0 && blocks as usize * 16 + extension <= data_len;
        match mode {
            0 => Protection::None,
            5 if self.blocks() == 0 => Protection::None,
            2..=5 | 7 if fits => Protection::Encrypted { mode, blocks },
            8..=10 | 13 => Protection::Encrypted { mode, blocks: 0 },
            _ => Protection::Signature,
        }
    }

    /// The name of the mode in the line view.
    pub const fn mode_symbol(self) -> &'static str {
        match self.mode() {
            0 => "NONE",
            1 => "AES_128",
            2 => "DES_CBC",
            3 => "DES_CBC_IV",
            4 => "RESERVED_04",
            5 => "AES_CBC_IV",
            6 => "RESERVED_06",
            7 => "AES_CBC_IV_0",
            8 => "RESERVED_08",
            9 => "RESERVED_09",
            10 => "RESERVED_10",
            11 => "RESERVED_11",
            12 => "RESERVED_12",
            13 => "TLS",
            14 => "RESERVED_14",
            _ => "RESERVED_15",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_of_an_old_meter_is_no_encryption() {
        assert_eq!(ConfigurationField(0xFFFF).protection(44), Protection::Signature);
        // B6 27: mode 7, but 11 blocks are more than there are bytes.
        let word = ConfigurationField::from_wire([0xB6, 0x27]);
        assert_eq!(word.protection(100), Protection::Signature);
        assert_eq!(ConfigurationField(0).protection(44), Protection::None);
        let mode_5 = ConfigurationField::from_wire([0x10, 0x05]);
        assert_eq!(mode_5.protection(16), Protection::Encrypted { mode: 5, blocks: 1 });
    }

    #[test]
    fn headers_are_read_back() {
        let bytes = [0x20, 0x31, 0x65, 0x13, 0xC5, 0x14, 0x00, 0x04, 0x2A, 0x10, 0x00, 0x00];
        let (header, rest) = Header::parse_long(&bytes).unwrap();
        assert!(rest.is_empty());
        let mut buffer = [0; 12];
        assert_eq!(header.encode(&mut buffer), Ok(12));
        assert_eq!(buffer, bytes);
        assert_eq!(Header::parse_long(&bytes[..11]), None);
    }
}
