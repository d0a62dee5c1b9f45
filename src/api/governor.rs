//! The governor: one budget of requests per account.
//!
//! The service allows 1,200 requests in five minutes and then refuses *every* call for the next
//! five, the person's own included. So the answers' headers are read, bulk work stops while there
//! is still something left for the person at the window, and after a refusal nobody asks in vain.
//!
//! Source: Cloudflare documentation, "Rate limits".

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::HeaderMap;
use jiff::Timestamp;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

/// Who waits for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// A person: goes first, and fails rather than waiting for minutes.
    Interactive,
    /// Nobody: leaves headroom, and waits.
    Bulk,
}

/// No header may make anybody wait longer than this.
const MAX_WAIT: Duration = Duration::from_hours(1);
/// Requests that bulk work leaves alone when the quota is not known.
const DEFAULT_HEADROOM: u64 = 20;
/// The wait after a refusal that names none.
const UNNAMED_WAIT: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(super) struct Governor {
    budget: Mutex<Budget>,
    waiting: AtomicUsize,
    all: Arc<Semaphore>,
    bulk: Arc<Semaphore>,
}

/// What is known of the account's limit.
#[derive(Debug, Default, PartialEq)]
struct Budget {
    quota: Option<u64>,
    left: Option<u64>,
    resets_at: Option<Instant>,
    refused_until: Option<Instant>,
}

/// Leave to send one request; given back on drop.
#[derive(Debug)]
pub(super) struct Permit {
    _slot: OwnedSemaphorePermit,
    _bulk_slot: Option<OwnedSemaphorePermit>,
}

impl Governor {
    /// `parallel` requests at a time, of which bulk work gets two thirds.
    pub(super) fn new(parallel: usize) -> Self {
        let parallel = parallel.max(1);
        Self {
            budget: Mutex::default(),
            waiting: AtomicUsize::new(0),
            all: Arc::new(Semaphore::new(parallel)),
            bulk: Arc::new(Semaphore::new((parallel * 2 / 3).max(1))),
        }
    }

    /// Waits for leave to send.
    ///
    /// # Errors
    /// The time that would have to be waited, when that is longer than `patience`.
    pub(super) async fn admit(
        &self,
        priority: Priority,
        patience: Duration,
    ) -> Result<Permit, Duration> {
        let bulk_slot = match priority {
            Priority::Interactive => None,
            Priority::Bulk => Some(acquire(&self.bulk).await),
        };
        let slot = loop {
            let slot = acquire(&self.all).await;
            let now = Instant::now();
            let until = {
                let mut budget = self.budget();
                let until = budget.wait_until(priority, now);
                if until.is_none() {
                    budget.spend();
                }
                until
            };
            let Some(until) = until else { break slot };
            // Whoever waits takes no place from those that need not.
            drop(slot);
            let wait = until.duration_since(now);
            if wait > patience {
                return Err(wait);
            }
            let _waiting = Waiting::new(&self.waiting);
            tokio::time::sleep_until(until).await;
        };
        Ok(Permit {
            _slot: slot,
            _bulk_slot: bulk_slot,
        })
    }

    /// Learns from the headers of an answer.
    pub(super) fn observe(&self, status: u16, headers: &HeaderMap) {
        self.budget().observe(status, headers, Instant::now());
    }

    /// Until when requests wait, while any does.
    pub(super) fn waiting_until(&self) -> Option<std::time::Instant> {
        if self.waiting.load(Ordering::Relaxed) == 0 {
            return None;
        }
        let until = self.budget().wait_until(Priority::Bulk, Instant::now());
        until.map(Instant::into_std)
    }

    fn budget(&self) -> MutexGuard<'_, Budget> {
        // Plain numbers are whole even if a thread died between two of them.
        self.budget.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn acquire(semaphore: &Arc<Semaphore>) -> OwnedSemaphorePermit {
    Arc::clone(semaphore)
        .acquire_owned()
        .await
        .expect("the governor never closes its semaphores")
}

/// Counts a waiter as long as it lives, also when its future is dropped.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Budget {
    /// Until when a request of that kind has to wait; `None` to go ahead.
    fn wait_until(&self, priority: Priority, now: Instant) -> Option<Instant> {
        if let Some(until) = self.refused_until.filter(|until| *until > now) {
            return Some(until);
        }
        let resets_at = self.resets_at.filter(|at| *at > now)?;
        let floor = match priority {
            Priority::Interactive => 0,
            Priority::Bulk => self.headroom(),
        };
        (self.left? <= floor).then_some(resets_at)
    }

    /// A tenth of the quota is kept for the person.
    fn headroom(&self) -> u64 {
        self.quota
            .map_or(DEFAULT_HEADROOM, |quota| (quota / 10).max(1))
    }

    /// Counts a request that is about to be sent: answers, and their headers, come later.
    fn spend(&mut self) {
        self.left = self.left.map(|left| left.saturating_sub(1));
    }

    fn observe(&mut self, status: u16, headers: &HeaderMap, now: Instant) {
        if let Some(limit) = read_limit(headers) {
            self.left = Some(limit.left);
            self.resets_at = Some(now + limit.resets_in.min(MAX_WAIT));
            self.quota = limit.quota.or(self.quota);
        }
        if status == 429 {
            let reset = self
                .resets_at
                .filter(|at| *at > now && self.left == Some(0));
            let until = match retry_after(headers) {
                Some(wait) => now + wait,
                None => reset.unwrap_or(now + UNNAMED_WAIT),
            };
            self.refused_until = self.refused_until.max(Some(until));
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Limit {
    left: u64,
    resets_in: Duration,
    quota: Option<u64>,
}

/// `Ratelimit: "default";r=50;t=30` with `Ratelimit-Policy: "default";q=1200;w=300`, or the older
/// `x-ratelimit-remaining`, `-reset`, `-limit`.
fn read_limit(headers: &HeaderMap) -> Option<Limit> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let number = |name: &str| text(name).and_then(|text| text.trim().parse::<u64>().ok());
    if let Some(items) = text("ratelimit") {
        // Several limits may apply; the tightest one counts.
        let tightest = items
            .split(',')
            .filter_map(|item| Some((parameter(item, "r")?, parameter(item, "t")?)))
            .min();
        if let Some((left, seconds)) = tightest {
            let policy = text("ratelimit-policy");
            return Some(Limit {
                left,
                resets_in: Duration::from_secs(seconds),
                quota: policy.and_then(|policy| parameter(policy.split(',').next()?, "q")),
            });
        }
    }
    let left = number("x-ratelimit-remaining")?;
    let reset = number("x-ratelimit-reset")?;
    // Some send the moment instead of the distance.
    let seconds = if reset > 1_000_000_000 {
        reset.saturating_sub(u64::try_from(Timestamp::now().as_second()).unwrap_or(reset))
    } else {
        reset
    };
    Some(Limit {
        left,
        resets_in: Duration::from_secs(seconds),
        quota: number("x-ratelimit-limit"),
    })
}

fn parameter(item: &str, name: &str) -> Option<u64> {
    item.split(';').find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        (key.trim() == name).then(|| value.trim().parse().ok())?
    })
}

/// `retry-after` in seconds or as a date, an hour at most.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get("retry-after")?.to_str().ok()?.trim();
    let wait = if let Ok(seconds) = text.parse::<u64>() {
        Duration::from_secs(seconds)
    } else {
        let then = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
        Duration::try_from(then.duration_since(Timestamp::now())).unwrap_or_default()
    };
    Some(wait.min(MAX_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                let name = http::HeaderName::from_static(name);
                (name, http::HeaderValue::from_static(value))
            })
            .collect()
    }

    #[test]
    fn both_generations_of_headers_are_read() {
        let new = headers(&[
            ("ratelimit", "\"burst\";r=90;t=1, \"default\";r=50;t=30"),
            ("ratelimit-policy", "\"default\";q=1200;w=300"),
        ]);
        let limit = Limit {
            left: 50,
            resets_in: Duration::from_secs(30),
            quota: Some(1200),
        };
        assert_eq!(read_limit(&new), Some(limit));
        let old = headers(&[
            ("x-ratelimit-limit", "1200"),
            ("x-ratelimit-remaining", "7"),
            ("x-ratelimit-reset", "12"),
        ]);
        assert_eq!(read_limit(&old).map(|limit| limit.left), Some(7));
        for odd in ["", "\"a\"", "r=;t=", "r=-1;t=2", ";;;==,"] {
            assert_eq!(read_limit(&headers(&[("ratelimit", odd)])), None, "{odd}");
        }
    }

    #[test]
    fn a_wait_is_read_as_seconds_and_as_a_date_and_has_a_bound() {
        let read = |text| retry_after(&headers(&[("retry-after", text)]));
        assert_eq!(read("7"), Some(Duration::from_secs(7)));
        assert_eq!(read("99999999999"), Some(MAX_WAIT));
        assert_eq!(read("Wed, 21 Oct 2015 07:28:00 GMT"), Some(Duration::ZERO));
        assert_eq!(read("soon"), None);
    }

    #[tokio::test]
    async fn bulk_work_leaves_the_last_tenth_to_the_person() {
        let governor = Governor::new(12);
        governor.observe(
            200,
            &headers(&[
                ("ratelimit", "\"default\";r=121;t=1"),
                ("ratelimit-policy", "\"default\";q=1200;w=300"),
            ]),
        );
        let start = Instant::now();
        let patience = Duration::from_mins(6);
        let first = governor.admit(Priority::Bulk, patience).await.unwrap();
        assert!(start.elapsed() < Duration::from_millis(500));
        assert_eq!(governor.waiting_until(), None);
        let second = governor.admit(Priority::Bulk, patience);
        let person = async {
            tokio::task::yield_now().await;
            governor
                .admit(Priority::Interactive, Duration::ZERO)
                .await
                .unwrap();
            assert!(start.elapsed() < Duration::from_millis(500));
            assert!(governor.waiting_until().is_some());
        };
        let (second, ()) = tokio::join!(second, person);
        assert!(start.elapsed() >= Duration::from_millis(900));
        drop((first, second));
    }

    #[tokio::test]
    async fn after_a_refusal_the_person_is_told_and_bulk_work_waits() {
        let governor = Governor::new(12);
        governor.observe(429, &headers(&[("retry-after", "2")]));
        let told = governor
            .admit(Priority::Interactive, Duration::from_secs(1))
            .await;
        assert!(told.unwrap_err() > Duration::from_secs(1));
        let start = Instant::now();
        governor
            .admit(Priority::Bulk, Duration::from_mins(6))
            .await
            .unwrap();
        assert!(start.elapsed() > Duration::from_secs(1));
    }

    #[tokio::test]
    async fn bulk_work_never_takes_all_places() {
        let governor = Governor::new(3);
        let wait = Duration::from_mins(1);
        let one = governor.admit(Priority::Bulk, wait).await.unwrap();
        let two = governor.admit(Priority::Bulk, wait).await.unwrap();
        let third = tokio::time::timeout(
            Duration::from_millis(50),
            governor.admit(Priority::Bulk, wait),
        );
        assert!(third.await.is_err());
        assert!(governor.admit(Priority::Interactive, wait).await.is_ok());
        drop((one, two));
    }
}
