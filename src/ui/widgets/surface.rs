//! Grounds and structure: cards, sections, rows of facts.

use egui::{
    CornerRadius, Frame, InnerResponse, Layout, Margin, Rect, Response, Sense, Stroke, Ui, pos2,
    vec2,
};

use super::label::Elided;
use crate::ui::theme::{Tokens, Weight, sans};

/// A large card, as on the welcome page: outlined, with room inside.
pub fn card_ui<R>(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> R) -> InnerResponse<R> {
    let t = Tokens::of(ui);
    Frame::new()
        .fill(t.panel)
        .stroke(Stroke::new(1.0, t.border))
        .corner_radius(CornerRadius::same(Tokens::RADIUS_XL))
        .inner_margin(Margin::same(22))
        .show(ui, content)
}

/// The frame of a side bar, an inspector or a status bar: give it to `egui::Panel::frame`.
pub fn panel_frame(t: &Tokens) -> Frame {
    Frame::new().fill(t.panel).inner_margin(Margin::same(14))
}

/// The frame of a field, of what is typed in or of what is there to be copied; give it its margin.
pub fn field_frame(t: &Tokens) -> Frame {
    Frame::new()
        .fill(t.control)
        .stroke(Stroke::new(1.0, t.border))
        .corner_radius(CornerRadius::same(Tokens::RADIUS_M))
}

/// The ground of a problem; give it its margin.
pub fn problem_frame(t: &Tokens) -> Frame {
    Frame::new()
        .fill(t.danger_tint)
        .corner_radius(CornerRadius::same(Tokens::RADIUS_M))
}

/// The head of a section: its name at the left, whatever `trailing` adds at the right.
pub fn section_ui<R>(
    ui: &mut Ui,
    title: impl Into<String>,
    trailing: impl FnOnce(&mut Ui) -> R,
) -> R {
    let t = Tokens::of(ui);
    let title = t.heading(title);
    // Words beside a button stand in its middle, and egui learns the height of a row only at its
    // end: the height of the last frame is remembered.
    let key = ui.next_auto_id().with("height of the head");
    let known: Option<f32> = ui.data(|data| data.get_temp(key));
    let shown = ui.scope(|ui| {
        ui.spacing_mut().interact_size.y = known.unwrap_or(20.0);
        ui.horizontal(|ui| {
            ui.label(title);
            let layout = Layout::right_to_left(egui::Align::Center);
            let right = ui.with_layout(layout, trailing);
            (right.inner, right.response.rect.height())
        })
    });
    let (inner, height) = shown.inner.inner;
    let height = height.max(20.0);
    if known.is_none_or(|known| (known - height).abs() > 0.5) {
        ui.data_mut(|data| data.insert_temp(key, height));
        if height > 20.0 {
            ui.ctx()
                .request_discard("the height of a section's head is known now");
        }
    }
    inner
}

/// A hairline across, with room above and below.
pub fn separator_ui(ui: &mut Ui) -> Response {
    let t = Tokens::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 5.0), Sense::hover());
    let line = Rect::from_min_size(
        pos2(rect.left(), rect.center().y.floor()),
        vec2(rect.width(), 1.0),
    );
    ui.painter().rect_filled(line, 0.0, t.border);
    response
}

/// One fact: its name, then its value, in two columns. Values that are copied by machines are
/// monospace and cut in the middle.
pub fn key_value_ui(
    ui: &mut Ui,
    key: impl Into<String>,
    value: impl Into<String>,
    is_code: bool,
) -> Response {
    const KEY_WIDTH: f32 = 104.0;
    let t = Tokens::of(ui);
    let font = sans(Tokens::TEXT_M, Weight::Regular);
    ui.scope(|ui| {
        // A row is else as high as a button.
        ui.spacing_mut().interact_size.y = 16.0;
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            let start = ui.cursor().left();
            ui.add(
                Elided::end(key)
                    .font(font.clone())
                    .color(t.muted)
                    .max_width(KEY_WIDTH - 8.0),
            );
            ui.add_space((start + KEY_WIDTH - ui.cursor().left()).max(8.0));
            if is_code {
                ui.add(Elided::middle(value).monospace().color(t.strong))
            } else {
                ui.add(Elided::end(value).font(font))
            }
        })
        .inner
    })
    .inner
}
