//! The journal: nothing accepted is ever lost.
//!
//! An item is committed *before* the step it announces begins, so after a crash each item says how
//! far its work may have got; [`Journal::recover`] turns that into what to do next. Leaving the
//! program needs no ceremony: a closed window and a power cut are the same to the journal.
//!
//! What was handed over but not looked at yet is a [`Gesture`]; it outlives a crash as items do.
//!
//! One process at a time writes it. Which items are being worked on is remembered in memory only,
//! so that a crash forgets it. A reservation stays with its item through failure, pause and
//! cancellation: trying again then asks what became of it instead of reserving a second id.
//!
//! Times are UTC, in microseconds; sizes are bytes; paths are stored as the person gave them.
//! One-time URLs are secrets: they are here, in a file only its owner may read, and nowhere else.

mod claims;
mod clearing;
mod control;
mod error;
mod gestures;
mod links;
mod queue;
mod rows;
mod schema;
mod uploaded;
mod view;

#[cfg(test)]
mod testing;

use std::collections::{HashMap, HashSet};
use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, Transaction, TransactionBehavior};

pub use clearing::Removed;
pub use control::{Cancelled, Changed};
pub use error::JournalError;
pub use gestures::Gesture;
pub use links::UploadLink;
pub use queue::Recovered;
pub use view::{Counts, Operation};

use crate::model::{ItemId, OperationId, ProfileId};
use crate::sqlite::{self, Durability};

/// What the calls of the journal return.
pub type Result<T> = std::result::Result<T, JournalError>;

/// The durable record of all uploads. Every call blocks until the disk has it.
#[derive(Debug)]
pub struct Journal {
    state: Mutex<State>,
    released: Mutex<Released>,
    /// Held as long as the journal is open; the system releases it whatever ends the process.
    _lock: File,
}

#[derive(Debug)]
struct State {
    connection: Connection,
    /// Items that somebody works on right now, with the profile they belong to.
    leased: HashMap<ItemId, ProfileId>,
    /// Gestures that somebody is looking at right now.
    gestures_at_work: HashSet<OperationId>,
}

/// What is not worked on any more, until the next one looks at the state.
///
/// Work that is broken off says so from wherever it was, and cannot wait there until the database
/// has written.
#[derive(Debug, Default)]
struct Released {
    items: Vec<ItemId>,
    gestures: Vec<OperationId>,
}

impl Journal {
    /// Opens the journal; makes it when it does not exist.
    ///
    /// # Errors
    /// [`JournalError::InUse`] when another process has it open, [`JournalError::Open`] when the
    /// file is damaged or was written by a newer program.
    pub fn open(path: &Path) -> Result<Self> {
        let lock = lock_beside(path)?;
        let connection = sqlite::open(path, Durability::Full, schema::MIGRATIONS)?;
        // A one-time URL that is no longer needed shall not linger in free pages.
        connection.pragma_update(None, "secure_delete", true)?;
        Ok(Self {
            state: Mutex::new(State {
                connection,
                leased: HashMap::new(),
                gestures_at_work: HashSet::new(),
            }),
            released: Mutex::default(),
            _lock: lock,
        })
    }

    /// A panic while the lock was held rolled its transaction back, so the state behind a poisoned
    /// lock is sound.
    fn state(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let released = std::mem::take(&mut *self.released());
        for id in &released.items {
            state.leased.remove(id);
        }
        for gesture in &released.gestures {
            state.gestures_at_work.remove(gesture);
        }
        state
    }

    fn released(&self) -> MutexGuard<'_, Released> {
        self.released.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Everything in it is committed together, or nothing is.
    fn transaction(&mut self) -> Result<Transaction<'_>> {
        Ok(self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?)
    }
}

/// The lock is a file of its own: the database locks its own file by itself.
fn lock_beside(path: &Path) -> Result<File> {
    let mut lock_path = path.as_os_str().to_owned();
    lock_path.push(".lock");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(JournalError::Lock)?;
    }
    let file = options.open(lock_path).map_err(JournalError::Lock)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(JournalError::InUse),
        Err(TryLockError::Error(error)) => Err(JournalError::Lock(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{journal_in, profile};
    use super::*;

    #[test]
    fn a_second_window_cannot_open_the_same_journal() {
        let folder = tempfile::tempdir().unwrap();
        let first = journal_in(folder.path());
        let path = folder.path().join("journal.db");
        assert!(matches!(Journal::open(&path), Err(JournalError::InUse)));
        drop(first);
        assert!(Journal::open(&path).is_ok());
    }

    #[test]
    fn a_journal_of_a_newer_program_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.db");
        let journal = journal_in(folder.path());
        journal.add_operation(&profile(), "drop").unwrap();
        let newer = u32::try_from(schema::MIGRATIONS.len()).unwrap() + 1;
        journal
            .state()
            .connection
            .pragma_update(None, "user_version", newer)
            .unwrap();
        drop(journal);
        let before = std::fs::read(&path).unwrap();
        let error = Journal::open(&path).unwrap_err();
        assert!(matches!(
            error,
            JournalError::Open(sqlite::OpenError::Newer { .. })
        ));
        assert!(error.hint().contains("newer"));
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }

    #[cfg(unix)]
    #[test]
    fn others_on_the_computer_cannot_read_the_journal() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let journal = journal_in(folder.path());
        journal.add_operation(&profile(), "drop").unwrap();
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            let entry = entry.unwrap();
            let mode = entry.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{:?} has mode {mode:o}", entry.file_name());
        }
    }
}
