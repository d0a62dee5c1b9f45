//! What we compare with: axum, and the least that stores or sends the same bytes.

use std::fs::File;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::routing::post;
use axum::serve::ListenerExt as _;
use bytes::Bytes;
use http::StatusCode;
use tokio::net::TcpListener;
use tower_http::services::ServeFile;

use crate::Result;

/// A running server: `POST /upload` keeps a body, `GET /file` sends a file.
pub(crate) struct Bare {
    pub(crate) addr: SocketAddr,
    /// The file that is sent.
    pub(crate) file: PathBuf,
}

struct Kept {
    folder: PathBuf,
    count: AtomicU64,
}

impl Bare {
    pub(crate) async fn start(folder: &Path) -> Result<Self> {
        let kept = Kept {
            folder: folder.join("bare"),
            count: AtomicU64::new(0),
        };
        std::fs::create_dir(&kept.folder)?;
        let file = folder.join("file.jpg");
        let router = Router::new()
            .route("/upload", post(keep))
            .route_service("/file", ServeFile::new(&file))
            .layer(DefaultBodyLimit::max(16 * 1024 * 1024))
            .with_state(Arc::new(kept));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let addr = listener.local_addr()?;
        let listener = listener.tap_io(|stream| {
            // As our server does.
            stream.set_nodelay(true).ok();
        });
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { addr, file })
    }
}

async fn keep(State(kept): State<Arc<Kept>>, body: Bytes) -> (StatusCode, &'static str) {
    let stored = tokio::task::spawn_blocking(move || kept.write(&body)).await;
    match stored {
        Ok(Ok(())) => (StatusCode::OK, "stored"),
        _ => (StatusCode::INTERNAL_SERVER_ERROR, "not stored"),
    }
}

impl Kept {
    /// Durable when this returns: written, flushed, renamed, and the folder flushed.
    fn write(&self, bytes: &[u8]) -> io::Result<()> {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(self.folder.join(number.to_string()))
            .map_err(|error| error.error)?;
        File::open(&self.folder)?.sync_all()
    }
}
