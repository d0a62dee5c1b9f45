//! A part of a PNG, made smaller row by row.

use std::borrow::Cow;
use std::io::Cursor;
use std::ops::Range;

use super::decode::Bitmap;
use super::part::{Need, block, span};
use super::png_rows::{self, Rows};
use super::probe::damaged;
use super::rows::{Layout, Shrinker};
use super::{Facts, Format, TransformError};
use crate::model::PixelSize;

/// Decodes what is needed; `None` leaves the file to the decoder of whole pictures.
pub(super) fn decode(
    bytes: &[u8],
    facts: &Facts,
    need: &Need,
) -> Result<Option<Bitmap<'static>>, TransformError> {
    let broken = |error: png::DecodingError| TransformError::Damaged(error.to_string());
    // What a profile may inflate to; the rows are bounded by the size, which is checked.
    let limits = png::Limits {
        bytes: 64 * 1024 * 1024,
    };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_ignore_text_chunk(true);
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().map_err(broken)?;
    let info = reader.info();
    if info.interlaced {
        return Ok(None);
    }
    let profile = info.icc_profile.as_deref().map(<[u8]>::to_vec);
    let size = PixelSize::new(info.width, info.height);
    if size != facts.stored_size {
        return Err(damaged(Format::Png));
    }
    let samples = reader.output_color_type();
    let is_stored_so = samples == (info.color_type, info.bit_depth) && info.trns.is_none();
    let mut part = PartOfRows::new(size, samples, need);
    let stored = part.stored();
    let is_read = is_stored_so && png_rows::each_row(bytes, stored, |row| part.push(row)).is_some();
    if !is_read {
        part = PartOfRows::new(size, samples, need);
        while part.next < part.rows.end {
            let row = reader.next_row().map_err(broken)?;
            part.push(row.ok_or_else(|| damaged(Format::Png))?.data());
        }
    }
    Ok(Some(part.finish(facts, profile)))
}

/// What a part of a picture becomes.
#[derive(Debug)]
struct PartOfRows {
    layout: Layout,
    /// Whether samples have two bytes.
    is_wide: bool,
    /// Pixels of a row, of which the part has some.
    width: usize,
    columns: Range<usize>,
    rows: Range<usize>,
    /// The number of the row that comes next.
    next: usize,
    /// Pixels that become one, across and down.
    block: (usize, usize),
    /// The last row in samples of one byte.
    narrow: Vec<u8>,
    shrinker: Shrinker,
}

impl PartOfRows {
    fn new(size: PixelSize, samples: (png::ColorType, png::BitDepth), need: &Need) -> Self {
        let layout = match samples.0 {
            // Palettes were expanded.
            png::ColorType::Grayscale | png::ColorType::Indexed => Layout::Gray,
            png::ColorType::GrayscaleAlpha => Layout::GrayAlpha,
            png::ColorType::Rgb => Layout::Rgb,
            png::ColorType::Rgba => Layout::Rgba,
        };
        let reduction = need.reduction();
        let (left, right) = span(need.part.x, need.part.width, reduction.0, size.width);
        let (top, bottom) = span(need.part.y, need.part.height, reduction.1, size.height);
        let block = (block(reduction.0), block(reduction.1));
        let (columns, rows) = (left as usize..right as usize, top as usize..bottom as usize);
        Self {
            layout,
            is_wide: samples.1 == png::BitDepth::Sixteen,
            width: size.width as usize,
            next: 0,
            block,
            narrow: Vec::new(),
            shrinker: Shrinker::new(layout, columns.len(), rows.len(), block),
            columns,
            rows,
        }
    }

    /// The rows that have to be read.
    fn stored(&self) -> Rows {
        Rows {
            pixel_bytes: self.layout.channels() * if self.is_wide { 2 } else { 1 },
            width: self.width,
            count: self.rows.end,
        }
    }

    /// Takes the next row, of whole pixels.
    fn push(&mut self, row: &[u8]) {
        self.next += 1;
        if !self.rows.contains(&(self.next - 1)) {
            return;
        }
        let row = if self.is_wide {
            let (pairs, _) = row.as_chunks::<2>();
            self.narrow.clear();
            self.narrow.extend(pairs.iter().map(|pair| rounded(*pair)));
            &self.narrow
        } else {
            row
        };
        let channels = self.layout.channels();
        let part = self.columns.start * channels..self.columns.end * channels;
        self.shrinker.push(&row[part]);
    }

    fn finish(self, facts: &Facts, profile: Option<Vec<u8>>) -> Bitmap<'static> {
        #[expect(clippy::cast_precision_loss, reason = "sides of pictures and blocks")]
        let number = |number: usize| number as f64;
        Bitmap {
            stands_for: facts.stored_size,
            origin: (number(self.columns.start), number(self.rows.start)),
            scale: (1.0 / number(self.block.0), 1.0 / number(self.block.1)),
            has_alpha: facts.has_alpha,
            profile,
            pixels: Cow::Owned(self.shrinker.finish()),
        }
    }
}

/// The nearest of 256 values to one of 65536.
fn rounded(sample: [u8; 2]) -> u8 {
    let sample = u32::from(u16::from_be_bytes(sample));
    u8::try_from((sample * 255 + 32_767) / 65_535).unwrap_or(255)
}
