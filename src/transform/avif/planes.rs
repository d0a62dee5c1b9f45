//! From brightness and color differences, as video has them, to red, green and blue.
//!
//! Source: ITU-T H.273, `MatrixCoefficients` and `VideoFullRangeFlag`.

use re_rav1d::dav1d::pixel::{MatrixCoefficients, YUVRange};
use re_rav1d::dav1d::{Picture, PixelLayout, PlanarImageComponent, Plane};

use super::super::Format;
use super::super::TransformError;
use super::super::probe::damaged;
use super::super::probe::heif::Coding;

/// A decoded frame.
pub(super) struct Planes {
    frame: Picture,
    /// Brightness; then, unless the picture is gray, the differences of blue and of red.
    data: Vec<Plane>,
    width: usize,
    height: usize,
    bits: u32,
}

const COMPONENTS: [PlanarImageComponent; 3] = [
    PlanarImageComponent::Y,
    PlanarImageComponent::U,
    PlanarImageComponent::V,
];

/// One plane, as numbers.
struct Samples<'a> {
    bytes: &'a [u8],
    stride: usize,
    width: usize,
    height: usize,
    is_wide: bool,
}

/// How three numbers become a color.
#[derive(Clone, Copy)]
enum Matrix {
    /// They are green, blue and red.
    Identity,
    /// Brightness, and differences to it in green and orange.
    YCgCo,
    /// The weights of red and blue in the brightness.
    Weights(f32, f32),
}

/// How numbers become values from 0 to 1.
#[derive(Clone, Copy)]
struct Range {
    black: f32,
    white: f32,
    gray: f32,
    chroma: f32,
}

impl Range {
    /// Of numbers with so many bits. The narrow range leaves room below black and above white.
    fn new(bits: u32, is_full: bool) -> Self {
        let unit = f32::from(1_u16 << (bits - 8));
        let top = f32::from(u16::MAX >> (16 - bits));
        let gray = 128.0 * unit;
        if is_full {
            Self {
                black: 0.0,
                white: top,
                gray,
                chroma: top,
            }
        } else {
            Self {
                black: 16.0 * unit,
                white: 235.0 * unit,
                gray,
                chroma: 224.0 * unit,
            }
        }
    }

    fn luma(self, sample: f32) -> f32 {
        (sample - self.black) / (self.white - self.black)
    }

    fn chroma(self, sample: f32) -> f32 {
        (sample - self.gray) / self.chroma
    }
}

impl Matrix {
    fn of_number(number: u16) -> Option<Self> {
        Some(match number {
            0 => Self::Identity,
            1 => Self::Weights(0.2126, 0.0722),
            4 => Self::Weights(0.30, 0.11),
            // What is not said is taken as Rec. 601, as other decoders do.
            2 | 5 | 6 => Self::Weights(0.299, 0.114),
            7 => Self::Weights(0.212, 0.087),
            8 => Self::YCgCo,
            9 => Self::Weights(0.2627, 0.0593),
            _ => return None,
        })
    }

    fn of_stream(found: MatrixCoefficients) -> Option<Self> {
        Self::of_number(match found {
            MatrixCoefficients::Identity => 0,
            MatrixCoefficients::BT709 => 1,
            MatrixCoefficients::Unspecified => 2,
            MatrixCoefficients::BT470M => 4,
            MatrixCoefficients::BT470BG => 5,
            MatrixCoefficients::ST170M => 6,
            MatrixCoefficients::ST240M => 7,
            MatrixCoefficients::YCgCo => 8,
            MatrixCoefficients::BT2020NonConstantLuminance => 9,
            _ => return None,
        })
    }

    fn rgb(self, range: Range, [first, second, third]: [f32; 3]) -> [f32; 3] {
        let luma = range.luma(first);
        let (in_second, in_third) = (range.chroma(second), range.chroma(third));
        match self {
            Self::Identity => [range.luma(third), luma, range.luma(second)],
            Self::YCgCo => [
                luma - in_second + in_third,
                luma + in_second,
                luma - in_second - in_third,
            ],
            Self::Weights(of_red, of_blue) => {
                let red = luma + 2.0 * (1.0 - of_red) * in_third;
                let blue = luma + 2.0 * (1.0 - of_blue) * in_second;
                let green = (luma - of_red * red - of_blue * blue) / (1.0 - of_red - of_blue);
                [red, green, blue]
            }
        }
    }
}

impl Samples<'_> {
    fn at(&self, x: usize, y: usize) -> f32 {
        let start = y.min(self.height - 1) * self.stride;
        let x = x.min(self.width - 1);
        if self.is_wide {
            let at = start + 2 * x;
            f32::from(u16::from_ne_bytes([self.bytes[at], self.bytes[at + 1]]))
        } else {
            f32::from(self.bytes[start + x])
        }
    }

    /// The value at a pixel of a plane that may be twice as wide or high. Each sample stands in the
    /// middle of its pixels; in between, neighbors are mixed.
    fn mixed(&self, x: usize, y: usize, halves: (bool, bool)) -> f32 {
        let (left, right, in_x) = neighbors(x, halves.0);
        let (above, below, in_y) = neighbors(y, halves.1);
        let row = |y: usize| {
            if left == right {
                self.at(left, y)
            } else {
                self.at(left, y) * (1.0 - in_x) + self.at(right, y) * in_x
            }
        };
        if above == below {
            row(above)
        } else {
            row(above) * (1.0 - in_y) + row(below) * in_y
        }
    }
}

/// The two samples around a pixel, and the weight of the second.
fn neighbors(at: usize, is_half: bool) -> (usize, usize, f32) {
    if !is_half {
        (at, at, 0.0)
    } else if at.is_multiple_of(2) {
        ((at / 2).saturating_sub(1), at / 2, 0.75)
    } else {
        (at / 2, at / 2 + 1, 0.25)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to 0 to 255"
)]
fn to_byte(value: f32) -> u8 {
    (value.clamp(0.0, 1.0) * 255.0 + 0.5) as u8
}

impl Planes {
    pub(super) fn new(frame: Picture) -> Self {
        let components = match frame.pixel_layout() {
            PixelLayout::I400 => &COMPONENTS[..1],
            _ => &COMPONENTS[..],
        };
        Self {
            data: components.iter().map(|it| frame.plane(*it)).collect(),
            width: frame.width() as usize,
            height: frame.height() as usize,
            bits: match frame.bit_depth() {
                10 => 10,
                12 => 12,
                _ => 8,
            },
            frame,
        }
    }

    /// The plane with that number.
    fn samples(&self, number: usize) -> Samples<'_> {
        let (half_x, half_y) = match number {
            0 => (false, false),
            _ => self.halves(),
        };
        let side = |px: usize, is_half: bool| if is_half { px.div_ceil(2) } else { px };
        Samples {
            stride: self.frame.stride(COMPONENTS[number]) as usize,
            width: side(self.width, half_x),
            height: side(self.height, half_y),
            is_wide: self.bits > 8,
            bytes: &self.data[number],
        }
    }

    /// Whether color has half the width and half the height of brightness.
    fn halves(&self) -> (bool, bool) {
        match self.frame.pixel_layout() {
            PixelLayout::I420 => (true, true),
            PixelLayout::I422 => (true, false),
            PixelLayout::I400 | PixelLayout::I444 => (false, false),
        }
    }

    fn range(&self, coding: Option<Coding>) -> Range {
        let is_full = coding.map_or_else(
            || self.frame.color_range() == YUVRange::Full,
            |coding| coding.is_full_range,
        );
        Range::new(self.bits, is_full)
    }

    /// Opaque colors, four bytes for each pixel. What the file says about the coding counts more
    /// than what the stream says.
    pub(super) fn to_rgba(&self, coding: Option<Coding>) -> Result<Vec<u8>, TransformError> {
        let range = self.range(coding);
        let luma = self.samples(0);
        let mut rgba = Vec::with_capacity(self.width * self.height * 4);
        if self.frame.pixel_layout() == PixelLayout::I400 {
            for gray in self.gray(&luma, range) {
                rgba.extend([gray, gray, gray, 255]);
            }
            return Ok(rgba);
        }
        let matrix = match coding {
            Some(Coding { matrix, .. }) if matrix != 2 => Matrix::of_number(matrix),
            _ => Matrix::of_stream(self.frame.matrix_coefficients()),
        };
        let matrix = matrix.ok_or(TransformError::Unsupported(Format::Avif))?;
        let halves = self.halves();
        if matches!(matrix, Matrix::Identity) && halves != (false, false) {
            return Err(damaged(Format::Avif));
        }
        let blue = self.samples(1);
        let red = self.samples(2);
        for y in 0..self.height {
            for x in 0..self.width {
                let sample = [
                    luma.at(x, y),
                    blue.mixed(x, y, halves),
                    red.mixed(x, y, halves),
                ];
                let [r, g, b] = matrix.rgb(range, sample).map(to_byte);
                rgba.extend([r, g, b, 255]);
            }
        }
        Ok(rgba)
    }

    /// Brightness alone, which is what a transparency has.
    pub(super) fn to_gray(&self) -> Vec<u8> {
        let luma = self.samples(0);
        self.gray(&luma, self.range(None)).collect()
    }

    fn gray(&self, luma: &Samples<'_>, range: Range) -> impl Iterator<Item = u8> {
        let width = self.width;
        (0..self.height)
            .flat_map(move |y| (0..width).map(move |x| to_byte(range.luma(luma.at(x, y)))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(number: u16, is_full: bool, bits: u32, sample: [f32; 3]) -> [u8; 3] {
        let matrix = Matrix::of_number(number).unwrap();
        matrix.rgb(Range::new(bits, is_full), sample).map(to_byte)
    }

    #[test]
    fn black_white_and_the_primaries_come_out_right() {
        assert_eq!(bytes(6, true, 8, [0.0, 128.0, 128.0]), [0, 0, 0]);
        assert_eq!(bytes(6, true, 8, [255.0, 128.0, 128.0]), [255; 3]);
        assert_eq!(bytes(1, false, 8, [16.0, 128.0, 128.0]), [0, 0, 0]);
        assert_eq!(bytes(1, false, 8, [235.0, 128.0, 128.0]), [255; 3]);
        assert_eq!(bytes(9, false, 10, [940.0, 512.0, 512.0]), [255; 3]);
        assert_eq!(bytes(2, true, 12, [4095.0, 2048.0, 2048.0]), [255; 3]);
        // Red in the narrow range: Rec. 601 and Rec. 709 write it differently.
        let [r, g, b] = bytes(6, false, 8, [81.0, 90.0, 240.0]);
        assert!(r > 252 && g < 4 && b < 4, "{r} {g} {b}");
        let [r, g, b] = bytes(1, false, 8, [63.0, 102.0, 240.0]);
        assert!(r > 252 && g < 4 && b < 4, "{r} {g} {b}");
        assert_eq!(bytes(0, true, 8, [10.0, 20.0, 30.0]), [30, 10, 20]);
        assert_eq!(bytes(8, true, 8, [100.0, 128.0, 128.0]), [100; 3]);
        assert!(Matrix::of_number(14).is_none());
    }

    #[test]
    fn color_of_half_the_size_is_mixed_between_its_pixels() {
        assert_eq!(neighbors(5, false), (5, 5, 0.0));
        assert_eq!(neighbors(0, true), (0, 0, 0.75));
        assert_eq!(neighbors(1, true), (0, 1, 0.25));
        assert_eq!(neighbors(2, true), (0, 1, 0.75));
        assert_eq!(neighbors(3, true), (1, 2, 0.25));
    }
}
