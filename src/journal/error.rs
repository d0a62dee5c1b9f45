//! What can go wrong with the journal, by meaning.

use crate::model::ItemId;
use crate::sqlite::OpenError;

/// Why the journal could not be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Another process has it open.
    #[error("another window of this program is already using these uploads")]
    InUse,
    /// The database could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The lock could not be taken.
    #[error("could not lock the journal")]
    Lock(#[source] std::io::Error),
    /// The disk has no room left; what was committed before is safe.
    #[error("the disk is full")]
    DiskFull(#[source] rusqlite::Error),
    /// SQLite refused.
    #[error("the journal could not be read or written")]
    Sqlite(#[source] rusqlite::Error),
    /// The item is not in the journal, or no longer.
    #[error("there is no upload with the number {}", .0.0)]
    NoSuchItem(ItemId),
    /// The work was overtaken, by the person or by an earlier answer: it has to stop.
    #[error("an upload that is {from} cannot become {to}")]
    NotAllowed {
        /// The phase it has.
        from: &'static str,
        /// The phase it was to get.
        to: &'static str,
    },
    /// A row holds what this program never writes.
    #[error("a row of the journal is damaged: {0}")]
    Damaged(String),
}

impl JournalError {
    /// What the person can do.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::InUse => "Close the other window, or go on there",
            Self::Open(OpenError::Newer { .. }) => {
                "It was written by a newer version of this program: update this one"
            }
            Self::Open(_) | Self::Lock(_) => {
                "Check that the folder exists, that it is yours, and that the disk has room"
            }
            Self::DiskFull(_) => "Free some space and try again; nothing was lost",
            Self::Sqlite(_) | Self::Damaged(_) => {
                "Try again; if it stays, keep a copy of the file journal.db and report it"
            }
            Self::NoSuchItem(_) | Self::NotAllowed { .. } => "Look at the list again",
        }
    }
}

impl From<rusqlite::Error> for JournalError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::DiskFull(error),
            _ => Self::Sqlite(error),
        }
    }
}
