//! Settings.
use super::cx::Cx;
/// What it remembers.
#[derive(Default)]
pub(super) struct SettingsState {
    pub(super) shows_shortcuts: bool,
}
pub(super) fn settings_ui(_ui: &mut egui::Ui, _cx: &mut Cx<'_>) {}
