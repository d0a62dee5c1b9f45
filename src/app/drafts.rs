//! Drafts: what is typed into forms and has no consequence yet.
//!
//! Views edit them in place. They outlive the view, so that nothing typed is lost by walking away.

use serde_json::Value;

use crate::model::{ImageId, Metadata, MetadataError, Secret, UploadSpec};

use super::library::FaultsDraft;
use super::variants::VariantDrafts;

/// Every form of the program.
#[derive(Debug, Default)]
pub struct Drafts {
    /// The form that connects an account.
    pub connect: ConnectDraft,
    /// The text in the search field.
    pub search: String,
    /// The number in the page field.
    pub page: String,
    /// Options for new uploads.
    pub upload: UploadDraft,
    /// Addresses to upload from, one a line.
    pub urls: String,
    /// A path that is typed where no file dialog exists.
    pub path: String,
    /// The metadata of the image in the inspector.
    pub metadata: Option<(ImageId, MetadataDraft)>,
    /// The creator of the image in the inspector.
    pub creator: Option<(ImageId, String)>,
    /// Fields that are added to several images at once.
    pub bulk_metadata: MetadataDraft,
    /// Variants being edited.
    pub variants: VariantDrafts,
    /// The form that makes an upload link.
    pub link: LinkDraft,
    /// The name of a new signing key.
    pub key_name: String,
    /// What shall go wrong in the open library.
    pub faults: FaultsDraft,
    /// What was typed to agree to a dialog.
    pub phrase: String,
}

/// The form that connects an account.
#[derive(Debug, Default)]
pub struct ConnectDraft {
    /// What the person calls it.
    pub name: String,
    /// The account id as it was typed.
    pub account_id: String,
    /// The token as it was typed.
    pub token: Secret<String>,
    /// The API's base URL as it was typed; empty for Cloudflare's.
    pub api_base: String,
    /// Whether the field for the base URL is shown.
    pub shows_api_base: bool,
}

/// The form that makes an upload link.
#[derive(Debug)]
pub struct LinkDraft {
    /// What the person calls it.
    pub note: String,
    /// A custom id; empty for a generated one.
    pub id: String,
    /// Whether only signed URLs will open the image.
    pub require_signed_urls: bool,
    /// How long the link works, in minutes.
    pub minutes: u32,
    /// What is written about the image.
    pub metadata: MetadataDraft,
}

impl Default for LinkDraft {
    fn default() -> Self {
        Self {
            note: String::new(),
            id: String::new(),
            require_signed_urls: false,
            minutes: 30,
            metadata: MetadataDraft::default(),
        }
    }
}

/// Options for new uploads, as they are typed.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct UploadDraft {
    /// Whether only signed URLs will open the images.
    pub require_signed_urls: bool,
    /// How ids are made; kept, but not used, while signed URLs are on.
    pub id_template: String,
    /// What is written about each image.
    pub metadata: MetadataDraft,
    /// Who the images belong to.
    pub creator: String,
}

impl UploadDraft {
    /// The options that these words mean.
    ///
    /// # Errors
    /// Metadata that cannot be read or is too long.
    pub fn spec(&self) -> Result<UploadSpec, MetadataError> {
        Ok(UploadSpec {
            require_signed_urls: self.require_signed_urls,
            // Private images cannot keep a custom id; the panel says so at the switch.
            id_template: crate::model::IdTemplate(if self.require_signed_urls {
                String::new()
            } else {
                self.id_template.clone()
            }),
            metadata: self.metadata.read()?,
            creator: Some(self.creator.trim().to_owned()).filter(|creator| !creator.is_empty()),
        })
    }
}

/// Metadata being edited: as rows of keys and values, or as the text of a JSON object.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct MetadataDraft {
    /// Keys and values as they are typed.
    pub rows: Vec<MetadataRow>,
    /// The text, while it is edited as JSON.
    pub json: Option<String>,
}

/// One field being edited.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct MetadataRow {
    /// The key.
    pub key: String,
    /// The value as text: a string as it is, anything else as JSON.
    pub text: String,
    /// Whether the value was something other than a string, and is read as JSON again.
    pub is_json: bool,
}

impl MetadataDraft {
    /// A draft that is equal to what is saved.
    #[must_use]
    pub fn of(metadata: &Metadata) -> Self {
        let rows = metadata.as_object().iter().map(|(key, value)| match value {
            Value::String(text) => MetadataRow {
                key: key.clone(),
                text: text.clone(),
                is_json: false,
            },
            other => MetadataRow {
                key: key.clone(),
                text: other.to_string(),
                is_json: true,
            },
        });
        Self {
            rows: rows.collect(),
            json: None,
        }
    }

    /// The metadata that is typed. Rows without a key and a value are not there; of two rows with
    /// the same key the last one counts.
    ///
    /// # Errors
    /// JSON that cannot be read, or more than the limit.
    pub fn read(&self) -> Result<Metadata, MetadataError> {
        if let Some(json) = &self.json {
            return if json.trim().is_empty() {
                Ok(Metadata::default())
            } else {
                Metadata::parse(json)
            };
        }
        let metadata = self.unchecked();
        metadata.check()?;
        Ok(metadata)
    }

    /// Bytes that are typed so far, for the meter; the text's own length while it is no JSON.
    #[must_use]
    pub fn len_bytes(&self) -> usize {
        match &self.json {
            Some(json) => match Metadata::parse(json) {
                Ok(metadata) => metadata.len_bytes(),
                Err(MetadataError::TooLong(len)) => len,
                Err(_) => json.len(),
            },
            None => self.unchecked().len_bytes(),
        }
    }

    /// Goes on as text, or back to rows if the text can be read.
    ///
    /// # Errors
    /// What is wrong with the text; nothing changes then.
    pub fn toggle_json(&mut self) -> Result<(), MetadataError> {
        *self = match &self.json {
            Some(json) if json.trim().is_empty() => Self::default(),
            Some(json) => match Metadata::parse(json) {
                Err(MetadataError::TooLong(_)) => {
                    let object = serde_json::from_str(json).unwrap_or_default();
                    Self::of(&Metadata::from_object(object))
                }
                other => Self::of(&other?),
            },
            None => Self {
                rows: Vec::new(),
                json: Some(self.unchecked().to_pretty_string()),
            },
        };
        Ok(())
    }

    fn unchecked(&self) -> Metadata {
        let mut metadata = Metadata::default();
        for row in &self.rows {
            let key = row.key.trim();
            if key.is_empty() && row.text.trim().is_empty() {
                continue;
            }
            let value = if row.is_json {
                serde_json::from_str(&row.text).unwrap_or_else(|_| Value::String(row.text.clone()))
            } else {
                Value::String(row.text.clone())
            };
            metadata.as_object_mut().insert(key.to_owned(), value);
        }
        metadata
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_survives_being_shown_as_rows_and_as_text() {
        let metadata =
            Metadata::parse(r#"{"team":"web","n":1,"deep":{"a":[1,2]},"t":"7"}"#).unwrap();
        let mut draft = MetadataDraft::of(&metadata);
        assert_eq!(draft.read().unwrap(), metadata);
        draft.toggle_json().unwrap();
        assert_eq!(draft.read().unwrap(), metadata);
        draft.toggle_json().unwrap();
        assert_eq!(draft, MetadataDraft::of(&metadata));
    }

    #[test]
    fn text_that_is_no_json_stays_as_it_was_typed() {
        let mut draft = MetadataDraft {
            rows: Vec::new(),
            json: Some("{\"a\":".to_owned()),
        };
        assert!(draft.toggle_json().is_err());
        assert_eq!(draft.json.as_deref(), Some("{\"a\":"));
        assert_eq!(draft.len_bytes(), 5);
    }

    #[test]
    fn signed_uploads_leave_the_id_to_the_service_and_keep_the_template_for_later() {
        let draft = UploadDraft {
            require_signed_urls: true,
            id_template: "{name}".to_owned(),
            ..Default::default()
        };
        assert!(draft.spec().unwrap().id_template.is_empty());
        assert_eq!(draft.id_template, "{name}");
    }
}
