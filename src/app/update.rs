//! Routes what a person did and what the engine found out to the feature that decides.

use crate::engine::{Event, Request};
use crate::model::Secret;

use super::accounts::Opening;
use super::action::Action;
use super::changes::counted;
use super::dialogs::Dialog;
use super::drafts::Drafts;
use super::gallery::GalleryView;
use super::navigation::Route;
use super::notices::News;
use super::{Effect, State};

impl State {
    /// What a person did becomes what the engine shall do.
    pub fn apply(&mut self, action: Action, drafts: &mut Drafts) -> Vec<Request> {
        let before = self.route;
        let mut requests = self.act(action, drafts);
        // There are several roads away from a place.
        if before == Route::Library && self.route != before {
            requests.push(Request::StopTraffic);
        }
        requests
    }

    #[expect(
        clippy::too_many_lines,
        reason = "one short arm for each action reads best in one place"
    )]
    fn act(&mut self, action: Action, drafts: &mut Drafts) -> Vec<Request> {
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
                let images = ids.into_iter().map(|id| (id, true)).collect();
                self.sign_and_copy(images, variant, key, life, form)
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

            Action::SetFaults(faults) => vec![Request::SetFaults(faults)],
            Action::CopyToken => match self.library.info.value() {
                Some(info) => self.copy(info.token.clone(), 1),
                None => Vec::new(),
            },
            Action::CopyConnection(form) => match self.connection(form) {
                Some(text) => self.copy(text, 1),
                None => Vec::new(),
            },
            Action::PauseTraffic(on) => self.library.pause(on),
            Action::ClearTraffic => {
                self.library.log.clear();
                Vec::new()
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

            Event::NotTakenIn { inputs, problem } => {
                // Nothing of it is lost: it waits for another try.
                self.uploads.stage(inputs);
                self.notices.problem(problem);
                Vec::new()
            }
            Event::IntakeWarnings(warnings) => {
                for (warning, times) in counted(warnings) {
                    self.notices.push(News::Warning(warning, times));
                }
                Vec::new()
            }
            Event::Uploads(delta) => {
                let uploaded = delta.uploaded.len();
                self.uploads.receive(*delta);
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

            Event::Library(result) => {
                self.library.receive_info(result);
                Vec::new()
            }
            Event::FaultsSet(faults) => {
                self.library.faults = faults.map(|faults| *faults);
                Vec::new()
            }
            Event::Traffic(new) => {
                self.library.receive_traffic(new);
                Vec::new()
            }
        }
    }
}
