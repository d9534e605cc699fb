//! A meter as people describe it to the portal.

mod form;

use jiff::Timestamp;

pub use fleet_link::Mode;
pub use form::{BAUDRATES, Field, FieldError, MeterForm, MeterFormErrors, ParameterRow};

use crate::id::MeterId;

/// A meter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meter {
    /// Its id.
    pub id: MeterId,
    /// What was typed into its form.
    pub form: MeterForm,
    /// Counts its changes, from 1.
    pub edition: u64,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// The menu a meter stands under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Menu {
    /// Heat.
    Heat,
    /// Cold.
    Cold,
    /// Cold Water.
    ColdWater,
    /// Hot Water.
    HotWater,
    /// Electricity.
    Electricity,
    /// Gas.
    Gas,
    /// Other.
    Other,
}

impl Menu {
    /// All menus, in their order.
    pub const ALL: [Self; 7] = [
        Self::Heat,
        Self::Cold,
        Self::ColdWater,
        Self::HotWater,
        Self::Electricity,
        Self::Gas,
        Self::Other,
    ];

    /// The name for programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Heat => "heat",
            Self::Cold => "cold",
            Self::ColdWater => "cold_water",
            Self::HotWater => "hot_water",
            Self::Electricity => "electricity",
            Self::Gas => "gas",
            Self::Other => "other",
        }
    }

    /// The menu of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|menu| menu.name() == name)
    }
}
