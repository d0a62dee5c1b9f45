//! Which format a client gets: what it asked, what it accepts, what the picture needs.

use super::{Facts, Format, avif, plan};
use crate::model::flexible::{FlexibleOptions, OutputChoice};
use crate::model::{Fit, PixelSize};

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

    /// What of it the answer depends on where `format` was asked for: nothing with a fixed one.
    #[must_use]
    pub fn that_count_for(self, format: OutputChoice) -> Self {
        match format {
            OutputChoice::Auto | OutputChoice::Json => self,
            OutputChoice::Avif => Self {
                avif: self.avif,
                ..Self::default()
            },
            OutputChoice::Webp
            | OutputChoice::Png
            | OutputChoice::Jpeg
            | OutputChoice::BaselineJpeg => Self::default(),
        }
    }
}

/// The format that is to be encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) format: Format,
    /// JPEG that must not be progressive.
    pub(super) is_baseline: bool,
    /// AVIF is the first choice, for pictures that are small enough; `format` stands in for it.
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

    /// Whether a picture of that size becomes AVIF.
    pub(super) const fn is_avif(self, size: PixelSize) -> bool {
        self.wanted_avif && avif::IS_KNOWN && size.longer_side() <= avif::MAX_AVIF_SIDE
    }
}

/// The format that [`super::render`] will produce; for `format=json`, of the picture it tells about.
#[must_use]
pub fn output_format(facts: &Facts, options: &FlexibleOptions, accepts: Accepts) -> Format {
    let choice = choose(facts, options, accepts);
    if !choice.wanted_avif {
        return choice.format;
    }
    // Where an edge of one color is trimmed, only the pixels tell the size.
    let size = plan(facts.size, options).map_or(facts.size, |plan| plan.output);
    if choice.is_avif(size) {
        Format::Avif
    } else {
        choice.format
    }
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
        // For a client that does not accept it WebP is the documented answer.
        OutputChoice::Avif => Choice {
            wanted_avif: accepts.avif && !is_animated,
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

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn facts_of(vector: &Value) -> Facts {
        let format = match vector["source"].as_str().unwrap() {
            "jpeg" => Format::Jpeg,
            "png" => Format::Png,
            "webp" => Format::WebP,
            "gif" => Format::Gif,
            "svg" => Format::Svg,
            other => panic!("unknown source {other}"),
        };
        let is_animated = vector["animated"].as_bool().unwrap_or(false);
        Facts {
            format,
            size: PixelSize::new(600, 400),
            stored_size: PixelSize::new(600, 400),
            orientation: 1,
            has_alpha: vector["alpha"].as_bool().unwrap_or(false),
            frames: if is_animated { 3 } else { 1 },
        }
    }

    #[test]
    fn each_client_gets_the_format_it_can_show() {
        let vectors: Value =
            serde_json::from_str(include_str!("../../tests/spec/vectors/vectors.json")).unwrap();
        for vector in vectors["content_negotiation"].as_array().unwrap() {
            let segment = format!("format={}", vector["format"].as_str().unwrap());
            let (options, _) = FlexibleOptions::parse(&segment).unwrap();
            let accepts = Accepts::from_header(vector["accept"].as_str());
            let format = output_format(&facts_of(vector), &options, accepts);
            let content_type = if options.format == OutputChoice::Json {
                "application/json"
            } else if format == Format::WebP && accepts.avif && !avif::IS_KNOWN {
                // This build says so with a remark.
                vector["content_type"].as_str().unwrap()
            } else {
                format.content_type()
            };
            assert_eq!(
                content_type,
                vector["content_type"].as_str().unwrap(),
                "{vector}"
            );
        }
    }

    #[test]
    fn an_opaque_background_makes_transparency_needless() {
        let facts = Facts {
            has_alpha: true,
            ..facts_of(&serde_json::json!({ "source": "webp" }))
        };
        let format = |segment: &str| {
            let (options, _) = FlexibleOptions::parse(segment).unwrap();
            output_format(&facts, &options, Accepts::default())
        };
        assert_eq!(format("w=10"), Format::Png);
        assert_eq!(format("w=10,background=red"), Format::Jpeg);
        assert_eq!(format("w=10,background=rgb(0 0 0 / 50%)"), Format::Png);
    }

    #[test]
    fn parameters_of_a_media_type_are_read_without_regard_to_case_or_space() {
        let accepts = Accepts::from_header(Some("Image/AVIF ; Q = 0 , image/webp;q=0.1;x=y"));
        assert_eq!(
            accepts,
            Accepts {
                avif: false,
                webp: true
            }
        );
    }
}
