//! An original that stays decoded, for an editor that renders it again and again.

use std::borrow::Cow;

use super::{Original, Rendition, compose, encode_still, thumbnail};
use crate::model::flexible::{FlexibleOptions, Trim};
use crate::transform::decode::{Bitmap, guarded};
use crate::transform::fit::layout;
use crate::transform::negotiate::{choose, is_animated};
use crate::transform::orient::Turn;
use crate::transform::rows::{self, Shrinker};
use crate::transform::{Accepts, Pixels, TransformError};

/// An original kept decoded, so that an editor can render it again and again.
#[derive(Clone, Debug)]
pub struct Decoded {
    /// The picture, and behind it the same again and again at half the size: a small rendition
    /// needs to look at few pixels only.
    levels: Vec<Bitmap<'static>>,
}

/// The shorter side of the smallest level is at least this long.
const LEVEL_SIDE_PX: u32 = 256;

/// How many times as large as the target a level must be, so that it shows no difference.
const LEVEL_MARGIN: f64 = 2.0;

impl Decoded {
    /// Decodes, no larger than a square of `max_side_px`, upright, in sRGB; of an animation, the
    /// first frame.
    ///
    /// # Errors
    /// As [`thumbnail`].
    pub fn open(original: &Original, max_side_px: u32) -> Result<Self, TransformError> {
        let facts = original.facts;
        let pixels = thumbnail(&original.bytes, max_side_px)?;
        let mut levels = vec![Bitmap::whole(pixels, facts.size, facts.has_alpha, None)];
        while let Some(level) = levels.last()
            && level.pixels.size.width.min(level.pixels.size.height) >= 2 * LEVEL_SIDE_PX
        {
            let halved = Bitmap {
                pixels: Cow::Owned(half(&level.pixels)),
                // Of an odd side, the last pixel reaches beyond the picture.
                scale: (level.scale.0 / 2.0, level.scale.1 / 2.0),
                profile: None,
                ..*level
            };
            levels.push(halved);
        }
        Ok(Self { levels })
    }

    /// The smallest level that suffices for a target of that scale.
    fn level(&self, scale: f64) -> &Bitmap<'static> {
        let suffices =
            |level: &&Bitmap<'_>| level.scale.0.min(level.scale.1) >= scale * LEVEL_MARGIN;
        let level = self.levels.iter().rev().find(suffices);
        level.unwrap_or_else(|| self.whole())
    }

    fn whole(&self) -> &Bitmap<'static> {
        self.levels.first().expect("the picture itself is one")
    }

    /// The upright pixels.
    #[must_use]
    pub fn pixels(&self) -> &Pixels {
        &self.whole().pixels
    }
}

/// The average of each four pixels, color weighted by opacity.
fn half(pixels: &Pixels) -> Pixels {
    let (width, height) = (pixels.size.width as usize, pixels.size.height as usize);
    let mut shrinker = Shrinker::new(rows::Layout::Rgba, width, height, (2, 2));
    for row in pixels.rgba.chunks_exact(width * 4) {
        shrinker.push(row);
    }
    shrinker.finish()
}

/// The pixels of a rendition, from pixels kept in memory: what an editor shows before it knows how
/// many bytes they become.
///
/// # Errors
/// As [`render_decoded`].
pub fn pixels_decoded(
    original: &Original,
    decoded: &Decoded,
    options: &FlexibleOptions,
) -> Result<Pixels, TransformError> {
    guarded(|| compose_decoded(original, decoded, options))
}

fn compose_decoded(
    original: &Original,
    decoded: &Decoded,
    options: &FlexibleOptions,
) -> Result<Pixels, TransformError> {
    let bitmap = if matches!(options.trim, Some(Trim::Border { .. })) {
        // The edge is found pixel by pixel.
        decoded.whole()
    } else {
        let layout = layout(original.facts.size, None, options)?;
        let inner = layout.turn.size(layout.plan.inner);
        let across = f64::from(inner.width) / layout.visible.width;
        let down = f64::from(inner.height) / layout.visible.height;
        decoded.level(across.max(down))
    };
    compose(bitmap.lent(), Turn::default(), options)
}

/// As [`render`](super::render), from pixels kept in memory: the same geometry and encoders, without decoding.
///
/// An output larger than the kept pixels is scaled up from them. Animations show their first frame.
///
/// # Errors
/// As [`render`](super::render); SVG is [`TransformError::Unsupported`].
pub fn render_decoded(
    original: &Original,
    decoded: &Decoded,
    options: &FlexibleOptions,
    accepts: Accepts,
) -> Result<(Pixels, Rendition), TransformError> {
    let still = FlexibleOptions {
        animate: false,
        ..options.clone()
    };
    let choice = choose(&original.facts, &still, accepts);
    guarded(|| {
        let pixels = compose_decoded(original, decoded, &still)?;
        let mut rendition = encode_still(original, &pixels, &still, choice)?;
        if is_animated(&original.facts, options) {
            rendition
                .warnings
                .push("only the first frame is shown".to_owned());
        }
        Ok((pixels, rendition))
    })
}
