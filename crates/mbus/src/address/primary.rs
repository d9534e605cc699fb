//! The primary address: the A field of the link layer (EN 13757-2, 5.5.5).

use core::fmt;

/// A fields with a meaning of their own.
pub mod link {
    /// The meter that was selected by its secondary address.
    pub const SELECTED: u8 = 0xFD;
    /// Every meter; each of them answers (for tests with one meter).
    pub const TEST: u8 = 0xFE;
    /// Every meter; none of them answers.
    pub const BROADCAST: u8 = 0xFF;
}

/// A meter's primary address, 0 to 250; 0 is the address of a meter that was given none yet.
///
/// ```
/// use mbus::PrimaryAddress;
///
/// assert_eq!(PrimaryAddress::new(250).map(PrimaryAddress::get), Some(250));
/// assert_eq!(PrimaryAddress::new(251), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PrimaryAddress(u8);

impl PrimaryAddress {
    /// The address of a meter that was given none yet.
    pub const UNCONFIGURED: Self = Self(0);
    /// The highest address a meter may have.
    pub const MAX: Self = Self(250);

    /// `None` for 251 to 255.
    pub const fn new(address: u8) -> Option<Self> {
        if address <= Self::MAX.0 { Some(Self(address)) } else { None }
    }

    /// The number.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl fmt::Display for PrimaryAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
