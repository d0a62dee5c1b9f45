//! Pages of a large account: each way to a page, and how often the service is asked for its list.

use std::path::Path;

use egui::Key;
use egui::accesskit::Role;
use lenticular::config::{Dirs, Preferences, PreferencesFile};
use lenticular::model::PageSize;

use super::desk::Desk;
use super::proxy::Remote;

/// A window whose pages have `size` images, on an account of 250.
fn window(folder: &Path, remote: &Remote, size: usize) -> Desk {
    let dirs = Dirs::open(Some(folder)).expect("a data folder");
    let (mut preferences, _) = PreferencesFile::load(&dirs);
    let wanted = Preferences {
        page_size: PageSize::new(size),
        ..Preferences::default()
    };
    preferences.save(wanted).expect("the preferences are kept");
    drop(dirs);
    Desk::in_account(folder, remote.account())
}

/// Waits for the images of a page, and returns how often the list was asked for.
#[track_caller]
fn calls(desk: &mut Desk, remote: &Remote, range: &str) -> usize {
    let range = format!("{range} of 250");
    desk.step_until(&range, |desk| {
        desk.shows(&range) && !desk.state().gallery.content.is_loading()
    });
    remote.count("/images/v2")
}

/// Presses a button that leads to the images of `range`, and counts the calls.
#[track_caller]
fn turn(desk: &mut Desk, remote: &Remote, button: &str, range: &str, expected: usize) {
    desk.press(button);
    let found = calls(desk, remote, range);
    assert_eq!(found, expected, "{button}, to {range}");
}

/// Chooses another page size, which leads to the images of `range`, and counts the calls.
#[track_caller]
fn resize(desk: &mut Desk, remote: &Remote, size: &str, range: &str, expected: usize) {
    desk.click(Role::ComboBox, "Images per page");
    desk.click(Role::ListBoxOption, size);
    let found = calls(desk, remote, range);
    assert_eq!(found, expected, "{size}, at {range}");
}

#[test]
fn pages_of_250_images_are_asked_for_as_seldom_as_can_be() {
    let folder = tempfile::tempdir().expect("a folder");
    let remote = Remote::start(&folder.path().join("library"));
    remote.fill(250);
    fifties(&folder.path().join("fifties"), &remote);
    hundreds(&folder.path().join("hundreds"), &remote);
}

fn fifties(folder: &Path, remote: &Remote) {
    let mut desk = window(folder, remote, 50);
    let desk = &mut desk;
    assert_eq!(calls(desk, remote, "1–50"), 1, "the first page");
    turn(desk, remote, "Next page", "51–100", 1);

    // The keyboard turns the page at both of its ends.
    desk.click(Role::ListBoxOption, first_in_sight(desk).as_str());
    desk.key(Key::End);
    desk.key(Key::ArrowRight);
    assert_eq!(calls(desk, remote, "101–150"), 1, "the next page, by key");
    desk.key(Key::ArrowLeft);
    assert_eq!(calls(desk, remote, "51–100"), 0, "back, by key");
    // What was seen is not asked for again.
    turn(desk, remote, "Previous page", "1–50", 0);
    turn(desk, remote, "Page 3", "101–150", 0);

    // A jump over what is not known: one call for each thousand images, not one for each page.
    turn(desk, remote, "Page 1", "1–50", 0);
    desk.type_into("Go to page", "5");
    desk.key(Key::Enter);
    assert_eq!(
        calls(desk, remote, "201–250"),
        1,
        "a jump of 100 unknown images"
    );
    assert!(!desk.is_enabled("Next page"));

    // All are known now.
    resize(desk, remote, "100 per page", "201–250", 0);
    turn(desk, remote, "Page 1", "1–100", 0);

    // Only a refresh forgets them.
    desk.key(Key::F5);
    assert_eq!(calls(desk, remote, "1–100"), 1, "a refresh");
    resize(desk, remote, "200 per page", "1–200", 1);
}

fn hundreds(folder: &Path, remote: &Remote) {
    let mut desk = window(folder, remote, 100);
    let desk = &mut desk;
    assert_eq!(calls(desk, remote, "1–100"), 1, "the first page");
    turn(desk, remote, "Next page", "101–200", 1);
    turn(desk, remote, "Next page", "201–250", 1);
    turn(desk, remote, "Previous page", "101–200", 0);
    turn(desk, remote, "Page 1", "1–100", 0);
    // No thumbnail, no preview and no inspector asks for the list.
    desk.step_until("thumbnails come", |desk| desk.thumbnails() > 20);
    desk.click(Role::ListBoxOption, first_in_sight(desk).as_str());
    desk.step_until("the original is known", |desk| desk.shows_part("24 × 16"));
    assert_eq!(remote.count("/images/v2"), 0);
}

fn first_in_sight(desk: &Desk) -> String {
    desk.state().gallery.images()[0].display_name().to_owned()
}
