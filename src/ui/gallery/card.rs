//! One image among others: how its card looks, what it is called, and what a click does.

use egui::{
    Align, Color32, CornerRadius, Id, Painter, Rect, Response, Role, Sense, TextureHandle, Ui,
    WidgetInfo, epaint::RectShape, pos2, vec2,
};

use crate::app::Action;
use crate::engine::ThumbnailKey;
use crate::model::{Image, ImageId};
use crate::ui::cx::Cx;
use crate::ui::text::{format_day, format_moment, tr};
use crate::ui::textures::Thumbnail;
use crate::ui::theme::{Tokens, Weight, sans};
use crate::ui::widgets::{
    CardLook, elided_galley, icons, paint_badge, paint_card, paint_card_marks, paint_checkerboard,
    paint_galley_in, paint_skeleton,
};

use super::menus::context_menu_ui;

/// Room around a card's picture, in points.
pub(super) const PAD: f32 = 8.0;
/// Height of the line below the picture, in points.
pub(super) const LINE: f32 = 34.0;

/// The same for the card and the row of an image, so that the keyboard stays when the view
/// changes.
pub(super) fn item_id(id: &ImageId) -> Id {
    Id::unique(("gallery-item", id.as_str()))
}

/// Senses clicks on the place of an image and says what it is.
pub(super) fn item_ui(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    index: usize,
    image: &Image,
    place: Rect,
) -> Response {
    let gallery = &cx.state.gallery;
    let id = item_id(&image.id);
    // Not focusable: the whole grid is one place for the keyboard.
    let response = ui.interact(place, id, Sense::CLICK);
    let is_selected = gallery.selection.contains(&image.id);
    let name = image.display_name();
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, is_selected, name));
    let (rows, _) = gallery.row_count();
    let position = gallery
        .content
        .value()
        .map_or(index, |answer| answer.first_row + index);
    ui.ctx().accesskit_node_builder(id, |node| {
        node.set_description(described(cx, image, position + 1, rows));
        node.set_position_in_set(position);
        node.set_size_of_set(usize::try_from(rows).unwrap_or(usize::MAX));
    });
    if response.clicked() {
        let held = ui.input(|input| input.modifiers);
        cx.emit(Action::ClickCard {
            index,
            toggle: held.command,
            extend: held.shift,
        });
        // The cursor goes where the pointer already is: nothing has to be scrolled there.
        cx.views.gallery.followed = Some(index);
        ui.memory_mut(|memory| memory.request_focus(super::items_id()));
    }
    if response.double_clicked() {
        cx.emit(Action::OpenViewer(image.id.clone()));
    }
    if response.secondary_clicked() && !is_selected {
        cx.emit(Action::ClickCard {
            index,
            toggle: false,
            extend: false,
        });
        cx.views.gallery.followed = Some(index);
    }
    context_menu_ui(&response, cx, image);
    response
}

fn described(cx: &Cx<'_>, image: &Image, number: usize, of: u64) -> String {
    let mut parts = vec![format_moment(image.uploaded)];
    if image.require_signed_urls {
        parts.push(tr!("card-private"));
    }
    if image.is_draft {
        parts.push(tr!("card-draft"));
    }
    if cx.state.changing.contains(&image.id) {
        parts.push(tr!("card-changing"));
    }
    if cx.state.gallery.selection.contains(&image.id) {
        parts.push(tr!("card-selected"));
    }
    parts.push(tr!("card-position", number = number, count = of));
    parts.join(", ")
}

/// What is painted of a card.
pub(super) fn card_ui(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    index: usize,
    image: &Image,
    place: Rect,
    key: &ThumbnailKey,
) {
    let t = Tokens::of(ui);
    let response = item_ui(ui, cx, index, image, place);
    let selection = &cx.state.gallery.selection;
    let look = CardLook {
        is_selected: selection.contains(&image.id),
        is_active: selection.cursor() == Some(index),
        is_hovered: response.hovered(),
    };
    paint_card(ui.painter(), place, look, t);
    let picture = Rect::from_min_max(
        place.min + vec2(PAD, PAD),
        pos2(place.right() - PAD, place.bottom() - LINE),
    );
    paint_thumbnail(ui, cx, image, picture, key);
    if picture.width() > 110.0 {
        let mut corner = picture.right_top() + vec2(-5.0, 5.0);
        if image.require_signed_urls {
            let badge = paint_badge(ui, corner, Some(icons::LOCK), &tr!("badge-signed"));
            corner.x = badge.left() - 4.0;
        }
        if image.is_draft {
            paint_badge(ui, corner, None, &tr!("badge-draft"));
        }
        if cx.state.changing.contains(&image.id) {
            let corner = picture.right_bottom() + vec2(-5.0, -24.0);
            paint_badge(ui, corner, None, &tr!("badge-changing"));
        }
    }
    paint_card_marks(ui.painter(), picture, look, t);

    let line = Rect::from_min_max(
        pos2(place.left() + PAD + 3.0, picture.bottom()),
        pos2(place.right() - PAD, place.bottom() - 3.0),
    );
    let day = format_day(image.uploaded);
    let day_font = sans(Tokens::TEXT_S, Weight::Regular);
    let day = elided_galley(ui, &day, day_font, t.muted, line.width());
    let room = line.width() - day.size().x - Tokens::SPACE_S;
    paint_galley_in(ui.painter(), line, day, Align::Max);
    let name_font = sans(Tokens::TEXT_M, Weight::Regular);
    let name = elided_galley(ui, image.display_name(), name_font, t.text, room);
    let is_cut = name.elided;
    paint_galley_in(ui.painter(), line, name, Align::Min);
    if is_cut {
        response.on_hover_text(image.display_name());
    }
}

/// The thumbnail that fills `picture`; a place for it while it is not there.
pub(super) fn paint_thumbnail(
    ui: &Ui,
    cx: &mut Cx<'_>,
    image: &Image,
    picture: Rect,
    key: &ThumbnailKey,
) {
    let t = Tokens::of(ui);
    let painter = ui.painter();
    match cx.textures.get(key) {
        Thumbnail::Ready(texture) => {
            if cx.textures.is_translucent(key) {
                paint_checkerboard(painter, picture, 8.0, t);
            }
            paint_cover(painter, picture, &texture, Tokens::RADIUS_S);
        }
        Thumbnail::Waiting if !image.is_draft => paint_skeleton(painter, picture, t),
        Thumbnail::Waiting => {
            paint_skeleton(painter, picture, t);
            icons::CLOCK.paint(painter, picture.center(), icon_size(picture), t.faint);
        }
        Thumbnail::Failed(_) => {
            paint_skeleton(painter, picture, t);
            icons::NO_IMAGE.paint(painter, picture.center(), icon_size(picture), t.faint);
        }
    }
}

fn icon_size(picture: Rect) -> f32 {
    (picture.height() * 0.25).clamp(14.0, 28.0)
}

/// Paints a picture so that it fills `place`; what does not fit is cut evenly.
pub(in crate::ui) fn paint_cover(
    painter: &Painter,
    place: Rect,
    texture: &TextureHandle,
    radius: u8,
) {
    let size = texture.size_vec2();
    let scale = (place.width() / size.x).max(place.height() / size.y);
    let shown = place.size() / (size * scale);
    let uv = Rect::from_center_size(pos2(0.5, 0.5), shown);
    paint(painter, place, texture, uv, radius);
}

/// Paints a picture as large as it fits into `place`, never larger than it is. Returns where.
pub(in crate::ui) fn paint_whole(
    painter: &Painter,
    place: Rect,
    texture: &TextureHandle,
    radius: u8,
) -> Rect {
    let size = texture.size_vec2();
    let scale = (place.width() / size.x).min(place.height() / size.y);
    let rect = Rect::from_center_size(place.center(), size * scale);
    let uv = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    paint(painter, rect, texture, uv, radius);
    rect
}

fn paint(painter: &Painter, place: Rect, texture: &TextureHandle, uv: Rect, radius: u8) {
    painter.add(
        RectShape::filled(place, CornerRadius::same(radius), Color32::WHITE)
            .with_texture(texture.id(), uv),
    );
}
