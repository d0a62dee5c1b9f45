//! The inspector: everything about the one selected image, or a summary of several.
//!
//! What is typed is saved by its button only. Going to another image keeps it: a strip says whose
//! changes are unsaved until they are saved or discarded.

mod facts;
mod metadata;
mod several;
mod unsaved;
mod variants;

use egui::{
    CornerRadius, Frame, Layout, Margin, Panel, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo, vec2,
};

use crate::app::Action;
use crate::engine::ThumbnailWish;
use crate::model::{Image, ImageChange};

use super::cx::Cx;
use super::gallery::{
    Targets, copy_menu_ui, download_menu_ui, key_of, menu_button_ui, paint_cover, paint_whole,
};
use super::text::tr;
use super::textures::Thumbnail;
use super::theme::{Tokens, Weight, sans};
use super::widgets::{
    Button, Elided, icons, paint_checkerboard, paint_focus, paint_skeleton, separator_ui,
    spinner_ui, toggle_row_ui,
};

pub(super) use unsaved::Unsaved;

/// Width of the panel, in points.
const WIDTH: f32 = 326.0;
/// Below this width of the window, the panel is opened by hand.
const NARROW: f32 = 1100.0;
/// The size of the picture, in pixels: large enough for the panel at twice the usual scale.
const PICTURE_PX: u32 = 512;

/// What it remembers.
#[derive(Default)]
pub(super) struct InspectorState {
    /// Opened by hand in a window that has no room for it by itself.
    pub(super) is_open_when_narrow: bool,
    /// What was typed for images that are no longer shown.
    unsaved: Vec<Unsaved>,
    /// Why the JSON text could not become rows.
    json_problem: Option<String>,
    /// The creator is being edited.
    edits_creator: bool,
}

/// Whether the window is too narrow to show the panel by itself.
pub(super) fn is_collapsible(ui: &Ui) -> bool {
    ui.ctx().content_rect().width() < NARROW
}

/// Whether the panel is shown.
pub(super) fn is_wanted(ui: &Ui, cx: &Cx<'_>) -> bool {
    let has_images =
        !cx.state.gallery.images().is_empty() || !cx.state.gallery.selection.is_empty();
    has_images && (!is_collapsible(ui) || cx.views.inspector.is_open_when_narrow)
}

pub(super) fn inspector_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let t = Tokens::of(ui);
    let state = cx.state;
    unsaved::follow(cx);
    Panel::right("inspector")
        .exact_size(WIDTH)
        .resizable(false)
        .frame(Frame::new().fill(t.panel))
        .show(ui, |ui| match state.gallery.selection.len() {
            0 => nothing_ui(ui, cx),
            1 => {
                if let Some(image) = state.gallery.selection.single() {
                    image_ui(ui, cx, image);
                }
            }
            _ => several::several_ui(ui, cx),
        });
}

fn nothing_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let t = Tokens::of(ui);
    margin_ui(ui, |ui| unsaved::strips_ui(ui, cx));
    ui.vertical_centered(|ui| {
        ui.add_space((ui.available_height() * 0.4).max(20.0));
        icons::INFO.show_ui(ui, 24.0, t.faint);
        ui.add_space(Tokens::SPACE_XS);
        ui.label(t.muted(tr!("inspector-nothing")));
    });
}

fn margin_ui<R>(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> R) -> R {
    Frame::new()
        .inner_margin(Margin::symmetric(14, 0))
        .show(ui, content)
        .inner
}

fn image_ui(ui: &mut Ui, cx: &mut Cx<'_>, image: &Image) {
    let frame = Frame::new().inner_margin(Margin::symmetric(14, 12));
    Panel::bottom("inspector-actions")
        .resizable(false)
        .show_separator_line(false)
        .frame(frame)
        .show(ui, |ui| actions_ui(ui, cx, image));
    ScrollArea::vertical()
        .id_salt(("inspector", image.id.as_str()))
        .auto_shrink(false)
        .show(ui, |ui| {
            margin_ui(ui, |ui| {
                ui.spacing_mut().item_spacing = vec2(Tokens::SPACE_S, 6.0);
                ui.add_space(8.0);
                unsaved::strips_ui(ui, cx);
                picture_ui(ui, cx, image);
                ui.add_space(3.0);
                title_ui(ui, cx, image);
                ui.add_space(2.0);
                facts::facts_ui(ui, cx, image);
                separator_ui(ui);
                access_ui(ui, cx, image);
                separator_ui(ui);
                metadata::metadata_ui(ui, cx, image);
                separator_ui(ui);
                variants::variants_ui(ui, cx, image);
                ui.add_space(Tokens::SPACE_M);
            });
        });
}

fn picture_ui(ui: &mut Ui, cx: &mut Cx<'_>, image: &Image) {
    let t = Tokens::of(ui);
    let size = vec2(ui.available_width(), 190.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let name = tr!("inspector-open", name = image.display_name());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    let key = key_of(image, PICTURE_PX);
    if !image.is_draft {
        cx.views.gallery.other_wishes.push(ThumbnailWish {
            key: key.clone(),
            is_private: image.require_signed_urls,
        });
    }
    let thumbnail = match cx.textures.get(&key) {
        // The card's own is better than nothing.
        Thumbnail::Waiting => match cx.textures.get(&key_of(image, 256)) {
            Thumbnail::Ready(texture) => Thumbnail::Ready(texture),
            _ => Thumbnail::Waiting,
        },
        other => other,
    };
    let painter = ui.painter().clone();
    match thumbnail {
        Thumbnail::Ready(texture) => {
            let shape = texture.size_vec2();
            let is_translucent = cx.textures.is_translucent(&key);
            // A picture of nearly the frame's shape fills it; another is shown whole.
            if (1.2..2.2).contains(&(shape.x / shape.y)) {
                if is_translucent {
                    paint_checkerboard(&painter, rect, 8.0, t);
                }
                paint_cover(&painter, rect, &texture, Tokens::RADIUS_M);
            } else {
                painter.rect_filled(rect, CornerRadius::same(Tokens::RADIUS_M), t.bg);
                if is_translucent {
                    let scale = (rect.width() / shape.x).min(rect.height() / shape.y);
                    let whole = Rect::from_center_size(rect.center(), shape * scale);
                    paint_checkerboard(&painter, whole, 8.0, t);
                }
                paint_whole(&painter, rect, &texture, 0);
            }
        }
        Thumbnail::Waiting => {
            paint_skeleton(&painter, rect, t);
            if image.is_draft {
                icons::CLOCK.paint(&painter, rect.center(), 28.0, t.faint);
            }
        }
        Thumbnail::Failed(problem) => {
            paint_skeleton(&painter, rect, t);
            icons::NO_IMAGE.paint(&painter, rect.center(), 28.0, t.faint);
            response.clone().on_hover_text(problem.to_string());
        }
    }
    paint_focus(ui, &response, rect, Tokens::RADIUS_M);
    if response.clicked() {
        cx.emit(Action::OpenViewer(image.id.clone()));
    }
}

fn title_ui(ui: &mut Ui, cx: &mut Cx<'_>, image: &Image) {
    let t = Tokens::of(ui);
    ui.horizontal(|ui| {
        ui.set_min_height(Tokens::CONTROL_SMALL);
        let room = ui.available_width() - 106.0;
        ui.allocate_ui_with_layout(
            vec2(room, Tokens::CONTROL_SMALL),
            Layout::left_to_right(egui::Align::Center),
            |ui| {
                ui.set_min_width(room);
                let font = sans(Tokens::TEXT, Weight::SemiBold);
                ui.add(Elided::end(image.display_name()).font(font).color(t.strong));
            },
        );
        let copy = Button::secondary(tr!("inspector-copy"))
            .icon(icons::COPY)
            .small();
        let is_enabled = !image.is_draft;
        let copy = if is_enabled {
            copy
        } else {
            copy.enabled(false).tooltip(tr!("inspector-draft"))
        };
        menu_button_ui(ui, copy, |ui| {
            let targets = Targets::of(std::iter::once(image));
            copy_menu_ui(ui, cx, &targets);
        });
    });
}

fn access_ui(ui: &mut Ui, cx: &mut Cx<'_>, image: &Image) {
    let is_changing = cx.state.changing.contains(&image.id);
    let can_be_private = image.id.is_generated();
    let hint = if can_be_private || image.require_signed_urls {
        tr!("inspector-signed-hint")
    } else {
        tr!("inspector-signed-custom")
    };
    let mut is_private = image.require_signed_urls;
    let is_enabled = !is_changing && (can_be_private || is_private);
    let changed = ui
        .add_enabled_ui(is_enabled, |ui| {
            toggle_row_ui(ui, &mut is_private, tr!("inspector-signed"), hint).changed()
        })
        .inner;
    if is_changing {
        ui.horizontal(|ui| {
            spinner_ui(ui, 12.0, tr!("inspector-changing"));
            ui.label(Tokens::of(ui).hint(tr!("inspector-changing")));
        });
    }
    if changed {
        let change = ImageChange {
            require_signed_urls: Some(is_private),
            ..ImageChange::default()
        };
        cx.emit(Action::EditImages(vec![(image.id.clone(), change)]));
    }
}

fn actions_ui(ui: &mut Ui, cx: &mut Cx<'_>, image: &Image) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = Tokens::SPACE_S;
        let room = ui.available_width() - 98.0;
        let download = Button::secondary(tr!("inspector-download"))
            .icon(icons::DOWNLOAD)
            .min_width(room)
            .enabled(!image.is_draft);
        menu_button_ui(ui, download, |ui| {
            let targets = Targets::of(std::iter::once(image));
            download_menu_ui(ui, cx, &targets);
        });
        let delete = Button::danger(tr!("inspector-delete"))
            .icon(icons::TRASH)
            .fill_width();
        if ui.add(delete).clicked() {
            cx.emit(Action::AskDelete(vec![image.id.clone()]));
        }
    });
}
