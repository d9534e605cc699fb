//! What ties the gateway to its portal.

pub(crate) mod store;
