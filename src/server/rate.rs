//! The rate limit: so many requests in a window, and after one too many a whole window of none.
//!
//! That is how the service does it, and it is why a client has to keep count: a steady refill, as
//! in a leaky bucket, would forgive what the service does not.
//!
//! Source: Cloudflare documentation, "Rate limits".

use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use http::{HeaderMap, HeaderValue};

use super::error::Refusal;

/// So many requests in so long a time: 1,200 in 300 seconds by default, written `1200/300`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    quota: u32,
    window_secs: u32,
}

impl Default for RateLimit {
    fn default() -> Self {
        Self {
            quota: 1_200,
            window_secs: 300,
        }
    }
}

/// The text is no rate limit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a rate limit is written REQUESTS/SECONDS, such as 1200/300, both at least 1")]
pub struct RateLimitError;

impl RateLimit {
    /// The words of a refusal.
    pub(super) const MESSAGE: &str = "Please wait and consider throttling your request speed";

    /// What a batch token may ask.
    pub(super) const BATCH: Self = Self {
        quota: 200,
        window_secs: 1,
    };

    /// How it stands when nothing is left for so long.
    pub(super) const fn used_up(self, reset_secs: u64) -> Standing {
        Standing {
            limit: self,
            left: 0,
            reset_secs,
            is_refused: true,
        }
    }

    const fn window(self) -> Duration {
        Duration::from_secs(self.window_secs as u64)
    }
}

impl FromStr for RateLimit {
    type Err = RateLimitError;

    fn from_str(text: &str) -> Result<Self, RateLimitError> {
        let (quota, secs) = text.split_once('/').ok_or(RateLimitError)?;
        let number = |text: &str| {
            let number = text.trim().parse().ok();
            number
                .filter(|number: &u32| *number > 0)
                .ok_or(RateLimitError)
        };
        Ok(Self {
            quota: number(quota)?,
            window_secs: number(secs)?,
        })
    }
}

impl fmt::Display for RateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.quota, self.window_secs)
    }
}

/// What a request too many costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Penalty {
    /// A whole window of refusals.
    WholeWindow,
    /// The rest of the running window.
    RestOfWindow,
}

/// Counts requests against a limit.
#[derive(Debug)]
pub(super) struct Meter {
    limit: RateLimit,
    penalty: Penalty,
    /// Whether anything is ever used up. If not, the headers say so: a client that reads them
    /// must not hold back for a limit that does not exist.
    is_enforced: bool,
    count: Mutex<Count>,
}

#[derive(Debug, Default)]
struct Count {
    used: u32,
    /// When the running window, or the penalty, is over.
    ends: Option<Instant>,
    is_penalty: bool,
}

/// How a limit stands after a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    limit: RateLimit,
    left: u32,
    reset_secs: u64,
    is_refused: bool,
}

impl Meter {
    /// A limit that is enforced, or one that is only told.
    pub(super) fn new(enforced: Option<RateLimit>, told: RateLimit, penalty: Penalty) -> Self {
        Self {
            limit: enforced.unwrap_or(told),
            penalty,
            is_enforced: enforced.is_some(),
            count: Mutex::default(),
        }
    }

    /// Counts a request.
    ///
    /// # Errors
    /// The refusal, when it is one too many.
    pub(super) fn take(&self) -> Result<(), Refusal> {
        let standing = self.count_one(Instant::now());
        if standing.is_refused {
            return Err(Refusal::rate_limited(standing.reset_secs));
        }
        Ok(())
    }

    /// How it stands, without counting anything.
    pub(super) fn standing(&self) -> Standing {
        let now = Instant::now();
        let mut count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        count.forget_the_past(now);
        self.standing_of(&count, now)
    }

    fn count_one(&self, now: Instant) -> Standing {
        let mut count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        count.forget_the_past(now);
        if count.ends.is_none() {
            count.ends = Some(now + self.limit.window());
        }
        if self.is_enforced && !count.is_penalty {
            if count.used < self.limit.quota {
                count.used += 1;
            } else {
                count.is_penalty = true;
                if self.penalty == Penalty::WholeWindow {
                    count.ends = Some(now + self.limit.window());
                }
            }
        }
        self.standing_of(&count, now)
    }

    fn standing_of(&self, count: &Count, now: Instant) -> Standing {
        let rest = count
            .ends
            .map_or(self.limit.window(), |ends| ends.duration_since(now));
        Standing {
            limit: self.limit,
            left: self.limit.quota - count.used,
            // Rounded up: whoever waits that long has waited long enough.
            reset_secs: rest.as_secs() + u64::from(rest.subsec_nanos() > 0),
            is_refused: count.is_penalty,
        }
    }
}

impl Count {
    fn forget_the_past(&mut self, now: Instant) {
        if self.ends.is_some_and(|ends| ends <= now) {
            *self = Self::default();
        }
    }
}

impl Standing {
    /// `Ratelimit: "default";r=50;t=30` and `Ratelimit-Policy: "default";q=1200;w=300`.
    pub(super) fn write(self, headers: &mut HeaderMap) {
        let RateLimit { quota, window_secs } = self.limit;
        let state = format!("\"default\";r={};t={}", self.left, self.reset_secs);
        let policy = format!("\"default\";q={quota};w={window_secs}");
        for (name, value) in [("ratelimit", state), ("ratelimit-policy", policy)] {
            let value = HeaderValue::try_from(value).expect("digits and quotes");
            headers.insert(name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meter(quota: u32, window_secs: u32, penalty: Penalty) -> Meter {
        let limit = RateLimit { quota, window_secs };
        Meter::new(Some(limit), limit, penalty)
    }

    fn state(standing: Standing) -> (u32, u64, bool) {
        (standing.left, standing.reset_secs, standing.is_refused)
    }

    #[test]
    fn one_request_too_many_costs_a_whole_window() {
        let meter = meter(2, 300, Penalty::WholeWindow);
        let start = Instant::now();
        let at = |secs| state(meter.count_one(start + Duration::from_secs(secs)));
        assert_eq!(at(0), (1, 300, false));
        assert_eq!(at(100), (0, 200, false));
        assert_eq!(at(299), (0, 300, true));
        // The window is over, the penalty is not; and asking does not make it longer.
        assert_eq!(at(500), (0, 99, true));
        assert_eq!(at(599), (1, 300, false));
    }

    #[test]
    fn a_batch_token_waits_for_the_next_second_only() {
        let meter = meter(2, 1, Penalty::RestOfWindow);
        let start = Instant::now();
        let at = |millis| state(meter.count_one(start + Duration::from_millis(millis)));
        assert_eq!(at(0), (1, 1, false));
        assert_eq!(at(1), (0, 1, false));
        assert_eq!(at(900), (0, 1, true));
        assert_eq!(at(1_000), (1, 1, false));
    }

    #[test]
    fn a_window_begins_with_its_first_request() {
        let meter = meter(2, 10, Penalty::WholeWindow);
        let start = Instant::now();
        let at = |secs| state(meter.count_one(start + Duration::from_secs(secs)));
        assert_eq!(at(0), (1, 10, false));
        assert_eq!(at(9), (0, 1, false));
        assert_eq!(at(10), (1, 10, false));
        assert_eq!(at(25), (1, 10, false));
    }

    #[test]
    fn a_limit_that_is_off_is_never_used_up() {
        let meter = Meter::new(None, RateLimit::default(), Penalty::WholeWindow);
        for _ in 0..3_000 {
            assert!(meter.take().is_ok());
        }
        assert_eq!(meter.standing().left, 1_200);
    }

    #[test]
    fn a_limit_is_read_as_it_is_written() {
        let limit: RateLimit = "20/5".parse().unwrap();
        assert_eq!(limit.to_string(), "20/5");
        for wrong in ["", "20", "20/", "/5", "0/5", "5/0", "-1/5", "a/b", "1/2/3"] {
            assert_eq!(wrong.parse::<RateLimit>(), Err(RateLimitError), "{wrong}");
        }
    }
}
