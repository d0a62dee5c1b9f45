//! links.
use super::cx::Cx;
pub(super) fn links_ui(_ui: &mut egui::Ui, _cx: &mut Cx<'_>) {}
