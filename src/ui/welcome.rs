//! The first page: connect an account, or open the local library. Two equal ways.

use egui::{Align, Layout, Rect, ScrollArea, TextureOptions, Ui, UiBuilder, pos2, vec2};

use crate::app::{Action, Opening};
use crate::engine::{ConnectField, NewAccount, Remember};
use crate::model::{AccountId, Problem, Profile, Secret};

use super::cx::Cx;
use super::forms::{flush_ui, link_ui, problem_line, problem_ui};
use super::pickers::Purpose;
use super::text::tr;
use super::theme::Tokens;
use super::widgets::{Button, TextField, card_ui, icons, spinner_ui};

/// Where a token with the one permission that is needed is made in two clicks.
const TOKEN_PAGE: &str = "https://dash.cloudflare.com/profile/api-tokens?permissionGroupKeys=%5B%7B%22key%22%3A%22images%22%2C%22type%22%3A%22edit%22%7D%5D&name=Lenticular";
/// Width of the two cards with the gap between them, in points.
const CARDS: f32 = 820.0;
/// Below this width, in points, the cards stand one below the other.
const NARROW: f32 = 640.0;
/// The mark, in points.
const MARK: f32 = 60.0;

/// What the page remembers.
pub(super) struct WelcomeState {
    mark: Option<egui::TextureHandle>,
    with_samples: bool,
}

impl Default for WelcomeState {
    fn default() -> Self {
        Self {
            mark: None,
            with_samples: true,
        }
    }
}

pub(super) fn welcome_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let accounts = &cx.state.accounts;
    let opening = match &accounts.opening {
        Some(Opening::Profile(id)) => Some(accounts.get(id)),
        _ => None,
    };
    if !cx.state.started || opening.is_some() {
        return opening_ui(ui, cx, opening.flatten());
    }
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        let width = CARDS.min(ui.available_width() - 2.0 * Tokens::SPACE_XL);
        in_middle_ui(ui, width, |ui| page_ui(ui, cx));
    });
}

/// Shows `content`, `width` points wide, in the middle of the room there is. Its height is known
/// from the frame before.
fn in_middle_ui(ui: &mut Ui, width: f32, content: impl FnOnce(&mut Ui)) {
    let key = ui.scope_id().with("height in the middle");
    let known: Option<f32> = ui.data(|data| data.get_temp(key));
    let room = ui.available_rect_before_wrap();
    // Slightly above the middle is where a page seems to stand in the middle.
    let above = ((room.height() - known.unwrap_or(0.0)) * 0.46).max(Tokens::SPACE_XL);
    let left = (room.center().x - width / 2.0).round();
    let place = Rect::from_min_size(
        pos2(left, (room.top() + above).round()),
        vec2(width, room.height()),
    );
    let builder = UiBuilder::new()
        .max_rect(place)
        .layout(Layout::top_down(Align::Min));
    let shown = ui.scope_builder(builder, content);
    let height = shown.response.rect.height() + Tokens::SPACE_XL;
    if known.is_none_or(|known| (known - height).abs() > 0.5) {
        ui.data_mut(|data| data.insert_temp(key, height));
        ui.ctx()
            .request_discard("the height of the page is known now");
    }
    ui.add_space(Tokens::SPACE_XL);
}

fn mark_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let mark = cx.views.welcome.mark.get_or_insert_with(|| {
        let pixels = image::load_from_memory(include_bytes!("../../assets/app-icon-128.png"))
            .expect("the icon is compiled in, and the tests show this page")
            .into_rgba8();
        let size = [pixels.width() as usize, pixels.height() as usize];
        let pixels = egui::ColorImage::from_rgba_unmultiplied(size, pixels.as_raw());
        ui.ctx()
            .load_texture("mark", pixels, TextureOptions::LINEAR)
    });
    let (rect, _) = ui.allocate_exact_size(vec2(MARK, MARK), egui::Sense::hover());
    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    ui.painter()
        .image(mark.id(), rect, whole, egui::Color32::WHITE);
}

/// Something is being opened: nothing to decide, but a way out.
fn opening_ui(ui: &mut Ui, cx: &mut Cx<'_>, profile: Option<&Profile>) {
    let t = Tokens::of(ui);
    in_middle_ui(ui, 360.0, |ui| {
        ui.vertical_centered(|ui| {
            mark_ui(ui, cx);
            ui.add_space(Tokens::SPACE_L);
            let words = match profile {
                Some(profile) => tr!("welcome-opening", name = profile.name.as_str()),
                None => tr!("welcome-starting"),
            };
            ui.label(t.title(&words));
            ui.add_space(Tokens::SPACE_M);
            spinner_ui(ui, 20.0, words);
            if cx.state.accounts.opening.is_some() {
                ui.add_space(Tokens::SPACE_L);
                if ui.add(Button::secondary(tr!("dialog-cancel"))).clicked() {
                    cx.emit(Action::CancelOpening);
                }
            }
        });
    });
}

fn page_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let t = Tokens::of(ui);
    ui.vertical_centered(|ui| {
        mark_ui(ui, cx);
        ui.add_space(Tokens::SPACE_S);
        ui.label(t.display("Lenticular"));
        ui.label(t.muted(tr!("welcome-tagline")));
    });
    ui.add_space(Tokens::SPACE_L);
    if let Some((ConnectField::Form | ConnectField::Keyring, problem)) = &cx.state.accounts.problem
    {
        problem_ui(ui, problem);
        ui.add_space(Tokens::SPACE_M);
    }
    if ui.available_width() < NARROW {
        card_ui(ui, |ui| connect_ui(ui, cx));
        ui.add_space(Tokens::SPACE_S);
        card_ui(ui, |ui| {
            library_text_ui(ui, cx);
            ui.add_space(Tokens::SPACE_M);
            library_buttons_ui(ui, cx);
        });
    } else {
        cards_ui(ui, cx);
    }
    profiles_ui(ui, cx);
}

/// Two cards of the same height side by side; what leads on stands at the same line in both.
fn cards_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    const GAP: f32 = Tokens::SPACE_L;
    let key = ui.scope_id().with("heights of the cards");
    let known: Option<(f32, f32)> = ui.data(|data| data.get_temp(key));
    let width = ((ui.available_width() - GAP) / 2.0).floor();
    let mut found = (0.0, 0.0);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = GAP;
        for side in 0..2 {
            let layout = Layout::top_down(Align::Min);
            ui.allocate_ui_with_layout(vec2(width, 0.0), layout, |ui| {
                ui.set_width(width);
                card_ui(ui, |ui| {
                    ui.set_width(ui.available_width());
                    ui.spacing_mut().item_spacing = vec2(Tokens::SPACE_S, Tokens::SPACE_S);
                    if side == 0 {
                        let start = ui.cursor().top();
                        connect_ui(ui, cx);
                        found.0 = ui.min_rect().bottom() - start;
                        if let Some((left, right)) = known
                            && right > left
                        {
                            ui.add_space(right - left - Tokens::SPACE_S);
                        }
                    } else {
                        let start = ui.cursor().top();
                        library_text_ui(ui, cx);
                        let mut gap = 0.0;
                        if let Some((left, right)) = known {
                            gap = (left - right).max(0.0);
                            ui.add_space(gap);
                        }
                        library_buttons_ui(ui, cx);
                        found.1 = ui.min_rect().bottom() - start - gap;
                    }
                });
            });
        }
    });
    let differs =
        |(left, right): (f32, f32)| (left - found.0).abs() > 0.5 || (right - found.1).abs() > 0.5;
    if known.is_none_or(differs) {
        ui.data_mut(|data| data.insert_temp(key, found));
        ui.ctx()
            .request_discard("the heights of the cards are known now");
    }
}

/// What the form says so far.
struct Checked {
    account_id: Option<AccountId>,
    account_error: Option<String>,
    api_base_error: Option<String>,
}

fn check(cx: &Cx<'_>) -> Checked {
    let draft = &cx.drafts.connect;
    let typed = draft.account_id.trim();
    let account_id = AccountId::parse(typed).ok();
    // While more digits may follow, nothing is wrong yet.
    let may_go_on = typed.len() < 32 && typed.bytes().all(|byte| byte.is_ascii_hexdigit());
    let account_error = (account_id.is_none() && !may_go_on).then(|| tr!("connect-account-error"));
    let base = draft.api_base.trim();
    let is_address = url::Url::parse(base)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let api_base_error = (!base.is_empty() && !is_address).then(|| tr!("connect-api-base-error"));
    Checked {
        account_id,
        account_error,
        api_base_error,
    }
}

/// The problem of the last try, if it belongs to this field.
fn problem_at<'a>(cx: &Cx<'a>, field: ConnectField) -> Option<&'a Problem> {
    match &cx.state.accounts.problem {
        Some((at, problem)) if *at == field => Some(problem),
        _ => None,
    }
}

fn connect_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let t = Tokens::of(ui);
    let is_opening = cx.state.accounts.opening.is_some();
    ui.label(t.title(tr!("connect-title")));
    let mut entered = false;
    ui.add_enabled_ui(!is_opening, |ui| entered = connect_fields_ui(ui, cx));

    let checked = check(cx);
    let has_token = !cx.drafts.connect.token.expose().trim().is_empty();
    let account_id = checked
        .account_id
        .filter(|_| has_token && checked.api_base_error.is_none());
    ui.add_space(Tokens::SPACE_XS);
    if cx.state.accounts.opening == Some(Opening::Account) {
        waiting_ui(ui, cx, &tr!("connect-connecting"));
        return;
    }
    let mut button =
        Button::primary(tr!("connect-button")).enabled(account_id.is_some() && !is_opening);
    if account_id.is_none() {
        button = button.tooltip(tr!("connect-incomplete"));
    }
    let clicked = ui.add(button).clicked();
    if let Some(account_id) = account_id
        && !is_opening
        && (clicked || entered)
    {
        let draft = &cx.drafts.connect;
        let account = NewAccount {
            name: draft.name.trim().to_owned(),
            account_id,
            api_base: Some(draft.api_base.trim().to_owned()).filter(|base| !base.is_empty()),
            token: Secret::new(draft.token.expose().trim().to_owned()),
            remember: Remember::Keyring,
        };
        cx.emit(Action::Connect(account));
    }
}

/// The fields; returns whether Enter was pressed in one of them.
fn connect_fields_ui(ui: &mut Ui, cx: &mut Cx<'_>) -> bool {
    let t = Tokens::of(ui);
    let checked = check(cx);
    let account_error = checked
        .account_error
        .or_else(|| problem_at(cx, ConnectField::AccountId).map(problem_line));
    let token_error = problem_at(cx, ConnectField::Token).map(problem_line);
    let draft = &mut cx.drafts.connect;

    ui.label(t.muted(tr!("connect-account")));
    let account = TextField::new(&mut draft.account_id)
        .name(tr!("connect-account"))
        .hint(tr!("connect-account-hint"))
        .monospace()
        .tall()
        .error(account_error.as_deref());
    let account = ui.add(account);

    ui.label(t.muted(tr!("connect-token-label")));
    let token = TextField::new(draft.token.expose_mut())
        .name(tr!("connect-token"))
        .password(true)
        .tall()
        .error(token_error.as_deref());
    let token = ui.add(token);
    // What is pasted often brings a line break along; no token holds a space.
    if token.changed() && draft.token.expose().contains(char::is_whitespace) {
        draft
            .token
            .expose_mut()
            .retain(|letter| !letter.is_whitespace());
    }
    ui.label(t.hint(tr!("connect-token-kept")));

    flush_ui(ui, |ui| {
        link_ui(ui, tr!("connect-token-create"), TOKEN_PAGE);
        let chevron = if draft.shows_api_base {
            icons::CHEVRON_UP
        } else {
            icons::CHEVRON_DOWN
        };
        let disclosure = Button::ghost(tr!("connect-more"))
            .trailing_icon(chevron)
            .small();
        if ui.add(disclosure).clicked() {
            draft.shows_api_base = !draft.shows_api_base;
        }
    });
    let mut entered = account.lost_focus() || token.lost_focus();
    if draft.shows_api_base {
        ui.label(t.muted(tr!("connect-name")));
        let name = TextField::new(&mut draft.name).name(tr!("connect-name"));
        entered |= ui.add(name).lost_focus();
        ui.label(t.muted(tr!("connect-api-base")));
        let base = TextField::new(&mut draft.api_base)
            .name(tr!("connect-api-base"))
            .hint("https://api.cloudflare.com/client/v4")
            .monospace()
            .error(checked.api_base_error.as_deref());
        entered |= ui.add(base).lost_focus();
    }
    entered && ui.input(|input| input.key_pressed(egui::Key::Enter))
}

fn waiting_ui(ui: &mut Ui, cx: &mut Cx<'_>, words: &str) {
    let t = Tokens::of(ui);
    ui.horizontal(|ui| {
        ui.set_min_height(Tokens::CONTROL);
        spinner_ui(ui, 16.0, words);
        ui.label(t.muted(words));
        if ui.add(Button::secondary(tr!("dialog-cancel"))).clicked() {
            cx.emit(Action::CancelOpening);
        }
    });
}

fn library_text_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let t = Tokens::of(ui);
    ui.label(t.title(tr!("library-title")));
    ui.label(t.muted(tr!("library-text")));
    ui.add_space(Tokens::SPACE_XS);
    let words = t.body(tr!("library-samples"));
    ui.checkbox(&mut cx.views.welcome.with_samples, words);
}

fn library_buttons_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    if cx.state.accounts.opening == Some(Opening::Library) {
        waiting_ui(ui, cx, &tr!("library-opening"));
        return;
    }
    let is_free = cx.state.accounts.opening.is_none();
    // In a narrow card, one stands below the other.
    let layout = if ui.available_width() < 320.0 {
        Layout::top_down(Align::Min)
    } else {
        Layout::left_to_right(Align::Center)
    };
    let size = vec2(ui.available_width(), Tokens::CONTROL);
    ui.allocate_ui_with_layout(size, layout, |ui| {
        let open = Button::secondary(tr!("library-open")).icon(icons::DATABASE);
        if ui.add(open.enabled(is_free)).clicked() {
            let with_samples = cx.views.welcome.with_samples;
            cx.emit(Action::OpenLibrary {
                folder: None,
                with_samples,
            });
        }
        let other = Button::ghost(tr!("library-other"));
        if ui.add(other.enabled(is_free)).clicked() {
            cx.pick(Purpose::OpenLibrary);
        }
    });
}

fn profiles_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let profiles = &cx.state.accounts.profiles;
    if profiles.is_empty() {
        return;
    }
    let t = Tokens::of(ui);
    ui.add_space(Tokens::SPACE_L);
    ui.label(t.heading(tr!("welcome-saved")));
    ui.add_space(Tokens::SPACE_XS);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(Tokens::SPACE_S, Tokens::SPACE_S);
        for profile in profiles {
            let icon = if profile.is_library() {
                icons::DATABASE
            } else {
                icons::CLOUD
            };
            let open = Button::secondary(tr!("welcome-open", name = profile.name.as_str()))
                .icon(icon)
                .enabled(cx.state.accounts.opening.is_none());
            if ui.add(open).clicked() {
                cx.emit(Action::OpenProfile(profile.id.clone()));
            }
        }
    });
}
