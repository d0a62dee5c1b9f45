//! The bar that floats over the grid while images are selected. It moves nothing.

use egui::{Align, Align2, Area, Frame, Layout, Margin, Order, Rect, Stroke, Ui, pos2, vec2};

use crate::app::Action;
use crate::ui::cx::Cx;
use crate::ui::text::tr;
use crate::ui::theme::Tokens;
use crate::ui::widgets::{Button, Icon, icons};

use super::menus::{Targets, copy_menu_ui, download_menu_ui, menu_button_ui, signed_menu_ui};

/// With less room than this, the buttons are icons alone.
const WIDE: f32 = 720.0;

/// Whether the bar floats over the grid.
fn is_shown(ui: &Ui, cx: &Cx<'_>) -> bool {
    match cx.state.gallery.selection.len() {
        0 => false,
        // One image alone is what the inspector is for, where there is room for it.
        1 => !crate::ui::inspector::is_wanted(ui, cx),
        _ => true,
    }
}

/// How much of the grid's lower end lies under the bar, in points.
pub(super) fn covered(ui: &Ui, cx: &Cx<'_>) -> f32 {
    if is_shown(ui, cx) { 66.0 } else { 0.0 }
}

pub(super) fn selection_bar_ui(ui: &mut Ui, cx: &mut Cx<'_>, grid: Rect) {
    if !is_shown(ui, cx) {
        return;
    }
    let count = cx.state.gallery.selection.len();
    let t = Tokens::of(ui);
    let is_wide = grid.width() >= WIDE;
    let frame = Frame::new()
        .fill(t.raised)
        .stroke(Stroke::new(1.0, t.border))
        .corner_radius(f32::from(Tokens::RADIUS_L))
        .shadow(ui.visuals().popup_shadow)
        .inner_margin(Margin::symmetric(12, 9));
    Area::new(egui::Id::unique("selection-bar"))
        .order(Order::Middle)
        .movable(false)
        .constrain(false)
        .fade_in(false)
        .pivot(Align2::CENTER_BOTTOM)
        .fixed_pos(pos2(grid.center().x, grid.bottom() - 14.0).round())
        .accessible_name(tr!("selection-bar"))
        .show(ui.ctx(), |ui| {
            frame.show(ui, |ui| {
                ui.set_max_width(grid.width());
                ui.allocate_ui_with_layout(
                    vec2(grid.width(), Tokens::CONTROL_SMALL),
                    Layout::left_to_right(Align::Center),
                    |ui| {
                        ui.spacing_mut().item_spacing.x = Tokens::SPACE_S;
                        buttons_ui(ui, cx, count, is_wide);
                    },
                );
            });
        });
}

fn buttons_ui(ui: &mut Ui, cx: &mut Cx<'_>, count: usize, is_wide: bool) {
    let t = Tokens::of(ui);
    ui.style_mut().wrap_mode = Some(egui::TextWrapMode::Extend);
    ui.label(t.strong(tr!("selection-count", count = count)));
    let copy = tr!("selection-copy");
    button_with_menu_ui(ui, is_wide, icons::COPY, copy, |ui| {
        let targets = Targets::selected(cx);
        copy_menu_ui(ui, cx, &targets);
    });
    let edit = tr!("selection-metadata");
    let edited = if is_wide {
        ui.add(Button::secondary(edit).small())
    } else {
        ui.add(icons::TAG.button(edit).framed().small())
    };
    if edited.clicked() {
        cx.emit(Action::AskEditMetadata(cx.state.gallery.selection.ids()));
    }
    let signed = tr!("selection-signed");
    button_with_menu_ui(ui, is_wide, icons::LOCK, signed, |ui| {
        let targets = Targets::selected(cx);
        signed_menu_ui(ui, cx, &targets);
    });
    let download = tr!("selection-download");
    button_with_menu_ui(ui, is_wide, icons::DOWNLOAD, download, |ui| {
        let targets = Targets::selected(cx);
        download_menu_ui(ui, cx, &targets);
    });
    let delete = tr!("selection-delete");
    let deleted = if is_wide {
        ui.add(Button::danger(delete).icon(icons::TRASH).small())
    } else {
        ui.add(icons::TRASH.button(delete).danger())
    };
    if deleted.clicked() {
        cx.emit(Action::AskDelete(cx.state.gallery.selection.ids()));
    }
    let clear = icons::CLOSE
        .button(tr!("selection-clear"))
        .tooltip(tr!("selection-clear-tip"));
    if ui.add(clear).clicked() {
        cx.emit(Action::ClearSelection);
    }
}

fn button_with_menu_ui(
    ui: &mut Ui,
    is_wide: bool,
    icon: Icon,
    name: String,
    content: impl FnOnce(&mut Ui),
) {
    if is_wide {
        menu_button_ui(ui, Button::secondary(name).icon(icon).small(), content);
    } else {
        menu_button_ui(ui, icon.button(name).framed().small(), content);
    }
}
