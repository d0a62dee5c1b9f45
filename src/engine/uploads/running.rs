//! What is under way: the uploads at work, how far each is, and the row that the window shows for
//! an item.
//!
//! The phase of an item is in the journal; while it is worked on, its row says more: how many bytes
//! are on their way, or that the service is being asked.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use tokio::task::AbortHandle;

use crate::engine::event::{UploadRow, UploadState};
use crate::model::{ImageId, Item, ItemId, Phase, Problem};

use super::MAX_ATTEMPTS;

/// What the queue of a session remembers; what is not here is in the journal.
#[derive(Debug, Default)]
pub(super) struct Running {
    /// The uploads that are worked on.
    pub(super) active: HashMap<ItemId, Active>,
    pub(super) paused: bool,
    /// Things that were handed over and are still looked at.
    pub(super) checking: usize,
    /// Items of which the window has to be told.
    pub(super) changed: BTreeSet<ItemId>,
    /// Items that have left the queue.
    pub(super) removed: BTreeSet<ItemId>,
    /// Images that were confirmed.
    pub(super) uploaded: Vec<ImageId>,
    /// Bytes sent by uploads that have ended, for the speed.
    pub(super) sent_before: u64,
    /// Whether `paused` or `checking` has changed.
    pub(super) flags_changed: bool,
}

/// One upload under way.
#[derive(Debug)]
pub(super) struct Active {
    pub(super) abort: Option<AbortHandle>,
    pub(super) progress: Arc<Progress>,
    since: Timestamp,
    pub(super) item: Item,
}

/// How far one upload is; written by the connection, read ten times a second.
#[derive(Debug, Default)]
pub(in crate::engine) struct Progress {
    pub(in crate::engine) sent: AtomicU64,
    pub(in crate::engine) step: AtomicU64,
    doubt: Mutex<Option<(Problem, Timestamp)>>,
}

impl Progress {
    /// Nothing is done until then: there was no answer, for this reason.
    pub(in crate::engine) fn wait_in_doubt(&self, problem: Problem, until: Timestamp) {
        *self.doubt.lock().unwrap_or_else(PoisonError::into_inner) = Some((problem, until));
    }
}

/// What an upload under way is doing.
pub(in crate::engine) mod step {
    // Zero, the default, means that nothing is sent yet.

    /// Bytes are on their way.
    pub(in crate::engine) const SENDING: u64 = 1;
    /// The service is asked what it has.
    pub(in crate::engine) const CHECKING: u64 = 2;
}

impl Running {
    /// The row of an item, as the window shows it.
    pub(super) fn row(&self, item: &Item) -> UploadRow {
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
    /// An item that is about to be worked on.
    pub(super) fn new(item: Item, progress: Arc<Progress>) -> Self {
        Self {
            abort: None,
            progress,
            since: Timestamp::now(),
            item,
        }
    }

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
