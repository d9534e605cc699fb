//! What the store is made of, step by step.

use sqlite_migrator::{Migration, Schema};

/// The schema of the store. A step that was released is never changed: add one instead.
pub(super) const SCHEMA: Schema = Schema {
    // "BsMp"
    application_id: 0x4273_4D70,
    migrations: &[Migration {
        number: 1,
        name: "create_fleet",
        sql: include_str!("../../migrations/0001_create_fleet.sql"),
    }],
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
}
