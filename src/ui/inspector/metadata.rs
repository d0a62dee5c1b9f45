//! Metadata of an image, as rows of names and values or as the text of a JSON object.

use egui::{Ui, vec2};

use crate::app::{Action, MetadataDraft, MetadataRow};
use crate::model::{Image, ImageChange, Metadata};
use crate::ui::cx::Cx;
use crate::ui::forms::error_line_ui;
use crate::ui::metadata_editor::{key_field, remove_words, value_field};
use crate::ui::text::tr;
use crate::ui::theme::Tokens;
use crate::ui::widgets::{Button, Meter, TextField, icons, section_ui};

pub(super) fn metadata_ui(ui: &mut Ui, cx: &mut Cx<'_>, image: &Image) {
    let stored = match &cx.drafts.metadata {
        Some((id, draft)) if *id == image.id => Some(draft.clone()),
        _ => None,
    };
    let had_draft = stored.is_some();
    let before = stored.unwrap_or_else(|| MetadataDraft::of(&image.metadata));
    let mut draft = before.clone();

    head_ui(ui, cx, &mut draft);
    let is_changing = cx.state.changing.contains(&image.id);
    ui.add_enabled_ui(!is_changing, |ui| {
        if draft.json.is_some() {
            json_ui(ui, cx, &mut draft);
        } else {
            rows_ui(ui, &mut draft);
        }
    });
    let error = error_of(&draft);
    let is_edited = is_edited(&draft, &image.metadata);
    if is_edited {
        buttons_ui(ui, cx, image, &draft, error.is_none() && !is_changing);
    }
    // A revert or an answer has cleared the draft: what this frame showed is not put back.
    let was_reverted = had_draft && cx.drafts.metadata.is_none();
    if draft != before && !was_reverted {
        cx.drafts.metadata = Some((image.id.clone(), draft));
    }
}

/// Whether the draft means something else than what is saved.
pub(super) fn is_edited(draft: &MetadataDraft, saved: &Metadata) -> bool {
    match draft.read() {
        Ok(metadata) => metadata != *saved || row_error(draft).is_some(),
        Err(_) => true,
    }
}

/// What is wrong with the draft as a whole.
fn error_of(draft: &MetadataDraft) -> Option<String> {
    if let Some((_, words)) = row_error(draft) {
        return Some(words);
    }
    draft.read().err().map(|error| sentence(&error.to_string()))
}

/// The first row that is wrong, and why.
fn row_error(draft: &MetadataDraft) -> Option<(usize, String)> {
    for (index, row) in draft.rows.iter().enumerate() {
        let key = row.key.trim();
        if key.is_empty() && !row.text.trim().is_empty() {
            return Some((index, tr!("metadata-no-name")));
        }
        let is_twice = !key.is_empty()
            && draft.rows[..index]
                .iter()
                .any(|other| other.key.trim() == key);
        if is_twice {
            return Some((index, tr!("metadata-same-name", name = key)));
        }
    }
    None
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

fn head_ui(ui: &mut Ui, cx: &mut Cx<'_>, draft: &mut MetadataDraft) {
    let used = draft.len_bytes();
    let words = tr!("metadata-meter", used = used, limit = Metadata::MAX_BYTES);
    let toggled = section_ui(ui, tr!("metadata-title"), |ui| {
        let is_json = draft.json.is_some();
        let toggle = icons::CODE
            .button(tr!("metadata-as-json"))
            .small()
            .selected(is_json);
        let toggled = ui.add(toggle).clicked();
        ui.add(Meter::new(words, used as u64, Metadata::MAX_BYTES as u64));
        toggled
    });
    if toggled {
        let result = draft.toggle_json();
        cx.views.inspector.json_problem =
            result.err().map(|problem| sentence(&problem.to_string()));
    }
}

fn json_ui(ui: &mut Ui, cx: &mut Cx<'_>, draft: &mut MetadataDraft) {
    let error = draft.read().err().map(|error| sentence(&error.to_string()));
    let Some(text) = &mut draft.json else { return };
    let field = TextField::new(text)
        .name(tr!("metadata-json"))
        .hint("{ }")
        .monospace()
        .rows(6)
        .error(error.as_deref());
    if ui.add(field).changed() {
        cx.views.inspector.json_problem = None;
    }
}

fn rows_ui(ui: &mut Ui, draft: &mut MetadataDraft) {
    let wrong = row_error(draft);
    let too_long = draft.read().err().map(|error| sentence(&error.to_string()));
    let mut removed = None;
    for (index, row) in draft.rows.iter_mut().enumerate() {
        let number = index + 1;
        ui.push_id(("metadata", index), |ui| {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing = vec2(6.0, 0.0);
                let room = ui.available_width() - 22.0 - 12.0;
                let key = (room * 0.43).floor();
                let error = wrong.as_ref().filter(|(at, _)| *at == index);
                // Only the outline here: the words stand below the row, where there is room.
                ui.add(key_field(&mut row.key, number).width(key));
                ui.add(value_field(&mut row.text, number).width(room - key));
                let name = remove_words(row, number);
                if ui.add(icons::CLOSE.button(name).small()).clicked() {
                    removed = Some(index);
                }
                error.map(|(_, words)| words.clone())
            })
            .inner
            .inspect(|words| error_line_ui(ui, words));
        });
    }
    if let Some(index) = removed {
        draft.rows.remove(index);
    }
    if wrong.is_none()
        && let Some(words) = too_long
    {
        error_line_ui(ui, &words);
    }
    let add = Button::secondary(tr!("metadata-add"))
        .icon(icons::PLUS)
        .small();
    if ui.add(add).clicked() {
        draft.rows.push(MetadataRow::default());
    }
}

fn buttons_ui(ui: &mut Ui, cx: &mut Cx<'_>, image: &Image, draft: &MetadataDraft, can_save: bool) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = Tokens::SPACE_S;
        let save = Button::primary(tr!("metadata-save"))
            .name(tr!("metadata-save-name"))
            .small();
        if ui.add_enabled(can_save, save).clicked()
            && let Ok(metadata) = draft.read()
        {
            let change = ImageChange {
                metadata: Some(metadata),
                ..ImageChange::default()
            };
            cx.emit(Action::EditImages(vec![(image.id.clone(), change)]));
        }
        let revert = Button::ghost(tr!("metadata-revert"))
            .name(tr!("metadata-revert-name"))
            .small();
        if ui.add(revert).clicked() {
            cx.drafts.metadata = None;
            cx.views.inspector.json_problem = None;
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(key: &str, text: &str) -> MetadataRow {
        MetadataRow {
            key: key.to_owned(),
            text: text.to_owned(),
            is_json: false,
        }
    }

    #[test]
    fn a_value_without_a_name_and_a_name_given_twice_are_told() {
        let draft = |rows| MetadataDraft { rows, json: None };
        let wrong = |rows| row_error(&draft(rows)).map(|(index, _)| index);
        assert_eq!(wrong(vec![row("a", "1"), row("", "")]), None);
        assert_eq!(wrong(vec![row("a", "1"), row("", "2")]), Some(1));
        assert_eq!(wrong(vec![row("a", "1"), row(" a", "2")]), Some(1));
    }

    #[test]
    fn an_empty_new_row_is_no_change() {
        let saved = Metadata::parse(r#"{"a":"1"}"#).unwrap();
        let mut draft = MetadataDraft::of(&saved);
        draft.rows.push(MetadataRow::default());
        assert!(!is_edited(&draft, &saved));
        draft.rows[1] = row("b", "");
        assert!(is_edited(&draft, &saved));
    }
}
