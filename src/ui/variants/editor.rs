//! The editor of one variant: its fields, what is wrong with them, and what can be done with it.

use egui::{Align, Frame, Layout, Margin, Panel, ScrollArea, Ui};

use crate::app::Action;
use crate::model::variant::{VariantIdError, VariantOptionsError};
use crate::model::{MetadataPolicy, Problem, Variant, VariantId, VariantOptions};

use super::super::cx::Cx;
use super::super::text::tr;
use super::super::theme::Tokens;
use super::super::widgets::{
    Button, Chip, Dropdown, Elided, NumberField, Segmented, TextField, Tone, focus_once, icons,
    paint_focus, problem_frame, section_ui, separator_ui, spinner_ui, toggle_row_ui,
};
use super::{Shown, delivery, fit_cards, preview, sample_strip};

/// The largest blur, a radius.
const MAX_BLUR: u32 = 250;

const HOUR: u32 = 3_600;
const DAY: u32 = 24 * HOUR;
const WEEK: u32 = 7 * DAY;
const YEAR: u32 = 365 * DAY;

/// How long browsers may keep a rendition, as the list offers it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ttl {
    Default,
    Preset(u32),
    Custom,
}

impl Ttl {
    const PRESETS: [u32; 4] = [HOUR, DAY, WEEK, YEAR];

    fn of(secs: Option<u32>) -> Self {
        match secs {
            None => Self::Default,
            Some(secs) if Self::PRESETS.contains(&secs) => Self::Preset(secs),
            Some(_) => Self::Custom,
        }
    }
}

pub(super) fn editor_ui(ui: &mut Ui, cx: &mut Cx<'_>, shown: &mut Shown) {
    let errors = shown.draft.options.validate();
    let name_error = name_error(cx, shown);
    let is_valid = errors.is_empty() && name_error.is_none();
    Panel::bottom("variant-actions")
        .resizable(false)
        .show_separator_line(false)
        .frame(Frame::new().inner_margin(Margin::same(14)))
        .show(ui, |ui| actions_ui(ui, cx, shown, is_valid));
    ScrollArea::vertical()
        .auto_shrink([false, false])
        .show(ui, |ui| {
            let frame = Frame::new().inner_margin(Margin {
                left: 14,
                right: 14,
                top: 12,
                bottom: 4,
            });
            frame.show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = Tokens::SPACE_S;
                fields_ui(ui, cx, shown, &errors, name_error);
            });
        });
}

fn fields_ui(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    shown: &mut Shown,
    errors: &[VariantOptionsError],
    name_error: Option<NameError>,
) {
    let t = Tokens::of(ui);
    head_ui(ui, shown, name_error);
    separator_ui(ui);

    ui.label(t.heading(tr!("variant-fit")));
    let picture = cx.views.variants.tried.original_size();
    fit_cards::fit_cards_ui(ui, &mut shown.draft.options, picture);
    separator_ui(ui);

    size_ui(ui, &mut shown.draft.options, errors);
    separator_ui(ui);

    ui.label(t.heading(tr!("variant-metadata")));
    let mut policy = Segmented::new(tr!("variant-metadata"), &mut shown.draft.options.metadata);
    for choice in MetadataPolicy::ALL {
        policy = policy.option(choice, choice.as_str());
    }
    ui.add(policy);
    ui.label(t.hint(tr!("variant-metadata-hint")));
    separator_ui(ui);

    blur_ui(ui, &mut shown.draft.options, errors);
    ttl_ui(ui, cx, shown, errors);
    separator_ui(ui);

    toggle_row_ui(
        ui,
        &mut shown.draft.never_require_signed_urls,
        tr!("variant-public"),
        tr!("variant-public-hint"),
    );
    if let Some(image) = sample_strip::current_sample(cx) {
        separator_ui(ui);
        delivery::urls_ui(ui, cx, shown, &image);
    }
}

/// What is wrong with the name of a new variant.
#[derive(Clone, Copy, PartialEq)]
enum NameError {
    Rule(VariantIdError),
    Taken,
}

impl NameError {
    fn words(self) -> String {
        match self {
            Self::Rule(VariantIdError::Empty) => tr!("variant-name-empty"),
            Self::Rule(VariantIdError::TooLong) => {
                tr!("variant-name-long", most = VariantId::MAX_LEN)
            }
            Self::Rule(VariantIdError::Character(character)) => {
                tr!("variant-name-character", character = character.to_string())
            }
            Self::Taken => tr!("variant-name-taken"),
        }
    }
}

fn name_error(cx: &Cx<'_>, shown: &Shown) -> Option<NameError> {
    if shown.saved.is_some() {
        return None;
    }
    match VariantId::new(shown.draft.name.trim()) {
        Err(error) => Some(NameError::Rule(error)),
        Ok(id) if cx.state.variants.get(&id).is_some() => Some(NameError::Taken),
        Ok(_) => None,
    }
}

fn head_ui(ui: &mut Ui, shown: &mut Shown, error: Option<NameError>) {
    let t = Tokens::of(ui);
    if let Some(saved) = &shown.saved {
        let is_edited = shown.is_edited();
        ui.horizontal(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if is_edited {
                    Chip::new(tr!("variant-edited"))
                        .tone(Tone::Accent)
                        .show_ui(ui);
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let font = super::super::theme::sans(
                        Tokens::TEXT_L,
                        super::super::theme::Weight::SemiBold,
                    );
                    ui.add(Elided::end(saved.id.as_str()).font(font).color(t.strong));
                });
            });
        });
        return;
    }
    ui.label(t.heading(tr!("variant-name")));
    // Nothing typed yet is no mistake to be told in red; the button says what is missing.
    let told = error.filter(|error| *error != NameError::Rule(VariantIdError::Empty));
    let told = told.map(NameError::words);
    let field = TextField::new(&mut shown.draft.name)
        .name(tr!("variant-name"))
        .hint(tr!("variant-name-hint"))
        .error(told.as_deref());
    let field = ui.add(field);
    if shown.draft.name.is_empty() {
        focus_once(ui, &field);
    }
}

fn size_ui(ui: &mut Ui, options: &mut VariantOptions, errors: &[VariantOptionsError]) {
    let t = Tokens::of(ui);
    ui.label(t.heading(tr!("variant-size")));
    let (wide, high) = (
        errors.contains(&VariantOptionsError::Width),
        errors.contains(&VariantOptionsError::Height),
    );
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = Tokens::SPACE_S;
        let width = (ui.available_width() - 26.0) / 2.0;
        let side = |value, name: String, suffix: String, is_wrong, width| {
            NumberField::new(value)
                .name(name)
                .suffix(suffix)
                .hint(tr!("variants-auto"))
                .range(1..=VariantOptions::MAX_SIDE)
                .invalid(is_wrong)
                .width(width)
        };
        let (name, suffix) = (tr!("variant-width"), tr!("variant-px-wide"));
        ui.add(side(&mut options.width, name, suffix, wide, width));
        ui.label(t.muted("×"));
        let (name, suffix) = (tr!("variant-height"), tr!("variant-px-high"));
        let rest = ui.available_width();
        ui.add(side(&mut options.height, name, suffix, high, rest));
    });
    if wide {
        error_ui(
            ui,
            tr!("variant-width-range", most = VariantOptions::MAX_SIDE),
        );
    }
    if high {
        error_ui(
            ui,
            tr!("variant-height-range", most = VariantOptions::MAX_SIDE),
        );
    }
}

fn blur_ui(ui: &mut Ui, options: &mut VariantOptions, errors: &[VariantOptionsError]) {
    let is_wrong = errors.contains(&VariantOptionsError::Blur);
    section_ui(ui, tr!("variant-blur"), |ui| {
        ui.spacing_mut().item_spacing.x = Tokens::SPACE_S;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped; a radius from elsewhere may be a fraction, which is kept until changed"
        )]
        let before = options
            .blur
            .map(|radius| radius.round().clamp(0.0, 999.0) as u32);
        let mut typed = before;
        let field = NumberField::new(&mut typed)
            .name(tr!("variant-blur-radius"))
            .hint(tr!("variant-blur-none"))
            .range(0..=MAX_BLUR)
            .invalid(is_wrong)
            .width(58.0);
        ui.add(field);
        if typed != before {
            options.blur = typed.map(f64::from);
        }
        let mut radius = options.blur.unwrap_or(0.0);
        let slider = slider_ui(ui, &mut radius).accessible_name(tr!("variant-blur"));
        if slider.changed() {
            options.blur = (radius > 0.0).then_some(radius);
        }
    });
    if is_wrong {
        error_ui(ui, tr!("variant-blur-range", most = MAX_BLUR));
    }
}

fn slider_ui(ui: &mut Ui, radius: &mut f64) -> egui::Response {
    let t = Tokens::of(ui);
    ui.scope(|ui| {
        ui.spacing_mut().slider_width = (ui.available_width() - 24.0).clamp(60.0, 150.0);
        ui.spacing_mut().interact_size.y = 16.0;
        let visuals = ui.visuals_mut();
        visuals.selection.bg_fill = t.accent;
        visuals.widgets.inactive.bg_fill = t.track;
        for look in [
            &mut visuals.widgets.inactive,
            &mut visuals.widgets.hovered,
            &mut visuals.widgets.active,
        ] {
            look.fg_stroke = egui::Stroke::new(1.0, t.outline);
            look.expansion = 0.0;
        }
        visuals.widgets.hovered.bg_fill = t.accent_hover;
        visuals.widgets.active.bg_fill = t.accent_pressed;
        let slider = egui::Slider::new(radius, 0.0..=f64::from(MAX_BLUR))
            .step_by(1.0)
            .trailing_fill(true)
            .handle_shape(egui::style::HandleShape::Circle)
            .show_value(false);
        let response = ui.add(slider);
        paint_focus(ui, &response, response.rect, Tokens::RADIUS_M);
        response
    })
    .inner
}

fn ttl_ui(ui: &mut Ui, cx: &mut Cx<'_>, shown: &mut Shown, errors: &[VariantOptionsError]) {
    let is_wrong = errors.contains(&VariantOptionsError::BrowserTtl);
    let secs = &mut shown.draft.options.browser_ttl_secs;
    // While seconds are typed, 86400 on the way to 864000 must not turn into "1 day".
    let is_typing = cx.views.variants.types_ttl.as_ref() == Some(&shown.key);
    let before = if is_typing {
        Ttl::Custom
    } else {
        Ttl::of(*secs)
    };
    let mut chosen = before;
    section_ui(ui, tr!("variant-ttl"), |ui| {
        let dropdown = Dropdown::new(tr!("variant-ttl"), &mut chosen)
            .width(150.0)
            .option(Ttl::Default, tr!("variant-ttl-default"))
            .option(Ttl::Preset(HOUR), tr!("variant-ttl-hour"))
            .option(Ttl::Preset(DAY), tr!("variant-ttl-day"))
            .option(Ttl::Preset(WEEK), tr!("variant-ttl-week"))
            .option(Ttl::Preset(YEAR), tr!("variant-ttl-year"))
            .option(Ttl::Custom, tr!("variant-ttl-custom"));
        ui.add(dropdown);
    });
    if chosen != before {
        cx.views.variants.types_ttl = (chosen == Ttl::Custom).then(|| shown.key.clone());
        match chosen {
            Ttl::Default => *secs = None,
            Ttl::Preset(preset) => *secs = Some(preset),
            Ttl::Custom => *secs = secs.or(Some(DAY)),
        }
    }
    if chosen == Ttl::Custom {
        let field = NumberField::new(secs)
            .name(tr!("variant-ttl-seconds"))
            .suffix(tr!("variant-ttl-unit"))
            .range(HOUR..=YEAR)
            .invalid(is_wrong);
        if ui.add(field).changed() {
            cx.views.variants.types_ttl = Some(shown.key.clone());
        }
    }
    if is_wrong {
        error_ui(ui, tr!("variant-ttl-range", least = HOUR, most = YEAR));
    }
}

fn error_ui(ui: &mut Ui, words: String) {
    let t = Tokens::of(ui);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = Tokens::SPACE_XS;
        // A row is else as high as a button.
        ui.spacing_mut().interact_size.y = 16.0;
        icons::ERROR.show_ui(ui, 13.0, t.danger);
        ui.label(t.hint(words).color(t.danger));
    });
}

fn problem_ui(ui: &mut Ui, problem: &Problem) {
    let t = Tokens::of(ui);
    problem_frame(t)
        .inner_margin(Margin::symmetric(10, 8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = Tokens::SPACE_XXS;
            ui.label(t.detail(&problem.what).color(t.danger));
            let advice = preview::advice(problem);
            if !advice.is_empty() {
                ui.label(t.hint(advice).color(t.text));
            }
        });
    ui.add_space(Tokens::SPACE_S);
}

fn actions_ui(ui: &mut Ui, cx: &mut Cx<'_>, shown: &Shown, is_valid: bool) {
    let id = VariantId::new(shown.draft.name.trim()).ok();
    let id = shown.saved.as_ref().map(|saved| saved.id.clone()).or(id);
    let is_saving = id
        .as_ref()
        .is_some_and(|id| cx.state.variants.saving.contains(id));
    if let Some(problem) = id
        .as_ref()
        .and_then(|id| cx.state.variants.problems.get(id))
    {
        problem_ui(ui, problem);
    }
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = Tokens::SPACE_S;
        if let Some(saved) = &shown.saved {
            saved_actions_ui(ui, cx, saved);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            save_ui(ui, cx, shown, is_valid, is_saving);
            if is_saving {
                spinner_ui(ui, 14.0, tr!("variant-saving"));
            }
        });
    });
}

fn saved_actions_ui(ui: &mut Ui, cx: &mut Cx<'_>, saved: &Variant) {
    let mut delete = icons::TRASH.button(tr!("variant-delete")).framed().danger();
    if saved.id.is_public() {
        delete = delete.tooltip(tr!("variant-delete-public"));
    }
    if ui.add_enabled(!saved.id.is_public(), delete).clicked() {
        cx.emit(Action::AskDeleteVariant(saved.id.clone()));
    }
    let mut copy = icons::COPY.button(tr!("variant-duplicate")).framed();
    let has_new = cx.drafts.variants.new.is_some();
    let is_full = cx.state.variants.all().len() >= Variant::MAX_PER_ACCOUNT;
    if has_new {
        copy = copy.tooltip(tr!("variant-duplicate-not-now"));
    } else if is_full {
        copy = copy.tooltip(tr!("variants-new-full"));
    }
    if ui.add_enabled(!has_new && !is_full, copy).clicked() {
        cx.emit(Action::NewVariant {
            copy_of: Some(saved.id.clone()),
        });
    }
}

/// The main button and the one that takes back, from right to left.
fn save_ui(ui: &mut Ui, cx: &mut Cx<'_>, shown: &Shown, is_valid: bool, is_saving: bool) {
    let is_edited = shown.is_edited();
    let words = if shown.saved.is_some() {
        tr!("variant-save")
    } else {
        tr!("variant-create")
    };
    let mut save = Button::primary(words).enabled(is_valid && is_edited && !is_saving);
    if !is_edited {
        save = save.tooltip(tr!("variant-unchanged"));
    } else if !is_valid {
        save = save.tooltip(
            if shown.saved.is_none() && shown.draft.name.trim().is_empty() {
                tr!("variant-name-empty")
            } else {
                tr!("variant-invalid")
            },
        );
    }
    if ui.add(save).clicked() {
        let variant = match &shown.saved {
            // A name as the service gave it is not questioned.
            Some(saved) => Some(Variant {
                id: saved.id.clone(),
                options: shown.draft.options.clone(),
                never_require_signed_urls: shown.draft.never_require_signed_urls,
            }),
            None => shown.draft.variant().ok(),
        };
        if let Some(variant) = variant {
            cx.emit(if shown.saved.is_some() {
                Action::SaveVariant(variant)
            } else {
                Action::CreateVariant(variant)
            });
        }
    }
    if let Some(saved) = &shown.saved {
        let revert = Button::secondary(tr!("variant-revert")).enabled(is_edited && !is_saving);
        if ui.add(revert).clicked() {
            cx.views.variants.types_ttl = None;
            cx.emit(Action::RevertVariant(saved.id.clone()));
        }
    } else if ui
        .add(Button::secondary(tr!("variant-discard")).enabled(!is_saving))
        .clicked()
    {
        cx.views.variants.types_ttl = None;
        cx.emit(Action::DiscardNewVariant);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_to_live_is_offered_by_name_where_it_has_one() {
        assert_eq!(Ttl::of(None), Ttl::Default);
        assert_eq!(Ttl::of(Some(86_400)), Ttl::Preset(DAY));
        assert_eq!(Ttl::of(Some(7_200)), Ttl::Custom);
    }
}
