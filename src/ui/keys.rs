//! keys.
use super::cx::Cx;
pub(super) fn keys_ui(_ui: &mut egui::Ui, _cx: &mut Cx<'_>) {}
