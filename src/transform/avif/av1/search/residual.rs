//! Differences between a block and its prediction: how large they are, and back from their levels.

use super::super::dct;
use super::super::quantize::MOST;

/// Source less prediction, and the sum of the squares of that.
pub(super) fn difference(source: &[u8], predicted: &[u8], residual: &mut [i16]) -> f32 {
    let mut energy = 0_u64;
    let samples = source.chunks(64).zip(predicted.chunks(64));
    for (residual, (source, predicted)) in residual.chunks_mut(64).zip(samples) {
        // Of 64 samples, so that it fits.
        let mut sum = 0_i32;
        for ((residual, source), predicted) in residual.iter_mut().zip(source).zip(predicted) {
            let off = i16::from(*source) - i16::from(*predicted);
            *residual = off;
            sum += i32::from(off) * i32::from(off);
        }
        energy += u64::from(sum.unsigned_abs());
    }
    energy as f32
}

/// How large a difference is once its energy is gathered, roughly as in the coefficients: by sums and
/// differences of eight by eight pixels in place of cosines.
pub(super) fn spread(source: &[u8], predicted: &[u8], side: usize) -> f32 {
    let mut sum = 0_u32;
    for y in (0..side).step_by(8) {
        for x in (0..side).step_by(8) {
            let mut rows = [[0_i16; 8]; 8];
            for (line, row) in rows.iter_mut().enumerate() {
                let at = (y + line) * side + x;
                let source: &[u8; 8] = source[at..].first_chunk().unwrap_or(&[0; 8]);
                let predicted: &[u8; 8] = predicted[at..].first_chunk().unwrap_or(&[0; 8]);
                for ((off, source), predicted) in row.iter_mut().zip(source).zip(predicted) {
                    *off = i16::from(*source) - i16::from(*predicted);
                }
            }
            butterflies(&mut rows);
            transpose(&mut rows);
            butterflies(&mut rows);
            for row in &rows {
                for value in row {
                    sum += u32::from(value.unsigned_abs());
                }
            }
        }
    }
    sum as f32 / 8.0
}

/// Of eight columns, eight sums and differences each. Nothing overflows: 64 times 255 are few.
#[inline]
fn butterflies(rows: &mut [[i16; 8]; 8]) {
    for distance in [1, 2, 4] {
        for at in 0..8 {
            if at & distance == 0 {
                let (a, b) = (rows[at], rows[at + distance]);
                rows[at] = std::array::from_fn(|lane| a[lane].wrapping_add(b[lane]));
                rows[at + distance] = std::array::from_fn(|lane| a[lane].wrapping_sub(b[lane]));
            }
        }
    }
}

/// Rows to columns, by three times what a processor does in one instruction.
#[inline]
fn transpose(rows: &mut [[i16; 8]; 8]) {
    for _ in 0..3 {
        let old = *rows;
        for at in 0..4 {
            let (a, b) = (old[at], old[at + 4]);
            rows[2 * at] = [a[0], b[0], a[1], b[1], a[2], b[2], a[3], b[3]];
            rows[2 * at + 1] = [a[4], b[4], a[5], b[5], a[6], b[6], a[7], b[7]];
        }
    }
}

/// Adds what levels stand for to a prediction, as decoders do. `steps` are those of the lowest frequency
/// and of the others.
pub(super) fn decode(
    levels: &[i16],
    side: usize,
    steps: &[i32],
    dequantized: &mut [i32],
    pixels: &mut [u8],
) {
    let coded = side.min(MOST);
    // Sums of more samples are scaled down later.
    let shift = match side {
        64 => 2,
        32 => 1,
        _ => 0,
    };
    let dequantized = &mut dequantized[..coded * coded];
    let (mut rows, mut columns) = (1, 1);
    let lines = levels.chunks_exact(coded).zip(steps.chunks_exact(coded));
    for (row, (values, (levels, steps))) in
        dequantized.chunks_exact_mut(coded).zip(lines).enumerate()
    {
        for (column, ((value, level), step)) in values.iter_mut().zip(levels).zip(steps).enumerate()
        {
            *value = 0;
            if *level != 0 {
                let level = i32::from(*level);
                let size = ((level.abs() * step) & 0xff_ffff) >> shift;
                *value = if level < 0 { -size } else { size };
                rows = row + 1;
                columns = columns.max(column + 1);
            }
        }
    }
    dct::inverse_add(side, dequantized, rows, columns, pixels, side);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_and_their_squares() {
        let mut residual = [0; 4];
        let energy = difference(&[0, 255, 9, 5], &[255, 0, 9, 8], &mut residual);
        assert_eq!(residual, [-255, 255, 0, -3]);
        assert!((energy - (2.0 * 65_025.0 + 9.0)).abs() < 1.0);
    }

    #[test]
    fn what_is_even_spreads_to_one_value_and_noise_to_all() {
        let flat = [100; 64];
        let brighter = [108; 64];
        // One of 64 values, with eight times the difference of all.
        assert!((spread(&brighter, &flat, 8) - 64.0).abs() < 0.1);
        let mut point = flat;
        point[27] = 108;
        assert!((spread(&point, &flat, 8) - 64.0).abs() < 0.1);
        assert!(spread(&flat, &flat, 8).abs() < 0.1);
    }

    #[test]
    fn a_transposed_block_has_rows_for_columns() {
        let mut rows: [[i16; 8]; 8] =
            std::array::from_fn(|y| std::array::from_fn(|x| (8 * y + x) as i16));
        transpose(&mut rows);
        for (y, row) in rows.iter().enumerate() {
            for (x, value) in row.iter().enumerate() {
                assert_eq!(usize::from(value.unsigned_abs()), 8 * x + y);
            }
        }
    }
}
