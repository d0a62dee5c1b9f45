//! A service that is slow, silent or gone: the window goes on, says what it waits for, and lets
//! one cancel and try again.

use std::time::{Duration, Instant};

use egui::Key;
use egui::accesskit::Role;

use super::desk::Desk;
use super::pictures;
use super::proxy::{Remote, Way};

/// No frame may be longer; on a machine that does nothing else it is a tenth of it.
const LONGEST_FRAME: Duration = Duration::from_millis(250);

#[test]
fn frames_go_on_while_the_service_takes_three_seconds() {
    let folder = tempfile::tempdir().expect("a folder");
    let remote = Remote::start(&folder.path().join("library"));
    remote.fill(3);
    let mut desk = Desk::in_account(&folder.path().join("data"), remote.account());
    desk.step_until("the page is there", |desk| desk.thumbnails() >= 3);

    remote.set(Way::Slow(Duration::from_secs(3)));
    desk.key(Key::F5);
    assert!(desk.has(Role::ProgressIndicator, "Loading the page"));
    assert!(
        desk.has(Role::ListBoxOption, "picture-001.jpg"),
        "what was there stays"
    );
    let (started, before) = (Instant::now(), desk.frames);
    desk.longest = Duration::ZERO;
    desk.step_until("the page has come anew", |desk| {
        !desk.has(Role::ProgressIndicator, "Loading the page")
    });
    let frames = desk.frames - before;
    assert!(started.elapsed() > Duration::from_millis(2500));
    assert!(frames > 60, "{frames} frames in {:?}", started.elapsed());
    assert!(
        desk.longest < LONGEST_FRAME,
        "one frame took {:?}",
        desk.longest
    );
    assert!(desk.shows("1–3 of 3"));
}

#[test]
fn a_service_that_never_answers_can_be_left_and_tried_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut remote = Remote::start(&folder.path().join("library"));
    remote.fill(3);

    // Connecting: it is said, and can be cancelled.
    remote.set(Way::Held);
    let mut desk = Desk::open(&folder.path().join("data"));
    let account = remote.account();
    desk.fill_in(account.account_id.as_str(), "token", &remote.api_base());
    desk.press("Connect");
    assert!(desk.shows("Connecting…"));
    let before = desk.frames;
    desk.longest = Duration::ZERO;
    desk.paint_for(Duration::from_secs(1));
    assert!(desk.frames - before > 20, "{} frames", desk.frames - before);
    assert!(
        desk.longest < LONGEST_FRAME,
        "one frame took {:?}",
        desk.longest
    );
    assert!(desk.shows("Connecting…"));
    desk.press("Cancel");
    assert!(!desk.shows("Connecting…"));
    assert!(desk.is_enabled("Connect"), "what was typed is still there");

    // A page: it is said, and the rest of the window can be used meanwhile.
    remote.set(Way::Open);
    desk.connect(account);
    desk.step_until("the account is open", |desk| desk.shows("1–3 of 3"));
    remote.set(Way::ListHeld);
    desk.key(Key::F5);
    desk.longest = Duration::ZERO;
    desk.paint_for(Duration::from_secs(1));
    assert!(desk.has(Role::ProgressIndicator, "Loading the page"));
    desk.press("Variants");
    assert!(desk.shows("1 of 100"));
    desk.press("Images");
    desk.click(Role::ListBoxOption, "picture-001.jpg");
    desk.step_until("the inspector answers", |desk| desk.shows_part("24 × 16"));
    assert!(
        desk.longest < LONGEST_FRAME,
        "one frame took {:?}",
        desk.longest
    );

    // It breaks off for good: that is said, and a retry succeeds once the service is back.
    remote.go_away();
    desk.step_until("the failure is told", |desk| {
        desk.shows("Page 1 could not be loaded: Nothing answers at the server's address")
    });
    assert!(
        desk.has(Role::ListBoxOption, "picture-001.jpg"),
        "what was there stays"
    );
    remote.set(Way::Open);
    remote.come_back();
    desk.press("Retry");
    desk.step_until("the page is there again", |desk| {
        desk.shows("1–3 of 3")
            && !desk.shows_part("could not be loaded")
            && !desk.has(Role::ProgressIndicator, "Loading the page")
    });
}

#[test]
fn uploads_wait_for_a_service_that_went_away_in_the_middle() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut remote = Remote::start(&folder.path().join("library"));
    let mut desk = Desk::in_account(&folder.path().join("data"), remote.account());
    desk.press("Uploads");
    remote.set(Way::FilesHeld);
    desk.drop_files(&pictures(&folder.path().join("drop"), 6));
    desk.step_until("files are on their way", |_| remote.held() == 4);
    desk.paint_for(Duration::from_millis(300));
    assert!(desk.shows("0 of 6 uploaded"));

    remote.go_away();
    remote.set(Way::Open);
    desk.step_until("the queue says that nobody answers", |desk| {
        desk.shows_part("Nothing answers at the server's address, retrying in")
    });
    assert!(desk.shows_part("0 of 6 uploaded"));

    remote.come_back();
    desk.step_until("all are uploaded", |desk| desk.shows("6 of 6 uploaded"));
    assert_eq!(remote.image_count(), 6, "none is there twice");
}

#[test]
fn uploads_that_a_pause_cut_off_go_on_when_the_queue_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let remote = Remote::start(&folder.path().join("library"));
    let mut desk = Desk::in_account(&folder.path().join("data"), remote.account());
    desk.press("Uploads");
    remote.set(Way::FilesHeld);
    desk.drop_files(&pictures(&folder.path().join("drop"), 6));
    desk.step_until("files are on their way", |_| remote.held() == 4);

    desk.press("Pause");
    desk.step_until("the queue is paused", |desk| desk.state().uploads.paused);
    remote.set(Way::Open);
    desk.paint_for(Duration::from_millis(300));
    assert!(desk.shows_part("0 of 6 uploaded"));

    desk.press("Resume");
    desk.step_until("all are uploaded", |desk| desk.shows("6 of 6 uploaded"));
    assert_eq!(remote.image_count(), 6, "none is there twice");
}
