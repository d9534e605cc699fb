//! The revision of the portal's configuration that the gateway reads by.

use fleet_link::ConfiguredMeter;
use jiff::Timestamp;
use rusqlite::OptionalExtension;

use super::FleetStore;
use crate::store::StoreError;

/// A revision of the portal's configuration, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PortalRevision {
    /// Its number.
    pub(crate) revision: u64,
    /// Its meters.
    pub(crate) meters: Vec<ConfiguredMeter>,
}

impl FleetStore {
    /// The revision the gateway reads by.
    pub(crate) fn portal_revision(&self) -> Result<Option<PortalRevision>, StoreError> {
        let row = self.at_once("reading the configuration of the portal", |connection| {
            connection
                .query_row("SELECT revision, meters FROM portal_revision", [], |row| {
                    Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
                })
                .optional()
        })?;
        let read = row.and_then(|(revision, meters)| {
            let revision = u64::try_from(revision).ok()?;
            let meters = serde_json::from_str(&meters);
            let meters = meters.inspect_err(|error| {
                tracing::error!(%error, "the kept configuration of the portal is damaged");
            });
            Some(PortalRevision { revision, meters: meters.ok()? })
        });
        Ok(read)
    }

    /// From now on the gateway reads by this revision, or by none.
    pub(crate) async fn keep_portal_revision(
        &self,
        kept: Option<PortalRevision>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.with("writing the configuration of the portal", move |connection| {
            let Some(PortalRevision { revision, meters }) = kept else {
                return connection.execute("DELETE FROM portal_revision", []).map(drop);
            };
            let failed = |error| rusqlite::Error::ToSqlConversionFailure(Box::new(error));
            let meters = serde_json::to_string(&meters).map_err(failed)?;
            connection
                .execute(
                    "INSERT OR REPLACE INTO portal_revision (only_one, revision, meters, applied_at)
                     VALUES (1, ?1, ?2, ?3)",
                    (i64::try_from(revision).unwrap_or(i64::MAX), meters, now.as_millisecond()),
                )
                .map(drop)
        })
        .await
    }
}
