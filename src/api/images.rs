//! Images: lists, details, originals, changes, deletion.

use bytes::Bytes;
use futures_util::stream::{self, Stream};
use http::Method;
use url::Url;

use super::request::{Answer, Call};
use super::{Client, Editor, Error, ErrorKind, Result};
use crate::model::delivery::api_segment;
use crate::model::{Image, ImageChange, ImageId, PageSize, SortOrder};
use crate::wire::image::{image_from_document, patch_from_change};
use crate::wire::{ImageDocument, ImageListDocument};

/// Asks for the page after the one it came with; opaque.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ContinuationToken(String);

impl ContinuationToken {
    /// A token that was stored.
    pub fn from_stored(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The token as text, to store it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Which images to list. All but `after` has to stay the same from page to page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListQuery {
    /// Images per page.
    pub per_page: PageSize,
    /// The order by time of upload.
    pub sort: SortOrder,
    /// Only images with exactly this creator; the empty text asks for those without one.
    pub creator: Option<String>,
    /// The page after this one; `None` for the first.
    pub after: Option<ContinuationToken>,
}

/// One page of a list. Drafts are never in it.
#[derive(Clone, Debug, PartialEq)]
pub struct ImagePage {
    /// Its images.
    pub images: Vec<Image>,
    /// Asks for the next page; `None` on the last one.
    pub next: Option<ContinuationToken>,
}

/// An original as it comes in.
pub struct Blob {
    /// The media type as the server names it.
    pub content_type: String,
    /// Its length in bytes, where the server tells.
    pub length: Option<u64>,
    answer: Answer,
}

/// The beginning of an original.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlobPrefix {
    /// The first bytes, no more than asked for.
    pub bytes: Bytes,
    /// The length of the whole, where the server tells.
    pub length: Option<u64>,
    /// The media type as the server names it.
    pub content_type: String,
}

impl Client {
    /// One page of the account's images.
    ///
    /// # Errors
    /// See [`ErrorKind`].
    pub async fn list(&self, query: &ListQuery) -> Result<ImagePage> {
        let mut url = self.inner.endpoint.account_url("images/v2")?;
        {
            let mut pairs = url.query_pairs_mut();
            pairs.append_pair("per_page", &query.per_page.get().to_string());
            let order = match query.sort {
                SortOrder::Newest => "desc",
                SortOrder::Oldest => "asc",
            };
            pairs.append_pair("sort_order", order);
            if let Some(creator) = &query.creator {
                pairs.append_pair("creator", creator);
            }
            if let Some(token) = &query.after {
                pairs.append_pair("continuation_token", token.as_str());
            }
        }
        let document: ImageListDocument = self.ask(Call::get(url)).await?;
        let token = document
            .continuation_token
            .filter(|token| !token.is_empty());
        Ok(ImagePage {
            images: document
                .images
                .into_iter()
                .map(image_from_document)
                .collect(),
            next: token.map(ContinuationToken),
        })
    }

    /// One image, drafts included.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`]; see [`ErrorKind`].
    pub async fn details(&self, id: &ImageId) -> Result<Image> {
        let document: ImageDocument = self.ask(Call::get(self.image_url(id, "")?)).await?;
        Ok(image_from_document(document))
    }

    /// The original, piece by piece.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], also for drafts; see [`ErrorKind`].
    pub async fn blob(&self, id: &ImageId) -> Result<Blob> {
        self.fetch(self.blob_call(id)?, |answer| async { begin_blob(answer) })
            .await
    }

    /// The original as a whole, if it has at most `limit` bytes.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] when it is longer; as [`Client::blob`].
    pub async fn blob_bytes(&self, id: &ImageId, limit: usize) -> Result<Bytes> {
        self.fetch(self.blob_call(id)?, |answer| async move {
            begin_blob(answer)?.answer.bytes(limit).await
        })
        .await
    }

    /// The first `limit` bytes of the original, enough for its size in pixels and its EXIF data.
    /// The rest is not received: the connection is dropped.
    ///
    /// # Errors
    /// As [`Client::blob`].
    pub async fn blob_prefix(&self, id: &ImageId, limit: usize) -> Result<BlobPrefix> {
        self.fetch(self.blob_call(id)?, |answer| async move {
            let mut blob = begin_blob(answer)?;
            Ok(BlobPrefix {
                bytes: blob.answer.prefix(limit).await?,
                length: blob.length,
                content_type: blob.content_type,
            })
        })
        .await
    }

    fn blob_call(&self, id: &ImageId) -> Result<Call> {
        Ok(Call::get(self.image_url(id, "/blob")?).accepting("image/*"))
    }

    fn image_url(&self, id: &ImageId, tail: &str) -> Result<Url> {
        let segment = segment(id.as_str())?;
        if ImageId::RESERVED.contains(&id.as_str()) {
            // It would be another call: DELETE …/v1/keys is no deletion of an image.
            return Err(Error::new(ErrorKind::InvalidId, "a word of the API"));
        }
        self.inner
            .endpoint
            .account_url(&format!("images/v1/{segment}{tail}"))
    }
}

impl Editor {
    /// Changes what is `Some` in `change`. Go on with the id of the answer.
    ///
    /// # Errors
    /// [`ErrorKind::PrivateCustomId`], [`ErrorKind::MetadataInvalid`], [`ErrorKind::NotFound`];
    /// see [`ErrorKind`].
    pub async fn edit(&self, id: &ImageId, change: ImageChange) -> Result<Image> {
        let call = Call::new(Method::PATCH, self.image_url(id, "")?);
        let document: ImageDocument = self.ask(call.json(&patch_from_change(change))).await?;
        Ok(image_from_document(document))
    }

    /// Deletes an image for good.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when it was gone before; see [`ErrorKind`].
    pub async fn delete(&self, id: &ImageId) -> Result<()> {
        let call = Call::new(Method::DELETE, self.image_url(id, "")?);
        let outcome = self.try_tell(call).await;
        match outcome.result {
            // The try whose answer was lost had done it.
            Err(error) if error.kind() == &ErrorKind::NotFound && outcome.attempts > 1 => Ok(()),
            result => result,
        }
    }
}

impl Blob {
    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// [`ErrorKind::Timeout`] or [`ErrorKind::Connection`] when it breaks off.
    pub async fn next_chunk(&mut self) -> Result<Option<Bytes>> {
        self.answer.chunk().await
    }

    /// The pieces as a stream.
    pub fn into_stream(self) -> impl Stream<Item = Result<Bytes>> + Send {
        stream::try_unfold(self, |mut blob| async move {
            Ok(blob.next_chunk().await?.map(|chunk| (chunk, blob)))
        })
    }
}

/// A picture and nothing else: a sign-in page with status 200 must not become a file.
fn begin_blob(answer: Answer) -> Result<Blob> {
    let content_type = answer.content_type();
    let is_picture = content_type.is_empty()
        || content_type.starts_with("image/")
        || content_type == "application/octet-stream";
    if !is_picture {
        return Err(Error::told(
            ErrorKind::NotUnderstood,
            answer.response.status().as_u16(),
            None,
            "the answer is no picture".to_owned(),
            None,
        ));
    }
    Ok(Blob {
        length: answer.response.content_length(),
        content_type,
        answer,
    })
}

/// A text as one segment of a path. `.` and `..` would be taken as steps through the path and
/// nothing as no segment at all, so that another call would be made.
pub(super) fn segment(text: &str) -> Result<String> {
    if matches!(text, "" | "." | "..") {
        return Err(Error::new(ErrorKind::InvalidId, "no path can hold this"));
    }
    Ok(api_segment(&ImageId::from_server(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_id_can_become_another_call() {
        assert!(segment("..").is_err() && segment(".").is_err() && segment("").is_err());
        let base = "http://127.0.0.1/v1/";
        for id in [
            "a/../b", "../x", "%2e%2e", "..%2f", "?a", "#a", "\\..\\", "a\tb", "a//b",
        ] {
            let url = Url::parse(&format!("{base}{}", segment(id).unwrap())).unwrap();
            assert_eq!(url.path_segments().unwrap().count(), 2, "{id}: {url}");
            assert_eq!((url.query(), url.fragment()), (None, None));
        }
    }
}
