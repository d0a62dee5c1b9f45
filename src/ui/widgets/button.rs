//! Buttons: with words, or an icon alone.

use egui::{
    Color32, CornerRadius, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Widget, WidgetInfo,
    pos2, vec2,
};

use super::focus::paint_focus;
use super::icons::Icon;
use super::paint::elided_galley;
use crate::ui::theme::{Tokens, Weight, sans};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Primary,
    Secondary,
    Ghost,
    Danger,
    Destructive,
}

/// A button with words on it, named by them.
///
/// ```
/// # use lenticular::ui::widgets::{Button, icons};
/// # egui::__run_test_ui(|ui| {
/// let starts = ui.add(Button::primary("Upload").icon(icons::UPLOAD)).clicked();
/// ui.add_enabled(false, Button::danger("Delete"));
/// # });
/// ```
#[derive(Clone, Debug)]
#[must_use = "a button is shown with `ui.add`"]
pub struct Button {
    text: String,
    kind: Kind,
    icon: Option<Icon>,
    trailing: Option<Icon>,
    small: bool,
    enabled: bool,
    min_width: f32,
    fills_width: bool,
    name: Option<String>,
    tooltip: Option<String>,
}

impl Button {
    fn new(text: impl Into<String>, kind: Kind) -> Self {
        Self {
            text: text.into(),
            kind,
            icon: None,
            trailing: None,
            small: false,
            enabled: true,
            min_width: 0.0,
            fills_width: false,
            name: None,
            tooltip: None,
        }
    }

    /// The one thing this view is for; at most one in sight.
    pub fn primary(text: impl Into<String>) -> Self {
        Self::new(text, Kind::Primary)
    }

    /// An ordinary action.
    pub fn secondary(text: impl Into<String>) -> Self {
        Self::new(text, Kind::Secondary)
    }

    /// An action that stands back: no ground until the pointer is there.
    pub fn ghost(text: impl Into<String>) -> Self {
        Self::new(text, Kind::Ghost)
    }

    /// Leads to something being destroyed: red words on an ordinary ground.
    pub fn danger(text: impl Into<String>) -> Self {
        Self::new(text, Kind::Danger)
    }

    /// Destroys: the confirming button of a dialog, filled red.
    pub fn destructive(text: impl Into<String>) -> Self {
        Self::new(text, Kind::Destructive)
    }

    /// Shows an icon before the words.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// Shows an icon after the words, such as a chevron.
    pub fn trailing_icon(mut self, icon: Icon) -> Self {
        self.trailing = Some(icon);
        self
    }

    /// Fits into rows and beside fields.
    pub fn small(mut self) -> Self {
        self.small = true;
        self
    }

    /// A disabled button is faded and takes neither pointer nor keyboard.
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// At least this wide.
    pub fn min_width(mut self, width: f32) -> Self {
        self.min_width = width;
        self
    }

    /// As wide as there is room.
    pub fn fill_width(mut self) -> Self {
        self.fills_width = true;
        self
    }

    /// An accessible name that says more than the words do ("Retry 3 failed uploads").
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// What the pointer tells after a moment, also while disabled: there it should say why.
    pub fn tooltip(mut self, text: impl Into<String>) -> Self {
        self.tooltip = Some(text.into());
        self
    }

    /// Shows the button; the same as `ui.add(button)`.
    pub fn ui(self, ui: &mut Ui) -> Response {
        if self.enabled {
            self.paint_ui(ui)
        } else {
            ui.add_enabled_ui(false, |ui| self.paint_ui(ui)).inner
        }
    }

    fn paint_ui(self, ui: &mut Ui) -> Response {
        let t = Tokens::of(ui);
        let (height, padding, gap) = if self.small {
            (Tokens::CONTROL_SMALL, 10.0, 6.0)
        } else {
            (Tokens::CONTROL, Tokens::SPACE_M, Tokens::SPACE_S)
        };
        let icon_size = if self.small { 13.0 } else { 15.0 };
        let weight = match self.kind {
            Kind::Primary | Kind::Destructive => Weight::SemiBold,
            _ => Weight::Regular,
        };
        let icons = [self.icon, self.trailing].into_iter().flatten().count();
        #[expect(clippy::cast_precision_loss, reason = "there are at most two icons")]
        let beside = 2.0 * padding + icons as f32 * (icon_size + gap);
        let size = if self.small {
            Tokens::TEXT - 0.5
        } else {
            Tokens::TEXT
        };
        let room = (ui.available_width() - beside).max(24.0);
        let text = elided_galley(
            ui,
            &self.text,
            sans(size, weight),
            Color32::PLACEHOLDER,
            room,
        );
        let is_elided = text.elided;
        let wanted = if self.fills_width {
            ui.available_width()
        } else {
            self.min_width
        };
        let width = (text.size().x + beside).max(wanted).ceil();
        let (rect, mut response) = ui.allocate_exact_size(vec2(width, height), Sense::click());

        let name = self.name.as_deref().unwrap_or(&self.text);
        let is_enabled = ui.is_enabled();
        response.widget_info(|| WidgetInfo::labeled(Role::Button, is_enabled, name));

        if ui.is_rect_visible(rect) {
            let look = Look::of(self.kind, t, &response);
            look.paint(ui, rect, Tokens::RADIUS_M);
            let content = text.size().x + beside - 2.0 * padding;
            let mut x = rect.center().x - content / 2.0;
            if let Some(icon) = self.icon {
                let center = pos2(x + icon_size / 2.0, rect.center().y);
                icon.paint(ui.painter(), center, icon_size, look.ink);
                x += icon_size + gap;
            }
            let text_rect = Rect::from_min_max(pos2(x, rect.top()), rect.max);
            let width = text.size().x;
            paint_galley_in_color(ui, text_rect, text, look.ink);
            if let Some(icon) = self.trailing {
                let center = pos2(x + width + gap + icon_size / 2.0, rect.center().y);
                icon.paint(ui.painter(), center, icon_size, look.ink);
            }
            paint_focus(ui, &response, rect, Tokens::RADIUS_M);
        }
        if let Some(tooltip) = self.tooltip {
            response = response
                .on_hover_text(&tooltip)
                .on_disabled_hover_text(tooltip);
        } else if is_elided {
            response = response.on_hover_text(self.text);
        }
        response
    }
}

impl Widget for Button {
    fn ui(self, ui: &mut Ui) -> Response {
        Self::ui(self, ui)
    }
}

fn paint_galley_in_color(
    ui: &Ui,
    rect: Rect,
    galley: std::sync::Arc<egui::Galley>,
    color: Color32,
) {
    use egui::emath::GuiRounding as _;
    let pos = pos2(rect.left(), rect.center().y - galley.size().y / 2.0);
    let pos = pos.round_to_pixels(ui.pixels_per_point());
    ui.painter()
        .galley_with_override_text_color(pos, galley, color);
}

/// How a button looks in its present state.
pub(super) struct Look {
    pub(super) fill: Color32,
    pub(super) line: Color32,
    pub(super) ink: Color32,
}

impl Look {
    fn of(kind: Kind, t: &Tokens, response: &Response) -> Self {
        let pick = |rest, hovered, pressed| {
            if response.is_pointer_button_down_on() {
                pressed
            } else if response.hovered() {
                hovered
            } else {
                rest
            }
        };
        let fill = match kind {
            Kind::Primary => pick(t.accent, t.accent_hover, t.accent_pressed),
            Kind::Secondary | Kind::Danger => pick(t.control, t.control_hover, t.control_pressed),
            Kind::Ghost => pick(Color32::TRANSPARENT, t.control_hover, t.control_pressed),
            Kind::Destructive => pick(t.danger, t.danger_hover, t.danger),
        };
        let line = match kind {
            Kind::Secondary | Kind::Danger => t.border,
            _ => Color32::TRANSPARENT,
        };
        let ink = match kind {
            Kind::Primary => t.on_accent,
            Kind::Secondary => t.text,
            Kind::Ghost => pick(t.muted, t.text, t.text),
            Kind::Danger => t.danger,
            Kind::Destructive => t.on_danger,
        };
        Self { fill, line, ink }
    }

    /// The look of an ordinary control, such as a dropdown.
    pub(super) fn control(t: &Tokens, response: &Response) -> Self {
        Self::of(Kind::Secondary, t, response)
    }

    pub(super) fn paint(&self, ui: &Ui, rect: Rect, radius: u8) {
        ui.painter().rect(
            rect,
            CornerRadius::same(radius),
            self.fill,
            Stroke::new(1.0, self.line),
            StrokeKind::Inside,
        );
    }
}

/// A button that shows only an icon; its name is also its tooltip.
///
/// Made with [`Icon::button`]: `ui.add(icons::COPY.button(tr!("copy-url")))`.
#[derive(Clone, Debug)]
#[must_use = "a button is shown with `ui.add`"]
pub struct IconButton {
    icon: Icon,
    name: String,
    kind: Kind,
    size: egui::Vec2,
    icon_size: f32,
    selected: Option<bool>,
    is_place: bool,
    tooltip: Option<String>,
}

impl IconButton {
    /// A button without a ground until the pointer is there.
    pub fn new(icon: Icon, name: impl Into<String>) -> Self {
        Self {
            icon,
            name: name.into(),
            kind: Kind::Ghost,
            size: vec2(Tokens::CONTROL_SMALL, Tokens::CONTROL_SMALL),
            icon_size: Tokens::ICON,
            selected: None,
            is_place: false,
            tooltip: None,
        }
    }

    /// With ground and outline, like [`Button::secondary`].
    pub fn framed(mut self) -> Self {
        self.kind = Kind::Secondary;
        self.size = vec2(36.0, Tokens::CONTROL);
        self
    }

    /// Small, for rows: 30×26 with a frame, 22×22 without.
    pub fn small(mut self) -> Self {
        self.icon_size = 14.0;
        self.size = match self.kind {
            Kind::Ghost => vec2(22.0, 22.0),
            _ => vec2(30.0, 26.0),
        };
        self
    }

    /// Red, for what destroys.
    pub fn danger(mut self) -> Self {
        self.kind = Kind::Danger;
        self.size.x = self.size.x.max(36.0);
        self.size.y = self.size.y.max(Tokens::CONTROL_SMALL);
        self
    }

    /// Makes it a switch: on or off, told to screen readers too.
    pub fn selected(mut self, selected: bool) -> Self {
        self.selected = Some(selected);
        self
    }

    /// Makes it an entry of the narrow side bar, which wears the accent while its page is in sight.
    pub fn place(mut self, is_current: bool) -> Self {
        self.is_place = true;
        self.selected(is_current)
    }

    /// A tooltip that says more than the name, such as a shortcut.
    pub fn tooltip(mut self, text: impl Into<String>) -> Self {
        self.tooltip = Some(text.into());
        self
    }
}

impl Widget for IconButton {
    fn ui(self, ui: &mut Ui) -> Response {
        let t = Tokens::of(ui);
        let (rect, response) = ui.allocate_exact_size(self.size, Sense::click());
        let is_enabled = ui.is_enabled();
        response.widget_info(|| match self.selected {
            Some(on) => WidgetInfo::selected(Role::Button, is_enabled, on, &self.name),
            None => WidgetInfo::labeled(Role::Button, is_enabled, &self.name),
        });
        if ui.is_rect_visible(rect) {
            let mut look = Look::of(self.kind, t, &response);
            if self.selected == Some(true) {
                (look.fill, look.ink) = if self.is_place {
                    (t.tint, t.accent_ink)
                } else {
                    (t.control_pressed, t.strong)
                };
            }
            look.paint(ui, rect, Tokens::RADIUS_M);
            self.icon
                .paint(ui.painter(), rect.center(), self.icon_size, look.ink);
            paint_focus(ui, &response, rect, Tokens::RADIUS_M);
        }
        let tooltip = self.tooltip.unwrap_or(self.name);
        response
            .on_hover_text(&tooltip)
            .on_disabled_hover_text(tooltip)
    }
}
