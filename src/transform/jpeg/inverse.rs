//! From frequencies to samples, of blocks that become smaller on the way.
//!
//! A block of 8 × 8 whose upper frequencies are left out is a block of N × N whose frequencies are
//! complete: the inverse transform of that size gives its samples.

use std::array::from_fn;

use super::bits::ZIGZAG;

/// Adding this to a small number leaves the number, rounded, in the lowest bits.
const ROUND: f32 = 12_582_912.0;
/// Less than any step between two averages, and more than what sums of frequencies are off.
const TIE: f32 = 1.0 / 1024.0;

/// The inverse transform to blocks of one size.
#[derive(Debug)]
pub(super) struct Inverse {
    /// Samples along a side of a block.
    pub(super) size: usize,
    /// The last coefficient that matters, in the order they are stored in.
    pub(super) last: u32,
    /// Cosines by sample, then by frequency.
    by_sample: [[f32; 8]; 8],
    /// Cosines by frequency, then by sample.
    by_frequency: [[f32; 8]; 8],
    run: fn(&Self, &mut [f32; 64], bool, &mut [u8], usize),
}

impl Inverse {
    /// The sizes that blocks can have; 7 would be hardly cheaper than 8.
    pub(super) const SIZES: [usize; 7] = [1, 2, 3, 4, 5, 6, 8];

    /// `size` is one of [`Inverse::SIZES`].
    pub(super) fn new(size: usize) -> Self {
        let cosine = |sample: usize, frequency: usize| -> f32 {
            if sample >= size || frequency >= size {
                return 0.0;
            }
            #[expect(clippy::cast_precision_loss, reason = "small numbers")]
            let turns = ((2 * sample + 1) * frequency) as f64 / (4 * size) as f64;
            #[expect(
                clippy::cast_possible_truncation,
                reason = "more digits than bytes can show"
            )]
            {
                (turns * std::f64::consts::TAU).cos() as f32
            }
        };
        let is_kept = |place: u8| usize::from(place / 8) < size && usize::from(place % 8) < size;
        let last = (0..64).rev().find(|at| is_kept(ZIGZAG[*at as usize]));
        Self {
            size,
            last: last.unwrap_or(0),
            by_sample: from_fn(|sample| from_fn(|frequency| cosine(sample, frequency))),
            by_frequency: from_fn(|frequency| from_fn(|sample| cosine(sample, frequency))),
            run: match size {
                2 => Self::block::<2, 4>,
                3 => Self::block::<3, 4>,
                4 => Self::block::<4, 4>,
                5 => Self::block::<5, 8>,
                6 => Self::block::<6, 8>,
                _ => Self::block_of_eight,
            },
        }
    }

    /// What quantization steps become, so that coefficients multiplied by them only need to be
    /// weighted by cosines. In the order of `steps`, zigzag.
    pub(super) fn steps(steps: &[u16; 64]) -> [f32; 64] {
        let weight = |frequency: u8| if frequency == 0 { 1.0 } else { 2_f32.sqrt() };
        from_fn(|at| {
            let place = ZIGZAG[at];
            f32::from(steps[at]) / 8.0 * weight(place / 8) * weight(place % 8)
        })
    }

    /// Writes a block whose coefficients go up to place `reached`, and clears them. `out` begins at
    /// its first sample, and a row of it at every `stride`.
    #[inline]
    pub(super) fn write(&self, block: &mut [f32; 64], reached: u32, out: &mut [u8], stride: usize) {
        if reached == 0 {
            let sample = byte(block[0]);
            for row in out.chunks_mut(stride).take(self.size) {
                row[..self.size].fill(sample);
            }
            block[0] = 0.0;
            return;
        }
        // The first ten lie in the upper left corner of 4 × 4.
        (self.run)(self, block, reached < 10, out, stride);
    }

    /// `L`, the lanes that are computed, is `N` filled up to what processors like.
    fn block<const N: usize, const L: usize>(
        &self,
        block: &mut [f32; 64],
        _is_low: bool,
        out: &mut [u8],
        stride: usize,
    ) {
        let (rows, _) = block.as_chunks_mut::<8>();
        let mut half = [[0.0_f32; L]; N];
        for (half, cosines) in half.iter_mut().zip(&self.by_sample) {
            for (row, cosine) in rows[..N].iter().zip(cosines) {
                for lane in 0..L {
                    half[lane] += row[lane] * cosine;
                }
            }
        }
        rows[..N].fill([0.0; 8]);
        for (half, out) in half.iter().zip(out.chunks_mut(stride)) {
            let mut samples = [0.0_f32; L];
            for (value, cosines) in half[..N].iter().zip(&self.by_frequency) {
                for lane in 0..L {
                    samples[lane] += value * cosines[lane];
                }
            }
            let bytes = samples.map(byte);
            out[..N].copy_from_slice(&bytes[..N]);
        }
    }

    fn block_of_eight(&self, block: &mut [f32; 64], is_low: bool, out: &mut [u8], stride: usize) {
        if is_low {
            self.eight::<4>(block, out, stride);
        } else {
            self.eight::<8>(block, out, stride);
        }
        *block = [0.0; 64];
    }

    /// Of frequencies below `K`. Even ones are the same on both sides of the middle, odd ones
    /// opposite: half of the work does for both.
    #[inline]
    fn eight<const K: usize>(&self, block: &[f32; 64], out: &mut [u8], stride: usize) {
        let (rows, _) = block.as_chunks::<8>();
        let mut half = [[0.0_f32; 8]; 8];
        for y in 0..4 {
            let (mut even, mut odd) = ([0.0_f32; 8], [0.0_f32; 8]);
            for v in (0..K).step_by(2) {
                let (first, second) = (self.by_sample[y][v], self.by_sample[y][v + 1]);
                for lane in 0..8 {
                    even[lane] += rows[v][lane] * first;
                    odd[lane] += rows[v + 1][lane] * second;
                }
            }
            for lane in 0..8 {
                half[y][lane] = even[lane] + odd[lane];
                half[7 - y][lane] = even[lane] - odd[lane];
            }
        }
        for (half, out) in half.iter().zip(out.chunks_mut(stride)) {
            let (mut even, mut odd) = ([0.0_f32; 4], [0.0_f32; 4]);
            for u in (0..K).step_by(2) {
                for lane in 0..4 {
                    even[lane] += half[u] * self.by_frequency[u][lane];
                    odd[lane] += half[u + 1] * self.by_frequency[u + 1][lane];
                }
            }
            let mut samples = [0.0_f32; 8];
            for lane in 0..4 {
                samples[lane] = even[lane] + odd[lane];
                samples[7 - lane] = even[lane] - odd[lane];
            }
            let bytes = samples.map(byte);
            out[..8].copy_from_slice(&bytes);
        }
    }
}

/// The nearest byte, of two equally near ones the greater.
///
/// Evenly colored blocks often lie just between two bytes, all of them alike. libjpeg goes up then,
/// and so did whoever judged the picture when it was made.
#[inline]
pub(super) fn byte(sample: f32) -> u8 {
    let nearest = (sample + TIE).clamp(0.0, 255.0) + ROUND;
    let [lowest, ..] = nearest.to_bits().to_le_bytes();
    lowest
}

#[cfg(test)]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "small numbers, and more digits than a byte can show"
)]
mod tests {
    use super::*;

    /// As the definition has it, in double precision.
    fn defined(block: &[f64; 64], size: usize) -> Vec<f64> {
        let weight = |frequency: usize| if frequency == 0 { 0.5_f64.sqrt() } else { 1.0 };
        let cosine = |sample: usize, frequency: usize| {
            let turns = ((2 * sample + 1) * frequency) as f64 / (4 * size) as f64;
            (turns * std::f64::consts::TAU).cos()
        };
        let mut samples = Vec::new();
        for y in 0..size {
            for x in 0..size {
                let mut sum = 0.0;
                for v in 0..size {
                    for u in 0..size {
                        let basis = cosine(y, v) * cosine(x, u);
                        sum += block[v * 8 + u] * weight(v) * weight(u) * basis;
                    }
                }
                samples.push(sum / 4.0);
            }
        }
        samples
    }

    #[test]
    fn blocks_of_every_size_are_what_the_definition_says() {
        let mut random = 1_u32;
        let mut next = || {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(random >> 16) / 65_536.0 - 0.5
        };
        for size in Inverse::SIZES {
            for reached in [0_u32, 1, 5, 9, 20, 63] {
                let inverse = Inverse::new(size);
                let reached = reached.min(inverse.last);
                let mut stored = [0.0; 64];
                for place in ZIGZAG.iter().take(reached as usize + 1) {
                    stored[usize::from(*place)] = next() * 200.0;
                }
                stored[0] += 1000.0;
                let steps = Inverse::steps(&[1; 64]);
                let mut block = [0.0_f32; 64];
                for (at, place) in ZIGZAG.iter().enumerate() {
                    block[usize::from(*place)] = stored[usize::from(*place)] as f32 * steps[at];
                }
                let mut out = vec![0; size * 11];
                inverse.write(&mut block, reached, &mut out, 11);
                assert!(block[..8 * size].iter().all(|value| *value == 0.0));
                for (at, expected) in defined(&stored, size).into_iter().enumerate() {
                    let found = f64::from(out[at / size * 11 + at % size]);
                    let expected = expected.clamp(0.0, 255.0);
                    assert!(
                        (found - expected).abs() < 0.51,
                        "{size}, {reached}: {found} is {expected}"
                    );
                }
            }
        }
    }

    #[test]
    fn an_even_block_between_two_bytes_becomes_the_greater_one() {
        for size in Inverse::SIZES {
            for (average, expected) in [(100.5, 101), (101.5, 102), (101.375, 101), (254.6, 255)] {
                let mut block = [0.0_f32; 64];
                block[0] = average;
                let mut out = vec![0; size * size];
                Inverse::new(size).write(&mut block, 0, &mut out, size);
                assert!(out.iter().all(|sample| *sample == expected), "{average}");
            }
        }
    }

    #[test]
    fn only_the_corner_of_a_small_block_is_read() {
        assert_eq!(Inverse::new(1).last, 0);
        assert_eq!(Inverse::new(2).last, 4);
        assert_eq!(Inverse::new(4).last, 24);
        assert_eq!(Inverse::new(8).last, 63);
    }
}
