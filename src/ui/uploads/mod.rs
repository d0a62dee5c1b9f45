//! The upload panel: where files come in, what becomes of them, and the options for new ones.

mod options;
mod queue;
mod row_state;
mod staged;
mod summary;
mod urls;

use egui::{CentralPanel, Frame, Margin, Panel, ScrollArea, Ui};

use crate::app::UploadDraft;
use crate::engine::{ThumbnailWish, UploadInput};
use crate::model::UploadSpec;

use super::cx::Cx;
use super::forms::place_bar_ui;
use super::pickers::Purpose;
use super::text::tr;
use super::theme::Tokens;
use super::widgets::{Button, DropZone, icons, panel_frame};

/// Below this width, in points, the options open on request.
const NARROW: f32 = 860.0;
/// Width of the options, in points.
const OPTIONS: f32 = 340.0;
/// Below this height, in points, the drop zone is smaller.
const LOW: f32 = 520.0;
/// Below this height, in points, the queue has the place of the drop zone.
const VERY_LOW: f32 = 400.0;

/// What the panel remembers.
pub(super) struct UploadsViewState {
    /// Whether the dialog for addresses is open.
    pub(super) asks_for_urls: bool,
    /// Whether files can be dropped on the window. They cannot under Wayland: the panel then
    /// leads with the clipboard and the file dialog.
    pub(super) drops_work: bool,
    /// Whether the options are shown in a narrow window.
    shows_options: bool,
    /// Thumbnails of rows in sight that are not there.
    in_sight: Vec<ThumbnailWish>,
    /// Those that were asked for last.
    pub(super) asked: Vec<ThumbnailWish>,
}

impl Default for UploadsViewState {
    fn default() -> Self {
        Self {
            asks_for_urls: false,
            drops_work: true,
            shows_options: false,
            in_sight: Vec::new(),
            asked: Vec::new(),
        }
    }
}

/// The options of the panel, if they can be used for what comes in.
pub(super) fn usable_spec(draft: &UploadDraft, inputs: &[UploadInput]) -> Option<UploadSpec> {
    options::checked_spec(draft, &options::Sample::of(inputs)).ok()
}

pub(super) fn uploads_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let t = Tokens::of(ui);
    let is_narrow = ui.available_width() < NARROW;
    bar_ui(ui, cx, is_narrow);
    if !is_narrow || cx.views.uploads.shows_options {
        let width = OPTIONS.min(ui.available_width() * 0.42);
        Panel::right("upload-options")
            .exact_size(width)
            .resizable(false)
            .frame(panel_frame(t))
            .show(ui, |ui| {
                ScrollArea::vertical()
                    .auto_shrink(false)
                    .show(ui, |ui| options::options_ui(ui, cx));
            });
    }
    let frame = Frame::new().fill(t.bg).inner_margin(Margin::same(14));
    CentralPanel::default().frame(frame).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = Tokens::SPACE_M;
        let has_staged = !cx.state.uploads.staged.is_empty();
        let height = ui.available_height();
        let is_low = height < LOW;
        // The whole window takes drops, so the zone may give way to what it brought.
        let has_rows = cx.state.uploads.rows().len() > 0;
        let gives_way = (is_low && has_staged) || (height < VERY_LOW && has_rows);
        if !gives_way {
            zone_ui(ui, cx, if is_low { 112.0 } else { 150.0 });
        }
        if has_staged {
            staged::staged_ui(ui, cx);
        }
        queue::queue_ui(ui, cx);
    });
    if cx.views.uploads.asks_for_urls {
        urls::urls_ui(ui, cx);
    }
}

fn bar_ui(ui: &mut Ui, cx: &mut Cx<'_>, is_narrow: bool) {
    place_bar_ui(ui, tr!("uploads-title"), |ui| {
        ui.spacing_mut().item_spacing.x = Tokens::SPACE_S;
        let add_files = tr!("uploads-add-files");
        // What waits for a look at the options comes first, and only one button leads.
        let add_files = if cx.state.uploads.staged.is_empty() {
            Button::primary(add_files)
        } else {
            Button::secondary(add_files)
        };
        if ui.add(add_files.icon(icons::PLUS)).clicked() {
            cx.pick(Purpose::UploadFiles);
        }
        if ui
            .add(Button::secondary(tr!("uploads-add-urls")).icon(icons::LINK))
            .clicked()
        {
            cx.views.uploads.asks_for_urls = true;
        }
        if ui
            .add(Button::secondary(tr!("uploads-add-folder")).icon(icons::FOLDER))
            .clicked()
        {
            cx.pick(Purpose::UploadFolder);
        }
        if is_narrow {
            let shown = &mut cx.views.uploads.shows_options;
            let switch = icons::SLIDERS
                .button(tr!("uploads-options"))
                .framed()
                .selected(*shown);
            if ui.add(switch).clicked() {
                *shown = !*shown;
            }
        }
    });
}

fn zone_ui(ui: &mut Ui, cx: &mut Cx<'_>, height: f32) {
    let hovering = ui.ctx().input(|input| !input.raw.hovered_files.is_empty());
    let zone = if cx.views.uploads.drops_work {
        let hint = if cx.state.is_in_library() {
            tr!("uploads-zone-hint-library")
        } else {
            tr!("uploads-zone-hint")
        };
        DropZone::new(tr!("uploads-zone-title"), hint)
    } else {
        DropZone::new(
            tr!("uploads-zone-no-drop"),
            tr!("uploads-zone-no-drop-hint"),
        )
    };
    if ui.add(zone.hovering(hovering).height(height)).clicked() {
        cx.pick(Purpose::UploadFiles);
    }
}
