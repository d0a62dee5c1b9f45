//! The local library as a server: its facts, its requests and its faults.

#![expect(
    clippy::unwrap_used,
    reason = "a stage that cannot be set fails its test right there"
)]

use std::time::Duration;

use egui::accesskit::Role;
use egui::{Key, Modifiers, vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use lenticular::engine::{
    Contents, Event, Exchange, Faults, Injected, LibraryInfo, Mishap, Request,
};
use lenticular::model::{Problem, Secret};

use crate::stage::{LARGE, Stage};

const TOKEN: &str = "a-token-of-this-run";
const PLACE: &str = "Local library";

fn info(faults: Option<&str>) -> Event {
    Event::Library(Ok(Box::new(LibraryInfo {
        contents: Contents {
            images: 24,
            originals_bytes: 12_400_000,
            renditions_bytes: 3_100_000,
        },
        token: Secret::new(TOKEN.to_owned()),
        faults: faults.map(|text| text.parse().unwrap()),
    })))
}

fn exchange(number: u64, method: &str, path: &str, status: Option<u16>) -> Exchange {
    Exchange {
        number,
        started: "2026-11-24T14:32:05.120Z".parse().unwrap(),
        method: method.to_owned(),
        target: path.to_owned(),
        status,
        code: None,
        took: Duration::from_millis(12 * number),
        received_bytes: 0,
        sent_bytes: 532,
        injected: Injected::default(),
    }
}

const IMAGES: &str = "/client/v4/accounts/023e105f4ecef8ad9ca31a8372d0c353/images";

fn requests() -> Vec<Exchange> {
    let mut missing = exchange(2, "GET", &format!("{IMAGES}/v1/gone"), Some(404));
    missing.code = Some(5404);
    let mut cut = exchange(4, "DELETE", &format!("{IMAGES}/v1/dune-ridge"), None);
    cut.injected.mishap = Some(Mishap::CutAfter);
    let mut slow = exchange(5, "GET", &format!("{IMAGES}/v1/stats"), Some(503));
    slow.code = Some(5503);
    slow.injected = Injected {
        delay: Duration::from_millis(800),
        mishap: Some(Mishap::Refused(503)),
        is_plain: true,
    };
    vec![
        exchange(1, "POST", &format!("{IMAGES}/v1"), Some(200)),
        missing,
        exchange(
            3,
            "GET",
            "/Vi7wi5KSItxGFsWRG2Us6Q/storm/public?exp=1&sig=…",
            Some(200),
        ),
        cut,
        slow,
    ]
}

fn at_library() -> Stage {
    at_library_sized(LARGE, egui::Theme::Dark)
}

fn at_library_sized(size: egui::Vec2, theme: egui::Theme) -> Stage {
    let mut stage = Stage::at_sized(PLACE, size, 1.0, theme);
    stage.tell(info(None));
    stage.asked();
    stage
}

fn rows(stage: &Stage) -> Vec<String> {
    stage
        .harness
        .query_all_by(|node| node.role() == Role::ListBoxOption)
        .map(|node| node.accesskit_node().label().unwrap_or_default())
        .collect()
}

#[test]
fn the_place_asks_what_is_there_and_watches_only_while_it_is_in_sight() {
    let mut stage = Stage::open(LARGE, 1.0, egui::Theme::Dark);
    stage.asked();
    stage.press(PLACE);
    assert_eq!(
        stage.asked(),
        [Request::Library, Request::WatchTraffic { after: 0 }]
    );
    stage.press("Signing keys");
    assert_eq!(stage.asked(), [Request::Keys, Request::StopTraffic]);
}

#[test]
fn an_account_has_no_such_place() {
    let mut stage = Stage::started(LARGE, 1.0, egui::Theme::Dark, &[]);
    stage.open_account();
    assert!(stage.shows("Signing keys"));
    assert!(!stage.shows(PLACE));
    stage.key_with(Modifiers::COMMAND, Key::Num7);
    assert!(!stage.shows("Requests"));
}

#[test]
fn the_facts_are_shown_and_copied_and_the_token_only_on_request() {
    let mut stage = at_library();
    for words in [
        "/home/me/library",
        "24",
        "12 MB originals, 3.1 MB renditions",
        "http://127.0.0.1:8787/client/v4",
        "023e105f4ecef8ad9ca31a8372d0c353",
        "Vi7wi5KSItxGFsWRG2Us6Q",
        "The token is hidden",
    ] {
        assert!(stage.shows(words), "{words}");
    }
    assert!(!stage.shows(TOKEN));
    assert_eq!(stage.copy("Copy the token"), TOKEN);
    assert_eq!(
        stage.copy("Copy the account ID"),
        "023e105f4ecef8ad9ca31a8372d0c353"
    );
    assert_eq!(stage.copy("Copy the folder"), "/home/me/library");
    stage.press("Show the token");
    assert!(stage.shows(TOKEN));
    stage.press("Hide the token");
    assert!(!stage.shows(TOKEN));
    stage.assert_all_named();
}

#[test]
fn another_program_gets_its_lines_with_the_token_although_it_is_hidden() {
    let mut stage = at_library();
    let lines = stage.copy("Copy what other programs need");
    assert!(lines.starts_with("CLOUDFLARE_BASE_URL=http://127.0.0.1:8787/client/v4\n"));
    assert!(lines.contains(&format!("CLOUDFLARE_API_TOKEN={TOKEN}")));
    assert!(!stage.shows(TOKEN));
    stage.click(Role::RadioButton, "curl");
    let command = stage.copy("Copy what other programs need");
    assert!(command.starts_with("curl http://127.0.0.1:8787/client/v4/accounts/"));
}

#[test]
fn requests_come_in_newest_first_and_say_all_there_is() {
    let mut stage = at_library();
    assert!(stage.shows("No requests yet"));
    stage.tell(Event::Traffic(requests()));
    let rows = rows(&stage);
    assert_eq!(rows.len(), 5);
    assert!(rows[0].starts_with(&format!("GET {IMAGES}/v1/stats, 503 · 5503, 60 ms")));
    assert!(rows[0].ends_with("refused, as text, waited 800 ms"));
    assert!(rows[1].contains("no answer") && rows[1].ends_with("cut after"));
    assert!(rows[4].starts_with("POST "));
    stage.assert_all_named();
}

#[test]
fn only_the_failed_ones_are_shown_on_request() {
    let mut stage = at_library();
    stage.tell(Event::Traffic(requests()));
    stage.click(Role::RadioButton, "Failed");
    assert_eq!(rows(&stage).len(), 3);
    stage.press("Clear the list");
    assert!(rows(&stage).is_empty());
    stage.tell(Event::Traffic(vec![exchange(
        6,
        "GET",
        "/h/i/public",
        Some(200),
    )]));
    assert!(stage.shows("No failed requests"));
    stage.click(Role::RadioButton, "All");
    assert_eq!(rows(&stage).len(), 1);
}

#[test]
fn the_list_can_be_stopped_and_goes_on_where_it_was() {
    let mut stage = at_library();
    stage.tell(Event::Traffic(requests()));
    stage.press("Pause");
    assert_eq!(stage.asked(), [Request::StopTraffic]);
    assert!(stage.shows("Paused"));
    stage.press("Go on");
    assert_eq!(stage.asked(), [Request::WatchTraffic { after: 5 }]);
    assert!(!stage.shows("Paused"));
}

#[test]
fn the_keyboard_walks_through_the_requests_and_copies_one() {
    let mut stage = at_library();
    stage.tell(Event::Traffic(requests()));
    stage
        .harness
        .get_by_role_and_label(Role::ListBox, "Requests")
        .focus();
    stage.settle();
    for key in [Key::ArrowDown, Key::ArrowDown, Key::ArrowDown, Key::ArrowUp] {
        stage.key(key);
    }
    // Its release would be a frame of its own, after the one that copies.
    stage.harness.key_down(Key::Enter);
    let text = stage.copied().unwrap();
    assert!(
        text.contains("DELETE ") && text.ends_with("[cut after the effect]"),
        "{text}"
    );
}

fn faults(stage: &mut Stage) -> Vec<Option<String>> {
    let asked = stage.asked().into_iter();
    asked
        .map(|request| match request {
            Request::SetFaults(faults) => faults.map(|faults| faults.to_string()),
            other => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn faults_are_chosen_changed_and_switched_off() {
    let mut stage = at_library();
    stage.click(Role::RadioButton, "Slow");
    assert_eq!(faults(&mut stage), [Some("latency=300ms..2s".to_owned())]);
    assert!(stage.shows("--fault latency=300ms..2s"));
    stage.type_into("Seed", "7");
    assert_eq!(
        faults(&mut stage),
        [Some("latency=300ms..2s,seed=7".to_owned())]
    );
    stage.click(Role::RadioButton, "Failing");
    assert_eq!(faults(&mut stage), [Some("error=20%,seed=7".to_owned())]);
    stage.click(Role::RadioButton, "Cutting");
    stage.click(Role::ComboBox, "When to cut");
    stage.click(Role::ListBoxOption, "after the effect");
    assert_eq!(
        faults(&mut stage).last().unwrap().as_deref(),
        Some("cut=20%:after,seed=7")
    );
    stage.press("Begin anew");
    assert_eq!(
        faults(&mut stage),
        [Some("cut=20%:after,seed=7".to_owned())]
    );
    assert_eq!(
        stage.copy("Copy for the command line"),
        "--fault cut=20%:after,seed=7"
    );
    stage.assert_all_named();
    stage.click(Role::RadioButton, "Off");
    assert_eq!(faults(&mut stage), [None]);
}

#[test]
fn shares_that_cannot_be_meant_are_told_and_not_set() {
    let mut stage = at_library();
    stage.click(Role::RadioButton, "Mixed");
    faults(&mut stage);
    stage.type_into("Requests to refuse", "9");
    assert!(stage.shows("Shares are 100% at most"));
    assert!(faults(&mut stage).is_empty());
}

#[test]
fn faults_that_are_on_are_told_wherever_one_is() {
    let mut stage = at_library();
    assert!(!stage.shows("Faults are on"));
    let set: Faults = "cut=20%".parse().unwrap();
    stage.tell(Event::FaultsSet(Some(Box::new(set))));
    stage.press("Images");
    assert!(stage.shows("Faults are on"));
    stage.tell(Event::FaultsSet(None));
    assert!(!stage.shows("Faults are on"));
}

#[test]
fn a_narrow_window_shows_one_part_at_a_time() {
    let mut stage = at_library_sized(vec2(800.0, 600.0), egui::Theme::Light);
    stage.tell(Event::Traffic(requests()));
    assert_eq!(rows(&stage).len(), 5);
    stage.click(Role::RadioButton, "Library");
    assert!(rows(&stage).is_empty() && stage.shows("/home/me/library"));
    stage.click(Role::RadioButton, "Faults");
    assert!(stage.shows("Cutting"));
    stage.assert_all_named();
}

#[test]
fn what_cannot_be_told_is_said() {
    let mut stage = Stage::at(PLACE);
    stage.tell(Event::Library(Err(Problem::new(
        "The library does not tell what is in it",
    ))));
    assert!(stage.shows("The library does not tell what is in it"));
    assert!(stage.shows("/home/me/library"));
    stage.asked();
    stage.press("Look again");
    assert!(stage.asked().contains(&Request::Library));
}

/// For the eye: what the page looks like, in both themes and in a small window.
#[test]
fn the_page_is_photographed() {
    for (theme, name) in [(egui::Theme::Dark, "dark"), (egui::Theme::Light, "light")] {
        for (size, place) in [(LARGE, "large"), (vec2(800.0, 600.0), "small")] {
            let mut stage = at_library_sized(size, theme);
            let mut log = Vec::new();
            for round in 0..8 {
                for mut exchange in requests() {
                    exchange.number += 5 * round;
                    log.push(exchange);
                }
            }
            stage.tell(Event::Traffic(log));
            if place == "large" {
                stage.click(Role::RadioButton, "Mixed");
                let set: Faults = "error=10%".parse().unwrap();
                stage.tell(Event::FaultsSet(Some(Box::new(set))));
            }
            stage.photograph(&format!("library-{place}-{name}"));
        }
    }
}
