//! What waits for a look at the options: dropped elsewhere, pasted, or given at the start.

use egui::{Align, CornerRadius, Frame, Layout, Margin, Stroke, Ui};

use crate::app::Action;
use crate::engine::UploadInput;

use super::options::{Sample, checked_spec, remember};
use crate::ui::cx::Cx;
use crate::ui::forms::error_line_ui;
use crate::ui::text::tr;
use crate::ui::theme::{Tokens, Weight, sans};
use crate::ui::widgets::{Button, Elided, icons};

/// Names that are told before the rest is only counted.
const NAMES: usize = 3;

pub(super) fn staged_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let t = Tokens::of(ui);
    let staged = &cx.state.uploads.staged;
    let count = staged.len();
    let spec = checked_spec(&cx.drafts.upload, &Sample::of(staged));
    Frame::new()
        .fill(t.panel)
        .stroke(Stroke::new(1.0, t.border))
        .corner_radius(CornerRadius::same(Tokens::RADIUS_L))
        .inner_margin(Margin::symmetric(14, 12))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = Tokens::SPACE_XS;
            ui.horizontal(|ui| {
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    ui.spacing_mut().item_spacing.x = Tokens::SPACE_S;
                    let mut upload =
                        Button::primary(tr!("staged-upload", count = count)).icon(icons::UPLOAD);
                    if let Err(reason) = &spec {
                        upload = upload.enabled(false).tooltip(reason);
                    }
                    if ui.add(upload).clicked()
                        && let Ok(spec) = &spec
                    {
                        remember(cx);
                        cx.emit(Action::UploadStaged(Box::new(spec.clone())));
                    }
                    if ui.add(Button::ghost(tr!("staged-discard"))).clicked() {
                        cx.emit(Action::DiscardStaged);
                    }
                    ui.with_layout(Layout::top_down(Align::Min), |ui| {
                        ui.label(t.strong(tr!("staged-title", count = count)));
                        ui.add(
                            Elided::end(names(&cx.state.uploads.staged))
                                .font(sans(Tokens::TEXT_M, Weight::Regular))
                                .color(t.muted),
                        );
                    });
                });
            });
            if let Err(reason) = &spec {
                error_line_ui(ui, &tr!("staged-invalid", reason = reason.as_str()));
            }
        });
}

fn names(staged: &[UploadInput]) -> String {
    let mut names: Vec<String> = staged.iter().take(NAMES).map(name).collect();
    if staged.len() > NAMES {
        names.push(tr!("and-more", count = staged.len() - NAMES));
    }
    names.join(", ")
}

fn name(input: &UploadInput) -> String {
    match input {
        UploadInput::Path(path) => path
            .file_name()
            .unwrap_or(path.as_os_str())
            .to_string_lossy()
            .into_owned(),
        UploadInput::Url(url) => url.split(['?', '#']).next().unwrap_or(url).to_owned(),
        UploadInput::Picture { size, .. } => tr!("staged-picture", size = size.to_string()),
    }
}
