//! Operations: the work a person asked for, image by image, as the journal keeps it.
//!
//! One gesture is one operation; one image in it is an item. An item's [`Phase`] always says how
//! far its work *may* have got: it is committed before the step that it announces begins.

use std::fmt;
use std::path::PathBuf;

use jiff::Timestamp;

use super::{ByteSize, ImageId, Metadata, Problem, Secret};

/// The number of an operation in the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperationId(pub i64);

/// The number of an item in the journal; items are worked on in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemId(pub i64);

/// SHA-256 of a file's bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContentHash(pub [u8; 32]);

impl ContentHash {
    /// The hash as 64 lower-case hex digits.
    #[must_use]
    pub fn to_hex(self) -> String {
        hex::encode(self.0)
    }

    /// Reads 64 hex digits.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).ok()?;
        Some(Self(bytes))
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ContentHash({})", &self.to_hex()[..12])
    }
}

/// Where the bytes come from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// A file on this computer, at the path the person gave.
    File(PathBuf),
    /// A picture from the clipboard, kept in the staging folder until it is uploaded.
    Pasted(PathBuf),
    /// An address that the service fetches by itself.
    Url(String),
}

/// A reserved id and its one-time URL, as far as an item needs it.
#[derive(Clone, Debug, PartialEq)]
pub struct Reservation {
    /// The id that the image will have.
    pub id: ImageId,
    /// Where the one body goes.
    pub url: Secret<String>,
    /// Until when the URL works.
    pub expires: Timestamp,
}

/// How far an upload may have got.
///
/// ```text
/// Queued → Reserved → Sending → Done
///    ↑         \         \
///    └─────────── InDoubt ──→ Done | Reserved | Queued     (a lost answer, or a crash)
/// Failed (retry_at: by itself; none: a person decides) · Paused · Duplicate · Cancelled
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// Waiting for its turn; nothing was sent.
    Queued,
    /// The id is known; no byte of the picture was sent.
    Reserved(Reservation),
    /// Bytes may be on their way. Uploads by URL without a custom id have no reservation.
    Sending(Option<Reservation>),
    /// An answer was lost: the service has to be asked what it has.
    InDoubt(Option<Reservation>),
    /// The service confirmed it.
    Done {
        /// The image it became.
        id: ImageId,
        /// When that was confirmed.
        at: Timestamp,
    },
    /// It was refused, or the connection failed.
    Failed {
        /// What is said about it.
        problem: Problem,
        /// When it is tried again by itself; `None` when a person has to decide.
        retry_at: Option<Timestamp>,
    },
    /// Held back by the person.
    Paused,
    /// The same bytes are already in the account.
    Duplicate {
        /// The image that holds them.
        of: ImageId,
        /// When it was uploaded.
        at: Timestamp,
    },
    /// Given up by the person.
    Cancelled,
}

impl Phase {
    /// Whether nothing more will happen to it by itself.
    #[must_use]
    pub const fn is_settled(&self) -> bool {
        matches!(
            self,
            Self::Done { .. }
                | Self::Failed { retry_at: None, .. }
                | Self::Duplicate { .. }
                | Self::Cancelled
        )
    }

    /// Whether the work itself may announce `next` for an item that is in this phase.
    ///
    /// What a person does (pause, resume, cancel, try again, upload anyway) goes by the journal's
    /// own calls. Against those, work that was on its way may still say how it ended, since a
    /// picture that arrived is there whatever was clicked meanwhile; it may not go on.
    #[must_use]
    pub const fn may_become(&self, next: &Self) -> bool {
        match self {
            Self::Queued => matches!(
                next,
                Self::Reserved(_) | Self::Sending(_) | Self::Failed { .. } | Self::Duplicate { .. }
            ),
            // Reserved again: the first URL expired before a byte was sent.
            Self::Reserved(_) => matches!(
                next,
                Self::Queued
                    | Self::Reserved(_)
                    | Self::Sending(_)
                    | Self::InDoubt(_)
                    | Self::Failed { .. }
            ),
            Self::Sending(_) => matches!(
                next,
                Self::Queued | Self::InDoubt(_) | Self::Done { .. } | Self::Failed { .. }
            ),
            Self::InDoubt(_) => matches!(
                next,
                Self::Queued
                    | Self::Reserved(_)
                    | Self::Sending(_)
                    | Self::InDoubt(_)
                    | Self::Done { .. }
                    | Self::Failed { .. }
            ),
            Self::Failed { .. } => matches!(
                next,
                Self::Queued | Self::InDoubt(_) | Self::Failed { .. } | Self::Duplicate { .. }
            ),
            Self::Paused => {
                matches!(
                    next,
                    Self::Done { .. } | Self::Failed { retry_at: None, .. }
                )
            }
            Self::Cancelled => matches!(next, Self::Done { .. }),
            Self::Done { .. } | Self::Duplicate { .. } => false,
        }
    }

    /// Its name in one word, for logs and messages.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Reserved(_) => "reserved",
            Self::Sending(_) => "sending",
            Self::InDoubt(_) => "in doubt",
            Self::Done { .. } => "done",
            Self::Failed { .. } => "failed",
            Self::Paused => "paused",
            Self::Duplicate { .. } => "duplicate",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether bytes may be on their way.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        matches!(
            self,
            Self::Reserved(_) | Self::Sending(_) | Self::InDoubt(_)
        )
    }
}

/// One upload before the journal has numbered it.
#[derive(Clone, Debug, PartialEq)]
pub struct NewItem {
    /// Where the bytes come from.
    pub source: Source,
    /// The name that the image will have.
    pub file_name: String,
    /// Its size when it was looked at.
    pub size: ByteSize,
    /// The hash of its bytes when it was looked at; `None` for a URL or an unreadable file.
    pub content_hash: Option<ContentHash>,
    /// The custom id it shall have.
    pub wanted_id: Option<ImageId>,
    /// What is written about it.
    pub metadata: Metadata,
    /// Whether only signed URLs will open it.
    pub require_signed_urls: bool,
    /// Who it belongs to.
    pub creator: Option<String>,
    /// [`Phase::Queued`] for a sound candidate; else what was found about it.
    pub phase: Phase,
}

/// One upload, as the journal keeps it.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Its number.
    pub id: ItemId,
    /// The gesture that it came with.
    pub operation: OperationId,
    /// What was asked for, with the phase it has now.
    pub what: NewItem,
    /// How often sending was tried.
    pub attempts: u32,
}
