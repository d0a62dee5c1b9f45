//! The editor of metadata: rows of names and values, or the JSON text, and how much room is left.

use std::collections::HashSet;

use egui::Ui;

use crate::app::{MetadataDraft, MetadataRow};
use crate::model::{Metadata, MetadataError};

use super::forms::{error_line_ui, metadata_error_words};
use super::text::tr;
use super::theme::Tokens;
use super::widgets::{Button, Meter, TextField, icons, section_ui};

/// What happened to the metadata in this frame.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct MetadataEdit {
    /// Something was typed, added or taken away.
    pub(super) changed: bool,
    /// The person is done with a field: what is there may be remembered.
    pub(super) settled: bool,
}

/// Edits a draft in place, under a head with `title` and the meter.
pub(super) fn metadata_editor_ui(
    ui: &mut Ui,
    title: impl Into<String>,
    draft: &mut MetadataDraft,
) -> MetadataEdit {
    let used = draft.len_bytes();
    section_ui(ui, title, |ui| {
        let words = tr!("metadata-meter", used = used, limit = Metadata::MAX_BYTES);
        ui.add(Meter::new(words, used as u64, Metadata::MAX_BYTES as u64));
    });
    if draft.json.is_some() {
        json_ui(ui, draft)
    } else {
        rows_ui(ui, draft)
    }
}

/// The field of a row's name; rows are counted from 1.
pub(super) fn key_field(key: &mut String, number: usize) -> TextField<'_> {
    TextField::new(key)
        .name(tr!("metadata-key", number = number))
        .hint(tr!("metadata-key-hint"))
}

/// The field of a row's value; rows are counted from 1.
pub(super) fn value_field(value: &mut String, number: usize) -> TextField<'_> {
    TextField::new(value)
        .name(tr!("metadata-value", number = number))
        .hint(tr!("metadata-value-hint"))
}

/// What the button that takes a row away is called.
pub(super) fn remove_words(row: &MetadataRow, number: usize) -> String {
    if row.key.trim().is_empty() {
        tr!("metadata-remove-number", number = number)
    } else {
        tr!("metadata-remove", name = row.key.trim())
    }
}

fn rows_ui(ui: &mut Ui, draft: &mut MetadataDraft) -> MetadataEdit {
    let t = Tokens::of(ui);
    let mut edit = MetadataEdit::default();
    let base = ui.scope_id().with("metadata rows");
    let key_width = ((ui.available_width() - 34.0) * 0.42).floor().max(60.0);
    let mut removed = None;
    for (index, row) in draft.rows.iter_mut().enumerate() {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            let number = index + 1;
            let key = key_field(&mut row.key, number)
                .width(key_width)
                .id(base.with(("key", index)));
            let key = ui.add(key);
            let value = value_field(&mut row.text, number)
                .width((ui.available_width() - 28.0).max(60.0))
                .id(base.with(("value", index)));
            let value = ui.add(value);
            edit.changed |= key.changed() || value.changed();
            edit.settled |= key.lost_focus() || value.lost_focus();
            let name = remove_words(row, number);
            if ui.add(icons::CLOSE.button(name).small()).clicked() {
                removed = Some(index);
            }
        });
    }
    if let Some(index) = removed {
        draft.rows.remove(index);
        edit = MetadataEdit {
            changed: true,
            settled: true,
        };
    }
    for hint in row_hints(&draft.rows) {
        ui.label(t.hint(hint));
    }
    if let Err(error) = draft.read() {
        error_line_ui(ui, &metadata_error_words(&error));
    }
    ui.horizontal(|ui| {
        if ui
            .add(
                Button::secondary(tr!("metadata-add"))
                    .icon(icons::PLUS)
                    .small(),
            )
            .clicked()
        {
            draft.rows.push(MetadataRow::default());
            let added = base.with(("key", draft.rows.len() - 1));
            ui.memory_mut(|memory| memory.request_focus(added));
            edit.changed = true;
        }
        if ui
            .add(
                Button::ghost(tr!("metadata-as-json"))
                    .icon(icons::CODE)
                    .small(),
            )
            .clicked()
        {
            // Rows can always be written as text; only the way back may fail.
            edit.changed = draft.toggle_json().is_ok();
        }
    });
    edit
}

/// What is allowed, but hardly meant.
fn row_hints(rows: &[MetadataRow]) -> Vec<String> {
    let mut hints = Vec::new();
    let mut seen = HashSet::new();
    for row in rows {
        let key = row.key.trim();
        if key.is_empty() {
            if !row.text.trim().is_empty() {
                hints.push(tr!("metadata-no-name"));
            }
        } else if !seen.insert(key) {
            hints.push(tr!("metadata-twice", name = key));
        }
    }
    hints.dedup();
    hints
}

fn json_ui(ui: &mut Ui, draft: &mut MetadataDraft) -> MetadataEdit {
    let mut edit = MetadataEdit::default();
    let read = draft.read();
    let error = read.as_ref().err().map(metadata_error_words);
    if let Some(json) = &mut draft.json {
        let field = TextField::new(json)
            .name(tr!("metadata-json"))
            .hint("{ }")
            .monospace()
            .rows(6)
            .error(error.as_deref());
        let field = ui.add(field);
        edit.changed = field.changed();
        edit.settled = field.lost_focus();
    }
    // What is merely too long can be shown as rows, and shortened there.
    let can_go_back = matches!(read, Ok(_) | Err(MetadataError::TooLong(_)));
    let back = Button::ghost(tr!("metadata-as-rows"))
        .icon(icons::LIST)
        .small()
        .enabled(can_go_back);
    if ui.add(back).clicked() {
        edit.changed |= draft.toggle_json().is_ok();
        edit.settled = true;
    }
    edit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_stands_twice_is_pointed_out() {
        let row = |key: &str, text: &str| MetadataRow {
            key: key.to_owned(),
            text: text.to_owned(),
            is_json: false,
        };
        assert!(row_hints(&[row("a", "1"), row("b", "2"), row("", "")]).is_empty());
        assert_eq!(row_hints(&[row("a", "1"), row(" a", "2")]).len(), 1);
        assert_eq!(row_hints(&[row("", "1")]).len(), 1);
    }
}
