//! Thumbnails: small pictures for cards, from the disk if they were ever seen before.
//!
//! The wish list is replaced, not added to: what has scrolled away is not loaded. A picture comes
//! from the cache, else from delivery (a flexible size where that is switched on, else the
//! smallest named variant that is large enough, signed if the image is private), else from the
//! original.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Notify, Semaphore};

use crate::model::{Fit, Problem, Variant};
use crate::transform::{self, Pixels};

use super::cache::ThumbnailCache;
use super::event::Event;
use super::lanes::{Events, blocking};
use super::request::{ThumbnailKey, ThumbnailWish};
use super::session::Session;

/// Pictures fetched at the same time: enough to hide the way to the server, few enough that what
/// has scrolled away is soon overtaken.
const FETCHING: usize = 8;

/// What delivery may send: what can be decoded here.
const ACCEPT: &str = "image/webp,image/png,image/jpeg,image/gif";

/// The wish list and those who fulfill it.
#[derive(Debug)]
pub(super) struct Thumbnails {
    wishes: Mutex<Wishes>,
    more: Notify,
    decoding: Semaphore,
    cache: Option<Arc<ThumbnailCache>>,
}

#[derive(Debug, Default)]
struct Wishes {
    /// Most wanted last, so that taking one is cheap.
    waiting: Vec<ThumbnailWish>,
    at_work: HashSet<ThumbnailKey>,
}

impl Thumbnails {
    /// Without wishes yet. Without a cache, every picture is fetched.
    #[must_use]
    pub(super) fn new(cache: Option<Arc<ThumbnailCache>>) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self {
            wishes: Mutex::default(),
            more: Notify::new(),
            decoding: Semaphore::new(cores),
            cache,
        }
    }

    /// Replaces the wishes, most wanted first.
    pub(super) fn replace(&self, wishes: Vec<ThumbnailWish>) {
        {
            let mut current = self.wishes.lock().unwrap_or_else(PoisonError::into_inner);
            let waiting: Vec<_> = wishes
                .into_iter()
                .rev()
                .filter(|wish| !current.at_work.contains(&wish.key))
                .collect();
            current.waiting = waiting;
        }
        self.more.notify_waiters();
        self.more.notify_one();
    }

    /// Fulfills wishes for as long as the session is open.
    pub(super) async fn work(self: Arc<Self>, session: Arc<Session>, events: Events) {
        let workers = (0..FETCHING).map(|_| {
            let (thumbnails, session, events) =
                (Arc::clone(&self), Arc::clone(&session), events.clone());
            async move {
                loop {
                    let notified = thumbnails.more.notified();
                    let Some(wish) = thumbnails.take() else {
                        notified.await;
                        continue;
                    };
                    // Another worker may have something to do as well.
                    thumbnails.more.notify_one();
                    let result = thumbnails.load(&session, &wish).await;
                    thumbnails.put_back(&wish.key);
                    events
                        .send(Event::Thumbnail {
                            key: wish.key,
                            result: result.map(Arc::new),
                        })
                        .await;
                }
            }
        });
        futures_util::future::join_all(workers).await;
    }

    fn take(&self) -> Option<ThumbnailWish> {
        let mut wishes = self.wishes.lock().unwrap_or_else(PoisonError::into_inner);
        let wish = wishes.waiting.pop()?;
        wishes.at_work.insert(wish.key.clone());
        Some(wish)
    }

    fn put_back(&self, key: &ThumbnailKey) {
        self.wishes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .at_work
            .remove(key);
    }

    async fn load(&self, session: &Session, wish: &ThumbnailWish) -> Result<Pixels, Problem> {
        let name = format!(
            "{}\n{}\n{}\n{}",
            session.profile().id.as_str(),
            wish.key.id,
            wish.key.uploaded_millis,
            wish.key.max_side_px
        );
        if let Some(cache) = self.cache.clone() {
            let (name, side) = (name.clone(), wish.key.max_side_px);
            let found = blocking(move || {
                let bytes = cache.get(&name)?;
                // A damaged entry is as good as none.
                transform::thumbnail(&bytes, side).ok()
            })
            .await?;
            if let Some(pixels) = found {
                return Ok(pixels);
            }
        }
        let bytes = self.fetch(session, wish).await?;
        let permit = self
            .decoding
            .acquire()
            .await
            .map_err(|_closed| Problem::new("The program is closing"))?;
        let (cache, side) = (self.cache.clone(), wish.key.max_side_px);
        let pixels = blocking(move || {
            let pixels = transform::thumbnail(&bytes, side)
                .map_err(|error| super::problems::from_transform(&error))?;
            if let Some(cache) = cache {
                cache.put(&name, &transform::encode_thumbnail(&pixels));
            }
            Ok::<_, Problem>(pixels)
        })
        .await??;
        drop(permit);
        Ok(pixels)
    }

    async fn fetch(
        &self,
        session: &Session,
        wish: &ThumbnailWish,
    ) -> Result<bytes::Bytes, Problem> {
        match self.delivered(session, wish).await {
            Ok(bytes) => Ok(bytes),
            // Delivery may be switched off, lag behind or lack a key; the original is always there.
            Err(problem) => {
                tracing::debug!(%problem, "no rendition for a thumbnail, taking the original");
                session.originals().bytes(session, &wish.key.id).await
            }
        }
    }

    async fn delivered(
        &self,
        session: &Session,
        wish: &ThumbnailWish,
    ) -> Result<bytes::Bytes, Problem> {
        let side = wish.key.max_side_px;
        let variants = session.variants().await?;
        let is_flexible = variants.flexible == Some(true) && !wish.is_private;
        let url = if is_flexible {
            let options = format!("fit=scale-down,width={side},height={side}");
            session.delivery_url_of_options(&wish.key.id, &options)?
        } else {
            let Some(variant) = smallest_sufficient(&variants.variants, side) else {
                return Err(Problem::new("No variant shows the whole picture"));
            };
            let url = session.delivery_url(&wish.key.id, &variant.id)?;
            if wish.is_private && !variant.never_require_signed_urls {
                return session.fetch_signed(&url, ACCEPT).await;
            }
            url
        };
        let delivered = session
            .client()
            .fetch_delivery(&url.to_string(), ACCEPT)
            .await;
        delivered
            .map(|delivered| delivered.bytes)
            .map_err(|error| Problem::from(&error))
    }
}

/// The smallest variant that shows the whole picture at `side` pixels or more; if none is as large,
/// the largest. Variants that trim or fill would show something else than the picture.
fn smallest_sufficient(variants: &[Variant], side: u32) -> Option<&Variant> {
    let extent = |variant: &Variant| {
        let bound = |px: Option<u32>| px.unwrap_or(u32::MAX);
        bound(variant.options.width).min(bound(variant.options.height))
    };
    let whole = || {
        variants.iter().filter(|variant| {
            matches!(variant.options.fit, Fit::ScaleDown | Fit::Contain)
                && variant.options.blur.is_none_or(|b| b == 0.0)
        })
    };
    whole()
        .filter(|variant| extent(variant) >= side)
        .min_by_key(|variant| extent(variant))
        .or_else(|| whole().max_by_key(|variant| extent(variant)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{VariantId, VariantOptions};

    #[test]
    fn a_thumbnail_comes_from_the_smallest_variant_that_shows_the_whole_picture() {
        let variant = |name: &str, fit, side| Variant {
            id: VariantId::new(name).unwrap(),
            options: VariantOptions {
                fit,
                width: Some(side),
                height: Some(side),
                ..VariantOptions::default()
            },
            never_require_signed_urls: false,
        };
        let variants = [
            variant("public", Fit::ScaleDown, 1366),
            variant("square", Fit::Cover, 320),
            variant("small", Fit::Contain, 400),
            variant("tiny", Fit::ScaleDown, 100),
        ];
        let chosen = |side| smallest_sufficient(&variants, side).unwrap().id.to_string();
        assert_eq!(
            [chosen(100), chosen(320), chosen(640), chosen(2000)],
            ["tiny", "small", "public", "public"]
        );
    }
}
