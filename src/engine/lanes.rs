//! Lanes: how work runs in the background.
//!
//! Work that can be overtaken runs in a latest-wins lane: starting the next aborts the one
//! before. Whatever panics becomes [`Event::Failed`]; nothing takes the program down.

use std::collections::HashMap;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::{Mutex, PoisonError};

use futures_util::FutureExt;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use super::event::Event;
use super::wake::Waker;
use crate::model::Problem;

/// Sends events and wakes their reader. Bounded: who makes events waits for who reads them.
#[derive(Debug, Clone)]
pub(super) struct Events {
    sender: mpsc::Sender<Event>,
    waker: Waker,
}

impl Events {
    /// Events into `sender`.
    pub(super) const fn new(sender: mpsc::Sender<Event>, waker: Waker) -> Self {
        Self { sender, waker }
    }

    /// Sends an event. After the window is gone there is nobody left to tell.
    pub(super) async fn send(&self, event: Event) {
        if self.sender.send(event).await.is_err() {
            tracing::debug!("an event came after the window was closed");
        }
        self.waker.wake();
    }

    /// The waker alone.
    #[must_use]
    pub(super) const fn waker(&self) -> &Waker {
        &self.waker
    }
}

/// The lanes in which the next work overtakes the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Lane {
    /// Opening and closing profiles.
    Session,
    /// The page that is shown.
    Listing,
    /// The walk through the whole list.
    Walk,
    /// The image in the inspector.
    Inspector,
    /// The list of variants.
    Variants,
    /// What became of the upload links.
    Links,
    /// The signing keys.
    Keys,
    /// Saving to a folder.
    Download,
    /// What is in the open library.
    Library,
    /// The request log of the open library.
    Traffic,
}

/// Starts background work.
#[derive(Debug)]
pub(super) struct Lanes {
    events: Events,
    running: Mutex<HashMap<Lane, AbortHandle>>,
}

impl Lanes {
    /// Lanes that report to `events`.
    #[must_use]
    pub(super) fn new(events: Events) -> Self {
        Self {
            events,
            running: Mutex::new(HashMap::new()),
        }
    }

    /// Runs `work` beside everything else.
    pub(super) fn run(&self, work: impl Future<Output = ()> + Send + 'static) -> AbortHandle {
        let events = self.events.clone();
        tokio::spawn(async move {
            if let Err(panic) = AssertUnwindSafe(work).catch_unwind().await {
                events
                    .send(Event::Failed(problem_from_panic(panic.as_ref())))
                    .await;
            }
        })
        .abort_handle()
    }

    /// Runs `work` in place of what the lane was doing.
    pub(super) fn latest(&self, lane: Lane, work: impl Future<Output = ()> + Send + 'static) {
        let handle = self.run(work);
        let overtaken = self
            .running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(lane, handle);
        if let Some(overtaken) = overtaken {
            overtaken.abort();
        }
    }

    /// Stops what the lane is doing.
    pub(super) fn stop(&self, lane: Lane) {
        if let Some(handle) = self
            .running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&lane)
        {
            handle.abort();
        }
    }

    /// Stops everything that belongs to the open profile.
    pub(super) fn stop_session_work(&self) {
        for lane in [
            Lane::Listing,
            Lane::Walk,
            Lane::Inspector,
            Lane::Variants,
            Lane::Links,
            Lane::Keys,
            Lane::Download,
            Lane::Library,
            Lane::Traffic,
        ] {
            self.stop(lane);
        }
    }
}

/// What is said about a panic: never its text, which may hold anything.
pub(super) fn problem_from_panic(panic: &(dyn std::any::Any + Send)) -> Problem {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    tracing::error!(text, "background work broke");
    Problem::new("A background task broke unexpectedly")
        .with_unaffected("Nothing that was confirmed is lost")
        .with_hint("Try again; if it happens again, please report it")
        .retryable(true)
}

/// Runs blocking work (decoding, hashing, SQL, the keyring) on the blocking pool.
///
/// # Errors
/// A [`Problem`] when the work panicked.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| match error.try_into_panic() {
            Ok(panic) => problem_from_panic(panic.as_ref()),
            Err(_cancelled) => Problem::new("The program is closing"),
        })
}
