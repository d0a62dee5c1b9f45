//! The whole window on a local library: from the first screen to a picture that is delivered.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use egui::Key;
use egui::accesskit::Role;
use lenticular::config::Dirs;
use lenticular::intake::{Destination, candidates};
use lenticular::journal::Journal;
use lenticular::model::{PixelSize, Source, UploadSpec};

use super::desk::Desk;
use super::pictures;

#[test]
fn from_the_welcome_page_to_a_delivered_variant_and_a_deleted_image() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut desk = Desk::in_library(folder.path());
    desk.step_until("the empty library invites", |desk| {
        desk.shows("No images yet")
    });

    // Three files, with metadata typed in the panel.
    desk.press("Uploads");
    desk.press("Add field");
    desk.type_into("Name of field 1", "team");
    desk.type_into("Value of field 1", "web");
    let files = pictures(&folder.path().join("drop"), 3);
    desk.drop_files(&files);
    desk.step_until("all three are uploaded", |desk| {
        desk.shows("3 of 3 uploaded") && desk.shows("3 images uploaded")
    });
    assert!(desk.shows("picture-000.jpg") && desk.shows("Uploaded"));

    // They are in the grid, with their thumbnails.
    desk.press("Images");
    desk.step_until("three thumbnails are there", |desk| desk.thumbnails() >= 3);
    assert!(desk.shows("1–3 of 3"));
    desk.click(Role::ListBoxOption, "picture-001.jpg");
    desk.step_until("the inspector knows the original", |desk| {
        desk.shows_part("160 × 120")
    });
    assert_eq!(desk.value_of("Name of field 1"), "team");
    assert_eq!(desk.value_of("Value of field 1"), "web");

    // Metadata is edited and saved.
    desk.type_into("Value of field 1", "press");
    desk.press("Save metadata");
    desk.step_until("the change is confirmed", |desk| {
        desk.shows("1 image changed") && !desk.has(Role::Button, "Save metadata")
    });
    assert_eq!(desk.value_of("Value of field 1"), "press");

    // A new variant, tried on the picture and created.
    desk.press("Variants");
    desk.step_until("the variants are there", |desk| {
        desk.shows("1 of 100") && desk.is_enabled("New variant")
    });
    desk.press("New variant");
    desk.type_into("Variant name", "square");
    desk.click(Role::RadioButton, "Fit cover");
    desk.type_into("Width", "300");
    desk.type_into("Height", "300");
    desk.step_until("the preview follows", |desk| {
        desk.shows_part("square 300 × 300, AVIF")
    });
    desk.photograph("journey-variant");
    desk.press("Create variant");
    desk.step_until("the variant is created", |desk| {
        desk.shows("Variant “square” created")
    });

    // Its URL opens a picture of the right size.
    desk.press("Copy URL");
    let url = desk.copied.pop().expect("the URL is on the clipboard");
    assert!(url.ends_with("/square"), "{url}");
    assert_eq!(size_at(&desk, &url), PixelSize::new(300, 300));

    // An image is deleted after a question.
    desk.press("Images");
    desk.click(Role::ListBoxOption, "picture-001.jpg");
    desk.key(Key::Delete);
    assert!(desk.has(Role::Dialog, "Delete 1 image?"));
    desk.press("Cancel");
    assert!(!desk.has(Role::Dialog, "Delete 1 image?"));
    desk.key(Key::Delete);
    desk.press("Delete 1 image");
    desk.step_until("it is gone", |desk| {
        desk.shows("1 image deleted") && desk.shows("1–2 of 2")
    });
    assert!(!desk.has(Role::ListBoxOption, "picture-001.jpg"));
    desk.photograph("journey-window");
}

fn size_at(desk: &Desk, url: &str) -> PixelSize {
    let answer = desk.block_on(async {
        let client = reqwest::Client::builder()
            .no_proxy()
            .build()
            .expect("a client");
        let answer = client.get(url).send().await.expect("an answer");
        let answer = answer.error_for_status().expect("a success");
        answer.bytes().await.expect("the whole picture")
    });
    let picture = image::load_from_memory(&answer).expect("a picture");
    PixelSize::new(picture.width(), picture.height())
}

#[test]
fn closing_with_unfinished_uploads_asks_once_and_they_go_on_the_next_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = pictures(&folder.path().join("drop"), 4);
    let mut desk = Desk::in_library(folder.path());
    desk.press("Uploads");
    desk.drop_files(&files[..1]);
    desk.step_until("the first is uploaded", |desk| {
        desk.is_done("picture-000.jpg")
    });
    desk.pause_uploads();
    desk.drop_files(&files[1..]);
    desk.step_until("three wait", |desk| desk.shows("1 of 4 uploaded"));

    desk.close_window();
    assert_eq!((desk.stayed, desk.closed), (1, 0));
    assert!(
        desk.shows("3 files are not uploaded yet. They are remembered and go on the next time.")
    );
    desk.press("Stay");
    assert!(!desk.has(Role::Dialog, "Uploads are under way"));
    desk.close_window();
    desk.press("Close and go on next time");
    assert_eq!((desk.stayed, desk.closed), (2, 1));
    // The system takes the window away now, and is not held back a second time.
    desk.close_window();
    assert_eq!(desk.stayed, 2);
    desk.cut_power();

    let mut desk = Desk::open(folder.path());
    desk.step_until("the library is open again", |desk| {
        desk.state().session.is_some()
    });
    desk.press("Uploads");
    desk.step_until("the queue is there", |desk| desk.shows("1 of 4 uploaded"));
    desk.press("Resume");
    desk.step_until("all are uploaded", |desk| desk.shows("4 of 4 uploaded"));
    desk.press("Images");
    desk.step_until("none is there twice", |desk| desk.shows("1–4 of 4"));
}

#[test]
fn what_was_still_looked_at_when_the_power_went_is_uploaded_the_next_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let drop = folder.path().join("drop");
    let files = pictures(&drop, 6);
    let desk = Desk::in_library(folder.path());
    let profile = desk
        .state()
        .session
        .as_ref()
        .expect("it is open")
        .profile
        .id
        .clone();
    desk.cut_power();

    // As the journal is after a crash in the middle of a folder: two of six are items.
    let journal = Journal::open(&Dirs::open(Some(folder.path())).expect("folders").journal())
        .expect("the journal");
    let spec = UploadSpec {
        creator: Some("ann".to_owned()),
        ..UploadSpec::default()
    };
    let operation = journal
        .begin_gesture(&profile, &[Source::File(drop.clone())], &spec)
        .expect("it is written");
    let mut items = Vec::new();
    let no_stop = AtomicBool::new(false);
    candidates(
        &files[..2],
        &spec,
        Destination::Library,
        &no_stop,
        &mut |found| {
            items.push(found.item);
        },
    )
    .expect("the options are sound");
    journal
        .add_items(&profile, operation, &items)
        .expect("it is written");
    std::mem::drop(journal);

    let mut desk = Desk::open(folder.path());
    desk.step_until("the library is open", |desk| desk.state().session.is_some());
    desk.press("Uploads");
    desk.step_until("all six are uploaded", |desk| desk.shows("6 of 6 uploaded"));
    desk.press("Images");
    desk.step_until("none is there twice", |desk| desk.shows("1–6 of 6"));
    desk.cut_power();

    let mut desk = Desk::open(folder.path());
    desk.step_until("the library is open", |desk| desk.state().session.is_some());
    desk.press("Uploads");
    desk.paint_for(Duration::from_millis(500));
    assert!(desk.shows("6 of 6 uploaded"), "it is looked at once only");
}
