//! Where one is, and what is shown along with it.

use crate::engine::Request;

use super::State;

/// A place in the side bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Route {
    /// The grid.
    #[default]
    Images,
    /// The queue and its panel.
    Uploads,
    /// The variants and their editor.
    Variants,
    /// Direct creator uploads.
    Links,
    /// Signing keys.
    Keys,
    /// Settings.
    Settings,
    /// The open library as a server. An account has no such place.
    Library,
}

impl Route {
    /// All of them, in the order of Ctrl+1 to Ctrl+7.
    pub const ALL: [Self; 7] = [
        Self::Images,
        Self::Uploads,
        Self::Variants,
        Self::Links,
        Self::Keys,
        Self::Settings,
        Self::Library,
    ];
}

impl State {
    /// Whether the open profile has this place.
    #[must_use]
    pub fn has(&self, route: Route) -> bool {
        route != Route::Library || self.is_in_library()
    }

    pub(super) fn go(&mut self, route: Route) -> Vec<Request> {
        if !self.has(route) {
            return Vec::new();
        }
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
            Route::Library => self.library.enter(),
            Route::Variants if self.variants.list.problem().is_some() => {
                self.variants.list.start();
                vec![Request::Variants]
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn refresh(&mut self) -> Vec<Request> {
        match self.route {
            Route::Links | Route::Keys | Route::Library => self.go(self.route),
            Route::Variants => {
                self.variants.list.start();
                vec![Request::Variants]
            }
            _ => self.gallery.refresh(),
        }
    }

    /// The inspector shows what is selected.
    pub(super) fn follow_selection(&mut self, mut requests: Vec<Request>) -> Vec<Request> {
        requests.extend(self.inspector.show(self.gallery.selection.single()));
        requests
    }

    pub(super) fn step_viewer(&mut self, step: i32) -> Vec<Request> {
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
}
