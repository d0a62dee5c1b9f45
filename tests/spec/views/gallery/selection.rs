//! What is selected, by pointer and by keyboard, and what is then opened, copied or deleted.

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use jiff::SignedDuration;
use lenticular::engine::Request;
use lenticular::model::ImageId;

use super::{card, image, selected, window};
use crate::stage::Stage;

#[test]
fn clicks_select_and_the_inspector_asks_for_the_one_image() {
    let mut window = window();
    window.asked();
    window.choose("ladybird.jpg");
    assert!(window.asked().contains(&Request::Inspect(image(7).id)));
    card(&mut window, "yellow-flower.jpg", Modifiers::COMMAND);
    assert_eq!(selected(&window), ["ladybird.jpg", "yellow-flower.jpg"]);
    window.choose("kleiber-pine.jpg");
    card(&mut window, "garden-path.jpg", Modifiers::SHIFT);
    assert_eq!(selected(&window).len(), 4);
    window.key(Key::Escape);
    assert!(selected(&window).is_empty());
}

#[test]
fn the_arrows_walk_the_grid_as_it_is_laid_out() {
    let mut window = window();
    window.key(Key::ArrowRight);
    assert_eq!(selected(&window), ["fossa-rest.jpg"]);
    window.key(Key::ArrowDown);
    assert_eq!(selected(&window), ["garden-path.jpg"]);
    window.key_with(Modifiers::SHIFT, Key::ArrowRight);
    assert_eq!(selected(&window), ["garden-path.jpg", "green-meadow.jpg"]);
    window.key(Key::Space);
    assert_eq!(selected(&window), ["garden-path.jpg"]);
    window.key_with(Modifiers::COMMAND, Key::A);
    assert_eq!(selected(&window).len(), 100);
}

#[test]
fn the_cursor_is_always_in_sight() {
    let mut window = window();
    window.key(Key::Home);
    for _ in 0..9 {
        window.key(Key::ArrowDown);
    }
    window.harness.run_steps(60);
    let name = selected(&window).remove(0);
    let card = window
        .harness
        .get_by_role_and_label(Role::ListBoxOption, &name);
    let place = card.rect();
    assert!(place.top() > 50.0 && place.bottom() < 830.0, "{place:?}");
}

#[test]
fn keys_belong_to_the_text_while_something_is_typed() {
    let mut window = window();
    window.choose("ladybird.jpg");
    window.key_with(Modifiers::COMMAND, Key::F);
    window.key(Key::Delete);
    window.key(Key::ArrowRight);
    window.key(Key::Enter);
    assert!(window.state().dialog.is_none());
    assert!(window.state().viewer.is_none());
    assert_eq!(selected(&window), ["ladybird.jpg"]);
}

#[test]
fn delete_asks_and_copy_copies_what_is_selected() {
    let mut window = window();
    window.choose("ladybird.jpg");
    window.harness.event(egui::Event::Copy);
    let url = format!(
        "http://127.0.0.1:8787/Vi7wi5KSItxGFsWRG2Us6Q/{}/public",
        image(7).id
    );
    assert_eq!(window.copied(), Some(url));
    window.key(Key::Delete);
    assert!(window.state().dialog.is_some());
}

/// The images whose URLs shall be signed, each with whether it is private, and for how long.
/// Nothing else is asked for.
fn to_sign(window: &mut Stage) -> (Vec<(ImageId, bool)>, SignedDuration) {
    let asked = window.asked();
    match asked.as_slice() {
        [Request::SignUrls { images, life, .. }] => (images.clone(), *life),
        _ => panic!("{asked:?}"),
    }
}

#[test]
fn a_private_image_is_copied_with_a_signature() {
    let mut window = window();
    window.choose("infinite-sea.jpg");
    window.asked();
    window.press("Copy URL");
    window.click(Role::MenuItem, "Signed for 1 day");
    let (images, life) = to_sign(&mut window);
    assert_eq!(images, [(image(1).id, true)]);
    assert_eq!(life, SignedDuration::from_hours(24));
    window.press("Copy URL of hero");
    to_sign(&mut window);
}

#[test]
fn copying_by_key_signs_what_is_private_and_leaves_the_rest_plain() {
    let mut window = window();
    window.choose("infinite-sea.jpg");
    card(&mut window, "yellow-flower.jpg", Modifiers::COMMAND);
    window.asked();
    window.harness.event(egui::Event::Copy);
    window.settle();
    let (images, life) = to_sign(&mut window);
    assert_eq!(images, [(image(1).id, true), (image(12).id, false)]);
    assert_eq!(life, SignedDuration::from_hours(1));
}

#[test]
fn enter_opens_the_viewer_arrows_step_and_escape_closes_it() {
    let mut window = window();
    window.choose("yellow-flower.jpg");
    window.key(Key::Enter);
    assert_eq!(window.state().viewer.as_ref(), Some(&image(12).id));
    window.key(Key::ArrowRight);
    assert_eq!(window.state().viewer.as_ref(), Some(&image(13).id));
    window.press("Previous image");
    window.press("Previous image");
    assert_eq!(window.state().viewer.as_ref(), Some(&image(11).id));
    window.key(Key::Escape);
    assert!(window.state().viewer.is_none());
    assert_eq!(selected(&window), ["wood-grain.jpg"]);
}

#[test]
fn a_double_click_opens_the_viewer() {
    let mut window = window();
    let place = window
        .harness
        .get_by_role_and_label(Role::ListBoxOption, "ladybird.jpg")
        .rect()
        .center();
    // The harness takes a quarter of a second for each event.
    window
        .harness
        .ctx
        .options_mut(|options| options.input_options.max_double_click_delay = 3.0);
    window.harness.event(egui::Event::PointerMoved(place));
    for pressed in [true, false, true, false] {
        window.harness.event(egui::Event::PointerButton {
            pos: place,
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        });
    }
    window.settle();
    assert_eq!(window.state().viewer.as_ref(), Some(&image(7).id));
}

#[test]
fn a_right_click_opens_a_menu_for_the_image() {
    let mut window = window();
    window
        .harness
        .get_by_role_and_label(Role::ListBoxOption, "ladybird.jpg")
        .click_secondary();
    window.settle();
    assert_eq!(selected(&window), ["ladybird.jpg"]);
    window.photograph("gallery-context");
    window.click(Role::MenuItem, "Open");
    assert_eq!(window.state().viewer.as_ref(), Some(&image(7).id));
}
