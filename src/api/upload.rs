//! Uploads: a file, bytes or a URL, streamed and counted.

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use http::Method;
use http::header::ACCEPT;
use reqwest::multipart::{Form, Part};
use url::Url;

use super::classify::Place;
use super::connection::error_from_transport;
use super::form::{Content, Meter};
use super::request::Answer;
use super::{Editor, Error, ErrorKind, Result};
use crate::model::{Image, ImageId, Metadata, Secret};
use crate::wire::ImageDocument;
use crate::wire::image::image_from_document;

/// The longest file name the service keeps, in characters.
const MAX_NAME_CHARS: usize = 255;

/// Where a picture comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum UploadBody {
    /// A file of this computer, read while it is sent.
    File(PathBuf),
    /// Bytes in memory.
    Bytes(Bytes),
    /// A URL that the service fetches by itself; it may hold a password.
    Url(Secret<String>),
}

/// A picture and what to store with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Upload {
    /// Where it comes from.
    pub body: UploadBody,
    /// The name that the image will show; `None` takes the file's own.
    pub file_name: Option<String>,
    /// A custom id; `None` lets the service make one.
    pub id: Option<ImageId>,
    /// The image's metadata.
    pub metadata: Metadata,
    /// Whether only signed URLs will open it; not together with a custom id.
    pub require_signed_urls: bool,
    /// Free text that tells who it belongs to.
    pub creator: Option<String>,
}

impl Upload {
    /// A picture with nothing beside it.
    #[must_use]
    pub fn new(body: UploadBody) -> Self {
        Self {
            body,
            file_name: None,
            id: None,
            metadata: Metadata::default(),
            require_signed_urls: false,
            creator: None,
        }
    }
}

/// Who takes the form.
pub(super) enum Receiver {
    /// The API, with the token.
    Api,
    /// A one-time URL: whoever answers there gets no token.
    OneTimeUrl(Url),
}

impl Editor {
    /// Uploads a picture. Sent once: without an id a second try may store it twice, so when the
    /// error [`is in doubt`](Error::is_in_doubt), reserving first ([`Editor::reserve`]) is the
    /// way that can be resumed.
    ///
    /// `progress` is told bytes handed to the connection and bytes in all; it is not called for a
    /// URL. Dropping the future closes the connection.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`], [`ErrorKind::UnsupportedType`], [`ErrorKind::Damaged`],
    /// [`ErrorKind::Conflict`], [`ErrorKind::InvalidId`], [`ErrorKind::PrivateCustomId`],
    /// [`ErrorKind::MetadataInvalid`], [`ErrorKind::UrlNotFetched`], [`ErrorKind::LimitReached`],
    /// [`ErrorKind::FileUnreadable`], [`ErrorKind::FileChanged`], [`ErrorKind::UploadTooSlow`];
    /// see [`ErrorKind`].
    pub async fn upload(
        &self,
        upload: Upload,
        progress: impl Fn(u64, u64) + Send + Sync + 'static,
    ) -> Result<Image> {
        let mut fields = vec![("requireSignedURLs", upload.require_signed_urls.to_string())];
        if let Some(id) = &upload.id {
            fields.push(("id", id.as_str().to_owned()));
        }
        if !upload.metadata.is_empty() {
            fields.push(("metadata", upload.metadata.to_string()));
        }
        if let Some(creator) = upload.creator {
            fields.push(("creator", creator));
        }
        self.send_form(
            Receiver::Api,
            fields,
            upload.body,
            upload.file_name,
            progress,
        )
        .await
    }

    pub(super) async fn send_form(
        &self,
        receiver: Receiver,
        fields: Vec<(&'static str, String)>,
        body: UploadBody,
        file_name: Option<String>,
        progress: impl Fn(u64, u64) + Send + Sync + 'static,
    ) -> Result<Image> {
        let mut form = Form::new();
        // Fields first: a server can then refuse an id before the picture is on its way.
        for (name, value) in fields {
            form = form.text(name, value);
        }
        let name = file_name.or_else(|| name_of(&body));
        let content = match body {
            UploadBody::File(path) => Some(Content::open(&path).await?),
            UploadBody::Bytes(bytes) => Some(Content::Bytes(bytes)),
            UploadBody::Url(url) => {
                form = form.text("url", url.expose().clone());
                None
            }
        };
        let meter = match content {
            Some(content) => {
                let meter = Meter::new(content.len(), progress);
                let name = name.unwrap_or_else(|| "upload".to_owned());
                let (len, media_type) = (content.len(), content.media_type());
                let body = content.into_body(Arc::clone(&meter));
                let part = Part::stream_with_length(body, len)
                    .file_name(form_name(&name))
                    .mime_str(media_type)
                    .map_err(error_from_transport)?;
                form = form.part("file", part);
                meter
            }
            None => Meter::new(0, |_, _| {}),
        };
        self.send_metered(receiver, form, &meter).await
    }

    async fn send_metered(
        &self,
        receiver: Receiver,
        form: Form,
        meter: &Arc<Meter>,
    ) -> Result<Image> {
        let (place, permit, request) = match receiver {
            Receiver::Api => {
                let permit = self.admit().await?;
                let url = self.inner.endpoint.account_url("images/v1")?;
                let request = self.authorized(Method::POST, url);
                (Place::Api, Some(permit), request)
            }
            Receiver::OneTimeUrl(url) => (Place::UploadUrl, None, self.inner.http.post(url)),
        };
        let settings = &self.inner.settings;
        meter.touch();
        let sending = request
            .header(ACCEPT, "application/json")
            .multipart(form)
            .send();
        let response = tokio::select! {
            response = sending => response,
            () = self.stalled(meter) => {
                let kind = if meter.is_complete() { ErrorKind::Timeout } else { ErrorKind::UploadTooSlow };
                return Err(Error::new(kind, "nothing moved"));
            }
        };
        // Our own side's fault explains the transport's error.
        if let Some(failure) = meter.take_failure() {
            return Err(failure);
        }
        let response = response.map_err(error_from_transport)?;
        if place == Place::Api {
            let governor = &self.inner.governor;
            governor.observe(response.status().as_u16(), response.headers());
        }
        let answer = Answer::new(response, settings.answer, permit);
        let document: Option<ImageDocument> = answer.envelope(place, self.secret()).await?;
        document
            .map(image_from_document)
            .ok_or_else(|| Error::new(ErrorKind::NotUnderstood, "the answer has no result"))
    }

    /// Ends when nothing has moved for too long.
    async fn stalled(&self, meter: &Meter) {
        let settings = &self.inner.settings;
        loop {
            let wait = if meter.is_complete() {
                settings.upload_answer
            } else if meter.has_begun() {
                settings.stall
            } else {
                settings.connect + settings.stall
            };
            let deadline = meter.last_move() + wait;
            if tokio::time::Instant::now() >= deadline {
                return;
            }
            tokio::time::sleep_until(deadline).await;
        }
    }
}

fn name_of(body: &UploadBody) -> Option<String> {
    match body {
        UploadBody::File(path) => Some(path.file_name()?.to_string_lossy().into_owned()),
        UploadBody::Bytes(_) | UploadBody::Url(_) => None,
    }
}

/// A name as browsers write it into a form: raw UTF-8, quotes and line breaks percent-encoded,
/// at most 255 characters.
fn form_name(name: &str) -> String {
    let name: String = name.chars().take(MAX_NAME_CHARS).collect();
    name.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_written_as_browsers_do() {
        assert_eq!(
            form_name("größe 写真 \"1\"\n.png"),
            "größe 写真 %221%22%0A.png"
        );
        assert_eq!(form_name(&"é".repeat(300)).chars().count(), 255);
    }
}
