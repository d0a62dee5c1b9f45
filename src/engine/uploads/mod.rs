//! The upload queue at work: claims items from the journal, sends a few at a time, and tells the
//! window ten times a second what is new.
//!
//! The journal is the truth; what is kept here is only what is under way. So closing the window
//! is like cutting the power: the next run goes on where the journal says.

mod report;

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Notify;
use tokio::task::AbortHandle;

use crate::journal::JournalError;
use crate::model::{Image, ImageId, Item, ItemId, Phase, Problem};

use super::event::{Event, UploadRow, UploadState, UploadsDelta};
use super::intake;
use super::lanes::{Events, Lanes, blocking};
use super::request::UploadCommand;
use super::session::Session;
use super::uploader;

use report::Reporter;

/// Files sent at the same time. Each is small (10 MB at most), so that the way to the server and
/// its answer dominate; more would only make each of them slower.
const AT_ONCE: usize = 4;

/// How often an upload is tried before a person has to decide.
pub(super) const MAX_ATTEMPTS: u32 = 8;

/// How often the window is told what is new.
const TICK: Duration = Duration::from_millis(100);

/// The queue of one session.
#[derive(Debug, Default)]
pub(super) struct UploadRunner {
    state: Mutex<Running>,
    changed: Notify,
    closing: AtomicBool,
}

#[derive(Debug, Default)]
struct Running {
    active: HashMap<ItemId, Active>,
    paused: bool,
    checking: usize,
    changed: BTreeSet<ItemId>,
    removed: BTreeSet<ItemId>,
    uploaded: Vec<ImageId>,
    /// Bytes sent by uploads that have ended, for the speed.
    sent_before: u64,
    flags_changed: bool,
}

/// One upload under way.
#[derive(Debug)]
struct Active {
    abort: Option<AbortHandle>,
    progress: Arc<Progress>,
    since: Timestamp,
    item: Item,
}

/// How far one upload is; written by the connection, read ten times a second.
#[derive(Debug, Default)]
pub(super) struct Progress {
    pub(super) sent: AtomicU64,
    pub(super) step: AtomicU64,
    doubt: Mutex<Option<(Problem, Timestamp)>>,
}

impl Progress {
    /// Nothing is done until then: there was no answer, for this reason.
    pub(super) fn wait_in_doubt(&self, problem: Problem, until: Timestamp) {
        *self.doubt.lock().unwrap_or_else(PoisonError::into_inner) = Some((problem, until));
    }
}

/// What an upload under way is doing.
pub(super) mod step {
    // Zero, the default, means that nothing is sent yet.

    /// Bytes are on their way.
    pub(in crate::engine) const SENDING: u64 = 1;
    /// The service is asked what it has.
    pub(in crate::engine) const CHECKING: u64 = 2;
}

impl UploadRunner {
    fn state(&self) -> std::sync::MutexGuard<'_, Running> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Items are new or have changed.
    fn touch(&self, ids: impl IntoIterator<Item = ItemId>) {
        self.state().changed.extend(ids);
        self.changed.notify_one();
    }

    /// Works for as long as the session is open.
    pub(super) async fn work(session: Arc<Session>, lanes: Arc<Lanes>, events: Events) {
        if let Err(problem) = session.uploads().send_whole(&session, &events).await {
            events.send(Event::Failed(problem)).await;
        }
        intake::resume(&session, &lanes, &events).await;
        let mut reporter = Reporter::new();
        let mut claim = true;
        loop {
            let runner = session.uploads();
            if runner.is_closing() {
                return;
            }
            let mut wait = Duration::from_hours(1);
            if claim {
                match runner.claim(&session, &lanes).await {
                    Ok(next) => wait = next.unwrap_or(wait),
                    Err(problem) => {
                        events.send(Event::Failed(problem)).await;
                        wait = Duration::from_secs(5);
                    }
                }
            }
            if let Err(problem) = reporter.report(&session, &events).await {
                events.send(Event::Failed(problem)).await;
            }
            if runner.is_busy() || reporter.holds_back() {
                wait = wait.min(TICK);
            }
            // A change starts the next look at once; otherwise the clock does.
            claim = tokio::select! {
                () = runner.changed.notified() => true,
                () = tokio::time::sleep(wait) => wait > TICK || !runner.is_full(),
            };
        }
    }

    fn is_busy(&self) -> bool {
        let state = self.state();
        !state.active.is_empty() || !state.changed.is_empty() || state.checking > 0
    }

    fn is_full(&self) -> bool {
        self.state().active.len() >= AT_ONCE
    }

    /// Whether the session is about to end.
    pub(super) fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Relaxed)
    }

    /// Stops everything that is under way, as a power cut would.
    pub(super) fn stop(&self) {
        self.closing.store(true, Ordering::Relaxed);
        for active in self.state().active.values() {
            if let Some(abort) = &active.abort {
                abort.abort();
            }
        }
        self.changed.notify_one();
    }

    /// Starts as many items as there is room for. Returns when the next one is due by itself.
    async fn claim(
        &self,
        session: &Arc<Session>,
        lanes: &Lanes,
    ) -> Result<Option<Duration>, Problem> {
        let (room, paused) = {
            let state = self.state();
            (AT_ONCE.saturating_sub(state.active.len()), state.paused)
        };
        let now = Timestamp::now();
        if paused {
            return Ok(None);
        }
        let (journal, profile) = (Arc::clone(session.journal()), session.profile().id.clone());
        let (items, next) = blocking(move || {
            let items = if room > 0 {
                journal.claim(&profile, room, now)?
            } else {
                Vec::new()
            };
            Ok::<_, JournalError>((items, journal.next_retry_at(&profile)?))
        })
        .await?
        .map_err(|error| problem_from_journal(&error))?;
        for item in items {
            self.start(session, lanes, item);
        }
        Ok(next.map(|at| {
            Duration::try_from(at.duration_since(Timestamp::now()))
                .unwrap_or_default()
                .max(TICK)
        }))
    }

    fn start(&self, session: &Arc<Session>, lanes: &Lanes, item: Item) {
        let progress = Arc::new(Progress::default());
        let id = item.id;
        self.state().active.insert(
            id,
            Active {
                abort: None,
                progress: Arc::clone(&progress),
                since: Timestamp::now(),
                item: item.clone(),
            },
        );
        let work_session = Arc::clone(session);
        let abort = lanes.run(async move {
            // Whatever way the work ends, by itself, aborted or in a panic, the item is let go.
            let _under_way = UnderWay {
                session: Arc::clone(&work_session),
                id,
            };
            if let Some(image) = uploader::upload(&work_session, &item, &progress).await {
                work_session.learn_from(&image);
                work_session.uploads().state().uploaded.push(image.id);
            }
        });
        if let Some(active) = self.state().active.get_mut(&id) {
            active.abort = Some(abort);
        }
    }

    /// Carries out a command.
    pub(super) async fn command(
        &self,
        session: &Arc<Session>,
        command: UploadCommand,
    ) -> Result<(), Problem> {
        let profile = session.profile().id.clone();
        match command {
            UploadCommand::PauseAll => {
                let running: Vec<ItemId> = {
                    let mut state = self.state();
                    state.paused = true;
                    state.flags_changed = true;
                    state.active.keys().copied().collect()
                };
                self.interrupt(&running).await;
                self.in_journal(session, move |journal| journal.pause_all(&profile))
                    .await?;
                self.touch_all(session).await
            }
            UploadCommand::ResumeAll => {
                {
                    let mut state = self.state();
                    state.paused = false;
                    state.flags_changed = true;
                }
                self.in_journal(session, move |journal| {
                    journal.resume_all(&profile).map(|_| ())
                })
                .await?;
                self.touch_all(session).await
            }
            UploadCommand::Cancel(ids) => self.cancel(session, ids).await,
            UploadCommand::CancelAll => {
                let items = self.all_items(session).await?;
                let open = items
                    .iter()
                    .filter(|item| !item.what.phase.is_settled())
                    .map(|item| item.id)
                    .collect();
                self.cancel(session, open).await
            }
            UploadCommand::Retry(ids) => {
                let touched = ids.clone();
                self.in_journal(session, move |journal| journal.retry(&ids).map(|_| ()))
                    .await?;
                self.touch(touched);
                Ok(())
            }
            UploadCommand::RetryFailed => {
                self.in_journal(session, move |journal| {
                    journal.retry_failed(&profile).map(|_| ())
                })
                .await?;
                self.touch_all(session).await
            }
            UploadCommand::UploadAnyway(id) => {
                self.in_journal(session, move |journal| journal.upload_anyway(id))
                    .await?;
                self.touch([id]);
                Ok(())
            }
            UploadCommand::Remove(ids) => {
                let removed = ids.clone();
                let outcome = self
                    .in_journal(session, move |journal| journal.remove(&profile, &ids))
                    .await?;
                self.removed(removed, outcome.staged).await
            }
            UploadCommand::ClearSettled => {
                let settled: Vec<ItemId> = self
                    .all_items(session)
                    .await?
                    .iter()
                    .filter(|item| item.what.phase.is_settled())
                    .map(|item| item.id)
                    .collect();
                let outcome = self
                    .in_journal(session, move |journal| journal.remove_settled(&profile))
                    .await?;
                self.removed(settled, outcome.staged).await
            }
        }
    }

    async fn cancel(&self, session: &Arc<Session>, ids: Vec<ItemId>) -> Result<(), Problem> {
        self.interrupt(&ids).await;
        let cancelled = ids.clone();
        let outcome = self
            .in_journal(session, move |journal| journal.cancel(&cancelled))
            .await?;
        self.touch(ids);
        // What was reserved is given back. Whatever becomes of that, a draft is not an image and
        // the service lets it expire.
        let session = Arc::clone(session);
        tokio::spawn(async move {
            for (id, reservation) in outcome.unclear {
                if let Some(reservation) = reservation {
                    uploader::release(&session, id, &reservation).await;
                    session.uploads().touch([id]);
                }
            }
        });
        Ok(())
    }

    /// Rows have left the queue; pasted pictures that nothing needs any more leave the disk.
    async fn removed(&self, ids: Vec<ItemId>, staged: Vec<PathBuf>) -> Result<(), Problem> {
        self.state().removed.extend(ids);
        self.changed.notify_one();
        blocking(move || {
            for path in staged {
                if let Err(error) = std::fs::remove_file(&path) {
                    tracing::debug!(%error, "a pasted picture stays in the staging folder");
                }
            }
        })
        .await
    }

    /// Aborts uploads under way, and waits until they have let go of their items.
    async fn interrupt(&self, ids: &[ItemId]) {
        let handles: Vec<AbortHandle> = {
            let state = self.state();
            ids.iter()
                .filter_map(|id| state.active.get(id)?.abort.clone())
                .collect()
        };
        for handle in &handles {
            handle.abort();
        }
        while handles.iter().any(|handle| !handle.is_finished()) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    async fn in_journal<T: Send + 'static>(
        &self,
        session: &Session,
        work: impl FnOnce(&crate::journal::Journal) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, Problem> {
        let journal = Arc::clone(session.journal());
        blocking(move || work(&journal))
            .await?
            .map_err(|error| problem_from_journal(&error))
    }

    async fn all_items(&self, session: &Session) -> Result<Vec<Item>, Problem> {
        let profile = session.profile().id.clone();
        self.in_journal(session, move |journal| {
            journal.items(&profile, 0, usize::MAX)
        })
        .await
    }

    async fn touch_all(&self, session: &Session) -> Result<(), Problem> {
        let ids: Vec<ItemId> = self
            .all_items(session)
            .await?
            .iter()
            .map(|item| item.id)
            .collect();
        self.touch(ids);
        Ok(())
    }

    async fn send_whole(&self, session: &Session, events: &Events) -> Result<(), Problem> {
        let items = self.all_items(session).await?;
        let paused = {
            let profile = session.profile().id.clone();
            self.in_journal(session, move |journal| journal.is_paused(&profile))
                .await?
        };
        let delta = {
            let mut state = self.state();
            state.paused = paused;
            UploadsDelta {
                changed: items.iter().map(|item| state.row(item)).collect(),
                is_whole: true,
                paused: state.paused,
                checking: state.checking,
                ..UploadsDelta::default()
            }
        };
        events.send(Event::Uploads(Box::new(delta))).await;
        Ok(())
    }

    /// Items have entered the queue.
    pub(super) fn added(&self, items: &[Item]) {
        self.touch(items.iter().map(|item| item.id));
    }

    /// That many things more are looked at.
    pub(super) fn add_checking(&self, count: usize) {
        let mut state = self.state();
        state.checking += count;
        state.flags_changed = true;
        drop(state);
        self.changed.notify_one();
    }

    /// That many things less are looked at.
    pub(super) fn remove_checking(&self, count: usize) {
        let mut state = self.state();
        state.checking = state.checking.saturating_sub(count);
        state.flags_changed = true;
        drop(state);
        self.changed.notify_one();
    }
}

/// Lets go of an item when its work ends, in whatever way.
struct UnderWay {
    session: Arc<Session>,
    id: ItemId,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let runner = self.session.uploads();
        {
            let mut state = runner.state();
            if let Some(active) = state.active.remove(&self.id) {
                state.sent_before += active.progress.sent.load(Ordering::Relaxed);
            }
            state.changed.insert(self.id);
        }
        self.session.journal().release(&[self.id]);
        runner.changed.notify_one();
    }
}

impl Running {
    fn row(&self, item: &Item) -> UploadRow {
        let what = &item.what;
        let state = match self.active.get(&item.id) {
            Some(active) => active.state(what.size.0),
            None => state_from_phase(item, self.paused),
        };
        let reserved = match &what.phase {
            Phase::Reserved(reservation)
            | Phase::Sending(Some(reservation))
            | Phase::InDoubt(Some(reservation)) => Some(reservation.id.clone()),
            Phase::Done { id, .. } => Some(id.clone()),
            _ => None,
        };
        UploadRow {
            id: item.id,
            source: what.source.clone(),
            file_name: what.file_name.clone(),
            size: what.size,
            content_hash: what.content_hash,
            image_id: what.wanted_id.clone().or(reserved),
            require_signed_urls: what.require_signed_urls,
            state,
        }
    }
}

impl Active {
    fn state(&self, size: u64) -> UploadState {
        let doubt = self.progress.doubt.lock();
        if let Some((problem, at)) = doubt.unwrap_or_else(PoisonError::into_inner).clone() {
            return UploadState::WillRetry {
                problem,
                at,
                attempt: self.item.attempts.max(1),
                of: MAX_ATTEMPTS,
            };
        }
        let sent = self.progress.sent.load(Ordering::Relaxed);
        match self.progress.step.load(Ordering::Relaxed) {
            step::CHECKING => UploadState::Checking,
            step::SENDING if size > 0 && sent >= size => UploadState::Finishing,
            step::SENDING => UploadState::Sending {
                sent,
                since: self.since,
            },
            _ => UploadState::Sending {
                sent: 0,
                since: self.since,
            },
        }
    }
}

fn state_from_phase(item: &Item, paused: bool) -> UploadState {
    match &item.what.phase {
        Phase::Queued | Phase::Reserved(_) | Phase::Sending(_) | Phase::InDoubt(_) if paused => {
            UploadState::Paused
        }
        Phase::Queued | Phase::Reserved(_) | Phase::Sending(_) => UploadState::Waiting,
        Phase::InDoubt(_) => UploadState::Checking,
        Phase::Done { id, .. } => UploadState::Done { id: id.clone() },
        Phase::Failed {
            retry_at: Some(_), ..
        } if paused => UploadState::Paused,
        Phase::Failed {
            problem,
            retry_at: Some(at),
        } => UploadState::WillRetry {
            problem: problem.clone(),
            at: *at,
            attempt: item.attempts,
            of: MAX_ATTEMPTS,
        },
        Phase::Failed {
            problem,
            retry_at: None,
        } => UploadState::Failed(problem.clone()),
        Phase::Paused => UploadState::Paused,
        Phase::Duplicate { of, at } => UploadState::Duplicate {
            of: of.clone(),
            at: *at,
        },
        Phase::Cancelled => UploadState::Cancelled,
    }
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

/// An image that has just been confirmed.
pub(super) type Confirmed = Option<Image>;
