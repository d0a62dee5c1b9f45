//! Dialogs: a question over the dimmed window.

use egui::{
    Align, Context, CornerRadius, Frame, Id, Layout, Margin, Modal, Role, Stroke, Ui, vec2,
};

use super::icons;
use crate::ui::text::tr;
use crate::ui::theme::Tokens;

/// A dialog in the middle of the window. Esc, the cross and a click beside it close it.
///
/// The first focus is for the caller to set, on the safe choice: `focus_once(ui, &response)`.
///
/// ```
/// # use lenticular::ui::widgets::{Button, Dialog, dialog_buttons_ui};
/// # egui::__run_test_ctx(|ctx| {
/// let shown = Dialog::new("delete", "Delete 3 images?").show(ctx, |ui| {
///     ui.label("This cannot be undone");
///     dialog_buttons_ui(ui, |ui| ui.add(Button::destructive("Delete 3 images")).clicked())
/// });
/// let is_done = shown.wants_close || shown.inner;
/// # });
/// ```
#[must_use = "a dialog is shown with `show`"]
pub struct Dialog {
    id: Id,
    title: String,
    width: f32,
    closes_beside: bool,
}

/// What a [`Dialog`] gave back.
#[derive(Debug)]
pub struct DialogResponse<R> {
    /// The person wants it gone without having chosen.
    pub wants_close: bool,
    /// What the content returned.
    pub inner: R,
}

impl Dialog {
    /// A dialog of 440 points.
    pub fn new(id_salt: impl std::hash::Hash + std::fmt::Debug, title: impl Into<String>) -> Self {
        Self {
            id: Id::unique(("dialog", id_salt)),
            title: title.into(),
            width: 440.0,
            closes_beside: true,
        }
    }

    /// This wide, or as wide as the window lets it.
    pub fn width(mut self, width: f32) -> Self {
        self.width = width;
        self
    }

    /// A click beside the dialog does nothing: for forms, where it would lose what was typed.
    pub fn keep_when_clicked_beside(mut self) -> Self {
        self.closes_beside = false;
        self
    }

    /// Shows the dialog.
    pub fn show<R>(self, ctx: &Context, content: impl FnOnce(&mut Ui) -> R) -> DialogResponse<R> {
        let t = Tokens::of(ctx);
        let screen = ctx.content_rect().size();
        let width = self.width.min(screen.x - 2.0 * Tokens::SPACE_XL);
        let frame = Frame::new()
            .fill(t.panel)
            .stroke(Stroke::new(1.0, t.border))
            .corner_radius(CornerRadius::same(Tokens::RADIUS_XL))
            .shadow(ctx.global_style().visuals.window_shadow)
            .inner_margin(Margin::same(22));
        let title = self.title;
        let area = Modal::default_area(self.id)
            .role(Role::Dialog)
            .accessible_name(&title);
        let shown = Modal::new(self.id)
            .area(area)
            .backdrop_color(t.backdrop)
            .frame(frame)
            .show(ctx, |ui| {
                ui.set_width(width - 44.0);
                ui.set_max_height(screen.y - 120.0);
                let crossed = ui
                    .horizontal(|ui| {
                        ui.label(t.title(&title));
                        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                            ui.add(icons::CLOSE.button(tr!("dialog-close")).small())
                                .clicked()
                        })
                        .inner
                    })
                    .inner;
                ui.add_space(Tokens::SPACE_XS);
                (crossed, content(ui))
            });
        let beside = shown.backdrop_response.clicked();
        let escaped = !beside && shown.should_close();
        let (crossed, inner) = shown.inner;
        DialogResponse {
            wants_close: crossed || escaped || (beside && self.closes_beside),
            inner,
        }
    }
}

/// The last row of a dialog: buttons from the right, the confirming one first in code.
pub fn dialog_buttons_ui<R>(ui: &mut Ui, buttons: impl FnOnce(&mut Ui) -> R) -> R {
    ui.add_space(Tokens::SPACE_S);
    let size = vec2(ui.available_width(), Tokens::CONTROL);
    let layout = Layout::right_to_left(Align::Center);
    ui.allocate_ui_with_layout(size, layout, buttons).inner
}
