//! What was typed for an image that is no longer shown: it stays until it is saved or discarded.

use egui::{CornerRadius, Frame, Margin, Ui};

use crate::app::{Action, MetadataDraft};
use crate::model::{Image, ImageChange, ImageId};
use crate::ui::cx::Cx;
use crate::ui::text::tr;
use crate::ui::theme::Tokens;
use crate::ui::widgets::{Button, spinner_ui};

use super::metadata::is_edited;

/// Changes that were typed and not saved.
#[derive(Debug, Clone)]
pub(in crate::ui) struct Unsaved {
    id: ImageId,
    name: String,
    metadata: Option<MetadataDraft>,
    creator: Option<String>,
    is_sent: bool,
}

/// Puts aside what belongs to an image that is no longer shown, and brings back what belongs to
/// the one that is shown now.
pub(super) fn follow(cx: &mut Cx<'_>) {
    let state = cx.state;
    let shown = state.gallery.selection.single();
    let shown_id = shown.map(|image| &image.id);
    if let Some((id, draft)) = cx.drafts.metadata.clone()
        && Some(&id) != shown_id
    {
        cx.drafts.metadata = None;
        let is_worth_it = state
            .gallery
            .find(&id)
            .is_none_or(|image| is_edited(&draft, &image.metadata));
        if is_worth_it {
            put_aside(cx, &id).metadata = Some(draft);
        }
    }
    if let Some((id, text)) = cx.drafts.creator.clone()
        && Some(&id) != shown_id
    {
        cx.drafts.creator = None;
        cx.views.inspector.edits_creator = false;
        let saved = state.gallery.find(&id).map(|image| image.creator.clone());
        if saved.is_none_or(|saved| saved.unwrap_or_default() != text.trim()) {
            put_aside(cx, &id).creator = Some(text);
        }
    }
    forget_saved(cx);
    if let Some(image) = shown {
        bring_back(cx, image);
    }
}

fn put_aside<'v>(cx: &'v mut Cx<'_>, id: &ImageId) -> &'v mut Unsaved {
    let name = cx.state.gallery.find(id).map_or_else(
        || id.last_segment().to_owned(),
        |image| image.display_name().to_owned(),
    );
    let list = &mut cx.views.inspector.unsaved;
    let index = list.iter().position(|unsaved| unsaved.id == *id);
    let index = index.unwrap_or_else(|| {
        list.push(Unsaved {
            id: id.clone(),
            name,
            metadata: None,
            creator: None,
            is_sent: false,
        });
        list.len() - 1
    });
    &mut list[index]
}

/// What was sent and has been confirmed is no longer unsaved; what failed stays.
fn forget_saved(cx: &mut Cx<'_>) {
    let state = cx.state;
    cx.views.inspector.unsaved.retain_mut(|unsaved| {
        if !unsaved.is_sent || state.changing.contains(&unsaved.id) {
            return true;
        }
        unsaved.is_sent = false;
        // Of an image that is neither on the page nor selected, only the notice tells.
        state
            .gallery
            .find(&unsaved.id)
            .is_some_and(|image| differs(unsaved, image))
    });
}

fn differs(unsaved: &Unsaved, image: &Image) -> bool {
    let metadata = unsaved.metadata.as_ref();
    let creator = unsaved.creator.as_ref();
    metadata.is_some_and(|draft| is_edited(draft, &image.metadata))
        || creator.is_some_and(|text| text.trim() != image.creator.as_deref().unwrap_or(""))
}

fn bring_back(cx: &mut Cx<'_>, image: &Image) {
    let list = &mut cx.views.inspector.unsaved;
    let Some(index) = list
        .iter()
        .position(|unsaved| unsaved.id == image.id && !unsaved.is_sent)
    else {
        return;
    };
    let unsaved = list.remove(index);
    if let Some(draft) = unsaved.metadata {
        cx.drafts.metadata = Some((image.id.clone(), draft));
    }
    if let Some(text) = unsaved.creator {
        cx.drafts.creator = Some((image.id.clone(), text));
    }
}

/// One strip for each image with unsaved changes.
pub(super) fn strips_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let list = cx.views.inspector.unsaved.clone();
    for unsaved in &list {
        strip_ui(ui, cx, unsaved);
        ui.add_space(Tokens::SPACE_XS);
    }
}

fn strip_ui(ui: &mut Ui, cx: &mut Cx<'_>, unsaved: &Unsaved) {
    let t = Tokens::of(ui);
    let name = unsaved.name.as_str();
    let metadata = unsaved.metadata.as_ref().map(MetadataDraft::read);
    let can_save = !matches!(metadata, Some(Err(_)));
    let frame = Frame::new()
        .fill(t.tint)
        .corner_radius(CornerRadius::same(Tokens::RADIUS_M))
        .inner_margin(Margin::symmetric(10, 8));
    let (saves, discards) = frame
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.label(t.detail(tr!("unsaved-title", name = name)));
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = Tokens::SPACE_S;
                if unsaved.is_sent {
                    spinner_ui(ui, 14.0, tr!("inspector-changing"));
                    return (false, false);
                }
                let save = Button::secondary(tr!("unsaved-save"))
                    .name(tr!("unsaved-save-name", name = name))
                    .small();
                let discard = Button::ghost(tr!("unsaved-discard"))
                    .name(tr!("unsaved-discard-name", name = name))
                    .small();
                (
                    ui.add_enabled(can_save, save).clicked(),
                    ui.add(discard).clicked(),
                )
            })
            .inner
        })
        .inner;
    if saves {
        let change = ImageChange {
            metadata: metadata.and_then(Result::ok),
            creator: unsaved.creator.as_ref().map(|text| text.trim().to_owned()),
            ..ImageChange::default()
        };
        cx.emit(Action::EditImages(vec![(unsaved.id.clone(), change)]));
        for other in &mut cx.views.inspector.unsaved {
            other.is_sent |= other.id == unsaved.id;
        }
    }
    if discards {
        cx.views
            .inspector
            .unsaved
            .retain(|other| other.id != unsaved.id);
    }
}
