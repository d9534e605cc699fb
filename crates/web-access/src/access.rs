//! The door: who comes in, and what of it is logged.

mod acts;
mod audit;
mod authenticate;
mod change_password;
mod error;
mod keep_accounts;
mod log_in;
mod login;
mod reset;
mod set_up;
mod tokens;

use std::net::IpAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::HeaderValue;
use jiff::Timestamp;
use rusqlite::Transaction;

use crate::account::{Account, AccountId};
use crate::clock::Clock;
use crate::guards::Scheme;
use crate::password::{HashError, PasswordCost, Passwords};
use crate::random::NoRandomness;
use crate::session::cookie::{self, CookieName};
use crate::session::{Lifetimes, SessionId};
use crate::setup_code::SetupCode;
use crate::store::{Store, StoreError, accounts, sessions};
use crate::throttle::{Attempt, Rule, Target, Throttle};
use crate::token::{Token, TokenHash, TokenKind};

pub use audit::{AuditPage, Begun};
pub use error::AccessError;
pub(crate) use keep_accounts::{AccountChange, AccountInfo};
pub use login::{Credential, Login};
pub use reset::PasswordReset;
pub(crate) use tokens::{NewApiToken, TokenInfo};

/// The door of a server: accounts, sessions, tokens and the audit log. Clones are the same.
#[derive(Clone, Debug)]
pub struct Access(Arc<Inner>);

/// How a door is made.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// How long sessions last.
    pub lifetimes: Lifetimes,
    /// How hard the hash of a password is to make.
    pub password_cost: PasswordCost,
    /// What the cookie is called.
    pub cookie: CookieName,
    /// Whether looking needs a login too. Changing anything always does.
    pub login_for_reading: bool,
    /// How often an account may be tried.
    pub account_rule: Rule,
    /// How often an address may try.
    pub source_rule: Rule,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            lifetimes: Lifetimes::default(),
            password_cost: PasswordCost::default(),
            cookie: CookieName::default(),
            login_for_reading: true,
            account_rule: Rule::ACCOUNT,
            source_rule: Rule::SOURCE,
        }
    }
}

/// Why there is no door.
#[derive(Debug, thiserror::Error)]
pub enum OpenAccessError {
    /// The store does not open.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Passwords cannot be hashed.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// No setup code can be made.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

#[derive(Debug)]
struct Inner {
    store: Store,
    passwords: Passwords,
    throttle: Mutex<Throttle>,
    /// As long as there is no account.
    setup: Mutex<Option<SetupCode>>,
    settings: Settings,
    clock: Clock,
}

/// A session that just began, with its token for the browser.
#[derive(Debug)]
pub(crate) struct NewLogin {
    pub(crate) login: Login,
    token: Token,
}

impl Access {
    /// Opens the store of accounts, and makes it where there is none. As long as nobody can log
    /// in, there is a code with which the first account is made: show it on the console and
    /// nowhere else.
    ///
    /// It blocks for about a tenth of a second: call it where a program starts.
    pub fn open(
        path: &Path,
        settings: Settings,
        clock: Clock,
    ) -> Result<(Self, Option<SetupCode>), OpenAccessError> {
        let (store, somebody) = Store::open(path, clock.now(), accounts::exist)?;
        let setup = if somebody { None } else { Some(SetupCode::new()?) };
        let passwords = Passwords::new(settings.password_cost)?;
        let throttle = Mutex::new(Throttle::new(settings.account_rule, settings.source_rule));
        let inner =
            Inner { store, passwords, throttle, setup: Mutex::new(setup.clone()), settings, clock };
        Ok((Self(Arc::new(inner)), setup))
    }

    /// Closes the store after what was begun before. Nobody is let in any more.
    pub async fn close(&self) {
        self.0.store.close().await;
    }

    /// Whether the first account is still to be made.
    pub fn needs_setup(&self) -> bool {
        lock(&self.0.setup).is_some()
    }

    /// Whether everybody may look who reaches the server.
    pub fn is_looking_open(&self) -> bool {
        !self.0.settings.login_for_reading
    }

    /// Why nobody is logged in.
    pub(crate) fn nobody(&self) -> AccessError {
        if self.needs_setup() { AccessError::SetupNeeded } else { AccessError::NotLoggedIn }
    }

    /// For `Set-Cookie` after a login.
    pub(crate) fn cookie_of(&self, new: &NewLogin, scheme: Scheme) -> Option<HeaderValue> {
        let Settings { cookie: name, lifetimes, .. } = self.0.settings;
        cookie::keep(name, scheme, &new.token, lifetimes.absolute)
    }

    /// For `Set-Cookie` after a logout.
    pub(crate) fn no_cookie(&self, scheme: Scheme) -> Option<HeaderValue> {
        cookie::forget(self.0.settings.cookie, scheme)
    }

    fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Charges a try before a password or code is looked at.
    fn begin_try(&self, target: Target, source: Option<IpAddr>) -> Result<Attempt, AccessError> {
        let begun = lock(&self.0.throttle).begin(target, source, self.now());
        begun.map_err(|wait| {
            tracing::warn!(?source, ?wait, "a login has to wait: too many were wrong");
            AccessError::TooManyTries { wait }
        })
    }

    /// The try was right.
    fn try_succeeded(&self, attempt: Attempt) {
        lock(&self.0.throttle).succeeded(attempt, self.now());
    }

    /// Takes the charge back where a fault of ours kept the password from being looked at.
    fn or_withdraw<T, E: Into<AccessError>>(
        &self,
        attempt: Attempt,
        result: Result<T, E>,
    ) -> Result<T, AccessError> {
        result.map_err(|error| {
            lock(&self.0.throttle).withdrawn(attempt);
            error.into()
        })
    }

    /// A session that can be written: its token, and what of it is stored.
    fn new_session(
        &self,
        account: AccountId,
        role: crate::Role,
    ) -> Result<(Token, sessions::NewSession), NoRandomness> {
        let token = Token::new(TokenKind::Session)?;
        let now = self.now();
        let stored = sessions::NewSession {
            hash: token.hash(),
            account,
            token_name: None,
            role,
            created_at: now,
            expires_at: Some(self.0.settings.lifetimes.end_of_new(now)),
        };
        Ok((token, stored))
    }

    /// Since when a session that has ended by now was not used.
    fn idle_since(&self, now: Timestamp) -> Timestamp {
        now.checked_sub(self.0.settings.lifetimes.idle).unwrap_or(Timestamp::MIN)
    }
}

impl NewLogin {
    fn new(
        id: SessionId,
        account: Account,
        token: Token,
        stored: &sessions::NewSession,
        source: Option<IpAddr>,
    ) -> Self {
        let login = Login {
            role: account.role,
            account,
            session: id,
            credential: Credential::Session,
            expires_at: stored.expires_at,
            source,
        };
        Self { login, token }
    }
}

/// Ends the session whose token a browser still had when it logged in again: a session from
/// before a login is never the one after it.
fn end_session_of(transaction: &Transaction<'_>, hash: TokenHash) -> rusqlite::Result<()> {
    match sessions::by_hash(transaction, hash)? {
        Some(before) if before.times.kind == TokenKind::Session => {
            sessions::end(transaction, before.id).map(drop)
        }
        _ => Ok(()),
    }
}

/// A poisoned lock guards nothing that could be half done here.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
