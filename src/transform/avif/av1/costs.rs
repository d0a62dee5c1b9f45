//! What each symbol costs, in bits, so that decisions can weigh it against what it saves.

use super::COSINE;
use super::tables::Cdfs;

/// How many bits symbols take with the probabilities of a moment. Indexed as in [`Cdfs`].
pub(super) struct Costs {
    pub(super) partition8: [[f32; 4]; 4],
    pub(super) partition: [[[f32; 10]; 4]; 3],
    pub(super) luma_mode: [[[f32; 13]; 5]; 5],
    pub(super) chroma_mode: [[f32; 13]; 13],
    pub(super) chroma_mode_cfl: [[f32; 14]; 13],
    pub(super) angle_delta: [[f32; 7]; 8],
    pub(super) skip: [[f32; 2]; 3],
    pub(super) cfl_sign: [f32; 8],
    pub(super) cfl_alpha: [[f32; 16]; 6],
    /// That the transform is a cosine in both directions, by size (8 and 16 pixels) and luma mode.
    pub(super) cosine: [[f32; 13]; 2],
    pub(super) coefficients: [[CoefficientCosts; 2]; 5],
}

/// The same for the coefficients of a transform, by its size and by whether it is of color.
pub(super) struct CoefficientCosts {
    pub(super) all_zero: [[f32; 2]; 13],
    /// The class of the last position, with the bits of where it is in the class.
    pub(super) end: [f32; 12],
    /// What the first of those bits adds or takes.
    pub(super) end_bit: [[f32; 2]; 12],
    pub(super) sign: [[f32; 2]; 3],
    pub(super) last: [[f32; 3]; 4],
    pub(super) base: [[f32; 4]; 26],
    /// Levels from 3 to 14, and 15 or more without their bits.
    pub(super) more: [[f32; 13]; 21],
}

impl Costs {
    pub(super) fn new(cdfs: &Cdfs) -> Self {
        let bits = Bits::new();
        Self {
            partition8: cdfs.partition8.map(|cdf| bits.of(&cdf)),
            partition: cdfs.partition.map(|it| it.map(|cdf| bits.of(&cdf))),
            luma_mode: cdfs.luma_mode.map(|it| it.map(|cdf| bits.of(&cdf))),
            chroma_mode: cdfs.chroma_mode.map(|cdf| bits.of(&cdf)),
            chroma_mode_cfl: cdfs.chroma_mode_cfl.map(|cdf| bits.of(&cdf)),
            angle_delta: cdfs.angle_delta.map(|cdf| bits.of(&cdf)),
            skip: cdfs.skip.map(|cdf| bits.of(&cdf)),
            cfl_sign: bits.of(&cdfs.cfl_sign),
            cfl_alpha: cdfs.cfl_alpha.map(|cdf| bits.of(&cdf)),
            cosine: [
                cdfs.transform_type_7.map(|cdf| bits.of(&cdf)[COSINE]),
                cdfs.transform_type_5.map(|cdf| bits.of(&cdf)[COSINE]),
            ],
            coefficients: std::array::from_fn(|size| {
                std::array::from_fn(|plane| CoefficientCosts::new(cdfs, &bits, size, plane))
            }),
        }
    }
}

impl CoefficientCosts {
    fn new(cdfs: &Cdfs, bits: &Bits, size: usize, plane: usize) -> Self {
        let mut end = [0.0; 12];
        let classes: &mut [f32] = &mut end[1..];
        match size {
            0 => classes[..5].copy_from_slice(&bits.of(&cdfs.eob_16[plane])),
            1 => classes[..7].copy_from_slice(&bits.of(&cdfs.eob_64[plane])),
            2 => classes[..9].copy_from_slice(&bits.of(&cdfs.eob_256[plane])),
            _ => classes.copy_from_slice(&bits.of(&cdfs.eob_1024[plane])),
        }
        let mut end_bit = [[0.0; 2]; 12];
        for class in 3..12 {
            // The others of these bits are as often one as zero.
            end[class] += (class - 3) as f32;
            end_bit[class] = bits.of(&cdfs.eob_extra[size][plane][class - 3]);
        }
        Self {
            all_zero: cdfs.all_zero[size].map(|cdf| bits.of(&cdf)),
            end,
            end_bit,
            sign: cdfs.dc_sign[plane].map(|cdf| bits.of(&cdf)),
            last: cdfs.base_eob[size][plane].map(|cdf| bits.of(&cdf)),
            base: cdfs.base[size][plane].map(|cdf| bits.of(&cdf)),
            more: cdfs.more[size.min(3)][plane].map(|cdf| {
                let costs = bits.of(&cdf);
                std::array::from_fn(|more| {
                    let steps = more / 3;
                    let rest = if more == 12 { 0.0 } else { costs[more % 3] };
                    steps as f32 * costs[3] + rest
                })
            }),
        }
    }

    /// That the last coefficient but zero is the `count`th.
    pub(super) fn end_at(&self, count: usize) -> f32 {
        let (class, bit) = end_class(count);
        self.end[class] + self.end_bit[class][bit]
    }
}

/// The class of a count of coefficients, 1 to 11, and the first bit of where it is in the class.
pub(super) const fn end_class(count: usize) -> (usize, usize) {
    if count < 3 {
        return (count, 0);
    }
    let class = (count - 1).ilog2() as usize + 2;
    (class, ((count - 1) >> (class - 3)) & 1)
}

/// Logarithms, looked up.
struct Bits([f32; 513]);

impl Bits {
    fn new() -> Self {
        Self(std::array::from_fn(|share| {
            9.0 - (share as f32).max(0.5).log2()
        }))
    }

    /// What each symbol takes.
    fn of<const N: usize>(&self, cdf: &[u16; N]) -> [f32; N] {
        let mut above = 32_768;
        std::array::from_fn(|symbol| {
            let below = if symbol == N - 1 { 0 } else { cdf[symbol] };
            let share = above - below;
            above = below;
            self.0[usize::from((share + 32) >> 6).min(512)]
        })
    }
}
