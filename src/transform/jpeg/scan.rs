//! The scans: from bits to the samples that are wished for.

use super::Wish;
use super::bits::Bits;
use super::header::{Component, Frame, Part, Scan, Tables};
use super::huffman::{AcTable, DcTable};
use super::inverse::{Inverse, byte};
use crate::transform::planar::{Plane, Planes};

/// In a progressive file, the bits of averages that may be left to later scans: two leave an error
/// of a sixteenth of a step.
const MOST_LEFT_OUT: u8 = 2;

/// The most blocks in a unit.
///
/// Source: ITU-T T.81, B.2.3.
const MOST_BLOCKS: usize = 10;

/// A channel on its way.
#[derive(Debug)]
struct Channel {
    /// Blocks in a unit, across and down.
    sampling: (usize, usize),
    quantization: usize,
    inverse: Inverse,
    plane: Plane,
    is_done: bool,
}

impl Channel {
    /// Whether its blocks become a sample each.
    const fn is_coarse(&self) -> bool {
        self.inverse.size == 1
    }
}

/// Collects what the scans bring.
#[derive(Debug)]
pub(super) struct Decoder {
    frame: Frame,
    channels: Vec<Channel>,
    /// Units in a row and in a column of the picture.
    units: (usize, usize),
    /// The rows of units that are kept.
    kept: (usize, usize),
}

impl Decoder {
    /// `None` when another decoder does this as well, or better.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "sides of 16 bits, and clamped to them"
    )]
    pub(super) fn new(frame: Frame, wish: &Wish) -> Option<Self> {
        let (width, height) = (frame.size.width as usize, frame.size.height as usize);
        let most = frame.most_sampling();
        let units = (width.div_ceil(8 * most.0), height.div_ceil(8 * most.1));
        let row = |pixels: f64| {
            let unit = pixels.clamp(0.0, height as f64) as usize / (8 * most.1);
            unit.min(units.1 - 1)
        };
        let kept = (row(wish.rows.0), row(wish.rows.1) + 1);
        let blocks = |component: &Component| component.sampling.0 * component.sampling.1;
        if frame.components.iter().map(blocks).sum::<usize>() > MOST_BLOCKS {
            return None;
        }
        let mut channels = Vec::with_capacity(frame.components.len());
        for (at, component) in frame.components.iter().enumerate() {
            let sampling = component.sampling;
            // Half of a unit's blocks would lie between those of the other channels.
            if !most.0.is_multiple_of(sampling.0) || !most.1.is_multiple_of(sampling.1) {
                return None;
            }
            let density = (
                sampling.0 as f64 / most.0 as f64,
                sampling.1 as f64 / most.1 as f64,
            );
            let needed = match at {
                0 => wish.luma,
                // More than averages would take every scan of the file: fifteen times the work for
                // color that is a little sharper.
                _ if frame.is_progressive => wish.chroma / 2.0,
                _ => wish.chroma,
            };
            let size = Inverse::SIZES
                .into_iter()
                .find(|size| *size as f64 / 8.0 * density.0.min(density.1) >= needed)
                .unwrap_or(8);
            if frame.is_progressive && size > 1 {
                return None;
            }
            let plane_width = units.0 * sampling.0 * size;
            let plane_height = (kept.1 - kept.0) * sampling.1 * size;
            channels.push(Channel {
                sampling,
                quantization: component.quantization,
                inverse: Inverse::new(size),
                plane: Plane {
                    width: plane_width,
                    height: plane_height,
                    samples: vec![0; plane_width * plane_height],
                    scale: (density.0 * size as f64 / 8.0, density.1 * size as f64 / 8.0),
                    top: kept.0 * sampling.1 * size,
                },
                is_done: false,
            });
        }
        Some(Self {
            frame,
            channels,
            units,
            kept,
        })
    }

    /// Whether every channel is there.
    pub(super) fn is_complete(&self) -> bool {
        self.channels.iter().all(|channel| channel.is_done)
    }

    pub(super) fn finish(self, profile: Option<Vec<u8>>) -> Planes {
        let mut planes = self.channels.into_iter().map(|channel| channel.plane);
        let luma = planes.next().expect("a frame has channels");
        let chroma = planes.next().zip(planes.next());
        Planes {
            size: self.frame.size,
            luma,
            chroma: chroma.map(|(blue, red)| [blue, red]),
            profile,
        }
    }

    /// Reads a scan; the answer is what follows it.
    pub(super) fn decode<'a>(
        &mut self,
        scan: &Scan,
        tables: &Tables,
        input: &'a [u8],
    ) -> Option<&'a [u8]> {
        let left_out = scan.approximation.1;
        let is_expected = if self.frame.is_progressive {
            scan.band == (0, 0) && scan.approximation.0 == 0 && left_out <= MOST_LEFT_OUT
        } else {
            scan.band == (0, 63) && scan.approximation == (0, 0)
        };
        let is_repeated = |part: &Part| self.channels[part.component].is_done;
        if !is_expected || scan.parts.iter().any(is_repeated) {
            return None;
        }
        let mut parts = Vec::with_capacity(scan.parts.len());
        for part in &scan.parts {
            let channel = &self.channels[part.component];
            let steps = tables.quantization.get(channel.quantization)?.as_ref()?;
            let ac = if self.frame.is_progressive {
                None
            } else {
                Some(AcTable::new(tables.ac_codes.get(part.ac_code)?.as_ref()?)?)
            };
            parts.push(Reading {
                component: part.component,
                dc: DcTable::new(tables.dc_codes.get(part.dc_code)?.as_ref()?)?,
                ac,
                steps: Inverse::steps(steps),
                average: 0,
            });
        }
        let mut reader = Reader {
            bits: Bits::new(input),
            restart_interval: tables.restart_interval,
            until_restart: tables.restart_interval,
            left_out: u32::from(left_out),
            block: [0.0; 64],
        };
        // The last scan is not read to its end when the end is cut off.
        let others_are_done = (self.channels.iter().enumerate())
            .all(|(at, channel)| channel.is_done || parts.iter().any(|part| part.component == at));
        let is_over = if parts.len() == 1 && self.frame.components.len() > 1 {
            self.read_alone(&mut reader, &mut parts[0], others_are_done)?
        } else {
            self.read_together(&mut reader, &mut parts, others_are_done)?
        };
        for part in &parts {
            self.channels[part.component].is_done = true;
        }
        if is_over {
            reader.bits.finish()
        } else {
            Some(&[])
        }
    }

    /// Units of blocks of all channels. The answer is whether the scan was read to its end.
    fn read_together(
        &mut self,
        reader: &mut Reader<'_>,
        parts: &mut [Reading],
        may_stop: bool,
    ) -> Option<bool> {
        for unit_y in 0..self.units.1 {
            if unit_y >= self.kept.1 && may_stop {
                return Some(false);
            }
            let is_kept = (self.kept.0..self.kept.1).contains(&unit_y);
            let row = is_kept.then(|| unit_y - self.kept.0);
            let has_averages_alone = !is_kept || self.channels.iter().all(Channel::is_coarse);
            for unit_x in 0..self.units.0 {
                reader.begin_unit(parts)?;
                if has_averages_alone && !self.frame.is_progressive {
                    reader.averages(parts, &mut self.channels, (unit_x, row))?;
                    continue;
                }
                for part in &mut *parts {
                    let channel = &mut self.channels[part.component];
                    let (across, down) = channel.sampling;
                    for y in 0..down {
                        for x in 0..across {
                            if is_kept {
                                let row = (unit_y - self.kept.0) * down + y;
                                reader.block(part, channel, unit_x * across + x, row)?;
                            } else {
                                reader.pass_block(part)?;
                            }
                        }
                    }
                }
            }
        }
        Some(true)
    }

    /// Blocks of a single channel, without those that would only fill up units.
    fn read_alone(
        &mut self,
        reader: &mut Reader<'_>,
        part: &mut Reading,
        may_stop: bool,
    ) -> Option<bool> {
        let most = self.frame.most_sampling();
        let channel = &mut self.channels[part.component];
        let blocks = |side: u32, sampling: usize, most: usize| {
            (side as usize * sampling).div_ceil(most).div_ceil(8)
        };
        let across = blocks(self.frame.size.width, channel.sampling.0, most.0);
        let down = blocks(self.frame.size.height, channel.sampling.1, most.1);
        let kept = self.kept.0 * channel.sampling.1..self.kept.1 * channel.sampling.1;
        for y in 0..down {
            if y >= kept.end && may_stop {
                return Some(false);
            }
            for x in 0..across {
                reader.begin_unit(std::slice::from_mut(part))?;
                if kept.contains(&y) {
                    reader.block(part, channel, x, y - kept.start)?;
                } else {
                    reader.pass_block(part)?;
                }
            }
        }
        Some(true)
    }
}

/// What belongs to a channel while a scan is read.
#[derive(Debug)]
struct Reading {
    component: usize,
    dc: DcTable,
    /// Only where a scan has all frequencies.
    ac: Option<AcTable>,
    steps: [f32; 64],
    /// Of the block before.
    average: i32,
}

/// What a block of one color becomes.
#[inline]
#[expect(clippy::cast_precision_loss, reason = "16 bits")]
fn sample(average: i32, step: f32) -> u8 {
    byte(average as f32 * step + 128.0)
}

struct Reader<'a> {
    bits: Bits<'a>,
    restart_interval: usize,
    /// Units up to the next restart marker.
    until_restart: usize,
    left_out: u32,
    /// Zeros, between blocks.
    block: [f32; 64],
}

impl Reader<'_> {
    #[inline]
    fn begin_unit(&mut self, parts: &mut [Reading]) -> Option<()> {
        if self.restart_interval > 0 {
            if self.until_restart == 0 {
                self.bits.restart()?;
                self.until_restart = self.restart_interval;
                for part in parts {
                    part.average = 0;
                }
            }
            self.until_restart -= 1;
        }
        self.bits.prepare()
    }

    #[inline]
    fn pass_block(&mut self, part: &mut Reading) -> Option<()> {
        let Some(ac) = &part.ac else {
            let difference = self.bits.difference(&part.dc)?;
            part.average = part.average.wrapping_add(difference);
            return Some(());
        };
        self.bits.averages(|averages| {
            let difference = averages.difference(&part.dc, ac)?;
            part.average = part.average.wrapping_add(difference);
            Some(())
        })
    }

    /// A unit of blocks that become a sample each, in the row that is given, or are passed.
    #[inline]
    fn averages(
        &mut self,
        parts: &mut [Reading],
        channels: &mut [Channel],
        (unit_x, row): (usize, Option<usize>),
    ) -> Option<()> {
        self.bits.averages(|averages| {
            for part in parts {
                let Channel {
                    sampling, plane, ..
                } = &mut channels[part.component];
                let ac = part.ac.as_ref()?;
                for y in 0..sampling.1 {
                    let first = row.map(|row| {
                        let y = row * sampling.1 + y;
                        y * plane.width + unit_x * sampling.0
                    });
                    for x in 0..sampling.0 {
                        let difference = averages.difference(&part.dc, ac)?;
                        part.average = part.average.wrapping_add(difference);
                        if let Some(first) = first {
                            plane.samples[first + x] = sample(part.average, part.steps[0]);
                        }
                    }
                }
            }
            Some(())
        })
    }

    #[inline]
    fn block(
        &mut self,
        part: &mut Reading,
        channel: &mut Channel,
        x: usize,
        y: usize,
    ) -> Option<()> {
        let Channel { inverse, plane, .. } = channel;
        let size = inverse.size;
        if size == 1 {
            self.pass_block(part)?;
        } else {
            let difference = self.bits.difference(&part.dc)?;
            part.average = part.average.wrapping_add(difference);
        }
        let first = y * size * plane.width + x * size;
        #[expect(clippy::cast_precision_loss, reason = "16 bits")]
        let average = if self.left_out == 0 {
            part.average as f32
        } else {
            // The middle of what it can be.
            let most = (1 << self.left_out) - 1;
            (part.average << self.left_out) as f32 + most as f32 / 2.0
        };
        let average = average * part.steps[0] + 128.0;
        if size == 1 {
            plane.samples[first] = byte(average);
            return Some(());
        }
        self.block[0] = average;
        let ac = part.ac.as_ref()?;
        let reached = self
            .bits
            .coefficients(ac, &part.steps, inverse.last, &mut self.block)?;
        inverse.write(
            &mut self.block,
            reached,
            &mut plane.samples[first..],
            plane.width,
        );
        Some(())
    }
}
