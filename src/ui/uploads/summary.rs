//! The head of the queue: how much is done, how fast, how long it still takes, and the buttons for
//! all of it.

use std::time::Duration;

use egui::{Align, Layout, Ui};

use crate::app::{Action, UploadTotals};
use crate::engine::UploadCommand;
use crate::ui::cx::Cx;
use crate::ui::text::{format_bytes, format_duration_short, tr};
use crate::ui::theme::{Tokens, Weight, sans};
use crate::ui::widgets::{Button, Elided, ProgressBar, elided_galley, icons};

/// Below this width, in points, the buttons stand in a line of their own.
const NARROW_SUMMARY: f32 = 720.0;

pub(super) fn summary_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shared_unit_stands_once() {
        assert_eq!(bytes_of(9_600_000, 26_100_000), "9.6 of 26 MB");
        assert_eq!(bytes_of(900_000, 26_100_000), "900 KB of 26 MB");
    }
}
