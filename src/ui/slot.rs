//! `Slot<T>`: a value that one view waits for. Closing the view, or asking anew, cancels the work.
//!
//! What outlives the view is a `Request` instead. The promise is `poll_promise`'s; this is its
//! only user.

use std::future::Future;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use poll_promise::Promise;
use tokio::task::AbortHandle;

use crate::engine::Handle;
use crate::model::Problem;

/// A value that is on its way or there. The latest question wins; the value before it stays until
/// the next one is there.
pub(super) struct Slot<T: Send + 'static> {
    waiting: Option<(Promise<Result<T, Problem>>, AbortOnDrop)>,
    value: Option<T>,
    problem: Option<Problem>,
}

/// Ends the work with the one who waited for it.
struct AbortOnDrop(AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl<T: Send + 'static> Default for Slot<T> {
    fn default() -> Self {
        Self {
            waiting: None,
            value: None,
            problem: None,
        }
    }
}

impl<T: Send + 'static> Slot<T> {
    /// Starts work in place of what was under way.
    pub(super) fn start(
        &mut self,
        engine: &Handle,
        work: impl Future<Output = Result<T, Problem>> + Send + 'static,
    ) {
        let (sender, promise) = Promise::new();
        let waker = engine.waker().clone();
        let abort = engine.spawn(async move {
            let result = AssertUnwindSafe(work).catch_unwind().await;
            sender.send(result.unwrap_or_else(|_panic| {
                Err(Problem::new("A background task broke unexpectedly"))
            }));
            waker.wake();
        });
        self.problem = None;
        self.waiting = Some((promise, AbortOnDrop(abort)));
    }

    /// Takes in what has come. Call it once a frame, before reading.
    pub(super) fn poll(&mut self) {
        let is_ready = self
            .waiting
            .as_ref()
            .is_some_and(|(promise, _)| promise.ready().is_some());
        if !is_ready {
            return;
        }
        let Some((promise, _abort)) = self.waiting.take() else {
            return;
        };
        match promise.try_take() {
            Ok(Ok(value)) => {
                self.value = Some(value);
                self.problem = None;
            }
            Ok(Err(problem)) => self.problem = Some(problem),
            // It was ready a moment ago; a promise never goes back.
            Err(_promise) => {}
        }
    }

    /// The latest value there is, taken out.
    pub(super) fn take(&mut self) -> Option<T> {
        self.value.take()
    }

    /// Why the last question failed.
    #[must_use]
    pub(super) const fn problem(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }

    /// Whether an answer is awaited.
    #[must_use]
    pub(super) const fn is_waiting(&self) -> bool {
        self.waiting.is_some()
    }

    /// Forgets everything and cancels what is under way.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}
