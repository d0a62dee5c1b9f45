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
    /// The window closes as soon as everything that was dropped is in the queue; at once, and
    /// forget the rest?
    Closing,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{Action, Drafts, Effect, State};
    use crate::engine::{Event, UploadsDelta};

    fn looking_at(count: usize) -> Event {
        Event::Uploads(Box::new(UploadsDelta {
            checking: count,
            ..UploadsDelta::default()
        }))
    }

    #[test]
    fn the_window_closes_only_once_all_that_was_dropped_is_in_the_queue() {
        let (mut state, mut drafts) = (State::default(), Drafts::default());
        state.receive(looking_at(50), &mut drafts);
        state.apply(Action::Close, &mut drafts);
        assert_eq!(state.dialog, Some(Dialog::Close { open: 50 }));
        state.apply(Action::ConfirmDialog, &mut drafts);
        assert_eq!(state.dialog, Some(Dialog::Closing));
        state.receive(looking_at(1), &mut drafts);
        assert!(state.take_effects().is_empty());
        state.receive(looking_at(0), &mut drafts);
        assert_eq!(state.take_effects(), [Effect::Close]);
    }

    #[test]
    fn who_insists_closes_at_once() {
        let (mut state, mut drafts) = (State::default(), Drafts::default());
        state.receive(looking_at(50), &mut drafts);
        for _ in 0..2 {
            state.apply(Action::Close, &mut drafts);
            assert!(state.take_effects().is_empty());
        }
        state.apply(Action::Close, &mut drafts);
        assert_eq!(state.take_effects(), [Effect::Close]);
    }
}
