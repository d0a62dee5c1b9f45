//! Sizes: pixels and bytes, so that neither is taken for the other.

use std::fmt;

/// Width and height of a picture in whole pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct PixelSize {
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
}

impl PixelSize {
    /// A size of `width` × `height` pixels.
    #[must_use]
    pub const fn new(width: u32, height: u32) -> Self {
        Self { width, height }
    }

    /// The number of pixels.
    #[must_use]
    pub const fn area(self) -> u64 {
        self.width as u64 * self.height as u64
    }

    /// The longer of the two sides, in pixels.
    #[must_use]
    pub const fn longer_side(self) -> u32 {
        if self.width > self.height {
            self.width
        } else {
            self.height
        }
    }

    /// The same size with its axes swapped, as after a quarter turn.
    #[must_use]
    pub const fn turned(self) -> Self {
        Self {
            width: self.height,
            height: self.width,
        }
    }

    /// Whether a side is zero.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.width == 0 || self.height == 0
    }
}

impl fmt::Display for PixelSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} × {}", self.width, self.height)
    }
}

/// A number of bytes. Printed in decimal units, as Cloudflare states its limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ByteSize(pub u64);

impl ByteSize {
    /// The largest file that Cloudflare Images takes: 10 MB.
    ///
    /// The exact byte is not documented. Ten mebibytes is the most generous reading; the local
    /// library refuses what is above it.
    pub const UPLOAD_LIMIT: Self = Self(10 * 1024 * 1024);
}

impl fmt::Display for ByteSize {
    #[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [&str; 5] = ["KB", "MB", "GB", "TB", "PB"];
        if self.0 < 1000 {
            return write!(f, "{} B", self.0);
        }
        let mut value = self.0 as f64 / 1000.0;
        let mut unit = 0;
        // 999.5 would print as "1000": it belongs to the next unit.
        while value >= 999.5 && unit + 1 < UNITS.len() {
            value /= 1000.0;
            unit += 1;
        }
        if value < 9.95 {
            write!(f, "{value:.1} {}", UNITS[unit])
        } else {
            write!(f, "{value:.0} {}", UNITS[unit])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_read_in_decimal_units() {
        let shown = |bytes| ByteSize(bytes).to_string();
        assert_eq!(shown(0), "0 B");
        assert_eq!(shown(999), "999 B");
        assert_eq!(shown(4_200_000), "4.2 MB");
        assert_eq!(shown(642_000), "642 KB");
        assert_eq!(shown(999_999), "1.0 MB");
        assert_eq!(shown(u64::MAX), "18447 PB");
    }
}
