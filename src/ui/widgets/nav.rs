//! Moving about: entries of the side bar, buttons of the pager.

use egui::{
    Align, Color32, CornerRadius, Rect, Response, Role, Sense, Ui, Widget, WidgetInfo, pos2, vec2,
};

use super::chip::CountBadge;
use super::focus::paint_focus;
use super::icons::Icon;
use super::paint::{elided_galley, galley, paint_galley_in};
use crate::ui::theme::{Tokens, Weight, sans};

/// An entry of the side bar: icon, words, count. Named by its words; the count describes it.
#[must_use = "it is shown with `ui.add`"]
pub struct NavItem {
    icon: Icon,
    text: String,
    count: Option<String>,
    is_selected: bool,
}

impl NavItem {
    /// An entry as wide as the bar.
    pub fn new(icon: Icon, text: impl Into<String>) -> Self {
        Self {
            icon,
            text: text.into(),
            count: None,
            is_selected: false,
        }
    }

    /// Shows a number in words (`format_count`) at the right.
    pub fn count(mut self, count: impl Into<String>) -> Self {
        self.count = Some(count.into());
        self
    }

    /// The page in sight.
    pub fn selected(mut self, is_selected: bool) -> Self {
        self.is_selected = is_selected;
        self
    }
}

impl Widget for NavItem {
    fn ui(self, ui: &mut Ui) -> Response {
        const PAD: f32 = 10.0;
        let t = Tokens::of(ui);
        let size = vec2(ui.available_width(), Tokens::CONTROL);
        let (rect, response) = ui.allocate_exact_size(size, Sense::click());
        let is_enabled = ui.is_enabled();
        response.widget_info(|| {
            WidgetInfo::selected(Role::Button, is_enabled, self.is_selected, &self.text)
        });
        if let Some(count) = &self.count {
            ui.ctx().accesskit_node_builder(response.id, |node| {
                node.set_description(count.clone());
            });
        }

        let fill = match (self.is_selected, response.hovered()) {
            (true, false) => t.tint,
            (true, true) => t.tint_hover,
            (false, true) => t.control,
            (false, false) => Color32::TRANSPARENT,
        };
        let corners = CornerRadius::same(Tokens::RADIUS_M);
        ui.painter().rect_filled(rect, corners, fill);
        let (ink, weight) = match (self.is_selected, response.hovered()) {
            (true, _) => (t.accent_ink, Weight::SemiBold),
            (false, true) => (t.text, Weight::Regular),
            (false, false) => (t.muted, Weight::Regular),
        };
        let center = pos2(rect.left() + PAD + 8.0, rect.center().y);
        self.icon.paint(ui.painter(), center, Tokens::ICON, ink);
        let mut end = rect.right() - PAD;
        if let Some(count) = self.count {
            let badge = CountBadge::new(count).strong(self.is_selected);
            end = badge.paint(ui, pos2(end, rect.center().y)).left() - Tokens::SPACE_XS;
        }
        let words = Rect::from_min_max(
            pos2(rect.left() + PAD + 26.0, rect.top()),
            pos2(end, rect.bottom()),
        );
        let text = elided_galley(
            ui,
            &self.text,
            sans(Tokens::TEXT, weight),
            ink,
            words.width(),
        );
        let is_cut = text.elided;
        paint_galley_in(ui.painter(), words, text, Align::Min);
        paint_focus(ui, &response, rect.shrink(1.0), Tokens::RADIUS_M);
        if is_cut {
            response.on_hover_text(self.text)
        } else {
            response
        }
    }
}

/// The number of a page in the pager.
#[must_use = "it is shown with `ui.add`"]
pub struct PageButton {
    text: String,
    name: String,
    is_current: bool,
}

impl PageButton {
    /// `text` is the number; `name` says "Page 3".
    pub fn new(text: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            name: name.into(),
            is_current: false,
        }
    }

    /// The page in sight.
    pub fn current(mut self, is_current: bool) -> Self {
        self.is_current = is_current;
        self
    }
}

impl Widget for PageButton {
    fn ui(self, ui: &mut Ui) -> Response {
        let t = Tokens::of(ui);
        let (ink, weight) = if self.is_current {
            (t.strong, Weight::SemiBold)
        } else {
            (t.muted, Weight::Regular)
        };
        let text = galley(ui, &self.text, sans(Tokens::TEXT, weight), ink);
        let size = vec2(
            (text.size().x + 14.0).ceil().max(25.0),
            Tokens::CONTROL_SMALL - 2.0,
        );
        let (rect, response) = ui.allocate_exact_size(size, Sense::click());
        let is_enabled = ui.is_enabled();
        response.widget_info(|| {
            WidgetInfo::selected(Role::Button, is_enabled, self.is_current, &self.name)
        });
        let fill = match (self.is_current, response.hovered()) {
            (true, _) => t.control_pressed,
            (false, true) => t.control_hover,
            (false, false) => Color32::TRANSPARENT,
        };
        let corners = CornerRadius::same(Tokens::RADIUS_S);
        ui.painter().rect_filled(rect, corners, fill);
        paint_galley_in(ui.painter(), rect, text, Align::Center);
        paint_focus(ui, &response, rect, Tokens::RADIUS_S);
        response
    }
}
