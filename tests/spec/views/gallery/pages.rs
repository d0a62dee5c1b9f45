//! Searching and turning pages, and what stands where there is no page.

use egui::accesskit::Role;
use egui::{Key, Modifiers, Theme};
use egui_kittest::kittest::Queryable as _;
use lenticular::engine::{Event, Request};
use lenticular::model::{PageNumber, PageSize, Problem, SortOrder};

use super::{answer, images, open, page_request, window};
use crate::stage::{LARGE, Stage};

/// Types into the search, which takes the keyboard by its shortcut.
fn search(window: &mut Stage, text: &str) {
    window.key_with(Modifiers::COMMAND, Key::F);
    window.field("Search images").type_text(text);
    window.settle();
}

#[test]
fn typing_a_search_asks_for_that_page_and_escape_clears_it() {
    let mut window = window();
    search(&mut window, "flower");
    let page = page_request(&mut window);
    assert_eq!(page.filter, "flower");
    answer(&mut window, page.generation, images(12), 100, false);
    window.harness.get_by_label_contains("known images match");
    window.photograph("gallery-filter");
    window.press("Search all 12,304");
    let requests = window.asked();
    assert!(
        requests
            .iter()
            .any(|request| matches!(request, Request::KnowAll(_))),
        "{requests:?}"
    );
    window.tell(Event::Listed {
        known: 4_000,
        complete: false,
    });
    window.press("Stop");
    assert!(window.asked().contains(&Request::StopListing));
    window.field("Search images").focus();
    window.settle();
    window.key(Key::Escape);
    assert_eq!(page_request(&mut window).filter, "");
}

#[test]
fn a_search_without_result_says_which_and_can_be_dropped() {
    let mut window = window();
    search(&mut window, "zebra");
    let page = page_request(&mut window);
    answer(&mut window, page.generation, Vec::new(), 100, false);
    window.harness.get_by_label("Nothing matches “zebra”");
    window.photograph("gallery-none");
    window.press("Clear the filter");
    assert_eq!(page_request(&mut window).filter, "");
}

#[test]
fn the_pager_turns_and_jumps() {
    let mut window = window();
    window.harness.get_by_label("1–100 of 12,304");
    window.press("Next page");
    assert_eq!(page_request(&mut window).page, PageNumber::new(2));
    window.press("Page 124");
    assert_eq!(page_request(&mut window).page, PageNumber::new(124));
    window.type_into("Go to page", "57");
    window.key(Key::Enter);
    assert_eq!(page_request(&mut window).page, PageNumber::new(57));
    window.click(Role::ComboBox, "Images per page");
    window.choose("500 per page");
    assert_eq!(page_request(&mut window).size, PageSize::new(500));
    window.click(Role::ComboBox, "Order");
    window.choose("Oldest first");
    assert_eq!(page_request(&mut window).sort, SortOrder::Oldest);
}

#[test]
fn a_page_that_fails_leaves_the_one_before_in_sight() {
    let mut window = window();
    window.press("Next page");
    let page = page_request(&mut window);
    window.tell(Event::PageFailed {
        generation: page.generation,
        problem: Problem::new("No connection").with_hint("Check the network"),
    });
    window.harness.get_by_label_contains("could not be loaded");
    window
        .harness
        .get_by_role_and_label(Role::ListBoxOption, "ladybird.jpg");
    window.photograph("gallery-failed");
    window.press("Retry");
    assert_eq!(page_request(&mut window).page, PageNumber::new(2));
}

#[test]
fn an_empty_library_offers_files_and_samples() {
    let mut window = open(LARGE, Theme::Dark, 1.0);
    window.photograph("gallery-loading");
    let page = page_request(&mut window);
    answer(&mut window, page.generation, Vec::new(), 0, true);
    window.photograph("gallery-empty");
    window
        .harness
        .get_by_role_and_label(Role::Button, "Add files");
    window.press("Add sample pictures");
    assert_eq!(window.asked(), [Request::AddSamples]);
}
