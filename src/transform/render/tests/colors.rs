//! What color they have: transparency, effects, depths and profiles.

use super::*;

#[test]
fn colors_hidden_in_transparency_do_not_bleed() {
    // Opaque white beside fully transparent black: a careless resize makes gray fringes.
    let mut picture = solid(64, 64, [255, 255, 255, 255]);
    for (i, pixel) in picture.rgba.as_chunks_mut::<4>().0.iter_mut().enumerate() {
        if i % 64 >= 33 {
            *pixel = [0, 0, 0, 0];
        }
    }
    let pixels = seen_as_png(&png(&picture), "w=16");
    for pixel in pixels.rgba.as_chunks::<4>().0 {
        assert!(pixel[3] == 0 || pixel[0] > 250, "{pixel:?}");
    }
}

#[test]
fn transparency_lies_on_the_background_and_on_white_in_jpeg() {
    let source = png(&solid(64, 64, [255, 0, 0, 0]));
    assert_eq!(at(&seen_as_png(&source, "w=64"), 3, 3)[3], 0);
    let lime = seen_as_png(&source, "background=lime");
    assert_eq!(at(&lime, 3, 3), [0, 255, 0, 255]);
    let flat = seen(&rendered(&source, "f=jpeg", WEBP));
    assert!(is_near(at(&flat, 3, 3), [255, 255, 255, 255], 2));
    let half = png(&solid(8, 8, [255, 0, 0, 128]));
    let pixels = seen_as_png(&half, "background=blue");
    assert!(is_near(at(&pixels, 3, 3), [128, 0, 127, 255], 1));
}

#[test]
fn tones_follow_their_formulas() {
    let source = png(&solid(8, 8, [64, 128, 192, 255]));
    let pixel = |segment: &str| at(&seen_as_png(&source, segment), 4, 4);
    assert!(is_near(pixel("brightness=0.5"), [32, 64, 96, 255], 1));
    assert!(is_near(pixel("contrast=2"), [1, 128, 255, 255], 1));
    assert!(is_near(pixel("gamma=0.5"), [16, 64, 145, 255], 1));
    let gray = pixel("saturation=0");
    assert_eq!((gray[0], gray[1]), (gray[1], gray[2]));
    assert_eq!(pixel("brightness=0"), [64, 128, 192, 255]);
}

#[test]
fn a_blur_spreads_and_keeps_the_light() {
    for segment in ["blur=2", "blur=20"] {
        let mut picture = solid(101, 101, [0, 0, 0, 255]);
        for y in 40..61 {
            for x in 40..61 {
                let start = (y * 101 + x) * 4;
                picture.rgba[start..start + 3].copy_from_slice(&[255, 255, 255]);
            }
        }
        let pixels = seen_as_png(&png(&picture), segment);
        let light = |pixels: &Pixels| -> i64 {
            let all = pixels.rgba.as_chunks::<4>().0;
            all.iter().map(|pixel| i64::from(pixel[0])).sum()
        };
        let (before, after) = (light(&picture), light(&pixels));
        assert!((before - after).abs() * 50 < before, "{before} and {after}");
        assert!(at(&pixels, 38, 50)[0] > 0, "{segment} reaches out");
        assert!(at(&pixels, 40, 50)[0] < 200, "{segment} softens the edge");
        // Symmetric to the eye: a box that is off by one would show here.
        assert!(at(&pixels, 36, 50)[0].abs_diff(at(&pixels, 64, 50)[0]) <= 1);
        assert!(at(&pixels, 50, 36)[0].abs_diff(at(&pixels, 36, 50)[0]) <= 1);
    }
}

#[test]
fn sharpening_makes_an_edge_steeper() {
    let source = png(&gradient(64, 64));
    let plain = seen_as_png(&source, "w=63");
    let sharp = seen_as_png(&source, "w=63,sharpen=5");
    let step = |pixels: &Pixels| at(pixels, 14, 8)[2].abs_diff(at(pixels, 17, 8)[2]);
    assert!(step(&sharp) >= step(&plain));
    assert_ne!(plain, sharp);
}

#[test]
fn gray_and_deep_pictures_are_read() {
    use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};
    let mut deep = Vec::new();
    let samples: Vec<u8> = (0..16 * 16)
        .flat_map(|_| 0x80FF_u16.to_ne_bytes())
        .collect();
    PngEncoder::new(&mut deep)
        .write_image(&samples, 16, 16, ExtendedColorType::L16)
        .unwrap();
    let pixels = thumbnail(&deep, 16).unwrap();
    assert!(is_near(at(&pixels, 3, 3), [128, 128, 128, 255], 1));

    let mut gray = mozjpeg::Compress::new(mozjpeg::ColorSpace::JCS_GRAYSCALE);
    gray.set_size(16, 16);
    let mut started = gray.start_compress(Vec::new()).unwrap();
    started.write_scanlines(&[90; 256]).unwrap();
    let pixels = thumbnail(&started.finish().unwrap(), 16).unwrap();
    assert!(is_near(at(&pixels, 3, 3), [90, 90, 90, 255], 2));

    let mut ink = mozjpeg::Compress::new(mozjpeg::ColorSpace::JCS_CMYK);
    ink.set_size(16, 16);
    let mut started = ink.start_compress(Vec::new()).unwrap();
    // libjpeg marks it as Adobe's, where 255 is no ink: pure cyan.
    let cyan = [0, 255, 255, 255].repeat(256);
    started.write_scanlines(&cyan).unwrap();
    let pixels = thumbnail(&started.finish().unwrap(), 16).unwrap();
    assert!(
        is_near(at(&pixels, 3, 3), [0, 255, 255, 255], 3),
        "{:?}",
        at(&pixels, 3, 3)
    );
}

#[test]
fn a_color_profile_is_respected() {
    use img_parts::{Bytes, ImageICC};
    let display_p3 = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let plain = png(&solid(16, 16, [200, 100, 50, 255]));
    let mut wide = img_parts::png::Png::from_bytes(plain.clone().into()).unwrap();
    wide.set_icc_profile(Some(Bytes::from(display_p3.clone())));
    let wide = wide.encoder().bytes();
    assert_eq!(at(&thumbnail(&plain, 16).unwrap(), 1, 1)[0], 200);
    // The same numbers mean a stronger red in the wider space.
    let red = at(&thumbnail(&wide, 16).unwrap(), 1, 1)[0];
    assert!(red > 205, "{red}");

    let plain = jpeg(&solid(16, 16, [200, 100, 50, 255]));
    let mut wide = img_parts::jpeg::Jpeg::from_bytes(plain.into()).unwrap();
    wide.set_icc_profile(Some(Bytes::from(display_p3)));
    let red = at(&thumbnail(&wide.encoder().bytes(), 16).unwrap(), 1, 1)[0];
    assert!(red > 205, "{red}");
}
