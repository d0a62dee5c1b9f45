//! The encoder held against a decoder that others wrote.

use proptest::prelude::*;

use super::check::decoded;
use super::*;
use crate::model::PixelSize;
use crate::samples;

/// What its samples look like.
#[derive(Clone, Copy, Debug)]
enum Look {
    Flat,
    Ramp,
    Noise,
    /// Black and white, as far from any prediction as can be.
    Extreme,
    /// Flat areas with sharp edges.
    Boxes,
    Photo,
}

fn picture(look: Look, size: PixelSize, layout: Layout, seed: u32) -> Ycc {
    let photo = match look {
        Look::Photo => samples::photo_rgb(seed.into(), size.width, size.height).into_raw(),
        _ => Vec::new(),
    };
    let plane = |size: PixelSize, number: u32| -> Vec<u8> {
        let places = (0..size.height).flat_map(|y| (0..size.width).map(move |x| (x, y)));
        let mut state = seed.wrapping_mul(747_796_405).wrapping_add(number) | 1;
        places
            .map(|(x, y)| {
                state ^= state << 13;
                state ^= state >> 17;
                state ^= state << 5;
                let random = (state >> 9) as u8;
                match look {
                    Look::Flat => 40 + 50 * number as u8,
                    Look::Ramp => (x + 2 * y + 30 * number) as u8,
                    Look::Noise => random,
                    Look::Extreme => random / 128 * 255,
                    Look::Boxes => ((x / 13 + y / 9 + number) * 71) as u8,
                    Look::Photo => photo
                        .get(((y * size.width + x) * 3 + number) as usize)
                        .copied()
                        .unwrap_or_default(),
                }
            })
            .collect()
    };
    let mut picture = Ycc {
        size,
        luma: plane(size, 0),
        chroma: None,
        is_halved: layout == Layout::Halved,
    };
    if layout != Layout::Gray {
        let size = picture.chroma_size();
        picture.chroma = Some([plane(size, 1), plane(size, 2)]);
    }
    picture
}

#[test]
fn decoders_see_each_pixel_as_the_encoder_did() {
    for look in [
        Look::Flat,
        Look::Ramp,
        Look::Noise,
        Look::Extreme,
        Look::Boxes,
        Look::Photo,
    ] {
        for layout in [Layout::Gray, Layout::Halved, Layout::Full] {
            for quantizer in [1, 40, 120, 255] {
                let size = PixelSize::new(88, 73);
                check::exact(&picture(look, size, layout, 7), quantizer);
            }
        }
    }
}

#[test]
fn pictures_of_any_size_are_whole() {
    for (width, height) in [
        (1, 1),
        (2, 1),
        (1, 9),
        (8, 8),
        (9, 63),
        (64, 64),
        (65, 64),
        (72, 200),
        (127, 1),
        (33, 129),
        (1200, 3),
    ] {
        for layout in [Layout::Gray, Layout::Halved, Layout::Full] {
            let size = PixelSize::new(width, height);
            check::exact(&picture(Look::Boxes, size, layout, 3), 60);
        }
    }
}

#[test]
fn more_steps_are_nearer_and_take_more_bytes() {
    let photo = picture(Look::Photo, PixelSize::new(128, 96), Layout::Full, 5);
    let mut before: Option<(usize, u64)> = None;
    for quantizer in [20, 60, 100, 140, 200] {
        let stream = encode(&photo, quantizer).unwrap();
        let off = decoded(&stream, &photo)[0]
            .iter()
            .zip(&photo.luma)
            .map(|(a, b)| u64::from(a.abs_diff(*b)).pow(2))
            .sum();
        if let Some((bytes, nearer)) = before {
            assert!(stream.len() < bytes, "{quantizer}: {} bytes", stream.len());
            assert!(off > nearer, "{quantizer}: {off}");
        }
        before = Some((stream.len(), off));
    }
}

#[test]
fn the_filter_between_blocks_brings_pictures_nearer() {
    let size = PixelSize::new(256, 192);
    let smooth: Vec<u8> = (0..size.area())
        .map(|at| {
            let (x, y) = ((at % 256) as f32, (at / 256) as f32);
            (128.0 + 60.0 * (x / 31.0).sin() + 50.0 * (y / 23.0 + x / 57.0).cos()) as u8
        })
        .collect();
    let gray = Ycc {
        size,
        luma: smooth,
        chroma: None,
        is_halved: false,
    };
    let off = |deblock| {
        let (stream, _) = encode_with(&gray, 180, deblock).unwrap();
        let found = decoded(&stream, &gray);
        let pairs = found[0].iter().zip(&gray.luma);
        pairs
            .map(|(a, b)| u64::from(a.abs_diff(*b)).pow(2))
            .sum::<u64>()
    };
    let filtered = off(deblocking(AC_STEP[180]));
    assert!(filtered < off(0), "{filtered}");
}

#[test]
fn what_is_no_picture_or_too_large_is_refused() {
    let refused = |size: PixelSize, samples: usize| {
        let gray = Ycc {
            size,
            luma: vec![0; samples],
            chroma: None,
            is_halved: false,
        };
        encode(&gray, 100).unwrap_err()
    };
    assert_eq!(refused(PixelSize::new(0, 5), 0), "the picture is empty");
    assert_eq!(
        refused(PixelSize::new(4097, 1), 4097),
        "the picture is too large"
    );
    assert_eq!(
        refused(PixelSize::new(4096, 2305), 0),
        "the picture is too large"
    );
    assert_eq!(
        refused(PixelSize::new(8, 8), 63),
        "a plane is not as large as the picture"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_it_shows_it_is_read_again(
        width in 1_u32..150,
        height in 1_u32..150,
        look in prop_oneof![
            Just(Look::Noise),
            Just(Look::Ramp),
            Just(Look::Extreme),
            Just(Look::Boxes),
        ],
        layout in prop_oneof![Just(Layout::Gray), Just(Layout::Halved), Just(Layout::Full)],
        quantizer in 1_u8..=255,
        seed in any::<u32>(),
    ) {
        check::exact(&picture(look, PixelSize::new(width, height), layout, seed), quantizer);
    }
}
