//! Rows beside those that the complete decoder finds in the same file.

use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::reference::file;
use super::*;

/// Numbers that look random, the same each time.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end).unwrap()).unwrap()
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[3]
    }
}

/// Bytes as in a photograph: each near the one before, some far from it.
fn smooth(length: usize, seed: u64) -> Vec<u8> {
    let mut numbers = Numbers(seed);
    let mut last = 0_u8;
    let mut next = || {
        let difference = match numbers.below(16) {
            0 => numbers.byte(),
            _ => numbers.byte() & 7,
        };
        last = last.wrapping_add(difference).wrapping_sub(3);
        last
    };
    (0..length).map(|_| next()).collect()
}

fn deflated(bytes: &[u8], level: u32) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(level));
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The bytes of rows of one byte a pixel.
fn read(file: &[u8], width: usize, count: usize) -> Option<Vec<u8>> {
    let rows = Rows {
        pixel_bytes: 1,
        width,
        count,
    };
    let mut bytes = Vec::new();
    each_row(file, rows, |row| bytes.extend_from_slice(row))?;
    Some(bytes)
}

/// Rows that need no filter, each with its number before it.
fn unfiltered(bytes: &[u8], width: usize) -> Vec<u8> {
    let rows = bytes.chunks_exact(width);
    rows.flat_map(|row| [&[0], row].concat()).collect()
}

fn assert_read(bytes: &[u8], width: usize, file: &[u8], what: &str) {
    let count = bytes.len() / width;
    let found = read(file, width, count);
    assert!(
        found.as_deref() == Some(&bytes[..count * width]),
        "{what}: {:?} bytes",
        found.map(|found| found.len())
    );
}

#[test]
fn every_kind_of_row_is_as_the_complete_decoder_reads_it() {
    use png::{BitDepth::*, ColorType::*, Filter::*};
    for (color, depth, pixel_bytes) in [
        (Grayscale, Eight, 1),
        (GrayscaleAlpha, Eight, 2),
        (Rgb, Eight, 3),
        (Rgba, Eight, 4),
        (Grayscale, Sixteen, 2),
        (GrayscaleAlpha, Sixteen, 4),
        (Rgb, Sixteen, 6),
        (Rgba, Sixteen, 8),
    ] {
        for (width, height) in [(1, 1), (3, 9), (5, 4), (61, 23), (997, 90)] {
            for filter in [NoFilter, Sub, Up, Avg, Paeth, Adaptive] {
                let mut bytes = Vec::new();
                let mut encoder = png::Encoder::new(&mut bytes, width, height);
                encoder.set_color(color);
                encoder.set_depth(depth);
                encoder.set_filter(filter);
                let mut writer = encoder.write_header().unwrap();
                let area = usize::try_from(width * height).unwrap();
                let samples = smooth(area * pixel_bytes, u64::from(width * 7 + height));
                writer.write_image_data(&samples).unwrap();
                writer.finish().unwrap();
                let rows = Rows {
                    pixel_bytes,
                    width: width as usize,
                    count: height as usize,
                };
                let mut found = Vec::new();
                each_row(&bytes, rows, |row| found.extend_from_slice(row)).unwrap();
                assert!(
                    found == samples,
                    "{color:?} {depth:?} {width}x{height} {filter:?}"
                );
            }
        }
    }
}

#[test]
fn any_compression_is_undone_wherever_the_chunks_end() {
    let noise: Vec<u8> = {
        let mut numbers = Numbers(5);
        (0..300_000).map(|_| numbers.byte()).collect()
    };
    // Few values, some very rare: their codes are as long as codes can be.
    let skewed: Vec<u8> = {
        let mut numbers = Numbers(6);
        let mut next = || u8::try_from(numbers.next().trailing_zeros().min(20)).unwrap();
        (0..700_000).map(|_| next()).collect()
    };
    // Matches as far back as they may be.
    let far: Vec<u8> = noise[..32_768]
        .iter()
        .copied()
        .cycle()
        .take(400_000)
        .collect();
    let kinds = [
        ("nothing", vec![0; 600_000]),
        ("noise", noise),
        ("skewed", skewed),
        ("far", far),
        ("smooth", smooth(500_000, 3)),
    ];
    for (name, bytes) in kinds {
        for level in [0, 1, 2, 6, 9] {
            let data = deflated(&unfiltered(&bytes, 1000), level);
            for length in [usize::MAX, 8192, 1023, 1] {
                if length == 1 && data.len() > 40_000 {
                    continue;
                }
                let file = file(&data, length);
                assert_read(&bytes, 1000, &file, &format!("{name} {level} {length}"));
            }
        }
    }
}

#[test]
fn a_pattern_of_any_length_is_repeated() {
    for period in 1..=40 {
        let pattern = smooth(period, 9);
        let bytes: Vec<u8> = pattern.iter().copied().cycle().take(5000).collect();
        for level in [1, 9] {
            let data = deflated(&unfiltered(&bytes, 2500), level);
            assert_read(
                &bytes,
                2500,
                &file(&data, 100),
                &format!("{period} {level}"),
            );
        }
    }
}

#[test]
fn rows_larger_than_what_is_handed_out_at_a_time_are_read() {
    for width in [40_000, 60_000, 90_000] {
        let bytes = smooth(width * 9, 4);
        let data = deflated(&unfiltered(&bytes, width), 3);
        assert_read(&bytes, width, &file(&data, 9000), &width.to_string());
    }
    // A row must fit in whole.
    let bytes = smooth(OUTPUT, 4);
    let data = deflated(&unfiltered(&bytes, OUTPUT), 3);
    assert_eq!(read(&file(&data, 9000), OUTPUT, 1), None);
}

#[test]
fn rows_behind_the_last_one_needed_may_be_missing() {
    let bytes = smooth(900_000, 8);
    let data = deflated(&unfiltered(&bytes, 1000), 6);
    let file = file(&data, 10_000);
    let half = &file[..file.len() / 2];
    assert_eq!(read(half, 1000, 100).unwrap(), bytes[..100_000]);
    assert_eq!(read(half, 1000, 900), None);
    assert_eq!(read(&file, 1000, 901), None);
}

#[test]
fn what_is_damaged_is_left_to_the_complete_decoder() {
    let bytes = smooth(60_000, 2);
    let data = deflated(&unfiltered(&bytes, 600), 6);
    let whole = file(&data, 7000);
    assert_read(&bytes, 600, &whole, "whole");
    // With a checksum of each chunk no other byte goes unnoticed.
    let mut numbers = Numbers(1);
    let data_starts = 8 + 18;
    for _ in 0..200 {
        let mut damaged = whole.clone();
        let at = data_starts + numbers.below(damaged.len() - data_starts - 16);
        damaged[at] ^= 1 << numbers.below(8);
        let found = read(&damaged, 600, 100);
        // All rows may be there before the checksum at the end, which is not looked at then.
        assert!(found.is_none_or(|found| found == bytes || at > damaged.len() - 7100));
    }
    // Data whose checksum is right, but that is not what was compressed.
    for _ in 0..2000 {
        let mut damaged = data.clone();
        let at = numbers.below(damaged.len());
        damaged[at] ^= 1 << numbers.below(8);
        if numbers.below(2) == 0 {
            damaged.truncate(numbers.below(damaged.len()));
        }
        let mut expected = Vec::new();
        let mut decoder = flate2::read::ZlibDecoder::new(Cursor::new(&damaged));
        let is_right = std::io::copy(&mut decoder, &mut expected).is_ok();
        let rows = Rows {
            pixel_bytes: 1,
            width: 600,
            count: 100,
        };
        let found = read(&file(&damaged, 9000), 600, 100);
        let expected = reference::unfiltered(&expected, rows);
        // Of data that breaks off the other may leave out what came last.
        assert!(found.is_none() || expected.is_none() || found == expected);
        // The other also looks at the checksum behind the data.
        assert!(found.is_some() || !is_right || expected.is_none());
    }
    for nothing in [&b""[..], b"\x89PNG\r\n\x1A\n", &whole[..40]] {
        assert_eq!(read(nothing, 600, 1), None);
    }
}

#[test]
fn what_breaks_off_is_not_made_up() {
    for seed in 1..20 {
        let bytes = smooth(4000, seed);
        for level in [1, 6] {
            let data = deflated(&unfiltered(&bytes, 20), level);
            for length in (data.len() - 60..data.len()).rev() {
                let found = read(&file(&data[..length], 512), 20, 200);
                assert!(
                    found.is_none_or(|found| found == bytes),
                    "{seed} {level} {length} of {}",
                    data.len()
                );
            }
        }
    }
}

#[test]
fn a_neighbor_is_foretold_as_the_specification_says() {
    for a in (0..=255).step_by(3) {
        for b in 0..=255 {
            for c in (0..=255).step_by(5) {
                assert_eq!(
                    unfilter::paeth(a, b, c),
                    reference::paeth(a, b, c),
                    "{a} {b} {c}"
                );
            }
        }
    }
}

#[test]
fn four_rows_together_are_as_one_after_another() {
    for pixel_bytes in [3, 4] {
        for width in [1, 2, 3, 4, 5, 6, 7, 40] {
            let stride = width * pixel_bytes;
            let stored: Vec<u8> = smooth(stride * 8, 11)
                .chunks(stride)
                .flat_map(|row| [&[3], row].concat())
                .collect();
            let mut alone = Unfilter::new(pixel_bytes, stride).unwrap();
            let mut together = Unfilter::new(pixel_bytes, stride).unwrap();
            for four in stored.chunks((stride + 1) * 4) {
                let rows: Vec<Vec<u8>> = four
                    .chunks(stride + 1)
                    .map(|row| alone.one(Filter::Average, &row[1..]).to_vec())
                    .collect();
                let found: Vec<&[u8]> = together.four(four).unwrap().collect();
                assert!(found == rows, "{pixel_bytes} {width}");
            }
        }
    }
}
