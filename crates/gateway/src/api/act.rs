//! What the audit log says of acts on the buses.

use mbus_master::{Baudrate, SetAddress};
use serde_json::{Map, Value, json};
use web_access::{Access, Action, Begun, Login, Outcome};

use super::Problem;
use crate::config::{BusId, MeterDraft, MeterId};
use crate::configuration::ConnectionChange;
use crate::job::JobError;
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
    /// A meter is added to the configuration.
    AddMeter { draft: MeterDraft },
    /// A meter is configured anew.
    ChangeMeter { id: String, draft: MeterDraft },
    /// A meter is taken out of the configuration.
    RemoveMeter { id: String },
    /// The connection properties of a meter change.
    ChangeConnection { id: String, change: ConnectionChange },
}

impl Action for Act {
    fn code(&self) -> &'static str {
        match self {
            Self::SetAddress { .. } => "bus.set_address",
            Self::Synchronize { .. } => "meter.synchronize",
            Self::ClaimPortal { .. } => "portal.claim",
            Self::ReleasePortal { .. } => "portal.release",
            Self::AddMeter { .. } => "meter.add",
            Self::ChangeMeter { .. } => "meter.change",
            Self::RemoveMeter { .. } => "meter.remove",
            Self::ChangeConnection { .. } => "meter.change_connection",
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
            Self::AddMeter { draft } => details_of(draft),
            Self::ChangeMeter { id, draft } => {
                let mut details = details_of(draft);
                details["meter"] = json!(id);
                details
            }
            Self::RemoveMeter { id } => json!({ "meter": id }),
            Self::ChangeConnection { id, change } => {
                let properties = change.properties.iter();
                let properties: Map<_, _> =
                    properties.map(|(name, value)| (name.clone(), json!(value))).collect();
                json!({ "meter": id, "properties": properties })
            }
        }
    }
}

fn details_of(draft: &MeterDraft) -> Value {
    let rows = draft.parameters.iter();
    let rows: Vec<_> = rows.map(|row| json!({ "key": row.key, "value": row.value })).collect();
    json!({
        "meter": draft.id,
        "name": draft.name,
        "bus": draft.bus,
        "address": draft.address,
        "model": draft.model,
        "parameters": rows,
        "interval": draft.interval,
        "baudrate": draft.baudrate,
        "process_historical_data": draft.process_historical_data,
        "suspended": draft.suspended,
    })
}

/// Logs that an act begins, does it to its end whether somebody waits or not, and logs how it
/// ended.
pub(super) async fn perform<T: Send + 'static>(
    access: &Access,
    login: &Login,
    act: &Act,
    work: impl Future<Output = Result<T, Problem>> + Send + 'static,
) -> Result<T, Problem> {
    let begun = begin(access, login, act).await?;
    let done = tokio::spawn(async move {
        let done = work.await;
        let outcome = match &done {
            Ok(_) => Outcome::Done,
            Err(problem) if problem.status().is_client_error() => Outcome::Refused(problem.words()),
            Err(problem) => Outcome::Failed(problem.words()),
        };
        finish(begun, outcome).await;
        done
    });
    done.await.unwrap_or_else(|_| Err(JobError::Stopping.into()))
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
