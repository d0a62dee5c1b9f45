//! What is about to be uploaded: files that wait, their options, and addresses.

use egui::Theme;
use egui::accesskit::Role;
use lenticular::engine::{Request, UploadInput};
use lenticular::model::UploadSpec;

use super::{FOUR_FILES, with_files};
use crate::stage::Stage;

/// The first upload that was asked for.
fn uploaded(stage: &mut Stage) -> Option<(Vec<UploadInput>, Box<UploadSpec>)> {
    stage.asked().into_iter().find_map(|request| match request {
        Request::Upload { inputs, spec } => Some((inputs, spec)),
        _ => None,
    })
}

#[test]
fn files_from_the_command_line_wait_for_a_look_at_the_options() {
    let mut stage = with_files(Theme::Dark, &FOUR_FILES);
    assert!(stage.shows("4 items ready"));
    assert!(stage.shows("a.jpg, b.png, c.gif, and 1 more"));
    stage.type_into("Creator", "studio-7");
    stage.press("Upload 4 items");
    let (inputs, spec) = uploaded(&mut stage).unwrap();
    assert_eq!(inputs.len(), 4);
    assert_eq!(spec.creator.as_deref(), Some("studio-7"));
    assert!(!stage.shows("items ready"));
}

#[test]
fn what_waits_can_be_discarded() {
    let mut stage = with_files(Theme::Dark, &["/tmp/a.jpg"]);
    stage.press("Discard");
    assert!(!stage.shows("1 item ready"));
    assert_eq!(uploaded(&mut stage), None);
}

#[test]
fn options_that_cannot_work_are_told_and_hold_the_upload_back() {
    let mut stage = with_files(Theme::Dark, &["/tmp/a.jpg"]);
    stage.type_into("Image ID", "../x");
    assert!(stage.shows("An image ID cannot have “.” or “..” as a part of its path"));
    assert!(stage.is_disabled("Upload 1 item"));
    stage.click(Role::Switch, "Require signed URLs");
    assert!(stage.shows("Not used while signed URLs are required"));
    assert!(!stage.is_disabled("Upload 1 item"));
}

#[test]
fn a_problem_that_appears_while_typing_does_not_take_the_keyboard_away() {
    let mut stage = Stage::at("Uploads");
    stage.type_into("Image ID", ".");
    assert!(stage.shows("An image ID cannot have"));
    // Nobody clicks into the field again.
    for letter in ["./", "a"] {
        stage.harness.event(egui::Event::Text(letter.to_owned()));
        stage.settle();
    }
    assert_eq!(stage.value_of("Image ID"), "../a");
}

#[test]
fn a_template_shows_what_it_makes_of_a_file() {
    let mut stage = Stage::at("Uploads");
    assert!(stage.shows("Leave empty for a generated ID"));
    stage.type_into("Image ID", "{folder}/{name}");
    assert!(stage.shows("travel/dune-ridge · leave empty for a generated ID"));
}

#[test]
fn options_are_remembered_once_they_are_settled() {
    let mut stage = Stage::at("Uploads");
    stage.type_into("Creator", "studio-7");
    assert!(stage.asked().is_empty(), "nothing is settled yet");
    stage.click(Role::Switch, "Require signed URLs");
    let saved: Vec<_> = stage
        .asked()
        .into_iter()
        .filter_map(|request| match request {
            Request::SavePreferences(preferences) => Some(preferences.upload),
            _ => None,
        })
        .collect();
    let last = saved.last().unwrap();
    assert!(last.require_signed_urls);
    assert_eq!(last.creator.as_deref(), Some("studio-7"));
}

#[test]
fn metadata_is_typed_as_fields_or_as_json_and_counted_in_bytes() {
    let mut stage = Stage::at("Uploads");
    stage.press("Add field");
    stage.type_into("Name of field 1", "team");
    stage.type_into("Value of field 1", "web");
    assert!(stage.shows("14 of 1,024 bytes"));
    stage.press("Edit as JSON");
    let json = stage.value_of("Metadata as JSON");
    assert!(json.contains("\"team\": \"web\""));
    stage.type_into("Metadata as JSON", "!");
    assert!(stage.shows("This is not valid JSON"));
    assert!(stage.is_disabled("Edit as fields"));
    stage.assert_all_named();
}

#[test]
fn addresses_are_checked_line_by_line_before_they_are_uploaded() {
    let mut stage = Stage::at("Uploads");
    stage.press("Add from URLs");
    stage.type_into("Addresses", "https://a.example/1.png\nnope");
    assert!(stage.shows("Line 2 is no web address: nope"));
    assert!(stage.is_disabled("Add 1 URL"));
    stage.type_into("Addresses", "\nhttps://a.example/2.png");
    for _ in 0..2 {
        stage.settle();
    }
    stage.assert_all_named();
    stage.press("Cancel");
    assert!(!stage.shows("Line 2"));

    let mut stage = Stage::at("Uploads");
    stage.press("Add from URLs");
    stage.type_into("Addresses", "https://a.example/1.png");
    stage.press("Add 1 URL");
    let (inputs, _) = uploaded(&mut stage).unwrap();
    let url = UploadInput::Url("https://a.example/1.png".to_owned());
    assert_eq!(inputs, [url]);
}

#[test]
fn what_comes_in_while_the_options_cannot_work_waits_instead_of_failing() {
    let mut stage = Stage::at("Uploads");
    stage.type_into("Image ID", "../x");
    stage.press("Add from URLs");
    stage.type_into("Addresses", "https://a.example/1.png");
    stage.press("Add 1 URL");
    assert!(stage.shows("1 item ready"));
    assert!(stage.shows("The options need a change first"));
    assert_eq!(uploaded(&mut stage), None);
}
