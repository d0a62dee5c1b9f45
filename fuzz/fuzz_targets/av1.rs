//! A picture of any samples as AV1: what another decoder sees has to be what the encoder took it to be.
//! The first bytes say how large it is, which color there is, and how coarse it becomes.

#![no_main]

use lenticular::model::PixelSize;
use lenticular::transform::fuzzing;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some(([width, height, color, quantizer], samples)) = data.split_first_chunk() else {
        return;
    };
    if samples.is_empty() {
        return;
    }
    let size = PixelSize::new(u32::from(*width) + 1, u32::from(*height) + 1);
    let color = [None, Some(false), Some(true)][usize::from(color % 3)];
    fuzzing::av1(size, color, *quantizer, samples);
});
