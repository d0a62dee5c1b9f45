//! Changes and deletions: each image on its own, several at a time, told as they are confirmed.

use std::collections::HashSet;
use std::sync::Arc;

use futures_util::StreamExt;

use crate::model::{ByteSize, ImageChange, ImageId, Problem};
use crate::transform;

use super::event::{Event, Inspection};
use super::lanes::{Events, blocking};
use super::request::ImageEdit;
use super::session::Session;

/// Writes under way at the same time.
const AT_ONCE: usize = 4;

/// Enough of an original to know its size: headers of camera files are long.
const HEADER_BYTES: usize = 256 * 1024;

/// Asks for an image's details, and looks at the first bytes of its original.
pub(super) async fn inspect(session: Arc<Session>, events: Events, id: ImageId) {
    let result = inspection(&session, &id).await.map(Box::new);
    events.send(Event::Inspected { id, result }).await;
}

async fn inspection(session: &Session, id: &ImageId) -> Result<Inspection, Problem> {
    let image = session
        .client()
        .details(id)
        .await
        .map_err(|error| Problem::from(&error))?;
    session.learn_from(&image);
    if image.is_draft {
        return Ok(Inspection {
            image,
            original_size: None,
            original_format: None,
            original_bytes: None,
        });
    }
    // No endpoint tells the size of an original, so its header is read. Without it the rest is
    // still worth showing.
    let (facts, bytes) = match session.client().blob_prefix(id, HEADER_BYTES).await {
        Ok(prefix) => {
            let total = prefix.length;
            (
                blocking(move || transform::probe(&prefix.bytes).ok()).await?,
                total.map(ByteSize),
            )
        }
        Err(error) => {
            tracing::debug!(%error, "the original's header could not be read");
            (None, None)
        }
    };
    Ok(Inspection {
        image,
        original_size: facts
            .as_ref()
            .map(|facts| facts.size)
            .filter(|size| !size.is_empty()),
        original_format: facts.map(|facts| facts.format.name().to_owned()),
        original_bytes: bytes,
    })
}

/// Changes images.
pub(super) async fn edit(session: Arc<Session>, events: Events, edits: Vec<ImageEdit>) {
    futures_util::stream::iter(edits)
        .for_each_concurrent(AT_ONCE, |edit| {
            let (session, events) = (Arc::clone(&session), events.clone());
            async move {
                let result = change_one(&session, &edit.id, edit.change)
                    .await
                    .map(Box::new);
                events
                    .send(Event::ImageChanged {
                        id: edit.id,
                        result,
                    })
                    .await;
            }
        })
        .await;
}

async fn change_one(
    session: &Session,
    id: &ImageId,
    change: ImageChange,
) -> Result<crate::model::Image, Problem> {
    let image = session
        .editor()
        .edit(id, change)
        .await
        .map_err(|error| Problem::from(&error))?;
    session.listing().replace(id, &image).await;
    Ok(image)
}

/// Deletes images for good.
pub(super) async fn delete(session: Arc<Session>, events: Events, ids: Vec<ImageId>) {
    let results: Vec<(ImageId, Result<(), Problem>)> = futures_util::stream::iter(ids)
        .map(|id| {
            let session = Arc::clone(&session);
            async move {
                let result = session
                    .editor()
                    .delete(&id)
                    .await
                    .map_err(|error| Problem::from(&error));
                (id, result)
            }
        })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let mut deleted = Vec::new();
    let mut failed = Vec::new();
    for (id, result) in results {
        match result {
            Ok(()) => deleted.push(id),
            Err(problem) => failed.push((id, problem)),
        }
    }
    let gone: HashSet<ImageId> = deleted.iter().cloned().collect();
    session.listing().remove(&gone).await;
    session.originals().forget(&deleted);
    let (journal, profile) = (Arc::clone(session.journal()), session.profile().id.clone());
    let forgotten = deleted.clone();
    let result = blocking(move || {
        forgotten
            .iter()
            .try_for_each(|id| journal.forget_image(&profile, id))
    })
    .await;
    if let Ok(Err(error)) = result {
        tracing::warn!(%error, "a deleted image still counts as uploaded");
    }
    events.send(Event::ImagesDeleted { deleted, failed }).await;
}
