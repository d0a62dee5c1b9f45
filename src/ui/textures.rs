//! Thumbnails as textures: within a limit of bytes, and a few each frame.
//!
//! Uploading a texture takes the frame's own time, so a frame takes in at most
//! [`FRAME_BYTES`]; the rest waits for the next one.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use egui::{ColorImage, TextureHandle, TextureOptions};
use lru::LruCache;

use crate::engine::{Pixels, ThumbnailKey};
use crate::model::Problem;

/// Bytes of pixels that one frame may upload.
const FRAME_BYTES: usize = 4 * 1024 * 1024;
/// Textures that one frame may upload.
const FRAME_COUNT: usize = 16;
/// Bytes of pixels that are kept.
const KEPT_BYTES: usize = 192 * 1024 * 1024;

/// What there is of a thumbnail.
#[derive(Clone)]
pub(super) enum Thumbnail {
    /// It can be drawn.
    Ready(TextureHandle),
    /// It could not be had.
    Failed(Problem),
    /// It is on its way, or nobody asked yet.
    Waiting,
}

/// The textures that are kept.
pub(super) struct Textures {
    ready: LruCache<ThumbnailKey, (TextureHandle, usize)>,
    failed: HashMap<ThumbnailKey, Problem>,
    arrived: VecDeque<(ThumbnailKey, Arc<Pixels>)>,
    kept_bytes: usize,
    /// Those that can be seen through somewhere.
    translucent: HashSet<ThumbnailKey>,
    /// How many have become ready; a test waits for it.
    uploaded: u64,
}

impl Default for Textures {
    fn default() -> Self {
        Self {
            ready: LruCache::unbounded(),
            failed: HashMap::new(),
            arrived: VecDeque::new(),
            kept_bytes: 0,
            translucent: HashSet::new(),
            uploaded: 0,
        }
    }
}

impl Textures {
    /// A thumbnail has come, or will not come.
    pub(super) fn receive(&mut self, key: ThumbnailKey, result: Result<Arc<Pixels>, Problem>) {
        match result {
            Ok(pixels) => self.arrived.push_back((key, pixels)),
            Err(problem) => drop(self.failed.insert(key, problem)),
        }
    }

    /// Uploads what the frame has time for. Returns whether something is left for the next one.
    pub(super) fn upload(&mut self, ctx: &egui::Context) -> bool {
        let mut bytes = 0;
        for _ in 0..FRAME_COUNT {
            if bytes >= FRAME_BYTES {
                break;
            }
            let Some((key, pixels)) = self.arrived.pop_front() else {
                break;
            };
            bytes += pixels.rgba.len();
            let handle = ctx.load_texture(
                "thumbnail",
                image_from_pixels(&pixels),
                TextureOptions::LINEAR,
            );
            self.failed.remove(&key);
            if is_translucent(&pixels) {
                self.translucent.insert(key.clone());
            } else {
                self.translucent.remove(&key);
            }
            self.keep(key, handle, pixels.rgba.len());
        }
        !self.arrived.is_empty()
    }

    fn keep(&mut self, key: ThumbnailKey, handle: TextureHandle, bytes: usize) {
        self.uploaded += 1;
        self.kept_bytes += bytes;
        if let Some((_, replaced)) = self.ready.put(key, (handle, bytes)) {
            self.kept_bytes -= replaced;
        }
        while self.kept_bytes > KEPT_BYTES && self.ready.len() > 1 {
            if let Some((evicted, (_, bytes))) = self.ready.pop_lru() {
                self.kept_bytes -= bytes;
                self.translucent.remove(&evicted);
            }
        }
    }

    /// What there is of a thumbnail; using it keeps it.
    pub(super) fn get(&mut self, key: &ThumbnailKey) -> Thumbnail {
        if let Some((handle, _)) = self.ready.get(key) {
            return Thumbnail::Ready(handle.clone());
        }
        match self.failed.get(key) {
            Some(problem) => Thumbnail::Failed(problem.clone()),
            None => Thumbnail::Waiting,
        }
    }

    /// Whether the thumbnail can be seen through, so that it needs a ground.
    #[must_use]
    pub(super) fn is_translucent(&self, key: &ThumbnailKey) -> bool {
        self.translucent.contains(key)
    }

    /// Whether it has to be asked for.
    #[must_use]
    pub(super) fn is_wanted(&self, key: &ThumbnailKey) -> bool {
        !self.ready.contains(key)
            && !self.failed.contains_key(key)
            && !self.arrived.iter().any(|(arrived, _)| arrived == key)
    }

    /// Forgets failures, so that they are tried again.
    pub(super) fn forget_failures(&mut self) {
        self.failed.clear();
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        *self = Self {
            uploaded: self.uploaded,
            ..Self::default()
        };
    }

    /// How many have become ready since the start.
    #[must_use]
    pub(super) const fn uploaded(&self) -> u64 {
        self.uploaded
    }
}

/// Whether a picture can be seen through somewhere.
#[must_use]
pub(super) fn is_translucent(pixels: &Pixels) -> bool {
    pixels.rgba.chunks_exact(4).any(|pixel| pixel[3] < u8::MAX)
}

/// The pixels as egui takes them.
#[must_use]
pub(super) fn image_from_pixels(pixels: &Pixels) -> ColorImage {
    let size = [pixels.size.width as usize, pixels.size.height as usize];
    ColorImage::from_rgba_unmultiplied(size, &pixels.rgba)
}
