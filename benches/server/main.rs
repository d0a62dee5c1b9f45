//! What the server costs beside the least that could do the same work.
//!
//! - Uploads of 100 KB and of 5 MB, eight in parallel, beside a handler that writes the same bytes,
//!   flushes them, renames the file and flushes its folder.
//! - Renditions that were made before, eight in parallel, beside the same bytes as a static file.
//! - Renditions that are made for the request, beside `transform::render` alone.
//!
//! Both sides run in this process and take turns, round by round, over real connections on loopback
//! and on real files. What counts is the median of the rounds.
//!
//! ```text
//! cargo bench --bench server                  all of them
//! cargo bench --bench server -- uploads       or cached, or cold
//! ```

#![expect(
    clippy::print_stdout,
    reason = "a benchmark tells its result on standard output"
)]

mod bare;
mod client;
mod pictures;
mod table;

use std::error::Error;
use std::fs;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use lenticular::model::flexible::FlexibleOptions;
use lenticular::samples;
use lenticular::server::{Server, ServerConfig, ServerHandle};
use lenticular::transform::{Accepts, Original, render};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use bare::Bare;
use client::Connection;
use pictures::{Numbered, numbered_jpeg};
use table::Row;

/// What may go wrong anywhere; it ends the program.
pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

const PARALLEL: usize = 8;
const UPLOAD_ROUNDS: usize = 9;
const CACHED_ROUNDS: usize = 15;
const COLD_ROUNDS: usize = 15;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("server: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    // Cargo adds words of its own that begin with dashes.
    let chosen: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let wants = |name: &str| chosen.is_empty() || chosen.iter().any(|word| word == name);
    let bench = Bench::start()?;
    let flush = table::flush_time(bench.folder.path())?;
    println!(
        "one flush of a small file takes {:.2} ms here\n",
        millis(flush)
    );
    println!("{}", Row::TITLE);
    if wants("uploads") {
        println!("{}", bench.uploads(100_000, 25)?);
        println!("{}", bench.uploads(5_000_000, 4)?);
    }
    if wants("cached") {
        println!("{}", bench.cached("w=256", 400)?);
        println!("{}", bench.cached("public", 200)?);
    }
    if wants("cold") {
        println!("{}", bench.cold(1733, 1155)?);
        println!("{}", bench.cold(4000, 3000)?);
    }
    bench.runtime.block_on(bench.server.shutdown());
    Ok(())
}

/// Both servers, and where they keep their files.
struct Bench {
    runtime: Runtime,
    server: ServerHandle,
    bare: Bare,
    folder: TempDir,
}

impl Bench {
    fn start() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let runtime = Runtime::new()?;
        let config = ServerConfig::local(folder.path().join("library"));
        let server = runtime.block_on(Server::start(config))?;
        let bare = runtime.block_on(Bare::start(folder.path()))?;
        let bench = Self {
            runtime,
            server,
            bare,
            folder,
        };
        let body = br#"{"flexible_variants":true}"#;
        let head = bench.api("PATCH", "v1/config", "application/json", body.len());
        let (status, _) = bench.connection()?.ask(&head, &[body])?;
        check(status)?;
        Ok(bench)
    }

    fn connection(&self) -> Result<Connection> {
        Ok(Connection::open(self.server.addr())?)
    }

    /// The head of a request to the API.
    fn api(&self, method: &str, path: &str, content_type: &str, length: usize) -> String {
        format!(
            "{method} /client/v4/accounts/{}/images/{path} HTTP/1.1\r\nhost: {}\r\n\
             authorization: Bearer {}\r\ncontent-type: {content_type}\r\n\
             content-length: {length}\r\n\r\n",
            self.server.account_id(),
            self.server.addr(),
            self.server.token().expose(),
        )
    }

    /// Uploads one picture; returns its id.
    fn upload(&self, picture: &[u8]) -> Result<String> {
        let form = Form::around(picture.len());
        let head = self.api("POST", "v1", Form::TYPE, form.length);
        let (status, body) = self
            .connection()?
            .ask(&head, &[Form::BEFORE, picture, Form::AFTER])?;
        check(status)?;
        let answer: serde_json::Value = serde_json::from_slice(&body)?;
        let id = answer["result"]["id"].as_str().ok_or("no id")?;
        Ok(id.to_owned())
    }

    /// The path of a rendition.
    fn delivery(&self, id: &str, options: &str) -> String {
        format!("/{}/{id}/{options}", self.server.account_hash())
    }

    /// Uploads of `bytes` bytes, `each` by each of eight clients. Both sides get the same body; all
    /// pictures differ, so that none is there already.
    fn uploads(&self, bytes: usize, each: usize) -> Result<Row> {
        let picture = numbered_jpeg(bytes)?;
        let form = Form::around(bytes);
        let ours = self.api("POST", "v1", Form::TYPE, form.length);
        let theirs = format!(
            "POST /upload HTTP/1.1\r\nhost: {}\r\ncontent-type: {}\r\ncontent-length: {}\r\n\r\n",
            self.bare.addr,
            Form::TYPE,
            form.length
        );
        let round = |addr, head: &str| {
            parallel(
                addr,
                each,
                || picture.clone(),
                |connection, mine: &mut Numbered| {
                    let file = mine.next();
                    let status = connection.send(head, &[Form::BEFORE, file, Form::AFTER])?;
                    check(status)
                },
            )
        };
        let mut row = Row::new(format!("upload of {} KB", bytes / 1000), each * PARALLEL);
        row.rounds(
            UPLOAD_ROUNDS,
            || round(self.server.addr(), &ours),
            || round(self.bare.addr, &theirs),
        )?;
        Ok(row)
    }

    /// A rendition that was made before, `each` times by each of eight clients.
    fn cached(&self, options: &str, each: usize) -> Result<Row> {
        let id = self.upload(&samples::photo_jpeg(3, 1733, 1155, 88))?;
        let get =
            |addr: SocketAddr, path: &str| format!("GET {path} HTTP/1.1\r\nhost: {addr}\r\n\r\n");
        let ours = get(self.server.addr(), &self.delivery(&id, options));
        let (status, rendition) = self.connection()?.ask(&ours, &[])?;
        check(status)?;
        fs::write(&self.bare.file, &rendition)?;
        let theirs = get(self.bare.addr, "/file");
        let (status, same) = Connection::open(self.bare.addr)?.ask(&theirs, &[])?;
        check(status)?;
        if same != rendition {
            return Err("the file server sends something else".into());
        }
        let round = |addr, head: &str| {
            parallel(
                addr,
                each,
                || (),
                |connection, ()| check(connection.send(head, &[])?),
            )
        };
        let title = format!("cached {options}, {} KB", rendition.len() / 1000);
        let mut row = Row::new(title, each * PARALLEL);
        row.rounds(
            CACHED_ROUNDS,
            || round(self.server.addr(), &ours),
            || round(self.bare.addr, &theirs),
        )?;
        Ok(row)
    }

    /// A rendition that is made for the request, by one client. Each round has a width of its own.
    fn cold(&self, width: u32, height: u32) -> Result<Row> {
        let picture = samples::photo_jpeg(7, width, height, 88);
        let id = self.upload(&picture)?;
        let original = Original::open(picture.into())?;
        let connection = std::cell::RefCell::new(self.connection()?);
        let delivered = |px: u32| -> Result<usize> {
            let path = self.delivery(&id, &format!("w={px}"));
            let head = format!(
                "GET {path} HTTP/1.1\r\nhost: {}\r\n\r\n",
                self.server.addr()
            );
            let (status, body) = connection.borrow_mut().ask(&head, &[])?;
            check(status)?;
            Ok(body.len())
        };
        let rendered = |px: u32| -> Result<usize> {
            let (options, _) = FlexibleOptions::parse(&format!("w={px}"))?;
            Ok(render(&original, &options, Accepts::from_header(None))?
                .bytes
                .len())
        };
        if delivered(799)? != rendered(799)? {
            return Err("the server renders something else".into());
        }
        let megapixels = f64::from(width) * f64::from(height) / 1e6;
        let mut row = Row::new(format!("cold w=800 of {megapixels:.0} megapixels"), 1);
        let (mut ours, mut theirs) = (800, 800);
        let next = |px: &mut u32, work: &dyn Fn(u32) -> Result<usize>| -> Result<Duration> {
            *px += 1;
            let begin = Instant::now();
            work(*px)?;
            Ok(begin.elapsed())
        };
        row.rounds(
            COLD_ROUNDS,
            || next(&mut ours, &delivered),
            || next(&mut theirs, &rendered),
        )?;
        Ok(row)
    }
}

/// A form that holds one file.
struct Form {
    length: usize,
}

impl Form {
    const TYPE: &str = "multipart/form-data; boundary=lenticular-bench-5f1b7c";
    const BEFORE: &[u8] = b"--lenticular-bench-5f1b7c\r\n\
        content-disposition: form-data; name=\"file\"; filename=\"photo.jpg\"\r\n\
        content-type: image/jpeg\r\n\r\n";
    const AFTER: &[u8] = b"\r\n--lenticular-bench-5f1b7c--\r\n";

    const fn around(bytes: usize) -> Self {
        Self {
            length: Self::BEFORE.len() + bytes + Self::AFTER.len(),
        }
    }
}

/// Eight clients, each with a connection and whatever `with` gives it, do `work` `each` times.
/// Returns the time from the start of the first to the end of the last.
fn parallel<T: Send>(
    addr: SocketAddr,
    each: usize,
    with: impl Fn() -> T + Sync,
    work: impl Fn(&mut Connection, &mut T) -> Result<()> + Sync,
) -> Result<Duration> {
    let line = Barrier::new(PARALLEL + 1);
    thread::scope(|scope| {
        let clients: Vec<_> = (0..PARALLEL)
            .map(|_| {
                scope.spawn(|| {
                    let mut own = with();
                    let connection = Connection::open(addr);
                    line.wait();
                    let mut connection = connection?;
                    for _ in 0..each {
                        work(&mut connection, &mut own)?;
                    }
                    Result::Ok(())
                })
            })
            .collect();
        line.wait();
        let begin = Instant::now();
        for client in clients {
            client.join().map_err(|_panic| "a client panicked")??;
        }
        Ok(begin.elapsed())
    })
}

fn check(status: u16) -> Result<()> {
    if status == 200 {
        Ok(())
    } else {
        Err(format!("the server answered {status}").into())
    }
}

pub(crate) fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
