//! The body of an upload: pieces of a file, counted as the connection takes them.
//!
//! A file is read in pieces of 64 KB and never held as a whole. Its length stands in the request
//! before its first byte is sent, so a file that grows, shrinks or is rewritten in the middle
//! ends the upload with an error of its own instead of storing half a picture.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, Stream};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio::time::Instant;

use super::{Error, ErrorKind, Result};

/// The size of a piece: small enough for a smooth bar, large enough to cost nothing.
const PIECE_BYTES: usize = 64 << 10;
/// How much is read to recognize the kind of picture.
const SNIFF_BYTES: usize = 512;

/// How far an upload is; shared by the body, the watchdog and whoever asked.
pub(super) struct Meter {
    total: u64,
    sent: AtomicU64,
    last_move: Mutex<Instant>,
    failure: Mutex<Option<Error>>,
    progress: Box<dyn Fn(u64, u64) + Send + Sync>,
}

impl Meter {
    pub(super) fn new(
        total: u64,
        progress: impl Fn(u64, u64) + Send + Sync + 'static,
    ) -> Arc<Self> {
        progress(0, total);
        Arc::new(Self {
            total,
            sent: AtomicU64::new(0),
            last_move: Mutex::new(Instant::now()),
            failure: Mutex::default(),
            progress: Box::new(progress),
        })
    }

    /// When the last piece was taken.
    pub(super) fn last_move(&self) -> Instant {
        *self
            .last_move
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a connection took the first piece.
    pub(super) fn has_begun(&self) -> bool {
        self.sent.load(Ordering::Relaxed) > 0
    }

    /// Whether every byte was handed over.
    pub(super) fn is_complete(&self) -> bool {
        self.sent.load(Ordering::Relaxed) == self.total
    }

    /// Why the body ended early, if it was our side's fault.
    pub(super) fn take_failure(&self) -> Option<Error> {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.take()
    }

    /// Starts the watch anew: what went before, such as waiting for leave to send, does not count.
    pub(super) fn touch(&self) {
        *self
            .last_move
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn count(&self, len: usize) {
        let sent = self.sent.fetch_add(len as u64, Ordering::Relaxed) + len as u64;
        self.touch();
        (self.progress)(sent, self.total);
    }

    fn fail(&self, error: Error) -> std::io::Error {
        let told = std::io::Error::other(error.message().to_owned());
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        told
    }
}

/// What is to be sent, opened and measured.
pub(super) enum Content {
    /// Bytes in memory.
    Bytes(Bytes),
    /// A file.
    File(OpenFile),
}

/// A file as it was when the upload began.
pub(super) struct OpenFile {
    file: File,
    len: u64,
    modified: Option<SystemTime>,
    head: Vec<u8>,
}

impl Content {
    /// Opens a file for sending.
    pub(super) async fn open(path: &Path) -> Result<Self> {
        let mut file = File::open(path).await.map_err(|error| unreadable(&error))?;
        let about = file.metadata().await.map_err(|error| unreadable(&error))?;
        if !about.is_file() {
            return Err(Error::new(ErrorKind::FileUnreadable, "not a file"));
        }
        let mut head = Vec::with_capacity(SNIFF_BYTES);
        (&mut file)
            .take(SNIFF_BYTES as u64)
            .read_to_end(&mut head)
            .await
            .map_err(|error| unreadable(&error))?;
        file.rewind().await.map_err(|error| unreadable(&error))?;
        Ok(Self::File(OpenFile {
            file,
            len: about.len(),
            modified: about.modified().ok(),
            head,
        }))
    }

    pub(super) const fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File(open) => open.len,
        }
    }

    /// The media type by the first bytes; the service distrusts names as well.
    pub(super) fn media_type(&self) -> &'static str {
        match self {
            Self::Bytes(bytes) => media_type_of(&bytes[..bytes.len().min(SNIFF_BYTES)]),
            Self::File(open) => media_type_of(&open.head),
        }
    }

    /// The pieces, counted by `meter`.
    pub(super) fn into_body(self, meter: Arc<Meter>) -> reqwest::Body {
        match self {
            Self::Bytes(bytes) => reqwest::Body::wrap_stream(pieces_of_bytes(bytes, meter)),
            Self::File(open) => reqwest::Body::wrap_stream(pieces_of_file(open, meter)),
        }
    }
}

fn pieces_of_bytes(
    bytes: Bytes,
    meter: Arc<Meter>,
) -> impl Stream<Item = std::io::Result<Bytes>> + Send + 'static {
    stream::unfold((bytes, meter), |(mut rest, meter)| async move {
        if rest.is_empty() {
            return None;
        }
        let piece = rest.split_to(rest.len().min(PIECE_BYTES));
        meter.count(piece.len());
        Some((Ok::<_, std::io::Error>(piece), (rest, meter)))
    })
}

fn pieces_of_file(
    open: OpenFile,
    meter: Arc<Meter>,
) -> impl Stream<Item = std::io::Result<Bytes>> + Send + 'static {
    stream::try_unfold((open, meter, 0_u64), |(mut open, meter, sent)| async move {
        if sent == open.len {
            return Ok(None);
        }
        match open.next_piece(sent).await {
            Ok(piece) => {
                meter.count(piece.len());
                let sent = sent + piece.len() as u64;
                Ok(Some((piece, (open, meter, sent))))
            }
            Err(error) => Err(meter.fail(error)),
        }
    })
}

impl OpenFile {
    async fn next_piece(&mut self, sent: u64) -> Result<Bytes> {
        let left = usize::try_from(self.len - sent).unwrap_or(usize::MAX);
        let mut piece = BytesMut::with_capacity(PIECE_BYTES);
        let mut reader = (&mut self.file).take(left.min(PIECE_BYTES) as u64);
        let len = reader
            .read_buf(&mut piece)
            .await
            .map_err(|error| unreadable(&error))?;
        if len == 0 {
            return Err(changed());
        }
        // Before the last piece leaves, while the service can still be left without the picture.
        if len == left {
            let about = self.file.metadata().await;
            let about = about.map_err(|error| unreadable(&error))?;
            if about.len() != self.len || about.modified().ok() != self.modified {
                return Err(changed());
            }
        }
        Ok(piece.freeze())
    }
}

fn changed() -> Error {
    Error::new(ErrorKind::FileChanged, "its length or date is another now")
}

/// The kind alone: the words of the system may hold the path.
fn unreadable(error: &std::io::Error) -> Error {
    Error::new(ErrorKind::FileUnreadable, error.kind().to_string())
}

fn media_type_of(head: &[u8]) -> &'static str {
    if let Ok(format) = image::guess_format(head) {
        return format.to_mime_type();
    }
    if head.get(4..8) == Some(b"ftyp")
        && matches!(head.get(8..12), Some(b"heic" | b"heix" | b"mif1" | b"msf1"))
    {
        return "image/heic";
    }
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with("<svg") || (text.starts_with('<') && text.contains("<svg")) {
        return "image/svg+xml";
    }
    "application/octet-stream"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_media_type_comes_from_the_bytes() {
        for (head, expected) in [
            (&b"\x89PNG\r\n\x1a\n"[..], "image/png"),
            (b"\xff\xd8\xff\xe0", "image/jpeg"),
            (b"GIF89a", "image/gif"),
            (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
            (b"\0\0\0\x20ftypavif", "image/avif"),
            (b"\0\0\0\x20ftypheic", "image/heic"),
            (
                b"\xef\xbb\xbf <?xml version='1.0'?><!-- a --><svg ",
                "image/svg+xml",
            ),
            (b"<html>", "application/octet-stream"),
            (b"", "application/octet-stream"),
        ] {
            assert_eq!(media_type_of(head), expected);
        }
    }
}
