//! Opening: what was remembered, a profile that opens or does not, and the preferences.

use crate::engine::{ConnectField, NewAccount, Preferences, Remember, Request, SessionInfo};
use crate::model::{Problem, Profile, ProfileId, Secret};

use super::accounts::Opening;
use super::dialogs::Dialog;
use super::drafts::{ConnectDraft, Drafts};
use super::gallery::GalleryView;
use super::navigation::Route;
use super::notices::News;
use super::{Effect, State};

impl State {
    pub(super) fn start(
        &mut self,
        profiles: Vec<Profile>,
        preferences: Preferences,
        drafts: &mut Drafts,
    ) -> Vec<Request> {
        self.accounts.profiles = profiles;
        self.gallery.size = preferences.page_size;
        self.gallery.sort = preferences.sort;
        self.gallery.view = if preferences.list_view {
            GalleryView::List
        } else {
            GalleryView::Grid
        };
        drafts.upload.require_signed_urls = preferences.upload.require_signed_urls;
        drafts
            .upload
            .id_template
            .clone_from(&preferences.upload.id_template.0);
        drafts.upload.metadata = super::MetadataDraft::of(&preferences.upload.metadata);
        drafts.upload.creator = preferences.upload.creator.clone().unwrap_or_default();
        self.preferences = preferences;
        match self.preferences.last_profile.clone() {
            Some(last) if self.accounts.get(&last).is_some() => {
                self.accounts.start(Opening::Profile(last.clone()));
                vec![Request::OpenProfile(last)]
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn session_opened(
        &mut self,
        info: SessionInfo,
        drafts: &mut Drafts,
    ) -> Vec<Request> {
        self.accounts.opening = None;
        self.accounts.problem = None;
        drafts.connect = ConnectDraft::default();
        drafts.search.clear();
        drafts.metadata = None;
        drafts.creator = None;
        drafts.variants = super::VariantDrafts::default();
        self.changing.clear();
        self.viewer = None;
        self.dialog = None;
        self.route = if self.uploads.staged.is_empty() {
            Route::Images
        } else {
            Route::Uploads
        };
        self.inspector = super::Inspector::default();
        self.links = super::Links::default();
        self.keys = super::Keys::default();
        self.library = super::Library::default();
        drafts.faults = super::FaultsDraft::default();
        if info.resumed > 0 {
            self.notices.push(News::Resumed(info.resumed));
        }
        let last = info.profile.id.clone();
        self.session = Some(info);
        self.effects.push(Effect::ForgetTextures);
        self.uploads.open();
        let mut requests = self.gallery.open();
        requests.extend(self.variants.open());
        requests.extend(self.remember(|preferences| preferences.last_profile = Some(last)));
        requests
    }

    pub(super) fn open_failed(&mut self, problem: Problem, field: ConnectField, drafts: &Drafts) {
        self.accounts.opening = None;
        if field == ConnectField::Keyring
            && let Ok(account_id) = crate::model::AccountId::parse(&drafts.connect.account_id)
        {
            let draft = &drafts.connect;
            self.dialog = Some(Dialog::KeyringUnavailable {
                account: NewAccount {
                    name: draft.name.clone(),
                    account_id,
                    api_base: Some(draft.api_base.trim().to_owned())
                        .filter(|base| !base.is_empty()),
                    token: Secret::new(draft.token.expose().trim().to_owned()),
                    remember: Remember::ThisRunOnly,
                },
                problem: problem.clone(),
            });
        }
        self.accounts.problem = Some((field, problem));
    }

    pub(super) fn set_preferences(&mut self, preferences: Preferences) -> Vec<Request> {
        let mut requests = Vec::new();
        if preferences.page_size != self.gallery.size && self.session.is_some() {
            requests = self.gallery.set_size(preferences.page_size);
        }
        self.preferences = preferences;
        requests.push(Request::SavePreferences(Box::new(self.preferences.clone())));
        requests
    }

    pub(super) fn remember(&mut self, change: impl FnOnce(&mut Preferences)) -> Vec<Request> {
        let before = self.preferences.clone();
        change(&mut self.preferences);
        if self.preferences == before {
            return Vec::new();
        }
        vec![Request::SavePreferences(Box::new(self.preferences.clone()))]
    }

    pub(super) fn ask_remove_profile(&mut self, id: ProfileId) -> Vec<Request> {
        if let Some(profile) = self.accounts.get(&id) {
            self.dialog = Some(Dialog::RemoveProfile {
                id,
                name: profile.name.clone(),
                is_library: profile.is_library(),
            });
        }
        Vec::new()
    }
}
