//! The viewer.
use super::cx::Cx;
/// What it remembers.
#[derive(Default)]
pub(super) struct ViewerState {}
pub(super) fn viewer_ui(_ui: &mut egui::Ui, _cx: &mut Cx<'_>) {}
