//! Facts about an image: id, moment, original, creator.

use egui::{Key, Ui, vec2};

use crate::app::Action;
use crate::model::{Image, ImageChange};
use crate::ui::cx::Cx;
use crate::ui::text::{format_bytes, format_moment, tr};
use crate::ui::theme::{Tokens, Weight, sans};
use crate::ui::widgets::{Elided, TextField, focus_once, icons, key_value_ui};

pub(super) fn facts_ui(ui: &mut Ui, cx: &mut Cx<'_>, image: &Image) {
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        id_ui(ui, cx, image);
        let uploaded = if image.is_draft {
            tr!("fact-reserved")
        } else {
            tr!("fact-uploaded")
        };
        key_value_ui(ui, uploaded, format_moment(image.uploaded), false);
        original_ui(ui, cx, image);
        creator_ui(ui, cx, image);
    });
}

fn id_ui(ui: &mut Ui, cx: &mut Cx<'_>, image: &Image) {
    fact_ui(ui, tr!("fact-id"), |ui| {
        let t = Tokens::of(ui);
        let room = (ui.available_width() - 26.0).max(40.0);
        ui.add(
            Elided::middle(image.id.as_str())
                .monospace()
                .color(t.strong)
                .max_width(room),
        );
        if ui
            .add(icons::COPY.button(tr!("fact-copy-id")).small())
            .clicked()
        {
            cx.emit(Action::CopyText(image.id.as_str().to_owned()));
        }
    });
}

fn original_ui(ui: &mut Ui, cx: &Cx<'_>, image: &Image) {
    let details = &cx.state.inspector.details;
    let words = if image.is_draft {
        tr!("fact-no-file")
    } else if let Some(known) = details.value() {
        let mut parts = Vec::new();
        let format = known.original_format.clone().unwrap_or_default();
        match known.original_size {
            Some(size) => parts.push(format!("{size} {format}").trim().to_owned()),
            None if !format.is_empty() => parts.push(format),
            None => {}
        }
        if let Some(bytes) = known.original_bytes {
            parts.push(format_bytes(bytes.0));
        }
        if parts.is_empty() {
            tr!("fact-unknown")
        } else {
            parts.join(", ")
        }
    } else if details.problem().is_some() {
        tr!("fact-unknown")
    } else {
        "…".to_owned()
    };
    let shown = key_value_ui(ui, tr!("fact-original"), words, false);
    if let Some(problem) = details.problem() {
        shown.on_hover_text(problem.to_string());
    }
}

fn creator_ui(ui: &mut Ui, cx: &mut Cx<'_>, image: &Image) {
    let saved = image.creator.clone().unwrap_or_default();
    let draft = match &cx.drafts.creator {
        Some((id, text)) if *id == image.id => Some(text.clone()),
        _ => None,
    };
    if draft.is_none() && !cx.views.inspector.edits_creator {
        fact_ui(ui, tr!("fact-creator"), |ui| {
            let t = Tokens::of(ui);
            let room = (ui.available_width() - 26.0).max(40.0);
            let (words, color) = if saved.is_empty() {
                (tr!("fact-no-creator"), t.muted)
            } else {
                (saved.clone(), t.text)
            };
            let font = sans(Tokens::TEXT_M, Weight::Regular);
            ui.add(Elided::end(words).font(font).color(color).max_width(room));
            let edit = icons::EDIT.button(tr!("fact-edit-creator")).small();
            if ui.add(edit).clicked() {
                cx.views.inspector.edits_creator = true;
                cx.drafts.creator = Some((image.id.clone(), saved.clone()));
            }
        });
        return;
    }
    let mut text = draft.unwrap_or_else(|| saved.clone());
    fact_ui(ui, tr!("fact-creator"), |ui| {
        let is_changing = cx.state.changing.contains(&image.id);
        let width = (ui.available_width() - 64.0).max(60.0);
        let field = TextField::new(&mut text)
            .name(tr!("fact-creator-field"))
            .width(width);
        let field = ui.add_enabled(!is_changing, field);
        if cx.views.inspector.edits_creator {
            focus_once(ui, &field);
        }
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        let escaped = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Escape));
        let save = icons::CHECK.button(tr!("fact-save-creator"));
        let is_edited = text.trim() != saved;
        let is_saved = ui.add_enabled(is_edited && !is_changing, save).clicked();
        let revert = icons::CLOSE.button(tr!("fact-revert-creator"));
        let is_reverted = ui.add(revert).clicked() || escaped;
        if field.changed() {
            cx.drafts.creator = Some((image.id.clone(), text.clone()));
        }
        if (is_saved || entered) && is_edited {
            let change = ImageChange {
                creator: Some(text.trim().to_owned()),
                ..ImageChange::default()
            };
            cx.emit(Action::EditImages(vec![(image.id.clone(), change)]));
            cx.views.inspector.edits_creator = false;
        } else if is_reverted || entered {
            cx.drafts.creator = None;
            cx.views.inspector.edits_creator = false;
        }
    });
}

/// A fact whose value is more than words.
fn fact_ui(ui: &mut Ui, key: String, value: impl FnOnce(&mut Ui)) {
    const KEY_WIDTH: f32 = 104.0;
    let t = Tokens::of(ui);
    ui.scope(|ui| {
        ui.spacing_mut().interact_size.y = 18.0;
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
            let start = ui.cursor().left();
            let font = sans(Tokens::TEXT_M, Weight::Regular);
            ui.add(
                Elided::end(key)
                    .font(font)
                    .color(t.muted)
                    .max_width(KEY_WIDTH - 8.0),
            );
            ui.add_space((start + KEY_WIDTH - ui.cursor().left()).max(8.0));
            ui.spacing_mut().item_spacing.x = 4.0;
            value(ui);
        });
    });
}
