//! The steps of a synchronization.

/// A step of a synchronization, in their order.
///
/// One readout brings all of it over the wire, for every record carries its metadata with its
/// value; the steps are what is then made of the telegrams.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// The port is opened where it is not open.
    Connecting,
    /// The meter is read: which readings it has, and their metadata.
    Metadata,
    /// The values it has stored itself are processed and kept, where that is wanted.
    History,
    /// The spot values go into the store, and from there into the settings.
    Values,
}

impl Stage {
    /// A stable word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Metadata => "metadata",
            Self::History => "history",
            Self::Values => "values",
        }
    }
}
