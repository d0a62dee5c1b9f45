//! The file around them: its format, its size, and what else is kept in it.

use super::*;
use crate::transform::decode::decode_frames;

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
fn the_stored_file_is_delivered_where_encoding_again_would_only_make_it_larger() {
    let small = crate::transform::encode::jpeg(&gradient(120, 80), 20, true, None).unwrap();
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
