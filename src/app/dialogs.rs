//! Questions that have to be answered before something cannot be taken back.

use crate::engine::{NewAccount, UploadCommand};
use crate::model::{ImageId, KeyName, Problem, ProfileId, VariantId};

/// A question.
#[derive(Debug, Clone, PartialEq)]
pub enum Dialog {
    /// Delete images for good?
    DeleteImages {
        /// The images.
        ids: Vec<ImageId>,
        /// What they are called; the first few are shown.
        names: Vec<String>,
    },
    /// Delete a variant: every page that uses it will miss its pictures.
    DeleteVariant(VariantId),
    /// Delete a key: every URL that it signed stops working.
    DeleteKey(KeyName),
    /// Forget a profile?
    RemoveProfile {
        /// The profile.
        id: ProfileId,
        /// What it is called.
        name: String,
        /// Whether it is a library, whose folder stays.
        is_library: bool,
    },
    /// Edit the metadata of several images at once.
    EditMetadata(Vec<ImageId>),
    /// There is no keyring: open the account for this run only?
    KeyringUnavailable {
        /// The account.
        account: NewAccount,
        /// Why there is none.
        problem: Problem,
    },
    /// Give up everything that is not uploaded?
    Uploads {
        /// What is done when the person agrees.
        command: UploadCommand,
        /// How many files that concerns.
        files: usize,
    },
    /// Close the window while files are being uploaded?
    Close {
        /// How many files are not uploaded yet.
        open: usize,
    },
}

impl Dialog {
    /// What has to be typed to agree, for what reaches far: the count of many images, or a name.
    #[must_use]
    pub fn phrase(&self) -> Option<String> {
        match self {
            Self::DeleteImages { ids, .. } if ids.len() >= 100 => Some(ids.len().to_string()),
            Self::DeleteVariant(id) => Some(id.as_str().to_owned()),
            Self::DeleteKey(name) => Some(name.as_str().to_owned()),
            _ => None,
        }
    }
}
