//! Routes what a person did and what the engine found out to the feature that decides.

use crate::engine::{ConnectField, Event, ImageEdit, NewAccount, Remember, Request, UploadCommand};
use crate::model::{DeliveryUrl, ImageChange, ImageId, Problem, ProfileId, Secret, VariantId};

use super::accounts::Opening;
use super::action::{Action, UrlForm};
use super::dialogs::Dialog;
use super::drafts::{ConnectDraft, Drafts};
use super::gallery::GalleryView;
use super::navigation::Route;
use super::notices::News;
use super::{Effect, State};

/// Changes to several images that were asked for together, so that they are told together.
#[derive(Debug, Default)]
pub(super) struct Bulk {
    edited: usize,
    failed: Vec<Problem>,
    copy_as: Option<(UrlForm, Vec<String>)>,
}

impl State {
    /// What a person did becomes what the engine shall do.
    #[expect(
        clippy::too_many_lines,
        reason = "one short arm for each action reads best in one place"
    )]
    pub fn apply(&mut self, action: Action, drafts: &mut Drafts) -> Vec<Request> {
        match action {
            Action::Go(route) => self.go(route),
            Action::SetPreferences(preferences) => self.set_preferences(*preferences),
            Action::DismissNotice(id) => {
                self.notices.dismiss(id);
                Vec::new()
            }
            Action::Connect(account) => {
                self.accounts.start(Opening::Account);
                vec![Request::Connect(account)]
            }
            Action::OpenLibrary {
                folder,
                with_samples,
            } => {
                self.accounts.start(Opening::Library);
                vec![Request::OpenLibrary {
                    folder,
                    with_samples,
                }]
            }
            Action::OpenProfile(id) => {
                self.accounts.start(Opening::Profile(id.clone()));
                vec![Request::OpenProfile(id)]
            }
            Action::ShowWelcome | Action::CancelOpening => {
                self.accounts.opening = None;
                vec![Request::CloseProfile]
            }
            Action::RenameProfile(id, name) => vec![Request::RenameProfile(id, name)],
            Action::AskRemoveProfile(id) => self.ask_remove_profile(id),
            Action::AddSamples => vec![Request::AddSamples],

            Action::ShowPage(page) => self.gallery.show_page(page),
            Action::SetPageSize(size) => {
                let mut requests = self.gallery.set_size(size);
                requests.extend(self.remember(|preferences| preferences.page_size = size));
                requests
            }
            Action::SetSort(sort) => {
                let mut requests = self.gallery.set_sort(sort);
                requests.extend(self.remember(|preferences| preferences.sort = sort));
                requests
            }
            Action::SetGalleryView(view) => {
                self.gallery.view = view;
                self.remember(|preferences| preferences.list_view = view == GalleryView::List)
            }
            Action::Filter(filter) => {
                let requests = self.gallery.set_filter(filter);
                self.follow_selection(requests)
            }
            Action::Refresh => self.refresh(),
            Action::KnowAll => self.gallery.know_all(),
            Action::StopKnowing => self.gallery.stop_knowing(),
            Action::ClickCard {
                index,
                toggle,
                extend,
            } => {
                let page = self
                    .gallery
                    .content
                    .value()
                    .map_or(&[][..], |answer| &answer.images);
                self.gallery.selection.click(page, index, toggle, extend);
                self.follow_selection(Vec::new())
            }
            Action::MoveCursor {
                step,
                extend,
                columns,
                rows,
            } => {
                let requests = self.gallery.move_cursor(step, extend, columns, rows);
                self.follow_selection(requests)
            }
            Action::ToggleCursor => {
                if let Some(index) = self.gallery.selection.cursor() {
                    let page = self
                        .gallery
                        .content
                        .value()
                        .map_or(&[][..], |answer| &answer.images);
                    self.gallery.selection.click(page, index, true, false);
                }
                self.follow_selection(Vec::new())
            }
            Action::SelectPage => {
                let page = self
                    .gallery
                    .content
                    .value()
                    .map_or(&[][..], |answer| &answer.images);
                self.gallery.selection.add_all(page);
                self.follow_selection(Vec::new())
            }
            Action::ClearSelection => {
                self.gallery.selection.clear();
                self.follow_selection(Vec::new())
            }
            Action::CardsVisible(wanted) => self.gallery.cards_visible(wanted),

            Action::OpenViewer(id) => {
                self.viewer = Some(id);
                Vec::new()
            }
            Action::StepViewer(step) => self.step_viewer(step),
            Action::CloseViewer => {
                self.viewer = None;
                Vec::new()
            }

            Action::EditImages(changes) => self.edit_images(changes),
            Action::AskEditMetadata(ids) => {
                drafts.bulk_metadata = super::MetadataDraft::default();
                self.ask(Dialog::EditMetadata(ids), drafts)
            }
            Action::AskDelete(ids) => self.ask_delete(ids, drafts),
            Action::CopyUrls { ids, variant, form } => self.copy_urls(&ids, &variant, form),
            Action::CopyText(text) => self.copy(Secret::new(text), 1),
            Action::Download { ids, what, folder } => {
                let images = ids
                    .into_iter()
                    .map(|id| (id.clone(), self.name_of(&id)))
                    .collect();
                vec![Request::Download {
                    images,
                    what,
                    folder,
                }]
            }
            Action::StopDownload => {
                self.downloading = None;
                vec![Request::StopDownload]
            }
            Action::SignUrls {
                ids,
                variant,
                key,
                life,
                form,
            } => {
                self.bulk.copy_as = Some((form, ids.iter().map(|id| self.name_of(id)).collect()));
                vec![Request::SignUrls {
                    images: ids,
                    variant,
                    key,
                    life,
                }]
            }

            Action::Upload(inputs, spec) => {
                self.route = Route::Uploads;
                if inputs.is_empty() {
                    Vec::new()
                } else {
                    vec![Request::Upload { inputs, spec }]
                }
            }
            Action::Stage(inputs) => {
                self.uploads.stage(inputs);
                self.route = Route::Uploads;
                Vec::new()
            }
            Action::DiscardStaged => {
                self.uploads.staged.clear();
                Vec::new()
            }
            Action::UploadStaged(spec) => self.uploads.upload_staged(spec),
            Action::PastePicture(size, rgba) => {
                self.uploads
                    .stage(vec![crate::engine::UploadInput::Picture { size, rgba }]);
                self.route = Route::Uploads;
                Vec::new()
            }
            Action::Uploads(command) => self.command_uploads(command, drafts),

            Action::SelectVariant(id) => {
                self.variants.selected = Some(id);
                Vec::new()
            }
            Action::NewVariant { copy_of } => {
                self.variants
                    .begin_new(copy_of.as_ref(), &mut drafts.variants);
                self.route = Route::Variants;
                Vec::new()
            }
            Action::DiscardNewVariant => {
                self.variants.discard_new(&mut drafts.variants);
                Vec::new()
            }
            Action::CreateVariant(variant) => self.variants.save(variant, true),
            Action::SaveVariant(variant) => self.variants.save(variant, false),
            Action::RevertVariant(id) => {
                drafts.variants.edited.remove(&id);
                self.variants.problems.remove(&id);
                Vec::new()
            }
            Action::AskDeleteVariant(id) => self.ask(Dialog::DeleteVariant(id), drafts),
            Action::SetFlexible(on) => vec![Request::SetFlexible(on)],
            Action::SetSampleImage(id) => {
                self.variants.sample = Some(id);
                Vec::new()
            }

            Action::CreateLink { spec, life, note } => {
                self.links.creating = true;
                self.links.problem = None;
                vec![Request::CreateLink { spec, life, note }]
            }
            Action::CopyLink(id) => {
                let url = self
                    .links
                    .list
                    .value()
                    .and_then(|links| links.iter().find(|link| link.id == id));
                match url.map(|link| link.url.clone()) {
                    Some(url) => self.copy(url, 1),
                    None => Vec::new(),
                }
            }
            Action::CheckLinks => {
                self.links.list.start();
                vec![Request::Links]
            }
            Action::RemoveLink(id) => vec![Request::RemoveLink(id)],

            Action::CreateKey(name) => {
                self.keys.changing = true;
                vec![Request::CreateKey(name)]
            }
            Action::CopyKey(name) => {
                let key = self
                    .keys
                    .list
                    .value()
                    .and_then(|keys| keys.iter().find(|key| key.name == name));
                match key.map(|key| key.value.clone()) {
                    Some(value) => self.copy(value, 1),
                    None => Vec::new(),
                }
            }
            Action::AskDeleteKey(name) => self.ask(Dialog::DeleteKey(name), drafts),
            Action::ReloadKeys => {
                self.keys.list.start();
                vec![Request::Keys]
            }

            Action::ConfirmDialog => self.confirm_dialog(drafts),
            Action::CancelDialog => {
                self.dialog = None;
                Vec::new()
            }
            Action::Close => self.close(),
        }
    }

    /// What the engine found out changes what is shown, and may lead to further requests.
    #[expect(
        clippy::too_many_lines,
        reason = "one short arm for each event reads best in one place"
    )]
    pub fn receive(&mut self, event: Event, drafts: &mut Drafts) -> Vec<Request> {
        match event {
            Event::Started {
                profiles,
                preferences,
                problems,
            } => {
                self.started = true;
                for problem in problems {
                    self.notices.problem(problem);
                }
                self.start(profiles, *preferences, drafts)
            }
            Event::Profiles(profiles) => {
                self.accounts.profiles = profiles;
                Vec::new()
            }
            Event::SessionOpened(info) => self.session_opened(*info, drafts),
            Event::SessionClosed => {
                self.session = None;
                self.viewer = None;
                self.dialog = None;
                self.effects.push(Effect::ForgetTextures);
                Vec::new()
            }
            Event::OpenFailed {
                profile: _,
                problem,
                field,
            } => {
                self.open_failed(problem, field, drafts);
                Vec::new()
            }
            Event::PreferencesFailed(problem) | Event::Failed(problem) => {
                self.notices.problem(problem);
                Vec::new()
            }

            Event::Stats { current, allowed } => {
                self.gallery.total = Some(current);
                self.gallery.allowed = Some(allowed);
                Vec::new()
            }
            Event::Page(answer) => {
                let requests = self.gallery.receive_page(*answer);
                self.follow_selection(requests)
            }
            Event::PageFailed {
                generation,
                problem,
            } => {
                self.gallery.receive_failure(generation, problem);
                Vec::new()
            }
            Event::Listed { known, complete } => self.gallery.receive_listed(known, complete),
            Event::ImagesAdded => self.gallery.refresh(),
            // Textures are the window's own; it reads this event before it comes here.
            Event::Thumbnail { .. } => Vec::new(),
            Event::Inspected { id, result } => {
                self.inspector.receive(&id, result);
                Vec::new()
            }
            Event::ImageChanged { id, result } => self.image_changed(&id, result, drafts),
            Event::ImagesDeleted { deleted, failed } => self.images_deleted(&deleted, failed),
            Event::Downloading { done, total } => {
                self.downloading = Some((done, total));
                Vec::new()
            }
            Event::Downloaded { saved, failed, .. } => {
                self.downloading = None;
                if saved > 0 {
                    self.notices.push(News::Saved(saved));
                }
                self.tell_failures(failed.into_iter().map(|(_, problem)| problem).collect());
                Vec::new()
            }
            Event::SignedUrls(result) => self.copy_signed(result),

            Event::Uploads(delta) => {
                let uploaded = delta.uploaded.len();
                self.uploads.receive(*delta);
                if self.uploads.checking == 0 && self.dialog == Some(Dialog::Closing) {
                    self.dialog = None;
                    self.effects.push(Effect::Close);
                }
                if uploaded == 0 {
                    return Vec::new();
                }
                self.notices.push(News::Uploaded(uploaded));
                // New images are at the front of the list: it is asked for anew.
                self.gallery.refresh()
            }

            Event::Variants(result) => {
                self.variants.receive(result, &mut drafts.variants);
                Vec::new()
            }
            Event::VariantSaved {
                id,
                created,
                result,
            } => {
                match &result {
                    Ok(_) if created => self
                        .notices
                        .push(News::VariantCreated(id.as_str().to_owned())),
                    Ok(_) => self
                        .notices
                        .push(News::VariantSaved(id.as_str().to_owned())),
                    Err(problem) => self.notices.problem(problem.clone()),
                }
                self.variants
                    .saved(&id, created, result, &mut drafts.variants);
                Vec::new()
            }
            Event::VariantDeleted { id, result } => {
                match result {
                    Ok(()) => {
                        self.notices
                            .push(News::VariantDeleted(id.as_str().to_owned()));
                        self.variants.deleted(&id, &mut drafts.variants);
                    }
                    Err(problem) => self.notices.problem(problem),
                }
                Vec::new()
            }
            Event::Flexible(result) => {
                match result {
                    Ok(on) => {
                        if let Some(answer) = self.variants.list.value_mut() {
                            answer.flexible = Some(on);
                        }
                        self.notices.push(News::Flexible(on));
                    }
                    Err(problem) => self.notices.problem(problem),
                }
                Vec::new()
            }

            Event::Links(result) => {
                match result {
                    Ok(links) => self.links.list.finish(links),
                    Err(problem) => self.links.list.fail(problem),
                }
                Vec::new()
            }
            Event::LinkCreated(result) => {
                self.links.creating = false;
                match result {
                    Ok(link) => {
                        let mut links = self.links.list.value().cloned().unwrap_or_default();
                        links.insert(0, link);
                        self.links.list.finish(links);
                        drafts.link = super::LinkDraft::default();
                        self.notices.push(News::LinkCreated);
                    }
                    Err(problem) => self.links.problem = Some(problem),
                }
                Vec::new()
            }
            Event::Keys(result) => {
                self.keys.changing = false;
                match result {
                    Ok(keys) => self.keys.list.finish(keys),
                    Err(problem) => self.keys.list.fail(problem),
                }
                Vec::new()
            }
        }
    }

    fn start(
        &mut self,
        profiles: Vec<crate::model::Profile>,
        preferences: crate::engine::Preferences,
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

    fn session_opened(
        &mut self,
        info: crate::engine::SessionInfo,
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

    fn open_failed(&mut self, problem: Problem, field: ConnectField, drafts: &Drafts) {
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

    fn go(&mut self, route: Route) -> Vec<Request> {
        self.route = route;
        self.viewer = None;
        match route {
            Route::Links => {
                self.links.list.start();
                vec![Request::Links]
            }
            Route::Keys => {
                self.keys.list.start();
                vec![Request::Keys]
            }
            Route::Variants if self.variants.list.problem().is_some() => {
                self.variants.list.start();
                vec![Request::Variants]
            }
            _ => Vec::new(),
        }
    }

    fn refresh(&mut self) -> Vec<Request> {
        match self.route {
            Route::Links | Route::Keys => self.go(self.route),
            Route::Variants => {
                self.variants.list.start();
                vec![Request::Variants]
            }
            _ => self.gallery.refresh(),
        }
    }

    fn set_preferences(&mut self, preferences: crate::engine::Preferences) -> Vec<Request> {
        let mut requests = Vec::new();
        if preferences.page_size != self.gallery.size && self.session.is_some() {
            requests = self.gallery.set_size(preferences.page_size);
        }
        self.preferences = preferences;
        requests.push(Request::SavePreferences(Box::new(self.preferences.clone())));
        requests
    }

    fn remember(&mut self, change: impl FnOnce(&mut crate::engine::Preferences)) -> Vec<Request> {
        let before = self.preferences.clone();
        change(&mut self.preferences);
        if self.preferences == before {
            return Vec::new();
        }
        vec![Request::SavePreferences(Box::new(self.preferences.clone()))]
    }

    /// The inspector shows what is selected.
    fn follow_selection(&mut self, mut requests: Vec<Request>) -> Vec<Request> {
        requests.extend(self.inspector.show(self.gallery.selection.single()));
        requests
    }

    fn step_viewer(&mut self, step: i32) -> Vec<Request> {
        let images = self.gallery.images();
        let Some(from) = self
            .viewer
            .as_ref()
            .and_then(|id| images.iter().position(|image| image.id == *id))
        else {
            return Vec::new();
        };
        let to = i64::try_from(from).unwrap_or(0) + i64::from(step);
        if let Some(image) = usize::try_from(to).ok().and_then(|to| images.get(to)) {
            self.viewer = Some(image.id.clone());
            let index = usize::try_from(to).unwrap_or(0);
            let page = self
                .gallery
                .content
                .value()
                .map_or(&[][..], |answer| &answer.images);
            self.gallery.selection.click(page, index, false, false);
        }
        self.follow_selection(Vec::new())
    }

    fn edit_images(&mut self, changes: Vec<(ImageId, ImageChange)>) -> Vec<Request> {
        if changes.is_empty() {
            return Vec::new();
        }
        self.changing
            .extend(changes.iter().map(|(id, _)| id.clone()));
        let edits = changes
            .into_iter()
            .map(|(id, change)| ImageEdit { id, change })
            .collect();
        vec![Request::EditImages(edits)]
    }

    fn image_changed(
        &mut self,
        id: &ImageId,
        result: Result<Box<crate::model::Image>, Problem>,
        drafts: &mut Drafts,
    ) -> Vec<Request> {
        if let Some(index) = self.changing.iter().position(|other| other == id) {
            self.changing.swap_remove(index);
        }
        match result {
            Ok(image) => {
                self.gallery.image_changed(id, &image);
                self.inspector.image_changed(id, &image);
                // What is typed and equal to what is now saved is no draft any more.
                if drafts.metadata.as_ref().is_some_and(|(other, draft)| {
                    other == id
                        && draft
                            .read()
                            .is_ok_and(|metadata| metadata == image.metadata)
                }) {
                    drafts.metadata = None;
                }
                if drafts
                    .creator
                    .as_ref()
                    .is_some_and(|(other, _)| other == id)
                {
                    drafts.creator = None;
                }
                self.bulk.edited += 1;
            }
            Err(problem) => self.bulk.failed.push(problem),
        }
        if self.changing.is_empty() {
            let edited = std::mem::take(&mut self.bulk.edited);
            if edited > 0 {
                self.notices.push(News::Edited(edited));
            }
            let failed = std::mem::take(&mut self.bulk.failed);
            self.tell_failures(failed);
        }
        Vec::new()
    }

    fn images_deleted(
        &mut self,
        deleted: &[ImageId],
        failed: Vec<(ImageId, Problem)>,
    ) -> Vec<Request> {
        self.changing
            .retain(|id| !deleted.contains(id) && !failed.iter().any(|(other, _)| other == id));
        if !deleted.is_empty() {
            self.notices.push(News::Deleted(deleted.len()));
        }
        self.tell_failures(failed.into_iter().map(|(_, problem)| problem).collect());
        if self.viewer.as_ref().is_some_and(|id| deleted.contains(id)) {
            self.viewer = None;
        }
        if self
            .variants
            .sample
            .as_ref()
            .is_some_and(|id| deleted.contains(id))
        {
            self.variants.sample = None;
        }
        let requests = self.gallery.images_deleted(deleted);
        self.follow_selection(requests)
    }

    /// The same reason for many things is told once, with their number.
    fn tell_failures(&mut self, problems: Vec<Problem>) {
        let mut told: Vec<(Problem, usize)> = Vec::new();
        for problem in problems {
            match told.iter_mut().find(|(other, _)| *other == problem) {
                Some((_, times)) => *times += 1,
                None => told.push((problem, 1)),
            }
        }
        for (problem, times) in told {
            self.notices.push(News::Problem(problem, times));
        }
    }

    fn name_of(&self, id: &ImageId) -> String {
        self.gallery
            .find(id)
            .map_or_else(|| id.last_segment(), |image| image.display_name())
            .to_owned()
    }

    fn copy(&mut self, text: Secret<String>, lines: usize) -> Vec<Request> {
        self.effects.push(Effect::Copy(text));
        self.notices.push(News::Copied(lines));
        Vec::new()
    }

    fn copy_urls(&mut self, ids: &[ImageId], variant: &VariantId, form: UrlForm) -> Vec<Request> {
        let Some(session) = &self.session else {
            return Vec::new();
        };
        let hash = session.account_hash.clone().or_else(|| {
            let mut urls = self
                .gallery
                .images()
                .iter()
                .filter_map(|image| image.variant_urls.first());
            urls.find_map(|url| crate::model::AccountHash::from_url(url))
        });
        let Some(hash) = hash else {
            self.notices.problem(
                Problem::new("The address for delivery is not known yet")
                    .with_hint("Upload a first image, then copy its URL"),
            );
            return Vec::new();
        };
        let lines: Vec<String> = ids
            .iter()
            .map(|id| {
                let url = DeliveryUrl::of_variant(&session.delivery_base, &hash, id, variant);
                form.text(&url.to_string(), &self.name_of(id))
            })
            .collect();
        let count = lines.len();
        self.copy(Secret::new(lines.join("\n")), count)
    }

    fn copy_signed(&mut self, result: Result<Vec<Secret<String>>, Problem>) -> Vec<Request> {
        let (form, names) = self.bulk.copy_as.take().unwrap_or_default();
        match result {
            Ok(urls) => {
                let name = |index: usize| names.get(index).map_or("", String::as_str);
                let lines: Vec<String> = urls
                    .iter()
                    .enumerate()
                    .map(|(index, url)| form.text(url.expose(), name(index)))
                    .collect();
                self.copy(Secret::new(lines.join("\n")), urls.len())
            }
            Err(problem) => {
                self.notices.problem(problem);
                Vec::new()
            }
        }
    }

    fn ask(&mut self, dialog: Dialog, drafts: &mut Drafts) -> Vec<Request> {
        drafts.phrase.clear();
        self.dialog = Some(dialog);
        Vec::new()
    }

    fn ask_delete(&mut self, ids: Vec<ImageId>, drafts: &mut Drafts) -> Vec<Request> {
        if ids.is_empty() {
            return Vec::new();
        }
        let names = ids.iter().map(|id| self.name_of(id)).collect();
        self.ask(Dialog::DeleteImages { ids, names }, drafts)
    }

    fn ask_remove_profile(&mut self, id: ProfileId) -> Vec<Request> {
        if let Some(profile) = self.accounts.get(&id) {
            self.dialog = Some(Dialog::RemoveProfile {
                id,
                name: profile.name.clone(),
                is_library: profile.is_library(),
            });
        }
        Vec::new()
    }

    fn command_uploads(&mut self, command: UploadCommand, drafts: &mut Drafts) -> Vec<Request> {
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

    fn confirm_dialog(&mut self, drafts: &mut Drafts) -> Vec<Request> {
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
            Dialog::Close { .. } if self.uploads.checking > 0 => {
                self.dialog = Some(Dialog::Closing);
                Vec::new()
            }
            Dialog::Close { .. } | Dialog::Closing => {
                self.effects.push(Effect::Close);
                Vec::new()
            }
        }
    }

    /// Adds fields to what each image has; a field of the same name is replaced.
    fn add_metadata(&mut self, ids: &[ImageId], fields: &crate::model::Metadata) -> Vec<Request> {
        let changes = ids
            .iter()
            .filter_map(|id| {
                let mut metadata = self.gallery.find(id)?.metadata.clone();
                for (key, value) in fields.as_object() {
                    metadata.as_object_mut().insert(key.clone(), value.clone());
                }
                Some((
                    id.clone(),
                    ImageChange {
                        metadata: Some(metadata),
                        ..ImageChange::default()
                    },
                ))
            })
            .collect();
        self.edit_images(changes)
    }

    /// Closing loses nothing of what is in the queue, since the journal goes on; while something
    /// is sent it is asked once. What is still looked at is in no journal yet: it is waited for,
    /// unless the person insists.
    fn close(&mut self) -> Vec<Request> {
        let open = self.uploads.totals().open + self.uploads.checking;
        match self.dialog {
            Some(Dialog::Close { .. }) if self.uploads.checking > 0 => {
                self.dialog = Some(Dialog::Closing);
            }
            Some(Dialog::Close { .. } | Dialog::Closing) => self.effects.push(Effect::Close),
            _ if open > 0 => self.dialog = Some(Dialog::Close { open }),
            _ => self.effects.push(Effect::Close),
        }
        Vec::new()
    }
}
