//! `lenticular render`: pictures on this disk, rendered as delivery would.
//!
//! Each file becomes one rendition in a folder, under its own name and with the extension of what
//! it became. Nothing is overwritten unless that is asked, an original never; a file that fails
//! leaves the others alone, and the exit code tells.

mod names;
mod room;
#[cfg(test)]
mod tests;

use std::io::{self, Write as _};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

use bytes::Bytes;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::fail;
use crate::model::flexible::OutputChoice;
use crate::model::{FlexibleOptions, PixelSize};
use crate::transform::{self, Accepts, Facts, Format, Original, TransformError};
use names::Names;
use room::Room;

/// What `render` may be told.
#[derive(Debug, Args)]
pub struct RenderArguments {
    /// What becomes of each picture, as in a delivery URL: `w=800,h=600,fit=cover,f=webp`
    #[arg(value_name = "OPTIONS")]
    options: String,
    /// The pictures
    #[arg(value_name = "FILES", required = true)]
    files: Vec<PathBuf>,
    /// The folder for the renditions; it is made when it does not exist
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// How many pictures are worked on at a time; without it, one for each processor
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Tell about each file in a line of JSON
    #[arg(long)]
    json: bool,
    /// Overwrite what is in the folder; never one of the pictures themselves
    #[arg(long)]
    force: bool,
}

/// The largest file that is read, in bytes. What Cloudflare stores has at most 10 MB; a scan that is
/// to become such a picture may well be larger.
const LARGEST_FILE_BYTES: u64 = 256 * 1024 * 1024;

/// Why a file has no rendition.
#[derive(Debug, thiserror::Error)]
enum RenderError {
    #[error("the file cannot be read: {0}")]
    Unreadable(#[source] io::Error),
    #[error("the file has {0} bytes, the limit is {LARGEST_FILE_BYTES}")]
    LargeFile(u64),
    #[error(transparent)]
    Transform(#[from] TransformError),
    #[error("there is a file already, and --force was not given: {}", .0.display())]
    Exists(PathBuf),
    #[error("the rendition would replace one of the pictures; choose another folder: {}", .0.display())]
    IsOriginal(PathBuf),
    #[error("the rendition cannot be written: {error}: {}", .out.display())]
    Unwritable {
        out: PathBuf,
        #[source]
        error: io::Error,
    },
}

/// What became of a file.
#[derive(Debug)]
struct Done {
    out: PathBuf,
    format: Format,
    size: PixelSize,
    bytes: usize,
    warnings: Vec<String>,
}

/// Renders every file.
pub(super) fn run(arguments: &RenderArguments) -> ExitCode {
    let (options, remarks) = match FlexibleOptions::parse(&arguments.options) {
        Ok(parsed) => parsed,
        Err(error) => return fail(&format!("OPTIONS: {error}")),
    };
    if options.format == OutputChoice::Json {
        return fail(&"OPTIONS: format=json makes no picture");
    }
    if let Err(error) = std::fs::create_dir_all(&arguments.out) {
        return fail(&format!("{}: {error}", arguments.out.display()));
    }
    let report = Report::new(arguments);
    let work = Work {
        names: Names::of(&arguments.files, |file| {
            let original = open(file).ok()?;
            let facts = original.facts();
            Some(transform::output_format(facts, &options, accepts(facts, &options)).extension())
        }),
        originals: arguments.files.iter().map(|file| identity(file)).collect(),
        out: &arguments.out,
        is_forced: arguments.force,
        options,
        remarks,
        room: Room::default(),
    };
    let next = AtomicUsize::new(0);
    let worker = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(file) = arguments.files.get(index) else {
                break;
            };
            let begin = Instant::now();
            let result = work.render(index, file);
            report.tell(file, &result, begin);
        }
    };
    let processors = || std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let jobs = arguments.jobs.map_or_else(processors, NonZeroUsize::get);
    std::thread::scope(|scope| {
        // This thread works too.
        for _ in 1..jobs.min(arguments.files.len()) {
            scope.spawn(worker);
        }
        worker();
    });
    report.finish()
}

/// Reads a file and its header.
fn open(file: &Path) -> Result<Original, RenderError> {
    let length = std::fs::metadata(file)
        .map_err(RenderError::Unreadable)?
        .len();
    if length > LARGEST_FILE_BYTES {
        return Err(RenderError::LargeFile(length));
    }
    let bytes = std::fs::read(file).map_err(RenderError::Unreadable)?;
    Ok(Original::open(Bytes::from(bytes))?)
}

/// Nobody says here what can be shown: `format=auto` keeps the format of the original, and whoever
/// asks for AVIF gets it.
fn accepts(facts: &Facts, options: &FlexibleOptions) -> Accepts {
    Accepts {
        avif: facts.format == Format::Avif || options.format == OutputChoice::Avif,
        webp: facts.format == Format::WebP,
    }
}

/// The same for two paths to the same file; `None` while there is none.
fn identity(file: &Path) -> Option<PathBuf> {
    file.canonicalize().ok()
}

/// What all jobs share.
struct Work<'a> {
    options: FlexibleOptions,
    /// What of the options was ignored.
    remarks: Vec<String>,
    names: Names,
    originals: Vec<Option<PathBuf>>,
    out: &'a Path,
    is_forced: bool,
    room: Room,
}

impl Work<'_> {
    fn render(&self, index: usize, file: &Path) -> Result<Done, RenderError> {
        let original = open(file)?;
        let facts = original.facts();
        let accepts = accepts(facts, &self.options);
        let format = transform::output_format(facts, &self.options, accepts);
        let out = self.names.path(self.out, index, format.extension());
        self.check(&out)?;
        let rendition = {
            let _room = self.room.take(pixel_bytes(facts, &self.options));
            transform::render(&original, &self.options, accepts)?
        };
        // What was made is what counts, should it differ from what was foreseen.
        let out = self
            .names
            .path(self.out, index, rendition.format.extension());
        self.check(&out)?;
        self.write(&out, &rendition.bytes)?;
        Ok(Done {
            out,
            format: rendition.format,
            size: rendition.size,
            bytes: rendition.bytes.len(),
            warnings: [self.remarks.as_slice(), &rendition.warnings].concat(),
        })
    }

    /// Asked before the work, which may be long.
    fn check(&self, out: &Path) -> Result<(), RenderError> {
        let Some(found) = identity(out) else {
            return Ok(());
        };
        if self.originals.iter().flatten().any(|file| *file == found) {
            return Err(RenderError::IsOriginal(out.to_owned()));
        }
        if !self.is_forced {
            return Err(RenderError::Exists(out.to_owned()));
        }
        Ok(())
    }

    /// Under its name the file appears whole or not at all.
    fn write(&self, out: &Path, bytes: &[u8]) -> Result<(), RenderError> {
        let failed = |error: io::Error| RenderError::Unwritable {
            out: out.to_owned(),
            error,
        };
        let mut file = temporary(self.out).map_err(failed)?;
        file.write_all(bytes).map_err(failed)?;
        if self.is_forced {
            file.persist(out).map_err(|refused| failed(refused.error))?;
        } else {
            file.persist_noclobber(out)
                .map_err(|refused| match refused.error.kind() {
                    io::ErrorKind::AlreadyExists => RenderError::Exists(out.to_owned()),
                    _ => failed(refused.error),
                })?;
        }
        Ok(())
    }
}

/// A file that goes when it is not persisted, with the permissions that new files get here.
fn temporary(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".lenticular-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// What rendering may need for pixels: the decoded original, and the rendition in two copies.
fn pixel_bytes(facts: &Facts, options: &FlexibleOptions) -> u64 {
    let output = transform::plan(facts.size, options).map_or(0, |plan| plan.output.area());
    let frames = u64::from(facts.frames.max(1));
    4 * (facts.stored_size.area() + 2 * output * frames)
}

/// What is told while files are rendered, from any thread.
struct Report {
    bar: ProgressBar,
    is_json: bool,
    has_failed: AtomicBool,
}

impl Report {
    fn new(arguments: &RenderArguments) -> Self {
        let bar = if arguments.json {
            ProgressBar::hidden()
        } else {
            // Draws on a terminal only.
            ProgressBar::new(arguments.files.len() as u64)
        };
        let style = ProgressStyle::with_template("{bar:40} {pos} of {len} pictures, {eta} left");
        if let Ok(style) = style {
            bar.set_style(style);
        }
        Self {
            bar,
            is_json: arguments.json,
            has_failed: AtomicBool::new(false),
        }
    }

    fn tell(&self, file: &Path, result: &Result<Done, RenderError>, begin: Instant) {
        if result.is_err() {
            self.has_failed.store(true, Ordering::Relaxed);
        }
        if self.is_json {
            let line = line(file, result, begin);
            // Where nobody reads, there is nobody to tell.
            writeln!(io::stdout().lock(), "{line}").ok();
            return;
        }
        self.bar.inc(1);
        let remark = |text: &dyn std::fmt::Display| {
            self.bar.suspend(|| {
                fail(&format!("{}: {text}", file.display()));
            });
        };
        match result {
            Ok(done) => done.warnings.iter().for_each(|warning| remark(warning)),
            Err(error) => remark(error),
        }
    }

    fn finish(self) -> ExitCode {
        self.bar.finish_and_clear();
        if self.has_failed.into_inner() {
            ExitCode::FAILURE
        } else {
            ExitCode::SUCCESS
        }
    }
}

/// What `--json` tells about a file.
fn line(file: &Path, result: &Result<Done, RenderError>, begin: Instant) -> Value {
    #[expect(clippy::cast_precision_loss, reason = "a picture does not take years")]
    let millis = begin.elapsed().as_micros() as f64 / 1000.0;
    let file = file.display().to_string();
    match result {
        Ok(done) => json!({
            "file": file,
            "out": done.out.display().to_string(),
            "width": done.size.width,
            "height": done.size.height,
            "format": done.format.content_type(),
            "bytes": done.bytes,
            "millis": millis,
            "warnings": done.warnings,
        }),
        Err(error) => {
            let mut line = json!({ "file": file, "error": error.to_string(), "millis": millis });
            if let RenderError::Transform(error) = error {
                line["code"] = error.delivery_code().1.into();
            }
            line
        }
    }
}
