//! Settings: how the window looks, what it keeps, which profiles there are.

use egui::{Align, CentralPanel, Frame, Layout, Margin, ScrollArea, Ui, vec2};

use crate::app::Action;
use crate::engine::{Preferences, ThemeChoice};
use crate::model::{PageSize, Profile, ProfileId};

use super::cx::Cx;
use super::forms::{flush_ui, link_ui, place_bar_ui};
use super::text::{format_bytes, tr};
use super::theme::Tokens;
use super::widgets::{
    Button, Chip, Dropdown, Elided, Segmented, TextField, Tone, card_ui, focus_once, icons,
    separator_ui, toggle_row_ui,
};

/// Interface sizes to choose from, in percent.
const ZOOMS: [u32; 9] = [80, 90, 100, 110, 125, 140, 150, 175, 200];
/// Limits of the thumbnail cache to choose from, in bytes.
const CACHE_LIMITS: [u64; 6] = [
    128 * MB,
    256 * MB,
    512 * MB,
    1024 * MB,
    2048 * MB,
    4096 * MB,
];
const MB: u64 = 1024 * 1024;
/// Widths of a card in the grid: small, medium, large, in points.
const CARDS: [u32; 3] = [140, 164, 220];
/// The widest a setting becomes, in points.
const WIDTH: f32 = 680.0;
const DOCUMENTATION: &str = "https://developers.cloudflare.com/images/";

/// What it remembers.
#[derive(Default)]
pub(super) struct SettingsState {
    /// Whether the list of shortcuts is open.
    pub(super) shows_shortcuts: bool,
    renaming: Option<(ProfileId, String)>,
}

pub(super) fn settings_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let t = Tokens::of(ui);
    place_bar_ui(ui, tr!("settings-title"), |_| ());
    let frame = Frame::new().fill(t.bg);
    CentralPanel::default().frame(frame).show(ui, |ui| {
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            Frame::new().inner_margin(Margin::same(14)).show(ui, |ui| {
                ui.set_max_width(WIDTH.min(ui.available_width()));
                ui.spacing_mut().item_spacing.y = Tokens::SPACE_S;
                let mut preferences = cx.state.preferences.clone();
                group_ui(ui, tr!("settings-appearance"), |ui| {
                    appearance_ui(ui, &mut preferences);
                });
                group_ui(ui, tr!("settings-gallery"), |ui| {
                    gallery_ui(ui, &mut preferences);
                });
                if preferences != cx.state.preferences {
                    cx.emit(Action::SetPreferences(Box::new(preferences)));
                }
                if !cx.state.accounts.profiles.is_empty() {
                    group_ui(ui, tr!("settings-profiles"), |ui| profiles_ui(ui, cx));
                }
                group_ui(ui, tr!("settings-about"), about_ui);
            });
        });
    });
}

fn group_ui(ui: &mut Ui, title: String, content: impl FnOnce(&mut Ui)) {
    let t = Tokens::of(ui);
    ui.label(t.title(title));
    card_ui(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = Tokens::SPACE_S;
        content(ui);
    });
    ui.add_space(Tokens::SPACE_S);
}

/// A setting: its name and what it means at the left, the control at the right.
fn setting_ui(ui: &mut Ui, title: String, hint: String, control: impl FnOnce(&mut Ui)) {
    let t = Tokens::of(ui);
    ui.horizontal(|ui| {
        ui.set_min_height(Tokens::CONTROL);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            control(ui);
            ui.with_layout(Layout::top_down(Align::Min), |ui| {
                ui.spacing_mut().item_spacing.y = Tokens::SPACE_XXS;
                // Alone, the name stands in the middle of the row; with a hint, both do.
                if hint.is_empty() {
                    ui.add_space(8.0);
                }
                ui.label(t.heading(title));
                if !hint.is_empty() {
                    ui.label(t.hint(hint));
                }
            });
        });
    });
}

fn appearance_ui(ui: &mut Ui, preferences: &mut Preferences) {
    setting_ui(ui, tr!("settings-theme"), String::new(), |ui| {
        ui.add(
            Segmented::new(tr!("settings-theme"), &mut preferences.theme)
                .option(ThemeChoice::System, tr!("settings-theme-system"))
                .option(ThemeChoice::Light, tr!("settings-theme-light"))
                .option(ThemeChoice::Dark, tr!("settings-theme-dark")),
        );
    });
    separator_ui(ui);
    let hint = tr!("settings-zoom-hint");
    setting_ui(ui, tr!("settings-zoom"), hint, |ui| {
        zoom_ui(ui, preferences);
    });
    separator_ui(ui);
    toggle_row_ui(
        ui,
        &mut preferences.reduce_motion,
        tr!("settings-motion"),
        tr!("settings-motion-hint"),
    );
}

fn zoom_ui(ui: &mut Ui, preferences: &mut Preferences) {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a percentage between 50 and 300"
    )]
    let now = (preferences.zoom * 100.0).round() as u32;
    let mut sizes = ZOOMS.to_vec();
    // The keyboard goes by tens, which may lie between these.
    if let Err(place) = sizes.binary_search(&now) {
        sizes.insert(place, now);
    }
    let mut chosen = now;
    let mut dropdown = Dropdown::new(tr!("settings-zoom"), &mut chosen);
    for size in sizes {
        dropdown = dropdown.option(size, tr!("settings-percent", percent = size));
    }
    if ui.add(dropdown).changed() {
        #[expect(clippy::cast_precision_loss, reason = "a percentage up to 300")]
        let zoom = chosen as f32 / 100.0;
        preferences.zoom = zoom;
    }
}

fn gallery_ui(ui: &mut Ui, preferences: &mut Preferences) {
    setting_ui(ui, tr!("settings-page-size"), String::new(), |ui| {
        let mut dropdown = Dropdown::new(tr!("settings-page-size"), &mut preferences.page_size);
        for size in PageSize::CHOICES {
            dropdown = dropdown.option(size, tr!("settings-count", count = size.get()));
        }
        ui.add(dropdown);
    });
    separator_ui(ui);
    setting_ui(ui, tr!("settings-cards"), String::new(), |ui| {
        ui.add(
            Segmented::new(tr!("settings-cards"), &mut preferences.card_width)
                .option(CARDS[0], tr!("settings-cards-small"))
                .option(CARDS[1], tr!("settings-cards-medium"))
                .option(CARDS[2], tr!("settings-cards-large")),
        );
    });
    separator_ui(ui);
    let hint = tr!("settings-cache-hint");
    setting_ui(ui, tr!("settings-cache"), hint, |ui| {
        let mut limits = CACHE_LIMITS.to_vec();
        if let Err(place) = limits.binary_search(&preferences.cache_limit_bytes) {
            limits.insert(place, preferences.cache_limit_bytes);
        }
        let mut dropdown = Dropdown::new(tr!("settings-cache"), &mut preferences.cache_limit_bytes);
        for limit in limits {
            dropdown = dropdown.option(limit, limit_words(limit));
        }
        ui.add(dropdown);
    });
}

/// A limit as it is chosen: round in binary units, so it is told in them.
fn limit_words(bytes: u64) -> String {
    let (gigabytes, megabytes) = (bytes / (1024 * MB), bytes / MB);
    if bytes.is_multiple_of(1024 * MB) {
        tr!("unit-gigabytes", size = gigabytes)
    } else if bytes.is_multiple_of(MB) {
        tr!("unit-megabytes", size = megabytes)
    } else {
        format_bytes(bytes)
    }
}

fn profiles_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let state = cx.state;
    for (index, profile) in state.accounts.profiles.iter().enumerate() {
        if index > 0 {
            separator_ui(ui);
        }
        ui.push_id(profile.id.as_str(), |ui| profile_ui(ui, cx, profile));
    }
}

fn profile_ui(ui: &mut Ui, cx: &mut Cx<'_>, profile: &Profile) {
    let t = Tokens::of(ui);
    let name = profile.name.as_str();
    let is_open = cx
        .state
        .session
        .as_ref()
        .is_some_and(|session| session.profile.id == profile.id);
    let is_renaming = matches!(&cx.views.settings.renaming, Some((id, _)) if *id == profile.id);
    ui.horizontal(|ui| {
        ui.set_min_height(Tokens::CONTROL);
        let icon = if profile.is_library() {
            icons::DATABASE
        } else {
            icons::CLOUD
        };
        icon.show_ui(ui, Tokens::ICON, t.muted);
        if is_renaming {
            return rename_ui(ui, cx, profile);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = Tokens::SPACE_S;
            let remove = icons::TRASH.button(tr!("settings-remove", name = name));
            if ui.add(remove.framed().danger()).clicked() {
                cx.emit(Action::AskRemoveProfile(profile.id.clone()));
            }
            let rename = icons::EDIT.button(tr!("settings-rename", name = name));
            if ui.add(rename.framed()).clicked() {
                cx.views.settings.renaming = Some((profile.id.clone(), profile.name.clone()));
            }
            if is_open {
                ui.add(
                    Chip::new(tr!("settings-is-open"))
                        .tone(Tone::Success)
                        .icon(icons::CHECK),
                );
            } else {
                let open = Button::secondary(tr!("settings-open"))
                    .name(tr!("settings-open-name", name = name));
                if ui.add(open).clicked() {
                    cx.emit(Action::OpenProfile(profile.id.clone()));
                }
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(Elided::end(name).color(t.strong));
            });
        });
    });
}

fn rename_ui(ui: &mut Ui, cx: &mut Cx<'_>, profile: &Profile) {
    let Some((_, draft)) = &mut cx.views.settings.renaming else {
        return;
    };
    ui.spacing_mut().item_spacing = vec2(Tokens::SPACE_S, Tokens::SPACE_S);
    let width = (ui.available_width() - 180.0).max(80.0);
    let field = TextField::new(draft)
        .name(tr!("settings-rename-field"))
        .width(width);
    let field = ui.add(field);
    focus_once(ui, &field);
    let name = draft.trim().to_owned();
    let entered = field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
    let save = Button::primary(tr!("settings-rename-save"))
        .small()
        .enabled(!name.is_empty());
    let saved = ui.add(save).clicked() || (entered && !name.is_empty());
    let cancelled = ui
        .add(Button::secondary(tr!("dialog-cancel")).small())
        .clicked()
        || (field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Escape)));
    if saved && name != profile.name {
        cx.emit(Action::RenameProfile(profile.id.clone(), name));
    }
    if saved || cancelled {
        cx.views.settings.renaming = None;
    }
}

fn about_ui(ui: &mut Ui) {
    let t = Tokens::of(ui);
    let version = env!("CARGO_PKG_VERSION");
    ui.label(t.strong(tr!("settings-version", version = version)));
    ui.label(t.muted(tr!("settings-license", license = env!("CARGO_PKG_LICENSE"))));
    flush_ui(ui, |ui| {
        link_ui(ui, tr!("settings-docs"), DOCUMENTATION);
    });
}
