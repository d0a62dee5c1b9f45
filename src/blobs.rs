//! Bytes by their SHA-256 in a folder: written once, never changed, durable when kept.
//!
//! ```text
//! originals/
//!   incoming/          files that are being written; emptied when the folder is opened
//!   ab/cd/abcd….       the bytes whose hash begins with abcd
//! ```
//!
//! A file is written under another name, flushed to the disk, renamed, and its folder is flushed:
//! after a crash a blob is whole or absent. Who names blobs in a database commits *after*
//! [`Blobs::keep`] and removes *after* the commit; a crash in between leaves a blob that nobody
//! names, which [`Blobs::each`] finds.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;

use crate::model::{ByteSize, ContentHash};

/// A folder of blobs.
#[derive(Clone, Debug)]
pub struct Blobs {
    folder: PathBuf,
    incoming: PathBuf,
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
        let path = self.path(arrived.hash);
        let folder = path.parent().expect("two folders deep");
        if fs::metadata(&path).is_ok_and(|found| found.len() == arrived.size.0) {
            // The same bytes are there already. Whoever wrote them may not yet have flushed the
            // folder, and we are about to promise that they stay.
            return flush_folder(folder);
        }
        arrived.file.as_file().sync_all()?;
        let outer = folder.parent().expect("two folders deep");
        make_folder(outer)?;
        make_folder(folder)?;
        arrived.file.persist(&path).map_err(|error| error.error)?;
        flush_folder(folder)
    }

    /// Where a blob is, or would be.
    #[must_use]
    pub fn path(&self, hash: ContentHash) -> PathBuf {
        let name = hash.to_hex();
        self.folder.join(&name[..2]).join(&name[2..4]).join(name)
    }

    /// All bytes of a blob; `None` when there is no such blob.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(&self, hash: ContentHash) -> io::Result<Option<Vec<u8>>> {
        absent_is_none(fs::read(self.path(hash)))
    }

    /// Opens a blob for reading; `None` when there is no such blob.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open_blob(&self, hash: ContentHash) -> io::Result<Option<File>> {
        absent_is_none(File::open(self.path(hash)))
    }

    /// Removes a blob; one that is absent is fine.
    ///
    /// # Errors
    /// When it is there and cannot be removed.
    pub fn remove(&self, hash: ContentHash) -> io::Result<()> {
        absent_is_none(fs::remove_file(self.path(hash))).map(|_| ())
    }

    /// Every blob there is, in no order. Files that are none are passed over.
    pub fn each(&self) -> impl Iterator<Item = ContentHash> + use<> {
        fn folders(of: &Path) -> impl Iterator<Item = PathBuf> + use<> {
            let entries = fs::read_dir(of).into_iter().flatten().flatten();
            entries.map(|entry| entry.path())
        }
        folders(&self.folder)
            .filter(|outer| outer.file_name().is_some_and(|name| name.len() == 2))
            .flat_map(|outer| folders(&outer))
            .flat_map(|inner| folders(&inner))
            .filter_map(|path| ContentHash::from_hex(path.file_name()?.to_str()?))
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
            hash: ContentHash(self.hasher.finalize().into()),
            size: ByteSize(self.size),
        }
    }
}

impl Arrived {
    /// The bytes, to look at before keeping them.
    ///
    /// # Errors
    /// When they cannot be read back.
    pub fn read(&self) -> io::Result<Vec<u8>> {
        fs::read(self.file.path())
    }
}

fn absent_is_none<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Makes one folder; its own entry is durable, too.
fn make_folder(folder: &Path) -> io::Result<()> {
    match fs::create_dir(folder) {
        Ok(()) => flush_folder(folder.parent().expect("inside the blob folder")),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
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
        assert!(
            blobs
                .path(hash)
                .ends_with(format!("2c/f2/{}", hash.to_hex()))
        );
        assert_eq!(blobs.read(hash).unwrap().as_deref(), Some(&b"hello"[..]));
        assert_eq!(blobs.each().collect::<Vec<_>>(), [hash]);
        blobs.remove(hash).unwrap();
        blobs.remove(hash).unwrap();
        assert_eq!(blobs.read(hash).unwrap(), None);
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
