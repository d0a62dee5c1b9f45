//! The upload queue at work: claims items from the journal, sends a few at a time, and tells the
//! window ten times a second what is new.
//!
//! The journal is the truth; what is kept here is only what is under way. So closing the window
//! is like cutting the power: the next run goes on where the journal says.

mod commands;
mod report;
mod running;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::Notify;

use crate::model::{Item, ItemId, Problem};

use super::event::Event;
use super::intake;
use super::journal::in_journal;
use super::lanes::{Events, Lanes};
use super::session::Session;
use super::uploader;

use report::{Reporter, send_whole};
use running::{Active, Running};

pub(super) use running::{Progress, step};

/// Files sent at the same time. Each is small (10 MB at most), so that the way to the server and
/// its answer dominate; more would only make each of them slower.
const AT_ONCE: usize = 4;

/// How often an upload is tried before a person has to decide.
pub(super) const MAX_ATTEMPTS: u32 = 8;

/// How long a journal that could not be read or written is left alone.
const AFTER_FAILED_CLAIM: Duration = Duration::from_secs(5);

/// How often the window is told what is new.
const TICK: Duration = Duration::from_millis(100);

/// The queue of one session.
#[derive(Debug, Default)]
pub(super) struct UploadRunner {
    state: Mutex<Running>,
    changed: Notify,
    closing: AtomicBool,
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
        if let Err(problem) = send_whole(&session, &events).await {
            events.send(Event::Failed(problem)).await;
        }
        intake::resume(&session, &lanes, &events).await;
        let mut reporter = Reporter::new();
        let mut claim = true;
        let mut claim_from = Instant::now();
        let mut last_told = None;
        loop {
            let runner = session.uploads();
            if runner.is_closing() {
                return;
            }
            let mut wait = Duration::from_hours(1);
            let too_soon = claim_from.saturating_duration_since(Instant::now());
            if !too_soon.is_zero() {
                wait = too_soon;
            } else if claim {
                match runner.claim(&session, &lanes).await {
                    Ok(next) => {
                        wait = next.unwrap_or(wait);
                        last_told = None;
                    }
                    Err(problem) => {
                        claim_from = Instant::now() + AFTER_FAILED_CLAIM;
                        wait = AFTER_FAILED_CLAIM;
                        // A full disk is told once, not every few seconds.
                        if last_told.as_ref() != Some(&problem) {
                            last_told = Some(problem.clone());
                            events.send(Event::Failed(problem)).await;
                        }
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
        let profile = session.profile().id.clone();
        let (items, next) = in_journal(session.journal(), move |journal| {
            let items = if room > 0 {
                journal.claim(&profile, room, now)?
            } else {
                Vec::new()
            };
            Ok((items, journal.next_retry_at(&profile)?))
        })
        .await?;
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
        let active = Active::new(item.clone(), Arc::clone(&progress));
        self.state().active.insert(id, active);
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

/// The whole queue of the session's profile, in its order.
async fn all_items(session: &Session) -> Result<Vec<Item>, Problem> {
    let profile = session.profile().id.clone();
    in_journal(session.journal(), move |journal| {
        journal.items(&profile, 0, usize::MAX)
    })
    .await
}
