//! The variants.
use super::cx::Cx;
/// What the view remembers.
#[derive(Default)]
pub(super) struct VariantsViewState {}
pub(super) fn variants_ui(_ui: &mut egui::Ui, _cx: &mut Cx<'_>) {}
