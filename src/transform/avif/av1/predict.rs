//! What a block is likely to look like, from the pixels above and to the left of it.
//!
//! Source: AV1 Bitstream & Decoding Process Specification, 7.11.2, "Intra prediction process", and
//! 7.11.5, "Predict chroma from luma process".

use super::plane::Plane;

/// The longest side of a block, in pixels.
pub(super) const LARGEST: usize = 64;

/// How a block is predicted; the numbers are AV1's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Mode {
    /// The mean of the edges.
    Dc,
    /// Each column from above.
    Vertical,
    /// Each row from the left.
    Horizontal,
    /// From the upper right at 45 degrees.
    D45,
    /// From the upper left at 135 degrees.
    D135,
    /// From the upper left, steep.
    D113,
    /// From the upper left, flat.
    D157,
    /// From the lower left, flat.
    D203,
    /// From the upper right, steep.
    D67,
    /// Between the edges and the far ends of them, in both directions.
    Smooth,
    /// The same from top to bottom.
    SmoothVertical,
    /// The same from left to right.
    SmoothHorizontal,
    /// Whichever of three neighbors is nearest to their plane.
    Paeth,
}

impl Mode {
    pub(super) const ALL: [Self; 13] = [
        Self::Dc,
        Self::Vertical,
        Self::Horizontal,
        Self::D45,
        Self::D135,
        Self::D113,
        Self::D157,
        Self::D203,
        Self::D67,
        Self::Smooth,
        Self::SmoothVertical,
        Self::SmoothHorizontal,
        Self::Paeth,
    ];

    /// Whether it follows one direction; those may be turned a little, which is not done here.
    pub(super) const fn is_directional(self) -> bool {
        matches!(self as u8, 1..=8)
    }

    /// Whether that direction is neither along rows nor along columns.
    pub(super) const fn is_diagonal(self) -> bool {
        matches!(self as u8, 3..=8)
    }
}

/// The pixels next to a block.
pub(super) struct Edges {
    side: usize,
    /// To the left from top to bottom, and as many below.
    left: [u8; 2 * LARGEST],
    /// Above from left to right, and as many beyond.
    above: [u8; 2 * LARGEST],
    corner: u8,
    has_left: bool,
    has_above: bool,
}

/// Which of the far pixels there are already.
#[derive(Clone, Copy, Debug)]
pub(super) struct Beyond {
    pub(super) is_right_known: bool,
    pub(super) is_below_known: bool,
}

impl Edges {
    pub(super) fn of(plane: &Plane, (x, y): (usize, usize), side: usize, beyond: Beyond) -> Self {
        let (has_left, has_above) = (x > 0, y > 0);
        let mut edges = Self {
            side,
            left: [129; 2 * LARGEST],
            above: [127; 2 * LARGEST],
            corner: 128,
            has_left,
            has_above,
        };
        if has_above {
            let row = plane.row(y - 1);
            let known = if beyond.is_right_known {
                (2 * side).min(plane.width - x)
            } else {
                side
            };
            let (near, far) = edges.above[..2 * side].split_at_mut(known);
            near.copy_from_slice(&row[x..x + known]);
            far.fill(near[known - 1]);
            edges.corner = if has_left { row[x - 1] } else { row[x] };
            if !has_left {
                edges.left[..2 * side].fill(row[x]);
            }
        }
        if has_left {
            let known = if beyond.is_below_known {
                (2 * side).min(plane.height - y)
            } else {
                side
            };
            let (near, far) = edges.left[..2 * side].split_at_mut(known);
            for (sample, row) in near.iter_mut().zip(y..) {
                *sample = plane.row(row)[x - 1];
            }
            far.fill(near[known - 1]);
            if !has_above {
                edges.above[..2 * side].fill(near[0]);
                edges.corner = near[0];
            }
        }
        edges
    }

    /// Row-major, `side * side` samples.
    pub(super) fn predict(&self, mode: Mode, out: &mut [u8]) {
        let side = self.side;
        let rows = out.chunks_exact_mut(side);
        let (above, left) = (&self.above[..side], &self.left[..side]);
        match mode {
            Mode::Dc => out.fill(self.mean()),
            Mode::Vertical => rows.for_each(|row| row.copy_from_slice(above)),
            Mode::Horizontal => rows.zip(left).for_each(|(row, left)| row.fill(*left)),
            Mode::Smooth => self.smooth(out),
            Mode::SmoothVertical => {
                let below = u16::from(left[side - 1]);
                for (row, weight) in rows.zip(weights(side)) {
                    let weight = u16::from(*weight);
                    let rest = (256 - weight) * below + 128;
                    for (sample, above) in row.iter_mut().zip(above) {
                        *sample = ((weight * u16::from(*above) + rest) >> 8) as u8;
                    }
                }
            }
            Mode::SmoothHorizontal => {
                let right = u16::from(above[side - 1]);
                for (row, left) in rows.zip(left) {
                    let left = u16::from(*left);
                    for (sample, weight) in row.iter_mut().zip(weights(side)) {
                        let weight = u16::from(*weight);
                        *sample = ((weight * left + (256 - weight) * right + 128) >> 8) as u8;
                    }
                }
            }
            Mode::Paeth => {
                let corner = i16::from(self.corner);
                for (row, left) in rows.zip(left) {
                    let left = i16::from(*left);
                    for (sample, above) in row.iter_mut().zip(above) {
                        let above = i16::from(*above);
                        let off_left = (above - corner).abs();
                        let off_above = (left - corner).abs();
                        let off_corner = (above + left - 2 * corner).abs();
                        let other = if off_above <= off_corner {
                            above
                        } else {
                            corner
                        };
                        let is_left = off_left <= off_above && off_left <= off_corner;
                        *sample = if is_left { left } else { other } as u8;
                    }
                }
            }
            Mode::D45 => ahead(&self.above[..2 * side], 64, out),
            Mode::D67 => ahead(&self.above[..2 * side], 27, out),
            Mode::D203 => {
                let mut turned = [0; LARGEST * LARGEST];
                let turned = &mut turned[..side * side];
                ahead(&self.left[..2 * side], 27, turned);
                for (y, row) in rows.enumerate() {
                    for (sample, column) in row.iter_mut().zip(turned.chunks_exact(side)) {
                        *sample = column[y];
                    }
                }
            }
            Mode::D113 => self.behind(27, 151, out),
            Mode::D135 => self.behind(64, 64, out),
            Mode::D157 => self.behind(151, 27, out),
        }
    }

    /// What [`Mode::Dc`] predicts for each pixel.
    pub(super) fn mean(&self) -> u8 {
        let side = self.side as u32;
        let sum = |edge: &[u8]| {
            edge[..self.side]
                .iter()
                .map(|it| u32::from(*it))
                .sum::<u32>()
        };
        let mean = match (self.has_above, self.has_left) {
            (true, true) => (sum(&self.above) + sum(&self.left) + side) / (2 * side),
            (true, false) => (sum(&self.above) + side / 2) / side,
            (false, true) => (sum(&self.left) + side / 2) / side,
            (false, false) => 128,
        };
        mean as u8
    }

    fn smooth(&self, out: &mut [u8]) {
        let side = self.side;
        let right = u32::from(self.above[side - 1]);
        let below = u32::from(self.left[side - 1]);
        let weights = weights(side);
        // What of a row does not depend on the row.
        let mut of_right = [0_u32; LARGEST];
        for (part, weight) in of_right.iter_mut().zip(weights) {
            *part = (256 - u32::from(*weight)) * right + 256;
        }
        for ((row, down), left) in out.chunks_exact_mut(side).zip(weights).zip(&self.left) {
            let (down, left) = (u32::from(*down), u32::from(*left));
            let rest = (256 - down) * below;
            for (((sample, above), weight), of_right) in
                row.iter_mut().zip(&self.above).zip(weights).zip(&of_right)
            {
                let sum = down * u32::from(*above) + u32::from(*weight) * left + of_right + rest;
                *sample = (sum >> 9) as u8;
            }
        }
    }

    /// From above and from the left; `across` and `down` are 64ths of a pixel for each row and column.
    fn behind(&self, across: i32, down: i32, out: &mut [u8]) {
        let side = self.side;
        // From the lowest pixel on the left over the corner to the last one above.
        let mut edge = [0_u8; 2 * LARGEST + 1];
        for (sample, left) in edge[..side].iter_mut().rev().zip(&self.left) {
            *sample = *left;
        }
        edge[side] = self.corner;
        edge[side + 1..=2 * side].copy_from_slice(&self.above[..side]);
        let mix = |first: u8, second: u8, part: u16| {
            ((u16::from(first) * (64 - part) + u16::from(second) * part + 32) >> 6) as u8
        };
        for (y, row) in out.chunks_exact_mut(side).enumerate() {
            let from = 64 - across * (y as i32 + 1);
            let part = (from & 0x3e) as u16;
            // So many pixels are still from the left.
            let of_left = ((-(from >> 6)).max(0) as usize).min(side);
            let (lefts, aboves) = row.split_at_mut(of_left);
            for (x, sample) in lefts.iter_mut().enumerate() {
                let from = ((y as i32) << 6) - down * (x as i32 + 1);
                let part = (from & 0x3e) as u16;
                // Down from the corner is towards the start.
                let at = (side as i32 - 1 - (from >> 6)) as usize;
                *sample = mix(edge[at], edge[at - 1], part);
            }
            let start = (side + of_left).saturating_add_signed((from >> 6) as isize);
            for (sample, pair) in aboves.iter_mut().zip(edge[start..].windows(2)) {
                *sample = mix(pair[0], pair[1], part);
            }
        }
    }
}

/// From an edge that goes on beyond the block; `step` is 64ths of a pixel for each row.
fn ahead(edge: &[u8], step: usize, out: &mut [u8]) {
    let side = edge.len() / 2;
    let last = edge.len() - 1;
    for (y, row) in out.chunks_exact_mut(side).enumerate() {
        let from = (y + 1) * step;
        let part = (from & 0x3e) as u16;
        let start = (from >> 6).min(last);
        let known = (last - start).min(side);
        let (inside, outside) = row.split_at_mut(known);
        for (sample, pair) in inside.iter_mut().zip(edge[start..].windows(2)) {
            let sum = u16::from(pair[0]) * (64 - part) + u16::from(pair[1]) * part;
            *sample = ((sum + 32) >> 6) as u8;
        }
        outside.fill(edge[last]);
    }
}

/// How much of the near edge is in a pixel, in 256ths, from the first to the last.
fn weights(side: usize) -> &'static [u8] {
    match side {
        4 => &WEIGHTS[..4],
        8 => &WEIGHTS[4..12],
        16 => &WEIGHTS[12..28],
        32 => &WEIGHTS[28..60],
        _ => &WEIGHTS[60..],
    }
}

/// Source: AV1 specification, `Sm_Weights_Tx_4x4` to `Sm_Weights_Tx_64x64`.
const WEIGHTS: [u8; 124] = [
    255, 149, 85, 64, 255, 197, 146, 105, 73, 50, 37, 32, 255, 225, 196, 170, 145, 123, 102, 84,
    68, 54, 43, 33, 26, 20, 17, 16, 255, 240, 225, 210, 196, 182, 169, 157, 145, 133, 122, 111,
    101, 92, 83, 74, 66, 59, 52, 45, 39, 34, 29, 25, 21, 17, 14, 12, 10, 9, 8, 8, 255, 248, 240,
    233, 225, 218, 210, 203, 196, 189, 182, 176, 169, 163, 156, 150, 144, 138, 133, 127, 121, 116,
    111, 106, 101, 96, 91, 86, 82, 77, 73, 69, 65, 61, 57, 54, 50, 47, 44, 41, 38, 35, 32, 29, 27,
    25, 22, 20, 18, 16, 15, 13, 12, 10, 9, 8, 7, 6, 6, 5, 5, 4, 4, 4,
];

/// Brightness around its mean, in eighths, at the resolution of color: what colors are predicted from.
/// `luma` has `side * side` samples, or four times as many where color `is_halved`.
pub(super) fn contrast(luma: &[u8], side: usize, is_halved: bool, out: &mut [i16]) {
    if is_halved {
        for (row, rows) in out.chunks_exact_mut(side).zip(luma.chunks_exact(4 * side)) {
            let (first, second) = rows.split_at(2 * side);
            let (first, _) = first.as_chunks::<2>();
            let (second, _) = second.as_chunks::<2>();
            for ((sample, a), b) in row.iter_mut().zip(first).zip(second) {
                *sample =
                    2 * (i16::from(a[0]) + i16::from(a[1]) + i16::from(b[0]) + i16::from(b[1]));
            }
        }
    } else {
        for (sample, luma) in out.iter_mut().zip(luma) {
            *sample = i16::from(*luma) << 3;
        }
    }
    let area = (side * side) as i32;
    let sum: i32 = out.iter().map(|it| i32::from(*it)).sum();
    let mean = ((sum + area / 2) / area) as i16;
    for sample in out {
        *sample -= mean;
    }
}

/// A color as its mean and a share of the contrast, in eighths.
pub(super) fn from_contrast(mean: u8, contrast: &[i16], share: i32, out: &mut [u8]) {
    let (mean, share) = (i32::from(mean), share as i16);
    for (sample, contrast) in out.iter_mut().zip(contrast) {
        let scaled = i32::from(share) * i32::from(*contrast);
        let rounded = (scaled.abs() + 32) >> 6;
        let rounded = if scaled < 0 { -rounded } else { rounded };
        *sample = (mean + rounded).clamp(0, 255) as u8;
    }
}
