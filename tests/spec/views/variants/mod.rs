//! Variants: edited, tried on a picture at once, saved only when asked.

mod editing;
mod preview;

use egui::{Theme, Vec2};
use lenticular::engine::{Event, PageAnswer, Request, SessionInfo, VariantsAnswer};
use lenticular::model::{Fit, Image, ImageId, Variant};

use crate::stage::{self, LARGE, Stage, library, session, variant, wearing};

fn usual() -> Stage {
    open(LARGE, Theme::Dark, 1.0, images())
}

/// The variants of a library that holds these images and nothing else.
fn open(size: Vec2, theme: Theme, scale: f32, images: Vec<Image>) -> Stage {
    let mut window = Stage::empty(size, scale, theme, &[]);
    window.start(vec![library()], wearing(theme));
    window.tell(Event::SessionOpened(Box::new(SessionInfo {
        delivery_base: "https://imagedelivery.net".to_owned(),
        ..session()
    })));
    let mut asked = window.asked().into_iter().rev();
    let generation = asked.find_map(|request| match request {
        Request::Page(page) => Some(page.generation),
        _ => None,
    });
    let count = images.len();
    window.tell(Event::Page(Box::new(PageAnswer {
        generation: generation.expect("a page is asked for"),
        images,
        first_row: 0,
        matching: count,
        known: count,
        complete: true,
    })));
    window.tell(Event::Stats {
        current: count as u64,
        allowed: 100_000,
    });
    window.tell(Event::Variants(Ok(Box::new(VariantsAnswer {
        variants: variants(),
        flexible: Some(true),
    }))));
    window.press("Variants");
    window.asked();
    window
}

fn variants() -> Vec<Variant> {
    let mut email = variant("email", Fit::Contain, 600, None);
    email.never_require_signed_urls = true;
    vec![
        variant("public", Fit::ScaleDown, 1366, Some(768)),
        variant("thumbnail", Fit::Cover, 300, Some(300)),
        variant("hero", Fit::Crop, 1920, Some(640)),
        variant("avatar", Fit::Cover, 128, Some(128)),
        variant("ogimage", Fit::Pad, 1200, Some(630)),
        email,
    ]
}

const NAMES: [&str; 10] = [
    "two-wings",
    "yellow-01",
    "milky-way",
    "rain-drops",
    "stripes",
    "dune",
    "northern-lights",
    "tulips",
    "marble",
    "storm",
];

fn images() -> Vec<Image> {
    let image = |(index, name): (usize, &&str)| Image {
        require_signed_urls: index == 3,
        ..stage::image(
            ImageId::from_server(format!("flowers/{name}")),
            name,
            "2026-11-02T13:32:00Z".parse().unwrap(),
        )
    };
    NAMES.iter().enumerate().map(image).collect()
}
