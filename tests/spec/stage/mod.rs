//! The whole window on an engine that the test plays: what a person does goes in by role and label,
//! what is asked of the engine comes out, and the test answers.
//!
//! ```ignore
//! let mut stage = Stage::at("Uploads");
//! stage.press("Pause");
//! assert_eq!(stage.asked(), [Request::Uploads(UploadCommand::PauseAll)]);
//! ```

mod facts;

use std::sync::Arc;

use egui::accesskit::Role;
use egui::{Key, Modifiers, OutputCommand, Theme, Vec2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{AccessKitNode, NodeT as _, Queryable as _};
use lenticular::app::State;
use lenticular::engine::{Engine, Event, Pixels, Preferences, Request, ThumbnailWish, Waker};
use lenticular::model::{ImageId, Profile, ProfileKind};
use lenticular::ui::App;
use tokio::sync::mpsc;

use crate::render;

pub(crate) use facts::{full_account, image, library, pixels, session, still, variant, wearing};

pub(crate) const LARGE: Vec2 = vec2(1440.0, 900.0);

pub(crate) struct Stage {
    pub(crate) harness: Harness<'static, App>,
    events: mpsc::Sender<Event>,
    requests: mpsc::UnboundedReceiver<Request>,
    /// Thumbnails that were asked for and are not painted yet.
    wishes: Vec<ThumbnailWish>,
    // Dropped last: slots still hold tasks of it.
    _runtime: tokio::runtime::Runtime,
}

/// How a window opens.
impl Stage {
    /// A window in which nothing has happened yet.
    pub(crate) fn empty(size: Vec2, scale: f32, theme: Theme, files: &[&str]) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let (engine, events, requests) = Engine::detached(runtime.handle(), Waker::none());
        let files = files.iter().map(Into::into).collect();
        let harness = render::builder(size, theme)
            .with_pixels_per_point(scale)
            .build_eframe(move |cc| App::new(&cc.egui_ctx, engine, files));
        Self {
            harness,
            events,
            requests,
            wishes: Vec::new(),
            _runtime: runtime,
        }
    }

    /// The engine has started and tells what it remembers.
    pub(crate) fn start(&mut self, profiles: Vec<Profile>, preferences: Preferences) {
        self.tell(Event::Started {
            profiles,
            preferences: Box::new(preferences),
            problems: Vec::new(),
        });
    }

    /// A window whose engine has started, on the welcome page.
    pub(crate) fn started(size: Vec2, scale: f32, theme: Theme, files: &[&str]) -> Self {
        let mut stage = Self::empty(size, scale, theme, files);
        stage.start(Vec::new(), still(theme));
        stage
    }

    /// A window with an open library.
    pub(crate) fn open(size: Vec2, scale: f32, theme: Theme) -> Self {
        let mut stage = Self::started(size, scale, theme, &[]);
        stage.open_library();
        stage
    }

    pub(crate) fn open_library(&mut self) {
        self.tell(Event::Profiles(vec![library()]));
        self.tell(Event::SessionOpened(Box::new(session())));
        self.tell(full_account());
    }

    pub(crate) fn open_account(&mut self) {
        let mut opened = session();
        "Studio".clone_into(&mut opened.profile.name);
        opened.profile.kind = ProfileKind::Account {
            account_id: opened.account_id.clone(),
            api_base: None,
            account_hash: opened.account_hash.clone(),
        };
        self.tell(Event::SessionOpened(Box::new(opened)));
    }

    /// An open library at a place of the side bar.
    pub(crate) fn at(place: &str) -> Self {
        Self::at_sized(place, LARGE, 1.0, Theme::Dark)
    }

    pub(crate) fn at_sized(place: &str, size: Vec2, scale: f32, theme: Theme) -> Self {
        let mut stage = Self::open(size, scale, theme);
        stage.press(place);
        stage.asked();
        stage
    }
}

/// The other side of the engine.
impl Stage {
    pub(crate) fn tell(&mut self, event: Event) {
        self.events.try_send(event).unwrap();
        self.settle();
    }

    /// What was asked of the engine since the last time.
    pub(crate) fn asked(&mut self) -> Vec<Request> {
        let asked: Vec<_> = std::iter::from_fn(|| self.requests.try_recv().ok()).collect();
        for request in &asked {
            if let Request::Thumbnails(wishes) = request {
                self.wishes.extend_from_slice(wishes);
            }
        }
        asked
    }

    /// Answers the wishes for thumbnails, those of the past as well, until there are no more.
    pub(crate) fn paint_thumbnails(&mut self, picture: impl Fn(&ImageId) -> Arc<Pixels>) {
        for _ in 0..4 {
            self.asked();
            for wish in std::mem::take(&mut self.wishes) {
                let result = Ok(picture(&wish.key.id));
                let key = wish.key;
                self.events
                    .try_send(Event::Thumbnail { key, result })
                    .unwrap();
            }
            self.harness.run_steps(8);
        }
    }
}

/// What a person does.
impl Stage {
    /// Runs some frames. Countdowns ask for the next one for as long as they are in sight, so the
    /// window never rests by itself.
    pub(crate) fn settle(&mut self) {
        self.harness.run_steps(4);
    }

    pub(crate) fn click(&mut self, role: Role, label: &str) {
        self.harness.get_by_role_and_label(role, label).click();
        self.settle();
    }

    pub(crate) fn press(&mut self, label: &str) {
        self.click(Role::Button, label);
    }

    /// Chooses from a list, a dropdown or the cards of the gallery.
    pub(crate) fn choose(&mut self, label: &str) {
        self.click(Role::ListBoxOption, label);
    }

    pub(crate) fn key(&mut self, key: Key) {
        self.harness.key_press(key);
        self.settle();
    }

    pub(crate) fn key_with(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.settle();
    }

    /// Types behind what a field holds.
    pub(crate) fn type_into(&mut self, label: &str, text: &str) {
        self.field(label).focus();
        self.settle();
        self.field(label).type_text(text);
        self.settle();
    }

    /// Types over what a field holds.
    pub(crate) fn type_over(&mut self, label: &str, text: &str) {
        self.field(label).click();
        self.settle();
        self.key_with(Modifiers::COMMAND, Key::A);
        self.harness.event(egui::Event::Text(text.to_owned()));
        self.settle();
    }

    /// What the next frames put on the clipboard.
    pub(crate) fn copied(&mut self) -> Option<String> {
        let mut copied = None;
        for _ in 0..4 {
            self.harness.step();
            let commands = &self.harness.output().platform_output.commands;
            copied = copied.or_else(|| {
                commands.iter().find_map(|command| match command {
                    OutputCommand::CopyText(text) => Some(text.clone()),
                    _ => None,
                })
            });
        }
        copied
    }

    /// Presses a button and returns what it put on the clipboard.
    pub(crate) fn copy(&mut self, label: &str) -> String {
        self.harness
            .get_by_role_and_label(Role::Button, label)
            .click();
        self.copied()
            .unwrap_or_else(|| panic!("{label} copies nothing"))
    }
}

/// What a person sees.
impl Stage {
    pub(crate) fn state(&self) -> &State {
        self.harness.state().state()
    }

    pub(crate) fn field<'a>(&'a self, label: &'a str) -> egui_kittest::Node<'a> {
        self.harness.get_by(|node| is_field(node, label))
    }

    pub(crate) fn value_of(&self, label: &str) -> String {
        self.field(label).value().unwrap_or_default()
    }

    pub(crate) fn is_disabled(&self, label: &str) -> bool {
        self.harness
            .get_by_role_and_label(Role::Button, label)
            .accesskit_node()
            .is_disabled()
    }

    pub(crate) fn shows(&self, words: &str) -> bool {
        self.harness
            .query_all_by_label_contains(words)
            .next()
            .is_some()
    }

    /// Every control can be called by a name.
    pub(crate) fn assert_all_named(&self) {
        let controls = [
            Role::Button,
            Role::TextInput,
            Role::MultilineTextInput,
            Role::PasswordInput,
            Role::Switch,
            Role::CheckBox,
            Role::Slider,
            Role::ComboBox,
            Role::ListBoxOption,
            Role::MenuItem,
            Role::ProgressIndicator,
            Role::RadioButton,
            Role::Image,
        ];
        for role in controls {
            for node in self.harness.query_all_by(|node| node.role() == role) {
                let name = node.accesskit_node().label().unwrap_or_default();
                let place = node.rect();
                assert!(!name.trim().is_empty(), "a {role:?} at {place} has no name");
                assert!(
                    !name.chars().any(|c| ('\u{e000}'..='\u{f8ff}').contains(&c)),
                    "{name:?} is an icon"
                );
            }
        }
    }

    /// Saves what the window shows in `target/pictures`, to be looked at.
    pub(crate) fn photograph(&mut self, name: &str) {
        render::photograph(name, &self.harness.render().unwrap());
    }
}

/// Whether a node takes text under this label.
pub(crate) fn is_field(node: &AccessKitNode<'_>, label: &str) -> bool {
    matches!(
        node.role(),
        Role::TextInput | Role::MultilineTextInput | Role::PasswordInput
    ) && node.label().as_deref() == Some(label)
}
