//! What is decided about the blocks of a superblock, what their neighbors see of that, and how it is
//! written.
//!
//! Source: AV1 Bitstream & Decoding Process Specification, 5.11, "Tile group OBU syntax", and 8.3.2,
//! "CDF selection process".

use super::costs::end_class;
use super::plane::Plane;
use super::predict::Mode;
use super::quantize::{self, base_context, last_context, more_context, scan};
use super::range_coder::RangeCoder;
use super::tables::Cdfs;
use super::{COSINE, Layout};

/// The side of a superblock.
pub(super) const SB: usize = 64;

/// How color is predicted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Chroma {
    /// By the mean of the edges.
    Mean,
    /// By that, and shares of the contrast of brightness, in eighths.
    Contrast([i32; 2]),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    pub(super) mode: Mode,
    pub(super) chroma: Chroma,
    /// Whether it has no levels at all.
    pub(super) is_skipped: bool,
    /// How many levels of brightness are coded.
    pub(super) luma: u16,
    /// The same for each color, in up to four transforms.
    pub(super) color: [[u16; 4]; 2],
}

/// AV1's number of a size of transform.
pub(super) const fn size_number(side: usize) -> usize {
    side.trailing_zeros() as usize - 2
}

/// All that is decided about 64 by 64 pixels. Blocks are found by how often the superblock was halved
/// for them, and by their order.
pub(super) struct SuperBlock {
    blocks: [Vec<Block>; 4],
    splits: [Vec<bool>; 4],
    /// By depth and plane.
    levels: [[Vec<i16>; 3]; 4],
}

impl SuperBlock {
    pub(super) fn new() -> Self {
        let block = Block {
            mode: Mode::Dc,
            chroma: Chroma::Mean,
            is_skipped: true,
            luma: 0,
            color: [[0; 4]; 2],
        };
        let count = |depth: usize| 1 << (2 * depth);
        Self {
            blocks: std::array::from_fn(|depth| vec![block; count(depth)]),
            splits: std::array::from_fn(|depth| vec![false; count(depth)]),
            levels: std::array::from_fn(|_| std::array::from_fn(|_| vec![0; SB * SB])),
        }
    }

    pub(super) fn block(&self, depth: usize, index: usize) -> &Block {
        &self.blocks[depth][index]
    }

    pub(super) fn set_block(&mut self, depth: usize, index: usize, block: Block) {
        self.blocks[depth][index] = block;
    }

    pub(super) fn set_split(&mut self, depth: usize, index: usize, is_split: bool) {
        self.splits[depth][index] = is_split;
    }

    /// The levels of a transform; `number` is that of the transform in its block.
    pub(super) fn levels(
        &self,
        (depth, index): (usize, usize),
        plane: usize,
        number: usize,
        area: usize,
    ) -> &[i16] {
        let start = index * ((SB * SB) >> (2 * depth)) + number * area;
        &self.levels[depth][plane][start..][..area]
    }

    pub(super) fn levels_mut(
        &mut self,
        (depth, index): (usize, usize),
        plane: usize,
        number: usize,
        area: usize,
    ) -> &mut [i16] {
        let start = index * ((SB * SB) >> (2 * depth)) + number * area;
        &mut self.levels[depth][plane][start..][..area]
    }
}

/// What the blocks above and to the left were.
pub(super) struct Around {
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

impl Around {
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
    ) -> quantize::Around {
        let (above, left) = self.near(plane, at, side);
        let has_any = |seen: &[u8]| usize::from(seen.iter().any(|it| *it != 0));
        let first = if is_part { 10 } else { 7 };
        quantize::Around {
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
        let seen = seen_of(levels, side.min(quantize::MOST), count);
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
            let coded = part.min(quantize::MOST);
            let levels = superblock.levels((depth, index), plane, number, coded * coded);
            self.note_levels(plane, at, part, levels, count);
        }
    }
}

/// Plane, number, position, side and count of levels of each transform of a block, in the order in
/// which they are coded.
fn transforms(
    layout: Layout,
    block: &Block,
    depth: usize,
    (x, y): (usize, usize),
) -> impl Iterator<Item = (usize, usize, (usize, usize), usize, usize)> {
    let side = SB >> depth;
    let luma = (0, 0, (x, y), side, usize::from(block.luma));
    let shift = layout.shift(1);
    let color_side = side >> shift;
    let part = color_side.min(quantize::MOST);
    let parts = color_side / part;
    let counts = block.color;
    let colors = if layout == Layout::Gray { 0 } else { 2 };
    let color = (1..=colors).flat_map(move |plane| {
        (0..parts * parts).map(move |number| {
            let at = (
                (x >> shift) + number % parts * part,
                (y >> shift) + number / parts * part,
            );
            (
                plane,
                number,
                at,
                part,
                usize::from(counts[plane - 1][number]),
            )
        })
    });
    std::iter::once(luma).chain(color)
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

/// Writes blocks as they were decided.
pub(super) struct Writer {
    coder: RangeCoder,
    cdfs: Cdfs,
    around: Around,
    layout: Layout,
    /// The picture in whole blocks of eight pixels.
    size: (usize, usize),
}

impl Writer {
    pub(super) fn new(layout: Layout, planes: &[Plane], cdfs: Cdfs) -> Self {
        Self {
            coder: RangeCoder::new(),
            cdfs,
            around: Around::new(layout, planes),
            layout,
            size: (planes[0].width, planes[0].height),
        }
    }

    /// A row of superblocks begins.
    pub(super) fn begin_row(&mut self) {
        self.around.begin_row();
    }

    /// The probabilities as they are now.
    pub(super) const fn cdfs(&self) -> &Cdfs {
        &self.cdfs
    }

    pub(super) fn superblock(&mut self, superblock: &SuperBlock, at: (usize, usize)) {
        self.area(superblock, 0, 0, at);
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.coder.into_bytes()
    }

    fn area(
        &mut self,
        superblock: &SuperBlock,
        depth: usize,
        index: usize,
        (x, y): (usize, usize),
    ) {
        let (width, height) = self.size;
        if x >= width || y >= height {
            return;
        }
        let half = (SB >> depth) / 2;
        let has_right = x + half < width;
        let has_below = y + half < height;
        let is_inside = x + 2 * half <= width && y + 2 * half <= height;
        let is_split = !is_inside || superblock.splits[depth][index];
        let context = self.around.partition(depth, x, y);
        let symbol = if is_split { 3 } else { 0 };
        match (has_right, has_below) {
            (true, true) if depth == 3 => {
                // Blocks of eight pixels are not split.
                self.coder.symbol(0, &mut self.cdfs.partition8[context]);
            }
            (true, true) => {
                let cdf = &mut self.cdfs.partition[2 - depth][context];
                self.coder.symbol(symbol, cdf);
            }
            (false, false) => {}
            _ => {
                // Only one way of two is left, and it is to split.
                let cdf = &self.cdfs.partition[2 - depth][context];
                let share = |symbol: usize| {
                    let above = if symbol == 0 { 32_768 } else { cdf[symbol - 1] };
                    let below = if symbol == 9 { 0 } else { cdf[symbol] };
                    above - below
                };
                // None, horizontal, vertical, split, and the kinds with three and four parts.
                let likely: u16 = if has_right {
                    [2, 3, 4, 6, 7, 9].map(share).iter().sum()
                } else {
                    [1, 3, 4, 5, 6, 8].map(share).iter().sum()
                };
                self.coder.fixed(1, &[likely, 0]);
            }
        }
        if is_split && depth < 3 {
            for part in 0..4 {
                let at = (x + part % 2 * half, y + part / 2 * half);
                self.area(superblock, depth + 1, 4 * index + part, at);
            }
        } else {
            self.block(superblock, depth, index, (x, y));
        }
    }

    fn block(
        &mut self,
        superblock: &SuperBlock,
        depth: usize,
        index: usize,
        (x, y): (usize, usize),
    ) {
        let block = superblock.block(depth, index);
        let skip = self.around.skip(x, y);
        let (coder, cdfs) = (&mut self.coder, &mut self.cdfs);
        coder.symbol(usize::from(block.is_skipped), &mut cdfs.skip[skip]);
        let mode = block.mode as usize;
        let (above, left) = self.around.modes(x, y);
        coder.symbol(mode, &mut cdfs.luma_mode[above][left]);
        if block.mode.is_directional() {
            // As it is, not turned.
            coder.symbol(3, &mut cdfs.angle_delta[mode - 1]);
        }
        if self.layout != Layout::Gray {
            match block.chroma {
                Chroma::Mean if depth > 0 => coder.symbol(0, &mut cdfs.chroma_mode_cfl[mode]),
                Chroma::Mean => coder.symbol(0, &mut cdfs.chroma_mode[mode]),
                Chroma::Contrast(shares) => {
                    coder.symbol(13, &mut cdfs.chroma_mode_cfl[mode]);
                    let (signs, contexts) = share_contexts(shares);
                    coder.symbol(signs, &mut cdfs.cfl_sign);
                    for (share, context) in shares.into_iter().zip(contexts) {
                        if share != 0 {
                            let size = share.unsigned_abs() as usize - 1;
                            coder.symbol(size, &mut cdfs.cfl_alpha[context]);
                        }
                    }
                }
            }
        }
        if !block.is_skipped {
            let color_parts = (SB >> depth) >> self.layout.shift(1) > quantize::MOST;
            for (plane, number, at, side, count) in transforms(self.layout, block, depth, (x, y)) {
                let around = if plane == 0 {
                    quantize::Around {
                        all_zero: 0,
                        sign: self.around.sign(0, at, side),
                    }
                } else {
                    self.around.color(plane, at, side, color_parts)
                };
                let coded = side.min(quantize::MOST);
                let levels = superblock.levels((depth, index), plane, number, coded * coded);
                self.transform((plane, side), around, mode, levels, count);
                self.around.note_levels(plane, at, side, levels, count);
            }
        }
        self.around
            .note(self.layout, superblock, (depth, index), (x, y));
    }

    fn transform(
        &mut self,
        (plane, side): (usize, usize),
        around: quantize::Around,
        mode: usize,
        levels: &[i16],
        count: usize,
    ) {
        let size = size_number(side);
        let kind = usize::from(plane > 0);
        let (coder, cdfs) = (&mut self.coder, &mut self.cdfs);
        let all_zero = &mut cdfs.all_zero[size][around.all_zero];
        coder.symbol(usize::from(count == 0), all_zero);
        if count == 0 {
            return;
        }
        match (plane, side) {
            (0, 8) => coder.symbol(COSINE, &mut cdfs.transform_type_7[mode]),
            (0, 16) => coder.symbol(COSINE, &mut cdfs.transform_type_5[mode]),
            _ => {}
        }
        let (class, first_bit) = end_class(count);
        match size {
            0 => coder.symbol(class - 1, &mut cdfs.eob_16[kind]),
            1 => coder.symbol(class - 1, &mut cdfs.eob_64[kind]),
            2 => coder.symbol(class - 1, &mut cdfs.eob_256[kind]),
            _ => coder.symbol(class - 1, &mut cdfs.eob_1024[kind]),
        }
        if class > 2 {
            coder.symbol(first_bit, &mut cdfs.eob_extra[size][kind][class - 3]);
            let rest = class as u32 - 3;
            coder.bits((count - 1) as u32 & ((1 << rest) - 1), rest);
        }
        let coded = side.min(quantize::MOST);
        let shift = coded.trailing_zeros();
        let scan = &scan(coded)[..count];
        let at = |row: usize, column: usize| {
            if row < coded && column < coded {
                usize::from(levels[row * coded + column].unsigned_abs())
            } else {
                0
            }
        };
        for (order, position) in scan.iter().enumerate().rev() {
            let position = usize::from(*position);
            let (row, column) = (position >> shift, position & (coded - 1));
            let level = usize::from(levels[position].unsigned_abs());
            let near = [
                at(row, column + 1),
                at(row + 1, column),
                at(row + 1, column + 1),
            ];
            if order + 1 == count {
                let context = last_context(order, coded * coded);
                let cdf = &mut cdfs.base_eob[size][kind][context];
                coder.symbol(level.min(3) - 1, cdf);
            } else {
                let small = |level: usize| level.min(3);
                let sum = near.map(small).iter().sum::<usize>()
                    + small(at(row, column + 2))
                    + small(at(row + 2, column));
                let context = base_context(row, column, sum);
                coder.symbol(level.min(3), &mut cdfs.base[size][kind][context]);
            }
            if level > 2 {
                let sum = near.map(|level| level.min(15)).iter().sum();
                let context = more_context(row, column, sum);
                let cdf = &mut cdfs.more[size.min(3)][kind][context];
                let mut more = level - 3;
                for _ in 0..4 {
                    coder.symbol(more.min(3), cdf);
                    if more < 3 {
                        break;
                    }
                    more -= 3;
                }
            }
        }
        for (order, position) in scan.iter().enumerate() {
            let level = levels[usize::from(*position)];
            if level == 0 {
                continue;
            }
            if order == 0 {
                let cdf = &mut cdfs.dc_sign[kind][around.sign];
                coder.symbol(usize::from(level < 0), cdf);
            } else {
                coder.bit(level < 0);
            }
            if level.unsigned_abs() > 14 {
                coder.golomb(u32::from(level.unsigned_abs()) - 15);
            }
        }
    }
}
