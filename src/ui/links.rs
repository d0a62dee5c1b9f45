//! Upload links: each takes one file from somebody who has no token.

use std::time::Duration;

use egui::{Align, CentralPanel, Frame, Layout, Margin, Panel, ScrollArea, Ui};
use jiff::{SignedDuration, Timestamp};

use crate::app::{Action, LinkDraft};
use crate::engine::{LinkState, UploadLink};
use crate::model::{IdTemplate, ImageId, UploadSpec};

use super::cx::Cx;
use super::forms::{image_id_error_words, metadata_error_words, place_bar_ui, problem_ui};
use super::metadata_editor::metadata_editor_ui;
use super::text::{format_duration_short, format_moment, tr};
use super::theme::{Tokens, Weight, sans};
use super::widgets::{
    Button, Chip, Column, Columns, Dropdown, Elided, EmptyState, TextField, Tone, card_ui,
    header_ui, icons, panel_frame, row_ui, section_ui, separator_ui, spinner_ui, toggle_row_ui,
};

/// Below this width, in points, the form stands above the list.
const NARROW: f32 = 820.0;
/// Width of the form beside the list, in points.
const FORM: f32 = 340.0;
const ROW: f32 = 44.0;
/// How long a link may work, in minutes.
const LIVES: [u32; 5] = [10, 30, 60, 180, 360];

pub(super) fn links_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let t = Tokens::of(ui);
    place_bar_ui(ui, tr!("links-title"), |ui| {
        let refresh = icons::REFRESH.button(tr!("links-refresh")).framed();
        if ui.add(refresh).clicked() {
            cx.emit(Action::CheckLinks);
        }
        if cx.state.links.list.is_loading() {
            spinner_ui(ui, 16.0, tr!("links-loading"));
        }
    });
    let is_narrow = ui.available_width() < NARROW;
    if !is_narrow {
        Panel::right("link-form")
            .exact_size(FORM)
            .resizable(false)
            .frame(panel_frame(t))
            .show(ui, |ui| {
                ScrollArea::vertical()
                    .auto_shrink(false)
                    .show(ui, |ui| form_ui(ui, cx));
            });
    }
    CentralPanel::default()
        .frame(Frame::new().fill(t.bg))
        .show(ui, |ui| {
            ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                Frame::new().inner_margin(Margin::same(14)).show(ui, |ui| {
                    ui.set_width(ui.available_width());
                    ui.spacing_mut().item_spacing.y = Tokens::SPACE_S;
                    ui.label(t.muted(tr!("links-text")));
                    ui.add_space(Tokens::SPACE_XS);
                    // Where there is something to see, it is not below the fold.
                    let has_links = cx
                        .state
                        .links
                        .list
                        .value()
                        .is_some_and(|links| !links.is_empty());
                    if is_narrow && !has_links {
                        card_ui(ui, |ui| form_ui(ui, cx));
                    }
                    list_ui(ui, cx);
                    if is_narrow && has_links {
                        ui.add_space(Tokens::SPACE_S);
                        card_ui(ui, |ui| form_ui(ui, cx));
                    }
                });
            });
        });
}

fn list_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let state = cx.state;
    if let Some(problem) = state.links.list.problem() {
        problem_ui(ui, problem);
        if ui
            .add(Button::secondary(tr!("links-again")).icon(icons::RETRY))
            .clicked()
        {
            cx.emit(Action::CheckLinks);
        }
    }
    let Some(links) = state.links.list.value() else {
        return;
    };
    if links.is_empty() {
        EmptyState::new(
            icons::LINK,
            tr!("links-empty-title"),
            tr!("links-empty-text"),
        )
        .show_ui(ui, |_| ());
        return;
    }
    let has_urls = ui.available_width() >= 620.0;
    let mut columns = vec![Column::Share(1.2)];
    if has_urls {
        columns.push(Column::Share(1.2));
    }
    columns.extend([
        Column::Fixed(104.0),
        Column::Fixed(96.0),
        Column::Fixed(66.0),
    ]);
    let columns = Columns::new(columns);
    let mut titles = vec![tr!("links-for")];
    if has_urls {
        titles.push(tr!("links-link"));
    }
    titles.extend([tr!("links-state"), tr!("links-left")]);
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
        header_ui(ui, &columns, &titles);
        let now = Timestamp::now();
        for link in links {
            ui.push_id(link.id.as_str(), |ui| {
                row_ui(ui, &columns, ROW, |ui, index| {
                    // Without the column of links, the others move up.
                    let cell = if has_urls || index == 0 {
                        index
                    } else {
                        index + 1
                    };
                    cell_ui(ui, cx, link, cell, now);
                });
            });
        }
        // The time left runs on.
        ui.ctx().request_repaint_after(Duration::from_secs(1));
    });
}

fn cell_ui(ui: &mut Ui, cx: &mut Cx<'_>, link: &UploadLink, cell: usize, now: Timestamp) {
    let t = Tokens::of(ui);
    match cell {
        0 => {
            if link.note.is_empty() {
                ui.add(Elided::middle(link.id.as_str()).monospace());
            } else {
                ui.add(Elided::end(&link.note))
                    .on_hover_text(link.id.as_str());
            }
        }
        1 => {
            ui.add(
                Elided::end(shown_url(link.url.expose()))
                    .monospace()
                    .color(t.muted),
            );
        }
        2 => {
            let (words, tone, icon) = state_words(link, now);
            ui.add(Chip::new(words).tone(tone).icon(icon));
        }
        3 => {
            if let Some(left) = time_left(link, now) {
                let left = format_duration_short(left);
                ui.label(t.detail(left).color(t.muted))
                    .on_hover_text(tr!("links-until", moment = format_moment(link.expires)));
            }
        }
        4 => {
            ui.spacing_mut().item_spacing.x = Tokens::SPACE_XS;
            let name = name(link);
            let copy = icons::COPY.button(tr!("links-copy", name = name)).small();
            // A link that no longer works is not worth passing on.
            let works = time_left(link, now).is_some();
            if ui.add_enabled(works, copy).clicked() {
                cx.emit(Action::CopyLink(link.id.clone()));
            }
            let remove = icons::CLOSE
                .button(tr!("links-remove", name = name))
                .small();
            if ui.add(remove).clicked() {
                cx.emit(Action::RemoveLink(link.id.clone()));
            }
        }
        _ => {}
    }
}

fn name(link: &UploadLink) -> &str {
    if link.note.is_empty() {
        link.id.as_str()
    } else {
        &link.note
    }
}

/// The host of a link: whoever has the rest can use it, so it is copied, but not shown.
fn shown_url(url: &str) -> String {
    url::Url::parse(url)
        .ok()
        .and_then(|url| url.host_str().map(|host| format!("{host}/…")))
        .unwrap_or_else(|| "…".to_owned())
}

fn is_over(link: &UploadLink, now: Timestamp) -> bool {
    link.expires <= now
}

fn time_left(link: &UploadLink, now: Timestamp) -> Option<Duration> {
    if !matches!(link.state, LinkState::Waiting | LinkState::Unknown) {
        return None;
    }
    Duration::try_from(link.expires.duration_since(now))
        .ok()
        .filter(|left| !left.is_zero())
}

fn state_words(link: &UploadLink, now: Timestamp) -> (String, Tone, super::widgets::Icon) {
    match link.state {
        // It runs out while the window looks at it.
        LinkState::Waiting | LinkState::Unknown if is_over(link, now) => {
            (tr!("links-expired"), Tone::Warning, icons::HISTORY)
        }
        LinkState::Waiting => (tr!("links-waiting"), Tone::Accent, icons::CLOCK),
        LinkState::Used => (tr!("links-used"), Tone::Success, icons::CHECK),
        LinkState::Expired => (tr!("links-expired"), Tone::Warning, icons::HISTORY),
        LinkState::Gone => (tr!("links-gone"), Tone::Neutral, icons::TRASH),
        LinkState::Unknown => (tr!("links-unknown"), Tone::Neutral, icons::HELP),
    }
}

/// What the form asks for, or what is wrong with it, in words.
fn checked_spec(draft: &LinkDraft) -> Result<UploadSpec, String> {
    let metadata = draft
        .metadata
        .read()
        .map_err(|error| metadata_error_words(&error))?;
    let id = draft.id.trim();
    if !draft.require_signed_urls && !id.is_empty() {
        ImageId::custom(id).map_err(|error| image_id_error_words(&error))?;
    }
    Ok(UploadSpec {
        require_signed_urls: draft.require_signed_urls,
        id_template: IdTemplate(if draft.require_signed_urls {
            String::new()
        } else {
            id.to_owned()
        }),
        metadata,
        creator: None,
    })
}

fn form_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let t = Tokens::of(ui);
    ui.spacing_mut().item_spacing.y = Tokens::SPACE_S;
    ui.label(t.title(tr!("links-new")));
    let draft = &mut cx.drafts.link;
    section_ui(ui, tr!("links-note"), |_| ());
    ui.add(
        TextField::new(&mut draft.note)
            .name(tr!("links-note"))
            .hint(tr!("links-note-hint")),
    );
    separator_ui(ui);

    toggle_row_ui(
        ui,
        &mut draft.require_signed_urls,
        tr!("options-signed"),
        tr!("options-signed-hint"),
    );
    separator_ui(ui);

    section_ui(ui, tr!("options-id"), |_| ());
    let is_signed = draft.require_signed_urls;
    let error = match ImageId::custom(draft.id.trim()) {
        Err(error) if !is_signed && !draft.id.trim().is_empty() => {
            Some(image_id_error_words(&error))
        }
        _ => None,
    };
    let id = TextField::new(&mut draft.id)
        .name(tr!("options-id"))
        .monospace()
        .error(error.as_deref());
    ui.add_enabled(!is_signed, id);
    if is_signed {
        ui.label(t.hint(tr!("options-id-signed")));
    } else if error.is_none() {
        ui.label(t.hint(tr!("options-id-empty")));
    }
    separator_ui(ui);

    section_ui(ui, tr!("links-life"), |ui| {
        let mut dropdown = Dropdown::new(tr!("links-life"), &mut draft.minutes);
        for minutes in LIVES {
            let life = Duration::from_secs(u64::from(minutes) * 60);
            dropdown = dropdown.option(minutes, format_duration_short(life));
        }
        ui.add(dropdown);
    });
    separator_ui(ui);

    metadata_editor_ui(ui, tr!("options-metadata"), &mut draft.metadata);
    separator_ui(ui);
    make_ui(ui, cx);
}

fn make_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let t = Tokens::of(ui);
    if let Some(problem) = &cx.state.links.problem {
        problem_ui(ui, problem);
    }
    let spec = checked_spec(&cx.drafts.link);
    let is_creating = cx.state.links.creating;
    ui.horizontal(|ui| {
        let mut button = Button::primary(tr!("links-make"))
            .icon(icons::LINK)
            .enabled(spec.is_ok() && !is_creating);
        if let Err(reason) = &spec {
            button = button.tooltip(reason);
        }
        if ui.add(button).clicked()
            && let Ok(spec) = spec
        {
            let draft = &cx.drafts.link;
            let life = SignedDuration::from_mins(i64::from(draft.minutes));
            let note = draft.note.trim().to_owned();
            cx.emit(Action::CreateLink {
                spec: Box::new(spec),
                life,
                note,
            });
        }
        if is_creating {
            spinner_ui(ui, 16.0, tr!("links-making"));
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(
                    Elided::end(tr!("links-making"))
                        .font(sans(Tokens::TEXT_M, Weight::Regular))
                        .color(t.muted),
                );
            });
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_shows_its_host_and_nothing_that_works() {
        assert_eq!(
            shown_url("https://upload.imagedelivery.net/hash/secret-id"),
            "upload.imagedelivery.net/…"
        );
        assert_eq!(shown_url("nonsense"), "…");
    }

    #[test]
    fn a_signed_link_leaves_the_id_to_the_service() {
        let draft = LinkDraft {
            id: "/wrong/".to_owned(),
            ..LinkDraft::default()
        };
        assert!(checked_spec(&draft).is_err());
        let signed = LinkDraft {
            require_signed_urls: true,
            ..draft
        };
        assert!(checked_spec(&signed).is_ok_and(|spec| spec.check().is_ok()));
    }
}
