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
use crate::server::{Faults, RateLimit, Server, ServerConfig, ServerHandle, Traffic};

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
    /// A second token that may look and not change anything: its writes are answered 403 with
    /// code 9109
    #[arg(
        long,
        value_name = "TOKEN",
        env = "LENTICULAR_READ_TOKEN",
        hide_env_values = true,
        value_parser = parse_token
    )]
    read_token: Option<Secret<String>>,
    /// A token that counts as switched off: answered 403 with code 9109
    #[arg(long, value_name = "TOKEN", value_parser = parse_token)]
    disabled_token: Option<Secret<String>>,
    /// A token that counts as expired: answered 403 with code 9109
    #[arg(long, value_name = "TOKEN", value_parser = parse_token)]
    expired_token: Option<Secret<String>>,
    /// Store no more images than this; the next is answered 403 with code 5453
    #[arg(long, value_name = "IMAGES")]
    capacity: Option<u64>,
    /// Count API requests as Cloudflare does: so many in so many seconds, then 429 with code 971
    /// for as many seconds. Without a value 1200/300; each batch token gets 200 a second
    #[arg(
        long,
        value_name = "REQUESTS/SECONDS",
        num_args = 0..=1,
        default_missing_value = "1200/300"
    )]
    rate_limit: Option<RateLimit>,
    /// Let things go wrong, repeatably: any of
    /// latency=200ms..3s (or one time),
    /// error=10% or error=10%:503 (also 408, 429, 500, 502, 504, joined by /),
    /// cut=5% or cut=5%:before|after|either (the connection, before or after the effect),
    /// stall=1% (never answered),
    /// plain=50% (failures as a line of text instead of JSON),
    /// only=upload+list+… (upload, reserve, send, list, details, original, edit, delete,
    /// variants, account, delivery) and seed=N,
    /// joined by commas. The same seed is the same run; docs/faults.md tells more
    #[arg(long, value_name = "FAULTS", verbatim_doc_comment)]
    fault: Option<Faults>,
    /// Write a line for each request to standard error, without tokens and signatures
    #[arg(long)]
    log: bool,
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
        read_token: arguments.read_token,
        disabled_token: arguments.disabled_token,
        expired_token: arguments.expired_token,
        capacity: arguments.capacity,
        rate_limit: arguments.rate_limit,
        faults: arguments.fault,
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
        let mut log = Log {
            traffic: server.traffic().clone(),
            is_wanted: arguments.log,
            written: 0,
        };
        tokio::select! {
            () = stopped => {}
            () = log.follow() => {}
        }
        server.shutdown().await;
        log.write_new();
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

/// The lines of `--log`.
struct Log {
    traffic: Traffic,
    is_wanted: bool,
    written: u64,
}

impl Log {
    /// Writes a line for each request as it ends. Never comes back.
    async fn follow(&mut self) {
        while self.is_wanted {
            self.traffic.wait_after(self.written).await;
            self.write_new();
        }
        std::future::pending::<()>().await;
    }

    fn write_new(&mut self) {
        let mut out = io::stderr().lock();
        for exchange in self.traffic.after(self.written) {
            let missed = exchange.number - self.written - 1;
            self.written = exchange.number;
            if !self.is_wanted {
                return;
            }
            let told = if missed > 0 {
                writeln!(out, "({missed} more requests)\n{exchange}")
            } else {
                writeln!(out, "{exchange}")
            };
            // Nobody reads it any more: that is no reason to end the server.
            self.is_wanted = told.is_ok();
        }
    }
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
