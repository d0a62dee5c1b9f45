//! The top bar: search, order, grid or list, upload; and the line that tells what a filter saw.

use egui::{
    Align, CornerRadius, Frame, Id, Key, Layout, Rect, Role, Sense, Stroke, StrokeKind, TextEdit,
    Ui, UiBuilder, WidgetInfo, pos2, vec2,
};

use crate::app::{Action, GalleryView};
use crate::model::SortOrder;
use crate::ui::cx::Cx;
use crate::ui::pickers::Purpose;
use crate::ui::text::tr;
use crate::ui::theme::{Tokens, Weight, sans};
use crate::ui::widgets::{Button, Chip, Dropdown, ProgressBar, Segmented, Tone, icons, spinner_ui};

/// With less room than this, the search field has a row of its own.
pub(super) const NARROW: f32 = 600.0;

pub(super) fn top_bar_ui(ui: &mut Ui, cx: &mut Cx<'_>, is_narrow: bool) {
    ui.spacing_mut().item_spacing = vec2(Tokens::SPACE_S, Tokens::SPACE_S);
    if is_narrow {
        search_ui(ui, cx, ui.available_width());
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = Tokens::SPACE_XS;
            controls_ui(ui, cx, true);
        });
        return;
    }
    // The keyboard goes from left to right, so the field comes first; it takes the room that the
    // controls left in the last frame.
    let key = Id::unique("width of the controls in the top bar");
    let known: Option<f32> = ui.data(|data| data.get_temp(key));
    let row = Rect::from_min_size(
        ui.available_rect_before_wrap().min,
        vec2(ui.available_width(), Tokens::CONTROL),
    );
    let room = row.width() - known.unwrap_or(370.0) - Tokens::SPACE_S;
    search_ui(ui, cx, room.max(120.0));
    // More room than there is: what is measured must not be what was cut to fit.
    let start = pos2(row.left() + room.max(120.0) + Tokens::SPACE_S, row.top());
    let place = Rect::from_min_size(start, vec2(row.width() + 400.0, row.height()));
    let builder = UiBuilder::new()
        .id_salt("controls")
        .max_rect(place)
        .layout(Layout::left_to_right(Align::Center));
    let mut controls = ui.new_child(builder);
    controls_ui(&mut controls, cx, false);
    let found = controls.min_rect().width();
    if known.is_none_or(|known| (known - found).abs() > 0.5) {
        ui.data_mut(|data| data.insert_temp(key, found));
        ui.ctx()
            .request_discard("the width of the top bar's controls is known now");
    }
}

fn search_ui(ui: &mut Ui, cx: &mut Cx<'_>, width: f32) {
    let t = Tokens::of(ui);
    let id = Id::unique("gallery-search");
    let (rect, ground) = ui.allocate_exact_size(vec2(width, Tokens::CONTROL), Sense::CLICK);
    let has_focus = ui.memory(|memory| memory.has_focus(id));
    let line = match (has_focus, ground.hovered()) {
        (true, _) => Stroke::new(2.0, t.accent),
        (false, true) => Stroke::new(1.0, t.outline),
        (false, false) => Stroke::new(1.0, t.border),
    };
    ui.painter().rect(
        rect,
        CornerRadius::same(Tokens::RADIUS_M),
        t.control,
        line,
        StrokeKind::Inside,
    );
    let icon = pos2(rect.left() + 18.0, rect.center().y);
    icons::SEARCH.paint(ui.painter(), icon, Tokens::ICON, t.muted);
    let has_text = !cx.drafts.search.is_empty();
    let end = if has_text { 30.0 } else { 10.0 };
    let place = Rect::from_min_max(
        rect.min + vec2(34.0, 0.0),
        pos2(rect.right() - end, rect.bottom()),
    );
    let builder = UiBuilder::new()
        .id_salt("search")
        .max_rect(place)
        .layout(Layout::left_to_right(Align::Center));
    let mut inner = ui.new_child(builder);
    let font = sans(Tokens::TEXT, Weight::Regular);
    let before = cx.drafts.search.clone();
    let edit = TextEdit::singleline(&mut cx.drafts.search)
        .id(id)
        .font(font.clone())
        .text_color(t.text)
        .frame(Frame::NONE)
        .desired_width(place.width())
        .min_size(place.size())
        .align(egui::Align2::LEFT_CENTER)
        .hint_text(egui::RichText::new(tr!("search-hint")).font(font));
    let field = edit
        .show(&mut inner)
        .response
        .response
        .accessible_name(tr!("search-name"));
    if ground.clicked() || std::mem::take(&mut cx.views.gallery.wants_search_focus) {
        field.request_focus();
    }
    let escaped = (field.has_focus() || field.lost_focus())
        && ui.input(|input| input.key_pressed(Key::Escape));
    let mut cleared = escaped;
    if has_text {
        let place =
            Rect::from_center_size(pos2(rect.right() - 17.0, rect.center().y), vec2(22.0, 22.0));
        let mut end = ui.new_child(UiBuilder::new().id_salt("clear").max_rect(place));
        cleared |= end
            .add(icons::CLOSE.button(tr!("search-clear")).small())
            .clicked();
    }
    if cleared {
        cx.drafts.search.clear();
    }
    if cx.drafts.search != before {
        cx.emit(Action::Filter(cx.drafts.search.trim().to_owned()));
    }
}

fn controls_ui(ui: &mut Ui, cx: &mut Cx<'_>, is_narrow: bool) {
    let mut sort = cx.state.gallery.sort;
    let order = Dropdown::new(tr!("sort-name"), &mut sort)
        .icon(icons::SORT)
        .option(SortOrder::Newest, tr!("sort-newest"))
        .option(SortOrder::Oldest, tr!("sort-oldest"));
    if ui.add(order).changed() {
        cx.emit(Action::SetSort(sort));
    }
    let mut view = cx.state.gallery.view;
    let choice = Segmented::new(tr!("view-name"), &mut view)
        .icon(GalleryView::Grid, icons::GRID, tr!("view-grid"))
        .icon(GalleryView::List, icons::LIST, tr!("view-list"));
    if ui.add(choice).changed() {
        cx.emit(Action::SetGalleryView(view));
    }
    let refresh = icons::REFRESH
        .button(tr!("gallery-refresh"))
        .framed()
        .tooltip(tr!("gallery-refresh-tip"));
    if ui.add(refresh).clicked() {
        cx.emit(Action::Refresh);
    }
    if crate::ui::inspector::is_collapsible(ui) {
        let is_open = &mut cx.views.inspector.is_open_when_narrow;
        let details = icons::INFO
            .button(tr!("gallery-details"))
            .framed()
            .selected(*is_open);
        if ui.add(details).clicked() {
            *is_open = !*is_open;
        }
    }
    let mut upload = Button::primary(tr!("gallery-upload"));
    if !is_narrow {
        upload = upload.icon(icons::UPLOAD);
    }
    if ui.add(upload).clicked() {
        cx.pick(Purpose::UploadFiles);
    }
}

/// Whether there is something to tell about the filter.
pub(super) fn has_filter_line(cx: &Cx<'_>) -> bool {
    !cx.state.gallery.filter.is_empty() || cx.state.gallery.walking
}

/// What the filter found, among how many it looked at, and how to let it see all.
pub(super) fn filter_line_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let t = Tokens::of(ui);
    let gallery = &cx.state.gallery;
    let is_wide = ui.available_width() > 560.0;
    ui.horizontal_centered(|ui| {
        if !gallery.filter.is_empty() {
            let shown: String = gallery.filter.chars().take(24).collect();
            let chip = Chip::new(shown).tone(Tone::Accent).removable();
            if chip.show_ui(ui).removed {
                cx.drafts.search.clear();
                cx.emit(Action::Filter(String::new()));
            }
        }
        if let Some(answer) = gallery.content.value()
            && !gallery.filter.is_empty()
        {
            let words = if gallery.complete {
                tr!("filter-all", count = answer.matching, known = gallery.known)
            } else {
                tr!(
                    "filter-known",
                    count = answer.matching,
                    known = gallery.known
                )
            };
            let line = ui.label(t.muted(&words));
            line.widget_info(|| WidgetInfo::labeled(Role::Label, true, &words));
        }
        if gallery.walking {
            walk_ui(ui, cx, is_wide);
        } else if !gallery.complete {
            let words = match gallery.total {
                Some(total) => tr!("filter-search-all", count = total),
                None => tr!("filter-search-rest"),
            };
            if ui.add(Button::secondary(words).small()).clicked() {
                cx.emit(Action::KnowAll);
            }
        }
    });
}

fn walk_ui(ui: &mut Ui, cx: &mut Cx<'_>, is_wide: bool) {
    let t = Tokens::of(ui);
    let gallery = &cx.state.gallery;
    if let Some(total) = gallery.total.filter(|total| *total > 0) {
        #[expect(clippy::cast_precision_loss, reason = "a bar of some hundred pixels")]
        let fraction = gallery.known as f32 / total as f32;
        let words = tr!("filter-walking", known = gallery.known, count = total);
        let width = if is_wide { 120.0 } else { 60.0 };
        ui.add(ProgressBar::new(fraction, words.as_str()).width(width));
        if is_wide {
            ui.label(t.hint(words));
        }
    } else {
        spinner_ui(ui, 14.0, tr!("filter-walking-open", known = gallery.known));
        if is_wide {
            ui.label(t.hint(tr!("filter-walking-open", known = gallery.known)));
        }
    }
    let stop = Button::secondary(tr!("filter-stop")).small();
    if ui.add(stop).clicked() {
        cx.emit(Action::StopKnowing);
    }
}
