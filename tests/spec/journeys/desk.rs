//! A person at the whole window: the real engine, a real library, and no pixel drawn unless asked.

#![expect(
    clippy::unwrap_used,
    reason = "a desk that cannot be set fails its test right there"
)]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::accesskit::Role;
use egui::{Key, Modifiers, OutputCommand, ViewportCommand, ViewportEvent, ViewportId, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use lenticular::app::State;
use lenticular::config::Remember;
use lenticular::engine::{Handle, NewAccount, Request, UploadCommand, UploadRow, UploadState};
use lenticular::model::{AccountId, Problem, Secret};
use lenticular::ui::App;

use super::engine_on;
use crate::render;
use crate::stage::is_field;

/// Longer than anything here lasts, on a slow machine with other tests beside it.
const PATIENCE: Duration = Duration::from_secs(30);

/// A file as it comes out of a file manager.
#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|error| error.to_string())
    }
}

pub(super) struct Desk {
    harness: Harness<'static, App>,
    engine: Handle,
    runtime: tokio::runtime::Runtime,
    /// What was put on the clipboard.
    pub(super) copied: Vec<String>,
    /// How often the window refused to close, and how often it agreed.
    pub(super) stayed: usize,
    pub(super) closed: usize,
    /// Frames that were painted, and the longest of them.
    pub(super) frames: usize,
    pub(super) longest: Duration,
}

impl Desk {
    /// The window as it opens on a data folder.
    pub(super) fn open(folder: &Path) -> Self {
        let (runtime, engine) = engine_on(folder);
        let handle = engine.handle().clone();
        let harness = render::builder(vec2(1440.0, 900.0), egui::Theme::Dark)
            .build_eframe(move |cc| App::new(&cc.egui_ctx, engine, Vec::new()));
        let mut desk = Self {
            harness,
            engine: handle,
            runtime,
            copied: Vec::new(),
            stayed: 0,
            closed: 0,
            frames: 0,
            longest: Duration::ZERO,
        };
        desk.step_until("the engine has started", |desk| desk.state().started);
        desk
    }

    /// The window on a new, empty library, opened as a person opens it.
    pub(super) fn in_library(folder: &Path) -> Self {
        let mut desk = Self::open(folder);
        desk.click(Role::CheckBox, "Add sample pictures");
        desk.press("Open local library");
        desk.step_until("the library is open", |desk| desk.state().session.is_some());
        desk
    }

    /// The window on an account that is kept for this run only, so that no keyring is asked.
    pub(super) fn in_account(folder: &Path, account: NewAccount) -> Self {
        let mut desk = Self::open(folder);
        desk.connect(account);
        desk.step_until("the account is open", |desk| desk.state().session.is_some());
        desk
    }

    pub(super) fn connect(&self, account: NewAccount) {
        self.engine.send(Request::Connect(account));
    }

    /// Holds the queue back, as its button does once there is something to hold back.
    pub(super) fn pause_uploads(&mut self) {
        self.engine.send(Request::Uploads(UploadCommand::PauseAll));
        self.step_until("the queue is paused", |desk| desk.state().uploads.paused);
    }

    /// Fills in the form of the welcome page.
    pub(super) fn fill_in(&mut self, account_id: &str, token: &str, api_base: &str) {
        if self
            .harness
            .query_by(|node| is_field(node, "API base URL"))
            .is_none()
        {
            self.press("Another endpoint");
        }
        self.type_into("Account ID", account_id);
        self.type_into("API token", token);
        self.type_into("API base URL", api_base);
    }

    pub(super) fn state(&self) -> &State {
        self.harness.state().state()
    }

    pub(super) fn thumbnails(&self) -> u64 {
        self.harness.state().thumbnails_uploaded()
    }

    pub(super) fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// One frame, or as many as there are events.
    pub(super) fn step(&mut self) {
        let started = Instant::now();
        self.harness.step();
        self.longest = self.longest.max(started.elapsed());
        self.frames += 1;
        let output = self.harness.output();
        for command in &output.platform_output.commands {
            if let OutputCommand::CopyText(text) = command {
                self.copied.push(text.clone());
            }
        }
        if let Some(window) = output.viewport_output.get(&ViewportId::ROOT) {
            for command in &window.commands {
                match command {
                    ViewportCommand::CancelClose => self.stayed += 1,
                    ViewportCommand::Close => self.closed += 1,
                    _ => {}
                }
            }
        }
    }

    pub(super) fn settle(&mut self) {
        for _ in 0..4 {
            self.step();
        }
    }

    /// Paints until something is so.
    #[track_caller]
    pub(super) fn step_until(&mut self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let started = Instant::now();
        while !is_so(self) {
            assert!(
                started.elapsed() < PATIENCE,
                "never: {what}\nshown: {:#?}",
                self.words()
            );
            self.step();
            self.rest();
        }
        self.settle();
    }

    /// Leaves the processor to the engine for a moment.
    fn rest(&self) {
        self.block_on(async { tokio::time::sleep(Duration::from_millis(4)).await });
    }

    /// Paints for some time, whatever happens.
    pub(super) fn paint_for(&mut self, time: Duration) {
        let started = Instant::now();
        while started.elapsed() < time {
            self.step();
            self.rest();
        }
    }

    /// Every word in sight, for when a test fails.
    fn words(&self) -> Vec<String> {
        self.harness
            .query_all_by(|node| node.label().is_some() || node.value().is_some())
            .filter_map(|node| {
                let node = node.accesskit_node();
                node.label().or_else(|| node.value())
            })
            .collect()
    }

    pub(super) fn shows(&self, words: &str) -> bool {
        self.harness.query_all_by_label(words).next().is_some()
    }

    pub(super) fn shows_part(&self, words: &str) -> bool {
        let mut found = self.harness.query_all_by_label_contains(words);
        found.next().is_some()
    }

    pub(super) fn has(&self, role: Role, label: &str) -> bool {
        let mut found = self.harness.query_all_by_role_and_label(role, label);
        found.next().is_some()
    }

    pub(super) fn is_enabled(&self, label: &str) -> bool {
        let button = self.harness.get_by_role_and_label(Role::Button, label);
        !button.accesskit_node().is_disabled()
    }

    #[track_caller]
    pub(super) fn click(&mut self, role: Role, label: &str) {
        self.harness.get_by_role_and_label(role, label).click();
        self.settle();
    }

    #[track_caller]
    pub(super) fn press(&mut self, label: &str) {
        self.click(Role::Button, label);
    }

    pub(super) fn key(&mut self, key: Key) {
        self.harness.key_press(key);
        self.settle();
    }

    /// Types over what a field holds.
    #[track_caller]
    pub(super) fn type_into(&mut self, label: &str, text: &str) {
        self.harness.get_by(|node| is_field(node, label)).focus();
        self.settle();
        self.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
        self.settle();
        if text.is_empty() {
            return self.key(Key::Backspace);
        }
        let field = self.harness.get_by(|node| is_field(node, label));
        field.type_text(text);
        self.settle();
    }

    pub(super) fn value_of(&self, label: &str) -> String {
        let field = self.harness.get_by(|node| is_field(node, label));
        field.accesskit_node().value().unwrap_or_default()
    }

    /// Drops files on the window.
    pub(super) fn drop_files(&mut self, paths: &[PathBuf]) {
        let input = self.harness.input_mut();
        for path in paths {
            input.dropped_files.push(Arc::new(Dropped(path.clone())));
        }
        self.settle();
    }

    /// The button of the window's frame.
    pub(super) fn close_window(&mut self) {
        let window = self.harness.input_mut().viewports.entry(ViewportId::ROOT);
        window.or_default().events.push(ViewportEvent::Close);
        self.settle();
    }

    /// The row of a file in the queue.
    pub(super) fn row(&self, file_name: &str) -> Option<&UploadRow> {
        let mut rows = self.state().uploads.rows();
        rows.find(|row| row.file_name == file_name)
    }

    pub(super) fn is_done(&self, file_name: &str) -> bool {
        self.row(file_name)
            .is_some_and(|row| matches!(row.state, UploadState::Done { .. }))
    }

    /// Why a file failed, as the queue shows it.
    pub(super) fn failure_of(&mut self, file_name: &str) -> String {
        self.step_until(&format!("{file_name} has failed"), |desk| {
            desk.row(file_name)
                .is_some_and(|row| matches!(row.state, UploadState::Failed(_)))
        });
        let Some(UploadState::Failed(problem)) = self.row(file_name).map(|row| &row.state) else {
            unreachable!("it was waited for");
        };
        let words = in_a_line(problem);
        assert!(
            self.shows(&words),
            "{words:?} is not among {:?}",
            self.words()
        );
        words
    }

    /// Stops like a power cut: nothing is told goodbye.
    pub(super) fn cut_power(self) {
        drop(self.harness);
        drop(self.engine);
        self.runtime.shutdown_timeout(Duration::from_secs(5));
    }

    /// Saves what the window shows, to be looked at.
    pub(super) fn photograph(&mut self, name: &str) {
        render::photograph(name, &self.harness.render().unwrap());
    }
}

/// "What. Hint [code]", as one line has it.
fn in_a_line(problem: &Problem) -> String {
    let mut line = problem.what.clone();
    if let Some(hint) = &problem.hint {
        line = format!("{line}. {hint}");
    }
    if let Some(code) = problem.code {
        line = format!("{line} [{code}]");
    }
    line
}

/// An account at `api_base`, for this run only.
pub(super) fn account(
    api_base: &str,
    account_id: &AccountId,
    token: &Secret<String>,
) -> NewAccount {
    NewAccount {
        name: "Test account".to_owned(),
        account_id: account_id.clone(),
        api_base: Some(api_base.to_owned()),
        token: token.clone(),
        remember: Remember::ThisRunOnly,
    }
}
