//! The image data of a PNG file, out of its chunks.

/// The signature, and before each chunk its length and its name.
const SIGNATURE: usize = 8;
const HEAD: usize = 8;

/// What the IDAT chunks hold, as one stream.
pub(super) struct ImageData<'a> {
    /// What follows the chunk that is being read: its checksum and the chunks behind it.
    rest: &'a [u8],
    /// What has not been read of it.
    chunk: &'a [u8],
    checksum: crc32fast::Hasher,
}

impl<'a> ImageData<'a> {
    /// Looks for the first chunk.
    pub(super) fn open(bytes: &'a [u8]) -> Option<Self> {
        let mut rest = bytes.get(SIGNATURE..)?;
        loop {
            let (kind, body, others) = split(rest)?;
            if kind == b"IDAT" {
                return Some(Self::of(body, others));
            }
            // Behind the body lies the checksum.
            rest = others.get(4..)?;
        }
    }

    fn of(chunk: &'a [u8], rest: &'a [u8]) -> Self {
        let mut checksum = crc32fast::Hasher::new();
        checksum.update(b"IDAT");
        Self {
            rest,
            chunk,
            checksum,
        }
    }

    /// Copies as much as there is room for; 0 at the end of the data. `None` for a chunk that is
    /// incomplete or has another checksum than it says.
    pub(super) fn read(&mut self, into: &mut [u8]) -> Option<usize> {
        while self.chunk.is_empty() {
            let (checksum, others) = self.rest.split_first_chunk()?;
            if u32::from_be_bytes(*checksum) != self.checksum.clone().finalize() {
                return None;
            }
            let (kind, body, rest) = split(others)?;
            if kind != b"IDAT" {
                return Some(0);
            }
            *self = Self::of(body, rest);
        }
        let (now, later) = self.chunk.split_at(into.len().min(self.chunk.len()));
        into[..now.len()].copy_from_slice(now);
        self.checksum.update(now);
        self.chunk = later;
        Some(now.len())
    }
}

/// The name and the body of a chunk, and what follows the body.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (kind, rest) = rest.split_at_checked(HEAD - 4)?;
    let (body, rest) = rest.split_at_checked(length)?;
    Some((kind, body, rest))
}
