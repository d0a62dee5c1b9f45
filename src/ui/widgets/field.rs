//! The field for a line of text.

use egui::{Align2, FontId, Id, Margin, Response, Stroke, TextEdit, Ui, Widget, vec2};

use super::{field_frame, icons};
use crate::ui::theme::{Tokens, Weight, mono, sans};

/// A line of text to be typed. It always has a name, be it in sight beside it or not.
///
/// ```
/// # use lenticular::ui::widgets::TextField;
/// # egui::__run_test_ui(|ui| {
/// let mut id = String::new();
/// ui.add(TextField::new(&mut id).name("Account ID").monospace().error(Some("Too short")));
/// # });
/// ```
#[must_use = "a field is shown with `ui.add`"]
pub struct TextField<'a> {
    text: &'a mut String,
    name: String,
    hint: String,
    is_password: bool,
    is_monospace: bool,
    is_tall: bool,
    error: Option<String>,
    width: Option<f32>,
    rows: usize,
    id: Option<Id>,
}

impl<'a> TextField<'a> {
    /// A field as wide as there is room. The response is that of `egui::TextEdit`.
    pub fn new(text: &'a mut String) -> Self {
        Self {
            text,
            name: String::new(),
            hint: String::new(),
            is_password: false,
            is_monospace: false,
            is_tall: false,
            error: None,
            width: None,
            rows: 1,
            id: None,
        }
    }

    /// The accessible name. A field without one fails the tests of its view.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Shown while empty.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// Shows dots instead of letters.
    pub fn password(mut self, is_password: bool) -> Self {
        self.is_password = is_password;
        self
    }

    /// For ids, URLs and patterns.
    pub fn monospace(mut self) -> Self {
        self.is_monospace = true;
        self
    }

    /// As high as a large form needs, instead of as high as a row.
    pub fn tall(mut self) -> Self {
        self.is_tall = true;
        self
    }

    /// What is wrong, shown below the field; `None` is fine.
    pub fn error(mut self, error: Option<&str>) -> Self {
        self.error = error.map(str::to_owned);
        self
    }

    /// This wide.
    pub fn width(mut self, width: f32) -> Self {
        self.width = Some(width);
        self
    }

    /// Several lines, at least this many.
    pub fn rows(mut self, rows: usize) -> Self {
        self.rows = rows;
        self
    }

    /// A fixed id, for moving the keyboard there.
    pub fn id(mut self, id: Id) -> Self {
        self.id = Some(id);
        self
    }
}

impl Widget for TextField<'_> {
    fn ui(mut self, ui: &mut Ui) -> Response {
        // With an error the field moves into a layout of its own; its id, and with it the
        // keyboard, must not change while somebody types.
        if self.id.is_none() {
            self.id = Some(ui.next_auto_id());
            ui.skip_ahead_auto_ids(1);
        }
        let Some(error) = self.error.clone() else {
            return self.edit_ui(ui);
        };
        let t = Tokens::of(ui);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = Tokens::SPACE_XS;
            let response = self.edit_ui(ui);
            let below = ui.horizontal_wrapped(|ui| {
                ui.spacing_mut().item_spacing.x = Tokens::SPACE_XS;
                icons::ERROR.show_ui(ui, 13.0, t.danger);
                ui.label(t.hint(&error).color(t.danger)).id
            });
            ui.ctx().accesskit_node_builder(response.id, |node| {
                node.set_invalid(egui::accesskit::Invalid::True);
                node.push_described_by(below.inner.accesskit_id());
            });
            response
        })
        .inner
    }
}

impl TextField<'_> {
    fn edit_ui(self, ui: &mut Ui) -> Response {
        let font = if self.is_monospace {
            mono(Tokens::TEXT_M - 0.5)
        } else {
            sans(Tokens::TEXT_M, Weight::Regular)
        };
        let height = if self.is_tall {
            35.0
        } else {
            Tokens::CONTROL_SMALL
        };
        let edit = if self.rows > 1 {
            TextEdit::multiline(self.text).desired_rows(self.rows)
        } else {
            TextEdit::singleline(self.text)
        };
        let id = self.id.unwrap_or_else(|| {
            let id = ui.next_auto_id();
            ui.skip_ahead_auto_ids(1);
            id
        });
        let width = self.width.unwrap_or_else(|| ui.available_width());
        let edit = edit
            .id(id)
            .hint_text(egui::RichText::new(&self.hint).font(font.clone()))
            .password(self.is_password);
        let mut shown = framed(
            ui,
            edit,
            id,
            font,
            vec2(width, height),
            self.error.is_some(),
        );
        if self.rows > 1 {
            shown = shown.align(Align2::LEFT_TOP);
        }
        let response = shown.show(ui).response.response;
        if self.name.is_empty() {
            response
        } else {
            response.accessible_name(self.name)
        }
    }
}

/// Our outline and ground around an egui text edit; the outline tells focus and error.
pub(super) fn framed<'t>(
    ui: &Ui,
    edit: TextEdit<'t>,
    id: Id,
    font: FontId,
    size: egui::Vec2,
    has_error: bool,
) -> TextEdit<'t> {
    let t = Tokens::of(ui);
    let has_focus = ui.memory(|memory| memory.has_focus(id));
    let is_hovered = ui
        .ctx()
        .read_response(id)
        .is_some_and(|last| last.hovered());
    let line = match (has_error, has_focus, is_hovered) {
        (true, true, _) => Stroke::new(2.0, t.danger),
        (true, false, _) => Stroke::new(1.0, t.danger),
        (false, true, _) => Stroke::new(2.0, t.accent),
        (false, false, true) => Stroke::new(1.0, t.outline),
        (false, false, false) => Stroke::new(1.0, t.border),
    };
    // The stroke counts into the margin, so that the text stays where it is when focus comes.
    let inset = i8::from(line.width < 1.5);
    let margin = Margin::symmetric(7 + inset, 3 + inset);
    let frame = field_frame(t).stroke(line).inner_margin(margin);
    edit.font(font)
        .text_color(t.text)
        .frame(frame)
        .align(Align2::LEFT_CENTER)
        .desired_width(size.x)
        .min_size(size)
}
