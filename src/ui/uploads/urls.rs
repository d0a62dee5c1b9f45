//! The dialog that takes addresses, one a line.

use std::collections::HashSet;

use egui::Ui;

use crate::engine::UploadInput;

use crate::ui::cx::Cx;
use crate::ui::forms::error_line_ui;
use crate::ui::text::tr;
use crate::ui::theme::Tokens;
use crate::ui::widgets::{Button, Dialog, TextField, dialog_buttons_ui, focus_once};

/// Wrong lines that are told one by one.
const TOLD: usize = 3;

pub(super) fn urls_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let t = Tokens::of(ui);
    let (addresses, wrong) = read_lines(&cx.drafts.urls);
    let shown = Dialog::new("add-urls", tr!("urls-title"))
        .width(560.0)
        .keep_when_clicked_beside()
        .show(ui.ctx(), |ui| {
            ui.label(t.muted(tr!("urls-text")));
            ui.add_space(Tokens::SPACE_XS);
            // The text may be longer than the window is high.
            let room = (ui.available_height() - 150.0).clamp(80.0, 260.0);
            egui::ScrollArea::vertical()
                .max_height(room)
                .show(ui, |ui| {
                    let field = TextField::new(&mut cx.drafts.urls)
                        .name(tr!("urls-name"))
                        .hint("https://example.com/picture.jpg")
                        .monospace()
                        .rows(7);
                    let field = ui.add(field);
                    focus_once(ui, &field);
                });
            for (number, line) in wrong.iter().take(TOLD) {
                let line: String = line.chars().take(60).collect();
                error_line_ui(ui, &tr!("urls-wrong", number = *number, line = line));
            }
            if wrong.len() > TOLD {
                ui.label(t.hint(tr!("and-more", count = wrong.len() - TOLD)));
            }
            dialog_buttons_ui(ui, |ui| {
                let add = Button::primary(tr!("urls-add", count = addresses.len()))
                    .enabled(wrong.is_empty() && !addresses.is_empty());
                (
                    ui.add(add).clicked(),
                    ui.add(Button::secondary(tr!("dialog-cancel"))).clicked(),
                )
            })
        });
    let (added, cancelled) = shown.inner;
    if added {
        cx.drafts.urls.clear();
        cx.views.uploads.asks_for_urls = false;
        cx.take_in(addresses.into_iter().map(UploadInput::Url).collect());
    } else if cancelled || shown.wants_close {
        cx.views.uploads.asks_for_urls = false;
    }
}

/// The addresses in a text, each once, and the lines that are none, with their numbers from 1.
fn read_lines(text: &str) -> (Vec<String>, Vec<(usize, String)>) {
    let (mut addresses, mut wrong) = (Vec::new(), Vec::new());
    let mut seen = HashSet::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        match url::Url::parse(line) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => {
                let url = url.to_string();
                if seen.insert(url.clone()) {
                    addresses.push(url);
                }
            }
            _ => wrong.push((index + 1, line.to_owned())),
        }
    }
    (addresses, wrong)
}

#[cfg(test)]
mod tests {
    use super::read_lines;

    #[test]
    fn every_line_is_an_address_or_is_told_with_its_number() {
        let text =
            "https://a.example/1.png\n\n ftp://b.example/2.png\nhttps://a.example/1.png\nnope";
        let (addresses, wrong) = read_lines(text);
        assert_eq!(addresses, ["https://a.example/1.png"]);
        let numbers: Vec<_> = wrong.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, [3, 5]);
    }
}
