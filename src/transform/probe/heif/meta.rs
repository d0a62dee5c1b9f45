//! The tables of `meta`: which item is the picture, where its bytes are, which properties it has,
//! and which items go together.

use super::boxes::{FoundBox, Reader, boxes};
use super::{Item, Location};

/// The parts of `meta` that are needed, still as they are written.
pub(super) struct Meta<'a> {
    pub(super) primary: u32,
    iinf: &'a [u8],
    iloc: &'a [u8],
    iref: &'a [u8],
    properties: Vec<FoundBox<'a>>,
    ipma: &'a [u8],
    idat: &'a [u8],
}

impl<'a> Meta<'a> {
    pub(super) fn read(body: &'a [u8]) -> Option<Self> {
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

    pub(super) fn item(&self, id: u32) -> Option<Item> {
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
    pub(super) fn references(&self, kind: &'a [u8; 4]) -> impl Iterator<Item = (u32, Vec<u32>)> {
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

/// A number that is known to be small.
fn small(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
