//! Signing keys, and the signed URLs that they make.

use egui::{CentralPanel, Frame, Margin, ScrollArea, Ui, vec2};
use jiff::SignedDuration;

use crate::app::{Action, UrlForm};
use crate::model::{ImageId, KeyName, SigningKey, VariantId};

use super::cx::Cx;
use super::forms::{key_name_error_words, place_bar_ui, problem_ui};
use super::text::tr;
use super::theme::Tokens;
use super::widgets::{
    Button, Dropdown, Elided, EmptyState, TextField, card_ui, icons, separator_ui, spinner_ui,
};

/// The widest a card becomes, in points.
const WIDTH: f32 = 760.0;
const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;
/// How long a signed URL may work, in minutes.
const LIVES: [i64; 5] = [15, HOUR, DAY, 7 * DAY, 30 * DAY];

/// What the page remembers.
pub(super) struct KeysState {
    /// The key whose value is in sight.
    shown: Option<KeyName>,
    /// Whether an id is typed although an image is selected.
    types_id: bool,
    id: String,
    variant: VariantId,
    key: Option<KeyName>,
    minutes: i64,
}

impl Default for KeysState {
    fn default() -> Self {
        Self {
            shown: None,
            types_id: false,
            id: String::new(),
            variant: VariantId::public(),
            key: None,
            minutes: HOUR,
        }
    }
}

pub(super) fn keys_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let t = Tokens::of(ui);
    place_bar_ui(ui, tr!("keys-title"), |ui| {
        let refresh = icons::REFRESH.button(tr!("keys-refresh")).framed();
        if ui.add(refresh).clicked() {
            cx.emit(Action::ReloadKeys);
        }
        if cx.state.keys.list.is_loading() || cx.state.keys.changing {
            spinner_ui(ui, 16.0, tr!("keys-loading"));
        }
    });
    CentralPanel::default()
        .frame(Frame::new().fill(t.bg))
        .show(ui, |ui| {
            ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                Frame::new().inner_margin(Margin::same(14)).show(ui, |ui| {
                    ui.set_max_width(WIDTH.min(ui.available_width()));
                    ui.spacing_mut().item_spacing.y = Tokens::SPACE_S;
                    ui.label(t.muted(tr!("keys-text")));
                    ui.add_space(Tokens::SPACE_XS);
                    if let Some(problem) = cx.state.keys.list.problem() {
                        problem_ui(ui, problem);
                    }
                    let keys = cx.state.keys.list.value();
                    card(ui, |ui| list_ui(ui, cx, keys.map_or(&[], Vec::as_slice)));
                    ui.add_space(Tokens::SPACE_S);
                    ui.label(t.title(tr!("sign-title")));
                    card(ui, |ui| sign_ui(ui, cx, keys.map_or(&[], Vec::as_slice)));
                });
            });
        });
}

fn card(ui: &mut Ui, content: impl FnOnce(&mut Ui)) {
    card_ui(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing = vec2(Tokens::SPACE_S, Tokens::SPACE_S);
        content(ui);
    });
}

fn list_ui(ui: &mut Ui, cx: &mut Cx<'_>, keys: &[SigningKey]) {
    if keys.is_empty() && cx.state.keys.list.value().is_some() {
        ui.scope(|ui| {
            ui.set_max_height(190.0);
            EmptyState::new(icons::KEY, tr!("keys-empty-title"), tr!("keys-empty-text"))
                .show_ui(ui, |_| ());
        });
        separator_ui(ui);
    }
    for key in keys {
        ui.push_id(key.name.as_str(), |ui| key_ui(ui, cx, key));
        separator_ui(ui);
    }
    new_key_ui(ui, cx, keys.len());
}

fn key_ui(ui: &mut Ui, cx: &mut Cx<'_>, key: &SigningKey) {
    let t = Tokens::of(ui);
    let name = key.name.as_str();
    let is_shown = cx.views.keys.shown.as_ref() == Some(&key.name);
    ui.horizontal(|ui| {
        ui.set_min_height(Tokens::CONTROL);
        icons::KEY.show_ui(ui, Tokens::ICON, t.muted);
        let start = ui.cursor().left();
        ui.add(Elided::end(name).color(t.strong).max_width(150.0));
        ui.add_space((start + 160.0 - ui.cursor().left()).max(0.0));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let delete = icons::TRASH.button(tr!("keys-delete", name = name));
            let delete = ui.add_enabled(!cx.state.keys.changing, delete.framed().danger());
            if delete.clicked() {
                cx.emit(Action::AskDeleteKey(key.name.clone()));
            }
            let copy = icons::COPY.button(tr!("keys-copy", name = name));
            if ui.add(copy.framed()).clicked() {
                cx.emit(Action::CopyKey(key.name.clone()));
            }
            let (icon, words) = if is_shown {
                (icons::EYE_OFF, tr!("keys-hide", name = name))
            } else {
                (icons::EYE, tr!("keys-show", name = name))
            };
            if ui.add(icon.button(words).framed()).clicked() {
                cx.views.keys.shown = (!is_shown).then(|| key.name.clone());
            }
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                if is_shown {
                    ui.add(Elided::middle(key.value.expose()).monospace());
                } else {
                    let dots = ui.label(t.mono("••••••••••••").color(t.muted));
                    dots.widget_info(|| {
                        let hidden = tr!("keys-hidden", name = name);
                        egui::WidgetInfo::labeled(egui::Role::Label, true, hidden)
                    });
                }
            });
        });
    });
}

fn new_key_ui(ui: &mut Ui, cx: &mut Cx<'_>, count: usize) {
    let t = Tokens::of(ui);
    let is_full = count >= SigningKey::MAX_PER_ACCOUNT;
    let typed = cx.drafts.key_name.trim().to_owned();
    let is_taken = cx
        .state
        .keys
        .list
        .value()
        .is_some_and(|keys| keys.iter().any(|key| key.name.as_str() == typed));
    let name = KeyName::new(typed.as_str());
    let error = match &name {
        _ if typed.is_empty() => None,
        Ok(_) if is_taken => Some(tr!("keys-taken")),
        Ok(_) => None,
        Err(error) => Some(key_name_error_words(*error)),
    };
    ui.horizontal_top(|ui| {
        let width = (ui.available_width() - 130.0).clamp(100.0, 260.0);
        let mut entered = false;
        ui.allocate_ui(vec2(width, Tokens::CONTROL_SMALL), |ui| {
            let field = TextField::new(&mut cx.drafts.key_name)
                .name(tr!("keys-name"))
                .hint(tr!("keys-name"))
                .error(error.as_deref());
            let field = ui.add_enabled(!is_full, field);
            entered = field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        });
        let can_make =
            name.is_ok() && !is_full && !is_taken && !cx.state.keys.changing && !typed.is_empty();
        let mut button = Button::secondary(tr!("keys-new"))
            .icon(icons::PLUS)
            .small()
            .enabled(can_make);
        if is_full {
            button = button.tooltip(tr!("keys-limit"));
        }
        if (ui.add(button).clicked() || (entered && can_make))
            && let Ok(name) = name
        {
            cx.drafts.key_name.clear();
            cx.emit(Action::CreateKey(name));
        }
    });
    ui.label(t.hint(tr!("keys-limit")));
}

fn sign_ui(ui: &mut Ui, cx: &mut Cx<'_>, keys: &[SigningKey]) {
    let t = Tokens::of(ui);
    ui.label(t.muted(tr!("sign-text")));
    let selected = cx.state.gallery.selection.single();
    let image = sign_image_ui(
        ui,
        cx,
        selected.map(|image| (&image.id, image.display_name())),
    );

    let view = &mut cx.views.keys;
    field_ui(ui, tr!("sign-variant"), |ui| {
        let mut dropdown = Dropdown::new(tr!("sign-variant"), &mut view.variant).width(240.0);
        let variants = cx.state.variants.list.value();
        let names = variants.map_or(&[][..], |answer| answer.variants.as_slice());
        if !names.iter().any(|variant| variant.id.is_public()) {
            dropdown = dropdown.option(VariantId::public(), VariantId::public().as_str());
        }
        for variant in names {
            dropdown = dropdown.option(variant.id.clone(), variant.id.as_str());
        }
        ui.add(dropdown);
    });
    // A key that was deleted in the meantime gives way to the first one.
    if !keys.iter().any(|key| Some(&key.name) == view.key.as_ref()) {
        view.key = keys.first().map(|key| key.name.clone());
    }
    field_ui(ui, tr!("sign-key"), |ui| {
        let mut dropdown = Dropdown::new(tr!("sign-key"), &mut view.key).width(240.0);
        for key in keys {
            dropdown = dropdown.option(Some(key.name.clone()), key.name.as_str());
        }
        ui.add_enabled(!keys.is_empty(), dropdown);
    });
    field_ui(ui, tr!("sign-life"), |ui| {
        let mut dropdown = Dropdown::new(tr!("sign-life"), &mut view.minutes).width(240.0);
        for minutes in LIVES {
            dropdown = dropdown.option(minutes, life_words(minutes));
        }
        ui.add(dropdown);
    });

    let reason = if keys.is_empty() {
        Some(tr!("sign-no-key"))
    } else if image.is_none() {
        Some(tr!("sign-no-image"))
    } else {
        None
    };
    ui.add_space(Tokens::SPACE_XS);
    ui.horizontal(|ui| {
        let button = Button::primary(tr!("sign-copy"))
            .icon(icons::COPY)
            .enabled(reason.is_none());
        if ui.add(button).clicked()
            && let Some(id) = image
        {
            let view = &cx.views.keys;
            let action = Action::SignUrls {
                ids: vec![id],
                variant: view.variant.clone(),
                key: view.key.clone(),
                life: SignedDuration::from_mins(view.minutes),
                form: UrlForm::Plain,
            };
            cx.emit(action);
        }
        if let Some(reason) = reason {
            ui.label(t.hint(reason));
        }
    });
}

/// A control with its name before it.
fn field_ui(ui: &mut Ui, name: String, control: impl FnOnce(&mut Ui)) {
    let t = Tokens::of(ui);
    ui.horizontal(|ui| {
        ui.set_min_height(Tokens::CONTROL);
        let start = ui.cursor().left();
        ui.label(t.muted(name));
        ui.add_space((start + 96.0 - ui.cursor().left()).max(0.0));
        control(ui);
    });
}

/// Which image the URL shall open: the selected one, or one whose id is typed.
fn sign_image_ui(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    selected: Option<(&ImageId, &str)>,
) -> Option<ImageId> {
    let view = &mut cx.views.keys;
    if let Some((_, name)) = selected {
        field_ui(ui, tr!("sign-image"), |ui| {
            ui.add(
                Dropdown::new(tr!("sign-image"), &mut view.types_id)
                    .width(240.0)
                    .option(false, tr!("sign-selected", name = name))
                    .option(true, tr!("sign-other")),
            );
        });
        if !view.types_id {
            return selected.map(|(id, _)| id.clone());
        }
    }
    field_ui(ui, tr!("options-id"), |ui| {
        let field = TextField::new(&mut view.id)
            .name(tr!("options-id"))
            .monospace()
            .width(ui.available_width().min(360.0));
        ui.add(field);
    });
    let id = view.id.trim();
    (!id.is_empty()).then(|| ImageId::from_server(id))
}

fn life_words(minutes: i64) -> String {
    match minutes {
        ..HOUR => tr!("duration-minutes", minutes = minutes),
        HOUR..DAY => tr!("duration-hours", hours = minutes / HOUR),
        _ => tr!("duration-days", days = minutes / DAY),
    }
}
