//! The request log: what the server was asked lately, and what it answered.
//!
//! The last [`KEPT`] requests are remembered, each once it is over. Nothing in here opens
//! anything: signatures and the ids in one-time upload URLs are left out, headers and bodies are
//! not looked at.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::response::Response;
use http::{Method, Uri};
use hyper::body::{Frame, SizeHint};
use jiff::Timestamp;
use tokio::sync::watch;

use super::error::Reason;
use super::faults::Injected;

/// How many requests are remembered.
const KEPT: usize = 500;
/// The longest path that is kept; an id alone can take 12 KiB.
const MAX_TARGET_CHARS: usize = 400;
/// Parameters whose values open something.
const SECRET_PARAMETERS: [&str; 5] = ["sig", "signature", "token", "access_token", "key"];

/// One request and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// Its number: requests are counted as they end, from 1.
    pub number: u64,
    /// When it came.
    pub started: Timestamp,
    /// The method.
    pub method: String,
    /// Path and query, without what would open anything.
    pub target: String,
    /// The status; `None` when there was no answer.
    pub status: Option<u16>,
    /// The code of a failure.
    pub code: Option<u32>,
    /// From its head to the last byte of the answer.
    pub took: Duration,
    /// Bytes of its body that were read.
    pub received_bytes: u64,
    /// Bytes of the answer's body that were taken.
    pub sent_bytes: u64,
    /// What was done to it on request.
    pub injected: Injected,
}

impl Exchange {
    /// Whether it was refused or not answered at all.
    #[must_use]
    pub const fn has_failed(&self) -> bool {
        match self.status {
            Some(status) => status >= 400,
            None => true,
        }
    }
}

/// One line for a terminal: `2026-11-24T14:32:05.120Z GET /… 200 3 ms in 0 out 532`.
impl fmt::Display for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3} {} {} ", self.started, self.method, self.target)?;
        match self.status {
            Some(status) => write!(f, "{status}")?,
            None => f.write_str("-")?,
        }
        if let Some(code) = self.code {
            write!(f, "/{code}")?;
        }
        let (took, received, sent) = (self.took.as_millis(), self.received_bytes, self.sent_bytes);
        write!(f, " {took} ms in {received} out {sent}")?;
        if !self.injected.is_nothing() {
            write!(f, " [{}]", self.injected)?;
        }
        Ok(())
    }
}

/// The log of a running server, for as many readers as there are. Clones share it.
#[derive(Clone, Debug)]
pub struct Traffic(Arc<Ring>);

#[derive(Debug)]
struct Ring {
    kept: Mutex<VecDeque<Exchange>>,
    latest: watch::Sender<u64>,
}

impl Traffic {
    pub(super) fn new() -> Self {
        Self(Arc::new(Ring {
            kept: Mutex::new(VecDeque::with_capacity(KEPT)),
            latest: watch::Sender::new(0),
        }))
    }

    /// What came after the request with that number and is still remembered, oldest first. A
    /// first number that is not the next one tells that some were missed.
    #[must_use]
    pub fn after(&self, number: u64) -> Vec<Exchange> {
        let kept = self.0.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let first = kept.partition_point(|exchange| exchange.number <= number);
        kept.range(first..).cloned().collect()
    }

    /// Waits until there is something after the request with that number.
    pub async fn wait_after(&self, number: u64) {
        let mut latest = self.0.latest.subscribe();
        // The sender lives in this very value.
        latest.wait_for(|latest| *latest > number).await.ok();
    }

    /// A request has come.
    pub(super) fn begin(&self, method: &Method, uri: &Uri) -> Entry {
        Entry {
            traffic: self.clone(),
            begun: Instant::now(),
            received: ReceivedBytes::default(),
            exchange: Exchange {
                number: 0,
                started: Timestamp::now(),
                method: method.as_str().chars().take(20).collect(),
                target: shown_target(method, uri),
                status: None,
                code: None,
                took: Duration::ZERO,
                received_bytes: 0,
                sent_bytes: 0,
                injected: Injected::default(),
            },
        }
    }

    fn push(&self, mut exchange: Exchange) {
        let mut kept = self.0.kept.lock().unwrap_or_else(PoisonError::into_inner);
        exchange.number = kept.back().map_or(1, |last| last.number + 1);
        let number = exchange.number;
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(exchange);
        // Told under the lock, so that the numbers never go back.
        self.0.latest.send_replace(number);
    }
}

/// Counts the bytes of a request's body as they are read.
#[derive(Clone, Debug, Default)]
pub(super) struct ReceivedBytes(Arc<AtomicU64>);

impl ReceivedBytes {
    pub(super) fn add(&self, bytes: usize) {
        self.0.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

/// A request that is not over. It is written down when this is dropped: after the answer's last
/// byte, or when the client left, or when the connection is cut.
pub(super) struct Entry {
    traffic: Traffic,
    exchange: Exchange,
    begun: Instant,
    received: ReceivedBytes,
}

impl Entry {
    pub(super) fn received_bytes(&self) -> ReceivedBytes {
        self.received.clone()
    }

    pub(super) const fn injected(&mut self, injected: Injected) {
        self.exchange.injected = injected;
    }

    /// It is answered; the entry goes along with the body and ends with it.
    pub(super) fn answered(mut self, response: Response) -> Response {
        self.exchange.status = Some(response.status().as_u16());
        self.exchange.code = response.extensions().get::<Reason>().map(Reason::code);
        response.map(|body| Body::new(Watched { body, entry: self }))
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.exchange.took = self.begun.elapsed();
        self.exchange.received_bytes = self.received.0.load(Ordering::Relaxed);
        // The text told as text is a property of failures only.
        self.exchange.injected.is_plain &= self.exchange.code.is_some();
        self.traffic.push(self.exchange.clone());
    }
}

/// A body that knows which request it answers.
struct Watched {
    body: Body,
    entry: Entry,
}

impl hyper::body::Body for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        if let Poll::Ready(Some(Ok(frame))) = &polled
            && let Some(data) = frame.data_ref()
        {
            self.entry.exchange.sent_bytes += data.len() as u64;
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Path and query without what would open anything, and of bounded length.
fn shown_target(method: &Method, uri: &Uri) -> String {
    let path = uri.path();
    let is_ours = ["/client/", "/images/"]
        .iter()
        .any(|start| path.starts_with(start));
    let mut target = match path[1.min(path.len())..].split_once('/') {
        // A one-time URL is a secret as a whole; the hash in it is not.
        Some((hash, _)) if !is_ours && (*method == Method::POST || *method == Method::OPTIONS) => {
            format!("/{hash}/…")
        }
        _ => path.to_owned(),
    };
    if let Some(query) = uri.query() {
        let parameters: Vec<String> = query.split('&').map(shown_parameter).collect();
        target.push('?');
        target.push_str(&parameters.join("&"));
    }
    if target.chars().count() > MAX_TARGET_CHARS {
        target = target.chars().take(MAX_TARGET_CHARS).collect();
        target.push('…');
    }
    target
}

fn shown_parameter(parameter: &str) -> String {
    let Some((name, value)) = parameter.split_once('=') else {
        return parameter.to_owned();
    };
    let plain = percent_encoding::percent_decode_str(name).decode_utf8_lossy();
    let is_secret = SECRET_PARAMETERS
        .iter()
        .any(|secret| plain.eq_ignore_ascii_case(secret));
    if is_secret && !value.is_empty() {
        format!("{name}=…")
    } else {
        parameter.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(method: Method, uri: &str) -> String {
        shown_target(&method, &uri.parse().unwrap())
    }

    #[test]
    fn what_would_open_something_is_left_out() {
        let signed = "/hash/id/public?exp=1735689600&sig=0f1e2d";
        assert_eq!(
            target(Method::GET, signed),
            "/hash/id/public?exp=1735689600&sig=…"
        );
        for name in ["SIG", "s%69g", "token", "access_token"] {
            let shown = target(Method::GET, &format!("/h/i/public?a=1&{name}=secret&b"));
            assert_eq!(shown, format!("/h/i/public?a=1&{name}=…&b"));
        }
        assert_eq!(target(Method::POST, "/hash/one-time-id"), "/hash/…");
        assert_eq!(target(Method::OPTIONS, "/hash/one/time"), "/hash/…");
        assert_eq!(target(Method::POST, "/images/v1"), "/images/v1");
        let details = "/client/v4/accounts/a/images/v1/a%2Fb?x=y";
        assert_eq!(target(Method::GET, details), details);
        for odd in ["/", "http://127.0.0.1", "/?", "/x"] {
            target(Method::POST, odd);
        }
    }

    #[test]
    fn a_long_path_takes_bounded_room() {
        let long = format!("/hash/{}/public", "%C3%A4".repeat(1_000));
        assert_eq!(target(Method::GET, &long).chars().count(), 401);
    }

    #[test]
    fn the_last_five_hundred_are_remembered() {
        let traffic = Traffic::new();
        for _ in 0..KEPT + 20 {
            drop(traffic.begin(&Method::GET, &"/h/i/public".parse().unwrap()));
        }
        let all = traffic.after(0);
        assert_eq!((all.len(), all[0].number), (KEPT, 21));
        let new = traffic.after(518);
        assert_eq!(new.iter().map(|e| e.number).collect::<Vec<_>>(), [519, 520]);
        assert!(traffic.after(520).is_empty());
        assert!(new[0].has_failed(), "nothing was answered");
    }

    #[test]
    fn a_line_tells_all_that_is_known() {
        let exchange = Exchange {
            number: 1,
            started: "2026-11-24T14:32:05.12Z".parse().unwrap(),
            method: "GET".to_owned(),
            target: "/h/i/public".to_owned(),
            status: Some(404),
            code: Some(9404),
            took: Duration::from_micros(3_400),
            received_bytes: 0,
            sent_bytes: 21,
            injected: Injected {
                delay: Duration::from_millis(2),
                ..Injected::default()
            },
        };
        assert_eq!(
            exchange.to_string(),
            "2026-11-24T14:32:05.120Z GET /h/i/public 404/9404 3 ms in 0 out 21 [delayed 2 ms]"
        );
        let cut = Exchange {
            status: None,
            code: None,
            injected: Injected::default(),
            ..exchange
        };
        assert!(cut.to_string().contains("/h/i/public - 3 ms"));
    }
}
