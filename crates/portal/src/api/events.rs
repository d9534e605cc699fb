//! What changes, as it changes: a stream of server-sent events for pages.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event as Message, KeepAlive, Sse};
use futures_util::stream::{self, Stream, StreamExt};
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;
use web_access::{Access, Login};

use super::ApiState;
use crate::id::MeterId;
use crate::live::Change;

/// Between two comments that only show that the connection lives.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// What changes, as server-sent events
///
/// `gateway` with `{"gateway": id}`, `command` with `{"gateway": id, "command": id}`, `readouts`
/// with `{"meters": [id, …]}` where they have new readings, `meters` with the same where they came,
/// went or were changed, `sites`: ask for those again. `everything`: something was missed, ask
/// for everything again. It ends soon after the login has.
#[utoipa::path(get, path = "/api/v1/events", operation_id = "listen", tag = "portal",
    responses((status = OK, body = String, content_type = "text/event-stream")))]
pub(super) async fn listen(
    State(state): State<ApiState>,
    access: Access,
    login: Login,
) -> Sse<impl Stream<Item = Result<Message, Infallible>>> {
    let listener = (state.live.listen(), state.stop);
    let messages = stream::unfold(listener, |(mut changes, stop)| async move {
        let received = tokio::select! {
            () = stop.cancelled() => return None,
            received = changes.recv() => received,
        };
        let messages = match received {
            Ok(change) => message(change).into_iter().collect::<Vec<_>>(),
            Err(RecvError::Lagged(_)) => vec![Message::default().event("everything").data("{}")],
            Err(RecvError::Closed) => return None,
        };
        Some((stream::iter(messages.into_iter().map(Ok)), (changes, stop)))
    });
    let messages = messages.flatten().take_until(access.until_ended(Some(login), HEARTBEAT));
    Sse::new(messages).keep_alive(KeepAlive::new().interval(HEARTBEAT).text("still here"))
}

fn message(change: Change) -> Option<Message> {
    let (name, data) = match change {
        Change::Gateway(gateway) | Change::Removed(gateway) | Change::Configuration(gateway, _) => {
            ("gateway", json!({ "gateway": gateway.to_string() }))
        }
        Change::CommandQueued(gateway, id) | Change::CommandAdvanced(gateway, id) => {
            ("command", json!({ "gateway": gateway.to_string(), "command": id.to_string() }))
        }
        Change::Readouts(meters) => ("readouts", ids(&meters)),
        Change::Meters(meters) => ("meters", ids(&meters)),
        Change::Sites => ("sites", json!({})),
        // Told as a change of the gateway too.
        Change::Claimed(_) => return None,
    };
    Some(Message::default().event(name).data(data.to_string()))
}

fn ids(meters: &[MeterId]) -> Value {
    let meters: Vec<_> = meters.iter().map(ToString::to_string).collect();
    json!({ "meters": meters })
}
