//! Cards and rows: which exist, which have a picture, what they are called.

use egui::accesskit::Role;
use egui::{Key, Modifiers, Theme, vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use lenticular::engine::{Event, Inspection, Request};
use lenticular::model::{ByteSize, PixelSize, Problem};

use super::{answer, card, filled, image, images, open, page_request, sample, selected, window};
use crate::stage::{LARGE, Stage};

#[test]
fn only_the_thumbnails_in_sight_are_asked_for_and_only_once() {
    let mut window = window();
    let wishes: Vec<_> = window
        .asked()
        .into_iter()
        .filter_map(|request| match request {
            Request::Thumbnails(wishes) => Some(wishes),
            _ => None,
        })
        .collect();
    assert_eq!(wishes.len(), 1, "one wish for what is in sight");
    assert_eq!(wishes[0][0].key.id, image(0).id);
    assert!((15..=40).contains(&wishes[0].len()), "{}", wishes[0].len());
    assert!(wishes[0].iter().all(|wish| wish.key.max_side_px == 256));
    assert!(
        !wishes[0].iter().any(|wish| wish.key.id == image(6).id),
        "a draft has no picture"
    );
    window.settle();
    assert_eq!(window.asked(), []);
    window.key(Key::End);
    assert!(
        window.asked().iter().any(
            |request| matches!(request, Request::Thumbnails(wishes) if wishes.iter().any(|wish| wish.key.id == image(99).id))
        )
    );
}

#[test]
fn a_failed_thumbnail_is_tried_again_after_a_refresh() {
    let mut window = window();
    let Some(Request::Thumbnails(wishes)) = window
        .asked()
        .into_iter()
        .find(|request| matches!(request, Request::Thumbnails(_)))
    else {
        panic!("no wish")
    };
    for wish in wishes {
        window.tell(Event::Thumbnail {
            key: wish.key,
            result: Err(Problem::new("no")),
        });
    }
    window.asked();
    window.key(Key::F5);
    assert!(
        window
            .asked()
            .iter()
            .any(|request| matches!(request, Request::Thumbnails(wishes) if !wishes.is_empty()))
    );
}

#[test]
fn of_a_thousand_images_only_those_in_sight_exist() {
    let mut window = open(LARGE, Theme::Dark, 1.0);
    let page = page_request(&mut window);
    answer(&mut window, page.generation, images(1_000), 1_000, true);
    let count = |window: &Stage| {
        window
            .harness
            .query_all_by(|node| node.role() == Role::ListBoxOption)
            .count()
    };
    assert!(count(&window) <= 40, "{}", count(&window));
    window.click(Role::RadioButton, "List");
    assert!(count(&window) <= 40, "{}", count(&window));
}

#[test]
fn a_card_says_its_name_its_access_and_its_place() {
    let mut window = window();
    window.choose("infinite-sea.jpg");
    let card = window
        .harness
        .get_by_role_and_label(Role::ListBoxOption, "infinite-sea.jpg");
    let node = card.accesskit_node();
    let words = node.description().unwrap();
    for part in ["private", "selected", "2 of 12,304"] {
        assert!(words.contains(part), "{words}");
    }
}

#[test]
fn the_list_keeps_the_selection_and_has_columns() {
    let mut window = window();
    window.choose("yellow-flower.jpg");
    window.click(Role::RadioButton, "List");
    for title in ["Name", "Uploaded", "Access"] {
        assert!(
            window.harness.query_all_by_label(title).next().is_some(),
            "{title}"
        );
    }
    assert_eq!(selected(&window), ["yellow-flower.jpg"]);
    window.key(Key::ArrowDown);
    assert_eq!(selected(&window), ["blinds.jpg"]);
}

#[test]
fn every_control_has_a_name() {
    let mut window = window();
    for setup in 0..3 {
        match setup {
            0 => window.choose("yellow-flower.jpg"),
            1 => card(&mut window, "ladybird.jpg", Modifiers::COMMAND),
            _ => {
                window.choose("ladybird.jpg");
                window.key(Key::Enter);
            }
        }
        window.assert_all_named();
    }
}

/// Not a test of behavior: pictures for a person to look at.
#[test]
fn the_views_can_be_drawn_in_every_size() {
    let details = Inspection {
        image: image(12),
        original_size: Some(PixelSize::new(1920, 1200)),
        original_format: Some("JPEG".to_owned()),
        original_bytes: Some(ByteSize(642_000)),
    };
    let cases = [
        ("dark", LARGE, Theme::Dark, 1.0),
        ("light", LARGE, Theme::Light, 1.0),
        ("small", vec2(800.0, 600.0), Theme::Dark, 1.0),
        ("double", vec2(720.0, 450.0), Theme::Light, 2.0),
    ];
    for (name, size, theme, scale) in cases {
        let mut window = filled(size, theme, scale);
        window.settle();
        window.paint_thumbnails(sample);
        if name == "small" {
            window.press("Details");
            window.settle();
            window.choose("fossa-rest.jpg");
            window.paint_thumbnails(sample);
            window.photograph("gallery-details-small");
            window.press("Details");
        }
        window.key(Key::Home);
        for _ in 0..2 {
            window.key(Key::ArrowRight);
        }
        window.key(Key::ArrowDown);
        window.harness.run_steps(40);
        let inspected = selected(&window).remove(0);
        let id = window
            .state()
            .gallery
            .images()
            .iter()
            .find(|image| image.display_name() == inspected)
            .unwrap()
            .id
            .clone();
        window.tell(Event::Inspected {
            id,
            result: Ok(Box::new(details.clone())),
        });
        window.paint_thumbnails(sample);
        window.photograph(&format!("gallery-one-{name}"));
        for _ in 0..2 {
            window.key_with(Modifiers::SHIFT, Key::ArrowRight);
        }
        window.harness.run_steps(40);
        window.photograph(&format!("gallery-several-{name}"));
        window.click(Role::RadioButton, "List");
        window.paint_thumbnails(sample);
        window.photograph(&format!("gallery-list-{name}"));
        window.key(Key::Enter);
        window.photograph(&format!("gallery-viewer-{name}"));
    }
}
