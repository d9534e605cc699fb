//! What a master can be asked to do.

use mbus::address::link;
use mbus::{MeterAddress, PrimaryAddress, SecondaryAddress};

/// One thing to do on the bus, from the first request to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Procedure {
    /// Send SND_NKE, so that the link starts anew.
    Initialize(InitializeTarget),
    /// Select a meter by its secondary address and leave it selected.
    Select(SecondaryAddress),
    /// Read all telegrams of a meter.
    ReadOut(ReadOut),
}

/// To whom SND_NKE goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InitializeTarget {
    /// One meter.
    Primary(PrimaryAddress),
    /// The meters that are selected (253); it also ends their selection.
    Selected,
    /// Every meter, and each of them answers (254).
    Test,
    /// Every meter, and none of them answers (255).
    Broadcast,
}

impl InitializeTarget {
    /// The A field.
    pub const fn link_address(self) -> u8 {
        match self {
            Self::Primary(address) => address.get(),
            Self::Selected => link::SELECTED,
            Self::Test => link::TEST,
            Self::Broadcast => link::BROADCAST,
        }
    }
}

/// Reading all telegrams of a meter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadOut {
    /// Which meter.
    pub address: MeterAddress,
}

impl ReadOut {
    /// The readout of that meter.
    pub const fn new(address: MeterAddress) -> Self {
        Self { address }
    }
}
