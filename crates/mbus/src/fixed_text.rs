//! Text in a buffer of fixed size: where a number has to be written to be read, and nothing may be
//! allocated.

use core::fmt;

/// Up to `N` bytes of text.
pub(crate) struct FixedText<const N: usize> {
    bytes: [u8; N],
    length: usize,
}

impl<const N: usize> FixedText<N> {
    /// The text; an error where it needs more than `N` bytes.
    pub(crate) fn of(text: fmt::Arguments<'_>) -> Result<Self, fmt::Error> {
        let mut fixed = Self { bytes: [0; N], length: 0 };
        fmt::write(&mut fixed, text)?;
        Ok(fixed)
    }

    pub(crate) fn as_str(&self) -> &str {
        // Only whole texts were written.
        core::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }
}

impl<const N: usize> fmt::Write for FixedText<N> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.length + text.len();
        self.bytes.get_mut(self.length..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}
