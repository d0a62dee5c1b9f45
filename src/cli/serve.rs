//! `lenticular serve`: the local library for other programs, until it is told to stop.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::{Global, fail};
use crate::config::Dirs;
use crate::model::{AccountId, Secret};
use crate::server::{Server, ServerConfig, ServerHandle};

/// What `serve` may be told.
#[derive(Debug, Args)]
pub struct ServeArguments {
    /// The library's folder; it is made when it does not exist. Without it, the one
    /// that the window opens
    #[arg(long, value_name = "DIR")]
    library: Option<PathBuf>,
    /// Where to listen; port 0 takes any that is free
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8787")]
    listen: SocketAddr,
    /// The account's ID, 32 hex digits; without it, the library keeps its own
    #[arg(long, value_name = "ID", value_parser = parse_account_id)]
    account_id: Option<AccountId>,
    /// The API token; without it, one is made for this run. Others on this computer can see
    /// arguments of programs: the variable is the safer way
    #[arg(
        long,
        value_name = "TOKEN",
        env = "LENTICULAR_TOKEN",
        hide_env_values = true,
        value_parser = parse_token
    )]
    token: Option<Secret<String>>,
    /// Let uploads by URL reach addresses of this computer and of the local network
    #[arg(long)]
    allow_private_urls: bool,
    /// Let other computers connect, and answer under any host name
    #[arg(long)]
    allow_remote: bool,
}

fn parse_account_id(text: &str) -> Result<AccountId, String> {
    AccountId::parse(text).map_err(|error| error.to_string())
}

/// A token that no `Authorization` header could carry would lock everybody out.
fn parse_token(text: &str) -> Result<Secret<String>, String> {
    let body = text.trim_end_matches('=');
    let is_token68 = !body.is_empty()
        && body
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-._~+/".contains(&b));
    if is_token68 {
        Ok(Secret::new(text.to_owned()))
    } else {
        Err("a token has letters, digits and -._~+/ only".to_owned())
    }
}

/// Serves until SIGTERM or Ctrl+C.
pub(super) fn run(global: &Global, arguments: ServeArguments) -> ExitCode {
    let library = match library_folder(global, arguments.library) {
        Ok(library) => library,
        Err(error) => return fail(&error),
    };
    let config = ServerConfig {
        library,
        listen: arguments.listen,
        account_id: arguments.account_id,
        token: arguments.token,
        allow_private_urls: arguments.allow_private_urls,
        allow_remote: arguments.allow_remote,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    runtime.block_on(async {
        // Before the first line says that we are ready: whoever reads it may stop us at once.
        let stopped = match stop_signal() {
            Ok(stopped) => stopped,
            Err(error) => return fail(&error),
        };
        let server = match Server::start(config).await {
            Ok(server) => server,
            Err(error) => return fail(&WithCauses(&error)),
        };
        if let Err(error) = announce(&server) {
            server.shutdown().await;
            return fail(&error);
        }
        stopped.await;
        server.shutdown().await;
        ExitCode::SUCCESS
    })
}

/// The library that was named, else the one that the window opens.
fn library_folder(global: &Global, given: Option<PathBuf>) -> io::Result<PathBuf> {
    match given {
        Some(folder) => Ok(folder),
        None => Ok(Dirs::open(global.data_dir.as_deref())?.default_library()),
    }
}

/// One line of JSON: all that a program needs to talk to us.
fn announce(server: &ServerHandle) -> io::Result<()> {
    let line = json!({
        "api": server.api_base(),
        "delivery": server.delivery_base(),
        "upload": server.upload_base(),
        "batch": server.batch_base(),
        "account_id": server.account_id().as_str(),
        "account_hash": server.account_hash().as_str(),
        "token": server.token().expose(),
    });
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}

/// An error and what caused it, in one line.
struct WithCauses<'e>(&'e dyn std::error::Error);

impl std::fmt::Display for WithCauses<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}
