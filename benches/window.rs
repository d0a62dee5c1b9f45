//! What the window costs: start-up and memory beside a bare eframe window, an idle one, a frame.
//!
//! Both windows are opened on the same virtual display, in turns, five times each: from the start
//! of the process until its first frame is painted. Lenticular opens a library of 250 images.
//!
//! ```text
//! cargo bench --bench window        (Linux, with Xvfb)
//! ```

#![expect(
    clippy::print_stdout,
    reason = "a benchmark tells its result on standard output"
)]
#![expect(
    clippy::disallowed_methods,
    reason = "nothing else runs on the thread that waits for a window"
)]

use std::error::Error;
use std::ffi::OsStr;
use std::fs;
use std::hint::black_box;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use egui_kittest::{Harness, HarnessBuilder};
use lenticular::config::Dirs;
use lenticular::engine::{
    Engine, Event, Handle, Preferences, Request, UploadInput, UploadState, Waker,
};
use lenticular::model::UploadSpec;
use lenticular::samples;
use lenticular::ui::App;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const IMAGES: usize = 250;
const ROUNDS: usize = 5;
const IDLE: Duration = Duration::from_secs(10);
const SETTLING: Duration = Duration::from_secs(4);
const FRAMES: usize = 300;
const PATIENCE: Duration = Duration::from_secs(20);
const SIZE: [f32; 2] = [1440.0, 900.0];

/// With this argument and a file, the program is the bare window.
const BARE: &str = "--bare-window";

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    let outcome = match arguments.iter().position(|argument| argument == BARE) {
        Some(at) => bare_window(arguments.get(at + 1).map_or(OsStr::new(""), |path| path)),
        None => run(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("window: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What a first program with eframe is: a window and a label.
fn bare_window(log: &OsStr) -> Result<()> {
    struct Bare(Option<fs::File>);
    impl eframe::App for Bare {
        fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
            ui.label("bare");
            if let Some(mut log) = self.0.take() {
                // Whoever measures waits for it, and says so when it does not come.
                writeln!(log, "first_frame_ms").ok();
            }
        }
    }
    let log = fs::File::create(log)?;
    let options = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default().with_inner_size(SIZE),
        ..eframe::NativeOptions::default()
    };
    let app = Bare(Some(log));
    eframe::run_native("bare", options, Box::new(move |_| Ok(Box::new(app))))?;
    Ok(())
}

fn run() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    println!("filling a library with {IMAGES} images …");
    fill_library(&data, folder.path())?;
    let display = Display::start()?;
    let program = Path::new(env!("CARGO_BIN_EXE_lenticular"));
    let bare = std::env::current_exe()?;
    let ours = |log: &Path| {
        let mut command = Command::new(program);
        command
            .arg("--data-dir")
            .arg(&data)
            .env("LENTICULAR_FRAME_LOG", log);
        command
    };
    let theirs = |log: &Path| {
        let mut command = Command::new(&bare);
        command.arg(BARE).arg(log);
        command
    };
    let (mut our_starts, mut their_starts) = (Vec::new(), Vec::new());
    let (mut our_memory, mut their_memory) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let log = folder.path().join(format!("bare-{round}"));
        let window = display.open(theirs(&log), &log)?;
        their_starts.push(window.first_frame);
        their_memory.push(window.memory_kib()?);
        drop(window);
        let log = folder.path().join(format!("ours-{round}"));
        let window = display.open(ours(&log), &log)?;
        our_starts.push(window.first_frame);
        our_memory.push(window.memory_kib()?);
    }
    let (our_start, their_start) = (median(&mut our_starts), median(&mut their_starts));
    println!(
        "start to first frame: lenticular {} ms, bare eframe {} ms, ratio {:.2}",
        our_start.as_millis(),
        their_start.as_millis(),
        our_start.as_secs_f64() / their_start.as_secs_f64()
    );
    let (our_kib, their_kib) = (median(&mut our_memory), median(&mut their_memory));
    println!(
        "memory at the first frame: lenticular {} MiB, bare eframe {} MiB, {} MiB more",
        our_kib / 1024,
        their_kib / 1024,
        our_kib.saturating_sub(their_kib) / 1024
    );

    let log = folder.path().join("idle");
    let mut window = display.open(ours(&log), &log)?;
    std::thread::sleep(SETTLING);
    let (memory, before) = (window.memory_kib()?, window.processor_ticks()?);
    std::thread::sleep(IDLE);
    let spent = window.processor_ticks()? - before;
    window.close(&display)?;
    let frames = fs::read_to_string(&log)?;
    println!(
        "the page painted: {} MiB; idle for {} s: {spent} ticks of 10 ms; frames from start to end: {}",
        memory / 1024,
        IDLE.as_secs(),
        frames.lines().last().unwrap_or("not told").trim()
    );
    frame_cost(&data)
}

/// The middle of some measurements.
fn median<T: Copy + Ord>(values: &mut [T]) -> T {
    values.sort_unstable();
    values[values.len() / 2]
}

/// The processor time of a frame of the full grid, beside that of a frame with one label.
fn frame_cost(data: &Path) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let engine = Engine::start(runtime.handle(), Dirs::open(Some(data))?, Waker::none())
        .map_err(|problem| problem.to_string())?;
    let mut grid = builder().build_eframe(move |cc| App::new(&cc.egui_ctx, engine, Vec::new()));
    let started = Instant::now();
    while grid.state().thumbnails_uploaded() < 20 {
        if started.elapsed() > PATIENCE {
            let (shown, state) = (grid.state().thumbnails_uploaded(), grid.state().state());
            let opened = state.session.is_some();
            return Err(
                format!("the grid never filled: {shown} thumbnails, open: {opened}").into(),
            );
        }
        grid.step();
        std::thread::sleep(Duration::from_millis(5));
    }
    // What is still under way would be paid for by the frames.
    let quiet = Instant::now();
    while quiet.elapsed() < Duration::from_secs(3) {
        grid.step();
        std::thread::sleep(Duration::from_millis(20));
    }
    let mut bare = builder::<()>().build_ui(|ui| {
        ui.label("bare");
    });
    let (ours, theirs) = (time_of_frame(&mut grid), time_of_frame(&mut bare));
    println!(
        "a frame of the full grid, laid out and tessellated: {:.2} ms, a frame with one label {:.2} ms; \
         at 60 frames a second {:.0} % of one core",
        ours.as_secs_f64() * 1e3,
        theirs.as_secs_f64() * 1e3,
        ours.as_secs_f64() * 60.0 * 100.0
    );
    drop(grid);
    Ok(())
}

fn builder<State>() -> HarnessBuilder<State> {
    Harness::builder()
        .with_size(egui::vec2(SIZE[0], SIZE[1]))
        .with_context_setup(lenticular::ui::theme::install)
}

/// The median of many frames.
fn time_of_frame<State>(harness: &mut Harness<'_, State>) -> Duration {
    let mut times: Vec<Duration> = (0..FRAMES)
        .map(|_| {
            let begin = Instant::now();
            harness.step();
            let output = harness.output();
            let shapes = output.shapes.clone();
            black_box(harness.ctx.tessellate(shapes, output.pixels_per_point));
            begin.elapsed()
        })
        .collect();
    median(&mut times)
}

/// Uploads pictures as a person would, so that the window opens on them by itself.
fn fill_library(data: &Path, folder: &Path) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let mut engine = Engine::start(runtime.handle(), Dirs::open(Some(data))?, Waker::none())
        .map_err(|problem| problem.to_string())?;
    let pictures = folder.join("pictures");
    fs::create_dir(&pictures)?;
    for seed in 0..IMAGES {
        let bytes = samples::photo_jpeg(seed as u64, 640, 480, 85);
        fs::write(pictures.join(format!("picture-{seed:03}.jpg")), bytes)?;
    }
    let handle: Handle = engine.handle().clone();
    handle.send(Request::OpenLibrary {
        folder: None,
        with_samples: false,
    });
    runtime.block_on(async {
        let mut rows = std::collections::BTreeMap::new();
        while let Some(event) = engine.next().await {
            match event {
                Event::SessionOpened(opened) => {
                    // Without it the windows would open on the first page.
                    handle.send(Request::SavePreferences(Box::new(Preferences {
                        last_profile: Some(opened.profile.id),
                        ..Preferences::default()
                    })));
                    handle.send(Request::Upload {
                        inputs: vec![UploadInput::Path(pictures.clone())],
                        spec: Box::new(UploadSpec::default()),
                    });
                }
                Event::Failed(problem) | Event::OpenFailed { problem, .. } => {
                    return Err(Box::<dyn Error>::from(problem.to_string()));
                }
                Event::Uploads(delta) => {
                    rows.extend(delta.changed.into_iter().map(|row| (row.id, row.state)));
                    let done = rows
                        .values()
                        .filter(|state| matches!(state, UploadState::Done { .. }))
                        .count();
                    if done == IMAGES {
                        return Ok(());
                    }
                }
                _ => {}
            }
        }
        Err("the engine ended".into())
    })?;
    drop(engine);
    runtime.shutdown_timeout(Duration::from_secs(5));
    Ok(())
}

/// A display that nobody sees.
struct Display {
    server: Child,
    name: String,
}

impl Display {
    fn start() -> Result<Self> {
        let mut server = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1440x900x24",
                "-nolisten",
                "tcp",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("Xvfb cannot be started: {error}"))?;
        let mut number = String::new();
        let out = server.stdout.take().ok_or("Xvfb has no output")?;
        BufReader::new(out).read_line(&mut number)?;
        let name = format!(":{}", number.trim());
        Ok(Self { server, name })
    }

    /// Starts a program and waits until it has written to its log.
    fn open(&self, mut command: Command, log: &Path) -> Result<Window> {
        let begin = Instant::now();
        let process = command
            .env("DISPLAY", &self.name)
            .env_remove("WAYLAND_DISPLAY")
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut window = Window {
            process,
            first_frame: Duration::ZERO,
        };
        while fs::metadata(log).map_or(0, |file| file.len()) == 0 {
            if begin.elapsed() > PATIENCE {
                return Err("a window never painted".into());
            }
            std::thread::sleep(Duration::from_micros(500));
        }
        window.first_frame = begin.elapsed();
        Ok(window)
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        self.server.kill().ok();
        self.server.wait().ok();
    }
}

/// A window that is open.
struct Window {
    process: Child,
    first_frame: Duration,
}

impl Window {
    fn proc(&self, file: &str) -> PathBuf {
        PathBuf::from(format!("/proc/{}/{file}", self.process.id()))
    }

    /// Memory of its own and its share of what it has in common with others, in KiB.
    fn memory_kib(&self) -> Result<u64> {
        let text = fs::read_to_string(self.proc("status"))?;
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .ok_or("the system does not tell the memory")?;
        Ok(line.trim().trim_end_matches(" kB").parse()?)
    }

    /// Processor time since its start, in ticks of 10 ms.
    fn processor_ticks(&self) -> Result<u64> {
        let text = fs::read_to_string(self.proc("stat"))?;
        // The name of the program, in parentheses, may hold anything.
        let fields: Vec<&str> = text
            .rsplit_once(')')
            .map(|(_, rest)| rest.split_whitespace().collect())
            .unwrap_or_default();
        let ticks =
            |at: usize| -> Result<u64> { Ok(fields.get(at).ok_or("no such field")?.parse()?) };
        Ok(ticks(11)? + ticks(12)?)
    }

    /// Closes it as its button would.
    fn close(&mut self, display: &Display) -> Result<()> {
        let tool = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/desktop/x11.py");
        let python = if Path::new("/usr/bin/python3").exists() {
            "/usr/bin/python3"
        } else {
            "python3"
        };
        let closed = Command::new(python)
            .arg(tool)
            .args(["close", "Lenticular"])
            .env("DISPLAY", &display.name)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .status()?;
        if !closed.success() {
            return Err("the window could not be closed".into());
        }
        self.process.wait()?;
        Ok(())
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}
