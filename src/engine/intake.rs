//! What was handed over becomes items: written down as a gesture first, then looked at file by
//! file, and in the journal in batches.
//!
//! From the moment the gesture is in the journal, a crash loses nothing of it: the next run looks
//! at it again. Rows appear while the walk goes on.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::intake::{self, Candidate, Destination};
use crate::journal::{Gesture, JournalError};
use crate::model::upload::UploadSpecError;
use crate::model::{NewItem, Phase, Problem, Source, UploadSpec};

use super::event::Event;
use super::journal::{in_journal, problem_from_journal};
use super::lanes::{Events, Lanes, blocking};
use super::request::UploadInput;
use super::session::Session;

/// Items that are committed together; each commit waits for the disk.
const BATCH: usize = 64;
/// How long an item waits for others at the most, so that rows appear while a folder is walked.
const BATCH_TIME: Duration = Duration::from_millis(150);
/// How long it takes until a journal that could not be written is tried again.
const REST: Duration = Duration::from_secs(5);

/// Takes in what was dropped, chosen or pasted. What cannot even be written down goes back to
/// the window, which keeps it.
pub(super) async fn take_in(
    session: Arc<Session>,
    events: Events,
    staging: PathBuf,
    inputs: Vec<UploadInput>,
    spec: UploadSpec,
) {
    let kept = inputs.clone();
    let writer = Arc::clone(&session);
    let written = blocking(move || write_down(&writer, &staging, inputs, spec)).await;
    match written.and_then(|result| result) {
        Ok(gesture) => look_until_done(session, events, gesture, false).await,
        Err(problem) => {
            let inputs = kept;
            events.send(Event::NotTakenIn { inputs, problem }).await;
        }
    }
}

/// Goes on with what an earlier run had not looked at to the end.
pub(super) async fn resume(session: &Arc<Session>, lanes: &Lanes, events: &Events) {
    let profile = session.profile().id.clone();
    let found = in_journal(session.journal(), move |journal| {
        journal.take_up_gestures(&profile)
    });
    match found.await {
        Ok(gestures) => {
            for gesture in gestures {
                lanes.run(look_until_done(
                    Arc::clone(session),
                    events.clone(),
                    gesture,
                    true,
                ));
            }
        }
        Err(problem) => events.send(Event::Failed(problem)).await,
    }
}

/// Stages pasted pictures and commits the gesture. Blocking.
fn write_down(
    session: &Session,
    staging: &Path,
    inputs: Vec<UploadInput>,
    spec: UploadSpec,
) -> Result<Gesture, Problem> {
    spec.check().map_err(|error| refused(&error))?;
    let mut sources = Vec::with_capacity(inputs.len());
    for input in inputs {
        sources.push(match input {
            UploadInput::Path(path) => Source::File(path),
            UploadInput::Url(url) => Source::Url(url),
            UploadInput::Picture { size, rgba } => {
                let staged = intake::stage_png(staging, size, &rgba).map_err(|error| {
                    tracing::warn!(%error, "a pasted picture cannot be staged");
                    Problem::new("The pasted picture could not be kept for its upload")
                        .with_unaffected("It waits in the upload panel")
                        .with_hint("Make room on the disk, then upload it from there")
                })?;
                Source::Pasted(staged)
            }
        });
    }
    let operation = session
        .journal()
        .begin_gesture(&session.profile().id, &sources, &spec)
        .map_err(|error| {
            problem_from_journal(&error).with_unaffected("What you added waits in the upload panel")
        })?;
    Ok(Gesture {
        operation,
        sources,
        spec,
    })
}

fn refused(error: &UploadSpecError) -> Problem {
    Problem::new(error.to_string())
        .with_unaffected("Nothing was uploaded; what you added waits in the upload panel")
        .with_hint("Change the options, then upload it from there")
}

/// Looks at a gesture until all of it is in the journal. A journal that cannot be written (the
/// disk is full) is told once and tried again until it can.
async fn look_until_done(
    session: Arc<Session>,
    events: Events,
    gesture: Gesture,
    mut is_repeated: bool,
) {
    let at_work = AtWork::on(&session, &gesture);
    let gesture = Arc::new(gesture);
    let mut told = false;
    loop {
        let (looking, looked_at) = (Arc::clone(&session), Arc::clone(&gesture));
        let repeated = is_repeated;
        let done = blocking(move || look(&looking, &looked_at, repeated)).await;
        match done {
            Ok(Ok(warnings)) => {
                drop(at_work);
                if !warnings.is_empty() {
                    events.send(Event::IntakeWarnings(warnings)).await;
                }
                return;
            }
            Ok(Err(Failure::Spec(error))) => {
                // The options were checked before; should it come to this, it must not come again
                // with each start.
                let (journal, operation) = (Arc::clone(session.journal()), gesture.operation);
                let ended = blocking(move || journal.end_gesture(operation)).await;
                if let Ok(Err(error)) = ended {
                    tracing::warn!(%error, "a refused gesture stays in the journal");
                }
                return events.send(Event::Failed(refused(&error))).await;
            }
            Ok(Err(Failure::Journal(error))) => {
                if !told {
                    told = true;
                    events
                        .send(Event::Failed(problem_from_journal(&error)))
                        .await;
                }
            }
            Err(panicked) => return events.send(Event::Failed(panicked)).await,
        }
        is_repeated = true;
        tokio::time::sleep(REST).await;
        if session.uploads().is_closing() {
            return;
        }
    }
}

/// A gesture that is being looked at; let go of in whatever way the work ends.
struct AtWork {
    session: Arc<Session>,
    gesture: crate::model::OperationId,
}

impl AtWork {
    fn on(session: &Arc<Session>, gesture: &Gesture) -> Self {
        Self {
            session: Arc::clone(session),
            gesture: gesture.operation,
        }
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        self.session.journal().release_gesture(self.gesture);
    }
}

/// Why a gesture could not be brought to its end.
enum Failure {
    Spec(UploadSpecError),
    Journal(JournalError),
}

impl From<UploadSpecError> for Failure {
    fn from(error: UploadSpecError) -> Self {
        Self::Spec(error)
    }
}

impl From<JournalError> for Failure {
    fn from(error: JournalError) -> Self {
        Self::Journal(error)
    }
}

/// Looks at everything in the order of the gesture. Returns why some might be refused although
/// they are queued. Blocking.
fn look(
    session: &Arc<Session>,
    gesture: &Gesture,
    is_repeated: bool,
) -> Result<Vec<Problem>, Failure> {
    let destination = if session.profile().is_library() {
        Destination::Library
    } else {
        Destination::Account
    };
    let spec = &gesture.spec;
    let mut batch = Batch::new(session, gesture, is_repeated)?;
    let cancel = AtomicBool::new(false);
    // Runs of paths are walked together, so that equal ids in them are seen.
    let mut sources = gesture.sources.as_slice();
    while let Some(first) = sources.first() {
        let run = sources
            .iter()
            .take_while(|source| std::mem::discriminant(*source) == std::mem::discriminant(first))
            .count();
        let (these, rest) = sources.split_at(run);
        sources = rest;
        let paths = these.iter().filter_map(|source| match source {
            Source::File(path) | Source::Pasted(path) => Some(path.clone()),
            Source::Url(_) => None,
        });
        match first {
            Source::File(_) => {
                let paths: Vec<PathBuf> = paths.collect();
                let mut failed = None;
                intake::candidates(&paths, spec, destination, &cancel, &mut |candidate| {
                    if failed.is_none() {
                        failed = batch.push(candidate).err();
                        // What the journal does not take need not be looked at.
                        cancel.store(failed.is_some(), std::sync::atomic::Ordering::Relaxed);
                    }
                })?;
                failed.map_or(Ok(()), Err)?;
            }
            Source::Pasted(_) => {
                for path in paths {
                    let name = pasted_name();
                    batch.push(intake::pasted_candidate(&path, &name, spec, destination)?)?;
                }
            }
            Source::Url(_) => {
                let urls: Vec<String> = these
                    .iter()
                    .filter_map(|source| match source {
                        Source::Url(url) => Some(url.clone()),
                        _ => None,
                    })
                    .collect();
                for candidate in intake::url_candidates(&urls, spec)? {
                    batch.push(candidate)?;
                }
            }
        }
    }
    batch.commit()?;
    session.journal().end_gesture(gesture.operation)?;
    Ok(batch.warnings)
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
    gesture: &'a Gesture,
    checking: Checking,
    /// What an earlier look had brought into the journal.
    known: HashSet<Source>,
    items: Vec<NewItem>,
    warnings: Vec<Problem>,
    since: Instant,
}

impl<'a> Batch<'a> {
    fn new(
        session: &'a Arc<Session>,
        gesture: &'a Gesture,
        is_repeated: bool,
    ) -> Result<Self, JournalError> {
        let known = if is_repeated {
            session.journal().sources_of(gesture.operation)?
        } else {
            HashSet::new()
        };
        Ok(Self {
            session,
            gesture,
            checking: Checking::new(session, gesture.sources.len()),
            known,
            items: Vec::new(),
            warnings: Vec::new(),
            since: Instant::now(),
        })
    }

    fn push(&mut self, candidate: Candidate) -> Result<(), Failure> {
        self.checking.next();
        let mut item = candidate.item;
        if self.known.contains(&item.source) {
            return Ok(());
        }
        // The same bytes are uploaded once, unless the person says otherwise.
        if item.phase == Phase::Queued
            && let Some(hash) = &item.content_hash
        {
            let known = self
                .session
                .journal()
                .find_uploaded(&self.session.profile().id, hash)?;
            if let Some((of, at)) = known {
                item.phase = Phase::Duplicate { of, at };
            }
        }
        if item.phase == Phase::Queued {
            self.warnings.extend(candidate.warning);
        }
        self.items.push(item);
        if self.items.len() >= BATCH || self.since.elapsed() >= BATCH_TIME {
            self.commit()?;
        }
        Ok(())
    }

    fn commit(&mut self) -> Result<(), JournalError> {
        self.since = Instant::now();
        if self.items.is_empty() {
            return Ok(());
        }
        let items = std::mem::take(&mut self.items);
        let added = self.session.journal().add_items(
            &self.session.profile().id,
            self.gesture.operation,
            &items,
        )?;
        self.session.uploads().added(&added);
        Ok(())
    }
}

/// What is still looked at of one gesture, as the window shows it. It counts down to one, and to
/// none at its end: a folder holds more than one file.
struct Checking {
    session: Arc<Session>,
    left: usize,
}

impl Checking {
    fn new(session: &Arc<Session>, count: usize) -> Self {
        session.uploads().add_checking(count);
        Self {
            session: Arc::clone(session),
            left: count,
        }
    }

    fn next(&mut self) {
        if self.left > 1 {
            self.left -= 1;
            self.session.uploads().remove_checking(1);
        }
    }
}

impl Drop for Checking {
    fn drop(&mut self) {
        self.session.uploads().remove_checking(self.left);
    }
}
