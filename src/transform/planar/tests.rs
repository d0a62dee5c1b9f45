//! Planes beside the same work in red, green and blue.

use super::*;
use crate::samples;
use crate::transform::jpeg::{self, Wish};
use crate::transform::testing::{at, is_near};

fn planes(width: u32, height: u32) -> Planes {
    let file = samples::photo_jpeg(5, width, height, 92);
    let wish = Wish {
        luma: 1.0,
        chroma: 1.0,
        rows: (0.0, f64::INFINITY),
    };
    jpeg::decode(&file, &wish).expect("a usual file")
}

#[test]
fn gray_stays_gray_and_primaries_are_themselves() {
    assert_eq!(rgba_of(77, 128, 128), [77, 77, 77, 255]);
    assert!(is_near(rgba_of(76, 85, 255), [254, 0, 0, 255], 1));
    assert!(is_near(rgba_of(150, 44, 21), [0, 255, 1, 255], 1));
    assert!(is_near(rgba_of(29, 255, 107), [0, 0, 254, 255], 1));
}

#[test]
fn halved_color_lies_where_full_color_lies_however_the_picture_stands() {
    // Odd sides: the last sample of color reaches beyond the picture.
    let planes = planes(203, 151);
    let part = Rect {
        x: 10.0,
        y: 6.0,
        width: 180.0,
        height: 130.0,
    };
    let size = PixelSize::new(91, 65);
    for turn in (1..=8).map(Turn::from_exif) {
        let full = scaled(planes.clone(), part, size, turn, Chroma::Full).unwrap();
        let halved = scaled(planes.clone(), part, size, turn, Chroma::Halved).unwrap();
        assert_eq!(full.size, turn.size(size));
        assert_eq!(full.luma, halved.luma);
        let [full_blue, _] = full.chroma.as_ref().unwrap();
        let [halved_blue, _] = halved.chroma.as_ref().unwrap();
        let (width, half) = (full.size.width as usize, halved.chroma_size());
        let mut off = 0.0;
        for y in 0..full.size.height as usize / 2 {
            for x in 0..width / 2 {
                let square = [(0, 0), (1, 0), (0, 1), (1, 1)];
                let sum: u32 = square
                    .iter()
                    .map(|(dx, dy)| u32::from(full_blue[(2 * y + dy) * width + 2 * x + dx]))
                    .sum();
                let found = f64::from(halved_blue[y * half.width as usize + x]);
                off += (f64::from(sum) / 4.0 - found).abs();
            }
        }
        let mean = off / f64::from(full.size.width * full.size.height) * 4.0;
        assert!(mean < 1.0, "{turn:?}: {mean}");
    }
}

#[test]
fn both_encoders_keep_the_colors_of_the_planes() {
    let planes = planes(120, 91);
    let size = PixelSize::new(61, 45);
    let whole = Rect::of(planes.size);
    let pixels = scaled(planes.clone(), whole, size, Turn::default(), Chroma::Full)
        .unwrap()
        .into_pixels();
    let ycc = scaled(planes.clone(), whole, size, Turn::default(), Chroma::Halved).unwrap();
    let files = [
        jpeg(ycc.clone(), 95, true, None).unwrap(),
        jpeg(ycc.clone(), 95, false, None).unwrap(),
        webp(ycc, 98).unwrap(),
    ];
    for file in files {
        let found = crate::transform::thumbnail(&file, 1000).unwrap();
        assert_eq!(found.size, size);
        let mut off = 0_u32;
        for y in 0..45 {
            for x in 0..61 {
                let (a, b) = (at(&found, x, y), at(&pixels, x, y));
                off += u32::from(a[0].abs_diff(b[0]).max(a[2].abs_diff(b[2])));
            }
        }
        let mean = f64::from(off) / (45.0 * 61.0);
        assert!(mean < 5.0, "{mean}");
    }
}
