//! The work (the real dispatch is merged later).
mod event;
mod request;
mod wake;
pub use crate::config::{Preferences, Remember, ThemeChoice};
use crate::model::{ByteSize, ImageId, PixelSize, Problem, VariantOptions};
pub use event::{
    ConnectField, Event, Inspection, LinkState, PageAnswer, Pixels, SessionInfo, UploadLink,
    UploadRow, UploadState, UploadsDelta, VariantsAnswer,
};
pub use request::{
    DownloadKind, ImageEdit, NewAccount, PageRequest, Request, ThumbnailKey, ThumbnailWish,
    UploadCommand, UploadInput,
};
use std::future::Future;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
pub use wake::Waker;
/// A variant tried on a picture, without the network.
#[derive(Debug)]
pub struct Preview {
    /// What the variant makes of it.
    pub rendition: std::sync::Arc<Pixels>,
    /// The picture itself, small enough to be shown.
    pub original: std::sync::Arc<Pixels>,
    /// Size of the original in pixels, as it is seen.
    pub original_size: PixelSize,
    /// Size of the original in bytes.
    pub original_bytes: ByteSize,
    /// The part of the original that stays visible: x, y, width, height, each from 0 to 1.
    pub visible: [f32; 4],
    /// Size of the rendition in pixels.
    pub size: PixelSize,
    /// Size of the rendition in bytes, as it is encoded here.
    pub bytes: ByteSize,
    /// Name of the rendition's format.
    pub format: &'static str,
    /// How long rendering took.
    pub took: std::time::Duration,
}
/// Handle.
#[derive(Clone)]
pub struct Handle {
    requests: mpsc::UnboundedSender<Request>,
    runtime: tokio::runtime::Handle,
    waker: Waker,
}
/// Engine.
pub struct Engine {
    handle: Handle,
    events: mpsc::Receiver<Event>,
}
impl Engine {
    /// A stand-in for view tests: events are what the test sends, requests go to it.
    pub fn detached(
        runtime: &tokio::runtime::Handle,
        waker: Waker,
    ) -> (Self, mpsc::Sender<Event>, mpsc::UnboundedReceiver<Request>) {
        let (requests, inbox) = mpsc::unbounded_channel();
        let (sender, events) = mpsc::channel(512);
        (
            Self {
                handle: Handle {
                    requests,
                    runtime: runtime.clone(),
                    waker,
                },
                events,
            },
            sender,
            inbox,
        )
    }
    /// Handle.
    pub const fn handle(&self) -> &Handle {
        &self.handle
    }
    /// Next.
    pub fn try_next(&mut self) -> Option<Event> {
        self.events.try_recv().ok()
    }
}
impl Handle {
    /// Asks.
    pub fn send(&self, request: Request) {
        if self.requests.send(request).is_err() {}
    }
    /// Preview.
    pub fn preview(
        &self,
        _image: ImageId,
        _options: VariantOptions,
    ) -> impl Future<Output = Result<Preview, Problem>> + Send + 'static {
        async { Err(Problem::new("detached")) }
    }
    /// Picture.
    pub fn picture(
        &self,
        _image: ImageId,
        _max_side_px: u32,
    ) -> impl Future<Output = Result<Pixels, Problem>> + Send + 'static {
        async { Err(Problem::new("detached")) }
    }
    /// Spawn.
    pub fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) -> AbortHandle {
        self.runtime.spawn(work).abort_handle()
    }
    /// Waker.
    pub const fn waker(&self) -> &Waker {
        &self.waker
    }
}
