//! The five fits as small drawings: the bounds dashed, the picture filled, what is trimmed faint.

use egui::{
    Align, Color32, CornerRadius, EventFilter, Key, Modifiers, Rect, Role, Sense, Stroke,
    StrokeKind, Ui, UiBuilder, Vec2, WidgetInfo, vec2,
};

use crate::model::{Fit, PixelSize, VariantOptions};

use super::super::text::tr;
use super::super::theme::{Tokens, Weight, sans};
use super::super::widgets::{paint_dashed_rect, paint_focus, paint_galley_in};

const HEIGHT: f32 = 74.0;
const GAP: f32 = 6.0;
/// How large a picture that is smaller than the bounds is drawn, as a part of them.
const SMALL: f32 = 0.62;
/// The same where it is trimmed: large enough that something is.
const SMALL_TRIMMED: f32 = 0.8;

/// The choice, and below it what it does in words. `picture` gives the drawings their proportions.
pub(super) fn fit_cards_ui(ui: &mut Ui, options: &mut VariantOptions, picture: Option<PixelSize>) {
    let t = Tokens::of(ui);
    let builder = UiBuilder::new()
        .accessibility_role(Role::RadioGroup)
        .accessibility_label(tr!("variant-fit"));
    ui.scope_builder(builder, |ui| cards_ui(ui, options, picture));
    ui.label(t.hint(explained(options)));
}

fn cards_ui(ui: &mut Ui, options: &mut VariantOptions, picture: Option<PixelSize>) {
    let (whole, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::hover());
    let width = (whole.width() - 4.0 * GAP) / 5.0;
    let ids = Fit::NAMED.map(|fit| ui.scope_id().with(("fit", fit.as_str())));
    let mut left = whole.left();
    for (index, fit) in Fit::NAMED.into_iter().enumerate() {
        let card = Rect::from_min_size(egui::pos2(left, whole.top()), vec2(width, HEIGHT));
        left += width + GAP;
        let response = ui.interact(card, ids[index], Sense::click());
        let is_enabled = ui.is_enabled();
        let name = tr!("variant-fit-name", fit = fit.as_str());
        if response.clicked() {
            options.fit = fit;
        }
        if response.has_focus() {
            let arrows = EventFilter {
                horizontal_arrows: true,
                ..EventFilter::default()
            };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
            let step = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
            let to = match (step(Key::ArrowLeft), step(Key::ArrowRight)) {
                (true, false) => index.checked_sub(1),
                (false, true) => Some(index + 1).filter(|to| *to < ids.len()),
                _ => None,
            };
            if let Some(to) = to {
                options.fit = Fit::NAMED[to];
                ui.memory_mut(|memory| memory.request_focus(ids[to]));
                ui.ctx().request_repaint();
            }
        }
        let is_on = options.fit == fit;
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, is_enabled, is_on, &name));
        paint_card(ui, card, fit, is_on, response.hovered(), options, picture);
        paint_focus(ui, &response, card, Tokens::RADIUS_M);
    }
}

fn paint_card(
    ui: &Ui,
    card: Rect,
    fit: Fit,
    is_on: bool,
    is_hovered: bool,
    options: &VariantOptions,
    picture: Option<PixelSize>,
) {
    let t = Tokens::of(ui);
    let (fill, line, ink) = match (is_on, is_hovered) {
        (true, _) => (t.tint, t.accent, t.accent_ink),
        (false, true) => (t.control_hover, t.border, t.text),
        (false, false) => (Color32::TRANSPARENT, t.border, t.muted),
    };
    let corners = CornerRadius::same(Tokens::RADIUS_M);
    let stroke = Stroke::new(1.0, line);
    ui.painter()
        .rect(card, corners, fill, stroke, StrokeKind::Inside);
    let stage = Rect::from_center_size(
        card.center_top() + vec2(0.0, 22.0),
        vec2(card.width() - 14.0, 27.0),
    );
    let drawing = drawing(fit, options, picture, stage.size());
    let place = |size: Vec2| Rect::from_center_size(stage.center(), size);
    let solid = if is_on { t.accent } else { t.faint };
    let faint = solid.gamma_multiply(0.35);
    let painter = ui.painter().with_clip_rect(card.shrink(2.0));
    if let Some(size) = drawing.faint {
        painter.rect_filled(place(size), 1.0, faint);
    }
    painter.rect_filled(place(drawing.solid), 1.0, solid);
    let dashes = Stroke::new(1.0, if is_on { t.strong } else { t.text });
    paint_dashed_rect(&painter, place(drawing.bounds), 2.0, dashes, 2.5);
    let font = sans(Tokens::TEXT_S - 0.5, Weight::Regular);
    let words = Rect::from_min_max(
        egui::pos2(card.left() + 2.0, card.top() + 41.0),
        card.max - vec2(2.0, 4.0),
    );
    let text = ui.fonts_mut(|fonts| {
        let mut job =
            egui::text::LayoutJob::simple(fit.as_str().to_owned(), font, ink, words.width());
        job.halign = Align::Center;
        fonts.layout_job(job)
    });
    // A centered galley hangs around its own origin. All names begin at one height, however many
    // lines they take.
    let origin = words.min + vec2(words.width() / 2.0, 0.0);
    let place = egui::Rect::from_min_size(origin, vec2(words.width(), text.size().y));
    paint_galley_in(&painter, place, text, Align::Min);
}

/// What is drawn, as sizes around one center.
#[derive(Debug, PartialEq)]
struct Drawing {
    bounds: Vec2,
    solid: Vec2,
    /// What is trimmed or filled in.
    faint: Option<Vec2>,
}

/// `stage` is the room that the drawing has; only what is trimmed may leave it.
fn drawing(fit: Fit, options: &VariantOptions, picture: Option<PixelSize>, stage: Vec2) -> Drawing {
    let shape = |size: PixelSize| vec2(side(size.width), side(size.height));
    let picture = picture
        .filter(|size| !size.is_empty())
        .map_or(vec2(3.0, 2.0), shape);
    let bounds = options
        .bounds()
        .filter(|size| !size.is_empty())
        .map_or(picture, shape);
    let bounds = limited(bounds * (stage / bounds).min_elem(), stage * 0.4, stage);
    let inside = picture * (bounds / picture).min_elem();
    let around = picture * (bounds / picture).max_elem();
    let (solid, faint) = match fit {
        Fit::Contain => (inside, None),
        Fit::Cover | Fit::AspectCrop => (bounds, Some(around)),
        Fit::Crop => {
            let small = around * SMALL_TRIMMED;
            (small.min(bounds), Some(small))
        }
        Fit::Pad => (inside, Some(bounds)),
        Fit::Squeeze => (bounds, None),
        Fit::ScaleDown | Fit::ScaleUp => (inside * SMALL, None),
    };
    Drawing {
        bounds,
        solid,
        faint,
    }
}

/// Very flat bounds would be a line: they are drawn a little less flat.
fn limited(size: Vec2, least: Vec2, most: Vec2) -> Vec2 {
    size.max(least).min(most)
}

#[expect(clippy::cast_precision_loss, reason = "a drawing of thirty points")]
const fn side(px: u32) -> f32 {
    px as f32
}

/// What the fit does, in words, with the size at hand.
fn explained(options: &VariantOptions) -> String {
    let size = match (options.width, options.height) {
        (Some(width), Some(height)) => format!("{width} × {height}"),
        (Some(width), None) => tr!("variant-size-wide", px = width.to_string()),
        (None, Some(height)) => tr!("variant-size-high", px = height.to_string()),
        (None, None) => tr!("variant-size-original"),
    };
    match options.fit {
        Fit::ScaleDown => tr!("variant-fit-scale-down", size = size),
        Fit::Contain => tr!("variant-fit-contain", size = size),
        Fit::Cover => tr!("variant-fit-cover", size = size),
        Fit::Crop => tr!("variant-fit-crop", size = size),
        Fit::Pad => tr!("variant-fit-pad", size = size),
        Fit::AspectCrop | Fit::Squeeze | Fit::ScaleUp => tr!("variant-fit-flexible-only"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(fit: Fit) -> Drawing {
        let options = VariantOptions {
            width: Some(300),
            height: Some(300),
            ..VariantOptions::default()
        };
        drawing(
            fit,
            &options,
            Some(PixelSize::new(1600, 1000)),
            vec2(40.0, 27.0),
        )
    }

    #[test]
    fn cover_fills_the_bounds_and_shows_what_is_trimmed() {
        let drawing = drawn(Fit::Cover);
        assert_eq!(drawing.solid, drawing.bounds);
        let trimmed = drawing.faint.unwrap();
        assert!(trimmed.x > drawing.bounds.x && (trimmed.y - drawing.bounds.y).abs() < 0.01);
    }

    #[test]
    fn no_fit_but_cover_and_crop_leaves_the_bounds() {
        for fit in [Fit::ScaleDown, Fit::Contain, Fit::Pad] {
            let drawing = drawn(fit);
            let largest = drawing.faint.unwrap_or_default().max(drawing.solid);
            assert!(largest.x <= drawing.bounds.x + 0.01, "{fit:?}");
            assert!(largest.y <= drawing.bounds.y + 0.01, "{fit:?}");
        }
    }

    #[test]
    fn a_size_of_zero_is_drawn_all_the_same() {
        let options = VariantOptions {
            width: Some(0),
            height: Some(0),
            ..VariantOptions::default()
        };
        for fit in Fit::NAMED {
            let drawing = drawing(fit, &options, Some(PixelSize::new(0, 0)), vec2(40.0, 27.0));
            assert!(drawing.solid.is_finite() && drawing.bounds.is_finite());
        }
    }
}
