//! Faults on request: slow, failing, silent and cut, so that programs can be tried on them.
//!
//! What happens to a request depends on the seed, on what is asked ([`Call`]) and on how many
//! such calls came before it, and on nothing else: not on the time, not on the ids, not on what
//! other kinds of calls come in between. So a run repeats, also one with several connections.
//! `docs/faults.md` describes the grammar for those who use it.

mod call;
mod grammar;
mod plan;
mod refusal;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::response::Response;
use http::{Method, Request};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use tokio::sync::watch;

pub use call::Call;
pub use grammar::FaultsError;

use plan::Plan;

use super::ServerState;
use super::body::RequestBody;
use super::router::{self, Area};

/// Silence ends at last, for clients that never give up.
const LONGEST_SILENCE: Duration = Duration::from_mins(30);

/// What goes wrong, and how often. The default is nothing at all.
///
/// ```
/// use lenticular::server::Faults;
/// let faults: Faults = "latency=200ms..3s,error=10%:503,seed=7".parse().unwrap();
/// assert_eq!(faults.seed, 7);
/// assert_eq!(faults.to_string(), "latency=200ms..3s,error=10%:503,seed=7");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// How long requests wait before anything is done about them.
    pub latency: Option<Latency>,
    /// Requests that are refused as by a service in trouble.
    pub error: Share,
    /// With which of [`Faults::STATUSES`]; empty for [`Faults::USUAL_STATUSES`].
    pub statuses: BTreeSet<u16>,
    /// Requests whose connection is closed in place of an answer.
    pub cut: Share,
    /// Whether that happens before or after the request took effect.
    pub cut_when: CutWhen,
    /// Requests that are never answered.
    pub stall: Share,
    /// Failures of the API, injected or not, that are told as a line of text.
    pub plain: Share,
    /// The calls that all of this is for; empty for every call.
    pub only: BTreeSet<Call>,
    /// Another seed is another run.
    pub seed: u64,
}

impl Faults {
    /// The statuses that a service in trouble answers.
    pub const STATUSES: [u16; 6] = [408, 429, 500, 502, 503, 504];
    /// Those that are mixed when none is named.
    pub const USUAL_STATUSES: [u16; 4] = [429, 500, 502, 503];
    /// The longest wait. Clients have long given up then.
    pub const MAX_LATENCY: Duration = Duration::from_mins(10);

    /// Whether nothing goes wrong.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.latency.is_none()
            && [self.error, self.cut, self.stall, self.plain]
                .iter()
                .all(|share| share.is_none())
    }
}

/// How long requests wait: any time between two, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Latency {
    /// The shortest wait.
    pub min: Duration,
    /// The longest; not less than the shortest.
    pub max: Duration,
}

/// A share of requests in hundredths of a percent: from none to all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share(u16);

impl Share {
    /// Every request.
    pub const ALL: Self = Self(10_000);

    /// So many in a hundred; more than all is all.
    #[must_use]
    pub fn percent(percent: u32) -> Self {
        Self(u16::try_from(percent.min(100) * 100).expect("at most ten thousand"))
    }

    /// The whole percents of it, rounded down.
    #[must_use]
    pub fn whole_percent(self) -> u32 {
        u32::from(self.0 / 100)
    }

    /// Whether it is none at all.
    #[must_use]
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }
}

/// When a connection is cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CutWhen {
    /// Before the request took effect: nothing has changed.
    Before,
    /// After it took effect, before the answer: everything has changed.
    After,
    /// One or the other.
    #[default]
    Either,
}

/// What was done to one request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Injected {
    /// How long it waited.
    pub delay: Duration,
    /// What became of it in place of its answer.
    pub mishap: Option<Mishap>,
    /// Whether its failure, if it is one, is told as a line of text.
    pub is_plain: bool,
}

/// What became of a request in place of its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mishap {
    /// The connection was closed, and nothing has changed.
    CutBefore,
    /// The request took effect, then the connection was closed.
    CutAfter,
    /// There was no answer.
    Stalled,
    /// It was refused with this status, and nothing has changed.
    Refused(u16),
}

impl Injected {
    /// Whether anything was done to it.
    #[must_use]
    pub const fn is_nothing(&self) -> bool {
        self.delay.is_zero() && self.mishap.is_none() && !self.is_plain
    }
}

impl fmt::Display for Mishap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CutBefore => f.write_str("cut before the effect"),
            Self::CutAfter => f.write_str("cut after the effect"),
            Self::Stalled => f.write_str("never answered"),
            Self::Refused(status) => write!(f, "refused with {status}"),
        }
    }
}

impl fmt::Display for Injected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let delay =
            (!self.delay.is_zero()).then(|| format!("delayed {} ms", self.delay.as_millis()));
        let mishap = self.mishap.map(|mishap| mishap.to_string());
        let plain = self.is_plain.then(|| "told as text".to_owned());
        let all: Vec<String> = [delay, mishap, plain].into_iter().flatten().collect();
        f.write_str(&all.join(", "))
    }
}

/// The faults of a running server: they can be changed at any time.
#[derive(Debug)]
pub(super) struct Switch {
    plan: watch::Sender<Option<Arc<Plan>>>,
}

impl Switch {
    pub(super) fn new(faults: Option<Faults>) -> Self {
        Self {
            plan: watch::Sender::new(planned(faults)),
        }
    }

    /// From now on these. The run begins anew; whoever waits under the old ones waits no longer.
    pub(super) fn set(&self, faults: Option<Faults>) {
        self.plan.send_replace(planned(faults));
    }

    /// The faults that hold now.
    pub(super) fn get(&self) -> Option<Faults> {
        self.plan.borrow().as_ref().map(|plan| plan.faults.clone())
    }

    /// What happens to the next call of that kind.
    fn next(&self, call: Call) -> Fate {
        if self.plan.borrow().is_none() {
            return Fate::default();
        }
        // Subscribed before the plan is read, so that no change in between is missed.
        let mut changes = self.plan.subscribe();
        let plan = changes.borrow_and_update().clone();
        let injected = plan.map_or_else(Injected::default, |plan| plan.next(call));
        Fate {
            injected,
            changes: Some(changes),
        }
    }
}

fn planned(faults: Option<Faults>) -> Option<Arc<Plan>> {
    faults
        .filter(|faults| !faults.is_nothing())
        .map(|faults| Arc::new(Plan::new(faults)))
}

/// What happens to one request, and how it learns that this holds no longer.
#[derive(Default)]
struct Fate {
    injected: Injected,
    changes: Option<watch::Receiver<Option<Arc<Plan>>>>,
}

impl Fate {
    /// Waits, unless the faults change meanwhile or the server ends.
    async fn pause(&mut self, delay: Duration) {
        let Some(changes) = self.changes.as_mut().filter(|_| !delay.is_zero()) else {
            return;
        };
        tokio::select! {
            () = tokio::time::sleep(delay) => {}
            _ = changes.changed() => {}
        }
    }

    /// Takes in what is sent and says nothing, until the client leaves or the faults change.
    async fn be_silent(&mut self, mut body: Incoming) {
        let read_on = async {
            while let Some(Ok(_)) = body.frame().await {}
            std::future::pending::<()>().await;
        };
        tokio::select! {
            () = read_on => {}
            () = self.pause(LONGEST_SILENCE) => {}
        }
    }
}

/// The connection is closed without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection is cut on request")]
pub(super) struct Cut;

/// Answers one request, or does to it what was asked for. Everything that is asked of the server
/// comes through here once, so this is also where it is written down.
pub(super) async fn answer(
    server: Arc<ServerState>,
    mut request: Request<Incoming>,
) -> Result<Response, Cut> {
    let mut entry = server.traffic.begin(request.method(), request.uri());
    request.extensions_mut().insert(entry.received_bytes());
    let area = Area::of(request.uri().path());
    let is_upload_host = area == Area::Delivery && *request.method() == Method::POST;
    // A browser's question whether it may ask is no request of its own: it may be left out, or
    // not, and the requests after it shall meet the same fate.
    let mut fate = if *request.method() == Method::OPTIONS {
        Fate::default()
    } else {
        server
            .faults
            .next(Call::of(request.method(), request.uri().path()))
    };
    let injected = fate.injected;
    entry.injected(injected);
    fate.pause(injected.delay).await;
    let response = match injected.mishap {
        Some(Mishap::CutBefore) => return Err(Cut),
        Some(Mishap::Stalled) => {
            fate.be_silent(request.into_body()).await;
            return Err(Cut);
        }
        Some(Mishap::Refused(status)) => {
            let (parts, body) = request.into_parts();
            // Dropping it reads on for a while, so that the refusal is seen.
            drop(RequestBody::new(body, &parts.headers));
            refusal::response(status, area, is_upload_host)
        }
        Some(Mishap::CutAfter) => {
            drop(router::answer(server, request).await);
            return Err(Cut);
        }
        None => router::answer(server, request).await,
    };
    let response = if injected.is_plain && area.speaks_json() {
        refusal::told_as_text(response)
    } else {
        response
    };
    Ok(entry.answered(response))
}
