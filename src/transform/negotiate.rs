//! Which format a client gets: what it asked, what it accepts, what the picture needs.

use super::{Facts, Format};
use crate::model::Fit;
use crate::model::flexible::{FlexibleOptions, OutputChoice};

/// The modern formats that a client said it can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Accepts {
    /// `image/avif`.
    pub avif: bool,
    /// `image/webp`.
    pub webp: bool,
}

impl Accepts {
    /// Reads an `Accept` header. Wildcards do not ask for modern formats, and `q=0` refuses.
    #[must_use]
    pub fn from_header(header: Option<&str>) -> Self {
        let mut accepts = Self::default();
        for range in header.unwrap_or_default().split(',') {
            let mut parts = range.split(';').map(str::trim);
            let media = parts.next().unwrap_or_default();
            let is_refused = parts.any(|parameter| {
                parameter.split_once('=').is_some_and(|(name, value)| {
                    name.trim().eq_ignore_ascii_case("q")
                        && value.trim().parse().is_ok_and(|q: f32| q <= 0.0)
                })
            });
            if media.eq_ignore_ascii_case("image/avif") {
                accepts.avif = !is_refused;
            } else if media.eq_ignore_ascii_case("image/webp") {
                accepts.webp = !is_refused;
            }
        }
        accepts
    }
}

/// The format that is to be encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) format: Format,
    /// JPEG that must not be progressive.
    pub(super) is_baseline: bool,
    /// AVIF was the first choice; `format` is what stands in for it.
    pub(super) wanted_avif: bool,
}

impl Choice {
    const fn of(format: Format) -> Self {
        Self {
            format,
            is_baseline: false,
            wanted_avif: false,
        }
    }
}

/// The format that [`super::render`] will produce; for `format=json`, of the picture it tells about.
#[must_use]
pub fn output_format(facts: &Facts, options: &FlexibleOptions, accepts: Accepts) -> Format {
    choose(facts, options, accepts).format
}

/// Whether the result will move.
pub(super) const fn is_animated(facts: &Facts, options: &FlexibleOptions) -> bool {
    facts.frames > 1
        && options.animate
        && matches!(
            options.format,
            OutputChoice::Auto | OutputChoice::Webp | OutputChoice::Avif | OutputChoice::Json
        )
}

/// Whether the result can have transparent pixels.
fn has_alpha(facts: &Facts, options: &FlexibleOptions) -> bool {
    let adds_alpha = options.background.is_some_and(|color| color.alpha < 255)
        && options.fit == Fit::Pad
        || options
            .border
            .is_some_and(|border| border.color.alpha < 255);
    let hides_alpha = options.background.is_some_and(|color| color.alpha == 255);
    (facts.has_alpha || adds_alpha) && !hides_alpha
}

/// The choice for that picture.
pub(super) fn choose(facts: &Facts, options: &FlexibleOptions, accepts: Accepts) -> Choice {
    if facts.format == Format::Svg {
        return Choice::of(Format::Svg);
    }
    let is_animated = is_animated(facts, options);
    let still = if has_alpha(facts, options) {
        Format::Png
    } else {
        Format::Jpeg
    };
    let classic = match facts.format {
        _ if is_animated => Format::Gif,
        Format::Png | Format::Gif => Format::Png,
        _ => still,
    };
    match options.format {
        OutputChoice::Webp => Choice::of(Format::WebP),
        OutputChoice::Png => Choice::of(Format::Png),
        OutputChoice::Jpeg => Choice::of(Format::Jpeg),
        OutputChoice::BaselineJpeg => Choice {
            is_baseline: true,
            ..Choice::of(Format::Jpeg)
        },
        // For a client that does not accept it WebP is the documented answer as well.
        OutputChoice::Avif => Choice {
            wanted_avif: !is_animated,
            ..Choice::of(Format::WebP)
        },
        OutputChoice::Auto | OutputChoice::Json => {
            if options.compress_fast && !is_animated {
                Choice::of(still)
            } else {
                Choice {
                    wanted_avif: accepts.avif && !is_animated,
                    ..Choice::of(if accepts.webp { Format::WebP } else { classic })
                }
            }
        }
    }
}
