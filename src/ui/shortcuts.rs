//! Shortcuts: one table from which both the keys and the sheet that lists them are made.

use egui::{Context, Key, KeyboardShortcut, Modifiers, Ui};

use crate::app::{Action, Route};

use super::cx::Cx;
use super::pickers::Purpose;
use super::text::tr;
use super::theme::Tokens;
use super::widgets::{Dialog, KeyCap};

const fn ctrl(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::COMMAND, key)
}

const fn plain(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::NONE, key)
}

/// The keys of the places, in the order of the side bar.
const PLACES: [Key; 7] = [
    Key::Num1,
    Key::Num2,
    Key::Num3,
    Key::Num4,
    Key::Num5,
    Key::Num6,
    Key::Num7,
];

/// Takes the shortcuts that hold everywhere. Those of the grid are taken by the grid.
pub(super) fn take_shortcuts(ctx: &Context, cx: &mut Cx<'_>) {
    let pressed =
        |shortcut: KeyboardShortcut| ctx.input_mut(|input| input.consume_shortcut(&shortcut));
    if pressed(plain(Key::F1)) {
        cx.views.settings.shows_shortcuts = !cx.views.settings.shows_shortcuts;
    }
    zoom(ctx, cx);
    if cx.state.session.is_none() || cx.state.dialog.is_some() {
        return;
    }
    for (key, route) in PLACES.into_iter().zip(Route::ALL) {
        if pressed(ctrl(key)) {
            cx.emit(Action::Go(route));
        }
    }
    if pressed(ctrl(Key::Comma)) {
        cx.emit(Action::Go(Route::Settings));
    }
    if pressed(ctrl(Key::R)) || pressed(plain(Key::F5)) {
        cx.emit(Action::Refresh);
    }
    if pressed(ctrl(Key::O)) {
        cx.pick(Purpose::UploadFiles);
    }
    if pressed(ctrl(Key::U)) {
        cx.emit(Action::Go(Route::Uploads));
        cx.views.uploads.asks_for_urls = true;
    }
    let is_typing = ctx.text_edit_focused();
    if pressed(ctrl(Key::F)) || (!is_typing && pressed(plain(Key::Slash))) {
        cx.emit(Action::Go(Route::Images));
        cx.views.gallery.wants_search_focus = true;
    }
    if !is_typing && pressed(KeyboardShortcut::new(Modifiers::SHIFT, Key::Questionmark)) {
        cx.views.settings.shows_shortcuts = true;
    }
}

/// Larger, smaller, usual size, as in a browser; remembered like any other setting.
fn zoom(ctx: &Context, cx: &mut Cx<'_>) {
    let pressed = |key| ctx.input_mut(|input| input.consume_shortcut(&ctrl(key)));
    let now = cx.state.preferences.zoom;
    let wanted = if pressed(Key::Plus) || pressed(Key::Equals) {
        now + 0.1
    } else if pressed(Key::Minus) {
        now - 0.1
    } else if pressed(Key::Num0) {
        1.0
    } else {
        return;
    };
    let mut preferences = cx.state.preferences.clone();
    preferences.zoom = ((wanted * 10.0).round() / 10.0).clamp(0.5, 3.0);
    cx.emit(Action::SetPreferences(Box::new(preferences)));
}

/// The sheet that lists them.
pub(super) fn sheet_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    if !cx.views.settings.shows_shortcuts {
        return;
    }
    let t = Tokens::of(ui);
    let shown = Dialog::new("shortcuts", tr!("shortcuts-title"))
        .width(520.0)
        .show(ui.ctx(), |ui| {
            egui::ScrollArea::vertical().show(ui, |ui| {
                egui::Grid::new("shortcut-list")
                    .num_columns(2)
                    .spacing([24.0, 7.0])
                    .show(ui, |ui| {
                        for (keys, words) in sheet() {
                            ui.horizontal(|ui| {
                                for key in keys {
                                    ui.add(KeyCap::new(*key));
                                }
                            });
                            ui.label(t.body(words));
                            ui.end_row();
                        }
                    });
            });
        });
    if shown.wants_close {
        cx.views.settings.shows_shortcuts = false;
    }
}

fn sheet() -> Vec<(&'static [&'static str], String)> {
    vec![
        (&["Ctrl 1", "Ctrl 7"], tr!("shortcut-places")),
        (&["Ctrl F", "/"], tr!("shortcut-search")),
        (&["F5"], tr!("shortcut-refresh")),
        (&["Ctrl O"], tr!("shortcut-add-files")),
        (&["Ctrl U"], tr!("shortcut-add-urls")),
        (&["Ctrl V"], tr!("shortcut-paste")),
        (&["Ctrl ,"], tr!("shortcut-settings")),
        (&["Ctrl +", "Ctrl -", "Ctrl 0"], tr!("shortcut-zoom")),
        (&["Arrows", "Home", "End"], tr!("shortcut-move")),
        (&["Page Up", "Page Down"], tr!("shortcut-page")),
        (&["Shift"], tr!("shortcut-extend")),
        (&["Space"], tr!("shortcut-toggle")),
        (&["Ctrl A"], tr!("shortcut-select-all")),
        (&["Enter"], tr!("shortcut-open")),
        (&["Ctrl C"], tr!("shortcut-copy")),
        (&["Delete"], tr!("shortcut-delete")),
        (&["Esc"], tr!("shortcut-clear")),
        (&["F1", "?"], tr!("shortcut-help")),
    ]
}
