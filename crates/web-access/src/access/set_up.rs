//! The first account, or another password for one, with the code from the console.

use std::net::IpAddr;

use jiff::Timestamp;
use rusqlite::Transaction;

use super::acts::Act;
use super::{Access, AccessError, NewLogin, lock};
use crate::account::{Account, AccountId, AccountName};
use crate::audit::{Actor, NewEntry, Outcome};
use crate::password::{NewPassword, PasswordHash};
use crate::role::Role;
use crate::secret::Secret;
use crate::setup_code::CodeHash;
use crate::store::accounts::WithPassword;
use crate::store::{accounts, journal, resets, sessions};
use crate::throttle::Target;
use crate::token::TokenKind;

impl Access {
    /// Makes the first account, an admin, and logs it in. With the code of somebody who forgot his
    /// password, the account of that name gets this password instead, or is made.
    pub(crate) async fn set_up(
        &self,
        code: &Secret,
        name: &str,
        password: Secret,
        source: Option<IpAddr>,
    ) -> Result<NewLogin, AccessError> {
        let now = self.now();
        let read = move |connection: &rusqlite::Connection| resets::get(connection, now);
        let forgotten = self.0.store.read("looking up a setup code", read).await?;
        if !self.needs_setup() && forgotten.is_none() {
            return Err(AccessError::AlreadySetUp);
        }
        // What is wrong with the form is said first, and is no try at the code.
        let name = AccountName::new(name)?;
        let password = NewPassword::new(password)?;
        let attempt = self.begin_try(Target::setup(), source)?;
        let is_first = lock(&self.0.setup).as_ref().is_some_and(|ours| ours.is(code));
        let typed = CodeHash::of_typed(code);
        if !is_first && forgotten != Some(typed) {
            let refused = Outcome::Refused("wrong setup code".to_owned());
            let act = Act::SetUp { name: None };
            self.record(Actor::stranger(None, source), &act, refused).await?;
            return Err(AccessError::WrongSetupCode);
        }
        let hash = self.or_withdraw(attempt, self.0.passwords.hash(&password).await)?;
        // The number of the account is known only in the transaction.
        let (token, mut stored) = self.new_session(AccountId(0), Role::Admin)?;
        let write = move |transaction: &Transaction<'_>| {
            let now = stored.created_at;
            // Of two who have the code, one is first.
            let still_works = if is_first {
                !accounts::exist(transaction)?
            } else {
                resets::get(transaction, now)? == Some(typed)
            };
            if !still_works {
                return Ok(None);
            }
            resets::forget(transaction)?;
            let account = admin(transaction, &name, &hash, now)?;
            stored.account = account.id;
            let id = sessions::add(transaction, &stored)?;
            let name = account.name.to_string();
            let actor = Actor::stranger(Some(name.clone()), source);
            let name = Some(name);
            let act = if is_first { Act::SetUp { name } } else { Act::ResetPassword { name } };
            journal::append(transaction, &NewEntry::new(now, actor, &act, Outcome::Done))?;
            Ok(Some((id, account, stored)))
        };
        let done = self.0.store.write("setting a password with a code", write).await?;
        // Whoever was first: there is an account now, and the code is worth nothing.
        *lock(&self.0.setup) = None;
        let (id, account, stored) = done.ok_or(AccessError::AlreadySetUp)?;
        self.try_succeeded(attempt);
        Ok(NewLogin::new(id, account, token, &stored, source))
    }
}

/// The account of that name, an admin with that password and logged in nowhere.
fn admin(
    transaction: &Transaction<'_>,
    name: &AccountName,
    password: &PasswordHash,
    now: Timestamp,
) -> rusqlite::Result<Account> {
    let Some(WithPassword { account, .. }) = accounts::by_name(transaction, name)? else {
        return accounts::add(transaction, name, Role::Admin, password, now);
    };
    accounts::set_password(transaction, account.id, password, Some(now))?;
    accounts::set_role(transaction, account.id, Role::Admin)?;
    sessions::end_all_of(transaction, account.id, TokenKind::Session)?;
    Ok(Account { role: Role::Admin, ..account })
}
