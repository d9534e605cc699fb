//! Encrypted telegrams (EN 13757-7, 7.6): security modes 5 and 7, AES-128 in CBC.
//!
//! Mode 5 takes the meter's key as it is, and an initialization vector of the meter's address and
//! the access number. Mode 7 derives a key for each telegram from the message counter of the
//! authentication and fragmentation layer, and begins with a vector of zeros.

use core::fmt;

use aes::Aes128;
use aes::cipher::{Array, BlockModeDecrypt, KeyInit, KeyIvInit};
use cmac::{Cmac, Mac};

use crate::hex::{self, HexError};
use crate::plain_data::PlainData;
use crate::telegram::{Body, Lock};
use crate::{SecondaryAddress, Telegram};

/// Bytes of a key and of a block.
const BLOCK: usize = 16;
/// What decrypted data begins with: two fillers, which tell the right key from a wrong one.
const CHECK: [u8; 2] = [0x2F, 0x2F];

/// The key of a meter.
///
/// ```
/// let key: mbus::security::Key = "0102030405060708090A0B0C0D0E0F11".parse().unwrap();
/// assert_eq!(format!("{key:?}"), "Key(..)");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Key([u8; BLOCK]);

impl Key {
    /// A key of 16 bytes.
    pub const fn new(bytes: [u8; BLOCK]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for Key {
    /// Without the key: logs are read by many.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

/// Why a text is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// It is no hex.
    Hex(HexError),
    /// It has another length.
    Length {
        /// How many bytes there are.
        bytes: usize,
    },
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hex(HexError::TooLong { .. }) => {
                f.write_str("a key has 32 hex digits; these are more")
            }
            Self::Hex(error) => error.fmt(f),
            Self::Length { bytes } => {
                write!(f, "a key has 32 hex digits; these are {}", 2 * bytes)
            }
        }
    }
}

impl core::error::Error for KeyError {}

impl core::str::FromStr for Key {
    type Err = KeyError;

    /// 32 hex digits, in the order in which the manufacturer writes them.
    fn from_str(text: &str) -> Result<Self, KeyError> {
        let mut key = [0; BLOCK];
        let bytes = hex::decode(text, &mut key).map_err(KeyError::Hex)?.len();
        if bytes == BLOCK { Ok(Self(key)) } else { Err(KeyError::Length { bytes }) }
    }
}

impl<'a> Telegram<'a> {
    /// The telegram as this key reads it: with records where it fits, and locked as before where
    /// it does not, never with records made of noise. A telegram that is not encrypted stays as
    /// it is.
    ///
    /// ```
    /// use mbus::security::Key;
    /// use mbus::{PlainData, Telegram};
    ///
    /// let frame = [
    ///     0x68, 0x1F, 0x1F, 0x68, 0x08, 0x01, 0x72, 0x78, 0x56, 0x34, 0x12, 0x74, 0x52, 0x01,
    ///     0x04, 0x2A, 0x00, 0x10, 0x05, 0x70, 0xBE, 0xD9, 0xF9, 0xCE, 0x16, 0x81, 0x90, 0x15,
    ///     0x7B, 0x8E, 0xB3, 0x48, 0xB6, 0xDD, 0x25, 0x5F, 0x16,
    /// ];
    /// let key: Key = "0102030405060708090A0B0C0D0E0F11".parse().unwrap();
    /// let mut plain = PlainData::new();
    /// let telegram = Telegram::parse(&frame).unwrap().decrypted(&key, &mut plain);
    /// let energy = telegram.records().next().unwrap();
    /// assert_eq!(energy.value.to_string(), "12345000");
    /// ```
    #[must_use]
    pub fn decrypted<'b>(&self, key: &Key, plain: &'b mut PlainData) -> Telegram<'b>
    where
        'a: 'b,
    {
        let Body::Encrypted { mode, data, .. } = self.body else { return *self };
        let locked = |lock| Telegram { body: Body::Encrypted { mode, data, lock }, ..*self };
        let Some(plan) = self.plan(key, mode, data) else {
            return locked(Lock::UnsupportedMode);
        };
        let Some(room) = plain.0.get_mut(..plan.data.len()) else {
            return locked(Lock::DecryptFailed);
        };
        room.copy_from_slice(plan.data);
        let Some(encrypted) = room.get_mut(..plan.blocks * BLOCK) else {
            return locked(Lock::DecryptFailed);
        };
        let mut cipher = cbc::Decryptor::<Aes128>::new(&plan.key.0.into(), &plan.vector.into());
        let (blocks, _) = Array::slice_as_chunks_mut(encrypted);
        cipher.decrypt_blocks(blocks);
        if encrypted.get(..CHECK.len()) != Some(&CHECK) {
            return locked(Lock::DecryptFailed);
        }
        let body_offset = self.body_offset + data.len() - plan.data.len();
        Telegram { decrypted_mode: Some(mode), body: Body::Records(room), body_offset, ..*self }
    }

    /// What is to be done; `None` where the telegram lacks what the mode needs.
    fn plan<'d>(&self, key: &Key, mode: u8, data: &'d [u8]) -> Option<Plan<'d>> {
        let header = self.header?;
        let blocks = usize::from(header.configuration.blocks());
        match mode {
            5 => {
                let vector = vector(&header.meter?, header.access_number);
                Some(Plan { key: key.clone(), vector, blocks, data })
            }
            7 => {
                let (extension, data) = data.split_first()?;
                let key = match extension >> 4 & 0b11 {
                    // The persistent key itself.
                    0 => key.clone(),
                    1 => derived(key, self.message_counter?, &header.meter?),
                    _ => return None,
                };
                Some(Plan { key, vector: [0; BLOCK], blocks, data })
            }
            _ => None,
        }
    }
}

struct Plan<'d> {
    key: Key,
    vector: [u8; BLOCK],
    blocks: usize,
    /// From the first encrypted byte on.
    data: &'d [u8],
}

/// Mode 5: manufacturer, identification number, version, device type, and eight times the access
/// number.
fn vector(meter: &SecondaryAddress, access_number: u8) -> [u8; BLOCK] {
    let [a, b, c, d, m, n, version, device_type] = meter.to_wire();
    let mut vector = [access_number; BLOCK];
    vector[..8].copy_from_slice(&[m, n, a, b, c, d, version, device_type]);
    vector
}

/// Mode 7: the key of one telegram from the meter (EN 13757-7, 9.5): the code 00 for encryption
/// on this way, message counter, identification number, padding.
fn derived(key: &Key, message_counter: u32, meter: &SecondaryAddress) -> Key {
    let mut mac = <Cmac<Aes128> as KeyInit>::new(&key.0.into());
    mac.update(&[0x00]);
    mac.update(&message_counter.to_le_bytes());
    mac.update(&meter.to_wire()[..4]);
    mac.update(&[0x07; 7]);
    Key(mac.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Frame;
    use crate::frame::ControlField;
    use crate::view::json;
    use aes::cipher::BlockModeEncrypt;
    use std::string::{String, ToString};
    use std::vec::Vec;

    const KEY: Key = Key([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0x11]);
    const METER: [u8; 8] = [0x78, 0x56, 0x34, 0x12, 0x74, 0x52, 0x01, 0x04];
    /// Two fillers, 12345 kWh, 50.0 °C, fillers to the end of the block.
    const PLAIN: [u8; BLOCK] = [
        0x2F, 0x2F, 0x04, 0x06, 0x39, 0x30, 0x00, 0x00, 0x02, 0x5A, 0xF4, 0x01, 0x2F, 0x2F, 0x2F,
        0x2F,
    ];

    fn encrypted(key: &Key, vector: [u8; BLOCK]) -> [u8; BLOCK] {
        let mut block = PLAIN.into();
        cbc::Encryptor::<Aes128>::new(&key.0.into(), &vector.into()).encrypt_block(&mut block);
        block.into()
    }

    fn frame(ci: u8, data: &[&[u8]]) -> Vec<u8> {
        let data = data.concat();
        let mut buffer = [0; 261];
        let frame = Frame::Long { control: ControlField(0x08), address: 1, ci, data: &data };
        let length = frame.encode(&mut buffer).unwrap();
        buffer[..length].to_vec()
    }

    fn read(frame: &[u8], key: &Key) -> (Vec<String>, String) {
        let mut plain = PlainData::new();
        let telegram = Telegram::parse(frame).unwrap().decrypted(key, &mut plain);
        let mut text = String::new();
        json::write_telegram(&mut text, &telegram, 0).unwrap();
        (telegram.records().map(|record| record.value.to_string()).collect(), text)
    }

    #[test]
    fn mode_5_is_read_by_its_key_and_by_no_other() {
        let block = encrypted(&KEY, vector(&SecondaryAddress::from_wire(METER), 0x2A));
        // Behind the encrypted block stands a record in the open.
        let frame = frame(0x72, &[&METER, &[0x2A, 0x00, 0x10, 0x05], &block, &[0x01, 0x13, 0x05]]);
        let (values, text) = read(&frame, &KEY);
        assert_eq!(values, ["12345000", "50.0", "0.005"]);
        assert!(text.contains(r#""encryption":"aes_cbc_iv","records":[{"#), "{text}");
        let (values, text) = read(&frame, &Key([0; BLOCK]));
        assert_eq!(values, [""; 0]);
        assert!(text.contains(r#""code":"decrypt_failed""#), "{text}");
    }

    #[test]
    fn mode_7_derives_a_key_from_the_message_counter() {
        let counter = 0x0000_C7B3_u32;
        let key = derived(&KEY, counter, &SecondaryAddress::from_wire(METER));
        let block = encrypted(&key, [0; BLOCK]);
        // Fragmentation layer: 15 bytes, counter and MAC of 8 bytes are there.
        let layer = [&[0x0F, 0x00, 0x2C, 0x25][..], &counter.to_le_bytes(), &[0xAA; 8]].concat();
        let header = [&[0x72][..], &METER, &[0x2A, 0x00, 0x10, 0x07, 0x10]].concat();
        let telegram = frame(0x90, &[&layer, &header, &block]);
        let (values, text) = read(&telegram, &KEY);
        assert_eq!(values, ["12345000", "50.0"], "{text}");
        assert!(text.contains(r#""encryption":"aes_cbc_no_iv""#), "{text}");
        // Without the counter the key cannot be derived.
        let (values, text) = read(&frame(0x72, &[&header[1..], &block]), &KEY);
        assert_eq!(values, [""; 0]);
        assert!(text.contains(r#""code":"unsupported_encryption""#), "{text}");
    }

    #[test]
    fn the_record_of_a_decrypted_telegram_lies_where_its_cipher_lay() {
        let block = encrypted(&KEY, [0; BLOCK]);
        let frame = frame(0x72, &[&METER, &[0x2A, 0x00, 0x10, 0x07, 0x00], &block]);
        let mut plain = PlainData::new();
        let telegram = Telegram::parse(&frame).unwrap().decrypted(&KEY, &mut plain);
        assert_eq!(telegram.body_offset, 20);
        assert_eq!(frame[telegram.body_offset..][..BLOCK], block);
    }

    #[test]
    fn a_key_that_is_none_says_why() {
        let why = |text: &str| text.parse::<Key>().unwrap_err().to_string();
        assert_eq!(why("0102"), "a key has 32 hex digits; these are 4");
        assert!(why(&"01".repeat(17)).starts_with("a key has 32 hex digits"));
        assert!(why("0102x").contains("position 4"));
    }
}
