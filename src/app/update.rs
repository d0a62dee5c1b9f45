//! Routes what a person did to the feature that decides.

use crate::engine::Request;
use crate::model::Secret;

use super::State;
use super::accounts::Opening;
use super::action::Action;
use super::dialogs::Dialog;
use super::drafts::Drafts;
use super::gallery::GalleryView;
use super::navigation::Route;

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
                self.gallery.click(index, toggle, extend);
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
                    self.gallery.click(index, true, false);
                }
                self.follow_selection(Vec::new())
            }
            Action::SelectPage => {
                self.gallery.select_page();
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
                let links = self.links.list.value();
                let link = links.and_then(|links| links.iter().find(|link| link.id == id));
                self.copy_found(link.map(|link| link.url.clone()))
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
                let keys = self.keys.list.value();
                let key = keys.and_then(|keys| keys.iter().find(|key| key.name == name));
                self.copy_found(key.map(|key| key.value.clone()))
            }
            Action::AskDeleteKey(name) => self.ask(Dialog::DeleteKey(name), drafts),
            Action::ReloadKeys => {
                self.keys.list.start();
                vec![Request::Keys]
            }

            Action::SetFaults(faults) => vec![Request::SetFaults(faults)],
            Action::CopyToken => {
                let info = self.library.info.value();
                self.copy_found(info.map(|info| info.token.clone()))
            }
            Action::CopyConnection(form) => self.copy_found(self.connection(form)),
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
}
