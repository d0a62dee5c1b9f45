//! The window: egui. Views show [`State`] and say what the person did.
//!
//! [`App::logic`](eframe::App::logic) takes in events and shortcuts, [`App::ui`](eframe::App::ui)
//! paints; neither ever waits. A frame spends at most 4 ms on events.

mod cx;
mod dialogs;
mod drops;
mod forms;
mod gallery;
mod inspector;
mod keys;
mod library;
mod links;
mod metadata_editor;
pub mod native;
mod pickers;
mod settings;
mod shell;
mod shortcuts;
mod slot;
pub mod text;
mod textures;
pub mod theme;
mod toasts;
mod uploads;
mod variants;
mod viewer;
mod welcome;
pub mod widgets;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::app::{Action, Drafts, Effect, State};
use crate::engine::{Engine, Event, Request, ThemeChoice, UploadInput};

use cx::Cx;
use textures::Textures;

/// How long one frame takes in events.
const DRAIN_BUDGET: Duration = Duration::from_millis(4);

/// What views remember that nobody else needs: scroll, zoom, work they wait for.
#[derive(Default)]
pub struct Views {
    gallery: gallery::GalleryViewState,
    viewer: viewer::ViewerState,
    uploads: uploads::UploadsViewState,
    variants: variants::VariantsViewState,
    inspector: inspector::InspectorState,
    pickers: pickers::Pickers,
    toasts: toasts::ToastsState,
    settings: settings::SettingsState,
    welcome: welcome::WelcomeState,
    keys: keys::KeysState,
    library: library::LibraryViewState,
}

/// The program as eframe runs it.
pub struct App {
    engine: Engine,
    state: State,
    drafts: Drafts,
    textures: Textures,
    views: Views,
    actions: Vec<Action>,
    theme: Option<ThemeChoice>,
    zoom: Option<f32>,
    reduces_motion: Option<bool>,
    close_is_agreed: bool,
    drops_work: bool,
}

impl App {
    /// The window on an engine. `files` were given on the command line and land in the upload
    /// panel.
    #[must_use]
    pub fn new(ctx: &egui::Context, engine: Engine, files: Vec<PathBuf>) -> Self {
        theme::install(ctx);
        let mut app = Self {
            engine,
            state: State::default(),
            drafts: Drafts::default(),
            textures: Textures::default(),
            views: Views::default(),
            actions: Vec::new(),
            theme: None,
            zoom: None,
            reduces_motion: None,
            close_is_agreed: false,
            drops_work: true,
        };
        if !files.is_empty() {
            app.actions.push(Action::Stage(
                files.into_iter().map(UploadInput::Path).collect(),
            ));
        }
        app
    }

    /// Whether the system hands us files that are dropped on the window.
    #[must_use]
    pub fn drops_work(mut self, drops_work: bool) -> Self {
        self.drops_work = drops_work;
        self
    }

    /// Whether files can be dropped on the window.
    #[must_use]
    pub const fn takes_drops(&self) -> bool {
        self.drops_work
    }

    /// Shows a preview that was rendered elsewhere. For tests, whose engine renders nothing.
    pub fn show_preview(
        &mut self,
        ctx: &egui::Context,
        image: crate::model::ImageId,
        variant: &crate::model::Variant,
        preview: &crate::engine::Preview,
    ) {
        self.views
            .variants
            .show_preview(ctx, image, variant, preview);
    }

    /// What is shown. For tests that wait for something to happen.
    #[must_use]
    pub const fn state(&self) -> &State {
        &self.state
    }

    /// How many thumbnails have become textures. For tests that wait for pictures.
    #[must_use]
    pub const fn thumbnails_uploaded(&self) -> u64 {
        self.textures.uploaded()
    }

    /// Ends the engine's work, as far as it needs an end.
    #[must_use]
    pub fn into_engine(self) -> Engine {
        self.engine
    }

    fn send(&self, requests: Vec<Request>) {
        for request in requests {
            self.engine.handle().send(request);
        }
    }

    /// Takes in events for as long as the budget lasts.
    fn drain(&mut self, ctx: &egui::Context) {
        let started = Instant::now();
        while let Some(event) = self.engine.try_next() {
            if let Event::Thumbnail { key, result } = event {
                self.textures.receive(key, result);
            } else {
                let requests = self.state.receive(event, &mut self.drafts);
                self.send(requests);
            }
            if started.elapsed() > DRAIN_BUDGET {
                ctx.request_repaint();
                break;
            }
        }
        if self.textures.upload(ctx) {
            ctx.request_repaint();
        }
    }

    fn apply_actions(&mut self, ctx: &egui::Context) {
        let actions = std::mem::take(&mut self.actions);
        let any = !actions.is_empty();
        for action in actions {
            if action == Action::Refresh {
                self.textures.forget_failures();
            }
            if matches!(action, Action::Go(_)) {
                // Another place replaces the wishes of this one: they are said again on return.
                self.views.gallery.forget_asked();
                self.views.variants.forget_asked();
                self.views.uploads.asked.clear();
            }
            let requests = self.state.apply(action, &mut self.drafts);
            self.send(requests);
        }
        for effect in self.state.take_effects() {
            match effect {
                Effect::Copy(text) => ctx.copy_text(text.expose().clone()),
                Effect::ForgetTextures => {
                    self.textures.clear();
                    self.views = Views::default();
                }
                Effect::Close => {
                    self.close_is_agreed = true;
                    ctx.send_viewport_cmd(egui::ViewportCommand::Close);
                }
            }
        }
        if any {
            ctx.request_repaint();
        }
    }

    fn follow_preferences(&mut self, ctx: &egui::Context) {
        let preferences = &self.state.preferences;
        if self.theme != Some(preferences.theme) {
            self.theme = Some(preferences.theme);
            theme::choose(
                ctx,
                match preferences.theme {
                    ThemeChoice::System => theme::Theme::System,
                    ThemeChoice::Light => theme::Theme::Light,
                    ThemeChoice::Dark => theme::Theme::Dark,
                },
            );
        }
        if self.zoom != Some(preferences.zoom) {
            self.zoom = Some(preferences.zoom);
            ctx.set_zoom_factor(preferences.zoom);
        }
        if self.reduces_motion != Some(preferences.reduce_motion) {
            self.reduces_motion = Some(preferences.reduce_motion);
            theme::reduce_motion(ctx, preferences.reduce_motion);
        }
    }

    /// What the views are given in this frame.
    fn cx(&mut self) -> Cx<'_> {
        Cx {
            state: &self.state,
            drafts: &mut self.drafts,
            textures: &mut self.textures,
            engine: self.engine.handle(),
            views: &mut self.views,
            actions: &mut self.actions,
        }
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        self.drain(ctx);
        self.views.uploads.drops_work = self.drops_work;
        self.follow_preferences(ctx);
        if ctx.input(|input| input.viewport().close_requested()) && !self.close_is_agreed {
            ctx.send_viewport_cmd(egui::ViewportCommand::CancelClose);
            self.actions.push(Action::Close);
        }
        let mut cx = self.cx();
        cx.poll_pickers();
        drops::take_drops(ctx, &mut cx);
        shortcuts::take_shortcuts(ctx, &mut cx);
        self.apply_actions(ctx);
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        let mut cx = self.cx();
        shell::window_ui(ui, &mut cx);
        let ctx = ui.ctx().clone();
        self.apply_actions(&ctx);
    }
}
