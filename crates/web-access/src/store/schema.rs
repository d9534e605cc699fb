//! What the store is made of, step by step.

use sqlite_migrator::{Migration, Schema};

/// The schema of the store. A step that was released is never changed: add one instead.
pub(super) const SCHEMA: Schema = Schema {
    // "BsAc"
    application_id: 0x4273_4163,
    migrations: &[
        Migration {
            number: 1,
            name: "create_access",
            sql: include_str!("../../migrations/0001_create_access.sql"),
        },
        Migration {
            number: 2,
            name: "create_password_reset",
            sql: include_str!("../../migrations/0002_create_password_reset.sql"),
        },
    ],
};

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn released_migrations_never_change() {
        // Where this fails, put the change into a migration of its own.
        let hashes: Vec<_> =
            SCHEMA.migrations.iter().map(|step| (step.number, step.hash())).collect();
        let released = [(1, "0cc3abed27beb3eb"), (2, "94a9512557b86fb3")];
        assert_eq!(hashes, released.map(|(number, hash)| (number, hash.to_owned())));
    }

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
