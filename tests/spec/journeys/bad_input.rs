//! Bad input and bad luck: exactly what is shown for each, what is so and what helps.

use std::path::{Path, PathBuf};

use egui::accesskit::Role;
use lenticular::model::AccountId;
use lenticular::samples;

use super::desk::Desk;
use super::pictures;
use super::proxy::Remote;

fn write(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("the file can be written");
    path
}

#[test]
fn each_file_that_cannot_be_uploaded_says_why_and_what_helps() {
    let folder = tempfile::tempdir().expect("a folder");
    let drop = folder.path().join("drop");
    std::fs::create_dir(&drop).expect("a folder");
    let whole = samples::photo_jpeg(1, 160, 120, 80);
    let mut large = whole.clone();
    large.resize(11_000_000, 0);
    std::fs::create_dir(drop.join("empty folder")).expect("a folder");
    let files = [
        write(&drop, "diary.jpg", b"dear diary, not a picture"),
        write(&drop, "half.jpg", &whole[..whole.len() / 2]),
        write(&drop, "empty.jpg", b""),
        write(&drop, "large.jpg", &large),
        drop.join("gone.jpg"),
        looped(&drop, "loop.jpg"),
        drop.join("empty folder"),
    ];
    let mut desk = Desk::in_library(folder.path());
    desk.press("Uploads");
    desk.drop_files(&files);
    let expected = [
        (
            "diary.jpg",
            "Not an image. JPEG, PNG, GIF, WebP and SVG can be uploaded, whatever the file is called",
        ),
        (
            "half.jpg",
            "The picture is damaged or incomplete. Copy or export it again from where it came",
        ),
        (
            "empty.jpg",
            "Empty file. It has 0 bytes; copy or export the picture again",
        ),
        (
            "large.jpg",
            "Too large: 11 MB, and 10 MB is the limit. Save it smaller or with a lower quality, then add it again",
        ),
        (
            "gone.jpg",
            "The file is no longer there. Add it again from where it is now",
        ),
        (
            "loop.jpg",
            "Cannot be read: too many levels of symbolic links. Check the disk or the network drive, then try again",
        ),
        (
            "empty folder",
            "The folder has no files. Hidden files are left out; add the pictures themselves if they are hidden",
        ),
    ];
    let shown: Vec<_> = expected
        .iter()
        .map(|(name, _)| (*name, desk.failure_of(name)))
        .collect();
    let shown: Vec<_> = shown
        .iter()
        .map(|(name, words)| (*name, words.as_str()))
        .collect();
    assert_eq!(shown, expected);
    assert!(desk.shows("0 of 7 uploaded") && desk.shows_part("7 failed"));
}

/// A link that leads to itself: nobody can read it, not even an administrator.
fn looped(folder: &Path, name: &str) -> PathBuf {
    let path = folder.join(name);
    #[cfg(unix)]
    std::os::unix::fs::symlink(&path, &path).expect("a link");
    path
}

#[test]
fn a_file_that_goes_or_changes_while_it_waits_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = pictures(&folder.path().join("drop"), 2);
    let mut desk = Desk::in_library(folder.path());
    desk.press("Uploads");
    desk.pause_uploads();
    desk.drop_files(&files);
    desk.step_until("both wait", |desk| desk.shows("0 of 2 uploaded"));
    std::fs::remove_file(&files[0]).expect("it can be removed");
    write(&folder.path().join("drop"), "picture-001.jpg", b"another");
    desk.press("Resume");
    assert_eq!(
        desk.failure_of("picture-000.jpg"),
        "The file cannot be read: it is not there any more. Put it back where it was and retry, or remove it from the queue"
    );
    assert_eq!(
        desk.failure_of("picture-001.jpg"),
        "The file has changed since it was added. Add it again"
    );
    // It is put back, and one button is enough.
    std::fs::write(&files[0], samples::photo_jpeg(0, 160, 120, 80)).expect("it can be written");
    desk.press("Retry picture-000.jpg");
    desk.step_until("it is uploaded", |desk| desk.is_done("picture-000.jpg"));
}

#[test]
fn an_id_that_exists_and_metadata_that_is_too_long_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = pictures(&folder.path().join("drop"), 2);
    let mut desk = Desk::in_library(folder.path());
    desk.press("Uploads");
    desk.type_into("Image ID", "flower");
    desk.drop_files(&files[..1]);
    desk.step_until("the first has the ID", |desk| {
        desk.is_done("picture-000.jpg")
    });
    desk.drop_files(&files[1..]);
    assert_eq!(
        desk.failure_of("picture-001.jpg"),
        "The ID or name is already taken. Choose another, or delete the existing one first [5409]"
    );

    desk.type_into("Image ID", "");
    desk.press("Add field");
    desk.type_into("Name of field 1", "text");
    desk.type_into("Value of field 1", &"x".repeat(1_100));
    assert!(desk.shows("Metadata has 1,111 bytes, the limit is 1,024"));
    desk.drop_files(&pictures(&folder.path().join("more"), 3)[2..]);
    assert!(
        desk.shows("The options need a change first: Metadata has 1,111 bytes, the limit is 1,024")
    );
    assert!(
        !desk.is_enabled("Upload 1 item"),
        "nothing is sent before that"
    );
    desk.type_into("Value of field 1", "short");
    desk.press("Upload 1 item");
    desk.step_until("it is uploaded", |desk| desk.is_done("picture-002.jpg"));
}

#[test]
fn a_wrong_token_a_wrong_account_and_no_connection_are_told_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut remote = Remote::start(&folder.path().join("library"));
    let mut desk = Desk::open(&folder.path().join("data"));
    let right = remote.account();
    let id = right.account_id.as_str().to_owned();

    desk.fill_in(&id, "a-token-that-nobody-made", &remote.api_base());
    desk.press("Connect");
    desk.step_until("the token is refused", |desk| {
        desk.shows("The API token was not accepted. Check that the token was copied whole and has not expired or been revoked [1000]")
    });

    let other = AccountId::generated();
    desk.fill_in(other.as_str(), right.token.expose(), &remote.api_base());
    desk.press("Connect");
    desk.step_until("the account is unknown", |desk| {
        desk.shows("This account does not exist or has no Images. Compare the account ID with the dashboard and see that Images is enabled [5403]")
    });

    remote.go_away();
    desk.fill_in(&id, right.token.expose(), &remote.api_base());
    desk.press("Connect");
    desk.step_until("nobody answers", |desk| {
        desk.shows("Nothing answers at the server's address")
            && desk.shows("Check the address, the proxy settings, and that the server is running")
    });
    assert!(desk.is_enabled("Connect"));
    assert!(desk.has(Role::PasswordInput, "API token"));
}
