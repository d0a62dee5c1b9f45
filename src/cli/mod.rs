//! The second door: commands, for terminals and scripts.

mod serve;

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
pub enum Command {
    /// Serve a local library with the API of Cloudflare Images
    Serve(serve::ServeArguments),
}

/// The program's arguments, to parse or to describe.
#[must_use]
pub fn command() -> clap::Command {
    Arguments::command()
}

/// Runs a command to its end.
#[must_use]
pub fn run(global: &Global, command: Command) -> ExitCode {
    match command {
        Command::Serve(arguments) => serve::run(global, arguments),
    }
}
