//! What the handlers share.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio_util::sync::CancellationToken;

use crate::bus::BusHandle;
use crate::config::{BusConfig, MeterConfig};
use crate::configuration::{Configurator, Present};
use crate::fleet::FleetLink;
use crate::latest::Latest;
use crate::store::{Reader, Store};

use super::Problem;
use axum::http::StatusCode;

/// What the handlers share; clones are the same.
#[derive(Clone)]
pub(crate) struct ApiState(Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) configurator: Configurator,
    pub(crate) latest: Arc<Latest>,
    pub(crate) store: Store,
    pub(crate) reader: Reader,
    pub(crate) fleet: FleetLink,
    pub(crate) started_at: Timestamp,
    pub(crate) time_zone: TimeZone,
    /// Ends the streams of events when the gateway stops.
    pub(crate) stop: CancellationToken,
}

impl ApiState {
    pub(crate) fn new(shared: Shared) -> Self {
        Self(Arc::new(shared))
    }

    /// What is configured now.
    pub(super) fn present(&self) -> Arc<Present> {
        self.0.configurator.present()
    }

    /// The bus of that id and the door to it.
    pub(super) fn bus(&self, id: &str) -> Result<(Arc<BusConfig>, BusHandle), Problem> {
        let present = self.present();
        present.bus(id).cloned().zip(present.door(id).cloned()).ok_or_else(|| {
            Problem::new(
                StatusCode::NOT_FOUND,
                "unknown_bus",
                "There is no such bus",
                format!("No bus has the id \"{}\".", id.escape_default()),
            )
        })
    }

    /// The meter of that id.
    pub(super) fn meter(&self, id: &str) -> Result<Arc<MeterConfig>, Problem> {
        self.present().meter(id).cloned().ok_or_else(|| {
            Problem::new(
                StatusCode::NOT_FOUND,
                "unknown_meter",
                "There is no such meter",
                format!("No meter has the id \"{}\".", id.escape_default()),
            )
        })
    }
}

impl std::ops::Deref for ApiState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}
