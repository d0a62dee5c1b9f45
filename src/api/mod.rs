//! The client: Cloudflare Images over HTTP, for an account and for a local library alike.
//!
//! [`Client`] reads and [`Editor`] writes, so whoever holds only a client cannot name a write.
//! Every answer is typed or an [`Error`] whose [`ErrorKind`] says what it means for a person;
//! JSON envelopes, plain-text lines, HTML pages and empty bodies are all understood, and nothing
//! a server says can panic. What is harmless to repeat is repeated ([`RetryPolicy`]); uploads are
//! not, since only whoever keeps a journal knows what came of them.
//! One budget per account ([`Priority`]) keeps bulk work from starving the person at the window.
//! Dropping a future cancels what it did, the connection included.

mod account;
mod classify;
mod connection;
mod delivery;
mod direct_upload;
mod endpoint;
mod error;
mod form;
#[cfg(fuzzing)]
pub mod fuzzing;
mod governor;
mod images;
mod request;
mod retry;
mod upload;
mod variants;

use std::ops::Deref;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub use account::{BatchToken, Config, Stats, TokenState, TokenStatus};
pub use delivery::Delivered;
pub use direct_upload::DirectUploadSpec;
pub use endpoint::Endpoint;
pub use error::{ConnectionFault, Error, ErrorKind, Result};
pub use governor::Priority;
pub use images::{Blob, BlobPrefix, ContinuationToken, ImagePage, ListQuery};
pub use retry::{RetryNotice, RetryObserver, RetryPolicy};
pub use upload::{Upload, UploadBody};

/// How long the client waits, and how often it tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// For a connection to be made.
    pub connect: Duration,
    /// For an answer to begin, and between two pieces of it; not for the whole.
    pub answer: Duration,
    /// For an upload to move on by a piece.
    pub stall: Duration,
    /// For the answer to an upload once its last piece was handed over: the piece may still be
    /// on its way, and the service decodes the picture before it answers.
    pub upload_answer: Duration,
    /// Requests at the same time, at most.
    pub parallel: usize,
    /// How requests are repeated.
    pub retry: RetryPolicy,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            answer: Duration::from_secs(30),
            stall: Duration::from_mins(1),
            upload_answer: Duration::from_mins(2),
            parallel: 12,
            retry: RetryPolicy::default(),
        }
    }
}

/// Reads of one account or library. Clones are cheap and share connections and budget.
#[derive(Clone)]
pub struct Client {
    inner: Arc<request::Inner>,
    priority: Priority,
    observer: Option<RetryObserver>,
}

impl Client {
    /// A client of the endpoint. Nothing is sent yet.
    ///
    /// # Errors
    /// [`ErrorKind::MalformedToken`] when the token cannot stand in a header,
    /// [`ErrorKind::Connection`] when the system's certificates cannot be read.
    pub fn new(endpoint: Endpoint) -> Result<Self> {
        Self::with_settings(endpoint, Settings::default())
    }

    /// A client with other times and limits.
    ///
    /// # Errors
    /// As [`Client::new`].
    pub fn with_settings(endpoint: Endpoint, settings: Settings) -> Result<Self> {
        Ok(Self {
            inner: Arc::new(request::Inner::new(endpoint, settings)?),
            priority: Priority::Interactive,
            observer: None,
        })
    }

    /// The same client for work that nobody waits for: it lets interactive requests go first and
    /// waits for the account's limit instead of failing.
    #[must_use]
    pub fn bulk(&self) -> Self {
        Self {
            priority: Priority::Bulk,
            ..self.clone()
        }
    }

    /// The same client, telling `observer` before each repeated request.
    #[must_use]
    pub fn observed_by(&self, observer: RetryObserver) -> Self {
        Self {
            observer: Some(observer),
            ..self.clone()
        }
    }

    /// Where it connects to.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.inner.endpoint
    }

    /// Until when requests wait for the account's limit, while any does.
    #[must_use]
    pub fn waiting_until(&self) -> Option<Instant> {
        self.inner.governor.waiting_until()
    }
}

/// Says where it connects to, never with what token.
impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("endpoint", &self.inner.endpoint)
            .field("priority", &self.priority)
            .finish_non_exhaustive()
    }
}

/// Writes, and through [`Deref`] the reads of [`Client`].
#[derive(Clone, Debug)]
pub struct Editor {
    client: Client,
}

impl Editor {
    /// Lets a client write. It shares connections and budget with it.
    #[must_use]
    pub const fn new(client: Client) -> Self {
        Self { client }
    }

    /// The client that can only read.
    #[must_use]
    pub const fn reads(&self) -> &Client {
        &self.client
    }

    /// The same editor for work that nobody waits for; see [`Client::bulk`].
    #[must_use]
    pub fn bulk(&self) -> Self {
        Self::new(self.client.bulk())
    }

    /// The same editor, telling `observer` before each repeated request.
    #[must_use]
    pub fn observed_by(&self, observer: RetryObserver) -> Self {
        Self::new(self.client.observed_by(observer))
    }
}

impl Deref for Editor {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}
