//! The buses.

use axum::Json;
use axum::extract::State;
use mbus_io::PortSettings;
use serde::Serialize;
use utoipa::ToSchema;

use super::ApiState;
use super::findings::FindingView;
use crate::config::BusConfig;
use crate::configuration::Present;
use crate::findings::Finding;
use crate::latest::BusState;

/// All buses.
#[derive(Serialize, ToSchema)]
pub(super) struct BusList {
    /// In the order of the configuration.
    items: Vec<BusView>,
}

/// A wire with meters.
#[derive(Serialize, ToSchema)]
#[schema(as = Bus)]
struct BusView {
    /// Its id.
    #[schema(example = "cellar-1")]
    id: String,
    /// Its name for people.
    name: String,
    /// What kind of port it hangs on.
    transport: Transport,
    /// The port it hangs on.
    #[schema(example = "127.0.0.1:10001")]
    port: String,
    /// Its speed in baud.
    #[schema(example = 2400)]
    baudrate: u32,
    /// Whether its port is open.
    state: BusStateView,
    /// Why it is not.
    #[schema(required)]
    problem: Option<FindingView>,
    /// How many meters are configured on it.
    meters: usize,
}

/// A kind of port.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Transport {
    Tcp,
    Serial,
}

/// Whether the port of a bus is open. It can be, with nobody answering on it.
#[derive(Serialize, ToSchema)]
#[schema(as = BusState)]
#[serde(rename_all = "snake_case")]
enum BusStateView {
    Online,
    Offline,
    Connecting,
}

/// All buses
#[utoipa::path(
    get,
    path = "/api/v1/buses",
    operation_id = "list_buses",
    tag = "buses",
    responses((status = OK, body = BusList))
)]
pub(super) async fn list(State(state): State<ApiState>) -> Json<BusList> {
    let present = state.present();
    let items = present.buses.iter().map(|bus| view(bus, &present, &state)).collect();
    Json(BusList { items })
}

fn view(bus: &BusConfig, present: &Present, state: &ApiState) -> BusView {
    let (bus_state, problem) = match state.latest.bus(&bus.id) {
        BusState::Connecting => (BusStateView::Connecting, None),
        BusState::Online => (BusStateView::Online, None),
        BusState::Offline { error, since } => {
            (BusStateView::Offline, Some(Finding::of_bus(&bus.id, &error, since)))
        }
    };
    BusView {
        id: bus.id.to_string(),
        name: bus.name.clone(),
        transport: match bus.port {
            PortSettings::Tcp(_) => Transport::Tcp,
            PortSettings::Serial(_) => Transport::Serial,
        },
        port: bus.port.to_string(),
        baudrate: bus.port.baudrate().get(),
        state: bus_state,
        problem: problem.map(FindingView::from),
        meters: present.meters.iter().filter(|meter| meter.bus == bus.id).count(),
    }
}
