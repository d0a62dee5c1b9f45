//! Boxes and numbers as the bytes have them. Whatever is cut off or reaches too far is a missing
//! answer.

/// A box: its four letters, and what it holds.
#[derive(Clone, Copy)]
pub(super) struct FoundBox<'a> {
    pub(super) kind: [u8; 4],
    pub(super) body: &'a [u8],
}

/// The boxes of a space, one after another. One that reaches out of it is cut off there.
pub(super) fn boxes(mut space: &[u8]) -> impl Iterator<Item = FoundBox<'_>> {
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
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    /// A number of up to eight bytes; of none, 0.
    pub(super) fn number(&mut self, length: usize) -> Option<u64> {
        let bytes = self.take(length)?;
        Some(
            bytes
                .iter()
                .fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
        )
    }

    /// A number of up to four bytes.
    pub(super) fn id(&mut self, length: usize) -> Option<u32> {
        u32::try_from(self.number(length)?).ok()
    }

    pub(super) fn four(&mut self) -> Option<[u8; 4]> {
        self.take(4)?.try_into().ok()
    }

    /// Version and flags of a box that has them.
    pub(super) fn version(&mut self) -> Option<(u8, u32)> {
        let word = self.id(4)?;
        Some((u8::try_from(word >> 24).ok()?, word & 0x00FF_FFFF))
    }
}
