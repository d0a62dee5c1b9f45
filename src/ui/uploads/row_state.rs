//! What becomes of one file, in words: waiting, how far it is, what went wrong and what helps.

use std::time::Duration;

use egui::{Color32, Role, Sense, Ui, WidgetInfo, vec2};
use jiff::Timestamp;

use crate::app::Action;
use crate::engine::{UploadCommand, UploadRow, UploadState};
use crate::model::Problem;
use crate::ui::cx::Cx;
use crate::ui::forms::{problem_line, problem_words};
use crate::ui::text::{format_count, format_day, format_duration_short, tr};
use crate::ui::theme::{Tokens, Weight, sans};
use crate::ui::widgets::{Button, Elided, Icon, ProgressBar, elided_galley, icons, spinner_ui};

use super::queue::ROW;

/// What is happening to a file, and what a person can do about it.
pub(super) fn state_ui(ui: &mut Ui, cx: &mut Cx<'_>, row: &UploadRow) {
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

/// What happened, and below it what helps. Read as one sentence, and whole under the pointer.
fn problem_ui(ui: &mut Ui, problem: &Problem, room: f32) {
    let t = Tokens::of(ui);
    icons::WARNING.show_ui(ui, 14.0, t.danger);
    let width = (ui.available_width() - room).max(24.0);
    let (rect, response) = ui.allocate_exact_size(vec2(width, ROW - 4.0), Sense::hover());
    let line = problem_line(problem);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &line));
    let what = elided_galley(
        ui,
        &problem_words(problem),
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
}
