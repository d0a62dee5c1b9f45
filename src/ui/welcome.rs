//! welcome.
use super::cx::Cx;
pub(super) fn welcome_ui(_ui: &mut egui::Ui, _cx: &mut Cx<'_>) {}
