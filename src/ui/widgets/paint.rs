//! Drawing that several widgets share: texts snapped to pixels, dashes, the checkerboard.

use std::sync::Arc;

use egui::emath::GuiRounding as _;
use egui::text::{LayoutJob, TextWrapping};
use egui::{
    Align, Color32, CornerRadius, FontId, Galley, Painter, Pos2, Rect, Shape, Stroke, Ui, Vec2,
    pos2, vec2,
};

use crate::ui::theme::Tokens;

pub(super) fn galley(ui: &Ui, text: &str, font: FontId, color: Color32) -> Arc<Galley> {
    ui.fonts_mut(|fonts| fonts.layout_no_wrap(text.to_owned(), font, color))
}

/// One line of text, cut with "…" where it is wider than `max_width`.
#[must_use]
pub fn elided_galley(
    ui: &Ui,
    text: &str,
    font: FontId,
    color: Color32,
    max_width: f32,
) -> Arc<Galley> {
    let mut job = LayoutJob::simple_singleline(text.to_owned(), font, color);
    job.wrap = TextWrapping {
        // Half a pixel of grace: a text must not lose its end to a rounded width.
        max_width: max_width.max(0.0) + 0.5,
        max_rows: 1,
        break_anywhere: true,
        overflow_character: Some('…'),
    };
    ui.fonts_mut(|fonts| fonts.layout_job(job))
}

/// Paints a galley in `rect`, vertically centered, on whole pixels. Returns where it went.
#[expect(
    clippy::must_use_candidate,
    reason = "painting is the effect; the place is a bonus"
)]
pub fn paint_galley_in(painter: &Painter, rect: Rect, galley: Arc<Galley>, halign: Align) -> Rect {
    let size = galley.size();
    let x = match halign {
        Align::Min => rect.left(),
        Align::Center => rect.center().x - size.x / 2.0,
        Align::Max => rect.right() - size.x,
    };
    let pos = pos2(x, rect.center().y - size.y / 2.0);
    let pos = pos.round_to_pixels(painter.pixels_per_point());
    painter.galley(pos, galley, Color32::PLACEHOLDER);
    Rect::from_min_size(pos, size)
}

/// Paints a dashed outline just inside `rect`.
pub fn paint_dashed_rect(painter: &Painter, rect: Rect, radius: f32, stroke: Stroke, dash: f32) {
    let path = rounded_path(rect.shrink(stroke.width / 2.0), radius);
    painter.extend(Shape::dashed_line(&path, stroke, dash, dash * 0.7));
}

/// The closed outline of a rounded rectangle, clockwise from the top left.
fn rounded_path(rect: Rect, radius: f32) -> Vec<Pos2> {
    const STEPS: u8 = 8;
    let radius = radius.min(rect.width() / 2.0).min(rect.height() / 2.0);
    let inner = rect.shrink(radius);
    let corners = [
        (inner.left_top(), 180.0_f32),
        (inner.right_top(), 270.0),
        (inner.right_bottom(), 0.0),
        (inner.left_bottom(), 90.0),
    ];
    let mut path: Vec<Pos2> = corners
        .into_iter()
        .flat_map(|(center, from)| {
            (0..=STEPS).map(move |step| {
                let angle = (from + 90.0 * f32::from(step) / f32::from(STEPS)).to_radians();
                center + radius * Vec2::angled(angle)
            })
        })
        .collect();
    path.extend(path.first().copied());
    path
}

/// Paints the checkerboard that stands behind transparent pictures.
///
/// Squares start at `rect`'s corner and are `square` points wide.
pub fn paint_checkerboard(painter: &Painter, rect: Rect, square: f32, t: &Tokens) {
    let painter = painter.with_clip_rect(painter.clip_rect().intersect(rect));
    painter.rect_filled(rect, CornerRadius::ZERO, t.checker_a);
    let square = square.max(1.0).round_to_pixels(painter.pixels_per_point());
    let mut mesh = egui::Mesh::default();
    let mut row = 0_u32;
    let mut y = rect.top();
    while y < rect.bottom() {
        let mut x = rect.left() + if row.is_multiple_of(2) { square } else { 0.0 };
        while x < rect.right() {
            let cell = Rect::from_min_size(pos2(x, y), vec2(square, square));
            mesh.add_colored_rect(cell.intersect(rect), t.checker_b);
            x += 2.0 * square;
        }
        y += square;
        row += 1;
    }
    painter.add(mesh);
}
