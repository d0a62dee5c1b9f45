//! What shall go wrong in the open library.

use egui::{Align, Layout, Ui};

use crate::app::{Action, FaultPreset, FaultsDraft, FaultsDraftError};
use crate::engine::CutWhen;
use crate::ui::cx::Cx;
use crate::ui::forms::error_line_ui;
use crate::ui::text::tr;
use crate::ui::theme::Tokens;
use crate::ui::widgets::{
    Button, Chip, Dropdown, Elided, NumberField, Segmented, Tone, icons, section_ui,
};

/// Width of a field for a number, in points.
const FIELD: f32 = 84.0;
/// Where fields begin, in points from where their names do.
const NAME: f32 = 74.0;

pub(super) fn faults_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let t = Tokens::of(ui);
    let in_force = cx.state.library.faults.as_ref();
    section_ui(ui, tr!("faults-title"), |ui| {
        if in_force.is_some() {
            let on = Chip::new(tr!("faults-on")).tone(Tone::Warning);
            ui.add(on.icon(icons::WARNING));
        }
    });
    let draft = &mut cx.drafts.faults;
    let before = *draft;
    let mut preset = draft.kind();
    ui.horizontal(|ui| {
        let choice = Segmented::new(tr!("faults-kind"), &mut preset)
            .option(FaultPreset::Off, tr!("faults-off"))
            .option(FaultPreset::Slow, tr!("faults-slow"))
            .option(FaultPreset::Failing, tr!("faults-failing"))
            .option(FaultPreset::Cutting, tr!("faults-cutting"))
            .option(FaultPreset::Mixed, tr!("faults-mixed"));
        if ui.add(choice).changed() {
            *draft = draft.preset(preset);
        }
    });
    ui.label(t.hint(explanation(draft.kind())));
    let mut begins_anew = false;
    if draft.kind() != FaultPreset::Off {
        begins_anew = fields_ui(ui, draft);
    }
    let draft = *draft;
    match draft.faults() {
        Ok(faults) => {
            if draft != before || begins_anew {
                cx.emit(Action::SetFaults(faults.clone().map(Box::new)));
            }
            if let Some(faults) = faults {
                command_ui(ui, cx, &format!("--fault {faults}"));
                ui.label(t.hint(tr!("faults-hint")));
            }
        }
        Err(error) => error_line_ui(ui, &error_words(error)),
    }
}

fn explanation(kind: FaultPreset) -> String {
    match kind {
        FaultPreset::Off => tr!("faults-off-text"),
        FaultPreset::Slow => tr!("faults-slow-text"),
        FaultPreset::Failing => tr!("faults-failing-text"),
        FaultPreset::Cutting => tr!("faults-cutting-text"),
        FaultPreset::Mixed => tr!("faults-mixed-text"),
    }
}

fn error_words(error: FaultsDraftError) -> String {
    match error {
        FaultsDraftError::Backwards => tr!("faults-error-backwards"),
        FaultsDraftError::TooSlow => tr!("faults-error-slow"),
        FaultsDraftError::TooMany => tr!("faults-error-many"),
    }
}

/// The numbers. Whether the run shall begin anew.
fn fields_ui(ui: &mut Ui, draft: &mut FaultsDraft) -> bool {
    let t = Tokens::of(ui);
    let error = draft.faults().err();
    let is_slow_wrong = matches!(
        error,
        Some(FaultsDraftError::Backwards | FaultsDraftError::TooSlow)
    );
    let is_share_wrong = error == Some(FaultsDraftError::TooMany);
    field_ui(ui, tr!("faults-wait"), |ui| {
        let wait = |ui: &mut Ui, value: &mut Option<u32>, name: String| {
            let field = number(value, name, tr!("faults-millis"));
            ui.add(field.range(0..=600_000).invalid(is_slow_wrong));
        };
        wait(ui, &mut draft.min_millis, tr!("faults-wait-min"));
        ui.label(t.muted(tr!("faults-to")));
        wait(ui, &mut draft.max_millis, tr!("faults-wait-max"));
    });
    let share = |ui: &mut Ui, value: &mut Option<u32>, name: String| {
        let field = number(value, name, "%".to_owned());
        ui.add(field.range(0..=100).invalid(is_share_wrong));
    };
    field_ui(ui, tr!("faults-error"), |ui| {
        share(ui, &mut draft.error_percent, tr!("faults-error-share"));
        ui.label(t.hint(tr!("faults-error-codes")));
    });
    field_ui(ui, tr!("faults-cut"), |ui| {
        share(ui, &mut draft.cut_percent, tr!("faults-cut-share"));
        ui.add(
            Dropdown::new(tr!("faults-cut-when"), &mut draft.cut_when)
                .option(CutWhen::Either, tr!("faults-cut-either"))
                .option(CutWhen::Before, tr!("faults-cut-before"))
                .option(CutWhen::After, tr!("faults-cut-after")),
        );
    });
    field_ui(ui, tr!("faults-plain"), |ui| {
        share(ui, &mut draft.plain_percent, tr!("faults-plain-share"));
        ui.label(t.hint(tr!("faults-plain-hint")));
    });
    let mut begins_anew = false;
    field_ui(ui, tr!("faults-seed"), |ui| {
        let seed = NumberField::new(&mut draft.seed);
        ui.add(seed.name(tr!("faults-seed")).hint("0").width(FIELD));
        let again = Button::ghost(tr!("faults-again"))
            .icon(icons::RETRY)
            .small()
            .tooltip(tr!("faults-again-hint"));
        begins_anew = ui.add(again).clicked();
    });
    begins_anew
}

fn number(value: &mut Option<u32>, name: String, suffix: String) -> NumberField<'_> {
    NumberField::new(value)
        .name(name)
        .suffix(suffix)
        .hint("0")
        .width(FIELD)
}

fn field_ui(ui: &mut Ui, name: String, controls: impl FnOnce(&mut Ui)) {
    let t = Tokens::of(ui);
    ui.horizontal(|ui| {
        ui.set_min_height(Tokens::CONTROL_SMALL);
        let start = ui.cursor().left();
        ui.label(t.detail(name).color(t.muted));
        ui.add_space((start + NAME - ui.cursor().left()).max(0.0));
        ui.with_layout(Layout::left_to_right(Align::Center), controls);
    });
}

/// The same for the command line, to be copied.
fn command_ui(ui: &mut Ui, cx: &mut Cx<'_>, command: &str) {
    let t = Tokens::of(ui);
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let copy = icons::COPY.button(tr!("faults-copy")).small();
            if ui.add(copy).clicked() {
                cx.emit(Action::CopyText(command.to_owned()));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(Elided::middle(command).monospace().color(t.muted));
            });
        });
    });
}
