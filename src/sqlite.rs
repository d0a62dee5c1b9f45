//! Opens SQLite databases: pragmas for a durability class, migrations by version.
//!
//! Every database of the program is opened here, so that what "durable" means is said once.
//! The version of a database is its `PRAGMA user_version`: the number of migrations it has seen.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

/// How much a database may lose when the power goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Nothing that was committed: each commit waits for the disk.
    Full,
    /// The last commits, but never its integrity: for what can be made again.
    Rebuildable,
}

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It has seen migrations that this program does not know.
    #[error(
        "the database has version {found}, but this program knows versions up to {known}: {}",
        path.display()
    )]
    Newer {
        /// Its version.
        found: u32,
        /// The last version that this program knows.
        known: u32,
        /// Where it is.
        path: PathBuf,
    },
    /// The folder or the file could not be made.
    #[error("could not create the database file: {}", path.display())]
    File {
        /// What the system says.
        #[source]
        source: std::io::Error,
        /// Where it was to be.
        path: PathBuf,
    },
    /// A migration failed; the database is as it was before it.
    #[error("could not bring the database to version {version}: {}", path.display())]
    Migration {
        /// The version that was not reached.
        version: u32,
        /// What SQLite says.
        #[source]
        source: rusqlite::Error,
        /// Where it is.
        path: PathBuf,
    },
    /// SQLite refused it: not a database, not readable, locked for too long.
    #[error("could not open the database: {}", path.display())]
    Sqlite {
        /// What SQLite says.
        #[source]
        source: rusqlite::Error,
        /// Where it is.
        path: PathBuf,
    },
}

/// How long a statement waits for another connection's transaction.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Opens a database for reading and writing; makes it (and its folder) when it does not exist,
/// and brings it to the last version.
///
/// `migrations` are SQL scripts. They are appended, never edited: a database that has seen the
/// first three gets the fourth on. Each runs in its own transaction together with the change of
/// the version, so a crash leaves the database before it or after it.
///
/// # Errors
/// [`OpenError`].
pub fn open(
    path: &Path,
    durability: Durability,
    migrations: &[&str],
) -> Result<Connection, OpenError> {
    create_private_file(path).map_err(|source| OpenError::File {
        source,
        path: path.to_owned(),
    })?;
    let sqlite = |source| OpenError::Sqlite {
        source,
        path: path.to_owned(),
    };
    let mut connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(sqlite)?;
    // WAL is a property of the file: it is set once and stays. It lets readers go on while one
    // writer commits.
    connection
        .pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))
        .map_err(sqlite)?;
    let synchronous = match durability {
        Durability::Full => "full",
        Durability::Rebuildable => "normal",
    };
    connection
        .pragma_update(None, "synchronous", synchronous)
        .map_err(sqlite)?;
    migrate(&mut connection, path, migrations)?;
    Ok(connection)
}

/// Opens a database that exists for reading only.
///
/// # Errors
/// [`OpenError::Sqlite`].
pub fn open_reader(path: &Path) -> Result<Connection, OpenError> {
    // A connection that was opened read-only cannot make the shared-memory file of the WAL when it
    // is missing, so it is opened for writing and then forbidden to write.
    let connect_reader = || {
        let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.pragma_update(None, "query_only", true)?;
        Ok(connection)
    };
    connect_reader().map_err(|source| OpenError::Sqlite {
        source,
        path: path.to_owned(),
    })
}

fn connect(path: &Path, mode: OpenFlags) -> rusqlite::Result<Connection> {
    let flags = mode | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "temp_store", "memory")?;
    connection.pragma_update(None, "cache_size", -16_384)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

fn migrate(connection: &mut Connection, path: &Path, migrations: &[&str]) -> Result<(), OpenError> {
    let sqlite = |source| OpenError::Sqlite {
        source,
        path: path.to_owned(),
    };
    let known = u32::try_from(migrations.len()).expect("a few migrations");
    // The version is read inside the transaction: two programs that open a fresh database at once
    // then do not both run the first migration.
    loop {
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(sqlite)?;
        let found: u32 = transaction
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .map_err(sqlite)?;
        if found > known {
            return Err(OpenError::Newer {
                found,
                known,
                path: path.to_owned(),
            });
        }
        let Some(script) = migrations.get(found as usize) else {
            return Ok(());
        };
        let failed = |source| OpenError::Migration {
            version: found + 1,
            source,
            path: path.to_owned(),
        };
        transaction.execute_batch(script).map_err(failed)?;
        transaction
            .pragma_update(None, "user_version", found + 1)
            .map_err(failed)?;
        transaction.commit().map_err(failed)?;
    }
}

/// Makes the file before SQLite does, so that it is never readable by others, not even for a
/// moment. SQLite gives the WAL the mode of the database.
fn create_private_file(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "CREATE TABLE things (name TEXT NOT NULL) STRICT;";
    const SECOND: &str = "ALTER TABLE things ADD COLUMN size INTEGER NOT NULL DEFAULT 7;";

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    #[test]
    fn a_database_gets_the_migrations_it_has_not_seen() {
        let folder = folder();
        let path = folder.path().join("deep/inside/a.db");
        let connection = open(&path, Durability::Full, &[FIRST]).unwrap();
        connection
            .execute("INSERT INTO things (name) VALUES ('one')", [])
            .unwrap();
        drop(connection);
        let connection = open(&path, Durability::Rebuildable, &[FIRST, SECOND]).unwrap();
        let row: (String, i64) = connection
            .query_row("SELECT name, size FROM things", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .unwrap();
        assert_eq!(row, ("one".to_owned(), 7));
    }

    #[test]
    fn a_database_of_a_newer_program_is_refused_and_left_alone() {
        let folder = folder();
        let path = folder.path().join("a.db");
        drop(open(&path, Durability::Full, &[FIRST, SECOND]).unwrap());
        let error = open(&path, Durability::Full, &[FIRST]).unwrap_err();
        assert!(matches!(
            error,
            OpenError::Newer {
                found: 2,
                known: 1,
                ..
            }
        ));
        assert!(open(&path, Durability::Full, &[FIRST, SECOND]).is_ok());
    }

    #[test]
    fn a_migration_that_fails_leaves_the_database_as_it_was() {
        let folder = folder();
        let path = folder.path().join("a.db");
        let broken = "CREATE TABLE half (a); CREATE TABLE things (a);";
        let error = open(&path, Durability::Full, &[FIRST, broken]).unwrap_err();
        assert!(matches!(error, OpenError::Migration { version: 2, .. }));
        let connection = open(&path, Durability::Full, &[FIRST, SECOND]).unwrap();
        let half = connection.prepare("SELECT a FROM half");
        assert!(half.is_err());
    }

    #[test]
    fn a_commit_of_the_full_class_waits_for_the_disk() {
        let folder = folder();
        let read = |connection: &Connection, pragma| -> String {
            connection
                .pragma_query_value(None, pragma, |row| {
                    row.get::<_, rusqlite::types::Value>(0)
                        .map(|value| format!("{value:?}"))
                })
                .unwrap()
        };
        let full = open(&folder.path().join("a.db"), Durability::Full, &[]).unwrap();
        assert_eq!(read(&full, "synchronous"), "Integer(2)");
        assert_eq!(read(&full, "journal_mode"), "Text(\"wal\")");
        assert_eq!(read(&full, "foreign_keys"), "Integer(1)");
        let normal = open(&folder.path().join("b.db"), Durability::Rebuildable, &[]).unwrap();
        assert_eq!(read(&normal, "synchronous"), "Integer(1)");
    }

    #[test]
    fn a_reader_sees_what_was_written_and_cannot_write() {
        let folder = folder();
        let path = folder.path().join("a.db");
        let writer = open(&path, Durability::Full, &[FIRST]).unwrap();
        let reader = open_reader(&path).unwrap();
        writer
            .execute("INSERT INTO things (name) VALUES ('one')", [])
            .unwrap();
        let count: i64 = reader
            .query_row("SELECT count(*) FROM things", [], |row| row.get(0))
            .unwrap();
        assert_eq!(count, 1);
        assert!(reader.execute("DELETE FROM things", []).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn others_on_the_computer_cannot_read_a_database() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = folder();
        let path = folder.path().join("a.db");
        let connection = open(&path, Durability::Full, &[FIRST]).unwrap();
        connection
            .execute("INSERT INTO things (name) VALUES ('one')", [])
            .unwrap();
        for name in ["a.db", "a.db-wal"] {
            let mode = fs::metadata(folder.path().join(name))
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o077, 0, "{name} has mode {mode:o}");
        }
    }
}
