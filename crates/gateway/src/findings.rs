//! What is wrong, said in four parts: what failed and where, why, and what to do.
//!
//! A [`Cause`] is what a readout leaves in the store; with the [`Subject`] it is about and what
//! is known of the past it becomes a [`Finding`], which people read.

mod cause;
mod finding;
mod subject;

pub use cause::{Cause, Severity};
pub(crate) use cause::{is_partial, sentence};
pub use finding::{Finding, History};
pub use subject::Subject;
