//! Where the keyboard is: the ring that shows it, and who gets it when something opens.

use egui::{CornerRadius, Rect, Response, Stroke, StrokeKind, Ui};

use crate::ui::theme::Tokens;

/// Draws the focus ring around `rect` if the keyboard is there.
///
/// The ring stands one point off, so it is seen around a button of its own color too.
pub fn paint_focus(ui: &Ui, response: &Response, rect: Rect, radius: u8) {
    if !response.has_focus() {
        return;
    }
    let ring = Stroke::new(2.0, Tokens::of(ui).accent);
    // The ring may leave the widget, but is still cut where a scroll area ends.
    ui.painter().rect_stroke(
        rect.expand(1.0),
        CornerRadius::same(radius + 1),
        ring,
        StrokeKind::Outside,
    );
}

/// Gives `response` the keyboard in the frame in which it first appears, and not again while it
/// stays: the initial focus of a dialog or panel.
pub fn focus_once(ui: &Ui, response: &Response) {
    let key = response.id.with("was here in frame");
    let now = ui.ctx().cumulative_frame_nr();
    let last = ui.data_mut(|data| {
        let last = data.get_temp::<u64>(key);
        data.insert_temp(key, now);
        last
    });
    if last.is_none_or(|last| last + 1 < now) {
        response.request_focus();
    }
}
