//! The work: everything asynchronous, and the only place where the capabilities meet.
//!
//! The window sends a [`Request`] and never waits; what comes of it arrives as an [`Event`].
//! Requests are unbounded, since people make them; events are bounded, since machines do. Work
//! that belongs to one view is started on the [`Handle`] and ends with the view.

mod accounts;
mod cache;
mod changes;
mod dispatch;
mod downloads;
mod event;
mod intake;
mod journal;
mod lanes;
mod library;
mod listing;
mod originals;
mod preferences;
mod problems;
mod profiles;
mod request;
mod session;
mod thumbnails;
mod uploader;
mod uploads;
mod wake;

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc;
use tokio::task::AbortHandle;

pub use crate::config::{Preferences, Remember, ThemeChoice};
pub use event::{
    ConnectField, Event, Inspection, LibraryInfo, LinkState, PageAnswer, Pixels, SessionInfo,
    UploadLink, UploadRow, UploadState, UploadsDelta, VariantsAnswer,
};
pub use originals::{Preview, PreviewFile};
pub use request::{
    DownloadKind, ImageEdit, NewAccount, PageRequest, Request, ThumbnailKey, ThumbnailWish,
    UploadCommand, UploadInput,
};
pub use wake::Waker;

pub use crate::server::{
    Call, Contents, CutWhen, Exchange, Faults, Injected, Latency, Mishap, Share,
};

use crate::config::{Credentials, Dirs, PreferencesFile, ProfilesFile};
use crate::journal::Journal;
use crate::model::{ImageId, Problem, VariantOptions};

use cache::ThumbnailCache;
use dispatch::dispatch;
use lanes::{Events, Lanes, blocking};
use session::Session;

/// Events that may wait for the window before their makers wait in turn.
const EVENTS: usize = 512;

/// What every part of the engine shares.
pub(super) struct Shared {
    dirs: Dirs,
    events: Events,
    lanes: Arc<Lanes>,
    journal: Arc<Journal>,
    credentials: Arc<Credentials>,
    cache: Option<Arc<ThumbnailCache>>,
    profiles: Arc<Mutex<ProfilesFile>>,
    preferences: Arc<Mutex<PreferencesFile>>,
    session: Mutex<Option<Arc<Session>>>,
    session_work: Mutex<Vec<AbortHandle>>,
}

impl Shared {
    fn session(&self) -> Option<Arc<Session>> {
        self.session
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Puts a session in place of the one before, whose work ends.
    fn replace_session(&self, session: Option<Arc<Session>>) -> Option<Arc<Session>> {
        for work in self
            .session_work
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .drain(..)
        {
            work.abort();
        }
        std::mem::replace(
            &mut *self.session.lock().unwrap_or_else(PoisonError::into_inner),
            session,
        )
    }

    /// Runs work that ends with the session.
    fn session_work(&self, work: impl Future<Output = ()> + Send + 'static) {
        let handle = self.lanes.run(work);
        self.session_work
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(handle);
    }

    /// Reads or writes the saved profiles, on the blocking pool.
    async fn profiles<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut ProfilesFile) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let profiles = Arc::clone(&self.profiles);
        blocking(move || work(&mut profiles.lock().unwrap_or_else(PoisonError::into_inner))).await
    }
}

/// Sends requests and starts work that belongs to a view. Cheap to clone; nothing on it waits.
#[derive(Clone)]
pub struct Handle {
    requests: mpsc::UnboundedSender<Request>,
    runtime: tokio::runtime::Handle,
    waker: Waker,
    shared: Option<Arc<Shared>>,
}

/// The engine at work, as the window holds it.
pub struct Engine {
    handle: Handle,
    events: mpsc::Receiver<Event>,
}

impl Engine {
    /// Starts the engine on `runtime`. The first event is [`Event::Started`].
    ///
    /// # Errors
    /// A journal that cannot be opened: without it nothing can be promised. The problem says
    /// whether another window has it.
    pub fn start(
        runtime: &tokio::runtime::Handle,
        dirs: Dirs,
        waker: Waker,
    ) -> Result<Self, Problem> {
        let journal =
            Journal::open(&dirs.journal()).map_err(|error| problems::from_opening(&error))?;
        let (preferences, mut problems) = PreferencesFile::load(&dirs);
        let (profiles, more) = ProfilesFile::load(&dirs);
        problems.extend(more);
        let cache = ThumbnailCache::open(&dirs.thumbnails(), preferences.get().cache_limit_bytes);
        let cache = cache
            .map_err(|error| tracing::warn!(%error, "thumbnails are not kept on disk"))
            .ok();

        let (event_sender, events) = mpsc::channel(EVENTS);
        let (requests, mut inbox) = mpsc::unbounded_channel();
        let events_out = Events::new(event_sender, waker);
        let started = Event::Started {
            profiles: profiles.list(),
            preferences: Box::new(preferences.get().clone()),
            problems,
        };
        let shared = Arc::new(Shared {
            dirs,
            lanes: Arc::new(Lanes::new(events_out.clone())),
            events: events_out,
            journal: Arc::new(journal),
            credentials: Arc::new(Credentials::new()),
            cache: cache.map(Arc::new),
            profiles: Arc::new(Mutex::new(profiles)),
            preferences: Arc::new(Mutex::new(preferences)),
            session: Mutex::new(None),
            session_work: Mutex::new(Vec::new()),
        });
        let handle = Handle {
            requests,
            runtime: runtime.clone(),
            waker: shared.events.waker().clone(),
            shared: Some(Arc::clone(&shared)),
        };
        runtime.spawn(async move {
            shared.events.send(started).await;
            while let Some(request) = inbox.recv().await {
                dispatch(&shared, request);
            }
        });
        Ok(Self { handle, events })
    }

    /// An engine that does nothing by itself: its events are what is sent here, its requests can
    /// be read. For tests of views, which show what they are told and say what was clicked.
    #[must_use]
    pub fn detached(
        runtime: &tokio::runtime::Handle,
        waker: Waker,
    ) -> (Self, mpsc::Sender<Event>, mpsc::UnboundedReceiver<Request>) {
        let (requests, inbox) = mpsc::unbounded_channel();
        let (sender, events) = mpsc::channel(EVENTS);
        let handle = Handle {
            requests,
            runtime: runtime.clone(),
            waker,
            shared: None,
        };
        (Self { handle, events }, sender, inbox)
    }

    /// The way to ask.
    #[must_use]
    pub const fn handle(&self) -> &Handle {
        &self.handle
    }

    /// The next event, if one is there. Never waits.
    pub fn try_next(&mut self) -> Option<Event> {
        self.events.try_recv().ok()
    }

    /// The next event, for the command line and for tests.
    pub async fn next(&mut self) -> Option<Event> {
        self.events.recv().await
    }

    /// Closes the open profile: the embedded server answers what it is answering, uploads stop
    /// where they are and go on next time.
    pub async fn close(self) {
        if let Some(shared) = &self.handle.shared {
            profiles::close(shared).await;
        }
    }
}

impl Handle {
    /// Asks. Never waits.
    pub fn send(&self, request: Request) {
        if self.requests.send(request).is_err() {
            tracing::debug!("a request came after the engine had ended");
        }
    }

    /// Tries a variant on a picture, without the network once the original is here. What it is as a
    /// file is told by [`Handle::preview_file`].
    ///
    /// # Errors
    /// What the service refused, or options that make no picture.
    pub fn preview(
        &self,
        image: ImageId,
        options: VariantOptions,
    ) -> impl Future<Output = Result<Preview, Problem>> + Send + 'static {
        let shared = self.shared.clone();
        async move {
            let session = open_session(shared.as_deref())?;
            session.originals().preview(&session, &image, options).await
        }
    }

    /// What a variant makes of a picture as a file: its size and format.
    ///
    /// # Errors
    /// As [`Handle::preview`].
    pub fn preview_file(
        &self,
        image: ImageId,
        options: VariantOptions,
    ) -> impl Future<Output = Result<PreviewFile, Problem>> + Send + 'static {
        let shared = self.shared.clone();
        async move {
            let session = open_session(shared.as_deref())?;
            session
                .originals()
                .preview_file(&session, &image, options)
                .await
        }
    }

    /// A picture for the viewer, at most `max_side_px` on its longer side.
    ///
    /// # Errors
    /// What the service refused, or a picture that cannot be decoded here.
    pub fn picture(
        &self,
        image: ImageId,
        max_side_px: u32,
    ) -> impl Future<Output = Result<Pixels, Problem>> + Send + 'static {
        let shared = self.shared.clone();
        async move {
            let session = open_session(shared.as_deref())?;
            session
                .originals()
                .picture(&session, &image, max_side_px)
                .await
        }
    }

    /// Runs work of a view in the background; the handle aborts it.
    pub fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) -> AbortHandle {
        self.runtime.spawn(work).abort_handle()
    }

    /// Wakes the window.
    #[must_use]
    pub const fn waker(&self) -> &Waker {
        &self.waker
    }
}

fn open_session(shared: Option<&Shared>) -> Result<Arc<Session>, Problem> {
    shared
        .and_then(Shared::session)
        .ok_or_else(|| Problem::new("No profile is open"))
}
