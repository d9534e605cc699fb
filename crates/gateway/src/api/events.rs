//! What changes, as it changes: a stream of server-sent events.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event as Message, KeepAlive, Sse};
use futures_util::stream::{self, Stream, StreamExt};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use web_access::{Access, Login};

use super::ApiState;
use crate::latest::Event;

/// Between two comments that only show that the connection lives.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// What changes, as server-sent events
///
/// `readout` with `{"meter": id}`: ask for that meter again. `bus` with `{"bus": id}`: ask for
/// the buses again. `synchronization` with `{"meter": id, "stage": "metadata"}`: how far the
/// synchronization of that meter is; null where it has ended. `configuration` with `{}`: ask for
/// everything again, for buses and meters may have come, gone or changed. Where looking needs a
/// login, it ends soon after the login has.
#[utoipa::path(
    get,
    path = "/api/v1/events",
    operation_id = "listen",
    tag = "events",
    responses((status = OK, body = String, content_type = "text/event-stream"))
)]
pub(super) async fn listen(
    State(state): State<ApiState>,
    access: Access,
    login: Option<Login>,
) -> Sse<impl Stream<Item = Result<Message, Infallible>>> {
    let listener = Listener { events: state.latest.events(), missed: VecDeque::new(), state };
    let messages = stream::unfold(listener, |mut listener| async move {
        let event = listener.next().await?;
        Some((Ok(message(&event)), listener))
    });
    let messages = messages.take_until(access.until_ended(login, HEARTBEAT));
    Sse::new(messages).keep_alive(KeepAlive::new().interval(HEARTBEAT).text("still here"))
}

struct Listener {
    events: Receiver<Event>,
    missed: VecDeque<Event>,
    state: ApiState,
}

impl Listener {
    /// The next event; `None` when the gateway stops.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.missed.pop_front() {
                return Some(event);
            }
            let received = tokio::select! {
                () = self.state.stop.cancelled() => return None,
                received = self.events.recv() => received,
            };
            match received {
                Ok(event) => return Some(event),
                Err(RecvError::Closed) => return None,
                // It cannot be said what was missed: everything may have changed.
                Err(RecvError::Lagged(_)) => self.missed = self.everything(),
            }
        }
    }

    fn everything(&self) -> VecDeque<Event> {
        let present = self.state.present();
        let buses = present.buses.iter().map(|bus| Event::Bus(bus.id.clone()));
        let meters = present.meters.iter().map(|meter| Event::Readout(meter.id.clone()));
        [Event::Configuration].into_iter().chain(buses).chain(meters).collect()
    }
}

fn message(event: &Event) -> Message {
    // Ids are a to z, 0 to 9 and -, so they stand in JSON as they are.
    match event {
        Event::Readout(meter) => {
            Message::default().event("readout").data(format!(r#"{{"meter":"{meter}"}}"#))
        }
        Event::Synchronization(meter, stage) => {
            let stage = stage.map_or("null".to_owned(), |stage| format!("\"{}\"", stage.name()));
            let data = format!(r#"{{"meter":"{meter}","stage":{stage}}}"#);
            Message::default().event("synchronization").data(data)
        }
        Event::Configuration => Message::default().event("configuration").data("{}"),
        Event::Bus(bus) => Message::default().event("bus").data(format!(r#"{{"bus":"{bus}"}}"#)),
    }
}
