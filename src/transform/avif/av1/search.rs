//! Which blocks to cut a picture into, and how to predict each.
//!
//! A superblock is searched before anything of it is written: each area as one block against the same
//! area as four, by squared differences and bits together.

mod colors;
mod frequencies;
mod residual;
mod texture;
mod weights;

use super::blocks::{Block, Chroma, SB, SuperBlock, size_number};
use super::costs::Costs;
use super::dct;
use super::neighbors::Neighbors;
use super::plane::Plane;
use super::predict::{Beyond, Edges, LARGEST, Mode};
use super::quantize::{Contexts, Kept, MOST, Steps, quantize};
use super::{COSINE_SIZES, Layout};
use frequencies::Frequencies;
use residual::{decode, difference, spread};
use texture::{Hint, Texture};
use weights::Weights;

/// How many ways to predict brightness are tried to the end: the second is the better one often enough
/// for a percent of the bytes.
const TRIED: usize = 2;

/// What a block costs for each pixel, in squares of a quantizer step, below which it is not split: by
/// depth. Hardly any such block would have been.
const CHEAP: [f32; 4] = [0.008, 0.015, 0.03, f32::INFINITY];

pub(super) struct Search<'a> {
    layout: Layout,
    source: &'a [Plane],
    /// What decoders will have, before they smooth the edges of blocks.
    pub(super) decoded: Vec<Plane>,
    pub(super) costs: Costs,
    neighbors: Neighbors,
    steps: Steps,
    /// What a bit is worth where nothing is said about the area.
    usual_bit: f32,
    weights: Weights,
    frequencies: Frequencies,
    texture: Texture,
    /// By depth, the samples of the last block that was tried as a whole, as decoded.
    candidates: [[Vec<u8>; 3]; 4],
    work: Work,
}

/// A block, by how often the superblock was halved for it, its place in the order of those, and the
/// position of its first pixel.
#[derive(Clone, Copy)]
struct Place {
    depth: usize,
    index: usize,
    x: usize,
    y: usize,
}

impl Place {
    const fn side(self) -> usize {
        SB >> self.depth
    }

    const fn position(self) -> (usize, usize) {
        (self.x, self.y)
    }
}

/// Memory that each block needs for a moment.
struct Work {
    source: Vec<u8>,
    predicted: Vec<u8>,
    residual: Vec<i16>,
    coefficients: Vec<f32>,
    levels: Vec<i16>,
    dequantized: Vec<i32>,
    contrast: Vec<i16>,
    /// Colors of the first way to predict them, while the second is tried.
    aside: [(Vec<u8>, Vec<i16>); 2],
}

impl<'a> Search<'a> {
    /// `decoder_steps` are those of decoders, in eighths of those of samples.
    pub(super) fn new(
        layout: Layout,
        source: &'a [Plane],
        (steps, decoder_steps): (Steps, (i32, i32)),
        costs: Costs,
    ) -> Self {
        const AREA: usize = LARGEST * LARGEST;
        Self {
            layout,
            source,
            decoded: source
                .iter()
                .map(|plane| Plane::empty((plane.width, plane.height)))
                .collect(),
            costs,
            neighbors: Neighbors::new(layout, source),
            steps,
            usual_bit: steps.bit,
            weights: Weights::of(&source[0]),
            frequencies: Frequencies::new(decoder_steps),
            texture: Texture::default(),
            candidates: std::array::from_fn(|_| std::array::from_fn(|_| vec![0; AREA])),
            work: Work {
                source: vec![0; AREA],
                predicted: vec![0; AREA],
                residual: vec![0; AREA],
                coefficients: vec![0.0; MOST * MOST],
                levels: vec![0; MOST * MOST],
                dequantized: vec![0; MOST * MOST],
                contrast: vec![0; AREA],
                aside: std::array::from_fn(|_| (vec![0; AREA], vec![0; AREA])),
            },
        }
    }

    /// A row of superblocks begins.
    pub(super) fn begin_row(&mut self) {
        self.neighbors.begin_row();
    }

    /// Decides on all of a superblock.
    pub(super) fn superblock(&mut self, superblock: &mut SuperBlock, (x, y): (usize, usize)) {
        self.texture = Texture::of(&self.source[0], (x, y));
        let place = Place {
            depth: 0,
            index: 0,
            x,
            y,
        };
        self.decide(superblock, place);
    }

    /// Decides on an area, and tells what it costs, in bits.
    fn decide(&mut self, superblock: &mut SuperBlock, place: Place) -> f32 {
        let Place { depth, index, x, y } = place;
        let side = place.side();
        let (width, height) = (self.source[0].width, self.source[0].height);
        if x >= width || y >= height {
            return 0.0;
        }
        let unit = self.steps.others * self.steps.others;
        let is_inside = x + side <= width && y + side <= height;
        let hint = self.texture.hint(depth, index, unit);
        let mut whole = f32::INFINITY;
        if is_inside && hint != Hint::Split {
            self.steps.bit = self.usual_bit * self.weights.at((x, y), side);
            let cost = self.whole(superblock, place);
            let is_cheap = cost < CHEAP[depth] * unit * (side * side) as f32;
            // In bits, since those of each part are worth something else.
            whole = self.partition(place, false) + cost / self.steps.bit;
            let is_skipped = superblock.block(depth, index).is_skipped;
            if hint == Hint::Whole || is_cheap || is_skipped {
                self.take(superblock, place);
                return whole;
            }
        }
        let mut split = self.partition(place, true);
        let half = side / 2;
        for part in 0..4 {
            // What it costs already is more.
            if split >= whole {
                break;
            }
            split += self.decide(
                superblock,
                Place {
                    depth: depth + 1,
                    index: 4 * index + part,
                    x: x + part % 2 * half,
                    y: y + part / 2 * half,
                },
            );
        }
        if whole <= split {
            self.take(superblock, place);
            whole
        } else {
            superblock.set_split(depth, index, true);
            split
        }
    }

    /// How many bits it takes to say whether an area is split.
    fn partition(&self, place: Place, is_split: bool) -> f32 {
        let Place { depth, x, y, .. } = place;
        let half = place.side() / 2;
        if x + half >= self.source[0].width || y + half >= self.source[0].height {
            // It has to be split; what that costs changes nothing.
            return 0.0;
        }
        let context = self.neighbors.partition(depth, x, y);
        let symbol = if is_split { 3 } else { 0 };
        match depth {
            3 => self.costs.partition8[context][symbol],
            _ => self.costs.partition[2 - depth][context][symbol],
        }
    }

    /// The area is one block: so it is decoded, and later ones see it.
    fn take(&mut self, superblock: &mut SuperBlock, place: Place) {
        let Place { depth, index, x, y } = place;
        superblock.set_split(depth, index, false);
        for (number, plane) in self.decoded.iter_mut().enumerate() {
            let shift = self.layout.shift(number);
            let samples = &self.candidates[depth][number];
            plane.write(x >> shift, y >> shift, place.side() >> shift, samples);
        }
        self.neighbors
            .note(self.layout, superblock, (depth, index), (x, y));
    }

    /// The best way to code an area as one block, and what that costs. It is kept as the candidate of
    /// its size.
    fn whole(&mut self, superblock: &mut SuperBlock, place: Place) -> f32 {
        let edges = self.edges(0, place.position(), place.side());
        let area = place.side() * place.side();
        let source = &mut self.work.source[..area];
        self.source[0].read(place.x, place.y, place.side(), source);
        let mut best = (f32::INFINITY, 0, Mode::Dc);
        for (mode, bits) in self.promising(&edges, place) {
            let (cost, count) = self.luma(superblock, place, &edges, (mode, bits), best.0);
            if cost < best.0 {
                best = (cost, count, mode);
            }
        }
        let (mut cost, luma, mode) = best;
        let mut flags = self.costs.coefficients[size_number(place.side())][0].all_zero[0][1];
        let mut block = Block {
            mode,
            chroma: Chroma::Mean,
            is_skipped: false,
            luma: luma as u16,
            color: [[0; 4]; 2],
        };
        if self.layout != Layout::Gray {
            let colors = self.colors(superblock, place, mode);
            cost += colors.cost;
            flags += colors.flags;
            (block.chroma, block.color) = (colors.chroma, colors.counts);
        }
        block.is_skipped = block.luma == 0 && block.color == [[0; 4]; 2];
        let skip = &self.costs.skip[self.neighbors.skip(place.x, place.y)];
        cost += self.steps.bit * skip[usize::from(block.is_skipped)];
        if block.is_skipped {
            // One flag in place of one for each transform.
            cost -= self.steps.bit * flags;
        }
        superblock.set_block(place.depth, place.index, block);
        cost
    }

    /// The ways to predict that look best, and the bits to say so.
    fn promising(&mut self, edges: &Edges, place: Place) -> [(Mode, f32); TRIED] {
        let side = place.side();
        let area = side * side;
        let (above, left) = self.neighbors.modes(place.x, place.y);
        let costs = &self.costs.luma_mode[above][left];
        // The sums below are of distances, not of their squares.
        let bit = self.steps.bit.sqrt();
        let mut best = [(f32::INFINITY, Mode::Dc, 0.0); TRIED];
        for mode in Mode::ALL {
            if place.depth == 0 && mode.is_diagonal() {
                // What is large enough is too smooth for those.
                continue;
            }
            let mut bits = costs[mode as usize];
            if mode.is_directional() {
                bits += self.costs.angle_delta[mode as usize - 1][3];
            }
            let predicted = &mut self.work.predicted[..area];
            edges.predict(mode, predicted);
            let mut candidate = (
                spread(&self.work.source[..area], predicted, side) + bit * bits,
                mode,
                bits,
            );
            for known in &mut best {
                if candidate.0 < known.0 {
                    std::mem::swap(known, &mut candidate);
                }
            }
        }
        best.map(|(_, mode, bits)| (mode, bits))
    }

    /// The pixels around a square of a plane; positions and sides are those in the plane.
    fn edges(&self, plane: usize, (x, y): (usize, usize), side: usize) -> Edges {
        let shift = self.layout.shift(plane);
        let decoded = &self.decoded[plane];
        // Blocks are decoded in the order of the bits of both coordinates, one of each in turn.
        let order = |x: usize, y: usize| {
            let apart = |n: usize| (n & 1) | (n & 2) << 1 | (n & 4) << 2 | (n & 8) << 3;
            apart(x % SB / 4) | apart(y % SB / 4) << 1
        };
        let (left, top) = (x << shift, y << shift);
        let (right, bottom) = (left + (side << shift), top + (side << shift));
        let here = order(left, top);
        let is_earlier = |x: usize, y: usize| order(x, y) < here;
        let is_right_known = y > 0
            && x + side < decoded.width
            // Of the superblocks above, all are there; to the right, none.
            && (top % SB == 0 || (right % SB != 0 && is_earlier(right, top - 1)));
        let is_below_known = x > 0
            && y + side < decoded.height
            && bottom % SB != 0
            && (left % SB == 0 || is_earlier(left - 1, bottom));
        let beyond = Beyond {
            is_right_known,
            is_below_known,
        };
        Edges::of(decoded, (x, y), side, beyond)
    }

    /// Brightness of a block, predicted in one way: what that costs, and the count of its levels. Only
    /// what costs less than `least` is kept.
    fn luma(
        &mut self,
        superblock: &mut SuperBlock,
        place: Place,
        edges: &Edges,
        (mode, bits): (Mode, f32),
        least: f32,
    ) -> (f32, usize) {
        let side = place.side();
        let area = side * side;
        let kind = COSINE_SIZES
            .iter()
            .position(|it| *it == side)
            .map_or(0.0, |at| self.costs.cosine[at][mode as usize]);
        let contexts = Contexts {
            all_zero: 0,
            sign: self.neighbors.sign(0, place.position(), side),
        };
        edges.predict(mode, &mut self.work.predicted[..area]);
        let kept = self.code(side, 0, contexts, kind);
        let cost = kept.cost + self.steps.bit * bits;
        if cost >= least {
            return (cost, kept.count);
        }
        let work = &mut self.work;
        let decoded = &mut self.candidates[place.depth][0][..area];
        decoded.copy_from_slice(&work.predicted[..area]);
        if kept.count > 0 {
            let coded = side.min(MOST).pow(2);
            let levels = superblock.levels_mut((place.depth, place.index), 0, 0, coded);
            levels.copy_from_slice(&work.levels[..coded]);
            let steps = &self.frequencies.of(side, 0).steps;
            decode(levels, side, steps, &mut work.dequantized, decoded);
        }
        (cost, kept.count)
    }

    /// Levels for what a prediction of a square leaves over. Both it and the source are there already.
    fn code(&mut self, side: usize, kind_of_plane: usize, contexts: Contexts, kind: f32) -> Kept {
        let area = side * side;
        let work = &mut self.work;
        let energy = difference(
            &work.source[..area],
            &work.predicted[..area],
            &mut work.residual[..area],
        );
        let costs = &self.costs.coefficients[size_number(side)][kind_of_plane];
        let frequencies = self.frequencies.of(side, kind_of_plane);
        if energy < (0.6 * self.steps.others).powi(2) {
            let energy = energy * frequencies.of_noise;
            // No coefficient can be worth its bits.
            work.levels[..side.min(MOST).pow(2)].fill(0);
            return Kept {
                count: 0,
                cost: energy + self.steps.bit * costs.all_zero[contexts.all_zero][1],
            };
        }
        dct::forward(side, &work.residual[..area], &mut work.coefficients);
        let coded = side.min(MOST).pow(2);
        let energy = frequencies.weigh(&mut work.coefficients[..coded], energy);
        quantize(
            &work.coefficients,
            side.min(MOST),
            energy,
            self.steps,
            (costs, contexts, kind),
            &mut work.levels,
        )
    }
}
