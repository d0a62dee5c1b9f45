//! What a toast looks like; when it comes and goes is decided elsewhere.

use egui::{CornerRadius, Frame, Margin, Role, Stroke, Ui, UiBuilder};

use super::button::Button;
use super::chip::{CountBadge, Tone};
use super::icons;
use crate::ui::text::{format_count, tr};
use crate::ui::theme::{Tokens, Weight, sans};

/// One notice: an icon for its tone, a sentence, perhaps one action.
#[derive(Clone, Debug)]
#[must_use = "it is shown with `show_ui`"]
pub struct Toast {
    text: String,
    tone: Tone,
    action: Option<String>,
    count: u64,
}

/// What the person did with a [`Toast`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ToastResponse {
    /// The action was chosen.
    pub acted: bool,
    /// It was put away.
    pub dismissed: bool,
    /// The pointer rests on it: it should not go by itself now.
    pub is_hovered: bool,
}

impl Toast {
    /// A notice with this sentence.
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            tone,
            action: None,
            count: 1,
        }
    }

    /// Offers one action, such as "Undo".
    pub fn action(mut self, text: impl Into<String>) -> Self {
        self.action = Some(text.into());
        self
    }

    /// How often the same was said.
    pub fn count(mut self, count: u64) -> Self {
        self.count = count;
        self
    }

    /// Shows it, 360 points wide; screen readers are told politely, or at once if it failed.
    pub fn show_ui(self, ui: &mut Ui) -> ToastResponse {
        let t = Tokens::of(ui);
        let is_urgent = self.tone == Tone::Danger;
        let builder = UiBuilder::new()
            .accessibility_role(if is_urgent { Role::Alert } else { Role::Status })
            .accessibility_label(self.text.clone());
        let scope = ui.scope_builder(builder, |ui| {
            let live = if is_urgent {
                egui::accesskit::Live::Assertive
            } else {
                egui::accesskit::Live::Polite
            };
            ui.ctx()
                .accesskit_node_builder(ui.unique_id(), |node| node.set_live(live));
            Frame::new()
                .fill(t.raised)
                .stroke(Stroke::new(1.0, t.border))
                .corner_radius(CornerRadius::same(Tokens::RADIUS_L))
                .shadow(ui.visuals().popup_shadow)
                .inner_margin(Margin::symmetric(12, 9))
                .show(ui, |ui| self.content_ui(ui))
                .inner
        });
        ToastResponse {
            is_hovered: scope.response.contains_pointer(),
            ..scope.inner
        }
    }

    fn content_ui(self, ui: &mut Ui) -> ToastResponse {
        let t = Tokens::of(ui);
        let icon = match self.tone {
            Tone::Neutral | Tone::Accent => icons::INFO,
            Tone::Success => icons::SUCCESS,
            Tone::Warning => icons::WARNING,
            Tone::Danger => icons::ERROR,
        };
        let mut response = ToastResponse::default();
        ui.set_width(336.0);
        ui.horizontal(|ui| {
            icon.show_ui(ui, Tokens::ICON, self.tone.ink(t));
            let beside = if self.action.is_some() { 110.0 } else { 34.0 };
            let beside = beside + if self.count > 1 { 40.0 } else { 0.0 };
            let font = sans(Tokens::TEXT, Weight::Regular);
            let width = (ui.available_width() - beside).max(80.0);
            let text = ui.fonts_mut(|fonts| fonts.layout(self.text.clone(), font, t.text, width));
            ui.label(text);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let close = icons::CLOSE.button(tr!("toast-dismiss")).small();
                response.dismissed = ui.add(close).clicked();
                if let Some(action) = self.action {
                    response.acted = ui.add(Button::secondary(action).small()).clicked();
                }
                if self.count > 1 {
                    ui.add(CountBadge::new(format!("×{}", format_count(self.count))));
                }
            });
        });
        response
    }
}
