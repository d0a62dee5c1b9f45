//! What a card in the grid looks like: at rest, selected, active.
//!
//! Selected and active are two shapes, not two shades: a selected card has a colored line, a
//! tinted ground and a check badge; the active one, where the keyboard is, stands between four
//! corner brackets, whether selected or not.

use egui::{Color32, CornerRadius, Painter, Rect, Shape, Stroke, StrokeKind, pos2, vec2};

use super::icons;
use crate::ui::theme::Tokens;

/// The state of a card that its drawing depends on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CardLook {
    /// It belongs to the selection.
    pub is_selected: bool,
    /// The keyboard is on it.
    pub is_active: bool,
    /// The pointer is over it.
    pub is_hovered: bool,
}

/// Paints a card's ground and outline; call it before the card's content.
pub fn paint_card(painter: &Painter, rect: Rect, look: CardLook, t: &Tokens) {
    let (fill, line) = match (look.is_selected, look.is_hovered) {
        (true, false) => (t.tint, Stroke::new(2.0, t.accent)),
        (true, true) => (t.tint_hover, Stroke::new(2.0, t.accent)),
        (false, true) => (t.control, Stroke::new(1.0, t.border)),
        (false, false) => (t.panel, Stroke::NONE),
    };
    let corners = CornerRadius::same(Tokens::RADIUS_L);
    painter.rect(rect, corners, fill, line, StrokeKind::Inside);
    if look.is_active {
        paint_brackets(painter, rect.expand(3.5), t.strong);
    }
}

/// Paints what lies on a card's picture: the check badge of a selected card.
pub fn paint_card_marks(painter: &Painter, picture: Rect, look: CardLook, t: &Tokens) {
    if !look.is_selected {
        return;
    }
    let badge = Rect::from_min_size(picture.min + vec2(5.0, 5.0), vec2(18.0, 18.0));
    // A thin rim of the card's ground keeps the badge apart from a picture of its own color.
    painter.rect(
        badge,
        CornerRadius::same(Tokens::RADIUS_S),
        t.accent,
        Stroke::new(1.0, t.tint),
        StrokeKind::Outside,
    );
    icons::CHECK.paint(painter, badge.center(), 13.0, t.on_accent);
}

/// Paints the place of a picture that is not there yet. It stands still: a hundred pulsing
/// cards would keep the processor busy while nothing happens.
pub fn paint_skeleton(painter: &Painter, rect: Rect, t: &Tokens) {
    painter.rect_filled(rect, CornerRadius::same(Tokens::RADIUS_S), t.control);
}

fn paint_brackets(painter: &Painter, rect: Rect, color: Color32) {
    let arm = (rect.width().min(rect.height()) * 0.16).clamp(8.0, 20.0);
    let stroke = Stroke::new(2.0, color);
    for (corner, x, y) in [
        (rect.left_top(), 1.0, 1.0),
        (rect.right_top(), -1.0, 1.0),
        (rect.left_bottom(), 1.0, -1.0),
        (rect.right_bottom(), -1.0, -1.0),
    ] {
        let bend = 3.0;
        painter.add(Shape::line(
            vec![
                pos2(corner.x + x * arm, corner.y),
                pos2(corner.x + x * bend, corner.y),
                pos2(corner.x, corner.y + y * bend),
                pos2(corner.x, corner.y + y * arm),
            ],
            stroke,
        ));
    }
}
