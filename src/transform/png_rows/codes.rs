//! Tables to decode the codes of a block with.
//!
//! A table is looked up by the next bits of the data. Beside single symbols its entries stand for
//! two literals, or for a length and its distance, wherever both codes fit into the bits it is
//! looked up by: in photographs most of them do, and each look has to wait for the one before.
//!
//! Source: RFC 1951, section 3.2.

use std::fmt;

/// By how many bits the table of literals and lengths is looked up.
const MAIN_BITS: u32 = 12;
/// By how many the one of distances is.
const DISTANCE_BITS: u32 = 9;

/// Large enough for any codes, with the tables for those that are longer than the bits.
const MAIN_ENTRIES: usize = 8192;
const DISTANCE_ENTRIES: usize = 1024;

/// The longest code.
const LONGEST: usize = 15;
/// Literals, the end of a block and lengths; two more are only in the fixed codes.
pub(super) const MOST_MAIN: usize = 288;
pub(super) const MOST_DISTANCES: usize = 32;
/// The symbol at the end of a block, behind the literals; lengths follow.
const END_SYMBOL: usize = 256;

/// The shortest length or distance of each symbol, and how many bits say how much to add.
const LENGTHS: [(u16, u32); 29] = {
    let mut lengths = ranges(3, 4);
    // One of 258 bytes has a symbol of its own.
    lengths[28] = (258, 0);
    lengths
};
const DISTANCES: [(u16, u32); 30] = ranges(1, 2);

/// Ranges of one number each, `step` twice, and then `step` at a time of twice as many as before.
const fn ranges<const N: usize>(first: u16, step: usize) -> [(u16, u32); N] {
    let mut ranges = [(0, 0); N];
    let mut start = first;
    let mut at = 0;
    let mut extra = 0;
    while at < N {
        if at >= 2 * step && at % step == 0 {
            extra += 1;
        }
        ranges[at] = (start, extra);
        start = start.wrapping_add(1 << extra);
        at += 1;
    }
    ranges
}

/// The shortest distance of each symbol, to be looked up by 5 bits.
const DISTANCE_STARTS: [u16; 32] = {
    let mut starts = [0; 32];
    let mut at = 0;
    while at < DISTANCES.len() {
        starts[at] = DISTANCES[at].0;
        at += 1;
    }
    starts
};

/// An entry of a table.
///
/// - Bits 0 to 5: how many bits of the data it stands for.
/// - Bits 8 to 11: of literals, how many; of lengths and distances, how many bits are codes, before
///   those that say how much to add; of a further table, by how many bits it is looked up.
/// - Bits 16 to 31: of literals, up to two of them; of a length, its shortest; of a distance, its
///   symbol; of both together, the length less 3, then the symbol; of a further table, where it
///   begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Entry(u32);

impl Entry {
    const PAIR: u32 = 1 << 7;
    const FURTHER: u32 = 1 << 12;
    const END: u32 = 1 << 13;
    const EXCEPTION: u32 = 1 << 14;
    const LITERALS: u32 = 1 << 15;
    const INVALID: Self = Self(Self::EXCEPTION);

    /// How many bits of the data this stands for.
    #[inline]
    pub(super) const fn bits(self) -> u32 {
        self.0 & 63
    }

    #[inline]
    const fn count(self) -> u32 {
        self.0 >> 8 & 15
    }

    #[inline]
    pub(super) const fn is_literals(self) -> bool {
        self.0 & Self::LITERALS != 0
    }

    /// Two literals, of which the second may be none, and how many there are.
    #[inline]
    pub(super) const fn literals(self) -> ([u8; 2], usize) {
        let [_, _, first, second] = self.0.to_le_bytes();
        ([first, second], (self.0 >> 8 & 3) as usize)
    }

    /// Whether this is a length with its distance.
    #[inline]
    pub(super) const fn is_pair(self) -> bool {
        self.0 & Self::PAIR != 0
    }

    /// The length of a length with its distance.
    #[inline]
    pub(super) const fn length_of_pair(self) -> usize {
        (self.0 >> 16 & 0xFF) as usize + 3
    }

    /// The length of a length alone, which `data` begins with.
    #[inline]
    pub(super) const fn length(self, data: u64) -> usize {
        (self.0 >> 16) as usize + self.added(data)
    }

    /// The distance of a length with its distance, which `data` begins with.
    #[inline]
    pub(super) const fn distance_of_pair(self, data: u64) -> usize {
        DISTANCE_STARTS[(self.0 >> 24) as usize & 31] as usize + self.added(data)
    }

    /// The distance of a distance alone, which `data` begins with.
    #[inline]
    pub(super) const fn distance(self, data: u64) -> usize {
        DISTANCE_STARTS[(self.0 >> 16) as usize & 31] as usize + self.added(data)
    }

    /// What the bits behind the codes say.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "at most 13 bits")]
    const fn added(self, data: u64) -> usize {
        ((data & ((1 << self.bits()) - 1)) >> self.count()) as usize
    }

    /// Whether this is none of the above.
    #[inline]
    pub(super) const fn is_exception(self) -> bool {
        self.0 & Self::EXCEPTION != 0
    }

    pub(super) const fn is_end(self) -> bool {
        self.0 & Self::END != 0
    }

    /// Where `data`, behind this entry, is to be looked up further.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "at most 6 bits")]
    const fn further(self, data: u64) -> Option<usize> {
        if self.0 & Self::FURTHER == 0 {
            return None;
        }
        Some((self.0 >> 16) as usize + (data & ((1 << self.count()) - 1)) as usize)
    }

    fn of_main(symbol: usize, bits: u32) -> Self {
        let number = value(symbol);
        match symbol {
            0..END_SYMBOL => Self(Self::LITERALS | number << 16 | 1 << 8 | bits),
            END_SYMBOL => Self(Self::EXCEPTION | Self::END | bits),
            _ => LENGTHS
                .get(symbol - END_SYMBOL - 1)
                .map_or(Self::INVALID, |(start, extra)| {
                    Self(u32::from(*start) << 16 | bits << 8 | (bits + extra))
                }),
        }
    }

    fn of_distance(symbol: usize, bits: u32) -> Self {
        DISTANCES.get(symbol).map_or(Self::INVALID, |(_, extra)| {
            Self(value(symbol) << 16 | bits << 8 | (bits + extra))
        })
    }
}

/// Numbers of symbols and entries, which are small.
fn value(number: usize) -> u32 {
    u32::try_from(number).expect("less than the entries of a table")
}

/// A table that is looked up by `BITS` bits, and behind it those for longer codes.
pub(super) struct Table<const BITS: u32, const ENTRIES: usize>(Box<[Entry; ENTRIES]>);

impl<const BITS: u32, const ENTRIES: usize> Table<BITS, ENTRIES> {
    /// The entry that `data` begins with.
    #[inline]
    pub(super) const fn look(&self, data: u64) -> Entry {
        self.0[index(data, BITS)]
    }

    /// The entry where an exception leads to, with `data` behind it.
    #[inline]
    pub(super) fn look_further(&self, entry: Entry, data: u64) -> Option<Entry> {
        let at = entry.further(data)?;
        Some(self.0[at & (ENTRIES - 1)])
    }
}

/// The tables of a block.
pub(super) struct Codes {
    /// Literals, the end, and lengths, alone or with their distances.
    pub(super) main: Table<MAIN_BITS, MAIN_ENTRIES>,
    pub(super) distances: Table<DISTANCE_BITS, DISTANCE_ENTRIES>,
}

impl Codes {
    pub(super) fn new() -> Self {
        Self {
            main: Table(boxed(Entry::INVALID)),
            distances: Table(boxed(Entry::INVALID)),
        }
    }

    /// The codes of a block that does not say which it has.
    pub(super) fn set_fixed(&mut self) -> Option<()> {
        let mut lengths = [8; MOST_MAIN];
        lengths[144..256].fill(9);
        lengths[256..280].fill(7);
        self.set(&lengths, &[5; MOST_DISTANCES])
    }

    /// Codes of so many bits; 0 for symbols that do not occur. `None` when there cannot be such.
    pub(super) fn set(&mut self, main: &[u8], distances: &[u8]) -> Option<()> {
        let codes = fill(&mut self.main.0[..], MAIN_BITS, main, Entry::of_main)?;
        fill(
            &mut self.distances.0[..],
            DISTANCE_BITS,
            distances,
            Entry::of_distance,
        )?;
        self.pair_literals(main, &codes);
        self.pair_lengths(main, distances, &codes);
        Some(())
    }

    /// Puts two literals into one entry where both codes fit.
    fn pair_literals(&mut self, lengths: &[u8], codes: &[u16; MOST_MAIN]) {
        let literals = &lengths[..END_SYMBOL];
        let shortest = shortest(literals);
        // What a literal adds to the entry of one before it, and the bits it takes.
        let mut added = [(0_u32, u32::MAX); 1 << (MAIN_BITS - 1)];
        for (added, second) in added.iter_mut().zip(&self.main.0[..]) {
            if second.is_literals() {
                let literal = (second.0 & 0x00FF_0000) << 8;
                *added = (literal + (1 << 8) + second.bits(), second.bits());
            }
        }
        for (symbol, bits) in literals.iter().enumerate() {
            let bits = u32::from(*bits);
            if bits == 0 || bits + shortest > MAIN_BITS {
                continue;
            }
            let left = MAIN_BITS - bits;
            let first = Entry::of_main(symbol, bits).0;
            let mut at = usize::from(codes[symbol]);
            for (added, bits) in &added[..1 << left] {
                let added = if *bits <= left { *added } else { 0 };
                self.main.0[at & ((1 << MAIN_BITS) - 1)] = Entry(first + added);
                at += 1 << (MAIN_BITS - left);
            }
        }
    }

    /// Puts a length and its distance into one entry where both codes fit.
    fn pair_lengths(&mut self, lengths: &[u8], distances: &[u8], codes: &[u16; MOST_MAIN]) {
        let shortest = shortest(distances);
        let first = END_SYMBOL + 1;
        for (symbol, (bits, (start, extra))) in lengths[first..].iter().zip(LENGTHS).enumerate() {
            let bits = u32::from(*bits);
            let with_extra = bits + extra;
            if bits == 0 || with_extra + shortest > MAIN_BITS {
                continue;
            }
            let left = MAIN_BITS - with_extra;
            let single = Entry::of_main(first + symbol, bits);
            for added in 0..1_u16 << extra {
                let length = u32::from(start + added);
                let pair = Entry::PAIR | (length - 3) << 16 | with_extra << 8 | with_extra;
                let mut entry = usize::from(codes[first + symbol]) | usize::from(added) << bits;
                for at in 0..1 << left {
                    let distance = self.distances.0[at & ((1 << DISTANCE_BITS) - 1)];
                    let fits = !distance.is_exception() && distance.count() <= left;
                    let pair = pair
                        + ((distance.0 >> 16) << 24)
                        + (distance.count() << 8)
                        + distance.bits();
                    let pair = Entry(if fits { pair } else { single.0 });
                    self.main.0[entry & ((1 << MAIN_BITS) - 1)] = pair;
                    entry += 1 << with_extra;
                }
            }
        }
    }
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "a few bits")]
const fn index(data: u64, bits: u32) -> usize {
    (data & ((1 << bits) - 1)) as usize
}

/// The bits of the shortest code.
fn shortest(lengths: &[u8]) -> u32 {
    let lengths = lengths.iter().filter(|bits| **bits > 0).min();
    lengths.map_or(u32::from(u8::MAX), |bits| u32::from(*bits))
}

/// The codes that lengths of codes are written in: a table of symbols, looked up by 7 bits.
pub(super) struct LengthCodes([Entry; 128]);

impl LengthCodes {
    pub(super) fn of(lengths: &[u8; 19]) -> Option<Self> {
        let mut table = [Entry::INVALID; 128];
        let symbol = |symbol, bits| Entry(value(symbol) << 16 | bits);
        let codes = fill(&mut table, 7, lengths, symbol);
        // One code alone would do for other tables, which may be next to empty.
        let is_enough = lengths.iter().filter(|bits| **bits > 0).count() > 1;
        codes.filter(|_| is_enough).map(|_| Self(table))
    }

    /// The symbol that `data` begins with, and of how many bits it is.
    pub(super) const fn look(&self, data: u64) -> Option<(u32, u32)> {
        let entry = self.0[index(data, 7)];
        if entry.is_exception() {
            return None;
        }
        Some((entry.0 >> 16, entry.bits()))
    }
}

/// Fills a table that is looked up by `bits` bits, the first ones of the data lowest, from how long
/// the codes are; behind it, further tables for longer codes. Returns the codes of the symbols,
/// first bit lowest. `None` for codes that leave out or say twice what some data means; only one
/// code alone may leave out the other half.
fn fill(
    table: &mut [Entry],
    bits: u32,
    lengths: &[u8],
    entry: impl Fn(usize, u32) -> Entry,
) -> Option<[u16; MOST_MAIN]> {
    let mut counts = [0_usize; LONGEST + 1];
    for length in lengths {
        counts[usize::from(*length)] += 1;
    }
    counts[0] = 0;
    // Where the symbols with codes of a length begin, sorted by length.
    let mut starts = [0; LONGEST + 2];
    let mut space = 0;
    for length in 1..=LONGEST {
        starts[length + 1] = starts[length] + counts[length];
        space += counts[length] << (LONGEST - length);
    }
    let mut sorted = [0; MOST_MAIN];
    let mut next = starts;
    for (symbol, length) in lengths.iter().enumerate().filter(|(_, bits)| **bits > 0) {
        let next = &mut next[usize::from(*length)];
        sorted[*next] = symbol;
        *next += 1;
    }
    let used = starts[LONGEST + 1];
    let mut codes = [0; MOST_MAIN];
    let main = 1_usize << bits;
    if space != 1 << LONGEST {
        let is_one_alone = used == 0 || used == 1 && counts[1] == 1;
        if space > 1 << LONGEST || !is_one_alone {
            return None;
        }
        table[..main].fill(Entry::INVALID);
        if used == 1 {
            let only = entry(sorted[0], 1);
            table[..main].iter_mut().step_by(2).for_each(|e| *e = only);
        }
        return Some(codes);
    }
    let mut code = Some(0_usize);
    let mut symbols = sorted[..used].iter();
    // The table is filled for one bit and doubled for each further one.
    let mut filled = 1;
    let short = usize::try_from(bits).ok()?;
    for (length, count) in counts.iter().enumerate().take(short + 1).skip(1) {
        table.copy_within(..filled, filled);
        filled *= 2;
        for symbol in symbols.by_ref().take(*count) {
            let at = code?;
            table[at] = entry(*symbol, value(length));
            codes[*symbol] = u16::try_from(at).ok()?;
            code = code_after(at, length);
        }
    }
    let mut free = main;
    let mut further = 0..0;
    let mut prefix = None;
    for length in short + 1..=LONGEST {
        for left in (1..=counts[length]).rev() {
            let (symbol, at) = (*symbols.next()?, code?);
            if prefix != Some(at & (main - 1)) {
                prefix = Some(at & (main - 1));
                let bits = further_bits(&counts, length, left, short)?;
                further = free..free + (1 << bits);
                free = further.end;
                let start = value(further.start) << 16;
                let bits = value(bits) << 8 | value(short);
                table[at & (main - 1)] = Entry(Entry::EXCEPTION | Entry::FURTHER | start | bits);
            }
            let behind = length - short;
            let long = entry(symbol, value(behind));
            let entries = table.get_mut(further.clone())?.iter_mut();
            let entries = entries.skip(at >> short).step_by(1 << behind);
            entries.for_each(|entry| *entry = long);
            code = code_after(at, length);
        }
    }
    Some(codes)
}

/// By how many bits a further table is looked up: enough for all codes that begin as its first one,
/// which is of `length` bits and has `left - 1` others of that length behind it.
fn further_bits(
    counts: &[usize; LONGEST + 1],
    length: usize,
    left: usize,
    short: usize,
) -> Option<usize> {
    let mut bits = length - short;
    let mut codes = left;
    while codes < 1 << bits {
        bits += 1;
        codes = codes * 2 + counts.get(short + bits)?;
    }
    Some(bits)
}

/// The next code in order, where the first bit of a code is its lowest; `None` behind the last one.
fn code_after(code: usize, length: usize) -> Option<usize> {
    let zeros = !code & ((1 << length) - 1);
    let highest = 1 << zeros.checked_ilog2()?;
    Some(code & (highest - 1) | highest)
}

/// A large array that was never on the stack.
pub(super) fn boxed<T: Clone + fmt::Debug, const N: usize>(value: T) -> Box<[T; N]> {
    let boxed = vec![value; N].into_boxed_slice();
    boxed.try_into().expect("as many as were made")
}
