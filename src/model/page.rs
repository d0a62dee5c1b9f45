//! Pages: where one is in a list, and which answer is still wanted.

use std::fmt;

/// The number of a page, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PageNumber(u32);

impl PageNumber {
    /// The first page.
    pub const FIRST: Self = Self(1);

    /// The page with that number; 0 is read as 1.
    #[must_use]
    pub const fn new(number: u32) -> Self {
        Self(if number == 0 { 1 } else { number })
    }

    /// The number, from 1.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// The page after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The page before this one; the first page has none.
    #[must_use]
    pub const fn previous(self) -> Option<Self> {
        if self.0 > 1 {
            Some(Self(self.0 - 1))
        } else {
            None
        }
    }

    /// The index of the page's first row in the whole list, from 0.
    #[must_use]
    pub const fn first_row(self, size: PageSize) -> usize {
        (self.0 as usize - 1) * size.get()
    }
}

impl fmt::Display for PageNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How many images a page shows, 10 to 1,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PageSize(u16);

impl PageSize {
    /// The sizes that are offered.
    pub const CHOICES: [Self; 5] = [Self(50), Self(100), Self(200), Self(500), Self(1000)];

    /// The size nearest to `rows` that is allowed.
    #[must_use]
    pub fn new(rows: usize) -> Self {
        Self(u16::try_from(rows.clamp(10, 1000)).unwrap_or(1000))
    }

    /// The number of rows.
    #[must_use]
    pub const fn get(self) -> usize {
        self.0 as usize
    }

    /// How many pages `rows` rows fill; an empty list has one empty page.
    #[must_use]
    pub fn page_count(self, rows: u64) -> u32 {
        u32::try_from(rows.div_ceil(u64::from(self.0)).max(1)).unwrap_or(u32::MAX)
    }
}

impl Default for PageSize {
    fn default() -> Self {
        Self(100)
    }
}

/// The order in which the service lists images.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum SortOrder {
    /// Latest upload first.
    #[default]
    Newest,
    /// Earliest upload first.
    Oldest,
}

/// Counts the questions of one kind: an answer to an older one is no longer wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Generation(u64);

impl Generation {
    /// The generation after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_as_many_pages_as_it_fills() {
        let size = PageSize::new(100);
        assert_eq!(
            [0, 1, 100, 101, 12_304].map(|rows| size.page_count(rows)),
            [1, 1, 1, 2, 124]
        );
        assert_eq!(PageNumber::new(3).first_row(size), 200);
    }
}
