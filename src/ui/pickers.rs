//! File dialogs of the system, asked without waiting; and a typed path where there is none.
//!
//! On Linux a missing dialog gives the same answer as Cancel. Nobody cancels within a moment, so
//! an answer that quick is taken for "there is no dialog", and a path can be typed.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use egui::Ui;

use crate::app::{Action, Route};
use crate::engine::{DownloadKind, UploadInput};
use crate::model::ImageId;

use super::cx::Cx;
use super::slot::Slot;
use super::text::tr;
use super::theme::Tokens;
use super::widgets::{Button, Dialog, TextField, dialog_buttons_ui, focus_once};

/// What is done with the chosen paths.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Purpose {
    /// Upload files.
    UploadFiles,
    /// Upload a folder.
    UploadFolder,
    /// Save images to a folder.
    Download(Vec<ImageId>, DownloadKind),
    /// Open a library in a folder.
    OpenLibrary,
}

impl Purpose {
    const fn wants_files(&self) -> bool {
        matches!(self, Self::UploadFiles)
    }
}

/// A quicker "nothing" than a person can give.
const NO_DIALOG: Duration = Duration::from_millis(600);

/// The dialog that is open, if one is.
#[derive(Default)]
pub(super) struct Pickers {
    answer: Slot<Option<Vec<PathBuf>>>,
    asked: Option<(Purpose, Instant)>,
    typed: Option<Purpose>,
}

impl Cx<'_> {
    /// Opens the system's dialog for a purpose. Only one is open at a time.
    pub(super) fn pick(&mut self, purpose: Purpose) {
        let pickers = &mut self.views.pickers;
        if pickers.answer.is_waiting() {
            return;
        }
        // The dialog is built here, on the thread of the window, as some systems demand; its
        // answer is awaited elsewhere.
        let dialog = rfd::AsyncFileDialog::new();
        let wants_files = purpose.wants_files();
        let dialog = if wants_files {
            dialog.add_filter(
                "Images",
                &["jpg", "jpeg", "png", "gif", "webp", "svg", "avif", "heic"],
            )
        } else {
            dialog
        };
        let answer: futures_util::future::BoxFuture<'static, Option<Vec<PathBuf>>> = if wants_files
        {
            let answer = dialog.pick_files();
            Box::pin(async move {
                answer
                    .await
                    .map(|files| files.iter().map(|file| file.path().to_owned()).collect())
            })
        } else {
            let answer = dialog.pick_folder();
            Box::pin(async move { answer.await.map(|folder| vec![folder.path().to_owned()]) })
        };
        pickers.asked = Some((purpose, Instant::now()));
        pickers
            .answer
            .start(self.engine, async move { Ok(answer.await) });
    }

    /// Takes in the answer of the dialog.
    pub(super) fn poll_pickers(&mut self) {
        self.views.pickers.answer.poll();
        let Some(answer) = self.views.pickers.answer.take() else {
            return;
        };
        let Some((purpose, asked)) = self.views.pickers.asked.take() else {
            return;
        };
        match answer {
            Some(paths) => self.use_paths(purpose, paths),
            None if asked.elapsed() < NO_DIALOG => {
                self.drafts.path.clear();
                self.views.pickers.typed = Some(purpose);
            }
            None => {}
        }
    }

    fn use_paths(&mut self, purpose: Purpose, paths: Vec<PathBuf>) {
        match purpose {
            Purpose::UploadFiles | Purpose::UploadFolder => {
                self.take_in(paths.into_iter().map(UploadInput::Path).collect());
                self.emit(Action::Go(Route::Uploads));
            }
            Purpose::Download(ids, what) => {
                if let Some(folder) = paths.into_iter().next() {
                    self.emit(Action::Download { ids, what, folder });
                }
            }
            Purpose::OpenLibrary => {
                let folder = paths.into_iter().next();
                self.emit(Action::OpenLibrary {
                    folder,
                    with_samples: false,
                });
            }
        }
    }
}

/// The way out where no dialog exists.
pub(super) fn typed_path_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let Some(purpose) = cx.views.pickers.typed.clone() else {
        return;
    };
    let t = Tokens::of(ui);
    let title = if purpose.wants_files() {
        tr!("path-title-files")
    } else {
        tr!("path-title-folder")
    };
    let shown = Dialog::new("typed-path", title)
        .keep_when_clicked_beside()
        .show(ui.ctx(), |ui| {
            ui.label(t.muted(tr!("path-why")));
            ui.add_space(Tokens::SPACE_S);
            let field = TextField::new(&mut cx.drafts.path)
                .name(tr!("path-name"))
                .hint(tr!("path-hint"))
                .monospace();
            let field = ui.add(field);
            focus_once(ui, &field);
            let entered =
                field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
            dialog_buttons_ui(ui, |ui| {
                let is_set = !cx.drafts.path.trim().is_empty();
                let used = ui
                    .add_enabled(is_set, Button::primary(tr!("path-use")))
                    .clicked()
                    || (entered && is_set);
                (
                    used,
                    ui.add(Button::secondary(tr!("path-cancel"))).clicked(),
                )
            })
        });
    let (used, cancelled) = shown.inner;
    if used {
        let path = PathBuf::from(cx.drafts.path.trim());
        cx.views.pickers.typed = None;
        cx.use_paths(purpose, vec![path]);
    } else if cancelled || shown.wants_close {
        cx.views.pickers.typed = None;
    }
}
