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

#[derive(Clone, Copy)]
struct FoundBox<'a> {
    kind: [u8; 4],
    body: &'a [u8],
}

/// The boxes of a space, one after another. One that reaches out of it is cut off there.
fn boxes(mut space: &[u8]) -> impl Iterator<Item = FoundBox<'_>> {
    std::iter::from_fn(move || {
        let mut read = Reader(space);
        let short = read.number(4)?;
        let kind = read.four()?;
        let (head, length) = match short {
            0 => (8, space.len() as u64),
            1 => (16, read.number(8)?),
            length => (8, length),
        };
        let end = usize::try_from(length)
            .unwrap_or(usize::MAX)
            .min(space.len());
        let body = space.get(head..end)?;
        space = &space[end..];
        Some(FoundBox { kind, body })
    })
}

/// Numbers, most significant byte first.
#[derive(Clone, Copy)]
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    /// A number of up to eight bytes; of none, 0.
    fn number(&mut self, length: usize) -> Option<u64> {
        let bytes = self.take(length)?;
        Some(
            bytes
                .iter()
                .fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
        )
    }

    /// A number of up to four bytes.
    fn id(&mut self, length: usize) -> Option<u32> {
        u32::try_from(self.number(length)?).ok()
    }

    fn four(&mut self) -> Option<[u8; 4]> {
        self.take(4)?.try_into().ok()
    }

    /// Version and flags of a box that has them.
    fn version(&mut self) -> Option<(u8, u32)> {
        let word = self.id(4)?;
        Some((u8::try_from(word >> 24).ok()?, word & 0x00FF_FFFF))
    }
}

/// The parts of `meta` that are needed, still as they are written.
struct Meta<'a> {
    primary: u32,
    iinf: &'a [u8],
    iloc: &'a [u8],
    iref: &'a [u8],
    properties: Vec<FoundBox<'a>>,
    ipma: &'a [u8],
    idat: &'a [u8],
}

impl<'a> Meta<'a> {
    fn read(body: &'a [u8]) -> Option<Self> {
        let child = |kind: &[u8; 4]| boxes(body).find(|found| &found.kind == kind);
        let mut pitm = Reader(child(b"pitm")?.body);
        let (version, _) = pitm.version()?;
        let iprp = child(b"iprp")?.body;
        let ipco = boxes(iprp).find(|found| &found.kind == b"ipco")?.body;
        Some(Self {
            primary: pitm.id(if version == 0 { 2 } else { 4 })?,
            iinf: child(b"iinf")?.body,
            iloc: child(b"iloc")?.body,
            iref: child(b"iref").map_or(&[], |found| found.body),
            // An item names its properties by numbers of at most 15 bits.
            properties: boxes(ipco).take(1 << 15).collect(),
            ipma: boxes(iprp).find(|found| &found.kind == b"ipma")?.body,
            idat: child(b"idat").map_or(&[], |found| found.body),
        })
    }

    fn item(&self, id: u32) -> Option<Item> {
        let mut item = Item {
            id,
            kind: self.kind_of(id)?,
            location: self.location_of(id)?,
            ..Item::default()
        };
        for index in self.properties_of(id)? {
            if let Some(property) = index.checked_sub(1).and_then(|i| self.properties.get(i)) {
                item.learn(property);
            }
        }
        Some(item)
    }

    fn kind_of(&self, id: u32) -> Option<[u8; 4]> {
        let mut list = Reader(self.iinf);
        let (version, _) = list.version()?;
        let _count = list.id(if version == 0 { 2 } else { 4 })?;
        boxes(list.0)
            .filter(|found| &found.kind == b"infe")
            .find_map(|found| {
                let mut entry = Reader(found.body);
                let (version, _) = entry.version()?;
                let found = match version {
                    2 => entry.id(2)?,
                    3 => entry.id(4)?,
                    _ => return None,
                };
                let _protection = entry.id(2)?;
                let kind = entry.four()?;
                (found == id).then_some(kind)
            })
    }

    fn location_of(&self, id: u32) -> Option<Location> {
        let mut list = Reader(self.iloc);
        let (version, _) = list.version()?;
        let sizes = list.number(2)?;
        let nibble = |shift: u32| small(sizes >> shift & 0xF);
        let (offset_size, length_size, base_size) = (nibble(12), nibble(8), nibble(4));
        let index_size = if version == 0 { 0 } else { nibble(0) };
        let id_size = if version < 2 { 2 } else { 4 };
        let count = list.id(id_size)?;
        for _ in 0..count {
            let found = list.id(id_size)?;
            let method = if version == 0 {
                0
            } else {
                list.number(2)? & 0xF
            };
            let _reference = list.number(2)?;
            let base = list.number(base_size)?;
            let extents = list.number(2)?;
            if found != id {
                let each = index_size + offset_size + length_size;
                list.take(each.checked_mul(usize::try_from(extents).ok()?)?)?;
                continue;
            }
            let mut location = Location {
                idat: (method == 1).then(|| self.idat.to_vec()),
                extents: Vec::new(),
            };
            for _ in 0..extents {
                list.take(index_size)?;
                let offset = base.checked_add(list.number(offset_size)?)?;
                location.extents.push((offset, list.number(length_size)?));
            }
            // Method 2 puts an item together from others.
            return (method < 2).then_some(location);
        }
        None
    }

    /// The numbers of an item's properties, counted from 1, in the order in which they apply.
    fn properties_of(&self, id: u32) -> Option<Vec<usize>> {
        let mut list = Reader(self.ipma);
        let (version, flags) = list.version()?;
        let index_size = if flags & 1 == 0 { 1 } else { 2 };
        // The highest bit says that the property must be understood.
        let mask = if flags & 1 == 0 { 0x7F } else { 0x7FFF };
        let count = list.id(4)?;
        for _ in 0..count {
            let found = list.id(if version == 0 { 2 } else { 4 })?;
            let associations = list.number(1)?;
            let indices: Option<Vec<usize>> = (0..associations)
                .map(|_| Some(small(list.number(index_size)? & mask)))
                .collect();
            if found == id {
                return indices;
            }
            indices?;
        }
        None
    }

    /// From which item to which ones references of a kind go.
    fn references(&self, kind: &'a [u8; 4]) -> impl Iterator<Item = (u32, Vec<u32>)> {
        let mut list = Reader(self.iref);
        let id_size = match list.version() {
            Some((0, _)) | None => 2,
            Some(_) => 4,
        };
        boxes(list.0)
            .filter(move |found| &found.kind == kind)
            .filter_map(move |found| {
                let mut entry = Reader(found.body);
                let from = entry.id(id_size)?;
                let count = entry.number(2)?;
                let to = (0..count)
                    .map(|_| entry.id(id_size))
                    .collect::<Option<_>>()?;
                Some((from, to))
            })
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

/// A number that is known to be small.
fn small(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "byte literals are references"
    )]
    fn a_box(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
        let mut whole = u32::try_from(body.len() + 8)
            .unwrap()
            .to_be_bytes()
            .to_vec();
        whole.extend(kind);
        whole.extend(body);
        whole
    }

    fn ispe(width: u32, height: u32) -> Vec<u8> {
        let mut body = vec![0; 4];
        body.extend(width.to_be_bytes());
        body.extend(height.to_be_bytes());
        a_box(b"ispe", &body)
    }

    /// A file with a picture (item 1) and its transparency (item 2), whose data are `color` and
    /// `alpha`; the picture has further properties.
    fn file(color: &[u8], alpha: &[u8], further: &[Vec<u8>]) -> Vec<u8> {
        let auxiliary = a_box(
            b"auxC",
            b"\0\0\0\0urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0",
        );
        let mut ipco = [ispe(40, 30), auxiliary].concat();
        ipco.extend(further.concat());
        let count = u8::try_from(further.len()).unwrap();
        let mut ipma = vec![0, 0, 0, 0, 0, 0, 0, 2];
        ipma.extend([0, 1, 1 + count, 1]);
        ipma.extend((0..count).map(|i| 0x80 | (3 + i)));
        ipma.extend([0, 2, 2, 1, 2]);
        let iprp = [a_box(b"ipco", &ipco), a_box(b"ipma", &ipma)].concat();
        let infe = |id: u8| {
            let mut body = vec![2, 0, 0, 0, 0, id, 0, 0];
            body.extend(b"av01\0");
            a_box(b"infe", &body)
        };
        let iinf = [vec![0, 0, 0, 0, 0, 2], infe(1), infe(2)].concat();
        let iref = [vec![0; 4], a_box(b"auxl", &[0, 2, 0, 1, 0, 1])].concat();
        let build = |data_at: u32| {
            let mut iloc = vec![0, 0, 0, 0, 0x44, 0, 0, 2];
            for (id, at, length) in [
                (1, data_at, color.len()),
                (
                    2,
                    data_at + u32::try_from(color.len()).unwrap(),
                    alpha.len(),
                ),
            ] {
                iloc.extend([0, id, 0, 0, 0, 1]);
                iloc.extend(at.to_be_bytes());
                iloc.extend(u32::try_from(length).unwrap().to_be_bytes());
            }
            let meta = [
                vec![0; 4],
                a_box(b"pitm", &[0, 0, 0, 0, 0, 1]),
                a_box(b"iloc", &iloc),
                a_box(b"iinf", &iinf),
                a_box(b"iref", &iref),
                a_box(b"iprp", &iprp),
            ]
            .concat();
            [a_box(b"ftyp", b"avif\0\0\0\0mif1"), a_box(b"meta", &meta)].concat()
        };
        let data_at = u32::try_from(build(0).len() + 8).unwrap();
        let mut file = build(data_at);
        file.extend(a_box(b"mdat", &[color, alpha].concat()));
        file
    }

    #[test]
    fn a_picture_and_its_transparency_are_found() {
        let file = file(b"color", b"alpha!", &[]);
        let heif = parse(&file).unwrap();
        assert_eq!(heif.picture.kind, *b"av01");
        assert_eq!(heif.picture.size, PixelSize::new(40, 30));
        assert_eq!(heif.picture.bytes(&file).unwrap(), &b"color"[..]);
        let alpha = heif.alpha.unwrap();
        assert_eq!(alpha.bytes(&file).unwrap(), &b"alpha!"[..]);
        assert!(!heif.is_premultiplied);
        let header = read(&file);
        assert!(header.is_complete && header.has_alpha);
        assert!(!read(&file[..file.len() - 1]).is_complete);
    }

    #[test]
    fn turns_and_mirrors_are_told_as_in_exif() {
        let orientation_of = |further: &[Vec<u8>]| orientation(&file(b"c", b"a", further));
        let turned = |turns: u8| a_box(b"irot", &[turns]);
        let mirrored = |axis: u8| a_box(b"imir", &[axis]);
        assert_eq!(orientation_of(&[]), 1);
        for (turns, expected) in [(1, 8), (2, 3), (3, 6)] {
            assert_eq!(orientation_of(&[turned(turns)]), expected);
        }
        for (turns, axis, expected) in [
            (0, 0, 4),
            (1, 0, 5),
            (2, 0, 2),
            (3, 0, 7),
            (0, 1, 2),
            (1, 1, 7),
            (2, 1, 4),
            (3, 1, 5),
        ] {
            assert_eq!(
                orientation_of(&[turned(turns), mirrored(axis)]),
                expected,
                "{turns} {axis}"
            );
        }
    }

    #[test]
    fn colors_are_described_by_profile_or_by_numbers() {
        let file = file(
            b"c",
            b"a",
            &[
                a_box(b"colr", b"profICC!"),
                a_box(b"colr", &[b'n', b'c', b'l', b'x', 0, 12, 0, 13, 0, 6, 0x80]),
            ],
        );
        let picture = parse(&file).unwrap().picture;
        assert_eq!(picture.profile.as_deref(), Some(&b"ICC!"[..]));
        assert_eq!(
            picture.coding,
            Some(Coding {
                primaries: 12,
                transfer: 13,
                matrix: 6,
                is_full_range: true
            })
        );
    }

    #[test]
    fn no_damage_is_more_than_a_missing_answer() {
        let whole = file(b"color", b"alpha", &[a_box(b"irot", &[1])]);
        for end in 0..whole.len() {
            read(&whole[..end]);
        }
        for at in 0..whole.len() {
            for bits in [0x01, 0x80, 0xFF] {
                let mut bent = whole.clone();
                bent[at] ^= bits;
                read(&bent);
                orientation(&bent);
            }
        }
    }
}
