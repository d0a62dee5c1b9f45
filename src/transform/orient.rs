//! Mirroring and turning: the eight ways a picture can stand, and how they combine.
//!
//! Pictures are turned last, when they are small; so rectangles must travel back to where the
//! pixels still lie.

use super::Pixels;
use crate::model::PixelSize;
use crate::model::flexible::{FlexibleOptions, Rotation};

/// A rectangle in pixels, which need not lie on whole ones.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rect {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Rect {
    pub(super) fn of(size: PixelSize) -> Self {
        Self {
            x: 0.0,
            y: 0.0,
            width: f64::from(size.width),
            height: f64::from(size.height),
        }
    }

    /// The size in whole pixels; exact for rectangles that lie on them.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "sides of pictures"
    )]
    pub(super) fn size(self) -> PixelSize {
        PixelSize::new(self.width.round() as u32, self.height.round() as u32)
    }

    pub(super) fn scaled(self, x: f64, y: f64) -> Self {
        Self {
            x: self.x * x,
            y: self.y * y,
            width: self.width * x,
            height: self.height * y,
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "for display")]
    pub(super) const fn to_f32(self) -> [f32; 4] {
        [
            self.x as f32,
            self.y as f32,
            self.width as f32,
            self.height as f32,
        ]
    }
}

/// One of the eight symmetries: first the axes are exchanged, then the picture is mirrored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(super) struct Turn {
    transpose: bool,
    mirror_x: bool,
    mirror_y: bool,
}

impl Turn {
    const fn new(transpose: bool, mirror_x: bool, mirror_y: bool) -> Self {
        Self {
            transpose,
            mirror_x,
            mirror_y,
        }
    }

    /// What makes a picture with that EXIF orientation upright.
    ///
    /// Source: Exif 2.3, tag 0x0112.
    pub(super) const fn from_exif(orientation: u8) -> Self {
        match orientation {
            2 => Self::new(false, true, false),
            3 => Self::new(false, true, true),
            4 => Self::new(false, false, true),
            5 => Self::new(true, false, false),
            6 => Self::new(true, true, false),
            7 => Self::new(true, true, true),
            8 => Self::new(true, false, true),
            _ => Self::new(false, false, false),
        }
    }

    /// Mirroring, then turning.
    pub(super) fn from_options(options: &FlexibleOptions) -> Self {
        let flip = Self::new(false, options.flip.horizontal, options.flip.vertical);
        let rotate = match options.rotate {
            Rotation::None => Self::default(),
            Rotation::Quarter => Self::new(true, true, false),
            Rotation::Half => Self::new(false, true, true),
            Rotation::ThreeQuarters => Self::new(true, false, true),
        };
        flip.then(rotate)
    }

    /// Both, one after the other.
    pub(super) const fn then(self, next: Self) -> Self {
        // Exchanging the axes turns a mirroring of one into a mirroring of the other.
        let (x, y) = if next.transpose {
            (self.mirror_y, self.mirror_x)
        } else {
            (self.mirror_x, self.mirror_y)
        };
        Self {
            transpose: self.transpose != next.transpose,
            mirror_x: x != next.mirror_x,
            mirror_y: y != next.mirror_y,
        }
    }

    /// The size afterwards.
    pub(super) const fn size(self, before: PixelSize) -> PixelSize {
        if self.transpose {
            before.turned()
        } else {
            before
        }
    }

    /// Where a rectangle of the result came from; `before` is the size before turning.
    pub(super) fn undo(self, rect: Rect, before: PixelSize) -> Rect {
        let after = self.size(before);
        let mut rect = self.mirrored(rect, after);
        if self.transpose {
            rect = transposed(rect);
        }
        rect
    }

    /// Where a rectangle goes; `before` is the size before turning.
    pub(super) fn apply(self, rect: Rect, before: PixelSize) -> Rect {
        let rect = if self.transpose {
            transposed(rect)
        } else {
            rect
        };
        self.mirrored(rect, self.size(before))
    }

    fn mirrored(self, mut rect: Rect, size: PixelSize) -> Rect {
        if self.mirror_x {
            rect.x = f64::from(size.width) - rect.x - rect.width;
        }
        if self.mirror_y {
            rect.y = f64::from(size.height) - rect.y - rect.height;
        }
        rect
    }

    /// Turns pixels.
    pub(super) fn apply_to(self, pixels: Pixels) -> Pixels {
        if self == Self::default() {
            return pixels;
        }
        let (source, _) = pixels.rgba.as_chunks::<4>();
        Pixels {
            size: self.size(pixels.size),
            rgba: self.turned(source, pixels.size).into_flattened(),
        }
    }

    /// Turns a plane; `size` is that before turning.
    pub(super) fn plane(self, samples: Vec<u8>, size: PixelSize) -> Vec<u8> {
        if self == Self::default() {
            return samples;
        }
        self.turned(&samples, size)
    }

    /// Turns whatever lies row by row.
    fn turned<T: Copy>(self, source: &[T], size: PixelSize) -> Vec<T> {
        let width = size.width as usize;
        let after = self.size(size);
        let (out_width, out_height) = (after.width as usize, after.height as usize);
        let mut turned = Vec::with_capacity(source.len());
        for y in 0..out_height {
            let y = if self.mirror_y { out_height - 1 - y } else { y };
            for x in 0..out_width {
                let x = if self.mirror_x { out_width - 1 - x } else { x };
                let (from_x, from_y) = if self.transpose { (y, x) } else { (x, y) };
                turned.push(source[from_y * width + from_x]);
            }
        }
        turned
    }
}

const fn transposed(rect: Rect) -> Rect {
    Rect {
        x: rect.y,
        y: rect.x,
        width: rect.height,
        height: rect.width,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each pixel knows its place, so any mix-up shows.
    fn numbered(width: u32, height: u32) -> Pixels {
        let rgba = (0..width * height)
            .flat_map(|i| [u8::try_from(i).unwrap(), 0, 0, 255])
            .collect();
        Pixels {
            size: PixelSize::new(width, height),
            rgba,
        }
    }

    #[test]
    fn turning_twice_is_turning_by_the_sum() {
        let all = (1..=8).map(Turn::from_exif).collect::<Vec<_>>();
        for first in &all {
            for second in &all {
                let stepwise = second.apply_to(first.apply_to(numbered(3, 2)));
                let at_once = first.then(*second).apply_to(numbered(3, 2));
                assert_eq!(stepwise, at_once, "{first:?} then {second:?}");
            }
        }
    }

    #[test]
    fn a_rectangle_finds_its_way_back() {
        let size = PixelSize::new(30, 20);
        let rect = Rect {
            x: 1.0,
            y: 2.0,
            width: 5.0,
            height: 7.0,
        };
        for turn in (1..=8).map(Turn::from_exif) {
            assert_eq!(turn.undo(turn.apply(rect, size), size), rect, "{turn:?}");
        }
    }

    #[test]
    fn a_quarter_turn_is_clockwise() {
        let turned = Turn::from_exif(6).apply_to(numbered(2, 1));
        assert_eq!(turned.size, PixelSize::new(1, 2));
        assert_eq!(turned.rgba[0], 0, "what was left is on top");
    }
}
