//! Renditions on disk: made once, kept within a limit, thrown away from the oldest use on.
//!
//! A key holds everything that a rendition depends on, the original's hash included, so nothing
//! ever has to be purged for being wrong. Files are not flushed: one that a power cut damaged has
//! the wrong length, counts as missing, and is made again.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, Weak};
use std::time::SystemTime;

use bytes::Bytes;
use lru::LruCache;
use serde::{Deserialize, Serialize};
use tokio::sync::OnceCell;

use super::{blocking, guard};

/// How many bytes are kept.
const LIMIT_BYTES: u64 = 512 * 1024 * 1024;
/// How many of them also in memory: a page of thumbnails, over and over.
const MEMORY_BYTES: u64 = 32 * 1024 * 1024;
/// A single one that is larger would push out too many others.
const MEMORY_EACH_BYTES: usize = 2 * 1024 * 1024;

/// What a rendition is known by: a SHA-256 of all it depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct RenditionKey(pub(crate) [u8; 32]);

/// Encoded pixels, ready to send.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Rendition {
    pub(crate) media_type: String,
    /// Remarks, one header each.
    pub(crate) warnings: Vec<String>,
    pub(crate) bytes: Bytes,
}

/// Why there is no rendition, as it is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NotRendered {
    pub(crate) status: u16,
    pub(crate) code: u32,
    pub(crate) message: String,
}

type Outcome = Result<Arc<Rendition>, NotRendered>;

/// The cache.
pub(crate) struct Renditions {
    folder: PathBuf,
    sizes: Mutex<Sizes>,
    /// The ones that were used last.
    memory: Mutex<Memory>,
    /// Renditions that are being made: who asks meanwhile waits for the same one.
    making: Mutex<HashMap<RenditionKey, Weak<OnceCell<Outcome>>>>,
}

struct Sizes {
    by_use: LruCache<RenditionKey, u64>,
    total_bytes: u64,
    limit_bytes: u64,
}

struct Memory {
    by_use: LruCache<RenditionKey, Arc<Rendition>>,
    total_bytes: u64,
}

#[derive(Serialize, Deserialize)]
struct Header {
    media_type: String,
    warnings: Vec<String>,
    len: usize,
}

impl Renditions {
    /// Opens the folder and learns what is in it.
    pub(crate) fn open(folder: &Path) -> io::Result<Self> {
        Self::with_limit(folder, LIMIT_BYTES)
    }

    fn with_limit(folder: &Path, limit_bytes: u64) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let mut found: Vec<(SystemTime, RenditionKey, u64)> = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let metadata = entry.metadata()?;
            let mut key = [0; 32];
            let name = entry.file_name();
            if hex::decode_to_slice(name.as_encoded_bytes(), &mut key).is_ok() {
                found.push((metadata.modified()?, RenditionKey(key), metadata.len()));
            } else if metadata.is_file() {
                fs::remove_file(entry.path())?;
            }
        }
        found.sort_by_key(|(modified, ..)| *modified);
        let mut sizes = Sizes {
            by_use: LruCache::unbounded(),
            total_bytes: 0,
            limit_bytes,
        };
        for (_, key, len) in found {
            // What is too much since a crash, or since the limit is lower.
            for old in sizes.add(key, len) {
                fs::remove_file(path_of(folder, old))?;
            }
        }
        Ok(Self {
            folder: folder.to_owned(),
            sizes: Mutex::new(sizes),
            memory: Mutex::new(Memory {
                by_use: LruCache::unbounded(),
                total_bytes: 0,
            }),
            making: Mutex::new(HashMap::new()),
        })
    }

    /// How many bytes are kept now.
    pub(crate) fn total_bytes(&self) -> u64 {
        guard(&self.sizes).total_bytes
    }

    /// The rendition, and whether it was there already. `make` runs once for all who ask at the
    /// same time; when the one who began it leaves, another goes on.
    pub(crate) async fn get_or_make<F>(
        self: &Arc<Self>,
        key: RenditionKey,
        make: impl FnOnce() -> F,
    ) -> (Outcome, bool)
    where
        F: Future<Output = Result<Rendition, NotRendered>>,
    {
        // Before anything that waits: a rendition in memory is an answer on this very thread.
        if let Some(rendition) = self.remembered(key) {
            return (Ok(rendition), true);
        }
        let cache = Arc::clone(self);
        if let Ok(Some(rendition)) = blocking(move || cache.load(key)).await {
            let rendition = Arc::new(rendition);
            guard(&self.memory).add(key, &rendition);
            return (Ok(rendition), true);
        }
        let cell = {
            let mut making = guard(&self.making);
            making.retain(|_, cell| cell.strong_count() > 0);
            let running = making.get(&key).and_then(Weak::upgrade);
            running.unwrap_or_else(|| {
                let cell = Arc::new(OnceCell::new());
                making.insert(key, Arc::downgrade(&cell));
                cell
            })
        };
        let outcome = cell
            .get_or_init(|| async {
                let rendition = Arc::new(make().await?);
                let (cache, kept) = (Arc::clone(self), Arc::clone(&rendition));
                let saved = blocking(move || cache.save(key, &kept)).await;
                // A full disk costs time, not the answer.
                if let Ok(Err(error)) = saved {
                    tracing::warn!(%error, "could not keep a rendition");
                }
                guard(&self.memory).add(key, &rendition);
                Ok(rendition)
            })
            .await;
        (outcome.clone(), false)
    }

    fn path(&self, key: RenditionKey) -> PathBuf {
        path_of(&self.folder, key)
    }

    fn remembered(&self, key: RenditionKey) -> Option<Arc<Rendition>> {
        let rendition = guard(&self.memory).by_use.get(&key).cloned()?;
        // It counts as used on the disk as well.
        guard(&self.sizes).by_use.promote(&key);
        Some(rendition)
    }

    fn load(&self, key: RenditionKey) -> Option<Rendition> {
        guard(&self.sizes).by_use.get(&key)?;
        let whole = Bytes::from(fs::read(self.path(key)).ok()?);
        let end = whole.iter().position(|byte| *byte == b'\n')?;
        let header: Header = serde_json::from_slice(&whole[..end]).ok()?;
        let bytes = whole.slice(end + 1..);
        (bytes.len() == header.len).then_some(Rendition {
            media_type: header.media_type,
            warnings: header.warnings,
            bytes,
        })
    }

    fn save(&self, key: RenditionKey, rendition: &Rendition) -> io::Result<()> {
        let header = Header {
            media_type: rendition.media_type.clone(),
            warnings: rendition.warnings.clone(),
            len: rendition.bytes.len(),
        };
        let mut head = serde_json::to_vec(&header)?;
        head.push(b'\n');
        let mut file = tempfile::Builder::new()
            .prefix("incoming-")
            .tempfile_in(&self.folder)?;
        file.write_all(&head)?;
        file.write_all(&rendition.bytes)?;
        file.persist(self.path(key)).map_err(|error| error.error)?;
        let len = (head.len() + rendition.bytes.len()) as u64;
        let dropped = guard(&self.sizes).add(key, len);
        for old in dropped {
            // It may be gone already; nothing depends on it.
            fs::remove_file(self.path(old)).ok();
        }
        Ok(())
    }
}

fn path_of(folder: &Path, key: RenditionKey) -> PathBuf {
    folder.join(hex::encode(key.0))
}

impl Sizes {
    /// Counts a file in; returns those that have to go.
    #[must_use]
    fn add(&mut self, key: RenditionKey, len: u64) -> Vec<RenditionKey> {
        if let Some(old) = self.by_use.put(key, len) {
            self.total_bytes -= old;
        }
        self.total_bytes += len;
        let mut dropped = Vec::new();
        while self.total_bytes > self.limit_bytes && self.by_use.len() > 1 {
            let Some((old, len)) = self.by_use.pop_lru() else {
                break;
            };
            self.total_bytes -= len;
            dropped.push(old);
        }
        dropped
    }
}

impl Memory {
    fn add(&mut self, key: RenditionKey, rendition: &Arc<Rendition>) {
        let len = rendition.bytes.len();
        if len > MEMORY_EACH_BYTES {
            return;
        }
        self.total_bytes += len as u64;
        if let Some(old) = self.by_use.put(key, Arc::clone(rendition)) {
            self.total_bytes -= old.bytes.len() as u64;
        }
        while self.total_bytes > MEMORY_BYTES {
            let Some((_, old)) = self.by_use.pop_lru() else {
                break;
            };
            self.total_bytes -= old.bytes.len() as u64;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn rendition(bytes: &[u8]) -> Rendition {
        Rendition {
            media_type: "image/webp".to_owned(),
            warnings: vec!["a remark".to_owned()],
            bytes: Bytes::copy_from_slice(bytes),
        }
    }

    fn key(n: u8) -> RenditionKey {
        RenditionKey([n; 32])
    }

    #[tokio::test]
    async fn twenty_who_ask_at_once_get_one_rendering() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Arc::new(Renditions::open(folder.path()).unwrap());
        let made = AtomicUsize::new(0);
        let asked = (0..20).map(|_| {
            cache.get_or_make(key(1), || async {
                made.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                Ok(rendition(b"pixels"))
            })
        });
        for (outcome, _) in futures_util::future::join_all(asked).await {
            assert_eq!(*outcome.unwrap(), rendition(b"pixels"));
        }
        assert_eq!(made.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_rendition_is_still_there_after_a_restart_unless_it_was_damaged() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Arc::new(Renditions::open(folder.path()).unwrap());
        let make = || async { Ok(rendition(b"pixels")) };
        assert!(!open().get_or_make(key(1), make).await.1);
        assert!(open().get_or_make(key(1), make).await.1);
        let path = folder.path().join(hex::encode(key(1).0));
        let whole = fs::read(&path).unwrap();
        fs::write(&path, &whole[..whole.len() - 1]).unwrap();
        let (outcome, was_there) = open().get_or_make(key(1), make).await;
        assert_eq!((outcome.is_ok(), was_there), (true, false));
    }

    #[tokio::test]
    async fn memory_holds_the_latest_renditions_and_not_more_than_its_limit() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Arc::new(Renditions::open(folder.path()).unwrap());
        let large = rendition(&vec![0; MEMORY_EACH_BYTES]);
        let make = || async { Ok(large.clone()) };
        for n in 0..20 {
            cache.get_or_make(key(n), make).await.0.unwrap();
        }
        let held = (0..20).filter(|n| cache.remembered(key(*n)).is_some());
        assert_eq!(held.collect::<Vec<_>>(), (4..20).collect::<Vec<_>>());
        let too_large = rendition(&vec![0; MEMORY_EACH_BYTES + 1]);
        let make = || async { Ok(too_large.clone()) };
        cache.get_or_make(key(20), make).await.0.unwrap();
        assert!(cache.remembered(key(20)).is_none());
        // What memory does not hold is still on the disk.
        for n in [0, 20] {
            assert!(cache.get_or_make(key(n), make).await.1);
        }
    }

    #[test]
    fn the_longest_unused_rendition_goes_first() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Renditions::with_limit(folder.path(), 1000).unwrap();
        let large = rendition(&[0; 300]);
        for n in 1..=2 {
            cache.save(key(n), &large).unwrap();
        }
        assert!(cache.load(key(1)).is_some());
        cache.save(key(3), &large).unwrap();
        assert!(cache.load(key(1)).is_some());
        assert!(cache.load(key(2)).is_none());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
