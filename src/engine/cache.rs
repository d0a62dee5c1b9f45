//! The thumbnail cache: small encoded pictures in one database, within a limit of bytes.
//!
//! A plain cache: what cannot be read or written is as good as not there. SQLite keeps many small
//! blobs in less space and with fewer system calls than a file for each.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, OptionalExtension};

use crate::sqlite::{self, Durability};

const MIGRATIONS: &[&str] = &["
    CREATE TABLE thumbnails (
        name TEXT PRIMARY KEY,
        bytes BLOB NOT NULL,
        used INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX thumbnails_by_use ON thumbnails (used);
    CREATE TABLE totals (bytes INTEGER NOT NULL, clock INTEGER NOT NULL);
    INSERT INTO totals (bytes, clock) VALUES (0, 0);"];

/// Pictures by name, the least recently used first to go.
#[derive(Debug)]
pub(super) struct ThumbnailCache {
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    connection: Connection,
    limit_bytes: u64,
}

impl ThumbnailCache {
    /// Opens the cache; a damaged one is made anew.
    ///
    /// # Errors
    /// What SQLite says when the folder cannot be written either.
    pub(super) fn open(path: &Path, limit_bytes: u64) -> Result<Self, sqlite::OpenError> {
        let connection =
            sqlite::open(path, Durability::Rebuildable, MIGRATIONS).or_else(|error| {
                tracing::warn!(%error, "the thumbnail cache is made anew");
                for suffix in ["", "-wal", "-shm"] {
                    let mut file = path.as_os_str().to_owned();
                    file.push(suffix);
                    if let Err(error) = std::fs::remove_file(&file)
                        && error.kind() != std::io::ErrorKind::NotFound
                    {
                        tracing::warn!(%error, "a part of the damaged cache stays");
                    }
                }
                sqlite::open(path, Durability::Rebuildable, MIGRATIONS)
            })?;
        Ok(Self {
            inner: Mutex::new(Inner {
                connection,
                limit_bytes,
            }),
        })
    }

    /// The bytes under that name, if they are there. Blocking.
    #[must_use]
    pub(super) fn get(&self, name: &str) -> Option<Vec<u8>> {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let found = inner
            .connection
            .prepare_cached("SELECT bytes FROM thumbnails WHERE name = ?1")
            .and_then(|mut statement| {
                statement
                    .query_row([name], |row| row.get::<_, Vec<u8>>(0))
                    .optional()
            });
        let bytes = match found {
            Ok(bytes) => bytes?,
            Err(error) => {
                tracing::warn!(%error, "the thumbnail cache cannot be read");
                return None;
            }
        };
        if let Err(error) = inner.touch(name) {
            tracing::debug!(%error, "the thumbnail cache cannot be written");
        }
        Some(bytes)
    }

    /// Keeps bytes under a name, and lets go of the least recently used beyond the limit. Blocking.
    pub(super) fn put(&self, name: &str, bytes: &[u8]) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = inner.put(name, bytes) {
            tracing::warn!(%error, "a thumbnail could not be kept");
        }
    }

    /// Changes the limit, in bytes; 0 keeps nothing. Blocking.
    pub(super) fn set_limit(&self, limit_bytes: u64) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.limit_bytes = limit_bytes;
        if let Err(error) = inner.shrink() {
            tracing::warn!(%error, "the thumbnail cache could not be shrunk");
        }
    }

    /// Bytes that are kept.
    #[cfg(test)]
    fn size_bytes(&self) -> u64 {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.total().unwrap_or(0)
    }
}

impl Inner {
    #[cfg(test)]
    fn total(&self) -> rusqlite::Result<u64> {
        self.connection
            .prepare_cached("SELECT bytes FROM totals")?
            .query_row([], |row| row.get::<_, i64>(0))
            .map(i64::unsigned_abs)
    }

    fn touch(&self, name: &str) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached("UPDATE totals SET clock = clock + 1")?
            .execute([])?;
        self.connection
            .prepare_cached(
                "UPDATE thumbnails SET used = (SELECT clock FROM totals) WHERE name = ?1",
            )?
            .execute([name])?;
        Ok(())
    }

    fn put(&mut self, name: &str, bytes: &[u8]) -> rusqlite::Result<()> {
        if bytes.len() as u64 > self.limit_bytes {
            return Ok(());
        }
        let transaction = self.connection.transaction()?;
        let before: i64 = transaction
            .prepare_cached("SELECT length(bytes) FROM thumbnails WHERE name = ?1")?
            .query_row([name], |row| row.get(0))
            .optional()?
            .unwrap_or(0);
        transaction
            .prepare_cached("UPDATE totals SET clock = clock + 1, bytes = bytes + ?1")?
            .execute([i64::try_from(bytes.len()).unwrap_or(i64::MAX) - before])?;
        transaction
            .prepare_cached(
                "INSERT INTO thumbnails (name, bytes, used) VALUES (?1, ?2, (SELECT clock FROM totals))
                 ON CONFLICT (name) DO UPDATE SET bytes = excluded.bytes, used = excluded.used",
            )?
            .execute(rusqlite::params![name, bytes])?;
        transaction.commit()?;
        self.shrink()
    }

    fn shrink(&mut self) -> rusqlite::Result<()> {
        let limit = i64::try_from(self.limit_bytes).unwrap_or(i64::MAX);
        let transaction = self.connection.transaction()?;
        loop {
            let total: i64 = transaction
                .prepare_cached("SELECT bytes FROM totals")?
                .query_row([], |row| row.get(0))?;
            if total <= limit {
                break;
            }
            let oldest: Option<(String, i64)> = transaction
                .prepare_cached("SELECT name, length(bytes) FROM thumbnails ORDER BY used LIMIT 1")?
                .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let Some((name, len)) = oldest else {
                transaction.execute("UPDATE totals SET bytes = 0", [])?;
                break;
            };
            transaction
                .prepare_cached("DELETE FROM thumbnails WHERE name = ?1")?
                .execute([&name])?;
            transaction
                .prepare_cached("UPDATE totals SET bytes = bytes - ?1")?
                .execute([len])?;
        }
        transaction.commit()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_keeps_what_was_used_last_within_its_limit() {
        let folder = tempfile::tempdir().unwrap();
        let cache = ThumbnailCache::open(&folder.path().join("thumbnails.db"), 250).unwrap();
        cache.put("a", &[1; 100]);
        cache.put("b", &[2; 100]);
        assert_eq!(cache.get("a"), Some(vec![1; 100]));
        cache.put("c", &[3; 100]);
        assert_eq!(cache.get("b"), None);
        assert!(cache.get("a").is_some() && cache.get("c").is_some());
        assert_eq!(cache.size_bytes(), 200);
        cache.put("c", &[3; 50]);
        assert_eq!(cache.size_bytes(), 150);
        cache.put("huge", &[0; 1000]);
        assert_eq!(cache.get("huge"), None);
    }

    #[test]
    fn a_damaged_cache_is_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("thumbnails.db");
        std::fs::write(&path, "no database ".repeat(1000)).unwrap();
        let cache = ThumbnailCache::open(&path, 1000).unwrap();
        cache.put("a", &[1; 10]);
        drop(cache);
        assert_eq!(
            ThumbnailCache::open(&path, 1000).unwrap().get("a"),
            Some(vec![1; 10])
        );
    }
}
