//! Variants: edited, tried on a picture at once, saved only when asked.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use std::sync::Arc;
use std::time::Duration;

use egui::accesskit::Role;
use egui::{Key, Theme, Vec2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use lenticular::engine::{
    Engine, Event, PageAnswer, Pixels, Preferences, Preview, Request, SessionInfo, ThemeChoice,
    VariantsAnswer, Waker,
};
use lenticular::model::{
    AccountHash, AccountId, ByteSize, Fit, Generation, Image, ImageId, Metadata, MetadataPolicy,
    PixelSize, Problem, Profile, ProfileId, ProfileKind, Variant, VariantId, VariantOptions,
};
use lenticular::samples;
use lenticular::ui::App;
use tokio::sync::mpsc;

use crate::render;

/// The window with its places, and the test in the place of the engine.
struct Window {
    harness: Harness<'static, App>,
    events: mpsc::Sender<Event>,
    requests: mpsc::UnboundedReceiver<Request>,
    generation: Generation,
    /// What was asked while the window opened.
    opening: Vec<Request>,
    // Dropped last: slots still hold tasks of it.
    _runtime: tokio::runtime::Runtime,
}

fn variant(name: &str, fit: Fit, width: u32, height: Option<u32>) -> Variant {
    Variant {
        id: VariantId::new(name).unwrap(),
        options: VariantOptions {
            fit,
            width: Some(width),
            height,
            ..VariantOptions::default()
        },
        never_require_signed_urls: name == "email",
    }
}

fn variants() -> Vec<Variant> {
    vec![
        variant("public", Fit::ScaleDown, 1366, Some(768)),
        variant("thumbnail", Fit::Cover, 300, Some(300)),
        variant("hero", Fit::Crop, 1920, Some(640)),
        variant("avatar", Fit::Cover, 128, Some(128)),
        variant("ogimage", Fit::Pad, 1200, Some(630)),
        variant("email", Fit::Contain, 600, None),
    ]
}

const NAMES: [&str; 10] = [
    "two-wings",
    "yellow-01",
    "milky-way",
    "rain-drops",
    "stripes",
    "dune",
    "northern-lights",
    "tulips",
    "marble",
    "storm",
];

fn images() -> Vec<Image> {
    let image = |(index, name): (usize, &&str)| Image {
        id: ImageId::from_server(format!("flowers/{name}")),
        file_name: Some(format!("{name}.jpg")),
        metadata: Metadata::default(),
        creator: None,
        uploaded: "2026-11-02T13:32:00Z".parse().unwrap(),
        require_signed_urls: index == 3,
        variant_urls: Vec::new(),
        is_draft: false,
    };
    NAMES.iter().enumerate().map(image).collect()
}

fn session() -> SessionInfo {
    SessionInfo {
        profile: Profile {
            id: ProfileId::from_stored("library"),
            name: "Local library".into(),
            kind: ProfileKind::Library {
                folder: "/pictures".into(),
            },
        },
        account_id: AccountId::generated(),
        account_hash: Some(AccountHash::from_server("Vi7wi5KSItxGFsWRG2Us6Q")),
        delivery_base: "https://imagedelivery.net".into(),
        api_base: String::new(),
        resumed: 0,
        is_empty_library: false,
    }
}

impl Window {
    fn open(size: Vec2, theme: Theme, scale: f32, images: Vec<Image>) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .build()
            .unwrap();
        let (engine, events, requests) = Engine::detached(runtime.handle(), Waker::none());
        let harness = render::builder(size, theme)
            .with_pixels_per_point(scale)
            .build_eframe(move |cc| App::new(&cc.egui_ctx, engine, Vec::new()));
        let mut window = Self {
            harness,
            events,
            requests,
            generation: Generation::default(),
            opening: Vec::new(),
            _runtime: runtime,
        };
        let preferences = Preferences {
            theme: match theme {
                Theme::Dark => ThemeChoice::Dark,
                Theme::Light => ThemeChoice::Light,
            },
            ..Preferences::default()
        };
        window.tell(Event::Started {
            profiles: vec![session().profile],
            preferences: Box::new(preferences),
            problems: Vec::new(),
        });
        window.tell(Event::SessionOpened(Box::new(session())));
        for request in window.asked() {
            if let Request::Page(page) = request {
                window.generation = page.generation;
            }
        }
        let count = images.len();
        window.tell(Event::Page(Box::new(PageAnswer {
            generation: window.generation,
            images,
            first_row: 0,
            matching: count,
            known: count,
            complete: true,
        })));
        window.tell(Event::Stats {
            current: count as u64,
            allowed: 100_000,
        });
        window.tell(Event::Variants(Ok(Box::new(VariantsAnswer {
            variants: variants(),
            flexible: Some(true),
        }))));
        window.press("Variants");
        window.opening = window.asked();
        window
    }

    fn usual() -> Self {
        Self::open(vec2(1440.0, 900.0), Theme::Dark, 1.0, images())
    }

    fn tell(&mut self, event: Event) {
        self.events.try_send(event).unwrap();
        self.settle();
    }

    fn settle(&mut self) {
        for _ in 0..4 {
            self.harness.step();
        }
    }

    /// What the engine was asked since the last call.
    fn asked(&mut self) -> Vec<Request> {
        std::iter::from_fn(|| self.requests.try_recv().ok()).collect()
    }

    fn press(&mut self, name: &str) {
        self.harness
            .get_by_role_and_label(Role::Button, name)
            .click();
        self.settle();
    }

    fn choose(&mut self, role: Role, name: &str) {
        self.harness.get_by_role_and_label(role, name).click();
        self.settle();
    }

    fn select(&mut self, name: &str) {
        self.choose(Role::ListBoxOption, name);
    }

    /// Replaces what is in a field.
    fn type_into(&mut self, role: Role, name: &str, text: &str) {
        self.harness.get_by_role_and_label(role, name).click();
        self.settle();
        self.harness
            .key_press_modifiers(egui::Modifiers::COMMAND, Key::A);
        self.settle();
        self.harness.event(egui::Event::Text(text.to_owned()));
        self.settle();
    }

    fn is_enabled(&self, name: &str) -> bool {
        let button = self.harness.get_by_role_and_label(Role::Button, name);
        !button.accesskit_node().is_disabled()
    }

    fn says(&self, words: &str) -> bool {
        self.harness
            .query_all_by_label_contains(words)
            .next()
            .is_some()
    }

    /// Steps until words are there that a task in the background brings.
    #[expect(
        clippy::disallowed_methods,
        reason = "a test has nothing else to do meanwhile"
    )]
    fn wait_for(&mut self, words: &str) {
        for _ in 0..400 {
            if self.says(words) {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
            self.harness.step();
        }
        panic!("{words:?} never came");
    }

    /// Answers the wishes for thumbnails with our own sample pictures.
    fn paint_thumbnails(&mut self) {
        for _ in 0..3 {
            let mut asked = std::mem::take(&mut self.opening);
            asked.extend(self.asked());
            for request in asked {
                let Request::Thumbnails(wishes) = request else {
                    continue;
                };
                for wish in wishes {
                    let index = NAMES.iter().position(|n| wish.key.id.as_str().ends_with(n));
                    let result = Ok(Arc::new(sample(index.unwrap(), 128)));
                    self.events
                        .try_send(Event::Thumbnail {
                            key: wish.key,
                            result,
                        })
                        .unwrap();
                }
            }
            self.settle();
        }
    }

    /// Shows what `variant` makes of the first image.
    fn show_preview(&mut self, variant: &Variant, visible: [f32; 4]) {
        let preview = preview(variant, visible);
        let ctx = self.harness.ctx.clone();
        let image = images()[0].id.clone();
        self.harness
            .state_mut()
            .show_preview(&ctx, image, variant, &preview);
        self.settle();
    }

    fn picture(&mut self, name: &str) {
        let dir = render::pictures_dir();
        std::fs::create_dir_all(&dir).unwrap();
        let image = self.harness.render().unwrap();
        image.save(dir.join(format!("{name}.png"))).unwrap();
    }
}

fn pixels(image: &image::RgbaImage) -> Pixels {
    Pixels {
        size: PixelSize::new(image.width(), image.height()),
        rgba: image.as_raw().clone(),
    }
}

fn decoded(index: usize, side: u32) -> image::RgbaImage {
    let bytes = samples::sample(index, side).bytes;
    image::load_from_memory(&bytes).unwrap().into_rgba8()
}

fn sample(index: usize, side: u32) -> Pixels {
    pixels(&decoded(index, side))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "pixels of a small picture"
)]
#[expect(
    clippy::disallowed_methods,
    reason = "a picture to look at, not our rendering"
)]
fn preview(variant: &Variant, visible: [f32; 4]) -> Preview {
    let original = decoded(1, 480);
    let [x, y, w, h] = visible;
    let (width, height) = (original.width() as f32, original.height() as f32);
    let trimmed = image::imageops::crop_imm(
        &original,
        (x * width) as u32,
        (y * height) as u32,
        (w * width) as u32,
        (h * height) as u32,
    )
    .to_image();
    let size = PixelSize::new(
        variant.options.width.unwrap(),
        variant.options.height.unwrap_or(375),
    );
    let rendition = image::imageops::resize(
        &trimmed,
        size.width,
        size.height,
        image::imageops::FilterType::Triangle,
    );
    Preview {
        rendition: Arc::new(pixels(&rendition)),
        original: Arc::new(pixels(&original)),
        original_size: PixelSize::new(1920, 1200),
        original_bytes: ByteSize(418_000),
        visible,
        size,
        bytes: ByteSize(14_000),
        format: "WebP",
        took: Duration::from_millis(9),
    }
}

const SQUARE: [f32; 4] = [0.1875, 0.0, 0.625, 1.0];

#[test]
fn a_changed_variant_is_marked_and_saved_only_when_asked() {
    let mut window = Window::usual();
    window.select("thumbnail");
    assert!(
        !window.is_enabled("Save variant"),
        "nothing has changed yet"
    );
    window.choose(Role::RadioButton, "Fit pad");
    assert!(window.says("Edited"));
    let asked = window.asked();
    assert!(!asked.iter().any(|r| matches!(r, Request::SaveVariant(_))));
    window.press("Save variant");
    let expected = variant("thumbnail", Fit::Pad, 300, Some(300));
    assert_eq!(window.asked(), [Request::SaveVariant(expected.clone())]);
    assert!(!window.is_enabled("Save variant"), "it is on its way");
    window.tell(Event::VariantSaved {
        id: expected.id.clone(),
        created: false,
        result: Ok(expected),
    });
    assert!(!window.says("Edited"));
}

#[test]
fn an_edit_stays_while_one_looks_elsewhere_and_goes_with_revert() {
    let mut window = Window::usual();
    window.select("hero");
    window.type_into(Role::TextInput, "Width", "900");
    window.press("Upload links");
    window.press("Variants");
    window.select("public");
    window.select("hero");
    let width = window
        .harness
        .get_by_role_and_label(Role::TextInput, "Width");
    assert_eq!(width.value().as_deref(), Some("900"));
    window.press("Revert");
    let width = window
        .harness
        .get_by_role_and_label(Role::TextInput, "Width");
    assert_eq!(width.value().as_deref(), Some("1920"));
    assert!(!window.says("Edited"));
}

#[test]
fn an_edit_that_is_undone_by_hand_is_no_edit() {
    let mut window = Window::usual();
    window.select("avatar");
    window.choose(Role::RadioButton, "Fit crop");
    assert!(window.says("Edited"));
    window.choose(Role::RadioButton, "Fit cover");
    assert!(!window.says("Edited"));
}

#[test]
fn the_fits_are_chosen_with_the_arrow_keys() {
    let mut window = Window::usual();
    window.select("thumbnail");
    window
        .harness
        .get_by_role_and_label(Role::RadioButton, "Fit cover")
        .focus();
    window.settle();
    window.harness.key_press(Key::ArrowRight);
    window.settle();
    window.harness.key_press(Key::ArrowRight);
    window.settle();
    window.press("Save variant");
    let expected = variant("thumbnail", Fit::Pad, 300, Some(300));
    assert_eq!(window.asked(), [Request::SaveVariant(expected)]);
}

#[test]
fn a_side_out_of_range_is_told_beside_it_and_cannot_be_saved() {
    let mut window = Window::usual();
    window.select("thumbnail");
    window.type_into(Role::TextInput, "Height", "12001");
    assert!(window.says("The height must be 1 to 12,000 pixels"));
    assert!(!window.is_enabled("Save variant"));
    window.type_into(Role::TextInput, "Height", "12000");
    assert!(!window.says("The height must be"));
    assert!(window.is_enabled("Save variant"));
}

#[test]
fn a_new_variant_needs_a_name_that_the_service_takes() {
    let mut window = Window::usual();
    window.press("New variant");
    assert!(!window.is_enabled("Create variant"));
    window.type_into(Role::TextInput, "Variant name", "my-banner");
    assert!(window.says("A name holds letters and digits only, no “-”"));
    window.type_into(Role::TextInput, "Variant name", "hero");
    assert!(window.says("There is a variant of this name already"));
    assert!(!window.is_enabled("Create variant"));
    window.type_into(Role::TextInput, "Variant name", "banner");
    window.choose(Role::RadioButton, "copyright");
    window.press("Create variant");
    let mut expected = variant("banner", Fit::ScaleDown, 800, Some(600));
    expected.options.metadata = MetadataPolicy::Copyright;
    assert_eq!(window.asked(), [Request::CreateVariant(expected.clone())]);
    window.tell(Event::VariantSaved {
        id: expected.id.clone(),
        created: true,
        result: Err(Problem::new("The service did not answer").with_hint("Try again later")),
    });
    assert!(window.says("The service did not answer"));
    assert!(
        window.is_enabled("Create variant"),
        "what was typed is kept"
    );
}

#[test]
fn a_new_variant_waits_in_the_list_until_it_is_created_or_discarded() {
    let mut window = Window::usual();
    window.press("New variant");
    window.type_into(Role::TextInput, "Variant name", "banner");
    window.select("public");
    window.select("banner");
    let name = window
        .harness
        .get_by_role_and_label(Role::TextInput, "Variant name");
    assert_eq!(name.value().as_deref(), Some("banner"));
    window.press("Discard");
    assert!(!window.says("banner"));
}

#[test]
fn public_cannot_be_deleted_and_another_only_after_a_question() {
    let mut window = Window::usual();
    window.select("public");
    assert!(!window.is_enabled("Delete variant"));
    window.select("hero");
    window.press("Delete variant");
    assert_eq!(window.asked(), [], "deleting is asked for first");
    let dialog = window.harness.state().state().dialog.clone();
    let hero = VariantId::new("hero").unwrap();
    assert_eq!(dialog, Some(lenticular::app::Dialog::DeleteVariant(hero)));
}

#[test]
fn flexible_variants_are_switched_and_bring_their_own_url() {
    let mut window = Window::usual();
    window.select("thumbnail");
    assert!(window.says("…/two-wings/thumbnail"));
    assert!(window.says("…/two-wings/fit=cover,w=300,h=300"));
    window.choose(Role::Switch, "Flexible variants");
    assert_eq!(window.asked(), [Request::SetFlexible(false)]);
    window.tell(Event::Flexible(Ok(false)));
    assert!(!window.says("fit=cover"));
}

#[test]
fn both_urls_are_copied_whole() {
    let mut window = Window::usual();
    window.select("thumbnail");
    let copied = |window: &Window| {
        let commands = &window.harness.output().platform_output.commands;
        commands.iter().find_map(|command| match command {
            egui::OutputCommand::CopyText(text) => Some(text.clone()),
            _ => None,
        })
    };
    let base = "https://imagedelivery.net/Vi7wi5KSItxGFsWRG2Us6Q/flowers/two-wings";
    for (button, tail) in [
        ("Copy URL", "thumbnail"),
        ("Copy flexible URL", "fit=cover,w=300,h=300,metadata=none"),
    ] {
        window
            .harness
            .get_by_role_and_label(Role::Button, button)
            .click();
        let mut found = None;
        for _ in 0..4 {
            window.harness.step();
            found = found.or_else(|| copied(&window));
        }
        assert_eq!(found, Some(format!("{base}/{tail}")));
    }
}

#[test]
fn the_preview_tells_both_sizes_and_where_it_was_rendered() {
    let mut window = Window::usual();
    window.select("thumbnail");
    window.show_preview(&variants()[1], SQUARE);
    assert!(window.says("Original 1920 × 1200, 418 KB"));
    assert!(window.says("thumbnail 300 × 300, WebP 14 KB"));
    assert!(
        window.says("Shown at 94 %"),
        "300 pixels do not fit beside the original"
    );
    assert!(window.says("Preview rendered here in 9 ms"));
}

#[test]
fn a_failed_preview_says_why_and_keeps_the_picture_before() {
    let mut window = Window::usual();
    window.select("thumbnail");
    window.show_preview(&variants()[1], SQUARE);
    window.choose(Role::RadioButton, "Fit pad");
    window.wait_for("No preview of these options");
    assert!(window.says("No preview of these options"));
    assert!(window.is_enabled("Retry"));
    assert!(
        window.says("thumbnail 300 × 300"),
        "the picture before stays"
    );
}

#[test]
fn another_sample_is_found_by_its_name() {
    let mut window = Window::usual();
    window.press("Choose a sample image");
    window.type_into(Role::TextInput, "Find by name", "STORM");
    assert!(
        window
            .harness
            .query_by_role_and_label(Role::ListBoxOption, "dune.jpg")
            .is_none()
    );
    window.select("storm.jpg");
    let sample = window.harness.state().state().variants.sample.clone();
    assert_eq!(sample, Some(ImageId::from_server("flowers/storm")));
    assert!(window.says("…/storm/public"));
}

#[test]
fn without_any_image_variants_can_be_edited_all_the_same() {
    let mut window = Window::open(vec2(1440.0, 900.0), Theme::Dark, 1.0, Vec::new());
    assert!(window.says("Upload a first image to try variants on it"));
    assert!(window.is_enabled("Add files"));
    window.select("hero");
    window.choose(Role::Switch, "Always public");
    window.press("Save variant");
    let mut expected = variant("hero", Fit::Crop, 1920, Some(640));
    expected.never_require_signed_urls = true;
    assert_eq!(window.asked(), [Request::SaveVariant(expected)]);
}

#[test]
fn a_time_in_seconds_can_be_typed_past_a_named_one() {
    let mut window = Window::usual();
    window.select("hero");
    window.choose(Role::ComboBox, "Browser cache");
    window.select("Custom");
    for typed in ["86400", "864000"] {
        window.type_into(Role::TextInput, "Browser cache in seconds", typed);
    }
    window.press("Save variant");
    let mut expected = variant("hero", Fit::Crop, 1920, Some(640));
    expected.options.browser_ttl_secs = Some(864_000);
    assert_eq!(window.asked(), [Request::SaveVariant(expected)]);
}

#[test]
fn in_the_smallest_window_everything_is_still_there() {
    let mut window = Window::open(vec2(800.0, 600.0), Theme::Dark, 1.0, images());
    window.choose(Role::ComboBox, "Variant");
    window.select("hero");
    window.choose(Role::RadioButton, "Fit cover");
    window.press("Save variant");
    let expected = variant("hero", Fit::Cover, 1920, Some(640));
    let asked = window.asked();
    assert!(asked.contains(&Request::SaveVariant(expected)), "{asked:?}");
}

#[test]
fn every_control_has_a_name() {
    let mut window = Window::usual();
    window.select("thumbnail");
    let unnamed: Vec<String> = window
        .harness
        .root()
        .children_recursive()
        .filter(|node| {
            let node = node.accesskit_node();
            let is_control = matches!(
                node.role(),
                Role::Button
                    | Role::TextInput
                    | Role::Switch
                    | Role::Slider
                    | Role::RadioButton
                    | Role::ComboBox
                    | Role::ListBoxOption
            );
            is_control && node.label().is_none_or(|label| label.trim().is_empty())
        })
        .map(|node| format!("{:?} at {:?}", node.accesskit_node().role(), node.rect()))
        .collect();
    assert!(unnamed.is_empty(), "{unnamed:?}");
}

/// Nothing is compared: the pictures in `target/pictures` are for looking at.
#[test]
fn the_view_is_drawn_in_every_window() {
    for (name, size, theme, scale) in [
        ("variants-dark", vec2(1440.0, 900.0), Theme::Dark, 1.0),
        ("variants-light", vec2(1440.0, 900.0), Theme::Light, 1.0),
        ("variants-small", vec2(800.0, 600.0), Theme::Dark, 1.0),
        ("variants-double", vec2(960.0, 600.0), Theme::Light, 2.0),
    ] {
        let mut window = Window::open(size, theme, scale, images());
        if size.x > 1200.0 {
            window.select("thumbnail");
        } else {
            window.choose(Role::ComboBox, "Variant");
            window.select("thumbnail");
        }
        window.settle();
        let mut drafted = variants()[1].clone();
        drafted.options.metadata = MetadataPolicy::Copyright;
        window.choose(Role::RadioButton, "copyright");
        window.paint_thumbnails();
        window.wait_for("No preview of these options");
        window.show_preview(&drafted, SQUARE);
        window.picture(name);
    }
}

#[test]
fn the_view_is_drawn_in_every_state() {
    let size = vec2(1440.0, 900.0);
    let mut window = Window::open(size, Theme::Dark, 1.0, images());
    window.press("New variant");
    window.type_into(Role::TextInput, "Variant name", "my-banner");
    window.type_into(Role::TextInput, "Width", "0");
    window.choose(Role::ComboBox, "Browser cache");
    window.select("Custom");
    window.type_into(Role::TextInput, "Blur radius", "80");
    window.paint_thumbnails();
    window.picture("variants-new");
    window.press("Choose a sample image");
    window.paint_thumbnails();
    window.picture("variants-samples");
    let mut window = Window::open(size, Theme::Light, 1.0, Vec::new());
    window.picture("variants-empty");
    window.tell(Event::VariantSaved {
        id: VariantId::public(),
        created: false,
        result: Err(Problem::new("The service did not answer").with_hint("Try again later")),
    });
    window.picture("variants-problem");
    let mut window = Window::usual();
    window.select("hero");
    window.show_preview(&variants()[2], [0.0, 0.25, 1.0, 0.533]);
    window.picture("variants-hero");
}

#[test]
fn a_variant_that_was_only_looked_at_follows_the_account() {
    let mut window = Window::usual();
    window.select("hero");
    let mut changed = variants();
    changed[2].options.width = Some(2000);
    window.tell(Event::Variants(Ok(Box::new(VariantsAnswer {
        variants: changed,
        flexible: None,
    }))));
    assert!(!window.says("Edited"));
    let width = window
        .harness
        .get_by_role_and_label(Role::TextInput, "Width");
    assert_eq!(width.value().as_deref(), Some("2000"));
}
