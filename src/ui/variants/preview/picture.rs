//! Both pictures with what is told about them: the trimmed part darkened, an arrow from one to the
//! other, captions below.

use egui::text::LayoutJob;
use egui::{Color32, CornerRadius, Painter, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::ui::text::{format_bytes, tr};
use crate::ui::theme::{Tokens, Weight, sans};
use crate::ui::widgets::{elided_galley, icons, paint_galley_in};

use super::places::{CAPTION, places};
use super::tried::Picture;

/// Paints a preview into `area`.
pub(super) fn picture_ui(ui: &mut Ui, area: Rect, picture: &Picture, is_library: bool) {
    let t = Tokens::of(ui);
    let facts = &picture.facts;
    let places = places(
        area,
        facts.original_size,
        facts.size,
        ui.ctx().pixels_per_point(),
    );
    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    let painter = ui.painter().with_clip_rect(area);
    painter.image(
        picture.original.id(),
        places.original,
        whole,
        Color32::WHITE,
    );
    paint_trimmed(&painter, places.original, facts.visible, t.overlay);
    painter.add(
        egui::epaint::RectShape::filled(
            places.rendition,
            CornerRadius::same(Tokens::RADIUS_S),
            Color32::WHITE,
        )
        .with_texture(picture.rendition.id(), whole),
    );

    let between = if places.is_stacked {
        pos2(
            places.original.center().x,
            f32::midpoint(places.original.bottom() + CAPTION, places.rendition.top()) - 4.0,
        )
    } else {
        pos2(
            f32::midpoint(places.original.right(), places.rendition.left()),
            places.original.center().y,
        )
    };
    let arrow = if places.is_stacked {
        icons::CHEVRON_DOWN
    } else {
        icons::CHEVRON_RIGHT
    };
    arrow.paint(&painter, between, 20.0, t.muted);

    let original = tr!(
        "variants-original",
        size = facts.original_size.to_string(),
        bytes = format_bytes(facts.original_bytes.0)
    );
    let name = if picture.name.is_empty() {
        tr!("variants-unnamed")
    } else {
        picture.name.clone()
    };
    let size = facts.size.to_string();
    let result = match facts.file {
        Some(file) => tr!(
            "variants-result",
            name = name,
            size = size,
            format = file.format,
            bytes = format_bytes(file.bytes.0)
        ),
        None => tr!("variants-result-pixels", name = name, size = size),
    };
    let reduced = (places.scale < 0.995).then(|| {
        let percent = (places.scale * 100.0).round().max(1.0);
        tr!("variants-shown-at", percent = f64::from(percent))
    });
    let millis = u64::try_from(facts.took.as_millis())
        .unwrap_or(u64::MAX)
        .max(1);
    let took = if is_library {
        tr!("variants-took", millis = millis)
    } else {
        tr!("variants-took-account", millis = millis)
    };
    let width = |words: &str| {
        let font = sans(Tokens::TEXT_M, Weight::Regular);
        elided_galley(ui, words, font, t.muted, area.width())
            .size()
            .x
    };
    let [first, second] = places.caption_areas(area, [width(&original), width(&result)]);
    caption_ui(ui, first, places.original, &[Some(original)]);
    let lines = [Some(result), reduced, Some(took)];
    caption_ui(ui, second, places.rendition, &lines);
}

/// Lines below a picture, centered, but inside the area; the first is the larger one. One that is too
/// long is broken once.
fn caption_ui(ui: &Ui, area: Rect, picture: Rect, lines: &[Option<String>]) {
    let t = Tokens::of(ui);
    let room = area.width() - 16.0;
    let mut y = picture.bottom() + 15.0;
    for (index, words) in lines.iter().flatten().enumerate() {
        let size = if index == 0 {
            Tokens::TEXT_M
        } else {
            Tokens::TEXT_S
        };
        let font = sans(size, Weight::Regular);
        let mut job = LayoutJob::simple(words.clone(), font, t.muted, room + 0.5);
        job.wrap.max_rows = 2;
        job.halign = egui::Align::Center;
        let text = ui.fonts_mut(|fonts| fonts.layout_job(job));
        let rows = if text.rows.len() > 1 { 2.0 } else { 1.0 };
        let half = text.size().x / 2.0;
        let least = area.left() + 8.0 + half;
        let most = (area.right() - 8.0 - half).max(least);
        let x = picture.center().x.clamp(least, most);
        let place = Rect::from_min_size(pos2(x - half, y - 8.5), vec2(2.0 * half, 17.0 * rows));
        y += 18.0 * rows;
        // The checkerboard is calm, but a ground of its own keeps small words readable on it.
        let ground = place.expand2(vec2(5.0, 0.0));
        ui.painter()
            .rect_filled(ground, 4.0, t.bg.gamma_multiply(0.72));
        // A centered galley hangs around its own origin.
        let around = place.translate(vec2(half, 0.0));
        paint_galley_in(ui.painter(), around, text, egui::Align::Min);
        let id = ui.scope_id().with(("caption", lines.len(), index));
        let response = ui.interact(place, id, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, words));
    }
}

/// Darkens what is outside of the part that stays visible.
fn paint_trimmed(painter: &Painter, rect: Rect, [x, y, width, height]: [f32; 4], dark: Color32) {
    let at = |x: f32, y: f32| {
        rect.min
            + vec2(
                x.clamp(0.0, 1.0) * rect.width(),
                y.clamp(0.0, 1.0) * rect.height(),
            )
    };
    let visible = Rect::from_min_max(at(x, y), at(x + width, y + height));
    let bands = [
        Rect::from_min_max(rect.min, pos2(rect.right(), visible.top())),
        Rect::from_min_max(pos2(rect.left(), visible.bottom()), rect.max),
        Rect::from_min_max(pos2(rect.left(), visible.top()), visible.left_bottom()),
        Rect::from_min_max(visible.right_top(), pos2(rect.right(), visible.bottom())),
    ];
    for band in bands {
        if band.width() > 0.4 && band.height() > 0.4 {
            painter.rect_filled(band, CornerRadius::ZERO, dark);
        }
    }
}
