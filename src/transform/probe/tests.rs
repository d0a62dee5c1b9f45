//! Headers of real files, whole and cut off.

use super::super::testing::{exif_block, gif, gradient, jpeg, jpeg_with_exif, png, solid, webp};
use super::super::thumbnail;
use super::*;

fn samples() -> Vec<(Format, Vec<u8>)> {
    let picture = gradient(120, 80);
    vec![
        (Format::Jpeg, jpeg(&picture)),
        (Format::Png, png(&picture)),
        (Format::WebP, webp(&picture)),
        (Format::Gif, gif(120, 80, &[[255, 0, 0, 255]])),
    ]
}

#[test]
fn the_header_tells_kind_and_size() {
    for (format, bytes) in samples() {
        let facts = check_upload(&bytes).unwrap();
        assert_eq!(facts.format, format);
        assert_eq!(facts.size, PixelSize::new(120, 80), "{format:?}");
        assert_eq!((facts.frames, facts.orientation), (1, 1), "{format:?}");
    }
}

#[test]
fn the_beginning_of_a_file_is_enough_for_its_facts() {
    let noise: Vec<u8> = (0..300 * 300_u32)
        .flat_map(|i| {
            let [a, b, c, _] = i.wrapping_mul(2_654_435_761).to_be_bytes();
            [a, b, c, 255]
        })
        .collect();
    let picture = super::super::Pixels {
        size: PixelSize::new(300, 300),
        rgba: noise,
    };
    for bytes in [jpeg(&picture), png(&picture), webp(&picture)] {
        let half = &bytes[..bytes.len() / 2];
        assert_eq!(probe(half).unwrap().size, PixelSize::new(300, 300));
        let refused = check_upload(half).unwrap_err();
        assert_eq!(refused.delivery_code(), (422, 9516), "{refused}");
    }
}

#[test]
fn a_file_cut_off_anywhere_is_never_accepted_and_never_panics() {
    for (format, bytes) in samples() {
        for length in 0..bytes.len() {
            assert!(
                check_upload(&bytes[..length]).is_err(),
                "{format:?} cut to {length} of {}",
                bytes.len()
            );
        }
    }
}

#[test]
fn text_is_no_image_and_heic_is_not_decoded() {
    assert_eq!(check_upload(b"hello"), Err(TransformError::NotAnImage));
    let mut heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec();
    heic.extend(b"\0\0\0\x14ispe\0\0\0\0\0\0\x0f\xc0\0\0\x0b\xd0");
    assert_eq!(probe(&heic).unwrap().size, PixelSize::new(4032, 3024));
    assert_eq!(
        check_upload(&heic),
        Err(TransformError::Unsupported(Format::Heic))
    );
}

#[test]
fn orientation_is_read_from_jpeg_png_and_webp() {
    use img_parts::{Bytes, ImageEXIF};
    let picture = gradient(120, 80);
    let exif = || Some(Bytes::from(exif_block(6)));
    let mut in_png = img_parts::png::Png::from_bytes(png(&picture).into()).unwrap();
    in_png.set_exif(exif());
    let mut in_webp = img_parts::webp::WebP::from_bytes(webp(&picture).into()).unwrap();
    in_webp.set_exif(exif());
    for bytes in [
        jpeg_with_exif(&picture, 6),
        in_png.encoder().bytes().to_vec(),
        in_webp.encoder().bytes().to_vec(),
    ] {
        let facts = probe(&bytes).unwrap();
        assert_eq!(facts.orientation, 6, "{:?}", facts.format);
        assert_eq!(facts.stored_size, PixelSize::new(120, 80));
        assert_eq!(facts.size, PixelSize::new(80, 120));
    }
}

#[test]
fn nonsense_in_place_of_an_orientation_means_upright() {
    for value in [0, 9, 255] {
        let bytes = jpeg_with_exif(&gradient(20, 10), value);
        assert_eq!(probe(&bytes).unwrap().orientation, 1);
    }
}

/// A PNG header that announces a size, with nothing behind it.
fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = png(&solid(1, 1, [0; 4]));
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    bytes
}

#[test]
fn limits_are_checked_before_anything_is_decoded() {
    let error = |width, height| check_upload(&png_header(width, height)).unwrap_err();
    assert!(matches!(
        error(12_001, 10),
        TransformError::TooLargeSide { .. }
    ));
    assert!(matches!(
        error(u32::MAX, u32::MAX),
        TransformError::TooLargeSide { .. }
    ));
    assert!(matches!(
        error(10_001, 10_000),
        TransformError::TooManyPixels { .. }
    ));
    assert!(matches!(error(0, 10), TransformError::Damaged(_)));
    let bomb = png_header(12_000, 12_000);
    assert!(super::super::thumbnail(&bomb, 256).is_err());
}

#[test]
fn a_jpeg_of_endless_scans_is_damaged() {
    let whole = jpeg(&gradient(64, 48));
    let start = whole.windows(2).position(|pair| pair == [0xFF, 0xDA]);
    let (head, scan) = whole.split_at(start.unwrap());
    let scan = &scan[..scan.len() - 2];
    let of_scans = |count| [head, &scan.repeat(count), &[0xFF, 0xD9]].concat();
    assert!(check_upload(&of_scans(10)).is_ok());
    assert!(matches!(
        check_upload(&of_scans(101)),
        Err(TransformError::Damaged(_))
    ));
}

#[test]
fn a_jpeg_is_as_large_as_its_first_frame_header_says() {
    // A decoder takes memory for that one, and meets the other behind the scan.
    let whole = jpeg(&gradient(120, 80));
    let frame = whole.windows(2).position(|at| at == [0xFF, 0xC0]).unwrap();
    let mut second = whole[frame..frame + 19].to_vec();
    second[5..9].copy_from_slice(&[0, 8, 0, 8]);
    let end = whole.len() - 2;
    let mut both = [&whole[..end], &second, &whole[end..]].concat();
    assert_eq!(probe(&both).unwrap().size, PixelSize::new(120, 80));
    both[frame + 5..frame + 9].copy_from_slice(&[0x3A, 0x98, 0x3A, 0x98]);
    assert!(matches!(
        check_upload(&both),
        Err(TransformError::TooLargeSide { .. } | TransformError::TooManyPixels { .. })
    ));
    for refused in [thumbnail(&both, 64).is_err(), thumbnail(&both, 9).is_err()] {
        assert!(refused);
    }
}

#[test]
fn frames_are_counted_and_weighed_together() {
    let red_and_blue = gif(40, 30, &[[255, 0, 0, 255], [0, 0, 255, 255]]);
    let facts = check_upload(&red_and_blue).unwrap();
    assert_eq!(facts.frames, 2);
    let heavy = Facts {
        stored_size: PixelSize::new(10_000, 6_000),
        ..facts
    };
    assert!(matches!(
        heavy.check_limits(),
        Err(TransformError::AnimationTooLarge { frames: 2, .. })
    ));
}

#[test]
fn a_frame_that_claims_to_be_huge_on_a_tiny_picture_costs_no_memory() {
    use super::super::decode::{decode, decode_frames};

    let small = gif(8, 6, &[[255, 0, 0, 255], [0, 0, 255, 255]]);
    let facts = probe(&small).unwrap();
    let descriptor = [0x2C, 0, 0, 0, 0, 8, 0, 6, 0];
    let mut bomb = small;
    let at = bomb.windows(9).position(|nine| nine == descriptor).unwrap();
    bomb[at + 5..at + 9].fill(0xFF);
    let first = decode(&bomb, &facts, 1.0).map(|_| ());
    let all = decode_frames(&bomb, &facts, |_| Ok(()));
    for refused in [first, all] {
        let text = refused.unwrap_err().to_string();
        assert!(text.to_lowercase().contains("memory"), "{text}");
    }
}

#[test]
fn an_svg_is_accepted_without_a_size() {
    let facts = check_upload(b"<svg xmlns='http://www.w3.org/2000/svg'/>").unwrap();
    assert_eq!(facts.format, Format::Svg);
    assert!(facts.size.is_empty());
}
