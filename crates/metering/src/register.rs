//! A register: the user's name for a value of a meter, and where the value is found.

use crate::Selector;

/// The longest name of a register, in characters.
pub(crate) const MAX_NAME_LEN: usize = 64;

/// A register: the user's name for a value, and where the value is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Register {
    /// The name: `heat_energy_kwh`.
    pub name: String,
    /// Where the value is found.
    pub selector: Selector,
}

/// Why a text is no name of a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegisterNameError {
    /// There is nothing but blanks.
    #[error("the name of a register is empty")]
    Empty,
    /// It is too long to be shown.
    #[error("the name of a register has at most {MAX_NAME_LEN} characters")]
    TooLong,
    /// A character that cannot be seen.
    #[error("the name of a register has a character that cannot be seen")]
    Control,
    /// Blanks around it, which nobody would see.
    #[error("the name of a register begins or ends with a blank")]
    Blank,
}

/// Any name is allowed that people can see and type again.
pub(crate) fn check_name(name: &str) -> Result<(), RegisterNameError> {
    if name.trim().is_empty() {
        return Err(RegisterNameError::Empty);
    }
    if name.chars().count() > MAX_NAME_LEN {
        return Err(RegisterNameError::TooLong);
    }
    if name.chars().any(char::is_control) {
        return Err(RegisterNameError::Control);
    }
    if name.trim().len() < name.len() {
        return Err(RegisterNameError::Blank);
    }
    Ok(())
}
