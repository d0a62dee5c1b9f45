//! The inspector: access, metadata and creator of what is selected.

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use lenticular::engine::{Event, ImageEdit, Request};
use lenticular::model::{ImageChange, Metadata};

use super::{card, image, window};
use crate::stage::Stage;

/// The one edit of one image that is asked for, and nothing else.
fn edit(window: &mut Stage) -> ImageEdit {
    let asked = window.asked();
    match asked.as_slice() {
        [Request::EditImages(edits)] if edits.len() == 1 => edits[0].clone(),
        _ => panic!("{asked:?}"),
    }
}

#[test]
fn signed_urls_skip_images_with_custom_ids_and_say_so() {
    let mut window = window();
    window.choose("wood-grain.jpg");
    card(&mut window, "yellow-flower.jpg", Modifiers::COMMAND);
    window.asked();
    window.press("Signed URLs");
    window
        .harness
        .get_by_label_contains("it cannot be private and is skipped");
    window.photograph("gallery-signed-menu");
    window.click(Role::MenuItem, "Require signed URLs");
    let expected = ImageEdit {
        id: image(12).id,
        change: ImageChange {
            require_signed_urls: Some(true),
            ..ImageChange::default()
        },
    };
    assert_eq!(edit(&mut window), expected);
}

#[test]
fn a_custom_id_cannot_become_private_and_a_generated_one_can() {
    let mut window = window();
    window.choose("wood-grain.jpg");
    let switch = window
        .harness
        .get_by_role_and_label(Role::Switch, "Require signed URLs");
    assert!(switch.accesskit_node().is_disabled());
    window.choose("yellow-flower.jpg");
    window.asked();
    window.click(Role::Switch, "Require signed URLs");
    assert_eq!(edit(&mut window).change.require_signed_urls, Some(true));
}

#[test]
fn metadata_is_saved_only_by_its_button() {
    let mut window = window();
    window.choose("yellow-flower.jpg");
    window.asked();
    window.type_into("Value of field 1", "-team");
    assert_eq!(window.asked(), []);
    window.press("Save metadata");
    let metadata = edit(&mut window).change.metadata.unwrap();
    assert_eq!(metadata.as_object()["team"], "web-team");
}

#[test]
fn unsaved_metadata_outlives_a_change_of_the_image() {
    let mut window = window();
    window.choose("yellow-flower.jpg");
    window.type_into("Value of field 1", "-team");
    window.choose("ladybird.jpg");
    window
        .harness
        .get_by_label("Unsaved changes of yellow-flower.jpg");
    window.photograph("gallery-unsaved");
    window.asked();
    window.press("Save changes of yellow-flower.jpg");
    assert_eq!(edit(&mut window).id, image(12).id);
    let mut saved = image(12);
    saved.metadata = Metadata::parse(r#"{"team":"web-team","alt":"A flower after rain"}"#).unwrap();
    window.tell(Event::ImageChanged {
        id: saved.id.clone(),
        result: Ok(Box::new(saved)),
    });
    assert!(
        window
            .harness
            .query_by_label("Unsaved changes of yellow-flower.jpg")
            .is_none()
    );
}

#[test]
fn metadata_over_the_limit_cannot_be_saved() {
    let mut window = window();
    window.choose("yellow-flower.jpg");
    window.type_into("Value of field 1", &"x".repeat(1_024));
    window.harness.get_by_label_contains("the limit is 1,024");
    assert!(window.is_disabled("Save metadata"));
    window.press("Revert metadata");
    assert!(window.harness.query_by_label("Save metadata").is_none());
}

#[test]
fn metadata_can_be_written_as_json() {
    let mut window = window();
    window.choose("yellow-flower.jpg");
    window.press("Edit as JSON");
    window.type_over("Metadata as JSON", "{\"n\":");
    window
        .harness
        .get_by_label_contains("This is not valid JSON");
    window.type_into("Metadata as JSON", "1}");
    window.asked();
    assert_eq!(window.value_of("Metadata as JSON"), r#"{"n":1}"#);
    window.press("Save metadata");
    let metadata = edit(&mut window).change.metadata;
    assert_eq!(metadata, Metadata::parse(r#"{"n":1}"#).ok());
}

#[test]
fn the_creator_is_edited_on_a_click_and_saved_with_enter() {
    let mut window = window();
    window.choose("yellow-flower.jpg");
    window.press("Edit creator");
    // The field has the keyboard already.
    window.field("Name of the creator").type_text("-b");
    window.settle();
    window.asked();
    window.key(Key::Enter);
    let creator = edit(&mut window).change.creator;
    assert_eq!(creator.as_deref(), Some("studio-7-b"));
}
