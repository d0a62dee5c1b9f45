//! The compression of a PNG file, undone piece by piece.
//!
//! Everything is read from one buffer that is filled up again and again, and written to one that
//! holds what may still be referred to, with room behind each. So the loop that does all the work
//! has to look for the end of either only once for each round.
//!
//! It is here because it is faster than fdeflate, zlib-rs and libdeflate: `benches/crates` measures
//! them, docs/rendering.md tells how they did.
//!
//! Source: RFC 1950 and RFC 1951.

use super::chunks::ImageData;
use super::codes::{Codes, LengthCodes, MOST_DISTANCES, MOST_MAIN, boxed};

/// Compressed bytes in memory, a power of two.
const INPUT: usize = 64 * 1024;
/// Bytes behind them that may be read: zeros, behind the end of the data.
const INPUT_ROOM: usize = 32;

/// When there are so many bytes, they are handed out; a power of two.
pub(super) const OUTPUT: usize = 256 * 1024;
/// How far past that one round may write: literals, the longest match, and the rest of 16 bytes.
const OUTPUT_ROOM: usize = 8 + 258 + 16;
/// How many of them must be kept: matches may lie so far back.
pub(super) const WINDOW: usize = 32 * 1024;

/// Matches are copied by so many bytes at a time.
const COPIED: usize = 16;

/// The order in which the lengths of the codes for lengths are stored.
const LENGTH_ORDER: [usize; 19] = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];

/// What comes next.
#[derive(Clone, Copy, Debug)]
enum Next {
    StreamHeader,
    BlockHeader,
    /// So many bytes as they are.
    Stored(usize),
    /// Codes up to the end of the block.
    Codes,
    Nothing,
}

/// Undoes the compression.
pub(super) struct Inflater<'a> {
    source: ImageData<'a>,
    input: Box<[u8; INPUT + INPUT_ROOM]>,
    /// The compressed bytes that are there.
    filled: usize,
    /// Whether no more will come.
    is_last_input: bool,
    bits: Bits,
    output: Box<[u8; OUTPUT + OUTPUT_ROOM]>,
    /// The bytes of it that are there, with used ones that are kept.
    made: usize,
    /// Those of them that were used.
    used: usize,
    codes: Codes,
    next: Next,
    is_last_block: bool,
}

/// The bits that come next.
#[derive(Clone, Copy, Debug, Default)]
struct Bits {
    /// The first one lowest. Above `count` may be more of the data, but not all of it.
    data: u64,
    count: u32,
    /// The byte of the input behind them.
    at: usize,
}

impl Bits {
    /// Takes in as many whole bytes as fit: at least 56 bits are there then. All 64 of `data` are
    /// of the input, until some are dropped.
    #[inline]
    fn fill(&mut self, input: &[u8; INPUT + INPUT_ROOM]) {
        // The buffer ends far below the mask: what is checked is known to be never so.
        let next = input.get(self.at & (2 * INPUT - 1)..);
        let Some(next) = next.and_then(<[u8]>::first_chunk) else {
            return;
        };
        self.data |= u64::from_le_bytes(*next) << (self.count & 63);
        self.at += (63_u32.wrapping_sub(self.count) >> 3) as usize;
        // Whole bytes: 56 to 63 bits are there now.
        self.count |= 0b11_1000;
    }

    #[inline]
    const fn drop(&mut self, count: u32) {
        self.data >>= count & 63;
        self.count = self.count.wrapping_sub(count);
    }
}

impl<'a> Inflater<'a> {
    pub(super) fn new(source: ImageData<'a>) -> Self {
        Self {
            source,
            input: boxed(0),
            filled: 0,
            is_last_input: false,
            bits: Bits::default(),
            output: boxed(0),
            made: 0,
            used: 0,
            codes: Codes::new(),
            next: Next::StreamHeader,
            is_last_block: false,
        }
    }

    /// The next bytes, up to [`OUTPUT`] less [`WINDOW`], with those of the last time behind the
    /// first `used` of them; `None` when there are no more than those, and for broken data.
    pub(super) fn more(&mut self, used: usize) -> Option<&[u8]> {
        self.used += used;
        let unneeded = self.used.min(self.made.saturating_sub(WINDOW));
        self.output.copy_within(unneeded..self.made, 0);
        self.used -= unneeded;
        self.made -= unneeded;
        let before = self.made;
        while self.made < OUTPUT {
            match self.next {
                Next::StreamHeader => self.read_stream_header()?,
                Next::BlockHeader => self.read_block_header()?,
                Next::Stored(left) => self.copy_stored(left)?,
                Next::Codes => {
                    if self.decode()? {
                        self.end_block();
                    } else if self.made < OUTPUT {
                        self.fill_input()?;
                    }
                }
                Next::Nothing => break,
            }
            if self.is_past_end() {
                return None;
            }
        }
        (self.made > before).then(|| &self.output[self.used..self.made])
    }

    fn read_stream_header(&mut self) -> Option<()> {
        self.fill_input()?;
        let header = self.take(16)?;
        let (method, flags) = (header & 0xFF, header >> 8);
        let is_deflate = method & 0x0F == 8 && method >> 4 <= 7;
        let is_whole = (method << 8 | flags).is_multiple_of(31);
        let has_dictionary = flags & 0x20 != 0;
        self.next = Next::BlockHeader;
        (is_deflate && is_whole && !has_dictionary).then_some(())
    }

    fn read_block_header(&mut self) -> Option<()> {
        self.is_last_block = self.take(1)? == 1;
        match self.take(2)? {
            0 => {
                self.take(self.bits.count % 8)?;
                let length = self.take(16)?;
                if length ^ self.take(16)? != 0xFFFF {
                    return None;
                }
                // What is left are whole bytes.
                self.bits.at -= (self.bits.count / 8) as usize;
                (self.bits.data, self.bits.count) = (0, 0);
                self.next = Next::Stored(usize::from(length));
            }
            1 => {
                self.codes.set_fixed()?;
                self.next = Next::Codes;
            }
            2 => {
                self.read_codes()?;
                self.next = Next::Codes;
            }
            _ => return None,
        }
        Some(())
    }

    fn read_codes(&mut self) -> Option<()> {
        let main = usize::from(self.take(5)?) + 257;
        let distances = usize::from(self.take(5)?) + 1;
        if main > 286 || distances > 30 {
            return None;
        }
        let count = usize::from(self.take(4)?) + 4;
        let mut lengths = [0; LENGTH_ORDER.len()];
        for symbol in &LENGTH_ORDER[..count] {
            lengths[*symbol] = self.take(3)?.to_le_bytes()[0];
        }
        let codes = LengthCodes::of(&lengths)?;
        let mut lengths = [0; MOST_MAIN + MOST_DISTANCES];
        let mut at = 0;
        let end = main + distances;
        while at < end {
            self.fill_bits()?;
            let (symbol, bits) = codes.look(self.bits.data)?;
            self.take(bits)?;
            let (length, count) = match symbol {
                16 => (*lengths.get(at.checked_sub(1)?)?, 3 + self.take(2)?),
                17 => (0, 3 + self.take(3)?),
                18 => (0, 11 + self.take(7)?),
                _ => (symbol.to_le_bytes()[0], 1),
            };
            let repeated = at..at + usize::from(count);
            if repeated.end > end {
                return None;
            }
            at = repeated.end;
            lengths[repeated].fill(length);
        }
        // The end of the block must have a code.
        if lengths[256] == 0 {
            return None;
        }
        let (main, distances) = lengths[..end].split_at(main);
        self.codes.set(main, distances)
    }

    fn copy_stored(&mut self, mut left: usize) -> Option<()> {
        while left > 0 && self.made < OUTPUT {
            if self.bits.at >= self.filled {
                self.fill_input()?;
                continue;
            }
            let count = left.min(OUTPUT - self.made).min(self.filled - self.bits.at);
            let bytes = &self.input[self.bits.at..self.bits.at + count];
            self.output[self.made..self.made + count].copy_from_slice(bytes);
            self.made += count;
            self.bits.at += count;
            left -= count;
        }
        self.next = Next::Stored(left);
        if left == 0 {
            self.end_block();
        }
        Some(())
    }

    const fn end_block(&mut self) {
        self.next = if self.is_last_block {
            Next::Nothing
        } else {
            Next::BlockHeader
        };
    }

    /// The next bits, at most 16.
    fn take(&mut self, count: u32) -> Option<u16> {
        self.fill_bits()?;
        let bits = self.bits.data & ((1 << count) - 1);
        self.bits.drop(count);
        u16::try_from(bits).ok()
    }

    fn fill_bits(&mut self) -> Option<()> {
        if self.bits.at > self.last_start() {
            self.fill_input()?;
        }
        self.bits.fill(&self.input);
        Some(())
    }

    /// The last byte at which a round may begin that takes in bits twice.
    fn last_start(&self) -> usize {
        if self.is_last_input {
            self.filled + 8
        } else {
            self.filled.saturating_sub(INPUT_ROOM / 2)
        }
    }

    /// Whether more bits were taken than there are: those behind the end are zeros.
    fn is_past_end(&self) -> bool {
        self.is_last_input && self.bits.at * 8 > self.filled * 8 + self.bits.count as usize
    }

    /// Puts more of the file behind what has not been read.
    fn fill_input(&mut self) -> Option<()> {
        if self.is_last_input {
            return None;
        }
        self.input.copy_within(self.bits.at..self.filled, 0);
        self.filled -= self.bits.at;
        self.bits.at = 0;
        while self.filled < INPUT {
            let count = self.source.read(&mut self.input[self.filled..INPUT])?;
            if count == 0 {
                self.is_last_input = true;
                self.input[self.filled..self.filled + INPUT_ROOM].fill(0);
                break;
            }
            self.filled += count;
        }
        Some(())
    }

    /// Decodes to the end of the block and returns whether it was reached; before it, the input or
    /// the room for the output was used up.
    fn decode(&mut self) -> Option<bool> {
        let last_start = self.last_start();
        let (input, output, codes) = (&*self.input, &mut *self.output, &self.codes);
        let (mut bits, mut made) = (self.bits, self.made);
        if bits.at > last_start {
            return Some(false);
        }
        bits.fill(input);
        // An entry is looked up as soon as its bits are known: it takes longer than all else. There
        // are always enough of them, since `fill` takes in 64.
        let mut entry = codes.main.look(bits.data);
        let is_at_end = loop {
            if bits.at > last_start || made >= OUTPUT {
                break false;
            }
            bits.fill(input);
            if entry.is_literals() {
                let mut literals = 0;
                while entry.is_literals() && literals < 4 {
                    let (bytes, count) = entry.literals();
                    put(output, made, bytes);
                    made += count;
                    bits.drop(entry.bits());
                    entry = codes.main.look(bits.data);
                    literals += 1;
                }
                if literals == 4 {
                    continue;
                }
                bits.fill(input);
            }
            let (length, distance);
            if entry.is_pair() {
                length = entry.length_of_pair();
                distance = entry.distance_of_pair(bits.data);
                bits.drop(entry.bits());
            } else {
                if entry.is_exception() {
                    bits.drop(entry.bits());
                    if entry.is_end() {
                        break true;
                    }
                    entry = codes.main.look_further(entry, bits.data)?;
                    if entry.is_literals() {
                        let (bytes, count) = entry.literals();
                        put(output, made, bytes);
                        made += count;
                        bits.drop(entry.bits());
                        entry = codes.main.look(bits.data);
                        continue;
                    }
                    if entry.is_exception() {
                        bits.drop(entry.bits());
                        if entry.is_end() {
                            break true;
                        }
                        return None;
                    }
                }
                length = entry.length(bits.data);
                bits.drop(entry.bits());
                let mut far = codes.distances.look(bits.data);
                if far.is_exception() {
                    bits.drop(far.bits());
                    far = codes.distances.look_further(far, bits.data)?;
                    if far.is_exception() {
                        return None;
                    }
                }
                distance = far.distance(bits.data);
                bits.drop(far.bits());
            }
            entry = codes.main.look(bits.data);
            copy(output, made, length, distance)?;
            made += length;
        };
        bits.data &= (1 << (bits.count & 63)) - 1;
        (self.bits, self.made) = (bits, made);
        Some(is_at_end)
    }
}

/// Puts one or two literals at `at`.
#[inline]
fn put(output: &mut [u8; OUTPUT + OUTPUT_ROOM], at: usize, literals: [u8; 2]) {
    if let Some(place) = output.get_mut(at & (2 * OUTPUT - 1)..)
        && let Some(place) = place.first_chunk_mut()
    {
        *place = literals;
    }
}

/// Copies what lies `distance` back; it may overlap. Up to 15 bytes behind it are overwritten.
/// `None` where there is nothing so far back.
#[inline]
fn copy(
    output: &mut [u8; OUTPUT + OUTPUT_ROOM],
    made: usize,
    length: usize,
    distance: usize,
) -> Option<()> {
    if distance > made || made > OUTPUT + 8 {
        return None;
    }
    let (mut at, mut back) = (0, distance);
    if distance < COPIED {
        // What is repeated is made so long that copies of it do not overlap.
        back = distance * COPIED.div_ceil(distance);
        while at < length.min(back - distance) {
            output[made + at] = output[made + at - distance];
            at += 1;
        }
    }
    while at < length {
        let from = made + at - back;
        let bytes: [u8; COPIED] = *output.get(from..)?.first_chunk()?;
        *output.get_mut(made + at..)?.first_chunk_mut()? = bytes;
        at += COPIED;
    }
    Some(())
}
