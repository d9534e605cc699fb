//! A forgotten password: whoever has the data directory may set another one.

use std::path::Path;
use std::time::Duration;

use super::acts::Act;
use super::{Access, OpenAccessError};
use crate::audit::{Actor, NewEntry, Outcome};
use crate::clock::Clock;
use crate::setup_code::SetupCode;
use crate::store::{Store, accounts, journal, resets};

/// How long the code works.
const LIFETIME: Duration = Duration::from_secs(24 * 3600);

/// A code with which a forgotten password is set anew.
#[derive(Clone, Debug)]
pub struct PasswordReset {
    /// The code, for the console and nowhere else.
    pub code: SetupCode,
    /// The names of the accounts, of which one gets another password.
    pub accounts: Vec<String>,
}

impl Access {
    /// Makes a code with which somebody sets another password than the one he forgot: that of the
    /// account he names, which is an admin from then on. It works once and for a day, in the
    /// server that has this store; a code from before works no more. It is in the audit log.
    ///
    /// `None` where there is no account: the server prints a code at its start.
    ///
    /// The server must not be running: hold the lock of its data directory.
    pub async fn reset_password(
        path: &Path,
        clock: Clock,
    ) -> Result<Option<PasswordReset>, OpenAccessError> {
        let (store, somebody) = Store::open(path, clock.now(), accounts::exist)?;
        let done = if somebody { Some(Self::make_reset(&store, &clock).await?) } else { None };
        store.close().await;
        Ok(done)
    }

    async fn make_reset(store: &Store, clock: &Clock) -> Result<PasswordReset, OpenAccessError> {
        let (code, now) = (SetupCode::new()?, clock.now());
        let (hash, end) = (code.hash(), now.checked_add(LIFETIME).unwrap_or(now));
        let write = move |transaction: &rusqlite::Transaction<'_>| {
            resets::put(transaction, hash, end)?;
            let act = Act::ResetPassword { name: None };
            let entry = NewEntry::new(now, Actor::program("console"), &act, Outcome::Done);
            journal::append(transaction, &entry)?;
            accounts::all(transaction)
        };
        let listed = store.write("resetting a password", write).await?;
        let accounts = listed.into_iter().map(|info| info.account.name.to_string()).collect();
        Ok(PasswordReset { code, accounts })
    }
}
