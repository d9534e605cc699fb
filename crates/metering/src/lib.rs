//! From telegrams to readings.
//!
//! A [`Model`] says, as data, which registers a kind of meter has and where they stand in its
//! telegrams. Together with a meter's own parameters it makes a [`Mapping`], and
//! [`interpret`] applies that to the telegrams of one readout: every register becomes a
//! [`Reading`] in its own unit, or has no value, and a [`RegisterProblem`] says why.
//! [`line_view`] shows the same telegrams to people, line by line.
//!
//! The same telegrams as a device driver sees them are [`device_settings`], kept from readout to
//! readout in a [`SettingsCache`]; the values a meter has stored itself are its [`history`].
//! [`consumption`] is what lies between the readings of a main register.
//!
//! Nothing here does input or output, reads a clock or keeps state. Numbers are exact decimals,
//! and a value that cannot be trusted is absent.
#![forbid(unsafe_code)]

mod consumption;
mod device_settings;
mod history;
mod index;
mod interpretation;
mod line_view;
mod mapping;
mod measured_at;
mod model;
mod numbered_lines;
mod problem;
mod reading;
mod record_key;
mod register;
mod register_list;
mod selector;
mod settings_cache;
mod source_record;
mod unit_conversion;

pub use consumption::{Consumption, ConsumptionStep, IndexReading, StepOutcome, consumption};
pub use device_settings::{
    DeviceSetting, HistoricalData, SettingMetadata, SettingVariable, VariableContent,
    device_settings,
};
pub use history::{HistoricalValue, history};
pub use index::{Index, index_of};
pub use interpretation::{Interpretation, interpret};
pub use line_view::{Line, LineKind, line_view};
pub use mapping::{Mapping, MappingError, MappingErrors};
pub use model::{
    Model, ModelError, ModelFileError, ModelFileFault, Models, Need, Parameter, RegisterFault,
};
pub use problem::{ProblemKind, RegisterProblem};
pub use reading::{Reading, ReadingQuality, ReadingValue, Source};
pub use record_key::{SeriesKey, SettingKey};
pub use register::{Register, RegisterNameError};
pub use register_list::{RegisterList, RegisterListError, RegisterListFault};
pub use selector::{RecordBlocks, RecordMeaning, Selector, SelectorError, SelectorFault};
pub use settings_cache::{CachedSetting, MAX_CACHED_SETTINGS, SettingsCache};
pub use unit_conversion::{ConversionError, RegisterUnit};
