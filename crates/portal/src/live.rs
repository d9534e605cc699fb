//! What changes, for whoever listens: the streams to gateways and pages.
//!
//! Everything told here is on disk already. Who misses something asks the store.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::broadcast::{self, Receiver, Sender};

use crate::id::{CommandId, GatewayId, MeterId};

/// How far a listener may lag before it has to ask the store for everything.
const ROOM: usize = 1_024;

/// Something changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A gateway was claimed, or its name, status or connection changed.
    Gateway(GatewayId),
    /// A gateway was claimed: the token it had works no more.
    Claimed(GatewayId),
    /// A gateway was removed: its token works no more.
    Removed(GatewayId),
    /// There is a new revision of a gateway's configuration.
    Configuration(GatewayId, u64),
    /// A command waits for its gateway.
    CommandQueued(GatewayId, CommandId),
    /// A command was fetched, went on or was answered.
    CommandAdvanced(GatewayId, CommandId),
    /// Sites came, went or changed.
    Sites,
    /// Meters came, went or changed.
    Meters(Vec<MeterId>),
    /// Meters have new readouts.
    Readouts(Vec<MeterId>),
}

/// What changes, and who is connected. Clones are the same.
#[derive(Clone, Debug)]
pub struct Live(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    changes: Sender<Change>,
    /// How many streams each gateway has open. One that reconnects has two for a moment.
    connected: Mutex<HashMap<GatewayId, usize>>,
}

/// A gateway listens as long as this lives.
#[derive(Debug)]
pub struct Connected {
    gateway: GatewayId,
    live: Live,
}

impl Live {
    /// Nobody listens and nobody is connected.
    pub fn new() -> Self {
        let changes = broadcast::channel(ROOM).0;
        Self(Arc::new(Shared { changes, connected: Mutex::default() }))
    }

    /// Tells whoever listens.
    pub fn tell(&self, change: Change) {
        // Nobody listens: there is nobody to tell.
        let _ = self.0.changes.send(change);
    }

    /// Everything that is told from now on.
    pub fn listen(&self) -> Receiver<Change> {
        self.0.changes.subscribe()
    }

    /// Whether the gateway listens.
    pub fn is_connected(&self, gateway: GatewayId) -> bool {
        self.0.connected.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&gateway)
    }

    /// The gateway listens from now on.
    pub fn connect(&self, gateway: GatewayId) -> Connected {
        let mut connected = self.0.connected.lock().unwrap_or_else(PoisonError::into_inner);
        *connected.entry(gateway).or_default() += 1;
        drop(connected);
        self.tell(Change::Gateway(gateway));
        Connected { gateway, live: self.clone() }
    }
}

impl Default for Live {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Connected {
    fn drop(&mut self) {
        let mut connected = self.live.0.connected.lock().unwrap_or_else(PoisonError::into_inner);
        let left = connected.get(&self.gateway).map_or(0, |streams| streams.saturating_sub(1));
        if left == 0 {
            connected.remove(&self.gateway);
        } else {
            connected.insert(self.gateway, left);
        }
        drop(connected);
        self.live.tell(Change::Gateway(self.gateway));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gateway_that_reconnects_is_connected_until_both_streams_ended() {
        let live = Live::new();
        let gateway = GatewayId(1);
        let mut changes = live.listen();
        assert!(!live.is_connected(gateway));
        let first = live.connect(gateway);
        let second = live.connect(gateway);
        drop(first);
        assert!(live.is_connected(gateway));
        assert!(!live.is_connected(GatewayId(2)));
        drop(second);
        assert!(!live.is_connected(gateway));
        for _ in 0..4 {
            assert_eq!(changes.try_recv().unwrap(), Change::Gateway(gateway));
        }
    }
}
