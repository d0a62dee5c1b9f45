//! Questions that have to be answered before something cannot be taken back.
//!
//! Each names what it is about and what will follow, has the verb on its button, and gives the
//! keyboard to the safe answer.

use egui::Ui;

use crate::app::{Action, Dialog as Question};
use crate::model::Metadata;

use super::cx::Cx;
use super::forms::problem_ui;
use super::metadata_editor::metadata_editor_ui;
use super::text::tr;
use super::theme::Tokens;
use super::widgets::{
    Button, Dialog, Elided, TextField, dialog_buttons_ui, focus_once, separator_ui,
};

/// Names that are told before the rest is only counted.
const NAMES: usize = 5;

pub(super) fn dialogs_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    // The state outlives the borrow of `cx`, which the forms in the dialogs need.
    let state = cx.state;
    match &state.dialog {
        None => {}
        Some(Question::EditMetadata(ids)) => edit_metadata_ui(ui, cx, ids.len()),
        Some(question) => question_ui(ui, cx, question),
    }
}

/// A question in words.
struct Words {
    title: String,
    text: String,
    confirm: String,
    cancel: String,
    destroys: bool,
}

fn words(question: &Question) -> Option<Words> {
    let cancel = tr!("dialog-cancel");
    Some(match question {
        // It is a form, and has its own dialog.
        Question::EditMetadata(_) => return None,
        Question::DeleteImages { ids, .. } => Words {
            title: tr!("ask-delete-title", count = ids.len()),
            text: tr!("ask-delete-text", count = ids.len()),
            confirm: tr!("ask-delete-confirm", count = ids.len()),
            cancel,
            destroys: true,
        },
        Question::DeleteVariant(id) => Words {
            title: tr!("ask-variant-title", name = id.as_str()),
            text: tr!("ask-variant-text"),
            confirm: tr!("ask-variant-confirm"),
            cancel,
            destroys: true,
        },
        Question::DeleteKey(name) => Words {
            title: tr!("ask-key-title", name = name.as_str()),
            text: tr!("ask-key-text"),
            confirm: tr!("ask-key-confirm"),
            cancel,
            destroys: true,
        },
        Question::RemoveProfile {
            name, is_library, ..
        } => Words {
            title: tr!("ask-profile-title", name = name.as_str()),
            text: if *is_library {
                tr!("ask-profile-library")
            } else {
                tr!("ask-profile-account")
            },
            confirm: tr!("ask-profile-confirm"),
            cancel,
            destroys: true,
        },
        Question::KeyringUnavailable { .. } => Words {
            title: tr!("ask-keyring-title"),
            text: tr!("ask-keyring-text"),
            confirm: tr!("ask-keyring-confirm"),
            cancel,
            destroys: false,
        },
        Question::Uploads { files, .. } => Words {
            title: tr!("ask-uploads-title", count = *files),
            text: tr!("ask-uploads-text"),
            confirm: tr!("ask-uploads-confirm", count = *files),
            cancel: tr!("ask-uploads-cancel"),
            destroys: true,
        },
        Question::Close { open } => Words {
            title: tr!("ask-close-title"),
            text: tr!("ask-close-text", count = *open),
            confirm: tr!("ask-close-confirm"),
            cancel: tr!("ask-close-cancel"),
            destroys: false,
        },
    })
}

fn question_ui(ui: &mut Ui, cx: &mut Cx<'_>, question: &Question) {
    let t = Tokens::of(ui);
    let Some(words) = words(question) else {
        return;
    };
    let phrase = question.phrase();
    let shown = Dialog::new("question", &words.title)
        .width(460.0)
        .show(ui.ctx(), |ui| {
            ui.spacing_mut().item_spacing.y = Tokens::SPACE_S;
            if let Question::DeleteImages { names, .. } = question {
                names_ui(ui, names);
            }
            if let Question::KeyringUnavailable { problem, .. } = question {
                problem_ui(ui, problem);
            }
            ui.label(t.body(&words.text));
            let mut is_agreed = true;
            if let Some(phrase) = &phrase {
                ui.add_space(Tokens::SPACE_XS);
                let label = tr!("ask-phrase", phrase = phrase.as_str());
                ui.label(t.muted(&label));
                let field = TextField::new(&mut cx.drafts.phrase)
                    .name(label)
                    .monospace();
                let field = ui.add(field);
                focus_once(ui, &field);
                is_agreed = cx.drafts.phrase.trim() == phrase;
            }
            dialog_buttons_ui(ui, |ui| {
                let confirm = if words.destroys {
                    Button::destructive(&words.confirm)
                } else {
                    Button::primary(&words.confirm)
                };
                let confirmed = ui.add(confirm.enabled(is_agreed)).clicked();
                let cancel = ui.add(Button::secondary(&words.cancel));
                if phrase.is_none() {
                    focus_once(ui, &cancel);
                }
                (confirmed, cancel.clicked())
            })
        });
    let (confirmed, cancelled) = shown.inner;
    answer(cx, confirmed, cancelled || shown.wants_close);
}

fn answer(cx: &mut Cx<'_>, confirmed: bool, cancelled: bool) {
    if confirmed {
        cx.emit(Action::ConfirmDialog);
    } else if cancelled {
        cx.emit(Action::CancelDialog);
    }
}

fn names_ui(ui: &mut Ui, names: &[String]) {
    let t = Tokens::of(ui);
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = Tokens::SPACE_XXS;
        for name in names.iter().take(NAMES) {
            ui.add(Elided::middle(name).color(t.strong));
        }
        if names.len() > NAMES {
            ui.label(t.muted(tr!("and-more", count = names.len() - NAMES)));
        }
    });
}

fn edit_metadata_ui(ui: &mut Ui, cx: &mut Cx<'_>, count: usize) {
    let t = Tokens::of(ui);
    let shown = Dialog::new("edit-metadata", tr!("ask-metadata-title", count = count))
        .width(520.0)
        .keep_when_clicked_beside()
        .show(ui.ctx(), |ui| {
            ui.spacing_mut().item_spacing.y = Tokens::SPACE_S;
            ui.label(t.muted(tr!("ask-metadata-text")));
            separator_ui(ui);
            let draft = &mut cx.drafts.bulk_metadata;
            if draft.rows.is_empty() && draft.json.is_none() {
                draft.rows.push(crate::app::MetadataRow::default());
            }
            let room = (ui.available_height() - 90.0).clamp(120.0, 360.0);
            egui::ScrollArea::vertical()
                .max_height(room)
                .show(ui, |ui| {
                    metadata_editor_ui(ui, tr!("ask-metadata-fields"), draft)
                });
            let is_usable = draft
                .read()
                .is_ok_and(|fields: Metadata| !fields.is_empty());
            dialog_buttons_ui(ui, |ui| {
                let confirm = Button::primary(tr!("ask-metadata-confirm", count = count));
                (
                    ui.add(confirm.enabled(is_usable)).clicked(),
                    ui.add(Button::secondary(tr!("dialog-cancel"))).clicked(),
                )
            })
        });
    let (confirmed, cancelled) = shown.inner;
    answer(cx, confirmed, cancelled || shown.wants_close);
}

#[cfg(test)]
mod tests {
    use egui::accesskit::Role;
    use egui_kittest::Harness;
    use egui_kittest::kittest::{NodeT as _, Queryable as _};

    use super::*;
    use crate::app::{Drafts, State};
    use crate::engine::{Engine, Waker};
    use crate::model::ImageId;
    use crate::ui::Views;
    use crate::ui::textures::Textures;

    struct Window {
        state: State,
        drafts: Drafts,
        textures: Textures,
        views: Views,
        actions: Vec<Action>,
        engine: Engine,
    }

    fn harness(question: Question) -> Harness<'static, Window> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let (engine, _events, _requests) = Engine::detached(runtime.handle(), Waker::none());
        let mut state = State::default();
        state.dialog = Some(question);
        let window = Window {
            state,
            drafts: Drafts::default(),
            textures: Textures::default(),
            views: Views::default(),
            actions: Vec::new(),
            engine,
        };
        let mut harness = Harness::builder()
            .with_context_setup(crate::ui::theme::install)
            .build_ui_state(
                |ui, window: &mut Window| {
                    let mut cx = Cx {
                        state: &window.state,
                        drafts: &mut window.drafts,
                        textures: &mut window.textures,
                        engine: window.engine.handle(),
                        views: &mut window.views,
                        actions: &mut window.actions,
                    };
                    dialogs_ui(ui, &mut cx);
                },
                window,
            );
        harness.run_steps(3);
        harness
    }

    fn delete(count: usize) -> Question {
        let name = |index| format!("photo-{index}.jpg");
        Question::DeleteImages {
            ids: (0..count)
                .map(|index| ImageId::from_server(name(index)))
                .collect(),
            names: (0..count).map(name).collect(),
        }
    }

    #[test]
    fn a_deletion_names_what_goes_and_gives_the_keyboard_to_the_safe_answer() {
        let mut harness = harness(delete(12));
        harness.get_by_role_and_label(Role::Dialog, "Delete 12 images?");
        harness.get_by_label("photo-4.jpg");
        assert!(harness.query_by_label("photo-5.jpg").is_none());
        harness.get_by_label("and 7 more");
        harness.get_by_label_contains("URLs of these images stop working");
        let cancel = harness.get_by_role_and_label(Role::Button, "Cancel");
        assert!(cancel.is_focused());
        harness
            .get_by_role_and_label(Role::Button, "Delete 12 images")
            .click();
        harness.run_steps(2);
        assert_eq!(harness.state().actions, [Action::ConfirmDialog]);
    }

    #[test]
    fn a_hundred_images_go_only_when_their_count_is_typed() {
        let mut harness = harness(delete(100));
        let is_disabled = |harness: &Harness<'_, Window>| {
            let button = harness.get_by_role_and_label(Role::Button, "Delete 100 images");
            button.accesskit_node().is_disabled()
        };
        assert!(is_disabled(&harness));
        harness.state_mut().drafts.phrase = "100 ".to_owned();
        harness.run_steps(2);
        assert!(!is_disabled(&harness));
    }

    #[test]
    fn metadata_of_many_is_changed_once_a_field_is_there() {
        let ids = vec![ImageId::from_server("a"), ImageId::from_server("b")];
        let mut harness = harness(Question::EditMetadata(ids));
        let button = |harness: &Harness<'_, Window>| {
            let button = harness.get_by_role_and_label(Role::Button, "Add to 2 images");
            button.accesskit_node().is_disabled()
        };
        assert!(button(&harness));
        harness.state_mut().drafts.bulk_metadata.rows[0].key = "team".to_owned();
        harness.run_steps(2);
        assert!(!button(&harness));
    }
}
