//! dialogs.
use super::cx::Cx;
pub(super) fn dialogs_ui(_ui: &mut egui::Ui, _cx: &mut Cx<'_>) {}
