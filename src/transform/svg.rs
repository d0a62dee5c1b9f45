//! SVG made harmless: what draws stays, what runs or reaches out goes.
//!
//! Which elements and attributes draw is the knowledge of `svg-hush`, written for the service that
//! this program imitates. What it leaves open is closed here: entities that grow without end,
//! nesting without end, output without end, and pictures in `data:` URLs that are none.
//!
//! An SVG is never drawn; it leaves as text.

use std::error::Error as _;
use std::io::{self, Write};

use svg_hush::Filter;
use svg_hush::data_url_filter::{DataUrl, DataUrlFilterResult};

use super::{Format, TransformError};

/// How deep elements may stand in one another. Drawing programs stay below a few dozen, and a
/// parser keeps something for each.
const MAX_DEPTH: usize = 1_000;

/// How many bytes all entities together may grow to.
const MAX_EXPANSION_BYTES: usize = 16 * 1024 * 1024;

/// The cleaned text may be longer than the original, since it is indented; never longer than this.
const MAX_OUTPUT_BYTES: usize = 64 * 1024 * 1024;

/// The text without scripts, handlers, links, foreign content, document types and references to
/// other places. Embedded JPEG, PNG, GIF and WebP pictures stay.
pub(super) fn sanitize(bytes: &[u8]) -> Result<Vec<u8>, TransformError> {
    check(bytes).map_err(broken)?;
    let mut filter = Filter::new();
    filter.set_data_url_filter(keep_pictures);
    let limit = bytes.len().saturating_mul(8).saturating_add(64 * 1024);
    let mut clean = Bounded {
        bytes: Vec::with_capacity(bytes.len()),
        limit: limit.min(MAX_OUTPUT_BYTES),
    };
    filter.filter(bytes, &mut clean).map_err(|error| {
        broken(
            error
                .source()
                .map_or_else(|| error.to_string(), ToString::to_string),
        )
    })?;
    let mut clean = clean.bytes;
    disarm_image_sets(&mut clean);
    Ok(clean)
}

fn broken(why: impl std::fmt::Display) -> TransformError {
    TransformError::Damaged(format!("Error while decoding SVG image: {why}"))
}

/// Keeps a `data:` URL whose bytes are the raster picture that its type announces. A nested SVG
/// could hold again what was removed around it.
fn keep_pictures(url: &DataUrl<'_>) -> DataUrlFilterResult {
    let mime = url.mime_type();
    let is_raster = mime.type_ == "image"
        && matches!(
            mime.subtype.as_str(),
            "jpeg" | "jpg" | "png" | "gif" | "webp"
        )
        && url.decode_to_vec().is_ok_and(|(bytes, _)| {
            matches!(
                Format::sniff(&bytes),
                Some(Format::Jpeg | Format::Png | Format::Gif | Format::WebP)
            )
        });
    if is_raster {
        DataUrlFilterResult::Keep
    } else {
        DataUrlFilterResult::Drop
    }
}

/// `image-set()` is the one function of CSS that takes an address as a plain text, where the filter
/// looks for `url()`. An unknown function in its place voids the declaration.
fn disarm_image_sets(text: &mut [u8]) {
    const NAME: &[u8] = b"image-set(";
    for start in 0..text.len().saturating_sub(NAME.len() - 1) {
        let found = &mut text[start..start + NAME.len()];
        if found.eq_ignore_ascii_case(NAME) {
            found["image".len()] = b'_';
        }
    }
}

/// A text that refuses to grow beyond its limit.
struct Bounded {
    bytes: Vec<u8>,
    limit: usize,
}

impl Write for Bounded {
    fn write(&mut self, more: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + more.len() > self.limit {
            return Err(io::Error::other("it grows too much"));
        }
        self.bytes.extend_from_slice(more);
        Ok(more.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Goes through the markup once, before a parser takes memory for it.
fn check(bytes: &[u8]) -> Result<(), &'static str> {
    let unclosed = "it ends in the middle of a tag";
    let mut depth = 0_usize;
    let mut has_doctype = false;
    let mut at = 0;
    while let Some(offset) = find(&bytes[at..], b"<") {
        at += offset;
        let rest = &bytes[at..];
        let length = if rest.starts_with(b"<!--") {
            find(rest, b"-->").map(|end| end + 3)
        } else if rest.starts_with(b"<![CDATA[") {
            find(rest, b"]]>").map(|end| end + 3)
        } else if rest.starts_with(b"<?") {
            find(rest, b"?>").map(|end| end + 2)
        } else if rest.starts_with(b"<!") {
            if has_doctype {
                return Err("it has two document types");
            }
            has_doctype = true;
            let length = doctype_length(rest);
            if let Some(length) = length {
                check_entities(&rest[..length], &rest[length..])?;
            }
            length
        } else {
            tag_length(rest)
        };
        let length = length.ok_or(unclosed)?;
        match rest.get(1) {
            Some(b'/') => depth = depth.saturating_sub(1),
            Some(b'!' | b'?') | None => {}
            Some(_) if rest[..length].ends_with(b"/>") => {}
            Some(_) => depth += 1,
        }
        if depth > MAX_DEPTH {
            return Err("its elements are nested too deeply");
        }
        at += length;
    }
    Ok(())
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len())
        .position(|window| window == wanted)
}

/// Up to and with the first `>` that stands in no quotes.
fn tag_length(text: &[u8]) -> Option<usize> {
    let mut quote = None;
    for (i, byte) in text.iter().enumerate() {
        match (quote, *byte) {
            (None, b'>') => return Some(i + 1),
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(open), byte) if byte == open => quote = None,
            _ => {}
        }
    }
    None
}

/// A document type with its internal subset, whose declarations and comments hold angle brackets.
fn doctype_length(text: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with(b"<!--") {
            at += find(rest, b"-->")? + 3;
            continue;
        }
        match rest[0] {
            b'<' => depth += 1,
            b'>' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            quote @ (b'"' | b'\'') => {
                at += rest[1..].iter().position(|byte| *byte == quote)? + 1;
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// Drawing programs declare entities for the names of their namespaces, so they are not refused as
/// such; those that hold markup or other entities are, and those that would grow too far.
fn check_entities(doctype: &[u8], document: &[u8]) -> Result<(), &'static str> {
    let mut longest = 0;
    let mut at = 0;
    while let Some(offset) = find(&doctype[at..], b"<!ENTITY") {
        at += offset + b"<!ENTITY".len();
        let declaration = &doctype[at..];
        let length = tag_length(declaration).unwrap_or(declaration.len());
        let declaration = &declaration[..length];
        if declaration
            .iter()
            .any(|byte| matches!(byte, b'&' | b'%' | b'<'))
        {
            return Err("an entity holds markup or another entity");
        }
        longest = longest.max(length);
    }
    #[expect(clippy::naive_bytecount, reason = "once, on at most ten megabytes")]
    let uses = document.iter().filter(|byte| **byte == b'&').count();
    if longest.saturating_mul(uses) > MAX_EXPANSION_BYTES {
        return Err("its entities grow too much");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{png, solid};
    use super::*;

    const HEAD: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="8" height="6">"#;

    fn cleaned(body: &str) -> String {
        let text = format!("{HEAD}{body}</svg>");
        String::from_utf8(sanitize(text.as_bytes()).unwrap()).unwrap()
    }

    fn refused(text: &str) -> String {
        let error = sanitize(text.as_bytes()).unwrap_err();
        assert_eq!(error.delivery_code(), (422, 9516));
        error.to_string()
    }

    #[test]
    fn what_draws_stays() {
        let text = cleaned(
            r##"<defs><linearGradient id="a"><stop offset="0" stop-color="#f00"/></linearGradient></defs>
            <style>.b { fill: url(#a) }</style>
            <g transform="scale(2)"><path class="b" d="M0 0h4v3z" style="stroke: red"/></g>
            <use xlink:href="#a"/><text x="1">café &amp; tea</text>"##,
        );
        for part in [
            "linearGradient",
            "stop-color=\"#f00\"",
            "url(#a)",
            "d=\"M0 0h4v3z\"",
            "stroke: red",
            "href=\"#a\"",
            "café &amp; tea",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert_eq!(Format::sniff(text.as_bytes()), Some(Format::Svg));
    }

    #[test]
    fn what_runs_goes() {
        for body in [
            "<script>alert(1)</script>",
            "<script xlink:href='https://evil.example/a.js'/>",
            "<g onload='alert(1)'/>",
            "<g ONCLICK='alert(1)'/>",
            "<a xlink:href='javascript:alert(1)'><path d='M0 0'/></a>",
            "<a href=' java&#10;script:alert(1)'><path d='M0 0'/></a>",
            "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml' onload='alert(1)'/></foreignObject>",
            "<use href='data:image/svg+xml;base64,PHN2Zy8+#alert(1)'/>",
            "<handler type='application/ecmascript'>alert(1)</handler>",
            "<iframe xmlns='http://www.w3.org/1999/xhtml' src='javascript:alert(1)'/>",
            "<image href='data:text/html,alert(1)'/>",
        ] {
            let text = cleaned(body);
            for part in ["alert", "script", "onload", "svg+xml", "iframe", "handler"] {
                assert!(!text.contains(part), "{part} is left of {body}: {text}");
            }
        }
    }

    #[test]
    fn no_animation_puts_back_what_was_removed() {
        for body in [
            "<set attributeName='onclick' to='alert(1)'/>",
            "<animate attributeName='href' values='javascript:alert(1)'/>",
            "<animate attributeName=' xlink:href' to='javascript:alert(1)'/>",
        ] {
            let text = cleaned(body);
            assert!(!text.contains("attributeName"), "{body}: {text}");
        }
        let text = cleaned("<animate attributeName='opacity' to='0'/>");
        assert!(text.contains("attributeName=\"opacity\""), "{text}");
    }

    #[test]
    fn nothing_outside_is_referred_to() {
        for body in [
            "<image href='https://evil.example/a.png'/>",
            "<image xlink:href='//evil.example/a.png'/>",
            "<a href='https://evil.example/'>x</a>",
            "<style>@import 'https://evil.example/a.css'; a { fill: red }</style>",
            "<style>@import url(https://evil.example/a.css);</style>",
            "<style>a { background: url( 'https://evil.example/a.png' ) }</style>",
            "<style>a { background: Image-Set('https://evil.example/a.png' 1x) }</style>",
            "<g style='fill: url(https://evil.example/a.svg#b)'/>",
            "<rect fill='url(https://evil.example/a.svg#b)'/>",
            "<feImage href='https://evil.example/a.png'/>",
        ] {
            let text = cleaned(body);
            for part in [
                "@import",
                "url(http",
                "url('",
                "url(//",
                "=\"http://e",
                "=\"//",
                "mage-set",
                "mage-Set",
            ] {
                assert!(!text.contains(part), "{part} is left of {body}: {text}");
            }
            // Of an import what follows its bracket stays, as a text without meaning.
            let is_text =
                text.to_lowercase().contains("image_set(") || body.contains("@import url");
            assert!(is_text || !text.contains("evil.example"), "{body}: {text}");
        }
    }

    #[test]
    fn embedded_pictures_stay_and_embedded_documents_go() {
        use base64::Engine as _;
        let encode = |bytes: &[u8]| base64::engine::general_purpose::STANDARD.encode(bytes);
        let picture = encode(&png(&solid(2, 2, [1, 2, 3, 255])));
        let text = cleaned(&format!(
            "<image width='2' href='data:image/png;base64,{picture}'/>"
        ));
        assert!(text.contains(&picture), "{text}");
        for nested in [
            format!("image/svg+xml;base64,{}", encode(HEAD.as_bytes())),
            format!("image/png;base64,{}", encode(HEAD.as_bytes())),
            format!("text/html;base64,{}", encode(b"<script/>")),
        ] {
            let text = cleaned(&format!("<image href='data:{nested}'/>"));
            assert!(!text.contains("data:"), "{nested}: {text}");
        }
    }

    #[test]
    fn a_document_type_and_its_instructions_go() {
        let text = "<?xml version='1.0'?><?xml-stylesheet href='https://evil.example/a.css'?>\
             <!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'https://evil.example/svg11.dtd' [\
             <!-- > --><!ENTITY ns_svg 'http://www.w3.org/2000/svg'><!ENTITY title 'Dune'>]>\
             <svg xmlns='&ns_svg;'><title>&title;</title></svg>";
        let text = String::from_utf8(sanitize(text.as_bytes()).unwrap()).unwrap();
        assert!(text.contains("<title>Dune</title>"), "{text}");
        for part in ["DOCTYPE", "ENTITY", "stylesheet", "evil"] {
            assert!(!text.contains(part), "{part} in {text}");
        }
    }

    #[test]
    fn a_billion_laughs_are_refused_at_once() {
        let laughs = format!(
            "<!DOCTYPE svg [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]>{HEAD}<text>&b;</text></svg>"
        );
        assert!(refused(&laughs).contains("another entity"));
        let long = format!(
            "<!DOCTYPE svg [<!ENTITY a '{}'>]>{HEAD}<desc>{}</desc></svg>",
            "ha".repeat(50_000),
            "&a;".repeat(50_000)
        );
        assert!(refused(&long).contains("grow too much"));
        let file = format!(
            "<!DOCTYPE svg [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>{HEAD}<text>&a;</text></svg>"
        );
        let outcome = sanitize(file.as_bytes());
        assert!(outcome.is_err() || !String::from_utf8_lossy(&outcome.unwrap()).contains("root"));
        let deep = format!("{HEAD}{}", "<g>".repeat(200_000));
        assert!(refused(&deep).contains("nested too deeply"));
    }

    #[test]
    fn what_is_no_whole_svg_is_named_so() {
        assert!(refused(&format!("{HEAD}<g>")).contains("Error while decoding SVG image"));
        assert!(refused(&format!("{HEAD}<g></b></svg>")).contains("SVG"));
        assert!(refused("<svg/>").contains("No acceptable SVG elements"));
        refused(&format!("{HEAD}<g"));
        refused("");
    }

    #[test]
    fn cleaning_twice_changes_nothing_more() {
        let once = cleaned("<script/><g onload='x'><path d='M0 0'/></g>");
        let twice = sanitize(once.as_bytes()).unwrap();
        assert_eq!(once.as_bytes(), twice);
    }
}
