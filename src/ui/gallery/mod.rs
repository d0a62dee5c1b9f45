//! The gallery: search, the grid or list of a page, the pager, and what acts on the selection.
//!
//! Only rows in sight are laid out, a card's size never depends on its picture, and the
//! thumbnails in sight are asked for in one wish that replaces the one before.

mod card;
mod grid;
mod keyboard;
mod list;
mod menus;
mod pager;
mod selection_bar;
mod states;
mod thumbnails;
mod top_bar;

use std::collections::HashSet;

use egui::{CentralPanel, Frame, Margin, Panel, Rect, ScrollArea, Ui};

use crate::app::GalleryView;
use crate::engine::{ThumbnailKey, ThumbnailWish};
use crate::model::{SortOrder, VariantId};

use super::cx::Cx;
use super::theme::Tokens;
use super::widgets::paint_focus;

pub(super) use card::{paint_cover, paint_whole};
pub(super) use menus::{
    Targets, copy_menu_ui, download_menu_ui, menu_button_ui, menu_entry_ui, signed_menu_ui,
};
pub(super) use thumbnails::key_of;

/// What the gallery remembers.
#[derive(Default)]
pub(super) struct GalleryViewState {
    /// The keyboard goes to the search field with the next frame.
    pub(super) wants_search_focus: bool,
    /// The variant whose URLs are copied; `None` for `public`.
    pub(super) copy_variant: Option<VariantId>,
    /// Thumbnails that others in the window want along with the cards.
    pub(super) other_wishes: Vec<ThumbnailWish>,
    /// The keys of the thumbnails in sight when they were last asked for.
    visible: Vec<ThumbnailKey>,
    /// Those that were asked for and have not come.
    asked: HashSet<ThumbnailKey>,
    /// Cards in a row and rows in sight, as they were laid out last.
    layout: GridLayout,
    /// The card under the cursor when it was last scrolled into view.
    followed: Option<usize>,
    /// The view, the list and the row at which the shown page begins.
    shown: Option<(GalleryView, SortOrder, String, usize)>,
    /// A text field had the keyboard, or a menu was open, when the last frame ended.
    was_busy: bool,
}

/// How the grid is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct GridLayout {
    columns: usize,
    rows: usize,
}

impl Default for GridLayout {
    fn default() -> Self {
        Self {
            columns: 1,
            rows: 1,
        }
    }
}

/// The keyboard of the grid and the list.
fn items_id() -> egui::Id {
    egui::Id::unique("gallery-items")
}

impl GalleryViewState {
    /// Thumbnails that were asked for and have not come are asked for again.
    pub(super) fn forget_asked(&mut self) {
        self.asked.clear();
        self.visible.clear();
    }
}

pub(super) fn gallery_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let t = Tokens::of(ui);
    keyboard::take_keys(ui, cx);
    let bar = |vertical| {
        Frame::new()
            .fill(t.bg)
            .inner_margin(Margin::symmetric(14, vertical))
    };
    let is_narrow = ui.available_width() < top_bar::NARROW;
    Panel::top("gallery-top")
        .exact_size(if is_narrow { 93.0 } else { 53.0 })
        .resizable(false)
        .frame(bar(10))
        .show(ui, |ui| top_bar::top_bar_ui(ui, cx, is_narrow));
    if top_bar::has_filter_line(cx) {
        Panel::top("gallery-filter")
            .exact_size(40.0)
            .resizable(false)
            .show_separator_line(false)
            .frame(bar(6))
            .show(ui, |ui| top_bar::filter_line_ui(ui, cx));
    }
    if states::has_failure_strip(cx) {
        Panel::top("gallery-failure")
            .resizable(false)
            .show_separator_line(false)
            .frame(bar(8))
            .show(ui, |ui| states::failure_strip_ui(ui, cx));
    }
    Panel::bottom("gallery-pager")
        .exact_size(48.0)
        .resizable(false)
        .frame(bar(8))
        .show(ui, |ui| pager::pager_ui(ui, cx));
    CentralPanel::default()
        .frame(Frame::new().fill(t.bg))
        .show(ui, |ui| {
            let area = ui.max_rect();
            content_ui(ui, cx);
            selection_bar::selection_bar_ui(ui, cx, area);
        });
    let is_typing = ui.ctx().text_edit_focused();
    cx.views.gallery.was_busy = is_typing || egui::Popup::is_any_open(ui.ctx());
}

fn content_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let gallery = &cx.state.gallery;
    let mut in_sight = Vec::new();
    match gallery.content.value() {
        None if gallery.content.problem().is_some() => states::failed_ui(ui, cx),
        None => match gallery.view {
            GalleryView::Grid => grid::skeleton_ui(ui, cx),
            GalleryView::List => list::skeleton_ui(ui),
        },
        Some(answer) if answer.images.is_empty() => states::nothing_ui(ui, cx),
        Some(_) => {
            items_focus_ui(ui, cx, ui.max_rect());
            in_sight = match gallery.view {
                GalleryView::Grid => grid::grid_ui(ui, cx),
                GalleryView::List => list::list_ui(ui, cx),
            };
        }
    }
    thumbnails::ask(cx, in_sight);
}

/// One place of the keyboard for all cards: a hundred stops for Tab would help nobody.
fn items_focus_ui(ui: &mut Ui, cx: &Cx<'_>, area: Rect) {
    let id = items_id();
    let response = ui.interact(area, id, egui::Sense::focusable_noninteractive());
    let name = super::text::tr!("gallery-items");
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ListBox, true, &name));
    if response.has_focus() {
        ui.memory_mut(|memory| {
            memory.set_focus_lock_filter(
                id,
                egui::EventFilter {
                    horizontal_arrows: true,
                    vertical_arrows: true,
                    escape: true,
                    ..Default::default()
                },
            );
        });
    }
    if cx.state.gallery.selection.cursor().is_none() {
        // With a cursor, the card's own brackets tell where the keyboard is.
        paint_focus(ui, &response, area.shrink(4.0), Tokens::RADIUS_M);
    }
    if let Some(active) = cx.state.gallery.active() {
        let descendant = card::item_id(&active.id).accesskit_id();
        ui.ctx()
            .accesskit_node_builder(id, |node| node.set_active_descendant(descendant));
    }
}

/// Where a page is scrolled; another page starts at its top.
fn page_area(cx: &mut Cx<'_>, salt: &str) -> ScrollArea {
    let area = ScrollArea::vertical().id_salt(salt).auto_shrink(false);
    if is_another_page(cx) {
        area.vertical_scroll_offset(0.0)
    } else {
        area
    }
}

/// Whether the page, order, filter or view on screen is another than in the last frame: then one starts
/// at its top.
fn is_another_page(cx: &mut Cx<'_>) -> bool {
    let gallery = &cx.state.gallery;
    let Some(answer) = gallery.content.value() else {
        return false;
    };
    let filter = gallery.filter.clone();
    let now = (gallery.view, gallery.sort, filter, answer.first_row);
    let is_other = cx.views.gallery.shown.as_ref() != Some(&now);
    if is_other {
        cx.views.gallery.shown = Some(now);
        cx.views.gallery.followed = None;
    }
    is_other
}

/// The card to scroll to, once after the cursor has moved.
fn card_to_follow(cx: &mut Cx<'_>) -> Option<usize> {
    let cursor = cx.state.gallery.selection.cursor();
    if cx.views.gallery.followed == cursor {
        return None;
    }
    cx.views.gallery.followed = cursor;
    cursor
}
