//! The switch, alone or as a row that explains it.

use egui::{
    Color32, Response, Role, Sense, Stroke, StrokeKind, Ui, Widget, WidgetInfo, lerp, pos2, vec2,
};

use super::focus::paint_focus;
use crate::ui::theme::Tokens;

const WIDTH: f32 = 32.0;
const HEIGHT: f32 = 18.0;

/// A switch. On or off shows by the place of the knob, not by color alone.
///
/// `ui.add(Toggle::new(&mut on, tr!("flexible-variants")))`
#[must_use = "a switch is shown with `ui.add`"]
pub struct Toggle<'a> {
    on: &'a mut bool,
    name: String,
}

impl<'a> Toggle<'a> {
    /// A switch for `on`, called `name`. The response says `changed()`.
    pub fn new(on: &'a mut bool, name: impl Into<String>) -> Self {
        Self {
            on,
            name: name.into(),
        }
    }
}

impl Widget for Toggle<'_> {
    fn ui(self, ui: &mut Ui) -> Response {
        let (rect, mut response) = ui.allocate_exact_size(vec2(WIDTH, HEIGHT), Sense::click());
        if response.clicked() {
            *self.on = !*self.on;
            response.mark_changed();
        }
        let is_enabled = ui.is_enabled();
        response
            .widget_info(|| WidgetInfo::selected(Role::Switch, is_enabled, *self.on, &self.name));
        if ui.is_rect_visible(rect) {
            let t = Tokens::of(ui);
            let on = ui.ctx().animate_bool_responsive(response.id, *self.on);
            let track = match (*self.on, response.hovered()) {
                (true, false) => t.accent,
                (true, true) => t.accent_hover,
                (false, false) => t.track,
                (false, true) => t.control_pressed,
            };
            let line = if *self.on || t.is_dark {
                Color32::TRANSPARENT
            } else {
                t.outline
            };
            let radius = HEIGHT / 2.0;
            let painter = ui.painter();
            painter.rect(
                rect,
                radius,
                track,
                Stroke::new(1.0, line),
                StrokeKind::Inside,
            );
            let x = lerp(rect.left() + radius..=rect.right() - radius, on);
            painter.circle(
                pos2(x, rect.center().y),
                radius - 2.0,
                t.knob,
                Stroke::new(1.0, line),
            );
            paint_focus(ui, &response, rect, 9);
        }
        response
    }
}

/// A setting with a title, a hint and its switch on the right; all of the row can be clicked.
pub fn toggle_row_ui(
    ui: &mut Ui,
    on: &mut bool,
    title: impl Into<String>,
    hint: impl Into<String>,
) -> Response {
    let t = Tokens::of(ui);
    let (title, hint) = (title.into(), hint.into());
    let row = ui.horizontal(|ui| {
        let words = (ui.available_width() - WIDTH - Tokens::SPACE_M).max(60.0);
        let text = ui.vertical(|ui| {
            ui.set_width(words);
            ui.spacing_mut().item_spacing.y = Tokens::SPACE_XXS;
            ui.label(t.heading(&title));
            if !hint.is_empty() {
                ui.label(t.hint(&hint));
            }
        });
        let text = ui.interact(
            text.response.rect,
            text.response.id.with("row"),
            Sense::CLICK,
        );
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let mut response = ui.add(Toggle::new(on, &title));
            if text.clicked() {
                *on = !*on;
                response.mark_changed();
            }
            response
        })
        .inner
    });
    row.inner
}
