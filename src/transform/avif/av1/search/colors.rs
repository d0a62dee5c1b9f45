//! How the colors of a block are predicted: as their mean, or as that with a share of the contrast of
//! brightness.

use super::super::blocks::{Chroma, SuperBlock, size_number};
use super::super::neighbors::share_contexts;
use super::super::predict::{Mode, contrast, from_contrast};
use super::super::quantize::MOST;
use super::residual::decode;
use super::{Place, Search};

/// The largest share of the contrast of brightness in a color, in eighths.
const MOST_SHARE: i32 = 16;

/// What both colors of a block cost.
pub(super) struct Colors {
    pub(super) cost: f32,
    /// Bits that say that there are no levels.
    pub(super) flags: f32,
    pub(super) chroma: Chroma,
    pub(super) counts: [[u16; 4]; 2],
}

impl Search<'_> {
    /// Both colors of a block: as their mean, and as that with shares of the contrast of brightness.
    pub(super) fn colors(
        &mut self,
        superblock: &mut SuperBlock,
        place: Place,
        mode: Mode,
    ) -> Colors {
        let shift = self.layout.shift(1);
        let side = place.side() >> shift;
        let has_contrast = place.depth > 0;
        let mut colors = Colors {
            cost: self.steps.bit
                * if has_contrast {
                    self.costs.chroma_mode_cfl[mode as usize][0]
                } else {
                    self.costs.chroma_mode[mode as usize][0]
                },
            flags: 0.0,
            chroma: Chroma::Mean,
            counts: [[0; 4]; 2],
        };
        if !has_contrast {
            // The parts of such a block see each other; blocks it may be split into must not.
            let seen = self.neighbors.colors_seen(place.position());
            self.add_colors(superblock, place, &mut colors);
            self.neighbors.restore_colors(place.position(), &seen);
            return colors;
        }
        self.add_colors(superblock, place, &mut colors);
        let luma_area = place.side() * place.side();
        contrast(
            &self.candidates[place.depth][0][..luma_area],
            side,
            shift == 1,
            &mut self.work.contrast[..side * side],
        );
        let position = (place.x >> shift, place.y >> shift);
        let shares = [1, 2].map(|plane| self.best_share(plane, position, side));
        if shares == [0, 0] {
            return colors;
        }
        let bits = self.costs.chroma_mode_cfl[mode as usize][13] + self.share_bits(shares);
        let mut other = Colors {
            cost: self.steps.bit * bits,
            flags: 0.0,
            chroma: Chroma::Contrast(shares),
            counts: [[0; 4]; 2],
        };
        if other.cost >= colors.cost {
            return colors;
        }
        // The first way is kept aside, in case that it is the better one.
        let area = side * side;
        let at = (place.depth, place.index);
        for (plane, (samples, levels)) in (1..).zip(&mut self.work.aside) {
            samples[..area].copy_from_slice(&self.candidates[place.depth][plane][..area]);
            levels[..area].copy_from_slice(superblock.levels(at, plane, 0, area));
        }
        self.add_colors(superblock, place, &mut other);
        if other.cost < colors.cost {
            return other;
        }
        for (plane, (samples, levels)) in (1..).zip(&self.work.aside) {
            self.candidates[place.depth][plane][..area].copy_from_slice(&samples[..area]);
            superblock
                .levels_mut(at, plane, 0, area)
                .copy_from_slice(&levels[..area]);
        }
        colors
    }

    /// Codes both colors, and adds what they cost.
    fn add_colors(&mut self, superblock: &mut SuperBlock, place: Place, colors: &mut Colors) {
        let shares = match colors.chroma {
            Chroma::Mean => [0; 2],
            Chroma::Contrast(shares) => shares,
        };
        for plane in 1..3 {
            self.color(superblock, place, (plane, shares[plane - 1]), colors);
        }
    }

    /// What it takes to say which shares.
    fn share_bits(&self, shares: [i32; 2]) -> f32 {
        let (signs, contexts) = share_contexts(shares);
        let mut bits = self.costs.cfl_sign[signs];
        for (share, context) in shares.into_iter().zip(contexts) {
            if share != 0 {
                bits += self.costs.cfl_alpha[context][share.unsigned_abs() as usize - 1];
            }
        }
        bits
    }

    /// The share of the contrast of brightness that comes nearest to a color.
    fn best_share(&mut self, plane: usize, (x, y): (usize, usize), side: usize) -> i32 {
        let area = side * side;
        let mean = i32::from(self.edges(plane, (x, y), side).mean());
        let work = &mut self.work;
        self.source[plane].read(x, y, side, &mut work.source[..area]);
        let (mut common, mut own) = (0_i64, 0_i64);
        let rows = work.contrast[..area].chunks(side);
        for (contrasts, samples) in rows.zip(work.source.chunks(side)) {
            // Of 32 samples at most, so that they fit.
            let (mut in_common, mut in_own) = (0_i32, 0_i32);
            for (contrast, sample) in contrasts.iter().zip(samples) {
                let contrast = i32::from(*contrast);
                in_common += contrast * (i32::from(*sample) - mean);
                in_own += contrast * contrast;
            }
            common += i64::from(in_common);
            own += i64::from(in_own);
        }
        if own == 0 {
            return 0;
        }
        let share = (64.0 * common as f32 / own as f32).round() as i32;
        share.clamp(-MOST_SHARE, MOST_SHARE)
    }

    /// One color of a block, predicted by its mean and a share of the contrast.
    fn color(
        &mut self,
        superblock: &mut SuperBlock,
        place: Place,
        (plane, share): (usize, i32),
        colors: &mut Colors,
    ) {
        let shift = self.layout.shift(plane);
        let side = place.side() >> shift;
        // Color has no transforms of 64 samples.
        let part = side.min(MOST);
        let area = part * part;
        let parts = side / part;
        for number in 0..parts * parts {
            let (inner_x, inner_y) = (number % parts * part, number / parts * part);
            let at = ((place.x >> shift) + inner_x, (place.y >> shift) + inner_y);
            let mean = self.edges(plane, at, part).mean();
            let contexts = self.neighbors.color(plane, at, part, parts > 1);
            let work = &mut self.work;
            let predicted = &mut work.predicted[..area];
            self.source[plane].read(at.0, at.1, part, &mut work.source[..area]);
            if share == 0 {
                predicted.fill(mean);
            } else {
                from_contrast(mean, &work.contrast[..area], share, predicted);
            }
            let kept = self.code(part, 1, contexts, 0.0);
            colors.cost += kept.cost;
            let costs = &self.costs.coefficients[size_number(part)][1];
            colors.flags += costs.all_zero[contexts.all_zero][1];
            colors.counts[plane - 1][number] = kept.count as u16;

            let work = &mut self.work;
            let decoded = &mut work.predicted[..area];
            let levels = superblock.levels_mut((place.depth, place.index), plane, number, area);
            levels.copy_from_slice(&work.levels[..area]);
            if kept.count > 0 {
                let steps = &self.frequencies.of(part, 1).steps;
                decode(levels, part, steps, &mut work.dequantized, decoded);
            }
            if parts > 1 {
                // The next part is predicted from this one.
                self.decoded[plane].write(at.0, at.1, part, decoded);
                self.neighbors
                    .note_levels(plane, at, part, levels, kept.count);
            }
            let rows = self.candidates[place.depth][plane][inner_y * side..].chunks_mut(side);
            for (row, decoded) in rows.zip(decoded.chunks_exact(part)) {
                row[inner_x..inner_x + part].copy_from_slice(decoded);
            }
        }
    }
}
