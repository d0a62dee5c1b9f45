//! AVIF from our encoder and from another one.

use super::super::planar::Ycc;
use super::super::testing::{at, gradient, is_near, solid};
use super::super::{Accepts, Format, Original, Rendition, check_upload, probe, render, thumbnail};
use super::*;
use crate::model::{FlexibleOptions, PixelSize};

const AVIF: Accepts = Accepts {
    avif: true,
    webp: true,
};

macro_rules! sample {
    ($name:literal) => {
        &include_bytes!(concat!("../../../tests/spec/vectors/avif/", $name, ".avif"))[..]
    };
}

fn rendered(bytes: &[u8], segment: &str, accepts: Accepts) -> Rendition {
    let original = Original::open(bytes.to_vec().into()).unwrap();
    let (options, _) = FlexibleOptions::parse(segment).unwrap();
    render(&original, &options, accepts).unwrap()
}

#[test]
fn what_was_written_is_read_again() {
    for picture in [
        gradient(64, 48),
        gradient(65, 49),
        solid(3, 1, [9, 200, 99, 255]),
    ] {
        let bytes = encode(&picture, 95).unwrap();
        let facts = check_upload(&bytes).unwrap();
        assert_eq!((facts.format, facts.size), (Format::Avif, picture.size));
        assert!(!facts.has_alpha);
        let seen = thumbnail(&bytes, 1200).unwrap();
        assert_eq!(seen.size, picture.size);
        for (x, y) in [
            (0, 0),
            (1, 0),
            (picture.size.width - 1, picture.size.height - 1),
        ] {
            let (found, expected) = (at(&seen, x, y), at(&picture, x, y));
            assert!(is_near(found, expected, 12), "{found:?} is {expected:?}");
        }
    }
}

#[test]
fn transparency_is_written_and_read_again() {
    let mut picture = gradient(64, 48);
    for (i, pixel) in picture.rgba.as_chunks_mut::<4>().0.iter_mut().enumerate() {
        pixel[3] = u8::try_from(i % 64 * 4).unwrap();
    }
    let bytes = encode(&picture, 95).unwrap();
    assert!(probe(&bytes).unwrap().has_alpha);
    let seen = thumbnail(&bytes, 1200).unwrap();
    for x in [2, 30, 60] {
        let (found, expected) = (at(&seen, x, 24), at(&picture, x, 24));
        assert!(
            found[3].abs_diff(expected[3]) < 8,
            "{found:?} is {expected:?}"
        );
    }
}

#[test]
fn files_of_another_encoder_look_as_they_should() {
    let expected = gradient(64, 48);
    for (name, bytes) in [
        ("420", sample!("420")),
        ("422", sample!("422")),
        ("444", sample!("444")),
        ("limited", sample!("limited")),
    ] {
        let facts = check_upload(bytes).unwrap();
        assert_eq!(facts.size, PixelSize::new(64, 48), "{name}");
        let seen = thumbnail(bytes, 1200).unwrap();
        for (x, y) in [(4, 4), (60, 4), (4, 44), (60, 44), (32, 24), (40, 12)] {
            let (found, expected) = (at(&seen, x, y), at(&expected, x, y));
            assert!(
                is_near(found, expected, 14),
                "{name} at {x},{y}: {found:?} is {expected:?}"
            );
        }
    }
    let odd = thumbnail(sample!("odd"), 1200).unwrap();
    assert_eq!(odd.size, PixelSize::new(65, 49));
    let gray = thumbnail(sample!("400"), 1200).unwrap();
    let [r, g, b, a] = at(&gray, 60, 44);
    assert_eq!((r, g, a), (g, b, 255));
    assert!(r > 150, "{r}");
}

#[test]
fn transparency_of_another_encoder_is_straight() {
    for (name, bytes) in [("alpha", sample!("alpha")), ("premul", sample!("premul"))] {
        assert!(check_upload(bytes).unwrap().has_alpha, "{name}");
        let seen = thumbnail(bytes, 1200).unwrap();
        let found = at(&seen, 48, 40);
        // 48 of 63 to the right, 40 of 47 down.
        assert!(is_near(found, [194, 217, 0, 194], 14), "{name}: {found:?}");
        assert!(at(&seen, 0, 40)[3] < 10, "{name}");
    }
}

#[test]
fn a_turned_picture_stands_upright() {
    let facts = probe(sample!("turned")).unwrap();
    assert_eq!(facts.orientation, 6);
    assert_eq!(facts.size, PixelSize::new(48, 64));
    let rendition = rendered(sample!("turned"), "f=png", Accepts::default());
    assert_eq!(rendition.size, PixelSize::new(48, 64));
    let seen = thumbnail(&rendition.bytes, 1200).unwrap();
    // The blue corner goes from the upper left to the upper right.
    assert!(at(&seen, 44, 4)[2] > 200, "{:?}", at(&seen, 44, 4));
    assert!(at(&seen, 4, 4)[2] < 50, "{:?}", at(&seen, 4, 4));
}

#[test]
fn of_an_animation_the_first_frame_is_shown() {
    let seen = thumbnail(sample!("anim"), 1200).unwrap();
    assert!(is_near(at(&seen, 9, 9), [255, 0, 0, 255], 8));
}

#[test]
fn avif_becomes_what_the_client_can_show() {
    let photo = sample!("420");
    assert_eq!(rendered(photo, "w=32", AVIF).format, Format::Avif);
    assert_eq!(
        rendered(photo, "w=32", Accepts::default()).format,
        Format::Jpeg
    );
    let clear = rendered(sample!("alpha"), "w=32", Accepts::default());
    assert_eq!(clear.format, Format::Png);
    let webp = Accepts {
        avif: false,
        webp: true,
    };
    let rendition = rendered(photo, "w=32,f=avif", webp);
    assert_eq!(rendition.format, Format::WebP);
    assert!(rendition.warnings.is_empty());
}

#[test]
fn a_side_above_1200_is_too_long_for_avif() {
    let source = super::super::testing::jpeg(&gradient(1300, 20));
    for (segment, format, warnings) in [
        ("w=1200", Format::Avif, 0),
        ("w=1201", Format::WebP, 1),
        ("w=1201,f=avif", Format::WebP, 1),
    ] {
        let rendition = rendered(&source, segment, AVIF);
        assert_eq!(rendition.format, format, "{segment}");
        assert_eq!(probe(&rendition.bytes).unwrap().format, format, "{segment}");
        assert_eq!(rendition.warnings.len(), warnings, "{segment}");
    }
    let only_avif = Accepts {
        avif: true,
        webp: false,
    };
    let rendition = rendered(&source, "w=1250", only_avif);
    assert_eq!(rendition.format, Format::Jpeg);
    assert_eq!(rendition.warnings, ["image too large for AVIF"]);
    let large = encode(&solid(1201, 8, [9, 9, 9, 255]), 50).unwrap();
    let refused = check_upload(&large).unwrap_err();
    assert_eq!(
        refused,
        TransformError::TooLargeAvif {
            size: PixelSize::new(1201, 8)
        }
    );
}

#[test]
fn wide_colors_are_brought_to_srgb() {
    // The numbers of Display P3 where those of sRGB stood: the same numbers are a stronger red.
    let plain = encode(&solid(32, 32, [200, 100, 50, 255]), 100).unwrap();
    let at_nclx = plain.windows(4).position(|window| window == b"nclx");
    let Some(at_nclx) = at_nclx else {
        // The encoder says nothing where its defaults hold.
        return;
    };
    let mut wide = plain.clone();
    wide[at_nclx + 5] = 12;
    let red = |bytes: &[u8]| at(&thumbnail(bytes, 100).unwrap(), 9, 9)[0];
    assert!(
        red(&wide) > red(&plain) + 4,
        "{} {}",
        red(&wide),
        red(&plain)
    );
}

#[test]
fn damage_is_an_error_and_not_a_crash() {
    let whole = sample!("alpha");
    for end in (0..whole.len()).step_by(64) {
        drop(thumbnail(&whole[..end], 100));
    }
    for at in (0..whole.len()).step_by(9) {
        let mut bent = whole.to_vec();
        bent[at] ^= 0x5A;
        drop(thumbnail(&bent, 100));
    }
}

#[test]
fn planes_of_any_size_are_written_and_read_again() {
    let ramp = |size: PixelSize, slope: u32| -> Vec<u8> {
        let places = (0..size.height).flat_map(|y| (0..size.width).map(move |x| x + y));
        places
            .map(|place| (40 + place * slope).min(255) as u8)
            .collect()
    };
    for (size, is_halved, is_gray) in [
        (PixelSize::new(64, 48), false, false),
        (PixelSize::new(65, 49), true, false),
        (PixelSize::new(1, 1), true, false),
        (PixelSize::new(33, 7), false, true),
    ] {
        let mut picture = Ycc {
            size,
            luma: ramp(size, 1),
            chroma: None,
            is_halved,
        };
        if !is_gray {
            let color = picture.chroma_size();
            picture.chroma = Some([ramp(color, 0), ramp(color, 1)]);
        }
        let bytes = av1::encode(&picture, 20).unwrap();
        let mut settings = Settings::new();
        settings.set_n_threads(1);
        settings.set_max_frame_delay(1);
        let mut decoder = Decoder::with_settings(&settings).unwrap();
        decoder.send_data(bytes, None, None, None).unwrap();
        let frame = decoder.get_picture().unwrap();
        assert_eq!((frame.width(), frame.height()), (size.width, size.height));
        let luma = Planes::new(frame).to_gray();
        let worst = luma
            .iter()
            .zip(&picture.luma)
            .map(|(a, b)| a.abs_diff(*b))
            .max();
        assert!(worst < Some(8), "{size:?}: {worst:?}");
    }
}
