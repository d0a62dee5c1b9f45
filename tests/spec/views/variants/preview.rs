//! A variant tried on a picture: the preview, the sample it is tried on, and the URLs.

use std::sync::Arc;
use std::time::Duration;

use egui::accesskit::Role;
use egui::{Theme, vec2};
use egui_kittest::kittest::Queryable as _;
use lenticular::engine::{Event, Pixels, Preview, PreviewFile, Request};
use lenticular::model::{
    ByteSize, ImageId, MetadataPolicy, PixelSize, Problem, Variant, VariantId,
};
use lenticular::samples;

use super::{NAMES, images, open, usual, variants};
use crate::stage::{LARGE, Stage, pixels};

/// The middle of a picture of 1920 × 1200.
const SQUARE: [f32; 4] = [0.1875, 0.0, 0.625, 1.0];

fn decoded(index: usize, side: u32) -> image::RgbaImage {
    let bytes = samples::sample(index, side).bytes;
    image::load_from_memory(&bytes).unwrap().into_rgba8()
}

/// The thumbnail of an image.
fn sample(id: &ImageId) -> Arc<Pixels> {
    let index = NAMES.iter().position(|name| id.as_str().ends_with(name));
    Arc::new(pixels(decoded(index.unwrap(), 128)))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "pixels of a small picture"
)]
#[expect(
    clippy::disallowed_methods,
    reason = "a picture to look at, not our rendering"
)]
fn preview(variant: &Variant, visible: [f32; 4]) -> Preview {
    let original = decoded(1, 480);
    let [x, y, w, h] = visible;
    let (width, height) = (original.width() as f32, original.height() as f32);
    let trimmed = image::imageops::crop_imm(
        &original,
        (x * width) as u32,
        (y * height) as u32,
        (w * width) as u32,
        (h * height) as u32,
    )
    .to_image();
    let size = PixelSize::new(
        variant.options.width.unwrap(),
        variant.options.height.unwrap_or(375),
    );
    let rendition = image::imageops::resize(
        &trimmed,
        size.width,
        size.height,
        image::imageops::FilterType::Triangle,
    );
    Preview {
        rendition: Arc::new(pixels(rendition)),
        original: Arc::new(pixels(original)),
        original_size: PixelSize::new(1920, 1200),
        original_bytes: ByteSize(418_000),
        visible,
        size,
        file: Some(PreviewFile {
            bytes: ByteSize(14_000),
            format: "WebP",
        }),
        took: Duration::from_millis(9),
    }
}

/// Shows what `variant` makes of the first image.
fn show_preview(window: &mut Stage, variant: &Variant, visible: [f32; 4]) {
    let preview = preview(variant, visible);
    let ctx = window.harness.ctx.clone();
    let image = images()[0].id.clone();
    let app = window.harness.state_mut();
    app.show_preview(&ctx, image, variant, &preview);
    window.settle();
}

/// Steps until words are there that a task in the background brings.
#[expect(
    clippy::disallowed_methods,
    reason = "a test has nothing else to do meanwhile"
)]
fn wait_for(window: &mut Stage, words: &str) {
    for _ in 0..400 {
        if window.shows(words) {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
        window.harness.step();
    }
    panic!("{words:?} never came");
}

#[test]
fn flexible_variants_are_switched_and_bring_their_own_url() {
    let mut window = usual();
    window.choose("thumbnail");
    assert!(window.shows("…/two-wings/thumbnail"));
    assert!(window.shows("…/two-wings/fit=cover,w=300,h=300"));
    window.click(Role::Switch, "Flexible variants");
    assert_eq!(window.asked(), [Request::SetFlexible(false)]);
    window.tell(Event::Flexible(Ok(false)));
    assert!(!window.shows("fit=cover"));
}

#[test]
fn both_urls_are_copied_whole() {
    let mut window = usual();
    window.choose("thumbnail");
    let base = "https://imagedelivery.net/Vi7wi5KSItxGFsWRG2Us6Q/flowers/two-wings";
    for (button, tail) in [
        ("Copy URL", "thumbnail"),
        ("Copy flexible URL", "fit=cover,w=300,h=300,metadata=none"),
    ] {
        assert_eq!(window.copy(button), format!("{base}/{tail}"));
    }
}

#[test]
fn the_preview_tells_both_sizes_and_where_it_was_rendered() {
    let mut window = usual();
    window.choose("thumbnail");
    show_preview(&mut window, &variants()[1], SQUARE);
    assert!(window.shows("Original 1920 × 1200, 418 KB"));
    assert!(window.shows("thumbnail 300 × 300, WebP 14 KB"));
    assert!(
        window.shows("Shown at 94 %"),
        "300 pixels do not fit beside the original"
    );
    assert!(window.shows("Preview rendered here in 9 ms"));
}

#[test]
fn a_picture_is_shown_before_it_is_known_what_it_is_as_a_file() {
    let mut window = usual();
    window.choose("thumbnail");
    let pixels_only = Preview {
        file: None,
        ..preview(&variants()[1], SQUARE)
    };
    let (ctx, image) = (window.harness.ctx.clone(), images()[0].id.clone());
    let app = window.harness.state_mut();
    app.show_preview(&ctx, image, &variants()[1], &pixels_only);
    window.settle();
    assert!(window.shows("thumbnail 300 × 300"));
}

#[test]
fn a_failed_preview_says_why_and_keeps_the_picture_before() {
    let mut window = usual();
    window.choose("thumbnail");
    show_preview(&mut window, &variants()[1], SQUARE);
    window.click(Role::RadioButton, "Fit pad");
    wait_for(&mut window, "No preview of these options");
    assert!(window.shows("No preview of these options"));
    assert!(!window.is_disabled("Retry"));
    assert!(
        window.shows("thumbnail 300 × 300"),
        "the picture before stays"
    );
}

#[test]
fn another_sample_is_found_by_its_name() {
    let mut window = usual();
    window.press("Choose a sample image");
    window.type_over("Find by name", "STORM");
    assert!(
        window
            .harness
            .query_by_role_and_label(Role::ListBoxOption, "dune.jpg")
            .is_none()
    );
    window.choose("storm.jpg");
    let sample = window.state().variants.sample.clone();
    assert_eq!(sample, Some(ImageId::from_server("flowers/storm")));
    assert!(window.shows("…/storm/public"));
}

#[test]
fn every_control_has_a_name() {
    let mut window = usual();
    window.choose("thumbnail");
    window.assert_all_named();
}

/// Nothing is compared: the pictures in `target/pictures` are for looking at.
#[test]
fn the_view_is_drawn_in_every_window() {
    for (name, size, theme, scale) in [
        ("variants-dark", LARGE, Theme::Dark, 1.0),
        ("variants-light", LARGE, Theme::Light, 1.0),
        ("variants-small", vec2(800.0, 600.0), Theme::Dark, 1.0),
        ("variants-double", vec2(960.0, 600.0), Theme::Light, 2.0),
    ] {
        let mut window = open(size, theme, scale, images());
        if size.x > 1200.0 {
            window.choose("thumbnail");
        } else {
            window.click(Role::ComboBox, "Variant");
            window.choose("thumbnail");
        }
        window.settle();
        let mut drafted = variants()[1].clone();
        drafted.options.metadata = MetadataPolicy::Copyright;
        window.click(Role::RadioButton, "copyright");
        window.paint_thumbnails(sample);
        wait_for(&mut window, "No preview of these options");
        show_preview(&mut window, &drafted, SQUARE);
        window.photograph(name);
    }
}

#[test]
fn the_view_is_drawn_in_every_state() {
    let mut window = open(LARGE, Theme::Dark, 1.0, images());
    window.press("New variant");
    window.type_over("Variant name", "my-banner");
    window.type_over("Width", "0");
    window.click(Role::ComboBox, "Browser cache");
    window.choose("Custom");
    window.type_over("Blur radius", "80");
    window.paint_thumbnails(sample);
    window.photograph("variants-new");
    window.press("Choose a sample image");
    window.paint_thumbnails(sample);
    window.photograph("variants-samples");
    let mut window = open(LARGE, Theme::Light, 1.0, Vec::new());
    window.photograph("variants-empty");
    window.tell(Event::VariantSaved {
        id: VariantId::public(),
        created: false,
        result: Err(Problem::new("The service did not answer").with_hint("Try again later")),
    });
    window.photograph("variants-problem");
    let mut window = usual();
    window.choose("hero");
    show_preview(&mut window, &variants()[2], [0.0, 0.25, 1.0, 0.533]);
    window.photograph("variants-hero");
}
