//! Texts that may be too long for their place, and key caps.

use egui::{
    Align, Color32, CornerRadius, FontId, Response, Role, Sense, Stroke, StrokeKind, Ui, Widget,
    WidgetInfo, vec2,
};

use super::paint::{elided_galley, galley, paint_galley_in};
use crate::ui::theme::{Tokens, Weight, mono, sans};

/// One line of text that is cut where there is no room. Its name and tooltip stay whole.
#[must_use = "it is shown with `ui.add`"]
pub struct Elided {
    text: String,
    in_middle: bool,
    font: FontId,
    color: Option<Color32>,
    max_width: f32,
}

impl Elided {
    /// Cut at the end: names, sentences.
    pub fn end(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            in_middle: false,
            font: sans(Tokens::TEXT, Weight::Regular),
            color: None,
            max_width: f32::INFINITY,
        }
    }

    /// Cut in the middle: paths, ids and URLs, whose ends tell them apart.
    pub fn middle(text: impl Into<String>) -> Self {
        Self {
            in_middle: true,
            ..Self::end(text)
        }
    }

    /// In another font.
    pub fn font(mut self, font: FontId) -> Self {
        self.font = font;
        self
    }

    /// In the font of ids and URLs.
    pub fn monospace(self) -> Self {
        self.font(mono(Tokens::TEXT_M - 0.5))
    }

    /// In another color than that of running text.
    pub fn color(mut self, color: Color32) -> Self {
        self.color = Some(color);
        self
    }

    /// Never wider than this, even where there is room.
    pub fn max_width(mut self, width: f32) -> Self {
        self.max_width = width;
        self
    }
}

impl Widget for Elided {
    fn ui(self, ui: &mut Ui) -> Response {
        let color = self.color.unwrap_or(Tokens::of(ui).text);
        let room = ui.available_width().min(self.max_width);
        let whole = galley(ui, &self.text, self.font.clone(), color);
        let is_cut = whole.size().x > room + 0.5;
        let shown = match (is_cut, self.in_middle) {
            (false, _) => whole,
            (true, false) => elided_galley(ui, &self.text, self.font, color, room),
            (true, true) => {
                let text = cut_in_middle(&self.text, |candidate| {
                    galley(ui, candidate, self.font.clone(), color).size().x <= room
                });
                galley(ui, &text, self.font, color)
            }
        };
        let size = vec2(shown.size().x.ceil().min(room.max(0.0)), shown.size().y);
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &self.text));
        paint_galley_in(ui.painter(), rect, shown, Align::Min);
        if is_cut {
            response.on_hover_text(self.text)
        } else {
            response
        }
    }
}

/// The longest form `start…end` that fits, found by halving: a few layouts, not one per letter.
fn cut_in_middle(text: &str, fits: impl Fn(&str) -> bool) -> String {
    let letters: Vec<char> = text.chars().collect();
    let keep = |count: usize| -> String {
        let head = count.div_ceil(2);
        let tail = count - head;
        let start = letters[..head].iter();
        let end = letters[letters.len() - tail..].iter();
        start.chain(['…'].iter()).chain(end).collect()
    };
    let (mut fitting, mut too_many) = (0, letters.len());
    while too_many - fitting > 1 {
        let middle = usize::midpoint(fitting, too_many);
        if fits(&keep(middle)) {
            fitting = middle;
        } else {
            too_many = middle;
        }
    }
    keep(fitting)
}

/// A key or combination, as printed on the keyboard: "Ctrl K".
#[must_use = "it is shown with `ui.add`"]
pub struct KeyCap(String);

impl KeyCap {
    /// A cap with these words.
    pub fn new(keys: impl Into<String>) -> Self {
        Self(keys.into())
    }
}

impl Widget for KeyCap {
    fn ui(self, ui: &mut Ui) -> Response {
        let t = Tokens::of(ui);
        let text = galley(ui, &self.0, sans(Tokens::TEXT_S, Weight::Medium), t.muted);
        let size = vec2((text.size().x + 12.0).ceil().max(20.0), 20.0);
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &self.0));
        ui.painter().rect(
            rect,
            CornerRadius::same(Tokens::RADIUS_S),
            t.control,
            Stroke::new(1.0, t.border),
            StrokeKind::Inside,
        );
        paint_galley_in(ui.painter(), rect, text, Align::Center);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::cut_in_middle;

    #[test]
    fn a_long_id_keeps_its_start_and_its_end() {
        let cut = cut_in_middle("flowers/yellow-01.jpg", |text| text.chars().count() <= 11);
        assert_eq!(cut, "flowe…1.jpg");
    }

    #[test]
    fn letters_of_any_script_are_cut_whole() {
        let cut = cut_in_middle("ладожское озеро", |text| {
            text.chars().count() <= 5
        });
        assert_eq!(cut, "ла…ро");
    }

    #[test]
    fn with_no_room_at_all_the_mark_remains() {
        assert_eq!(cut_in_middle("anything", |_| false), "…");
        assert_eq!(cut_in_middle("", |_| false), "…");
    }
}
