//! Everything that can be learned from the engine.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use crate::model::{
    AccountHash, AccountId, ByteSize, ContentHash, Generation, Image, ImageId, ItemId, PixelSize,
    Problem, Profile, ProfileId, Secret, SigningKey, Source, Variant, VariantId,
};

use crate::server::{Contents, Exchange, Faults};

use super::request::{DownloadKind, Preferences, ThumbnailKey, UploadInput};
pub use crate::transform::Pixels;

/// What the engine found out.
#[derive(Debug, Clone)]
pub enum Event {
    /// The first event: what was remembered from the last run.
    Started {
        /// The saved profiles.
        profiles: Vec<Profile>,
        /// The preferences.
        preferences: Box<Preferences>,
        /// What could not be read, in words.
        problems: Vec<Problem>,
    },
    /// The saved profiles have changed.
    Profiles(Vec<Profile>),
    /// A profile is open.
    SessionOpened(Box<SessionInfo>),
    /// No profile is open.
    SessionClosed,
    /// A profile could not be opened.
    OpenFailed {
        /// The profile, if it is a saved one.
        profile: Option<ProfileId>,
        /// Why.
        problem: Problem,
        /// Where it belongs on the form.
        field: ConnectField,
    },
    /// What became of storing the preferences, when it failed.
    PreferencesFailed(Problem),

    /// How many images there are and may be.
    Stats {
        /// Images stored.
        current: u64,
        /// Images allowed.
        allowed: u64,
    },
    /// A page of the list.
    Page(Box<PageAnswer>),
    /// A page could not be had.
    PageFailed {
        /// The question.
        generation: Generation,
        /// Why.
        problem: Problem,
    },
    /// How far the walk through the list has come.
    Listed {
        /// Images known.
        known: usize,
        /// Whether these are all.
        complete: bool,
    },
    /// Images came into the account beside the queue: the list has changed.
    ImagesAdded,
    /// A thumbnail, or why there is none.
    Thumbnail {
        /// Which.
        key: ThumbnailKey,
        /// Its pixels.
        result: Result<Arc<Pixels>, Problem>,
    },
    /// An image's details.
    Inspected {
        /// The image.
        id: ImageId,
        /// What is known.
        result: Result<Box<Inspection>, Problem>,
    },
    /// An image was changed, as the service confirmed it; or not.
    ImageChanged {
        /// The image that was to be changed.
        id: ImageId,
        /// What it is now.
        result: Result<Box<Image>, Problem>,
    },
    /// A deletion has ended.
    ImagesDeleted {
        /// Those that are gone.
        deleted: Vec<ImageId>,
        /// Those that are not, and why.
        failed: Vec<(ImageId, Problem)>,
    },
    /// How far a download has come.
    Downloading {
        /// Files saved.
        done: usize,
        /// Files wanted.
        total: usize,
    },
    /// A download has ended.
    Downloaded {
        /// What was saved.
        what: DownloadKind,
        /// Where.
        folder: PathBuf,
        /// How many were saved.
        saved: usize,
        /// Those that were not, by name, and why.
        failed: Vec<(String, Problem)>,
    },
    /// Signed URLs to copy, in the order of the images.
    SignedUrls(Result<Vec<Secret<String>>, Problem>),

    /// What is new in the upload queue.
    Uploads(Box<UploadsDelta>),
    /// What was to be uploaded could not be written down: it is as if it had not been asked for.
    NotTakenIn {
        /// What was handed over.
        inputs: Vec<UploadInput>,
        /// Why.
        problem: Problem,
    },
    /// Why files might be refused that are in the queue; one for each.
    IntakeWarnings(Vec<Problem>),

    /// The variants and the switch for flexible ones.
    Variants(Result<Box<VariantsAnswer>, Problem>),
    /// A variant was created or saved; or not.
    VariantSaved {
        /// Its name.
        id: VariantId,
        /// Whether it was a new one.
        created: bool,
        /// What it is now.
        result: Result<Variant, Problem>,
    },
    /// A variant was deleted; or not.
    VariantDeleted {
        /// Its name.
        id: VariantId,
        /// Whether it is gone.
        result: Result<(), Problem>,
    },
    /// The switch for flexible variants.
    Flexible(Result<bool, Problem>),

    /// The upload links.
    Links(Result<Vec<UploadLink>, Problem>),
    /// A link was made; or not.
    LinkCreated(Result<UploadLink, Problem>),
    /// The signing keys.
    Keys(Result<Vec<SigningKey>, Problem>),

    /// What there is in the open library.
    Library(Result<Box<LibraryInfo>, Problem>),
    /// What goes wrong in the open library on request from now on.
    FaultsSet(Option<Box<Faults>>),
    /// What the open library was asked since the last time, oldest first.
    Traffic(Vec<Exchange>),

    /// Something in the background broke that nothing else speaks of.
    Failed(Problem),
}

/// Where a problem belongs on the form that connects an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectField {
    /// The account id.
    AccountId,
    /// The token.
    Token,
    /// The keyring: the person may choose "for this run only".
    Keyring,
    /// None of them.
    Form,
}

/// What is known of an open profile.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionInfo {
    /// The profile.
    pub profile: Profile,
    /// The account.
    pub account_id: AccountId,
    /// Its delivery hash; an account without images has not shown it yet.
    pub account_hash: Option<AccountHash>,
    /// Origin of delivery URLs.
    pub delivery_base: String,
    /// The API's base URL.
    pub api_base: String,
    /// Uploads of an earlier run that go on now.
    pub resumed: usize,
    /// Whether it is a library without any image.
    pub is_empty_library: bool,
}

/// What is known of an open library as a server.
#[derive(Debug, Clone, PartialEq)]
pub struct LibraryInfo {
    /// What there is in it.
    pub contents: Contents,
    /// The token for other programs; another one in each run.
    pub token: Secret<String>,
    /// What goes wrong in it on request.
    pub faults: Option<Faults>,
}

/// A page of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct PageAnswer {
    /// The question.
    pub generation: Generation,
    /// The rows of the page.
    pub images: Vec<Image>,
    /// Index of the first row in the list that the filter leaves, from 0.
    pub first_row: usize,
    /// Rows that the filter leaves, as far as the list is known.
    pub matching: usize,
    /// Images known of the whole list.
    pub known: usize,
    /// Whether these are all.
    pub complete: bool,
}

/// What the inspector shows beyond the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Inspection {
    /// The image as the service has it now.
    pub image: Image,
    /// Size of the original in pixels, as it is seen.
    pub original_size: Option<PixelSize>,
    /// Name of the original's format.
    pub original_format: Option<String>,
    /// Size of the original in bytes.
    pub original_bytes: Option<ByteSize>,
}

/// What is new in the upload queue.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct UploadsDelta {
    /// Rows that are new or have changed.
    pub changed: Vec<UploadRow>,
    /// Rows that are gone.
    pub removed: BTreeSet<ItemId>,
    /// Whether everything else is gone as well: the rows above are the whole queue.
    pub is_whole: bool,
    /// Whether the queue is held back.
    pub paused: bool,
    /// Bytes a second, smoothed; `None` while nothing is sent.
    pub bytes_per_second: Option<u64>,
    /// Files being looked at before they enter the queue.
    pub checking: usize,
    /// Images that were confirmed since the last event.
    pub uploaded: Vec<ImageId>,
}

/// One upload as the queue shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct UploadRow {
    /// Its number; rows are shown in this order.
    pub id: ItemId,
    /// Where the bytes come from.
    pub source: Source,
    /// Name of the file.
    pub file_name: String,
    /// Its size; 0 for an address.
    pub size: ByteSize,
    /// The hash of its bytes.
    pub content_hash: Option<ContentHash>,
    /// The id it has or shall have.
    pub image_id: Option<ImageId>,
    /// Whether only signed URLs will open it.
    pub require_signed_urls: bool,
    /// How far it is.
    pub state: UploadState,
}

/// How far an upload is.
#[derive(Debug, Clone, PartialEq)]
pub enum UploadState {
    /// Waits for its turn.
    Waiting,
    /// Is being sent.
    Sending {
        /// Bytes handed to the connection.
        sent: u64,
        /// When sending began.
        since: Timestamp,
    },
    /// Everything was sent; the answer is missing.
    Finishing,
    /// The service is asked what it has.
    Checking,
    /// The service confirmed it.
    Done {
        /// The image it became.
        id: ImageId,
    },
    /// It failed and is tried again by itself.
    WillRetry {
        /// Why it failed.
        problem: Problem,
        /// When it is tried again.
        at: Timestamp,
        /// How often it was tried.
        attempt: u32,
        /// How often it is tried at the most.
        of: u32,
    },
    /// It failed, and a person has to decide.
    Failed(Problem),
    /// Held back.
    Paused,
    /// The same bytes are already there.
    Duplicate {
        /// The image that holds them.
        of: ImageId,
        /// When it was uploaded.
        at: Timestamp,
    },
    /// Given up.
    Cancelled,
}

impl UploadState {
    /// Whether nothing more will happen to it by itself.
    #[must_use]
    pub const fn is_settled(&self) -> bool {
        matches!(
            self,
            Self::Done { .. } | Self::Failed(_) | Self::Duplicate { .. } | Self::Cancelled
        )
    }
}

/// The variants and the switch for flexible ones.
#[derive(Debug, Clone, PartialEq)]
pub struct VariantsAnswer {
    /// Every variant of the account, `public` first, then by name.
    pub variants: Vec<Variant>,
    /// Whether options may stand in URLs; `None` when the account does not tell.
    pub flexible: Option<bool>,
}

/// A link through which one file can be uploaded without a token.
#[derive(Debug, Clone, PartialEq)]
pub struct UploadLink {
    /// The id that the image will have.
    pub id: ImageId,
    /// The link itself.
    pub url: Secret<String>,
    /// Until when it works.
    pub expires: Timestamp,
    /// What the person calls it.
    pub note: String,
    /// What became of it.
    pub state: LinkState,
}

/// What became of an upload link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkState {
    /// Not asked yet.
    Unknown,
    /// Waits for its file.
    Waiting,
    /// Its file has arrived.
    Used,
    /// Nobody used it in time.
    Expired,
    /// Its draft was deleted.
    Gone,
}
