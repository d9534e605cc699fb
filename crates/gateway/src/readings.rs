//! From telegrams to stored readings.

mod identity;
mod intake;
mod reading;

pub use identity::{Verdict, judge};
pub(crate) use intake::{Incoming, Intake, causes_of};
pub use reading::{Reading, ReadingSource, ReadingValue};
