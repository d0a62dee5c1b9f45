//! The segments of a file, up to each scan.

use super::huffman::Code;
use crate::model::PixelSize;

/// One channel as the frame header describes it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Component {
    pub(super) id: u8,
    /// Blocks in a unit, across and down.
    pub(super) sampling: (usize, usize),
    /// Which quantization table.
    pub(super) quantization: usize,
}

/// The frame header.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) size: PixelSize,
    pub(super) is_progressive: bool,
    /// One, or three as YCbCr.
    pub(super) components: Vec<Component>,
}

impl Frame {
    /// Blocks of the most finely sampled channel in a unit, across and down.
    pub(super) fn most_sampling(&self) -> (usize, usize) {
        self.components.iter().fold((1, 1), |most, component| {
            (
                most.0.max(component.sampling.0),
                most.1.max(component.sampling.1),
            )
        })
    }
}

/// A channel of a scan.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    /// Its place in the frame.
    pub(super) component: usize,
    /// Which code for averages.
    pub(super) dc_code: usize,
    /// Which code for the other frequencies.
    pub(super) ac_code: usize,
}

/// A scan header.
#[derive(Clone, Debug)]
pub(super) struct Scan {
    pub(super) parts: Vec<Part>,
    /// First and last frequency.
    pub(super) band: (u8, u8),
    /// Bits that an earlier scan left out, and those that this one leaves out.
    pub(super) approximation: (u8, u8),
}

/// What the segments define for the scans behind them.
#[derive(Clone, Debug, Default)]
pub(super) struct Tables {
    /// Steps in zigzag order.
    pub(super) quantization: [Option<[u16; 64]>; 4],
    pub(super) dc_codes: [Option<Code>; 4],
    pub(super) ac_codes: [Option<Code>; 4],
    /// Units between restart markers; 0 without.
    pub(super) restart_interval: usize,
}

/// A file that is read from front to back.
#[derive(Debug)]
pub(super) struct File<'a> {
    rest: &'a [u8],
    tables: Tables,
    frame: Option<Frame>,
    is_jfif: bool,
    /// What Adobe's marker says about color.
    adobe_transform: Option<u8>,
    /// The pieces of a color profile, with their numbers.
    profile: Vec<(u8, &'a [u8])>,
    /// A scan header that was met while the frame was looked for.
    pending: Option<Scan>,
}

impl<'a> File<'a> {
    /// Reads up to the first scan.
    pub(super) fn open(bytes: &'a [u8]) -> Option<Self> {
        let mut file = Self {
            rest: bytes.strip_prefix(&[0xFF, 0xD8])?,
            tables: Tables::default(),
            frame: None,
            is_jfif: false,
            adobe_transform: None,
            profile: Vec::new(),
            pending: None,
        };
        file.pending = Some(file.next_scan()?);
        Some(file)
    }

    /// The frame, if its colors are of the usual kind.
    pub(super) fn frame(&self) -> Option<Frame> {
        let frame = self.frame.clone()?;
        let is_usual = match frame.components.as_slice() {
            [_] => true,
            [first, second, third] => match (self.is_jfif, self.adobe_transform) {
                (true, _) => true,
                (false, Some(transform)) => transform == 1,
                (false, None) => [first.id, second.id, third.id] != *b"RGB",
            },
            _ => false,
        };
        is_usual.then_some(frame)
    }

    /// The color profile. Too long for one segment, it may be spread over several, which are
    /// numbered.
    pub(super) fn profile(&self) -> Option<Vec<u8>> {
        let mut pieces = self.profile.clone();
        pieces.sort_by_key(|(number, _)| *number);
        let pieces: Vec<&[u8]> = pieces.into_iter().map(|(_, piece)| piece).collect();
        (!pieces.is_empty()).then(|| pieces.concat())
    }

    pub(super) const fn tables(&self) -> &Tables {
        &self.tables
    }

    /// What follows the scan header.
    pub(super) const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Continues behind a scan.
    pub(super) const fn go_on(&mut self, rest: &'a [u8]) {
        self.rest = rest;
    }

    /// Reads up to and with the next scan header.
    pub(super) fn next_scan(&mut self) -> Option<Scan> {
        if let Some(scan) = self.pending.take() {
            return Some(scan);
        }
        loop {
            let marker = self.marker()?;
            match marker {
                0xC0..=0xC2 => self.read_frame(marker == 0xC2)?,
                0xC4 => self.read_codes()?,
                0xDA => return self.read_scan(),
                0xDB => self.read_quantization()?,
                0xDD => {
                    let body = self.segment()?;
                    self.tables.restart_interval = usize::from(u16_at(body, 0)?);
                }
                0xE0 => {
                    let body = self.segment()?;
                    self.is_jfif |= body.starts_with(b"JFIF\0");
                }
                0xEE => {
                    let body = self.segment()?;
                    if body.starts_with(b"Adobe") {
                        self.adobe_transform = Some(*body.get(11)?);
                    }
                }
                0xE2 => {
                    let body = self.segment()?;
                    if let Some([number, _, piece @ ..]) = body.strip_prefix(b"ICC_PROFILE\0") {
                        self.profile.push((*number, piece));
                    }
                }
                0xE1..=0xEF | 0xFE => {
                    self.segment()?;
                }
                // Arithmetic coding, lossless and hierarchical frames, a height told late, an end
                // before all was seen.
                _ => return None,
            }
        }
    }

    fn marker(&mut self) -> Option<u8> {
        let mut rest = self.rest.strip_prefix(&[0xFF])?;
        while let [0xFF, more @ ..] = rest {
            rest = more;
        }
        let (marker, rest) = rest.split_first()?;
        self.rest = rest;
        Some(*marker)
    }

    fn segment(&mut self) -> Option<&'a [u8]> {
        let length = usize::from(u16_at(self.rest, 0)?);
        let (segment, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        segment.get(2..)
    }

    fn read_frame(&mut self, is_progressive: bool) -> Option<()> {
        let body = self.segment()?;
        if self.frame.is_some() || *body.first()? != 8 {
            return None;
        }
        let size = PixelSize::new(u16_at(body, 3)?.into(), u16_at(body, 1)?.into());
        let count = usize::from(*body.get(5)?);
        if size.is_empty() || !matches!(count, 1 | 3) {
            return None;
        }
        let mut components = Vec::with_capacity(count);
        for at in 0..count {
            let entry = body.get(6 + at * 3..9 + at * 3)?;
            let mut sampling = (usize::from(entry[1] >> 4), usize::from(entry[1] & 15));
            if count == 1 {
                // A single channel is never subsampled, whatever the header says.
                sampling = (1, 1);
            }
            if !matches!(sampling.0, 1 | 2 | 4) || !matches!(sampling.1, 1 | 2) {
                return None;
            }
            components.push(Component {
                id: entry[0],
                sampling,
                quantization: usize::from(entry[2]),
            });
        }
        self.frame = Some(Frame {
            size,
            is_progressive,
            components,
        });
        Some(())
    }

    fn read_codes(&mut self) -> Option<()> {
        let mut body = self.segment()?;
        while let Some((kind, after)) = body.split_first() {
            let (counts, after) = after.split_first_chunk::<16>()?;
            let total = counts.iter().map(|count| usize::from(*count)).sum();
            let (symbols, after) = after.split_at_checked(total)?;
            let code = Code::new(*counts, symbols)?;
            let table = match kind >> 4 {
                0 => &mut self.tables.dc_codes,
                1 => &mut self.tables.ac_codes,
                _ => return None,
            };
            *table.get_mut(usize::from(kind & 15))? = Some(code);
            body = after;
        }
        Some(())
    }

    fn read_quantization(&mut self) -> Option<()> {
        let mut body = self.segment()?;
        while let Some((kind, after)) = body.split_first() {
            let mut steps = [0; 64];
            let is_wide = match kind >> 4 {
                0 => false,
                1 => true,
                _ => return None,
            };
            let (values, after) = after.split_at_checked(if is_wide { 128 } else { 64 })?;
            for (at, step) in steps.iter_mut().enumerate() {
                *step = if is_wide {
                    u16_at(values, at * 2)?
                } else {
                    u16::from(values[at])
                };
            }
            *self.tables.quantization.get_mut(usize::from(kind & 15))? = Some(steps);
            body = after;
        }
        Some(())
    }

    fn read_scan(&mut self) -> Option<Scan> {
        let body = self.segment()?;
        let frame = self.frame.as_ref()?;
        let count = usize::from(*body.first()?);
        if count == 0 || count > frame.components.len() {
            return None;
        }
        let mut parts = Vec::with_capacity(count);
        for at in 0..count {
            let entry = body.get(1 + at * 2..3 + at * 2)?;
            let component = frame
                .components
                .iter()
                .position(|component| component.id == entry[0])?;
            if parts.iter().any(|part: &Part| part.component == component) {
                return None;
            }
            parts.push(Part {
                component,
                dc_code: usize::from(entry[1] >> 4),
                ac_code: usize::from(entry[1] & 15),
            });
        }
        let tail = body.get(1 + count * 2..4 + count * 2)?;
        Some(Scan {
            parts,
            band: (tail[0], tail[1]),
            approximation: (tail[2] >> 4, tail[2] & 15),
        })
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let two = bytes.get(at..at + 2)?;
    Some(u16::from_be_bytes([two[0], two[1]]))
}
