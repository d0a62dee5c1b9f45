//! What the variant makes of the sample, beside the original with what is trimmed darkened.
//!
//! The newest options win and the picture before stays until theirs is there. While one is being
//! rendered, the next one of the same image waits: rendering cannot be interrupted, and a slider
//! that is dragged would pile up work that nobody looks at. Pixels are prepared off the frame and
//! become textures once.

mod picture;
mod places;
mod tried;

use std::time::Duration;

use egui::{CornerRadius, Frame, Margin, Rect, Role, Ui, UiBuilder, pos2, vec2};

use crate::model::{Image, Problem, VariantOptions};
use crate::ui::cx::Cx;
use crate::ui::text::tr;
use crate::ui::theme::Tokens;
use crate::ui::widgets::{Button, icons, paint_checkerboard, spinner_ui};

use picture::picture_ui;
use tried::Question;

pub(super) use tried::Tried;

/// How long rendering may take before it is said.
const PATIENCE: Duration = Duration::from_millis(150);
/// Room around everything, in points.
const MARGIN: f32 = 24.0;
/// Side of a square of the checkerboard, in points.
const SQUARE: f32 = 10.0;

/// The sample as it is and as it would become, in the room that is left.
pub(super) fn preview_ui(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    image: &Image,
    name: &str,
    options: &VariantOptions,
) {
    let t = Tokens::of(ui);
    let area = ui.available_rect_before_wrap();
    paint_checkerboard(ui.painter(), area, SQUARE, t);
    let question = Question {
        image: image.id.clone(),
        options: options.clone(),
    };
    let engine = cx.engine.clone();
    let tried = &mut cx.views.variants.tried;
    tried.follow(ui, &engine, question.clone(), name);
    let is_library = cx.state.is_in_library();
    if let Some(picture) = &mut tried.shown {
        if picture.question == question {
            name.clone_into(&mut picture.name);
        }
        picture_ui(ui, area, picture, is_library);
    }
    if tried.is_waiting() {
        waiting_ui(ui, area, tried);
    }
    if let Some(problem) = tried.problem().cloned() {
        let has_picture = tried.shown.is_some();
        if problem_ui(ui, area, &problem, image, has_picture) {
            tried.retry();
            ui.ctx().request_repaint();
        }
    }
}

/// What a problem says beyond what happened.
pub(super) fn advice(problem: &Problem) -> String {
    let parts = [&problem.unaffected, &problem.hint];
    let mut words: Vec<String> = parts.into_iter().flatten().cloned().collect();
    words.extend(
        problem
            .code
            .map(|code| tr!("variants-code", code = code.to_string())),
    );
    words.join(". ")
}

fn waiting_ui(ui: &mut Ui, area: Rect, tried: &Tried) {
    let waited = tried.waited();
    if waited < PATIENCE {
        ui.ctx()
            .request_repaint_after(PATIENCE.saturating_sub(waited));
        return;
    }
    let place = if tried.shown.is_some() {
        Rect::from_min_size(area.right_top() + vec2(-132.0, 12.0), vec2(120.0, 20.0))
    } else {
        Rect::from_center_size(area.center(), vec2(120.0, 20.0))
    };
    let t = Tokens::of(ui);
    ui.painter().rect_filled(place.expand(4.0), 6.0, t.raised);
    ui.scope_builder(UiBuilder::new().max_rect(place), |ui| {
        ui.horizontal_centered(|ui| {
            ui.spacing_mut().item_spacing.x = Tokens::SPACE_S;
            ui.add_space(4.0);
            spinner_ui(ui, 14.0, tr!("variants-rendering"));
            ui.label(t.hint(tr!("variants-rendering")));
        });
    });
}

/// Says why there is no new picture. Returns whether to try again.
fn problem_ui(ui: &mut Ui, area: Rect, problem: &Problem, image: &Image, is_below: bool) -> bool {
    let t = Tokens::of(ui);
    let width = (area.width() - 2.0 * MARGIN).min(420.0);
    let known = ui.scope_id().with("height of the problem");
    let height: f32 = ui.data(|data| data.get_temp(known)).unwrap_or(90.0);
    let top = if is_below {
        area.bottom() - height - Tokens::SPACE_M
    } else {
        area.center().y - height / 2.0
    };
    let place = Rect::from_min_size(
        pos2(area.center().x - width / 2.0, top),
        vec2(width, height),
    );
    let builder = UiBuilder::new()
        .max_rect(place)
        .accessibility_role(Role::Alert);
    let shown = ui.scope_builder(builder, |ui| {
        Frame::new()
            .fill(t.raised)
            .stroke(egui::Stroke::new(1.0, t.border))
            .corner_radius(CornerRadius::same(Tokens::RADIUS_L))
            .inner_margin(Margin::symmetric(14, 12))
            .show(ui, |ui| {
                ui.set_width(width - 28.0);
                ui.spacing_mut().item_spacing.y = Tokens::SPACE_XS;
                ui.horizontal_wrapped(|ui| {
                    ui.spacing_mut().item_spacing.x = Tokens::SPACE_S;
                    icons::NO_IMAGE.show_ui(ui, Tokens::ICON, t.danger);
                    ui.label(t.strong(tr!("variants-no-preview")));
                });
                ui.label(t.detail(&problem.what));
                let mut more = advice(problem);
                if more.is_empty() && image.require_signed_urls {
                    more = tr!("variants-no-preview-private");
                }
                if !more.is_empty() {
                    ui.label(t.hint(more));
                }
                ui.add_space(Tokens::SPACE_XS);
                ui.add(
                    Button::secondary(tr!("variants-retry"))
                        .icon(icons::RETRY)
                        .small(),
                )
                .clicked()
            })
            .inner
    });
    let found = shown.response.rect.height();
    if (found - height).abs() > 0.5 {
        ui.data_mut(|data| data.insert_temp(known, found));
        ui.ctx()
            .request_discard("the height of the problem is known now");
    }
    shown.inner
}
