//! What is said when something does not work.

use std::io::{self, ErrorKind};

use crate::journal::JournalError;
use crate::model::Problem;
use crate::transform::TransformError;

/// What is said when the journal cannot be opened at the start.
pub(super) fn from_opening(error: &JournalError) -> Problem {
    if matches!(error, JournalError::InUse) {
        return Problem::new("Lenticular is already open")
            .with_unaffected("Its uploads go on")
            .with_hint("Use the other window, or start this one with another --data-dir");
    }
    Problem::new(format!("The upload journal cannot be opened: {error}"))
        .with_unaffected("What was uploaded is in your account")
        .with_hint("Look whether the data folder may be written, and whether the disk has room")
}

/// What is said about a picture that cannot be shown.
pub(super) fn from_transform(error: &TransformError) -> Problem {
    let (_, code) = error.delivery_code();
    Problem::new(error.to_string()).with_code(code)
}

/// What the system says about a file, without its path.
pub(super) fn io_words(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "it is not there any more".to_owned(),
        ErrorKind::PermissionDenied => "you may not access it".to_owned(),
        ErrorKind::StorageFull => "the disk is full".to_owned(),
        kind => kind.to_string(),
    }
}
