//! Symbols into bytes: the arithmetic coder of AV1, with probabilities that follow what was coded.
//!
//! Source: AV1 Bitstream & Decoding Process Specification, 8.2, "Parsing process for symbol decoder",
//! turned around.

/// Each symbol keeps at least this much of the range.
const LEAST_SHARE: u32 = 4;

pub(super) struct RangeCoder {
    /// Bytes that may still get a carry.
    digits: Vec<u16>,
    low: u32,
    range: u32,
    /// Bits of `low` that are settled, less 16; from -9 on.
    settled: i32,
}

impl RangeCoder {
    pub(super) const fn new() -> Self {
        Self {
            digits: Vec::new(),
            low: 0,
            range: 0x8000,
            settled: -9,
        }
    }

    /// One of `N` symbols, after which it is likelier than before. `probabilities` are those that the
    /// symbol is greater, in 32768ths; the last entry counts.
    pub(super) fn symbol<const N: usize>(&mut self, symbol: usize, probabilities: &mut [u16; N]) {
        self.fixed(symbol, probabilities);
        adapt(probabilities, symbol);
    }

    /// One of `N` symbols, of which nothing is learned.
    pub(super) fn fixed<const N: usize>(&mut self, symbol: usize, probabilities: &[u16; N]) {
        let scaled = |probability: u16| ((self.range >> 8) * u32::from(probability >> 6)) >> 1;
        let left = (N - 1 - symbol.min(N - 1)) as u32;
        let above = match symbol.checked_sub(1) {
            Some(before) => scaled(probabilities[before.min(N - 1)]) + LEAST_SHARE * (left + 1),
            None => self.range,
        };
        let below = if left == 0 {
            0
        } else {
            scaled(probabilities[symbol]) + LEAST_SHARE * left
        };
        self.narrow(self.range - above, above - below);
    }

    /// A bit that is one as often as not.
    pub(super) fn bit(&mut self, bit: bool) {
        self.fixed(usize::from(bit), &[16_384, 0]);
    }

    /// The lowest `count` bits of a number, the highest of them first.
    pub(super) fn bits(&mut self, number: u32, count: u32) {
        for at in (0..count).rev() {
            self.bit(number >> at & 1 == 1);
        }
    }

    /// A number of any size, in twice the bits it needs.
    pub(super) fn golomb(&mut self, number: u32) {
        let number = number + 1;
        let length = 32 - number.leading_zeros();
        self.bits(0, length - 1);
        self.bits(number, length);
    }

    fn narrow(&mut self, low: u32, range: u32) {
        let mut low = self.low + low;
        let shift = range.leading_zeros() - 16;
        let mut settled = self.settled;
        let mut then = settled + shift as i32;
        if then >= 0 {
            settled += 16;
            if then >= 8 {
                self.digits.push((low >> settled) as u16);
                low &= (1 << settled) - 1;
                settled -= 8;
            }
            self.digits.push((low >> settled) as u16);
            low &= (1 << settled) - 1;
            then = settled + shift as i32 - 24;
        }
        self.low = low << shift;
        self.range = range << shift;
        self.settled = then;
    }

    pub(super) fn into_bytes(mut self) -> Vec<u8> {
        // The fewest bits that say the number lies in the range, whatever follows.
        let mask = 0x3fff;
        let mut end = ((self.low + mask) & !mask) | (mask + 1);
        let mut settled = self.settled;
        let mut missing = settled + 10;
        while missing > 0 {
            self.digits.push((end >> (settled + 16)) as u16);
            end &= (1 << (settled + 16)) - 1;
            missing -= 8;
            settled -= 8;
        }
        let mut carry = 0;
        let mut bytes = vec![0; self.digits.len()];
        for (byte, digit) in bytes.iter_mut().zip(self.digits).rev() {
            carry += u32::from(digit);
            *byte = carry as u8;
            carry >>= 8;
        }
        bytes
    }
}

/// Moves the probabilities towards the symbol: fast at first, then slower.
fn adapt<const N: usize>(probabilities: &mut [u16; N], symbol: usize) {
    let count = probabilities[N - 1];
    let rate = if N > 3 { 5 } else { 4 } + (count >> 4);
    for (at, probability) in probabilities[..N - 1].iter_mut().enumerate() {
        if at < symbol {
            *probability += (32_768 - *probability) >> rate;
        } else {
            *probability -= *probability >> rate;
        }
    }
    probabilities[N - 1] = (count + 1).min(32);
}
