//! The queue: sums at the top, below them a row for each file.
//!
//! Only the rows in sight are laid out; for the sums, all are looked at.

use egui::{CornerRadius, ScrollArea, Sense, Ui, vec2};

use crate::app::Action;
use crate::engine::{ThumbnailKey, ThumbnailWish, UploadCommand, UploadRow, UploadState};
use crate::model::Source;
use crate::ui::cx::Cx;
use crate::ui::gallery::paint_cover;
use crate::ui::text::{format_bytes, tr};
use crate::ui::textures::Thumbnail;
use crate::ui::theme::Tokens;
use crate::ui::widgets::{Column, Columns, Elided, EmptyState, header_ui, icons, row_ui};

use super::row_state::state_ui;
use super::summary::summary_ui;

/// The longer side of a thumbnail in the queue, in pixels: the least that is kept.
const THUMBNAIL_PX: u32 = 256;
/// Height of a row, in points.
pub(super) const ROW: f32 = 39.0;
/// Below this width, in points, the table does without ids.
const NO_IDS: f32 = 640.0;
/// Below this width, in points, the table does without sizes too.
const NO_SIZES: f32 = 440.0;

pub(super) fn queue_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let state = cx.state;
    let rows: Vec<&UploadRow> = state.uploads.rows().collect();
    if rows.is_empty() {
        if state.uploads.staged.is_empty() {
            EmptyState::new(
                icons::IMAGES,
                tr!("queue-empty-title"),
                tr!("queue-empty-text"),
            )
            .show_ui(ui, |_| ());
        }
        return;
    }
    summary_ui(ui, cx);
    cx.views.uploads.in_sight.clear();
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        let table = Table::fitting(ui.available_width());
        table.header_ui(ui);
        ScrollArea::vertical()
            .id_salt("upload-queue")
            .auto_shrink(false)
            .show_rows(ui, ROW, rows.len(), |ui, shown| {
                for row in rows.get(shown).unwrap_or_default() {
                    // Focus stays with its file while the list moves under the window.
                    ui.push_id(row.id.0, |ui| table.row_ui(ui, cx, row));
                }
            });
    });
    ask_for_thumbnails(cx);
}

#[derive(Clone, Copy, PartialEq)]
enum Cell {
    Picture,
    File,
    Id,
    Size,
    State,
    Remove,
}

/// The columns that a width has room for.
struct Table {
    cells: Vec<Cell>,
    columns: Columns,
}

impl Table {
    fn fitting(width: f32) -> Self {
        let state = if width < NO_IDS {
            Column::Share(1.9)
        } else {
            Column::Share(2.3)
        };
        let mut cells = vec![
            (Cell::Picture, Column::Fixed(50.0)),
            (Cell::File, Column::Share(1.0)),
        ];
        if width >= NO_IDS {
            cells.push((Cell::Id, Column::Share(1.15)));
        }
        if width >= NO_SIZES {
            cells.push((Cell::Size, Column::Fixed(70.0)));
        }
        cells.push((Cell::State, state));
        cells.push((Cell::Remove, Column::Fixed(34.0)));
        Self {
            columns: Columns::new(cells.iter().map(|(_, column)| *column).collect::<Vec<_>>()),
            cells: cells.into_iter().map(|(cell, _)| cell).collect(),
        }
    }

    fn header_ui(&self, ui: &mut Ui) {
        let titles: Vec<String> = self
            .cells
            .iter()
            .map(|cell| match cell {
                Cell::File => tr!("queue-file"),
                Cell::Id => tr!("queue-id"),
                Cell::Size => tr!("queue-size"),
                Cell::State => tr!("queue-state"),
                Cell::Picture | Cell::Remove => String::new(),
            })
            .collect();
        let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
        header_ui(ui, &self.columns, &titles);
    }

    fn row_ui(&self, ui: &mut Ui, cx: &mut Cx<'_>, row: &UploadRow) {
        let t = Tokens::of(ui);
        row_ui(ui, &self.columns, ROW, |ui, index| {
            ui.spacing_mut().item_spacing.x = 6.0;
            match self.cells.get(index) {
                Some(Cell::Picture) => picture_ui(ui, cx, row),
                Some(Cell::File) => drop(ui.add(Elided::middle(&row.file_name))),
                Some(Cell::Id) => {
                    if let Some(id) = image_id(row) {
                        ui.add(Elided::middle(id).monospace().color(t.muted));
                    }
                }
                // The size of what the service fetches is not known.
                Some(Cell::Size) if row.size.0 > 0 => {
                    ui.label(t.detail(format_bytes(row.size.0)).color(t.muted));
                }
                Some(Cell::State) => state_ui(ui, cx, row),
                Some(Cell::Remove) => {
                    let name = row.file_name.as_str();
                    let (name, command) = if row.state.is_settled() {
                        let command = UploadCommand::Remove(vec![row.id]);
                        (tr!("queue-remove", name = name), command)
                    } else {
                        let command = UploadCommand::Cancel(vec![row.id]);
                        (tr!("queue-cancel", name = name), command)
                    };
                    if ui.add(icons::CLOSE.button(name).small()).clicked() {
                        cx.emit(Action::Uploads(command));
                    }
                }
                Some(Cell::Size) | None => {}
            }
        });
    }
}

fn image_id(row: &UploadRow) -> Option<&str> {
    match &row.state {
        UploadState::Done { id } => Some(id.as_str()),
        _ => row.image_id.as_ref().map(crate::model::ImageId::as_str),
    }
}

/// The picture once it is uploaded; before, where its bytes come from, as an icon.
fn picture_ui(ui: &mut Ui, cx: &mut Cx<'_>, row: &UploadRow) {
    let t = Tokens::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(38.0, 28.0), Sense::hover());
    ui.painter()
        .rect_filled(rect, CornerRadius::same(Tokens::RADIUS_S), t.control);
    if let UploadState::Done { id } = &row.state {
        let key = ThumbnailKey {
            id: id.clone(),
            // The queue does not know it; an upload of its own is never replaced under its id.
            uploaded_millis: 0,
            max_side_px: THUMBNAIL_PX,
        };
        if let Thumbnail::Ready(texture) = cx.textures.get(&key) {
            return paint_cover(ui.painter(), rect, &texture, Tokens::RADIUS_S);
        }
        if cx.textures.is_wanted(&key) {
            let is_private = row.require_signed_urls;
            cx.views
                .uploads
                .in_sight
                .push(ThumbnailWish { key, is_private });
        }
    }
    let icon = match &row.source {
        Source::File(_) => icons::FILE_IMAGE,
        Source::Pasted(_) => icons::CLIPBOARD,
        Source::Url(_) => icons::GLOBE,
    };
    icon.paint(ui.painter(), rect.center(), 15.0, t.faint);
}

/// Asks for the thumbnails in sight that are not there; only when they have changed.
fn ask_for_thumbnails(cx: &mut Cx<'_>) {
    let view = &mut cx.views.uploads;
    let wishes = std::mem::take(&mut view.in_sight);
    if !wishes.is_empty() && wishes != view.asked {
        view.asked.clone_from(&wishes);
        cx.emit(Action::CardsVisible(wishes));
    }
}
