//! The way there: fast, in floating point.

use std::f32::consts::SQRT_2;

use super::LANES;

/// Forward transform: orthonormal, so that the coefficients have the energy of the samples.
///
/// `residual` has n*n samples, row by row, n being 4, 8, 16, 32 or 64. `out` gets min(n, 32)^2
/// coefficients, row by row; the row is the vertical frequency. Of 64x64, only the lowest 32x32 are
/// ever coded.
pub(in super::super) fn forward(n: usize, residual: &[i16], out: &mut [f32]) {
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
