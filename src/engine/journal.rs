//! How the engine speaks with the journal: on the blocking pool, and with failures in words.

use std::sync::Arc;

use crate::journal::{Journal, JournalError};
use crate::model::Problem;

use super::lanes::blocking;

/// Reads or writes the journal; a write is on the disk when this returns.
///
/// # Errors
/// What is said when the journal does not answer.
pub(super) async fn in_journal<T: Send + 'static>(
    journal: &Arc<Journal>,
    work: impl FnOnce(&Journal) -> Result<T, JournalError> + Send + 'static,
) -> Result<T, Problem> {
    let journal = Arc::clone(journal);
    blocking(move || work(&journal))
        .await?
        .map_err(|error| problem_from_journal(&error))
}

/// What is said when the journal does not answer.
pub(super) fn problem_from_journal(error: &JournalError) -> Problem {
    tracing::error!(%error, "the journal does not answer");
    let what = match error {
        JournalError::DiskFull(_) => {
            "The upload queue could not be written: this computer's disk is full"
        }
        _ => "The upload queue could not be read or written",
    };
    let hint = match error {
        JournalError::DiskFull(_) => "Make room on the disk; it then goes on by itself",
        error => error.hint(),
    };
    Problem::new(what)
        .with_unaffected("What was confirmed is uploaded, and nothing in the queue is lost")
        .with_hint(hint)
        .retryable(true)
}
