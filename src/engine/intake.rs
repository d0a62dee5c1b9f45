//! From a drop to the queue: looked at file by file, and in the journal in batches.
//!
//! From the commit of a batch on, a crash loses nothing of it; rows appear while the walk goes on.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::intake::{self, Candidate, Destination};
use crate::model::{NewItem, OperationId, Phase, Problem, UploadSpec};

use super::request::UploadInput;
use super::session::Session;
use super::uploads::{Checking, problem_from_journal};

/// Items that are committed together; each commit waits for the disk.
const BATCH: usize = 64;
/// How long an item waits for others at the most, so that rows appear while a folder is walked.
const BATCH_TIME: Duration = Duration::from_millis(150);

/// Looks at what was dropped, chosen or pasted, and writes it into the journal. Blocking.
pub(super) fn take_in(
    session: &Arc<Session>,
    staging: &Path,
    inputs: Vec<UploadInput>,
    spec: &UploadSpec,
    checking: &mut Checking,
) -> Result<(), Problem> {
    let destination = if session.profile().is_library() {
        Destination::Library
    } else {
        Destination::Account
    };
    let mut batch = Batch::new(session, checking)?;
    let refused = |error: crate::model::upload::UploadSpecError| {
        Problem::new(error.to_string())
            .with_unaffected("Nothing was uploaded")
            .with_hint("Change the options and add the files again")
    };
    // The order of the gesture is kept: runs of paths and of addresses are taken in as they stand.
    let mut paths = Vec::new();
    let mut urls = Vec::new();
    let cancel = AtomicBool::new(false);
    let flush_paths = |paths: &mut Vec<std::path::PathBuf>, batch: &mut Batch<'_>| {
        let taken = std::mem::take(paths);
        if taken.is_empty() {
            return Ok(());
        }
        let mut failed = None;
        intake::candidates(&taken, spec, destination, &cancel, &mut |candidate| {
            if failed.is_none() {
                failed = batch.push(candidate).err();
            }
        })
        .map_err(refused)?;
        failed.map_or(Ok(()), Err)
    };
    for input in inputs {
        match input {
            UploadInput::Path(path) => paths.push(path),
            UploadInput::Url(url) => urls.push(url),
            UploadInput::Picture { size, rgba } => {
                flush_paths(&mut paths, &mut batch)?;
                let staged = intake::stage_png(staging, size, &rgba).map_err(|error| {
                    tracing::warn!(%error, "a pasted picture cannot be staged");
                    Problem::new("The pasted picture could not be kept for its upload")
                        .with_hint("Make room on the disk and paste it again")
                })?;
                let candidate =
                    intake::pasted_candidate(&staged, &pasted_name(), spec, destination)
                        .map_err(refused)?;
                batch.push(candidate)?;
            }
        }
    }
    flush_paths(&mut paths, &mut batch)?;
    for candidate in intake::url_candidates(&urls, spec).map_err(refused)? {
        batch.push(candidate)?;
    }
    batch.commit()
}

/// `pasted 2026-11-24 14.32.05.png`
fn pasted_name() -> String {
    format!(
        "pasted {}.png",
        Timestamp::now()
            .to_zoned_datetime(jiff::tz::TimeZone::system())
            .strftime("%Y-%m-%d %H.%M.%S")
    )
}

/// Items on their way into the journal.
struct Batch<'a> {
    session: &'a Arc<Session>,
    checking: &'a mut Checking,
    operation: OperationId,
    items: Vec<NewItem>,
    since: Instant,
}

impl<'a> Batch<'a> {
    fn new(session: &'a Arc<Session>, checking: &'a mut Checking) -> Result<Self, Problem> {
        let label = Timestamp::now().to_string();
        let operation = session
            .journal()
            .add_operation(&session.profile().id, &label);
        let operation = operation.map_err(|error| problem_from_journal(&error))?;
        Ok(Self {
            session,
            checking,
            operation,
            items: Vec::new(),
            since: Instant::now(),
        })
    }

    fn push(&mut self, candidate: Candidate) -> Result<(), Problem> {
        let mut item = candidate.item;
        // The same bytes are uploaded once, unless the person says otherwise.
        if item.phase == Phase::Queued
            && let Some(hash) = &item.content_hash
        {
            let known = self
                .session
                .journal()
                .find_uploaded(&self.session.profile().id, hash);
            if let Some((of, at)) = known.map_err(|error| problem_from_journal(&error))? {
                item.phase = Phase::Duplicate { of, at };
            }
        }
        self.items.push(item);
        self.checking.next();
        if self.items.len() >= BATCH || self.since.elapsed() >= BATCH_TIME {
            self.commit()?;
        }
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Problem> {
        self.since = Instant::now();
        if self.items.is_empty() {
            return Ok(());
        }
        let items = std::mem::take(&mut self.items);
        let added = self
            .session
            .journal()
            .add_items(&self.session.profile().id, self.operation, &items)
            .map_err(|error| problem_from_journal(&error))?;
        self.session.uploads().added(&added);
        Ok(())
    }
}
