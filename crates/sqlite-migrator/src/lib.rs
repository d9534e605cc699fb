//! Opens the SQLite files of Busmeister: at the newest schema, synced at each commit, or not at
//! all.
//!
//! Each store has a [`Schema`]: a mark for the head of its file, and its steps in order. A step
//! that was released is never changed. Opening applies what is missing, all or nothing; a file
//! that is something else, that a newer version wrote, or that was made by another text of a step
//! is refused untouched.
//!
//! ```
//! use sqlite_migrator::{Migration, Schema};
//!
//! const SCHEMA: Schema = Schema {
//!     application_id: 0x4273_0000,
//!     migrations: &[Migration {
//!         number: 1,
//!         name: "create_note",
//!         sql: "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT",
//!     }],
//! };
//!
//! let folder = tempfile::tempdir()?;
//! let connection = SCHEMA.open(&folder.path().join("notes.sqlite"), 1_780_000_000_000)?;
//! connection.execute("INSERT INTO note (text) VALUES ('kept')", [])?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod error;
mod migration;
mod private;
mod schema;

pub use error::{OpenError, remedy};
pub use migration::Migration;
pub use schema::Schema;
