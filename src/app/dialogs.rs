//! Questions that have to be answered before something cannot be taken back.

use crate::engine::{NewAccount, Request, UploadCommand};
use crate::model::{ImageId, KeyName, Problem, ProfileId, VariantId};

use super::accounts::Opening;
use super::drafts::Drafts;
use super::{Effect, State};

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

impl State {
    pub(super) fn ask(&mut self, dialog: Dialog, drafts: &mut Drafts) -> Vec<Request> {
        drafts.phrase.clear();
        self.dialog = Some(dialog);
        Vec::new()
    }

    pub(super) fn ask_delete(&mut self, ids: Vec<ImageId>, drafts: &mut Drafts) -> Vec<Request> {
        if ids.is_empty() {
            return Vec::new();
        }
        let names = ids.iter().map(|id| self.name_of(id)).collect();
        self.ask(Dialog::DeleteImages { ids, names }, drafts)
    }

    pub(super) fn command_uploads(
        &mut self,
        command: UploadCommand,
        drafts: &mut Drafts,
    ) -> Vec<Request> {
        let open = self.uploads.totals().open;
        if command == UploadCommand::CancelAll && open > 1 {
            return self.ask(
                Dialog::Uploads {
                    command,
                    files: open,
                },
                drafts,
            );
        }
        vec![Request::Uploads(command)]
    }

    pub(super) fn confirm_dialog(&mut self, drafts: &mut Drafts) -> Vec<Request> {
        let Some(dialog) = self.dialog.take() else {
            return Vec::new();
        };
        if dialog
            .phrase()
            .is_some_and(|phrase| phrase != drafts.phrase.trim())
        {
            self.dialog = Some(dialog);
            return Vec::new();
        }
        match dialog {
            Dialog::DeleteImages { ids, .. } => {
                self.changing.extend(ids.iter().cloned());
                vec![Request::DeleteImages(ids)]
            }
            Dialog::DeleteVariant(id) => vec![Request::DeleteVariant(id)],
            Dialog::DeleteKey(name) => {
                self.keys.changing = true;
                vec![Request::DeleteKey(name)]
            }
            Dialog::RemoveProfile { id, .. } => vec![Request::RemoveProfile(id)],
            Dialog::EditMetadata(ids) => {
                if let Ok(fields) = drafts.bulk_metadata.read() {
                    self.add_metadata(&ids, &fields)
                } else {
                    self.dialog = Some(Dialog::EditMetadata(ids));
                    Vec::new()
                }
            }
            Dialog::KeyringUnavailable { account, .. } => {
                self.accounts.start(Opening::Account);
                vec![Request::Connect(account)]
            }
            Dialog::Uploads { command, .. } => vec![Request::Uploads(command)],
            Dialog::Close { .. } => {
                self.effects.push(Effect::Close);
                Vec::new()
            }
        }
    }

    /// Closing loses nothing, since the journal goes on; while something is sent or looked at it
    /// is asked once.
    pub(super) fn close(&mut self) -> Vec<Request> {
        let open = self.uploads.totals().open + self.uploads.checking;
        match self.dialog {
            Some(Dialog::Close { .. }) => self.effects.push(Effect::Close),
            _ if open > 0 => self.dialog = Some(Dialog::Close { open }),
            _ => self.effects.push(Effect::Close),
        }
        Vec::new()
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
    fn closing_while_files_are_looked_at_is_asked_once() {
        let (mut state, mut drafts) = (State::default(), Drafts::default());
        state.receive(looking_at(50), &mut drafts);
        state.apply(Action::Close, &mut drafts);
        assert_eq!(state.dialog, Some(Dialog::Close { open: 50 }));
        assert!(state.take_effects().is_empty());
        state.apply(Action::ConfirmDialog, &mut drafts);
        assert_eq!(state.take_effects(), [Effect::Close]);
    }

    #[test]
    fn who_insists_closes_at_once() {
        let (mut state, mut drafts) = (State::default(), Drafts::default());
        state.receive(looking_at(50), &mut drafts);
        state.apply(Action::Close, &mut drafts);
        assert!(state.take_effects().is_empty());
        state.apply(Action::Close, &mut drafts);
        assert_eq!(state.take_effects(), [Effect::Close]);
    }
}
