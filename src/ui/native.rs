//! The real window.
use crate::engine::{Engine, Waker};
use crate::model::Problem;
use std::path::PathBuf;
/// Opens the window.
pub fn run(
    start: impl Fn(Waker) -> Result<Engine, Problem> + Clone + 'static,
    files: Vec<PathBuf>,
) -> Result<(), Problem> {
    let options = eframe::NativeOptions::default();
    eframe::run_native(
        "Lenticular",
        options,
        Box::new(move |cc| {
            let ctx = cc.egui_ctx.clone();
            let engine =
                start(Waker::new(move || ctx.request_repaint())).map_err(|p| p.to_string())?;
            Ok(Box::new(super::App::new(&cc.egui_ctx, engine, files)))
        }),
    )
    .map_err(|e| Problem::new(e.to_string()))
}
