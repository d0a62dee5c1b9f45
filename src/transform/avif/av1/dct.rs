//! The discrete cosine transform of square blocks, there and back.
//!
//! Source: "AV1 Bitstream & Decoding Process Specification", 7.13. The way back has to give what
//! every decoder gets, bit by bit: the next block is predicted from it. The way there is ours to
//! choose; it is the exact transform in floating point.
//!
//! A one-dimensional transform is written for one column, and run for eight columns next to each
//! other in a loop, which the compiler turns into vectors. Between the two directions, blocks of
//! 8x8 are transposed.

#![expect(
    clippy::inline_always,
    clippy::many_single_char_names,
    clippy::needless_range_loop,
    reason = "loops over lanes and constant indices, in one function, are what becomes vectors"
)]

mod forward;
mod inverse;
#[cfg(test)]
mod tests;

pub(super) use forward::forward;
pub(super) use inverse::inverse_add;

/// Columns that are transformed next to each other.
const LANES: usize = 8;
