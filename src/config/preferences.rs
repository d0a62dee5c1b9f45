//! Preferences: how a person likes it.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::dirs::Dirs;
use super::file::{self, FileError};
use crate::model::{IdTemplate, Metadata, PageSize, Problem, ProfileId, SortOrder, UploadSpec};

/// Dark, light, or as the system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ThemeChoice {
    /// As the system.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// How a person likes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Preferences {
    /// Dark, light, or as the system.
    pub theme: ThemeChoice,
    /// Size of everything in the window, 1 for the usual.
    pub zoom: f32,
    /// Images of a page.
    pub page_size: PageSize,
    /// Whether images are shown as a list.
    pub list_view: bool,
    /// Least width of a card, in points.
    pub card_width: u32,
    /// Bytes of thumbnails that are kept on disk.
    pub cache_limit_bytes: u64,
    /// The order of the list.
    pub sort: SortOrder,
    /// Options for new uploads.
    pub upload: UploadSpec,
    /// The profile that is opened at the start.
    pub last_profile: Option<ProfileId>,
    /// Whether nothing moves by itself.
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

/// The form in the file. What is missing is as usual, so that older files stay good; what is out
/// of bounds is brought into them.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Document {
    theme: ThemeChoice,
    zoom: Option<f32>,
    page_size: Option<usize>,
    list_view: bool,
    card_width: Option<u32>,
    cache_limit_bytes: Option<u64>,
    oldest_first: bool,
    last_profile: Option<String>,
    reduce_motion: bool,
    upload: UploadDocument,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct UploadDocument {
    require_signed_urls: bool,
    id_template: String,
    metadata: Option<String>,
    creator: Option<String>,
}

/// The preferences and the file they lie in.
#[derive(Debug)]
pub struct PreferencesFile {
    path: PathBuf,
    preferences: Preferences,
}

impl PreferencesFile {
    /// Reads the preferences. Without a good file they are as usual.
    #[must_use]
    pub fn load(dirs: &Dirs) -> (Self, Vec<Problem>) {
        let path = dirs.preferences();
        let (document, problem) = file::read::<Document>(&path);
        let preferences = preferences_from_document(document.unwrap_or_default());
        (Self { path, preferences }, problem.into_iter().collect())
    }

    /// The preferences.
    #[must_use]
    pub const fn get(&self) -> &Preferences {
        &self.preferences
    }

    /// Changes the preferences and writes them.
    ///
    /// # Errors
    /// [`FileError`]; they hold all the same until the program ends.
    pub fn save(&mut self, preferences: Preferences) -> Result<(), FileError> {
        self.preferences = preferences;
        file::write(&self.path, &document_from_preferences(&self.preferences))
    }
}

fn preferences_from_document(document: Document) -> Preferences {
    let usual = Preferences::default();
    let metadata = document
        .upload
        .metadata
        .as_deref()
        .and_then(|text| Metadata::parse(text).ok());
    Preferences {
        theme: document.theme,
        zoom: document
            .zoom
            .filter(|zoom| zoom.is_finite())
            .unwrap_or(usual.zoom)
            .clamp(0.5, 3.0),
        page_size: document.page_size.map_or(usual.page_size, PageSize::new),
        list_view: document.list_view,
        card_width: document
            .card_width
            .unwrap_or(usual.card_width)
            .clamp(100, 400),
        cache_limit_bytes: document
            .cache_limit_bytes
            .unwrap_or(usual.cache_limit_bytes),
        sort: if document.oldest_first {
            SortOrder::Oldest
        } else {
            SortOrder::Newest
        },
        upload: UploadSpec {
            require_signed_urls: document.upload.require_signed_urls,
            id_template: IdTemplate(document.upload.id_template),
            metadata: metadata.unwrap_or_default(),
            creator: document.upload.creator,
        },
        last_profile: document.last_profile.map(ProfileId::from_stored),
        reduce_motion: document.reduce_motion,
    }
}

fn document_from_preferences(preferences: &Preferences) -> Document {
    let upload = &preferences.upload;
    Document {
        theme: preferences.theme,
        zoom: Some(preferences.zoom),
        page_size: Some(preferences.page_size.get()),
        list_view: preferences.list_view,
        card_width: Some(preferences.card_width),
        cache_limit_bytes: Some(preferences.cache_limit_bytes),
        oldest_first: preferences.sort == SortOrder::Oldest,
        last_profile: preferences
            .last_profile
            .as_ref()
            .map(|id| id.as_str().to_owned()),
        reduce_motion: preferences.reduce_motion,
        upload: UploadDocument {
            require_signed_urls: upload.require_signed_urls,
            id_template: upload.id_template.0.clone(),
            metadata: (!upload.metadata.is_empty()).then(|| upload.metadata.to_string()),
            creator: upload.creator.clone(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dirs() -> (tempfile::TempDir, Dirs) {
        let folder = tempfile::tempdir().unwrap();
        let dirs = Dirs::open(Some(folder.path())).unwrap();
        (folder, dirs)
    }

    #[test]
    fn preferences_are_there_the_next_time() {
        let (_folder, dirs) = dirs();
        let (mut file, _) = PreferencesFile::load(&dirs);
        let preferences = Preferences {
            theme: ThemeChoice::Light,
            zoom: 1.5,
            sort: SortOrder::Oldest,
            upload: UploadSpec {
                metadata: Metadata::parse(r#"{"team":"web"}"#).unwrap(),
                id_template: IdTemplate("{folder}/{name}".to_owned()),
                ..UploadSpec::default()
            },
            last_profile: Some(ProfileId::generated()),
            ..Preferences::default()
        };
        file.save(preferences.clone()).unwrap();
        let (again, problems) = PreferencesFile::load(&dirs);
        assert_eq!((again.get(), problems.len()), (&preferences, 0));
    }

    #[test]
    fn a_broken_file_is_kept_aside_and_told() {
        let (_folder, dirs) = dirs();
        std::fs::write(dirs.preferences(), "theme = [").unwrap();
        let (file, problems) = PreferencesFile::load(&dirs);
        assert_eq!((file.get(), problems.len()), (&Preferences::default(), 1));
        let aside = dirs.preferences().with_extension("toml.broken");
        assert_eq!(std::fs::read_to_string(aside).unwrap(), "theme = [");
    }

    #[test]
    fn a_file_of_another_version_is_read_as_far_as_it_goes() {
        let (_folder, dirs) = dirs();
        std::fs::write(
            dirs.preferences(),
            "theme = \"dark\"\nzoom = 99.0\npage_size = 3\nnews = 1\n",
        )
        .unwrap();
        let (file, problems) = PreferencesFile::load(&dirs);
        assert_eq!(problems, []);
        let preferences = file.get();
        assert_eq!(
            (
                preferences.theme,
                preferences.zoom,
                preferences.page_size.get()
            ),
            (ThemeChoice::Dark, 3.0, 10)
        );
    }
}
