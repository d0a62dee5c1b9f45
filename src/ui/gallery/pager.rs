//! The pager: which page of how many, and how to get to another.

use egui::{Align, Key, Layout, Rect, Ui, UiBuilder, pos2, vec2};

use crate::app::Action;
use crate::model::{PageNumber, PageSize};
use crate::ui::cx::Cx;
use crate::ui::text::{format_count, tr};
use crate::ui::theme::Tokens;
use crate::ui::widgets::{Dropdown, PageButton, TextField, icons, spinner_ui};

pub(super) fn pager_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let room = ui.available_width();
    row_in_middle_ui(ui, |ui| {
        pages_ui(ui, cx, room);
        if room > 460.0 {
            range_ui(ui, cx);
        }
        if room > 620.0 {
            go_to_ui(ui, cx);
        }
        size_ui(ui, cx);
    });
}

/// A row of widgets in the middle: its width is known from the last frame.
fn row_in_middle_ui(ui: &mut Ui, content: impl FnOnce(&mut Ui)) {
    let key = egui::Id::unique("width of the pager");
    let known: Option<f32> = ui.data(|data| data.get_temp(key));
    let room = ui.available_rect_before_wrap();
    let width = known.unwrap_or(room.width()).min(room.width());
    let left = (room.center().x - width / 2.0).max(room.left()).round();
    let place = Rect::from_min_size(pos2(left, room.top()), vec2(room.right() - left, 32.0));
    let builder = UiBuilder::new()
        .max_rect(place)
        .layout(Layout::left_to_right(Align::Center));
    let shown = ui.scope_builder(builder, |ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        content(ui);
        ui.min_rect().width()
    });
    let found = shown.inner;
    if known.is_none_or(|known| (known - found).abs() > 0.5) {
        ui.data_mut(|data| data.insert_temp(key, found));
        ui.ctx()
            .request_discard("the width of the pager is known now");
    }
}

fn pages_ui(ui: &mut Ui, cx: &mut Cx<'_>, room: f32) {
    let state = cx.state;
    let (page, count) = (state.gallery.page, state.gallery.page_count());
    let previous = icons::PREVIOUS.button(tr!("pager-previous")).framed();
    let previous = ui.add_enabled(page > PageNumber::FIRST, previous);
    if let Some(to) = page.previous().filter(|_| previous.clicked()) {
        cx.emit(Action::ShowPage(to));
    }
    let around = u32::from(room > 520.0);
    for number in page_numbers(page.get(), count, around) {
        let Some(number) = number else {
            ui.label(Tokens::of(ui).muted("…"));
            continue;
        };
        let words = format_count(u64::from(number));
        let name = tr!("pager-page", number = number);
        let is_current = number == page.get();
        let button = PageButton::new(words, name).current(is_current);
        if ui.add(button).clicked() && !is_current {
            cx.emit(Action::ShowPage(PageNumber::new(number)));
        }
    }
    let next = icons::NEXT.button(tr!("pager-next")).framed();
    if ui.add_enabled(state.gallery.has_next(), next).clicked() {
        cx.emit(Action::ShowPage(page.next()));
    }
}

/// The first page, the last, and those around the one in sight; `None` is a gap.
fn page_numbers(current: u32, count: u32, around: u32) -> Vec<Option<u32>> {
    let mut numbers = vec![1];
    // At the beginning, two more fill the room that the gap would take.
    let from = current.saturating_sub(around).max(2);
    let to = (current + around)
        .max(if around > 0 { 3 } else { 1 })
        .min(count);
    numbers.extend(from..=to);
    if count > to && count > 1 {
        numbers.push(count);
    }
    numbers.dedup();
    let mut shown = Vec::new();
    let mut before = 0;
    for number in numbers {
        if number == before + 2 {
            shown.push(Some(before + 1));
        } else if number > before + 1 {
            shown.push(None);
        }
        shown.push(Some(number));
        before = number;
    }
    shown
}

fn range_ui(ui: &mut Ui, cx: &Cx<'_>) {
    let gallery = &cx.state.gallery;
    ui.add_space(Tokens::SPACE_S);
    if gallery.content.is_loading() {
        spinner_ui(ui, 14.0, tr!("pager-loading"));
    }
    let Some(answer) = gallery.content.value().filter(|it| !it.images.is_empty()) else {
        return;
    };
    let (from, to) = (answer.first_row + 1, answer.first_row + answer.images.len());
    let words = match gallery.row_count() {
        (rows, true) => tr!("pager-range", from = from, to = to, rows = rows),
        (rows, false) => tr!("pager-range-open", from = from, to = to, rows = rows),
    };
    ui.add(egui::Label::new(Tokens::of(ui).muted(words)).wrap_mode(egui::TextWrapMode::Extend));
    ui.add_space(Tokens::SPACE_XS);
}

fn go_to_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    if cx.state.gallery.page_count() < 4 {
        return;
    }
    let field = TextField::new(&mut cx.drafts.page)
        .name(tr!("pager-go-to"))
        .hint(tr!("pager-go-to-hint"))
        .width(56.0);
    let field = ui.add(field).on_hover_text(tr!("pager-go-to"));
    if field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
        let digits: String = cx
            .drafts
            .page
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        if let Ok(number) = digits.parse() {
            cx.emit(Action::ShowPage(PageNumber::new(number)));
        }
        cx.drafts.page.clear();
    }
}

fn size_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let now = cx.state.gallery.size;
    let mut size = now;
    let mut choice = Dropdown::new(tr!("pager-size"), &mut size);
    let mut choices = PageSize::CHOICES.to_vec();
    if !choices.contains(&now) {
        choices.insert(0, now);
    }
    for offered in choices {
        choice = choice.option(offered, tr!("pager-per-page", count = offered.get()));
    }
    if ui.add(choice).changed() {
        cx.emit(Action::SetPageSize(size));
    }
}

#[cfg(test)]
mod tests {
    use super::page_numbers;

    fn shown(current: u32, count: u32) -> String {
        page_numbers(current, count, 1)
            .into_iter()
            .map(|number| number.map_or("…".to_owned(), |number| number.to_string()))
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn the_pager_shows_the_ends_and_the_pages_around() {
        assert_eq!(shown(1, 1), "1");
        assert_eq!(shown(1, 2), "1 2");
        assert_eq!(shown(1, 124), "1 2 3 … 124");
        assert_eq!(shown(4, 124), "1 2 3 4 5 … 124");
        assert_eq!(shown(60, 124), "1 … 59 60 61 … 124");
        assert_eq!(shown(124, 124), "1 … 123 124");
        assert_eq!(shown(2, 5), "1 2 3 4 5");
    }
}
