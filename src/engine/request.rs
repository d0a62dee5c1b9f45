//! Everything that can be asked of the engine.
//!
//! A request never waits and has no return value: what it brings comes back as an
//! [`Event`](super::Event). Work that belongs to one view (a preview, a file dialog) is started
//! through [`Handle`](super::Handle) instead and ends with the view.

use std::path::PathBuf;

use jiff::SignedDuration;

use crate::model::{
    AccountId, Generation, ImageChange, ImageId, ItemId, KeyName, PageNumber, PageSize, PixelSize,
    ProfileId, Secret, SortOrder, UploadSpec, Variant, VariantId,
};

use crate::server::Faults;

pub(super) use crate::config::{Preferences, Remember};

/// What the engine shall do.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// Checks an account and opens it.
    Connect(NewAccount),
    /// Opens a local library, made anew if there is none.
    OpenLibrary {
        /// Where it lies; `None` for the usual folder.
        folder: Option<PathBuf>,
        /// Whether an empty library gets the generated sample pictures.
        with_samples: bool,
    },
    /// Opens a saved profile.
    OpenProfile(ProfileId),
    /// Closes the open profile.
    CloseProfile,
    /// Gives a profile another name.
    RenameProfile(ProfileId, String),
    /// Forgets a profile with its keyring entries and its queue. A library's folder stays.
    RemoveProfile(ProfileId),
    /// Remembers the preferences.
    SavePreferences(Box<Preferences>),
    /// Puts the generated sample pictures into the open library.
    AddSamples,
    /// Asks how many images there are.
    Stats,

    /// Asks for a page of the list.
    Page(PageRequest),
    /// Learns the rest of the list, so that the filter sees every image.
    KnowAll(Generation),
    /// Stops a walk through the list.
    StopListing,
    /// Replaces the thumbnails that are wanted, most wanted first.
    Thumbnails(Vec<ThumbnailWish>),
    /// Asks for an image's details and for the size and type of its original.
    Inspect(ImageId),
    /// Changes images.
    EditImages(Vec<ImageEdit>),
    /// Deletes images for good.
    DeleteImages(Vec<ImageId>),
    /// Saves images to a folder.
    Download {
        /// The images with the file name each shall have.
        images: Vec<(ImageId, String)>,
        /// Original or rendition.
        what: DownloadKind,
        /// Where they go.
        folder: PathBuf,
    },
    /// Stops a download.
    StopDownload,
    /// Makes signed URLs to copy.
    SignUrls {
        /// The images, and whether the URL of each is signed; else it is the plain one.
        images: Vec<(ImageId, bool)>,
        /// The variant they open.
        variant: VariantId,
        /// The key; `None` for the first one.
        key: Option<KeyName>,
        /// How long the URLs work from now.
        life: SignedDuration,
    },

    /// Uploads what was dropped, chosen or pasted.
    Upload {
        /// Files, folders and addresses in the order they were given.
        inputs: Vec<UploadInput>,
        /// The options of the panel.
        spec: Box<UploadSpec>,
    },
    /// Acts on the upload queue.
    Uploads(UploadCommand),

    /// Asks for the variants and the switch for flexible ones.
    Variants,
    /// Creates a variant.
    CreateVariant(Variant),
    /// Saves a changed variant.
    SaveVariant(Variant),
    /// Deletes a variant.
    DeleteVariant(VariantId),
    /// Switches flexible variants.
    SetFlexible(bool),

    /// Makes a link through which one file can be uploaded without a token.
    CreateLink {
        /// What the image will have; its template is taken as the id itself.
        spec: Box<UploadSpec>,
        /// How long the link works from now.
        life: SignedDuration,
        /// What the person calls it.
        note: String,
    },
    /// Asks for the links that were made here and what became of them.
    Links,
    /// Forgets a link; a draft that waits for its file is deleted.
    RemoveLink(ImageId),

    /// Asks for the signing keys.
    Keys,
    /// Makes a key.
    CreateKey(KeyName),
    /// Removes a key: every URL that it signed stops working.
    DeleteKey(KeyName),

    /// Asks what there is in the open library.
    Library,
    /// Lets things go wrong in the open library from now on; `None` for no longer.
    SetFaults(Option<Box<Faults>>),
    /// Tells the request log of the open library as it grows.
    WatchTraffic {
        /// From the request after this number on.
        after: u64,
    },
    /// Tells it no longer.
    StopTraffic,
}

/// An account to check and to open.
#[derive(Debug, Clone, PartialEq)]
pub struct NewAccount {
    /// What the person calls it.
    pub name: String,
    /// The account.
    pub account_id: AccountId,
    /// The API's base URL when it is not Cloudflare's.
    pub api_base: Option<String>,
    /// The token.
    pub token: Secret<String>,
    /// Whether the token goes to the keyring.
    pub remember: Remember,
}

/// A page of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct PageRequest {
    /// The order of the list.
    pub sort: SortOrder,
    /// Only images whose name, id, creator or metadata hold this text; empty for all.
    pub filter: String,
    /// The page.
    pub page: PageNumber,
    /// Rows of a page.
    pub size: PageSize,
    /// Which question this is.
    pub generation: Generation,
    /// Whether what is known of the list is forgotten first.
    pub refresh: bool,
}

/// One thumbnail that is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ThumbnailWish {
    /// Which picture, how large.
    pub key: ThumbnailKey,
    /// Whether the image needs a signature.
    pub is_private: bool,
}

/// Which picture, how large.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ThumbnailKey {
    /// The image.
    pub id: ImageId,
    /// When it was uploaded, in milliseconds: the same id may hold another picture later.
    pub uploaded_millis: i64,
    /// The longest side that is wanted, in pixels.
    pub max_side_px: u32,
}

/// One change to one image.
#[derive(Debug, Clone, PartialEq)]
pub struct ImageEdit {
    /// The image.
    pub id: ImageId,
    /// What changes.
    pub change: ImageChange,
}

/// What of an image is saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DownloadKind {
    /// The bytes that were uploaded.
    Original,
    /// What a variant delivers.
    Variant(VariantId),
}

/// Something to upload.
#[derive(Debug, Clone, PartialEq)]
pub enum UploadInput {
    /// A file or a folder.
    Path(PathBuf),
    /// An address that the service fetches by itself.
    Url(String),
    /// A picture from the clipboard.
    Picture {
        /// Its size.
        size: PixelSize,
        /// Row-major straight-alpha RGBA, 4 bytes a pixel.
        rgba: std::sync::Arc<Vec<u8>>,
    },
}

/// Acts on the upload queue.
#[derive(Debug, Clone, PartialEq)]
pub enum UploadCommand {
    /// Holds everything back; what is being sent is interrupted and goes on later.
    PauseAll,
    /// Goes on.
    ResumeAll,
    /// Gives items up.
    Cancel(Vec<ItemId>),
    /// Gives up all that is not done.
    CancelAll,
    /// Tries failed items again.
    Retry(Vec<ItemId>),
    /// Tries all failed items again.
    RetryFailed,
    /// Uploads an item although its bytes are already there.
    UploadAnyway(ItemId),
    /// Takes an item that nothing more will happen to out of the queue.
    Remove(Vec<ItemId>),
    /// Takes every such item out of the queue.
    ClearSettled,
}
