//! From a drop to the queue: looked at file by file, and in the journal in batches.

use std::path::Path;
use std::sync::Arc;

use crate::model::{Problem, UploadSpec};

use super::request::UploadInput;
use super::session::Session;

pub(super) fn take_in(
    _session: &Arc<Session>,
    _staging: &Path,
    _inputs: Vec<UploadInput>,
    _spec: &UploadSpec,
) -> Result<(), Problem> {
    Ok(())
}
