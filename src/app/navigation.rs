//! Where one is.

/// A place in the side bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Route {
    /// The grid.
    #[default]
    Images,
    /// The queue and its panel.
    Uploads,
    /// The variants and their editor.
    Variants,
    /// Direct creator uploads.
    Links,
    /// Signing keys.
    Keys,
    /// Settings.
    Settings,
}

impl Route {
    /// All of them, in the order of the side bar and of Ctrl+1 to Ctrl+6.
    pub const ALL: [Self; 6] = [
        Self::Images,
        Self::Uploads,
        Self::Variants,
        Self::Links,
        Self::Keys,
        Self::Settings,
    ];
}
