//! The inspector: everything about the one selected image.

use crate::engine::{Inspection, Request};
use crate::model::{Image, ImageId, Problem};

use super::loadable::Loadable;

/// What the inspector shows.
#[derive(Debug, Default)]
pub struct Inspector {
    shown: Option<ImageId>,
    /// What is known of the shown image beyond the list.
    pub details: Loadable<Inspection>,
}

impl Inspector {
    /// The image that is shown.
    #[must_use]
    pub const fn shown(&self) -> Option<&ImageId> {
        self.shown.as_ref()
    }

    /// Shows another image, or none; asks for its details once.
    pub fn show(&mut self, image: Option<&Image>) -> Vec<Request> {
        let id = image.map(|image| &image.id);
        if id == self.shown.as_ref() {
            return Vec::new();
        }
        self.shown = id.cloned();
        self.details = Loadable::default();
        match &self.shown {
            Some(id) => {
                self.details.start();
                vec![Request::Inspect(id.clone())]
            }
            None => Vec::new(),
        }
    }

    /// The details have come.
    pub fn receive(&mut self, id: &ImageId, result: Result<Box<Inspection>, Problem>) {
        if self.shown.as_ref() == Some(id) {
            match result {
                Ok(details) => self.details.finish(*details),
                Err(problem) => self.details.fail(problem),
            }
        }
    }

    /// An image has changed, as the service confirmed it.
    pub fn image_changed(&mut self, old: &ImageId, image: &Image) {
        if self.shown.as_ref() == Some(old) {
            self.shown = Some(image.id.clone());
            if let Some(details) = self.details.value_mut() {
                details.image = image.clone();
            }
        }
    }
}
