//! The stream down: what a gateway has to fetch, as it comes up.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event as Message, KeepAlive, Sse};
use fleet_link::StreamEvent;
use futures_util::stream::{self, Stream};
use jiff::Timestamp;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use web_access::Problem;

use super::bearer::Bearer;
use super::{FleetState, refusal};
use crate::db::DbError;
use crate::id::GatewayId;
use crate::live::{Change, Connected};

/// Between two comments that only show that the connection lives.
const HEARTBEAT: Duration = Duration::from_secs(15);

pub(super) async fn listen(
    State(state): State<FleetState>,
    Bearer(gateway): Bearer,
) -> Result<Sse<impl Stream<Item = Result<Message, Infallible>>>, Problem> {
    let gateway = gateway.id;
    // Listening begins before the store is asked: nothing falls between.
    let changes = state.live.listen();
    let failed = |error: DbError| refusal::not_stored(&error);
    state.db.save_seen(gateway, Timestamp::now()).await.map_err(failed)?;
    let waiting = everything(&state, gateway).await.map_err(failed)?;
    let connected = state.live.connect(gateway);
    let listener = Listener { gateway, changes, waiting, state, _connected: connected };
    let messages = stream::unfold(listener, |mut listener| async move {
        let event = listener.next().await?;
        let message = Message::default().event(event.name()).data(event.data());
        Some((Ok(message), listener))
    });
    Ok(Sse::new(messages).keep_alive(KeepAlive::new().interval(HEARTBEAT).text("still here")))
}

struct Listener {
    gateway: GatewayId,
    changes: Receiver<Change>,
    waiting: VecDeque<StreamEvent>,
    state: FleetState,
    _connected: Connected,
}

impl Listener {
    /// The next event; `None` when the portal stops or the token works no more. The gateway then
    /// connects again, or hears why it cannot.
    async fn next(&mut self) -> Option<StreamEvent> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Some(event);
            }
            let received = tokio::select! {
                () = self.state.stop.cancelled() => return None,
                received = self.changes.recv() => received,
            };
            match received {
                Ok(Change::Claimed(gateway) | Change::Removed(gateway))
                    if gateway == self.gateway =>
                {
                    return None;
                }
                Ok(change) => self.waiting.extend(event(&change, self.gateway)),
                Err(RecvError::Closed) => return None,
                // It cannot be said what was missed.
                Err(RecvError::Lagged(_)) => {
                    self.waiting = everything(&self.state, self.gateway).await.ok()?;
                }
            }
        }
    }
}

/// All there is to fetch.
async fn everything(
    state: &FleetState,
    gateway: GatewayId,
) -> Result<VecDeque<StreamEvent>, DbError> {
    let revision = state.db.configuration(gateway).await?.revision;
    let commands = state.db.open_commands(gateway, Timestamp::now()).await?;
    let configuration = (revision > 0).then_some(StreamEvent::Configuration { revision });
    let commands = commands.into_iter().map(|id| StreamEvent::Command { id: id.to_string() });
    Ok(configuration.into_iter().chain(commands).collect())
}

fn event(change: &Change, own: GatewayId) -> Option<StreamEvent> {
    match change {
        Change::Configuration(gateway, revision) if *gateway == own => {
            Some(StreamEvent::Configuration { revision: *revision })
        }
        Change::CommandQueued(gateway, id) if *gateway == own => {
            Some(StreamEvent::Command { id: id.to_string() })
        }
        _ => None,
    }
}
