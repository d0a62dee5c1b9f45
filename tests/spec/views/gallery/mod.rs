//! The gallery, the inspector and the viewer: found by role and label, as a person would.

mod grid;
mod inspector;
mod pages;
mod selection;

use std::sync::{Arc, OnceLock};

use egui::accesskit::Role;
use egui::{Modifiers, Theme, Vec2};
use egui_kittest::kittest::Queryable as _;
use lenticular::engine::{Event, PageAnswer, PageRequest, Pixels, Request, VariantsAnswer};
use lenticular::model::{Fit, Generation, Image, ImageId, Metadata};

use crate::stage::{self, LARGE, Stage, full_account, library, session, variant, wearing};

/// A window with the first hundred of 12,304 images.
fn window() -> Stage {
    filled(LARGE, Theme::Dark, 1.0)
}

fn filled(size: Vec2, theme: Theme, scale: f32) -> Stage {
    let mut window = open(size, theme, scale);
    let page = page_request(&mut window);
    window.tell(full_account());
    window.tell(Event::Variants(Ok(Box::new(VariantsAnswer {
        variants: vec![
            variant("public", Fit::ScaleDown, 1366, Some(768)),
            variant("hero", Fit::Crop, 1920, Some(640)),
            variant("thumbnail", Fit::Cover, 300, Some(300)),
        ],
        flexible: Some(false),
    }))));
    answer(&mut window, page.generation, images(100), 100, false);
    window.settle();
    window
}

/// A window that waits for its first page. Things move in it, as they do for most people.
fn open(size: Vec2, theme: Theme, scale: f32) -> Stage {
    let mut window = Stage::empty(size, scale, theme, &[]);
    window.start(vec![library()], wearing(theme));
    window.tell(Event::SessionOpened(Box::new(session())));
    window
}

fn answer(
    window: &mut Stage,
    generation: Generation,
    images: Vec<Image>,
    known: usize,
    complete: bool,
) {
    let matching = if complete {
        images.len()
    } else {
        known.min(images.len())
    };
    window.tell(Event::Page(Box::new(PageAnswer {
        generation,
        images,
        first_row: 0,
        matching,
        known,
        complete,
    })));
}

/// The page that was asked for last.
fn page_request(window: &mut Stage) -> PageRequest {
    let mut asked = window.asked().into_iter().rev();
    asked
        .find_map(|request| match request {
            Request::Page(page) => Some(page),
            _ => None,
        })
        .expect("a page is asked for")
}

/// Clicks on a card while keys are held.
fn card(window: &mut Stage, label: &str, modifiers: Modifiers) {
    let card = window
        .harness
        .get_by_role_and_label(Role::ListBoxOption, label);
    card.click_modifiers(modifiers);
    window.settle();
}

fn selected(window: &Stage) -> Vec<String> {
    let images = window.state().gallery.selection.images();
    images
        .map(|image| image.display_name().to_owned())
        .collect()
}

const NAMES: [&str; 24] = [
    "fossa-rest",
    "infinite-sea",
    "kleiber-pine",
    "painting-colors",
    "dune-ridge",
    "garden-path",
    "green-meadow",
    "ladybird",
    "rain-drops",
    "storm-front",
    "two-wings",
    "wood-grain",
    "yellow-flower",
    "blinds",
    "autumn-lane-in-the-evening-light",
    "by-the-water",
    "cold-ripple",
    "colorful-cups",
    "darkest-hour",
    "evening-glow",
    "harbor",
    "moss",
    "north-face",
    "sand",
];

/// Generated ids end in their number; every 12th is a custom one, every 4th is private.
fn image(index: usize) -> Image {
    let name = NAMES[index % NAMES.len()];
    let suffix = match index / NAMES.len() {
        0 => String::new(),
        round => format!("-{round}"),
    };
    let id = if index % 12 == 11 {
        ImageId::custom(format!("walls/{name}{suffix}-{index:012}")).unwrap()
    } else {
        ImageId::from_server(format!("2cdc28f0-017a-49c4-9ed7-{index:012}"))
    };
    let uploaded = "2026-11-02T13:32:00Z".parse::<jiff::Timestamp>().unwrap();
    let earlier = jiff::SignedDuration::from_hours(i64::try_from(index).unwrap() * 17);
    Image {
        metadata: Metadata::parse(r#"{"team":"web","alt":"A flower after rain"}"#).unwrap(),
        creator: index.is_multiple_of(3).then(|| "studio-7".to_owned()),
        require_signed_urls: index % 4 == 1,
        is_draft: index == 6,
        ..stage::image(id, &format!("{name}{suffix}"), uploaded - earlier)
    }
}

fn images(count: usize) -> Vec<Image> {
    (0..count).map(image).collect()
}

/// The picture of an image, which is one of 24; each is painted once for all tests.
fn sample(id: &ImageId) -> Arc<Pixels> {
    static SAMPLES: [OnceLock<Arc<Pixels>>; 24] = [const { OnceLock::new() }; 24];
    let text = id.as_str();
    let number: usize = text[text.len() - 12..].parse().unwrap();
    let pixels = SAMPLES[number % 24].get_or_init(|| {
        let bytes = lenticular::samples::sample(number % 24, 256).bytes;
        let picture = image::load_from_memory(&bytes).unwrap().to_rgba8();
        Arc::new(stage::pixels(picture))
    });
    Arc::clone(pixels)
}
