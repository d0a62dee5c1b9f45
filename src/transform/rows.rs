//! A picture that comes row by row, made smaller on the way.
//!
//! Blocks of whole pixels become their average, color weighted by opacity, so that the resizing
//! behind it has two to four times as many pixels as it needs in place of the whole picture.

use super::Pixels;
use crate::model::PixelSize;

/// How the samples of a row are arranged; a byte each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    Gray,
    GrayAlpha,
    Rgb,
    Rgba,
}

impl Layout {
    pub(super) const fn channels(self) -> usize {
        match self {
            Self::Gray => 1,
            Self::GrayAlpha => 2,
            Self::Rgb => 3,
            Self::Rgba => 4,
        }
    }
}

/// The largest block along a side: the sum of a column stays within 16 bits, and that of as many
/// products within 32.
pub(super) const MOST: usize = 128;

/// Collects rows.
#[derive(Debug)]
pub(super) struct Shrinker {
    layout: Layout,
    /// Pixels in a row.
    width: usize,
    /// Pixels of a block, across and down.
    block: (usize, usize),
    /// For each sample the sum of the rows since the last block, without alpha.
    sums: Vec<u16>,
    /// The same with alpha: of alpha, and of color times alpha.
    weighted: Vec<u32>,
    /// How many rows those are.
    rows: usize,
    rgba: Vec<u8>,
}

impl Shrinker {
    /// For rows of `width` pixels, of which blocks of `block` become one. `height` is only a hint.
    pub(super) fn new(layout: Layout, width: usize, height: usize, block: (usize, usize)) -> Self {
        let block = (block.0.clamp(1, MOST), block.1.clamp(1, MOST));
        let out = width.div_ceil(block.0) * height.div_ceil(block.1);
        let samples = if block == (1, 1) {
            0
        } else {
            width * layout.channels()
        };
        let has_alpha = matches!(layout, Layout::GrayAlpha | Layout::Rgba);
        Self {
            layout,
            width,
            block,
            sums: vec![0; if has_alpha { 0 } else { samples }],
            weighted: vec![0; if has_alpha { samples } else { 0 }],
            rows: 0,
            rgba: Vec::with_capacity(out * 4),
        }
    }

    /// Takes the next row, of `width` pixels.
    pub(super) fn push(&mut self, row: &[u8]) {
        let row = &row[..self.width * self.layout.channels()];
        if self.block == (1, 1) {
            self.push_as_it_is(row);
            return;
        }
        match self.layout {
            Layout::Gray | Layout::Rgb => add(&mut self.sums, row),
            Layout::GrayAlpha => add_weighted::<2>(&mut self.weighted, row),
            Layout::Rgba => add_weighted::<4>(&mut self.weighted, row),
        }
        self.rows += 1;
        if self.rows == self.block.1 {
            self.end_block();
        }
    }

    fn push_as_it_is(&mut self, row: &[u8]) {
        match self.layout {
            Layout::Gray => self.rgba.extend(row.iter().flat_map(|v| [*v, *v, *v, 255])),
            Layout::GrayAlpha => {
                let (pixels, _) = row.as_chunks::<2>();
                self.rgba
                    .extend(pixels.iter().flat_map(|[v, a]| [*v, *v, *v, *a]));
            }
            Layout::Rgb => {
                let (pixels, _) = row.as_chunks::<3>();
                self.rgba
                    .extend(pixels.iter().flat_map(|[r, g, b]| [*r, *g, *b, 255]));
            }
            Layout::Rgba => self.rgba.extend_from_slice(row),
        }
    }

    fn end_block(&mut self) {
        if self.rows == 0 {
            return;
        }
        let (sums, rgba) = (&self.sums, &mut self.rgba);
        let (across, rows) = (self.block.0, self.rows);
        match self.layout {
            Layout::Gray => each_average::<1>(sums, across, rows, |[value]| {
                rgba.extend([value, value, value, 255]);
            }),
            Layout::Rgb => each_average::<3>(sums, across, rows, |[red, green, blue]| {
                rgba.extend([red, green, blue, 255]);
            }),
            Layout::GrayAlpha => {
                for block in self.weighted.chunks(across * 2) {
                    let [value, alpha] = weighted_averages::<2>(block, rows);
                    rgba.extend([value, value, value, alpha]);
                }
            }
            Layout::Rgba => {
                for block in self.weighted.chunks(across * 4) {
                    rgba.extend(weighted_averages::<4>(block, rows));
                }
            }
        }
        self.sums.fill(0);
        self.weighted.fill(0);
        self.rows = 0;
    }

    /// What the rows became. The last column and row may stand for fewer pixels than the others.
    pub(super) fn finish(mut self) -> Pixels {
        self.end_block();
        let width = self.width.div_ceil(self.block.0);
        let height = self.rgba.len() / 4 / width.max(1);
        let side = |px: usize| u32::try_from(px).unwrap_or(u32::MAX);
        Pixels {
            size: PixelSize::new(side(width), side(height)),
            rgba: self.rgba,
        }
    }
}

/// Collects the rows of a plane, of which blocks become their average.
#[derive(Debug)]
pub(super) struct Averages {
    /// Samples of a block, across and down.
    block: (usize, usize),
    /// For each column the sum of the rows since the last block.
    sums: Vec<u16>,
    /// How many rows those are.
    rows: usize,
    samples: Vec<u8>,
}

impl Averages {
    /// For rows of `width` samples. `height` is only a hint.
    pub(super) fn new(width: usize, height: usize, block: (usize, usize)) -> Self {
        let block = (block.0.clamp(1, MOST), block.1.clamp(1, MOST));
        let out = width.div_ceil(block.0) * height.div_ceil(block.1);
        Self {
            block,
            sums: vec![0; width],
            rows: 0,
            samples: Vec::with_capacity(out),
        }
    }

    /// Takes the next row.
    pub(super) fn push(&mut self, row: &[u8]) {
        if self.block == (1, 1) {
            self.samples.extend_from_slice(row);
            return;
        }
        add(&mut self.sums, row);
        self.rows += 1;
        if self.rows == self.block.1 {
            self.end_block();
        }
    }

    fn end_block(&mut self) {
        if self.rows == 0 {
            return;
        }
        each_average::<1>(&self.sums, self.block.0, self.rows, |[value]| {
            self.samples.push(value);
        });
        self.sums.fill(0);
        self.rows = 0;
    }

    /// What the rows became. The last column and row may stand for fewer samples than the others.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.end_block();
        self.samples
    }
}

fn add(sums: &mut [u16], row: &[u8]) {
    for (sum, sample) in sums.iter_mut().zip(row) {
        *sum += u16::from(*sample);
    }
}

fn add_weighted<const N: usize>(sums: &mut [u32], row: &[u8]) {
    let (sums, _) = sums.as_chunks_mut::<N>();
    let (pixels, _) = row.as_chunks::<N>();
    for (sum, pixel) in sums.iter_mut().zip(pixels) {
        let alpha = u32::from(pixel[N - 1]);
        for at in 0..N - 1 {
            sum[at] += u32::from(pixel[at]) * alpha;
        }
        sum[N - 1] += alpha;
    }
}

fn totals<const N: usize, T: Copy + Into<u32>>(block: &[T]) -> [u32; N] {
    let (pixels, _) = block.as_chunks::<N>();
    let mut totals = [0; N];
    for pixel in pixels {
        for at in 0..N {
            totals[at] += pixel[at].into();
        }
    }
    totals
}

/// Hands the average of each block of pixels of `N` samples to `take`.
#[inline]
fn each_average<const N: usize>(
    sums: &[u16],
    across: usize,
    rows: usize,
    mut take: impl FnMut([u8; N]),
) {
    // Most pictures become smaller by one of these; a loop of known length takes a quarter of the
    // time.
    match across {
        1 => each_average_of::<N, 1>(sums, rows, take),
        2 => each_average_of::<N, 2>(sums, rows, take),
        3 => each_average_of::<N, 3>(sums, rows, take),
        4 => each_average_of::<N, 4>(sums, rows, take),
        5 => each_average_of::<N, 5>(sums, rows, take),
        6 => each_average_of::<N, 6>(sums, rows, take),
        7 => each_average_of::<N, 7>(sums, rows, take),
        8 => each_average_of::<N, 8>(sums, rows, take),
        _ => {
            for block in sums.chunks(across * N) {
                take(Divisor::of(block.len() / N * rows).average(totals::<N, _>(block)));
            }
        }
    }
}

#[inline]
fn each_average_of<const N: usize, const ACROSS: usize>(
    sums: &[u16],
    rows: usize,
    mut take: impl FnMut([u8; N]),
) {
    let (pixels, _) = sums.as_chunks::<N>();
    let (blocks, rest) = pixels.as_chunks::<ACROSS>();
    let divisor = Divisor::of(ACROSS * rows);
    for block in blocks {
        let mut totals = [0; N];
        for pixel in block {
            for at in 0..N {
                totals[at] += u32::from(pixel[at]);
            }
        }
        take(divisor.average(totals));
    }
    if !rest.is_empty() {
        take(Divisor::of(rest.len() * rows).average(totals(rest.as_flattened())));
    }
}

/// Divides totals of so many bytes.
#[derive(Clone, Copy)]
struct Divisor {
    count: u32,
    /// 2^24 / count, rounded up, where that is exact enough.
    share: Option<u32>,
}

impl Divisor {
    /// The most for which a share of 24 bits rounds as a division does: beyond it, it is too large
    /// by up to what the nearest total lies below a half.
    const MOST_SHARED: u32 = 180;

    fn of(count: usize) -> Self {
        let count = u32::try_from(count).unwrap_or(u32::MAX).max(1);
        let is_exact = count <= Self::MOST_SHARED;
        Self {
            count,
            share: is_exact.then(|| (1_u32 << 24).div_ceil(count)),
        }
    }

    /// The average, to the nearest; what lies in the middle goes up.
    #[inline]
    fn average<const N: usize>(self, totals: [u32; N]) -> [u8; N] {
        match self.share {
            Some(share) => totals.map(|total| (total * share + (1 << 23)).to_le_bytes()[3]),
            None => totals.map(|total| byte((total + self.count / 2) / self.count)),
        }
    }
}

fn weighted_averages<const N: usize>(block: &[u32], rows: usize) -> [u8; N] {
    let count = u32::try_from(block.len() / N * rows).unwrap_or(u32::MAX);
    let totals = totals::<N, _>(block);
    let weight = totals[N - 1];
    let mut averages = [0; N];
    for at in 0..N - 1 {
        averages[at] = byte((totals[at] + weight / 2).checked_div(weight).unwrap_or(0));
    }
    averages[N - 1] = byte((weight + count / 2) / count);
    averages
}

fn byte(value: u32) -> u8 {
    u8::try_from(value).unwrap_or(255)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_become_their_average_and_the_last_ones_may_be_smaller() {
        let mut shrinker = Shrinker::new(Layout::Gray, 5, 3, (2, 2));
        for row in [[10, 20, 30, 40, 50], [30, 40, 50, 60, 70], [1, 2, 3, 4, 5]] {
            shrinker.push(&row);
        }
        let pixels = shrinker.finish();
        assert_eq!(pixels.size, PixelSize::new(3, 2));
        let values: Vec<u8> = pixels.rgba.iter().step_by(4).copied().collect();
        assert_eq!(values, [25, 45, 60, 2, 4, 5]);
    }

    #[test]
    fn a_plane_becomes_averages_as_pixels_do() {
        let samples = [10, 20, 30, 40, 50, 30, 40, 50, 60, 70, 1, 2, 3, 4, 5];
        let averages_of = |block| {
            let mut averages = Averages::new(5, 3, block);
            for row in samples.chunks(5) {
                averages.push(row);
            }
            averages.finish()
        };
        assert_eq!(averages_of((2, 2)), [25, 45, 60, 2, 4, 5]);
        assert_eq!(averages_of((1, 1)), samples);
        assert_eq!(averages_of((9, 2)), [40, 3]);
    }

    #[test]
    fn averages_are_rounded_to_the_nearest_however_many_there_are() {
        for count in 1..=400_usize {
            let divisor = Divisor::of(count);
            for total in 0..=255 * count {
                let [found] = divisor.average([u32::try_from(total).unwrap()]);
                assert_eq!(
                    usize::from(found),
                    (total + count / 2) / count,
                    "{total} / {count}"
                );
            }
        }
    }

    #[test]
    fn a_transparent_pixel_has_no_say_in_the_color() {
        let mut shrinker = Shrinker::new(Layout::Rgba, 2, 1, (2, 1));
        shrinker.push(&[200, 100, 50, 255, 9, 9, 9, 0]);
        assert_eq!(shrinker.finish().rgba, [200, 100, 50, 128]);
        let mut shrinker = Shrinker::new(Layout::GrayAlpha, 2, 1, (2, 1));
        shrinker.push(&[7, 0, 9, 0]);
        assert_eq!(shrinker.finish().rgba, [0, 0, 0, 0]);
    }

    #[test]
    fn every_layout_becomes_rgba() {
        for (layout, row, expected) in [
            (Layout::Gray, vec![5, 6], [5, 5, 5, 255, 6, 6, 6, 255]),
            (
                Layout::GrayAlpha,
                vec![5, 1, 6, 2],
                [5, 5, 5, 1, 6, 6, 6, 2],
            ),
            (
                Layout::Rgb,
                vec![1, 2, 3, 4, 5, 6],
                [1, 2, 3, 255, 4, 5, 6, 255],
            ),
            (
                Layout::Rgba,
                vec![1, 2, 3, 4, 5, 6, 7, 8],
                [1, 2, 3, 4, 5, 6, 7, 8],
            ),
        ] {
            let mut as_it_is = Shrinker::new(layout, 2, 1, (1, 1));
            as_it_is.push(&row);
            assert_eq!(as_it_is.finish().rgba, expected, "{layout:?}");
        }
    }
}
