//! The variants: a list, the editor of one, and what it makes of a picture, at once.
//!
//! Edits live in the drafts and survive going elsewhere; a draft that equals what is saved is
//! none. The preview is rendered on this computer, on one of the images of the gallery's page.

mod delivery;
mod editor;
mod fit_cards;
mod list;
mod preview;
mod sample_strip;

use egui::{Align, CentralPanel, Frame, Layout, Margin, Panel, Ui};

use crate::app::{Action, VariantDraft};
use crate::engine::ThumbnailWish;
use crate::model::{Image, Variant, VariantId, VariantOptions};

use super::cx::Cx;
use super::text::tr;
use super::theme::Tokens;
use super::widgets::{Button, EmptyState, Toggle, icons, spinner_ui};

use preview::Tried;

/// Below this width, in points, the list is a dropdown in the top bar.
const NARROW: f32 = 960.0;
/// Below this width, in points, the words of the top bar make room for its controls.
const VERY_NARROW: f32 = 620.0;
/// Width of the list, in points.
const LIST: f32 = 230.0;
/// Width of the editor, in points.
const EDITOR: f32 = 320.0;
/// The margin of bars at their sides: `Tokens::SPACE_PANEL`.
const MARGIN: i8 = 14;
/// Height of the top bar, in points.
const TOP_BAR: f32 = 53.0;

/// What the view remembers.
#[derive(Default)]
pub(super) struct VariantsViewState {
    tried: Tried,
    /// The sample, for when the gallery has turned to another page.
    sample: Option<Image>,
    /// The text that the list of samples is narrowed by.
    sample_filter: String,
    /// Thumbnails that were asked for last.
    asked: Vec<ThumbnailWish>,
    /// The draft whose time to live is typed in seconds.
    types_ttl: Option<DraftKey>,
}

impl VariantsViewState {
    /// Takes a preview that was rendered elsewhere.
    pub(super) fn show_preview(
        &mut self,
        ctx: &egui::Context,
        image: crate::model::ImageId,
        variant: &Variant,
        preview: &crate::engine::Preview,
    ) {
        let question = (image, variant.options.clone());
        self.tried.put(ctx, question, variant.id.as_str(), preview);
    }
}

/// Which draft is shown: that of a variant, or the new one.
#[derive(Clone, Debug, PartialEq)]
enum DraftKey {
    Saved(VariantId),
    New,
}

/// The draft that is shown, with what is saved of it.
struct Shown {
    key: DraftKey,
    saved: Option<Variant>,
    draft: VariantDraft,
}

impl Shown {
    fn of(cx: &Cx<'_>) -> Option<Self> {
        if let Some(variant) = cx.state.variants.selected() {
            let edited = cx.drafts.variants.edited.get(&variant.id).cloned();
            return Some(Self {
                key: DraftKey::Saved(variant.id.clone()),
                draft: edited.unwrap_or_else(|| VariantDraft::of(variant)),
                saved: Some(variant.clone()),
            });
        }
        let draft = cx.drafts.variants.new.clone()?;
        Some(Self {
            key: DraftKey::New,
            saved: None,
            draft,
        })
    }

    /// Whether there is anything to save.
    fn is_edited(&self) -> bool {
        self.saved
            .as_ref()
            .is_none_or(|saved| VariantDraft::of(saved) != self.draft)
    }

    /// Puts what was typed back; a draft that says nothing new is dropped, so that it cannot
    /// pass for an edit when the list is read again.
    fn keep(self, cx: &mut Cx<'_>) {
        let is_edited = self.is_edited();
        match self.key {
            DraftKey::New => cx.drafts.variants.new = Some(self.draft),
            DraftKey::Saved(id) if is_edited => {
                cx.drafts.variants.edited.insert(id, self.draft);
            }
            DraftKey::Saved(id) => drop(cx.drafts.variants.edited.remove(&id)),
        }
    }
}

impl VariantsViewState {
    /// Thumbnails that were asked for and have not come are asked for again.
    pub(super) fn forget_asked(&mut self) {
        self.asked.clear();
    }
}

pub(super) fn variants_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let t = Tokens::of(ui);
    let width = ui.available_width();
    let is_narrow = width < NARROW;
    let frame = Frame::new()
        .fill(t.bg)
        .inner_margin(Margin::symmetric(MARGIN, 0));
    Panel::top("variants-bar")
        .exact_size(TOP_BAR)
        .resizable(false)
        .frame(frame)
        .show(ui, |ui| top_bar_ui(ui, cx, is_narrow));
    if cx.state.variants.list.value().is_none() {
        CentralPanel::default()
            .frame(Frame::new().fill(t.bg).inner_margin(Tokens::SPACE_XL))
            .show(ui, |ui| without_list_ui(ui, cx));
        return;
    }
    if !is_narrow {
        Panel::left("variants-list")
            .exact_size(LIST)
            .resizable(false)
            .frame(Frame::new().fill(t.bg).inner_margin(Margin::same(10)))
            .show(ui, |ui| list::list_ui(ui, cx));
    }
    let mut shown = Shown::of(cx);
    if let Some(shown) = &mut shown {
        let editor = EDITOR.min(width * 0.55);
        Panel::right("variant-editor")
            .exact_size(editor)
            .resizable(false)
            .frame(Frame::new().fill(t.panel))
            .show(ui, |ui| editor::editor_ui(ui, cx, shown));
    }
    let sample = sample_strip::current_sample(cx);
    let tried: Option<(String, VariantOptions)> = shown.as_ref().map(|shown| {
        (
            shown.draft.name.trim().to_owned(),
            shown.draft.options.clone(),
        )
    });
    if let Some(shown) = shown {
        shown.keep(cx);
    }
    let mut wishes = Vec::new();
    if sample.is_some() {
        Panel::bottom("variant-samples")
            .exact_size(sample_strip::HEIGHT)
            .resizable(false)
            .frame(
                Frame::new()
                    .fill(t.bg)
                    .inner_margin(Margin::symmetric(MARGIN, 0)),
            )
            .show(ui, |ui| {
                sample_strip::strip_ui(ui, cx, sample.as_ref(), &mut wishes);
            });
    }
    CentralPanel::default()
        .frame(Frame::new().fill(t.bg))
        .show(ui, |ui| match (&sample, tried) {
            (Some(image), Some((name, options))) => {
                preview::preview_ui(ui, cx, image, &name, &options);
            }
            (None, _) => no_sample_ui(ui, cx),
            (Some(_), None) => {}
        });
    sample_strip::ask_for(cx, wishes);
}

fn top_bar_ui(ui: &mut Ui, cx: &mut Cx<'_>, is_narrow: bool) {
    let t = Tokens::of(ui);
    let is_very_narrow = ui.available_width() < VERY_NARROW;
    let count = cx.state.variants.all().len();
    let is_known = cx.state.variants.list.value().is_some();
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = Tokens::SPACE_S;
        if !is_very_narrow {
            ui.label(t.title(tr!("variants-title")));
            if is_known {
                let allowed = Variant::MAX_PER_ACCOUNT;
                ui.label(t.muted(tr!("variants-count", count = count, allowed = allowed)));
            }
        }
        if is_narrow && is_known {
            list::dropdown_ui(ui, cx);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let is_full = count >= Variant::MAX_PER_ACCOUNT;
            let mut new = Button::primary(tr!("variants-new"))
                .icon(icons::PLUS)
                .enabled(is_known && !is_full);
            if is_full {
                new = new.tooltip(tr!("variants-new-full"));
            }
            if ui.add(new).clicked() {
                cx.emit(Action::NewVariant { copy_of: None });
            }
            if is_known {
                flexible_ui(ui, cx, is_very_narrow);
            }
        });
    });
}

fn flexible_ui(ui: &mut Ui, cx: &mut Cx<'_>, is_very_narrow: bool) {
    let t = Tokens::of(ui);
    let flexible = cx.state.variants.flexible();
    let mut on = flexible == Some(true);
    let explained = match flexible {
        None => tr!("variants-flexible-unknown"),
        Some(_) => tr!("variants-flexible-effect"),
    };
    let toggle = Toggle::new(&mut on, tr!("variants-flexible"));
    let toggle = ui
        .add_enabled(flexible.is_some(), toggle)
        .on_hover_text(&explained)
        .on_disabled_hover_text(&explained);
    if toggle.changed() {
        cx.emit(Action::SetFlexible(on));
    }
    if !is_very_narrow {
        ui.label(t.muted(tr!("variants-flexible")))
            .on_hover_text(explained);
    }
}

/// The list is on its way, or could not be had.
fn without_list_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let Some(problem) = cx.state.variants.list.problem().cloned() else {
        ui.vertical_centered(|ui| {
            ui.add_space(ui.available_height() / 2.0 - 12.0);
            spinner_ui(ui, 24.0, tr!("variants-loading"));
        });
        return;
    };
    let retry =
        EmptyState::new(icons::ERROR, &problem.what, preview::advice(&problem)).show_ui(ui, |ui| {
            ui.add(Button::secondary(tr!("variants-retry")).icon(icons::RETRY))
                .clicked()
        });
    if retry {
        cx.emit(Action::Refresh);
    }
}

/// There is no picture to try variants on.
fn no_sample_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let gallery = &cx.state.gallery;
    if gallery.content.value().is_none() && gallery.content.is_loading() {
        ui.vertical_centered(|ui| {
            ui.add_space(ui.available_height() / 2.0 - 12.0);
            spinner_ui(ui, 24.0, tr!("variants-loading-images"));
        });
        return;
    }
    // The page may be empty because of a filter, while the account is not.
    let is_filtered = !gallery.filter.is_empty() && gallery.total.is_some_and(|total| total > 0);
    if is_filtered {
        let clear = EmptyState::new(
            icons::SEARCH,
            tr!("variants-filtered"),
            tr!("variants-filtered-hint"),
        )
        .show_ui(ui, |ui| {
            ui.add(Button::secondary(tr!("variants-clear-filter")))
                .clicked()
        });
        if clear {
            cx.drafts.search.clear();
            cx.emit(Action::Filter(String::new()));
        }
        return;
    }
    let add = EmptyState::new(
        icons::IMAGES,
        tr!("variants-no-images"),
        tr!("variants-no-images-hint"),
    )
    .show_ui(ui, |ui| {
        ui.add(Button::secondary(tr!("variants-add-files")).icon(icons::PLUS))
            .clicked()
    });
    if add {
        cx.pick(super::pickers::Purpose::UploadFiles);
    }
}

/// The sides of options in words: "300 × 300", "600 × auto".
fn size_words(options: &VariantOptions) -> String {
    let auto = || tr!("variants-auto");
    let side = |px: Option<u32>| px.map_or_else(auto, |px| px.to_string());
    format!("{} × {}", side(options.width), side(options.height))
}
