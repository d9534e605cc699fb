//! Logins that last: sessions of browsers, and tokens of programs.
//!
//! Both are opaque tokens of 256 bits in one table, kept as SHA-256 only. A session ends when it
//! was not used for a while, and in any case after its lifetime; a token ends at its date, where
//! it has one. Either ends at once when it is revoked: each request looks it up.

pub(crate) mod cookie;

use std::time::Duration;

use jiff::Timestamp;

use crate::token::TokenKind;

pub use cookie::CookieName;

/// How exactly the last use is kept, at most: writing at each request would wear flash memory.
const COARSEST_USE: Duration = Duration::from_secs(5 * 60);

/// The number of a session or a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SessionId(pub(crate) i64);

/// How long a session lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// Without being used; the last use is known to five minutes, or a quarter of this where
    /// that is less.
    pub idle: Duration,
    /// However much it is used.
    pub absolute: Duration,
}

impl Default for Lifetimes {
    /// A working day without use, a week in all.
    fn default() -> Self {
        Self { idle: Duration::from_secs(8 * 3600), absolute: Duration::from_secs(7 * 24 * 3600) }
    }
}

/// The times of a session or token as stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Times {
    pub(crate) kind: TokenKind,
    pub(crate) created_at: Timestamp,
    pub(crate) last_used_at: Option<Timestamp>,
    pub(crate) expires_at: Option<Timestamp>,
}

impl Times {
    fn since_use(&self, now: Timestamp) -> Duration {
        let last = self.last_used_at.unwrap_or(self.created_at);
        // None where the clock was set back.
        Duration::try_from(now.duration_since(last)).unwrap_or_default()
    }
}

impl Lifetimes {
    /// When a session that begins now ends however much it is used.
    pub(crate) fn end_of_new(&self, now: Timestamp) -> Timestamp {
        now.checked_add(self.absolute).unwrap_or(Timestamp::MAX)
    }

    /// Whether it still lets anybody in.
    pub(crate) fn is_live(&self, times: &Times, now: Timestamp) -> bool {
        let is_expired = times.expires_at.is_some_and(|end| now >= end);
        let is_idle = match times.kind {
            TokenKind::Session => times.since_use(now) >= self.idle,
            TokenKind::Api => false,
        };
        !is_expired && !is_idle
    }

    /// Whether this use is to be written down.
    pub(crate) fn is_use_kept(&self, times: &Times, now: Timestamp) -> bool {
        times.last_used_at.is_none() || times.since_use(now) >= COARSEST_USE.min(self.idle / 4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_780_000_000 + second).unwrap()
    }

    const HOUR: i64 = 3600;

    fn session(last_used: i64) -> Times {
        Times {
            kind: TokenKind::Session,
            created_at: at(0),
            last_used_at: Some(at(last_used)),
            expires_at: Some(Lifetimes::default().end_of_new(at(0))),
        }
    }

    #[test]
    fn a_session_ends_when_idle_and_in_any_case_after_its_lifetime() {
        let lifetimes = Lifetimes::default();
        assert!(lifetimes.is_live(&session(0), at(8 * HOUR - 1)));
        assert!(!lifetimes.is_live(&session(0), at(8 * HOUR)));
        assert!(lifetimes.is_live(&session(7 * HOUR), at(14 * HOUR)));
        let week = 7 * 24 * HOUR;
        assert!(lifetimes.is_live(&session(week - 10), at(week - 1)));
        assert!(!lifetimes.is_live(&session(week - 10), at(week)));
    }

    #[test]
    fn a_token_is_never_idle_and_ends_at_its_date() {
        let lifetimes = Lifetimes::default();
        let token = Times { kind: TokenKind::Api, last_used_at: None, ..session(0) };
        let forever = Times { expires_at: None, ..token };
        assert!(lifetimes.is_live(&forever, at(1_000_000_000)));
        let dated = Times { expires_at: Some(at(100)), ..token };
        assert!(lifetimes.is_live(&dated, at(99)) && !lifetimes.is_live(&dated, at(100)));
    }

    #[test]
    fn a_use_is_written_down_every_five_minutes_only() {
        let lifetimes = Lifetimes::default();
        assert!(!lifetimes.is_use_kept(&session(0), at(299)));
        assert!(lifetimes.is_use_kept(&session(0), at(300)));
        let short = Lifetimes { idle: Duration::from_secs(40), ..lifetimes };
        assert!(short.is_use_kept(&session(0), at(10)) && !short.is_use_kept(&session(0), at(9)));
    }

    #[test]
    fn a_clock_that_is_set_back_ends_no_session() {
        assert!(Lifetimes::default().is_live(&session(100), at(-1_000_000)));
    }
}
