//! When the stored file may be delivered in place of its rendition.
//!
//! A picture that is only encoded once more loses a little and may even grow. Where nothing was
//! asked that changes it, and the file holds nothing but the picture, the smaller of both is right.

use super::{Facts, Format, probe};
use crate::model::PixelSize;
use crate::model::flexible::FlexibleOptions;

/// Whether the options leave every pixel of a picture as it is, and the file has neither metadata
/// nor a color profile that a rendition would not have.
pub(super) fn may_stand_in(
    bytes: &[u8],
    facts: &Facts,
    output: PixelSize,
    options: &FlexibleOptions,
) -> bool {
    // Of the other options each one changes pixels, bytes or the format.
    let geometry_alone = FlexibleOptions {
        width: options.width,
        auto_width: options.auto_width,
        height: options.height,
        fit: options.fit,
        gravity: options.gravity,
        zoom: options.zoom,
        dpr: options.dpr,
        metadata: options.metadata,
        upscale_generate: options.upscale_generate,
        ..FlexibleOptions::default()
    };
    *options == geometry_alone
        && facts.orientation == 1
        && output == facts.size
        && is_bare(bytes, facts.format)
}

/// Whether the file holds pixels and what is needed to show them, and nothing else.
fn is_bare(bytes: &[u8], format: Format) -> bool {
    match format {
        Format::Jpeg => probe::jpeg_markers(bytes).all(|marker| {
            // JFIF and Adobe's color transform are needed; other application data are not.
            !matches!(marker, 0xE1..=0xED | 0xEF | 0xFE)
        }),
        Format::Png => probe::png_chunks(bytes).all(|kind| {
            matches!(
                &kind,
                b"IHDR"
                    | b"PLTE"
                    | b"tRNS"
                    | b"IDAT"
                    | b"IEND"
                    | b"sRGB"
                    | b"pHYs"
                    | b"bKGD"
                    | b"sBIT"
            )
        }),
        Format::WebP => {
            probe::webp_chunks(bytes).all(|(kind, _)| !matches!(&kind, b"EXIF" | b"XMP " | b"ICCP"))
        }
        // Comments would be the only metadata, and programs write them to praise themselves.
        Format::Gif => true,
        Format::Svg | Format::Avif | Format::Heic => false,
    }
}
