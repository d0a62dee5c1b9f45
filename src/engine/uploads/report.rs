//! What the window is told of the queue: rows that changed, bytes a second, images that were
//! confirmed.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crate::engine::event::{Event, UploadRow, UploadsDelta};
use crate::engine::journal::in_journal;
use crate::engine::lanes::Events;
use crate::engine::session::Session;
use crate::model::{ItemId, Problem};

use super::all_items;

/// New images are told together, since the list is asked for anew each time.
const UPLOADED_EVERY: Duration = Duration::from_secs(2);

/// Tells the window the whole queue, as it is when a session opens.
pub(super) async fn send_whole(session: &Session, events: &Events) -> Result<(), Problem> {
    let items = all_items(session).await?;
    let profile = session.profile().id.clone();
    let paused = in_journal(session.journal(), move |journal| {
        journal.is_paused(&profile)
    })
    .await?;
    let delta = {
        let mut state = session.uploads().state();
        state.paused = paused;
        UploadsDelta {
            changed: items.iter().map(|item| state.row(item)).collect(),
            is_whole: true,
            paused: state.paused,
            checking: state.checking,
            ..UploadsDelta::default()
        }
    };
    events.send(Event::Uploads(Box::new(delta))).await;
    Ok(())
}

/// Tells the window what is new.
pub(super) struct Reporter {
    last_uploaded: Instant,
    speed: Speed,
}

impl Reporter {
    pub(super) fn new() -> Self {
        Self {
            last_uploaded: Instant::now(),
            speed: Speed::default(),
        }
    }

    /// Whether the speed still has to be seen to fall to nothing.
    pub(super) fn holds_back(&self) -> bool {
        self.speed.samples.len() > 1
    }

    pub(super) async fn report(
        &mut self,
        session: &Session,
        events: &Events,
    ) -> Result<(), Problem> {
        let runner = session.uploads();
        let changed = std::mem::take(&mut runner.state().changed);
        let ids: Vec<ItemId> = changed.iter().copied().collect();
        let items: Result<Vec<_>, Problem> = if ids.is_empty() {
            Ok(Vec::new())
        } else {
            in_journal(session.journal(), move |journal| {
                ids.iter().map(|id| journal.item(*id)).collect()
            })
            .await
        };
        let items = match items {
            Ok(items) => items,
            Err(problem) => {
                // They are told when they can be read again.
                runner.state().changed.extend(changed);
                return Err(problem);
            }
        };
        let (delta, flags_changed) = {
            let mut state = runner.state();
            let removed = std::mem::take(&mut state.removed);
            let flags_changed = std::mem::take(&mut state.flags_changed);
            let under_way: Vec<_> = state.active.values().map(|active| &active.item).collect();
            let mut rows: Vec<UploadRow> =
                items.iter().flatten().map(|item| state.row(item)).collect();
            rows.extend(
                under_way
                    .iter()
                    .filter(|item| !changed.contains(&item.id))
                    .map(|item| state.row(item)),
            );
            let sent = state.sent_before
                + state
                    .active
                    .values()
                    .map(|active| active.progress.sent.load(Ordering::Relaxed))
                    .sum::<u64>();
            let is_sending = !state.active.is_empty();
            let may_tell = !state.uploaded.is_empty()
                && (self.last_uploaded.elapsed() >= UPLOADED_EVERY || !is_sending);
            let uploaded = if may_tell {
                std::mem::take(&mut state.uploaded)
            } else {
                Vec::new()
            };
            let delta = UploadsDelta {
                changed: rows,
                removed,
                is_whole: false,
                paused: state.paused,
                bytes_per_second: self.speed.measure(sent, is_sending),
                checking: state.checking,
                uploaded,
            };
            (delta, flags_changed)
        };
        if !delta.uploaded.is_empty() {
            self.last_uploaded = Instant::now();
        }
        let is_news = flags_changed
            || !delta.changed.is_empty()
            || !delta.removed.is_empty()
            || !delta.uploaded.is_empty();
        if is_news {
            events.send(Event::Uploads(Box::new(delta))).await;
        }
        Ok(())
    }
}

/// Bytes a second over the last seconds.
#[derive(Default)]
struct Speed {
    samples: std::collections::VecDeque<(Instant, u64)>,
}

impl Speed {
    const WINDOW: Duration = Duration::from_secs(4);

    fn measure(&mut self, sent: u64, is_sending: bool) -> Option<u64> {
        if !is_sending {
            self.samples.clear();
            return None;
        }
        let now = Instant::now();
        self.samples.push_back((now, sent));
        while self.samples.len() > 2 && now - self.samples[0].0 > Self::WINDOW {
            self.samples.pop_front();
        }
        let (since, before) = *self.samples.front()?;
        let millis = u64::try_from((now - since).as_millis()).unwrap_or(u64::MAX);
        // Half a second says little about a connection.
        (millis >= 500).then(|| sent.saturating_sub(before).saturating_mul(1000) / millis)
    }
}
