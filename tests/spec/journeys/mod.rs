//! Journeys: what a person gets, from end to end.

mod bad_input;
mod desk;
mod engine;
mod pages;
mod proxy;
mod slow;
#[cfg(target_os = "linux")]
mod small_disk;
mod window;

use std::path::{Path, PathBuf};

use lenticular::config::Dirs;
use lenticular::engine::{Engine, Waker};
use lenticular::samples;

/// The real engine on a data folder, and the runtime that it lives on.
fn engine_on(folder: &Path) -> (tokio::runtime::Runtime, Engine) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let dirs = Dirs::open(Some(folder)).unwrap();
    let engine = Engine::start(runtime.handle(), dirs, Waker::none()).unwrap();
    (runtime, engine)
}

/// `count` different pictures in a folder, small enough for a test.
fn pictures(folder: &Path, count: usize) -> Vec<PathBuf> {
    std::fs::create_dir_all(folder).expect("the folder can be made");
    let picture = |index: usize| {
        let path = folder.join(format!("picture-{index:03}.jpg"));
        let bytes = samples::photo_jpeg(index as u64, 160, 120, 80);
        std::fs::write(&path, bytes).expect("the picture can be written");
        path
    };
    (0..count).map(picture).collect()
}
