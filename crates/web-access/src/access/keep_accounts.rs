//! Accounts: kept by admins, and never without one.

use rusqlite::Transaction;

use super::acts::Act;
use super::{Access, AccessError, Credential, Login};
use crate::account::{Account, AccountId, AccountName};
use crate::audit::{NewEntry, Outcome};
use crate::password::NewPassword;
use crate::role::Role;
use crate::secret::Secret;
use crate::store::{StoreError, accounts, journal, sessions};
use crate::token::TokenKind;

/// The most accounts of a server.
const MOST: usize = 1000;

/// An account as admins see it in the list.
pub(crate) type AccountInfo = accounts::Listed;

/// What is to be another about an account.
#[derive(Debug)]
pub(crate) struct AccountChange {
    pub(crate) role: Option<Role>,
    pub(crate) password: Option<Secret>,
}

/// What a transaction did, or why it did nothing.
type Done<T> = rusqlite::Result<Result<T, AccessError>>;

impl Access {
    /// All accounts, by name.
    pub(crate) async fn accounts(&self) -> Result<Vec<AccountInfo>, StoreError> {
        self.0.store.read("listing accounts", accounts::all).await
    }

    /// Adds an account with the password it begins with; its owner sets another one.
    pub(crate) async fn add_account(
        &self,
        login: &Login,
        name: &str,
        role: Role,
        password: Secret,
    ) -> Result<AccountInfo, AccessError> {
        needs_session(login)?;
        let name = AccountName::new(name)?;
        let hash = self.0.passwords.hash(&NewPassword::new(password)?).await?;
        let (now, actor) = (self.now(), login.actor());
        let write = move |transaction: &Transaction<'_>| -> Done<AccountInfo> {
            if let Some(other) = accounts::by_name(transaction, &name)? {
                return Ok(Err(AccessError::NameTaken(other.account.name.to_string())));
            }
            let count = accounts::all(transaction)?.len();
            if count >= MOST {
                return Ok(Err(AccessError::TooManyAccounts(count)));
            }
            let account = accounts::add(transaction, &name, role, &hash, now)?;
            let act = Act::AddAccount { name: name.to_string(), role };
            journal::append(transaction, &NewEntry::new(now, actor, &act, Outcome::Done))?;
            Ok(Ok(AccountInfo { account, created_at: now }))
        };
        self.0.store.write("adding an account", write).await?
    }

    /// Gives an account another role, another password, or both. With another password, whoever
    /// is logged in there is logged out. A lower role counts from the next request on, a higher
    /// one from the next login.
    pub(crate) async fn change_account(
        &self,
        login: &Login,
        number: &str,
        change: AccountChange,
    ) -> Result<AccountInfo, AccessError> {
        needs_session(login)?;
        let id = id(number)?;
        let AccountChange { role, password } = change;
        if password.is_some() && id == login.account.id {
            // Whoever finds a browser that is logged in must not take the account over.
            return Err(AccessError::OwnAccount(login.account.name.to_string()));
        }
        let hash = match password {
            Some(password) => Some(self.0.passwords.hash(&NewPassword::new(password)?).await?),
            None => None,
        };
        let (now, actor) = (self.now(), login.actor());
        let write = move |transaction: &Transaction<'_>| -> Done<AccountInfo> {
            let Some(AccountInfo { mut account, created_at }) = find(transaction, id)? else {
                return Ok(Err(unknown(id)));
            };
            let role = role.filter(|role| *role != account.role);
            if let Some(role) = role {
                if role < Role::Admin && accounts::is_last_admin(transaction, id)? {
                    return Ok(Err(AccessError::LastAdmin(account.name.to_string())));
                }
                accounts::set_role(transaction, id, role)?;
                account.role = role;
            }
            if let Some(hash) = &hash {
                accounts::set_password(transaction, id, hash, Some(now))?;
                sessions::end_all_of(transaction, id, TokenKind::Session)?;
            }
            let password = hash.is_some();
            if role.is_some() || password {
                let act = Act::ChangeAccount { name: account.name.to_string(), role, password };
                journal::append(transaction, &NewEntry::new(now, actor, &act, Outcome::Done))?;
            }
            Ok(Ok(AccountInfo { account, created_at }))
        };
        self.0.store.write("changing an account", write).await?
    }

    /// Removes an account; whoever is logged in there is logged out, and its tokens end.
    pub(crate) async fn remove_account(
        &self,
        login: &Login,
        number: &str,
    ) -> Result<(), AccessError> {
        needs_session(login)?;
        let id = id(number)?;
        if id == login.account.id {
            return Err(AccessError::OwnAccount(login.account.name.to_string()));
        }
        let (now, actor) = (self.now(), login.actor());
        let write = move |transaction: &Transaction<'_>| -> Done<()> {
            let Some(AccountInfo { account: Account { name, .. }, .. }) = find(transaction, id)?
            else {
                return Ok(Err(unknown(id)));
            };
            if accounts::is_last_admin(transaction, id)? {
                return Ok(Err(AccessError::LastAdmin(name.to_string())));
            }
            accounts::remove(transaction, id)?;
            let act = Act::RemoveAccount { name: name.to_string() };
            journal::append(transaction, &NewEntry::new(now, actor, &act, Outcome::Done))?;
            Ok(Ok(()))
        };
        self.0.store.write("removing an account", write).await?
    }
}

/// Whoever finds a token must not be able to stay by an account of his own.
fn needs_session(login: &Login) -> Result<(), AccessError> {
    match login.credential {
        Credential::Session => Ok(()),
        Credential::Token(_) => Err(AccessError::NeedsSession),
    }
}

fn id(number: &str) -> Result<AccountId, AccessError> {
    let none = |_| AccessError::NoSuchAccount(number.escape_default().to_string());
    number.parse().map(AccountId).map_err(none)
}

fn unknown(id: AccountId) -> AccessError {
    AccessError::NoSuchAccount(id.0.to_string())
}

fn find(transaction: &Transaction<'_>, id: AccountId) -> rusqlite::Result<Option<AccountInfo>> {
    Ok(accounts::all(transaction)?.into_iter().find(|info| info.account.id == id))
}
