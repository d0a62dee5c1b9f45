//! Huffman codes, as tables that answer for several bits at a time.

/// Bits that [`AcTable::steps`] looks at.
pub(super) const STEP_BITS: u32 = 12;

/// Bits that the other tables look at; most codes are no longer.
pub(super) const SHORT_BITS: u32 = 10;

/// In a step: the block ended.
pub(super) const STEP_END: u32 = 256;

/// In a step: look at a single symbol instead.
pub(super) const STEP_UNKNOWN: u32 = 2048;

/// In [`AcTable::values`]: the block ends here.
pub(super) const VALUE_END: u32 = 1 << 12;

/// A code as a segment defines it.
#[derive(Clone, Debug)]
pub(super) struct Code {
    counts: [u8; 16],
    symbols: Vec<u8>,
}

impl Code {
    /// `None` when there are more codes than bits can tell apart.
    pub(super) fn new(counts: [u8; 16], symbols: &[u8]) -> Option<Self> {
        let mut room = 1_u32;
        for count in counts {
            room = (room * 2).checked_sub(u32::from(count))?;
        }
        (symbols.len() <= 256).then(|| Self {
            counts,
            symbols: symbols.to_vec(),
        })
    }

    /// Every symbol with its code word and the word's length.
    fn words(&self) -> Vec<(u32, u32, u8)> {
        let mut word = 0_u32;
        let mut words = Vec::with_capacity(self.symbols.len());
        let mut symbols = self.symbols.iter();
        for (length, count) in (1_u32..).zip(self.counts) {
            for symbol in symbols.by_ref().take(usize::from(count)) {
                words.push((word, length, *symbol));
                word += 1;
            }
            word <<= 1;
        }
        words
    }
}

/// A code that answers symbol by symbol.
#[derive(Debug)]
pub(super) struct Symbols {
    /// By the next bits: the length of the word times 256, plus the symbol; 0 for longer words.
    short: Box<[u16; 1 << SHORT_BITS]>,
    /// The same for longer words, by sixteen bits, from [`Symbols::first_long`] on.
    long: Vec<u16>,
    /// The first longer word, filled up to sixteen bits: all that follow are longer as well.
    first_long: u32,
}

impl Symbols {
    fn new(code: &Code) -> Self {
        let mut short = Box::new([0; 1 << SHORT_BITS]);
        let mut long = Vec::new();
        let words = code.words();
        let sixteen = |(word, length, _): &(u32, u32, u8)| word << (16 - length);
        let first_long = words.iter().find(|(_, length, _)| *length > SHORT_BITS);
        let first_long = first_long.map_or(1 << 16, sixteen);
        for (word, length, symbol) in words {
            let entry = u16::try_from(length << 8).unwrap_or_default() | u16::from(symbol);
            if length <= SHORT_BITS {
                let first = (word << (SHORT_BITS - length)) as usize;
                let entries = 1_usize << (SHORT_BITS - length);
                short[first..first + entries].fill(entry);
            } else {
                // Words are in order, and there is no room between them.
                let entries = 1_usize << (16 - length);
                long.resize(long.len() + entries, entry);
            }
        }
        Self {
            short,
            long,
            first_long,
        }
    }

    /// The symbol that the next bits begin with, and the length of its word. `bits` hold the next
    /// one uppermost.
    #[inline]
    pub(super) fn next(&self, bits: u64) -> Option<(u32, u8)> {
        let mut entry = self.short[(bits >> (64 - SHORT_BITS)) as usize];
        if entry == 0 {
            let sixteen = (bits >> 48) as u32;
            entry = *self
                .long
                .get(sixteen.checked_sub(self.first_long)? as usize)?;
        }
        Some((u32::from(entry >> 8), entry.to_le_bytes()[0]))
    }
}

/// The code of averages.
#[derive(Debug)]
pub(super) struct DcTable {
    pub(super) symbols: Symbols,
    /// By the next bits, if they hold a whole difference: the bits it takes, and 65536 times its
    /// value; else 0.
    pub(super) values: Box<[u32; 1 << SHORT_BITS]>,
}

impl DcTable {
    /// `None` for differences that 8-bit pictures do not have.
    pub(super) fn new(code: &Code) -> Option<Self> {
        if !code.words().iter().all(|(.., symbol)| *symbol <= 11) {
            return None;
        }
        let symbols = Symbols::new(code);
        let mut values = Box::new([0; 1 << SHORT_BITS]);
        for (bits, value) in (0_u64..).zip(values.iter_mut()) {
            *value = difference_in(&symbols, bits);
        }
        Some(Self { symbols, values })
    }
}

/// The code of the other frequencies.
#[derive(Debug)]
pub(super) struct AcTable {
    pub(super) symbols: Symbols,
    /// By the next bits: as many whole coefficients as they hold. Bits that those take, plus 16
    /// times the places that they go on; [`STEP_END`] and [`STEP_UNKNOWN`] count as places.
    pub(super) steps: Box<[u16; 1 << STEP_BITS]>,
    /// By the next bits, if they hold a whole coefficient: the bits it takes, 256 times the zeros
    /// before it, 65536 times its value. [`VALUE_END`] where the block ends; else 0.
    pub(super) values: Box<[u32; 1 << SHORT_BITS]>,
}

impl AcTable {
    /// `None` for symbols that sequential files of 8 bits do not have.
    pub(super) fn new(code: &Code) -> Option<Self> {
        let is_usual = |symbol: u8| match symbol & 15 {
            0 => matches!(symbol, 0 | 0xF0),
            size => size <= 10,
        };
        if !code.words().iter().all(|(.., symbol)| is_usual(*symbol)) {
            return None;
        }
        let symbols = Symbols::new(code);
        let mut steps = Box::new([0; 1 << STEP_BITS]);
        for (bits, step) in (0_u64..).zip(steps.iter_mut()) {
            *step = steps_in(&symbols, bits);
        }
        let mut values = Box::new([0; 1 << SHORT_BITS]);
        for (bits, value) in (0_u64..).zip(values.iter_mut()) {
            *value = value_in(&symbols, bits);
        }
        Some(Self {
            symbols,
            steps,
            values,
        })
    }
}

fn steps_in(symbols: &Symbols, bits: u64) -> u16 {
    let bits = bits << (64 - STEP_BITS);
    let (mut taken, mut places) = (0, 0);
    while let Some((length, symbol)) = symbols.next(bits << taken) {
        let size = u32::from(symbol & 15);
        let whole = length + size;
        if taken + whole > STEP_BITS {
            break;
        }
        taken += whole;
        places += match symbol {
            0 => STEP_END,
            _ => u32::from(symbol >> 4) + 1,
        };
        if symbol == 0 {
            break;
        }
    }
    let places = if taken == 0 { STEP_UNKNOWN } else { places };
    u16::try_from((places << 4) | taken).expect("twelve symbols of sixteen places at most")
}

fn difference_in(symbols: &Symbols, bits: u64) -> u32 {
    let bits = bits << (64 - SHORT_BITS);
    match symbols.next(bits) {
        Some((length, size)) if length + u32::from(size) <= SHORT_BITS => {
            let size = u32::from(size);
            let value = if size == 0 {
                0
            } else {
                extended(bits << length, size)
            };
            entry(value, length + size)
        }
        _ => 0,
    }
}

/// A value and how many bits it takes.
fn entry(value: i32, length: u32) -> u32 {
    let value = i16::try_from(value).unwrap_or_default().cast_unsigned();
    (u32::from(value) << 16) | length
}

fn value_in(symbols: &Symbols, bits: u64) -> u32 {
    let bits = bits << (64 - SHORT_BITS);
    let Some((length, symbol)) = symbols.next(bits) else {
        return 0;
    };
    let size = u32::from(symbol & 15);
    if length + size > SHORT_BITS {
        return 0;
    }
    match symbol {
        0 => length | VALUE_END,
        0xF0 => 0,
        _ => {
            let value = extended(bits << length, size);
            entry(value, length + size) | (u32::from(symbol >> 4) << 8)
        }
    }
}

/// The value that the upper `size` bits stand for, 1 to 15 of them: half of the values are negative.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "15 bits, and a single one")]
pub(super) const fn extended(bits: u64, size: u32) -> i32 {
    let value = (bits >> (64 - size)) as i32;
    // All ones when the first bit is 0, else nothing.
    let is_negative = (bits >> 63) as i32 - 1;
    value + (is_negative & (1 - (1 << size)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bit_of_a_value_is_its_sign() {
        let value = |bits: u64, size: u32| extended(bits << (64 - size), size);
        assert_eq!((value(0, 1), value(1, 1)), (-1, 1));
        assert_eq!((value(0, 3), value(3, 3)), (-7, -4));
        assert_eq!((value(4, 3), value(7, 3)), (4, 7));
    }

    #[test]
    fn more_words_than_bits_can_tell_apart_are_no_code() {
        let mut counts = [0; 16];
        counts[0] = 3;
        assert!(Code::new(counts, &[1, 2, 3]).is_none());
        counts[0] = 2;
        assert!(Code::new(counts, &[1, 2]).is_some());
    }

    #[test]
    #[expect(clippy::unusual_byte_groupings, reason = "grouped by codes and values")]
    fn a_step_goes_over_as_many_coefficients_as_its_bits_hold() {
        // 0: end; 10: one coefficient of one bit; 110: one of five bits after two zeros.
        let mut counts = [0; 16];
        (counts[0], counts[1], counts[2]) = (1, 1, 1);
        let table = AcTable::new(&Code::new(counts, &[0x00, 0x01, 0x25]).unwrap()).unwrap();
        let step = |bits: usize| {
            let step = u32::from(table.steps[bits]);
            (step & 15, step >> 4)
        };
        // Two of one bit, then the end.
        assert_eq!(step(0b10_1_10_0_0_11111), (7, 2 + STEP_END));
        // One of one bit, one of five bits, and half of another.
        assert_eq!(step(0b10_1_110_10101_1), (11, 4));
        assert_eq!(step(0b111_000_000_000), (0, STEP_UNKNOWN));
    }
}
