//! What can go wrong with pixels, by meaning.

use super::Format;
use crate::model::{FlexibleError, PixelSize};

/// Why a picture could not be read or made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransformError {
    /// The bytes are no image of a known kind.
    #[error("this is not an image")]
    NotAnImage,
    /// A known kind that this build cannot decode.
    #[error("{} pictures cannot be decoded here", .0.name())]
    Unsupported(Format),
    /// A known kind whose bytes are incomplete or wrong.
    #[error("error during decoding: {0}. The file may be incomplete or damaged")]
    Damaged(String),
    /// More pixels than [`super::MAX_AREA`].
    #[error("the image has {size} pixels, the limit is 100 megapixels")]
    TooManyPixels {
        /// The size that was found or asked.
        size: PixelSize,
    },
    /// A side of the original is longer than [`super::MAX_SIDE`].
    #[error("the image is {size} pixels large, the limit is 12,000 on each side")]
    TooLargeSide {
        /// The size that was found.
        size: PixelSize,
    },
    /// A side of an AVIF picture is longer than may be uploaded.
    #[error("the image is {size} pixels large, the limit for AVIF is 1,200 on each side")]
    TooLargeAvif {
        /// The size that was found.
        size: PixelSize,
    },
    /// All frames together have more pixels than [`super::MAX_AREA`].
    #[error("the animation is too large: {frames} frames of {size} pixels")]
    AnimationTooLarge {
        /// The number of frames.
        frames: u32,
        /// The size of each.
        size: PixelSize,
    },
    /// The options ask for more than is delivered.
    #[error(
        "the image enlarged too much: {}x{}, but maximum dimension allowed is 12000",
        .size.width, .size.height
    )]
    OutputTooLarge {
        /// The size that was asked.
        size: PixelSize,
    },
    /// The options leave no pixel.
    #[error("the image has width or height of size 0")]
    EmptyOutput,
    /// The options cannot be carried out.
    #[error("missing or invalid resizing parameters: {0}")]
    InvalidOption(String),
    /// An encoder refused.
    #[error("error during encoding: {0}")]
    Encoding(String),
}

impl TransformError {
    /// The status and the code that delivery answers with.
    ///
    /// Source: Cloudflare Images documentation, "Troubleshooting", error codes.
    #[must_use]
    pub const fn delivery_code(&self) -> (u16, u32) {
        match self {
            Self::InvalidOption(_) => (400, 9401),
            Self::NotAnImage | Self::Unsupported(_) => (415, 9412),
            Self::TooManyPixels { .. }
            | Self::TooLargeSide { .. }
            | Self::TooLargeAvif { .. }
            | Self::AnimationTooLarge { .. }
            | Self::OutputTooLarge { .. }
            | Self::EmptyOutput => (403, 9413),
            Self::Damaged(_) => (422, 9516),
            Self::Encoding(_) => (500, 9516),
        }
    }

    /// The text that delivery answers with, behind `ERROR <code>: `.
    #[must_use]
    pub fn delivery_message(&self) -> String {
        match self.delivery_code().1 {
            9401 => capitalized(&self.to_string()),
            _ => format!(
                "Could not resize the image: {}",
                capitalized(&self.to_string())
            ),
        }
    }
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

impl From<FlexibleError> for TransformError {
    fn from(error: FlexibleError) -> Self {
        Self::InvalidOption(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delivery_names_the_code_and_what_was_wrong() {
        let error = TransformError::from(FlexibleError::Format("mp4".to_owned()));
        assert_eq!(error.delivery_code(), (400, 9401));
        assert_eq!(
            error.delivery_message(),
            "Missing or invalid resizing parameters: 'mp4' is not a supported output format"
        );
        assert_eq!(
            TransformError::EmptyOutput.delivery_message(),
            "Could not resize the image: The image has width or height of size 0"
        );
    }
}
