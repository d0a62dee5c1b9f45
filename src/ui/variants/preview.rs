//! What the variant makes of the sample, beside the original with what is trimmed darkened.
//!
//! The newest options win and the picture before stays until theirs is there. While one is being
//! rendered, the next one of the same image waits: rendering cannot be interrupted, and a slider
//! that is dragged would pile up work that nobody looks at. Pixels are prepared off the frame and
//! become textures once.

use std::time::{Duration, Instant};

use egui::{
    Color32, ColorImage, CornerRadius, Frame, Margin, Painter, Rect, Role, Sense, TextureHandle,
    TextureOptions, Ui, UiBuilder, Vec2, WidgetInfo, pos2, vec2,
};

use crate::engine::{Pixels, Preview};
use crate::model::{ByteSize, Image, ImageId, PixelSize, Problem, VariantOptions};

use super::super::cx::Cx;
use super::super::slot::Slot;
use super::super::text::{format_bytes, tr};
use super::super::textures::image_from_pixels;
use super::super::theme::{Tokens, Weight, sans};
use super::super::widgets::{
    Button, elided_galley, icons, paint_checkerboard, paint_galley_in, spinner_ui,
};

/// How long rendering may take before it is said.
const PATIENCE: Duration = Duration::from_millis(150);
/// Longer sides are reduced before they become a texture: more is not seen, and costs memory.
const MAX_TEXTURE_SIDE: usize = 4096;
/// Room below a picture for three lines, in points.
const CAPTION: f32 = 62.0;
/// Room between the pictures, with the arrow in its middle, in points.
const BETWEEN: f32 = 68.0;
/// Room around everything, in points.
const MARGIN: f32 = 24.0;
/// Side of a square of the checkerboard, in points.
const SQUARE: f32 = 10.0;

/// What was asked for: a picture and what is done to it.
#[derive(Clone, Debug, PartialEq)]
struct Question {
    image: ImageId,
    options: VariantOptions,
}

/// The preview as the view keeps it.
#[derive(Default)]
pub(super) struct Tried {
    slot: Slot<Answer>,
    /// What was asked last, for which name, and when.
    asked: Option<(Question, String, Instant)>,
    shown: Option<Picture>,
}

/// What came back, ready to become textures.
struct Answer {
    question: Question,
    facts: Facts,
    original: ColorImage,
    rendition: ColorImage,
}

/// What is told about a preview.
#[derive(Clone, Debug)]
struct Facts {
    original_size: PixelSize,
    original_bytes: ByteSize,
    visible: [f32; 4],
    size: PixelSize,
    bytes: ByteSize,
    format: &'static str,
    took: Duration,
}

/// What is drawn.
struct Picture {
    question: Question,
    name: String,
    facts: Facts,
    original: TextureHandle,
    rendition: TextureHandle,
}

impl Answer {
    fn new(question: Question, preview: &Preview, max_side: usize) -> Self {
        Self {
            question,
            facts: Facts {
                original_size: preview.original_size,
                original_bytes: preview.original_bytes,
                visible: preview.visible,
                size: preview.size,
                bytes: preview.bytes,
                format: preview.format,
                took: preview.took,
            },
            original: texture_image(&preview.original, max_side),
            rendition: texture_image(&preview.rendition, max_side),
        }
    }
}

/// The pixels as a texture takes them, reduced by whole steps until no side is too long.
fn texture_image(pixels: &Pixels, max_side: usize) -> ColorImage {
    let image = image_from_pixels(pixels);
    let longest = image.size[0].max(image.size[1]);
    let step = longest.div_ceil(max_side.max(1)).max(1);
    if step == 1 {
        return image;
    }
    let [width, height] = image.size;
    let size = [(width / step).max(1), (height / step).max(1)];
    let mut reduced = Vec::with_capacity(size[0] * size[1]);
    for y in 0..size[1] {
        for x in 0..size[0] {
            reduced
                .push(image.pixels[(y * step).min(height - 1) * width + (x * step).min(width - 1)]);
        }
    }
    ColorImage::new(size, reduced)
}

impl Tried {
    /// Size of the original that is shown, in pixels.
    pub(super) fn original_size(&self) -> Option<PixelSize> {
        Some(self.shown.as_ref()?.facts.original_size)
    }

    /// Takes in what has come and asks for what is to be shown now.
    fn follow(
        &mut self,
        ui: &Ui,
        cx_engine: &crate::engine::Handle,
        question: Question,
        name: &str,
    ) {
        self.slot.poll();
        if let Some(answer) = self.slot.take() {
            // The name may be another by now, the picture is still that of the old one.
            let asked_for = self.asked.as_ref().map(|(_, name, _)| name.clone());
            self.show(ui.ctx(), answer, asked_for.as_deref().unwrap_or(name));
        }
        let is_asked = self.asked.as_ref().map(|(asked, ..)| asked) == Some(&question);
        // Options that break a rule make no picture; the last one stays.
        if is_asked || !question.options.validate().is_empty() {
            return;
        }
        let same_image = self
            .asked
            .as_ref()
            .is_some_and(|(asked, ..)| asked.image == question.image);
        if same_image && self.slot.is_waiting() {
            return;
        }
        let max_side = ui
            .input(|input| input.max_texture_side)
            .min(MAX_TEXTURE_SIDE);
        let rendering = cx_engine.preview(question.image.clone(), question.options.clone());
        let asked = question.clone();
        self.slot.start(cx_engine, async move {
            let preview = rendering.await?;
            let prepared =
                tokio::task::spawn_blocking(move || Answer::new(question, &preview, max_side));
            prepared
                .await
                .map_err(|_broken| Problem::new(tr!("variants-preview-broken")))
        });
        self.asked = Some((asked, name.to_owned(), Instant::now()));
    }

    fn show(&mut self, ctx: &egui::Context, answer: Answer, name: &str) {
        // The original changes with the image alone: its texture is kept while options change.
        let kept = self
            .shown
            .take()
            .filter(|shown| shown.question.image == answer.question.image);
        let original = kept.map_or_else(
            || ctx.load_texture("preview-original", answer.original, smooth()),
            |shown| shown.original,
        );
        self.shown = Some(Picture {
            name: name.to_owned(),
            rendition: ctx.load_texture("preview-rendition", answer.rendition, smooth()),
            question: answer.question,
            facts: answer.facts,
            original,
        });
    }

    /// Asks again for what failed.
    fn retry(&mut self) {
        self.asked = None;
    }

    /// Takes a preview that was rendered elsewhere for an answer.
    pub(super) fn put(
        &mut self,
        ctx: &egui::Context,
        (image, options): (ImageId, VariantOptions),
        name: &str,
        preview: &Preview,
    ) {
        let question = Question { image, options };
        let max_side = ctx
            .input(|input| input.max_texture_side)
            .min(MAX_TEXTURE_SIDE);
        self.slot.clear();
        self.asked = Some((question.clone(), name.to_owned(), Instant::now()));
        self.show(ctx, Answer::new(question, preview, max_side), name);
    }
}

fn smooth() -> TextureOptions {
    TextureOptions {
        mipmap_mode: Some(egui::TextureFilter::Linear),
        ..TextureOptions::LINEAR
    }
}

/// What a problem says beyond what happened.
pub(super) fn advice(problem: &Problem) -> String {
    let parts = [&problem.unaffected, &problem.hint];
    let mut words: Vec<String> = parts.into_iter().flatten().cloned().collect();
    words.extend(
        problem
            .code
            .map(|code| tr!("variants-code", code = code.to_string())),
    );
    words.join(". ")
}

pub(super) fn preview_ui(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    image: &Image,
    name: &str,
    options: &VariantOptions,
) {
    let t = Tokens::of(ui);
    let area = ui.available_rect_before_wrap();
    paint_checkerboard(ui.painter(), area, SQUARE, t);
    let question = Question {
        image: image.id.clone(),
        options: options.clone(),
    };
    let engine = cx.engine.clone();
    let tried = &mut cx.views.variants.tried;
    tried.follow(ui, &engine, question.clone(), name);
    let is_library = cx
        .state
        .session
        .as_ref()
        .is_some_and(|session| session.profile.is_library());
    if let Some(picture) = &mut tried.shown {
        if picture.question == question {
            name.clone_into(&mut picture.name);
        }
        picture_ui(ui, area, picture, is_library);
    }
    if tried.slot.is_waiting() {
        waiting_ui(ui, area, tried);
    }
    let problem = tried.slot.problem().cloned();
    if let Some(problem) = problem {
        let has_picture = tried.shown.is_some();
        if problem_ui(ui, area, &problem, image, has_picture) {
            tried.retry();
            ui.ctx().request_repaint();
        }
    }
}

fn waiting_ui(ui: &mut Ui, area: Rect, tried: &Tried) {
    let waited = tried
        .asked
        .as_ref()
        .map_or(Duration::ZERO, |(_, _, since)| since.elapsed());
    if waited < PATIENCE {
        ui.ctx()
            .request_repaint_after(PATIENCE.saturating_sub(waited));
        return;
    }
    let place = if tried.shown.is_some() {
        Rect::from_min_size(area.right_top() + vec2(-132.0, 12.0), vec2(120.0, 20.0))
    } else {
        Rect::from_center_size(area.center(), vec2(120.0, 20.0))
    };
    let t = Tokens::of(ui);
    ui.painter().rect_filled(place.expand(4.0), 6.0, t.raised);
    ui.scope_builder(UiBuilder::new().max_rect(place), |ui| {
        ui.horizontal_centered(|ui| {
            ui.spacing_mut().item_spacing.x = Tokens::SPACE_S;
            ui.add_space(4.0);
            spinner_ui(ui, 14.0, tr!("variants-rendering"));
            ui.label(t.hint(tr!("variants-rendering")));
        });
    });
}

/// Says why there is no new picture. Returns whether to try again.
fn problem_ui(ui: &mut Ui, area: Rect, problem: &Problem, image: &Image, is_below: bool) -> bool {
    let t = Tokens::of(ui);
    let width = (area.width() - 2.0 * MARGIN).min(420.0);
    let known = ui.scope_id().with("height of the problem");
    let height: f32 = ui.data(|data| data.get_temp(known)).unwrap_or(90.0);
    let top = if is_below {
        area.bottom() - height - Tokens::SPACE_M
    } else {
        area.center().y - height / 2.0
    };
    let place = Rect::from_min_size(
        pos2(area.center().x - width / 2.0, top),
        vec2(width, height),
    );
    let builder = UiBuilder::new()
        .max_rect(place)
        .accessibility_role(Role::Alert);
    let shown = ui.scope_builder(builder, |ui| {
        Frame::new()
            .fill(t.raised)
            .stroke(egui::Stroke::new(1.0, t.border))
            .corner_radius(CornerRadius::same(Tokens::RADIUS_L))
            .inner_margin(Margin::symmetric(14, 12))
            .show(ui, |ui| {
                ui.set_width(width - 28.0);
                ui.spacing_mut().item_spacing.y = Tokens::SPACE_XS;
                ui.horizontal_wrapped(|ui| {
                    ui.spacing_mut().item_spacing.x = Tokens::SPACE_S;
                    icons::NO_IMAGE.show_ui(ui, Tokens::ICON, t.danger);
                    ui.label(t.strong(tr!("variants-no-preview")));
                });
                ui.label(t.detail(&problem.what));
                let mut more = advice(problem);
                if more.is_empty() && image.require_signed_urls {
                    more = tr!("variants-no-preview-private");
                }
                if !more.is_empty() {
                    ui.label(t.hint(more));
                }
                ui.add_space(Tokens::SPACE_XS);
                ui.add(
                    Button::secondary(tr!("variants-retry"))
                        .icon(icons::RETRY)
                        .small(),
                )
                .clicked()
            })
            .inner
    });
    let found = shown.response.rect.height();
    if (found - height).abs() > 0.5 {
        ui.data_mut(|data| data.insert_temp(known, found));
        ui.ctx()
            .request_discard("the height of the problem is known now");
    }
    shown.inner
}

/// Where both pictures go.
#[derive(Debug, PartialEq)]
struct Places {
    original: Rect,
    rendition: Rect,
    is_stacked: bool,
    /// How large the result is shown; 1 is a pixel of the picture for a pixel of the screen.
    scale: f32,
}

fn shape(size: PixelSize) -> Vec2 {
    #[expect(clippy::cast_precision_loss, reason = "sizes of pictures on a screen")]
    vec2(size.width.max(1) as f32, size.height.max(1) as f32)
}

/// Neither picture is shown larger than pixel for pixel. They stand side by side, unless the
/// result is much larger with one above the other.
fn places(area: Rect, original: PixelSize, rendition: PixelSize, pixels_per_point: f32) -> Places {
    let inner = area.shrink(MARGIN);
    let beside =
        vec2((inner.width() - BETWEEN) / 2.0, inner.height() - CAPTION).max(Vec2::splat(16.0));
    let stacked = vec2(
        inner.width(),
        (inner.height() - BETWEEN / 2.0) / 2.0 - CAPTION,
    )
    .max(Vec2::splat(16.0));
    let most = 1.0 / pixels_per_point;
    let scale = |size: PixelSize, room: Vec2| (room / shape(size)).min_elem().min(most);
    let is_stacked = scale(rendition, stacked) > 1.35 * scale(rendition, beside);
    let room = if is_stacked { stacked } else { beside };
    let sizes = [original, rendition].map(|size| shape(size) * scale(size, room));
    let scale = scale(rendition, room) * pixels_per_point;
    let [first, second] = sizes;
    let rect = |center: egui::Pos2, size: Vec2| {
        let rect = Rect::from_center_size(center, size.max(Vec2::splat(1.0)));
        Rect::from_min_size(rect.min.round(), rect.size())
    };
    if is_stacked {
        let height = first.y + second.y + 2.0 * CAPTION + BETWEEN / 2.0;
        let top = inner.center().y - height / 2.0;
        let x = inner.center().x;
        return Places {
            original: rect(pos2(x, top + first.y / 2.0), first),
            rendition: rect(pos2(x, top + height - CAPTION - second.y / 2.0), second),
            is_stacked,
            scale,
        };
    }
    // Each in the middle of its half, but no farther apart than needed for the captions.
    let half = |size: Vec2| (size.x / 2.0).max(110.0_f32.min(room.x / 2.0));
    let (left, right) = (half(first), half(second));
    let whole = 2.0 * (left + right) + BETWEEN;
    let start = inner.center().x - whole / 2.0;
    let y = inner.center().y - CAPTION / 2.0;
    Places {
        original: rect(pos2(start + left, y), first),
        rendition: rect(pos2(start + 2.0 * left + BETWEEN + right, y), second),
        is_stacked,
        scale,
    }
}

fn picture_ui(ui: &mut Ui, area: Rect, picture: &Picture, is_library: bool) {
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
    let result = tr!(
        "variants-result",
        name = name,
        size = facts.size.to_string(),
        format = facts.format,
        bytes = format_bytes(facts.bytes.0)
    );
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
    caption_ui(ui, area, places.original, &[Some(original)]);
    let lines = [Some(result), reduced, Some(took)];
    caption_ui(ui, area, places.rendition, &lines);
}

/// Lines below a picture, centered, but inside the view; the first is the larger one.
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
        let text = elided_galley(ui, words, sans(size, Weight::Regular), t.muted, room);
        let half = text.size().x / 2.0;
        let least = area.left() + 8.0 + half;
        let most = (area.right() - 8.0 - half).max(least);
        let x = picture.center().x.clamp(least, most);
        let place = Rect::from_center_size(pos2(x, y), vec2(2.0 * half, 17.0));
        y += 18.0;
        // The checkerboard is calm, but a ground of its own keeps small words readable on it.
        let ground = place.expand2(vec2(5.0, 0.0));
        ui.painter()
            .rect_filled(ground, 4.0, t.bg.gamma_multiply(0.72));
        paint_galley_in(ui.painter(), place, text, egui::Align::Center);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn area(width: f32, height: f32) -> Rect {
        Rect::from_min_size(pos2(0.0, 0.0), vec2(width, height))
    }

    #[test]
    fn a_result_is_never_shown_larger_than_pixel_for_pixel() {
        let small = PixelSize::new(64, 64);
        let places = places(area(660.0, 740.0), PixelSize::new(1920, 1200), small, 2.0);
        assert!((places.rendition.width() - 32.0).abs() < 0.01);
        assert!((places.scale - 1.0).abs() < 0.01);
    }

    #[test]
    fn pictures_stay_inside_and_apart_in_any_window() {
        let sizes = [
            PixelSize::new(1920, 1200),
            PixelSize::new(12_000, 10),
            PixelSize::new(10, 9_000),
        ];
        for room in [area(660.0, 740.0), area(424.0, 380.0), area(3000.0, 1600.0)] {
            for original in sizes {
                for rendition in sizes {
                    let places = places(room, original, rendition, 1.0);
                    assert!(room.contains_rect(places.original), "{places:?}");
                    assert!(room.contains_rect(places.rendition), "{places:?}");
                    assert!(!places.original.intersects(places.rendition), "{places:?}");
                }
            }
        }
    }

    #[test]
    fn a_picture_that_no_texture_can_hold_is_reduced() {
        let pixels = Pixels {
            size: PixelSize::new(9_000, 2),
            rgba: vec![200; 9_000 * 2 * 4],
        };
        assert_eq!(texture_image(&pixels, 4_096).size, [3_000, 1]);
    }
}
