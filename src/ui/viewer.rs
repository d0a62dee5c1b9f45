//! The viewer: one image over all the room there is, to look at closely.
//!
//! The picture belongs to the view: leaving it, or stepping on, cancels the work. Until it is
//! there, the thumbnail stands in its place, blown up.

use egui::emath::GuiRounding as _;
use egui::{
    Align, CentralPanel, CursorIcon, Event, Frame, Key, Layout, Margin, Panel, Pos2, Rect, Role,
    Sense, TextureHandle, TextureOptions, Ui, UiBuilder, Vec2, WidgetInfo, pos2, vec2,
};

use crate::app::{Action, UrlForm};
use crate::engine::Pixels;
use crate::model::{Image, ImageId, VariantId};

use super::cx::Cx;
use super::gallery::{
    Targets, copy_menu_ui, download_menu_ui, key_of, menu_button_ui, paint_whole,
};
use super::slot::Slot;
use super::text::{format_bytes, format_moment, tr};
use super::textures::{Thumbnail, image_from_pixels, is_translucent};
use super::theme::{Tokens, Weight, sans};
use super::widgets::{Button, Elided, icons, paint_checkerboard, spinner_ui};

/// The longest side that is asked for, in pixels.
const MAX_SIDE_PX: u32 = 4096;
/// The largest magnification: points of the screen for each pixel of the picture.
const MAX_SCALE: f32 = 32.0;
/// One step of the zoom keys.
const STEP: f32 = 1.25;
/// Height of the bar, in points.
const BAR: f32 = 53.0;

/// What it remembers.
#[derive(Default)]
pub(super) struct ViewerState {
    shown: Option<ImageId>,
    picture: Slot<Pixels>,
    texture: Option<(TextureHandle, bool)>,
    /// Pixels of the screen for each pixel of the original; `None` fits the window.
    zoom: Option<f32>,
    /// How far the middle of the picture is from the middle of the view, in points.
    offset: Vec2,
}

/// How the zoom shall change.
#[derive(Clone, Copy)]
enum Zoom {
    By(f32, Option<Pos2>),
    Actual,
    Fit,
}

pub(super) fn viewer_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let state = cx.state;
    let Some(id) = &state.viewer else { return };
    let image = state.gallery.find(id);
    follow(ui, cx, id, image);
    let mut zoom = take_keys(ui, cx, image);
    let t = Tokens::of(ui);
    Panel::top("viewer-bar")
        .exact_size(BAR)
        .resizable(false)
        .frame(
            Frame::new()
                .fill(t.panel)
                .inner_margin(Margin::symmetric(12, 10)),
        )
        .show(ui, |ui| {
            if let Some(wanted) = bar_ui(ui, cx, id, image) {
                zoom = Some(wanted);
            }
        });
    // Pictures are looked at on black, whatever the theme.
    let ground = Tokens::dark_or_light(true).bg;
    CentralPanel::default()
        .frame(Frame::new().fill(ground))
        .show(ui, |ui| {
            canvas_ui(ui, cx, image, zoom);
            steps_ui(ui, cx, id);
        });
}

/// Another image: its picture is asked for, the one before is forgotten.
fn follow(ui: &Ui, cx: &mut Cx<'_>, id: &ImageId, image: Option<&Image>) {
    let view = &mut cx.views.viewer;
    if view.shown.as_ref() != Some(id) {
        *view = ViewerState {
            shown: Some(id.clone()),
            ..ViewerState::default()
        };
        if !image.is_some_and(|image| image.is_draft) {
            let side = ui.ctx().input(|input| input.max_texture_side);
            let side = u32::try_from(side).unwrap_or(MAX_SIDE_PX).min(MAX_SIDE_PX);
            view.picture
                .start(cx.engine, cx.engine.picture(id.clone(), side));
        }
    }
    view.picture.poll();
    if let Some(pixels) = view.picture.take() {
        let seen_through = is_translucent(&pixels);
        let options = TextureOptions {
            magnification: egui::TextureFilter::Nearest,
            mipmap_mode: Some(egui::TextureFilter::Linear),
            ..TextureOptions::LINEAR
        };
        let texture = ui
            .ctx()
            .load_texture("viewer", image_from_pixels(&pixels), options);
        view.texture = Some((texture, seen_through));
    }
}

fn take_keys(ui: &Ui, cx: &mut Cx<'_>, image: Option<&Image>) -> Option<Zoom> {
    let ctx = ui.ctx();
    let is_busy = cx.state.dialog.is_some()
        || ctx.text_edit_focused()
        || egui::Popup::is_any_open(ctx)
        || ui.memory(|memory| memory.top_modal_layer().is_some());
    if is_busy {
        return None;
    }
    let mut zoom = None;
    let mut actions = Vec::new();
    ui.input(|input| {
        for event in &input.events {
            match event {
                Event::Copy => {
                    if let Some(image) = image.filter(|image| !image.is_draft) {
                        actions.push(Action::CopyUrls {
                            ids: vec![image.id.clone()],
                            variant: VariantId::public(),
                            form: UrlForm::Plain,
                        });
                    }
                }
                Event::Key {
                    key,
                    pressed: true,
                    modifiers,
                    ..
                } if !modifiers.command && !modifiers.alt => match key {
                    Key::Escape => actions.push(Action::CloseViewer),
                    Key::ArrowLeft => actions.push(Action::StepViewer(-1)),
                    Key::ArrowRight => actions.push(Action::StepViewer(1)),
                    Key::Plus | Key::Equals => zoom = Some(Zoom::By(STEP, None)),
                    Key::Minus => zoom = Some(Zoom::By(1.0 / STEP, None)),
                    Key::Num0 => zoom = Some(Zoom::Fit),
                    Key::Num1 => zoom = Some(Zoom::Actual),
                    Key::Delete => {
                        if let Some(image) = image {
                            actions.push(Action::AskDelete(vec![image.id.clone()]));
                        }
                    }
                    _ => {}
                },
                _ => {}
            }
        }
    });
    for action in actions {
        cx.emit(action);
    }
    zoom
}

fn bar_ui(ui: &mut Ui, cx: &mut Cx<'_>, id: &ImageId, image: Option<&Image>) -> Option<Zoom> {
    let t = Tokens::of(ui);
    let mut zoom = None;
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = Tokens::SPACE_S;
        let close = icons::ARROW_LEFT
            .button(tr!("viewer-close"))
            .framed()
            .tooltip(tr!("viewer-close-tip"));
        if ui.add(close).clicked() {
            cx.emit(Action::CloseViewer);
        }
        let is_wide = ui.available_width() > 640.0;
        let controls = if is_wide { 452.0 } else { 292.0 };
        let room = (ui.available_width() - controls).max(60.0);
        let name = image.map_or(id.last_segment(), Image::display_name);
        let place = Rect::from_min_size(ui.cursor().min, vec2(room, 32.0));
        let (place, _) = ui.allocate_exact_size(place.size(), Sense::hover());
        let builder = UiBuilder::new()
            .max_rect(place)
            .layout(Layout::top_down(Align::Min));
        let mut words = ui.new_child(builder);
        words.spacing_mut().item_spacing.y = 1.0;
        let font = sans(Tokens::TEXT, Weight::SemiBold);
        words.add(Elided::end(name).font(font).color(t.strong));
        let font = sans(Tokens::TEXT_S, Weight::Regular);
        words.add(Elided::end(facts(cx, id, image)).font(font).color(t.muted));
        zoom = zoom_ui(ui, cx);
        if let Some(image) = image {
            actions_ui(ui, cx, image, is_wide);
        }
    });
    zoom
}

fn facts(cx: &Cx<'_>, id: &ImageId, image: Option<&Image>) -> String {
    let mut parts = Vec::new();
    if cx.state.inspector.shown() == Some(id)
        && let Some(known) = cx.state.inspector.details.value()
    {
        let format = known.original_format.clone().unwrap_or_default();
        if let Some(size) = known.original_size {
            parts.push(format!("{size} {format}").trim().to_owned());
        }
        if let Some(bytes) = known.original_bytes {
            parts.push(format_bytes(bytes.0));
        }
    }
    if let Some(image) = image {
        parts.push(format_moment(image.uploaded));
        if image.require_signed_urls {
            parts.push(tr!("card-private"));
        }
    }
    parts.join(" · ")
}

fn zoom_ui(ui: &mut Ui, cx: &Cx<'_>) -> Option<Zoom> {
    let mut zoom = None;
    ui.spacing_mut().item_spacing.x = Tokens::SPACE_XS;
    if ui
        .add(icons::ZOOM_OUT.button(tr!("viewer-smaller")))
        .clicked()
    {
        zoom = Some(Zoom::By(1.0 / STEP, None));
    }
    if ui
        .add(icons::ZOOM_IN.button(tr!("viewer-larger")))
        .clicked()
    {
        zoom = Some(Zoom::By(STEP, None));
    }
    let is_fit = cx.views.viewer.zoom.is_none();
    let fit = icons::FIT.button(tr!("viewer-fit")).selected(is_fit);
    if ui.add(fit).clicked() {
        zoom = Some(Zoom::Fit);
    }
    if ui
        .add(
            Button::ghost(tr!("viewer-actual"))
                .name(tr!("viewer-actual-name"))
                .small(),
        )
        .clicked()
    {
        zoom = Some(Zoom::Actual);
    }
    ui.spacing_mut().item_spacing.x = Tokens::SPACE_S;
    zoom
}

fn actions_ui(ui: &mut Ui, cx: &mut Cx<'_>, image: &Image, is_wide: bool) {
    let targets = Targets::of(std::iter::once(image));
    if is_wide {
        let copy = Button::secondary(tr!("viewer-copy")).icon(icons::COPY);
        menu_button_ui(ui, copy, |ui| copy_menu_ui(ui, cx, &targets));
        let download = Button::secondary(tr!("viewer-download")).icon(icons::DOWNLOAD);
        menu_button_ui(ui, download, |ui| download_menu_ui(ui, cx, &targets));
    } else {
        let copy = icons::COPY.button(tr!("viewer-copy")).framed();
        menu_button_ui(ui, copy, |ui| copy_menu_ui(ui, cx, &targets));
        let download = icons::DOWNLOAD.button(tr!("viewer-download")).framed();
        menu_button_ui(ui, download, |ui| download_menu_ui(ui, cx, &targets));
    }
    let delete = icons::TRASH.button(tr!("viewer-delete")).framed().danger();
    if ui.add(delete).clicked() {
        cx.emit(Action::AskDelete(vec![image.id.clone()]));
    }
}

fn canvas_ui(ui: &mut Ui, cx: &mut Cx<'_>, image: Option<&Image>, mut zoom: Option<Zoom>) {
    let area = ui.max_rect();
    let canvas = ui.interact(area, ui.unique_id().with("canvas"), Sense::DRAG);
    let name = image.map_or_else(
        || tr!("viewer-picture"),
        |image| image.display_name().to_owned(),
    );
    canvas.widget_info(|| WidgetInfo::labeled(Role::Image, true, &name));
    let texture = cx.views.viewer.texture.clone();
    let Some((texture, seen_through)) = texture else {
        waiting_ui(ui, cx, image, area);
        return;
    };
    if canvas.contains_pointer() {
        let (wheel, pinch) = ui.input(|input| (input.smooth_scroll_delta.y, input.zoom_delta()));
        let factor = pinch * (wheel * 0.004).exp();
        if (factor - 1.0).abs() > 0.0001 {
            zoom = Some(Zoom::By(factor, canvas.hover_pos()));
        }
    }
    let size = texture.size_vec2() * reduction(cx, &texture) / ui.pixels_per_point();
    let fit = fit_scale(size, area.size());
    let view = &mut cx.views.viewer;
    match zoom {
        Some(Zoom::Fit) => {
            view.zoom = None;
            view.offset = Vec2::ZERO;
        }
        Some(Zoom::Actual) => {
            view.zoom = Some(1.0);
            view.offset = Vec2::ZERO;
        }
        Some(Zoom::By(factor, at)) => {
            let before = view.zoom.unwrap_or(fit);
            let after = (before * factor).clamp(fit.min(0.05), MAX_SCALE);
            // The point under the pointer stays where it is.
            let at = at.unwrap_or(area.center()) - area.center();
            view.offset = at + (view.offset - at) * (after / before);
            view.zoom = Some(after);
        }
        None => {}
    }
    if canvas.dragged() && view.zoom.is_some() {
        view.offset += canvas.drag_delta();
    }
    let shown = size * view.zoom.unwrap_or(fit);
    // The picture cannot be pushed out of sight.
    let reach = ((shown - area.size()) / 2.0).max(Vec2::ZERO);
    view.offset = view.offset.clamp(-reach, reach);
    let rect = Rect::from_center_size(area.center() + view.offset, shown);
    let rect = rect.round_to_pixels(ui.pixels_per_point());
    let painter = ui.painter_at(area);
    if seen_through {
        paint_checkerboard(&painter, rect.intersect(area), 10.0, Tokens::of(ui));
    }
    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    painter.image(texture.id(), rect, whole, egui::Color32::WHITE);
    if reach != Vec2::ZERO {
        canvas.on_hover_and_drag_cursor(if ui.input(|input| input.pointer.any_down()) {
            CursorIcon::Grabbing
        } else {
            CursorIcon::Grab
        });
    }
}

/// How much larger the original is than the picture that was fetched: 100 % means its pixels.
fn reduction(cx: &Cx<'_>, texture: &TextureHandle) -> f32 {
    let state = cx.state;
    let known = state
        .inspector
        .details
        .value()
        .filter(|_| state.inspector.shown() == state.viewer.as_ref())
        .and_then(|details| details.original_size);
    #[expect(clippy::cast_precision_loss, reason = "sides of pictures")]
    known.map_or(1.0, |original| {
        let shown = texture.size_vec2().max_elem().max(1.0);
        (original.longer_side() as f32 / shown).max(1.0)
    })
}

/// As large as fits with a margin, but never larger than it is.
fn fit_scale(size: Vec2, room: Vec2) -> f32 {
    let room = (room - vec2(32.0, 32.0)).max(vec2(16.0, 16.0));
    (room.x / size.x).min(room.y / size.y).min(1.0)
}

fn waiting_ui(ui: &mut Ui, cx: &mut Cx<'_>, image: Option<&Image>, area: Rect) {
    let t = Tokens::dark_or_light(true);
    let known = image.and_then(|image| {
        [1024, 512, 256]
            .into_iter()
            .find_map(|side| match cx.textures.get(&key_of(image, side)) {
                Thumbnail::Ready(texture) => Some(texture),
                _ => None,
            })
    });
    let room = area.shrink(16.0);
    if let Some(texture) = &known {
        paint_whole(ui.painter(), room, texture, 0);
    }
    let problem = cx.views.viewer.picture.problem().cloned();
    let is_draft = image.is_some_and(|image| image.is_draft);
    if problem.is_none() && !is_draft {
        let place = Rect::from_center_size(area.center(), vec2(28.0, 28.0));
        ui.painter().circle_filled(place.center(), 24.0, t.overlay);
        ui.scope_builder(UiBuilder::new().max_rect(place), |ui| {
            spinner_ui(ui, 28.0, tr!("viewer-loading"));
        });
        return;
    }
    let words = match &problem {
        Some(problem) => problem.to_string(),
        None => tr!("viewer-draft"),
    };
    let place = Rect::from_center_size(
        pos2(area.center().x, area.bottom() - 46.0),
        vec2((area.width() - 32.0).min(520.0), 40.0),
    );
    ui.painter()
        .rect_filled(place, f32::from(Tokens::RADIUS_L), t.overlay);
    let builder = UiBuilder::new()
        .max_rect(place.shrink2(vec2(12.0, 4.0)))
        .layout(Layout::left_to_right(Align::Center));
    ui.scope_builder(builder, |ui| {
        icons::NO_IMAGE.show_ui(ui, 16.0, t.on_overlay);
        let can_retry = problem.is_some();
        let room = ui.available_width() - if can_retry { 80.0 } else { 0.0 };
        let font = sans(Tokens::TEXT_M, Weight::Regular);
        let words = Elided::end(words).font(font).color(t.on_overlay);
        ui.add(words.max_width(room));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if can_retry
                && ui
                    .add(Button::secondary(tr!("failed-retry")).small())
                    .clicked()
            {
                // The next frame asks again.
                cx.views.viewer.shown = None;
                ui.ctx().request_repaint();
            }
        });
    });
}

/// Previous and next, at the edges of the picture.
fn steps_ui(ui: &mut Ui, cx: &mut Cx<'_>, id: &ImageId) {
    let images = cx.state.gallery.images();
    let Some(index) = images.iter().position(|image| image.id == *id) else {
        return;
    };
    let (has_previous, has_next) = (index > 0, index + 1 < images.len());
    let area = ui.max_rect();
    let size = vec2(36.0, Tokens::CONTROL);
    let mut step = |x: f32, icon: icons::Icon, name: String, is_enabled: bool, by: i32| {
        let place = Rect::from_center_size(pos2(x, area.center().y), size);
        ui.scope_builder(UiBuilder::new().max_rect(place), |ui| {
            if ui
                .add_enabled(is_enabled, icon.button(name).framed())
                .clicked()
            {
                cx.emit(Action::StepViewer(by));
            }
        });
    };
    step(
        area.left() + 32.0,
        icons::PREVIOUS,
        tr!("viewer-previous"),
        has_previous,
        -1,
    );
    step(
        area.right() - 32.0,
        icons::NEXT,
        tr!("viewer-next"),
        has_next,
        1,
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_fits_the_window_and_a_small_one_is_not_blown_up() {
        let room = vec2(832.0, 632.0);
        assert!((fit_scale(vec2(1600.0, 600.0), room) - 0.5).abs() < 1e-6);
        assert!((fit_scale(vec2(64.0, 64.0), room) - 1.0).abs() < 1e-6);
    }
}
