//! The main screens, held to pictures of them: what a change of a token or a widget does to the
//! whole is seen here first.

use std::sync::Arc;
use std::time::Duration;

use egui::accesskit::Role;
use egui::{Theme, vec2};
use lenticular::engine::{
    Event, PageAnswer, Pixels, Preview, PreviewFile, Request, VariantsAnswer,
};
use lenticular::model::{ByteSize, Fit, Image, ImageId, PixelSize, Variant};

use crate::render;
use crate::stage::{self, Stage, full_account, library, pixels, session, still, variant};

/// A window with twelve images and three variants in it.
fn screen(theme: Theme) -> Stage {
    let mut screen = Stage::empty(vec2(960.0, 600.0), 1.0, theme, &[]);
    screen.start(vec![library()], still(theme));
    screen.tell(Event::SessionOpened(Box::new(session())));
    screen.tell(full_account());
    screen.tell(Event::Variants(Ok(Box::new(VariantsAnswer {
        variants: variants(),
        flexible: Some(false),
    }))));
    for request in screen.asked() {
        if let Request::Page(page) = request {
            screen.tell(Event::Page(Box::new(PageAnswer {
                generation: page.generation,
                images: images(),
                first_row: 0,
                matching: images().len(),
                known: images().len(),
                complete: false,
            })));
        }
    }
    screen.paint_thumbnails(thumbnail);
    screen
}

fn assert_looks_like(screen: &mut Stage, name: &str) {
    screen.paint_thumbnails(thumbnail);
    screen.harness.remove_cursor();
    screen.harness.run_steps(8);
    render::assert_picture(name, &screen.harness.render().unwrap());
}

fn images() -> Vec<Image> {
    let names = [
        "dune-ridge",
        "milky-way",
        "rain-drops",
        "tulips",
        "marble",
        "storm",
        "northern-lights",
        "harbor",
        "orchard",
        "glacier",
        "meadow",
        "canyon",
    ];
    // A day that is the same in every zone, in a year that will not be this one.
    let uploaded = "2024-11-02T12:00:00Z".parse().unwrap();
    let image = |(index, name): (usize, &str)| Image {
        require_signed_urls: index == 3,
        is_draft: index == 8,
        ..stage::image(ImageId::from_server(name), name, uploaded)
    };
    names.into_iter().enumerate().map(image).collect()
}

fn variants() -> Vec<Variant> {
    vec![
        variant("public", Fit::ScaleDown, 1366, Some(768)),
        variant("hero", Fit::Contain, 1600, None),
        variant("thumbnail", Fit::Cover, 300, Some(300)),
    ]
}

/// A hillside: three flat colors, so that the kept pictures stay small.
fn picture(number: usize, width: u32, height: u32) -> Pixels {
    let hue = u8::try_from(number * 20 % 200).unwrap();
    let drawn = image::RgbaImage::from_fn(width, height, |x, y| {
        let hill = height / 2 + (x * height / width) / 4;
        let sun = (x.abs_diff(width / 4), y.abs_diff(height / 4));
        image::Rgba(if sun.0 + sun.1 < height / 6 {
            [250, 220, 120, 255]
        } else if y > hill {
            [40, 90 + hue / 2, 60, 255]
        } else {
            [90 + hue / 2, 140, 220 - hue / 2, 255]
        })
    });
    pixels(drawn)
}

fn thumbnail(id: &ImageId) -> Arc<Pixels> {
    let number = images().iter().position(|image| image.id == *id);
    Arc::new(picture(number.unwrap(), 96, 64))
}

fn both(check: impl Fn(&mut Stage, &str)) {
    for (theme, name) in [(Theme::Dark, "dark"), (Theme::Light, "light")] {
        check(&mut screen(theme), name);
    }
}

#[test]
fn the_gallery_looks_as_it_was_approved() {
    both(|screen, theme| {
        screen.choose("milky-way.jpg");
        assert_looks_like(screen, &format!("gallery-{theme}"));
    });
}

#[test]
fn the_variant_editor_looks_as_it_was_approved() {
    both(|screen, theme| {
        screen.press("Variants");
        // This window is too narrow for the list: the variant is chosen from a dropdown.
        screen.click(Role::ComboBox, "Variant");
        screen.choose("thumbnail");
        let variant = &variants()[2];
        let preview = Preview {
            rendition: Arc::new(picture(0, 300, 300)),
            original: Arc::new(picture(0, 480, 300)),
            original_size: PixelSize::new(1920, 1200),
            original_bytes: ByteSize(418_000),
            visible: [0.1875, 0.0, 0.625, 1.0],
            size: PixelSize::new(300, 300),
            file: Some(PreviewFile {
                bytes: ByteSize(14_000),
                format: "WebP",
            }),
            took: Duration::from_millis(9),
        };
        let (ctx, image) = (screen.harness.ctx.clone(), images()[0].id.clone());
        let app = screen.harness.state_mut();
        app.show_preview(&ctx, image, variant, &preview);
        assert_looks_like(screen, &format!("variants-{theme}"));
    });
}
