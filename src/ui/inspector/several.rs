//! Several selected images: how many of what, and what can be done with all of them.

use std::collections::HashSet;

use egui::{Margin, ScrollArea, Ui, vec2};

use crate::app::Action;
use crate::model::ImageId;
use crate::ui::cx::Cx;
use crate::ui::gallery::{
    Targets, copy_menu_ui, download_menu_ui, key_of, menu_button_ui, paint_cover, signed_menu_ui,
};
use crate::ui::text::{format_count, tr};
use crate::ui::textures::Thumbnail;
use crate::ui::theme::Tokens;
use crate::ui::widgets::{Button, icons, key_value_ui, paint_skeleton, separator_ui};

use super::unsaved;

/// How many small pictures stand for the selection.
const PREVIEWS: usize = 12;

pub(super) fn several_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let frame = egui::Frame::new().inner_margin(Margin::same(14));
    ScrollArea::vertical()
        .id_salt("inspector-several")
        .auto_shrink(false)
        .show(ui, |ui| {
            frame.show(ui, |ui| {
                ui.spacing_mut().item_spacing = vec2(Tokens::SPACE_S, 6.0);
                unsaved::strips_ui(ui, cx);
                summary_ui(ui, cx);
                separator_ui(ui);
                ui.add_space(Tokens::SPACE_XS);
                actions_ui(ui, cx);
            });
        });
}

fn summary_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let t = Tokens::of(ui);
    let selection = &cx.state.gallery.selection;
    let count = selection.len();
    ui.label(t.title(tr!("several-title", count = count)));
    ui.add_space(Tokens::SPACE_XS);
    previews_ui(ui, cx);
    ui.add_space(Tokens::SPACE_XS);
    let private = selection
        .images()
        .filter(|image| image.require_signed_urls)
        .count();
    let drafts = selection.images().filter(|image| image.is_draft).count();
    let here: HashSet<&ImageId> = cx.state.gallery.images().iter().map(|it| &it.id).collect();
    let is_elsewhere = selection.images().any(|image| !here.contains(&image.id));
    let number = |count: usize| format_count(count as u64);
    key_value_ui(ui, tr!("several-public"), number(count - private), false);
    key_value_ui(ui, tr!("several-private"), number(private), false);
    if drafts > 0 {
        key_value_ui(ui, tr!("several-drafts"), number(drafts), false);
    }
    if is_elsewhere {
        ui.label(t.hint(tr!("several-elsewhere")));
    }
}

fn previews_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let t = Tokens::of(ui);
    let state = cx.state;
    let gap = 6.0;
    let side = ((ui.available_width() - 3.0 * gap) / 4.0).floor();
    let shape = vec2(side, (side * 0.75).floor());
    let images: Vec<_> = state.gallery.selection.images().take(PREVIEWS).collect();
    for row in images.chunks(4) {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = gap;
            for image in row {
                let (rect, _) = ui.allocate_exact_size(shape, egui::Sense::hover());
                let found = [256, 512, 1024]
                    .into_iter()
                    .map(|side| cx.textures.get(&key_of(image, side)))
                    .find_map(|thumbnail| match thumbnail {
                        Thumbnail::Ready(texture) => Some(texture),
                        _ => None,
                    });
                match found {
                    Some(texture) => {
                        paint_cover(ui.painter(), rect, &texture, Tokens::RADIUS_S);
                    }
                    None => paint_skeleton(ui.painter(), rect, t),
                }
            }
        });
    }
    let more = state.gallery.selection.len().saturating_sub(PREVIEWS);
    if more > 0 {
        ui.label(t.hint(tr!("several-more", count = more)));
    }
}

fn actions_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let count = cx.state.gallery.selection.len();
    let button = |words: String| Button::secondary(words).fill_width();
    let copy = button(tr!("several-copy", count = count)).icon(icons::COPY);
    menu_button_ui(ui, copy, |ui| {
        let targets = Targets::selected(cx);
        copy_menu_ui(ui, cx, &targets);
    });
    let edit = button(tr!("several-metadata", count = count)).icon(icons::TAG);
    if ui.add(edit).clicked() {
        cx.emit(Action::AskEditMetadata(cx.state.gallery.selection.ids()));
    }
    let signed = button(tr!("several-signed", count = count)).icon(icons::LOCK);
    menu_button_ui(ui, signed, |ui| {
        let targets = Targets::selected(cx);
        signed_menu_ui(ui, cx, &targets);
    });
    let download = button(tr!("several-download", count = count)).icon(icons::DOWNLOAD);
    menu_button_ui(ui, download, |ui| {
        let targets = Targets::selected(cx);
        download_menu_ui(ui, cx, &targets);
    });
    let delete = Button::danger(tr!("several-delete", count = count))
        .icon(icons::TRASH)
        .fill_width();
    if ui.add(delete).clicked() {
        cx.emit(Action::AskDelete(cx.state.gallery.selection.ids()));
    }
}
