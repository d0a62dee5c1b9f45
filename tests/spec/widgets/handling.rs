//! What the widgets are called, and how they are worked by pointer and by keyboard.

use egui::Key;
use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::{Board, board, board_with_dialog};

/// Roles of what a person can act on or is told the state of.
const NAMED: [Role; 12] = [
    Role::Button,
    Role::Switch,
    Role::RadioButton,
    Role::RadioGroup,
    Role::ComboBox,
    Role::TextInput,
    Role::PasswordInput,
    Role::ProgressIndicator,
    Role::MenuItem,
    Role::Dialog,
    Role::Status,
    Role::Alert,
];

#[test]
fn every_widget_has_a_name_and_no_name_is_a_glyph() {
    let harness = board_with_dialog();
    let mut found = std::collections::BTreeSet::new();
    for node in harness.root().children_recursive() {
        let node = node.accesskit_node();
        let words = [
            node.label(),
            node.value(),
            node.data().description().map(str::to_owned),
        ];
        if NAMED.contains(&node.role()) {
            found.insert(format!("{:?}", node.role()));
            let name = words[0].as_deref().unwrap_or_default();
            assert!(!name.trim().is_empty(), "a {:?} has no name", node.role());
        }
        for word in words.iter().flatten() {
            let glyph = word.chars().find(|c| ('\u{e000}'..='\u{f8ff}').contains(c));
            assert!(glyph.is_none(), "{word:?} holds the glyph {glyph:?}");
        }
    }
    assert!(found.len() >= 10, "only {found:?} are on the board");
}

#[test]
fn a_switch_tells_that_it_is_on_and_follows_its_row() {
    let mut harness = board(egui::Theme::Dark);
    harness.get_by_label("Flexible variants").click();
    harness.run();
    assert!(!harness.state().flexible);
    let toggled = harness
        .get_by_label("Flexible variants")
        .accesskit_node()
        .toggled();
    assert_eq!(toggled, Some(egui::accesskit::Toggled::False));
    harness
        .get_by_role_and_label(Role::Switch, "Require signed URLs")
        .click();
    harness.run();
    assert!(harness.state().signed);
}

#[test]
fn a_button_is_pressed_by_pointer_and_by_keyboard_but_not_while_disabled() {
    let mut harness = board(egui::Theme::Dark);
    harness.get_by_label("Upload").click();
    harness.run();
    harness.get_by_label("Upload").focus();
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(harness.state().pressed, ["upload", "upload"]);
    let save = harness.get_by_label("Save variant");
    assert!(save.accesskit_node().is_disabled());
}

#[test]
fn a_segment_a_page_and_an_order_are_chosen_by_name() {
    let mut harness = board(egui::Theme::Dark);
    harness
        .get_by_role_and_label(Role::RadioButton, "copyright")
        .click();
    harness
        .get_by_role_and_label(Role::RadioButton, "List")
        .click();
    harness.run();
    assert_eq!(
        (harness.state().fit, harness.state().view),
        ("copyright", 1)
    );

    harness
        .get_by_role_and_label(Role::ComboBox, "Images per page")
        .click();
    harness.run();
    harness
        .get_by_role_and_label(Role::ListBoxOption, "1000 per page")
        .click();
    harness.run();
    assert_eq!(harness.state().per_page, 1000);

    harness
        .get_by_role_and_label(Role::ComboBox, "Order")
        .focus();
    harness.run();
    harness.key_press(Key::ArrowDown);
    harness.run();
    harness.key_press(Key::ArrowDown);
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(harness.state().order, "Oldest");
}

#[test]
fn a_number_is_typed_cleared_and_counted_with_the_arrows() {
    let mut harness = board(egui::Theme::Dark);
    let height = |harness: &mut Harness<'_, Board>, key: Key| {
        harness.key_press(key);
        harness.run();
        harness.state().height
    };
    harness.get_by_label("Height").focus();
    harness.run();
    harness.get_by_label("Height").type_text("4a2");
    harness.run();
    assert_eq!(harness.state().height, Some(42));
    assert_eq!(height(&mut harness, Key::ArrowUp), Some(43));
    harness.key_press_modifiers(egui::Modifiers::SHIFT, Key::ArrowDown);
    harness.run();
    assert_eq!(harness.state().height, Some(33));
    harness.key_press_modifiers(egui::Modifiers::COMMAND, Key::A);
    assert_eq!(height(&mut harness, Key::Backspace), None);
    assert_eq!(harness.state().width, Some(300));
}

#[test]
fn a_dialog_starts_on_the_safe_choice_and_goes_with_escape() {
    let mut harness = board_with_dialog();
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(harness.state().pressed, ["keep"]);
    harness.key_press(Key::Escape);
    harness.run();
    assert!(!harness.state().dialog);
}
