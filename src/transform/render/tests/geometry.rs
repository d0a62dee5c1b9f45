//! Where the pixels of a rendition come from: turned, cut, padded, framed.

use super::*;

#[test]
fn all_eight_orientations_stand_upright() {
    let upright = gradient(96, 64);
    for orientation in 1..=8_u8 {
        let stored = as_stored(&upright, orientation);
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
fn half_a_cover_is_remarked() {
    let rendition = rendered(&jpeg(&gradient(64, 48)), "fit=cover,w=32", WEBP);
    assert_eq!(rendition.size, PixelSize::new(32, 24));
    assert_eq!(
        rendition.warnings,
        ["cover fit mode needs both width and height"]
    );
}

/// Averages of more pixels along a side than are summed at once.
#[test]
fn a_long_strip_becomes_hundreds_of_times_shorter_and_stays_whole() {
    let strip = gradient(9000, 40);
    for bytes in [png(&strip), webp(&strip)] {
        let small = seen_as_png(&bytes, "w=16,h=2,fit=squeeze");
        assert_eq!(small.size, PixelSize::new(16, 2));
        for x in 0..16 {
            let [red, ..] = at(&small, x, 1);
            let expected = (x * 2 + 1) * 255 / 32;
            assert!(u32::from(red).abs_diff(expected) < 6, "{x}: {red}");
        }
    }
}
