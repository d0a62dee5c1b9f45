//! A peer that answers as it is told: real sockets, and bytes that no decent server would send.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What the peer does with one connection.
#[derive(Clone)]
pub(crate) enum Step {
    /// Receives the request, writes these bytes and closes.
    Write(Vec<u8>),
    /// Receives the request and closes.
    Close,
    /// Receives the request and never answers.
    Silence,
    /// Receives the head, then nothing more, until the other side gives up.
    StopReading,
    /// Receives the head, then at most this many bytes of the body every ten milliseconds.
    ReadSlowly(usize),
    /// Receives only the head, writes these bytes and keeps reading.
    AnswerEarly(Vec<u8>),
}

/// A request as it came in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Received {
    /// Request line and headers.
    pub(crate) head: String,
    /// As much of the body as came.
    pub(crate) body: Vec<u8>,
    /// Whether the body had the length that was promised.
    pub(crate) is_complete: bool,
}

impl Received {
    pub(crate) fn line(&self) -> &str {
        self.head.lines().next().unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

pub(crate) struct Peer {
    port: u16,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Peer {
    /// Plays the steps, one for each connection; the last one again and again.
    pub(crate) async fn start(steps: impl IntoIterator<Item = Step>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let received = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&received);
        let mut steps: VecDeque<_> = steps.into_iter().collect();
        tokio::spawn(async move {
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                let step = if steps.len() > 1 {
                    steps.pop_front().unwrap()
                } else {
                    steps[0].clone()
                };
                let log = Arc::clone(&log);
                tokio::spawn(play(socket, step, log));
            }
        });
        Self { port, received }
    }

    /// Always the same answer.
    pub(crate) async fn answering(answer: Vec<u8>) -> Self {
        Self::start([Step::Write(answer)]).await
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn api_base(&self) -> String {
        format!("{}/client/v4", self.origin())
    }

    /// What came in, in the order in which it was through.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// The first request that is through, waited for.
    pub(crate) async fn first(&self) -> Received {
        for _ in 0..500 {
            if let Some(first) = self.received().first() {
                return first.clone();
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("no request came in");
    }
}

async fn play(mut socket: TcpStream, step: Step, log: Arc<Mutex<Vec<Received>>>) {
    let mut bytes = Vec::new();
    let head_len = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        if socket.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
            return;
        }
    };
    let mut received = Received {
        head: String::from_utf8_lossy(&bytes[..head_len]).into_owned(),
        body: bytes.split_off(head_len),
        is_complete: false,
    };
    let length: usize = received
        .header("content-length")
        .map_or(0, |text| text.parse().unwrap());
    if let Step::AnswerEarly(answer) = &step {
        socket.write_all(answer).await.unwrap();
    }
    if matches!(step, Step::StopReading) {
        // Full buffers stop the sender; its giving up is seen when the rest is read.
        tokio::time::sleep(Duration::from_secs(8)).await;
    }
    let mut piece = vec![0; 64 << 10];
    while received.body.len() < length {
        if let Step::ReadSlowly(bytes) = step {
            piece.resize(bytes, 0);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        match socket.read(&mut piece).await {
            Ok(0) | Err(_) => break,
            Ok(len) => received.body.extend_from_slice(&piece[..len]),
        }
    }
    received.is_complete = received.body.len() == length;
    log.lock().unwrap().push(received);
    match step {
        Step::Write(answer) => {
            // The client may have left already: that is its right.
            drop(socket.write_all(&answer).await);
            drop(socket.shutdown().await);
        }
        Step::Silence => tokio::time::sleep(Duration::from_mins(1)).await,
        Step::Close | Step::StopReading | Step::ReadSlowly(_) | Step::AnswerEarly(_) => {}
    }
}

/// An answer with a body.
pub(crate) fn answer(status: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let headers = headers
        .iter()
        .flat_map(|(name, value)| [*name, ": ", *value, "\r\n"]);
    let headers: String = headers.collect();
    let len = body.len();
    format!(
        "HTTP/1.1 {status}\r\nconnection: close\r\n{headers}content-length: {len}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// An answer in JSON.
pub(crate) fn json(status: &str, body: &str) -> Vec<u8> {
    answer(status, &[("content-type", "application/json")], body)
}

/// A failure in the usual envelope.
pub(crate) fn failure(status: &str, code: u32, message: &str) -> Vec<u8> {
    json(
        status,
        &format!(
            r#"{{"result":null,"success":false,"errors":[{{"code":{code},"message":"{message}"}}],"messages":[]}}"#
        ),
    )
}

/// A success in the usual envelope.
pub(crate) fn success(result: &str) -> Vec<u8> {
    json(
        "200 OK",
        &format!(r#"{{"result":{result},"success":true,"errors":[],"messages":[]}}"#),
    )
}

/// An image as an upload answers it.
pub(crate) const IMAGE: &str = r#"{"id":"2cdc28f0-017a-49c4-9ed7-87056c839010","filename":"a.png","uploaded":"2026-11-24T08:07:00.123Z","requireSignedURLs":false,"variants":[]}"#;

/// Numbers as stats answer them.
pub(crate) const STATS: &str = r#"{"count":{"current":3,"allowed":100000}}"#;
