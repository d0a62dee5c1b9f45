//! What stands on the board, column by column. A new widget gets its place here.

use egui::{Align, Frame, Rect, pos2, vec2};
use lenticular::ui::theme::{self, Tokens};
use lenticular::ui::widgets::*;

use super::Board;

impl Board {
    pub(super) fn side_bar_ui(&mut self, ui: &mut egui::Ui) {
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

    pub(super) fn controls_ui(&mut self, ui: &mut egui::Ui) {
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

    pub(super) fn surfaces_ui(ui: &mut egui::Ui) {
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

    pub(super) fn inspector_ui(&mut self, ui: &mut egui::Ui) {
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
    for (name, size, is_uploaded) in [
        ("dune-ridge", "4.2 MB", true),
        ("a-file-with-a-long-name", "38 MB", false),
    ] {
        let (file, id) = (format!("{name}.jpg"), format!("travel/{name}"));
        row_ui(ui, &columns, 36.0, |ui, index| match index {
            0 => _ = ui.add(Elided::end(&file)),
            1 => _ = ui.add(Elided::middle(&id).monospace().color(t.muted)),
            2 => _ = ui.label(t.detail(size).color(t.muted)),
            _ if is_uploaded => {
                icons::CHECK.show_ui(ui, 14.0, t.success);
                ui.label(t.detail("Uploaded").color(t.success));
            }
            _ => {
                icons::WARNING.show_ui(ui, 14.0, t.danger);
                ui.label(t.detail("Too large").color(t.danger));
                ui.add(Button::secondary("Shrink").small());
            }
        });
    }
    ui.spacing_mut().item_spacing.y = 8.0;
    ui.add_space(8.0);
}
