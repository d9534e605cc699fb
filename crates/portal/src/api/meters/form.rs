//! The form of a meter, on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::GatewayId;
use crate::meter::{Menu, MeterForm, Mode, ParameterRow};

/// The form of a meter, as a person types it.
#[derive(Serialize, Deserialize, ToSchema)]
#[schema(as = MeterForm)]
pub(in crate::api) struct MeterFormView {
    /// The menu it stands under.
    menu: MenuView,
    /// Name.
    #[schema(example = "Heat, flat 1")]
    name: String,
    /// Address: 0 to 250, the serial, or a secondary address. It may be empty where the
    /// additional parameters have `secondary_ad`.
    #[serde(default)]
    #[schema(example = "1")]
    address: String,
    /// Gateway.
    #[schema(example = "gateway-1")]
    gateway: String,
    /// The bus of the gateway, where it has several.
    #[serde(default)]
    #[schema(example = "cellar-1")]
    bus: Option<String>,
    /// Model.
    #[schema(example = "manual_heat_secondary_ad")]
    model: String,
    /// Protocol.
    #[serde(default = "mbus")]
    #[schema(default = "mbus")]
    protocol: String,
    /// Baudrate.
    #[serde(default = "usual_baudrate")]
    #[schema(default = 2400)]
    baudrate: u32,
    /// Mode.
    #[serde(default)]
    mode: ModeView,
    /// Additional parameters, in the order typed.
    #[serde(default)]
    parameters: Vec<ParameterRowView>,
}

/// A row of the additional parameters.
#[derive(Serialize, Deserialize, ToSchema)]
#[schema(as = ParameterRow)]
struct ParameterRowView {
    /// Key.
    #[schema(example = "secondary_ad")]
    key: String,
    /// Value.
    #[schema(example = "20316513C5140004")]
    value: String,
}

/// The menu a meter stands under.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[schema(as = Menu)]
#[serde(rename_all = "snake_case")]
pub(in crate::api) enum MenuView {
    Heat,
    Cold,
    ColdWater,
    HotWater,
    Electricity,
    Gas,
    Other,
}

/// Which way flows what a meter counts.
#[derive(Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = Mode)]
#[serde(rename_all = "snake_case")]
enum ModeView {
    #[default]
    Consumption,
    Production,
}

fn mbus() -> String {
    "mbus".to_owned()
}

const fn usual_baudrate() -> u32 {
    2_400
}

impl MeterFormView {
    /// The gateway as typed.
    pub(super) fn gateway(&self) -> &str {
        &self.gateway
    }

    /// The form for a gateway that was found.
    pub(super) fn into_form(self, gateway: GatewayId) -> MeterForm {
        let rows = self.parameters.into_iter();
        MeterForm {
            menu: match self.menu {
                MenuView::Heat => Menu::Heat,
                MenuView::Cold => Menu::Cold,
                MenuView::ColdWater => Menu::ColdWater,
                MenuView::HotWater => Menu::HotWater,
                MenuView::Electricity => Menu::Electricity,
                MenuView::Gas => Menu::Gas,
                MenuView::Other => Menu::Other,
            },
            name: self.name,
            address: self.address,
            gateway,
            bus: self.bus,
            model: self.model,
            protocol: self.protocol,
            baudrate: self.baudrate,
            mode: match self.mode {
                ModeView::Consumption => Mode::Consumption,
                ModeView::Production => Mode::Production,
            },
            parameters: rows.map(|row| ParameterRow { key: row.key, value: row.value }).collect(),
        }
    }
}

impl From<Menu> for MenuView {
    fn from(menu: Menu) -> Self {
        match menu {
            Menu::Heat => Self::Heat,
            Menu::Cold => Self::Cold,
            Menu::ColdWater => Self::ColdWater,
            Menu::HotWater => Self::HotWater,
            Menu::Electricity => Self::Electricity,
            Menu::Gas => Self::Gas,
            Menu::Other => Self::Other,
        }
    }
}

impl From<MeterForm> for MeterFormView {
    fn from(form: MeterForm) -> Self {
        let rows = form.parameters.into_iter();
        Self {
            menu: form.menu.into(),
            name: form.name,
            address: form.address,
            gateway: form.gateway.to_string(),
            bus: form.bus,
            model: form.model,
            protocol: form.protocol,
            baudrate: form.baudrate,
            mode: match form.mode {
                Mode::Consumption => ModeView::Consumption,
                Mode::Production => ModeView::Production,
            },
            parameters: rows
                .map(|row| ParameterRowView { key: row.key, value: row.value })
                .collect(),
        }
    }
}
