//! From a JPEG or WebP to a JPEG, WebP or AVIF without red, green and blue in between.

use super::{Original, Rendition, exif_to_keep, warnings};
use crate::model::PixelSize;
use crate::model::flexible::{FlexibleOptions, OutputChoice};
use crate::transform::decode::webp_profile;
use crate::transform::fit::{Layout, layout};
use crate::transform::negotiate::Choice;
use crate::transform::orient::{Rect, Turn};
use crate::transform::part::Need;
use crate::transform::planar::{self, Chroma, Planes};
use crate::transform::{Facts, Format, TransformError, avif, effects, encode, jpeg, webp_planes};

/// Where the planes of a file can go into the encoder as they are, the rendition.
pub(super) fn render(
    original: &Original,
    options: &FlexibleOptions,
    choice: Choice,
) -> Result<Option<Rendition>, TransformError> {
    let facts = &original.facts;
    let percent = encode::percent(options);
    let chroma = match choice.format {
        _ if !matches!(facts.format, Format::Jpeg | Format::WebP) => return Ok(None),
        _ if choice.wanted_avif => Chroma::Full,
        Format::WebP if options.format == OutputChoice::Webp && percent == 100 => return Ok(None),
        Format::Jpeg if percent >= encode::FULL_CHROMA_PERCENT => Chroma::Full,
        Format::Jpeg | Format::WebP => Chroma::Halved,
        _ => return Ok(None),
    };
    if effects::need_pixels(options) {
        return Ok(None);
    }
    let wanted = Wanted::of(facts, options)?;
    let layout = &wanted.layout;
    let is_avif = choice.is_avif(layout.plan.output);
    if choice.wanted_avif && !is_avif {
        return Ok(None);
    }
    encode::check_size(layout.plan.output, choice.format)?;
    if layout.plan.output != layout.plan.inner {
        return Ok(None);
    }
    let has_profile = match facts.format {
        Format::Jpeg => jpeg::has_profile(&original.bytes),
        _ => webp_profile(&original.bytes).is_some(),
    };
    if has_profile {
        return Ok(None);
    }
    let Some(planes) = wanted.planes(&original.bytes, facts, chroma) else {
        return Ok(None);
    };
    let ycc = planar::scaled(planes, wanted.part, wanted.size, wanted.turn, chroma)?;
    let size = ycc.size;
    let bytes = if is_avif {
        avif::encode_planes(&ycc, percent)?
    } else if choice.format == Format::WebP {
        planar::webp(ycc, percent)?
    } else {
        let exif = exif_to_keep(original, options);
        let is_progressive = !choice.is_baseline && encode::is_progressive(size);
        planar::jpeg(ycc, percent, is_progressive, exif.as_deref())?
    };
    Ok(Some(Rendition {
        bytes,
        format: if is_avif { Format::Avif } else { choice.format },
        size,
        warnings: warnings(options, facts),
    }))
}

/// What of a stored picture becomes what.
pub(super) struct Wanted {
    pub(super) layout: Layout,
    /// The part that stays, in pixels as they are stored.
    pub(super) part: Rect,
    /// What it becomes before it is turned.
    pub(super) size: PixelSize,
    /// From how it is stored to how it is seen.
    pub(super) turn: Turn,
}

/// How much larger than needed a scaled decode must be, so that the resize still has something to
/// weigh; below that, the coarse averaging of the decoder would show.
const DECODE_MARGIN: f64 = 1.3;

/// The same for color, whose details are few.
const COLOR_MARGIN: f64 = 1.1;

/// Pixels around the part that the resizing looks at, for each pixel that comes out.
const REACH: f64 = 4.0;

impl Wanted {
    pub(super) fn of(facts: &Facts, options: &FlexibleOptions) -> Result<Self, TransformError> {
        let orientation = Turn::from_exif(facts.orientation);
        let layout = layout(facts.size, None, options)?;
        let turn = orientation.then(layout.turn);
        Ok(Self {
            part: orientation.undo(layout.visible, facts.stored_size),
            size: turn.size(layout.plan.inner),
            turn,
            layout,
        })
    }

    /// How large the target is relative to the stored pixels, across and down.
    fn scales(&self) -> (f64, f64) {
        (
            f64::from(self.size.width) / self.part.width,
            f64::from(self.size.height) / self.part.height,
        )
    }

    /// The same, on the axis where it is larger.
    pub(super) fn scale(&self) -> f64 {
        let (across, down) = self.scales();
        across.max(down)
    }

    /// What a decoder has to know of it.
    pub(super) const fn need(&self) -> Need {
        Need {
            part: self.part,
            size: self.size,
        }
    }

    /// The planes of a JPEG or WebP, as large as is needed.
    pub(super) fn planes(&self, bytes: &[u8], facts: &Facts, chroma: Chroma) -> Option<Planes> {
        match facts.format {
            Format::Jpeg => {}
            Format::WebP => return webp_planes::decode(bytes, facts, &self.need()),
            _ => return None,
        }
        let luma = self.scale() * DECODE_MARGIN;
        let reach = REACH / self.scales().1.min(1.0);
        let wish = jpeg::Wish {
            luma,
            chroma: match chroma {
                Chroma::Full => self.scale() * COLOR_MARGIN,
                Chroma::Halved => luma / 2.0,
            },
            rows: (self.part.y - reach, self.part.y + self.part.height + reach),
        };
        let planes = jpeg::decode(bytes, &wish)?;
        (planes.size == facts.stored_size).then_some(planes)
    }
}
