//! What stands where no images are: an empty library, nothing found, a page that failed.

use egui::{Align, Layout, Margin, Ui};

use crate::app::Action;
use crate::model::Problem;
use crate::ui::cx::Cx;
use crate::ui::pickers::Purpose;
use crate::ui::text::tr;
use crate::ui::theme::Tokens;
use crate::ui::widgets::{Button, EmptyState, icons, problem_frame, spinner_ui};

/// The page has no images.
pub(super) fn nothing_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    if cx.state.gallery.filter.is_empty() {
        empty_ui(ui, cx);
    } else {
        not_found_ui(ui, cx);
    }
}

fn empty_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let is_library = cx.state.is_in_library();
    let is_waiting = cx.state.gallery.content.is_loading();
    EmptyState::new(icons::IMAGES, tr!("empty-title"), tr!("empty-text")).show_ui(ui, |ui| {
        let add = Button::primary(tr!("empty-add")).icon(icons::PLUS);
        if ui.add(add).clicked() {
            cx.pick(Purpose::UploadFiles);
        }
        if is_library {
            let samples = Button::secondary(tr!("empty-samples")).icon(icons::FILE_IMAGE);
            if ui.add(samples).clicked() {
                cx.emit(Action::AddSamples);
            }
        }
        if is_waiting {
            spinner_ui(ui, 16.0, tr!("gallery-loading"));
        }
    });
}

fn not_found_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let gallery = &cx.state.gallery;
    let title = tr!("none-title", filter = gallery.filter.as_str());
    let text = if gallery.complete {
        tr!("none-text-all", count = gallery.known)
    } else {
        tr!("none-text-known", count = gallery.known)
    };
    EmptyState::new(icons::SEARCH, title, text).show_ui(ui, |ui| {
        if ui.add(Button::secondary(tr!("none-clear"))).clicked() {
            cx.drafts.search.clear();
            cx.emit(Action::Filter(String::new()));
        }
        if !gallery.complete && !gallery.walking {
            let words = match gallery.total {
                // The line above has a button of that name already.
                Some(total) => tr!("none-search-all", count = total),
                None => tr!("none-search-rest"),
            };
            if ui.add(Button::primary(words)).clicked() {
                cx.emit(Action::KnowAll);
            }
        }
    });
}

/// No page could be had at all.
pub(super) fn failed_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let Some(problem) = cx.state.gallery.content.problem().cloned() else {
        return;
    };
    EmptyState::new(icons::ERROR, problem.what.clone(), advice(&problem)).show_ui(ui, |ui| {
        if ui
            .add(Button::primary(tr!("failed-retry")).icon(icons::RETRY))
            .clicked()
        {
            cx.emit(Action::ShowPage(cx.state.gallery.page));
        }
    });
}

fn advice(problem: &Problem) -> String {
    let mut parts: Vec<String> = [&problem.unaffected, &problem.hint]
        .into_iter()
        .flatten()
        .cloned()
        .collect();
    if let Some(code) = problem.code {
        parts.push(format!("[{code}]"));
    }
    parts.join(". ")
}

/// Whether the page in sight is an older one, because the one that was asked for failed.
pub(super) fn has_failure_strip(cx: &Cx<'_>) -> bool {
    let content = &cx.state.gallery.content;
    content.value().is_some() && content.problem().is_some()
}

/// Says so, above the page that is still there.
pub(super) fn failure_strip_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let Some(problem) = cx.state.gallery.content.problem().cloned() else {
        return;
    };
    let t = Tokens::of(ui);
    problem_frame(t)
        .inner_margin(Margin::symmetric(12, 8))
        .show(ui, |ui| {
            ui.horizontal(|ui| {
                icons::ERROR.show_ui(ui, 15.0, t.danger);
                let room = (ui.available_width() - 78.0).max(60.0);
                ui.vertical(|ui| {
                    ui.set_width(room);
                    let page = cx.state.gallery.page.get();
                    ui.label(t.strong(tr!(
                        "failed-page",
                        page = page,
                        what = problem.what.as_str()
                    )));
                    let advice = advice(&problem);
                    if !advice.is_empty() {
                        ui.label(t.hint(advice));
                    }
                });
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    if ui
                        .add(Button::secondary(tr!("failed-retry")).small())
                        .clicked()
                    {
                        cx.emit(Action::ShowPage(cx.state.gallery.page));
                    }
                });
            });
        });
}
