//! The discrete cosine transform of square blocks, there and back.
//!
//! Source: "AV1 Bitstream & Decoding Process Specification", 7.13. The way back has to give what
//! every decoder gets, bit by bit: the next block is predicted from it. The way there is ours to
//! choose; it is the exact transform in floating point.
//!
//! A one-dimensional transform is written for one column, and run for eight columns next to each
//! other in a loop, which the compiler turns into vectors. Between the two directions, blocks of
//! 8x8 are transposed.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "values are clamped or small"
)]
#![expect(
    clippy::inline_always,
    clippy::many_single_char_names,
    clippy::needless_range_loop,
    reason = "loops over lanes and constant indices, in one function, are what becomes vectors"
)]

use std::f32::consts::SQRT_2;

/// Columns that are transformed next to each other.
const LANES: usize = 8;

/// Up to this sum of magnitudes, nothing within a transform leaves 16 bits: no input reaches a value
/// in between by more than its own magnitude, and rounding adds less than the rest.
const SAFE_SUM: i16 = 32_000;

/// Forward transform: orthonormal, so that the coefficients have the energy of the samples.
///
/// `residual` has n*n samples, row by row, n being 4, 8, 16, 32 or 64. `out` gets min(n, 32)^2
/// coefficients, row by row; the row is the vertical frequency. Of 64x64, only the lowest 32x32 are
/// ever coded.
pub(super) fn forward(n: usize, residual: &[i16], out: &mut [f32]) {
    debug_assert!(residual.len() >= n * n);
    debug_assert!(out.len() >= n.min(32) * n.min(32));
    match n {
        4 => forward_4(residual, out),
        8 => forward_blocks::<8, 8, 1>(residual, out),
        16 => forward_blocks::<16, 16, 2>(residual, out),
        32 => forward_blocks::<32, 32, 4>(residual, out),
        64 => forward_blocks::<64, 32, 4>(residual, out),
        _ => debug_assert!(false, "no transform of {n}x{n}"),
    }
}

/// Inverse transform as in 7.13.3 for 8 bits per sample, added to the prediction.
///
/// `coefficients` are dequantized, row by row, min(n, 32) in a row. Only the first `rows` rows and
/// `columns` columns may have any that are not zero; both are at least one. `pixels` has n rows,
/// `stride` apart: the prediction before, the reconstruction after.
pub(super) fn inverse_add(
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
fn clamp_16(value: i32) -> i16 {
    value.clamp(i32::from(i16::MIN), i32::from(i16::MAX)) as i16
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

/// A sample on its way through the inverse transform.
trait Sample: Copy {
    const ZERO: Self;
    /// Sum and difference, each clamped to 16 bits.
    fn butterfly(self, other: Self) -> (Self, Self);
    /// `self * A - other * B` and `self * B + other * A`, in units of 1 / 4096, rounded.
    fn rotate<const A: i16, const B: i16>(self, other: Self) -> (Self, Self);
}

/// Exact only where all values fit in 16 bits.
impl Sample for i16 {
    const ZERO: Self = 0;

    #[inline(always)]
    fn butterfly(self, other: Self) -> (Self, Self) {
        (self.saturating_add(other), self.saturating_sub(other))
    }

    #[inline(always)]
    fn rotate<const A: i16, const B: i16>(self, other: Self) -> (Self, Self) {
        let (first, second) = i32::from(self).rotate::<A, B>(i32::from(other));
        (clamp_16(first), clamp_16(second))
    }
}

impl Sample for i32 {
    const ZERO: Self = 0;

    #[inline(always)]
    fn butterfly(self, other: Self) -> (Self, Self) {
        (
            i32::from(clamp_16(self + other)),
            i32::from(clamp_16(self - other)),
        )
    }

    // What goes in is within 16 bits, what comes out may be half as much again.
    #[inline(always)]
    fn rotate<const A: i16, const B: i16>(self, other: Self) -> (Self, Self) {
        let (a, b) = (i32::from(A), i32::from(B));
        (
            (self * a - other * b + 2048) >> 12,
            (self * b + other * a + 2048) >> 12,
        )
    }
}

/// Runs a stage over pairs of `$values`: `h` for butterflies, `r` for rotations of the second one
/// with the first one.
macro_rules! stage {
    (h $values:ident: $($a:literal $b:literal),+) => {
        $(($values[$a], $values[$b]) = $values[$a].butterfly($values[$b]);)+
    };
    (r $values:ident: $($a:literal $b:literal by $cos:literal $sin:literal),+) => {
        $(($values[$a], $values[$b]) = $values[$b].rotate::<$cos, $sin>($values[$a]);)+
    };
}

/// The inverse transform of all columns, of each of which the first `USED` inputs may be other than
/// zero. A transform is the one of half the size on the even inputs, joined with an odd part.
///
/// In between, all values go through memory: the compiler makes vectors of short loops only, and
/// they are too many for the registers anyway.
fn inverse_lanes<T: Sample, const N: usize, const USED: usize>(
    input: &[[T; LANES]; N],
    output: &mut [[T; LANES]; N],
) {
    match N {
        8 => inverse_8_lanes::<T, N, N, USED>(input, output),
        16 => inverse_16_lanes::<T, N, N, USED>(input, output),
        32 => inverse_32_lanes::<T, N, N, USED>(input, output),
        _ => inverse_64_lanes::<T, N, USED>(input, output),
    }
}

/// Takes every N/8th input, for larger transforms.
#[inline(never)]
fn inverse_8_lanes<T: Sample, const N: usize, const O: usize, const USED: usize>(
    input: &[[T; LANES]; N],
    output: &mut [[T; LANES]; O],
) {
    for lane in 0..LANES {
        let at = |index: usize| value_at::<T, N, USED>(input, N / 8 * index, lane);
        let even = inverse_4([at(0), at(2), at(4), at(6)]);
        let mut odd = [at(7), at(3), at(5), at(1)];
        stage!(r odd: 0 3 by 799 4017, 1 2 by 3406 2276);
        stage!(h odd: 0 1, 3 2);
        stage!(r odd: 1 2 by 2896 2896);
        for index in 0..4 {
            let (sum, difference) = even[index].butterfly(odd[3 - index]);
            output[index][lane] = sum;
            output[7 - index][lane] = difference;
        }
    }
}

fn inverse_16_lanes<T: Sample, const N: usize, const O: usize, const USED: usize>(
    input: &[[T; LANES]; N],
    output: &mut [[T; LANES]; O],
) {
    let (mut even, mut odd) = ([[T::ZERO; LANES]; 8], [[T::ZERO; LANES]; 8]);
    inverse_8_lanes::<T, N, 8, USED>(input, &mut even);
    odd_8::<T, N, USED>(input, &mut odd);
    join_group::<T, 8, O, 0>(&even, &odd, output);
}

fn inverse_32_lanes<T: Sample, const N: usize, const O: usize, const USED: usize>(
    input: &[[T; LANES]; N],
    output: &mut [[T; LANES]; O],
) {
    let (mut even, mut odd) = ([[T::ZERO; LANES]; 16], [[T::ZERO; LANES]; 16]);
    inverse_16_lanes::<T, N, 16, USED>(input, &mut even);
    odd_16::<T, N, USED>(input, &mut odd);
    join_group::<T, 16, O, 0>(&even, &odd, output);
    join_group::<T, 16, O, 1>(&even, &odd, output);
}

fn inverse_64_lanes<T: Sample, const N: usize, const USED: usize>(
    input: &[[T; LANES]; N],
    output: &mut [[T; LANES]; N],
) {
    let (mut even, mut odd) = ([[T::ZERO; LANES]; 32], [[T::ZERO; LANES]; 32]);
    inverse_32_lanes::<T, N, 32, USED>(input, &mut even);
    odd_32::<T, N, USED>(input, &mut odd);
    join_group::<T, 32, N, 0>(&even, &odd, output);
    join_group::<T, 32, N, 1>(&even, &odd, output);
    join_group::<T, 32, N, 2>(&even, &odd, output);
    join_group::<T, 32, N, 3>(&even, &odd, output);
}

#[inline(always)]
fn inverse_4<T: Sample>(input: [T; 4]) -> [T; 4] {
    let (b, a) = input[0].rotate::<2896, 2896>(input[2]);
    let (c, d) = input[1].rotate::<1567, 3784>(input[3]);
    let ((first, last), (second, third)) = (a.butterfly(d), b.butterfly(c));
    [first, second, third, last]
}

/// What is known to be zero costs nothing then.
#[inline(always)]
fn value_at<T: Sample, const N: usize, const USED: usize>(
    input: &[[T; LANES]; N],
    index: usize,
    lane: usize,
) -> T {
    if index < USED {
        input[index][lane]
    } else {
        T::ZERO
    }
}

/// The first stages of an odd part of size `M`, for four values from `P` on and the four opposite
/// ones, which do not need any others yet.
#[inline(never)]
fn odd_group<T: Sample, const N: usize, const USED: usize, const M: usize, const P: usize>(
    input: &[[T; LANES]; N],
    odd: &mut [[T; LANES]; M],
    stages: impl Fn([T; 8]) -> [T; 8],
) {
    for lane in 0..LANES {
        // Odd inputs in the order of reversed bits, from the last one on.
        let at = |position: usize| {
            let reversed = position.reverse_bits() >> (usize::BITS - M.trailing_zeros());
            value_at::<T, N, USED>(input, N / (2 * M) * (2 * M - 1 - 2 * reversed), lane)
        };
        let values = stages([
            at(P),
            at(P + 1),
            at(P + 2),
            at(P + 3),
            at(M - 4 - P),
            at(M - 3 - P),
            at(M - 2 - P),
            at(M - 1 - P),
        ]);
        for index in 0..4 {
            odd[P + index][lane] = values[index];
            odd[M - 4 - P + index][lane] = values[4 + index];
        }
    }
}

fn odd_8<T: Sample, const N: usize, const USED: usize>(
    input: &[[T; LANES]; N],
    odd: &mut [[T; LANES]; 8],
) {
    odd_group::<T, N, USED, 8, 0>(input, odd, |mut v| {
        stage!(r v: 0 7 by 401 4076, 1 6 by 3166 2598, 2 5 by 1931 3612, 3 4 by 3920 1189);
        v
    });
}

fn odd_16<T: Sample, const N: usize, const USED: usize>(
    input: &[[T; LANES]; N],
    odd: &mut [[T; LANES]; 16],
) {
    odd_group::<T, N, USED, 16, 0>(input, odd, |mut v| {
        stage!(r v: 0 7 by 201 4091, 1 6 by 3035 2751, 2 5 by 1751 3703, 3 4 by 3857 1380);
        stage!(h v: 0 1, 3 2, 4 5, 7 6);
        stage!(r v: 1 6 by 799 4017, 2 5 by -4017 799);
        v
    });
    odd_group::<T, N, USED, 16, 4>(input, odd, |mut v| {
        stage!(r v: 0 7 by 995 3973, 1 6 by 3513 2106, 2 5 by 2440 3290, 3 4 by 4052 601);
        stage!(h v: 0 1, 3 2, 4 5, 7 6);
        stage!(r v: 1 6 by 3406 2276, 2 5 by -2276 3406);
        v
    });
}

fn odd_32<T: Sample, const N: usize, const USED: usize>(
    input: &[[T; LANES]; N],
    odd: &mut [[T; LANES]; 32],
) {
    odd_group::<T, N, USED, 32, 0>(input, odd, |mut v| {
        stage!(r v: 0 7 by 101 4095, 1 6 by 2967 2824, 2 5 by 1660 3745, 3 4 by 3822 1474);
        stage!(h v: 0 1, 3 2, 4 5, 7 6);
        stage!(r v: 1 6 by 401 4076, 2 5 by -4076 401);
        stage!(h v: 0 3, 1 2, 7 4, 6 5);
        stage!(r v: 2 5 by 799 4017, 3 4 by 799 4017);
        v
    });
    odd_group::<T, N, USED, 32, 4>(input, odd, |mut v| {
        stage!(r v: 0 7 by 897 3996, 1 6 by 3461 2191, 2 5 by 2359 3349, 3 4 by 4036 700);
        stage!(h v: 0 1, 3 2, 4 5, 7 6);
        stage!(r v: 1 6 by 3166 2598, 2 5 by -2598 3166);
        stage!(h v: 3 0, 2 1, 4 7, 5 6);
        stage!(r v: 0 7 by -4017 799, 1 6 by -4017 799);
        v
    });
    odd_group::<T, N, USED, 32, 8>(input, odd, |mut v| {
        stage!(r v: 0 7 by 501 4065, 1 6 by 3229 2520, 2 5 by 2019 3564, 3 4 by 3948 1092);
        stage!(h v: 0 1, 3 2, 4 5, 7 6);
        stage!(r v: 1 6 by 1931 3612, 2 5 by -3612 1931);
        stage!(h v: 0 3, 1 2, 7 4, 6 5);
        stage!(r v: 2 5 by 3406 2276, 3 4 by 3406 2276);
        v
    });
    odd_group::<T, N, USED, 32, 12>(input, odd, |mut v| {
        stage!(r v: 0 7 by 1285 3889, 1 6 by 3659 1842, 2 5 by 2675 3102, 3 4 by 4085 301);
        stage!(h v: 0 1, 3 2, 4 5, 7 6);
        stage!(r v: 1 6 by 3920 1189, 2 5 by -1189 3920);
        stage!(h v: 3 0, 2 1, 4 7, 5 6);
        stage!(r v: 0 7 by -2276 3406, 1 6 by -2276 3406);
        v
    });
}

/// The last stages of an odd part, which are the same ones for all sizes, for eight values that do
/// not need the others any more; then sums and differences with the even part.
#[inline(never)]
fn join_group<T: Sample, const M: usize, const O: usize, const P: usize>(
    even: &[[T; LANES]; M],
    odd: &[[T; LANES]; M],
    output: &mut [[T; LANES]; O],
) {
    let (a, b, c, d) = (P, M / 4 - 1 - P, M / 4 + P, M / 2 - 1 - P);
    let rows = [a, b, c, d, M - 1 - d, M - 1 - c, M - 1 - b, M - 1 - a];
    for lane in 0..LANES {
        let mut v = [T::ZERO; 8];
        for index in 0..8 {
            v[index] = odd[rows[index]][lane];
        }
        stage!(h v: 0 1, 3 2, 4 5, 7 6);
        stage!(r v: 1 6 by 1567 3784, 2 5 by -3784 1567);
        stage!(h v: 0 3, 1 2, 7 4, 6 5);
        stage!(r v: 2 5 by 2896 2896, 3 4 by 2896 2896);
        for index in 0..8 {
            let row = rows[index];
            let (sum, difference) = even[M - 1 - row][lane].butterfly(v[index]);
            output[M - 1 - row][lane] = sum;
            output[M + row][lane] = difference;
        }
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

/// The cosine, for tables; `x` from 0 to pi / 2.
const fn cosine(x: f64) -> f64 {
    let (mut term, mut sum, mut index) = (1.0, 1.0, 1.0);
    while index < 40.0 {
        term *= -x * x / (index * (index + 1.0));
        sum += term;
        index += 2.0;
    }
    sum
}

/// Cosine and sine of the first `H` of the 2 * `H` angles of a transform of type four.
const fn angles<const H: usize>() -> [(f32, f32); H] {
    let mut angles = [(0.0, 0.0); H];
    let mut index = 0;
    while index < H {
        let angle = (2 * index + 1) as f64 / (8 * H) as f64 * std::f64::consts::PI;
        angles[index] = (
            cosine(angle) as f32,
            cosine(std::f64::consts::FRAC_PI_2 - angle) as f32,
        );
        index += 1;
    }
    angles
}

/// The forward transforms of one column, times the root of its size. That factor saves most
/// multiplications.
trait Forward {
    /// Type two, the one wanted.
    fn dct(self) -> Self;
    /// Type four, which the odd outputs of type two are made of.
    fn dct_four(self) -> Self;
}

impl Forward for [f32; 1] {
    #[inline(always)]
    fn dct(self) -> Self {
        self
    }

    #[inline(always)]
    fn dct_four(self) -> Self {
        self
    }
}

macro_rules! forward {
    ($($size:literal)+) => {
        $(impl Forward for [f32; $size] {
            // Even outputs are type two of half the size, odd ones are type four.
            #[inline(always)]
            fn dct(self) -> Self {
                const HALF: usize = $size / 2;
                let (mut sums, mut differences) = ([0.0; HALF], [0.0; HALF]);
                for index in 0..HALF {
                    sums[index] = self[index] + self[$size - 1 - index];
                    differences[index] = self[index] - self[$size - 1 - index];
                }
                let (even, odd) = (sums.dct(), differences.dct_four());
                let mut output = [0.0; $size];
                for index in 0..HALF {
                    output[2 * index] = even[index];
                    output[2 * index + 1] = odd[index];
                }
                output
            }

            // Rotations, twice type two of half the size, then sums and differences.
            #[inline(always)]
            fn dct_four(self) -> Self {
                const HALF: usize = $size / 2;
                const ANGLES: [(f32, f32); HALF] = angles();
                let (mut first, mut second) = ([0.0; HALF], [0.0; HALF]);
                for index in 0..HALF {
                    let (cos, sin) = ANGLES[index];
                    let (a, b) = (self[index], self[$size - 1 - index]);
                    first[index] = a * cos + b * sin;
                    let turned = b * cos - a * sin;
                    second[index] = if index % 2 == 0 { turned } else { -turned };
                }
                let (first, second) = (first.dct(), second.dct());
                let mut output = [0.0; $size];
                for index in 0..HALF {
                    if index == 0 {
                        output[0] = first[0] * SQRT_2;
                        output[$size - 1] = second[0] * -SQRT_2;
                    } else {
                        output[2 * index] = first[index] + second[HALF - index];
                        output[2 * index - 1] = first[index] - second[HALF - index];
                    }
                }
                output
            }
        })+
    };
}

forward!(2 4 8 16 32 64);

/// So small that one value at a time is fastest.
fn forward_4(residual: &[i16], out: &mut [f32]) {
    let mut rows = [[0.0; 4]; 4];
    for (to, from) in rows.iter_mut().zip(residual.as_chunks::<4>().0) {
        scale_row(from, to, 0.25);
        *to = to.dct();
    }
    let mut columns = [[0.0; 4]; 4];
    for index in 0..4 {
        columns[index] = [
            rows[0][index],
            rows[1][index],
            rows[2][index],
            rows[3][index],
        ]
        .dct();
    }
    for (row, to) in out.as_chunks_mut::<4>().0.iter_mut().take(4).enumerate() {
        for index in 0..4 {
            to[index] = columns[index][row];
        }
    }
}

/// Blocks of N*N, of which the lowest C*C coefficients are wanted, in `B` strips of eight rows.
fn forward_blocks<const N: usize, const C: usize, const B: usize>(residual: &[i16], out: &mut [f32])
where
    [f32; N]: Forward,
{
    // Both directions together are N times the orthonormal transform.
    let scale = 1.0 / N as f32;
    // For eight vertical frequencies each: all columns.
    let mut between = [[[0.0; LANES]; N]; B];
    let mut input = [[0.0; LANES]; N];
    let mut output = [[0.0; LANES]; C];
    let mut swapped = [[0.0; LANES]; LANES];

    for part in 0..N / LANES {
        for (to, from) in input.iter_mut().zip(residual.chunks(N)) {
            if let Some(from) = from.get(LANES * part..).and_then(<[i16]>::first_chunk) {
                scale_row(from, to, scale);
            }
        }
        forward_pass(&input, &mut output);
        for (strip, from) in between.iter_mut().zip(output.as_chunks::<LANES>().0) {
            if let Some(strip) = strip.as_chunks_mut::<LANES>().0.get_mut(part) {
                transpose_floats(from, strip);
            }
        }
    }

    for (strip, band) in between.iter().zip(out.chunks_mut(LANES * C)) {
        forward_pass(strip, &mut output);
        for (part, from) in output.as_chunks::<LANES>().0.iter().enumerate() {
            transpose_floats(from, &mut swapped);
            for (to, from) in band.chunks_mut(C).zip(&swapped) {
                if let Some(to) = to
                    .get_mut(LANES * part..)
                    .and_then(<[f32]>::first_chunk_mut)
                {
                    *to = *from;
                }
            }
        }
    }
}

/// One direction for eight columns, times the root of N; only the lowest C outputs.
#[inline(always)]
fn forward_pass<const N: usize, const C: usize>(
    input: &[[f32; LANES]; N],
    output: &mut [[f32; LANES]; C],
) where
    [f32; N]: Forward,
{
    if N == 64 {
        forward_64_lanes(input, output);
    } else {
        forward_lanes(input, output);
    }
}

/// As the first step of [`Forward`] for 64 and then 32, with all values in between in memory: these
/// are too many for the compiler to make vectors of.
#[inline(never)]
fn forward_64_lanes<const N: usize, const C: usize>(
    input: &[[f32; LANES]; N],
    output: &mut [[f32; LANES]; C],
) {
    const ANGLES: [(f32, f32); 16] = angles();
    let mut sums = [[0.0; LANES]; 32];
    let (mut first, mut second) = ([[0.0; LANES]; 16], [[0.0; LANES]; 16]);
    for index in 0..16 {
        let (cos, sin) = ANGLES[index];
        let side = if index % 2 == 0 { 1.0 } else { -1.0 };
        let (top, last) = (&input[index], &input[63 - index]);
        let (above, under) = (&input[31 - index], &input[32 + index]);
        for lane in 0..LANES {
            sums[index][lane] = top[lane] + last[lane];
            sums[31 - index][lane] = above[lane] + under[lane];
            let (a, b) = (top[lane] - last[lane], above[lane] - under[lane]);
            first[index][lane] = a * cos + b * sin;
            second[index][lane] = (b * cos - a * sin) * side;
        }
    }
    let mut even = [[0.0; LANES]; 16];
    let (mut a, mut b) = ([[0.0; LANES]; 16], [[0.0; LANES]; 16]);
    forward_lanes(&sums, &mut even);
    forward_lanes(&first, &mut a);
    forward_lanes(&second, &mut b);
    for index in 0..16 {
        output[2 * index] = even[index];
    }
    for lane in 0..LANES {
        output[1][lane] = a[0][lane] * SQRT_2;
    }
    for index in 1..9 {
        for lane in 0..LANES {
            output[4 * index - 1][lane] = a[index][lane] - b[16 - index][lane];
        }
    }
    for index in 1..8 {
        for lane in 0..LANES {
            output[4 * index + 1][lane] = a[index][lane] + b[16 - index][lane];
        }
    }
}

#[inline(always)]
fn scale_row<const L: usize>(from: &[i16; L], to: &mut [f32; L], scale: f32) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = f32::from(*from) * scale;
    }
}

#[inline(never)]
fn forward_lanes<const N: usize, const C: usize>(
    input: &[[f32; LANES]; N],
    output: &mut [[f32; LANES]; C],
) where
    [f32; N]: Forward,
{
    for lane in 0..LANES {
        let mut column = [0.0; N];
        for index in 0..N {
            column[index] = input[index][lane];
        }
        let column = column.dct();
        for index in 0..C {
            output[index][lane] = column[index];
        }
    }
}

fn transpose_floats(block: &[[f32; 8]; 8], out: &mut [[f32; 8]; 8]) {
    for (row, from) in block.iter().enumerate() {
        for (to, value) in out.iter_mut().zip(from) {
            to[row] = *value;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::f64::consts::PI;

    use super::*;

    const SIZES: [usize; 5] = [4, 8, 16, 32, 64];

    /// Always the same numbers.
    struct Random(u64);

    impl Random {
        fn below(&mut self, limit: u64) -> i32 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            ((self.0 >> 33) % limit) as i32
        }

        fn around_zero(&mut self, limit: i32) -> i32 {
            self.below(2 * limit as u64 + 1) - limit
        }
    }

    /// The orthonormal transform: a row for each frequency.
    fn matrix(n: usize) -> Vec<Vec<f64>> {
        (0..n)
            .map(|k| {
                let scale = (if k == 0 { 1.0 } else { 2.0 } / n as f64).sqrt();
                (0..n)
                    .map(|j| scale * (PI * ((2 * j + 1) * k) as f64 / (2 * n) as f64).cos())
                    .collect()
            })
            .collect()
    }

    /// `left * middle * right`, both of the latter by their transposes.
    fn product(left: &[Vec<f64>], middle: &[f64], size: usize, n: usize) -> Vec<f64> {
        let mut half = vec![0.0; size * n];
        for (row, weights) in left.iter().take(size).enumerate() {
            for column in 0..n {
                half[row * n + column] = (0..n).map(|k| weights[k] * middle[k * n + column]).sum();
            }
        }
        let mut whole = vec![0.0; size * size];
        for row in 0..size {
            for (column, weights) in left.iter().take(size).enumerate() {
                whole[row * size + column] = (0..n).map(|k| weights[k] * half[row * n + k]).sum();
            }
        }
        whole
    }

    #[test]
    fn forward_is_the_orthonormal_transform() {
        let mut random = Random(1);
        for n in SIZES {
            let size = n.min(32);
            for round in 0..6 {
                let residual: Vec<i16> = (0..n * n)
                    .map(|_| match round {
                        0 => 255,
                        1 => [-255, 255][random.below(2) as usize],
                        _ => random.around_zero(255) as i16,
                    })
                    .collect();
                let mut out = vec![f32::NAN; size * size];
                forward(n, &residual, &mut out);
                let samples: Vec<f64> = residual.iter().map(|&value| f64::from(value)).collect();
                for (ours, exact) in out.iter().zip(product(&matrix(n), &samples, size, n)) {
                    let off = (f64::from(*ours) - exact).abs();
                    assert!(off < 255.0 * n as f64 * 1e-6, "{n}: {ours}, not {exact}");
                }
            }
        }
    }

    #[test]
    fn inverse_is_next_to_the_exact_one() {
        let mut random = Random(2);
        for n in SIZES {
            let size = n.min(32);
            let transposed: Vec<Vec<f64>> = {
                let matrix = matrix(n);
                (0..n)
                    .map(|j| (0..n).map(|k| matrix[k][j]).collect())
                    .collect()
            };
            // What the coefficients are more than those of the orthonormal transform.
            let scale = match n {
                32 => 4.0,
                64 => 2.0,
                _ => 8.0,
            };
            for _ in 0..30 {
                let (rows, columns) = (
                    1 + random.below(size as u64) as usize,
                    1 + random.below(size as u64) as usize,
                );
                let mut coefficients = vec![0; size * size];
                for _ in 0..=random.below(8) {
                    let row = random.below(rows as u64) as usize;
                    let column = random.below(columns as u64) as usize;
                    coefficients[row * size + column] = random.around_zero(2000);
                }
                let mut samples = vec![0.0; n * n];
                for row in 0..size {
                    for column in 0..size {
                        samples[row * n + column] =
                            f64::from(coefficients[row * size + column]) / scale;
                    }
                }
                let exact = product(&transposed, &samples, n, n);
                let before: Vec<u8> = (0..n * n).map(|_| random.below(256) as u8).collect();
                let mut pixels = before.clone();
                inverse_add(n, &coefficients, rows, columns, &mut pixels, n);
                for ((pixel, before), exact) in pixels.iter().zip(before).zip(exact) {
                    let exact = (f64::from(before) + exact).clamp(0.0, 255.0);
                    assert!(
                        (f64::from(*pixel) - exact).abs() <= 1.0,
                        "{n}: {pixel}, not {exact}"
                    );
                }
            }
        }
    }

    /// Of all pixels after many blocks, where a coefficient is at most `limit`.
    fn checksum(n: usize, limit: i32) -> u64 {
        let size = n.min(32);
        let mut random = Random(n as u64 + limit as u64);
        let mut sum = 0xcbf2_9ce4_8422_2325_u64;
        for round in 0..40 {
            let reach = |random: &mut Random| match round % 4 {
                0 => size,
                1 => 1 + random.below(4) as usize,
                _ => 1 + random.below(size as u64) as usize,
            };
            let (rows, columns) = (reach(&mut random), reach(&mut random));
            let mut coefficients = vec![0; size * size];
            for row in 0..rows {
                for value in &mut coefficients[row * size..][..columns] {
                    if random.below(1 + round / 4) == 0 {
                        *value = random.around_zero(limit);
                    }
                }
            }
            let stride = n + 3;
            let mut pixels: Vec<u8> = (0..n * stride).map(|_| random.below(256) as u8).collect();
            inverse_add(n, &coefficients, rows, columns, &mut pixels, stride);
            for pixel in pixels {
                sum = (sum ^ u64::from(pixel)).wrapping_mul(0x100_0000_01b3);
            }
        }
        sum
    }

    /// From a version that was compared with a decoder's transform, over millions of blocks.
    #[test]
    fn inverse_stays_exact() {
        let sums = SIZES.map(|n| [30, 1000, 40_000].map(|limit| checksum(n, limit)));
        assert_eq!(
            sums,
            [
                [
                    0xcdd0_1365_7d5a_d031,
                    0x535f_8e03_af9f_5bea,
                    0x180d_d55b_a3b9_4f86
                ],
                [
                    0xa492_02f9_3bb9_7000,
                    0x29a8_8716_9e23_fe91,
                    0x87ec_8de2_cf6a_a4d1
                ],
                [
                    0xc54b_61bb_dc8f_865a,
                    0x46ac_78cf_4d9c_54b2,
                    0x8415_4fae_5a3f_d7a2
                ],
                [
                    0xfbc5_6947_f63c_59fe,
                    0xca64_9037_ece9_3cc4,
                    0xf5ff_5c3e_694b_212b
                ],
                [
                    0x1fcc_288f_8fe9_ec2d,
                    0xdd00_358f_d2a8_c81e,
                    0x821c_5607_2b06_9bd7
                ]
            ]
        );
    }

    #[test]
    fn only_used_coefficients_cost_and_nothing_changes() {
        let mut random = Random(3);
        for n in SIZES {
            let size = n.min(32);
            for used in [1, 3, 4, 8, 9, 16, 20, 32] {
                let mut coefficients = vec![0; size * size];
                let used = used.min(size);
                for row in 0..used {
                    for column in 0..used {
                        coefficients[row * size + column] = random.around_zero(900);
                    }
                }
                let (mut some, mut all) = (vec![90; n * n], vec![90; n * n]);
                inverse_add(n, &coefficients, used, used, &mut some, n);
                inverse_add(n, &coefficients, size, size, &mut all, n);
                assert_eq!(some, all, "{n}, {used}");
            }
        }
    }

    thread_local! {
        static LARGEST: Cell<f64> = const { Cell::new(0.0) };
    }

    /// Keeps the largest magnitude of all.
    #[derive(Clone, Copy)]
    struct Watched(f64);

    impl Watched {
        fn new(value: f64) -> Self {
            LARGEST.set(LARGEST.get().max(value.abs()));
            Self(value)
        }
    }

    impl Sample for Watched {
        const ZERO: Self = Self(0.0);

        fn butterfly(self, other: Self) -> (Self, Self) {
            (Self::new(self.0 + other.0), Self::new(self.0 - other.0))
        }

        fn rotate<const A: i16, const B: i16>(self, other: Self) -> (Self, Self) {
            let (a, b) = (f64::from(A) / 4096.0, f64::from(B) / 4096.0);
            (
                Self::new(self.0 * a - other.0 * b),
                Self::new(self.0 * b + other.0 * a),
            )
        }
    }

    fn largest<const N: usize>(index: usize) -> f64 {
        let mut input = [[Watched::ZERO; LANES]; N];
        input[index] = [Watched(1.0); LANES];
        let mut output = input;
        LARGEST.set(0.0);
        inverse_lanes::<Watched, N, N>(&input, &mut output);
        LARGEST.get()
    }

    /// See [`SAFE_SUM`].
    #[test]
    fn no_input_counts_for_more_than_itself() {
        for index in 0..32 {
            let limit = if index == 0 { 0.75 } else { 1.001 };
            assert!(largest::<64>(index) <= limit, "{index}");
            assert!(largest::<32>(index) <= limit, "{index}");
            assert!(largest::<16>(index % 16) <= limit || index >= 16, "{index}");
            assert!(largest::<8>(index % 8) <= limit || index >= 8, "{index}");
        }
    }
}
