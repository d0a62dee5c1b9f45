//! `RetryPolicy`: what is repeated, when, and for how long.
//!
//! Only what is harmless to repeat and may mend by itself. A wait that the service asks for is
//! kept; one that is longer than anybody would sit through ends in the error instead.

use std::future::Future;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};

use super::governor::Priority;
use super::{ConnectionFault, Error, ErrorKind, Result};

/// How often and how long requests are repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Tries in all, the first included.
    pub max_attempts: u32,
    /// The first wait; each further one doubles, with jitter.
    pub first_delay: Duration,
    /// The longest wait of our own; what the service asks for may be longer.
    pub max_delay: Duration,
    /// All waits of one interactive request together, at most.
    pub patience_interactive: Duration,
    /// The same for bulk work. The service's limit lasts five minutes.
    pub patience_bulk: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 4,
            first_delay: Duration::from_millis(500),
            max_delay: Duration::from_secs(8),
            patience_interactive: Duration::from_secs(30),
            patience_bulk: Duration::from_mins(6),
        }
    }
}

impl RetryPolicy {
    /// How long a request of that kind may wait in all.
    pub(super) const fn patience(&self, priority: Priority) -> Duration {
        match priority {
            Priority::Interactive => self.patience_interactive,
            Priority::Bulk => self.patience_bulk,
        }
    }
}

/// A request is about to be repeated: "Server busy, retrying in 4 s (2 of 4)".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryNotice {
    /// Why the last try failed.
    pub reason: ErrorKind,
    /// The wait before the next one.
    pub delay: Duration,
    /// The number of the next try; the first was 1.
    pub attempt: u32,
    /// Tries in all.
    pub max_attempts: u32,
}

/// Told before each repeated request.
pub type RetryObserver = Arc<dyn Fn(&RetryNotice) + Send + Sync>;

/// Whether a call may be repeated when its answer was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeat {
    /// Only if it was certainly not carried out.
    IfNotCarriedOut,
    /// Always: twice is the same as once.
    Always,
}

impl Repeat {
    fn allows(self, error: &Error) -> bool {
        match self {
            Self::IfNotCarriedOut => {
                error.is_retryable()
                    && matches!(
                        error.kind(),
                        ErrorKind::RateLimited { .. }
                            | ErrorKind::Connection(
                                ConnectionFault::Dns
                                    | ConnectionFault::Refused
                                    | ConnectionFault::Unreachable
                                    | ConnectionFault::NoAnswer
                            )
                    )
            }
            Self::Always => error.is_retryable(),
        }
    }
}

/// What came of a call, and how many tries it took.
#[derive(Debug)]
pub(super) struct Outcome<T> {
    pub(super) result: Result<T>,
    pub(super) attempts: u32,
}

/// Runs `attempt` until it succeeds, cannot be repeated, or patience ends.
pub(super) async fn repeat<T, F, Fut>(
    policy: &RetryPolicy,
    patience: Duration,
    repeat: Repeat,
    observer: Option<&RetryObserver>,
    mut attempt: F,
) -> Outcome<T>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<T>>,
{
    let attempts = AtomicU32::new(0);
    let waited = Mutex::new(Duration::ZERO);
    let backoff = ExponentialBuilder::new()
        .with_min_delay(policy.first_delay)
        .with_max_delay(policy.max_delay)
        .with_max_times(policy.max_attempts.saturating_sub(1) as usize)
        .with_jitter();
    let result = (|| {
        attempts.fetch_add(1, Ordering::Relaxed);
        attempt()
    })
    .retry(backoff)
    .when(|error: &Error| repeat.allows(error))
    .adjust(|error: &Error, delay| {
        let delay = delay?.max(error.retry_after().unwrap_or_default());
        let mut waited = waited.lock().unwrap_or_else(PoisonError::into_inner);
        *waited += delay;
        (*waited <= patience).then_some(delay)
    })
    .notify(|error: &Error, delay| {
        let notice = RetryNotice {
            reason: error.kind().clone(),
            delay,
            attempt: attempts.load(Ordering::Relaxed) + 1,
            max_attempts: policy.max_attempts,
        };
        tracing::info!(
            attempt = notice.attempt,
            delay_millis = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX),
            %error,
            "a request is repeated"
        );
        if let Some(observer) = observer {
            observer(&notice);
        }
    })
    .await;
    Outcome {
        result,
        attempts: attempts.load(Ordering::Relaxed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn busy(retry_after: Option<u64>) -> Error {
        let retry_after = retry_after.map(Duration::from_secs);
        Error::new(ErrorKind::RateLimited { retry_after }, "")
    }

    async fn run(repeats: Repeat, errors: Vec<Error>) -> (Outcome<()>, Vec<RetryNotice>, Duration) {
        let notices = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&notices);
        let observer: RetryObserver =
            Arc::new(move |notice| seen.lock().unwrap().push(notice.clone()));
        let start = std::time::Instant::now();
        let policy = RetryPolicy {
            first_delay: Duration::from_millis(1),
            ..RetryPolicy::default()
        };
        let mut errors = errors.into_iter();
        let outcome = repeat(
            &policy,
            policy.patience_interactive,
            repeats,
            Some(&observer),
            || std::future::ready(errors.next().map_or(Ok(()), Err)),
        )
        .await;
        let notices = notices.lock().unwrap().clone();
        (outcome, notices, start.elapsed())
    }

    #[tokio::test]
    async fn a_busy_server_is_asked_again_up_to_four_times_in_all() {
        let unavailable = || Error::new(ErrorKind::ServerUnavailable, "");
        let (outcome, notices, _) = run(Repeat::Always, vec![unavailable(); 9]).await;
        assert_eq!(outcome.attempts, 4);
        assert_eq!(outcome.result.unwrap_err(), unavailable());
        let numbers: Vec<_> = notices
            .iter()
            .map(|n| (n.attempt, n.max_attempts))
            .collect();
        assert_eq!(numbers, [(2, 4), (3, 4), (4, 4)]);
        let (outcome, ..) = run(Repeat::Always, vec![unavailable(); 2]).await;
        assert_eq!((outcome.attempts, outcome.result), (3, Ok(())));
    }

    #[tokio::test]
    async fn the_wait_that_the_service_asks_for_is_kept() {
        let (outcome, notices, elapsed) = run(Repeat::Always, vec![busy(Some(1))]).await;
        assert_eq!((outcome.attempts, outcome.result), (2, Ok(())));
        assert_eq!(notices[0].delay, Duration::from_secs(1));
        assert!(elapsed >= Duration::from_secs(1));
    }

    #[tokio::test]
    async fn nobody_at_a_window_waits_five_minutes() {
        let (outcome, notices, elapsed) = run(Repeat::Always, vec![busy(Some(300))]).await;
        assert_eq!((outcome.attempts, notices.len()), (1, 0));
        assert_eq!(outcome.result, Err(busy(Some(300))));
        assert!(elapsed < Duration::from_secs(1));
    }

    #[tokio::test]
    async fn what_may_have_been_carried_out_is_not_repeated_unless_that_is_harmless() {
        let lost = || Error::new(ErrorKind::Connection(ConnectionFault::Lost), "");
        let refused = || Error::new(ErrorKind::Connection(ConnectionFault::Refused), "");
        assert_eq!(
            run(Repeat::IfNotCarriedOut, vec![lost()]).await.0.attempts,
            1
        );
        assert_eq!(
            run(Repeat::IfNotCarriedOut, vec![refused()])
                .await
                .0
                .attempts,
            2
        );
        assert_eq!(run(Repeat::Always, vec![lost()]).await.0.attempts, 2);
        let gone = Error::new(ErrorKind::NotFound, "");
        assert_eq!(run(Repeat::Always, vec![gone]).await.0.attempts, 1);
    }
}
