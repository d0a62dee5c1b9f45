//! The preferences, as they change.

use std::sync::{Arc, PoisonError};

use super::lanes::blocking;
use super::{Event, Preferences, Shared};
use crate::model::Problem;

/// Keeps the preferences for the next start; the cache of thumbnails follows its limit at once.
pub(super) async fn save(shared: Arc<Shared>, preferences: Preferences) {
    if let Some(cache) = shared.cache.clone() {
        let limit = preferences.cache_limit_bytes;
        if let Err(problem) = blocking(move || cache.set_limit(limit)).await {
            shared.events.send(Event::Failed(problem)).await;
        }
    }
    let file = Arc::clone(&shared.preferences);
    let saved = blocking(move || {
        file.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .save(preferences)
    })
    .await;
    if let Ok(Err(error)) = saved {
        tracing::warn!(%error, "the preferences are not saved");
        let problem = Problem::new("The settings could not be saved")
            .with_unaffected("They hold until the window is closed")
            .with_hint("Make room on the disk");
        shared.events.send(Event::PreferencesFailed(problem)).await;
    }
}
