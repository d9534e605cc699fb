//! The manufacturer code (EN 13757-7, FLAG association): three letters in a 16-bit word.

use core::fmt;

/// The manufacturer word as transmitted, least significant byte first.
///
/// ```
/// use mbus::Manufacturer;
///
/// let manufacturer = Manufacturer::from_wire([0xC5, 0x14]);
/// assert_eq!(manufacturer.letters(), Some(['E', 'F', 'E']));
/// assert_eq!(Manufacturer::from_letters("efe"), Some(manufacturer));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Manufacturer(pub u16);

impl Manufacturer {
    /// From the two bytes in wire order.
    pub const fn from_wire(bytes: [u8; 2]) -> Self {
        Self(u16::from_le_bytes(bytes))
    }

    /// The two bytes in wire order.
    pub const fn to_wire(self) -> [u8; 2] {
        self.0.to_le_bytes()
    }

    /// From three letters A to Z, in either case.
    pub fn from_letters(letters: &str) -> Option<Self> {
        let &[a, b, c] = letters.as_bytes() else { return None };
        let mut word = 0;
        for letter in [a, b, c] {
            if !letter.is_ascii_alphabetic() {
                return None;
            }
            word = word << 5 | u16::from(letter.to_ascii_uppercase() - b'A' + 1);
        }
        Some(Self(word))
    }

    /// The three letters, where the word holds letters.
    pub const fn letters(self) -> Option<[char; 3]> {
        let word = self.0 & 0x7FFF;
        let (a, b, c) = (word >> 10, word >> 5 & 31, word & 31);
        if a == 0 || b == 0 || c == 0 || a > 26 || b > 26 || c > 26 {
            return None;
        }
        Some([
            (b'@' + (a & 31) as u8) as char,
            (b'@' + (b & 31) as u8) as char,
            (b'@' + (c & 31) as u8) as char,
        ])
    }

    /// Whether the address is unique only together with more than itself (bit 15 set,
    /// EN 13757-7, 7.5.2).
    pub const fn is_not_unique(self) -> bool {
        self.0 & 0x8000 != 0
    }
}

impl fmt::Display for Manufacturer {
    /// Three letters, or the word in hex where it holds none.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.letters() {
            Some([a, b, c]) => write!(f, "{a}{b}{c}"),
            None => write!(f, "{:04X}", self.0),
        }
    }
}

impl fmt::Debug for Manufacturer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn words_without_letters_show_as_hex() {
        assert_eq!(Manufacturer(0).to_string(), "0000");
        assert_eq!(Manufacturer(0xFFFF).to_string(), "FFFF");
    }

    #[test]
    fn d35_bit_15_keeps_the_letters() {
        let manufacturer = Manufacturer::from_wire([0x01, 0x86]);
        assert_eq!(manufacturer.to_string(), "APA");
        assert!(manufacturer.is_not_unique());
    }

    #[test]
    fn letters_and_words_are_inverse() {
        for text in ["AAA", "EFE", "KAM", "ZZZ"] {
            assert_eq!(Manufacturer::from_letters(text).unwrap().to_string(), text);
        }
        assert_eq!(Manufacturer::from_letters("E1E"), None);
        assert_eq!(Manufacturer::from_letters("EF"), None);
    }
}
