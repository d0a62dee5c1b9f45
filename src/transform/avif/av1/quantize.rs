//! From coefficients to levels: which to keep, weighed against what they cost.
//!
//! Source of the contexts: AV1 Bitstream & Decoding Process Specification, 8.3.2, "CDF selection
//! process".

use super::costs::CoefficientCosts;

/// At most so many coefficients of a transform are coded, along each side.
pub(super) const MOST: usize = 32;

/// Levels, with zeros around them so that neighbors beyond the block need no check.
const STRIDE: usize = MOST + 4;

/// How coefficients become levels.
#[derive(Clone, Copy)]
pub(super) struct Steps {
    /// The lowest frequency.
    pub(super) first: f32,
    /// The others.
    pub(super) others: f32,
    /// What a bit is worth, in squared differences.
    pub(super) bit: f32,
}

/// What became of a transform block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept {
    /// Levels in the order of the scan, to the last one that is not zero; 0 if all are.
    pub(super) count: usize,
    /// Squared differences and bits, together.
    pub(super) cost: f32,
}

/// What a transform block sees of its neighbors, as AV1 numbers it.
#[derive(Clone, Copy)]
pub(super) struct Contexts {
    /// Of the flag that all levels are zero.
    pub(super) all_zero: usize,
    /// Of the sign of the lowest frequency.
    pub(super) sign: usize,
}

/// Chooses levels for the coefficients of one block with `side * side` of them, and tells what they
/// cost. `energy` is the sum of the squares of all coefficients, those that are never coded included;
/// `kind` are bits that are only needed if not all levels are zero.
///
/// From the highest frequency down, each level is the nearest one or the one below, whichever costs less
/// after those that were chosen before; or it is made the last one, and those before are given up.
pub(super) fn quantize(
    coefficients: &[f32],
    side: usize,
    energy: f32,
    steps: Steps,
    (costs, contexts, kind): (&CoefficientCosts, Contexts, f32),
    levels: &mut [i16],
) -> Kept {
    let coefficients = &coefficients[..side * side];
    let levels = &mut levels[..side * side];
    levels.fill(0);
    let nothing = Kept {
        count: 0,
        cost: energy + steps.bit * costs.all_zero[contexts.all_zero][1],
    };
    let scan = scan(side);
    // The lowest frequency may have finer steps, but is hardly ever alone.
    let least = 0.5 * steps.others;
    let is_more = |at: &u16| coefficients[usize::from(*at)].abs() >= least;
    let Some(end) = scan.iter().rposition(is_more) else {
        return nothing;
    };
    let squares: f32 = scan[..=end]
        .iter()
        .map(|at| coefficients[usize::from(*at)].powi(2))
        .sum();
    let mut choice = Choice {
        side,
        steps,
        costs,
        sign: contexts.sign,
        scan,
        levels,
        around: [0; STRIDE * STRIDE],
        lost: (energy - squares).max(0.0),
        cost: f32::INFINITY,
        count: 0,
    };
    for (order, at) in scan[..=end].iter().enumerate().rev() {
        let at = usize::from(*at);
        choice.add(order, at, coefficients[at]);
    }
    let cost = choice.cost + steps.bit * (costs.all_zero[contexts.all_zero][0] + kind);
    if cost < nothing.cost {
        Kept {
            count: choice.count,
            cost,
        }
    } else {
        levels.fill(0);
        nothing
    }
}

/// Levels of a block, as far as they are chosen.
struct Choice<'a> {
    side: usize,
    steps: Steps,
    costs: &'a CoefficientCosts,
    /// Context of the sign of the lowest frequency.
    sign: usize,
    scan: &'static [u16],
    levels: &'a mut [i16],
    /// The same up to 15 and without signs, in rows of `STRIDE`.
    around: [u8; STRIDE * STRIDE],
    /// What is lost if nothing is kept of what was seen so far.
    lost: f32,
    /// What was seen so far costs, if the last level is where it is now.
    cost: f32,
    /// Levels to the last one; 0 while there is none.
    count: usize,
}

impl Choice<'_> {
    /// The next coefficient: which one it is in the order of the scan, and where it is in the block.
    #[inline]
    fn add(&mut self, order: usize, at: usize, value: f32) {
        let (row, column) = (at / self.side, at % self.side);
        let step = if at == 0 {
            self.steps.first
        } else {
            self.steps.others
        };
        let exact = value.abs() / step;
        let nearest = (exact + 0.5) as i32;
        let padded = row * STRIDE + column;
        let near: &[u8; 2 * STRIDE + 1] = self.around[padded..]
            .first_chunk()
            .unwrap_or(&[0; 2 * STRIDE + 1]);
        let three = [near[1], near[STRIDE], near[STRIDE + 1]];
        let small = |level: u8| usize::from(level.min(3));
        let sum = three.map(small).iter().sum::<usize>() + small(near[2]) + small(near[2 * STRIDE]);
        let base = &self.costs.base[base_context(row, column, sum)];
        let square = value * value;
        let with_zero = self.cost + square + self.steps.bit * base[0];
        if nearest == 0 {
            self.cost = with_zero;
            self.lost += square;
            return;
        }
        let sign = if at == 0 {
            self.costs.sign[self.sign][usize::from(value < 0.0)]
        } else {
            1.0
        };
        let worth = |level: i32, base: f32, more: &[f32; 13]| {
            let off = (exact - level as f32) * step;
            off * off + self.steps.bit * (base + sign + beyond(level, more))
        };
        let lower = nearest - 1;

        // It goes on from what is kept already.
        let sum = three.iter().map(|level| usize::from(*level)).sum();
        let more = &self.costs.more[more_context(row, column, sum)];
        let on = |level: i32| {
            if level == 0 {
                with_zero
            } else {
                self.cost + worth(level, base[level.min(3) as usize], more)
            }
        };
        let mut best = (on(nearest), nearest);
        let with_lower = on(lower);
        if with_lower < best.0 {
            best = (with_lower, lower);
        }

        // Or it is the last one.
        let ends = &self.costs.last[last_context(order, self.side * self.side)];
        let more = &self.costs.more[more_context(row, column, 0)];
        let end = |level: i32| worth(level, ends[level.min(3) as usize - 1], more);
        let mut last = (end(nearest), nearest);
        if lower > 0 && end(lower) < last.0 {
            last = (end(lower), lower);
        }
        last.0 += self.lost + self.steps.bit * self.costs.end_at(order + 1);
        self.lost += square;
        if last.0 < best.0 {
            best = last;
            self.give_up(order + 1);
        }
        let (cost, level) = best;
        self.cost = cost;
        self.levels[at] = if value < 0.0 { -level } else { level } as i16;
        self.around[padded] = level.min(15) as u8;
    }

    /// Nothing is kept from there on.
    fn give_up(&mut self, from: usize) {
        for at in self.scan.get(from..self.count).unwrap_or_default() {
            let at = usize::from(*at);
            self.levels[at] = 0;
            self.around[at / self.side * STRIDE + at % self.side] = 0;
        }
        self.count = from;
    }
}

/// The bits of what a level is above 2.
fn beyond(level: i32, more: &[f32; 13]) -> f32 {
    match level {
        ..3 => 0.0,
        3..15 => more[level as usize - 3],
        15.. => more[12] + (2 * (level - 14).ilog2() + 1) as f32,
    }
}

/// The context of a level up to 3; `sum` is of five levels to the right and below, each up to 3.
pub(super) const fn base_context(row: usize, column: usize, sum: usize) -> usize {
    let of_levels = sum.div_ceil(2);
    let of_levels = if of_levels > 4 { 4 } else { of_levels };
    match row + column {
        0 => 0,
        1 => 1 + of_levels,
        2 | 3 => 6 + of_levels,
        _ => 21 + of_levels,
    }
}

/// The context of what is above 2; `sum` is of three levels to the right and below, each up to 15.
pub(super) const fn more_context(row: usize, column: usize, sum: usize) -> usize {
    let of_levels = sum.div_ceil(2);
    let of_levels = if of_levels > 6 { 6 } else { of_levels };
    if row == 0 && column == 0 {
        of_levels
    } else if row < 2 && column < 2 {
        7 + of_levels
    } else {
        14 + of_levels
    }
}

/// The context of the last level, by how many come before it.
pub(super) const fn last_context(before: usize, area: usize) -> usize {
    if before == 0 {
        0
    } else if before <= area / 8 {
        1
    } else if before <= area / 4 {
        2
    } else {
        3
    }
}

/// In which order the levels of a block are coded, from the lowest frequency on: row times `side` plus
/// column.
pub(super) fn scan(side: usize) -> &'static [u16] {
    static OF_4: [u16; 16] = diagonals(4);
    static OF_8: [u16; 64] = diagonals(8);
    static OF_16: [u16; 256] = diagonals(16);
    static OF_32: [u16; 1024] = diagonals(32);
    match side {
        4 => &OF_4,
        8 => &OF_8,
        16 => &OF_16,
        _ => &OF_32,
    }
}

/// Diagonals from the corner on, each in the other direction than the one before.
const fn diagonals<const AREA: usize>(side: usize) -> [u16; AREA] {
    let mut order = [0; AREA];
    let mut at = 0;
    let mut diagonal = 0;
    while diagonal < 2 * side - 1 {
        let mut step = 0;
        while step <= diagonal {
            let (row, column) = if diagonal % 2 == 1 {
                (step, diagonal - step)
            } else {
                (diagonal - step, step)
            };
            if row < side && column < side {
                order[at] = (row * side + column) as u16;
                at += 1;
            }
            step += 1;
        }
        diagonal += 1;
    }
    order
}
