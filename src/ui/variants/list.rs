//! The list of variants; where there is little room, a dropdown.

use egui::{
    Align, Color32, CornerRadius, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2,
};

use crate::app::Action;
use crate::model::{Variant, VariantId};

use super::super::cx::Cx;
use super::super::text::tr;
use super::super::theme::{Tokens, Weight, sans};
use super::super::widgets::{Dropdown, elided_galley, paint_focus, paint_galley_in};
use super::size_words;

const ROW: f32 = 48.0;

/// One line: what the variant does.
fn summary(variant: &Variant) -> String {
    let mut words = format!(
        "{}, {}",
        size_words(&variant.options),
        variant.options.fit.as_str()
    );
    if variant.never_require_signed_urls {
        words.push_str(", ");
        words.push_str(&tr!("variants-no-signature"));
    }
    words
}

pub(super) fn list_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    ScrollArea::vertical()
        .auto_shrink([false, false])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = Tokens::SPACE_XXS;
            if let Some(new) = &cx.drafts.variants.new {
                let name = new_name(&new.name);
                let is_selected = cx.state.variants.selected.is_none();
                let hint = tr!("variants-not-created");
                if row_ui(ui, &name, &hint, is_selected, false) {
                    cx.emit(Action::NewVariant { copy_of: None });
                }
            }
            for variant in cx.state.variants.all() {
                let is_selected = cx.state.variants.selected.as_ref() == Some(&variant.id);
                let is_edited = cx.drafts.variants.is_edited(variant);
                let name = variant.id.as_str();
                if row_ui(ui, name, &summary(variant), is_selected, is_edited) {
                    cx.actions.push(Action::SelectVariant(variant.id.clone()));
                }
            }
        });
}

fn new_name(typed: &str) -> String {
    if typed.trim().is_empty() {
        tr!("variants-unnamed")
    } else {
        typed.trim().to_owned()
    }
}

/// One row, named by the variant; what it does is its description. Returns whether it was chosen.
fn row_ui(ui: &mut Ui, name: &str, summary: &str, is_selected: bool, is_edited: bool) -> bool {
    let t = Tokens::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, is_selected, name));
    let mark = tr!("variant-edited");
    let described = if is_edited {
        format!("{summary}, {mark}")
    } else {
        summary.to_owned()
    };
    ui.ctx()
        .accesskit_node_builder(response.id, |node| node.set_description(described));
    let fill = match (is_selected, response.hovered()) {
        (true, false) => t.tint,
        (true, true) => t.tint_hover,
        (false, true) => t.control_hover,
        (false, false) => Color32::TRANSPARENT,
    };
    let painter = ui.painter();
    painter.rect_filled(rect, CornerRadius::same(Tokens::RADIUS_M), fill);
    let inner = rect.shrink2(vec2(10.0, 0.0));
    let line = |top: f32, height: f32| {
        Rect::from_min_max(
            pos2(inner.left(), rect.top() + top),
            pos2(inner.right(), rect.top() + top + height),
        )
    };
    let mut room = inner.width();
    if is_edited {
        let small = sans(Tokens::TEXT_S, Weight::Regular);
        let mark = elided_galley(ui, &mark, small, t.accent_ink, room);
        room -= mark.size().x + Tokens::SPACE_S;
        paint_galley_in(painter, line(7.0, 18.0), mark, Align::Max);
    }
    let title = sans(Tokens::TEXT, Weight::SemiBold);
    let title = elided_galley(ui, name, title, t.strong, room);
    paint_galley_in(painter, line(7.0, 18.0), title, Align::Min);
    let hint = sans(Tokens::TEXT_S, Weight::Regular);
    let hint = elided_galley(ui, summary, hint, t.muted, inner.width());
    let is_cut = hint.elided;
    paint_galley_in(painter, line(25.0, 16.0), hint, Align::Min);
    paint_focus(ui, &response, rect.shrink(2.0), Tokens::RADIUS_M);
    let clicked = response.clicked();
    if is_cut {
        response.on_hover_text(summary);
    }
    clicked
}

/// The same choice in one line.
pub(super) fn dropdown_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let before: Option<VariantId> = cx.state.variants.selected.clone();
    let mut chosen = before.clone();
    let mut dropdown = Dropdown::new(tr!("variants-choose"), &mut chosen).width(170.0);
    if let Some(new) = &cx.drafts.variants.new {
        dropdown = dropdown.option(None, new_name(&new.name));
    }
    for variant in cx.state.variants.all() {
        let mut words = variant.id.as_str().to_owned();
        if cx.drafts.variants.is_edited(variant) {
            words = tr!("variants-edited-entry", name = words);
        }
        dropdown = dropdown.option(Some(variant.id.clone()), words);
    }
    if ui.add(dropdown).changed() {
        cx.emit(match chosen {
            Some(id) => Action::SelectVariant(id),
            None => Action::NewVariant { copy_of: None },
        });
    }
}
