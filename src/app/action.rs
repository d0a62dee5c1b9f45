//! Everything a person can do.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::SignedDuration;

use crate::engine::{
    DownloadKind, Faults, NewAccount, Preferences, ThumbnailWish, UploadCommand, UploadInput,
};
use crate::model::{
    ImageChange, ImageId, KeyName, PageNumber, PageSize, PixelSize, ProfileId, SortOrder,
    UploadSpec, Variant, VariantId,
};

use super::gallery::GalleryView;
use super::library::Connection;
use super::navigation::Route;
use super::notices::NoticeId;

/// What a person did.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Chose a place in the side bar.
    Go(Route),
    /// Changed the preferences.
    SetPreferences(Box<Preferences>),
    /// Read a notice.
    DismissNotice(NoticeId),

    /// Asked to open an account.
    Connect(NewAccount),
    /// Asked to open the local library.
    OpenLibrary {
        /// Where; `None` for the usual folder.
        folder: Option<PathBuf>,
        /// Whether an empty one gets sample pictures.
        with_samples: bool,
    },
    /// Chose a saved profile.
    OpenProfile(ProfileId),
    /// Went to the welcome screen, to open something else.
    ShowWelcome,
    /// Stopped waiting for a profile to open.
    CancelOpening,
    /// Gave a profile another name.
    RenameProfile(ProfileId, String),
    /// Asked to forget a profile.
    AskRemoveProfile(ProfileId),
    /// Asked for sample pictures in the open library.
    AddSamples,

    /// Went to a page.
    ShowPage(PageNumber),
    /// Chose how many images a page shows.
    SetPageSize(PageSize),
    /// Chose an order.
    SetSort(SortOrder),
    /// Chose grid or list.
    SetGalleryView(GalleryView),
    /// Changed the text of the filter.
    Filter(String),
    /// Asked for the list anew.
    Refresh,
    /// Asked that the filter sees every image.
    KnowAll,
    /// Stopped that.
    StopKnowing,
    /// Clicked a card.
    ClickCard {
        /// Its index on the page.
        index: usize,
        /// Ctrl (Cmd) was held: toggle.
        toggle: bool,
        /// Shift was held: range from the anchor.
        extend: bool,
    },
    /// Moved the cursor with the keyboard.
    MoveCursor {
        /// Where.
        step: CursorStep,
        /// Shift was held: the selection follows.
        extend: bool,
        /// Cards in a row, as they are laid out.
        columns: usize,
        /// Rows that are visible, for page up and page down.
        rows: usize,
    },
    /// Toggled the card under the cursor.
    ToggleCursor,
    /// Selected the whole page.
    SelectPage,
    /// Selected nothing.
    ClearSelection,
    /// The cards that are visible have changed.
    CardsVisible(Vec<ThumbnailWish>),

    /// Opened an image in the viewer.
    OpenViewer(ImageId),
    /// Went to the next (1) or previous (-1) image in the viewer.
    StepViewer(i32),
    /// Closed the viewer.
    CloseViewer,

    /// Changed images; metadata, access or creator.
    EditImages(Vec<(ImageId, ImageChange)>),
    /// Asked to edit the metadata of several images at once.
    AskEditMetadata(Vec<ImageId>),
    /// Asked to delete images.
    AskDelete(Vec<ImageId>),
    /// Copied URLs.
    CopyUrls {
        /// The images.
        ids: Vec<ImageId>,
        /// The variant.
        variant: VariantId,
        /// As what.
        form: UrlForm,
    },
    /// Copied a text that is no secret.
    CopyText(String),
    /// Saves images to a folder.
    Download {
        /// The images.
        ids: Vec<ImageId>,
        /// Original or rendition.
        what: DownloadKind,
        /// Where.
        folder: PathBuf,
    },
    /// Stopped a download.
    StopDownload,
    /// Made signed URLs and copied them.
    SignUrls {
        /// The images.
        ids: Vec<ImageId>,
        /// The variant.
        variant: VariantId,
        /// The key; `None` for the first one.
        key: Option<KeyName>,
        /// How long they work from now.
        life: SignedDuration,
        /// As what they are copied.
        form: UrlForm,
    },

    /// Dropped, chose or pasted something to upload while the panel with its options was in sight.
    Upload(Vec<UploadInput>, Box<UploadSpec>),
    /// Dropped or pasted something elsewhere: it waits in the panel for a look at the options.
    Stage(Vec<UploadInput>),
    /// Took back what waits in the panel.
    DiscardStaged,
    /// Uploads what waits in the panel.
    UploadStaged(Box<UploadSpec>),
    /// Pasted a picture.
    PastePicture(PixelSize, Arc<Vec<u8>>),
    /// Acted on the queue.
    Uploads(UploadCommand),

    /// Chose a variant.
    SelectVariant(VariantId),
    /// Began a new variant, from nothing or as a copy.
    NewVariant {
        /// The variant that is copied.
        copy_of: Option<VariantId>,
    },
    /// Gave up a new variant.
    DiscardNewVariant,
    /// Creates the new variant.
    CreateVariant(Variant),
    /// Saves a changed variant.
    SaveVariant(Variant),
    /// Went back to what is saved.
    RevertVariant(VariantId),
    /// Asked to delete a variant.
    AskDeleteVariant(VariantId),
    /// Switched flexible variants.
    SetFlexible(bool),
    /// Chose the picture on which variants are tried.
    SetSampleImage(ImageId),

    /// Makes an upload link.
    CreateLink {
        /// What the image will have.
        spec: Box<UploadSpec>,
        /// How long it works from now.
        life: SignedDuration,
        /// What the person calls it.
        note: String,
    },
    /// Copied an upload link.
    CopyLink(ImageId),
    /// Asked what became of the links.
    CheckLinks,
    /// Forgets a link.
    RemoveLink(ImageId),

    /// Makes a signing key.
    CreateKey(KeyName),
    /// Copied the value of a key.
    CopyKey(KeyName),
    /// Asked to delete a key.
    AskDeleteKey(KeyName),
    /// Asked for the keys again.
    ReloadKeys,

    /// Lets things go wrong in the open library, or no longer.
    SetFaults(Option<Box<Faults>>),
    /// Copied the token of the open library.
    CopyToken,
    /// Copied what another program needs to use the open library.
    CopyConnection(Connection),
    /// Stopped the request log, or let it go on.
    PauseTraffic(bool),
    /// Emptied the request log.
    ClearTraffic,

    /// Agreed to what the dialog asks.
    ConfirmDialog,
    /// Closed the dialog.
    CancelDialog,
    /// Asked to close the window.
    Close,
}

/// A step of the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CursorStep {
    /// One card to the left.
    Left,
    /// One card to the right.
    Right,
    /// One row up.
    Up,
    /// One row down.
    Down,
    /// To the first card of the page.
    Home,
    /// To the last card of the page.
    End,
    /// One screen up; at the top, to the previous page.
    PageUp,
    /// One screen down; at the bottom, to the next page.
    PageDown,
}

/// As what a URL is copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UrlForm {
    /// The bare URL.
    #[default]
    Plain,
    /// `![name](url)`
    Markdown,
    /// `<img src="url" alt="name">`
    Html,
}

impl UrlForm {
    /// All of them, in the order of the menu.
    pub const ALL: [Self; 3] = [Self::Plain, Self::Markdown, Self::Html];

    /// The text to copy for one image. What `name` and `alt` hold is escaped for its form.
    #[must_use]
    pub fn text(self, url: &str, name: &str) -> String {
        match self {
            Self::Plain => url.to_owned(),
            Self::Markdown => {
                let mut escaped = String::with_capacity(name.len());
                for character in name.chars() {
                    if matches!(character, '\\' | '[' | ']' | '`' | '*' | '_' | '<' | '>') {
                        escaped.push('\\');
                    }
                    escaped.push(character);
                }
                // A closing parenthesis would end the address.
                format!(
                    "![{escaped}]({})",
                    url.replace('(', "%28").replace(')', "%29")
                )
            }
            Self::Html => {
                let escape = |text: &str| {
                    text.replace('&', "&amp;")
                        .replace('"', "&quot;")
                        .replace('<', "&lt;")
                        .replace('>', "&gt;")
                };
                format!("<img src=\"{}\" alt=\"{}\">", escape(url), escape(name))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copied_url_cannot_break_out_of_its_form() {
        assert_eq!(
            UrlForm::Html.text("https://x/a?b=1&c=2", "\"><script>"),
            "<img src=\"https://x/a?b=1&amp;c=2\" alt=\"&quot;&gt;&lt;script&gt;\">"
        );
        assert_eq!(
            UrlForm::Markdown.text("https://x/a(1)", "a]b"),
            "![a\\]b](https://x/a%281%29)"
        );
    }
}
