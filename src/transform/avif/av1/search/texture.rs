//! What an area looks like, and what that says about splitting it.

use super::super::plane::{Plane, variance};

/// How much more some part of an area may vary than another one for the area to be one block for sure.
/// Of areas alike to that degree, one in a hundred would have been split.
const ALIKE: f32 = 1.5;

/// How much more some part has to vary for the area to be split for sure: smooth here, detailed there.
const UNLIKE: f32 = 150.0;

/// Large transforms code low frequencies only. They are of no use where areas of eight pixels vary by
/// more than this, in squares of a quantizer step.
const DETAILED: f32 = 0.13;

/// What the texture of an area says about splitting it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hint {
    /// All of it looks alike.
    Whole,
    /// Its parts have nothing in common.
    Split,
    /// Both have to be tried.
    Unknown,
}

/// How brightness varies within the areas of a superblock.
#[derive(Default)]
pub(super) struct Texture {
    /// Mean squares of the distance to the mean, by depth, in the order of blocks.
    variances: [Vec<f32>; 4],
    /// Mean of the variances of areas of eight pixels.
    fine: f32,
}

impl Texture {
    /// Of a superblock, which may reach beyond the picture.
    pub(super) fn of(plane: &Plane, (x, y): (usize, usize)) -> Self {
        // Sums of values and of their squares.
        let mut sums: Vec<(f32, f32)> = (0..64)
            .map(|index| {
                let (x, y) = (x + 8 * odd_bits(index), y + 8 * odd_bits(index >> 1));
                if x >= plane.width || y >= plane.height {
                    return (0.0, 0.0);
                }
                plane.moments(x, y)
            })
            .collect();
        let mut variances: [Vec<f32>; 4] = Default::default();
        let mut area = 64.0;
        for of_depth in variances.iter_mut().rev() {
            *of_depth = sums
                .iter()
                .map(|moments| variance(*moments, area))
                .collect();
            sums = sums
                .chunks_exact(4)
                .map(|four| {
                    four.iter()
                        .fold((0.0, 0.0), |all, it| (all.0 + it.0, all.1 + it.1))
                })
                .collect();
            area *= 4.0;
        }
        let fine = variances[3].iter().sum::<f32>() / 64.0;
        Self { variances, fine }
    }

    /// `unit` is the square of a quantizer step.
    pub(super) fn hint(&self, depth: usize, index: usize, unit: f32) -> Hint {
        if depth == 3 {
            return Hint::Whole;
        }
        if depth == 0 {
            return if self.fine > DETAILED * unit {
                Hint::Split
            } else {
                Hint::Unknown
            };
        }
        // One is what rounding alone may do.
        let parts = self.variances[depth + 1][4 * index..][..4]
            .iter()
            .map(|it| it + 1.0);
        let most = parts.clone().fold(0.0, f32::max);
        let least = parts.fold(f32::MAX, f32::min);
        if most > UNLIKE * least {
            Hint::Split
        } else if most < ALIKE * least {
            Hint::Whole
        } else {
            Hint::Unknown
        }
    }
}

/// The number of every second bit, which is one coordinate of a block from its place in the order.
const fn odd_bits(index: usize) -> usize {
    (index & 1) | (index >> 1 & 2) | (index >> 2 & 4)
}

#[cfg(test)]
mod tests {
    use super::super::super::blocks::SB;
    use super::*;

    /// Of 64 by 64 pixels, each from its place.
    fn of(pixel: impl Fn(usize, usize) -> u8) -> Texture {
        let pixels: Vec<u8> = (0..SB * SB).map(|at| pixel(at % SB, at / SB)).collect();
        let size = (SB, SB);
        Texture::of(&Plane::padded(&pixels, size, size), (0, 0))
    }

    #[test]
    fn what_is_alike_is_not_cut_and_what_is_not_is_cut() {
        let noise = |x: usize, y: usize| ((x * 7919 + y * 104_729) % 251) as u8;
        let even = of(noise);
        assert_eq!(even.hint(1, 0, 100.0), Hint::Whole);
        assert_eq!(even.hint(0, 0, 100.0), Hint::Split);
        let flat = of(|_, _| 90);
        assert_eq!(flat.hint(0, 0, 100.0), Hint::Unknown);
        // The lower half of the second block of 32 pixels is noise.
        let half = of(|x, y| {
            if x >= 32 && (16..32).contains(&y) {
                noise(x, y)
            } else {
                90
            }
        });
        assert_eq!(half.hint(1, 0, 100.0), Hint::Whole);
        assert_eq!(half.hint(1, 1, 100.0), Hint::Split);
        assert_eq!(half.hint(3, 5, 100.0), Hint::Whole);
    }

    #[test]
    fn beyond_the_picture_there_is_nothing() {
        let pixels = vec![7; 8 * 8];
        let texture = Texture::of(&Plane::padded(&pixels, (8, 8), (8, 8)), (0, 0));
        assert_eq!(texture.hint(2, 0, 1.0), Hint::Whole);
    }
}
