//! Routes what the engine found out to the feature that decides.

use crate::engine::{Event, Request};

use super::changes::counted;
use super::drafts::Drafts;
use super::notices::News;
use super::{Effect, State};

impl State {
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
                self.links.list.receive(result);
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
                for news in self.keys.receive(result) {
                    self.notices.push(news);
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
