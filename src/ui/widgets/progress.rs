//! How far something is: bars, the meter of a limit, the spinner.

use egui::{Color32, CornerRadius, Rect, Response, Role, Sense, Ui, Widget, WidgetInfo, vec2};

use super::icons;
use crate::ui::theme::{Tokens, is_motion_reduced};

/// A thin bar. What it measures stands beside it in words.
#[must_use = "it is shown with `ui.add`"]
pub struct ProgressBar {
    fraction: f32,
    name: String,
    width: Option<f32>,
    color: Option<Color32>,
}

impl ProgressBar {
    /// A bar filled to `fraction` (0 to 1), called `name`.
    pub fn new(fraction: f32, name: impl Into<String>) -> Self {
        let fraction = if fraction.is_finite() {
            fraction.clamp(0.0, 1.0)
        } else {
            0.0
        };
        Self {
            fraction,
            name: name.into(),
            width: None,
            color: None,
        }
    }

    /// This wide, instead of all the room there is.
    pub fn width(mut self, width: f32) -> Self {
        self.width = Some(width);
        self
    }

    /// In another color than the accent.
    pub fn color(mut self, color: Color32) -> Self {
        self.color = Some(color);
        self
    }
}

impl Widget for ProgressBar {
    fn ui(self, ui: &mut Ui) -> Response {
        const HEIGHT: f32 = 5.0;
        let t = Tokens::of(ui);
        let width = self.width.unwrap_or_else(|| ui.available_width());
        // Allocated as high as a line, so that it sits in the middle of a row of text.
        let (place, response) = ui.allocate_exact_size(vec2(width, 12.0), Sense::hover());
        response.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::ProgressIndicator, true, &self.name);
            info.value = Some(f64::from((self.fraction * 100.0).round()));
            info
        });
        let bar = Rect::from_center_size(place.center(), vec2(width, HEIGHT));
        let corners = CornerRadius::same(2);
        ui.painter().rect_filled(bar, corners, t.track);
        if self.fraction > 0.0 {
            // At least a dot: something has begun.
            let filled = (bar.width() * self.fraction).max(HEIGHT);
            let filled = Rect::from_min_size(bar.min, vec2(filled, HEIGHT));
            let color = self.color.unwrap_or(t.accent);
            ui.painter().rect_filled(filled, corners, color);
        }
        response
    }
}

/// How much of a limit is used: "86 of 1,024 bytes". Over the limit it turns red and says so.
#[must_use = "it is shown with `ui.add`"]
pub struct Meter {
    text: String,
    used: u64,
    limit: u64,
    with_bar: bool,
}

impl Meter {
    /// `text` tells both numbers in words.
    pub fn new(text: impl Into<String>, used: u64, limit: u64) -> Self {
        Self {
            text: text.into(),
            used,
            limit,
            with_bar: false,
        }
    }

    /// Puts a bar below the words, as for the images of an account.
    pub fn with_bar(mut self) -> Self {
        self.with_bar = true;
        self
    }
}

impl Widget for Meter {
    fn ui(self, ui: &mut Ui) -> Response {
        let t = Tokens::of(ui);
        let is_over = self.used > self.limit;
        let ink = match (is_over, self.with_bar) {
            (true, _) => t.danger,
            (false, true) => t.muted,
            (false, false) => t.accent_ink,
        };
        if !self.with_bar {
            return ui.label(t.detail(&self.text).color(ink));
        }
        #[expect(clippy::cast_precision_loss, reason = "a bar has a few hundred pixels")]
        let fraction = self.used as f32 / self.limit.max(1) as f32;
        let bar = ProgressBar::new(fraction, &self.text);
        let bar = if is_over { bar.color(t.danger) } else { bar };
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = Tokens::SPACE_XXS;
            ui.label(t.hint(&self.text).color(ink));
            ui.add(bar)
        })
        .inner
    }
}

/// Something is going on, of unknown length. With reduced motion it stands still.
pub fn spinner_ui(ui: &mut Ui, size: f32, name: impl Into<String>) -> Response {
    let t = Tokens::of(ui);
    let response = if is_motion_reduced(ui) {
        icons::LOADING.show_ui(ui, size, t.accent)
    } else {
        ui.add(egui::Spinner::new().size(size).color(t.accent))
    };
    let name = name.into();
    response.widget_info(|| WidgetInfo::labeled(Role::ProgressIndicator, true, &name));
    response
}
