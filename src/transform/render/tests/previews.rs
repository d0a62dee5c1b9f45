//! Renditions for the window: previews and thumbnails.

use super::*;

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
    crate::transform::plan(size, options).unwrap().output
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
