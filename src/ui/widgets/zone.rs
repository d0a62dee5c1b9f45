//! Where files are dropped, and what stands where nothing is.

use egui::{
    Align, CornerRadius, Layout, Rect, Response, Role, Sense, Stroke, Ui, UiBuilder, Widget,
    WidgetInfo, pos2, vec2,
};

use super::focus::paint_focus;
use super::icons::{self, Icon};
use super::paint::{elided_galley, paint_dashed_rect, paint_galley_in};
use crate::ui::theme::{Tokens, Weight, sans};

/// The place for dropped files; clicking it opens the file dialog.
#[must_use = "it is shown with `ui.add`"]
pub struct DropZone {
    title: String,
    hint: String,
    hovering: bool,
    height: f32,
}

impl DropZone {
    /// A zone that says what to do and what may be dropped.
    pub fn new(title: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            hint: hint.into(),
            hovering: false,
            height: 150.0,
        }
    }

    /// Files are over the window right now.
    pub fn hovering(mut self, hovering: bool) -> Self {
        self.hovering = hovering;
        self
    }

    /// Another height than 150 points.
    pub fn height(mut self, height: f32) -> Self {
        self.height = height;
        self
    }
}

impl Widget for DropZone {
    fn ui(self, ui: &mut Ui) -> Response {
        let t = Tokens::of(ui);
        let size = vec2(ui.available_width(), self.height);
        let (rect, response) = ui.allocate_exact_size(size, Sense::click());
        let is_enabled = ui.is_enabled();
        response.widget_info(|| WidgetInfo::labeled(Role::Button, is_enabled, &self.title));

        let is_lit = self.hovering || response.hovered();
        let fill = if is_lit { t.tint_hover } else { t.tint };
        let width = if self.hovering { 3.0 } else { 2.0 };
        let corners = CornerRadius::same(Tokens::RADIUS_XL);
        ui.painter().rect_filled(rect, corners, fill);
        let radius = f32::from(Tokens::RADIUS_XL);
        paint_dashed_rect(
            ui.painter(),
            rect,
            radius,
            Stroke::new(width, t.accent),
            6.0,
        );

        let room = rect.width() - 2.0 * Tokens::SPACE_L;
        let line = |offset: f32| {
            let middle = pos2(rect.center().x, rect.center().y + offset);
            Rect::from_center_size(middle, vec2(room, 20.0))
        };
        icons::UPLOAD.paint(ui.painter(), line(-30.0).center(), 26.0, t.accent);
        let title = sans(Tokens::TEXT_L, Weight::SemiBold);
        let title = elided_galley(ui, &self.title, title, t.strong, room);
        paint_galley_in(ui.painter(), line(6.0), title, Align::Center);
        let hint = sans(Tokens::TEXT - 0.5, Weight::Regular);
        let hint = elided_galley(ui, &self.hint, hint, t.muted, room);
        paint_galley_in(ui.painter(), line(33.0), hint, Align::Center);
        paint_focus(ui, &response, rect, Tokens::RADIUS_XL);
        response
    }
}

/// What stands where nothing is yet: an icon, what is so, what can be done about it.
#[must_use = "it is shown with `show_ui`"]
pub struct EmptyState {
    icon: Icon,
    title: String,
    text: String,
}

impl EmptyState {
    /// `title` says what is so, `text` what it means or what to do.
    pub fn new(icon: Icon, title: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            icon,
            title: title.into(),
            text: text.into(),
        }
    }

    /// Shows it in the middle of the room there is; `buttons` are laid out in a row below.
    pub fn show_ui<R>(self, ui: &mut Ui, buttons: impl FnOnce(&mut Ui) -> R) -> R {
        let t = Tokens::of(ui);
        // The height of the block is known well enough to center it without a second pass.
        let above = ((ui.available_height() - 190.0) / 2.0).max(0.0);
        let above = if above.is_finite() { above } else { 0.0 };
        ui.vertical_centered(|ui| {
            ui.add_space(above);
            self.icon.show_ui(ui, 36.0, t.faint);
            ui.add_space(Tokens::SPACE_S);
            ui.label(t.title(self.title));
            ui.scope(|ui| {
                ui.set_max_width(420.0_f32.min(ui.available_width()));
                ui.label(t.muted(self.text));
            });
            ui.add_space(Tokens::SPACE_M);
            row_in_middle_ui(ui, buttons)
        })
        .inner
    }
}

/// A row of widgets in the middle: egui centers only what it has measured before, so the width
/// of the last frame is remembered.
fn row_in_middle_ui<R>(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> R) -> R {
    let key = ui.scope_id().with("width of the row");
    let known: Option<f32> = ui.data(|data| data.get_temp(key));
    let (room, height) = (ui.available_rect_before_wrap(), Tokens::CONTROL);
    let width = known.unwrap_or(room.width());
    let left = (room.center().x - width / 2.0).max(room.left()).round();
    let place = Rect::from_min_size(pos2(left, room.top()), vec2(width, height));
    let builder = UiBuilder::new()
        .max_rect(place)
        .layout(Layout::left_to_right(Align::Center));
    let shown = ui.scope_builder(builder, |ui| {
        ui.spacing_mut().item_spacing.x = Tokens::SPACE_S;
        content(ui)
    });
    let found = shown.response.rect.width();
    if known.is_none_or(|known| (known - found).abs() > 0.5) {
        ui.data_mut(|data| data.insert_temp(key, found));
        ui.ctx()
            .request_discard("the width of a centered row is known now");
    }
    shown.inner
}
