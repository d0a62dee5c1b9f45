//! The making of a rendition that is not in the cache.

use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::model::flexible::{FlexibleOptions, OutputChoice};
use crate::server::Context;
use crate::server::library::{
    Content, LibraryError, NotRendered, Rendition, RenditionKey, blocking,
};
use crate::transform::{self, Accepts, Format, Original, TransformError};

/// Everything that the rendition depends on. The number in front changes with the way pixels are
/// made, so that a new program does not hand out what an old one made.
pub(super) fn key(content: &Content, options: &FlexibleOptions, accepts: Accepts) -> RenditionKey {
    let mut hasher = Sha256::new();
    hasher.update(b"4\0");
    hasher.update(content.hash.0);
    hasher.update([u8::from(accepts.avif), u8::from(accepts.webp)]);
    hasher.update(options.to_segment());
    RenditionKey(hasher.finalize().into())
}

/// The stored file and what its header says.
async fn open(cx: &Context, content: &Content) -> Result<Original, NotRendered> {
    let (blobs, hash) = (cx.server.library.blobs.clone(), content.hash);
    let work = move || match blobs.read(hash) {
        Ok(Some(bytes)) => Original::open(bytes.into()).map_err(|error| not_rendered(&error)),
        Ok(None) => Err(internal(&LibraryError::Missing)),
        Err(error) => Err(internal(&error)),
    };
    blocking(work)
        .await
        .unwrap_or_else(|error| Err(internal(&error)))
}

/// Renders, when there is a core for it.
pub(super) async fn make(
    cx: &Context,
    content: &Content,
    options: &FlexibleOptions,
    accepts: Accepts,
) -> Result<Rendition, NotRendered> {
    let ended = |error: LibraryError| internal(&error);
    let mut core = cx.server.core().await.map_err(ended)?;
    let mut original = open(cx, content).await?;
    let mut heavy = None;
    if transform::is_heavy(&original, options) {
        // Who waits for heavy work keeps neither the bytes nor a core meanwhile.
        drop((core, original));
        heavy = Some(cx.server.heavy().await.map_err(ended)?);
        core = cx.server.core().await.map_err(ended)?;
        original = open(cx, content).await?;
    }
    let options = options.clone();
    let work = move || {
        // Held until the work is done, even when nobody waits for it any more.
        let _permits = (heavy, core);
        let file_size = original.bytes().len();
        let rendition = transform::render(&original, &options, accepts)
            .map_err(|error| not_rendered(&error))?;
        let is_document = options.format == OutputChoice::Json;
        let (media_type, mut bytes) = if is_document {
            let facts = original.facts();
            let format = facts.format.content_type();
            let document = if facts.format == Format::Svg {
                json!({ "format": format })
            } else {
                json!({
                    "width": rendition.size.width,
                    "height": rendition.size.height,
                    "original": {
                        "file_size": file_size,
                        "width": facts.size.width,
                        "height": facts.size.height,
                        "format": format,
                    },
                })
            };
            ("application/json", document.to_string().into_bytes())
        } else {
            (rendition.format.content_type(), rendition.bytes)
        };
        // Encoders reserve much more than they fill, and what is cached stays for long.
        bytes.shrink_to_fit();
        Ok(Rendition {
            media_type: media_type.to_owned(),
            warnings: rendition.warnings,
            bytes: bytes.into(),
        })
    };
    blocking(work)
        .await
        .unwrap_or_else(|error| Err(internal(&error)))
}

fn internal(error: &dyn std::fmt::Display) -> NotRendered {
    tracing::error!(%error, "could not make a rendition");
    NotRendered {
        status: 500,
        code: 9523,
        message: "Internal error".to_owned(),
    }
}

fn not_rendered(error: &TransformError) -> NotRendered {
    let (status, code) = error.delivery_code();
    let text = error.to_string();
    let mut letters = text.chars();
    // Our errors are lower case; the first letter of an answer is not.
    let sentence = letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect::<String>())
        .unwrap_or_default();
    let message = if matches!(code, 9412 | 9413 | 9516) {
        format!("Could not resize the image: {text}")
    } else {
        sentence
    };
    NotRendered {
        status,
        code,
        message,
    }
}
