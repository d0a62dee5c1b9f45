//! Bytes by their SHA-256 in a folder: written once, never changed, durable when kept.
//!
//! ```text
//! originals/
//!   incoming/          files that are being written; emptied when the folder is opened
//!   ab/abcd….          the bytes whose hash begins with abcd
//! ```
//!
//! A file is written under another name, flushed to the disk, renamed, and its folder is flushed:
//! after a crash a blob is whole or absent. Who names blobs in a database commits *after*
//! [`Blobs::keep`] and removes *after* the commit; a crash in between leaves a blob that nobody
//! names, which [`Blobs::each`] finds.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;

use crate::model::{ByteSize, ContentHash};

/// A folder of blobs.
#[derive(Clone, Debug)]
pub struct Blobs {
    folder: PathBuf,
    incoming: PathBuf,
    /// Which of the folders of blobs are known to survive a power cut, by their first byte.
    durable: Arc<[AtomicBool; 256]>,
}

/// Bytes on their way in. Dropped without [`Blobs::keep`], they are gone.
#[derive(Debug)]
pub struct Incoming {
    file: NamedTempFile,
    hasher: Sha256,
    size: u64,
}

/// Bytes that arrived completely, with their hash; not yet a blob.
#[derive(Debug)]
pub struct Arrived {
    file: NamedTempFile,
    /// The bytes, when they are still in memory.
    held: Option<Bytes>,
    /// SHA-256 of the bytes.
    pub hash: ContentHash,
    /// How many there are.
    pub size: ByteSize,
}

impl Blobs {
    /// Opens the folder, makes it when it does not exist, and removes what an earlier run left
    /// half-written.
    ///
    /// # Errors
    /// When the folder cannot be made or emptied.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let incoming = folder.join("incoming");
        fs::create_dir_all(&incoming)?;
        for entry in fs::read_dir(&incoming)? {
            fs::remove_file(entry?.path())?;
        }
        Ok(Self {
            folder: folder.to_owned(),
            incoming,
            durable: Arc::new([const { AtomicBool::new(false) }; 256]),
        })
    }

    /// Begins a new file.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn receive(&self) -> io::Result<Incoming> {
        Ok(Incoming {
            file: NamedTempFile::new_in(&self.incoming)?,
            hasher: Sha256::new(),
            size: 0,
        })
    }

    /// Makes arrived bytes a blob. When this returns, they survive a power cut.
    ///
    /// # Errors
    /// When the disk refuses; nothing is kept then.
    pub fn keep(&self, arrived: Arrived) -> io::Result<()> {
        let folder = self.folder_of(arrived.hash);
        let path = self.path(arrived.hash);
        if fs::metadata(&path).is_ok_and(|found| found.len() == arrived.size.0) {
            // The same bytes are there already. Whoever wrote them may not yet have flushed the
            // folder, and we are about to promise that they stay.
            self.make_folder_of(arrived.hash)?;
            return flush_folder(&folder);
        }
        arrived.file.as_file().sync_all()?;
        self.make_folder_of(arrived.hash)?;
        arrived.file.persist(&path).map_err(|error| error.error)?;
        flush_folder(&folder)
    }

    /// Makes the folder of a blob durable. An earlier run may have been ended between making and
    /// flushing it; so the first blob of each run costs its folder one more flush.
    fn make_folder_of(&self, hash: ContentHash) -> io::Result<()> {
        let is_durable = &self.durable[usize::from(hash.0[0])];
        if make_folder(&self.folder_of(hash))? || !is_durable.load(Ordering::Acquire) {
            flush_folder(&self.folder)?;
            is_durable.store(true, Ordering::Release);
        }
        Ok(())
    }

    /// Where a blob is, or would be.
    #[must_use]
    pub fn path(&self, hash: ContentHash) -> PathBuf {
        self.folder_of(hash).join(hash.to_hex())
    }

    fn folder_of(&self, hash: ContentHash) -> PathBuf {
        self.folder.join(hex::encode([hash.0[0]]))
    }

    /// Where earlier versions put it: in `ab/cd`.
    fn earlier_path(&self, hash: ContentHash) -> PathBuf {
        let inner = self.folder_of(hash).join(hex::encode([hash.0[1]]));
        inner.join(hash.to_hex())
    }

    /// All bytes of a blob; `None` when there is no such blob.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(&self, hash: ContentHash) -> io::Result<Option<Vec<u8>>> {
        match absent_is_none(fs::read(self.path(hash)))? {
            None => absent_is_none(fs::read(self.earlier_path(hash))),
            found => Ok(found),
        }
    }

    /// Opens a blob for reading; `None` when there is no such blob.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open_blob(&self, hash: ContentHash) -> io::Result<Option<File>> {
        match absent_is_none(File::open(self.path(hash)))? {
            None => absent_is_none(File::open(self.earlier_path(hash))),
            found => Ok(found),
        }
    }

    /// Removes a blob; one that is absent is fine.
    ///
    /// # Errors
    /// When it is there and cannot be removed.
    pub fn remove(&self, hash: ContentHash) -> io::Result<()> {
        for path in [self.path(hash), self.earlier_path(hash)] {
            absent_is_none(fs::remove_file(path))?;
        }
        Ok(())
    }

    /// Every blob there is, in no order. Files that are none are passed over.
    pub fn each(&self) -> impl Iterator<Item = ContentHash> + use<> {
        fn inside(of: &Path) -> impl Iterator<Item = PathBuf> + use<> {
            let entries = fs::read_dir(of).into_iter().flatten().flatten();
            entries.map(|entry| entry.path())
        }
        fn hash(path: &Path) -> Option<ContentHash> {
            ContentHash::from_hex(path.file_name()?.to_str()?)
        }
        let is_ours = |path: &PathBuf| path.file_name().is_some_and(|name| name.len() == 2);
        inside(&self.folder)
            .filter(is_ours)
            .flat_map(|folder| inside(&folder))
            .flat_map(move |path| {
                let earlier = is_ours(&path).then(|| inside(&path));
                let earlier = earlier.into_iter().flatten();
                std::iter::once(path).chain(earlier)
            })
            .filter_map(|path| hash(&path))
    }
}

impl Incoming {
    /// Takes the next bytes.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.hasher.update(bytes);
        self.size += bytes.len() as u64;
        Ok(())
    }

    /// How many bytes were written.
    #[must_use]
    pub const fn size(&self) -> ByteSize {
        ByteSize(self.size)
    }

    /// Says that these were all.
    #[must_use]
    pub fn finish(self) -> Arrived {
        Arrived {
            file: self.file,
            held: None,
            hash: ContentHash(self.hasher.finalize().into()),
            size: ByteSize(self.size),
        }
    }
}

impl Arrived {
    /// Holds on to the bytes, so that [`Arrived::read`] need not read them back.
    #[must_use]
    pub fn held(mut self, bytes: Vec<u8>) -> Self {
        self.held = Some(bytes.into());
        self
    }

    /// The bytes, to look at before keeping them.
    ///
    /// # Errors
    /// When they cannot be read back.
    pub fn read(&self) -> io::Result<Bytes> {
        match &self.held {
            Some(bytes) => Ok(bytes.clone()),
            None => fs::read(self.file.path()).map(Bytes::from),
        }
    }
}

fn absent_is_none<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Makes one folder; whether it was missing. Its entry is durable once the parent is flushed.
fn make_folder(folder: &Path) -> io::Result<bool> {
    match fs::create_dir(folder) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

/// A rename is durable once its folder is. Windows has no such call, and NTFS journals it.
fn flush_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    {
        _ = folder;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blobs() -> (tempfile::TempDir, Blobs) {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(&folder.path().join("originals")).unwrap();
        (folder, blobs)
    }

    fn arrived(blobs: &Blobs, bytes: &[u8]) -> Arrived {
        let mut incoming = blobs.receive().unwrap();
        for part in bytes.chunks(2) {
            incoming.write(part).unwrap();
        }
        incoming.finish()
    }

    #[test]
    fn bytes_are_found_by_their_hash() {
        let (_folder, blobs) = blobs();
        let arrived = arrived(&blobs, b"hello");
        let hash = arrived.hash;
        assert_eq!(
            hash.to_hex(),
            "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
        );
        assert_eq!(arrived.size, ByteSize(5));
        blobs.keep(arrived).unwrap();
        assert!(blobs.path(hash).ends_with(format!("2c/{}", hash.to_hex())));
        assert_eq!(blobs.read(hash).unwrap().as_deref(), Some(&b"hello"[..]));
        assert_eq!(blobs.each().collect::<Vec<_>>(), [hash]);
        blobs.remove(hash).unwrap();
        blobs.remove(hash).unwrap();
        assert_eq!(blobs.read(hash).unwrap(), None);
    }

    #[test]
    fn bytes_that_an_earlier_version_kept_are_found_and_removed() {
        let (folder, blobs) = blobs();
        let hash = arrived(&blobs, b"hello").hash;
        let inner = folder.path().join("originals/2c/f2");
        fs::create_dir_all(&inner).unwrap();
        fs::write(inner.join(hash.to_hex()), b"hello").unwrap();
        assert_eq!(blobs.read(hash).unwrap().as_deref(), Some(&b"hello"[..]));
        assert!(blobs.open_blob(hash).unwrap().is_some());
        assert_eq!(blobs.each().collect::<Vec<_>>(), [hash]);
        blobs.remove(hash).unwrap();
        assert_eq!(blobs.each().count(), 0);
    }

    #[test]
    fn a_folder_that_somebody_removed_is_made_again() {
        let (folder, blobs) = blobs();
        let first = arrived(&blobs, b"hello");
        let hash = first.hash;
        blobs.keep(first).unwrap();
        blobs.remove(hash).unwrap();
        fs::remove_dir(folder.path().join("originals/2c")).unwrap();
        blobs.keep(arrived(&blobs, b"hello")).unwrap();
        assert_eq!(blobs.each().count(), 1);
    }

    #[test]
    fn the_same_bytes_twice_are_one_file() {
        let (_folder, blobs) = blobs();
        blobs.keep(arrived(&blobs, b"hello")).unwrap();
        blobs.keep(arrived(&blobs, b"hello")).unwrap();
        assert_eq!(blobs.each().count(), 1);
    }

    #[test]
    fn a_file_that_was_cut_short_is_written_again() {
        let (_folder, blobs) = blobs();
        let first = arrived(&blobs, b"hello");
        let hash = first.hash;
        blobs.keep(first).unwrap();
        fs::write(blobs.path(hash), b"hel").unwrap();
        blobs.keep(arrived(&blobs, b"hello")).unwrap();
        assert_eq!(blobs.read(hash).unwrap().as_deref(), Some(&b"hello"[..]));
    }

    #[test]
    fn what_was_half_written_is_swept_at_the_next_start() {
        let (folder, blobs) = blobs();
        let left = folder.path().join("originals/incoming/left-over");
        fs::write(&left, b"half").unwrap();
        drop(blobs);
        Blobs::open(&folder.path().join("originals")).unwrap();
        assert!(!left.exists());
    }

    #[test]
    fn bytes_that_are_not_kept_leave_nothing() {
        let (folder, blobs) = blobs();
        drop(arrived(&blobs, b"hello"));
        assert_eq!(blobs.each().count(), 0);
        let left = fs::read_dir(folder.path().join("originals/incoming")).unwrap();
        assert_eq!(left.count(), 0);
    }
}
