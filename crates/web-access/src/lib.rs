//! Who may reach the pages and the API of a Busmeister server.
#![forbid(unsafe_code)]

pub mod guards;
mod problem;

pub use guards::{Guarded, Guards, Hosts, Scheme};
pub use problem::{Problem, ProblemView};
