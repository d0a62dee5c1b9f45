//! The way back, exactly as decoders go it.

mod lanes;

use super::LANES;
use lanes::{Sample, clamp_16, inverse_4, inverse_lanes};

/// Up to this sum of magnitudes, nothing within a transform leaves 16 bits: no input reaches a value
/// in between by more than its own magnitude, and rounding adds less than the rest.
const SAFE_SUM: i16 = 32_000;

/// Inverse transform as in 7.13.3 for 8 bits per sample, added to the prediction.
///
/// `coefficients` are dequantized, row by row, min(n, 32) in a row. Only the first `rows` rows and
/// `columns` columns may have any that are not zero; both are at least one. `pixels` has n rows,
/// `stride` apart: the prediction before, the reconstruction after.
pub(in super::super) fn inverse_add(
    n: usize,
    coefficients: &[i32],
    rows: usize,
    columns: usize,
    pixels: &mut [u8],
    stride: usize,
) {
    debug_assert!(coefficients.len() >= n.min(32) * n.min(32));
    debug_assert!((1..=n.min(32)).contains(&rows) && (1..=n.min(32)).contains(&columns));
    debug_assert!(stride >= n && pixels.len() >= (n - 1) * stride + n);
    if rows == 1 && columns == 1 {
        let dc = coefficients.first().copied().unwrap_or(0);
        return add_constant(n, dc, pixels, stride);
    }
    match n {
        4 => inverse_block_4(coefficients, pixels, stride),
        8 => inverse_blocks::<8, 8, 1>(coefficients, rows, columns, pixels, stride),
        16 => inverse_blocks::<16, 16, 2>(coefficients, rows, columns, pixels, stride),
        32 => inverse_blocks::<32, 32, 4>(coefficients, rows, columns, pixels, stride),
        64 => inverse_blocks::<64, 32, 8>(coefficients, rows, columns, pixels, stride),
        _ => debug_assert!(false, "no transform of {n}x{n}"),
    }
}

/// Bits that are dropped between the directions.
const fn row_shift(n: usize) -> u32 {
    match n {
        4 => 0,
        8 => 1,
        _ => 2,
    }
}

/// As the specification's Round2; cannot overflow.
#[inline(always)]
fn round_shift(value: i16, shift: u32) -> i16 {
    if shift == 0 {
        return value;
    }
    (value >> shift) + ((value >> (shift - 1)) & 1)
}

#[inline(always)]
fn pack(from: &[i32; LANES], to: &mut [i16; LANES]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = clamp_16(*from);
    }
}

#[inline(always)]
fn round_row(from: &[i16; LANES], to: &mut [i16; LANES], shift: u32) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = round_shift(*from, shift);
    }
}

/// All coefficients but the first are zero: the same value goes to each pixel.
fn add_constant(n: usize, dc: i32, pixels: &mut [u8], stride: usize) {
    let (row, _) = i32::from(clamp_16(dc)).rotate::<2896, 2896>(0);
    let (sum, _) = i32::from(round_shift(clamp_16(row), row_shift(n))).rotate::<2896, 2896>(0);
    let value = (sum + 8) >> 4;
    let magnitude = value.unsigned_abs().min(255) as u8;
    for row in pixels.chunks_mut(stride.max(1)).take(n) {
        let row = row.get_mut(..n).unwrap_or_default();
        if value < 0 {
            for pixel in row {
                *pixel = pixel.saturating_sub(magnitude);
            }
        } else {
            for pixel in row {
                *pixel = pixel.saturating_add(magnitude);
            }
        }
    }
}

/// So small that one value at a time, always in 32 bits, is fastest.
fn inverse_block_4(coefficients: &[i32], pixels: &mut [u8], stride: usize) {
    let mut rows = [[0; 4]; 4];
    for (to, from) in rows.iter_mut().zip(coefficients.as_chunks::<4>().0) {
        let [a, b, c, d] = *from;
        let clamp = |value| i32::from(clamp_16(value));
        *to = inverse_4([clamp(a), clamp(b), clamp(c), clamp(d)]);
    }
    let mut sums = [[0; 4]; 4];
    for index in 0..4 {
        let column = inverse_4([
            rows[0][index],
            rows[1][index],
            rows[2][index],
            rows[3][index],
        ]);
        for row in 0..4 {
            sums[row][index] = clamp_16(column[row]);
        }
    }
    for (row, sums) in pixels.chunks_mut(stride.max(1)).zip(&sums) {
        if let Some(row) = row.first_chunk_mut() {
            add_sums(row, sums);
        }
    }
}

/// Blocks of N*N in `B` strips of eight columns, of which C*C coefficients are coded.
fn inverse_blocks<const N: usize, const C: usize, const B: usize>(
    coefficients: &[i32],
    rows: usize,
    columns: usize,
    pixels: &mut [u8],
    stride: usize,
) {
    // The rows' results, for eight columns each.
    let mut between = [[[0; LANES]; C]; B];
    let mut input = [[0; LANES]; N];
    let mut output = [[0; LANES]; N];
    let mut block = [[0; LANES]; LANES];
    let mut swapped = [[0; LANES]; LANES];

    for (group, band) in coefficients
        .chunks(LANES * C)
        .take(rows.div_ceil(LANES))
        .enumerate()
    {
        let (inputs, _) = input.as_chunks_mut::<LANES>();
        for (part, to) in inputs.iter_mut().enumerate().take(reach(columns) / LANES) {
            for (to, from) in block.iter_mut().zip(band.chunks(C)) {
                if let Some(from) = from.get(LANES * part..).and_then(<[i32]>::first_chunk) {
                    pack(from, to);
                }
            }
            transpose(&block, to);
        }
        inverse_pass(&input, &mut output, columns);
        for (strip, from) in between.iter_mut().zip(output.as_chunks::<LANES>().0) {
            for (to, from) in block.iter_mut().zip(from) {
                round_row(from, to, row_shift(N));
            }
            transpose(&block, &mut swapped);
            if let Some(strip) = strip.as_chunks_mut::<LANES>().0.get_mut(group) {
                *strip = swapped;
            }
        }
    }

    for (part, strip) in between.iter().enumerate() {
        for (to, from) in input.iter_mut().zip(strip) {
            *to = *from;
        }
        inverse_pass(&input, &mut output, rows);
        for (row, sums) in pixels.chunks_mut(stride.max(1)).zip(&output) {
            if let Some(row) = row
                .get_mut(LANES * part..)
                .and_then(<[u8]>::first_chunk_mut)
            {
                add_sums(row, sums);
            }
        }
    }
}

/// How many inputs are looked at when the first `used` may be other than zero.
const fn reach(used: usize) -> usize {
    match used {
        0..=8 => 8,
        9..=16 => 16,
        _ => 32,
    }
}

/// One direction for eight columns; of each, the first `used` inputs may be other than zero.
fn inverse_pass<const N: usize>(
    input: &[[i16; LANES]; N],
    output: &mut [[i16; LANES]; N],
    used: usize,
) {
    if N == 8 || reach(used) == 8 {
        inverse_used::<N, 8>(input, output);
    } else if N == 16 || reach(used) == 16 {
        inverse_used::<N, 16>(input, output);
    } else {
        inverse_used::<N, 32>(input, output);
    }
}

/// In 16 bits where that is enough, which is nearly always; else in 32 bits.
fn inverse_used<const N: usize, const USED: usize>(
    input: &[[i16; LANES]; N],
    output: &mut [[i16; LANES]; N],
) {
    if is_safe(input.get(..USED).unwrap_or(input)) {
        inverse_lanes::<i16, N, USED>(input, output);
    } else {
        inverse_wide(input, output);
    }
}

/// Whether no column's sum of magnitudes is above [`SAFE_SUM`].
fn is_safe(input: &[[i16; LANES]]) -> bool {
    // The first one counts for cos(pi / 4) in all outputs.
    let mut sums = [0; LANES];
    for (sum, value) in sums.iter_mut().zip(input.first().unwrap_or(&[0; LANES])) {
        *sum = value.saturating_abs() / -4;
    }
    let (blocks, _) = input.as_chunks();
    for block in blocks {
        add_magnitudes(block, &mut sums);
    }
    sums.iter().all(|sum| *sum <= SAFE_SUM)
}

#[inline(never)]
fn add_magnitudes(block: &[[i16; LANES]; LANES], sums: &mut [i16; LANES]) {
    for lane in 0..LANES {
        let mut sum = sums[lane];
        for row in block {
            sum = sum.saturating_add(row[lane].max(0_i16.saturating_sub(row[lane])));
        }
        sums[lane] = sum;
    }
}

#[cold]
#[inline(never)]
fn inverse_wide<const N: usize>(input: &[[i16; LANES]; N], output: &mut [[i16; LANES]; N]) {
    let mut values = [[0; LANES]; N];
    for (to, from) in values
        .as_flattened_mut()
        .iter_mut()
        .zip(input.as_flattened())
    {
        *to = i32::from(*from);
    }
    let mut sums = [[0; LANES]; N];
    inverse_lanes::<i32, N, N>(&values, &mut sums);
    for (to, from) in output.iter_mut().zip(&sums) {
        pack(from, to);
    }
}

/// Rounds what the columns came to and adds it to the prediction.
#[inline(always)]
fn add_sums<const L: usize>(row: &mut [u8; L], sums: &[i16; L]) {
    for (pixel, sum) in row.iter_mut().zip(sums) {
        // Where 16 bits are not enough for the rounding, the pixel is white all the same.
        let value = i16::from(*pixel) + (sum.saturating_add(8) >> 4);
        *pixel = value.clamp(0, 255) as u8;
    }
}

/// Interleaves the upper half of a block with the lower half. Alone in a function, the compiler has
/// an instruction for it.
#[inline(never)]
fn zip_rows(block: &[[i16; LANES]; LANES], out: &mut [[i16; LANES]; LANES]) {
    for row in 0..LANES / 2 {
        for index in 0..LANES / 2 {
            out[2 * row][2 * index] = block[row][index];
            out[2 * row][2 * index + 1] = block[row + LANES / 2][index];
            out[2 * row + 1][2 * index] = block[row][index + LANES / 2];
            out[2 * row + 1][2 * index + 1] = block[row + LANES / 2][index + LANES / 2];
        }
    }
}

/// An index is row and column, three bits each: interleaving thrice swaps them.
fn transpose(block: &[[i16; 8]; 8], out: &mut [[i16; 8]; 8]) {
    let mut between = [[0; 8]; 8];
    zip_rows(block, out);
    zip_rows(out, &mut between);
    zip_rows(&between, out);
}
