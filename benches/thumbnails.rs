//! How long thumbnails of twenty photographs take, beside Pillow on the same files.
//!
//! Both get the same work: twenty JPEG files of 12 megapixels, each read from the disk and brought
//! within 256 × 256 pixels, on one thread, three times in turns. What counts is the processor time
//! of the best round, so that other programs on the machine disturb little.
//!
//! ```text
//! cargo bench --bench thumbnails
//! ```

#![expect(
    clippy::print_stdout,
    reason = "a benchmark tells its result on standard output"
)]

use std::error::Error;
use std::ffi::OsString;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output};
use std::time::{Duration, Instant};

use lenticular::{samples, transform};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const FILES: u64 = 20;
const WIDTH_PX: u32 = 4000;
const HEIGHT_PX: u32 = 3000;
const QUALITY: u8 = 88;
const SIDE_PX: u32 = 256;
const ROUNDS: usize = 3;

/// Exit code of the script when there is no Pillow.
const NO_PILLOW: i32 = 3;

/// What a person who knows Pillow would write: `draft` lets libjpeg scale while it decodes.
const PILLOW: &str = "
import sys, time
try:
    import PIL
    from PIL import Image
except ImportError:
    sys.exit(3)
side = int(sys.argv[1])
wide = high = 0
begin = time.process_time()
for path in sys.argv[2:]:
    with Image.open(path) as image:
        image.draft('RGB', (side, side))
        image.thumbnail((side, side), Image.LANCZOS)
        wide, high = image.size
print(time.process_time() - begin, wide, high, PIL.__version__)
";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("thumbnails: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    // Asked first: nobody wants to wait for twenty photographs to learn it.
    pillow(&[])?;
    let folder = tempfile::tempdir()?;
    let files = photographs(folder.path())?;
    let (mut ours, mut theirs) = (f64::INFINITY, f64::INFINITY);
    let (mut our_size, mut their_size) = (String::new(), String::new());
    let mut version = String::new();
    for _ in 0..ROUNDS {
        let round = lenticular(&files)?;
        ours = ours.min(round.seconds);
        our_size = round.size;
        let round = pillow(&files)?;
        theirs = theirs.min(round.seconds);
        their_size = round.size;
        version = round.version;
    }
    if our_size != their_size {
        return Err(format!("not the same work: {our_size} and {their_size} pixels").into());
    }
    println!(
        "{FILES} thumbnails of {WIDTH_PX}x{HEIGHT_PX} to {our_size}: lenticular {ours:.3} s, \
         Pillow {version} {theirs:.3} s, ratio {:.2} (below 1: lenticular is faster)",
        ours / theirs
    );
    Ok(())
}

/// One round: processor time in seconds, the size of the last thumbnail, and who made it.
struct Round {
    seconds: f64,
    size: String,
    version: String,
}

fn lenticular(files: &[PathBuf]) -> Result<Round> {
    let begin = Clock::now();
    let mut size = String::new();
    for path in files {
        let bytes = fs::read(path)?;
        let pixels = transform::thumbnail(black_box(&bytes), SIDE_PX)?;
        size = format!("{}x{}", pixels.size.width, pixels.size.height);
        black_box(pixels);
    }
    Ok(Round {
        seconds: begin.elapsed().as_secs_f64(),
        size,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

/// Runs Pillow over the files; over none, it only says whether it is there.
fn pillow(files: &[PathBuf]) -> Result<Round> {
    let mut arguments: Vec<OsString> = vec!["-c".into(), PILLOW.into(), SIDE_PX.to_string().into()];
    arguments.extend(files.iter().map(|path| path.as_os_str().to_owned()));
    let python = std::env::var_os("PYTHON").unwrap_or_else(|| "python3".into());
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(&python)
        .args(&arguments)
        .output()
        .map_err(|error| {
            format!(
                "{} cannot be run: {error}; install Python 3, or name it in PYTHON",
                python.display()
            )
        })?;
    if status.code() == Some(NO_PILLOW) {
        return Err("Pillow is not installed: python3 -m pip install pillow".into());
    }
    if !status.success() {
        return Err(format!("Pillow failed: {}", String::from_utf8_lossy(&stderr)).into());
    }
    let text = String::from_utf8(stdout)?;
    let words: Vec<&str> = text.split_whitespace().collect();
    let [seconds, wide, high, version] = words.as_slice() else {
        return Err(format!("Pillow said something else than expected: {text}").into());
    };
    Ok(Round {
        seconds: seconds.parse()?,
        size: format!("{wide}x{high}"),
        version: (*version).to_owned(),
    })
}

/// Twenty different photographs, made once for all rounds.
fn photographs(folder: &Path) -> Result<Vec<PathBuf>> {
    println!("making {FILES} photographs of {WIDTH_PX}x{HEIGHT_PX} …");
    let mut files = Vec::new();
    for seed in 0..FILES {
        let path = folder.join(format!("photo-{seed:02}.jpg"));
        fs::write(
            &path,
            samples::photo_jpeg(seed, WIDTH_PX, HEIGHT_PX, QUALITY),
        )?;
        files.push(path);
    }
    Ok(files)
}

/// The processor time of this process where the system tells it, else the clock on the wall.
enum Clock {
    Processor(Duration),
    Wall(Instant),
}

impl Clock {
    fn now() -> Self {
        processor_time().map_or_else(|| Self::Wall(Instant::now()), Self::Processor)
    }

    fn elapsed(&self) -> Duration {
        match self {
            Self::Processor(begin) => processor_time().unwrap_or_default().saturating_sub(*begin),
            Self::Wall(begin) => begin.elapsed(),
        }
    }
}

/// Nanoseconds on a processor of the only thread that works here, from Linux's scheduler.
fn processor_time() -> Option<Duration> {
    // Finer than the clock ticks of /proc/self/stat. Only this thread: there is no other.
    let text = fs::read_to_string("/proc/self/schedstat").ok()?;
    let nanoseconds = text.split_whitespace().next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}
