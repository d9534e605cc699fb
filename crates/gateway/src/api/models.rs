//! The models a meter can have.

use axum::Json;
use metering::{Model, Models, Need, RegisterUnit};
use serde::Serialize;
use utoipa::ToSchema;

/// All models.
#[derive(Serialize, ToSchema)]
pub(super) struct ModelList {
    /// By name.
    items: Vec<ModelView>,
}

/// A model: what the telegrams of a kind of meter mean.
#[derive(Serialize, ToSchema)]
#[schema(as = Model)]
struct ModelView {
    /// The name it is chosen by.
    #[schema(example = "manual_heat_secondary_ad")]
    name: String,
    /// What it is, in a few words.
    title: String,
    /// When to choose it.
    description: String,
    /// The additional parameters it takes.
    parameters: Vec<ModelParameterView>,
    /// The registers it has; empty where the parameter `reg` says them.
    registers: Vec<ModelRegisterView>,
}

/// An additional parameter of a model.
#[derive(Serialize, ToSchema)]
#[schema(as = ModelParameter)]
struct ModelParameterView {
    /// The key.
    #[schema(example = "secondary_ad")]
    key: &'static str,
    /// Whether it must be given.
    required: bool,
    /// What it says.
    description: &'static str,
}

/// A register of a model.
#[derive(Serialize, ToSchema)]
#[schema(as = ModelRegister)]
struct ModelRegisterView {
    /// Its name.
    #[schema(example = "heat_energy_kwh")]
    name: String,
    /// The unit that follows from its name; null where it keeps that of the record.
    #[schema(required, example = "kWh")]
    unit: Option<&'static str>,
}

/// The models a meter can have
#[utoipa::path(
    get,
    path = "/api/v1/models",
    operation_id = "list_models",
    tag = "meters",
    responses((status = OK, body = ModelList))
)]
pub(super) async fn list() -> Json<ModelList> {
    Json(ModelList { items: Models::builtin().iter().map(view).collect() })
}

fn view(model: &Model) -> ModelView {
    let parameters = model.parameters().iter().map(|(parameter, need)| ModelParameterView {
        key: parameter.name(),
        required: *need == Need::Required,
        description: parameter.description(),
    });
    let registers = model.registers().iter().map(|register| ModelRegisterView {
        name: register.name.clone(),
        unit: RegisterUnit::of(&register.name).map(RegisterUnit::symbol),
    });
    ModelView {
        name: model.name().to_owned(),
        title: model.title().to_owned(),
        description: model.description().to_owned(),
        parameters: parameters.collect(),
        registers: registers.collect(),
    }
}
