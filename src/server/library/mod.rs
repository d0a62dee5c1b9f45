//! The library: a folder that holds everything the server serves.
//!
//! ```text
//! library.lock     held while a server runs; a second one is refused
//! library.db       records: images, variants, keys, switches
//! originals/       the uploaded bytes, by content hash
//! renditions/      what was made of them; may be deleted at any time
//! ```
//!
//! A stored image is durable before its upload is answered: first the bytes (flushed, renamed,
//! folder flushed), then the record. A crash in between leaves bytes that no record names; they
//! are swept after the next start. All SQL of the server is in this module's files.

mod account;
mod listing;
mod records;
mod renditions;
mod schema;
mod writer;

use std::collections::HashMap;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

pub(crate) use account::{Account, KeyChange, VariantChange};
pub(crate) use listing::{Comparison, Condition, CreatorFilter, Filters, Page, Place, Start};
pub(crate) use records::{Content, NewImage, Record, Stored};
pub(crate) use renditions::{NotRendered, Rendition, RenditionKey, Renditions};

use writer::Writer;

use crate::blobs::{Arrived, Blobs};
use crate::model::{AccountHash, AccountId, ContentHash};
use crate::sqlite::{self, Durability};

/// How many connections read at once. Listing is bound by the disk and by two or four cores.
const READERS: usize = 4;

/// An open library folder.
pub(crate) struct Library {
    pub(crate) blobs: Blobs,
    pub(crate) renditions: Arc<Renditions>,
    writer: Writer,
    readers: Readers,
    /// Blobs that a running upload is about to name. They are not removed meanwhile.
    pinned: Mutex<HashMap<ContentHash, usize>>,
    path: PathBuf,
    /// Locked as long as it is open.
    _lock: File,
}

/// Why the library refused.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// Another process serves this folder.
    #[error("another program is using this library")]
    InUse,
    /// The folder cannot be used.
    #[error("could not use the library folder")]
    Folder(#[source] std::io::Error),
    /// The database cannot be opened.
    #[error("could not open the library's database")]
    Open(#[source] sqlite::OpenError),
    /// The database refused.
    #[error("the library's database failed")]
    Database(#[from] rusqlite::Error),
    /// A record names bytes that are not there.
    #[error("the bytes of an image are missing")]
    Missing,
    /// A blob could not be written or read.
    #[error("could not write or read the bytes of an image")]
    Bytes(#[source] std::io::Error),
    /// The task was cut off because the program ends.
    #[error("the work was cut off")]
    Ended,
}

impl LibraryError {
    /// Whether there is no room on the disk, or no right to more of it.
    pub(crate) fn is_disk_full(&self) -> bool {
        use std::io::ErrorKind;
        match self {
            Self::Folder(error) | Self::Bytes(error) => matches!(
                error.kind(),
                ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge
            ),
            Self::Database(error) => {
                error.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull)
            }
            Self::InUse | Self::Open(_) | Self::Missing | Self::Ended => false,
        }
    }
}

type Result<T> = std::result::Result<T, LibraryError>;

impl Library {
    /// Opens the folder, makes it when it does not exist.
    ///
    /// A given account id is stored; without one, the stored one stays, or a fresh one is made.
    pub(crate) fn open(folder: &Path, account_id: Option<AccountId>) -> Result<Self> {
        create_private_folder(folder).map_err(LibraryError::Folder)?;
        let lock = lock(folder)?;
        let path = folder.join("library.db");
        let mut writer = sqlite::open(&path, Durability::Full, schema::MIGRATIONS)
            .map_err(LibraryError::Open)?;
        account::prepare(&mut writer, account_id)?;
        Ok(Self {
            blobs: Blobs::open(&folder.join("originals")).map_err(LibraryError::Folder)?,
            renditions: Renditions::open(&folder.join("renditions"))
                .map(Arc::new)
                .map_err(LibraryError::Folder)?,
            writer: Writer::start(writer).map_err(LibraryError::Folder)?,
            readers: Readers(Mutex::new(Vec::new())),
            pinned: Mutex::new(HashMap::new()),
            path,
            _lock: lock,
        })
    }

    /// The ids that the library was given at its birth.
    pub(crate) fn identity(&self) -> Result<(AccountId, AccountHash)> {
        self.read_here(account::identity)
    }

    /// Reads on this thread.
    pub(crate) fn read_here<T>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T> {
        let connection = match self.readers.take() {
            Some(connection) => connection,
            None => sqlite::open_reader(&self.path).map_err(LibraryError::Open)?,
        };
        let answer = read(&connection);
        self.readers.give_back(connection);
        Ok(answer?)
    }

    /// Reads on the blocking pool.
    pub(crate) async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T> {
        let library = Arc::clone(self);
        blocking(move || library.read_here(read)).await?
    }

    /// Writes: committed to the disk when this returns. All of it stays, or nothing.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        write: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T> {
        self.writer.write(write).done().await
    }

    /// As [`Library::write`], on a thread that may block.
    fn write_here<T: Send + 'static>(
        &self,
        write: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T> {
        self.writer.write(write).wait()
    }

    /// Keeps arrived bytes, then runs `write`, which makes a record name them unless it refuses.
    ///
    /// The bytes go to the disk outside of the transaction, so that uploads wait for each other
    /// only during the commit.
    pub(crate) async fn store(
        self: &Arc<Self>,
        arrived: Arrived,
        write: impl FnOnce(&Connection) -> rusqlite::Result<Stored> + Send + 'static,
    ) -> Result<Stored> {
        let library = Arc::clone(self);
        blocking(move || {
            let mut pin = Pin::new(&library, arrived.hash);
            let kept = library.blobs.keep(arrived).map_err(LibraryError::Bytes);
            let answer = kept.and_then(|()| library.write_here(write));
            pin.is_named = matches!(answer, Ok(Stored::Yes(_)));
            answer
        })
        .await?
    }

    /// Removes the bytes after the last record that named them is gone.
    pub(crate) async fn forget_bytes(self: &Arc<Self>, hash: ContentHash) -> Result<()> {
        let library = Arc::clone(self);
        blocking(move || library.remove_unnamed(hash)).await?
    }

    /// Removes bytes that no record names, after a crash. Slow on a large library: it looks at
    /// every file, so it runs beside the server and only when the last run did not end well.
    pub(crate) fn sweep(&self) -> Result<()> {
        for hash in self.blobs.each() {
            self.remove_unnamed(hash)?;
        }
        Ok(())
    }

    /// Whether the last run ended well; from now on this one counts.
    pub(crate) fn begin(&self) -> Result<bool> {
        self.write_here(account::begin)
    }

    /// Says that this run ends well.
    pub(crate) fn end(&self) -> Result<()> {
        self.write_here(account::end)
    }

    fn remove_unnamed(&self, hash: ContentHash) -> Result<()> {
        // The pins stay locked until the file is gone: an upload of the same bytes then pins it
        // either before this, and it stays, or after, and it writes the file anew.
        let pinned = guard(&self.pinned);
        let is_named = self.read_here(|connection| records::names(connection, hash))?;
        if !is_named && !pinned.contains_key(&hash) {
            self.blobs.remove(hash).map_err(LibraryError::Bytes)?;
        }
        Ok(())
    }
}

/// Bytes that stay although no record names them yet; for as long as it lives, whatever way the work
/// ends.
struct Pin<'a> {
    library: &'a Library,
    hash: ContentHash,
    /// Whether a record names them now.
    is_named: bool,
}

impl<'a> Pin<'a> {
    fn new(library: &'a Library, hash: ContentHash) -> Self {
        *guard(&library.pinned).entry(hash).or_default() += 1;
        Self {
            library,
            hash,
            is_named: false,
        }
    }
}

impl Drop for Pin<'_> {
    fn drop(&mut self) {
        let mut pinned = guard(&self.library.pinned);
        if let Some(count) = pinned.get_mut(&self.hash) {
            *count -= 1;
            if *count == 0 {
                pinned.remove(&self.hash);
            }
        }
        drop(pinned);
        // A refused record leaves bytes that nobody names. Were this to fail, the sweep after the
        // next crash would find them; it is not worth failing the request.
        if !self.is_named
            && let Err(error) = self.library.remove_unnamed(self.hash)
        {
            tracing::warn!(%error, "could not remove bytes that no image names");
        }
    }
}

/// Runs what blocks where it may.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(value) => Ok(value),
        Err(error) => match error.try_into_panic() {
            // The request that caused it answers for it; see the router.
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(LibraryError::Ended),
        },
    }
}

/// Connections at rest.
struct Readers(Mutex<Vec<Connection>>);

impl Readers {
    fn take(&self) -> Option<Connection> {
        guard(&self.0).pop()
    }

    fn give_back(&self, connection: Connection) {
        let mut resting = guard(&self.0);
        if resting.len() < READERS {
            resting.push(connection);
        }
    }
}

/// A panic while the lock was held left a rolled-back transaction at worst: no reason to refuse
/// every later request.
fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn lock(folder: &Path) -> Result<File> {
    let file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(folder.join("library.lock"))
        .map_err(LibraryError::Folder)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(LibraryError::InUse),
        Err(TryLockError::Error(error)) => Err(LibraryError::Folder(error)),
    }
}

/// The pictures are the person's own: others on the computer need not see them.
fn create_private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(folder)
}

/// Random bytes that nobody can guess.
pub(crate) fn random_bytes() -> [u8; 32] {
    use sha2::Digest as _;
    // Version 4 UUIDs are 122 random bits each from the system's generator.
    let mut hasher = sha2::Sha256::new();
    for _ in 0..3 {
        hasher.update(uuid::Uuid::new_v4().as_bytes());
    }
    hasher.finalize().into()
}
