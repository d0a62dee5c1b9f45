//! The request log: newest first, as it comes in.

use egui::{
    Align, Color32, CornerRadius, EventFilter, Id, Key, Layout, Modifiers, Rect, Response, Role,
    ScrollArea, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

use crate::app::Action;
use crate::engine::{Exchange, Injected, Mishap, SessionInfo};
use crate::ui::cx::Cx;
use crate::ui::text::{format_clock, format_count, tr};
use crate::ui::theme::{Tokens, Weight, mono, sans};
use crate::ui::widgets::{
    Column, Columns, EmptyState, Segmented, elided_galley, header_ui, icons, paint_focus,
    paint_galley_in,
};

/// Height of a row, in points.
const ROW: f32 = 27.0;
/// Height of the bar above, in points.
const BAR: f32 = 46.0;

/// What the log remembers.
#[derive(Default)]
pub(super) struct TrafficViewState {
    only_failed: bool,
    /// The number of the request that the keyboard is at.
    cursor: Option<u64>,
    /// How far it is scrolled, and which request was the newest then.
    offset: f32,
    newest: u64,
}

/// What a column shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cell {
    Time,
    Method,
    Path,
    Status,
    Took,
    Injected,
}

fn cells_for(width: f32) -> Vec<(Cell, Column)> {
    let mut cells = vec![
        (Cell::Time, Column::Fixed(98.0)),
        (Cell::Method, Column::Fixed(66.0)),
        (Cell::Path, Column::Share(1.0)),
        (Cell::Status, Column::Fixed(86.0)),
        (Cell::Took, Column::Fixed(78.0)),
    ];
    if width > 640.0 {
        cells.push((Cell::Injected, Column::Fixed(150.0)));
    }
    cells
}

fn title(cell: Cell) -> String {
    match cell {
        Cell::Time => tr!("traffic-time"),
        Cell::Method => tr!("traffic-method"),
        Cell::Path => tr!("traffic-path"),
        Cell::Status => tr!("traffic-status"),
        Cell::Took => tr!("traffic-took"),
        Cell::Injected => tr!("traffic-injected"),
    }
}

pub(super) fn traffic_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let state = cx.state;
    let only_failed = cx.views.library.traffic.only_failed;
    let shown: Vec<&Exchange> = state
        .library
        .log
        .iter()
        .rev()
        .filter(|exchange| !only_failed || exchange.has_failed())
        .collect();
    bar_ui(ui, cx, shown.len());
    if shown.is_empty() {
        let (title, text) = if only_failed && !state.library.log.is_empty() {
            (tr!("traffic-none-failed"), tr!("traffic-none-failed-text"))
        } else {
            (tr!("traffic-none"), tr!("traffic-none-text"))
        };
        EmptyState::new(icons::ACTIVITY, title, text).show_ui(ui, |_| ());
        return;
    }
    let cells = cells_for(ui.available_width());
    let columns = Columns::new(cells.iter().map(|(_, column)| *column).collect::<Vec<_>>());
    let titles: Vec<String> = cells.iter().map(|(cell, _)| title(*cell)).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    header_ui(ui, &columns, &titles);
    rows_ui(ui, cx, &shown, &cells, &columns);
}

fn bar_ui(ui: &mut Ui, cx: &mut Cx<'_>, shown: usize) {
    let t = Tokens::of(ui);
    let is_paused = cx.state.library.is_paused;
    ui.allocate_ui_with_layout(
        vec2(ui.available_width(), BAR),
        Layout::left_to_right(Align::Center),
        |ui| {
            ui.set_min_height(BAR);
            ui.label(t.heading(tr!("traffic-title")));
            ui.label(t.hint(format_count(shown as u64)));
            if is_paused {
                ui.label(t.hint(tr!("traffic-paused")).color(t.warning));
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let clear = icons::TRASH.button(tr!("traffic-clear")).framed();
                let is_full = !cx.state.library.log.is_empty();
                if ui.add_enabled(is_full, clear).clicked() {
                    cx.emit(Action::ClearTraffic);
                }
                let (icon, words) = if is_paused {
                    (icons::PLAY, tr!("traffic-resume"))
                } else {
                    (icons::PAUSE, tr!("traffic-pause"))
                };
                if ui.add(icon.button(words).framed()).clicked() {
                    cx.emit(Action::PauseTraffic(!is_paused));
                }
                let only_failed = &mut cx.views.library.traffic.only_failed;
                ui.add(
                    Segmented::new(tr!("traffic-show"), only_failed)
                        .option(false, tr!("traffic-all"))
                        .option(true, tr!("traffic-failed")),
                );
            });
        },
    );
}

fn rows_ui(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    shown: &[&Exchange],
    cells: &[(Cell, Column)],
    columns: &Columns,
) {
    let area = ui.available_rect_before_wrap();
    let list = focus_ui(ui, area);
    let follow = list.has_focus() && take_keys(ui, cx, shown, area.height());
    let view = &mut cx.views.library.traffic;
    let mut scroll = ScrollArea::vertical().id_salt("traffic").auto_shrink(false);
    // Whoever reads further down keeps their line while new ones come in above.
    let newest = shown.first().map_or(0, |exchange| exchange.number);
    let added = shown
        .iter()
        .take_while(|it| it.number > view.newest)
        .count();
    if view.newest > 0 && added > 0 && view.offset > 1.0 {
        #[expect(clippy::cast_precision_loss, reason = "at most five hundred rows")]
        let by = added as f32 * ROW;
        scroll = scroll.vertical_scroll_offset(view.offset + by);
    }
    view.newest = newest;
    let output = scroll.show_viewport(ui, |ui, viewport| {
        #[expect(clippy::cast_precision_loss, reason = "at most five hundred rows")]
        let y = |index: usize| index as f32 * ROW;
        let size = vec2(ui.available_width(), y(shown.len()));
        let (whole, _) = ui.allocate_exact_size(size, Sense::hover());
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "at most five hundred rows"
        )]
        let row_at = |y: f32| (y / ROW).clamp(0.0, 1_000.0) as usize;
        let first = row_at(viewport.top());
        let end = (row_at(viewport.bottom()) + 1).min(shown.len());
        let place = |index: usize| {
            let min = pos2(whole.left(), whole.top() + y(index));
            Rect::from_min_size(min, vec2(whole.width(), ROW))
        };
        if follow && let Some(index) = cursor_index(cx, shown) {
            ui.scroll_to_rect(place(index), None);
        }
        for (index, exchange) in shown.iter().enumerate().take(end).skip(first) {
            if row_ui(ui, cx, exchange, place(index), cells, columns) {
                list.request_focus();
            }
        }
    });
    cx.views.library.traffic.offset = output.state.clamped_offset().y;
    match cursor_index(cx, shown) {
        // With a cursor, its outline tells where the keyboard is.
        Some(index) => {
            let row = row_id(shown[index]).accesskit_id();
            ui.ctx()
                .accesskit_node_builder(list.id, |node| node.set_active_descendant(row));
        }
        None => paint_focus(ui, &list, area.shrink(1.0), Tokens::RADIUS_M),
    }
}

/// One place of the keyboard for all rows.
fn focus_ui(ui: &mut Ui, area: Rect) -> Response {
    let id = Id::unique("requests of the library");
    let list = ui.interact(area, id, Sense::focusable_noninteractive());
    list.widget_info(|| WidgetInfo::labeled(Role::ListBox, true, tr!("traffic-title")));
    if list.has_focus() {
        let arrows = EventFilter {
            vertical_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, arrows));
    }
    list
}

fn row_id(exchange: &Exchange) -> Id {
    Id::unique(("request of the library", exchange.number))
}

fn cursor_index(cx: &Cx<'_>, shown: &[&Exchange]) -> Option<usize> {
    let cursor = cx.views.library.traffic.cursor?;
    shown.iter().position(|exchange| exchange.number == cursor)
}

/// Takes the keys of the list. Whether the cursor has moved.
fn take_keys(ui: &Ui, cx: &mut Cx<'_>, shown: &[&Exchange], height: f32) -> bool {
    let at = cursor_index(cx, shown);
    let last = shown.len().saturating_sub(1);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a few dozen rows"
    )]
    let page = (height / ROW).max(2.0) as usize - 1;
    let (to, copies) = ui.input_mut(|input| {
        let mut pressed = |key| input.consume_key(Modifiers::NONE, key);
        let to = if pressed(Key::ArrowDown) {
            Some(at.map_or(0, |at| (at + 1).min(last)))
        } else if pressed(Key::ArrowUp) {
            Some(at.map_or(0, |at| at.saturating_sub(1)))
        } else if pressed(Key::PageDown) {
            Some((at.unwrap_or(0) + page).min(last))
        } else if pressed(Key::PageUp) {
            Some(at.unwrap_or(0).saturating_sub(page))
        } else if pressed(Key::Home) {
            Some(0)
        } else if pressed(Key::End) {
            Some(last)
        } else {
            None
        };
        let copies = pressed(Key::Enter)
            || input
                .events
                .iter()
                .any(|event| matches!(event, egui::Event::Copy));
        (to, copies)
    });
    if let Some(exchange) = at.filter(|_| copies).and_then(|at| shown.get(at)) {
        cx.emit(Action::CopyText(exchange.to_string()));
    }
    if let Some(exchange) = to.and_then(|to| shown.get(to)) {
        cx.views.library.traffic.cursor = Some(exchange.number);
    }
    to.is_some()
}

/// One request. Whether it was clicked.
fn row_ui(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    exchange: &Exchange,
    place: Rect,
    cells: &[(Cell, Column)],
    columns: &Columns,
) -> bool {
    let t = Tokens::of(ui);
    let response = ui.interact(place, row_id(exchange), Sense::CLICK);
    let is_cursor = cx.views.library.traffic.cursor == Some(exchange.number);
    response.widget_info(|| {
        WidgetInfo::selected(Role::ListBoxOption, true, is_cursor, spoken(exchange))
    });
    if response.clicked() {
        cx.views.library.traffic.cursor = Some(exchange.number);
    }
    let ground = if is_cursor {
        t.tint
    } else if response.hovered() {
        t.control
    } else {
        Color32::TRANSPARENT
    };
    ui.painter().rect_filled(place, 0.0, ground);
    if is_cursor {
        let line = Stroke::new(1.0, t.outline);
        let corners = CornerRadius::same(Tokens::RADIUS_S);
        ui.painter()
            .rect_stroke(place, corners, line, StrokeKind::Inside);
    }
    let line = Rect::from_min_size(
        pos2(place.left(), place.bottom() - 1.0),
        vec2(place.width(), 1.0),
    );
    ui.painter().rect_filled(line, 0.0, t.border);
    let small = mono(Tokens::TEXT_M - 0.5);
    let text = sans(Tokens::TEXT_M, Weight::Regular);
    for ((cell, _), rect) in cells.iter().zip(columns.cells(place)) {
        let (words, font, ink) = match cell {
            Cell::Time => (format_clock(exchange.started), small.clone(), t.muted),
            Cell::Method => (exchange.method.clone(), small.clone(), t.text),
            Cell::Path => (
                shown_path(&exchange.target, cx.state.session.as_ref()),
                small.clone(),
                t.strong,
            ),
            Cell::Status => (
                status_words(exchange),
                text.clone(),
                status_ink(t, exchange),
            ),
            Cell::Took => (took_words(exchange), text.clone(), t.text),
            Cell::Injected => (
                injected_words(&exchange.injected),
                text.clone(),
                t.accent_ink,
            ),
        };
        let galley = elided_galley(ui, &words, font, ink, rect.width());
        paint_galley_in(ui.painter(), rect, galley, Align::Min);
    }
    let is_clicked = response.clicked();
    response.on_hover_ui(|ui| {
        ui.set_max_width(420.0);
        ui.label(t.mono(format!("{} {}", exchange.method, exchange.target)));
        ui.label(t.hint(tr!(
            "traffic-bytes",
            received = exchange.received_bytes,
            sent = exchange.sent_bytes
        )));
        let injected = injected_words(&exchange.injected);
        if !injected.is_empty() {
            ui.label(t.hint(injected).color(t.accent_ink));
        }
    });
    is_clicked
}

/// The path without what all paths of this library begin with.
fn shown_path(target: &str, session: Option<&SessionInfo>) -> String {
    let Some(session) = session else {
        return target.to_owned();
    };
    let api = format!("/client/v4/accounts/{}/", session.account_id);
    let hash = session.account_hash.as_ref().map(|hash| hash.as_str());
    let delivery = format!("/{}/", hash.unwrap_or_default());
    let rest = target
        .strip_prefix(&api)
        .or_else(|| target.strip_prefix(&delivery));
    rest.map_or_else(|| target.to_owned(), |rest| format!("…/{rest}"))
}

fn status_words(exchange: &Exchange) -> String {
    match (exchange.status, exchange.code) {
        (Some(status), Some(code)) => format!("{status} · {code}"),
        (Some(status), None) => status.to_string(),
        (None, _) => tr!("traffic-no-answer"),
    }
}

fn status_ink(t: &Tokens, exchange: &Exchange) -> Color32 {
    match exchange.status {
        Some(..400) => t.success,
        Some(400..500) => t.warning,
        Some(500..) | None => t.danger,
    }
}

fn took_words(exchange: &Exchange) -> String {
    let millis = u64::try_from(exchange.took.as_millis()).unwrap_or(u64::MAX);
    tr!("traffic-millis", millis = millis)
}

/// What was done to it on request; empty when nothing was.
fn injected_words(injected: &Injected) -> String {
    let mishap = injected.mishap.map(|mishap| match mishap {
        Mishap::CutBefore => tr!("injected-cut-before"),
        Mishap::CutAfter => tr!("injected-cut-after"),
        Mishap::Stalled => tr!("injected-stalled"),
        Mishap::Refused(_) => tr!("injected-refused"),
    });
    let plain = injected.is_plain.then(|| tr!("injected-plain"));
    let delay = (!injected.delay.is_zero()).then(|| {
        let millis = u64::try_from(injected.delay.as_millis()).unwrap_or(u64::MAX);
        tr!("injected-delay", millis = millis)
    });
    let all: Vec<String> = [mishap, plain, delay].into_iter().flatten().collect();
    all.join(", ")
}

/// The row for those who hear it.
fn spoken(exchange: &Exchange) -> String {
    let mut words = format!(
        "{} {}, {}, {}",
        exchange.method,
        exchange.target,
        status_words(exchange),
        took_words(exchange)
    );
    let injected = injected_words(&exchange.injected);
    if !injected.is_empty() {
        words.push_str(", ");
        words.push_str(&injected);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_path_is_not_hidden_behind_what_all_have() {
        let target = "/client/v4/accounts/023e105f4ecef8ad9ca31a8372d0c353/images/v1/stats";
        assert_eq!(shown_path(target, None), target);
    }
}
