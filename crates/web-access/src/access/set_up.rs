//! The first account, made with the code from the console.

use std::net::IpAddr;

use super::acts::Act;
use super::{Access, AccessError, NewLogin, lock};
use crate::account::AccountName;
use crate::audit::{Actor, NewEntry, Outcome};
use crate::password::NewPassword;
use crate::role::Role;
use crate::secret::Secret;
use crate::store::{accounts, journal, sessions};
use crate::throttle::Target;

impl Access {
    /// Makes the first account, an admin, and logs it in.
    pub(crate) async fn set_up(
        &self,
        code: &Secret,
        name: &str,
        password: Secret,
        source: Option<IpAddr>,
    ) -> Result<NewLogin, AccessError> {
        if !self.needs_setup() {
            return Err(AccessError::AlreadySetUp);
        }
        // What is wrong with the form is said first, and is no try at the code.
        let name = AccountName::new(name)?;
        let password = NewPassword::new(password)?;
        let attempt = self.begin_try(Target::setup(), source)?;
        let is_right = lock(&self.0.setup).as_ref().is_some_and(|ours| ours.is(code));
        if !is_right {
            let refused = Outcome::Refused("wrong setup code".to_owned());
            let act = Act::SetUp { name: None };
            self.record(Actor::stranger(None, source), &act, refused).await?;
            return Err(AccessError::WrongSetupCode);
        }
        let hash = self.or_withdraw(attempt, self.0.passwords.hash(&password).await)?;
        // The number of the account is known only in the transaction.
        let (token, mut stored) = self.new_session(crate::account::AccountId(0), Role::Admin)?;
        let now = stored.created_at;
        let write = move |transaction: &rusqlite::Transaction<'_>| {
            // Of two who have the code, one is first.
            if accounts::exist(transaction)? {
                return Ok(None);
            }
            let account = accounts::add(transaction, &name, Role::Admin, &hash, now)?;
            stored.account = account.id;
            let id = sessions::add(transaction, &stored)?;
            let name = account.name.to_string();
            let actor = Actor::stranger(Some(name.clone()), source);
            let act = Act::SetUp { name: Some(name) };
            journal::append(transaction, &NewEntry::new(now, actor, &act, Outcome::Done))?;
            Ok(Some((id, account, stored)))
        };
        let done = self.0.store.write("making the first account", write).await?;
        // Whoever was first: there is an account now, and the code is worth nothing.
        *lock(&self.0.setup) = None;
        let (id, account, stored) = done.ok_or(AccessError::AlreadySetUp)?;
        self.try_succeeded(attempt);
        Ok(NewLogin::new(id, account, token, &stored, source))
    }
}
