//! The rows of a PNG.
//!
//! They come one after another: whoever makes a picture smaller takes them as they
//! come, and nothing of it is in memory but 256 KB, which the compression refers to, and five rows.
//! This reads what most files are: not interlaced, 8 or 16 bits, no palette, no transparent color.
//! At anything else, and at any irregularity, it gives up, and the complete decoder takes over: here
//! nothing is repaired.

mod chunks;
mod codes;
mod inflate;
#[cfg(any(test, fuzzing))]
pub(super) mod reference;
#[cfg(test)]
mod tests;
mod unfilter;

use inflate::{Inflater, OUTPUT, WINDOW};
use unfilter::{Filter, TOGETHER, Unfilter};

/// How the rows are stored.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rows {
    /// Bytes of a pixel: 1 to 4, or twice that with 16 bits.
    pub(super) pixel_bytes: usize,
    /// Pixels of a row.
    pub(super) width: usize,
    /// How many rows are needed, from the first one on.
    pub(super) count: usize,
}

/// Hands the first rows to `take`, one after another; `None` when the file is not as it should be,
/// perhaps only after some rows.
pub(super) fn each_row(bytes: &[u8], rows: Rows, mut take: impl FnMut(&[u8])) -> Option<()> {
    let stride = rows.pixel_bytes.checked_mul(rows.width)?;
    // A row is preceded by the number of its filter.
    let stored = stride + 1;
    if stored > OUTPUT - WINDOW {
        return None;
    }
    let can_wait = stored * TOGETHER <= OUTPUT - WINDOW;
    let mut inflater = Inflater::new(chunks::ImageData::open(bytes)?);
    let mut unfilter = Unfilter::new(rows.pixel_bytes, stride)?;
    let mut left = rows.count;
    let mut used = 0;
    while left > 0 {
        let data = inflater.more(used)?;
        used = 0;
        while left > 0 {
            let group = data.get(used..used + stored * TOGETHER);
            if left >= TOGETHER && group.is_none() && can_wait {
                break;
            }
            if let Some(rows) = group.and_then(|group| unfilter.four(group)) {
                rows.take(left).for_each(&mut take);
                left = left.saturating_sub(TOGETHER);
                used += stored * TOGETHER;
                continue;
            }
            let Some(row) = data.get(used..used + stored) else {
                break;
            };
            take(unfilter.one(Filter::of(row[0])?, &row[1..]));
            left -= 1;
            used += stored;
        }
    }
    Some(())
}
