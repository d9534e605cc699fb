//! From telegrams to stored readings.

mod reading;

pub use reading::{Reading, ReadingSource, ReadingValue};
