//! Direct creator uploads: reserve an id and a one-time URL, and send a file there.

use http::Method;
use jiff::Timestamp;

use super::request::Call;
use super::retry::Repeat;
use super::upload::{Receiver, UploadBody};
use super::{Editor, Result};
use crate::model::direct_upload::DEFAULT_LIFE;
use crate::model::{DirectUpload, Image, ImageId, Metadata, Secret};
use crate::wire::DirectUploadDocument;

/// What to reserve.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DirectUploadSpec {
    /// A custom id; `None` lets the service make one.
    pub id: Option<ImageId>,
    /// The image's metadata.
    pub metadata: Metadata,
    /// Whether only signed URLs will open it; not together with a custom id.
    pub require_signed_urls: bool,
    /// Free text that tells who it belongs to.
    pub creator: Option<String>,
    /// Until when the URL works, 2 minutes to 6 hours from now; `None` for half an hour.
    pub expires: Option<Timestamp>,
}

impl Editor {
    /// Reserves an id and a URL that takes one file without a token.
    ///
    /// Harmless to repeat, as an unused draft expires. With a custom id, though, a lost answer
    /// leaves the id to a draft whose URL nobody knows, and the next try would meet
    /// [`super::ErrorKind::Conflict`] with our own draft; so then it is not repeated.
    ///
    /// # Errors
    /// [`super::ErrorKind::Conflict`] when the id is taken,
    /// [`super::ErrorKind::PrivateCustomId`], [`super::ErrorKind::Rejected`] when `expires` is
    /// out of bounds; see [`super::ErrorKind`].
    pub async fn reserve(&self, spec: &DirectUploadSpec) -> Result<DirectUpload> {
        let url = self.inner.endpoint.account_url("images/v2/direct_upload")?;
        let expires = spec
            .expires
            .unwrap_or_else(|| Timestamp::now() + DEFAULT_LIFE);
        let mut fields = vec![
            ("requireSignedURLs", spec.require_signed_urls.to_string()),
            // Whole seconds, rounded up, so that two minutes are not a moment less.
            ("expiry", text_of_expiry(expires)),
        ];
        if let Some(id) = &spec.id {
            fields.push(("id", id.as_str().to_owned()));
        }
        if !spec.metadata.is_empty() {
            fields.push(("metadata", spec.metadata.to_string()));
        }
        if let Some(creator) = &spec.creator {
            fields.push(("creator", creator.clone()));
        }
        let repeat = if spec.id.is_some() {
            Repeat::IfNotCarriedOut
        } else {
            Repeat::Always
        };
        let call = Call::new(Method::POST, url).form(fields).repeating(repeat);
        let document: DirectUploadDocument = self.ask(call).await?;
        Ok(DirectUpload {
            id: ImageId::from_server(document.id),
            url: document.upload_url.into(),
            expires,
        })
    }

    /// Sends a file to a one-time URL, without the token. Once, whatever comes of it: when the
    /// error [`is in doubt`](super::Error::is_in_doubt), the details of the reserved id tell.
    ///
    /// `progress` is told bytes handed over and bytes in all.
    ///
    /// # Errors
    /// [`super::ErrorKind::LinkExpired`], [`super::ErrorKind::NotFound`] when the draft is gone,
    /// [`super::ErrorKind::Conflict`] when a file arrived before; and as [`Editor::upload`].
    pub async fn send_to(
        &self,
        url: &Secret<String>,
        body: UploadBody,
        file_name: Option<String>,
        progress: impl Fn(u64, u64) + Send + Sync + 'static,
    ) -> Result<Image> {
        let url = self.inner.endpoint.foreign_url(url.expose())?;
        let receiver = Receiver::OneTimeUrl(url);
        self.send_form(receiver, Vec::new(), body, file_name, progress)
            .await
    }
}

fn text_of_expiry(expires: Timestamp) -> String {
    let up = i64::from(expires.subsec_nanosecond() > 0);
    let whole = Timestamp::from_second(expires.as_second() + up).unwrap_or(expires);
    whole.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expiry_is_written_in_whole_seconds_and_never_earlier() {
        let text = |time: &str| text_of_expiry(time.parse().unwrap());
        assert_eq!(text("2026-01-01T00:00:00Z"), "2026-01-01T00:00:00Z");
        assert_eq!(text("2026-01-01T00:00:00.001Z"), "2026-01-01T00:00:01Z");
    }
}
