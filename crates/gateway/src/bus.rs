//! The buses: one task each, one door to it, one request at a time.
//!
//! Whoever wants something from a bus gives a [`Job`] to its [`BusHandle`]. The task takes jobs
//! from its queue one by one, people first, and runs them over the only connection there is; what
//! a meter answered goes through the intake ([`crate::readings`]), and the answer returns on the
//! job's own channel. The schedule puts its own jobs into the same queue.

mod handle;
mod job;
mod presence;
mod queue;
mod schedule;
mod task;
mod trace;

pub use handle::BusHandle;
pub use job::{AskedBy, Job, JobAnswer, JobError, Order, ReadoutError, ReadoutReport};
pub use presence::{BusState, Presence};
pub use queue::{Next, Queue, QueueFull};
pub use schedule::{Attempt, Past, Schedule};
pub(crate) use task::BusTask;
pub use trace::{Direction, Trace, TraceEntry};
