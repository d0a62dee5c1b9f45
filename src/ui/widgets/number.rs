//! The field for a whole number with its unit: "300 px wide".

use std::ops::RangeInclusive;

use egui::{Color32, Key, Modifiers, Response, TextEdit, Ui, Widget, pos2, vec2};

use super::field::framed;
use super::paint::galley;
use crate::ui::theme::{Tokens, Weight, sans};

/// A whole number, or none. Digits are typed; the arrow keys count by one, with Shift by ten.
#[must_use = "a field is shown with `ui.add`"]
pub struct NumberField<'a> {
    value: &'a mut Option<u32>,
    name: String,
    suffix: String,
    hint: String,
    range: RangeInclusive<u32>,
    width: Option<f32>,
    has_error: bool,
}

impl<'a> NumberField<'a> {
    /// A field for `value`; empty is `None`. The response says `changed()`.
    pub fn new(value: &'a mut Option<u32>) -> Self {
        Self {
            value,
            name: String::new(),
            suffix: String::new(),
            hint: String::new(),
            range: 0..=u32::MAX,
            width: None,
            has_error: false,
        }
    }

    /// The accessible name.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// The unit, right behind the number.
    pub fn suffix(mut self, suffix: impl Into<String>) -> Self {
        self.suffix = suffix.into();
        self
    }

    /// What none means, such as "auto".
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// Where the arrow keys stop. What is typed may leave it: then it is for the form to say so.
    pub fn range(mut self, range: RangeInclusive<u32>) -> Self {
        self.range = range;
        self
    }

    /// This wide.
    pub fn width(mut self, width: f32) -> Self {
        self.width = Some(width);
        self
    }

    /// Outlined in red, while the form says below what is wrong.
    pub fn invalid(mut self, has_error: bool) -> Self {
        self.has_error = has_error;
        self
    }
}

impl Widget for NumberField<'_> {
    fn ui(self, ui: &mut Ui) -> Response {
        let t = Tokens::of(ui);
        let id = ui.next_auto_id();
        ui.skip_ahead_auto_ids(1);
        let before = *self.value;
        if ui.memory(|memory| memory.has_focus(id)) {
            *self.value = counted(ui, before, &self.range);
        }

        let mut text = self
            .value
            .map_or_else(String::new, |value| value.to_string());
        let font = sans(Tokens::TEXT_M, Weight::Regular);
        let width = self.width.unwrap_or_else(|| ui.available_width());
        let hint = format!("{} {}", self.hint, self.suffix);
        let edit = TextEdit::singleline(&mut text)
            .id(id)
            .char_limit(9)
            .hint_text(egui::RichText::new(hint.trim()).font(font.clone()));
        let size = vec2(width, Tokens::CONTROL_SMALL);
        let shown = framed(ui, edit, id, font.clone(), size, self.has_error).show(ui);
        let mut response = shown.response.response;
        if response.changed() {
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            *self.value = digits.parse().ok();
        }
        if !text.is_empty() && !self.suffix.is_empty() {
            let unit = galley(ui, &self.suffix, font, t.muted);
            let pos = pos2(
                shown.galley_pos.x + shown.galley.size().x + 4.0,
                response.rect.center().y - unit.size().y / 2.0,
            );
            let inside = ui
                .painter()
                .with_clip_rect(response.rect.intersect(ui.clip_rect()));
            inside.galley(pos, unit, Color32::PLACEHOLDER);
        }
        if *self.value != before {
            response.mark_changed();
        }
        debug_assert!(!self.name.is_empty(), "a field needs a name");
        response.accessible_name(self.name)
    }
}

/// The value after the arrow keys of this frame.
fn counted(ui: &Ui, value: Option<u32>, range: &RangeInclusive<u32>) -> Option<u32> {
    let (ups, downs) = ui.input_mut(|input| {
        let mut count = |key| {
            let by_ten = input.count_and_consume_key(Modifiers::SHIFT, key) * 10;
            by_ten + input.count_and_consume_key(Modifiers::NONE, key)
        };
        (count(Key::ArrowUp), count(Key::ArrowDown))
    });
    if ups == downs {
        return value;
    }
    let from = i64::from(value.unwrap_or(*range.start()));
    let steps = i64::try_from(ups).unwrap_or(0) - i64::try_from(downs).unwrap_or(0);
    let to = (from + steps).clamp(i64::from(*range.start()), i64::from(*range.end()));
    u32::try_from(to).ok()
}
