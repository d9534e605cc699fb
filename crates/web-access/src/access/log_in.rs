//! Logging in with a password, and out.

use std::net::IpAddr;

use super::acts::Act;
use super::{Access, AccessError, Credential, Login, NewLogin, end_session_of};
use crate::account::AccountName;
use crate::audit::{Actor, NewEntry, Outcome};
use crate::secret::Secret;
use crate::store::accounts::WithPassword;
use crate::store::{StoreError, accounts, journal, sessions};
use crate::throttle::Target;
use crate::token::TokenHash;

impl Access {
    /// Logs in. `before` is the session the browser still had; it ends.
    ///
    /// Whether the account exists shows neither in the answer nor in its time: without an
    /// account the password is compared with the hash of one that nobody knows.
    pub(crate) async fn log_in(
        &self,
        name: &str,
        password: &Secret,
        before: Option<TokenHash>,
        source: Option<IpAddr>,
    ) -> Result<NewLogin, AccessError> {
        if self.needs_setup() {
            return Err(AccessError::SetupNeeded);
        }
        let attempt = self.begin_try(Target::account(name), source)?;
        let found = self.or_withdraw(attempt, self.find(name).await)?;
        let who = found.as_ref().map(|found| found.account.name.to_string());
        let hash = found.as_ref().map(|found| &found.password);
        let verdict = self.0.passwords.verify(password, hash).await;
        let verdict = self.or_withdraw(attempt, verdict)?;
        let Some(found) = found.filter(|_| verdict.is_right) else {
            return Err(self.refuse(who, source).await?);
        };
        let hashed_anew = if verdict.is_outdated {
            // Where that does not succeed now, the old hash still serves.
            self.0.passwords.hash_again(password).await.ok()
        } else {
            None
        };

        let WithPassword { account, password: looked_at } = found;
        let (token, stored) = self.new_session(account.id, account.role)?;
        let actor = Actor::stranger(who.clone(), source);
        let (now, idle_since) = (stored.created_at, self.idle_since(stored.created_at));
        let new = stored.clone();
        let write = move |transaction: &rusqlite::Transaction<'_>| {
            // Another password may have been set while this one was looked at.
            if !accounts::has_password(transaction, new.account, &looked_at)? {
                return Ok(None);
            }
            if let Some(hash) = &hashed_anew {
                accounts::set_password(transaction, new.account, hash, None)?;
            }
            if let Some(before) = before {
                end_session_of(transaction, before)?;
            }
            sessions::sweep(transaction, idle_since, now)?;
            let id = sessions::add(transaction, &new)?;
            let act = Act::LogIn { session: Some(id) };
            journal::append(transaction, &NewEntry::new(now, actor, &act, Outcome::Done))?;
            Ok(Some(id))
        };
        match self.0.store.write("logging in", write).await? {
            Some(id) => {
                self.try_succeeded(attempt);
                Ok(NewLogin::new(id, account, token, &stored, source))
            }
            None => Err(self.refuse(who, source).await?),
        }
    }

    /// Logs out: the session ends.
    pub(crate) async fn log_out(&self, login: &Login) -> Result<(), AccessError> {
        if login.credential != Credential::Session {
            return Err(AccessError::NeedsSession);
        }
        let (now, actor, session) = (self.now(), login.actor(), login.session);
        let write = move |transaction: &rusqlite::Transaction<'_>| {
            if sessions::end(transaction, session)? {
                let act = Act::LogOut { session };
                journal::append(transaction, &NewEntry::new(now, actor, &act, Outcome::Done))?;
            }
            Ok(())
        };
        Ok(self.0.store.write("logging out", write).await?)
    }

    async fn find(&self, name: &str) -> Result<Option<WithPassword>, StoreError> {
        // What is no name is no account's.
        let Ok(name) = AccountName::new(name) else { return Ok(None) };
        let read = move |connection: &_| accounts::by_name(connection, &name);
        self.0.store.read("looking up an account", read).await
    }

    /// Logs that somebody was not let in. The name he typed is not logged where nobody is called
    /// so: people type passwords into the wrong field.
    async fn refuse(
        &self,
        who: Option<String>,
        source: Option<IpAddr>,
    ) -> Result<AccessError, AccessError> {
        let why = if who.is_some() { "wrong password" } else { "unknown account" };
        let act = Act::LogIn { session: None };
        self.record(Actor::stranger(who, source), &act, Outcome::Refused(why.to_owned())).await?;
        Ok(AccessError::WrongLogin)
    }
}
