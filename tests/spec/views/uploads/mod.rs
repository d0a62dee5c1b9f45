//! The upload panel and the questions around it: what each control asks of the engine.

mod options;
mod queue;

use egui::Theme;

use crate::stage::{LARGE, Stage};

const FOUR_FILES: [&str; 4] = ["/tmp/a.jpg", "/tmp/b.png", "/tmp/c.gif", "/tmp/d.webp"];

/// An open library, in a window that was started with files.
fn with_files(theme: Theme, files: &[&str]) -> Stage {
    let mut stage = Stage::started(LARGE, 1.0, theme, files);
    stage.open_library();
    stage
}
