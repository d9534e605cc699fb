//! What keeps strangers out.
//!
//! Reading needs no login, so the gateway listens on loopback only, which the configuration sees
//! to. That alone does not keep out other web pages in a browser of this machine; the guards do.
//! What writes to a meter needs a login besides.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use web_access::{Guards, Hosts};

use crate::api::ADDRESS_LIMIT;

/// A readout has a limit of its own; this one only catches what that misses.
const READOUT: Duration = Duration::from_secs(150);

/// Puts everything in front of a router that protects it.
pub(crate) fn protect(router: Router, local_addr: SocketAddr) -> Router {
    Guards::new("gateway", Hosts::loopback(local_addr.port()))
        .slow("/readouts", READOUT)
        .slow("/synchronization", READOUT)
        .slow("/addresses", ADDRESS_LIMIT)
        .protect(router)
}
