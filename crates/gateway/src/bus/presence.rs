//! Whether a bus is there, and when to try again where it is not.

use jiff::Timestamp;
use mbus_io::{Backoff, PortError};
use tokio::time::Instant;

use crate::latest::BusState;

/// After so many readouts in a row without a single byte a TCP connection is taken for dead,
/// though it looks open; on a bus with more meters, after as many as it has.
const SILENT_READOUTS: u32 = 3;

/// The state of a bus and its attempts to come back. It never looks at a clock.
#[derive(Debug)]
pub struct Presence {
    state: BusState,
    backoff: Backoff,
    silent: u32,
    silent_limit: u32,
}

impl Presence {
    /// A bus that was not opened yet, with that many meters.
    pub fn new(meters: usize) -> Self {
        Self {
            state: BusState::Connecting,
            backoff: Backoff::default(),
            silent: 0,
            silent_limit: limit_of(meters),
        }
    }

    /// The bus has that many meters from now on.
    pub fn set_meters(&mut self, meters: usize) {
        self.silent_limit = limit_of(meters);
    }

    /// What a person is told.
    pub const fn state(&self) -> &BusState {
        &self.state
    }

    /// When to try to open the port; `None` where it is open.
    pub fn next_try(&self, now: Instant) -> Option<Instant> {
        match self.state {
            BusState::Online => None,
            BusState::Connecting | BusState::Offline { .. } => {
                Some(self.backoff.next_try().unwrap_or(now))
            }
        }
    }

    /// Why nothing can be done now; `None` where the port is open, or an attempt is due.
    pub fn barred(&self, now: Instant) -> Option<&PortError> {
        match &self.state {
            BusState::Offline { error, .. } if !self.backoff.may_try(now) => Some(error),
            _ => None,
        }
    }

    /// The port is open. `true` where that is news. Only what is heard over it ends the backoff: a
    /// server may accept and close again for ever.
    pub fn opened(&mut self) -> bool {
        let news = self.state != BusState::Online;
        if news {
            self.silent = 0;
            self.state = BusState::Online;
        }
        news
    }

    /// The port did not open, or was lost. `true` where that is news.
    pub fn failed(&mut self, error: PortError, at: Timestamp, now: Instant) -> bool {
        self.backoff.failed(now);
        self.silent = 0;
        let (since, news) = match &self.state {
            BusState::Offline { since, error: before } => (*since, *before != error),
            BusState::Connecting | BusState::Online => (at, true),
        };
        self.state = BusState::Offline { error, since };
        news
    }

    /// A readout ended. `true` where nothing was heard for so long that the connection is better
    /// made anew.
    pub fn listened(&mut self, heard_something: bool) -> bool {
        if heard_something {
            self.backoff.succeeded();
            self.silent = 0;
            return false;
        }
        self.silent += 1;
        let dead = self.silent >= self.silent_limit;
        if dead {
            self.silent = 0;
        }
        dead
    }
}

fn limit_of(meters: usize) -> u32 {
    SILENT_READOUTS.max(u32::try_from(meters).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn refused() -> PortError {
        PortError::Refused { address: "127.0.0.1:10001".to_owned() }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_server_that_accepts_and_closes_again_is_tried_ever_less_often() {
        let mut presence = Presence::new(1);
        let start = Instant::now();
        let mut delays = Vec::new();
        for round in 0..4 {
            presence.opened();
            presence.failed(refused(), at(round), start);
            delays.extend(presence.next_try(start).map(|next| next - start));
        }
        assert!(delays.is_sorted_by(|before, after| before < after), "{delays:?}");
        presence.opened();
        presence.listened(true);
        presence.failed(refused(), at(9), start);
        assert_eq!(presence.next_try(start).map(|next| next - start), delays.first().copied());
    }

    #[test]
    fn the_first_attempt_is_due_at_once_and_the_next_ones_ever_later() {
        let now = Instant::now();
        let mut presence = Presence::new(2);
        assert_eq!(presence.next_try(now), Some(now));
        assert!(presence.failed(refused(), at(1), now), "news");
        assert_eq!(presence.next_try(now), Some(now + Duration::from_secs(1)));
        assert_eq!(presence.barred(now), Some(&refused()));
        let later = now + Duration::from_secs(1);
        assert_eq!(presence.barred(later), None);
        assert!(!presence.failed(refused(), at(2), later), "the same again is no news");
        assert_eq!(presence.next_try(later), Some(later + Duration::from_secs(2)));
        let BusState::Offline { since, .. } = presence.state() else { panic!() };
        assert_eq!(*since, at(1), "it is offline since the first failure");
    }

    #[test]
    fn an_open_port_is_online_though_nobody_answers() {
        let now = Instant::now();
        let mut presence = Presence::new(2);
        presence.failed(refused(), at(1), now);
        assert!(presence.opened());
        assert!(!presence.opened());
        assert_eq!((presence.state(), presence.next_try(now)), (&BusState::Online, None));
        assert!(!presence.listened(false));
        assert_eq!(presence.state(), &BusState::Online);
    }

    #[test]
    fn a_connection_on_which_all_meters_are_silent_is_made_anew() {
        let mut presence = Presence::new(2);
        presence.opened();
        assert!(!presence.listened(false) && !presence.listened(false));
        assert!(!presence.listened(true), "one byte is a sign of life");
        assert!(!presence.listened(false) && !presence.listened(false));
        assert!(presence.listened(false));
        let mut large = Presence::new(10);
        assert_eq!((0..10).filter(|_| large.listened(false)).count(), 1);
    }
}
