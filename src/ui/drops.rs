//! Drops and pastes: files, folders, addresses and pictures that come from outside the window.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::app::{Action, Route};
use crate::engine::UploadInput;
use crate::model::PixelSize;

use super::cx::Cx;
use super::uploads;

/// Takes in what was dropped or pasted in this frame.
pub(super) fn take_drops(ctx: &egui::Context, cx: &mut Cx<'_>) {
    if cx.state.session.is_none() {
        return;
    }
    let dropped: Vec<UploadInput> = ctx.input(|input| {
        input
            .raw
            .dropped_files
            .iter()
            .map(|file| UploadInput::Path(file.path().to_owned()))
            .collect()
    });
    if !dropped.is_empty() {
        cx.take_in(dropped);
    }
    if cx.state.dialog.is_some() || ctx.text_edit_focused() {
        return;
    }
    let pasted = ctx.input(|input| {
        input.events.iter().find_map(|event| match event {
            egui::Event::Paste(text) => Some(inputs_from_text(text)),
            egui::Event::PasteImage(image) => Some(vec![input_from_picture(image)]),
            _ => None,
        })
    });
    if let Some(inputs) = pasted
        && !inputs.is_empty()
    {
        cx.take_in(inputs);
    }
}

impl Cx<'_> {
    /// Uploads at once where the options are in sight and can be used; else it waits for a look
    /// at them.
    pub(super) fn take_in(&mut self, inputs: Vec<UploadInput>) {
        match uploads::usable_spec(&self.drafts.upload, &inputs) {
            Some(spec) if self.state.route == Route::Uploads => {
                self.emit(Action::Upload(inputs, Box::new(spec)));
            }
            _ => self.emit(Action::Stage(inputs)),
        }
    }
}

fn input_from_picture(image: &egui::ColorImage) -> UploadInput {
    let [width, height] = image.size;
    let rgba = image
        .pixels
        .iter()
        .flat_map(egui::Color32::to_srgba_unmultiplied)
        .collect();
    let px = |side| u32::try_from(side).unwrap_or(u32::MAX);
    UploadInput::Picture {
        size: PixelSize::new(px(width), px(height)),
        rgba: Arc::new(rgba),
    }
}

/// Files and addresses in a pasted text. Any other text is not meant for uploading: a text with
/// one line that is neither gives nothing.
pub(super) fn inputs_from_text(text: &str) -> Vec<UploadInput> {
    let lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && *line != "copy" && *line != "cut");
    let inputs: Option<Vec<UploadInput>> = lines.map(input_from_line).collect();
    inputs.unwrap_or_default()
}

fn input_from_line(line: &str) -> Option<UploadInput> {
    if line.starts_with("http://") || line.starts_with("https://") {
        return Some(UploadInput::Url(url::Url::parse(line).ok()?.to_string()));
    }
    if line.starts_with("file://") {
        return url::Url::parse(line)
            .ok()?
            .to_file_path()
            .ok()
            .map(UploadInput::Path);
    }
    let path = Path::new(line);
    path.is_absolute()
        .then(|| UploadInput::Path(PathBuf::from(path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pasted_list_is_files_and_addresses_and_any_other_text_is_nothing() {
        assert_eq!(
            inputs_from_text("copy\nfile:///tmp/a%20b.png\n"),
            [UploadInput::Path(PathBuf::from("/tmp/a b.png"))]
        );
        assert_eq!(
            inputs_from_text("https://example.com/a.png\r\n/tmp/b.png"),
            [
                UploadInput::Url("https://example.com/a.png".to_owned()),
                UploadInput::Path(PathBuf::from("/tmp/b.png"))
            ]
        );
        assert!(inputs_from_text("https://example.com/a.png\nand my password").is_empty());
        assert!(inputs_from_text("").is_empty());
    }
}
