//! The upload panel.
use super::cx::Cx;
/// What the panel remembers.
#[derive(Default)]
pub(super) struct UploadsViewState {
    pub(super) asks_for_urls: bool,
}
pub(super) fn uploads_ui(_ui: &mut egui::Ui, _cx: &mut Cx<'_>) {}
