//! The queue: sums at the top, below them a row for each file.
//!
//! Only the rows in sight are laid out, so ten thousand cost no more than ten.

use std::time::Duration;

use egui::{Align, Color32, CornerRadius, Layout, Role, ScrollArea, Sense, Ui, WidgetInfo, vec2};
use jiff::Timestamp;

use crate::app::{Action, UploadTotals};
use crate::engine::{ThumbnailKey, ThumbnailWish, UploadCommand, UploadRow, UploadState};
use crate::model::{Problem, Source};

use crate::ui::cx::Cx;
use crate::ui::forms::problem_line;
use crate::ui::gallery::paint_cover;
use crate::ui::text::{format_bytes, format_count, format_day, format_duration_short, tr};
use crate::ui::textures::Thumbnail;
use crate::ui::theme::{Tokens, Weight, sans};
use crate::ui::widgets::{
    Button, Column, Columns, Elided, EmptyState, Icon, ProgressBar, elided_galley, header_ui,
    icons, row_ui, spinner_ui,
};

/// The longer side of a thumbnail in the queue, in pixels: the least that is kept.
const THUMBNAIL_PX: u32 = 256;
/// Height of a row, in points.
const ROW: f32 = 39.0;
/// Below this width, in points, the buttons stand in a line of their own.
const NARROW_SUMMARY: f32 = 720.0;
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

fn summary_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let totals = cx.state.uploads.totals();
    if ui.available_width() < NARROW_SUMMARY {
        ui.horizontal(|ui| progress_ui(ui, cx, totals));
        ui.horizontal_wrapped(|ui| commands_ui(ui, cx, totals, false));
    } else {
        ui.horizontal(|ui| {
            ui.set_min_height(Tokens::CONTROL);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                commands_ui(ui, cx, totals, true);
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    progress_ui(ui, cx, totals);
                });
            });
        });
    }
}

fn progress_ui(ui: &mut Ui, cx: &Cx<'_>, totals: UploadTotals) {
    let t = Tokens::of(ui);
    ui.spacing_mut().item_spacing.x = Tokens::SPACE_S;
    let done = tr!("queue-done", done = totals.done, files = totals.files);
    ui.label(t.strong(&done));
    let words = progress_words(cx, totals);
    let font = sans(Tokens::TEXT_M, Weight::Regular);
    // The words come first; the bar takes what they leave.
    let wanted = elided_galley(ui, &words, font.clone(), t.muted, f32::INFINITY);
    let left = ui.available_width() - wanted.size().x - Tokens::SPACE_L;
    ui.add(
        ProgressBar::new(totals.fraction(), tr!("queue-progress")).width(left.clamp(48.0, 180.0)),
    );
    ui.add(Elided::end(words).font(font).color(t.muted));
}

fn progress_words(cx: &Cx<'_>, totals: UploadTotals) -> String {
    let uploads = &cx.state.uploads;
    let mut parts = Vec::new();
    if totals.bytes.0 > 0 {
        parts.push(bytes_of(totals.sent.0, totals.bytes.0));
    }
    if uploads.paused {
        parts.push(tr!("queue-is-paused"));
    } else {
        if let Some(speed) = uploads.bytes_per_second.filter(|speed| *speed > 0) {
            parts.push(tr!("queue-speed", bytes = format_bytes(speed)));
        }
        if let Some(seconds) = uploads.seconds_left() {
            let time = format_duration_short(Duration::from_secs(seconds));
            parts.push(tr!("queue-left", time = time));
        }
    }
    if uploads.checking > 0 {
        parts.push(tr!("queue-checking", count = uploads.checking));
    }
    if totals.failed > 0 {
        parts.push(tr!("queue-failed", count = totals.failed));
    }
    parts.join(", ")
}

/// "9.6 of 26 MB": the unit stands once if it is the same.
fn bytes_of(part: u64, whole: u64) -> String {
    let (part, whole) = (format_bytes(part), format_bytes(whole));
    let part = match (part.rsplit_once(' '), whole.rsplit_once(' ')) {
        (Some((number, unit)), Some((_, other))) if unit == other => number.to_owned(),
        _ => part,
    };
    tr!("queue-bytes", part = part, whole = whole)
}

/// The buttons for the whole queue. In a line of their own, Pause leads.
fn commands_ui(ui: &mut Ui, cx: &mut Cx<'_>, totals: UploadTotals, from_right: bool) {
    ui.spacing_mut().item_spacing.x = Tokens::SPACE_S;
    let pause = if cx.state.uploads.paused {
        (
            Button::secondary(tr!("queue-resume")).icon(icons::PLAY),
            UploadCommand::ResumeAll,
        )
    } else {
        (
            Button::secondary(tr!("queue-pause")).icon(icons::PAUSE),
            UploadCommand::PauseAll,
        )
    };
    let is_open = totals.open > 0 || cx.state.uploads.paused;
    let mut buttons = vec![
        (totals.retryable > 0).then(|| {
            let button = Button::secondary(tr!("queue-retry-failed")).icon(icons::RETRY);
            (button, UploadCommand::RetryFailed)
        }),
        is_open.then_some(pause),
        (totals.open > 0).then(|| {
            let button = Button::ghost(tr!("queue-cancel-all"));
            (button, UploadCommand::CancelAll)
        }),
        (totals.settled > 0).then(|| {
            let button = Button::ghost(tr!("queue-clear"));
            (button, UploadCommand::ClearSettled)
        }),
    ];
    if !from_right {
        buttons.swap(0, 1);
    }
    for (button, command) in buttons.into_iter().flatten() {
        if ui.add(button.small()).clicked() {
            cx.emit(Action::Uploads(command));
        }
    }
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

fn words_ui(ui: &mut Ui, icon: Icon, words: impl Into<String>, ink: Color32, room: f32) {
    icon.show_ui(ui, 14.0, ink);
    let font = sans(Tokens::TEXT_M, Weight::Regular);
    let width = (ui.available_width() - room).max(24.0);
    ui.add(Elided::end(words).font(font).color(ink).max_width(width));
}

fn working_ui(ui: &mut Ui, words: &str) {
    let t = Tokens::of(ui);
    spinner_ui(ui, 13.0, words);
    ui.label(t.detail(words).color(t.muted));
}

fn state_ui(ui: &mut Ui, cx: &mut Cx<'_>, row: &UploadRow) {
    let t = Tokens::of(ui);
    match &row.state {
        UploadState::Waiting => words_ui(ui, icons::CLOCK, tr!("state-waiting"), t.muted, 0.0),
        UploadState::Sending { sent, since } => sending_ui(ui, row, *sent, *since),
        UploadState::Finishing => working_ui(ui, &tr!("state-finishing")),
        UploadState::Checking => working_ui(ui, &tr!("state-checking")),
        UploadState::Done { .. } => {
            words_ui(ui, icons::CHECK, tr!("state-done"), t.success, 0.0);
        }
        UploadState::WillRetry {
            problem,
            at,
            attempt,
            of,
        } => {
            let left = seconds_until(*at, Timestamp::now());
            if left > 0 {
                // The words count down by themselves.
                ui.ctx().request_repaint_after(Duration::from_millis(250));
            }
            let words = tr!(
                "state-retry",
                what = problem.what.as_str(),
                seconds = left,
                attempt = *attempt,
                of = *of
            );
            words_ui(ui, icons::RETRY, words, t.warning, 0.0);
        }
        UploadState::Failed(problem) => failed_ui(ui, cx, row, problem),
        UploadState::Paused => words_ui(ui, icons::PAUSE, tr!("state-paused"), t.muted, 0.0),
        UploadState::Duplicate { at, .. } => {
            let words = tr!("state-duplicate", day = format_day(*at));
            words_ui(ui, icons::COPY, words, t.muted, 118.0);
            let name = tr!("state-upload-anyway-name", name = row.file_name.as_str());
            let anyway = Button::secondary(tr!("state-upload-anyway"))
                .small()
                .name(name);
            if ui.add(anyway).clicked() {
                cx.emit(Action::Uploads(UploadCommand::UploadAnyway(row.id)));
            }
        }
        UploadState::Cancelled => {
            words_ui(ui, icons::CLOSE, tr!("state-cancelled"), t.muted, 0.0);
        }
    }
}

/// What happened, and below it what helps. Read as one sentence, and whole under the pointer.
fn problem_ui(ui: &mut Ui, problem: &Problem, room: f32) {
    let t = Tokens::of(ui);
    icons::WARNING.show_ui(ui, 14.0, t.danger);
    let width = (ui.available_width() - room).max(24.0);
    let (rect, response) = ui.allocate_exact_size(vec2(width, ROW - 4.0), Sense::hover());
    let line = problem_line(problem);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &line));
    let what = match problem.code {
        Some(code) => format!("{} [{code}]", problem.what),
        None => problem.what.clone(),
    };
    let what = elided_galley(
        ui,
        &what,
        sans(Tokens::TEXT_M, Weight::Regular),
        t.danger,
        width,
    );
    let hint = problem.hint.as_deref().unwrap_or_default();
    let hint = elided_galley(
        ui,
        hint,
        sans(Tokens::TEXT_S, Weight::Regular),
        t.muted,
        width,
    );
    let height = what.size().y
        + if problem.hint.is_some() {
            hint.size().y
        } else {
            0.0
        };
    let top = rect.left_center() - vec2(0.0, height / 2.0);
    let below = top + vec2(0.0, what.size().y);
    ui.painter().galley(top, what, t.danger);
    if problem.hint.is_some() {
        ui.painter().galley(below, hint, t.muted);
    }
    response.on_hover_text(line);
}

fn failed_ui(ui: &mut Ui, cx: &mut Cx<'_>, row: &UploadRow, problem: &Problem) {
    let room = if problem.can_retry { 66.0 } else { 0.0 };
    problem_ui(ui, problem, room);
    if problem.can_retry {
        let name = tr!("state-try-again-name", name = row.file_name.as_str());
        let retry = Button::secondary(tr!("state-try-again")).small().name(name);
        if ui.add(retry).clicked() {
            cx.emit(Action::Uploads(UploadCommand::Retry(vec![row.id])));
        }
    }
}

fn sending_ui(ui: &mut Ui, row: &UploadRow, sent: u64, since: Timestamp) {
    let t = Tokens::of(ui);
    if row.size.0 == 0 {
        return working_ui(ui, &tr!("state-fetching"));
    }
    let sent = sent.min(row.size.0);
    #[expect(clippy::cast_precision_loss, reason = "a bar of some hundred pixels")]
    let fraction = sent as f32 / row.size.0 as f32;
    let name = tr!("queue-progress-of", name = row.file_name.as_str());
    let width = (ui.available_width() * 0.4).clamp(40.0, 120.0);
    ui.add(ProgressBar::new(fraction, name).width(width));
    let percent = format_count(sent * 100 / row.size.0);
    let words = match seconds_left(row.size.0, sent, since, Timestamp::now()) {
        Some(seconds) => {
            let time = format_duration_short(Duration::from_secs(seconds));
            tr!("state-sending-left", percent = percent, time = time)
        }
        None => tr!("state-sending", percent = percent),
    };
    ui.add(
        Elided::end(words)
            .font(sans(Tokens::TEXT_M, Weight::Regular))
            .color(t.muted),
    );
}

/// Whole seconds until a moment, rounded up; 0 once it has come.
fn seconds_until(at: Timestamp, now: Timestamp) -> u64 {
    let millis = at.duration_since(now).as_millis().max(0);
    u64::try_from(millis.unsigned_abs().div_ceil(1_000)).unwrap_or(u64::MAX)
}

/// Whole seconds that the rest of a file takes at its speed so far; `None` before there is one.
fn seconds_left(size: u64, sent: u64, since: Timestamp, now: Timestamp) -> Option<u64> {
    let millis = u64::try_from(now.duration_since(since).as_millis()).ok()?;
    // Before a second has passed, the speed is mostly that of filling buffers.
    if millis < 1_000 || sent == 0 || sent >= size {
        return None;
    }
    let left = u128::from(size - sent) * u128::from(millis) / u128::from(sent);
    u64::try_from(left.div_ceil(1_000)).ok()
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn the_rest_of_a_file_is_told_once_its_speed_is_known() {
        let start = Timestamp::UNIX_EPOCH;
        let at = |millis| start + SignedDuration::from_millis(millis);
        assert_eq!(seconds_left(100, 10, start, at(500)), None);
        assert_eq!(seconds_left(100, 50, start, at(4_000)), Some(4));
        assert_eq!(seconds_left(100, 100, start, at(4_000)), None);
        assert_eq!(seconds_until(at(3_001), start), 4);
        assert_eq!(seconds_until(start, at(10)), 0);
    }

    #[test]
    fn a_shared_unit_stands_once() {
        assert_eq!(bytes_of(9_600_000, 26_100_000), "9.6 of 26 MB");
        assert_eq!(bytes_of(900_000, 26_100_000), "900 KB of 26 MB");
    }
}
