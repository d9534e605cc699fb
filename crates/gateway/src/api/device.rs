//! A meter as a device driver shows it. Looking at it asks no meter: it is the settings cache.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use metering::CachedSetting;
use serde::Serialize;
use utoipa::ToSchema;
use web_access::Id;

use super::findings::FindingView;
use super::problem::ProblemView;
use super::{ApiState, Problem, meters};
use crate::config::MeterConfig;
use crate::device::{
    ConnectionProperty, DRIVER_ID, DRIVER_NAME, DeviceSettings, PropertyValue, Stage, Stamp,
    connection_properties,
};
use crate::latest::{ConnectionStatus, MeterLatest, SynchronizationStatus};

/// A meter as a device driver shows it.
#[derive(Serialize, ToSchema)]
#[schema(as = Device)]
pub(super) struct DeviceView {
    driver: DriverView,
    /// The connection properties, in the order of the driver.
    connection: Vec<PropertyView>,
    /// `Online` when the port is open or the TCP connection is made, though the meter be silent;
    /// `Offline`; `Suspended` when the meter is left alone.
    #[schema(example = "Online")]
    connection_status: &'static str,
    synchronization: SynchronizationView,
    /// One for each reading, in the order they were first seen.
    settings: Vec<SettingView>,
}

/// The device driver. What it does not define is an empty list.
#[derive(Serialize, ToSchema)]
#[schema(as = Driver)]
struct DriverView {
    /// What it is called.
    #[schema(example = "Meter Bus (M-Bus)")]
    name: &'static str,
    /// A stable word for it.
    #[schema(example = "busmeister.meterbus")]
    id: &'static str,
    global_settings: Vec<String>,
    user_settings: Vec<String>,
    assets: Vec<String>,
    operations: Vec<String>,
    events: Vec<String>,
}

/// A connection property.
#[derive(Serialize, ToSchema)]
#[schema(as = ConnectionProperty)]
pub(super) struct PropertyView {
    #[schema(example = "Meter Address")]
    name: &'static str,
    /// Its value: a text, or true or false; null where it has none.
    #[schema(required, example = "1")]
    value: Option<PropertyValueView>,
    /// Whether it has an effect on this kind of connection.
    active: bool,
}

/// The value of a connection property.
#[derive(Serialize, ToSchema)]
#[schema(as = PropertyValue)]
#[serde(untagged)]
enum PropertyValueView {
    Text(String),
    Flag(bool),
}

/// How the settings stand to the meter.
#[derive(Serialize, ToSchema)]
#[schema(as = Synchronization)]
struct SynchronizationView {
    /// `Synchronized`, `Synchronizing`, `Waiting`, `Synchronization Error` or `Suspended`.
    #[schema(example = "Synchronized")]
    status: &'static str,
    /// How far the one is that goes on.
    #[schema(required)]
    stage: Option<StageView>,
    /// When the last one ended that brought values.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    last_at: Option<Timestamp>,
    /// When the next one is due.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    next_at: Option<Timestamp>,
    /// Why the last one failed.
    #[schema(required)]
    problem: Option<FindingView>,
}

/// A step of a synchronization, in their order.
#[derive(Serialize, ToSchema)]
#[schema(as = SynchronizationStage)]
#[serde(rename_all = "snake_case")]
enum StageView {
    /// The port is opened.
    Connecting,
    /// The readings and their metadata are read.
    Metadata,
    /// The values the meter has stored itself are processed.
    History,
    /// The spot values go into the settings.
    Values,
}

/// A reading of the meter as two setting variables: its metadata and its value.
#[derive(Serialize, ToSchema)]
#[schema(as = Setting)]
struct SettingView {
    /// Which of the meter's values it is, the same in every readout.
    #[schema(example = "energy.watt_hour.instantaneous.int32")]
    key: String,
    /// The ten fields, in the order of the driver.
    metadata: Vec<FieldView>,
    /// The value as the meter sent it, as text. The true value is this, times ten to the power
    /// of the counter exponent, times the SI prefix, in the unit.
    #[schema(example = "12345")]
    value: String,
    /// When it was last sent.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    /// Whether the last readout had it.
    is_current: bool,
    /// Whether it is a value that the meter has stored itself.
    historical: bool,
    /// The meter's own date of a stored value, in local time without a zone.
    #[schema(required, example = "2020-12-31")]
    measured_at: Option<String>,
}

/// A field of the metadata.
#[derive(Serialize, ToSchema)]
#[schema(as = MetadataField)]
struct FieldView {
    #[schema(example = "SI Prefix")]
    name: &'static str,
    /// Null where it does not apply.
    #[schema(required, example = "k")]
    value: Option<String>,
}

/// A meter as a device driver shows it
#[utoipa::path(
    get,
    path = "/api/v1/meters/{id}/device",
    operation_id = "show_device",
    tag = "meters",
    params(("id" = String, Path, description = "The id of the meter")),
    responses(
        (status = OK, body = DeviceView),
        (status = NOT_FOUND, body = ProblemView, content_type = "application/problem+json")
    )
)]
pub(super) async fn show(
    State(state): State<ApiState>,
    Id(id): Id,
) -> Result<Json<DeviceView>, Problem> {
    let meter = state.meter(&id)?;
    Ok(Json(view(&state, &meter)?))
}

/// The meter as it is known now.
pub(super) fn view(state: &ApiState, meter: &MeterConfig) -> Result<DeviceView, Problem> {
    let (bus, _) = state.bus(meter.bus.as_str())?;
    let latest = state.latest.meter(&meter.id);
    let connection_status = ConnectionStatus::of(meter.suspended, &state.latest.bus(&bus.id));
    let status = SynchronizationStatus::of(meter.suspended, &latest);
    let problem = match status {
        SynchronizationStatus::Error => meters::worst_finding(meter, &latest, state),
        _ => None,
    };
    let settings = settings(&latest.settings);
    Ok(DeviceView {
        driver: DriverView {
            name: DRIVER_NAME,
            id: DRIVER_ID,
            global_settings: Vec::new(),
            user_settings: Vec::new(),
            assets: Vec::new(),
            operations: Vec::new(),
            events: Vec::new(),
        },
        connection: connection_properties(&bus, meter).map(PropertyView::from).into(),
        connection_status: connection_status.name(),
        synchronization: synchronization(&latest, status, problem),
        settings,
    })
}

fn synchronization(
    latest: &MeterLatest,
    status: SynchronizationStatus,
    problem: Option<FindingView>,
) -> SynchronizationView {
    SynchronizationView {
        status: status.name(),
        stage: latest.stage.map(|stage| match stage {
            Stage::Connecting => StageView::Connecting,
            Stage::Metadata => StageView::Metadata,
            Stage::History => StageView::History,
            Stage::Values => StageView::Values,
        }),
        last_at: latest.good.as_ref().map(|good| good.read_at),
        next_at: latest.next_at,
        problem,
    }
}

fn settings(settings: &DeviceSettings) -> Vec<SettingView> {
    let view = |setting: &CachedSetting<Stamp>| {
        let fields = setting.metadata.fields().into_iter();
        SettingView {
            key: setting.key.to_string(),
            metadata: fields.map(|(name, value)| FieldView { name, value }).collect(),
            value: setting.value.clone(),
            updated_at: setting.read_at.read_at,
            is_current: setting.is_updated(),
            historical: !setting.is_spot(),
            measured_at: settings.measured_at(&setting.key).map(str::to_owned),
        }
    };
    settings.iter().map(view).collect()
}

impl From<ConnectionProperty> for PropertyView {
    fn from(property: ConnectionProperty) -> Self {
        let ConnectionProperty { name, value, active } = property;
        let value = value.map(|value| match value {
            PropertyValue::Text(text) => PropertyValueView::Text(text),
            PropertyValue::Flag(flag) => PropertyValueView::Flag(flag),
        });
        Self { name, value, active }
    }
}
