//! One board with every widget, in both themes: what it looks like, what it is called, and that
//! it can be worked by keyboard.

mod columns;
mod handling;
mod looks;

use egui::{Align, Frame, Layout, Rect, UiBuilder, pos2, vec2};
use egui_kittest::Harness;
use lenticular::ui::theme::{self, Tokens};
use lenticular::ui::widgets::{Button, Dialog, dialog_buttons_ui, focus_once};

use crate::render;

/// What the widgets on the board change.
struct Board {
    signed: bool,
    flexible: bool,
    fit: &'static str,
    view: u8,
    order: &'static str,
    per_page: u32,
    key: String,
    value: String,
    token: String,
    pattern: String,
    wrong: String,
    width: Option<u32>,
    height: Option<u32>,
    pressed: Vec<&'static str>,
    dialog: bool,
}

impl Default for Board {
    fn default() -> Self {
        Self {
            signed: false,
            flexible: true,
            fit: "none",
            view: 0,
            order: "Newest",
            per_page: 100,
            key: "team".into(),
            value: "A yellow flower after rain".into(),
            token: "0123456789abcdef012345".into(),
            pattern: "{folder}/{name}".into(),
            wrong: "travel//dune".into(),
            width: Some(300),
            height: None,
            pressed: Vec::new(),
            dialog: false,
        }
    }
}

impl Board {
    fn ui(&mut self, ui: &mut egui::Ui) {
        let t = Tokens::of(ui);
        let all = ui.ctx().content_rect();
        ui.painter().rect_filled(all, 0.0, t.bg);
        let column =
            |left: f32, right: f32| Rect::from_min_max(pos2(left, 0.0), pos2(right, 900.0));
        for (index, left, right) in [(0, 0.0, 212.0), (3, 1100.0, 1440.0)] {
            ui.painter().rect_filled(column(left, right), 0.0, t.panel);
            let line = if index == 0 { right } else { left };
            ui.painter()
                .vline(line - 0.5, 0.0..=900.0, egui::Stroke::new(1.0, t.border));
        }
        let mut place =
            |left: f32, right: f32, margin: i8, content: &mut dyn FnMut(&mut egui::Ui)| {
                let builder = UiBuilder::new()
                    .id_salt(format!("column at {left}"))
                    .max_rect(column(left, right))
                    .layout(Layout::top_down(Align::Min));
                ui.scope_builder(builder, |ui| {
                    Frame::new().inner_margin(margin).show(ui, |ui| content(ui));
                });
            };
        place(0.0, 211.0, 10, &mut |ui| self.side_bar_ui(ui));
        place(212.0, 722.0, 14, &mut |ui| self.controls_ui(ui));
        place(722.0, 1100.0, 14, &mut |ui| Self::surfaces_ui(ui));
        place(1100.0, 1440.0, 14, &mut |ui| self.inspector_ui(ui));
        if self.dialog {
            self.dialog_ui(ui.ctx());
        }
    }

    fn dialog_ui(&mut self, ctx: &egui::Context) {
        let shown = Dialog::new("delete", "Delete 3 images?").show(ctx, |ui| {
            ui.label(
                Tokens::of(ui).body("Links to them stop working at once. This cannot be undone."),
            );
            dialog_buttons_ui(ui, |ui| {
                if ui.add(Button::destructive("Delete 3 images")).clicked() {
                    self.pressed.push("delete");
                }
                let keep = ui.add(Button::secondary("Keep them"));
                focus_once(ui, &keep);
                if keep.clicked() {
                    self.pressed.push("keep");
                }
            });
        });
        if shown.wants_close {
            self.dialog = false;
        }
    }
}

fn board(theme: egui::Theme) -> Harness<'static, Board> {
    shown_on(theme, 1.0, Board::default())
}

fn board_with_dialog() -> Harness<'static, Board> {
    let state = Board {
        dialog: true,
        ..Board::default()
    };
    shown_on(egui::Theme::Dark, 1.0, state)
}

fn shown_on(theme: egui::Theme, scale: f32, state: Board) -> Harness<'static, Board> {
    let mut harness = render::builder(vec2(1440.0, 900.0), theme)
        .with_pixels_per_point(scale)
        .build_ui_state(|ui, board: &mut Board| board.ui(ui), state);
    // A spinner asks for frames for ever; standing still it also draws the same every time.
    theme::reduce_motion(&harness.ctx, true);
    harness.run();
    harness
}
