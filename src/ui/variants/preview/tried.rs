//! What was asked and what has come: the newest options win, and the picture before stays.

use std::time::{Duration, Instant};

use egui::{ColorImage, TextureHandle, TextureOptions, Ui};

use crate::engine::{Handle, Pixels, Preview, PreviewFile};
use crate::model::{ByteSize, ImageId, PixelSize, Problem, VariantOptions};
use crate::ui::slot::Slot;
use crate::ui::text::tr;
use crate::ui::textures::image_from_pixels;

/// Longer sides are reduced before they become a texture: more is not seen, and costs memory.
const MAX_TEXTURE_SIDE: usize = 4096;

/// What was asked for: a picture and what is done to it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Question {
    pub(super) image: ImageId,
    pub(super) options: VariantOptions,
}

/// The preview as the view keeps it.
#[derive(Default)]
pub(in crate::ui::variants) struct Tried {
    slot: Slot<Answer>,
    /// What the picture that is shown is as a file. It takes longer than the pixels.
    file: Slot<PreviewFile>,
    /// What was asked last, for which name, and when.
    asked: Option<(Question, String, Instant)>,
    /// What is drawn meanwhile.
    pub(super) shown: Option<Picture>,
}

/// What came back, ready to become textures.
struct Answer {
    question: Question,
    facts: Facts,
    /// Only where it is another than the one that was shown when this was asked.
    original: Option<ColorImage>,
    rendition: ColorImage,
}

/// What is told about a preview.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub(super) original_size: PixelSize,
    pub(super) original_bytes: ByteSize,
    /// The part of the original that is not trimmed: x, y, width and height, 0 to 1.
    pub(super) visible: [f32; 4],
    pub(super) size: PixelSize,
    /// What it is as a file, once that is known.
    pub(super) file: Option<PreviewFile>,
    pub(super) took: Duration,
}

/// What is drawn.
pub(super) struct Picture {
    pub(super) question: Question,
    pub(super) name: String,
    pub(super) facts: Facts,
    pub(super) original: TextureHandle,
    pub(super) rendition: TextureHandle,
}

impl Answer {
    fn new(question: Question, preview: &Preview, max_side: usize, with_original: bool) -> Self {
        Self {
            question,
            facts: Facts {
                original_size: preview.original_size,
                original_bytes: preview.original_bytes,
                visible: preview.visible,
                size: preview.size,
                file: preview.file,
                took: preview.took,
            },
            original: with_original.then(|| texture_image(&preview.original, max_side)),
            rendition: texture_image(&preview.rendition, max_side),
        }
    }
}

/// The pixels as a texture takes them, reduced by whole steps until no side is too long.
fn texture_image(pixels: &Pixels, max_side: usize) -> ColorImage {
    let image = image_from_pixels(pixels);
    let longest = image.size[0].max(image.size[1]);
    let step = longest.div_ceil(max_side.max(1)).max(1);
    if step == 1 {
        return image;
    }
    let [width, height] = image.size;
    let size = [(width / step).max(1), (height / step).max(1)];
    let mut reduced = Vec::with_capacity(size[0] * size[1]);
    for y in 0..size[1] {
        for x in 0..size[0] {
            reduced
                .push(image.pixels[(y * step).min(height - 1) * width + (x * step).min(width - 1)]);
        }
    }
    ColorImage::new(size, reduced)
}

impl Tried {
    /// Size of the original that is shown, in pixels.
    pub(in crate::ui::variants) fn original_size(&self) -> Option<PixelSize> {
        Some(self.shown.as_ref()?.facts.original_size)
    }

    /// Whether a picture is being rendered.
    pub(super) fn is_waiting(&self) -> bool {
        self.slot.is_waiting()
    }

    /// How long ago the last question was asked.
    pub(super) fn waited(&self) -> Duration {
        self.asked
            .as_ref()
            .map_or(Duration::ZERO, |(_, _, since)| since.elapsed())
    }

    /// Why there is no new picture.
    pub(super) fn problem(&self) -> Option<&Problem> {
        self.slot.problem()
    }

    /// Takes in what has come and asks for what is to be shown now.
    pub(super) fn follow(&mut self, ui: &Ui, engine: &Handle, question: Question, name: &str) {
        self.slot.poll();
        if let Some(answer) = self.slot.take() {
            // The name may be another by now, the picture is still that of the old one.
            let asked_for = self.asked.as_ref().map(|(_, name, _)| name.clone());
            self.show(ui.ctx(), answer, asked_for.as_deref().unwrap_or(name));
        }
        self.follow_file(engine, &question);
        let is_asked = self.asked.as_ref().map(|(asked, ..)| asked) == Some(&question);
        // Options that break a rule make no picture; the last one stays.
        if is_asked || !question.options.validate().is_empty() {
            return;
        }
        let same_image = self
            .asked
            .as_ref()
            .is_some_and(|(asked, ..)| asked.image == question.image);
        if same_image && self.slot.is_waiting() {
            return;
        }
        let max_side = ui
            .input(|input| input.max_texture_side)
            .min(MAX_TEXTURE_SIDE);
        let rendering = engine.preview(question.image.clone(), question.options.clone());
        let asked = question.clone();
        let with_original = !self.shows(&question.image);
        self.slot.start(engine, async move {
            let preview = rendering.await?;
            let prepared = tokio::task::spawn_blocking(move || {
                Answer::new(question, &preview, max_side, with_original)
            });
            prepared
                .await
                .map_err(|_broken| Problem::new(tr!("variants-preview-broken")))
        });
        self.asked = Some((asked, name.to_owned(), Instant::now()));
    }

    /// Asks what the picture that is shown is as a file, as long as it is the one that is wanted.
    fn follow_file(&mut self, engine: &Handle, wanted: &Question) {
        self.file.poll();
        let Some(shown) = &mut self.shown else {
            return;
        };
        if let Some(file) = self.file.take() {
            shown.facts.file = Some(file);
        }
        let is_open =
            shown.facts.file.is_none() && !self.file.is_waiting() && self.file.problem().is_none();
        if is_open && shown.question == *wanted {
            let Question { image, options } = wanted.clone();
            self.file.start(engine, engine.preview_file(image, options));
        }
    }

    fn shows(&self, image: &ImageId) -> bool {
        self.shown
            .as_ref()
            .is_some_and(|shown| shown.question.image == *image)
    }

    fn show(&mut self, ctx: &egui::Context, answer: Answer, name: &str) {
        self.file.clear();
        // The original changes with the image alone: its texture is kept while options change.
        let kept = self
            .shown
            .take()
            .filter(|shown| shown.question.image == answer.question.image)
            .map(|shown| shown.original);
        let new = answer
            .original
            .map(|original| ctx.load_texture("preview-original", original, smooth()));
        let Some(original) = kept.or(new) else {
            // Made for a picture that is not shown any more; asked anew, it comes whole.
            self.asked = None;
            return;
        };
        self.shown = Some(Picture {
            name: name.to_owned(),
            rendition: ctx.load_texture("preview-rendition", answer.rendition, smooth()),
            question: answer.question,
            facts: answer.facts,
            original,
        });
    }

    /// Asks again for what failed.
    pub(super) fn retry(&mut self) {
        self.asked = None;
    }

    /// Takes a preview that was rendered elsewhere for an answer.
    pub(in crate::ui::variants) fn put(
        &mut self,
        ctx: &egui::Context,
        (image, options): (ImageId, VariantOptions),
        name: &str,
        preview: &Preview,
    ) {
        let question = Question { image, options };
        let max_side = ctx
            .input(|input| input.max_texture_side)
            .min(MAX_TEXTURE_SIDE);
        self.slot.clear();
        self.asked = Some((question.clone(), name.to_owned(), Instant::now()));
        self.show(ctx, Answer::new(question, preview, max_side, true), name);
    }
}

fn smooth() -> TextureOptions {
    TextureOptions {
        mipmap_mode: Some(egui::TextureFilter::Linear),
        ..TextureOptions::LINEAR
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_that_no_texture_can_hold_is_reduced() {
        let pixels = Pixels {
            size: PixelSize::new(9_000, 2),
            rgba: vec![200; 9_000 * 2 * 4],
        };
        assert_eq!(texture_image(&pixels, 4_096).size, [3_000, 1]);
    }
}
