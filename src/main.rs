//! One program, two doors: the window, or a command.

// A program with a window opens no console beside it.
#![cfg_attr(
    all(windows, feature = "gui", not(debug_assertions)),
    windows_subsystem = "windows"
)]

mod heap;

use std::io::IsTerminal as _;
use std::process::ExitCode;

use clap::Parser as _;
use lenticular::cli::{self, Arguments, Command};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if matches!(arguments.command, Some(Command::Render(_))) {
        heap::keep_for_the_next_picture();
    } else {
        heap::give_back_what_is_unused();
    }
    start_log();
    match arguments.command {
        Some(command) => cli::run(&arguments.global, command),
        None => open_window(&arguments),
    }
}

/// What goes wrong is told on standard error; `LENTICULAR_LOG` asks for more. Secrets have no text
/// form, so none can get into it.
fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("LENTICULAR_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("lenticular=warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
}

#[cfg(feature = "gui")]
fn open_window(arguments: &Arguments) -> ExitCode {
    use std::time::Duration;

    use lenticular::config::Dirs;
    use lenticular::engine::Engine;
    use lenticular::model::Problem;
    use lenticular::ui::native;

    let opened = (|| -> Result<(), Problem> {
        let dirs = Dirs::open(arguments.global.data_dir.as_deref()).map_err(|error| {
            Problem::new(format!(
                "The folders of the program cannot be made: {error}"
            ))
            .with_hint("Name another one with --data-dir")
        })?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|error| Problem::new(format!("The program cannot start its work: {error}")))?;
        let handle = runtime.handle().clone();
        let memory = dirs.window();
        let start = move |waker| Engine::start(&handle, dirs.clone(), waker);
        let ended = native::run(&runtime, start, absolute(&arguments.files), memory);
        // What is under way is in the journal; the server gets a moment to end its answers.
        runtime.shutdown_timeout(Duration::from_secs(2));
        ended
    })();
    match opened {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => cli::fail(&problem),
    }
}

/// Paths as they are from wherever the program was started.
#[cfg(feature = "gui")]
fn absolute(files: &[std::path::PathBuf]) -> Vec<std::path::PathBuf> {
    files
        .iter()
        .map(|file| std::path::absolute(file).unwrap_or_else(|_| file.clone()))
        .collect()
}

#[cfg(not(feature = "gui"))]
fn open_window(_arguments: &Arguments) -> ExitCode {
    cli::fail(&"this build has no window; run `lenticular --help` for the commands")
}
