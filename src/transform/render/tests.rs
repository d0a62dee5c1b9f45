//! Renditions, looked at pixel by pixel.

use super::super::testing::{
    at, exif_block, gif, gradient, is_near, jpeg, jpeg_with_exif, png, solid, webp,
};
use super::*;

const WEBP: Accepts = Accepts {
    avif: false,
    webp: true,
};

fn options(segment: &str) -> FlexibleOptions {
    FlexibleOptions::parse(segment).unwrap().0
}

fn original(bytes: Vec<u8>) -> Original {
    Original::open(bytes.into()).unwrap()
}

fn rendered(bytes: &[u8], segment: &str, accepts: Accepts) -> Rendition {
    render(&original(bytes.to_vec()), &options(segment), accepts).unwrap()
}

/// The rendition's pixels, and a check that its bytes are what it says.
fn seen(rendition: &Rendition) -> Pixels {
    let facts = probe(&rendition.bytes).unwrap();
    assert_eq!(facts.format, rendition.format);
    assert_eq!(facts.size, rendition.size);
    assert_eq!(facts.orientation, 1);
    let pixels = thumbnail(&rendition.bytes, 20_000).unwrap();
    assert_eq!(pixels.size, rendition.size);
    pixels
}

/// As a lossless rendition, so that colors can be compared.
fn seen_as_png(bytes: &[u8], segment: &str) -> Pixels {
    seen(&rendered(bytes, &format!("{segment},f=png"), WEBP))
}

#[test]
fn every_format_becomes_every_format() {
    let picture = gradient(160, 120);
    let sources = [
        jpeg(&picture),
        png(&picture),
        webp(&picture),
        gif(160, 120, &[[200, 100, 50, 255]]),
    ];
    for source in &sources {
        for (word, format) in [
            ("jpeg", Format::Jpeg),
            ("baseline-jpeg", Format::Jpeg),
            ("webp", Format::WebP),
            ("png", Format::Png),
        ] {
            let rendition = rendered(source, &format!("w=80,f={word}"), Accepts::default());
            assert_eq!(rendition.format, format);
            assert_eq!(rendition.size, PixelSize::new(80, 60));
            let pixels = seen(&rendition);
            let expected = at(&thumbnail(source, 80).unwrap(), 60, 40);
            let found = at(&pixels, 60, 40);
            assert!(
                is_near(found, expected, 14),
                "{found:?} is {expected:?}, {word}"
            );
        }
    }
}

#[test]
fn all_eight_orientations_stand_upright() {
    // What is stored so that, turned by its orientation, the upright picture appears.
    let upright = gradient(96, 64);
    for orientation in 1..=8_u8 {
        let undone = match orientation {
            6 => 8,
            8 => 6,
            other => other,
        };
        let stored = Turn::from_exif(undone).apply_to(upright.clone());
        let bytes = jpeg_with_exif(&stored, orientation);
        let rendition = rendered(&bytes, "f=png", WEBP);
        assert_eq!(rendition.size, PixelSize::new(96, 64), "{orientation}");
        let pixels = seen(&rendition);
        for (x, y) in [(4, 4), (90, 4), (4, 60), (90, 60), (50, 20)] {
            let (found, expected) = (at(&pixels, x, y), at(&upright, x, y));
            assert!(
                is_near(found, expected, 20),
                "orientation {orientation} at {x},{y}: {found:?} instead of {expected:?}"
            );
        }
        let cover = seen_as_png(&bytes, "fit=cover,w=32,h=32,g=left");
        let corner = at(&cover, 2, 2);
        assert!(corner[2] > 200, "the blue corner stays: {corner:?}");
        let thumbnail = thumbnail(&bytes, 48).unwrap();
        assert_eq!(thumbnail.size, PixelSize::new(48, 32));
        assert!(at(&thumbnail, 2, 2)[2] > 200);
        assert!(at(&thumbnail, 45, 2)[0] > 220);
    }
}

#[test]
fn the_kept_part_is_where_gravity_says() {
    let source = png(&gradient(300, 100));
    let red = |gravity: &str| {
        let segment = format!("fit=cover,w=100,h=100,g={gravity}");
        at(&seen_as_png(&source, &segment), 50, 50)[0]
    };
    assert!(red("left").abs_diff(42) < 4);
    assert!(red("center").abs_diff(127) < 4);
    assert!(red("right").abs_diff(212) < 4);
}

#[test]
fn flipping_comes_before_turning() {
    let source = png(&gradient(80, 40));
    let pixels = seen_as_png(&source, "flip=h,rotate=90");
    assert_eq!(pixels.size, PixelSize::new(40, 80));
    // The blue corner goes to the upper right, and from there to the lower right.
    assert!(at(&pixels, 38, 78)[2] > 200);
}

#[test]
fn trimming_in_pixels_cuts_there() {
    let source = png(&gradient(100, 80));
    let pixels = seen_as_png(&source, "trim=10;20;30;40");
    assert_eq!(pixels.size, PixelSize::new(40, 40));
    assert_eq!(at(&pixels, 0, 0), at(&gradient(100, 80), 40, 10));
}

#[test]
fn an_edge_of_one_color_is_trimmed() {
    let mut picture = solid(60, 50, [255, 255, 255, 255]);
    for (x, y) in [(10, 20), (39, 34)] {
        let start = (y * 60 + x) * 4;
        picture.rgba[start..start + 3].copy_from_slice(&[255, 0, 0]);
    }
    let source = png(&picture);
    let size = |segment: &str| rendered(&source, segment, WEBP).size;
    assert_eq!(size("trim=border"), PixelSize::new(30, 15));
    assert_eq!(
        size("trim=border,trim.border.keep=3"),
        PixelSize::new(36, 21)
    );
    assert_eq!(size("trim=border,w=10"), PixelSize::new(10, 5));
    let blank = original(png(&solid(9, 9, [1, 2, 3, 255])));
    let refused = render(&blank, &options("trim=border"), WEBP).unwrap_err();
    assert_eq!(refused.delivery_code(), (403, 9413));
}

#[test]
fn padding_is_white_or_the_background() {
    let source = png(&solid(100, 50, [0, 0, 255, 255]));
    let white = seen_as_png(&source, "fit=pad,w=100,h=100");
    assert_eq!(at(&white, 50, 10), [255, 255, 255, 255]);
    assert_eq!(at(&white, 50, 50), [0, 0, 255, 255]);
    let red = seen_as_png(&source, "fit=pad,w=100,h=100,background=red");
    assert_eq!(at(&red, 50, 10), [255, 0, 0, 255]);
}

#[test]
fn a_border_enlarges_the_output() {
    let source = png(&solid(100, 50, [0, 0, 255, 255]));
    let pixels = seen_as_png(
        &source,
        "w=50,border.color=lime,border.width=5,border.left=1,dpr=2",
    );
    assert_eq!(pixels.size, PixelSize::new(112, 70));
    assert_eq!(at(&pixels, 1, 35), [0, 255, 0, 255]);
    assert_eq!(at(&pixels, 2, 35), [0, 0, 255, 255]);
    assert_eq!(at(&pixels, 103, 35), [0, 255, 0, 255]);
}

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

fn exif_of(rendition: &Rendition) -> Option<exif::Exif> {
    let mut cursor = std::io::Cursor::new(&rendition.bytes);
    exif::Reader::new().read_from_container(&mut cursor).ok()
}

#[test]
fn only_as_much_exif_is_kept_as_was_asked() {
    let source = jpeg_with_exif(&gradient(80, 60), 6);
    let exif = |segment: &str| exif_of(&rendered(&source, segment, Accepts::default()));
    let copyright = |exif: &exif::Exif| {
        let field = exif.get_field(exif::Tag::Copyright, exif::In::PRIMARY)?;
        Some(field.display_value().to_string())
    };
    assert!(exif("metadata=none").is_none());

    let kept = exif("w=40").expect("the copyright is kept unless refused");
    assert_eq!(copyright(&kept).as_deref(), Some("\"Ada Lovel\""));
    assert_eq!(kept.fields().count(), 1);

    let kept = exif("metadata=keep").unwrap();
    assert_eq!(copyright(&kept).as_deref(), Some("\"Ada Lovel\""));
    let field = |tag| kept.get_field(tag, exif::In::PRIMARY);
    assert!(field(exif::Tag::GPSLatitudeRef).is_some());
    let orientation = field(exif::Tag::Orientation).unwrap();
    assert_eq!(orientation.value.get_uint(0), Some(1), "already applied");

    let webp = rendered(&source, "metadata=keep", WEBP);
    assert!(exif_of(&webp).is_none(), "only JPEG carries EXIF");
    assert!(exif_block(1).len() > 60);
}

#[test]
fn a_variant_without_a_word_on_metadata_keeps_nothing() {
    let variant = FlexibleOptions::from_variant(&crate::model::VariantOptions::default());
    let source = original(jpeg_with_exif(&gradient(80, 60), 1));
    let rendition = render(&source, &variant, Accepts::default()).unwrap();
    assert!(exif_of(&rendition).is_none());
}

/// Whether the first frame header is that of a progressive JPEG.
fn is_progressive(bytes: &[u8]) -> bool {
    bytes.windows(2).any(|pair| pair == [0xFF, 0xC2])
}

#[test]
fn jpeg_is_progressive_unless_small_or_asked_otherwise() {
    let source = jpeg(&gradient(200, 200));
    let bytes = |segment: &str| rendered(&source, segment, Accepts::default()).bytes;
    assert!(is_progressive(&bytes("w=100")));
    assert!(!is_progressive(&bytes("w=49")));
    assert!(!is_progressive(&bytes("w=100,f=baseline-jpeg")));
}

#[test]
fn quality_trades_bytes_for_detail() {
    let source = jpeg(&gradient(400, 300));
    for format in ["jpeg", "webp"] {
        let length = |q: &str| {
            rendered(&source, &format!("w=390,f={format},q={q}"), WEBP)
                .bytes
                .len()
        };
        assert!(length("20") < length("85"), "{format}");
        assert!(length("low") < length("high"), "{format}");
    }
}

#[test]
fn webp_of_quality_100_is_lossless() {
    let picture = gradient(40, 30);
    let pixels = seen(&rendered(&png(&picture), "f=webp,q=100", WEBP));
    assert_eq!(pixels, picture);
}

#[test]
fn an_animation_keeps_moving() {
    let colors = [[255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255]];
    let source = gif(60, 40, &colors);
    for (accepts, format) in [(Accepts::default(), Format::Gif), (WEBP, Format::WebP)] {
        let rendition = rendered(&source, "w=30", accepts);
        assert_eq!(rendition.format, format);
        assert_eq!(rendition.size, PixelSize::new(30, 20));
        let facts = probe(&rendition.bytes).unwrap();
        assert_eq!((facts.frames, facts.size), (3, PixelSize::new(30, 20)));
        let mut seen = Vec::new();
        decode_frames(&rendition.bytes, &facts, |frame| {
            seen.push((at(&frame.bitmap.pixels, 15, 10), frame.delay_millis));
            Ok(())
        })
        .unwrap();
        for ((found, delay), expected) in seen.iter().zip(colors) {
            assert!(is_near(*found, expected, 12), "{found:?} in {format:?}");
            assert_eq!(*delay, 100, "{format:?}");
        }
    }
    let still = rendered(&source, "w=30,anim=false", WEBP);
    assert_eq!(probe(&still.bytes).unwrap().frames, 1);
    let jpeg = rendered(&source, "w=30,f=jpeg", WEBP);
    assert!(jpeg.warnings[0].contains("first frame"));
}

#[test]
fn an_svg_comes_back_without_what_runs() {
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='a()'><path d='M0 0'/></svg>";
    let rendition = rendered(svg, "w=10,f=webp", WEBP);
    assert_eq!(rendition.format, Format::Svg);
    let text = String::from_utf8(rendition.bytes).unwrap();
    assert!(text.contains("<path") && !text.contains("onload"), "{text}");
}

#[test]
fn half_a_cover_is_remarked() {
    let rendition = rendered(&jpeg(&gradient(64, 48)), "fit=cover,w=32", WEBP);
    assert_eq!(rendition.size, PixelSize::new(32, 24));
    assert_eq!(
        rendition.warnings,
        ["cover fit mode needs both width and height"]
    );
}

#[test]
fn the_preview_is_what_is_delivered() {
    let source = original(jpeg_with_exif(&gradient(900, 600), 6));
    let decoded = Decoded::open(&source, 2000).unwrap();
    assert_eq!(decoded.pixels().size, PixelSize::new(600, 900));
    for segment in [
        "w=200",
        "fit=cover,w=120,h=300,g=top",
        "fit=pad,w=100,h=100,background=red",
        "rotate=90,trim=10;20;30;40,w=77",
    ] {
        let options = options(segment);
        let (pixels, preview) = render_decoded(&source, &decoded, &options, WEBP).unwrap();
        let delivered = render(&source, &options, WEBP).unwrap();
        assert_eq!(preview.size, delivered.size, "{segment}");
        assert_eq!(preview.size, plan(source.facts().size, &options));
        assert_eq!(preview.format, delivered.format);
        let (left, right) = (seen(&preview), seen(&delivered));
        let middle = (pixels.size.width / 2, pixels.size.height / 2);
        let (a, b) = (
            at(&left, middle.0, middle.1),
            at(&right, middle.0, middle.1),
        );
        assert!(is_near(a, b, 10), "{segment}: {a:?} and {b:?}");
    }
}

fn plan(size: PixelSize, options: &FlexibleOptions) -> PixelSize {
    super::super::plan(size, options).unwrap().output
}

#[test]
fn a_preview_from_fewer_pixels_has_the_same_geometry() {
    let source = original(jpeg(&gradient(1200, 800)));
    let decoded = Decoded::open(&source, 300).unwrap();
    assert_eq!(decoded.pixels().size, PixelSize::new(300, 200));
    let options = options("trim=100;100;100;100,w=500");
    let (pixels, preview) = render_decoded(&source, &decoded, &options, WEBP).unwrap();
    assert_eq!(preview.size, PixelSize::new(500, 300));
    assert_eq!(pixels.size, preview.size);
    let delivered = seen(&render(&source, &options, WEBP).unwrap());
    let (a, b) = (at(&pixels, 400, 200), at(&delivered, 400, 200));
    assert!(is_near(a, b, 10), "{a:?} and {b:?}");
}

#[test]
fn a_damaged_file_is_an_error_and_not_a_crash() {
    for bytes in [
        jpeg(&gradient(300, 200)),
        png(&gradient(300, 200)),
        webp(&gradient(300, 200)),
        gif(300, 200, &[[1, 2, 3, 255], [9, 8, 7, 255]]),
    ] {
        let cut = Original::open(bytes[..bytes.len() / 2].to_vec().into()).unwrap();
        match render(&cut, &options("w=100"), WEBP) {
            Ok(shown) => assert_eq!(cut.facts().format, Format::Jpeg, "{}", shown.size),
            Err(error) => assert_eq!(error.delivery_code(), (422, 9516), "{error}"),
        }
        // Whatever a flipped byte does, it stays an answer.
        for position in (0..bytes.len()).step_by(bytes.len() / 60 + 1) {
            let mut bent = bytes.clone();
            bent[position] ^= 0x5A;
            if let Ok(original) = Original::open(bent.into()) {
                let answer = render(&original, &options("w=100,metadata=keep"), WEBP);
                assert!(answer.is_ok() || answer.is_err());
            }
        }
    }
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

#[test]
fn a_thumbnail_is_never_enlarged_and_fits_its_square() {
    let bytes = jpeg(&gradient(1000, 400));
    let size = |max| thumbnail(&bytes, max).unwrap().size;
    assert_eq!(size(256), PixelSize::new(256, 102));
    assert_eq!(size(5000), PixelSize::new(1000, 400));
    assert_eq!(size(1), PixelSize::new(1, 1));
}

#[test]
fn a_cached_thumbnail_keeps_its_transparency() {
    let opaque = encode_thumbnail(&gradient(64, 48));
    assert_eq!(probe(&opaque).unwrap().format, Format::Jpeg);
    let clear = encode_thumbnail(&solid(64, 48, [9, 9, 9, 100]));
    assert_eq!(probe(&clear).unwrap().format, Format::WebP);
    assert!(is_near(
        at(&thumbnail(&clear, 64).unwrap(), 5, 5),
        [9, 9, 9, 100],
        6
    ));
}

#[test]
fn a_large_photograph_is_not_decoded_in_full_for_a_thumbnail() {
    let bytes = jpeg(&gradient(4000, 3000));
    let facts = probe(&bytes).unwrap();
    let decoded = |segment: &str| {
        let wanted = Wanted::of(&facts, &options(segment)).unwrap();
        let planes = wanted.planes(&bytes, &facts, Chroma::Full).unwrap();
        planes.luma.scale.0
    };
    assert!((decoded("w=256") - 0.125).abs() < 1e-9);
    assert!((decoded("w=1300") - 0.5).abs() < 1e-9);
    let scale = Wanted::of(&facts, &options("w=256")).unwrap().scale();
    let bitmap = decode(&bytes, &facts, scale).unwrap();
    assert_eq!(bitmap.pixels.size, PixelSize::new(500, 375));
    assert_eq!(
        thumbnail(&bytes, 256).unwrap().size,
        PixelSize::new(256, 192)
    );
}

#[test]
fn the_stored_file_is_delivered_where_encoding_again_would_only_make_it_larger() {
    let small = super::super::encode::jpeg(&gradient(120, 80), 20, true, None).unwrap();
    let kept = rendered(&small, "w=500", Accepts::default());
    assert_eq!(kept.bytes, small);
    assert_eq!(kept.warnings, ["original is smaller"]);
    for segment in [
        "w=60",
        "w=500,q=85",
        "f=jpeg",
        "blur=1",
        "fit=pad,w=120,h=90",
    ] {
        let made = rendered(&small, segment, Accepts::default());
        assert_ne!(made.bytes, small, "{segment}");
        assert!(made.warnings.is_empty(), "{segment}");
    }
    assert_eq!(rendered(&small, "w=500", WEBP).format, Format::WebP);
    // A file with more in it than pixels is never handed out as it is.
    let mut with_exif = small.clone();
    let block = [b"\xFF\xE1\x00\x0AExif\0\0II".to_vec()].concat();
    with_exif.splice(2..2, block);
    let made = rendered(&with_exif, "metadata=none", Accepts::default());
    assert_ne!(made.bytes, with_exif);
}
