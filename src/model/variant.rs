//! Variants: named ways to deliver every image of the account.

use std::fmt;

use super::PixelSize;

/// The name of a variant: 1 to 99 ASCII letters and digits, case-sensitive.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VariantId(String);

/// Why a text is no variant name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VariantIdError {
    /// Nothing but the empty text.
    #[error("a variant needs a name")]
    Empty,
    /// Longer than [`VariantId::MAX_LEN`].
    #[error("a variant name has at most 99 characters")]
    TooLong,
    /// A character other than an ASCII letter or digit.
    #[error("a variant name can only hold letters and digits, without “{0}”")]
    Character(char),
}

impl VariantId {
    /// The longest name, in characters.
    pub const MAX_LEN: usize = 99;

    /// A name that a person chose.
    ///
    /// # Errors
    /// [`VariantIdError`] with the rule that is broken.
    pub fn new(text: impl Into<String>) -> Result<Self, VariantIdError> {
        let text = text.into();
        if text.is_empty() {
            return Err(VariantIdError::Empty);
        }
        if let Some(character) = text.chars().find(|c| !c.is_ascii_alphanumeric()) {
            return Err(VariantIdError::Character(character));
        }
        if text.len() > Self::MAX_LEN {
            return Err(VariantIdError::TooLong);
        }
        Ok(Self(text))
    }

    /// A name as a server gave it.
    pub fn from_server(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The variant that every account has and that cannot be deleted.
    #[must_use]
    pub fn public() -> Self {
        Self("public".to_owned())
    }

    /// Whether it is [`VariantId::public`].
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.0 == "public"
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for VariantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How a picture is brought into the bounds. Named variants know the first five only.
///
/// Source: Cloudflare Images documentation, "Features", `fit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Fit {
    /// As large as fits, never enlarged.
    #[default]
    ScaleDown,
    /// As large as fits, enlarged if need be.
    Contain,
    /// Fills the bounds exactly; trims what does not fit.
    Cover,
    /// As cover, but never enlarged.
    Crop,
    /// As contain, with the rest of the bounds filled.
    Pad,
    /// Flexible only: as crop, but keeps the shape of the bounds.
    AspectCrop,
    /// Flexible only: exactly the bounds, distorted.
    Squeeze,
    /// Flexible only: as contain, but never reduced.
    ScaleUp,
}

impl Fit {
    /// The fits a named variant may have, in the order the editor shows them.
    pub const NAMED: [Self; 5] = [
        Self::ScaleDown,
        Self::Contain,
        Self::Cover,
        Self::Crop,
        Self::Pad,
    ];

    /// The API's word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ScaleDown => "scale-down",
            Self::Contain => "contain",
            Self::Cover => "cover",
            Self::Crop => "crop",
            Self::Pad => "pad",
            Self::AspectCrop => "aspect-crop",
            Self::Squeeze => "squeeze",
            Self::ScaleUp => "scale-up",
        }
    }

    /// The fit with that word, if there is one.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        const ALL: [Fit; 8] = [
            Fit::ScaleDown,
            Fit::Contain,
            Fit::Cover,
            Fit::Crop,
            Fit::Pad,
            Fit::AspectCrop,
            Fit::Squeeze,
            Fit::ScaleUp,
        ];
        ALL.into_iter().find(|fit| fit.as_str() == word)
    }
}

/// What of the original's EXIF data a JPEG rendition keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum MetadataPolicy {
    /// Nothing.
    #[default]
    None,
    /// The copyright tag alone.
    Copyright,
    /// Nearly everything, the place where it was taken included.
    Keep,
}

impl MetadataPolicy {
    /// All of them, from least to most.
    pub const ALL: [Self; 3] = [Self::None, Self::Copyright, Self::Keep];

    /// The API's word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Copyright => "copyright",
            Self::Keep => "keep",
        }
    }

    /// The policy with that word, if there is one.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|policy| policy.as_str() == word)
    }
}

/// What a variant does to a picture.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct VariantOptions {
    /// How the picture is brought into the bounds.
    pub fit: Fit,
    /// Bound of the width in pixels; `None` leaves it open.
    pub width: Option<u32>,
    /// Bound of the height in pixels; `None` leaves it open.
    pub height: Option<u32>,
    /// What of EXIF is kept.
    pub metadata: MetadataPolicy,
    /// Radius of a blur, 0 to 250.
    pub blur: Option<f64>,
    /// How long browsers may keep the rendition, in seconds, 3,600 to 31,536,000.
    pub browser_ttl_secs: Option<u32>,
}

/// A rule that the options break, and the field it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VariantOptionsError {
    /// Width outside its range.
    #[error("the width must be between 1 and 12,000 pixels")]
    Width,
    /// Height outside its range.
    #[error("the height must be between 1 and 12,000 pixels")]
    Height,
    /// Blur outside its range.
    #[error("the blur must be between 0 and 250")]
    Blur,
    /// Time to live outside its range.
    #[error("browsers may keep a rendition between 3,600 and 31,536,000 seconds")]
    BrowserTtl,
    /// A fit that named variants do not know.
    #[error("this fit exists for flexible variants only")]
    Fit,
}

impl VariantOptions {
    /// The largest side that is delivered, in pixels.
    pub const MAX_SIDE: u32 = 12_000;

    /// Every rule that is broken; empty when the options may be saved.
    #[must_use]
    pub fn validate(&self) -> Vec<VariantOptionsError> {
        let mut errors = Vec::new();
        let side_is_wrong =
            |side: Option<u32>| side.is_some_and(|px| px == 0 || px > Self::MAX_SIDE);
        if side_is_wrong(self.width) {
            errors.push(VariantOptionsError::Width);
        }
        if side_is_wrong(self.height) {
            errors.push(VariantOptionsError::Height);
        }
        if self
            .blur
            .is_some_and(|radius| !(0.0..=250.0).contains(&radius))
        {
            errors.push(VariantOptionsError::Blur);
        }
        if self
            .browser_ttl_secs
            .is_some_and(|secs| !(3_600..=31_536_000).contains(&secs))
        {
            errors.push(VariantOptionsError::BrowserTtl);
        }
        if !Fit::NAMED.contains(&self.fit) {
            errors.push(VariantOptionsError::Fit);
        }
        errors
    }

    /// Both bounds, if both are set.
    #[must_use]
    pub fn bounds(&self) -> Option<PixelSize> {
        Some(PixelSize::new(self.width?, self.height?))
    }
}

/// A named way to deliver every image of the account.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// Its name; it cannot be changed afterwards.
    pub id: VariantId,
    /// What it does.
    pub options: VariantOptions,
    /// Whether it is delivered without a signature even for private images.
    pub never_require_signed_urls: bool,
}

impl Variant {
    /// The most variants an account may have.
    ///
    /// Source: Cloudflare Images documentation, "Create variants".
    pub const MAX_PER_ACCOUNT: usize = 100;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variant_name_is_letters_and_digits() {
        assert!(VariantId::new("Thumb2x").is_ok());
        assert_eq!(
            VariantId::new("my-variant"),
            Err(VariantIdError::Character('-'))
        );
        assert_eq!(VariantId::new("größe"), Err(VariantIdError::Character('ö')));
        assert_eq!(VariantId::new(""), Err(VariantIdError::Empty));
        assert_eq!(
            VariantId::new("a".repeat(100)),
            Err(VariantIdError::TooLong)
        );
    }

    #[test]
    fn each_broken_rule_is_named() {
        let options = VariantOptions {
            width: Some(0),
            blur: Some(f64::NAN),
            browser_ttl_secs: Some(60),
            ..Default::default()
        };
        assert_eq!(
            options.validate(),
            [
                VariantOptionsError::Width,
                VariantOptionsError::Blur,
                VariantOptionsError::BrowserTtl
            ]
        );
    }
}
