//! One of several, shown in a list on request.

use egui::{
    Align, Key, Modifiers, Popup, PopupCloseBehavior, Response, Role, ScrollArea, Sense, Ui,
    Widget, WidgetInfo, pos2, vec2,
};

use super::button::Look;
use super::focus::{focus_once, paint_focus};
use super::icons;
use super::menu::MenuItem;
use super::paint::{elided_galley, galley, paint_galley_in};
use crate::ui::theme::{Tokens, Weight, sans};

/// A choice among several, of which only the chosen one is in sight.
///
/// ```
/// # use lenticular::ui::widgets::Dropdown;
/// # egui::__run_test_ui(|ui| {
/// let mut rows = 100;
/// ui.add(Dropdown::new("Per page", &mut rows).option(50, "50").option(100, "100"));
/// # });
/// ```
#[must_use = "it is shown with `ui.add`"]
pub struct Dropdown<'a, T> {
    name: String,
    chosen: &'a mut T,
    options: Vec<(T, String)>,
    icon: Option<icons::Icon>,
    width: Option<f32>,
}

impl<'a, T: PartialEq> Dropdown<'a, T> {
    /// A choice called `name`. The response says `changed()`.
    pub fn new(name: impl Into<String>, chosen: &'a mut T) -> Self {
        Self {
            name: name.into(),
            chosen,
            options: Vec::new(),
            icon: None,
            width: None,
        }
    }

    /// Adds a choice.
    pub fn option(mut self, value: T, text: impl Into<String>) -> Self {
        self.options.push((value, text.into()));
        self
    }

    /// Shows an icon instead of the chevron, as for the order of the grid.
    pub fn icon(mut self, icon: icons::Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// This wide, instead of as wide as the chosen words.
    pub fn width(mut self, width: f32) -> Self {
        self.width = Some(width);
        self
    }
}

impl<T: PartialEq> Widget for Dropdown<'_, T> {
    fn ui(self, ui: &mut Ui) -> Response {
        let t = Tokens::of(ui);
        let shown = self.options.iter().find(|(value, _)| value == self.chosen);
        let shown = shown.map_or_else(String::new, |(_, text)| text.clone());
        let font = sans(Tokens::TEXT, Weight::Regular);
        let beside = 2.0 * Tokens::SPACE_M + Tokens::ICON + Tokens::SPACE_S;
        let natural = galley(ui, &shown, font.clone(), t.text).size().x + beside;
        let width = self
            .width
            .unwrap_or(natural)
            .min(ui.available_width())
            .ceil();
        let size = vec2(width, Tokens::CONTROL);
        let (rect, mut response) = ui.allocate_exact_size(size, Sense::click());
        let is_enabled = ui.is_enabled();
        response.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::ComboBox, is_enabled, &self.name);
            info.current_text_value = Some(shown.clone());
            info
        });

        let look = Look::control(t, &response);
        look.paint(ui, rect, Tokens::RADIUS_M);
        let inner = rect.shrink2(vec2(Tokens::SPACE_M, 0.0));
        let text = elided_galley(ui, &shown, font, look.ink, width - beside);
        let middle = rect.center().y;
        if let Some(icon) = self.icon {
            icon.paint(
                ui.painter(),
                pos2(inner.left() + 8.0, middle),
                Tokens::ICON,
                look.ink,
            );
            paint_galley_in(ui.painter(), inner, text, Align::Max);
        } else {
            let chevron = pos2(inner.right() - 7.0, middle);
            icons::CHEVRON_DOWN.paint(ui.painter(), chevron, 14.0, t.muted);
            paint_galley_in(ui.painter(), inner, text, Align::Min);
        }
        paint_focus(ui, &response, rect, Tokens::RADIUS_M);

        let opens = response.has_focus()
            && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::ArrowDown));
        if opens {
            Popup::open_id(ui.ctx(), Popup::default_response_id(&response));
        }
        let mut picked = None;
        Popup::menu(&response)
            .close_behavior(PopupCloseBehavior::CloseOnClick)
            .accessible_name(&self.name)
            .show(|ui| {
                ui.set_min_width(rect.width().max(120.0));
                ui.spacing_mut().item_spacing.y = Tokens::SPACE_XXS;
                ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
                    for (index, (value, text)) in self.options.iter().enumerate() {
                        let on = value == self.chosen;
                        let item = MenuItem::new(text).selected(on).role(Role::ListBoxOption);
                        let item = ui.add(item);
                        if on {
                            focus_once(ui, &item);
                        }
                        if item.clicked() {
                            picked = Some(index);
                            ui.close();
                        }
                    }
                });
            });
        if let Some(index) = picked {
            let (value, _) = self
                .options
                .into_iter()
                .nth(index)
                .expect("it was just shown");
            if *self.chosen != value {
                *self.chosen = value;
                response.mark_changed();
            }
            response.request_focus();
        }
        response
    }
}
