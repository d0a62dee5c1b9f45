//! The decisions: what a click means and what an answer changes.
//!
//! No egui, no tokio, no disk. [`State::apply`] turns what a person did into requests,
//! [`State::receive`] turns what the engine found out into what is shown. Each feature decides
//! for itself; `update.rs` and `receive.rs` only route.

mod accounts;
mod action;
mod changes;
mod copying;
mod dialogs;
mod drafts;
mod gallery;
mod inspector;
mod library;
mod loadable;
mod navigation;
mod notices;
mod opening;
mod receive;
mod selection;
mod update;
mod uploads;
mod variants;

#[cfg(test)]
mod testing;

pub use accounts::{Accounts, Keys, Links, Opening};
pub use action::{Action, CursorStep, UrlForm};
pub use dialogs::Dialog;
pub use drafts::{ConnectDraft, Drafts, LinkDraft, MetadataDraft, MetadataRow, UploadDraft};
pub use gallery::{Gallery, GalleryView};
pub use inspector::Inspector;
pub use library::{Connection, FaultPreset, FaultsDraft, FaultsDraftError, Library};
pub use loadable::Loadable;
pub use navigation::Route;
pub use notices::{News, Notice, NoticeId, Notices};
pub use selection::{CursorMove, Selection};
pub use uploads::{UploadTotals, Uploads};
pub use variants::{VariantDraft, VariantDrafts, Variants};

use crate::engine::{Preferences, SessionInfo};
use crate::model::{ImageId, Secret};

/// Everything that is shown.
#[derive(Debug, Default)]
pub struct State {
    /// Whether the first event has come: what was remembered is known.
    pub started: bool,
    /// The open profile; `None` shows the welcome screen.
    pub session: Option<SessionInfo>,
    /// The saved profiles and what is being opened.
    pub accounts: Accounts,
    /// The preferences.
    pub preferences: Preferences,
    /// Where one is.
    pub route: Route,
    /// The grid.
    pub gallery: Gallery,
    /// The image that is open in the viewer.
    pub viewer: Option<ImageId>,
    /// The inspector.
    pub inspector: Inspector,
    /// The upload queue.
    pub uploads: Uploads,
    /// The variants.
    pub variants: Variants,
    /// The upload links.
    pub links: Links,
    /// The signing keys.
    pub keys: Keys,
    /// The open library as a server.
    pub library: Library,
    /// The question that is asked.
    pub dialog: Option<Dialog>,
    /// Short news.
    pub notices: Notices,
    /// A download that is running: files saved, files wanted.
    pub downloading: Option<(usize, usize)>,
    /// Images whose change or deletion is on its way.
    pub changing: Vec<ImageId>,
    effects: Vec<Effect>,
    bulk: changes::Bulk,
}

/// What only the window can do.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Put a text on the clipboard. It may be a signed URL.
    Copy(Secret<String>),
    /// Empty the thumbnails that are kept as textures.
    ForgetTextures,
    /// Close the window.
    Close,
}

impl State {
    /// Whether a local library is open.
    #[must_use]
    pub fn is_in_library(&self) -> bool {
        self.session
            .as_ref()
            .is_some_and(|session| session.profile.is_library())
    }

    /// What the window has to do now.
    pub fn take_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }
}
