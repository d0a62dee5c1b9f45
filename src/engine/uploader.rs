//! One upload, from reserving its id to the confirmed image.
//!
//! Each step is committed to the journal before it begins. So whatever interrupts it (a lost
//! answer, an abort, a power cut), the item says how far it may have got, and [`resolve`] asks the
//! service instead of guessing: nothing is uploaded twice, nothing is lost.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::api::{self, DirectUploadSpec, ErrorKind, ListQuery, Upload, UploadBody};
use crate::model::direct_upload::DEFAULT_LIFE;
use crate::model::{
    Image, ImageId, Item, ItemId, Phase, Problem, Reservation, Secret, SortOrder, Source,
};

use super::journal::in_journal;
use super::lanes::blocking;
use super::session::Session;
use super::uploads::{MAX_ATTEMPTS, Progress, step};

/// A reservation that ends sooner is not begun with: the body might arrive too late.
const LEAST_LIFE: SignedDuration = SignedDuration::from_secs(60);

/// What came of a try.
enum Outcome {
    Done(Image),
    /// It was refused, or a person has to decide.
    Refused(Problem),
    /// The connection failed before anything was sent, or the service is busy.
    Later(Problem, Option<Duration>),
    /// The same bytes are already there.
    Duplicate(ImageId, Timestamp),
    /// An answer was lost.
    InDoubt(Option<Reservation>, Problem),
}

/// Uploads one claimed item and writes down what came of it. Returns the image once it is confirmed.
pub(super) async fn upload(
    session: &Arc<Session>,
    item: &Item,
    progress: &Arc<Progress>,
) -> Option<Image> {
    let outcome = match &item.what.phase {
        Phase::InDoubt(reservation) => resolve(session, item, reservation.clone(), progress).await,
        _ => begin(session, item, progress).await,
    };
    match outcome {
        Ok(Outcome::Done(image)) => {
            let done = Phase::Done {
                id: image.id.clone(),
                at: Timestamp::now(),
            };
            report(commit(session, item.id, done).await);
            Some(image)
        }
        Ok(Outcome::Refused(problem)) => {
            report(
                commit(
                    session,
                    item.id,
                    Phase::Failed {
                        problem,
                        retry_at: None,
                    },
                )
                .await,
            );
            None
        }
        Ok(Outcome::Later(problem, wait)) => {
            report(commit(session, item.id, failed_for_now(item, problem, wait)).await);
            None
        }
        Ok(Outcome::Duplicate(of, at)) => {
            report(commit(session, item.id, Phase::Duplicate { of, at }).await);
            None
        }
        Ok(Outcome::InDoubt(reservation, problem)) => {
            tracing::info!(%problem, "an answer was lost, the service is asked");
            report(commit(session, item.id, Phase::InDoubt(reservation)).await);
            // The next claim asks; not at once, since whatever cut the line may still last.
            let wait = Duration::from_secs(1);
            progress.wait_in_doubt(problem, Timestamp::now() + wait);
            tokio::time::sleep(wait).await;
            None
        }
        // The journal did not answer: nothing was begun that it does not know of.
        Err(problem) => {
            report(Err(problem));
            tokio::time::sleep(Duration::from_secs(2)).await;
            None
        }
    }
}

/// Gives back what a cancelled item had reserved.
pub(super) async fn release(session: &Session, id: ItemId, reservation: &Reservation) {
    // Only a draft is deleted. If the file had arrived, the image stays and can be seen.
    match session.client().details(&reservation.id).await {
        Ok(image) if image.is_draft => discard_draft(session, reservation).await,
        Ok(image) => {
            session.learn_from(&image);
            let done = Phase::Done {
                id: image.id,
                at: Timestamp::now(),
            };
            report(commit(session, id, done).await);
        }
        Err(error) => tracing::debug!(%error, "a draft stays until it expires"),
    }
}

async fn begin(
    session: &Arc<Session>,
    item: &Item,
    progress: &Arc<Progress>,
) -> Result<Outcome, Problem> {
    match &item.what.source {
        Source::Url(url) => send_url(session, item, url, progress).await,
        Source::File(path) | Source::Pasted(path) => {
            if let Err(problem) = unchanged(item, path).await? {
                return Ok(Outcome::Refused(problem));
            }
            // An equal file of the same drop may have arrived since this one was looked at.
            if let Some((of, at)) = duplicate(session, item).await? {
                return Ok(Outcome::Duplicate(of, at));
            }
            let spec = DirectUploadSpec {
                id: item.what.wanted_id.clone(),
                metadata: item.what.metadata.clone(),
                require_signed_urls: item.what.require_signed_urls,
                creator: item.what.creator.clone(),
                expires: Some(Timestamp::now() + DEFAULT_LIFE),
            };
            let direct = match session.editor().reserve(&spec).await {
                Ok(direct) => direct,
                Err(error) if *error.kind() == ErrorKind::Conflict => {
                    return Ok(lost_reservation(session, item, &error).await);
                }
                Err(error) => return Ok(outcome_from_error(&error)),
            };
            let reservation = Reservation {
                id: direct.id,
                url: direct.url,
                expires: direct.expires,
            };
            commit(session, item.id, Phase::Reserved(reservation.clone())).await?;
            send_file(session, item, path, reservation, progress).await
        }
    }
}

/// The custom id is taken. When an earlier try of this item lost the answer to its reservation, it
/// is taken by our own draft, whose URL nobody knows: that is given back, and the next try reserves
/// it anew.
async fn lost_reservation(session: &Session, item: &Item, error: &api::Error) -> Outcome {
    let refused = Outcome::Refused(Problem::from(error));
    let Some(id) = item.what.wanted_id.as_ref().filter(|_| item.attempts > 1) else {
        return refused;
    };
    match session.client().details(id).await {
        Ok(image) if image.is_draft && image.metadata == item.what.metadata => {
            match session.editor().delete(id).await {
                Ok(()) => Outcome::Later(Problem::from(error), None),
                Err(_still_there) => refused,
            }
        }
        _ => refused,
    }
}

async fn send_file(
    session: &Arc<Session>,
    item: &Item,
    path: &Path,
    reservation: Reservation,
    progress: &Arc<Progress>,
) -> Result<Outcome, Problem> {
    commit(session, item.id, Phase::Sending(Some(reservation.clone()))).await?;
    progress.step.store(step::SENDING, Ordering::Relaxed);
    let body = UploadBody::File(path.to_owned());
    let counter = Arc::clone(progress);
    let sent = session
        .editor()
        .send_to(
            &session.reachable(&reservation.url),
            body,
            Some(item.what.file_name.clone()),
            move |sent, _total| {
                counter.sent.store(sent, Ordering::Relaxed);
            },
        )
        .await;
    match sent {
        Ok(image) => Ok(Outcome::Done(image)),
        // Refused for good: the same file would be refused again.
        Err(error) if is_final(error.kind()) => {
            discard_draft(session, &reservation).await;
            Ok(Outcome::Refused(Problem::from(&error)))
        }
        // Anything else on a one-time URL may hide that an earlier try had arrived.
        Err(error) => Ok(Outcome::InDoubt(Some(reservation), Problem::from(&error))),
    }
}

async fn send_url(
    session: &Arc<Session>,
    item: &Item,
    url: &str,
    progress: &Arc<Progress>,
) -> Result<Outcome, Problem> {
    commit(session, item.id, Phase::Sending(None)).await?;
    progress.step.store(step::SENDING, Ordering::Relaxed);
    let upload = Upload {
        body: UploadBody::Url(Secret::new(url.to_owned())),
        file_name: None,
        id: item.what.wanted_id.clone(),
        metadata: item.what.metadata.clone(),
        require_signed_urls: item.what.require_signed_urls,
        creator: item.what.creator.clone(),
    };
    match session.editor().upload(upload, |_, _| {}).await {
        Ok(image) => Ok(Outcome::Done(image)),
        Err(error) if error.is_in_doubt() => Ok(Outcome::InDoubt(None, Problem::from(&error))),
        Err(error) => Ok(outcome_from_error(&error)),
    }
}

/// Asks the service what it has of an item whose answer was lost.
///
/// Not a draft: it had arrived. A draft whose URL lives: the same URL takes the file again, since
/// it accepts one body only. Gone or expired: it begins anew.
async fn resolve(
    session: &Arc<Session>,
    item: &Item,
    reservation: Option<Reservation>,
    progress: &Arc<Progress>,
) -> Result<Outcome, Problem> {
    progress.step.store(step::CHECKING, Ordering::Relaxed);
    let Some(reservation) = reservation else {
        return resolve_url(session, item, progress).await;
    };
    match session.client().details(&reservation.id).await {
        Ok(image) if !image.is_draft => Ok(Outcome::Done(image)),
        Ok(_draft) => {
            let (Source::File(path) | Source::Pasted(path)) = &item.what.source else {
                return begin(session, item, progress).await;
            };
            if let Err(problem) = unchanged(item, path).await? {
                discard_draft(session, &reservation).await;
                return Ok(Outcome::Refused(problem));
            }
            if item.attempts > MAX_ATTEMPTS {
                discard_draft(session, &reservation).await;
                return Ok(Outcome::Refused(gave_up()));
            }
            if reservation.expires.duration_since(Timestamp::now()) >= LEAST_LIFE {
                return send_file(session, item, path, reservation, progress).await;
            }
            // The URL is about to end. The draft is deleted first, so that a custom id is free again.
            discard_draft(session, &reservation).await;
            begin(session, item, progress).await
        }
        Err(error) if *error.kind() == ErrorKind::NotFound => begin(session, item, progress).await,
        // Still no answer. The reservation stays with the item, so the next try asks again.
        Err(error) => Ok(outcome_from_error(&error)),
    }
}

/// An upload by URL has no reservation: with a custom id its details tell; else the newest images
/// are searched for one of this name that came since.
async fn resolve_url(
    session: &Arc<Session>,
    item: &Item,
    progress: &Arc<Progress>,
) -> Result<Outcome, Problem> {
    if let Some(id) = &item.what.wanted_id {
        match session.client().details(id).await {
            Ok(image) => return Ok(Outcome::Done(image)),
            Err(error) if *error.kind() == ErrorKind::NotFound => {
                return begin(session, item, progress).await;
            }
            Err(error) => return Ok(outcome_from_error(&error)),
        }
    }
    let newest = ListQuery {
        sort: SortOrder::Newest,
        ..ListQuery::default()
    };
    match session.client().list(&newest).await {
        Ok(page) => {
            let recently = Timestamp::now() - SignedDuration::from_hours(1);
            let same = page.images.into_iter().find(|image| {
                image.uploaded >= recently
                    && image.file_name.as_deref() == Some(item.what.file_name.as_str())
                    && image.metadata == item.what.metadata
            });
            match same {
                Some(image) => Ok(Outcome::Done(image)),
                None => begin(session, item, progress).await,
            }
        }
        Err(error) => Ok(outcome_from_error(&error)),
    }
}

/// Whether the file is still the one that was looked at.
async fn unchanged(item: &Item, path: &Path) -> Result<Result<(), Problem>, Problem> {
    let path = path.to_owned();
    let expected = item.what.size.0;
    blocking(move || match std::fs::metadata(&path) {
        Ok(metadata) if metadata.len() == expected => Ok(()),
        Ok(_) => Err(Problem::new("The file has changed since it was added")
            .with_unaffected("Nothing of it was uploaded")
            .with_hint("Add it again")),
        Err(error) => Err(Problem::new(format!(
            "The file cannot be read: {}",
            super::problems::io_words(&error)
        ))
        .with_unaffected("Nothing of it was uploaded")
        .with_hint("Put it back where it was and retry, or remove it from the queue")
        .retryable(true)),
    })
    .await
}

async fn duplicate(
    session: &Session,
    item: &Item,
) -> Result<Option<(ImageId, Timestamp)>, Problem> {
    let (profile, item) = (session.profile().id.clone(), item.clone());
    in_journal(session.journal(), move |journal| {
        journal.duplicate_of(&profile, &item)
    })
    .await
}

async fn discard_draft(session: &Session, reservation: &Reservation) {
    if let Err(error) = session.editor().delete(&reservation.id).await {
        tracing::debug!(%error, "a draft stays until it expires");
    }
}

/// Writes down a phase, on the disk before the step that it announces begins.
async fn commit(session: &Session, id: ItemId, phase: Phase) -> Result<(), Problem> {
    in_journal(session.journal(), move |journal| {
        journal.set_phase(id, &phase)
    })
    .await
}

fn report(result: Result<(), Problem>) {
    if let Err(problem) = result {
        tracing::error!(%problem, "what came of an upload is not written down; the next run asks the service");
    }
}

fn is_final(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::TooLarge
            | ErrorKind::UnsupportedType
            | ErrorKind::AnimationTooLarge
            | ErrorKind::Damaged
            | ErrorKind::FileUnreadable
            | ErrorKind::FileChanged
            | ErrorKind::StorageFull
    )
}

fn outcome_from_error(error: &api::Error) -> Outcome {
    let problem = Problem::from(error);
    if error.is_retryable() {
        Outcome::Later(problem, error.retry_after())
    } else {
        Outcome::Refused(problem)
    }
}

/// Waits 2, 4, 8 … 60 seconds, or as long as the service says; after the last try a person decides.
fn failed_for_now(item: &Item, problem: Problem, wait: Option<Duration>) -> Phase {
    if item.attempts >= MAX_ATTEMPTS {
        return Phase::Failed {
            problem,
            retry_at: None,
        };
    }
    let seconds = (1_i64 << item.attempts.clamp(1, 8)).min(60);
    let wait = wait
        .and_then(|wait| SignedDuration::try_from(wait).ok())
        .unwrap_or_default();
    let retry_at = Timestamp::now() + wait.max(SignedDuration::from_secs(seconds));
    Phase::Failed {
        problem,
        retry_at: Some(retry_at),
    }
}

fn gave_up() -> Problem {
    Problem::new("The service took the file several times without confirming it")
        .with_unaffected("It is not in your library")
        .with_hint("Retry later")
        .retryable(true)
}
