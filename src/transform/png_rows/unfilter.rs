//! From what a row differs by to the row itself.
//!
//! Source: PNG specification, third edition, section 9, "Filtering".

use std::array;
use std::ops::{Add, Sub};

/// How a row is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Filter {
    None,
    Left,
    Above,
    Average,
    Paeth,
}

impl Filter {
    pub(super) const fn of(number: u8) -> Option<Self> {
        Some(match number {
            0 => Self::None,
            1 => Self::Left,
            2 => Self::Above,
            3 => Self::Average,
            4 => Self::Paeth,
            _ => return None,
        })
    }
}

/// How many rows of averages are done at a time.
pub(super) const TOGETHER: usize = 4;

/// Undoes filters, row after row.
pub(super) struct Unfilter {
    pixel_bytes: usize,
    /// The last row that was done; zeros before the first one.
    above: Vec<u8>,
    rows: [Vec<u8>; TOGETHER],
}

impl Unfilter {
    /// For rows of `stride` bytes and pixels of `pixel_bytes`; `None` when there are no such pixels.
    pub(super) fn new(pixel_bytes: usize, stride: usize) -> Option<Self> {
        matches!(pixel_bytes, 1..=4 | 6 | 8).then(|| Self {
            pixel_bytes,
            above: vec![0; stride],
            rows: array::from_fn(|_| vec![0; stride]),
        })
    }

    /// The next row, from what is stored of it behind the number of its filter.
    pub(super) fn one(&mut self, filter: Filter, stored: &[u8]) -> &[u8] {
        let Self {
            pixel_bytes,
            above,
            rows: [row, ..],
        } = self;
        match pixel_bytes {
            1 => undo::<1>(filter, stored, above, row),
            2 => undo::<2>(filter, stored, above, row),
            3 => undo::<3>(filter, stored, above, row),
            4 => undo::<4>(filter, stored, above, row),
            6 => undo::<6>(filter, stored, above, row),
            _ => undo::<8>(filter, stored, above, row),
        }
        std::mem::swap(above, row);
        above
    }

    /// The next four rows, from what is stored of them; `None`, and nothing done, unless all are
    /// averages of pixels that have three or four bytes.
    pub(super) fn four(&mut self, stored: &[u8]) -> Option<impl Iterator<Item = &[u8]>> {
        let length = self.above.len() + 1;
        let mut parts = stored.chunks_exact(length);
        let stored: [&[u8]; TOGETHER] = array::from_fn(|_| parts.next().unwrap_or_default());
        let are_averages = stored
            .iter()
            .all(|row| row.first().copied().and_then(Filter::of) == Some(Filter::Average));
        if !are_averages {
            return None;
        }
        let stored = stored.map(|row| &row[1..]);
        match self.pixel_bytes {
            3 => averages_of_four::<3>(stored, &self.above, &mut self.rows),
            4 => averages_of_four::<4>(stored, &self.above, &mut self.rows),
            _ => return None,
        }
        let [.., last] = &self.rows;
        self.above.copy_from_slice(last);
        Some(self.rows.iter().map(Vec::as_slice))
    }
}

// The loops below name each byte of a pixel: handed on as whole pixels, the compiler puts them into
// vectors and takes them out again, which takes two to three times as long.

fn undo<const N: usize>(filter: Filter, stored: &[u8], above: &[u8], row: &mut [u8]) {
    match filter {
        Filter::None => row.copy_from_slice(stored),
        Filter::Above => {
            for ((byte, difference), above) in row.iter_mut().zip(stored).zip(above) {
                *byte = difference.wrapping_add(*above);
            }
        }
        Filter::Left => {
            let (stored, _) = stored.as_chunks::<N>();
            let (row, _) = row.as_chunks_mut::<N>();
            let mut left = [0_u8; N];
            for (pixel, difference) in row.iter_mut().zip(stored) {
                for at in 0..N {
                    left[at] = left[at].wrapping_add(difference[at]);
                    pixel[at] = left[at];
                }
            }
        }
        Filter::Average => {
            let (stored, _) = stored.as_chunks::<N>();
            let (above, _) = above.as_chunks::<N>();
            let (row, _) = row.as_chunks_mut::<N>();
            let mut left = [0_u8; N];
            for ((pixel, difference), above) in row.iter_mut().zip(stored).zip(above) {
                for at in 0..N {
                    left[at] = difference[at].wrapping_add(average(left[at], above[at]));
                    pixel[at] = left[at];
                }
            }
        }
        // Four of 16 bits fit into a vector, and are faster there; three are not.
        Filter::Paeth if N.is_multiple_of(4) => undo_paeth::<N, i16>(stored, above, row),
        Filter::Paeth => undo_paeth::<N, i32>(stored, above, row),
    }
}

fn undo_paeth<const N: usize, T: Wide>(stored: &[u8], above: &[u8], row: &mut [u8]) {
    let (stored, _) = stored.as_chunks::<N>();
    let (above, _) = above.as_chunks::<N>();
    let (row, _) = row.as_chunks_mut::<N>();
    let mut left = [T::from(0); N];
    let mut corner = left;
    for ((pixel, difference), above) in row.iter_mut().zip(stored).zip(above) {
        for at in 0..N {
            let up = T::from(above[at]);
            let byte = (paeth(left[at], up, corner[at]) + T::from(difference[at])).low_byte();
            left[at] = T::from(byte);
            corner[at] = up;
            pixel[at] = byte;
        }
    }
}

/// A number that holds sums and differences of a few bytes.
pub(super) trait Wide:
    Copy + Ord + From<u8> + Add<Output = Self> + Sub<Output = Self>
{
    fn low_byte(self) -> u8;
}

impl Wide for i16 {
    fn low_byte(self) -> u8 {
        self.to_le_bytes()[0]
    }
}

impl Wide for i32 {
    fn low_byte(self) -> u8 {
        self.to_le_bytes()[0]
    }
}

/// The average, rounded down.
fn average(a: u8, b: u8) -> u8 {
    let sum = u16::from(a) + u16::from(b);
    (sum >> 1).to_le_bytes()[0]
}

/// Of three neighbors the one that is nearest to `left + above - corner`.
///
/// That is the corner where it lies near the middle of the other two, no farther than a sixth of
/// what they are apart; else the one of them that is farther from it. There are no branches, and
/// little has to be done once the left one is known: each pixel waits for the one before.
pub(super) fn paeth<T: Wide>(left: T, above: T, corner: T) -> T {
    let (low, high) = (left.min(above), left.max(above));
    let threshold = corner + corner + corner - (left + above);
    let nearest = if high <= threshold { low } else { corner };
    if threshold <= low { high } else { nearest }
}

/// Four rows in step: each is a pixel behind the one above, so that four pixels are known at the
/// same time. One row alone has to wait for its last pixel before it can do the next.
fn averages_of_four<const N: usize>(
    stored: [&[u8]; TOGETHER],
    above: &[u8],
    rows: &mut [Vec<u8>; TOGETHER],
) {
    let width = above.len() / N;
    let [a, b, c, d] = rows;
    // Four bytes are taken for a pixel, though it may have three.
    let steps = width.saturating_sub(TOGETHER);
    averages::<N>(stored[0], above, a, 0, 3);
    averages::<N>(stored[1], a, b, 0, 2);
    averages::<N>(stored[2], b, c, 0, 1);
    if steps > 0 {
        in_step::<N>(
            stored,
            above,
            [&mut *a, &mut *b, &mut *c, &mut *d],
            steps * N,
        );
    }
    averages::<N>(stored[0], above, a, steps + 3, width);
    averages::<N>(stored[1], a, b, steps + 2, width);
    averages::<N>(stored[2], b, c, steps + 1, width);
    averages::<N>(stored[3], c, d, steps, width);
}

/// Some pixels of a row of averages.
fn averages<const N: usize>(stored: &[u8], above: &[u8], row: &mut [u8], from: usize, to: usize) {
    for at in from * N..row.len().min(to * N) {
        let left = at.checked_sub(N).map_or(0, |left| row[left]);
        row[at] = stored[at].wrapping_add(average(left, above[at]));
    }
}

/// `bytes` of each row, where the first row is three pixels ahead of the last one, the second two,
/// the third one. What lies before is done.
#[inline]
fn in_step<const N: usize>(
    stored: [&[u8]; TOGETHER],
    above: &[u8],
    rows: [&mut [u8]; TOGETHER],
    bytes: usize,
) {
    let length = bytes + 4 - N;
    let ahead = |row: usize| (TOGETHER - 1 - row) * N;
    let mut row = 0;
    let [a, b, c, d] = stored.map(|stored| {
        let part = &stored[ahead(row)..][..length];
        row += 1;
        part
    });
    let above = &above[ahead(0)..][..length];
    let [out_a, out_b, out_c, out_d] = rows;
    let before = |out: &[u8], row: usize| {
        ahead(row)
            .checked_sub(N)
            .map_or(0, |at| pixel(&out[at..at + 4], 0))
    };
    // Two rows to a word. What a pixel of three bytes has above it is never looked at.
    let mut left = before(out_a, 0) | before(out_b, 1) << 32;
    let mut left_below = before(out_c, 2);
    let out_a = &mut out_a[ahead(0)..][..length];
    let out_b = &mut out_b[ahead(1)..][..length];
    let out_c = &mut out_c[ahead(2)..][..length];
    let out_d = &mut out_d[..length];
    for at in (0..length - 3).step_by(N) {
        let difference = pixel(a, at) | pixel(b, at) << 32;
        let difference_below = pixel(c, at) | pixel(d, at) << 32;
        let up = pixel(above, at) | left << 32;
        let up_below = left >> 32 | left_below << 32;
        left = sums(difference, averages_of_bytes(left, up));
        left_below = sums(difference_below, averages_of_bytes(left_below, up_below));
        for (out, pixels) in [(&mut *out_a, left), (&mut *out_c, left_below)] {
            out[at..at + 4].copy_from_slice(&first(pixels).to_le_bytes());
        }
        for (out, pixels) in [(&mut *out_b, left), (&mut *out_d, left_below)] {
            out[at..at + 4].copy_from_slice(&first(pixels >> 32).to_le_bytes());
        }
    }
}

#[inline]
fn pixel(row: &[u8], at: usize) -> u64 {
    let bytes = row.get(at..at + 4).and_then(<[u8]>::first_chunk);
    bytes.map_or(0, |bytes| u64::from(u32::from_le_bytes(*bytes)))
}

/// The first pixel of a word.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the others are cut off")]
const fn first(word: u64) -> u32 {
    word as u32
}

/// All bits of a byte but the highest, eight times.
const LOW: u64 = 0x7F7F_7F7F_7F7F_7F7F;

/// The average of each byte, rounded down.
#[inline]
const fn averages_of_bytes(a: u64, b: u64) -> u64 {
    (a & b) + (((a ^ b) >> 1) & LOW)
}

/// The sum of each byte, without what it carries.
#[inline]
const fn sums(a: u64, b: u64) -> u64 {
    ((a & LOW) + (b & LOW)) ^ ((a ^ b) & !LOW)
}
