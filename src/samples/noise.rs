//! Chance that repeats: a seeded generator and hash-based noise.
//!
//! The same seed gives the same numbers in every run; nothing here reads a clock. Noise values lie
//! in 0..=1 unless said otherwise, and one unit of the coordinates is one cell of the lattice.

/// A small seeded generator (splitmix64), good enough to scatter stars and leaves.
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Uniform in 0..1.
    pub(super) fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / 16_777_216.0
    }

    /// Uniform between the two ends.
    pub(super) fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// Bell-shaped around zero, about -1..1.
    pub(super) fn bell(&mut self) -> f32 {
        (self.unit() + self.unit() + self.unit()) * (2.0 / 3.0) - 1.0
    }

    /// One of the choices, which must not be empty.
    pub(super) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[(self.unit() * choices.len() as f32) as usize % choices.len()]
    }
}

// `f32::floor` is a library call on x86-64 without SSE 4.1, and this is the hottest line we have.
#[inline]
fn floor(value: f32) -> i32 {
    let whole = value as i32;
    if whole as f32 > value {
        whole - 1
    } else {
        whole
    }
}

#[inline]
fn scramble(x: i32, y: i32, seed: u32) -> u32 {
    let mut hash = (x.cast_unsigned()).wrapping_mul(0x9E37_79B1)
        ^ (y.cast_unsigned()).wrapping_mul(0x85EB_CA77)
        ^ seed.wrapping_mul(0xC2B2_AE3D);
    hash = (hash ^ (hash >> 15)).wrapping_mul(0x2C1B_3C6D);
    hash = (hash ^ (hash >> 12)).wrapping_mul(0x297A_2D39);
    hash ^ (hash >> 15)
}

/// White noise: an unrelated value for every lattice point.
#[inline]
pub(super) fn speck(x: i32, y: i32, seed: u32) -> f32 {
    (scramble(x, y, seed) >> 8) as f32 * (1.0 / 16_777_216.0)
}

/// Smooth value noise.
#[inline]
pub(super) fn value(x: f32, y: f32, seed: u32) -> f32 {
    let (column, row) = (floor(x), floor(y));
    let (fx, fy) = (x - column as f32, y - row as f32);
    let (fx, fy) = (fx * fx * (3.0 - 2.0 * fx), fy * fy * (3.0 - 2.0 * fy));
    let (right, below) = (column.wrapping_add(1), row.wrapping_add(1));
    let top = speck(column, row, seed);
    let top = top + (speck(right, row, seed) - top) * fx;
    let bottom = speck(column, below, seed);
    let bottom = bottom + (speck(right, below, seed) - bottom) * fx;
    top + (bottom - top) * fy
}

/// Several octaves of [`value`], each turned against the last so that no lattice shows.
#[inline]
pub(super) fn fractal(x: f32, y: f32, octaves: u32, seed: u32) -> f32 {
    let (mut x, mut y) = (x, y);
    let (mut sum, mut weight, mut total) = (0.0, 0.5, 0.0);
    for octave in 0..octaves {
        sum += weight * value(x, y, seed.wrapping_add(octave));
        total += weight;
        weight *= 0.5;
        (x, y) = (1.6 * x + 1.2 * y + 17.3, 1.6 * y - 1.2 * x + 5.1);
    }
    if total > 0.0 { sum / total } else { 0.0 }
}

/// The two nearest points of a jittered lattice.
pub(super) struct Cell {
    /// Distance to the nearest point.
    pub(super) near: f32,
    /// Distance to the border with the neighboring cell.
    pub(super) border: f32,
    /// Where the nearest point lies.
    pub(super) center: (f32, f32),
    /// A value of the cell's own.
    pub(super) id: f32,
}

/// The cell around a position in a field of jittered points, one per unit square.
pub(super) fn cell(x: f32, y: f32, seed: u32) -> Cell {
    let (column, row) = (floor(x), floor(y));
    let mut first = (f32::MAX, 0.0, 0.0, 0.0);
    let mut second = (f32::MAX, 0.0, 0.0);
    for dy in -1..=1 {
        for dx in -1..=1 {
            let hash = scramble(column + dx, row + dy, seed);
            let px = (column + dx) as f32 + 0.1 + 0.8 * (hash & 0x3FF) as f32 / 1024.0;
            let py = (row + dy) as f32 + 0.1 + 0.8 * ((hash >> 10) & 0x3FF) as f32 / 1024.0;
            let distance = (px - x) * (px - x) + (py - y) * (py - y);
            if distance < first.0 {
                second = (first.0, first.1, first.2);
                first = (distance, px, py, (hash >> 20) as f32 / 4096.0);
            } else if distance < second.0 {
                second = (distance, px, py);
            }
        }
    }
    let apart = (second.1 - first.1).hypot(second.2 - first.2).max(1e-4);
    Cell {
        near: first.0.sqrt(),
        border: (second.0 - first.0) / (2.0 * apart),
        center: (first.1, first.2),
        id: first.3,
    }
}

/// Slowly varying values computed on a coarse grid once and read smoothly everywhere.
pub(super) struct Field {
    columns: usize,
    rows: usize,
    scale: f32,
    values: Vec<f32>,
}

impl Field {
    /// Covers 0..`aspect` by 0..1 with `rows` rows.
    pub(super) fn new(aspect: f32, rows: u16, of: impl Fn(f32, f32) -> f32) -> Self {
        let scale = f32::from(rows);
        let (columns, rows) = ((aspect * scale) as usize + 2, usize::from(rows) + 2);
        let mut values = Vec::with_capacity(columns * rows);
        for row in 0..rows {
            for column in 0..columns {
                values.push(of(column as f32 / scale, row as f32 / scale));
            }
        }
        Self {
            columns,
            rows,
            scale,
            values,
        }
    }

    #[inline]
    pub(super) fn at(&self, x: f32, y: f32) -> f32 {
        let (x, y) = ((x * self.scale).max(0.0), (y * self.scale).max(0.0));
        let column = (x as usize).min(self.columns - 2);
        let row = (y as usize).min(self.rows - 2);
        let (fx, fy) = ((x - column as f32).min(1.0), (y - row as f32).min(1.0));
        let upper = &self.values[row * self.columns + column..][..2];
        let lower = &self.values[(row + 1) * self.columns + column..][..2];
        let top = upper[0] + (upper[1] - upper[0]) * fx;
        let bottom = lower[0] + (lower[1] - lower[0]) * fx;
        top + (bottom - top) * fy
    }
}
