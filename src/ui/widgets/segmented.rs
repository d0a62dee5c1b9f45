//! One of a few, all in sight.

use egui::{
    Align, Color32, CornerRadius, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, UiBuilder,
    Widget, WidgetInfo, pos2, vec2,
};

use super::focus::paint_focus;
use super::icons::Icon;
use super::paint::{galley, paint_galley_in};
use crate::ui::theme::{Tokens, Weight, sans};

struct Segment<T> {
    value: T,
    name: String,
    icon: Option<Icon>,
}

/// A row of choices, of which one holds.
///
/// ```
/// # use lenticular::ui::widgets::Segmented;
/// # egui::__run_test_ui(|ui| {
/// let mut is_list = false;
/// ui.add(Segmented::new("View", &mut is_list).option(false, "Grid").option(true, "List"));
/// # });
/// ```
#[must_use = "it is shown with `ui.add`"]
pub struct Segmented<'a, T> {
    name: String,
    chosen: &'a mut T,
    segments: Vec<Segment<T>>,
}

impl<'a, T: PartialEq> Segmented<'a, T> {
    /// A choice called `name`. The response says `changed()`.
    pub fn new(name: impl Into<String>, chosen: &'a mut T) -> Self {
        Self {
            name: name.into(),
            chosen,
            segments: Vec::new(),
        }
    }

    /// Adds a choice in words.
    pub fn option(mut self, value: T, text: impl Into<String>) -> Self {
        self.segments.push(Segment {
            value,
            name: text.into(),
            icon: None,
        });
        self
    }

    /// Adds a choice shown as an icon; `name` is its accessible name and tooltip.
    pub fn icon(mut self, value: T, icon: Icon, name: impl Into<String>) -> Self {
        self.segments.push(Segment {
            value,
            name: name.into(),
            icon: Some(icon),
        });
        self
    }
}

impl<T: PartialEq> Widget for Segmented<'_, T> {
    fn ui(self, ui: &mut Ui) -> Response {
        let builder = UiBuilder::new()
            .accessibility_role(Role::RadioGroup)
            .accessibility_label(self.name.clone());
        ui.scope_builder(builder, |ui| self.segments_ui(ui)).inner
    }
}

impl<T: PartialEq> Segmented<'_, T> {
    fn segments_ui(self, ui: &mut Ui) -> Response {
        let t = Tokens::of(ui);
        let widths: Vec<f32> = self
            .segments
            .iter()
            .map(|segment| {
                if segment.icon.is_some() {
                    return 33.0;
                }
                // The width of the heavier form, so choosing moves nothing.
                let text = sans(Tokens::TEXT, Weight::SemiBold);
                galley(ui, &segment.name, text, t.text).size().x.ceil() + 18.0
            })
            .collect();
        let size = vec2(widths.iter().sum::<f32>() + 2.0, Tokens::CONTROL);
        let (rect, mut whole) = ui.allocate_exact_size(size, Sense::hover());
        let radius = Tokens::RADIUS_M;
        ui.painter().rect(
            rect,
            CornerRadius::same(radius),
            t.control,
            Stroke::new(1.0, t.border),
            StrokeKind::Inside,
        );

        let is_enabled = ui.is_enabled();
        let mut x = rect.left() + 1.0;
        let last = self.segments.len().saturating_sub(1);
        for (index, (segment, width)) in self.segments.into_iter().zip(widths).enumerate() {
            let cell =
                Rect::from_min_size(pos2(x, rect.top() + 1.0), vec2(width, rect.height() - 2.0));
            x += width;
            let response = ui.interact(cell, whole.id.with(index), Sense::click());
            if response.clicked() && *self.chosen != segment.value {
                *self.chosen = segment.value;
                whole.mark_changed();
                response.widget_info(|| {
                    WidgetInfo::selected(Role::RadioButton, is_enabled, true, &segment.name)
                });
                ui.ctx().request_repaint();
                continue;
            }
            let on = *self.chosen == segment.value;
            response.widget_info(|| {
                WidgetInfo::selected(Role::RadioButton, is_enabled, on, &segment.name)
            });

            let inner = radius - 1;
            let corners = CornerRadius {
                nw: if index == 0 { inner } else { 0 },
                sw: if index == 0 { inner } else { 0 },
                ne: if index == last { inner } else { 0 },
                se: if index == last { inner } else { 0 },
            };
            let fill = match (on, response.hovered()) {
                (true, _) => t.control_pressed,
                (false, true) => t.control_hover,
                (false, false) => Color32::TRANSPARENT,
            };
            ui.painter().rect_filled(cell, corners, fill);
            let ink = if on { t.strong } else { t.muted };
            if let Some(icon) = segment.icon {
                icon.paint(ui.painter(), cell.center(), Tokens::ICON, ink);
            } else {
                let weight = if on {
                    Weight::SemiBold
                } else {
                    Weight::Regular
                };
                let text = galley(ui, &segment.name, sans(Tokens::TEXT, weight), ink);
                paint_galley_in(ui.painter(), cell, text, Align::Center);
            }
            paint_focus(ui, &response, cell.shrink(1.0), radius);
            if segment.icon.is_some() {
                response.on_hover_text(segment.name);
            }
        }
        whole
    }
}
