//! Originals that were fetched: the bytes that the viewer, the inspector and the preview share.
//!
//! Each is fetched once and kept within a limit of bytes, so that a changed option costs no network.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use lru::LruCache;

use crate::model::flexible::FlexibleOptions;
use crate::model::{ByteSize, ImageId, PixelSize, Problem, VariantOptions};
use crate::transform::{self, Accepts, Decoded, Original, Pixels, Plan, TransformError};

use super::lanes::blocking;
use super::session::Session;

/// Bytes of originals that are kept.
const KEPT_BYTES: usize = 64 * 1024 * 1024;

/// Originals have at most 10 MB; what is far beyond is no original.
const LARGEST_ORIGINAL: usize = 32 * 1024 * 1024;

/// The longest side to which the picture being edited is decoded: beyond it, no screen shows more,
/// and the preview of a larger variant is rendered from the bytes.
const EDITING_SIDE_PX: u32 = 2400;

/// Originals by image, and the one that is being edited, decoded.
#[derive(Debug)]
pub(super) struct Originals {
    kept: Mutex<LruCache<ImageId, Bytes>>,
    editing: Mutex<Option<(ImageId, Arc<Editing>)>>,
    fetching: tokio::sync::Mutex<()>,
}

impl Default for Originals {
    fn default() -> Self {
        Self {
            kept: Mutex::new(LruCache::unbounded()),
            editing: Mutex::new(None),
            fetching: tokio::sync::Mutex::new(()),
        }
    }
}

/// The picture being edited.
#[derive(Debug)]
struct Editing {
    original: Original,
    decoded: Decoded,
    /// The decoded pixels once more, to be handed out.
    shown: Arc<Pixels>,
}

/// A variant tried on a picture, without the network.
#[derive(Debug)]
pub struct Preview {
    /// What the variant makes of it.
    pub rendition: Arc<Pixels>,
    /// The picture itself, small enough to be shown.
    pub original: Arc<Pixels>,
    /// Size of the original in pixels, as it is seen.
    pub original_size: PixelSize,
    /// Size of the original in bytes.
    pub original_bytes: ByteSize,
    /// The part of the original that stays visible: x, y, width, height, each from 0 to 1.
    pub visible: [f32; 4],
    /// Size of the rendition in pixels.
    pub size: PixelSize,
    /// What it is as a file, once that is known.
    pub file: Option<PreviewFile>,
    /// How long the pixels took.
    pub took: std::time::Duration,
}

/// A rendition as a file, encoded here. Encoding takes several times as long as the pixels, and so
/// it is asked for by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PreviewFile {
    /// Its size.
    pub bytes: ByteSize,
    /// Name of its format.
    pub format: &'static str,
}

impl Originals {
    /// The bytes of an original, fetched if need be.
    ///
    /// # Errors
    /// What the service refused.
    pub(super) async fn bytes(&self, session: &Session, id: &ImageId) -> Result<Bytes, Problem> {
        if let Some(bytes) = self.kept(id) {
            return Ok(bytes);
        }
        // One at a time: two views that ask for the same original fetch it once, and originals
        // never crowd out the small pictures.
        let _one_at_a_time = self.fetching.lock().await;
        if let Some(bytes) = self.kept(id) {
            return Ok(bytes);
        }
        let bytes = session
            .client()
            .blob_bytes(id, LARGEST_ORIGINAL)
            .await
            .map_err(|error| Problem::from(&error))?;
        self.keep(id.clone(), bytes.clone());
        Ok(bytes)
    }

    /// Forgets originals, since they were deleted.
    pub(super) fn forget(&self, ids: &[ImageId]) {
        let mut editing = self.editing.lock().unwrap_or_else(PoisonError::into_inner);
        editing.take_if(|(id, _)| ids.contains(id));
        drop(editing);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        for id in ids {
            kept.pop(id);
        }
    }

    /// A picture for the viewer, at most `max_side_px` on its longer side.
    ///
    /// # Errors
    /// What the service refused, or a picture that cannot be decoded here.
    pub(super) async fn picture(
        &self,
        session: &Session,
        id: &ImageId,
        max_side_px: u32,
    ) -> Result<Pixels, Problem> {
        let bytes = self.bytes(session, id).await?;
        transformed(move || transform::thumbnail(&bytes, max_side_px)).await
    }

    /// Tries options on a picture. What it is as a file is not told.
    ///
    /// # Errors
    /// What the service refused, or options that make no picture.
    pub(super) async fn preview(
        &self,
        session: &Session,
        id: &ImageId,
        options: VariantOptions,
    ) -> Result<Preview, Problem> {
        let editing = self.editing(session, id).await?;
        transformed(move || render_preview(&editing, &options)).await
    }

    /// What the options make of a picture as a file.
    ///
    /// # Errors
    /// As [`Originals::preview`].
    pub(super) async fn preview_file(
        &self,
        session: &Session,
        id: &ImageId,
        options: VariantOptions,
    ) -> Result<PreviewFile, Problem> {
        let editing = self.editing(session, id).await?;
        transformed(move || encode_preview(&editing, &options)).await
    }

    async fn editing(&self, session: &Session, id: &ImageId) -> Result<Arc<Editing>, Problem> {
        {
            let editing = self.editing.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((other, editing)) = &*editing
                && other == id
            {
                return Ok(Arc::clone(editing));
            }
        }
        let bytes = self.bytes(session, id).await?;
        let opened = transformed(move || {
            let original = Original::open(bytes)?;
            let decoded = Decoded::open(&original, EDITING_SIDE_PX)?;
            Ok(Editing {
                shown: Arc::new(decoded.pixels().clone()),
                original,
                decoded,
            })
        })
        .await?;
        let opened = Arc::new(opened);
        *self.editing.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((id.clone(), Arc::clone(&opened)));
        Ok(opened)
    }

    fn kept(&self, id: &ImageId) -> Option<Bytes> {
        self.kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(id)
            .cloned()
    }

    fn keep(&self, id: ImageId, bytes: Bytes) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.put(id, bytes);
        let mut total: usize = kept.iter().map(|(_, bytes)| bytes.len()).sum();
        while total > KEPT_BYTES && kept.len() > 1 {
            if let Some((_, bytes)) = kept.pop_lru() {
                total -= bytes.len();
            }
        }
    }
}

/// Work on pixels, off the asynchronous threads.
async fn transformed<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, TransformError> + Send + 'static,
) -> Result<T, Problem> {
    blocking(work)
        .await?
        .map_err(|error| super::problems::from_transform(&error))
}

fn render_preview(editing: &Editing, options: &VariantOptions) -> Result<Preview, TransformError> {
    let started = std::time::Instant::now();
    let facts = editing.original.facts();
    let flexible = FlexibleOptions::from_variant(options);
    let plan: Plan = transform::plan(facts.size, &flexible)?;
    let pixels = transform::pixels_decoded(&editing.original, &editing.decoded, &flexible)?;
    #[expect(clippy::cast_precision_loss, reason = "a fraction of the picture")]
    let (width, height) = (
        facts.size.width.max(1) as f32,
        facts.size.height.max(1) as f32,
    );
    let [x, y, w, h] = plan.visible;
    Ok(Preview {
        size: pixels.size,
        file: None,
        rendition: Arc::new(pixels),
        original: Arc::clone(&editing.shown),
        original_size: facts.size,
        original_bytes: ByteSize(editing.original.bytes().len() as u64),
        visible: [x / width, y / height, w / width, h / height],
        took: started.elapsed(),
    })
}

fn encode_preview(
    editing: &Editing,
    options: &VariantOptions,
) -> Result<PreviewFile, TransformError> {
    let flexible = FlexibleOptions::from_variant(options);
    // What a browser of today asks for.
    let accepts = Accepts {
        avif: true,
        webp: true,
    };
    let (_pixels, rendition) =
        transform::render_decoded(&editing.original, &editing.decoded, &flexible, accepts)?;
    Ok(PreviewFile {
        bytes: ByteSize(rendition.bytes.len() as u64),
        format: rendition.format.name(),
    })
}
