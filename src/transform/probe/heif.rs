//! The boxes of the HEIF family: where the picture's data lie, how large and how turned it is.
//!
//! A file is a list of boxes, each with its length and four letters. One of them, `meta`, describes
//! items by number: `pitm` names the picture, `iloc` says where its bytes are, `iprp` what is known
//! about it, `iref` which item is its transparency.
//!
//! Source: ISO/IEC 14496-12 and 23008-12; "AV1 Image File Format".

use std::borrow::Cow;

use super::Header;
use crate::model::PixelSize;

mod boxes;
mod meta;
#[cfg(test)]
mod tests;

use boxes::{FoundBox, Reader, boxes};
use meta::Meta;

/// How many companions of a picture are looked at to find its transparency.
const MAX_AUXILIARIES: usize = 16;

/// A picture that a file describes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::transform) struct Heif {
    /// The item that is the picture.
    pub(in crate::transform) picture: Item,
    /// The item that holds its transparency.
    pub(in crate::transform) alpha: Option<Item>,
    /// Whether the colors are already weighted with the transparency.
    pub(in crate::transform) is_premultiplied: bool,
}

/// What is known about one item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::transform) struct Item {
    id: u32,
    /// How it is coded, e.g. `av01`.
    pub(in crate::transform) kind: [u8; 4],
    pub(in crate::transform) size: PixelSize,
    /// Its quarter turns, counterclockwise.
    turns: u8,
    /// After turning: 0 exchanges top and bottom, 1 left and right.
    mirror: Option<u8>,
    /// An ICC profile.
    pub(in crate::transform) profile: Option<Vec<u8>>,
    /// Numbers of H.273 for color and coding.
    pub(in crate::transform) coding: Option<Coding>,
    is_alpha: bool,
    location: Location,
}

/// Color and coding by the numbers of H.273.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::transform) struct Coding {
    pub(in crate::transform) primaries: u16,
    pub(in crate::transform) transfer: u16,
    pub(in crate::transform) matrix: u16,
    pub(in crate::transform) is_full_range: bool,
}

/// Where the bytes of an item are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Location {
    /// What offsets count in: the file, or else what its `idat` box holds.
    idat: Option<Vec<u8>>,
    /// Offset and length of each part; a length of 0 goes on to the end.
    extents: Vec<(u64, u64)>,
}

/// Size and frames, for all of the family.
pub(super) fn read(bytes: &[u8]) -> Header {
    let heif = parse(bytes);
    Header {
        stored_size: heif
            .as_ref()
            .map_or_else(|| largest_size(bytes), |heif| heif.picture.size),
        has_alpha: heif.as_ref().is_some_and(|heif| heif.alpha.is_some()),
        frames: 1,
        is_complete: heif.is_some_and(|heif| {
            let items = std::iter::once(&heif.picture).chain(&heif.alpha);
            items.into_iter().all(|item| item.bytes(bytes).is_some())
        }),
    }
}

/// Whether the picture is a single one, coded as AV1. A truncated description is not held against
/// it: that is damage.
pub(super) fn is_av1(bytes: &[u8]) -> bool {
    parse(bytes).is_none_or(|heif| &heif.picture.kind == b"av01")
}

/// The turn of the picture as an EXIF orientation.
pub(super) fn orientation(bytes: &[u8]) -> u8 {
    let Some(Heif { picture, .. }) = parse(bytes) else {
        return 1;
    };
    match (picture.mirror, picture.turns) {
        (None, 0) => 1,
        (None, 1) => 8,
        (None, 2) => 3,
        (None, _) => 6,
        (Some(0), 0) | (Some(1), 2) => 4,
        (Some(0), 1) | (Some(1), 3) => 5,
        (Some(0), 2) | (Some(1), 0) => 2,
        (Some(_), _) => 7,
    }
}

/// The largest `ispe` property, where the boxes cannot be followed.
fn largest_size(bytes: &[u8]) -> PixelSize {
    bytes
        .windows(16)
        .filter(|window| window.starts_with(b"ispe"))
        .filter_map(|window| size_of_ispe(&window[4..]))
        .max_by_key(|size| size.area())
        .unwrap_or_default()
}

/// Reads the description; `None` when it is incomplete or contradicts itself.
pub(in crate::transform) fn parse(bytes: &[u8]) -> Option<Heif> {
    let meta = boxes(bytes).find(|found| &found.kind == b"meta")?;
    let meta = Meta::read(meta.body.get(4..)?)?;
    let picture = meta.item(meta.primary)?;
    let alpha = meta
        .references(b"auxl")
        .filter(|(_, to)| to.contains(&meta.primary))
        // Looking up one item goes through the whole list of them.
        .take(MAX_AUXILIARIES)
        .filter_map(|(from, _)| meta.item(from))
        .find(|item| item.is_alpha);
    let is_premultiplied = alpha.as_ref().is_some_and(|alpha| {
        meta.references(b"prem")
            .any(|(from, to)| from == meta.primary && to.contains(&alpha.id))
    });
    Some(Heif {
        picture,
        alpha,
        is_premultiplied,
    })
}

impl Item {
    /// Its bytes; `None` when some of them are not in the file.
    pub(in crate::transform) fn bytes<'a>(&self, file: &'a [u8]) -> Option<Cow<'a, [u8]>> {
        if let Some(idat) = &self.location.idat {
            return self.parts(idat).map(|bytes| Cow::Owned(bytes.into_owned()));
        }
        self.parts(file)
    }

    fn parts<'a>(&self, space: &'a [u8]) -> Option<Cow<'a, [u8]>> {
        let part = |(offset, length): (u64, u64)| {
            let offset = usize::try_from(offset).ok()?;
            if length == 0 {
                return space.get(offset..);
            }
            space.get(offset..offset.checked_add(usize::try_from(length).ok()?)?)
        };
        match self.location.extents[..] {
            [] => None,
            [single] => part(single).map(Cow::Borrowed),
            ref many => {
                let mut whole = Vec::new();
                for extent in many {
                    whole.extend_from_slice(part(*extent)?);
                    // The same bytes may be named again and again.
                    if whole.len() > space.len() {
                        return None;
                    }
                }
                Some(Cow::Owned(whole))
            }
        }
    }
}

impl Item {
    fn learn(&mut self, property: &FoundBox<'_>) {
        let body = property.body;
        match &property.kind {
            b"ispe" => {
                if let Some(size) = size_of_ispe(body) {
                    self.size = size;
                }
            }
            b"irot" => self.turns = body.first().map_or(0, |turns| turns & 3),
            b"imir" => self.mirror = body.first().map(|axis| axis & 1),
            b"auxC" => {
                let name = body.get(4..).unwrap_or_default();
                self.is_alpha = [
                    &b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"[..],
                    &b"urn:mpeg:hevc:2015:auxid:1"[..],
                ]
                .iter()
                .any(|alpha| name.starts_with(alpha));
            }
            b"colr" => {
                let mut read = Reader(body);
                match read.four().as_ref() {
                    Some(b"prof" | b"rICC") if self.profile.is_none() => {
                        self.profile = Some(read.0.to_vec());
                    }
                    Some(b"nclx") => self.coding = coding(read),
                    _ => {}
                }
            }
            _ => {}
        }
    }
}

fn coding(mut read: Reader<'_>) -> Option<Coding> {
    let mut number = || u16::try_from(read.number(2)?).ok();
    Some(Coding {
        primaries: number()?,
        transfer: number()?,
        matrix: number()?,
        is_full_range: read.number(1)? & 0x80 != 0,
    })
}

fn size_of_ispe(body: &[u8]) -> Option<PixelSize> {
    let mut read = Reader(body);
    read.version()?;
    Some(PixelSize::new(read.id(4)?, read.id(4)?))
}
