//! Delivery: a rendition as a browser would get it.

use bytes::Bytes;
use http::header::ACCEPT;
use tokio::time::timeout;

use super::classify::Place;
use super::connection::error_from_transport;
use super::request::Answer;
use super::retry::{Repeat, repeat};
use super::{Client, Error, ErrorKind, Result};

/// The longest rendition that is received.
const MAX_RENDITION_BYTES: usize = 64 << 20;

/// A rendition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// The encoded picture.
    pub bytes: Bytes,
    /// Its media type.
    pub content_type: String,
    /// Names these bytes.
    pub etag: Option<String>,
    /// Remarks of the service, such as that a size was not reached.
    pub warnings: Vec<String>,
}

impl Client {
    /// Fetches a rendition. `url` may be signed and never appears in an error; it has to be on the
    /// endpoint's own delivery host. `accept` decides about the format, e.g. `image/webp,image/*`.
    ///
    /// No token is sent, and the account's limit of requests does not apply.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] for an unknown image or variant, [`ErrorKind::SignatureNeeded`],
    /// [`ErrorKind::FlexibleOff`], [`ErrorKind::NotUnderstood`] when it is no picture; see
    /// [`ErrorKind`].
    pub async fn fetch_delivery(&self, url: &str, accept: &str) -> Result<Delivered> {
        let url = self.inner.endpoint.delivery_url(url)?;
        let settings = &self.inner.settings;
        let patience = settings.retry.patience(self.priority);
        let url = &url;
        repeat(
            &settings.retry,
            patience,
            Repeat::Always,
            self.observer.as_ref(),
            || async move {
                let request = self.inner.http.get(url.clone()).header(ACCEPT, accept);
                let response = timeout(settings.connect + settings.answer, request.send())
                    .await
                    .map_err(|_elapsed| Error::new(ErrorKind::Timeout, "no answer"))?
                    .map_err(error_from_transport)?;
                let answer = Answer::new(response, settings.answer, None);
                let answer = answer
                    .require_success(Place::Delivery, self.secret())
                    .await?;
                delivered(answer).await
            },
        )
        .await
        .result
    }
}

async fn delivered(mut answer: Answer) -> Result<Delivered> {
    let content_type = answer.content_type();
    // An error line or a web page must never be taken for a picture.
    if !content_type.starts_with("image/") {
        return Err(Error::told(
            ErrorKind::NotUnderstood,
            answer.response.status().as_u16(),
            None,
            "the answer is no picture".to_owned(),
            None,
        ));
    }
    let warnings = answer.response.headers().get_all("warning").iter();
    let warnings = warnings.filter_map(|value| Some(warning_text(value.to_str().ok()?)));
    Ok(Delivered {
        warnings: warnings.collect(),
        etag: answer.header("etag").map(str::to_owned),
        content_type,
        bytes: answer.bytes(MAX_RENDITION_BYTES).await?,
    })
}

/// `cf-images 299 "text"` without what is around the text.
fn warning_text(value: &str) -> String {
    let text = value.split_once('"').map_or(value, |(_, rest)| rest);
    text.trim_end_matches('"').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_is_its_text() {
        assert_eq!(
            warning_text(r#"cf-images 299 "original is smaller""#),
            "original is smaller"
        );
        assert_eq!(warning_text("odd"), "odd");
    }
}
