//! The queue: what it says of each upload, and what can be done with one or all of them.

use std::collections::BTreeSet;

use egui::accesskit::Role;
use egui::{Theme, vec2};
use egui_kittest::kittest::Queryable as _;
use jiff::{SignedDuration, Timestamp};
use lenticular::engine::{Event, Request, UploadCommand, UploadRow, UploadState, UploadsDelta};
use lenticular::model::{ByteSize, ImageId, ItemId, Problem, Source};

use super::{FOUR_FILES, with_files};
use crate::stage::{LARGE, Stage};

fn row(id: i64, name: &str, kilobytes: u64, state: UploadState) -> UploadRow {
    let stem = name.split('.').next().unwrap();
    UploadRow {
        id: ItemId(id),
        source: Source::File(format!("/home/me/travel/{name}").into()),
        file_name: name.to_owned(),
        size: ByteSize(kilobytes * 1000),
        content_hash: None,
        image_id: Some(ImageId::custom(format!("travel/{stem}")).unwrap()),
        require_signed_urls: false,
        state,
    }
}

/// One row in each state.
fn rows() -> Vec<UploadRow> {
    let now = Timestamp::now();
    let done = |name: &str| UploadState::Done {
        id: ImageId::from_server(name),
    };
    let sending = |sent, seconds| UploadState::Sending {
        sent,
        since: now - SignedDuration::from_secs(seconds),
    };
    vec![
        row(1, "dune-ridge.jpg", 4_200, done("travel/dune-ridge")),
        row(2, "rain-drops.jpg", 3_100, done("travel/rain-drops")),
        row(3, "storm-front.jpg", 6_800, sending(4_352_000, 14)),
        row(4, "two-wings.jpg", 2_400, sending(528_000, 0)),
        row(5, "wood-grain.jpg", 5_500, UploadState::Waiting),
        row(
            6,
            "ladybird.jpg",
            1_900,
            UploadState::WillRetry {
                problem: Problem::new("Server busy"),
                at: now + SignedDuration::from_secs(4),
                attempt: 2,
                of: 5,
            },
        ),
        row(
            7,
            "garden-pano.tif",
            38_000,
            UploadState::Failed(
                Problem::new("Too large: 10 MB is the limit")
                    .with_hint("Save a smaller copy")
                    .with_code(5413),
            ),
        ),
        row(
            8,
            "green-meadow.jpg",
            2_200,
            UploadState::Duplicate {
                of: ImageId::from_server("travel/green-meadow"),
                at: "2026-11-02T12:00:00Z".parse().unwrap(),
            },
        ),
        row(9, "night-train.jpg", 2_200, UploadState::Finishing),
        row(10, "old-mill.jpg", 2_200, UploadState::Checking),
        row(11, "harbor.jpg", 2_200, UploadState::Paused),
        row(12, "fog.jpg", 2_200, UploadState::Cancelled),
        row(
            13,
            "river.jpg",
            2_200,
            UploadState::Failed(Problem::new("No connection").retryable(true)),
        ),
    ]
}

fn queue(rows: Vec<UploadRow>) -> Event {
    Event::Uploads(Box::new(UploadsDelta {
        changed: rows,
        removed: BTreeSet::new(),
        is_whole: true,
        paused: false,
        bytes_per_second: Some(12_000_000),
        checking: 0,
        uploaded: Vec::new(),
    }))
}

fn at_queue() -> Stage {
    let mut stage = Stage::at("Uploads");
    stage.tell(queue(rows()));
    stage.asked();
    stage
}

fn commands(stage: &mut Stage) -> Vec<UploadCommand> {
    let commands = stage
        .asked()
        .into_iter()
        .filter_map(|request| match request {
            Request::Uploads(command) => Some(command),
            _ => None,
        });
    commands.collect()
}

#[test]
fn every_state_of_an_upload_is_told_in_words() {
    let stage = at_queue();
    for words in [
        "Uploaded",
        "64%",
        "Waiting",
        "Server busy, retrying in",
        "(2 of 5)",
        "Too large: 10 MB is the limit. Save a smaller copy [5413]",
        "Already uploaded on 2 Nov",
        "Finishing",
        "Checking with the server",
        "Paused",
        "Cancelled",
        "2 of 11 uploaded",
    ] {
        assert!(stage.shows(words), "{words:?} is missing");
    }
    let bar = "Progress of storm-front.jpg";
    stage
        .harness
        .get_by_role_and_label(Role::ProgressIndicator, bar);
    stage.assert_all_named();
}

#[test]
fn each_row_is_acted_on_by_its_own_buttons() {
    let mut stage = at_queue();
    for (button, command) in [
        (
            "Cancel wood-grain.jpg",
            UploadCommand::Cancel(vec![ItemId(5)]),
        ),
        (
            "Remove dune-ridge.jpg",
            UploadCommand::Remove(vec![ItemId(1)]),
        ),
        ("Retry river.jpg", UploadCommand::Retry(vec![ItemId(13)])),
        (
            "Upload green-meadow.jpg anyway",
            UploadCommand::UploadAnyway(ItemId(8)),
        ),
    ] {
        stage.press(button);
        assert_eq!(commands(&mut stage), [command], "{button}");
    }
    // What cannot succeed on a second try offers none.
    assert!(!stage.shows("Retry garden-pano.tif"));
}

#[test]
fn the_whole_queue_is_paused_resumed_retried_and_cleared() {
    let mut stage = at_queue();
    for (button, command) in [
        ("Pause", UploadCommand::PauseAll),
        ("Retry failed", UploadCommand::RetryFailed),
        ("Clear finished", UploadCommand::ClearSettled),
    ] {
        stage.press(button);
        assert_eq!(commands(&mut stage), [command], "{button}");
    }
    stage.tell(Event::Uploads(Box::new(UploadsDelta {
        paused: true,
        ..UploadsDelta::default()
    })));
    stage.press("Resume");
    assert_eq!(commands(&mut stage), [UploadCommand::ResumeAll]);
}

#[test]
fn cancelling_everything_is_asked_first_and_keeping_on_is_the_safe_answer() {
    let mut stage = at_queue();
    stage.press("Cancel all");
    assert!(commands(&mut stage).is_empty());
    let keep = stage
        .harness
        .get_by_role_and_label(Role::Button, "Keep uploading");
    assert!(keep.is_focused());
    stage.press("Cancel 7 uploads");
    assert_eq!(commands(&mut stage), [UploadCommand::CancelAll]);
}

#[test]
fn of_ten_thousand_uploads_only_those_in_sight_are_laid_out() {
    let mut stage = Stage::at("Uploads");
    let rows = (0..10_000)
        .map(|id| row(id, &format!("photo-{id}.jpg"), 900, UploadState::Waiting))
        .collect();
    stage.tell(queue(rows));
    let shown = stage.harness.query_all_by_label_contains("Cancel photo-");
    let count = shown.count();
    assert!((5..40).contains(&count), "{count} rows");
}

#[test]
fn closing_while_uploads_run_offers_to_go_on_next_time() {
    let mut stage = at_queue();
    stage
        .harness
        .input_mut()
        .viewports
        .entry(egui::ViewportId::ROOT)
        .or_default()
        .events
        .push(egui::ViewportEvent::Close);
    stage.settle();
    assert!(stage.shows("7 files are not uploaded yet"));
    stage
        .harness
        .get_by_role_and_label(Role::Button, "Close and go on next time");
    stage.press("Stay");
    assert!(!stage.shows("7 files are not uploaded yet"));
}

#[test]
fn pictures_of_the_panel_to_look_at() {
    let half = vec2(720.0, 450.0);
    for (name, size, scale, theme) in [
        ("uploads-dark", LARGE, 1.0, Theme::Dark),
        ("uploads-light", LARGE, 1.0, Theme::Light),
        ("uploads-small", vec2(800.0, 600.0), 1.0, Theme::Dark),
        ("uploads-200", half, 2.0, Theme::Dark),
    ] {
        let mut stage = Stage::at_sized("Uploads", size, scale, theme);
        stage.tell(queue(rows()));
        if size == LARGE {
            stage.type_into("Image ID", "{folder}/{name}");
            stage.press("Add field");
            stage.type_into("Name of field 1", "team");
            stage.type_into("Value of field 1", "web");
        }
        stage.photograph(name);
        stage.assert_all_named();
        if size.x < 900.0 {
            stage.press("Options for new uploads");
            stage.photograph(&format!("{name}-options"));
        }
    }
    let mut stage = with_files(Theme::Light, &FOUR_FILES);
    stage.photograph("uploads-staged");
    let mut stage = Stage::at("Uploads");
    stage.photograph("uploads-empty");
    stage.press("Add from URLs");
    stage.type_into("Addresses", "https://a.example/1.png\nnope");
    stage.photograph("uploads-urls");
    let mut stage = at_queue();
    stage.press("Cancel all");
    stage.photograph("uploads-cancel-all");
}
