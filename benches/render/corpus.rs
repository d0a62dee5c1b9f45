//! The photographs that `run.py` measures with, written into a folder.
//!
//! ```text
//! cargo bench --bench render_corpus -- FOLDER [HOW MANY]
//! ```
//!
//! Each is another place, with detail at every scale and the noise of a sensor, once with 12
//! megapixels and once with 2; and each of those as a JPEG of a camera (quality 88, color halved,
//! common tables), a progressive JPEG of a program (quality 85, own tables), a PNG, and a WebP
//! (quality 80). What is there already is left alone.

#![expect(
    clippy::print_stdout,
    reason = "a benchmark tells its result on standard output"
)]

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use image::ImageEncoder as _;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, RgbImage};
use lenticular::samples;
use mozjpeg::{ColorSpace, Compress};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const SIZES: [(&str, u32, u32); 2] = [("12mp", 4000, 3000), ("2mp", 1632, 1224)];

fn main() -> ExitCode {
    // `cargo bench` adds a word of its own.
    let mut arguments = std::env::args().skip(1).filter(|word| word != "--bench");
    let Some(folder) = arguments.next().map(PathBuf::from) else {
        eprintln!("render_corpus: name a folder");
        return ExitCode::FAILURE;
    };
    let count = arguments
        .next()
        .and_then(|text| text.parse().ok())
        .unwrap_or(8);
    match write_all(&folder, count) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("render_corpus: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write_all(folder: &Path, count: u64) -> Result<()> {
    for (name, width, height) in SIZES {
        for seed in 0..count {
            let path = |kind: &str, extension: &str| -> Result<PathBuf> {
                let folder = folder.join(format!("{name}-{kind}"));
                fs::create_dir_all(&folder)?;
                Ok(folder.join(format!("photo-{seed:02}.{extension}")))
            };
            // The last one that is written: when it is there, all are.
            let last = path("webp", "webp")?;
            if last.exists() {
                continue;
            }
            println!("{name}, photograph {seed} …");
            let photo = samples::photo_rgb(seed, width, height);
            fs::write(path("jpeg", "jpg")?, jpeg(&photo, 88.0, false)?)?;
            fs::write(path("progressive", "jpg")?, jpeg(&photo, 85.0, true)?)?;
            fs::write(path("png", "png")?, png(&photo)?)?;
            let webp = webp::Encoder::from_rgb(&photo, width, height).encode(80.0);
            fs::write(last, &*webp)?;
        }
    }
    Ok(())
}

fn jpeg(photo: &RgbImage, quality: f32, is_progressive: bool) -> Result<Vec<u8>> {
    let mut settings = Compress::new(ColorSpace::JCS_RGB);
    settings.set_size(photo.width() as usize, photo.height() as usize);
    settings.set_fastest_defaults();
    settings.set_quality(quality);
    settings.set_chroma_sampling_pixel_sizes((2, 2), (2, 2));
    if is_progressive {
        settings.set_optimize_coding(true);
        settings.set_progressive_mode();
    }
    let mut started = settings.start_compress(Vec::new())?;
    started.write_scanlines(photo)?;
    Ok(started.finish()?)
}

fn png(photo: &RgbImage) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive)
        .write_image(
            photo,
            photo.width(),
            photo.height(),
            ExtendedColorType::Rgb8,
        )?;
    Ok(bytes)
}
