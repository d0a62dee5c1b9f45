//! The second door: commands, for terminals and scripts.

mod render;
mod serve;

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory as _, Parser, Subcommand};

/// What a person typed.
#[derive(Debug, Parser)]
#[command(name = "lenticular", version, about, arg_required_else_help = false)]
pub struct Arguments {
    /// What holds for every command.
    #[command(flatten)]
    pub global: Global,
    /// The command; without one, the window opens.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Pictures and folders to upload: they land in the upload panel of the window
    #[arg(value_name = "FILES")]
    pub files: Vec<PathBuf>,
}

/// What holds for every command.
#[derive(Debug, Args)]
pub struct Global {
    /// Keep everything below this folder, in place of the usual ones of this computer
    #[arg(long, global = true, value_name = "DIR", env = "LENTICULAR_DATA_DIR")]
    pub data_dir: Option<PathBuf>,
}

/// The commands.
#[derive(Debug, Subcommand)]
#[expect(clippy::large_enum_variant, reason = "there is one, and once")]
pub enum Command {
    /// Serve a local library with the API of Cloudflare Images
    Serve(serve::ServeArguments),
    /// Render pictures on this disk, as delivery would
    Render(render::RenderArguments),
}

/// The program's arguments, to parse or to describe.
#[must_use]
pub fn command() -> clap::Command {
    Arguments::command()
}

/// Says on standard error what went wrong; the exit code says the same to scripts.
pub fn fail(error: &dyn std::fmt::Display) -> ExitCode {
    // When not even this can be written, the exit code has to do.
    writeln!(io::stderr(), "lenticular: {error}").ok();
    ExitCode::FAILURE
}

/// Runs a command to its end.
#[must_use]
pub fn run(global: &Global, command: Command) -> ExitCode {
    match command {
        Command::Serve(arguments) => serve::run(global, arguments),
        Command::Render(arguments) => render::run(&arguments),
    }
}
