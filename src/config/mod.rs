//! What is remembered.
use crate::model::*;
/// Theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ThemeChoice {
    #[default]
    /// s
    System,
    /// l
    Light,
    /// d
    Dark,
}
/// Remember.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remember {
    /// k
    Keyring,
    /// t
    ThisRunOnly,
}
/// Preferences.
#[derive(Debug, Clone, PartialEq)]
pub struct Preferences {
    /// t
    pub theme: ThemeChoice,
    /// z
    pub zoom: f32,
    /// p
    pub page_size: PageSize,
    /// l
    pub list_view: bool,
    /// cs
    pub card_width: u32,
    /// c
    pub cache_limit_bytes: u64,
    /// s
    pub sort: SortOrder,
    /// u
    pub upload: UploadSpec,
    /// l
    pub last_profile: Option<ProfileId>,
    /// m
    pub reduce_motion: bool,
}
impl Default for Preferences {
    fn default() -> Self {
        Self {
            theme: ThemeChoice::System,
            zoom: 1.0,
            page_size: PageSize::default(),
            list_view: false,
            card_width: 164,
            cache_limit_bytes: 512 * 1024 * 1024,
            sort: SortOrder::Newest,
            upload: UploadSpec::default(),
            last_profile: None,
            reduce_motion: false,
        }
    }
}
