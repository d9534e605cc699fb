//! What keeps strangers out.
//!
//! Where others reach the gateway, it speaks HTTPS and everybody needs a login. On loopback who is
//! on this machine may look without one. That alone does not keep out other web pages in a browser
//! of this machine; the guards do.

use std::time::Duration;

use axum::Router;
use web_access::Guards;

use crate::api::ADDRESS_LIMIT;

/// A readout has a limit of its own; this one only catches what that misses.
const READOUT: Duration = Duration::from_secs(150);

/// Puts everything in front of a router that protects it.
pub(crate) fn protect(router: Router, guards: Guards) -> Router {
    guards
        .slow("/readouts", READOUT)
        .slow("/synchronization", READOUT)
        .slow("/addresses", ADDRESS_LIMIT)
        .protect(router)
}
