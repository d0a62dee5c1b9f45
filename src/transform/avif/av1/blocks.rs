//! What is decided about the blocks of a superblock.

use super::Layout;
use super::predict::Mode;
use super::quantize::MOST;

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

    pub(super) fn is_split(&self, depth: usize, index: usize) -> bool {
        self.splits[depth][index]
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

/// Plane, number, position, side and count of levels of each transform of a block, in the order in
/// which they are coded.
pub(super) fn transforms(
    layout: Layout,
    block: &Block,
    depth: usize,
    (x, y): (usize, usize),
) -> impl Iterator<Item = (usize, usize, (usize, usize), usize, usize)> {
    let side = SB >> depth;
    let luma = (0, 0, (x, y), side, usize::from(block.luma));
    let shift = layout.shift(1);
    let color_side = side >> shift;
    let part = color_side.min(MOST);
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
