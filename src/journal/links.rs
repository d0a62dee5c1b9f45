//! Upload links that the person made: one-time URLs to give to somebody else.

use jiff::Timestamp;
use rusqlite::named_params;

use super::rows::time_from_row;
use super::{Journal, Result};
use crate::model::{DirectUpload, ImageId, ProfileId, Secret};

/// A link that the person made; whether it was used, the service knows.
#[derive(Clone, Debug, PartialEq)]
pub struct UploadLink {
    /// The reserved id and its URL.
    pub upload: DirectUpload,
    /// What the person wrote about it.
    pub note: String,
    /// When it was made.
    pub created: Timestamp,
}

impl Journal {
    /// Keeps a link: its URL is told once by the service, and never again.
    ///
    /// # Errors
    /// [`super::JournalError`] when it could not be written.
    pub fn add_link(
        &self,
        profile: &ProfileId,
        upload: &DirectUpload,
        note: &str,
    ) -> Result<UploadLink> {
        let link = UploadLink {
            upload: upload.clone(),
            note: note.to_owned(),
            created: Timestamp::now(),
        };
        self.state().connection.execute(
            "INSERT OR REPLACE INTO links
                 (profile, image_id, upload_url, expires_us, created_us, note)
             VALUES (:profile, :image, :url, :expires, :created, :note)",
            named_params! {
                ":profile": profile.as_str(),
                ":image": upload.id.as_str(),
                ":url": upload.url.expose(),
                ":expires": upload.expires.as_microsecond(),
                ":created": link.created.as_microsecond(),
                ":note": note,
            },
        )?;
        Ok(link)
    }

    /// The links of a profile, the newest first.
    ///
    /// # Errors
    /// [`super::JournalError`] when they could not be read.
    pub fn links(&self, profile: &ProfileId) -> Result<Vec<UploadLink>> {
        let state = self.state();
        let mut statement = state.connection.prepare_cached(
            "SELECT image_id, upload_url, expires_us, created_us, note FROM links
             WHERE profile = :profile ORDER BY created_us DESC, image_id",
        )?;
        let links = statement.query_map(named_params! { ":profile": profile.as_str() }, |row| {
            Ok(UploadLink {
                upload: DirectUpload {
                    id: ImageId::from_server(row.get::<_, String>("image_id")?),
                    url: Secret::new(row.get("upload_url")?),
                    expires: time_from_row(row, "expires_us")?,
                },
                note: row.get("note")?,
                created: time_from_row(row, "created_us")?,
            })
        })?;
        Ok(links.collect::<rusqlite::Result<_>>()?)
    }

    /// Forgets a link; whether it still works is the service's matter.
    ///
    /// # Errors
    /// [`super::JournalError`] when it could not be written.
    pub fn remove_link(&self, profile: &ProfileId, image: &ImageId) -> Result<()> {
        self.state().connection.execute(
            "DELETE FROM links WHERE profile = :profile AND image_id = :image",
            named_params! { ":profile": profile.as_str(), ":image": image.as_str() },
        )?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    #[test]
    fn an_upload_link_can_be_copied_again_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let journal = journal_in(folder.path());
        let upload = DirectUpload {
            id: ImageId::from_server("draft"),
            url: Secret::new(URL.to_owned()),
            expires: at(1800),
        };
        journal.add_link(&profile(), &upload, "for Ann").unwrap();
        drop(journal);
        let journal = journal_in(folder.path());
        let links = journal.links(&profile()).unwrap();
        assert_eq!(
            (&links[0].upload, links[0].note.as_str()),
            (&upload, "for Ann")
        );
        assert!(!format!("{links:?}").contains("canary"));
        journal.remove_link(&profile(), &upload.id).unwrap();
        assert_eq!(journal.links(&profile()).unwrap(), []);
    }
}
