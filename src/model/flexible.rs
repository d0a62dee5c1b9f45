//! Flexible variants: options as they stand in the last segment of a delivery URL.
//!
//! [`FlexibleOptions::parse`] reads what any client may write, with its short names, and tells
//! what it ignored; [`FlexibleOptions::to_segment`] writes one canonical form, so that two
//! spellings of the same wish are one rendition. A value that exists is within its range.
//!
//! Source: Cloudflare Images documentation, "Features" and "Enable flexible variants".

mod parse;
#[cfg(test)]
mod tests;
mod write;

use super::{Fit, MetadataPolicy, VariantOptions};

/// Why a segment is no list of options. Answered with status 400, code 9401.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FlexibleError {
    /// A piece without an equals sign.
    #[error("'{0}' has no value")]
    NoValue(String),
    /// None of the keys is an option.
    #[error("at least one known option is needed")]
    NothingKnown,
    /// A word that the option does not know, or a number outside its range.
    #[error("'{value}' is not a supported {key}")]
    Value {
        /// The option's full name.
        key: &'static str,
        /// What was written.
        value: String,
    },
    /// An output format that is not offered.
    #[error("'{0}' is not a supported output format")]
    Format(String),
    /// Percent-encoding that does not decode to text.
    #[error("the options are not valid text")]
    Text,
}

/// Which part of the picture stays when something has to be cut off.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub enum Gravity {
    /// The middle.
    #[default]
    Center,
    /// The most striking part.
    Auto,
    /// The part with the most detail.
    Entropy,
    /// The faces.
    Face,
    /// The left edge.
    Left,
    /// The right edge.
    Right,
    /// The upper edge.
    Top,
    /// The lower edge.
    Bottom,
    /// A point, as fractions 0 to 1 of what is cut off: `0, 0` keeps the upper left corner.
    Point {
        /// 0 keeps the left edge, 1 the right one.
        x: f64,
        /// 0 keeps the upper edge, 1 the lower one.
        y: f64,
    },
}

impl Gravity {
    /// The fractions of the remainder that are cut off on the left and at the top.
    ///
    /// What would need to understand the picture (`auto`, `face`, `entropy`) is the center here.
    #[must_use]
    pub const fn fractions(self) -> (f64, f64) {
        match self {
            Self::Center | Self::Auto | Self::Entropy | Self::Face => (0.5, 0.5),
            Self::Left => (0.0, 0.5),
            Self::Right => (1.0, 0.5),
            Self::Top => (0.5, 0.0),
            Self::Bottom => (0.5, 1.0),
            Self::Point { x, y } => (x, y),
        }
    }
}

/// How much a lossy encoder may lose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quality {
    /// 1 (smallest file) to 100 (best picture).
    Percent(u8),
    /// Visually close to the original.
    High,
    /// Between high and low, nearer to high.
    MediumHigh,
    /// Between high and low, nearer to low.
    MediumLow,
    /// Small files.
    Low,
}

impl Quality {
    /// What is used when nothing is asked.
    pub const DEFAULT_PERCENT: u8 = 85;

    /// The encoder's setting, 1 to 100.
    #[must_use]
    pub const fn percent(self) -> u8 {
        match self {
            Self::Percent(percent) => percent,
            Self::High => 90,
            Self::MediumHigh => 70,
            Self::MediumLow => 50,
            Self::Low => 35,
        }
    }
}

/// The output format that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum OutputChoice {
    /// The best that the client accepts.
    #[default]
    Auto,
    /// AVIF.
    Avif,
    /// WebP.
    Webp,
    /// JPEG, progressive where that pays.
    Jpeg,
    /// JPEG, never progressive.
    BaselineJpeg,
    /// PNG.
    Png,
    /// No picture: its sizes, as JSON.
    Json,
}

impl OutputChoice {
    /// The word in URLs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Avif => "avif",
            Self::Webp => "webp",
            Self::Jpeg => "jpeg",
            Self::BaselineJpeg => "baseline-jpeg",
            Self::Png => "png",
            Self::Json => "json",
        }
    }

    /// The choice with that word, if there is one.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        const ALL: [OutputChoice; 7] = [
            OutputChoice::Auto,
            OutputChoice::Avif,
            OutputChoice::Webp,
            OutputChoice::Jpeg,
            OutputChoice::BaselineJpeg,
            OutputChoice::Png,
            OutputChoice::Json,
        ];
        ALL.into_iter().find(|choice| choice.as_str() == word)
    }
}

/// A color with straight alpha, 0 to 255 each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Color {
    /// Red.
    pub red: u8,
    /// Green.
    pub green: u8,
    /// Blue.
    pub blue: u8,
    /// Opacity; 255 hides what lies below.
    pub alpha: u8,
}

impl Color {
    /// Opaque white.
    pub const WHITE: Self = Self {
        red: 255,
        green: 255,
        blue: 255,
        alpha: 255,
    };

    /// Opaque black.
    pub const BLACK: Self = Self {
        red: 0,
        green: 0,
        blue: 0,
        alpha: 255,
    };

    /// A color as CSS writes it: `red`, `#f00`, `rgb(255, 0, 0)`, `rgb(255 0 0 / 50%)`, ….
    ///
    /// ```
    /// # use lenticular::model::flexible::Color;
    /// let color = Color::from_css("rgb(240,40,145)").unwrap();
    /// assert_eq!((color.red, color.green, color.blue), (240, 40, 145));
    /// ```
    #[must_use]
    pub fn from_css(text: &str) -> Option<Self> {
        let [red, green, blue, alpha] = csscolorparser::parse(text).ok()?.to_rgba8();
        Some(Self {
            red,
            green,
            blue,
            alpha,
        })
    }

    /// The color as a row of bytes: red, green, blue, alpha.
    #[must_use]
    pub const fn rgba(self) -> [u8; 4] {
        [self.red, self.green, self.blue, self.alpha]
    }
}

/// Mirroring, done before turning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Flip {
    /// Left and right change places.
    pub horizontal: bool,
    /// Top and bottom change places.
    pub vertical: bool,
}

/// A quarter turn or several, clockwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Rotation {
    /// As it is.
    #[default]
    None,
    /// 90°.
    Quarter,
    /// 180°.
    Half,
    /// 270°.
    ThreeQuarters,
}

impl Rotation {
    /// The angle in degrees, clockwise.
    #[must_use]
    pub const fn degrees(self) -> u16 {
        match self {
            Self::None => 0,
            Self::Quarter => 90,
            Self::Half => 180,
            Self::ThreeQuarters => 270,
        }
    }

    /// Whether width and height change places.
    #[must_use]
    pub const fn swaps_axes(self) -> bool {
        matches!(self, Self::Quarter | Self::ThreeQuarters)
    }
}

/// A length on one axis of the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Length {
    /// Pixels, before `dpr`.
    Px(u32),
    /// A fraction 0 to 1 of the side.
    Fraction(f64),
}

/// What is cut off before resizing.
#[derive(Clone, Debug, PartialEq)]
pub enum Trim {
    /// A rectangle, by its distances from the edges or by its size.
    Edges(TrimEdges),
    /// An edge of one color.
    Border {
        /// Its color; `None` takes that of the upper left pixel.
        color: Option<Color>,
        /// How much a channel may differ, 0 to 255.
        tolerance: u8,
        /// How many pixels of the edge stay.
        keep_px: u32,
    },
}

/// Distances from the edges; the size wins over the right and lower distance.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct TrimEdges {
    /// Cut off at the top.
    pub top: Option<Length>,
    /// Cut off on the right.
    pub right: Option<Length>,
    /// Cut off at the bottom.
    pub bottom: Option<Length>,
    /// Cut off on the left.
    pub left: Option<Length>,
    /// Width that stays.
    pub width: Option<Length>,
    /// Height that stays.
    pub height: Option<Length>,
}

/// A frame around the finished picture; its widths are pixels before `dpr`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Border {
    /// Its color.
    pub color: Color,
    /// Width at the top.
    pub top_px: u32,
    /// Width on the right.
    pub right_px: u32,
    /// Width at the bottom.
    pub bottom_px: u32,
    /// Width on the left.
    pub left_px: u32,
}

/// What a delivery URL asks for.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each one is an option of its own in the URL"
)]
pub struct FlexibleOptions {
    /// Target width in pixels, before `dpr`.
    pub width: Option<u32>,
    /// Whether the width follows the client's screen (`width=auto`); `width` is then `None`.
    pub auto_width: bool,
    /// Target height in pixels, before `dpr`.
    pub height: Option<u32>,
    /// How the picture is brought into the target.
    pub fit: Fit,
    /// Which part stays when something is cut off.
    pub gravity: Gravity,
    /// How close faces are cut, 0 (far) to 1 (tight).
    pub zoom: Option<f64>,
    /// Factor for the target, more than 0 and at most 3.
    pub dpr: f64,
    /// Loss of the encoder; `None` is the default.
    pub quality: Option<Quality>,
    /// What replaces `quality` for clients on slow connections.
    pub slow_connection_quality: Option<Quality>,
    /// The output format.
    pub format: OutputChoice,
    /// Whether the fastest encoder is preferred to small files.
    pub compress_fast: bool,
    /// Whether animations move; `false` delivers the first frame.
    pub animate: bool,
    /// What of EXIF is kept; `None` is the default of where the options come from.
    pub metadata: Option<MetadataPolicy>,
    /// What lies under transparent pixels and in the space of `pad`.
    pub background: Option<Color>,
    /// Radius of a blur, 0 to 250.
    pub blur: f64,
    /// Strength of sharpening, 0 to 10.
    pub sharpen: f64,
    /// Factor; 1 changes nothing.
    pub brightness: f64,
    /// Factor; 1 changes nothing.
    pub contrast: f64,
    /// Exponent; below 1 darkens, 1 changes nothing.
    pub gamma: f64,
    /// Factor; 0 is gray, 1 changes nothing.
    pub saturation: f64,
    /// Turning, before resizing.
    pub rotate: Rotation,
    /// Mirroring, before turning.
    pub flip: Flip,
    /// Cutting, before everything else.
    pub trim: Option<Trim>,
    /// A frame, after resizing.
    pub border: Option<Border>,
    /// Whether only the foreground stays.
    pub segment_foreground: bool,
    /// Whether enlarging may invent detail.
    pub upscale_generate: bool,
}

impl Default for FlexibleOptions {
    fn default() -> Self {
        Self {
            width: None,
            auto_width: false,
            height: None,
            fit: Fit::ScaleDown,
            gravity: Gravity::Center,
            zoom: None,
            dpr: 1.0,
            quality: None,
            slow_connection_quality: None,
            format: OutputChoice::Auto,
            compress_fast: false,
            animate: true,
            metadata: None,
            background: None,
            blur: 0.0,
            sharpen: 0.0,
            brightness: 1.0,
            contrast: 1.0,
            gamma: 1.0,
            saturation: 1.0,
            rotate: Rotation::None,
            flip: Flip::default(),
            trim: None,
            border: None,
            segment_foreground: false,
            upscale_generate: false,
        }
    }
}

impl FlexibleOptions {
    /// The widths that `width=auto` chooses from, in pixels.
    pub const AUTO_WIDTHS: [u32; 4] = [320, 768, 960, 1200];

    /// The largest `dpr`.
    pub const MAX_DPR: f64 = 3.0;

    /// Reads the last segment of a delivery URL, still percent-encoded as it came.
    ///
    /// The second value tells what was ignored or changed, one remark each.
    ///
    /// # Errors
    /// [`FlexibleError`] when the segment asks for something that does not exist.
    pub fn parse(segment: &str) -> Result<(Self, Vec<String>), FlexibleError> {
        parse::parse(segment)
    }

    /// What a named variant asks for.
    #[must_use]
    pub fn from_variant(options: &VariantOptions) -> Self {
        Self {
            width: options.width,
            height: options.height,
            fit: options.fit,
            metadata: Some(options.metadata),
            blur: options.blur.unwrap_or(0.0),
            ..Self::default()
        }
    }

    /// The canonical form: `fit` first, then the sizes, then whatever differs from its default.
    ///
    /// ```
    /// # use lenticular::model::FlexibleOptions;
    /// let (options, _) = FlexibleOptions::parse("h=300,w=300,fit=cover").unwrap();
    /// assert_eq!(options.to_segment(), "fit=cover,width=300,height=300");
    /// ```
    #[must_use]
    pub fn to_segment(&self) -> String {
        write::to_segment(self)
    }

    /// The same for a client on a slow connection.
    #[must_use]
    pub fn for_slow_connection(mut self) -> Self {
        self.quality = self.slow_connection_quality.or(self.quality);
        self
    }

    /// The same with `width=auto` settled for a screen of that many physical pixels.
    ///
    /// Without a hint it is the largest of [`FlexibleOptions::AUTO_WIDTHS`].
    #[must_use]
    pub fn for_screen(mut self, width_px: Option<u32>) -> Self {
        if self.auto_width {
            let largest = Self::AUTO_WIDTHS[Self::AUTO_WIDTHS.len() - 1];
            let wanted = width_px.unwrap_or(largest);
            let chosen = Self::AUTO_WIDTHS.into_iter().find(|px| *px >= wanted);
            self.width = Some(chosen.unwrap_or(largest));
            self.auto_width = false;
        }
        self
    }
}
