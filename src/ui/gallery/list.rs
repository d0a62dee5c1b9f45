//! The list: one line for each image, with columns.

use egui::emath::GuiRounding as _;
use egui::{
    Align, CornerRadius, Layout, Rect, Role, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo,
    pos2, vec2,
};

use crate::engine::ThumbnailWish;
use crate::model::Image;
use crate::ui::cx::Cx;
use crate::ui::text::{format_moment, tr};
use crate::ui::theme::{Tokens, Weight, sans};
use crate::ui::widgets::{
    CardLook, Column, Columns, Elided, elided_galley, header_ui, icons, paint_galley_in,
    paint_skeleton,
};

use super::card::{item_ui, paint_thumbnail};
use super::selection_bar::covered;
use super::thumbnails::{bucket, key_of, wish_of};
use super::{GridLayout, card_to_follow, page_area};

/// Height of a row, in points.
const ROW: f32 = 44.0;
/// Height of the head, in points.
const HEAD: f32 = 30.0;
/// Room at the left and right, in points.
const MARGIN: f32 = Tokens::SPACE_PANEL;
/// Room below the last row, where the selection bar may float.
const BELOW: f32 = 72.0;

/// What a column shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cell {
    Preview,
    Name,
    Id,
    Uploaded,
    Access,
    Creator,
}

/// The columns for which there is room, most important first.
fn cells_for(width: f32) -> Vec<(Cell, Column)> {
    let mut cells = vec![
        (Cell::Preview, Column::Fixed(60.0)),
        (Cell::Name, Column::Share(3.0)),
    ];
    if width > 560.0 {
        cells.push((Cell::Id, Column::Share(3.0)));
    }
    cells.push((Cell::Uploaded, Column::Fixed(138.0)));
    cells.push((Cell::Access, Column::Fixed(96.0)));
    if width > 720.0 {
        cells.push((Cell::Creator, Column::Share(1.6)));
    }
    cells
}

fn title(cell: Cell) -> String {
    match cell {
        Cell::Preview => String::new(),
        Cell::Name => tr!("list-name"),
        Cell::Id => tr!("list-id"),
        Cell::Uploaded => tr!("list-uploaded"),
        Cell::Access => tr!("list-access"),
        Cell::Creator => tr!("list-creator"),
    }
}

/// The rows of the page. Returns the thumbnails in sight, from the top.
pub(super) fn list_ui(ui: &mut Ui, cx: &mut Cx<'_>) -> Vec<ThumbnailWish> {
    let state = cx.state;
    let images = state.gallery.images();
    let cells = cells_for(ui.available_width());
    let columns = Columns::new(cells.iter().map(|(_, column)| *column).collect::<Vec<_>>());
    head_ui(ui, &cells, &columns);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a few dozen rows"
    )]
    let rows = (ui.available_height() / ROW).floor().max(1.0) as usize;
    cx.views.gallery.layout = GridLayout { columns: 1, rows };
    let side = bucket(40.0, ui.pixels_per_point());
    let area = page_area(cx, "gallery-list");
    let follow = card_to_follow(cx);
    let covered = covered(ui, cx);
    area.show_viewport(ui, |ui, viewport| {
        #[expect(clippy::cast_precision_loss, reason = "at most a thousand rows")]
        let height = images.len() as f32 * ROW + BELOW;
        let (whole, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
        #[expect(clippy::cast_precision_loss, reason = "at most a thousand rows")]
        let place = |index: usize| {
            let min = pos2(whole.left() + 6.0, whole.top() + index as f32 * ROW);
            Rect::from_min_size(min, vec2(whole.width() - 12.0, ROW))
        };
        if let Some(index) = follow {
            let mut row = place(index).expand(4.0);
            row.max.y += covered;
            ui.scroll_to_rect(row, None);
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "cut to what a page can have"
        )]
        let row = |y: f32| (y / ROW).clamp(0.0, 10_000.0) as usize;
        let first = row(viewport.top());
        let end = (row(viewport.bottom()) + 1).min(images.len());
        let ahead = (end + 4).min(images.len());
        let mut wishes = Vec::new();
        for (index, image) in images.iter().enumerate().take(ahead).skip(first) {
            let key = key_of(image, side);
            wishes.extend(wish_of(image, &key));
            if index < end {
                let place = place(index).round_to_pixels(ui.pixels_per_point());
                row_ui(ui, cx, (index, image), place, &cells, &columns, &key);
            }
        }
        wishes
    })
    .inner
}

fn head_ui(ui: &mut Ui, cells: &[(Cell, Column)], columns: &Columns) {
    let titles: Vec<String> = cells.iter().map(|(cell, _)| title(*cell)).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    let room = ui.available_rect_before_wrap();
    let place = Rect::from_min_size(
        pos2(room.left() + MARGIN, room.top()),
        vec2(room.width() - 2.0 * MARGIN, HEAD),
    );
    let mut head = ui.new_child(egui::UiBuilder::new().id_salt("list-head").max_rect(place));
    header_ui(&mut head, columns, &titles);
    ui.advance_cursor_after_rect(Rect::from_min_size(room.min, vec2(room.width(), HEAD)));
}

fn row_ui(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    (index, image): (usize, &Image),
    place: Rect,
    cells: &[(Cell, Column)],
    columns: &Columns,
    key: &crate::engine::ThumbnailKey,
) {
    let t = Tokens::of(ui);
    let response = item_ui(ui, cx, index, image, place);
    let selection = &cx.state.gallery.selection;
    let look = CardLook {
        is_selected: selection.contains(&image.id),
        is_active: false,
        is_hovered: response.hovered(),
    };
    // Selected is a ground and a check mark, active is an outline: two shapes here as well.
    let ground = place.shrink2(vec2(0.0, 1.0));
    let corners = CornerRadius::same(Tokens::RADIUS_M);
    let fill = match (look.is_selected, look.is_hovered) {
        (true, false) => t.tint,
        (true, true) => t.tint_hover,
        (false, true) => t.control,
        (false, false) => egui::Color32::TRANSPARENT,
    };
    ui.painter().rect_filled(ground, corners, fill);
    if selection.cursor() == Some(index) {
        let line = Stroke::new(1.5, t.strong);
        ui.painter()
            .rect_stroke(ground, corners, line, StrokeKind::Inside);
    }
    let inner = place.shrink2(vec2(MARGIN - 6.0, 0.0));
    for ((cell, _), rect) in cells.iter().zip(columns.cells(inner)) {
        match cell {
            Cell::Preview => {
                let size = vec2(46.0, 34.0);
                let picture =
                    Rect::from_center_size(pos2(rect.left() + size.x / 2.0, rect.center().y), size);
                paint_thumbnail(ui, cx, image, picture, key);
                if look.is_selected {
                    let badge = Rect::from_min_size(picture.min, vec2(16.0, 16.0));
                    ui.painter().rect_filled(badge, 4.0, t.accent);
                    icons::CHECK.paint(ui.painter(), badge.center(), 12.0, t.on_accent);
                }
            }
            Cell::Name => words(ui, rect, image.display_name(), t.strong),
            Cell::Id => {
                // The end of an id tells it from its neighbors.
                let builder = UiBuilder::new()
                    .id_salt((response.id, "id"))
                    .max_rect(rect)
                    .layout(Layout::left_to_right(Align::Center));
                let id = Elided::middle(image.id.as_str()).monospace().color(t.muted);
                ui.new_child(builder).add(id);
            }
            Cell::Uploaded => words(ui, rect, &format_moment(image.uploaded), t.muted),
            Cell::Access => {
                let (icon, text) = access(image);
                icon.paint(
                    ui.painter(),
                    pos2(rect.left() + 7.0, rect.center().y),
                    13.0,
                    t.muted,
                );
                let rect = Rect::from_min_max(rect.min + vec2(20.0, 0.0), rect.max);
                words(ui, rect, &text, t.text);
            }
            Cell::Creator => {
                words(ui, rect, image.creator.as_deref().unwrap_or(""), t.muted);
            }
        }
    }
}

fn access(image: &Image) -> (icons::Icon, String) {
    if image.is_draft {
        (icons::CLOCK, tr!("badge-draft"))
    } else if image.require_signed_urls {
        (icons::LOCK, tr!("badge-signed"))
    } else {
        (icons::GLOBE, tr!("list-public"))
    }
}

fn words(ui: &Ui, rect: Rect, text: &str, color: egui::Color32) {
    let font = sans(Tokens::TEXT_M, Weight::Regular);
    let galley = elided_galley(ui, text, font, color, rect.width());
    paint_galley_in(ui.painter(), rect, galley, Align::Min);
}

/// Rows without images, while the first page is on its way.
pub(super) fn skeleton_ui(ui: &mut Ui) {
    let t = Tokens::of(ui);
    let area = ui.max_rect();
    let waiting = ui.interact(area, ui.unique_id().with("waiting"), Sense::hover());
    let name = tr!("gallery-loading");
    waiting.widget_info(|| WidgetInfo::labeled(Role::ProgressIndicator, true, &name));
    let painter = ui.painter_at(area);
    let mut y = area.top() + HEAD;
    while y < area.bottom() {
        let picture = Rect::from_min_size(pos2(area.left() + MARGIN, y + 5.0), vec2(46.0, 34.0));
        paint_skeleton(&painter, picture, t);
        let line = Rect::from_min_size(
            pos2(picture.right() + 14.0, y + 17.0),
            vec2((area.width() * 0.25).max(60.0), 10.0),
        );
        paint_skeleton(&painter, line, t);
        y += ROW;
    }
}
