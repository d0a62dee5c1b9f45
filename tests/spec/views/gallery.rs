//! The gallery, the inspector and the viewer: found by role and label, as a person would.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]

use std::sync::{Arc, OnceLock};

use egui::accesskit::Role;
use egui::{Key, Modifiers, Vec2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use lenticular::engine::{
    Engine, Event, ImageEdit, Inspection, PageAnswer, PageRequest, Pixels, Preferences, Request,
    SessionInfo, ThemeChoice, VariantsAnswer, Waker,
};
use lenticular::model::{
    AccountHash, AccountId, ByteSize, Fit, Generation, Image, ImageChange, ImageId, Metadata,
    PageNumber, PageSize, PixelSize, Problem, Profile, ProfileId, ProfileKind, SortOrder, Variant,
    VariantId, VariantOptions,
};
use lenticular::ui::App;
use tokio::sync::mpsc;

use crate::render;

/// The whole window on an engine that only listens.
struct Window {
    harness: Harness<'static, App>,
    events: mpsc::Sender<Event>,
    requests: mpsc::UnboundedReceiver<Request>,
    _runtime: tokio::runtime::Runtime,
}

impl Window {
    fn new(size: Vec2, theme: ThemeChoice) -> Self {
        Self::with(size, theme, 1.0)
    }

    fn with(size: Vec2, theme: ThemeChoice, scale: f32) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .build()
            .unwrap();
        let (engine, events, requests) = Engine::detached(runtime.handle(), Waker::none());
        let ctx = egui::Context::default();
        let app = App::new(&ctx, engine, Vec::new());
        let mut frame = eframe::Frame::_new_kittest();
        let egui_theme = match theme {
            ThemeChoice::Light => egui::Theme::Light,
            _ => egui::Theme::Dark,
        };
        let harness = render::builder(size, egui_theme)
            .with_pixels_per_point(scale)
            .build_ui_state(
                move |ui, app: &mut App| {
                    let ctx = ui.ctx().clone();
                    eframe::App::logic(app, &ctx, &mut frame);
                    eframe::App::ui(app, ui, &mut frame);
                },
                app,
            );
        let mut window = Self {
            harness,
            events,
            requests,
            _runtime: runtime,
        };
        window.send(Event::Started {
            profiles: vec![profile()],
            preferences: Box::new(Preferences {
                theme,
                ..Preferences::default()
            }),
            problems: Vec::new(),
        });
        window.send(Event::SessionOpened(Box::new(SessionInfo {
            profile: profile(),
            account_id: AccountId::generated(),
            account_hash: Some(AccountHash::from_server("Vi7wi5KSItxGFsWRG2Us6Q")),
            delivery_base: "http://127.0.0.1:4000".to_owned(),
            api_base: "http://127.0.0.1:4000/client/v4".to_owned(),
            resumed: 0,
            is_empty_library: false,
        })));
        window
    }

    /// A window with the first hundred of 12,304 images.
    fn with_images(size: Vec2, theme: ThemeChoice) -> Self {
        Self::filled(Self::new(size, theme))
    }

    fn filled(mut window: Self) -> Self {
        let page = window.page_request();
        window.send(Event::Stats {
            current: 12_304,
            allowed: 100_000,
        });
        window.send(Event::Variants(Ok(Box::new(variants()))));
        window.answer(page.generation, images(100), 100, false);
        window
    }

    fn send(&mut self, event: Event) {
        self.events.try_send(event).unwrap();
        self.run();
    }

    fn run(&mut self) {
        self.harness.run_steps(4);
    }

    fn answer(&mut self, generation: Generation, images: Vec<Image>, known: usize, complete: bool) {
        let matching = if complete {
            images.len()
        } else {
            known.min(images.len())
        };
        self.send(Event::Page(Box::new(PageAnswer {
            generation,
            images,
            first_row: 0,
            matching,
            known,
            complete,
        })));
    }

    /// Everything that was asked since the last time.
    fn requests(&mut self) -> Vec<Request> {
        std::iter::from_fn(|| self.requests.try_recv().ok()).collect()
    }

    fn page_request(&mut self) -> PageRequest {
        self.requests()
            .into_iter()
            .rev()
            .find_map(|request| match request {
                Request::Page(page) => Some(page),
                _ => None,
            })
            .expect("a page is asked for")
    }

    fn click(&mut self, role: Role, label: &str) {
        self.harness.get_by_role_and_label(role, label).click();
        self.run();
    }

    fn card(&mut self, label: &str, modifiers: Modifiers) {
        let card = self
            .harness
            .get_by_role_and_label(Role::ListBoxOption, label);
        card.click_modifiers(modifiers);
        self.run();
    }

    fn press(&mut self, key: Key) {
        self.harness.key_press(key);
        self.run();
    }

    fn selected(&self) -> Vec<String> {
        let selection = &self.harness.state().state().gallery.selection;
        selection
            .images()
            .map(|image| image.display_name().to_owned())
            .collect()
    }

    fn copied(&self) -> Option<String> {
        let commands = &self.harness.output().platform_output.commands;
        commands.iter().find_map(|command| match command {
            egui::OutputCommand::CopyText(text) => Some(text.clone()),
            _ => None,
        })
    }

    /// Sends the thumbnails that were asked for.
    fn fill_thumbnails(&mut self) {
        for _ in 0..4 {
            let wishes: Vec<_> = self
                .requests()
                .into_iter()
                .filter_map(|request| match request {
                    Request::Thumbnails(wishes) => Some(wishes),
                    _ => None,
                })
                .next_back()
                .unwrap_or_default();
            for wish in wishes {
                let id = wish.key.id.clone();
                let number = number_of(&id);
                self.events
                    .try_send(Event::Thumbnail {
                        key: wish.key,
                        result: Ok(sample(number)),
                    })
                    .unwrap();
            }
            self.harness.run_steps(8);
        }
    }

    fn picture(&mut self, name: &str) {
        let dir = render::pictures_dir();
        std::fs::create_dir_all(&dir).unwrap();
        self.harness
            .render()
            .unwrap()
            .save(dir.join(format!("gallery-{name}.png")))
            .unwrap();
    }
}

fn profile() -> Profile {
    Profile {
        id: ProfileId::from_stored("library"),
        name: "Local library".to_owned(),
        kind: ProfileKind::Library {
            folder: "/home/ada/Pictures/library".into(),
        },
    }
}

fn variants() -> VariantsAnswer {
    let variant = |name: &str, fit, width, height| Variant {
        id: VariantId::new(name).unwrap(),
        options: VariantOptions {
            fit,
            width: Some(width),
            height,
            ..VariantOptions::default()
        },
        never_require_signed_urls: false,
    };
    VariantsAnswer {
        variants: vec![
            variant("public", Fit::ScaleDown, 1366, Some(768)),
            variant("hero", Fit::Crop, 1920, Some(640)),
            variant("thumbnail", Fit::Cover, 300, Some(300)),
        ],
        flexible: Some(false),
    }
}

const NAMES: [&str; 24] = [
    "fossa-rest",
    "infinite-sea",
    "kleiber-pine",
    "painting-colors",
    "dune-ridge",
    "garden-path",
    "green-meadow",
    "ladybird",
    "rain-drops",
    "storm-front",
    "two-wings",
    "wood-grain",
    "yellow-flower",
    "blinds",
    "autumn-lane-in-the-evening-light",
    "by-the-water",
    "cold-ripple",
    "colorful-cups",
    "darkest-hour",
    "evening-glow",
    "harbor",
    "moss",
    "north-face",
    "sand",
];

/// Generated ids end in their number; every 12th is a custom one, every 4th is private.
fn image(index: usize) -> Image {
    let name = NAMES[index % NAMES.len()];
    let suffix = match index / NAMES.len() {
        0 => String::new(),
        round => format!("-{round}"),
    };
    let id = if index % 12 == 11 {
        ImageId::custom(format!("walls/{name}{suffix}-{index:012}")).unwrap()
    } else {
        ImageId::from_server(format!("2cdc28f0-017a-49c4-9ed7-{index:012}"))
    };
    Image {
        id,
        file_name: Some(format!("{name}{suffix}.jpg")),
        metadata: Metadata::parse(r#"{"team":"web","alt":"A flower after rain"}"#).unwrap(),
        creator: index.is_multiple_of(3).then(|| "studio-7".to_owned()),
        uploaded: "2026-11-02T13:32:00Z"
            .parse::<jiff::Timestamp>()
            .unwrap()
            .checked_sub(jiff::SignedDuration::from_hours(
                i64::try_from(index).unwrap() * 17,
            ))
            .unwrap(),
        require_signed_urls: index % 4 == 1,
        variant_urls: Vec::new(),
        is_draft: index == 6,
    }
}

fn images(count: usize) -> Vec<Image> {
    (0..count).map(image).collect()
}

fn number_of(id: &ImageId) -> usize {
    let text = id.as_str();
    text[text.len() - 12..].parse().unwrap()
}

fn sample(number: usize) -> Arc<Pixels> {
    static SAMPLES: OnceLock<Vec<OnceLock<Arc<Pixels>>>> = OnceLock::new();
    let samples = SAMPLES.get_or_init(|| (0..24).map(|_| OnceLock::new()).collect());
    let pixels = samples[number % 24].get_or_init(|| {
        let bytes = lenticular::samples::sample(number % 24, 256).bytes;
        let picture = image::load_from_memory(&bytes).unwrap().to_rgba8();
        Arc::new(Pixels {
            size: PixelSize::new(picture.width(), picture.height()),
            rgba: picture.into_raw(),
        })
    });
    Arc::clone(pixels)
}

const WIDE: Vec2 = vec2(1440.0, 900.0);

fn window() -> Window {
    let mut window = Window::with_images(WIDE, ThemeChoice::Dark);
    window.run();
    window
}

#[test]
fn only_the_thumbnails_in_sight_are_asked_for_and_only_once() {
    let mut window = window();
    let wishes: Vec<_> = window
        .requests()
        .into_iter()
        .filter_map(|request| match request {
            Request::Thumbnails(wishes) => Some(wishes),
            _ => None,
        })
        .collect();
    assert_eq!(wishes.len(), 1, "one wish for what is in sight");
    assert_eq!(wishes[0][0].key.id, image(0).id);
    assert!((15..=40).contains(&wishes[0].len()), "{}", wishes[0].len());
    assert!(wishes[0].iter().all(|wish| wish.key.max_side_px == 256));
    assert!(
        !wishes[0].iter().any(|wish| wish.key.id == image(6).id),
        "a draft has no picture"
    );
    window.run();
    assert_eq!(window.requests(), []);
    window.press(Key::End);
    assert!(
        window.requests().iter().any(
            |request| matches!(request, Request::Thumbnails(wishes) if wishes.iter().any(|wish| wish.key.id == image(99).id))
        )
    );
}

#[test]
fn a_failed_thumbnail_is_tried_again_after_a_refresh() {
    let mut window = window();
    let Some(Request::Thumbnails(wishes)) = window
        .requests()
        .into_iter()
        .find(|request| matches!(request, Request::Thumbnails(_)))
    else {
        panic!("no wish")
    };
    for wish in wishes {
        window
            .events
            .try_send(Event::Thumbnail {
                key: wish.key,
                result: Err(Problem::new("no")),
            })
            .unwrap();
    }
    window.run();
    window.requests();
    window.press(Key::F5);
    assert!(
        window
            .requests()
            .iter()
            .any(|request| matches!(request, Request::Thumbnails(wishes) if !wishes.is_empty()))
    );
}

#[test]
fn typing_a_search_asks_for_that_page_and_escape_clears_it() {
    let mut window = window();
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::F);
    window.run();
    window
        .harness
        .get_by_role_and_label(Role::TextInput, "Search images")
        .type_text("flower");
    window.run();
    let page = window.page_request();
    assert_eq!(page.filter, "flower");
    window.answer(page.generation, images(12), 100, false);
    window.harness.get_by_label_contains("known images match");
    window.picture("filter");
    window.click(Role::Button, "Search all 12,304");
    let requests = window.requests();
    assert!(
        requests
            .iter()
            .any(|request| matches!(request, Request::KnowAll(_))),
        "{requests:?}"
    );
    window.send(Event::Listed {
        known: 4_000,
        complete: false,
    });
    window.click(Role::Button, "Stop");
    assert!(window.requests().contains(&Request::StopListing));
    window
        .harness
        .get_by_role_and_label(Role::TextInput, "Search images")
        .focus();
    window.run();
    window.press(Key::Escape);
    assert_eq!(window.page_request().filter, "");
}

#[test]
fn clicks_select_and_the_inspector_asks_for_the_one_image() {
    let mut window = window();
    window.requests();
    window.card("ladybird.jpg", Modifiers::NONE);
    assert!(window.requests().contains(&Request::Inspect(image(7).id)));
    window.card("yellow-flower.jpg", Modifiers::COMMAND);
    assert_eq!(window.selected(), ["ladybird.jpg", "yellow-flower.jpg"]);
    window.card("kleiber-pine.jpg", Modifiers::NONE);
    window.card("garden-path.jpg", Modifiers::SHIFT);
    assert_eq!(window.selected().len(), 4);
    window.press(Key::Escape);
    assert!(window.selected().is_empty());
}

#[test]
fn a_card_says_its_name_its_access_and_its_place() {
    let mut window = window();
    window.card("infinite-sea.jpg", Modifiers::NONE);
    let card = window
        .harness
        .get_by_role_and_label(Role::ListBoxOption, "infinite-sea.jpg");
    let node = card.accesskit_node();
    let words = node.description().unwrap();
    for part in ["private", "selected", "2 of 12,304"] {
        assert!(words.contains(part), "{words}");
    }
}

#[test]
fn the_arrows_walk_the_grid_as_it_is_laid_out() {
    let mut window = window();
    window.press(Key::ArrowRight);
    assert_eq!(window.selected(), ["fossa-rest.jpg"]);
    window.press(Key::ArrowDown);
    assert_eq!(window.selected(), ["garden-path.jpg"]);
    window
        .harness
        .key_press_modifiers(Modifiers::SHIFT, Key::ArrowRight);
    window.run();
    assert_eq!(window.selected(), ["garden-path.jpg", "green-meadow.jpg"]);
    window.press(Key::Space);
    assert_eq!(window.selected(), ["garden-path.jpg"]);
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::A);
    window.run();
    assert_eq!(window.selected().len(), 100);
}

#[test]
fn the_cursor_is_always_in_sight() {
    let mut window = window();
    window.press(Key::Home);
    for _ in 0..9 {
        window.press(Key::ArrowDown);
    }
    window.harness.run_steps(60);
    let name = window.selected().remove(0);
    let card = window
        .harness
        .get_by_role_and_label(Role::ListBoxOption, &name);
    let place = card.rect();
    assert!(place.top() > 50.0 && place.bottom() < 830.0, "{place:?}");
}

#[test]
fn delete_asks_and_copy_copies_what_is_selected() {
    let mut window = window();
    window.card("ladybird.jpg", Modifiers::NONE);
    window.harness.event(egui::Event::Copy);
    window.harness.step();
    let mut copied = window.copied();
    for _ in 0..3 {
        if copied.is_some() {
            break;
        }
        window.harness.step();
        copied = window.copied();
    }
    let url = format!(
        "http://127.0.0.1:4000/Vi7wi5KSItxGFsWRG2Us6Q/{}/public",
        image(7).id
    );
    assert_eq!(copied, Some(url));
    window.press(Key::Delete);
    assert!(window.harness.state().state().dialog.is_some());
}

#[test]
fn keys_belong_to_the_text_while_something_is_typed() {
    let mut window = window();
    window.card("ladybird.jpg", Modifiers::NONE);
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::F);
    window.run();
    window.press(Key::Delete);
    window.press(Key::ArrowRight);
    window.press(Key::Enter);
    assert!(window.harness.state().state().dialog.is_none());
    assert!(window.harness.state().state().viewer.is_none());
    assert_eq!(window.selected(), ["ladybird.jpg"]);
}

#[test]
fn the_pager_turns_and_jumps() {
    let mut window = window();
    window.harness.get_by_label("1–100 of 12,304");
    window.click(Role::Button, "Next page");
    assert_eq!(window.page_request().page, PageNumber::new(2));
    window.click(Role::Button, "Page 124");
    assert_eq!(window.page_request().page, PageNumber::new(124));
    let field = window
        .harness
        .get_by_role_and_label(Role::TextInput, "Go to page");
    field.focus();
    window.run();
    window
        .harness
        .get_by_role_and_label(Role::TextInput, "Go to page")
        .type_text("57");
    window.run();
    window.press(Key::Enter);
    assert_eq!(window.page_request().page, PageNumber::new(57));
    window.click(Role::ComboBox, "Images per page");
    window.click(Role::ListBoxOption, "500 per page");
    assert_eq!(window.page_request().size, PageSize::new(500));
    window.click(Role::ComboBox, "Order");
    window.click(Role::ListBoxOption, "Oldest first");
    assert_eq!(window.page_request().sort, SortOrder::Oldest);
}

#[test]
fn a_page_that_fails_leaves_the_one_before_in_sight() {
    let mut window = window();
    window.click(Role::Button, "Next page");
    let page = window.page_request();
    window.send(Event::PageFailed {
        generation: page.generation,
        problem: Problem::new("No connection").with_hint("Check the network"),
    });
    window.harness.get_by_label_contains("could not be loaded");
    window
        .harness
        .get_by_role_and_label(Role::ListBoxOption, "ladybird.jpg");
    window.picture("failed");
    window.click(Role::Button, "Retry");
    assert_eq!(window.page_request().page, PageNumber::new(2));
}

#[test]
fn an_empty_library_offers_files_and_samples() {
    let mut window = Window::new(WIDE, ThemeChoice::Dark);
    window.picture("loading");
    let page = window.page_request();
    window.answer(page.generation, Vec::new(), 0, true);
    window.picture("empty");
    window
        .harness
        .get_by_role_and_label(Role::Button, "Add files");
    window.click(Role::Button, "Add sample pictures");
    assert_eq!(window.requests(), [Request::AddSamples]);
}

#[test]
fn a_search_without_result_says_which_and_can_be_dropped() {
    let mut window = window();
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::F);
    window.run();
    window
        .harness
        .get_by_role_and_label(Role::TextInput, "Search images")
        .type_text("zebra");
    window.run();
    let page = window.page_request();
    window.send(Event::Page(Box::new(PageAnswer {
        generation: page.generation,
        images: Vec::new(),
        first_row: 0,
        matching: 0,
        known: 100,
        complete: false,
    })));
    window.harness.get_by_label("Nothing matches “zebra”");
    window.picture("none");
    window.click(Role::Button, "Clear the filter");
    assert_eq!(window.page_request().filter, "");
}

#[test]
fn signed_urls_skip_images_with_custom_ids_and_say_so() {
    let mut window = window();
    window.card("wood-grain.jpg", Modifiers::NONE);
    window.card("yellow-flower.jpg", Modifiers::COMMAND);
    window.requests();
    window.click(Role::Button, "Signed URLs");
    window
        .harness
        .get_by_label_contains("it cannot be private and is skipped");
    window.picture("signed-menu");
    window.click(Role::MenuItem, "Require signed URLs");
    let edit = ImageEdit {
        id: image(12).id,
        change: ImageChange {
            require_signed_urls: Some(true),
            ..ImageChange::default()
        },
    };
    assert_eq!(window.requests(), [Request::EditImages(vec![edit])]);
}

#[test]
fn a_custom_id_cannot_become_private_and_a_generated_one_can() {
    let mut window = window();
    window.card("wood-grain.jpg", Modifiers::NONE);
    let switch = window
        .harness
        .get_by_role_and_label(Role::Switch, "Require signed URLs");
    assert!(switch.accesskit_node().is_disabled());
    window.card("yellow-flower.jpg", Modifiers::NONE);
    window.requests();
    window.click(Role::Switch, "Require signed URLs");
    assert!(
        matches!(&window.requests()[..], [Request::EditImages(edits)] if edits[0].change.require_signed_urls == Some(true))
    );
}

#[test]
fn metadata_is_saved_only_by_its_button() {
    let mut window = window();
    window.card("yellow-flower.jpg", Modifiers::NONE);
    window.requests();
    type_into(&mut window, "Value of field 1", "-team");
    assert_eq!(window.requests(), []);
    window.click(Role::Button, "Save metadata");
    let requests = window.requests();
    let [Request::EditImages(edits)] = &requests[..] else {
        panic!("{requests:?}")
    };
    let metadata = edits[0].change.metadata.as_ref().unwrap();
    assert_eq!(metadata.as_object()["team"], "web-team");
}

#[test]
fn unsaved_metadata_outlives_a_change_of_the_image() {
    let mut window = window();
    window.card("yellow-flower.jpg", Modifiers::NONE);
    type_into(&mut window, "Value of field 1", "-team");
    window.card("ladybird.jpg", Modifiers::NONE);
    window
        .harness
        .get_by_label("Unsaved changes of yellow-flower.jpg");
    window.picture("unsaved");
    window.requests();
    window.click(Role::Button, "Save changes of yellow-flower.jpg");
    let requests = window.requests();
    assert!(matches!(&requests[..], [Request::EditImages(edits)] if edits[0].id == image(12).id));
    let mut saved = image(12);
    saved.metadata = Metadata::parse(r#"{"team":"web-team","alt":"A flower after rain"}"#).unwrap();
    window.send(Event::ImageChanged {
        id: saved.id.clone(),
        result: Ok(Box::new(saved)),
    });
    assert!(
        window
            .harness
            .query_by_label("Unsaved changes of yellow-flower.jpg")
            .is_none()
    );
}

#[test]
fn metadata_over_the_limit_cannot_be_saved() {
    let mut window = window();
    window.card("yellow-flower.jpg", Modifiers::NONE);
    type_into(&mut window, "Value of field 1", &"x".repeat(1_024));
    window.harness.get_by_label_contains("the limit is 1,024");
    let save = window
        .harness
        .get_by_role_and_label(Role::Button, "Save metadata");
    assert!(save.accesskit_node().is_disabled());
    window.click(Role::Button, "Revert metadata");
    assert!(window.harness.query_by_label("Save metadata").is_none());
}

fn type_into(window: &mut Window, label: &str, text: &str) {
    window
        .harness
        .get_by_role_and_label(Role::TextInput, label)
        .focus();
    window.run();
    window.press(Key::End);
    window
        .harness
        .get_by_role_and_label(Role::TextInput, label)
        .type_text(text);
    window.run();
}

#[test]
fn a_private_image_is_copied_with_a_signature() {
    let mut window = window();
    window.card("infinite-sea.jpg", Modifiers::NONE);
    window.requests();
    window.click(Role::Button, "Copy URL");
    window.click(Role::MenuItem, "Signed for 1 day");
    let requests = window.requests();
    let [Request::SignUrls { images, life, .. }] = &requests[..] else {
        panic!("{requests:?}")
    };
    assert_eq!(images, &[(image(1).id, true)]);
    assert_eq!(*life, jiff::SignedDuration::from_hours(24));
    window.click(Role::Button, "Copy URL of hero");
    assert!(matches!(window.requests()[..], [Request::SignUrls { .. }]));
}

#[test]
fn copying_by_key_signs_what_is_private_and_leaves_the_rest_plain() {
    let mut window = window();
    window.card("infinite-sea.jpg", Modifiers::NONE);
    window.card("yellow-flower.jpg", Modifiers::COMMAND);
    window.requests();
    window.harness.event(egui::Event::Copy);
    window.run();
    let requests = window.requests();
    let [Request::SignUrls { images, life, .. }] = &requests[..] else {
        panic!("{requests:?}")
    };
    assert_eq!(images, &[(image(1).id, true), (image(12).id, false)]);
    assert_eq!(*life, jiff::SignedDuration::from_hours(1));
}

#[test]
fn enter_opens_the_viewer_arrows_step_and_escape_closes_it() {
    let mut window = window();
    window.card("yellow-flower.jpg", Modifiers::NONE);
    window.press(Key::Enter);
    assert_eq!(
        window.harness.state().state().viewer.as_ref(),
        Some(&image(12).id)
    );
    window.press(Key::ArrowRight);
    assert_eq!(
        window.harness.state().state().viewer.as_ref(),
        Some(&image(13).id)
    );
    window.click(Role::Button, "Previous image");
    window.click(Role::Button, "Previous image");
    assert_eq!(
        window.harness.state().state().viewer.as_ref(),
        Some(&image(11).id)
    );
    window.press(Key::Escape);
    assert!(window.harness.state().state().viewer.is_none());
    assert_eq!(window.selected(), ["wood-grain.jpg"]);
}

#[test]
fn the_list_keeps_the_selection_and_has_columns() {
    let mut window = window();
    window.card("yellow-flower.jpg", Modifiers::NONE);
    window.click(Role::RadioButton, "List");
    for title in ["Name", "Uploaded", "Access"] {
        assert!(
            window.harness.query_all_by_label(title).next().is_some(),
            "{title}"
        );
    }
    assert_eq!(window.selected(), ["yellow-flower.jpg"]);
    window.press(Key::ArrowDown);
    assert_eq!(window.selected(), ["blinds.jpg"]);
}

#[test]
fn a_right_click_opens_a_menu_for_the_image() {
    let mut window = window();
    window
        .harness
        .get_by_role_and_label(Role::ListBoxOption, "ladybird.jpg")
        .click_secondary();
    window.run();
    assert_eq!(window.selected(), ["ladybird.jpg"]);
    window.picture("context");
    window.click(Role::MenuItem, "Open");
    assert_eq!(
        window.harness.state().state().viewer.as_ref(),
        Some(&image(7).id)
    );
}

#[test]
fn every_control_has_a_name() {
    let mut window = window();
    for setup in 0..3 {
        match setup {
            0 => window.card("yellow-flower.jpg", Modifiers::NONE),
            1 => window.card("ladybird.jpg", Modifiers::COMMAND),
            _ => {
                window.card("ladybird.jpg", Modifiers::NONE);
                window.press(Key::Enter);
            }
        }
        let controls = [
            Role::Button,
            Role::TextInput,
            Role::ComboBox,
            Role::Switch,
            Role::MenuItem,
            Role::ListBoxOption,
            Role::Image,
        ];
        for node in window
            .harness
            .query_all_by(move |node| controls.contains(&node.role()))
        {
            let name = node.accesskit_node().label().unwrap_or_default();
            assert!(!name.is_empty(), "{node:?}");
        }
    }
}

/// Not a test of behavior: pictures for a person to look at.
#[test]
fn the_views_can_be_drawn_in_every_size() {
    let details = Inspection {
        image: image(12),
        original_size: Some(PixelSize::new(1920, 1200)),
        original_format: Some("JPEG".to_owned()),
        original_bytes: Some(ByteSize(642_000)),
    };
    let cases = [
        ("dark", WIDE, ThemeChoice::Dark, 1.0),
        ("light", WIDE, ThemeChoice::Light, 1.0),
        ("small", vec2(800.0, 600.0), ThemeChoice::Dark, 1.0),
        ("double", vec2(720.0, 450.0), ThemeChoice::Light, 2.0),
    ];
    for (name, size, theme, scale) in cases {
        let mut window = Window::filled(Window::with(size, theme, scale));
        window.run();
        window.fill_thumbnails();
        if name == "small" {
            window.click(Role::Button, "Details");
            window.run();
            window.card("fossa-rest.jpg", Modifiers::NONE);
            window.fill_thumbnails();
            window.picture("details-small");
            window.click(Role::Button, "Details");
        }
        window.press(Key::Home);
        for _ in 0..2 {
            window.press(Key::ArrowRight);
        }
        window.press(Key::ArrowDown);
        window.harness.run_steps(40);
        let inspected = window.selected().remove(0);
        let id = window
            .harness
            .state()
            .state()
            .gallery
            .images()
            .iter()
            .find(|image| image.display_name() == inspected)
            .unwrap()
            .id
            .clone();
        window.send(Event::Inspected {
            id,
            result: Ok(Box::new(details.clone())),
        });
        window.fill_thumbnails();
        window.picture(&format!("one-{name}"));
        for _ in 0..2 {
            window
                .harness
                .key_press_modifiers(Modifiers::SHIFT, Key::ArrowRight);
            window.run();
        }
        window.harness.run_steps(40);
        window.picture(&format!("several-{name}"));
        window.click(Role::RadioButton, "List");
        window.fill_thumbnails();
        window.picture(&format!("list-{name}"));
        window.press(Key::Enter);
        window.picture(&format!("viewer-{name}"));
    }
}

#[test]
fn of_a_thousand_images_only_those_in_sight_exist() {
    let mut window = Window::new(WIDE, ThemeChoice::Dark);
    let page = window.page_request();
    window.answer(page.generation, images(1_000), 1_000, true);
    let count = |window: &Window| {
        window
            .harness
            .query_all_by(|node| node.role() == Role::ListBoxOption)
            .count()
    };
    assert!(count(&window) <= 40, "{}", count(&window));
    window.click(Role::RadioButton, "List");
    assert!(count(&window) <= 40, "{}", count(&window));
}

#[test]
fn a_double_click_opens_the_viewer() {
    let mut window = window();
    let place = window
        .harness
        .get_by_role_and_label(Role::ListBoxOption, "ladybird.jpg")
        .rect()
        .center();
    // The harness takes a quarter of a second for each event.
    window
        .harness
        .ctx
        .options_mut(|options| options.input_options.max_double_click_delay = 3.0);
    window.harness.event(egui::Event::PointerMoved(place));
    for pressed in [true, false, true, false] {
        window.harness.event(egui::Event::PointerButton {
            pos: place,
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        });
    }
    window.run();
    assert_eq!(
        window.harness.state().state().viewer.as_ref(),
        Some(&image(7).id)
    );
}

#[test]
fn metadata_can_be_written_as_json() {
    let mut window = window();
    window.card("yellow-flower.jpg", Modifiers::NONE);
    window.click(Role::Button, "Edit as JSON");
    let field = window
        .harness
        .get_by_role_and_label(Role::MultilineTextInput, "Metadata as JSON");
    field.focus();
    window.run();
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::A);
    window.run();
    window
        .harness
        .get_by_role_and_label(Role::MultilineTextInput, "Metadata as JSON")
        .type_text("{\"n\":");
    window.run();
    window
        .harness
        .get_by_label_contains("This is not valid JSON");
    window
        .harness
        .get_by_role_and_label(Role::MultilineTextInput, "Metadata as JSON")
        .type_text("1}");
    window.run();
    window.requests();
    let field = window
        .harness
        .get_by_role_and_label(Role::MultilineTextInput, "Metadata as JSON");
    assert_eq!(field.value().as_deref(), Some(r#"{"n":1}"#));
    window.click(Role::Button, "Save metadata");
    let requests = window.requests();
    assert!(
        matches!(&requests[..], [Request::EditImages(edits)]
            if edits[0].change.metadata == Metadata::parse(r#"{"n":1}"#).ok()),
        "{requests:?}"
    );
}

#[test]
fn the_creator_is_edited_on_a_click_and_saved_with_enter() {
    let mut window = window();
    window.card("yellow-flower.jpg", Modifiers::NONE);
    window.click(Role::Button, "Edit creator");
    window
        .harness
        .get_by_role_and_label(Role::TextInput, "Name of the creator")
        .type_text("-b");
    window.run();
    window.requests();
    window.press(Key::Enter);
    let requests = window.requests();
    assert!(
        matches!(&requests[..], [Request::EditImages(edits)]
            if edits[0].change.creator.as_deref() == Some("studio-7-b")),
        "{requests:?}"
    );
}
