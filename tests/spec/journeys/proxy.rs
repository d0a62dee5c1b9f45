//! A way to a library that can be watched, slowed down, held and cut.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails where the test would"
)]

use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lenticular::api::{Client, Editor, Endpoint, Upload, UploadBody};
use lenticular::engine::NewAccount;
use lenticular::samples;
use lenticular::server::{Server, ServerConfig, ServerHandle};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};

use super::desk::account;

/// What becomes of a request before it is passed on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Way {
    Open,
    /// Every request waits this long.
    Slow(Duration),
    /// Every request waits until the way is another one.
    Held,
    /// Only those for the list wait.
    ListHeld,
    /// Only those that bring a file wait.
    FilesHeld,
}

impl Way {
    fn holds(self, line: &str) -> bool {
        match self {
            Self::Open | Self::Slow(_) => false,
            Self::Held => true,
            Self::ListHeld => line.contains("/images/v2"),
            // A one-time URL is the only place outside of the API to which anything is sent.
            Self::FilesHeld => line.starts_with("POST ") && !line.contains("/client/v4/"),
        }
    }
}

/// A library, and an account's way to it. It has threads of its own, so that a window that stops
/// does not stop it.
pub(super) struct Remote {
    runtime: Runtime,
    server: ServerHandle,
    port: u16,
    shared: Arc<Shared>,
    listening: Option<AbortHandle>,
}

struct Shared {
    library: SocketAddr,
    way: watch::Sender<Way>,
    lines: Mutex<Vec<String>>,
    /// Requests that had to wait, ever.
    held: AtomicUsize,
    connections: Mutex<JoinSet<()>>,
}

impl Remote {
    pub(super) fn start(folder: &Path) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let server = runtime
            .block_on(Server::start(ServerConfig::local(folder)))
            .unwrap();
        let shared = Arc::new(Shared {
            library: server.addr(),
            way: watch::channel(Way::Open).0,
            lines: Mutex::default(),
            held: AtomicUsize::new(0),
            connections: Mutex::default(),
        });
        let mut remote = Self {
            runtime,
            server,
            port: 0,
            shared,
            listening: None,
        };
        remote.come_back();
        remote
    }

    /// The account as the window opens it, through the watched way.
    pub(super) fn account(&self) -> NewAccount {
        let (id, token) = (self.server.account_id(), self.server.token());
        account(&self.api_base(), id, token)
    }

    pub(super) fn api_base(&self) -> String {
        format!("http://127.0.0.1:{}/client/v4", self.port)
    }

    pub(super) fn set(&self, way: Way) {
        self.shared.way.send_replace(way);
    }

    /// Nobody listens any more, and what was under way breaks off.
    pub(super) fn go_away(&mut self) {
        if let Some(listening) = self.listening.take() {
            listening.abort();
            self.runtime.block_on(async {
                while !listening.is_finished() {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            });
        }
        self.cut();
    }

    /// What is under way breaks off; new requests are taken.
    pub(super) fn cut(&self) {
        self.shared.connections.lock().unwrap().abort_all();
    }

    /// Listens again, at the same address.
    pub(super) fn come_back(&mut self) {
        let address = SocketAddr::from(([127, 0, 0, 1], self.port));
        let listener = self.runtime.block_on(TcpListener::bind(address)).unwrap();
        self.port = listener.local_addr().unwrap().port();
        let listening = self
            .runtime
            .spawn(listen(listener, Arc::clone(&self.shared)));
        self.listening = Some(listening.abort_handle());
    }

    /// How many requests came since the last time whose first line has this text.
    pub(super) fn count(&self, text: &str) -> usize {
        let lines = std::mem::take(&mut *self.shared.lines.lock().unwrap());
        lines.iter().filter(|line| line.contains(text)).count()
    }

    /// How many requests have had to wait.
    pub(super) fn held(&self) -> usize {
        self.shared.held.load(Ordering::Relaxed)
    }

    /// Puts pictures into the library, past the watched way.
    pub(super) fn fill(&self, count: usize) {
        use futures_util::StreamExt as _;
        let (base, id) = (self.server.api_base(), self.server.account_id().clone());
        let endpoint = Endpoint::custom(&base, id, self.server.token().clone());
        let editor = Editor::new(Client::new(endpoint).unwrap());
        let upload = |index: usize| {
            let bytes = samples::photo_jpeg(index as u64, 24, 16, 60);
            let upload = Upload {
                file_name: Some(format!("picture-{index:03}.jpg")),
                ..Upload::new(UploadBody::Bytes(bytes.into()))
            };
            editor.upload(upload, |_, _| {})
        };
        self.runtime.block_on(async {
            futures_util::stream::iter((0..count).map(upload))
                .buffer_unordered(4)
                .for_each(|uploaded| {
                    uploaded.unwrap();
                    std::future::ready(())
                })
                .await;
        });
    }

    /// How many images the library has.
    pub(super) fn image_count(&self) -> u64 {
        let (base, id) = (self.server.api_base(), self.server.account_id().clone());
        let endpoint = Endpoint::custom(&base, id, self.server.token().clone());
        let client = Client::new(endpoint).unwrap();
        let stats = self.runtime.block_on(async { client.stats().await });
        stats.unwrap().current
    }
}

async fn listen(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        let (socket, _) = listener.accept().await.unwrap();
        let passing = pass_on(socket, Arc::clone(&shared));
        let mut connections = shared.connections.lock().unwrap();
        while connections.try_join_next().is_some() {}
        connections.spawn(passing);
    }
}

/// One request of each connection, so that every head is seen.
async fn pass_on(mut client: TcpStream, shared: Arc<Shared>) {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 2;
        }
        if client.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
            return;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let line = head.lines().next().unwrap_or_default().to_owned();
    shared.lines.lock().unwrap().push(line.clone());
    let mut way = shared.way.subscribe();
    let now = *way.borrow_and_update();
    if let Way::Slow(time) = now {
        tokio::time::sleep(time).await;
    } else if now.holds(&line) {
        shared.held.fetch_add(1, Ordering::Relaxed);
        let freed = way.wait_for(|way| !way.holds(&line)).await;
        drop(freed);
    }
    let Ok(mut library) = TcpStream::connect(shared.library).await else {
        return;
    };
    let kept = head
        .lines()
        .filter(|line| !line.to_ascii_lowercase().starts_with("connection:"));
    let mut head: String = kept.flat_map(|line| [line, "\r\n"]).collect();
    head.push_str("connection: close\r\n\r\n");
    let rest = &bytes[end + 2..];
    if library.write_all(head.as_bytes()).await.is_err() || library.write_all(rest).await.is_err() {
        return;
    }
    // Either side may leave at any time: that is its right.
    tokio::io::copy_bidirectional(&mut client, &mut library)
        .await
        .ok();
}
