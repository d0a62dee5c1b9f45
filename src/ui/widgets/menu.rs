//! Entries of menus and lists that pop up.

use egui::{
    Align, Color32, CornerRadius, Rect, Response, Role, Sense, Ui, Widget, WidgetInfo, pos2, vec2,
};

use super::focus::paint_focus;
use super::icons::{self, Icon};
use super::paint::{elided_galley, galley, paint_galley_in};
use crate::ui::theme::{Tokens, Weight, sans};

/// An entry of a menu: icon, words, shortcut. Named by its words.
#[must_use = "it is shown with `ui.add`"]
pub struct MenuItem {
    text: String,
    icon: Option<Icon>,
    shortcut: String,
    is_danger: bool,
    selected: Option<bool>,
    role: Role,
}

impl MenuItem {
    /// An entry with these words.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            icon: None,
            shortcut: String::new(),
            is_danger: false,
            selected: None,
            role: Role::MenuItem,
        }
    }

    /// Shows an icon before the words.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// Shows the keys that do the same.
    pub fn shortcut(mut self, keys: impl Into<String>) -> Self {
        self.shortcut = keys.into();
        self
    }

    /// Red, for what destroys.
    pub fn danger(mut self) -> Self {
        self.is_danger = true;
        self
    }

    /// One of several: a check mark stands before the chosen one.
    pub fn selected(mut self, selected: bool) -> Self {
        self.selected = Some(selected);
        self
    }

    pub(super) fn role(mut self, role: Role) -> Self {
        self.role = role;
        self
    }
}

impl Widget for MenuItem {
    fn ui(self, ui: &mut Ui) -> Response {
        const PAD: f32 = 8.0;
        let t = Tokens::of(ui);
        let ink = if self.is_danger { t.danger } else { t.text };
        let has_lead = self.icon.is_some() || self.selected.is_some();
        let lead = if has_lead {
            Tokens::ICON + Tokens::SPACE_S
        } else {
            0.0
        };
        let text_font = sans(Tokens::TEXT, Weight::Regular);
        let keys_font = sans(Tokens::TEXT_S, Weight::Regular);
        let keys = galley(ui, &self.shortcut, keys_font, t.muted);
        let keys_width = if self.shortcut.is_empty() {
            0.0
        } else {
            keys.size().x + 24.0
        };
        let wanted = galley(ui, &self.text, text_font.clone(), ink).size().x;
        let wanted = (wanted + lead + keys_width + 2.0 * PAD).ceil();
        let width = wanted
            .max(ui.available_width().min(ui.min_rect().width()))
            .max(120.0);
        let (rect, response) =
            ui.allocate_exact_size(vec2(width, Tokens::CONTROL_SMALL), Sense::click());
        let is_enabled = ui.is_enabled();
        response.widget_info(|| match self.selected {
            Some(on) => WidgetInfo::selected(self.role, is_enabled, on, &self.text),
            None => WidgetInfo::labeled(self.role, is_enabled, &self.text),
        });

        let fill = match (self.is_danger, response.hovered() || response.has_focus()) {
            (_, false) => Color32::TRANSPARENT,
            (true, true) => t.danger_tint,
            (false, true) => t.control_pressed,
        };
        let corners = CornerRadius::same(Tokens::RADIUS_S);
        // A menu is as wide as its widest entry: fill to the edge the others reached.
        let row = Rect::from_min_max(
            rect.min,
            pos2(rect.right().max(ui.min_rect().right()), rect.bottom()),
        );
        ui.painter().rect_filled(row, corners, fill);
        let icon = match self.selected {
            Some(true) => Some(icons::CHECK),
            Some(false) => None,
            None => self.icon,
        };
        if let Some(icon) = icon {
            let center = pos2(rect.left() + PAD + Tokens::ICON / 2.0, rect.center().y);
            let ink = if self.is_danger || self.selected.is_some() {
                ink
            } else {
                t.muted
            };
            icon.paint(ui.painter(), center, 15.0, ink);
        }
        let words = Rect::from_min_max(pos2(rect.left() + PAD + lead, rect.top()), row.max);
        let room = words.width() - PAD - keys_width;
        let text = elided_galley(ui, &self.text, text_font, ink, room);
        paint_galley_in(ui.painter(), words, text, Align::Min);
        let end = Rect::from_min_max(row.min, pos2(row.right() - PAD, row.bottom()));
        paint_galley_in(ui.painter(), end, keys, Align::Max);
        paint_focus(ui, &response, row.shrink(2.0), Tokens::RADIUS_S);
        response
    }
}

/// A hairline between groups of entries.
pub fn menu_separator_ui(ui: &mut Ui) {
    let t = Tokens::of(ui);
    let width = ui.min_rect().width().max(40.0);
    let (rect, _) = ui.allocate_exact_size(vec2(width, 9.0), Sense::hover());
    let line = Rect::from_min_size(pos2(rect.left(), rect.center().y.floor()), vec2(width, 1.0));
    ui.painter().rect_filled(line, 0.0, t.border);
}
