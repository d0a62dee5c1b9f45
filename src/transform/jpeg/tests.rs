//! What is decoded here beside what the complete decoder finds in the same file.

use mozjpeg::{ColorSpace, Compress, Decompress};

use super::*;
use crate::samples;
use crate::transform::planar::Plane;

const ALL: Wish = Wish {
    luma: 1.0,
    chroma: 1.0,
    rows: (0.0, f64::INFINITY),
};

struct Kind {
    sampling: (u8, u8),
    is_progressive: bool,
    is_gray: bool,
}

const KINDS: [Kind; 7] = [
    kind((1, 1), false),
    kind((2, 1), false),
    kind((1, 2), false),
    kind((2, 2), false),
    kind((2, 2), true),
    kind((1, 1), true),
    Kind {
        is_gray: true,
        ..kind((1, 1), false)
    },
];

const fn kind(sampling: (u8, u8), is_progressive: bool) -> Kind {
    Kind {
        sampling,
        is_progressive,
        is_gray: false,
    }
}

fn photo(width: u32, height: u32) -> Vec<u8> {
    let file = samples::photo_jpeg(3, width, height, 95);
    let mut started = Decompress::new_mem(&file).unwrap().rgb().unwrap();
    let pixels = started.read_scanlines::<[u8; 3]>().unwrap();
    pixels.into_flattened()
}

fn encoded(kind: &Kind, width: u32, height: u32) -> Vec<u8> {
    let rgb = photo(width, height);
    let mut settings = Compress::new(ColorSpace::JCS_RGB);
    settings.set_size(width as usize, height as usize);
    settings.set_fastest_defaults();
    settings.set_quality(88.0);
    if kind.is_gray {
        settings.set_color_space(ColorSpace::JCS_GRAYSCALE);
    } else {
        settings.set_chroma_sampling_pixel_sizes(kind.sampling, kind.sampling);
    }
    if kind.is_progressive {
        settings.set_progressive_mode();
    }
    let mut started = settings.start_compress(Vec::new()).unwrap();
    started.write_scanlines(&rgb).unwrap();
    started.finish().unwrap()
}

/// Brightness, blue and red of each pixel, by the complete decoder.
fn complete(file: &[u8], is_gray: bool) -> Vec<[u8; 3]> {
    let decoder = Decompress::new_mem(file).unwrap();
    if is_gray {
        let mut started = decoder.grayscale().unwrap();
        let pixels = started.read_scanlines::<u8>().unwrap();
        return pixels.into_iter().map(|gray| [gray, 128, 128]).collect();
    }
    let mut started = decoder.to_colorspace(ColorSpace::JCS_YCbCr).unwrap();
    started.read_scanlines::<[u8; 3]>().unwrap()
}

/// The average of what the complete decoder found, over as many pixels as a sample stands for.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "places in small pictures"
)]
fn average(
    pixels: &[[u8; 3]],
    (width, height): (usize, usize),
    channel: usize,
    plane: &Plane,
    (x, y): (usize, usize),
) -> Option<f64> {
    let (across, down) = (1.0 / plane.scale.0, 1.0 / plane.scale.1);
    let (left, top) = (x as f64 * across, y as f64 * down);
    let (right, bottom) = ((left + across) as usize, (top + down) as usize);
    // At the edge it depends on what the file has beyond it.
    if right > width || bottom > height {
        return None;
    }
    let (mut sum, mut count) = (0.0, 0.0);
    for y in top as usize..bottom {
        for x in left as usize..right {
            sum += f64::from(pixels[y * width + x][channel]);
            count += 1.0;
        }
    }
    Some(sum / count)
}

/// The mean difference of a plane to averages of what the complete decoder found.
fn difference(plane: &Plane, pixels: &[[u8; 3]], size: (usize, usize), channel: usize) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    for y in 0..plane.height {
        for x in 0..plane.width {
            let sample = (x, y + plane.top);
            if let Some(expected) = average(pixels, size, channel, plane, sample) {
                let found = f64::from(plane.samples[y * plane.width + x]);
                sum += (found - expected).abs();
                count += 1.0;
            }
        }
    }
    assert!(count > 0.0);
    sum / count
}

#[test]
fn every_usual_kind_is_decoded_as_the_complete_decoder_does() {
    for kind in KINDS.iter().filter(|kind| !kind.is_progressive) {
        let file = encoded(kind, 150, 117);
        let planes = decode(&file, &ALL).expect("a usual file");
        let pixels = complete(&file, kind.is_gray);
        let off = difference(&planes.luma, &pixels, (150, 117), 0);
        assert!(off < 0.2, "{:?}: {off}", kind.sampling);
        assert_eq!(planes.chroma.is_none(), kind.is_gray);
        for (channel, plane) in (1..).zip(planes.chroma.iter().flatten()) {
            let off = difference(plane, &pixels, (150, 117), channel);
            // The other decoder spreads color smoothly.
            assert!(off < 1.0, "{:?}: {off}", kind.sampling);
        }
    }
}

#[test]
fn an_eighth_is_the_average_of_each_block() {
    let wish = Wish {
        luma: 0.1,
        chroma: 0.05,
        ..ALL
    };
    for kind in &KINDS {
        let file = encoded(kind, 150, 117);
        let planes = decode(&file, &wish).expect("a usual file");
        let pixels = complete(&file, kind.is_gray);
        assert!((planes.luma.scale.0 - 0.125).abs() < 1e-9);
        let off = difference(&planes.luma, &pixels, (150, 117), 0);
        assert!(off < 0.6, "{:?}: {off}", kind.sampling);
        for (channel, plane) in (1..).zip(planes.chroma.iter().flatten()) {
            let off = difference(plane, &pixels, (150, 117), channel);
            assert!(off < 1.2, "{:?}: {off}", kind.sampling);
        }
    }
}

#[test]
fn a_plane_is_as_large_as_its_use_asks() {
    let file = encoded(&kind((2, 2), false), 150, 117);
    let scales = |luma: f64, chroma: f64| {
        let planes = decode(
            &file,
            &Wish {
                luma,
                chroma,
                ..ALL
            },
        )
        .unwrap();
        let chroma = planes.chroma.unwrap();
        (planes.luma.scale.0, chroma[0].scale.0)
    };
    assert_eq!(scales(0.25, 0.125), (0.25, 0.125));
    assert_eq!(scales(0.3, 0.3), (0.375, 0.3125));
    assert_eq!(scales(0.8, 0.8), (1.0, 0.5));
}

#[test]
fn rows_that_are_not_needed_are_left_out() {
    let file = encoded(&kind((2, 2), false), 150, 300);
    let all = decode(&file, &ALL).unwrap();
    let rows = (100.0, 150.0);
    let some = decode(&file, &Wish { rows, ..ALL }).unwrap();
    assert_eq!((some.luma.top, some.luma.height), (96, 64));
    let width = all.luma.width;
    let expected = &all.luma.samples[96 * width..160 * width];
    assert_eq!(some.luma.samples, expected);
    let (some, all) = (some.chroma.unwrap(), all.chroma.unwrap());
    assert_eq!((some[0].top, some[0].height), (48, 32));
    let width = all[0].width;
    assert_eq!(some[0].samples, &all[0].samples[48 * width..80 * width]);
}

#[test]
fn a_thumbnail_reads_only_the_averages_of_a_progressive_file() {
    let file = encoded(&kind((2, 2), true), 640, 480);
    // Color is stored at half the size, and a thumbnail does with its averages.
    let wish = Wish {
        luma: 0.1,
        chroma: 0.1,
        ..ALL
    };
    let planes = decode(&file, &wish).expect("no other scan is needed");
    let chroma = planes.chroma.expect("it has color");
    assert_eq!((planes.luma.width, chroma[0].width), (80, 40));
}

#[test]
fn what_is_unusual_is_left_to_the_complete_decoder() {
    let mut inks = Compress::new(ColorSpace::JCS_CMYK);
    inks.set_size(16, 16);
    let mut started = inks.start_compress(Vec::new()).unwrap();
    started.write_scanlines(&[9; 1024]).unwrap();
    assert_eq!(decode(&started.finish().unwrap(), &ALL), None);
    let progressive = encoded(&kind((2, 2), true), 64, 64);
    assert_eq!(decode(&progressive, &ALL), None, "not for a large target");
    assert_eq!(decode(b"", &ALL), None);
    assert_eq!(decode(&[0xFF, 0xD8, 0xFF], &ALL), None);
}

#[test]
fn a_truncated_file_is_left_to_the_complete_decoder() {
    let file = encoded(&kind((2, 2), false), 150, 117);
    for length in (0..file.len() - 2).step_by(37) {
        assert_eq!(decode(&file[..length], &ALL), None, "{length}");
    }
    // Only the rows that are needed have to be there.
    let rows = (0.0, 40.0);
    let top = decode(&file[..file.len() - 20], &Wish { rows, ..ALL });
    assert!(top.is_some());
}

#[test]
fn no_damage_brings_it_down() {
    let mut random = 7_u32;
    let mut next = |below: usize| {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random >> 8) as usize % below
    };
    for kind in &KINDS {
        let file = encoded(kind, 70, 50);
        for round in 0..400 {
            let mut broken = file.clone();
            for _ in 0..=next(4) {
                let at = next(broken.len());
                broken[at] = u8::try_from(next(256)).unwrap();
            }
            let wish = Wish {
                luma: [0.1, 0.2, 0.5, 1.0][round % 4],
                ..ALL
            };
            // Whatever comes out, nothing panics, and sizes stay what the header says.
            if let Some(planes) = decode(&broken, &wish) {
                let Plane {
                    width,
                    height,
                    samples,
                    ..
                } = planes.luma;
                assert_eq!(samples.len(), width * height);
            }
        }
    }
}
