//! Planes of samples that are as large as their blocks.

/// Row-major samples. Both sides are whole blocks of eight pixels; beyond the picture its last samples
/// go on.
pub(super) struct Plane {
    pub(super) width: usize,
    pub(super) height: usize,
    samples: Vec<u8>,
}

impl Plane {
    /// `samples` has rows of `size.0` samples, `size.1` of them; `padded` is no smaller.
    pub(super) fn padded(samples: &[u8], size: (usize, usize), padded: (usize, usize)) -> Self {
        let (width, height) = padded;
        let mut plane = Self::empty(padded);
        for (row, source) in plane
            .samples
            .chunks_exact_mut(width)
            .zip(samples.chunks_exact(size.0))
        {
            let (inside, outside) = row.split_at_mut(size.0);
            inside.copy_from_slice(source);
            outside.fill(source[size.0 - 1]);
        }
        let (inside, outside) = plane.samples.split_at_mut(size.1 * width);
        let last = &inside[(size.1 - 1) * width..];
        for row in outside.chunks_exact_mut(width) {
            row.copy_from_slice(last);
        }
        debug_assert_eq!(plane.samples.len(), width * height);
        plane
    }

    pub(super) fn empty((width, height): (usize, usize)) -> Self {
        Self {
            width,
            height,
            samples: vec![0; width * height],
        }
    }

    pub(super) fn row(&self, y: usize) -> &[u8] {
        &self.samples[y * self.width..][..self.width]
    }

    /// The sum of eight by eight samples, and that of their squares.
    pub(super) fn moments(&self, x: usize, y: usize) -> (f32, f32) {
        let mut samples = [0; 64];
        self.read(x, y, 8, &mut samples);
        let values = samples.iter().map(|it| u32::from(*it));
        let squares: u32 = values.clone().map(|it| it * it).sum();
        (values.sum::<u32>() as f32, squares as f32)
    }

    /// Copies a square out, row-major.
    pub(super) fn read(&self, x: usize, y: usize, side: usize, out: &mut [u8]) {
        let samples = &self.samples[y * self.width + x..];
        match side {
            4 => copy::<4>(samples, self.width, out, 4),
            8 => copy::<8>(samples, self.width, out, 8),
            16 => copy::<16>(samples, self.width, out, 16),
            32 => copy::<32>(samples, self.width, out, 32),
            _ => copy::<64>(samples, self.width, out, 64),
        }
    }

    /// Copies a square in.
    pub(super) fn write(&mut self, x: usize, y: usize, side: usize, square: &[u8]) {
        let square = &square[..side * side];
        let samples = &mut self.samples[y * self.width + x..];
        match side {
            4 => copy::<4>(square, 4, samples, self.width),
            8 => copy::<8>(square, 8, samples, self.width),
            16 => copy::<16>(square, 16, samples, self.width),
            32 => copy::<32>(square, 32, samples, self.width),
            _ => copy::<64>(square, 64, samples, self.width),
        }
    }
}

/// The mean square of the distance to the mean, of so many samples.
pub(super) fn variance((sum, squares): (f32, f32), count: f32) -> f32 {
    (squares - sum * sum / count) / count
}

/// Copies a square, of which both sides have rows so far apart. A length that is known beforehand makes
/// each row a few moves in place of a call.
fn copy<const SIDE: usize>(from: &[u8], from_stride: usize, to: &mut [u8], to_stride: usize) {
    let rows = from.chunks(from_stride).zip(to.chunks_mut(to_stride));
    for (from, to) in rows.take(SIDE) {
        if let (Some(from), Some(to)) = (from.first_chunk::<SIDE>(), to.first_chunk_mut::<SIDE>()) {
            *to = *from;
        }
    }
}
