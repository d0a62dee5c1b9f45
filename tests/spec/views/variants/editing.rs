//! Variants made, edited and deleted: saved only when asked.

use egui::accesskit::Role;
use egui::{Key, Theme, vec2};
use egui_kittest::kittest::Queryable as _;
use lenticular::engine::{Event, Request, VariantsAnswer};
use lenticular::model::{Fit, MetadataPolicy, Problem, VariantId};

use super::{images, open, usual, variants};
use crate::stage::{LARGE, variant};

#[test]
fn a_changed_variant_is_marked_and_saved_only_when_asked() {
    let mut window = usual();
    window.choose("thumbnail");
    assert!(
        window.is_disabled("Save variant"),
        "nothing has changed yet"
    );
    window.click(Role::RadioButton, "Fit pad");
    assert!(window.shows("Edited"));
    let asked = window.asked();
    assert!(!asked.iter().any(|r| matches!(r, Request::SaveVariant(_))));
    window.press("Save variant");
    let expected = variant("thumbnail", Fit::Pad, 300, Some(300));
    assert_eq!(window.asked(), [Request::SaveVariant(expected.clone())]);
    assert!(window.is_disabled("Save variant"), "it is on its way");
    window.tell(Event::VariantSaved {
        id: expected.id.clone(),
        created: false,
        result: Ok(expected),
    });
    assert!(!window.shows("Edited"));
}

#[test]
fn an_edit_stays_while_one_looks_elsewhere_and_goes_with_revert() {
    let mut window = usual();
    window.choose("hero");
    window.type_over("Width", "900");
    window.press("Upload links");
    window.press("Variants");
    window.choose("public");
    window.choose("hero");
    assert_eq!(window.value_of("Width"), "900");
    window.press("Revert");
    assert_eq!(window.value_of("Width"), "1920");
    assert!(!window.shows("Edited"));
}

#[test]
fn an_edit_that_is_undone_by_hand_is_no_edit() {
    let mut window = usual();
    window.choose("avatar");
    window.click(Role::RadioButton, "Fit crop");
    assert!(window.shows("Edited"));
    window.click(Role::RadioButton, "Fit cover");
    assert!(!window.shows("Edited"));
}

#[test]
fn a_variant_that_was_only_looked_at_follows_the_account() {
    let mut window = usual();
    window.choose("hero");
    let mut changed = variants();
    changed[2].options.width = Some(2000);
    window.tell(Event::Variants(Ok(Box::new(VariantsAnswer {
        variants: changed,
        flexible: None,
    }))));
    assert!(!window.shows("Edited"));
    assert_eq!(window.value_of("Width"), "2000");
}

#[test]
fn the_fits_are_chosen_with_the_arrow_keys() {
    let mut window = usual();
    window.choose("thumbnail");
    window
        .harness
        .get_by_role_and_label(Role::RadioButton, "Fit cover")
        .focus();
    window.settle();
    window.key(Key::ArrowRight);
    window.key(Key::ArrowRight);
    window.press("Save variant");
    let expected = variant("thumbnail", Fit::Pad, 300, Some(300));
    assert_eq!(window.asked(), [Request::SaveVariant(expected)]);
}

#[test]
fn a_side_out_of_range_is_told_beside_it_and_cannot_be_saved() {
    let mut window = usual();
    window.choose("thumbnail");
    window.type_over("Height", "12001");
    assert!(window.shows("The height must be 1 to 12,000 pixels"));
    assert!(window.is_disabled("Save variant"));
    window.type_over("Height", "12000");
    assert!(!window.shows("The height must be"));
    assert!(!window.is_disabled("Save variant"));
}

#[test]
fn a_time_in_seconds_can_be_typed_past_a_named_one() {
    let mut window = usual();
    window.choose("hero");
    window.click(Role::ComboBox, "Browser cache");
    window.choose("Custom");
    for typed in ["86400", "864000"] {
        window.type_over("Browser cache in seconds", typed);
    }
    window.press("Save variant");
    let mut expected = variant("hero", Fit::Crop, 1920, Some(640));
    expected.options.browser_ttl_secs = Some(864_000);
    assert_eq!(window.asked(), [Request::SaveVariant(expected)]);
}

#[test]
fn a_new_variant_needs_a_name_that_the_service_takes() {
    let mut window = usual();
    window.press("New variant");
    assert!(window.is_disabled("Create variant"));
    window.type_over("Variant name", "my-banner");
    assert!(window.shows("A name holds letters and digits only, no “-”"));
    window.type_over("Variant name", "hero");
    assert!(window.shows("There is a variant of this name already"));
    assert!(window.is_disabled("Create variant"));
    window.type_over("Variant name", "banner");
    window.click(Role::RadioButton, "copyright");
    window.press("Create variant");
    let mut expected = variant("banner", Fit::ScaleDown, 800, Some(600));
    expected.options.metadata = MetadataPolicy::Copyright;
    assert_eq!(window.asked(), [Request::CreateVariant(expected.clone())]);
    window.tell(Event::VariantSaved {
        id: expected.id.clone(),
        created: true,
        result: Err(Problem::new("The service did not answer").with_hint("Try again later")),
    });
    assert!(window.shows("The service did not answer"));
    assert!(
        !window.is_disabled("Create variant"),
        "what was typed is kept"
    );
}

#[test]
fn a_new_variant_waits_in_the_list_until_it_is_created_or_discarded() {
    let mut window = usual();
    window.press("New variant");
    window.type_over("Variant name", "banner");
    window.choose("public");
    window.choose("banner");
    assert_eq!(window.value_of("Variant name"), "banner");
    window.press("Discard");
    assert!(!window.shows("banner"));
}

#[test]
fn public_cannot_be_deleted_and_another_only_after_a_question() {
    let mut window = usual();
    window.choose("public");
    assert!(window.is_disabled("Delete variant"));
    window.choose("hero");
    window.press("Delete variant");
    assert_eq!(window.asked(), [], "deleting is asked for first");
    let dialog = window.state().dialog.clone();
    let hero = VariantId::new("hero").unwrap();
    assert_eq!(dialog, Some(lenticular::app::Dialog::DeleteVariant(hero)));
}

#[test]
fn without_any_image_variants_can_be_edited_all_the_same() {
    let mut window = open(LARGE, Theme::Dark, 1.0, Vec::new());
    assert!(window.shows("Upload a first image to try variants on it"));
    assert!(!window.is_disabled("Add files"));
    window.choose("hero");
    window.click(Role::Switch, "Always public");
    window.press("Save variant");
    let mut expected = variant("hero", Fit::Crop, 1920, Some(640));
    expected.never_require_signed_urls = true;
    assert_eq!(window.asked(), [Request::SaveVariant(expected)]);
}

#[test]
fn in_the_smallest_window_everything_is_still_there() {
    let mut window = open(vec2(800.0, 600.0), Theme::Dark, 1.0, images());
    window.click(Role::ComboBox, "Variant");
    window.choose("hero");
    window.click(Role::RadioButton, "Fit cover");
    window.press("Save variant");
    let expected = variant("hero", Fit::Cover, 1920, Some(640));
    let asked = window.asked();
    assert!(asked.contains(&Request::SaveVariant(expected)), "{asked:?}");
}
