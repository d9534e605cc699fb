//! From telegrams to readings.
//!
//! A [`Model`] says, as data, which registers a kind of meter has and where they stand in its
//! telegrams. Together with a meter's own parameters it makes a [`Mapping`], and
//! [`interpret`] applies that to the telegrams of one readout: every register becomes a
//! [`Reading`] in its own unit, or has no value, and a [`RegisterProblem`] says why.
//! [`line_view`] shows the same telegrams to people, line by line.
//!
//! Nothing here does input or output, reads a clock or keeps state. Numbers are exact decimals,
//! and a value that cannot be trusted is absent.
#![forbid(unsafe_code)]

mod index;
mod interpretation;
mod line_view;
mod mapping;
mod model;
mod numbered_lines;
mod problem;
mod reading;
mod register;
mod register_list;
mod selector;
mod source_record;
mod unit_conversion;

pub use index::{Index, index_of};
pub use interpretation::{Interpretation, interpret};
pub use line_view::{Line, LineKind, line_view};
pub use mapping::{Mapping, MappingError};
pub use model::{Model, ModelError, Models, Need, Parameter, RegisterFault};
pub use problem::{ProblemKind, RegisterProblem};
pub use reading::{Reading, ReadingQuality, ReadingValue, Source};
pub use register::{Register, RegisterNameError};
pub use register_list::{RegisterList, RegisterListError, RegisterListFault};
pub use selector::{RecordBlocks, RecordMeaning, Selector, SelectorError, SelectorFault};
pub use unit_conversion::{ConversionError, RegisterUnit};
