//! Animations: every frame becomes one, and time stays as it was.

use super::{Original, Rendition, as_stored, compose_part, content, smaller, warnings};
use crate::model::flexible::FlexibleOptions;
use crate::transform::decode::{decode_frames, guarded};
use crate::transform::encode::{self, FinishedFrame};
use crate::transform::fit::layout;
use crate::transform::negotiate::Choice;
use crate::transform::orient::Turn;
use crate::transform::{TransformError, probe};

/// Above this many pixels in all frames, an animation is delivered as it is stored.
///
/// Source: Cloudflare Images documentation, "Limits".
const MAX_AREA: u64 = 50_000_000;

pub(super) fn render(
    original: &Original,
    options: &FlexibleOptions,
    choice: Choice,
) -> Result<Rendition, TransformError> {
    let facts = original.facts;
    let frames = facts.frames;
    if facts.total_area() > MAX_AREA {
        let remark = "the animation is too large to be transformed".to_owned();
        return Ok(as_stored(original, vec![remark]));
    }
    let turn = Turn::from_exif(facts.orientation);
    let size = layout(facts.size, None, options)?.plan.output;
    if size.area() * u64::from(frames) > MAX_AREA {
        return Err(TransformError::AnimationTooLarge { frames, size });
    }
    guarded(|| {
        let mut finished: Vec<FinishedFrame> = Vec::new();
        // An edge that is cut away is that of the first frame: all have to keep their size.
        let mut kept = None;
        decode_frames(&original.bytes, &facts, |frame| {
            if finished.is_empty() {
                kept = content(&frame.bitmap, turn, options)?;
            }
            finished.push(FinishedFrame {
                pixels: compose_part(frame.bitmap, turn, kept, options)?,
                delay_millis: frame.delay_millis,
            });
            Ok(())
        })?;
        let size = finished.first().map_or(size, |frame| frame.pixels.size);
        let rendition = Rendition {
            bytes: encode::animation(
                finished,
                probe::plays(&original.bytes, facts.format),
                choice.format,
                options,
            )?,
            format: choice.format,
            size,
            warnings: warnings(options, &facts),
        };
        Ok(smaller(original, rendition, options))
    })
}
