//! Accounts in the store.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row};

use super::value::Milliseconds;
use crate::account::{Account, AccountId, AccountName};
use crate::password::PasswordHash;
use crate::role::Role;
use crate::secret::Secret;

/// An account with the hash of its password.
#[derive(Clone, Debug)]
pub(crate) struct WithPassword {
    pub(crate) account: Account,
    pub(crate) password: PasswordHash,
}

/// Whether anybody can log in at all.
pub(crate) fn exist(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("SELECT EXISTS (SELECT 1 FROM account)", [], |row| row.get(0))
}

/// The account of that name.
pub(crate) fn by_name(
    connection: &Connection,
    name: &AccountName,
) -> rusqlite::Result<Option<WithPassword>> {
    connection
        .prepare_cached("SELECT id, name, role, password FROM account WHERE key = ?1")?
        .query_row([name.key()], read)
        .optional()
}

/// The account of that number.
pub(crate) fn by_id(
    connection: &Connection,
    id: AccountId,
) -> rusqlite::Result<Option<WithPassword>> {
    connection
        .prepare_cached("SELECT id, name, role, password FROM account WHERE id = ?1")?
        .query_row([id.0], read)
        .optional()
}

/// Adds an account.
pub(crate) fn add(
    connection: &Connection,
    name: &AccountName,
    role: Role,
    password: &PasswordHash,
    now: Timestamp,
) -> rusqlite::Result<Account> {
    connection.execute(
        "INSERT INTO account (key, name, role, password, created_at, password_set_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
        (name.key(), name.as_str(), role, password.0.expose(), Milliseconds(now)),
    )?;
    let id = AccountId(connection.last_insert_rowid());
    Ok(Account { id, name: name.clone(), role })
}

/// An account in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) account: Account,
    pub(crate) created_at: Timestamp,
}

/// All accounts, by name.
pub(crate) fn all(connection: &Connection) -> rusqlite::Result<Vec<Listed>> {
    connection
        .prepare_cached("SELECT id, name, role, created_at FROM account ORDER BY key")?
        .query_map([], |row| {
            let created_at = row.get::<_, Milliseconds>("created_at")?.0;
            Ok(Listed { account: account(row)?, created_at })
        })?
        .collect()
}

/// Gives an account another role.
pub(crate) fn set_role(connection: &Connection, id: AccountId, role: Role) -> rusqlite::Result<()> {
    connection.execute("UPDATE account SET role = ?2 WHERE id = ?1", (id.0, role)).map(drop)
}

/// Removes an account with its sessions and tokens.
pub(crate) fn remove(connection: &Connection, id: AccountId) -> rusqlite::Result<()> {
    connection.execute("DELETE FROM session WHERE account = ?1", [id.0])?;
    connection.execute("DELETE FROM account WHERE id = ?1", [id.0]).map(drop)
}

/// Whether an account is the only one of an admin.
pub(crate) fn is_last_admin(connection: &Connection, id: AccountId) -> rusqlite::Result<bool> {
    connection.query_row(
        "SELECT EXISTS (SELECT 1 FROM account WHERE id = ?1 AND role = 'admin')
            AND NOT EXISTS (SELECT 1 FROM account WHERE id <> ?1 AND role = 'admin')",
        [id.0],
        |row| row.get(0),
    )
}

/// Whether the password is still the one that was looked at before.
pub(crate) fn has_password(
    connection: &Connection,
    id: AccountId,
    password: &PasswordHash,
) -> rusqlite::Result<bool> {
    connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM account WHERE id = ?1 AND password = ?2)")?
        .query_row((id.0, password.0.expose()), |row| row.get(0))
}

/// Sets another password. `set_at` is left as it is where the same one is hashed anew.
pub(crate) fn set_password(
    connection: &Connection,
    id: AccountId,
    password: &PasswordHash,
    set_at: Option<Timestamp>,
) -> rusqlite::Result<()> {
    connection.execute(
        "UPDATE account SET password = ?2, password_set_at = coalesce(?3, password_set_at)
         WHERE id = ?1",
        (id.0, password.0.expose(), set_at.map(Milliseconds)),
    )?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<WithPassword> {
    let account = account(row)?;
    Ok(WithPassword { account, password: PasswordHash(Secret::new(row.get("password")?)) })
}

/// The columns `id`, `name` and `role` of an account.
fn account(row: &Row<'_>) -> rusqlite::Result<Account> {
    Ok(Account { id: AccountId(row.get("id")?), name: name(row, "name")?, role: row.get("role")? })
}

/// A name in a column.
pub(super) fn name(row: &Row<'_>, column: &str) -> rusqlite::Result<AccountName> {
    let text: String = row.get(column)?;
    AccountName::new(&text).map_err(|error| {
        let index = row.as_ref().column_index(column).unwrap_or_default();
        rusqlite::Error::FromSqlConversionFailure(
            index,
            rusqlite::types::Type::Text,
            Box::new(error),
        )
    })
}
