//! The gallery.
use super::cx::Cx;
/// What the gallery remembers.
#[derive(Default)]
pub(super) struct GalleryViewState {
    pub(super) wants_search_focus: bool,
}
pub(super) fn gallery_ui(_ui: &mut egui::Ui, _cx: &mut Cx<'_>) {}
