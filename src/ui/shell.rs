//! The frame around the views: side bar, status bar, the current place, and what lies over it.

use egui::{
    Align, Align2, CentralPanel, Frame, Layout, Margin, Panel, Rect, Stroke, StrokeKind, Ui, pos2,
    vec2,
};

use crate::app::{Action, Route};
use crate::model::Profile;

use super::cx::Cx;
use super::gallery::menu_entry_ui;
use super::text::{format_count, format_duration_short, tr};
use super::theme::{Tokens, Weight, sans};
use super::widgets::{
    Elided, MenuItem, NavItem, ProgressBar, Tone, icons, menu_separator_ui, paint_focus,
    spinner_ui, status_ui,
};
use super::{
    dialogs, gallery, inspector, keys, library, links, pickers, settings, shortcuts, toasts,
    uploads, variants, viewer, welcome,
};

/// Width of the side bar, in points.
const SIDE_BAR: f32 = 212.0;
/// Below this width of the window, the side bar shows icons alone.
const NARROW: f32 = 900.0;
/// Width of the side bar with icons alone, in points.
const NARROW_SIDE_BAR: f32 = 56.0;

/// The whole window.
pub(super) fn window_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let t = Tokens::of(ui);
    if cx.state.session.is_none() {
        let frame = Frame::new().fill(t.bg);
        CentralPanel::default()
            .frame(frame)
            .show(ui, |ui| welcome::welcome_ui(ui, cx));
    } else {
        status_bar_ui(ui, cx);
        side_bar_ui(ui, cx);
        place_ui(ui, cx);
    }
    dialogs::dialogs_ui(ui, cx);
    pickers::typed_path_ui(ui, cx);
    shortcuts::sheet_ui(ui, cx);
    toasts::toasts_ui(ui, cx);
    hovering_files_ui(ui, cx);
}

fn place_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    if cx.state.viewer.is_some() {
        return viewer::viewer_ui(ui, cx);
    }
    match cx.state.route {
        Route::Images => {
            if inspector::is_wanted(ui, cx) {
                inspector::inspector_ui(ui, cx);
            }
            gallery::gallery_ui(ui, cx);
        }
        Route::Uploads => uploads::uploads_ui(ui, cx),
        Route::Variants => variants::variants_ui(ui, cx),
        Route::Links => links::links_ui(ui, cx),
        Route::Keys => keys::keys_ui(ui, cx),
        Route::Settings => settings::settings_ui(ui, cx),
        Route::Library => library::library_ui(ui, cx),
    }
}

fn side_bar_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let t = Tokens::of(ui);
    let is_narrow = ui.ctx().content_rect().width() < NARROW;
    let width = if is_narrow { NARROW_SIDE_BAR } else { SIDE_BAR };
    let frame = Frame::new().fill(t.panel).inner_margin(Margin {
        left: 10,
        right: 10,
        top: 12,
        bottom: 8,
    });
    Panel::left("side-bar")
        .exact_size(width)
        .resizable(false)
        .frame(frame)
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            profile_ui(ui, cx, is_narrow);
            ui.add_space(12.0);
            for route in Route::ALL {
                if route != Route::Settings && cx.state.has(route) {
                    nav_ui(ui, cx, route, is_narrow);
                }
            }
            ui.with_layout(Layout::bottom_up(Align::Min), |ui| {
                nav_ui(ui, cx, Route::Settings, is_narrow);
                if !is_narrow {
                    ui.add_space(Tokens::SPACE_S);
                    capacity_ui(ui, cx);
                }
            });
        });
}

fn nav_ui(ui: &mut Ui, cx: &mut Cx<'_>, route: Route, is_narrow: bool) {
    let is_selected = cx.state.route == route && cx.state.viewer.is_none();
    let (icon, text) = match route {
        Route::Images => (icons::IMAGES, tr!("nav-images")),
        Route::Uploads => (icons::UPLOAD, tr!("nav-uploads")),
        Route::Variants => (icons::VARIANTS, tr!("nav-variants")),
        Route::Links => (icons::LINK, tr!("nav-links")),
        Route::Keys => (icons::KEY, tr!("nav-keys")),
        Route::Settings => (icons::SETTINGS, tr!("nav-settings")),
        Route::Library => (icons::DATABASE, tr!("nav-library")),
    };
    let response = if is_narrow {
        ui.add(icon.button(text).place(is_selected))
    } else {
        let mut item = NavItem::new(icon, text).selected(is_selected);
        match route {
            Route::Images => {
                if let Some(total) = cx.state.gallery.total {
                    item = item.count(format_count(total));
                }
            }
            Route::Uploads => {
                let open = cx.state.uploads.totals().open + cx.state.uploads.staged.len();
                if open > 0 {
                    item = item.count(format_count(open as u64));
                }
            }
            _ => {}
        }
        ui.add(item)
    };
    if response.clicked() {
        cx.emit(Action::Go(route));
    }
}

fn profile_ui(ui: &mut Ui, cx: &mut Cx<'_>, is_narrow: bool) {
    let Some(session) = &cx.state.session else {
        return;
    };
    let t = Tokens::of(ui);
    let profile = session.profile.clone();
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), 52.0), egui::Sense::click());
    let name = tr!("profile-menu", name = profile.name.as_str());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
    let fill = if response.hovered() {
        t.control_hover
    } else {
        t.control
    };
    ui.painter().rect_filled(rect, Tokens::RADIUS_L, fill);
    let icon = if profile.is_library() {
        icons::DATABASE
    } else {
        icons::CLOUD
    };
    if is_narrow {
        icon.paint(ui.painter(), rect.center(), 18.0, t.text);
    } else {
        icon.paint(
            ui.painter(),
            pos2(rect.left() + 20.0, rect.center().y),
            18.0,
            t.text,
        );
        icons::CHEVRON_DOWN.paint(
            ui.painter(),
            pos2(rect.right() - 17.0, rect.center().y - 3.0),
            16.0,
            t.muted,
        );
        let words = Rect::from_min_max(
            pos2(rect.left() + 39.0, rect.top() + 9.0),
            pos2(rect.right() - 30.0, rect.bottom()),
        );
        let title = super::widgets::elided_galley(
            ui,
            &profile.name,
            sans(Tokens::TEXT, Weight::SemiBold),
            t.strong,
            words.width(),
        );
        ui.painter().galley(words.min, title, t.strong);
        let kind = if profile.is_library() {
            tr!("profile-on-computer")
        } else {
            tr!("profile-account")
        };
        let line = super::widgets::elided_galley(
            ui,
            &kind,
            sans(Tokens::TEXT_S, Weight::Regular),
            t.muted,
            words.width(),
        );
        ui.painter()
            .galley(words.min + vec2(0.0, 19.0), line, t.muted);
    }
    paint_focus(ui, &response, rect.shrink(1.0), Tokens::RADIUS_L);
    egui::Popup::menu(&response).show(|ui| profile_menu_ui(ui, cx, &profile));
}

fn profile_menu_ui(ui: &mut Ui, cx: &mut Cx<'_>, open: &Profile) {
    ui.set_min_width(SIDE_BAR - 20.0);
    let profiles = &cx.state.accounts.profiles;
    for profile in profiles {
        let is_open = profile.id == open.id;
        let item = MenuItem::new(&profile.name).selected(is_open);
        if menu_entry_ui(ui, item) && !is_open {
            cx.emit(Action::OpenProfile(profile.id.clone()));
        }
    }
    menu_separator_ui(ui);
    let other = MenuItem::new(tr!("profile-open-other")).icon(icons::PLUS);
    if menu_entry_ui(ui, other) {
        cx.emit(Action::ShowWelcome);
    }
    let remove = tr!("profile-remove", name = open.name.as_str());
    if menu_entry_ui(ui, MenuItem::new(remove).icon(icons::TRASH).danger()) {
        cx.emit(Action::AskRemoveProfile(open.id.clone()));
    }
}

fn capacity_ui(ui: &mut Ui, cx: &Cx<'_>) {
    let Some(current) = cx.state.gallery.total else {
        return;
    };
    let t = Tokens::of(ui);
    ui.horizontal(|ui| {
        ui.add_space(10.0);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 6.0;
            let width = ui.available_width() - 10.0;
            match cx.state.gallery.allowed {
                Some(allowed) if allowed > 0 => {
                    let words = tr!("capacity", current = current, allowed = allowed);
                    ui.label(t.hint(&words));
                    #[expect(clippy::cast_precision_loss, reason = "a bar of some hundred pixels")]
                    let fraction = current as f32 / allowed as f32;
                    ui.add(ProgressBar::new(fraction, words).width(width));
                }
                _ => drop(ui.label(t.hint(tr!("capacity-count", current = current)))),
            }
        });
    });
}

fn status_bar_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let t = Tokens::of(ui);
    let frame = Frame::new()
        .fill(t.panel)
        .inner_margin(Margin::symmetric(14, 0));
    Panel::bottom("status-bar")
        .exact_size(30.0)
        .resizable(false)
        .frame(frame)
        .show(ui, |ui| {
            ui.horizontal_centered(|ui| {
                ui.spacing_mut().item_spacing.x = 16.0;
                if cx.state.accounts.opening.is_some() {
                    spinner_ui(ui, 12.0, tr!("status-opening"));
                    ui.label(t.hint(tr!("status-opening")));
                } else {
                    status_ui(ui, Tone::Success, tr!("status-connected"));
                }
                if cx.state.library.faults.is_some() {
                    status_ui(ui, Tone::Warning, tr!("status-faults"));
                }
                upload_status_ui(ui, cx);
                if let Some((done, total)) = cx.state.downloading {
                    ui.label(t.hint(tr!("status-downloading", done = done, total = total)));
                    if ui
                        .add(super::widgets::Button::ghost(tr!("status-stop-download")).small())
                        .clicked()
                    {
                        cx.emit(Action::StopDownload);
                    }
                }
                if !cx.state.changing.is_empty() {
                    ui.label(t.hint(tr!("status-changing", count = cx.state.changing.len())));
                }
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    let shortcuts = ui.add(
                        egui::Label::new(t.hint(tr!("status-shortcuts")))
                            .sense(egui::Sense::click()),
                    );
                    if shortcuts.clicked() {
                        cx.views.settings.shows_shortcuts = true;
                    }
                });
            });
        });
}

fn upload_status_ui(ui: &mut Ui, cx: &Cx<'_>) {
    let t = Tokens::of(ui);
    let uploads = &cx.state.uploads;
    if uploads.checking > 0 {
        ui.label(t.hint(tr!("status-checking", count = uploads.checking)));
    }
    let open = uploads.totals().open;
    if open == 0 {
        return;
    }
    let words = if uploads.paused {
        tr!("status-uploads-paused", count = open)
    } else if let Some(seconds) = uploads.seconds_left() {
        let time = format_duration_short(std::time::Duration::from_secs(seconds));
        tr!("status-uploads-left", count = open, time = time)
    } else {
        tr!("status-uploads", count = open)
    };
    ui.add(
        Elided::end(words)
            .font(sans(Tokens::TEXT_S, Weight::Regular))
            .color(t.muted),
    );
}

/// While files hover over the window, the whole of it says that it takes them.
fn hovering_files_ui(ui: &mut Ui, cx: &Cx<'_>) {
    let count = ui.ctx().input(|input| input.raw.hovered_files.len());
    if count == 0 || cx.state.session.is_none() {
        return;
    }
    let t = Tokens::of(ui);
    let screen = ui.ctx().content_rect();
    let layer = egui::LayerId::new(egui::Order::Foreground, egui::Id::unique("hovering-files"));
    let painter = ui.ctx().layer_painter(layer);
    painter.rect_filled(screen, 0.0, t.backdrop);
    let card = Rect::from_center_size(screen.center(), vec2(420.0, 150.0));
    painter.rect(
        card,
        Tokens::RADIUS_XL,
        t.tint,
        Stroke::new(2.0, t.accent),
        StrokeKind::Inside,
    );
    icons::UPLOAD.paint(
        &painter,
        card.center_top() + vec2(0.0, 40.0),
        28.0,
        t.accent,
    );
    let title = tr!("hover-drop", count = count);
    painter.text(
        card.center_top() + vec2(0.0, 82.0),
        Align2::CENTER_CENTER,
        title,
        sans(Tokens::TEXT_L, Weight::SemiBold),
        t.strong,
    );
    let hint = if cx.state.route == Route::Uploads {
        tr!("hover-drop-options")
    } else {
        tr!("hover-drop-staged")
    };
    painter.text(
        card.center_top() + vec2(0.0, 108.0),
        Align2::CENTER_CENTER,
        hint,
        sans(Tokens::TEXT_M, Weight::Regular),
        t.muted,
    );
}
