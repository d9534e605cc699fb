//! Sites.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row};

use super::error::is_taken;
use super::{Db, DbError, SaveError, time};
use crate::id::SiteId;
use crate::site::Site;

const COLUMNS: &str = "id, name, created_at FROM site WHERE deleted_at IS NULL";

impl Db {
    /// Adds a site.
    pub async fn create_site(&self, name: String, now: Timestamp) -> Result<Site, SaveError> {
        self.write(move |transaction| {
            let sql = "INSERT INTO site (name, created_at) VALUES (?1, ?2)";
            match transaction.execute(sql, (&name, now.as_millisecond())) {
                Ok(_) => {
                    let id = SiteId(transaction.last_insert_rowid());
                    let created_at = time::from_column(id, now.as_millisecond())?;
                    Ok(Site { id, name, created_at })
                }
                Err(error) => Err(name_taken(error, "adding a site", name)),
            }
        })
        .await
    }

    /// All sites, by name.
    pub async fn sites(&self) -> Result<Vec<Site>, DbError> {
        self.read(|connection| {
            let failed = DbError::sql("reading the sites");
            let mut statement = connection
                .prepare_cached(&format!("SELECT {COLUMNS} ORDER BY name"))
                .map_err(&failed)?;
            let rows = statement.query_map([], columns).map_err(&failed)?;
            rows.map(|row| site(row.map_err(&failed)?)).collect()
        })
        .await
    }

    /// One site.
    pub async fn site(&self, id: SiteId) -> Result<Option<Site>, DbError> {
        self.read(move |connection| find(connection, id)).await
    }

    /// Gives a site another name.
    pub async fn rename_site(&self, id: SiteId, name: String) -> Result<(), SaveError> {
        self.write(move |transaction| {
            let sql = "UPDATE site SET name = ?2 WHERE id = ?1 AND deleted_at IS NULL";
            match transaction.execute(sql, (id.0, &name)) {
                Ok(0) => Err(SaveError::unknown(id)),
                Ok(_) => Ok(()),
                Err(error) => Err(name_taken(error, "renaming a site", name)),
            }
        })
        .await
    }

    /// Removes a site that has no gateways. Its name is free again.
    pub async fn delete_site(&self, id: SiteId, now: Timestamp) -> Result<(), SaveError> {
        self.write(move |transaction| {
            let failed = DbError::sql("removing a site");
            let gateways: i64 = transaction
                .query_row(
                    "SELECT count(*) FROM gateway WHERE site = ?1 AND deleted_at IS NULL",
                    [id.0],
                    |row| row.get(0),
                )
                .map_err(&failed)?;
            if gateways > 0 {
                return Err(SaveError::NotEmpty { what: id.to_string(), with: "gateways" });
            }
            // Gateways that were removed still refer to it.
            let sql = "UPDATE site SET deleted_at = ?2, name = ' ' || name || ' ' || id
                       WHERE id = ?1 AND deleted_at IS NULL";
            match transaction.execute(sql, (id.0, now.as_millisecond())).map_err(&failed)? {
                0 => Err(SaveError::unknown(id)),
                _ => Ok(()),
            }
        })
        .await
    }
}

pub(super) fn find(connection: &Connection, id: SiteId) -> Result<Option<Site>, DbError> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} AND id = ?1"))
        .and_then(|mut statement| statement.query_row([id.0], columns).optional())
        .map_err(DbError::sql("reading a site"))?
        .map(site)
        .transpose()
}

fn name_taken(error: rusqlite::Error, doing: &'static str, name: String) -> SaveError {
    if is_taken(&error) {
        return SaveError::NameTaken { noun: "site", name };
    }
    DbError::sql(doing)(error).into()
}

fn columns(row: &Row<'_>) -> rusqlite::Result<(i64, String, i64)> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
}

fn site((id, name, created_at): (i64, String, i64)) -> Result<Site, DbError> {
    let id = SiteId(id);
    Ok(Site { id, name, created_at: time::from_column(id, created_at)? })
}
