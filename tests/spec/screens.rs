//! The main screens, held to pictures of them: what a change of a token or a widget does to the
//! whole is seen here first.

#![expect(
    clippy::unwrap_used,
    reason = "a stage that cannot be set fails its test right there"
)]

use std::sync::Arc;
use std::time::Duration;

use egui::accesskit::Role;
use egui::{Theme, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use lenticular::engine::{
    Engine, Event, PageAnswer, Pixels, Preferences, Preview, Request, SessionInfo, ThemeChoice,
    VariantsAnswer, Waker,
};
use lenticular::model::{
    AccountHash, AccountId, ByteSize, Fit, Image, ImageId, Metadata, PixelSize, Profile, ProfileId,
    ProfileKind, Variant, VariantId, VariantOptions,
};
use lenticular::ui::App;
use tokio::sync::mpsc;

use crate::render;

/// The window on an engine that the test plays.
struct Screen {
    harness: Harness<'static, App>,
    events: mpsc::Sender<Event>,
    requests: mpsc::UnboundedReceiver<Request>,
    _runtime: tokio::runtime::Runtime,
}

impl Screen {
    fn of(theme: Theme) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let (engine, events, requests) = Engine::detached(runtime.handle(), Waker::none());
        let harness = render::builder(vec2(960.0, 600.0), theme)
            .build_eframe(move |cc| App::new(&cc.egui_ctx, engine, Vec::new()));
        let mut screen = Self {
            harness,
            events,
            requests,
            _runtime: runtime,
        };
        screen.tell(Event::Started {
            profiles: vec![profile()],
            preferences: Box::new(Preferences {
                theme: match theme {
                    Theme::Dark => ThemeChoice::Dark,
                    Theme::Light => ThemeChoice::Light,
                },
                reduce_motion: true,
                ..Preferences::default()
            }),
            problems: Vec::new(),
        });
        screen.tell(Event::SessionOpened(Box::new(session())));
        screen.tell(Event::Stats {
            current: 12_304,
            allowed: 100_000,
        });
        screen.tell(Event::Variants(Ok(Box::new(VariantsAnswer {
            variants: variants(),
            flexible: Some(false),
        }))));
        screen.answer();
        screen
    }

    fn tell(&mut self, event: Event) {
        self.events.try_send(event).unwrap();
        self.harness.run_steps(4);
    }

    /// Answers what was asked for: the page, and thumbnails for as long as some are wanted.
    fn answer(&mut self) {
        for _ in 0..4 {
            while let Ok(request) = self.requests.try_recv() {
                match request {
                    Request::Page(page) => self.tell(Event::Page(Box::new(PageAnswer {
                        generation: page.generation,
                        images: images(),
                        first_row: 0,
                        matching: images().len(),
                        known: images().len(),
                        complete: false,
                    }))),
                    Request::Thumbnails(wishes) => {
                        for wish in wishes {
                            let number = images().iter().position(|it| it.id == wish.key.id);
                            let result = Ok(Arc::new(picture(number.unwrap(), 96, 64)));
                            let key = wish.key;
                            self.events
                                .try_send(Event::Thumbnail { key, result })
                                .unwrap();
                        }
                        self.harness.run_steps(4);
                    }
                    _ => {}
                }
            }
        }
    }

    fn click(&mut self, role: Role, label: &str) {
        self.harness.get_by_role_and_label(role, label).click();
        self.harness.run_steps(4);
        self.answer();
    }

    fn assert_looks_like(&mut self, name: &str) {
        self.harness.remove_cursor();
        self.harness.run_steps(8);
        render::assert_picture(name, &self.harness.render().unwrap());
    }
}

fn profile() -> Profile {
    Profile {
        id: ProfileId::from_stored("library"),
        name: "Local library".to_owned(),
        kind: ProfileKind::Library {
            folder: "/pictures".into(),
        },
    }
}

fn session() -> SessionInfo {
    SessionInfo {
        profile: profile(),
        account_id: AccountId::parse("023e105f4ecef8ad9ca31a8372d0c353").unwrap(),
        account_hash: Some(AccountHash::from_server("Vi7wi5KSItxGFsWRG2Us6Q")),
        delivery_base: "http://127.0.0.1:4000".to_owned(),
        api_base: "http://127.0.0.1:4000/client/v4".to_owned(),
        resumed: 0,
        is_empty_library: false,
    }
}

fn images() -> Vec<Image> {
    let names = [
        "dune-ridge",
        "milky-way",
        "rain-drops",
        "tulips",
        "marble",
        "storm",
        "northern-lights",
        "harbor",
        "orchard",
        "glacier",
        "meadow",
        "canyon",
    ];
    let image = |(index, name): (usize, &str)| Image {
        id: ImageId::from_server(name),
        file_name: Some(format!("{name}.jpg")),
        metadata: Metadata::default(),
        creator: None,
        // A day that is the same in every zone, in a year that will not be this one.
        uploaded: "2024-11-02T12:00:00Z".parse().unwrap(),
        require_signed_urls: index == 3,
        variant_urls: Vec::new(),
        is_draft: index == 8,
    };
    names.into_iter().enumerate().map(image).collect()
}

fn variants() -> Vec<Variant> {
    let variant = |name: &str, fit, width, height| Variant {
        id: VariantId::new(name).unwrap(),
        options: VariantOptions {
            fit,
            width,
            height,
            ..VariantOptions::default()
        },
        never_require_signed_urls: false,
    };
    vec![
        variant("public", Fit::ScaleDown, Some(1366), Some(768)),
        variant("hero", Fit::Contain, Some(1600), None),
        variant("thumbnail", Fit::Cover, Some(300), Some(300)),
    ]
}

/// A hillside: three flat colors, so that the kept pictures stay small.
fn picture(number: usize, width: u32, height: u32) -> Pixels {
    let hue = u8::try_from(number * 20 % 200).unwrap();
    let drawn = image::RgbaImage::from_fn(width, height, |x, y| {
        let hill = height / 2 + (x * height / width) / 4;
        let sun = (x.abs_diff(width / 4), y.abs_diff(height / 4));
        image::Rgba(if sun.0 + sun.1 < height / 6 {
            [250, 220, 120, 255]
        } else if y > hill {
            [40, 90 + hue / 2, 60, 255]
        } else {
            [90 + hue / 2, 140, 220 - hue / 2, 255]
        })
    });
    Pixels {
        size: PixelSize::new(width, height),
        rgba: drawn.into_raw(),
    }
}

fn both(check: impl Fn(&mut Screen, &str)) {
    for (theme, name) in [(Theme::Dark, "dark"), (Theme::Light, "light")] {
        check(&mut Screen::of(theme), name);
    }
}

#[test]
fn the_gallery_looks_as_it_was_approved() {
    both(|screen, theme| {
        screen.click(Role::ListBoxOption, "milky-way.jpg");
        screen.assert_looks_like(&format!("gallery-{theme}"));
    });
}

#[test]
fn the_variant_editor_looks_as_it_was_approved() {
    both(|screen, theme| {
        screen.click(Role::Button, "Variants");
        // This window is too narrow for the list: the variant is chosen from a dropdown.
        screen.click(Role::ComboBox, "Variant");
        screen.click(Role::ListBoxOption, "thumbnail");
        let variant = &variants()[2];
        let preview = Preview {
            rendition: Arc::new(picture(0, 300, 300)),
            original: Arc::new(picture(0, 480, 300)),
            original_size: PixelSize::new(1920, 1200),
            original_bytes: ByteSize(418_000),
            visible: [0.1875, 0.0, 0.625, 1.0],
            size: PixelSize::new(300, 300),
            bytes: ByteSize(14_000),
            format: "WebP",
            took: Duration::from_millis(9),
        };
        let (ctx, image) = (screen.harness.ctx.clone(), images()[0].id.clone());
        let app = screen.harness.state_mut();
        app.show_preview(&ctx, image, variant, &preview);
        screen.assert_looks_like(&format!("variants-{theme}"));
    });
}
