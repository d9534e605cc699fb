//! What the store is made of, step by step.

use sqlite_migrator::{Migration, Schema};

/// The schema of the store. A step that was released is never changed: add one instead.
pub(super) const SCHEMA: Schema = Schema {
    // "BsMp"
    application_id: 0x4273_4D70,
    migrations: &[
        Migration {
            number: 1,
            name: "create_fleet",
            sql: include_str!("../../migrations/0001_create_fleet.sql"),
        },
        Migration {
            number: 2,
            name: "add_own_meters",
            sql: include_str!("../../migrations/0002_add_own_meters.sql"),
        },
        Migration {
            number: 3,
            name: "keep_removed_places",
            sql: include_str!("../../migrations/0003_keep_removed_places.sql"),
        },
    ],
};

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_list_is_the_folder() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
        let mut files: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        files.sort();
        let steps = SCHEMA.migrations.iter();
        let list: Vec<_> =
            steps.map(|step| format!("{:04}_{}.sql", step.number, step.name)).collect();
        assert_eq!(files, list);
    }

    /// A store of the first schema with a meter, its readouts and a command to read it.
    const FIRST: &str = "
        INSERT INTO site VALUES (1, 'Hill Street', 0);
        INSERT INTO gateway (id, site, name, created_at, claim_hash, claim_expires_at)
            VALUES (1, 1, 'Building 7', 0, zeroblob(32), 0);
        INSERT INTO meter VALUES (7, 1, 'heat', 'Heat, flat 1', '1', NULL, 'integra_heat', 'mbus',
            2400, 'consumption', 3, 0, 0, NULL);
        INSERT INTO meter_gateway VALUES (7, 1);
        INSERT INTO readout (id, gateway, claim, sequence, meter, meter_name, bus, address, read_at,
            received_at, outcome) VALUES
            (1, 1, 1, 1, 7, 'meter-7', 'cellar-1', '1', 1000, 0, 0),
            (2, 1, 1, 2, 7, 'meter-7', 'cellar-1', '1', 3000, 0, 2),
            (3, 1, 1, 3, 7, 'meter-7', 'cellar-1', '1', 2000, 0, 0),
            (4, 1, 1, 4, NULL, 'heat-1', 'cellar-1', '2', 2000, 0, 0);
        INSERT INTO command (id, gateway, kind, created_at, created_by, expires_at) VALUES
            (1, 1, '{\"kind\":\"read_meter\",\"meter\":\"meter-7\"}', 0, 'ada', 0),
            (2, 1, '{\"kind\":\"read_address\",\"address\":\"0\"}', 0, 'ada', 0);";

    #[test]
    fn a_store_of_the_first_schema_keeps_everything() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fleet.sqlite");
        let first = Schema { migrations: &SCHEMA.migrations[..1], ..SCHEMA };
        first.open(&path, 0).unwrap().execute_batch(FIRST).unwrap();
        let store = SCHEMA.open(&path, 0).unwrap();
        let texts = |sql: &str| -> Vec<String> {
            let mut statement = store.prepare(sql).unwrap();
            let rows = statement.query_map([], |row| row.get(0)).unwrap();
            rows.map(Result::unwrap).collect()
        };
        assert_eq!(
            texts("SELECT id || ' ' || origin || ' ' || id_at_gateway || ' ' || name FROM meter"),
            ["7 portal meter-7 Heat, flat 1"]
        );
        assert_eq!(
            texts("SELECT gateway || ' ' || id_at_gateway || ' ' || meter FROM meter_at_gateway"),
            ["1 meter-7 7"]
        );
        // The newest by time, and of those that brought telegrams.
        assert_eq!(
            texts(
                "SELECT meter || ' ' || last_readout || ' ' || good_readout || ' ' || state
                 FROM meter_latest"
            ),
            ["7 2 3 fault"]
        );
        assert_eq!(
            texts("SELECT id || ' ' || coalesce(meter, 'none') FROM command ORDER BY id"),
            ["1 7", "2 none"]
        );
        assert_eq!(texts("SELECT id || '' FROM readout ORDER BY id"), ["1", "2", "3", "4"]);
    }
}
