//! What the audit log says of acts on the buses.

use mbus_master::{Baudrate, SetAddress};
use serde_json::{Value, json};
use web_access::{Access, Action, Begun, Login, Outcome};

use super::Problem;
use crate::config::{BusId, MeterId};
use axum::http::StatusCode;

/// An act that somebody has to be logged in for.
#[derive(Clone, Debug)]
pub(super) enum Act {
    /// A meter gets another primary address.
    SetAddress { bus: BusId, order: SetAddress, baudrate: Option<Baudrate> },
    /// A meter is synchronized now.
    Synchronize { meter: MeterId },
    /// The gateway is claimed by a portal.
    ClaimPortal { portal: String },
    /// The gateway leaves its portal.
    ReleasePortal { portal: Option<String> },
}

impl Action for Act {
    fn code(&self) -> &'static str {
        match self {
            Self::SetAddress { .. } => "bus.set_address",
            Self::Synchronize { .. } => "meter.synchronize",
            Self::ClaimPortal { .. } => "portal.claim",
            Self::ReleasePortal { .. } => "portal.release",
        }
    }

    fn details(&self) -> Value {
        match self {
            Self::SetAddress { bus, order, baudrate } => json!({
                "bus": bus.as_str(),
                "current": order.current.to_string(),
                "new": order.new.get(),
                "baudrate": baudrate.map(Baudrate::get),
            }),
            Self::Synchronize { meter } => json!({ "meter": meter.as_str() }),
            Self::ClaimPortal { portal } => json!({ "portal": portal }),
            Self::ReleasePortal { portal } => json!({ "portal": portal }),
        }
    }
}

/// Logs that an act begins; where that is not on disk, nothing is done.
pub(super) async fn begin(access: &Access, login: &Login, act: &Act) -> Result<Begun, Problem> {
    access.begin(login.actor(), act).await.map_err(|error| {
        tracing::error!(%error, "an act was refused because it could not be logged");
        Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "not_logged",
            "Nothing was done, because the audit log cannot be written",
            format!("{error}."),
        )
    })
}

/// Logs how an act ended. It is done, and whoever did it must hear how it ended: that this is
/// not in the log is said to whoever runs the gateway.
pub(super) async fn finish(begun: Begun, outcome: Outcome) {
    if let Err(error) = begun.finish(outcome).await {
        tracing::error!(%error, "how an act ended could not be logged; that it began is");
    }
}
