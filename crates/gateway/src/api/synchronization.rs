//! Synchronizing a meter now.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use web_access::{Access, Id, Login, Outcome};

use super::act::{self, Act};
use super::device::{self, DeviceView};
use super::problem::ProblemView;
use super::{ApiState, Problem, readouts};
use crate::job::JobError;

/// Synchronize a meter now
///
/// Its metadata, its history where that is wanted, and its values are read and stored; the
/// answer is the meter afterwards.
#[utoipa::path(
    post,
    path = "/api/v1/meters/{id}/synchronization",
    operation_id = "synchronize_meter",
    tag = "meters",
    params(("id" = String, Path, description = "The id of the meter")),
    responses(
        (status = OK, body = DeviceView),
        (status = NOT_FOUND, body = ProblemView, content_type = "application/problem+json"),
        (status = CONFLICT, description = "The meter is suspended", body = ProblemView, content_type = "application/problem+json"),
        (status = BAD_GATEWAY, description = "The answer is not usable", body = ProblemView, content_type = "application/problem+json"),
        (status = SERVICE_UNAVAILABLE, description = "The bus is offline or crowded", body = ProblemView, content_type = "application/problem+json"),
        (status = GATEWAY_TIMEOUT, description = "The meter did not answer", body = ProblemView, content_type = "application/problem+json")
    )
)]
pub(super) async fn start(
    State(state): State<ApiState>,
    access: Access,
    login: Login,
    Id(id): Id,
) -> Result<Json<DeviceView>, Problem> {
    let meter = state.meter(&id)?;
    let begun = act::begin(&access, &login, &Act::Synchronize { meter: meter.id.clone() }).await?;
    let (reading, wanted) = (state.clone(), Arc::clone(&meter));
    // How it ended goes into the log, whether the person still waits or not.
    let read = tokio::spawn(async move {
        let read = readouts::read_and_store(&reading, &wanted).await.map(drop);
        let outcome = match &read {
            Ok(()) => Outcome::Done,
            Err(problem) => Outcome::Failed(problem.words()),
        };
        act::finish(begun, outcome).await;
        read
    });
    read.await.unwrap_or(Err(JobError::Stopping.into()))?;
    Ok(Json(device::view(&state, &meter)?))
}
