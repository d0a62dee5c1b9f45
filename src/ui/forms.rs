//! What the places share: the bar with a title, problems in words, help beside a field.

use egui::{
    Align, Frame, Layout, Margin, OpenUrl, Panel, Popup, PopupCloseBehavior, Rect, Ui, UiBuilder,
    Widget as _, vec2,
};

use crate::model::signing::KeyNameError;
use crate::model::upload::UploadSpecError;
use crate::model::{ImageIdError, MetadataError, Problem};

use super::text::tr;
use super::theme::Tokens;
use super::widgets::{Button, icons, problem_frame};

/// Height of the bar at the top of a place, in points.
const BAR: f32 = 53.0;

/// The bar at the top of a place: its title, and buttons from the right, the first one in code
/// at the very right.
pub(super) fn place_bar_ui(ui: &mut Ui, title: impl Into<String>, buttons: impl FnOnce(&mut Ui)) {
    let t = Tokens::of(ui);
    let title = title.into();
    let frame = Frame::new()
        .fill(t.bg)
        .inner_margin(Margin::symmetric(14, 0));
    Panel::top(format!("bar of {title}"))
        .exact_size(BAR)
        .resizable(false)
        .frame(frame)
        .show(ui, |ui| {
            ui.horizontal_centered(|ui| {
                ui.label(t.title(title));
                ui.with_layout(Layout::right_to_left(Align::Center), buttons);
            });
        });
}

/// A problem in words, on the ground of errors.
pub(super) fn problem_ui(ui: &mut Ui, problem: &Problem) {
    let t = Tokens::of(ui);
    problem_frame(t)
        .inner_margin(Margin::symmetric(10, 8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.horizontal_top(|ui| {
                icons::ERROR.show_ui(ui, 15.0, t.danger);
                ui.vertical(|ui| {
                    ui.spacing_mut().item_spacing.y = Tokens::SPACE_XXS;
                    ui.label(t.detail(problem_words(problem)).color(t.danger));
                    for more in [&problem.unaffected, &problem.hint].into_iter().flatten() {
                        ui.label(t.detail(more));
                    }
                });
            });
        });
}

/// What happened, with the code for support.
pub(super) fn problem_words(problem: &Problem) -> String {
    match problem.code {
        Some(code) => format!("{} [{code}]", problem.what),
        None => problem.what.clone(),
    }
}

/// What happened, what to do and the code: for the line below a field.
pub(super) fn problem_line(problem: &Problem) -> String {
    let mut line = problem.what.clone();
    if let Some(hint) = &problem.hint {
        line.push_str(". ");
        line.push_str(hint);
    }
    if let Some(code) = problem.code {
        line.push_str(" [");
        line.push_str(&code.to_string());
        line.push(']');
    }
    line
}

/// Ghost buttons in a row whose words start where other words do: their ground is only seen under
/// the pointer, and may then stand out at the left.
pub(super) fn flush_ui(ui: &mut Ui, content: impl FnOnce(&mut Ui)) {
    const OUT: f32 = 10.0;
    let room = ui.available_rect_before_wrap();
    let place = Rect::from_min_size(
        room.min - vec2(OUT, 0.0),
        vec2(room.width() + OUT, Tokens::CONTROL_SMALL),
    );
    let builder = UiBuilder::new()
        .id_salt("flush")
        .max_rect(place)
        .layout(Layout::left_to_right(Align::Center));
    let mut inner = ui.new_child(builder);
    inner.spacing_mut().item_spacing.x = Tokens::SPACE_XS;
    content(&mut inner);
    let found = Rect::from_min_max(room.min, inner.min_rect().max);
    ui.expand_to_include_rect(found);
    ui.advance_cursor_after_rect(found);
}

/// A button that opens a page in the browser.
pub(super) fn link_ui(ui: &mut Ui, words: impl Into<String>, url: &str) {
    let link = Button::ghost(words).trailing_icon(icons::EXTERNAL).small();
    if ui.add(link).clicked() {
        ui.ctx().open_url(OpenUrl::new_tab(url));
    }
}

/// A line that tells what is wrong: icon and words.
pub(super) fn error_line_ui(ui: &mut Ui, words: &str) {
    let t = Tokens::of(ui);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = Tokens::SPACE_XS;
        icons::ERROR.show_ui(ui, 13.0, t.danger);
        ui.label(t.hint(words).color(t.danger));
    });
}

/// A question mark that explains, to the pointer and to the keyboard.
pub(super) fn help_ui(ui: &mut Ui, name: impl Into<String>, text: &str) {
    let t = Tokens::of(ui);
    let name = name.into();
    let button = icons::HELP.button(&name).small().ui(ui);
    Popup::menu(&button)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .accessible_name(&name)
        .show(|ui| {
            ui.set_max_width(300.0);
            ui.label(t.detail(text));
        });
}

/// What is wrong with a custom id.
pub(super) fn image_id_error_words(error: &ImageIdError) -> String {
    match error {
        ImageIdError::Empty => tr!("id-error-empty"),
        ImageIdError::TooLong(chars) => tr!("id-error-long", chars = *chars),
        ImageIdError::OuterSlash => tr!("id-error-slash"),
        ImageIdError::Uuid => tr!("id-error-uuid"),
        ImageIdError::Control => tr!("id-error-control"),
        ImageIdError::DotSegment => tr!("id-error-dots"),
        ImageIdError::Reserved(word) => tr!("id-error-reserved", word = word.as_str()),
    }
}

/// What is wrong with metadata.
pub(super) fn metadata_error_words(error: &MetadataError) -> String {
    match error {
        MetadataError::NotJson(detail) => tr!("metadata-error-json", detail = detail.as_str()),
        MetadataError::NotAnObject => tr!("metadata-error-object"),
        MetadataError::TooLong(bytes) => tr!("metadata-error-long", bytes = *bytes),
    }
}

/// What is wrong with options for uploads.
pub(super) fn spec_error_words(error: &UploadSpecError) -> String {
    match error {
        UploadSpecError::CustomIdWithSignedUrls => tr!("spec-error-signed"),
        UploadSpecError::Id(error) => image_id_error_words(error),
        UploadSpecError::Metadata(error) => metadata_error_words(error),
    }
}

/// What is wrong with the name of a key.
pub(super) fn key_name_error_words(_error: KeyNameError) -> String {
    tr!("key-name-error")
}
