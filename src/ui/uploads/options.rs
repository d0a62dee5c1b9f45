//! The options for new uploads, checked while they are typed.

use egui::Ui;

use crate::app::{Action, UploadDraft};
use crate::engine::UploadInput;
use crate::model::UploadSpec;
use crate::model::upload::FileWords;

use crate::ui::cx::Cx;
use crate::ui::forms::{help_ui, metadata_error_words, spec_error_words};
use crate::ui::metadata_editor::metadata_editor_ui;
use crate::ui::text::tr;
use crate::ui::theme::Tokens;
use crate::ui::widgets::{TextField, section_ui, separator_ui, toggle_row_ui};

/// A file on which the options are tried, with the folder it came from.
pub(super) struct Sample {
    file: String,
    folder: String,
}

impl Sample {
    /// The first thing that waits for a look, else a made-up photograph.
    pub(super) fn of(staged: &[UploadInput]) -> Self {
        let photograph = |folder: &str| Self {
            file: "dune-ridge.jpg".to_owned(),
            folder: folder.to_owned(),
        };
        match staged.first() {
            Some(UploadInput::Path(path)) => {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                // A name without an ending is taken for a folder: to ask the disk, the frame has
                // no time.
                if path.extension().is_some() {
                    Self {
                        file: name.into_owned(),
                        folder: String::new(),
                    }
                } else {
                    photograph(&name)
                }
            }
            Some(UploadInput::Url(url)) => {
                let path = url.split(['?', '#']).next().unwrap_or_default();
                match path.rsplit('/').next() {
                    Some(name) if !name.is_empty() => Self {
                        file: name.to_owned(),
                        folder: String::new(),
                    },
                    _ => photograph("travel"),
                }
            }
            Some(UploadInput::Picture { .. }) | None => photograph("travel"),
        }
    }

    fn words(&self) -> FileWords<'_> {
        FileWords {
            file: &self.file,
            folder: &self.folder,
        }
    }
}

/// The options as they can be used, or what is wrong with them, in words.
pub(super) fn checked_spec(draft: &UploadDraft, sample: &Sample) -> Result<UploadSpec, String> {
    let spec = draft.spec().map_err(|error| metadata_error_words(&error))?;
    spec.for_file(sample.words())
        .map_err(|error| spec_error_words(&error))?;
    Ok(spec)
}

/// Remembers the options for the next run, if they can be used and have changed.
pub(super) fn remember(cx: &mut Cx<'_>) {
    let Ok(mut spec) = cx.drafts.upload.spec() else {
        return;
    };
    // The template is kept for the day on which signed URLs are off again.
    cx.drafts
        .upload
        .id_template
        .trim()
        .clone_into(&mut spec.id_template.0);
    if spec != cx.state.preferences.upload {
        let mut preferences = cx.state.preferences.clone();
        preferences.upload = spec;
        cx.emit(Action::SetPreferences(Box::new(preferences)));
    }
}

pub(super) fn options_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let t = Tokens::of(ui);
    ui.spacing_mut().item_spacing.y = Tokens::SPACE_S;
    let mut is_settled = false;
    ui.label(t.title(tr!("options-title")));

    let signed = toggle_row_ui(
        ui,
        &mut cx.drafts.upload.require_signed_urls,
        tr!("options-signed"),
        tr!("options-signed-hint"),
    );
    is_settled |= signed.changed();
    separator_ui(ui);

    is_settled |= image_id_ui(ui, cx);
    separator_ui(ui);

    let draft = &mut cx.drafts.upload.metadata;
    is_settled |= metadata_editor_ui(ui, tr!("options-metadata"), draft).settled;
    separator_ui(ui);

    section_ui(ui, tr!("options-creator"), |_| ());
    let creator = TextField::new(&mut cx.drafts.upload.creator)
        .name(tr!("options-creator"))
        .hint(tr!("options-creator-hint"));
    is_settled |= ui.add(creator).lost_focus();

    if is_settled {
        remember(cx);
    }
}

fn image_id_ui(ui: &mut Ui, cx: &mut Cx<'_>) -> bool {
    let t = Tokens::of(ui);
    section_ui(ui, tr!("options-id"), |ui| {
        help_ui(ui, tr!("options-id-help"), &tr!("options-id-words"));
    });
    let draft = &mut cx.drafts.upload;
    let is_signed = draft.require_signed_urls;
    let sample = Sample::of(&cx.state.uploads.staged);
    let example = UploadSpec {
        id_template: crate::model::IdTemplate(draft.id_template.clone()),
        ..UploadSpec::default()
    }
    .for_file(sample.words());
    let error = match &example {
        Err(error) if !is_signed => Some(spec_error_words(error)),
        _ => None,
    };
    let field = TextField::new(&mut draft.id_template)
        .name(tr!("options-id"))
        .hint(tr!("options-id-hint"))
        .monospace()
        .error(error.as_deref());
    let field = ui.add_enabled(!is_signed, field);
    if is_signed {
        ui.label(t.hint(tr!("options-id-signed")));
    } else if let Ok((Some(id), _)) = example {
        ui.label(t.hint(tr!("options-id-example", id = id.as_str())));
    } else if error.is_none() {
        ui.label(t.hint(tr!("options-id-empty")));
    }
    field.lost_focus()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_tried_on_what_waits() {
        let file = Sample::of(&[UploadInput::Path("/home/me/trips/alps.png".into())]);
        assert_eq!((file.file.as_str(), file.folder.as_str()), ("alps.png", ""));
        let folder = Sample::of(&[UploadInput::Path("/home/me/trips".into())]);
        assert_eq!(folder.folder, "trips");
        let url = Sample::of(&[UploadInput::Url("https://a.example/b/c.png?x=1".to_owned())]);
        assert_eq!(url.file, "c.png");
    }

    #[test]
    fn a_template_that_makes_no_id_is_told_before_anything_is_sent() {
        let draft = UploadDraft {
            id_template: "../{name}".to_owned(),
            ..UploadDraft::default()
        };
        assert!(checked_spec(&draft, &Sample::of(&[])).is_err());
        let signed = UploadDraft {
            require_signed_urls: true,
            ..draft
        };
        assert!(checked_spec(&signed, &Sample::of(&[])).is_ok());
    }
}
