//! The buses: one task each, one door to it, one request at a time.
//!
//! Whoever wants something from a bus gives a [`Job`](crate::job::Job) to its [`BusHandle`]. The task takes jobs
//! from its queue one by one, people first, and runs them over the only connection there is; what
//! a meter answered goes through the intake, and the answer returns on the
//! job's own channel. The schedule puts its own jobs into the same queue.

mod handle;
mod presence;
mod queue;
mod schedule;
mod task;

pub use handle::BusHandle;
pub use presence::Presence;
pub use queue::{Next, Queue, QueueFull};
pub use schedule::{Attempt, Past, Schedule, Stays};
pub(crate) use task::{Assigned, Assignment, BusTask};
