//! Changes to images: what is asked together is told together, and the same reason once.

use crate::engine::{ImageEdit, Request};
use crate::model::{Image, ImageChange, ImageId, Metadata, Problem};

use super::State;
use super::action::UrlForm;
use super::drafts::Drafts;
use super::notices::News;

/// Changes to several images that were asked for together, so that they are told together.
#[derive(Debug, Default)]
pub(super) struct Bulk {
    pub(super) edited: usize,
    pub(super) failed: Vec<Problem>,
    pub(super) copy_as: Option<(UrlForm, Vec<String>)>,
}

impl State {
    pub(super) fn edit_images(&mut self, changes: Vec<(ImageId, ImageChange)>) -> Vec<Request> {
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

    pub(super) fn image_changed(
        &mut self,
        id: &ImageId,
        result: Result<Box<Image>, Problem>,
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

    pub(super) fn images_deleted(
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

    /// Adds fields to what each image has; a field of the same name is replaced.
    pub(super) fn add_metadata(&mut self, ids: &[ImageId], fields: &Metadata) -> Vec<Request> {
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

    /// The same reason for many things is told once, with their number.
    pub(super) fn tell_failures(&mut self, problems: Vec<Problem>) {
        for (problem, times) in counted(problems) {
            self.notices.push(News::Problem(problem, times));
        }
    }

    pub(super) fn name_of(&self, id: &ImageId) -> String {
        self.gallery
            .find(id)
            .map_or_else(|| id.last_segment(), |image| image.display_name())
            .to_owned()
    }
}

/// Equal problems are told once, with their number.
pub(super) fn counted(problems: Vec<Problem>) -> Vec<(Problem, usize)> {
    let mut told: Vec<(Problem, usize)> = Vec::new();
    for problem in problems {
        match told.iter_mut().find(|(other, _)| *other == problem) {
            Some((_, times)) => *times += 1,
            None => told.push((problem, 1)),
        }
    }
    told
}
