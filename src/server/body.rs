//! Request bodies: read piece by piece, with a limit on silence, and never left half-read.
//!
//! A refusal that goes out while the client is still sending would reset the connection, and a
//! browser would see a network error in place of the answer. So a body that is dropped before its
//! end is read on for a while, beside the answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::Stream;
use http::{HeaderMap, header};
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use tokio::time::{Instant, timeout, timeout_at};

use super::error::{Answer, Refusal};
use super::traffic::ReceivedBytes;

/// How long a sender may be silent.
const STALL: Duration = Duration::from_secs(15);
/// How long a whole body may take.
const WHOLE: Duration = Duration::from_mins(10);
/// What buys a sender another second: a byte now and then is no progress. The slowest mobile
/// connection is many times as quick.
const BYTES_PER_SECOND: u64 = 1024;
/// How long, and how much, is read on after a refusal.
const LINGER: Duration = Duration::from_secs(3);
const LINGER_BYTES: usize = 64 * 1024 * 1024;
/// The longest JSON or urlencoded body.
pub(super) const MAX_DOCUMENT_BYTES: usize = 1024 * 1024;

/// Why a body could not be read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum BodyError {
    #[error("the sender is too slow")]
    TooSlow,
    #[error("the body is broken or was cut off")]
    Broken,
    #[error("too much comes between two parts")]
    NoPart,
}

impl From<BodyError> for Refusal {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::TooSlow => Self::too_slow(),
            BodyError::Broken | BodyError::NoPart => Self::broken_body(),
        }
    }
}

/// A body on its way in.
pub(super) struct RequestBody {
    inner: Option<Incoming>,
    begun: Instant,
    received: u64,
    declared: Option<u64>,
    waits_for_continue: bool,
    counter: Option<ReceivedBytes>,
}

impl RequestBody {
    pub(super) fn new(inner: Incoming, headers: &HeaderMap) -> Self {
        Self {
            declared: inner.size_hint().exact(),
            inner: Some(inner),
            begun: Instant::now(),
            received: 0,
            waits_for_continue: headers.contains_key(header::EXPECT),
            counter: None,
        }
    }

    /// The same, counted as it is read.
    pub(super) fn counted(mut self, counter: Option<&ReceivedBytes>) -> Self {
        self.counter = counter.cloned();
        self
    }

    /// The length that was announced, if one was.
    pub(super) const fn declared_bytes(&self) -> Option<u64> {
        self.declared
    }

    /// The next bytes; `None` at the end.
    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>, BodyError> {
        let Some(inner) = &mut self.inner else {
            return Ok(None);
        };
        loop {
            self.waits_for_continue = false;
            let until = (Instant::now() + STALL).min(self.begun + patience(self.received));
            match timeout_at(until, inner.frame()).await {
                Err(_) => return Err(BodyError::TooSlow),
                Ok(Some(Ok(frame))) => {
                    if let Ok(data) = frame.into_data() {
                        self.received += data.len() as u64;
                        if let Some(counter) = &self.counter {
                            counter.add(data.len());
                        }
                        return Ok(Some(data));
                    }
                }
                Ok(Some(Err(_))) => {
                    self.inner = None;
                    return Err(BodyError::Broken);
                }
                Ok(None) => {
                    self.inner = None;
                    return Ok(None);
                }
            }
        }
    }

    /// A document that is small enough to be held.
    pub(super) async fn document(&mut self) -> Answer<Vec<u8>> {
        if self
            .declared
            .is_some_and(|len| len > MAX_DOCUMENT_BYTES as u64)
        {
            return Err(Refusal::request_too_large());
        }
        let mut whole = Vec::new();
        while let Some(data) = self.chunk().await? {
            if whole.len() + data.len() > MAX_DOCUMENT_BYTES {
                return Err(Refusal::request_too_large());
            }
            whole.extend_from_slice(&data);
        }
        Ok(whole)
    }

    /// The body as the stream that the form parser reads, and the counter that bounds what it may
    /// hold back: the bytes since the counter was last set to zero.
    pub(super) fn stream(
        &mut self,
        max_held_bytes: usize,
    ) -> (
        impl Stream<Item = Result<Bytes, BodyError>> + Send + '_,
        Arc<AtomicUsize>,
    ) {
        let counter = Arc::new(AtomicUsize::new(0));
        let held = Arc::clone(&counter);
        let stream = futures_util::stream::unfold(self, move |body| {
            let held = Arc::clone(&held);
            async move {
                // The parser takes all that is ready before it hands anything on. A pause after
                // each piece keeps it to one piece at a time.
                tokio::task::yield_now().await;
                if held.load(Ordering::Relaxed) > max_held_bytes {
                    return Some((Err(BodyError::NoPart), body));
                }
                let chunk = body.chunk().await.transpose()?;
                if let Ok(data) = &chunk {
                    held.fetch_add(data.len(), Ordering::Relaxed);
                }
                Some((chunk, body))
            }
        });
        (stream, counter)
    }
}

/// How long a body may take of which so many bytes have come.
fn patience(received: u64) -> Duration {
    (STALL + Duration::from_secs(received / BYTES_PER_SECOND)).min(WHOLE)
}

impl Drop for RequestBody {
    fn drop(&mut self) {
        let Some(mut rest) = self.inner.take() else {
            return;
        };
        // Who waits for `100 Continue` has sent nothing and, after a refusal, sends nothing.
        if rest.is_end_stream() || self.waits_for_continue {
            return;
        }
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        runtime.spawn(async move {
            let read_on = async {
                let mut left = LINGER_BYTES;
                while let Some(Ok(frame)) = rest.frame().await {
                    let len = frame.data_ref().map_or(0, Bytes::len);
                    let Some(less) = left.checked_sub(len) else {
                        return;
                    };
                    left = less;
                }
            };
            // Whoever still sends after this has had its answer for seconds.
            timeout(LINGER, read_on).await.ok();
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_gets_more_time_for_what_it_sends() {
        assert_eq!(patience(0), STALL);
        assert_eq!(patience(59), STALL);
        assert_eq!(patience(10 * 1024), STALL + Duration::from_secs(10));
        assert_eq!(patience(u64::MAX), WHOLE);
    }
}
