//! How long the preview of a variant takes from a changed option to new pixels.
//!
//! A photograph of 12 megapixels is opened once, as the editor does. Then 200 options follow one
//! another, each a little different from the last, for a rendition of about 1366 × 768 and for one of
//! 300 × 300. The pixels alone are what the window paints; with the file is what it takes to know how
//! many bytes the rendition has.
//!
//! ```text
//! cargo bench --bench preview
//! ```

#![expect(
    clippy::print_stdout,
    reason = "a benchmark tells its result on standard output"
)]

use std::error::Error;
use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use lenticular::model::FlexibleOptions;
use lenticular::samples;
use lenticular::transform::{Accepts, Decoded, Original, pixels_decoded, render_decoded};

const EDITS: u32 = 200;

/// What the editor keeps: see `engine::originals`.
const EDITING_SIDE_PX: u32 = 2400;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("preview: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let original = Original::open(samples::photo_jpeg(1, 4000, 3000, 88).into())?;
    let begin = Instant::now();
    let decoded = Decoded::open(&original, EDITING_SIDE_PX)?;
    println!("opened in {:.1} ms", millis(begin));
    let accepts = Accepts {
        avif: false,
        webp: true,
    };
    for (width, height) in [(1366, 768), (300, 300)] {
        let (mut pixels, mut files) = (Vec::new(), Vec::new());
        for edit in 0..EDITS {
            let fit = ["scale-down", "cover", "pad", "contain"][edit as usize % 4];
            let width = width - edit % 50;
            let (options, _) = FlexibleOptions::parse(&format!("w={width},h={height},fit={fit}"))?;
            let begin = Instant::now();
            black_box(pixels_decoded(&original, &decoded, &options)?);
            pixels.push(millis(begin));
            let begin = Instant::now();
            black_box(render_decoded(&original, &decoded, &options, accepts)?);
            files.push(millis(begin));
        }
        for (what, mut times) in [("pixels", pixels), ("with the file", files)] {
            times.sort_by(f64::total_cmp);
            let worst = times.last().copied().unwrap_or_default();
            let median = times[times.len() / 2];
            println!(
                "{width}x{height}, {what}: median {median:.1} ms, worst {worst:.1} ms of {EDITS}"
            );
        }
    }
    Ok(())
}

fn millis(begin: Instant) -> f64 {
    begin.elapsed().as_secs_f64() * 1000.0
}
