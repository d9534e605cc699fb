//! What a telegram holds before it is filled with the values of a moment.

/// One telegram of a readout. (Grows its records in the next step.)
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TelegramTemplate {}
