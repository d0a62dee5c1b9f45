//! Opening the real window: which display, which renderer, and plain words when there is none.
//!
//! - Where X11 and Wayland are both there, X11 is taken: files cannot be dropped on a Wayland
//!   window yet. `LENTICULAR_BACKEND=wayland` chooses Wayland all the same.
//! - OpenGL is tried first, then wgpu. `LENTICULAR_RENDERER=glow` or `wgpu` allows only that one.
//! - `LENTICULAR_FRAME_LOG=FILE` writes `{"first_frame_ms":N}` after the first frame, counted from
//!   the call of [`run`], and `{"frames":N}` when the window closes: how much is drawn while
//!   nothing happens.

use std::cell::RefCell;
use std::fs::File;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Instant;

use eframe::{NativeOptions, Renderer};

use super::App;
use crate::engine::{Engine, Waker};
use crate::model::Problem;

const BACKEND: &str = "LENTICULAR_BACKEND";
const RENDERER: &str = "LENTICULAR_RENDERER";
const FRAME_LOG: &str = "LENTICULAR_FRAME_LOG";

const ICON: &[u8] = include_bytes!("../../assets/app-icon-256.png");

/// Opens the window and returns when it is closed.
///
/// The window opens where and as large as it was, which `memory`, a file, tells from run to run.
/// `start_engine` is called once the window's context exists, with the way to wake it. `files`
/// wait in the upload panel. What still runs in the background is the runtime's, and so the
/// caller's, to end.
///
/// # Errors
/// The problem of `start_engine`; no display; no way to draw; a missing system library.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the files are handed over; they are copied only because a second try may be needed"
)]
pub fn run(
    runtime: &tokio::runtime::Runtime,
    start_engine: impl Fn(Waker) -> Result<Engine, Problem>,
    files: Vec<PathBuf>,
    memory: PathBuf,
) -> Result<(), Problem> {
    let started = Instant::now();
    let _in_runtime = runtime.enter();
    let display = Display::choose(
        is_set("WAYLAND_DISPLAY"),
        is_set("DISPLAY"),
        var(BACKEND).as_deref(),
    );
    let renderers = renderers(var(RENDERER).as_deref());
    let engine_problem = Rc::new(RefCell::new(None));
    let mut last = None;
    for renderer in renderers {
        let options = NativeOptions {
            persistence_path: Some(memory.clone()),
            ..options(*renderer, display)
        };
        let creator = |cc: &eframe::CreationContext<'_>| {
            let ctx = cc.egui_ctx.clone();
            let engine = start_engine(Waker::new(move || ctx.request_repaint()));
            let engine = engine.map_err(|problem| {
                let words = problem.to_string();
                *engine_problem.borrow_mut() = Some(problem);
                words
            })?;
            let app =
                App::new(&cc.egui_ctx, engine, files.clone()).drops_work(display.takes_drops());
            let window = Window {
                app,
                frames: Frames::new(started, var(FRAME_LOG)),
            };
            Ok(Box::new(window) as Box<dyn eframe::App>)
        };
        match run_once(options, Box::new(creator))? {
            Ok(()) => return Ok(()),
            Err(error) => {
                if let Some(problem) = engine_problem.borrow_mut().take() {
                    return Err(problem);
                }
                tracing::warn!(%error, ?renderer, "the window could not be opened");
                let problem = problem_from_eframe(&error);
                if !can_draw_otherwise(&error) {
                    return Err(problem);
                }
                last = Some(problem);
            }
        }
    }
    Err(last.unwrap_or_else(no_renderer))
}

/// One try. The outer error is a missing library, for which another renderer is no help.
fn run_once(
    options: NativeOptions,
    creator: eframe::AppCreator<'_>,
) -> Result<eframe::Result, Problem> {
    let run = AssertUnwindSafe(|| eframe::run_native("Lenticular", options, creator));
    catch_unwind(run).or_else(|panic| {
        let said = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or_default();
        // winit does not report the missing library, it panics; all else is a fault of ours.
        match missing_keyboard_library(said) {
            Some(problem) => Err(problem),
            None => resume_unwind(panic),
        }
    })
}

fn missing_keyboard_library(panic: &str) -> Option<Problem> {
    panic.to_ascii_lowercase().contains("xkbcommon").then(|| {
        Problem::new("A system library for the keyboard is missing")
            .with_hint("On Debian and Ubuntu: sudo apt install libxkbcommon0 libxkbcommon-x11-0")
    })
}

/// The renderers to try, in order.
fn renderers(choice: Option<&str>) -> &'static [Renderer] {
    match choice {
        Some("glow") => &[Renderer::Glow],
        Some("wgpu") => &[Renderer::Wgpu],
        _ => &[Renderer::Glow, Renderer::Wgpu],
    }
}

/// Where the window opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Display {
    /// As the system has it; only X11, or no choice at all.
    Usual,
    /// X11, though Wayland is there too.
    X11,
    /// Wayland.
    Wayland,
}

impl Display {
    fn choose(has_wayland: bool, has_x11: bool, choice: Option<&str>) -> Self {
        match (has_wayland, has_x11) {
            (true, true) if choice != Some("wayland") => Self::X11,
            (true, _) => Self::Wayland,
            (false, _) => Self::Usual,
        }
    }

    const fn takes_drops(self) -> bool {
        !matches!(self, Self::Wayland)
    }
}

fn options(renderer: Renderer, display: Display) -> NativeOptions {
    let mut viewport = egui::ViewportBuilder::default()
        .with_title("Lenticular")
        .with_app_id("lenticular")
        .with_inner_size([1440.0, 900.0])
        .with_min_inner_size([800.0, 600.0]);
    if let Some(icon) = icon() {
        viewport = viewport.with_icon(icon);
    }
    NativeOptions {
        viewport,
        renderer,
        persist_window: true,
        event_loop_builder: (display == Display::X11).then(force_x11),
        ..NativeOptions::default()
    }
}

fn force_x11() -> eframe::EventLoopBuilderHook {
    Box::new(|builder| {
        #[cfg(target_os = "linux")]
        winit::platform::x11::EventLoopBuilderExtX11::with_x11(builder);
        #[cfg(not(target_os = "linux"))]
        drop(builder);
    })
}

fn icon() -> Option<egui::IconData> {
    let image = image::load_from_memory(ICON).ok()?.into_rgba8();
    let (width, height) = image.dimensions();
    Some(egui::IconData {
        rgba: image.into_raw(),
        width,
        height,
    })
}

/// Whether the other renderer may succeed where this one failed.
fn can_draw_otherwise(error: &eframe::Error) -> bool {
    matches!(
        error,
        eframe::Error::Glutin(_)
            | eframe::Error::NoGlutinConfigs(..)
            | eframe::Error::OpenGL(_)
            | eframe::Error::Wgpu(_)
    )
}

fn problem_from_eframe(error: &eframe::Error) -> Problem {
    match error {
        eframe::Error::WinitEventLoop(_) => Problem::new("There is no display to open a window on")
            .with_hint(
                "Start Lenticular in a graphical session, or set DISPLAY or WAYLAND_DISPLAY; \
                 `lenticular --help` tells what works without a window",
            ),
        error if can_draw_otherwise(error) => no_renderer(),
        _ => Problem::new("The window could not be opened"),
    }
}

fn no_renderer() -> Problem {
    Problem::new("Nothing on this computer can draw the window").with_hint(
        "Install OpenGL or Vulkan drivers. On Debian and Ubuntu: \
         sudo apt install libgl1 libegl1 libgl1-mesa-dri, or libvulkan1 mesa-vulkan-drivers",
    )
}

fn var(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty())
}

/// The program in its window, with its frames counted.
struct Window {
    app: App,
    frames: Frames,
}

impl eframe::App for Window {
    fn logic(&mut self, ctx: &egui::Context, frame: &mut eframe::Frame) {
        self.app.logic(ctx, frame);
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut eframe::Frame) {
        self.app.ui(ui, frame);
        self.frames.count();
    }

    /// Only the window itself is remembered: what views had open belongs to the run.
    fn persist_egui_memory(&self) -> bool {
        false
    }

    fn on_exit(&mut self, gl: Option<&eframe::glow::Context>) {
        self.app.on_exit(gl);
        self.frames.finish();
    }
}

/// The frames that were drawn, and where that is written.
struct Frames {
    started: Instant,
    drawn: u64,
    log: Option<File>,
}

impl Frames {
    fn new(started: Instant, path: Option<String>) -> Self {
        let log = path.and_then(|path| match File::create(&path) {
            Ok(file) => Some(file),
            Err(error) => {
                tracing::warn!(%error, path, "the frame log cannot be written");
                None
            }
        });
        Self {
            started,
            drawn: 0,
            log,
        }
    }

    fn count(&mut self) {
        self.drawn += 1;
        if self.drawn == 1 {
            let millis = self.started.elapsed().as_millis();
            self.write(&format!("{{\"first_frame_ms\":{millis}}}"));
        }
    }

    fn finish(&mut self) {
        self.write(&format!("{{\"frames\":{}}}", self.drawn));
    }

    fn write(&mut self, line: &str) {
        if let Some(log) = &mut self.log
            && let Err(error) = writeln!(log, "{line}")
        {
            tracing::warn!(%error, "the frame log cannot be written");
            self.log = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drops_work_wherever_there_is_x11() {
        let choose = Display::choose;
        assert_eq!(choose(true, true, None), Display::X11);
        assert_eq!(choose(false, true, None), Display::Usual);
        assert_eq!(choose(true, true, Some("wayland")), Display::Wayland);
        assert_eq!(choose(true, false, None), Display::Wayland);
        assert!(choose(true, true, None).takes_drops());
        assert!(!choose(true, false, None).takes_drops());
    }

    #[test]
    fn one_renderer_stands_in_for_the_other_unless_one_is_demanded() {
        assert_eq!(renderers(None), [Renderer::Glow, Renderer::Wgpu]);
        assert_eq!(renderers(Some("wgpu")), [Renderer::Wgpu]);
    }

    #[test]
    fn a_missing_keyboard_library_is_told_with_the_package_that_holds_it() {
        let said = "Library libxkbcommon-x11.so could not be loaded.";
        let problem = missing_keyboard_library(said).unwrap();
        assert!(problem.hint.unwrap().contains("libxkbcommon-x11-0"));
        assert_eq!(missing_keyboard_library("index out of bounds"), None);
    }

    #[test]
    fn the_window_has_its_icon() {
        let icon = icon().unwrap();
        assert_eq!((icon.width, icon.height), (256, 256));
    }

    #[test]
    fn the_frame_log_tells_the_first_frame_and_their_number() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("frames");
        let mut frames = Frames::new(Instant::now(), Some(path.to_string_lossy().into_owned()));
        frames.count();
        frames.count();
        frames.finish();
        let text = std::fs::read_to_string(path).unwrap();
        let lines: Vec<serde_json::Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert!(lines[0]["first_frame_ms"].is_u64());
        assert_eq!(lines[1]["frames"], 2);
    }
}
