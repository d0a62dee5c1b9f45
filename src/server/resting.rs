//! Connections at rest: between two requests, or before the first.
//!
//! There is room for so many connections, and whoever opens that many and says nothing would keep
//! everybody else out. So the one that has rested for the longest time makes room for the next.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// All that rest, the longest first.
#[derive(Default)]
pub(super) struct Resting(Mutex<Queue>);

#[derive(Default)]
struct Queue {
    /// Grows with each rest that begins, so that the smallest number rests for the longest time.
    next: u64,
    by_begin: BTreeMap<u64, Arc<Notify>>,
}

/// The rest of one connection, for as long as the connection lives.
pub(super) struct Rest {
    all: Arc<Resting>,
    over: Arc<Notify>,
    state: Arc<Mutex<State>>,
}

/// A request that is being answered; the connection rests again when this is dropped.
pub(super) struct Busy {
    all: Arc<Resting>,
    over: Arc<Notify>,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// The number in the queue, while it rests.
    number: Option<u64>,
    /// Whether the connection has ended.
    has_ended: bool,
}

impl Resting {
    /// A connection that has just been opened, and rests until its first request.
    pub(super) fn begin(self: &Arc<Self>) -> Rest {
        let rest = Rest {
            all: Arc::clone(self),
            over: Arc::new(Notify::new()),
            state: Arc::default(),
        };
        self.enter(&rest.over, &rest.state);
        rest
    }

    /// Tells the connection that has rested for the longest time to end.
    pub(super) fn close_longest(&self) {
        if let Some((_, over)) = lock(&self.0).by_begin.pop_first() {
            over.notify_one();
        }
    }

    fn enter(&self, over: &Arc<Notify>, state: &Mutex<State>) {
        let mut state = lock(state);
        if state.has_ended {
            return;
        }
        let mut queue = lock(&self.0);
        let number = queue.next;
        queue.next += 1;
        queue.by_begin.insert(number, Arc::clone(over));
        state.number = Some(number);
    }

    fn leave(&self, state: &Mutex<State>) {
        if let Some(number) = lock(state).number.take() {
            lock(&self.0).by_begin.remove(&number);
        }
    }
}

impl Rest {
    /// A request has come.
    pub(super) fn interrupt(&self) -> Busy {
        self.all.leave(&self.state);
        Busy {
            all: Arc::clone(&self.all),
            over: Arc::clone(&self.over),
            state: Arc::clone(&self.state),
        }
    }

    /// Waits until the connection has to make room.
    pub(super) async fn is_over(&self) {
        self.over.notified().await;
    }
}

impl Drop for Rest {
    fn drop(&mut self) {
        lock(&self.state).has_ended = true;
        self.all.leave(&self.state);
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.all.enter(&self.over, &self.state);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_told(rest: &Rest) -> bool {
        use futures_util::FutureExt as _;
        rest.is_over().now_or_never().is_some()
    }

    #[test]
    fn the_one_that_rests_for_the_longest_time_makes_room() {
        let all = Arc::new(Resting::default());
        let (first, second) = (all.begin(), all.begin());
        // A request makes the first one the last to be chosen.
        drop(first.interrupt());
        all.close_longest();
        assert_eq!((is_told(&first), is_told(&second)), (false, true));
        all.close_longest();
        assert!(is_told(&first));
        all.close_longest();
    }

    #[test]
    fn a_connection_with_a_request_is_left_alone() {
        let all = Arc::new(Resting::default());
        let rest = all.begin();
        let busy = rest.interrupt();
        all.close_longest();
        assert!(!is_told(&rest));
        drop(rest);
        drop(busy);
        assert!(lock(&all.0).by_begin.is_empty());
    }
}
