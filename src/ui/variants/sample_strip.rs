//! The pictures that a variant can be tried on: some in a strip, all of the page in a list.

use egui::{
    Color32, CornerRadius, Popup, PopupCloseBehavior, Rect, Role, ScrollArea, Sense, Stroke,
    StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2,
};

use crate::app::Action;
use crate::engine::{ThumbnailKey, ThumbnailWish};
use crate::model::{Image, ImageId};

use super::super::cx::Cx;
use super::super::text::tr;
use super::super::textures::{Textures, Thumbnail};
use super::super::theme::{Tokens, Weight, sans};
use super::super::widgets::{
    Button, TextField, elided_galley, focus_once, icons, paint_focus, paint_galley_in,
    paint_skeleton,
};

/// Height of the strip, in points.
pub(super) const HEIGHT: f32 = 69.0;
const THUMB: Vec2 = vec2(52.0, 48.0);
const GAP: f32 = 8.0;
/// Room for the button at the end of the strip, in points.
const BUTTON: f32 = 176.0;
const ROW: f32 = 44.0;
/// The size that the grid asks for as well, so that both share their pictures.
const SIDE_PX: u32 = 256;

/// The image that variants are tried on: the chosen one, else the first of the page.
pub(super) fn current_sample(cx: &mut Cx<'_>) -> Option<Image> {
    let gallery = &cx.state.gallery;
    let remembered = cx.views.variants.sample.as_ref();
    let chosen = cx.state.variants.sample.as_ref().and_then(|id| {
        gallery
            .find(id)
            .or_else(|| remembered.filter(|image| image.id == *id))
    });
    let image = chosen
        .or_else(|| candidates(gallery.images()).next())?
        .clone();
    cx.views.variants.sample = Some(image.clone());
    Some(image)
}

/// Drafts have no picture yet.
fn candidates(images: &[Image]) -> impl Iterator<Item = &Image> {
    images.iter().filter(|image| !image.is_draft)
}

fn wish(image: &Image) -> ThumbnailWish {
    ThumbnailWish {
        key: ThumbnailKey {
            id: image.id.clone(),
            uploaded_millis: image.uploaded.as_millisecond(),
            max_side_px: SIDE_PX,
        },
        is_private: image.require_signed_urls,
    }
}

/// Asks for the thumbnails that are in sight and not there; only when they have changed.
pub(super) fn ask_for(cx: &mut Cx<'_>, mut wishes: Vec<ThumbnailWish>) {
    wishes.retain(|wish| cx.textures.is_wanted(&wish.key));
    if !wishes.is_empty() && wishes != cx.views.variants.asked {
        cx.views.variants.asked.clone_from(&wishes);
        cx.emit(Action::CardsVisible(wishes));
    }
}

pub(super) fn strip_ui(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    sample: Option<&Image>,
    wishes: &mut Vec<ThumbnailWish>,
) {
    let chosen = sample.map(|image| image.id.clone());
    let mut picked = None;
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = GAP;
        let room = ui.available_width() - BUTTON - GAP;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a handful of thumbnails"
        )]
        let fitting = ((room + GAP) / (THUMB.x + GAP)).max(1.0) as usize;
        for image in in_strip(cx.state.gallery.images(), sample, fitting) {
            let is_on = chosen.as_ref() == Some(&image.id);
            wishes.push(wish(image));
            if thumb_ui(ui, cx.textures, image, is_on) {
                picked = Some(image.clone());
            }
        }
        let button = ui.add(Button::secondary(tr!("variants-choose-sample")));
        Popup::menu(&button)
            .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
            .accessible_name(tr!("variants-choose-sample"))
            .show(|ui| {
                if let Some(image) = list_ui(ui, cx, chosen.as_ref(), wishes) {
                    picked = Some(image);
                    ui.close();
                }
            });
    });
    if let Some(image) = picked {
        cx.views.variants.sample_filter.clear();
        cx.emit(Action::SetSampleImage(image.id.clone()));
        cx.views.variants.sample = Some(image);
    }
}

/// The first of the page; the chosen one comes first if it would not be among them.
fn in_strip<'a>(images: &'a [Image], sample: Option<&'a Image>, fitting: usize) -> Vec<&'a Image> {
    let mut strip: Vec<&Image> = candidates(images).take(fitting).collect();
    if let Some(sample) = sample
        && !strip.iter().any(|image| image.id == sample.id)
    {
        strip.insert(0, sample);
        strip.truncate(fitting);
    }
    strip
}

fn thumb_ui(ui: &mut Ui, textures: &mut Textures, image: &Image, is_on: bool) -> bool {
    let t = Tokens::of(ui);
    let (rect, response) = ui.allocate_exact_size(THUMB, Sense::click());
    let name = tr!("variants-try-on", name = image.display_name());
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, is_on, &name));
    paint_thumb(ui, textures, image, rect);
    let corners = CornerRadius::same(Tokens::RADIUS_S);
    if is_on {
        let line = Stroke::new(2.0, t.accent);
        ui.painter()
            .rect_stroke(rect, corners, line, StrokeKind::Inside);
    } else if response.hovered() {
        let line = Stroke::new(1.0, t.outline);
        ui.painter()
            .rect_stroke(rect, corners, line, StrokeKind::Inside);
    }
    paint_focus(ui, &response, rect, Tokens::RADIUS_S);
    let clicked = response.clicked();
    response.on_hover_text(image.display_name());
    clicked
}

/// The middle of the picture, filling `rect`.
fn paint_thumb(ui: &Ui, textures: &mut Textures, image: &Image, rect: Rect) {
    let t = Tokens::of(ui);
    match textures.get(&wish(image).key) {
        Thumbnail::Ready(texture) => {
            let size = texture.size_vec2();
            let part = rect.size() / size / (rect.size() / size).max_elem();
            let uv = Rect::from_center_size(pos2(0.5, 0.5), part);
            let picture = egui::epaint::RectShape::filled(
                rect,
                CornerRadius::same(Tokens::RADIUS_S),
                Color32::WHITE,
            )
            .with_texture(texture.id(), uv);
            ui.painter().add(picture);
        }
        Thumbnail::Failed(_) => {
            paint_skeleton(ui.painter(), rect, t);
            icons::NO_IMAGE.paint(ui.painter(), rect.center(), Tokens::ICON, t.faint);
        }
        Thumbnail::Waiting => paint_skeleton(ui.painter(), rect, t),
    }
}

fn list_ui(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    chosen: Option<&ImageId>,
    wishes: &mut Vec<ThumbnailWish>,
) -> Option<Image> {
    let t = Tokens::of(ui);
    ui.set_width(300.0);
    ui.spacing_mut().item_spacing.y = Tokens::SPACE_XS;
    let filter = ui.add(
        TextField::new(&mut cx.views.variants.sample_filter)
            .name(tr!("variants-sample-filter"))
            .hint(tr!("variants-sample-filter")),
    );
    focus_once(ui, &filter);
    let text = cx.views.variants.sample_filter.trim().to_lowercase();
    let state = cx.state;
    let images: Vec<&Image> = candidates(state.gallery.images())
        .filter(|image| {
            text.is_empty()
                || image.display_name().to_lowercase().contains(&text)
                || image.id.as_str().to_lowercase().contains(&text)
        })
        .collect();
    if images.is_empty() {
        ui.label(t.muted(tr!("variants-sample-none")));
        return None;
    }
    ui.label(t.hint(tr!("variants-sample-page")));
    let mut picked = None;
    ScrollArea::vertical()
        .max_height(6.0 * (ROW + Tokens::SPACE_XS))
        .auto_shrink([false, true])
        .show_rows(ui, ROW, images.len(), |ui, range| {
            for image in &images[range] {
                wishes.push(wish(image));
                let is_on = chosen == Some(&image.id);
                if entry_ui(ui, cx.textures, image, is_on) {
                    picked = Some((*image).clone());
                }
            }
        });
    picked
}

fn entry_ui(ui: &mut Ui, textures: &mut Textures, image: &Image, is_on: bool) -> bool {
    let t = Tokens::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    let name = image.display_name();
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, is_on, name));
    let fill = match (is_on, response.hovered() || response.has_focus()) {
        (true, _) => t.tint,
        (false, true) => t.control_pressed,
        (false, false) => Color32::TRANSPARENT,
    };
    ui.painter()
        .rect_filled(rect, CornerRadius::same(Tokens::RADIUS_S), fill);
    let picture =
        Rect::from_center_size(pos2(rect.left() + 24.0, rect.center().y), vec2(36.0, 34.0));
    paint_thumb(ui, textures, image, picture);
    let words = Rect::from_min_max(pos2(picture.right() + 10.0, rect.top()), rect.max);
    let font = sans(Tokens::TEXT, Weight::Regular);
    let text = elided_galley(ui, name, font, t.text, words.width() - 30.0);
    paint_galley_in(ui.painter(), words, text, egui::Align::Min);
    if image.require_signed_urls {
        let center = pos2(rect.right() - 14.0, rect.center().y);
        icons::LOCK.paint(ui.painter(), center, 13.0, t.muted);
    }
    paint_focus(ui, &response, rect.shrink(2.0), Tokens::RADIUS_S);
    response.clicked()
}
