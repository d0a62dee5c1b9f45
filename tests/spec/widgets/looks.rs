//! What the board looks like: in both themes, under a dialog, at double scale, with the keyboard on it.

use egui::Rect;
use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use lenticular::ui::theme::Tokens;

use super::{Board, board, board_with_dialog, shown_on};
use crate::render;

#[track_caller]
fn shown(harness: &mut Harness<'_, Board>, name: &str) {
    let image = harness.render().expect("our renderer draws all we use");
    render::assert_picture(name, &image);
}

#[test]
fn the_board_looks_as_drawn_in_the_dark() {
    shown(&mut board(egui::Theme::Dark), "widgets-dark");
}

#[test]
fn the_board_looks_as_drawn_in_the_light() {
    shown(&mut board(egui::Theme::Light), "widgets-light");
}

#[test]
fn a_dialog_dims_what_is_behind_it() {
    let mut harness = board_with_dialog();
    shown(&mut harness, "dialog-dark");
}

#[test]
fn at_double_scale_everything_stays_in_place() {
    let buttons = |harness: &Harness<'_, Board>| -> Vec<Rect> {
        let all = harness.get_all_by_role(Role::Button);
        all.map(|node| node.rect()).collect()
    };
    let before = buttons(&board(egui::Theme::Dark));
    let mut harness = shown_on(egui::Theme::Dark, 2.0, Board::default());
    let after = buttons(&harness);
    assert_eq!(before.len(), after.len());
    for (before, after) in before.iter().zip(&after) {
        assert!(
            (before.min - after.min).length() < 6.0,
            "{before} became {after}"
        );
    }
    let image = harness.render().unwrap();
    assert_eq!(image.dimensions(), (2880, 1800));
    render::photograph("widgets-200", &image);
}

#[test]
fn the_keyboard_is_seen_where_it_is() {
    let mut harness = board(egui::Theme::Dark);
    let rest = harness.render().unwrap();
    harness.get_by_label("Next page").focus();
    harness.run();
    let focused = harness.render().unwrap();
    let place = harness.get_by_label("Next page").rect().expand(4.0);
    let accent = Tokens::dark_or_light(true).accent.to_array();
    let count = |image: &image::RgbaImage| {
        let (at, size) = (place.min.round(), place.size().round());
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "on screen"
        )]
        let [x, y, width, height] = [at.x, at.y, size.x, size.y].map(|points| points as u32);
        let around = image::imageops::crop_imm(image, x, y, width, height).to_image();
        around
            .pixels()
            .filter(|pixel| pixel.0.iter().zip(accent).all(|(a, b)| a.abs_diff(b) < 30))
            .count()
    };
    assert_eq!(count(&rest), 0);
    assert!(count(&focused) > 100, "no ring around the focused button");
}
