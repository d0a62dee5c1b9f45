//! What to send along with new uploads: options of the panel, and ids and metadata from templates.

use std::path::Path;

use serde_json::Value;

use super::{ImageId, ImageIdError, Metadata, MetadataError};

/// Options for new uploads, as a person set them in the panel.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UploadSpec {
    /// Whether only signed URLs will open the images.
    pub require_signed_urls: bool,
    /// How ids are made; an empty template leaves it to the service.
    pub id_template: IdTemplate,
    /// Written to each image; text values may hold the words of [`IdTemplate`].
    pub metadata: Metadata,
    /// Free text that tells who the images belong to.
    pub creator: Option<String>,
}

/// Custom ids and signed URLs exclude each other; the service refuses the two together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UploadSpecError {
    /// Both a template and signed URLs.
    #[error("private images cannot keep a custom ID")]
    CustomIdWithSignedUrls,
    /// The template makes no valid id from this file.
    #[error(transparent)]
    Id(#[from] ImageIdError),
    /// The metadata is too long once the file's words are in it.
    #[error(transparent)]
    Metadata(#[from] MetadataError),
}

impl UploadSpec {
    /// Whether the options can be used together.
    ///
    /// # Errors
    /// [`UploadSpecError::CustomIdWithSignedUrls`], or metadata that is too long as it stands.
    pub fn check(&self) -> Result<(), UploadSpecError> {
        if self.require_signed_urls && !self.id_template.is_empty() {
            return Err(UploadSpecError::CustomIdWithSignedUrls);
        }
        self.metadata.check()?;
        Ok(())
    }

    /// The id and the metadata for one file.
    ///
    /// # Errors
    /// As [`UploadSpec::check`], and when the template makes no valid id from this file.
    pub fn for_file(
        &self,
        file: FileWords<'_>,
    ) -> Result<(Option<ImageId>, Metadata), UploadSpecError> {
        self.check()?;
        let id = match self.id_template.fill(file) {
            Some(text) => Some(ImageId::custom(text)?),
            None => None,
        };
        let mut metadata = self.metadata.clone();
        for value in metadata.as_object_mut().values_mut() {
            if let Value::String(text) = value {
                *text = fill(text, file);
            }
        }
        metadata.check()?;
        Ok((id, metadata))
    }
}

/// How an id is made from a file: text with `{name}`, `{file}`, `{ext}`, `{folder}`, `{path}`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdTemplate(pub String);

/// The words of a file that a template may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileWords<'a> {
    /// The file's name with its ending: `dune-ridge.jpg`.
    pub file: &'a str,
    /// The folders between what was dropped and the file, with `/`, the dropped folder included:
    /// `travel/2026`; empty for a file dropped by itself.
    pub folder: &'a str,
}

impl IdTemplate {
    /// The words, in the order they are explained.
    pub const WORDS: [&'static str; 5] = ["{name}", "{file}", "{ext}", "{folder}", "{path}"];

    /// Whether the service shall generate the ids.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }

    /// The id's text for a file; `None` when the template is empty.
    #[must_use]
    pub fn fill(&self, file: FileWords<'_>) -> Option<String> {
        if self.is_empty() {
            return None;
        }
        let text = fill(self.0.trim(), file);
        // A file dropped by itself has no folder: `{folder}/{name}` is then just the name.
        Some(text.replace("//", "/").trim_matches('/').to_owned())
    }
}

/// Puts the file's words into a text; unknown words stay as they are.
fn fill(text: &str, file: FileWords<'_>) -> String {
    if !text.contains('{') {
        return text.to_owned();
    }
    let path = Path::new(file.file);
    let stem = path
        .file_stem()
        .and_then(|stem| stem.to_str())
        .unwrap_or(file.file);
    let extension = path
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default();
    let whole = if file.folder.is_empty() {
        file.file.to_owned()
    } else {
        format!("{}/{}", file.folder, file.file)
    };
    let mut filled = String::with_capacity(text.len() + whole.len());
    let mut rest = text;
    // One pass from left to right: a file named `{path}.jpg` is not filled a second time.
    while let Some(start) = rest.find('{') {
        let (before, from_brace) = rest.split_at(start);
        filled.push_str(before);
        let words = [
            ("{name}", stem),
            ("{file}", file.file),
            ("{ext}", extension),
            ("{folder}", file.folder),
            ("{path}", whole.as_str()),
        ];
        if let Some((word, value)) = words.iter().find(|(word, _)| from_brace.starts_with(word)) {
            filled.push_str(value);
            rest = &from_brace[word.len()..];
        } else {
            filled.push('{');
            rest = &from_brace[1..];
        }
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: FileWords<'_> = FileWords {
        file: "dune-ridge.jpg",
        folder: "travel",
    };

    #[test]
    fn a_template_makes_an_id_from_the_file() {
        let filled = |template: &str| IdTemplate(template.to_owned()).fill(FILE);
        assert_eq!(
            filled("{folder}/{name}").as_deref(),
            Some("travel/dune-ridge")
        );
        assert_eq!(filled("{path}").as_deref(), Some("travel/dune-ridge.jpg"));
        assert_eq!(filled("{what}-{ext}").as_deref(), Some("{what}-jpg"));
        assert_eq!(filled("  "), None);
        let alone = FileWords {
            file: "{path}.jpg",
            folder: "",
        };
        assert_eq!(
            IdTemplate("{folder}/{name}".to_owned())
                .fill(alone)
                .as_deref(),
            Some("{path}")
        );
    }

    #[test]
    fn metadata_may_tell_where_a_file_came_from() {
        let spec = UploadSpec {
            metadata: Metadata::parse(r#"{"source":"{path}","n":1}"#).unwrap(),
            ..UploadSpec::default()
        };
        let (id, metadata) = spec.for_file(FILE).unwrap();
        assert_eq!(id, None);
        assert_eq!(
            metadata.to_string(),
            r#"{"source":"travel/dune-ridge.jpg","n":1}"#
        );
    }

    #[test]
    fn custom_ids_and_signed_urls_exclude_each_other() {
        let spec = UploadSpec {
            require_signed_urls: true,
            id_template: IdTemplate("{name}".to_owned()),
            ..UploadSpec::default()
        };
        assert_eq!(spec.check(), Err(UploadSpecError::CustomIdWithSignedUrls));
    }
}
