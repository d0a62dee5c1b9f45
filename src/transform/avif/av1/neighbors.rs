//! What blocks see of those above and to the left of them: by that, what is likely.
//!
//! Source: AV1 Bitstream & Decoding Process Specification, 8.3.2, "CDF selection process".

use super::Layout;
use super::blocks::{SB, SuperBlock, transforms};
use super::plane::Plane;
use super::predict::Mode;
use super::quantize::{Contexts, MOST, scan};

/// What the blocks above and to the left were.
pub(super) struct Neighbors {
    /// By columns of eight pixels, and by rows of a superblock.
    above: Vec<Seen>,
    left: [Seen; SB / 8],
    /// Levels and signs, by columns and rows of four samples of a plane.
    above_levels: [Vec<u8>; 3],
    left_levels: [[u8; SB / 4]; 3],
    color_shift: usize,
}

#[derive(Clone, Copy)]
struct Seen {
    mode: Mode,
    is_skipped: bool,
    /// Bits of the sizes that the block is smaller than, from eight pixels on.
    smaller: u8,
}

/// A block beyond the edge.
const NONE: Seen = Seen {
    mode: Mode::Dc,
    is_skipped: false,
    smaller: 0,
};

/// How AV1 numbers signs among the levels around.
const NEGATIVE: u8 = 1 << 6;
const POSITIVE: u8 = 2 << 6;

impl Neighbors {
    pub(super) fn new(layout: Layout, planes: &[Plane]) -> Self {
        let width = planes[0].width.next_multiple_of(SB);
        Self {
            above: vec![NONE; width / 8],
            left: [NONE; SB / 8],
            above_levels: std::array::from_fn(|_| vec![0; width / 4]),
            left_levels: [[0; SB / 4]; 3],
            color_shift: layout.shift(1),
        }
    }

    /// A row of superblocks begins.
    pub(super) fn begin_row(&mut self) {
        self.left = [NONE; SB / 8];
        self.left_levels = [[0; SB / 4]; 3];
    }

    fn left(&self, y: usize) -> &Seen {
        &self.left[y % SB / 8]
    }

    pub(super) fn partition(&self, depth: usize, x: usize, y: usize) -> usize {
        let bit = 3 - depth;
        let is_smaller = |seen: &Seen| usize::from(seen.smaller >> bit & 1);
        is_smaller(&self.above[x / 8]) + 2 * is_smaller(self.left(y))
    }

    pub(super) fn skip(&self, x: usize, y: usize) -> usize {
        usize::from(self.above[x / 8].is_skipped) + usize::from(self.left(y).is_skipped)
    }

    /// The classes of the modes above and to the left.
    pub(super) fn modes(&self, x: usize, y: usize) -> (usize, usize) {
        (
            mode_class(self.above[x / 8].mode),
            mode_class(self.left(y).mode),
        )
    }

    /// What is remembered of the levels above and to the left of a square of a plane.
    fn near(&self, plane: usize, (x, y): (usize, usize), side: usize) -> (&[u8], &[u8]) {
        let shift = if plane == 0 { 0 } else { self.color_shift };
        let row = y % (SB >> shift) / 4;
        (
            &self.above_levels[plane][x / 4..][..side / 4],
            &self.left_levels[plane][row..][..side / 4],
        )
    }

    /// The context of the sign of the lowest frequency; positions are those in the plane.
    pub(super) fn sign(&self, plane: usize, at: (usize, usize), side: usize) -> usize {
        let (above, left) = self.near(plane, at, side);
        let mut sum = 0;
        for seen in above.iter().chain(left) {
            sum += match seen & (NEGATIVE | POSITIVE) {
                NEGATIVE => -1,
                POSITIVE => 1,
                _ => 0,
            };
        }
        match sum {
            0 => 0,
            ..0 => 1,
            1.. => 2,
        }
    }

    pub(super) fn color(
        &self,
        plane: usize,
        at: (usize, usize),
        side: usize,
        is_part: bool,
    ) -> Contexts {
        let (above, left) = self.near(plane, at, side);
        let has_any = |seen: &[u8]| usize::from(seen.iter().any(|it| *it != 0));
        let first = if is_part { 10 } else { 7 };
        Contexts {
            all_zero: first + has_any(above) + has_any(left),
            sign: self.sign(plane, at, side),
        }
    }

    pub(super) fn note_levels(
        &mut self,
        plane: usize,
        (x, y): (usize, usize),
        side: usize,
        levels: &[i16],
        count: usize,
    ) {
        let shift = if plane == 0 { 0 } else { self.color_shift };
        let seen = seen_of(levels, side.min(MOST), count);
        let row = y % (SB >> shift) / 4;
        self.above_levels[plane][x / 4..][..side / 4].fill(seen);
        self.left_levels[plane][row..][..side / 4].fill(seen);
    }

    /// What is known of the levels of color around a superblock.
    pub(super) fn colors_seen(&self, (x, y): (usize, usize)) -> [[[u8; SB / 4]; 2]; 2] {
        std::array::from_fn(|color| {
            let (above, left) = self.near(
                color + 1,
                (x >> self.color_shift, y >> self.color_shift),
                SB >> self.color_shift,
            );
            [above, left].map(|seen| {
                let mut kept = [0; SB / 4];
                kept[..seen.len()].copy_from_slice(seen);
                kept
            })
        })
    }

    /// Forgets what was noted since.
    pub(super) fn restore_colors(&mut self, (x, _): (usize, usize), seen: &[[[u8; SB / 4]; 2]; 2]) {
        let count = (SB >> self.color_shift) / 4;
        for (plane, [above, left]) in (1..).zip(seen) {
            self.above_levels[plane][(x >> self.color_shift) / 4..][..count]
                .copy_from_slice(&above[..count]);
            self.left_levels[plane][..count].copy_from_slice(&left[..count]);
        }
    }

    /// The block was taken; later ones see it.
    pub(super) fn note(
        &mut self,
        layout: Layout,
        superblock: &SuperBlock,
        (depth, index): (usize, usize),
        (x, y): (usize, usize),
    ) {
        let side = SB >> depth;
        let block = superblock.block(depth, index);
        let seen = Seen {
            mode: block.mode,
            is_skipped: block.is_skipped,
            smaller: (0xf0_u8 >> depth) & 0xf,
        };
        self.above[x / 8..][..side / 8].fill(seen);
        self.left[y % SB / 8..][..side / 8].fill(seen);
        for (plane, number, at, part, count) in transforms(layout, block, depth, (x, y)) {
            let coded = part.min(MOST);
            let levels = superblock.levels((depth, index), plane, number, coded * coded);
            self.note_levels(plane, at, part, levels, count);
        }
    }
}

/// What is remembered of levels: their sum, up to 63, and the sign of the first.
fn seen_of(levels: &[i16], side: usize, count: usize) -> u8 {
    if count == 0 {
        return 0;
    }
    let mut sum = 0_u32;
    for at in &scan(side)[..count] {
        sum += u32::from(levels[usize::from(*at)].unsigned_abs());
    }
    let sign = match levels[0] {
        0 => 0,
        ..0 => NEGATIVE,
        1.. => POSITIVE,
    };
    sum.min(63) as u8 | sign
}

/// Modes that are alike as far as contexts go.
const fn mode_class(mode: Mode) -> usize {
    const CLASSES: [usize; 13] = [0, 1, 2, 3, 4, 4, 4, 4, 3, 0, 1, 2, 0];
    CLASSES[mode as usize]
}

/// The number of both signs, and the contexts of both shares.
pub(super) fn share_contexts([blue, red]: [i32; 2]) -> (usize, [usize; 2]) {
    let sign = |share: i32| match share {
        0 => 0,
        ..0 => 1,
        1.. => 2_usize,
    };
    let (blue, red) = (sign(blue), sign(red));
    (
        (3 * blue + red).saturating_sub(1),
        [
            3 * blue.saturating_sub(1) + red,
            3 * red.saturating_sub(1) + blue,
        ],
    )
}
