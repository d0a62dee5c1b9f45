//! The bits of a scan, up to the next marker.

use super::huffman::{AcTable, DcTable, SHORT_BITS, STEP_BITS, STEP_END, VALUE_END, extended};

/// Bytes that are prepared at a time: small enough to stay in the processor's cache.
const AHEAD: usize = 32 * 1024;

/// More than any unit takes: ten blocks of 64 coefficients of 26 bits and less.
const UNIT: usize = 4096;

/// The places of coefficients, row by row, in the order they are stored in.
pub(super) const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// Reads bits. Call [`Bits::prepare`] before each unit; within one there are always enough, if need
/// be zeros, and the next call finds out.
#[derive(Debug)]
pub(super) struct Bits<'a> {
    /// What is not yet prepared; from a marker on, that marker.
    input: &'a [u8],
    /// Prepared bytes: a zero behind each 255 is left out.
    ahead: Box<[u8; AHEAD + 2 * UNIT]>,
    /// How many are prepared.
    length: usize,
    next: Cursor,
    has_ended: bool,
}

/// Where reading goes on. A copy of it is what loops work with: processors keep that in registers.
#[derive(Clone, Copy, Debug, Default)]
struct Cursor {
    /// The next prepared byte that is not yet in `bits`.
    at: usize,
    /// The next bits, uppermost first.
    bits: u64,
    /// How many they are.
    count: u32,
}

impl Cursor {
    /// Afterwards there are 56 bits at least.
    #[inline]
    fn refill(&mut self, ahead: &[u8; AHEAD + 2 * UNIT]) {
        let next = &ahead[self.at..self.at + 8];
        let next = u64::from_be_bytes(next.try_into().expect("eight bytes"));
        self.bits |= next >> self.count;
        self.at += ((63 - self.count) >> 3) as usize;
        self.count |= 0b11_1000;
    }

    #[inline]
    const fn take(&mut self, count: u32) {
        self.bits <<= count;
        self.count -= count;
    }
}

impl<'a> Bits<'a> {
    #[expect(
        clippy::large_stack_arrays,
        reason = "36 KiB for a moment, on the way to the heap"
    )]
    pub(super) fn new(input: &'a [u8]) -> Self {
        Self {
            input,
            ahead: Box::new([0; AHEAD + 2 * UNIT]),
            length: 0,
            next: Cursor::default(),
            has_ended: false,
        }
    }

    /// Makes sure that the next unit can be read; `None` when the last one was incomplete.
    #[inline]
    pub(super) fn prepare(&mut self) -> Option<()> {
        if self.length.saturating_sub(self.next.at) < UNIT {
            if self.has_ended {
                return (self.next.at <= self.length + 8).then_some(());
            }
            self.fill();
        }
        Some(())
    }

    fn fill(&mut self) {
        self.ahead.copy_within(self.next.at..self.length, 0);
        self.length -= self.next.at;
        self.next.at = 0;
        while self.length < AHEAD {
            let chunk = &self.input[..self.input.len().min(AHEAD - self.length)];
            let plain = memchr::memchr(0xFF, chunk).unwrap_or(chunk.len());
            self.ahead[self.length..self.length + plain].copy_from_slice(&chunk[..plain]);
            self.length += plain;
            if plain == chunk.len() && !chunk.is_empty() {
                self.input = &self.input[plain..];
                continue;
            }
            match self.input.get(plain + 1) {
                Some(0) => {
                    self.ahead[self.length] = 0xFF;
                    self.length += 1;
                    self.input = &self.input[plain + 2..];
                }
                // Any number of them may stand before a marker.
                Some(0xFF) => self.input = &self.input[plain + 1..],
                Some(_) | None => {
                    self.input = &self.input[plain..];
                    self.has_ended = true;
                    break;
                }
            }
        }
        if self.has_ended {
            self.ahead[self.length..].fill(0);
        }
    }

    /// Whether no more bits were read than there were, and all of them up to the marker.
    fn has_read_all(&mut self) -> bool {
        if !self.has_ended {
            self.fill();
        }
        // What is in `bits` may come from bytes that are no longer kept.
        let read = (self.next.at * 8).cast_signed() - (self.next.count as usize).cast_signed();
        let left = (self.length * 8).cast_signed() - read;
        self.has_ended && (0..8).contains(&left)
    }

    /// Passes a restart marker; `None` if it is not there.
    pub(super) fn restart(&mut self) -> Option<()> {
        if !self.has_read_all() {
            return None;
        }
        let [0xFF, 0xD0..=0xD7, rest @ ..] = self.input else {
            return None;
        };
        self.input = rest;
        (self.length, self.next) = (0, Cursor::default());
        self.has_ended = false;
        Some(())
    }

    /// What follows, when the scan is over; `None` if bits are missing or left.
    pub(super) fn finish(mut self) -> Option<&'a [u8]> {
        self.has_read_all().then_some(self.input)
    }

    /// The difference of an average to the one before.
    #[inline]
    pub(super) fn difference(&mut self, table: &DcTable) -> Option<i32> {
        let mut next = self.next;
        next.refill(&self.ahead);
        let difference = next.difference(table)?;
        self.next = next;
        Some(difference)
    }

    /// Goes over the averages of a unit: `read` is given the reader of each.
    #[inline]
    pub(super) fn averages(
        &mut self,
        read: impl FnOnce(&mut Averages<'_>) -> Option<()>,
    ) -> Option<()> {
        let mut averages = Averages {
            next: self.next,
            ahead: &self.ahead,
        };
        read(&mut averages)?;
        self.next = averages.next;
        Some(())
    }

    /// Reads coefficients up to place `last` and passes the others. They are multiplied by their
    /// `steps` and put in their places; the answer is the last place that is not 0.
    #[inline]
    pub(super) fn coefficients(
        &mut self,
        table: &AcTable,
        steps: &[f32; 64],
        last: u32,
        block: &mut [f32; 64],
    ) -> Option<u32> {
        let mut next = self.next;
        let mut at = 1;
        let mut reached = 0;
        while at <= last {
            if next.count < 32 {
                next.refill(&self.ahead);
            }
            let entry = table.values[(next.bits >> (64 - SHORT_BITS)) as usize];
            let value;
            if entry & VALUE_END != 0 {
                next.take(entry & 15);
                self.next = next;
                return Some(reached);
            } else if entry != 0 {
                at += (entry >> 8) & 15;
                next.take(entry & 15);
                value = entry.cast_signed() >> 16;
            } else {
                let (length, symbol) = table.symbols.next(next.bits)?;
                next.take(length);
                let size = u32::from(symbol & 15);
                if symbol == 0 {
                    self.next = next;
                    return Some(reached);
                }
                at += u32::from(symbol >> 4);
                if size == 0 {
                    at += 1;
                    if at > 63 {
                        return None;
                    }
                    continue;
                }
                value = extended(next.bits, size);
                next.take(size);
            }
            let place = *ZIGZAG.get(at as usize)?;
            #[expect(clippy::cast_precision_loss, reason = "11 bits")]
            {
                block[usize::from(place)] = value as f32 * steps[at as usize & 63];
            }
            reached = at;
            at += 1;
        }
        next.skip(&self.ahead, table, at)?;
        self.next = next;
        Some(reached)
    }
}

/// Reads averages one after the other, within a unit.
pub(super) struct Averages<'a> {
    next: Cursor,
    ahead: &'a [u8; AHEAD + 2 * UNIT],
}

impl Averages<'_> {
    /// The difference of the next average to the one before; the other coefficients of the block are
    /// passed.
    #[inline]
    pub(super) fn difference(&mut self, dc: &DcTable, ac: &AcTable) -> Option<i32> {
        self.next.refill(self.ahead);
        let difference = self.next.difference(dc)?;
        self.next.skip(self.ahead, ac, 1)?;
        Some(difference)
    }
}

impl Cursor {
    /// The difference of an average to the one before. It takes 27 bits at most.
    #[inline]
    fn difference(&mut self, table: &DcTable) -> Option<i32> {
        let entry = table.values[(self.bits >> (64 - SHORT_BITS)) as usize];
        if entry != 0 {
            self.take(entry & 15);
            return Some(entry.cast_signed() >> 16);
        }
        let (length, size) = table.symbols.next(self.bits)?;
        self.take(length);
        let size = u32::from(size);
        if size == 0 {
            return Some(0);
        }
        let value = extended(self.bits, size);
        self.take(size);
        Some(value)
    }

    /// Passes the coefficients from place `at` on.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "else the cursor would have to be in memory"
    )]
    fn skip(&mut self, ahead: &[u8; AHEAD + 2 * UNIT], table: &AcTable, mut at: u32) -> Option<()> {
        while at < 64 {
            // As many as the bits are sure to suffice for.
            while self.count >= STEP_BITS {
                let step = u32::from(table.steps[(self.bits >> (64 - STEP_BITS)) as usize]);
                let next = at + (step >> 4);
                if next < 64 {
                    at = next;
                    self.take(step & 15);
                    continue;
                }
                // An end counts as places; before it, there may be 63 at most.
                if next == 64 || (STEP_END..STEP_END + 64).contains(&next) {
                    self.take(step & 15);
                    return Some(());
                }
                self.refill(ahead);
                at = self.skip_one(table, at)?;
                break;
            }
            self.refill(ahead);
        }
        (at == 64).then_some(())
    }

    /// Passes a single symbol; 64 at the end.
    #[inline]
    fn skip_one(&mut self, table: &AcTable, at: u32) -> Option<u32> {
        let (length, symbol) = table.symbols.next(self.bits)?;
        let size = u32::from(symbol & 15);
        self.take(length);
        self.take(size);
        if symbol == 0 {
            return Some(64);
        }
        let next = at + u32::from(symbol >> 4) + 1;
        // After sixteen zeros a coefficient has to follow.
        (next <= 64 && (symbol != 0xF0 || next < 64)).then_some(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zero_behind_255_is_no_data_and_a_marker_is_the_end() {
        let mut bits = Bits::new(&[0xAB, 0xFF, 0x00, 0xCD, 0xFF, 0xD9]);
        bits.prepare().unwrap();
        bits.next.refill(&bits.ahead);
        assert_eq!(bits.next.bits >> 40, 0x00AB_FFCD);
        bits.next.take(24);
        assert_eq!(bits.finish(), Some([0xFF, 0xD9].as_slice()));
    }

    #[test]
    fn a_restart_marker_begins_anew() {
        let mut bits = Bits::new(&[0xAB, 0xFF, 0xFF, 0xD3, 0xCD, 0xFF, 0xD9]);
        bits.prepare().unwrap();
        bits.next.refill(&bits.ahead);
        bits.next.take(3);
        bits.restart().unwrap();
        bits.prepare().unwrap();
        bits.next.refill(&bits.ahead);
        assert_eq!(bits.next.bits >> 56, 0xCD);
        assert!(bits.restart().is_none(), "that is the end");
    }

    #[test]
    fn missing_bits_are_noticed() {
        let mut bits = Bits::new(&[0xAB, 0xFF, 0xD9]);
        bits.prepare().unwrap();
        bits.next.refill(&bits.ahead);
        bits.next.take(9);
        assert!(bits.finish().is_none());
        let mut bits = Bits::new(&[0xAB; 10_000]);
        bits.prepare().unwrap();
        bits.next.refill(&bits.ahead);
        bits.next.take(8);
        assert!(bits.finish().is_none(), "bits are left");
    }

    #[test]
    fn long_scans_are_read_piece_by_piece() {
        let input: Vec<u8> = (0..200_000_u32)
            .flat_map(|i| match i % 256 {
                255 => vec![0xFF, 0],
                byte => vec![u8::try_from(byte).unwrap()],
            })
            .chain([0xFF, 0xD9])
            .collect();
        let mut bits = Bits::new(&input);
        for i in 0..200_000_u64 {
            bits.prepare().unwrap();
            bits.next.refill(&bits.ahead);
            assert_eq!(bits.next.bits >> 56, i % 256);
            bits.next.take(8);
        }
        assert!(bits.finish().is_some());
    }
}
