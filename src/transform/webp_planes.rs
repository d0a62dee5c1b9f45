//! The planes of a lossy WebP that is to become much smaller.
//!
//! libwebp's own scaler goes sample by sample, for each of red, green and blue. To average blocks of
//! samples row by row, as they are decoded, takes a third of its time.

use super::decode::webp_profile;
use super::libwebp;
use super::part::{COARSE_FROM, Need, block, span};
use super::planar::{Plane, Planes};
use super::rows::Averages;
use super::{Facts, Format};

/// Only from this reduction on: below it, how color is spread out again would show.
const LEAST_REDUCTION: f64 = 2.0;

/// Decodes what is needed; `None` leaves the file to another decoder.
pub(super) fn decode(bytes: &[u8], facts: &Facts, need: &Need) -> Option<Planes> {
    let reduction = need.reduction();
    let smaller = reduction.0.min(reduction.1);
    let size = facts.stored_size;
    let is_suitable = facts.format == Format::WebP
        && facts.frames == 1
        && !facts.has_alpha
        && smaller >= LEAST_REDUCTION;
    if !is_suitable {
        return None;
    }
    let blocks = (block(reduction.0), block(reduction.1));
    // Of color there is one sample for two pixels.
    let color_blocks = (block(reduction.0 / 2.0), block(reduction.1 / 2.0));
    let (top, bottom) = span(need.part.y, need.part.height, reduction.1, size.height);
    // Where blocks of both begin.
    let step = u32::try_from(blocks.1 * 2 * color_blocks.1).ok()?;
    let top = top / step * step;
    let averages = |per_sample: u32, blocks| {
        let (width, rows) = (
            size.width.div_ceil(per_sample),
            (bottom - top).div_ceil(per_sample),
        );
        Averages::new(width as usize, rows as usize, blocks)
    };
    let color = || averages(2, color_blocks);
    let mut planes = [averages(1, blocks), color(), color()];
    // Refuses lossless files, which have color for each pixel.
    libwebp::decode_rows(bytes, size, top..bottom, &mut planes, smaller < COARSE_FROM)?;
    let plane = |averages: Averages, per_sample: u32, blocks: (usize, usize), values: [u8; 256]| {
        let mut samples = averages.finish();
        for sample in &mut samples {
            *sample = values[usize::from(*sample)];
        }
        let width = (size.width.div_ceil(per_sample) as usize).div_ceil(blocks.0);
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let scale = |block: usize| 1.0 / (f64::from(per_sample) * block as f64);
        Plane {
            width,
            height: samples.len() / width.max(1),
            samples,
            scale: (scale(blocks.0), scale(blocks.1)),
            top: (top / per_sample) as usize / blocks.1,
        }
    };
    let [luma, blue, red] = planes;
    Some(Planes {
        size,
        luma: plane(luma, 1, blocks, full_range(16, 219, 0)),
        chroma: Some(
            [blue, red].map(|color| plane(color, 2, color_blocks, full_range(128, 224, 128))),
        ),
        profile: webp_profile(bytes),
    })
}

/// What VP8's values become, which use only a part of the 256: `steps` of them, with `zero` in
/// place of `stays`.
fn full_range(zero: i32, steps: i32, stays: i32) -> [u8; 256] {
    std::array::from_fn(|value| {
        let distance = i32::try_from(value).unwrap_or_default() - zero;
        let rounded = (2 * distance * 255 + steps * distance.signum()) / (2 * steps);
        u8::try_from((stays + rounded).clamp(0, 255)).unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::model::PixelSize;
    use crate::samples;
    use crate::transform::orient::{Rect, Turn};
    use crate::transform::planar::{Chroma, scaled};
    use crate::transform::resize::resize;
    use crate::transform::{decode as complete, probe};

    fn need(part: (f64, f64, f64, f64), size: (u32, u32)) -> Need {
        let (x, y, width, height) = part;
        Need {
            part: Rect {
                x,
                y,
                width,
                height,
            },
            size: PixelSize::new(size.0, size.1),
        }
    }

    #[test]
    fn any_part_becomes_what_it_becomes_from_all_pixels() {
        // Odd sides: the last samples of color reach beyond the picture.
        let (width, height) = (403, 301);
        let photo = samples::photo_rgb(3, width, height);
        let file = webp::Encoder::from_rgb(&photo, width, height).encode(95.0);
        let facts = probe(&file).unwrap();
        let whole = complete::decode(&file, &facts, 1.0)
            .unwrap()
            .pixels
            .into_owned();
        for need in [
            need((0.0, 0.0, 403.0, 301.0), (64, 48)),
            need((0.0, 0.0, 403.0, 301.0), (201, 150)),
            need((100.5, 0.0, 200.0, 100.0), (80, 40)),
            need((3.0, 190.25, 400.0, 110.75), (50, 14)),
        ] {
            let planes = decode(&file, &facts, &need).expect("a usual file");
            let size = need.size;
            let found = scaled(planes, need.part, size, Turn::default(), Chroma::Full)
                .unwrap()
                .into_pixels();
            let expected = resize(Cow::Borrowed(&whole), need.part, size, false).unwrap();
            let off: u64 = found
                .rgba
                .iter()
                .zip(&expected.rgba)
                .map(|(found, expected)| u64::from(found.abs_diff(*expected)))
                .sum();
            let samples = size.area() * 3;
            assert!(off < samples * 2, "{need:?}: {off} in {samples}");
        }
    }

    #[test]
    fn what_has_more_color_or_transparency_or_hardly_shrinks_is_left_to_others() {
        let photo = samples::photo_rgb(3, 120, 90);
        let encoder = webp::Encoder::from_rgb(&photo, 120, 90);
        let lossy = encoder.encode(90.0);
        let facts = probe(&lossy).unwrap();
        let small = need((0.0, 0.0, 120.0, 90.0), (40, 30));
        assert!(decode(&lossy, &facts, &small).is_some());
        let large = need((0.0, 0.0, 120.0, 90.0), (80, 60));
        assert!(decode(&lossy, &facts, &large).is_none());
        let with_alpha = Facts {
            has_alpha: true,
            ..facts
        };
        assert!(decode(&lossy, &with_alpha, &small).is_none());
        let lossless = encoder.encode_lossless();
        let facts = probe(&lossless).unwrap();
        assert!(decode(&lossless, &facts, &small).is_none());
    }

    #[test]
    fn black_and_white_and_gray_are_what_they_are_in_jpeg() {
        let luma = full_range(16, 219, 0);
        assert_eq!((luma[0], luma[16], luma[235], luma[255]), (0, 0, 255, 255));
        let chroma = full_range(128, 224, 128);
        assert_eq!((chroma[16], chroma[128], chroma[240]), (0, 128, 255));
    }
}
