//! What a rendition will cost, told from the header and the options before anything is decoded.

use super::negotiate::is_animated;
use super::{Original, plan};
use crate::model::flexible::FlexibleOptions;

/// Pixels that are decoded, changed and encoded in a second or two, in some hundred megabytes.
/// A photo of a good camera stays below.
const LIGHT_PIXELS: u64 = 40_000_000;

/// What each frame of an animation costs besides its pixels, in pixels.
const PIXELS_PER_FRAME: u64 = 20_000;

/// Whether a rendition takes so much time and memory that it should not be made beside others of
/// that kind.
///
/// Files of a few kilobytes can be that heavy: they claim many pixels, or many frames, or are to be
/// enlarged.
#[must_use]
pub fn is_heavy(original: &Original, options: &FlexibleOptions) -> bool {
    let facts = original.facts();
    let frames = if is_animated(facts, options) {
        u64::from(facts.frames)
    } else {
        1
    };
    let output = plan(facts.size, options).map_or(0, |plan| plan.output.area());
    let pixels = facts
        .stored_size
        .area()
        .saturating_add(output)
        .saturating_add(PIXELS_PER_FRAME);
    pixels.saturating_mul(frames) > LIGHT_PIXELS
}

#[cfg(test)]
mod tests {
    use super::super::testing::{gif, gradient, jpeg};
    use super::*;

    fn is_heavy_with(bytes: Vec<u8>, options: &str) -> bool {
        let original = Original::open(bytes.into()).unwrap();
        is_heavy(&original, &FlexibleOptions::parse(options).unwrap().0)
    }

    #[test]
    fn a_small_picture_is_heavy_only_when_it_is_enlarged_without_measure() {
        let picture = || jpeg(&gradient(40, 30));
        assert!(!is_heavy_with(picture(), "w=4000,fit=contain"));
        assert!(is_heavy_with(picture(), "w=8000,fit=contain"));
        // Refused when it is made, and that costs nothing.
        assert!(!is_heavy_with(picture(), "w=90000,fit=contain"));
    }

    #[test]
    fn each_frame_of_an_animation_counts_unless_only_the_first_is_shown() {
        let frames = vec![[255, 0, 0, 255]; 3000];
        assert!(is_heavy_with(gif(2, 2, &frames), "w=2"));
        assert!(!is_heavy_with(gif(2, 2, &frames), "w=2,anim=false"));
        assert!(!is_heavy_with(gif(2, 2, &frames[..100]), "w=2"));
    }
}
