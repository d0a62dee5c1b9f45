//! What a person does to the queue: pause, resume, cancel, try again, clear.
//!
//! The journal is told, and what is under way is aborted as well, so that it is felt at once.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::AbortHandle;

use crate::engine::journal::in_journal;
use crate::engine::lanes::blocking;
use crate::engine::request::UploadCommand;
use crate::engine::session::Session;
use crate::engine::uploader;
use crate::journal::Removed;
use crate::model::{ItemId, Problem};

use super::{UploadRunner, all_items};

impl UploadRunner {
    /// Carries out a command.
    pub(in crate::engine) async fn command(
        &self,
        session: &Arc<Session>,
        command: UploadCommand,
    ) -> Result<(), Problem> {
        let profile = session.profile().id.clone();
        match command {
            UploadCommand::PauseAll => {
                let running: Vec<ItemId> = {
                    let mut state = self.state();
                    state.paused = true;
                    state.flags_changed = true;
                    state.active.keys().copied().collect()
                };
                self.interrupt(&running).await;
                in_journal(session.journal(), move |journal| {
                    journal.pause_all(&profile)
                })
                .await?;
                self.touch_all(session).await
            }
            UploadCommand::ResumeAll => {
                {
                    let mut state = self.state();
                    state.paused = false;
                    state.flags_changed = true;
                }
                in_journal(session.journal(), move |journal| {
                    journal.resume_all(&profile).map(|_| ())
                })
                .await?;
                self.touch_all(session).await
            }
            UploadCommand::Cancel(ids) => self.cancel(session, ids).await,
            UploadCommand::CancelAll => {
                let items = all_items(session).await?;
                let open = items
                    .iter()
                    .filter(|item| !item.what.phase.is_settled())
                    .map(|item| item.id)
                    .collect();
                self.cancel(session, open).await
            }
            UploadCommand::Retry(ids) => {
                let touched = ids.clone();
                in_journal(session.journal(), move |journal| {
                    journal.retry(&ids).map(|_| ())
                })
                .await?;
                self.touch(touched);
                Ok(())
            }
            UploadCommand::RetryFailed => {
                in_journal(session.journal(), move |journal| {
                    journal.retry_failed(&profile).map(|_| ())
                })
                .await?;
                self.touch_all(session).await
            }
            UploadCommand::UploadAnyway(id) => {
                in_journal(session.journal(), move |journal| journal.upload_anyway(id)).await?;
                self.touch([id]);
                Ok(())
            }
            UploadCommand::Remove(ids) => {
                let removed = in_journal(session.journal(), move |journal| {
                    journal.remove(&profile, &ids)
                })
                .await?;
                self.removed(removed).await
            }
            UploadCommand::ClearSettled => {
                let removed = in_journal(session.journal(), move |journal| {
                    journal.remove_settled(&profile)
                })
                .await?;
                self.removed(removed).await
            }
        }
    }

    async fn cancel(&self, session: &Arc<Session>, ids: Vec<ItemId>) -> Result<(), Problem> {
        self.interrupt(&ids).await;
        let cancelled = ids.clone();
        let outcome =
            in_journal(session.journal(), move |journal| journal.cancel(&cancelled)).await?;
        self.touch(ids);
        // What was reserved is given back. Whatever becomes of that, a draft is not an image and
        // the service lets it expire.
        let session = Arc::clone(session);
        tokio::spawn(async move {
            for (id, reservation) in outcome.unclear {
                if let Some(reservation) = reservation {
                    uploader::release(&session, id, &reservation).await;
                    session.uploads().touch([id]);
                }
            }
        });
        Ok(())
    }

    /// Rows have left the queue; pasted pictures that nothing needs any more leave the disk.
    async fn removed(&self, removed: Removed) -> Result<(), Problem> {
        self.state().removed.extend(removed.ids);
        self.changed.notify_one();
        blocking(move || {
            for path in removed.staged {
                if let Err(error) = std::fs::remove_file(&path) {
                    tracing::debug!(%error, "a pasted picture stays in the staging folder");
                }
            }
        })
        .await
    }

    /// Aborts uploads under way, and waits until they have let go of their items.
    async fn interrupt(&self, ids: &[ItemId]) {
        let handles: Vec<AbortHandle> = {
            let state = self.state();
            ids.iter()
                .filter_map(|id| state.active.get(id)?.abort.clone())
                .collect()
        };
        for handle in &handles {
            handle.abort();
        }
        while handles.iter().any(|handle| !handle.is_finished()) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    async fn touch_all(&self, session: &Session) -> Result<(), Problem> {
        let ids: Vec<ItemId> = all_items(session)
            .await?
            .iter()
            .map(|item| item.id)
            .collect();
        self.touch(ids);
        Ok(())
    }
}
