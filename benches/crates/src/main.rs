//! The crates that the renderer is made of, beside those that could stand in their place.
//!
//! Every row is the same work on the same picture: a painted photograph of 12 megapixels, or what it is
//! at 1,024 × 768 for the encoders. Milliseconds are the best of some rounds in which all rows of a
//! group take turns; bytes are those of the file; decibels are how near the picture is (PSNR over red,
//! green and blue).
//!
//! ```text
//! cargo run --release --manifest-path benches/crates/Cargo.toml                # all groups
//! cargo run --release --manifest-path benches/crates/Cargo.toml -- resize      # those of this name
//! ```
//!
//! `--features aom` adds libaom to the encoders of AVIF. `--features turbojpeg` measures turbojpeg, and
//! nothing else: its functions have the names of mozjpeg's, and one would run in place of the other.

#![cfg_attr(
    feature = "turbojpeg",
    expect(dead_code, reason = "what is measured without it")
)]

#[cfg(feature = "aom")]
mod libaom;
/// The reader of rows: private to the library, it stands on its own.
#[path = "../../../src/transform"]
mod ours {
    mod png_rows;

    /// Reads rows of three bytes a pixel, and gives the last byte.
    pub(crate) fn last_of_rows(png: &[u8], width: usize, count: usize) -> Option<u8> {
        let rows = png_rows::Rows {
            pixel_bytes: 3,
            width,
            count,
        };
        let mut last = None;
        png_rows::each_row(png, rows, |row| last = row.last().copied())?;
        last
    }
}

use std::error::Error;
use std::hint::black_box;
use std::io::{Cursor, Write as _};
use std::process::ExitCode;
use std::time::Instant;

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::{ExtendedColorType, ImageEncoder as _, RgbImage};
use lenticular::model::FlexibleOptions;
use lenticular::transform::{Accepts, Original};
use lenticular::{samples, transform};

type Result<T> = std::result::Result<T, Box<dyn Error>>;
/// Work that gives a file, or nothing when there is none to weigh.
type Work<'a> = Box<dyn Fn() -> Result<Vec<u8>> + 'a>;

const ROUNDS: usize = 5;
const PHOTO: (u32, u32) = (4000, 3000);
const SMALL: (u32, u32) = (1024, 768);

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("crates: {error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(feature = "turbojpeg")]
fn run() -> Result<()> {
    decode_jpeg_by_turbojpeg(&samples::photo_rgb(3, PHOTO.0, PHOTO.1))
}

#[cfg(not(feature = "turbojpeg"))]
fn run() -> Result<()> {
    let photo = samples::photo_rgb(3, PHOTO.0, PHOTO.1);
    let small = samples::photo_rgb(3, SMALL.0, SMALL.1);
    decode_jpeg(&photo)?;
    decode_png(&photo)?;
    inflate(&photo)?;
    decode_webp(&photo)?;
    resize(&photo)?;
    encode_jpeg(&small)?;
    encode_png(&small)?;
    encode_webp(&small)?;
    encode_avif(&small)
}

/// Work that makes something which is not a file.
fn unweighed<T>(made: T) -> Result<Vec<u8>> {
    black_box(made);
    Ok(Vec::new())
}

/// Runs the rows of a group in turns and prints them, if the group is wanted.
fn group(title: &str, original: Option<&RgbImage>, rows: &[(&str, Work<'_>)]) -> Result<()> {
    if std::env::args()
        .nth(1)
        .is_some_and(|word| !title.contains(&word))
    {
        return Ok(());
    }
    println!("\n| {title} | ms | KB | dB |\n|---|---:|---:|---:|");
    let mut best = vec![f64::INFINITY; rows.len()];
    let mut files = vec![Vec::new(); rows.len()];
    for _ in 0..ROUNDS {
        for (at, (_, work)) in rows.iter().enumerate() {
            let begin = Instant::now();
            files[at] = black_box(work()?);
            best[at] = best[at].min(begin.elapsed().as_secs_f64() * 1000.0);
        }
    }
    for (((name, _), millis), file) in rows.iter().zip(best).zip(files) {
        let weight = if file.is_empty() {
            String::new()
        } else {
            format!("{:.1}", kilobytes(file.len()))
        };
        let nearness = match original {
            Some(original) if !file.is_empty() => format!("{:.2}", psnr(&file, original)?),
            _ => String::new(),
        };
        println!("| {name} | {millis:.1} | {weight} | {nearness} |");
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "sizes of files")]
fn kilobytes(bytes: usize) -> f64 {
    bytes as f64 / 1000.0
}

#[expect(clippy::cast_precision_loss, reason = "sums over a picture")]
fn psnr(file: &[u8], original: &RgbImage) -> Result<f64> {
    let found = transform::thumbnail(file, original.width().max(original.height()))?;
    let (pixels, _) = found.rgba.as_chunks::<4>();
    let squares: u64 = pixels
        .iter()
        .zip(original.pixels())
        .flat_map(|(found, wanted)| found.iter().zip(wanted.0))
        .map(|(found, wanted)| u64::from(found.abs_diff(wanted)).pow(2))
        .sum();
    let mean = squares as f64 / (pixels.len() * 3) as f64;
    Ok(10.0 * (255.0 * 255.0 / mean).log10())
}

fn mozjpeg_file(picture: &RgbImage, tune: impl Fn(&mut mozjpeg::Compress)) -> Result<Vec<u8>> {
    let mut settings = mozjpeg::Compress::new(mozjpeg::ColorSpace::JCS_RGB);
    settings.set_size(picture.width() as usize, picture.height() as usize);
    tune(&mut settings);
    let mut started = settings.start_compress(Vec::new())?;
    started.write_scanlines(picture.as_raw())?;
    Ok(started.finish()?)
}

fn as_we_do(settings: &mut mozjpeg::Compress) {
    settings.set_fastest_defaults();
    settings.set_quality(85.0);
    settings.set_optimize_coding(true);
    settings.set_progressive_mode();
}

/// Two files of the same picture, with what their group is called.
fn jpeg_files(photo: &RgbImage) -> Result<[(&'static str, Vec<u8>); 2]> {
    let plain = mozjpeg_file(photo, |settings| {
        settings.set_fastest_defaults();
        settings.set_quality(88.0);
    })?;
    let progressive = mozjpeg_file(photo, |settings| {
        as_we_do(settings);
        settings.set_quality(88.0);
    })?;
    Ok([
        ("decode JPEG of 12 MP", plain),
        ("decode JPEG of 12 MP, progressive", progressive),
    ])
}

fn decode_jpeg(photo: &RgbImage) -> Result<()> {
    for (title, file) in &jpeg_files(photo)? {
        let scaled = |eighths: u8| {
            move || {
                let mut decoder = mozjpeg::Decompress::new_mem(file)?;
                decoder.scale(eighths);
                let mut started = decoder.rgb()?;
                let pixels: Vec<[u8; 3]> = started.read_scanlines()?;
                unweighed(pixels)
            }
        };
        group(
            title,
            None,
            &[
                ("libjpeg-turbo in `mozjpeg`, whole", Box::new(scaled(8))),
                ("the same at 1/2", Box::new(scaled(4))),
                ("the same at 1/8", Box::new(scaled(1))),
                (
                    "zune-jpeg in `image`, whole",
                    Box::new(|| unweighed(image::load_from_memory(file)?)),
                ),
                (
                    "ours, and resized to 256",
                    Box::new(|| unweighed(transform::thumbnail(file, 256)?)),
                ),
                (
                    "ours, and resized to 1,024",
                    Box::new(|| unweighed(transform::thumbnail(file, 1024)?)),
                ),
            ],
        )?;
    }
    Ok(())
}

#[cfg(feature = "turbojpeg")]
fn decode_jpeg_by_turbojpeg(photo: &RgbImage) -> Result<()> {
    for (title, file) in &jpeg_files(photo)? {
        let turbo = |eighths: usize| {
            move || {
                let mut decoder = turbojpeg::Decompressor::new()?;
                let factor = turbojpeg::ScalingFactor::new(eighths, 8);
                decoder.set_scaling_factor(factor)?;
                let header = decoder.read_header(file)?.scaled(factor);
                let mut picture = turbojpeg::Image {
                    pixels: vec![0; header.width * header.height * 3],
                    width: header.width,
                    pitch: header.width * 3,
                    height: header.height,
                    format: turbojpeg::PixelFormat::RGB,
                };
                decoder.decompress(file, picture.as_deref_mut())?;
                unweighed(picture)
            }
        };
        group(
            title,
            None,
            &[
                ("turbojpeg, whole", Box::new(turbo(8))),
                ("the same at 1/2", Box::new(turbo(4))),
                ("the same at 1/8", Box::new(turbo(1))),
            ],
        )?;
    }
    Ok(())
}

fn decode_png(photo: &RgbImage) -> Result<()> {
    let mut file = Vec::new();
    photo.write_to(&mut Cursor::new(&mut file), image::ImageFormat::Png)?;
    group(
        "decode PNG of 12 MP",
        None,
        &[
            (
                "`png`, whole",
                Box::new(|| {
                    let mut reader = png::Decoder::new(Cursor::new(&file)).read_info()?;
                    let mut pixels = vec![0; reader.output_buffer_size().ok_or("too large")?];
                    reader.next_frame(&mut pixels)?;
                    unweighed(pixels)
                }),
            ),
            (
                "zune-png, whole",
                Box::new(|| {
                    let source = zune_core::bytestream::ZCursor::new(&file);
                    let pixels = zune_png::PngDecoder::new(source).decode_raw();
                    unweighed(pixels.map_err(|error| format!("{error:?}"))?)
                }),
            ),
            (
                "ours by rows, and resized to 256: what we do",
                Box::new(|| unweighed(transform::thumbnail(&file, 256)?)),
            ),
        ],
    )
}

/// What `png` leaves to fdeflate, and who else could do it.
fn inflate(photo: &RgbImage) -> Result<()> {
    let bytes = photo.as_raw();
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::new(6));
    // What is left of a row when each sample is told from its left neighbor.
    for row in bytes.chunks_exact(photo.width() as usize * 3) {
        let mut left = vec![0; 3];
        left.extend_from_slice(&row[..row.len() - 3]);
        let rest: Vec<u8> = row
            .iter()
            .zip(left)
            .map(|(sample, left)| sample.wrapping_sub(left))
            .collect();
        // Stored without a filter, as far as our reader of rows knows.
        encoder.write_all(&[0])?;
        encoder.write_all(&rest)?;
    }
    let file = encoder.finish()?;
    let png = in_chunks(&file);
    let (width, height) = (photo.width() as usize, photo.height() as usize);
    // Memory that is there already: to get it would take a fifth of the time.
    let room = std::cell::RefCell::new(vec![0; bytes.len() + height]);
    group(
        "inflate 12 MP",
        None,
        &[
            (
                "ours, by rows: what we do",
                Box::new(|| unweighed(ours::last_of_rows(&png, width, height).ok_or("no rows")?)),
            ),
            (
                "fdeflate, in `png`",
                Box::new(|| {
                    let mut room = room.borrow_mut();
                    let mut decoder = fdeflate::Decompressor::new();
                    decoder.ignore_adler32();
                    let (_, written) = decoder
                        .read(&file, &mut room, 0, true)
                        .map_err(|error| format!("{error:?}"))?;
                    unweighed(written)
                }),
            ),
            (
                "libdeflate in `libdeflater`, C",
                Box::new(|| {
                    let mut room = room.borrow_mut();
                    let mut decoder = libdeflater::Decompressor::new();
                    unweighed(decoder.zlib_decompress(&file, &mut room)?)
                }),
            ),
            (
                "zlib-rs in `flate2`",
                Box::new(|| {
                    let mut room = room.borrow_mut();
                    let mut decoder = flate2::Decompress::new(true);
                    let flush = flate2::FlushDecompress::Finish;
                    unweighed(decoder.decompress(&file, &mut room, flush)?)
                }),
            ),
        ],
    )
}

/// The image data of a PNG file, in chunks as libpng writes them.
fn in_chunks(data: &[u8]) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1A\n".to_vec();
    for part in data.chunks(8192).chain([&[][..]]) {
        let kind = if part.is_empty() { b"IEND" } else { b"IDAT" };
        let mut checksum = crc32fast::Hasher::new();
        checksum.update(kind);
        checksum.update(part);
        file.extend(u32::try_from(part.len()).unwrap_or_default().to_be_bytes());
        file.extend(kind);
        file.extend(part);
        file.extend(checksum.finalize().to_be_bytes());
    }
    file
}

fn decode_webp(photo: &RgbImage) -> Result<()> {
    let file = webp::Encoder::from_rgb(photo, photo.width(), photo.height())
        .encode(85.0)
        .to_vec();
    group(
        "decode WebP of 12 MP",
        None,
        &[
            (
                "libwebp in `webp`, whole",
                Box::new(|| unweighed(webp::Decoder::new(&file).decode().ok_or("no picture")?)),
            ),
            (
                "image-webp in `image`, whole",
                Box::new(|| unweighed(image::load_from_memory(&file)?)),
            ),
            (
                "libwebp, scaled while decoding, to 256",
                Box::new(|| unweighed(transform::thumbnail(&file, 256)?)),
            ),
        ],
    )
}

fn resize(photo: &RgbImage) -> Result<()> {
    for (side, title) in [
        (256, "resize 12 MP to 256"),
        (1024, "resize 12 MP to 1,024"),
    ] {
        let height = side * PHOTO.1 / PHOTO.0;
        let simd = move |filter: FilterType| {
            move || {
                let source = ImageRef::new(PHOTO.0, PHOTO.1, photo, PixelType::U8x3)?;
                let mut target = Image::new(side, height, PixelType::U8x3);
                let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter));
                Resizer::new().resize(&source, &mut target, &options)?;
                unweighed(target)
            }
        };
        group(
            title,
            None,
            &[
                (
                    "fast_image_resize, Lanczos",
                    Box::new(simd(FilterType::Lanczos3)),
                ),
                (
                    "pic-scale, Lanczos",
                    Box::new(move || {
                        use pic_scale::{ImageSize, ImageStore, ImageStoreMut};
                        let (width, height) = (side as usize, height as usize);
                        let (from_width, from_height) = (PHOTO.0 as usize, PHOTO.1 as usize);
                        let failed = |error| format!("{error:?}");
                        let mut scaler =
                            pic_scale::Scaler::new(pic_scale::ResamplingFunction::Lanczos3);
                        scaler.set_threading_policy(pic_scale::ThreadingPolicy::Single);
                        let source =
                            ImageStore::<u8, 3>::from_slice(photo, from_width, from_height)
                                .map_err(failed)?;
                        let mut target = ImageStoreMut::<u8, 3>::alloc(width, height);
                        let plan = scaler
                            .plan_rgb_resampling(
                                ImageSize::new(from_width, from_height),
                                ImageSize::new(width, height),
                            )
                            .map_err(failed)?;
                        plan.resample(&source, &mut target).map_err(failed)?;
                        unweighed(target)
                    }),
                ),
                (
                    "`image`, Lanczos",
                    Box::new(move || {
                        let filter = image::imageops::FilterType::Lanczos3;
                        unweighed(image::imageops::resize(photo, side, height, filter))
                    }),
                ),
            ],
        )?;
    }
    Ok(())
}

fn encode_jpeg(small: &RgbImage) -> Result<()> {
    group(
        "encode JPEG, 1,024 × 768, q 85",
        Some(small),
        &[
            (
                "mozjpeg without its search, progressive: what we do",
                Box::new(|| mozjpeg_file(small, as_we_do)),
            ),
            (
                "mozjpeg as it comes",
                Box::new(|| mozjpeg_file(small, |settings| settings.set_quality(85.0))),
            ),
            (
                "`image`",
                Box::new(|| {
                    let mut bytes = Vec::new();
                    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 85)
                        .encode_image(small)?;
                    Ok(bytes)
                }),
            ),
        ],
    )
}

fn encode_png(small: &RgbImage) -> Result<()> {
    use image::codecs::png::{CompressionType, FilterType, PngEncoder};
    let png = |compression, filter| {
        move || {
            let mut bytes = Vec::new();
            PngEncoder::new_with_quality(Cursor::new(&mut bytes), compression, filter)
                .write_image(
                    small,
                    small.width(),
                    small.height(),
                    ExtendedColorType::Rgb8,
                )?;
            Ok(bytes)
        }
    };
    group(
        "encode PNG, 1,024 × 768",
        None,
        &[
            (
                "`png`, level 4, best filter of each row: what we do",
                Box::new(png(CompressionType::Level(4), FilterType::Adaptive)),
            ),
            (
                "the same, level 6",
                Box::new(png(CompressionType::Default, FilterType::Adaptive)),
            ),
            (
                "the same, fast",
                Box::new(png(CompressionType::Fast, FilterType::Adaptive)),
            ),
            (
                "the same, best",
                Box::new(png(CompressionType::Best, FilterType::Adaptive)),
            ),
            (
                "usual effort, without filters",
                Box::new(png(CompressionType::Default, FilterType::NoFilter)),
            ),
        ],
    )?;
    group(
        "deflate alone, of unfiltered pixels, level 6",
        None,
        &[
            (
                "zlib-rs in `flate2`",
                Box::new(|| {
                    let level = flate2::Compression::new(6);
                    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), level);
                    encoder.write_all(small)?;
                    Ok(encoder.finish()?)
                }),
            ),
            (
                "miniz_oxide",
                Box::new(|| Ok(miniz_oxide::deflate::compress_to_vec_zlib(small, 6))),
            ),
        ],
    )
}

fn encode_webp(small: &RgbImage) -> Result<()> {
    let method = |method: i32| {
        move || {
            let mut config = webp::WebPConfig::new().map_err(|()| "another libwebp")?;
            config.quality = 80.0;
            config.method = method;
            let encoder = webp::Encoder::from_rgb(small, small.width(), small.height());
            let file = encoder.encode_advanced(&config);
            Ok(file.map_err(|error| format!("{error:?}"))?.to_vec())
        }
    };
    group(
        "encode WebP, 1,024 × 768, q 80",
        Some(small),
        &[
            ("libwebp, method 2", Box::new(method(2))),
            ("libwebp, method 4: what we do", Box::new(method(4))),
            ("libwebp, method 6", Box::new(method(6))),
        ],
    )
}

fn encode_avif(small: &RgbImage) -> Result<()> {
    let rgba: Vec<ravif::RGBA8> = small
        .pixels()
        .map(|pixel| ravif::RGBA8::new(pixel[0], pixel[1], pixel[2], 255))
        .collect();
    let size = (small.width() as usize, small.height() as usize);
    let rgba = &rgba;
    let mut png = Vec::new();
    small.write_to(&mut Cursor::new(&mut png), image::ImageFormat::Png)?;
    let png = &png;
    let speed = |speed: u8, depth: ravif::BitDepth| {
        move || {
            let file = ravif::Encoder::new()
                .with_quality(85.0)
                .with_speed(speed)
                .with_num_threads(Some(1))
                .with_bit_depth(depth)
                .encode_rgba(ravif::Img::new(&rgba[..], size.0, size.1))?;
            Ok(file.avif_file)
        }
    };
    let ours = |percent: u8| {
        move || {
            let original = Original::open(png.clone().into())?;
            let options = FlexibleOptions::parse(&format!("f=avif,q={percent}"))?.0;
            let accepts = Accepts {
                avif: true,
                webp: true,
            };
            Ok(transform::render(&original, &options, accepts)?.bytes)
        }
    };
    // With the quantizers that ours has at these qualities, as near as libaom has them.
    #[cfg(feature = "aom")]
    let libaom = |quantizer: u8| {
        move || {
            let pixels = image::load_from_memory(png)?.into_rgb8();
            Ok(libaom::avif(&pixels, quantizer)?)
        }
    };
    group(
        "encode AVIF, 1,024 × 768",
        Some(small),
        &[
            ("what we do, PNG decoded as well, q 80", Box::new(ours(80))),
            ("the same, q 70", Box::new(ours(70))),
            #[cfg(feature = "aom")]
            (
                "libaom, speed 7, PNG decoded as well, q 80",
                Box::new(libaom(110)),
            ),
            #[cfg(feature = "aom")]
            ("the same, q 70", Box::new(libaom(128))),
            (
                "rav1e in `ravif`, speed 10, q 85",
                Box::new(speed(10, ravif::BitDepth::Eight)),
            ),
            (
                "the same with 10 bits",
                Box::new(speed(10, ravif::BitDepth::Ten)),
            ),
            ("speed 9", Box::new(speed(9, ravif::BitDepth::Eight))),
            ("speed 8", Box::new(speed(8, ravif::BitDepth::Eight))),
        ],
    )
}
