//! What keeps strangers out as long as there is no login.
//!
//! The gateway listens on loopback only, which the configuration sees to. That alone does not
//! keep out other web pages in a browser of this machine; the guards do.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use web_access::{Guards, Hosts};

/// A readout has a limit of its own; this one only catches what that misses.
const READOUT: Duration = Duration::from_secs(150);

/// Puts everything in front of a router that protects it.
pub(crate) fn protect(router: Router, local_addr: SocketAddr) -> Router {
    Guards::new("gateway", Hosts::loopback(local_addr.port()))
        .slow("/readouts", READOUT)
        .protect(router)
}
