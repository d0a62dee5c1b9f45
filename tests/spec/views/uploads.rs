//! The upload panel, its options and dialogs: what each control asks of the engine.

#![expect(
    clippy::unwrap_used,
    reason = "a stage that cannot be set fails its test right there"
)]

use std::collections::BTreeSet;

use eframe::App as _;
use egui::accesskit::Role;
use egui::{Vec2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use jiff::{SignedDuration, Timestamp};
use lenticular::engine::{
    Engine, Event, Preferences, Request, SessionInfo, ThemeChoice, UploadCommand, UploadInput,
    UploadRow, UploadState, UploadsDelta, Waker,
};
use lenticular::model::{
    AccountHash, AccountId, ByteSize, ImageId, ItemId, Problem, Profile, ProfileId, ProfileKind,
    Source,
};
use lenticular::ui::App;
use tokio::sync::mpsc;

use crate::render;

/// The whole window on an engine that the test plays.
pub(crate) struct Stage {
    pub(crate) harness: Harness<'static, App>,
    events: mpsc::Sender<Event>,
    requests: mpsc::UnboundedReceiver<Request>,
    _runtime: tokio::runtime::Runtime,
}

pub(crate) const LARGE: Vec2 = vec2(1440.0, 900.0);

impl Stage {
    /// A window in which nothing has happened yet.
    pub(crate) fn empty(size: Vec2, scale: f32, theme: egui::Theme, files: &[&str]) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let (engine, events, requests) = Engine::detached(runtime.handle(), Waker::none());
        let files = files.iter().map(Into::into).collect();
        let app = App::new(&egui::Context::default(), engine, files);
        let harness = render::builder(size, theme)
            .with_pixels_per_point(scale)
            .build_ui_state(
                |ui, app: &mut App| {
                    let mut frame = eframe::Frame::_new_kittest();
                    app.logic(&ui.ctx().clone(), &mut frame);
                    app.ui(ui, &mut frame);
                },
                app,
            );
        Self {
            harness,
            events,
            requests,
            _runtime: runtime,
        }
    }

    /// A window whose engine has started, on the welcome page.
    pub(crate) fn started(size: Vec2, scale: f32, theme: egui::Theme, files: &[&str]) -> Self {
        let mut stage = Self::empty(size, scale, theme, files);
        let preferences = Preferences {
            theme: match theme {
                egui::Theme::Dark => ThemeChoice::Dark,
                egui::Theme::Light => ThemeChoice::Light,
            },
            // The pictures shall not depend on how far a spinner has turned.
            reduce_motion: true,
            ..Preferences::default()
        };
        stage.tell(Event::Started {
            profiles: Vec::new(),
            preferences: Box::new(preferences),
            problems: Vec::new(),
        });
        stage
    }

    /// A window with an open library.
    pub(crate) fn open(size: Vec2, scale: f32, theme: egui::Theme) -> Self {
        let mut stage = Self::started(size, scale, theme, &[]);
        stage.open_library();
        stage
    }

    pub(crate) fn open_library(&mut self) {
        self.tell(Event::Profiles(vec![library()]));
        self.tell(Event::SessionOpened(Box::new(session())));
        self.tell(Event::Stats {
            current: 12_304,
            allowed: 100_000,
        });
    }

    pub(crate) fn open_account(&mut self) {
        let mut opened = session();
        "Studio".clone_into(&mut opened.profile.name);
        opened.profile.kind = ProfileKind::Account {
            account_id: opened.account_id.clone(),
            api_base: None,
            account_hash: opened.account_hash.clone(),
        };
        self.tell(Event::SessionOpened(Box::new(opened)));
    }

    /// An open library at a place of the side bar.
    pub(crate) fn at(place: &str) -> Self {
        Self::at_sized(place, LARGE, 1.0, egui::Theme::Dark)
    }

    pub(crate) fn at_sized(place: &str, size: Vec2, scale: f32, theme: egui::Theme) -> Self {
        let mut stage = Self::open(size, scale, theme);
        stage.click(Role::Button, place);
        stage.asked();
        stage
    }

    pub(crate) fn tell(&mut self, event: Event) {
        self.events.try_send(event).unwrap();
        self.settle();
    }

    /// Runs some frames. Countdowns ask for the next one for as long as they are in sight, so the
    /// window never rests by itself.
    pub(crate) fn settle(&mut self) {
        self.harness.run_steps(4);
    }

    /// What was asked of the engine since the last time.
    pub(crate) fn asked(&mut self) -> Vec<Request> {
        let mut asked = Vec::new();
        while let Ok(request) = self.requests.try_recv() {
            asked.push(request);
        }
        asked
    }

    pub(crate) fn click(&mut self, role: Role, label: &str) {
        self.harness.get_by_role_and_label(role, label).click();
        self.settle();
    }

    pub(crate) fn press(&mut self, label: &str) {
        self.click(Role::Button, label);
    }

    pub(crate) fn type_into(&mut self, label: &str, text: &str) {
        self.harness.get_by(|node| is_field(node, label)).focus();
        self.settle();
        self.harness
            .get_by(|node| is_field(node, label))
            .type_text(text);
        self.settle();
    }

    pub(crate) fn is_disabled(&self, label: &str) -> bool {
        self.harness
            .get_by_role_and_label(Role::Button, label)
            .accesskit_node()
            .is_disabled()
    }

    pub(crate) fn shows(&self, words: &str) -> bool {
        self.harness
            .query_all_by_label_contains(words)
            .next()
            .is_some()
    }

    /// Every control can be called by a name.
    pub(crate) fn assert_all_named(&self) {
        let controls = [
            Role::Button,
            Role::TextInput,
            Role::MultilineTextInput,
            Role::PasswordInput,
            Role::Switch,
            Role::CheckBox,
            Role::ComboBox,
            Role::ProgressIndicator,
            Role::RadioButton,
        ];
        for role in controls {
            for node in self.harness.query_all_by(|node| node.role() == role) {
                let name = node.accesskit_node().label().unwrap_or_default();
                assert!(!name.trim().is_empty(), "a {role:?} has no name");
                assert!(
                    !name.chars().any(|c| ('\u{e000}'..='\u{f8ff}').contains(&c)),
                    "{name:?} is an icon"
                );
            }
        }
    }

    /// Saves what the window shows, to be looked at.
    pub(crate) fn photograph(&mut self, name: &str) {
        let folder = render::pictures_dir();
        std::fs::create_dir_all(&folder).unwrap();
        let picture = self.harness.render().unwrap();
        picture.save(folder.join(format!("{name}.png"))).unwrap();
    }
}

fn is_field(node: &egui_kittest::kittest::AccessKitNode<'_>, label: &str) -> bool {
    matches!(
        node.role(),
        Role::TextInput | Role::MultilineTextInput | Role::PasswordInput
    ) && node.label().as_deref() == Some(label)
}

pub(crate) fn library() -> Profile {
    Profile {
        id: ProfileId::from_stored("library"),
        name: "Local library".to_owned(),
        kind: ProfileKind::Library {
            folder: "/home/me/library".into(),
        },
    }
}

fn session() -> SessionInfo {
    SessionInfo {
        profile: library(),
        account_id: AccountId::parse("023e105f4ecef8ad9ca31a8372d0c353").unwrap(),
        account_hash: Some(AccountHash::from_server("Vi7wi5KSItxGFsWRG2Us6Q")),
        delivery_base: "http://127.0.0.1:8787".to_owned(),
        api_base: "http://127.0.0.1:8787/client/v4".to_owned(),
        resumed: 0,
        is_empty_library: false,
    }
}

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
fn files_from_the_command_line_wait_for_a_look_at_the_options() {
    let files = ["/tmp/a.jpg", "/tmp/b.png", "/tmp/c.gif", "/tmp/d.webp"];
    let mut stage = Stage::started(LARGE, 1.0, egui::Theme::Dark, &files);
    stage.open_library();
    assert!(stage.shows("4 items ready"));
    assert!(stage.shows("a.jpg, b.png, c.gif, and 1 more"));
    stage.type_into("Creator", "studio-7");
    stage.press("Upload 4 items");
    let uploaded = stage.asked().into_iter().find_map(|request| match request {
        Request::Upload { inputs, spec } => Some((inputs, spec)),
        _ => None,
    });
    let (inputs, spec) = uploaded.unwrap();
    assert_eq!(inputs.len(), 4);
    assert_eq!(spec.creator.as_deref(), Some("studio-7"));
    assert!(!stage.shows("items ready"));
}

#[test]
fn what_waits_can_be_discarded() {
    let mut stage = Stage::started(LARGE, 1.0, egui::Theme::Dark, &["/tmp/a.jpg"]);
    stage.open_library();
    stage.press("Discard");
    assert!(!stage.shows("1 item ready"));
    assert!(
        !stage
            .asked()
            .iter()
            .any(|request| matches!(request, Request::Upload { .. }))
    );
}

#[test]
fn options_that_cannot_work_are_told_and_hold_the_upload_back() {
    let mut stage = Stage::started(LARGE, 1.0, egui::Theme::Dark, &["/tmp/a.jpg"]);
    stage.open_library();
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
    let field = stage.harness.get_by(|node| is_field(node, "Image ID"));
    assert_eq!(field.value().as_deref(), Some("../a"));
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
    let json = stage
        .harness
        .get_by(|node| is_field(node, "Metadata as JSON"));
    assert!(json.value().unwrap().contains("\"team\": \"web\""));
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
    let uploaded = stage.asked().into_iter().find_map(|request| match request {
        Request::Upload { inputs, .. } => Some(inputs),
        _ => None,
    });
    let url = UploadInput::Url("https://a.example/1.png".to_owned());
    assert_eq!(uploaded, Some(vec![url]));
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
    assert!(
        !stage
            .asked()
            .iter()
            .any(|request| matches!(request, Request::Upload { .. }))
    );
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
        ("uploads-dark", LARGE, 1.0, egui::Theme::Dark),
        ("uploads-light", LARGE, 1.0, egui::Theme::Light),
        ("uploads-small", vec2(800.0, 600.0), 1.0, egui::Theme::Dark),
        ("uploads-200", half, 2.0, egui::Theme::Dark),
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
    let files = ["/tmp/a.jpg", "/tmp/b.png", "/tmp/c.gif", "/tmp/d.webp"];
    let mut stage = Stage::started(LARGE, 1.0, egui::Theme::Light, &files);
    stage.open_library();
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
