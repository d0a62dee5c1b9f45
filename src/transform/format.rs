//! Kinds of images, recognized by their first bytes and by nothing else.

/// A kind of image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// GIF, still or animated.
    Gif,
    /// WebP, still or animated.
    WebP,
    /// SVG.
    Svg,
    /// AVIF, still.
    Avif,
    /// HEIC or HEIF; recognized, not decoded: its codec is patented, and the decoders there are ask
    /// for more than this program's license gives.
    Heic,
}

/// How far an SVG's root element is looked for: a prolog with a long comment fits.
const SVG_SEARCH_BYTES: usize = 16 * 1024;

impl Format {
    /// Recognizes the kind; the file name plays no part.
    ///
    /// ```
    /// # use lenticular::transform::Format;
    /// assert_eq!(Format::sniff(b"\x89PNG\r\n\x1a\n"), Some(Format::Png));
    /// assert_eq!(Format::sniff(b"plain text"), None);
    /// ```
    #[must_use]
    pub fn sniff(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(&[0xFF, 0xD8, 0xFF]) {
            return Some(Self::Jpeg);
        }
        if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            return Some(Self::Png);
        }
        if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
            return Some(Self::Gif);
        }
        if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
            return Some(Self::WebP);
        }
        if bytes.get(4..8) == Some(b"ftyp") {
            return Self::from_brands(bytes);
        }
        is_svg(bytes).then_some(Self::Svg)
    }

    /// The kind of an ISO base media file: its brands are four letters each, the main one first,
    /// the version between it and the others.
    fn from_brands(bytes: &[u8]) -> Option<Self> {
        let length = u32::from_be_bytes(bytes.get(..4)?.try_into().ok()?) as usize;
        let end = length.min(bytes.len());
        let main = bytes.get(8..12)?;
        let others = bytes.get(16..end.max(16)).unwrap_or_default();
        let brands = || std::iter::once(main).chain(others.chunks_exact(4));
        if brands().any(|brand| matches!(brand, b"avif" | b"avis")) {
            return Some(Self::Avif);
        }
        brands()
            .any(|brand| {
                matches!(
                    brand,
                    b"heic" | b"heix" | b"hevc" | b"hevx" | b"heim" | b"heis" | b"mif1" | b"msf1"
                )
            })
            .then_some(Self::Heic)
    }

    /// The media type for `content-type`.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
            Self::WebP => "image/webp",
            Self::Svg => "image/svg+xml",
            Self::Avif => "image/avif",
            Self::Heic => "image/heic",
        }
    }

    /// The usual ending of a file name, without the dot.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Gif => "gif",
            Self::WebP => "webp",
            Self::Svg => "svg",
            Self::Avif => "avif",
            Self::Heic => "heic",
        }
    }

    /// The name that people know.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Gif => "GIF",
            Self::WebP => "WebP",
            Self::Svg => "SVG",
            Self::Avif => "AVIF",
            Self::Heic => "HEIC",
        }
    }

    /// Whether a side may be longer than 12,000 pixels.
    #[must_use]
    pub const fn may_be_long(self) -> bool {
        matches!(self, Self::WebP | Self::Avif)
    }
}

/// Whether the text's root element is `svg`, after byte order mark, prolog, comments and doctype.
fn is_svg(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(SVG_SEARCH_BYTES)];
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let text = String::from_utf8_lossy(head);
    let mut rest = text.trim_start();
    loop {
        let end = if rest.starts_with("<?") {
            "?>"
        } else if rest.starts_with("<!--") {
            "-->"
        } else if rest.starts_with("<!DOCTYPE") || rest.starts_with("<!doctype") {
            // An internal subset holds angle brackets of its own.
            let head = &rest[..rest.find('>').unwrap_or(rest.len())];
            if head.contains('[') { "]>" } else { ">" }
        } else {
            break;
        };
        match rest.find(end) {
            Some(at) => rest = rest[at + end.len()..].trim_start(),
            None => return false,
        }
    }
    let Some(name) = rest.strip_prefix('<') else {
        return false;
    };
    let name = name
        .split(|c: char| c.is_whitespace() || c == '>' || c == '/')
        .next()
        .unwrap_or_default();
    // A prefix stands for the namespace: `<svg:svg …>`.
    name.rsplit(':').next() == Some("svg")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_recognized_by_its_bytes() {
        let sniff = Format::sniff;
        assert_eq!(sniff(&[0xFF, 0xD8, 0xFF, 0xE0]), Some(Format::Jpeg));
        assert_eq!(sniff(b"GIF89a"), Some(Format::Gif));
        assert_eq!(sniff(b"RIFF\0\0\0\0WEBPVP8 "), Some(Format::WebP));
        assert_eq!(
            sniff(b"\0\0\0\x18ftypavif\0\0\0\0mif1miaf"),
            Some(Format::Avif)
        );
        assert_eq!(
            sniff(b"\0\0\0\x18ftypmif1\0\0\0\0avifmiaf"),
            Some(Format::Avif)
        );
        assert_eq!(sniff(b"\0\0\0\x14ftypheic\0\0\0\0mif1"), Some(Format::Heic));
        assert_eq!(sniff(b"\0\0\0\x14ftypisom\0\0\0\0mp42"), None);
        assert_eq!(sniff(b"RIFF\0\0\0\0WAVE"), None);
        assert_eq!(sniff(b""), None);
    }

    #[test]
    fn an_svg_is_recognized_behind_its_prolog() {
        let sniff = |text: &str| Format::sniff(text.as_bytes());
        assert_eq!(sniff("<svg xmlns='x'/>"), Some(Format::Svg));
        assert_eq!(
            sniff(
                "\u{FEFF}<?xml version='1.0'?>\n<!-- a > b -->\n<!DOCTYPE svg [<!ENTITY a 'b'>]>\n<svg:svg>"
            ),
            Some(Format::Svg)
        );
        assert_eq!(sniff("<html><svg/></html>"), None);
        assert_eq!(sniff("<!-- never closed <svg>"), None);
    }
}
