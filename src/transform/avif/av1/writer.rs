//! Blocks as they were decided, into symbols.
//!
//! Source: AV1 Bitstream & Decoding Process Specification, 5.11, "Tile group OBU syntax".

use super::blocks::{Chroma, SB, SuperBlock, size_number, transforms};
use super::costs::end_class;
use super::neighbors::{Neighbors, share_contexts};
use super::plane::Plane;
use super::quantize::{Contexts, MOST, base_context, last_context, more_context, scan};
use super::range_coder::RangeCoder;
use super::tables::Cdfs;
use super::{COSINE, Layout};

/// Writes blocks as they were decided.
pub(super) struct Writer {
    coder: RangeCoder,
    cdfs: Cdfs,
    neighbors: Neighbors,
    layout: Layout,
    /// The picture in whole blocks of eight pixels.
    size: (usize, usize),
}

impl Writer {
    pub(super) fn new(layout: Layout, planes: &[Plane], cdfs: Cdfs) -> Self {
        Self {
            coder: RangeCoder::new(),
            cdfs,
            neighbors: Neighbors::new(layout, planes),
            layout,
            size: (planes[0].width, planes[0].height),
        }
    }

    /// A row of superblocks begins.
    pub(super) fn begin_row(&mut self) {
        self.neighbors.begin_row();
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
        let is_split = !is_inside || superblock.is_split(depth, index);
        let context = self.neighbors.partition(depth, x, y);
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
        let skip = self.neighbors.skip(x, y);
        let (coder, cdfs) = (&mut self.coder, &mut self.cdfs);
        coder.symbol(usize::from(block.is_skipped), &mut cdfs.skip[skip]);
        let mode = block.mode as usize;
        let (above, left) = self.neighbors.modes(x, y);
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
            let color_parts = (SB >> depth) >> self.layout.shift(1) > MOST;
            for (plane, number, at, side, count) in transforms(self.layout, block, depth, (x, y)) {
                let contexts = if plane == 0 {
                    Contexts {
                        all_zero: 0,
                        sign: self.neighbors.sign(0, at, side),
                    }
                } else {
                    self.neighbors.color(plane, at, side, color_parts)
                };
                let coded = side.min(MOST);
                let levels = superblock.levels((depth, index), plane, number, coded * coded);
                self.transform((plane, side), contexts, mode, levels, count);
                self.neighbors.note_levels(plane, at, side, levels, count);
            }
        }
        self.neighbors
            .note(self.layout, superblock, (depth, index), (x, y));
    }

    fn transform(
        &mut self,
        (plane, side): (usize, usize),
        contexts: Contexts,
        mode: usize,
        levels: &[i16],
        count: usize,
    ) {
        let size = size_number(side);
        let kind = usize::from(plane > 0);
        let (coder, cdfs) = (&mut self.coder, &mut self.cdfs);
        let all_zero = &mut cdfs.all_zero[size][contexts.all_zero];
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
        let coded = side.min(MOST);
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
                let cdf = &mut cdfs.dc_sign[kind][contexts.sign];
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
