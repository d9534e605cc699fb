//! Sessions and tokens in the store.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row};

use super::accounts;
use super::value::Milliseconds;
use crate::account::{Account, AccountId};
use crate::role::Role;
use crate::session::{SessionId, Times};
use crate::token::{TokenHash, TokenKind};

/// A session or token to be stored.
#[derive(Clone, Debug)]
pub(crate) struct NewSession {
    pub(crate) hash: TokenHash,
    pub(crate) account: AccountId,
    /// `None` for the session of a browser.
    pub(crate) token_name: Option<String>,
    pub(crate) role: Role,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Option<Timestamp>,
}

/// A session or token with its account.
#[derive(Clone, Debug)]
pub(crate) struct StoredSession {
    pub(crate) id: SessionId,
    pub(crate) account: Account,
    pub(crate) token_name: Option<String>,
    /// At most this, whatever the account may do.
    pub(crate) role: Role,
    pub(crate) times: Times,
}

const COLUMNS: &str = "session.id AS id, session.token_name AS token_name, session.role AS role,
    session.created_at AS created_at, session.last_used_at AS last_used_at,
    session.expires_at AS expires_at, account.id AS account_id, account.name AS account_name,
    account.role AS account_role
    FROM session JOIN account ON account.id = session.account";

/// Adds one.
pub(crate) fn add(connection: &Connection, new: &NewSession) -> rusqlite::Result<SessionId> {
    let created_at = Milliseconds(new.created_at);
    // A session is used by being made; a token is not.
    let last_used_at = new.token_name.is_none().then_some(&created_at);
    connection.execute(
        "INSERT INTO session (hash, account, token_name, role, created_at, last_used_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        (
            new.hash,
            new.account.0,
            &new.token_name,
            new.role,
            &created_at,
            last_used_at,
            new.expires_at.map(Milliseconds),
        ),
    )?;
    Ok(SessionId(connection.last_insert_rowid()))
}

/// The one with that hash, live or not.
pub(crate) fn by_hash(
    connection: &Connection,
    hash: TokenHash,
) -> rusqlite::Result<Option<StoredSession>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} WHERE session.hash = ?1"))?
        .query_row([hash], read)
        .optional()
}

/// The one with that number, live or not.
pub(crate) fn by_id(
    connection: &Connection,
    id: SessionId,
) -> rusqlite::Result<Option<StoredSession>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} WHERE session.id = ?1"))?
        .query_row([id.0], read)
        .optional()
}

/// The tokens of an account, the newest first.
pub(crate) fn tokens_of(
    connection: &Connection,
    account: AccountId,
) -> rusqlite::Result<Vec<StoredSession>> {
    connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} WHERE session.account = ?1 AND session.token_name IS NOT NULL
             ORDER BY session.id DESC"
        ))?
        .query_map([account.0], read)?
        .collect()
}

/// Writes down that it was used.
pub(crate) fn touch(
    connection: &Connection,
    id: SessionId,
    now: Timestamp,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE session SET last_used_at = ?2 WHERE id = ?1")?
        .execute((id.0, Milliseconds(now)))?;
    Ok(())
}

/// Ends one; whether it was there.
pub(crate) fn end(connection: &Connection, id: SessionId) -> rusqlite::Result<bool> {
    Ok(connection.execute("DELETE FROM session WHERE id = ?1", [id.0])? > 0)
}

/// Ends all of one kind that an account has; how many there were.
pub(crate) fn end_all_of(
    connection: &Connection,
    account: AccountId,
    kind: TokenKind,
) -> rusqlite::Result<usize> {
    connection.execute(
        "DELETE FROM session WHERE account = ?1 AND (token_name IS NOT NULL) = ?2",
        (account.0, kind == TokenKind::Api),
    )
}

/// Takes away browser sessions that have ended by themselves. Tokens stay in the list of their
/// owner, who may wonder why a program gets in no more.
pub(crate) fn sweep(
    connection: &Connection,
    idle_since: Timestamp,
    now: Timestamp,
) -> rusqlite::Result<usize> {
    connection.execute(
        "DELETE FROM session
         WHERE token_name IS NULL AND (expires_at <= ?1 OR last_used_at <= ?2)",
        (Milliseconds(now), Milliseconds(idle_since)),
    )
}

fn read(row: &Row<'_>) -> rusqlite::Result<StoredSession> {
    let time = |column| row.get(column).map(|at: Option<Milliseconds>| at.map(|at| at.0));
    let token_name: Option<String> = row.get("token_name")?;
    let times = Times {
        kind: if token_name.is_some() { TokenKind::Api } else { TokenKind::Session },
        created_at: row.get::<_, Milliseconds>("created_at")?.0,
        last_used_at: time("last_used_at")?,
        expires_at: time("expires_at")?,
    };
    let account = Account {
        id: AccountId(row.get("account_id")?),
        name: accounts::name(row, "account_name")?,
        role: row.get("account_role")?,
    };
    let id = SessionId(row.get("id")?);
    Ok(StoredSession { id, account, token_name, role: row.get("role")?, times })
}
