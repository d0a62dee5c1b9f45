//! One board with every widget, in both themes: what it looks like, what it is called, and that
//! it can be worked by keyboard.

use egui::accesskit::Role;
use egui::{Align, Frame, Key, Layout, Rect, UiBuilder, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use lenticular::ui::theme::{self, Tokens};
use lenticular::ui::widgets::*;

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

    fn side_bar_ui(&mut self, ui: &mut egui::Ui) {
        let t = Tokens::of(ui);
        ui.spacing_mut().item_spacing.y = 1.0;
        ui.add_space(65.0);
        let items = [
            NavItem::new(icons::IMAGES, "Images")
                .count("12,304")
                .selected(true),
            NavItem::new(icons::UPLOAD, "Uploads").count("3"),
            NavItem::new(icons::VARIANTS, "Variants"),
            NavItem::new(icons::LINK, "Upload links"),
            NavItem::new(icons::KEY, "Signing keys"),
        ];
        for (item, name) in items
            .into_iter()
            .zip(["images", "uploads", "variants", "links", "keys"])
        {
            if ui.add(item).clicked() {
                self.pressed.push(name);
            }
        }
        ui.add_space(18.0);
        ui.label(t.hint("   Saved searches"));
        ui.add_space(6.0);
        ui.add(NavItem::new(icons::SEARCH, "Hero shots"));
        ui.add(NavItem::new(
            icons::SEARCH,
            "A search with a name that is far too long",
        ));
        ui.add_space(20.0);
        ui.add(Meter::new("12,304 of 100,000 images", 12_304, 100_000).with_bar());
        ui.add_space(10.0);
        ui.add(Meter::new("1,200 of 1,000 images", 1_200, 1_000).with_bar());
        ui.add_space(20.0);
        ui.spacing_mut().item_spacing.y = 6.0;
        status_ui(ui, Tone::Success, "Connected");
        status_ui(ui, Tone::Neutral, "Catalog up to date, 2 min ago");
        status_ui(ui, Tone::Danger, "No connection");
        ui.horizontal(|ui| {
            ui.add(KeyCap::new("Ctrl K"));
            ui.label(t.hint("Commands"));
        });
        ui.horizontal(|ui| {
            ui.add(CountBadge::new("3"));
            spinner_ui(ui, 16.0, "Loading");
        });
        ui.add_space(10.0);
        Frame::popup(ui.style()).show(ui, |ui| {
            ui.set_width(170.0);
            ui.spacing_mut().item_spacing.y = 2.0;
            ui.add(
                MenuItem::new("Copy URL")
                    .icon(icons::COPY)
                    .shortcut("Ctrl C"),
            );
            ui.add(MenuItem::new("Newest first").selected(true));
            ui.add(MenuItem::new("Oldest first").selected(false));
            menu_separator_ui(ui);
            ui.add(
                MenuItem::new("Delete…")
                    .icon(icons::TRASH)
                    .danger()
                    .shortcut("Del"),
            );
        });
    }

    fn controls_ui(&mut self, ui: &mut egui::Ui) {
        let t = Tokens::of(ui);
        ui.label(t.title("Buttons"));
        ui.horizontal(|ui| {
            if ui
                .add(Button::primary("Upload").icon(icons::UPLOAD))
                .clicked()
            {
                self.pressed.push("upload");
            }
            ui.add(Button::secondary("Copy URL").icon(icons::COPY));
            ui.add(Button::danger("Delete").icon(icons::TRASH));
            ui.add(Button::destructive("Delete 3 images"));
        });
        ui.horizontal(|ui| {
            ui.add_enabled(false, Button::primary("Save variant"));
            ui.add(Button::secondary("Revert").enabled(false));
            ui.add(Button::ghost("Learn more").trailing_icon(icons::EXTERNAL));
            ui.add(Button::secondary("Shrink to fit").small());
            ui.add(
                Button::secondary("Upload anyway")
                    .small()
                    .icon(icons::UPLOAD),
            );
        });
        ui.horizontal(|ui| {
            ui.add(icons::CLOSE.button("Remove field").small());
            ui.add(icons::MORE.button("More actions"));
            ui.add(icons::COPY.button("Copy the public URL").framed().small());
            ui.add(icons::TRASH.button("Delete the variant").danger());
            ui.add(icons::STAR.button("Favorite").selected(true));
            ui.add_enabled(false, icons::UNDO.button("Undo").framed());
        });
        ui.horizontal(|ui| {
            ui.add(icons::PREVIOUS.button("Previous page").framed());
            for page in ["1", "2", "124"] {
                ui.add(PageButton::new(page, format!("Page {page}")).current(page == "1"));
            }
            ui.add(icons::NEXT.button("Next page").framed());
            let mut pages = Dropdown::new("Images per page", &mut self.per_page);
            for size in [50, 100, 1000] {
                pages = pages.option(size, format!("{size} per page"));
            }
            ui.add(pages);
            let order = Dropdown::new("Order", &mut self.order)
                .icon(icons::SORT)
                .option("Newest", "Newest")
                .option("Oldest", "Oldest");
            ui.add(order);
        });
        separator_ui(ui);
        ui.label(t.title("Choices"));
        ui.horizontal(|ui| {
            ui.add(
                Segmented::new("Image metadata", &mut self.fit)
                    .option("none", "none")
                    .option("copyright", "copyright")
                    .option("keep", "keep"),
            );
            ui.add(
                Segmented::new("View", &mut self.view)
                    .icon(0, icons::GRID, "Grid")
                    .icon(1, icons::LIST, "List"),
            );
            ui.add(Toggle::new(&mut self.flexible, "Flexible variants"));
            ui.add_enabled(false, Toggle::new(&mut true, "Locked on"));
        });
        ui.horizontal_wrapped(|ui| {
            Chip::new("signed:no").tone(Tone::Accent).show_ui(ui);
            Chip::new("team=web")
                .tone(Tone::Accent)
                .removable()
                .show_ui(ui);
            ui.add(Chip::new("Edited").tone(Tone::Accent));
            ui.add(Chip::new("Draft"));
            ui.add(Chip::new("Failed").tone(Tone::Danger).icon(icons::WARNING));
            ui.add(Chip::new("Uploaded").tone(Tone::Success).icon(icons::CHECK));
            ui.add(Chip::new("All").clickable());
        });
        separator_ui(ui);
        ui.label(t.title("Cards"));
        Self::cards_ui(ui);
        separator_ui(ui);
        table_ui(ui);
        let zone = "or paste with Ctrl V. JPEG, PNG, GIF, WebP and SVG, up to 10 MB";
        ui.add(DropZone::new("Drop images or folders here", zone).height(130.0));
    }

    fn cards_ui(ui: &mut egui::Ui) {
        let t = Tokens::of(ui);
        ui.add_space(4.0);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 12.0;
            let states = [(false, false), (true, false), (false, true), (true, true)];
            for (index, (is_selected, is_active)) in states.into_iter().enumerate() {
                let look = CardLook {
                    is_selected,
                    is_active,
                    is_hovered: false,
                };
                let (rect, _) = ui.allocate_exact_size(vec2(104.0, 116.0), egui::Sense::hover());
                paint_card(ui.painter(), rect, look, t);
                let picture = Rect::from_min_size(rect.min + vec2(8.0, 8.0), vec2(88.0, 78.0));
                match index {
                    0 => paint_skeleton(ui.painter(), picture, t),
                    3 => paint_checkerboard(ui.painter(), picture, 8.0, t),
                    _ => {
                        let sky = egui::Color32::from_rgb(70, 130, 180);
                        ui.painter().rect_filled(picture, 4.0, sky);
                    }
                }
                let corner = picture.right_top() + vec2(-5.0, 5.0);
                match index {
                    0 => paint_badge(ui, corner, None, "Draft"),
                    _ => paint_badge(ui, corner, Some(icons::LOCK), "Signed"),
                };
                paint_card_marks(ui.painter(), picture, look, t);
                let below =
                    Rect::from_min_max(pos2(rect.left() + 10.0, picture.bottom()), rect.max);
                let font = theme::sans(Tokens::TEXT_M, theme::Weight::Regular);
                let name = elided_galley(ui, "rain-drops.jpg", font, t.text, 84.0);
                paint_galley_in(ui.painter(), below, name, Align::Min);
            }
        });
        ui.add_space(4.0);
    }

    fn surfaces_ui(ui: &mut egui::Ui) {
        let t = Tokens::of(ui);
        card_ui(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.label(t.title("Open the local library"));
            ui.label(t.muted(
                "A complete Images service on this computer: upload, variants, signed URLs and \
                 delivery work the same way.",
            ));
            ui.add_space(8.0);
            ui.add(Button::secondary("Open local library").icon(icons::DATABASE));
        });
        ui.add_space(4.0);
        Toast::new(Tone::Success, "Copied 3 URLs")
            .count(2)
            .show_ui(ui);
        Toast::new(Tone::Neutral, "Moved 3 images to the trash")
            .action("Undo")
            .show_ui(ui);
        Toast::new(
            Tone::Danger,
            "Cloudflare refused 3 images (over 10 MB). The other 412 are uploaded.",
        )
        .action("Show")
        .show_ui(ui);
        ui.scope(|ui| {
            ui.set_height(230.0);
            EmptyState::new(
                icons::SEARCH,
                "No image matches",
                "The term team=web leaves none of 12,304 images.",
            )
            .show_ui(ui, |ui| {
                ui.add(Button::primary("Drop the term"));
                ui.add(Button::secondary("Clear the search"));
            });
        });
        ui.add_space(8.0);
        ui.label(t.display("Lenticular"));
        ui.label(t.muted("Your Cloudflare Images, at your fingertips"));
        ui.label(t.body("Żółty kwiat, Ελληνικά, Привет"));
        ui.add(
            Elided::end("A very long sentence that cannot fit into this narrow place at all")
                .max_width(200.0),
        );
        let url = "https://imagedelivery.net/Vi7wi5KSItxGFsWRG2Us6Q/flowers/yellow-01/public";
        ui.add(Elided::middle(url).monospace().max_width(260.0));
    }

    fn inspector_ui(&mut self, ui: &mut egui::Ui) {
        let t = Tokens::of(ui);
        section_ui(ui, "yellow-flower.jpg", |ui| {
            ui.add(Button::secondary("Copy URL").icon(icons::COPY).small());
        });
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing.y = 5.0;
            key_value_ui(ui, "ID", "flowers/yellow-01", true);
            key_value_ui(ui, "Uploaded", "2 Nov 2026, 14:32", false);
            key_value_ui(ui, "Original", "1920 × 1200 JPEG, 642 KB", false);
            key_value_ui(
                ui,
                "Creator",
                "a-studio-with-a-name-that-never-ends-and-goes-on",
                false,
            );
        });
        separator_ui(ui);
        let hint = "Only links signed with a key will open this image";
        toggle_row_ui(ui, &mut self.signed, "Require signed URLs", hint);
        separator_ui(ui);
        section_ui(ui, "Metadata", |ui| {
            ui.add(Meter::new("86 of 1,024 bytes", 86, 1024))
        });
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            ui.add(
                TextField::new(&mut self.key)
                    .name("Name of field 1")
                    .width(122.0),
            );
            ui.add(
                TextField::new(&mut self.value)
                    .name("Value of field 1")
                    .width(152.0),
            );
            ui.add(icons::CLOSE.button("Remove team").small());
        });
        ui.add(Button::secondary("Add field").icon(icons::PLUS));
        separator_ui(ui);
        section_ui(ui, "Size", |_| ());
        ui.horizontal(|ui| {
            let width = NumberField::new(&mut self.width)
                .name("Width")
                .suffix("px wide")
                .hint("auto")
                .range(1..=12_000)
                .width(133.0);
            ui.add(width);
            ui.label(t.hint("×"));
            let height = NumberField::new(&mut self.height)
                .name("Height")
                .suffix("px high")
                .hint("auto")
                .width(133.0);
            ui.add(height);
        });
        separator_ui(ui);
        ui.label(t.muted("API token"));
        ui.add(
            TextField::new(&mut self.token)
                .name("API token")
                .password(true)
                .tall(),
        );
        ui.label(t.hint("Kept in your system keyring, never in a file"));
        ui.add(
            TextField::new(&mut self.pattern)
                .name("Image ID")
                .monospace(),
        );
        let problem = "An ID cannot have two slashes in a row";
        ui.add(
            TextField::new(&mut self.wrong)
                .name("Custom ID")
                .monospace()
                .error(Some(problem)),
        );
        ui.add(
            TextField::new(&mut String::new())
                .name("Creator")
                .hint("Nobody"),
        );
        ui.add_enabled(
            false,
            TextField::new(&mut "studio-7".to_owned()).name("Fixed creator"),
        );
        ui.horizontal(|ui| {
            ui.label(t.strong("2 of 8 uploaded"));
            ui.add(ProgressBar::new(0.34, "Upload of 8 files").width(120.0));
            ui.label(t.detail("64%, 8 s left").color(t.muted));
        });
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

fn table_ui(ui: &mut egui::Ui) {
    let t = Tokens::of(ui);
    let columns = Columns::new([
        Column::Fixed(120.0),
        Column::Share(1.0),
        Column::Fixed(60.0),
        Column::Share(1.2),
    ]);
    ui.spacing_mut().item_spacing.y = 0.0;
    header_ui(ui, &columns, &["File", "Image ID", "Size", "State"]);
    row_ui(ui, &columns, 36.0, |ui, index| match index {
        0 => _ = ui.add(Elided::end("dune-ridge.jpg")),
        1 => {
            _ = ui.add(
                Elided::middle("travel/dune-ridge")
                    .monospace()
                    .color(t.muted),
            );
        }
        2 => _ = ui.label(t.detail("4.2 MB").color(t.muted)),
        _ => {
            icons::CHECK.show_ui(ui, 14.0, t.success);
            ui.label(t.detail("Uploaded").color(t.success));
        }
    });
    row_ui(ui, &columns, 36.0, |ui, index| match index {
        0 => _ = ui.add(Elided::end("a-file-with-a-long-name.jpg")),
        1 => {
            _ = ui.add(
                Elided::middle("travel/a-file-with-a-long-name")
                    .monospace()
                    .color(t.muted),
            );
        }
        2 => _ = ui.label(t.detail("38 MB").color(t.muted)),
        _ => {
            icons::WARNING.show_ui(ui, 14.0, t.danger);
            ui.label(t.detail("Too large").color(t.danger));
            ui.add(Button::secondary("Shrink").small());
        }
    });
    ui.spacing_mut().item_spacing.y = 8.0;
    ui.add_space(8.0);
}

fn board(theme: egui::Theme) -> Harness<'static, Board> {
    board_with(theme, Board::default())
}

fn board_with(theme: egui::Theme, state: Board) -> Harness<'static, Board> {
    let mut harness = render::builder(vec2(1440.0, 900.0), theme)
        .build_ui_state(|ui, board: &mut Board| board.ui(ui), state);
    // A spinner asks for frames for ever; standing still it also draws the same every time.
    theme::reduce_motion(&harness.ctx, true);
    harness.run();
    harness
}

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
    let state = Board {
        dialog: true,
        ..Board::default()
    };
    let mut harness = board_with(egui::Theme::Dark, state);
    shown(&mut harness, "dialog-dark");
}

#[test]
fn at_double_scale_everything_stays_in_place() {
    let harness = board(egui::Theme::Dark);
    let before: Vec<Rect> = harness
        .get_all_by_role(Role::Button)
        .map(|node| node.rect())
        .collect();
    let mut harness = render::builder(vec2(1440.0, 900.0), egui::Theme::Dark)
        .with_pixels_per_point(2.0)
        .build_ui_state(|ui, board: &mut Board| board.ui(ui), Board::default());
    theme::reduce_motion(&harness.ctx, true);
    harness.run();
    let after: Vec<Rect> = harness
        .get_all_by_role(Role::Button)
        .map(|node| node.rect())
        .collect();
    assert_eq!(before.len(), after.len());
    for (before, after) in before.iter().zip(&after) {
        assert!(
            (before.min - after.min).length() < 6.0,
            "{before} became {after}"
        );
    }
    let image = harness.render().unwrap();
    assert_eq!(image.dimensions(), (2880, 1800));
    std::fs::create_dir_all(render::pictures_dir()).unwrap();
    image
        .save(render::pictures_dir().join("widgets-200.png"))
        .unwrap();
}

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
    let state = Board {
        dialog: true,
        ..Board::default()
    };
    let harness = board_with(egui::Theme::Dark, state);
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
    let state = Board {
        dialog: true,
        ..Board::default()
    };
    let mut harness = board_with(egui::Theme::Dark, state);
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(harness.state().pressed, ["keep"]);
    harness.key_press(Key::Escape);
    harness.run();
    assert!(!harness.state().dialog);
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
