//! Chips, badges and counts: a word or number with a ground.

use egui::{
    Align, Color32, CornerRadius, Pos2, Rect, Response, Role, Sense, Ui, Widget, WidgetInfo, pos2,
    vec2,
};

use super::focus::paint_focus;
use super::icons::{self, Icon};
use super::paint::{galley, paint_galley_in};
use crate::ui::text::tr;
use crate::ui::theme::{Tokens, Weight, sans};

/// What a chip or line means. The words must say it too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Nothing special.
    #[default]
    Neutral,
    /// Chosen, edited, part of the query.
    Accent,
    /// It worked.
    Success,
    /// It needs patience or attention.
    Warning,
    /// It failed.
    Danger,
}

impl Tone {
    /// The color of text and icons in this tone.
    #[must_use]
    pub fn ink(self, t: &Tokens) -> Color32 {
        match self {
            Self::Neutral => t.text,
            Self::Accent => t.accent_ink,
            Self::Success => t.success,
            Self::Warning => t.warning,
            Self::Danger => t.danger,
        }
    }

    fn ground(self, t: &Tokens) -> Color32 {
        match self {
            Self::Accent | Self::Warning => t.tint,
            Self::Danger => t.danger_tint,
            Self::Neutral | Self::Success => t.control,
        }
    }
}

/// A word with a ground: a search term, "Edited", "Draft".
#[must_use = "a chip is shown with `show_ui`"]
pub struct Chip {
    text: String,
    tone: Tone,
    icon: Option<Icon>,
    removable: bool,
    clickable: bool,
}

/// What happened to a [`Chip`].
#[derive(Debug)]
pub struct ChipResponse {
    /// The chip itself; clicked only if it is [`Chip::clickable`].
    pub response: Response,
    /// The person wants the chip gone.
    pub removed: bool,
}

impl Chip {
    /// A neutral chip.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            tone: Tone::Neutral,
            icon: None,
            removable: false,
            clickable: false,
        }
    }

    /// Says what it means by color as well.
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }

    /// Shows an icon before the word.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// Adds a small cross that removes it.
    pub fn removable(mut self) -> Self {
        self.removable = true;
        self
    }

    /// Makes the word itself a button.
    pub fn clickable(mut self) -> Self {
        self.clickable = true;
        self
    }

    /// Shows the chip.
    pub fn show_ui(self, ui: &mut Ui) -> ChipResponse {
        const PAD: f32 = 7.0;
        let t = Tokens::of(ui);
        let ink = self.tone.ink(t);
        let text = galley(ui, &self.text, sans(Tokens::TEXT_M, Weight::Regular), ink);
        let icon = if self.icon.is_some() { 17.0 } else { 0.0 };
        let cross = if self.removable { 18.0 } else { 0.0 };
        let width = (text.size().x + icon + cross + 2.0 * PAD).ceil();
        let sense = if self.clickable {
            Sense::click()
        } else {
            Sense::hover()
        };
        let (rect, response) = ui.allocate_exact_size(vec2(width, 20.0), sense);
        let role = if self.clickable {
            Role::Button
        } else {
            Role::Label
        };
        let is_enabled = ui.is_enabled();
        response.widget_info(|| WidgetInfo::labeled(role, is_enabled, &self.text));

        let ground = if self.clickable && response.hovered() {
            t.control_hover
        } else {
            self.tone.ground(t)
        };
        ui.painter()
            .rect_filled(rect, CornerRadius::same(Tokens::RADIUS_S), ground);
        if let Some(icon) = self.icon {
            let center = pos2(rect.left() + PAD + 6.5, rect.center().y);
            icon.paint(ui.painter(), center, 13.0, ink);
        }
        let words = Rect::from_min_max(pos2(rect.left() + PAD + icon, rect.top()), rect.max);
        paint_galley_in(ui.painter(), words, text, Align::Min);
        paint_focus(ui, &response, rect, Tokens::RADIUS_S);

        let mut removed = false;
        if self.removable {
            let place = Rect::from_min_max(pos2(rect.right() - cross - 2.0, rect.top()), rect.max);
            let remove = ui.interact(place, response.id.with("remove"), Sense::click());
            let name = tr!("chip-remove", name = self.text.as_str());
            remove.widget_info(|| WidgetInfo::labeled(Role::Button, is_enabled, &name));
            let ink = if remove.hovered() { t.strong } else { ink };
            icons::CLOSE.paint(ui.painter(), place.center(), 12.0, ink);
            paint_focus(ui, &remove, place.shrink(2.0), Tokens::RADIUS_S);
            removed = remove.clicked();
            remove.on_hover_text(name);
        }
        ChipResponse { response, removed }
    }
}

impl Widget for Chip {
    fn ui(self, ui: &mut Ui) -> Response {
        self.show_ui(ui).response
    }
}

/// Paints a badge on a picture ("Signed", "Draft") with its right top corner at `corner`.
///
/// It is only drawn: the card's accessible name says the same in words.
#[expect(
    clippy::must_use_candidate,
    reason = "painting is the effect; the place is a bonus"
)]
pub fn paint_badge(ui: &Ui, corner: Pos2, icon: Option<Icon>, text: &str) -> Rect {
    let t = Tokens::of(ui);
    let font = sans(Tokens::TEXT_S, Weight::Regular);
    let text = galley(ui, text, font, t.on_overlay);
    let lead = if icon.is_some() { 18.0 } else { 0.0 };
    let size = vec2((text.size().x + lead + 12.0).ceil(), 19.0);
    let rect = Rect::from_min_size(pos2(corner.x - size.x, corner.y), size);
    let corners = CornerRadius::same(Tokens::RADIUS_S);
    ui.painter().rect_filled(rect, corners, t.overlay);
    if let Some(icon) = icon {
        let center = pos2(rect.left() + 13.0, rect.center().y);
        icon.paint(ui.painter(), center, 12.0, t.on_overlay);
    }
    let words = Rect::from_min_max(pos2(rect.left() + 6.0 + lead, rect.top()), rect.max);
    paint_galley_in(ui.painter(), words, text, Align::Min);
    rect
}

/// A number in a pill, as in the side bar.
#[must_use = "it is shown with `ui.add`"]
pub struct CountBadge {
    text: String,
    is_strong: bool,
}

impl CountBadge {
    /// A pill with a number in words: use `format_count`.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            is_strong: false,
        }
    }

    /// Heavier, in a selected entry.
    pub fn strong(mut self, is_strong: bool) -> Self {
        self.is_strong = is_strong;
        self
    }

    /// Paints the pill with its right end at `right`, without a name of its own.
    #[expect(
        clippy::must_use_candidate,
        reason = "painting is the effect; the place is a bonus"
    )]
    pub fn paint(&self, ui: &Ui, right: Pos2) -> Rect {
        let t = Tokens::of(ui);
        let weight = if self.is_strong {
            Weight::SemiBold
        } else {
            Weight::Regular
        };
        let text = galley(ui, &self.text, sans(Tokens::TEXT_S, weight), t.text);
        let size = vec2((text.size().x + 13.0).ceil().max(20.0), 18.0);
        let rect = Rect::from_min_size(right - vec2(size.x, size.y / 2.0), size);
        ui.painter()
            .rect_filled(rect, CornerRadius::same(9), t.raised);
        paint_galley_in(ui.painter(), rect, text, Align::Center);
        rect
    }
}

impl Widget for CountBadge {
    fn ui(self, ui: &mut Ui) -> Response {
        let font = sans(Tokens::TEXT_S, Weight::SemiBold);
        let width = galley(ui, &self.text, font, Color32::WHITE).size().x + 13.0;
        let size = vec2(width.ceil().max(20.0), 18.0);
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &self.text));
        self.paint(ui, rect.right_center());
        response
    }
}

/// A line with a colored dot: "Connected". The words say what the dot means.
pub fn status_ui(ui: &mut Ui, tone: Tone, text: impl Into<String>) -> Response {
    let t = Tokens::of(ui);
    ui.scope(|ui| {
        // A row is else as high as a button.
        ui.spacing_mut().interact_size.y = 16.0;
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            let (rect, _) = ui.allocate_exact_size(vec2(8.0, 14.0), Sense::hover());
            let color = if tone == Tone::Neutral {
                t.faint
            } else {
                tone.ink(t)
            };
            ui.painter().circle_filled(rect.center(), 3.5, color);
            ui.label(t.hint(text))
        })
        .inner
    })
    .inner
}
