//! Connections: accepted, limited, served, and ended in an orderly way.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use http::StatusCode;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinSet;
use tokio::time::Sleep;

use super::resting::Resting;
use super::{ServerState, faults};
use crate::wire::Envelope;

/// How long the head of a request may take, the rest between two requests included.
const HEAD_TIME: Duration = Duration::from_secs(30);
/// The most bytes of a head: a long id, long cookies of other programs on the same host.
const MAX_HEAD_BYTES: usize = 128 * 1024;
/// For one more than this, the one that has been silent for the longest time is closed. Many
/// systems let a program open 1,024 files, and the library needs some of them.
const MAX_CONNECTIONS: usize = 768;
/// How long a peer may take nothing of an answer.
const STALL: Duration = Duration::from_mins(1);
/// How long running requests may go on when the server ends.
const END_TIME: Duration = Duration::from_secs(5);

/// Serves until `stop` is sent or dropped.
pub(super) async fn serve(
    listener: TcpListener,
    server: Arc<ServerState>,
    mut stop: oneshot::Receiver<()>,
) {
    let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let resting = Arc::new(Resting::default());
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else {
                    // Out of file descriptors, or the peer is gone: the next may fare better.
                    resting.close_longest();
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                };
                stream
            }
            _ = &mut stop => break,
            Some(_) = connections.join_next() => continue,
        };
        if slots.available_permits() == 0 {
            resting.close_longest();
        }
        let slot = tokio::select! {
            slot = Arc::clone(&slots).acquire_owned() => slot,
            _ = &mut stop => break,
        };
        let server = Arc::clone(&server);
        let watcher = graceful.watcher();
        let resting = Arc::clone(&resting);
        connections.spawn(async move {
            let _slot = slot;
            // Small answers must not wait for the acknowledgment of the ones before.
            stream.set_nodelay(true).ok();
            let rest = resting.begin();
            let service = service_fn(|request| {
                let server = Arc::clone(&server);
                let busy = rest.interrupt();
                async move {
                    // An error in place of an answer closes the connection: that is a cut.
                    let answer = faults::answer(server, request).await;
                    drop(busy);
                    answer
                }
            });
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HEAD_TIME)
                .max_buf_size(MAX_HEAD_BYTES)
                .serve_connection(TokioIo::new(Enveloped::new(stream)), service);
            tokio::select! {
                // What goes wrong here (a peer that left, a head that is none) has been answered.
                _ = watcher.watch(connection) => {}
                () = rest.is_over() => {}
            }
        });
    }
    drop(listener);
    // Whoever is kept waiting on request would hold up the end.
    server.faults.set(None);
    let ended = tokio::time::timeout(END_TIME, graceful.shutdown()).await;
    if ended.is_err() {
        connections.abort_all();
    }
    while connections.join_next().await.is_some() {}
}

/// Puts the envelope around the refusals that the HTTP layer makes on its own (a request line that
/// is none, a head that is too long): they come as an empty answer of their own, and clients read
/// the reason from the body.
///
/// It also notices when the peer does not read: the answer would stay in memory for as long.
struct Enveloped {
    stream: TcpStream,
    stalled: Option<Pin<Box<Sleep>>>,
}

impl Enveloped {
    const fn new(stream: TcpStream) -> Self {
        Self {
            stream,
            stalled: None,
        }
    }

    /// An error in place of waiting when the peer has taken nothing for too long.
    fn with_limit(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let stalled = self
            .stalled
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(STALL)));
        ready!(stalled.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    /// The answer in place of an empty one.
    fn replacement(head: &[u8]) -> Option<Vec<u8>> {
        let text = head.strip_prefix(b"HTTP/1.1 ")?;
        let (code, reason) = match text.get(..3)? {
            b"400" => (6003, "Invalid request headers"),
            b"414" => (7012, "Request URI is too long"),
            b"431" => (6003, "Request headers are too large"),
            _ => return None,
        };
        let text = std::str::from_utf8(head).ok()?;
        let is_whole = text.ends_with("\r\n\r\n") && text.matches("\r\n\r\n").count() == 1;
        if !is_whole || !text.contains("content-length: 0\r\n") {
            return None;
        }
        let status = StatusCode::from_bytes(&head[9..12]).ok()?;
        let body = serde_json::to_string(&Envelope::<()>::failure(code, reason)).ok()?;
        Some(
            format!(
                "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
                 cache-control: no-store\r\nconnection: close\r\n\r\n{body}",
                body.len()
            )
            .into_bytes(),
        )
    }
}

impl AsyncRead for Enveloped {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Enveloped {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let Some(answer) = Self::replacement(buf) else {
            let written = Pin::new(&mut self.stream).poll_write(cx, buf);
            return self.with_limit(cx, written);
        };
        match Pin::new(&mut self.stream).poll_write(cx, &answer) {
            // A few hundred bytes at the end of a connection fit into the socket's buffer. Should
            // they not, the peer gets less of a refusal that it did not read anyway.
            Poll::Ready(Ok(_)) => Poll::Ready(Ok(buf.len())),
            other => other,
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if let [only] = bufs {
            return self.poll_write(cx, only);
        }
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.with_limit(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
