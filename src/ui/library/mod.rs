//! The open library as a server: what is in it, how other programs use it, what it is asked, and
//! what shall go wrong.

mod faults;
mod traffic;

use egui::{Align, CentralPanel, Frame, Layout, Margin, Panel, Role, ScrollArea, Ui, WidgetInfo};

use crate::app::{Action, Connection};
use crate::engine::SessionInfo;
use crate::model::ProfileKind;

use super::cx::Cx;
use super::forms::{place_bar_ui, problem_ui};
use super::text::{format_bytes, format_count, tr};
use super::theme::{Tokens, Weight, mono, sans};
use super::widgets::{
    Elided, IconButton, Segmented, field_frame, icons, panel_frame, section_ui, separator_ui,
    spinner_ui,
};

/// Below this width, in points, one part of the page is shown at a time.
const NARROW: f32 = 820.0;
/// Width of the facts beside the requests, in points.
const PANEL: f32 = 352.0;
/// Where values begin, in points from where their names do.
const NAME: f32 = 92.0;
/// In place of a token that is not shown.
const DOTS: &str = "••••••••••••";

/// What the page remembers.
#[derive(Default)]
pub(super) struct LibraryViewState {
    shows_token: bool,
    connection: Connection,
    part: Part,
    traffic: traffic::TrafficViewState,
}

/// What a narrow window shows of the page.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Part {
    #[default]
    Requests,
    Library,
    Faults,
}

pub(super) fn library_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let t = Tokens::of(ui);
    let is_narrow = ui.available_width() < NARROW;
    place_bar_ui(ui, tr!("local-title"), |ui| {
        let refresh = icons::REFRESH.button(tr!("local-refresh")).framed();
        if ui.add(refresh).clicked() {
            cx.emit(Action::Refresh);
        }
        if is_narrow {
            ui.add(
                Segmented::new(tr!("local-parts"), &mut cx.views.library.part)
                    .option(Part::Requests, tr!("traffic-title"))
                    .option(Part::Library, tr!("local-part-library"))
                    .option(Part::Faults, tr!("faults-title")),
            );
        }
        if cx.state.library.info.is_loading() {
            spinner_ui(ui, 16.0, tr!("local-loading"));
        }
    });
    if !is_narrow {
        Panel::right("library-facts")
            .exact_size(PANEL)
            .resizable(false)
            .frame(panel_frame(t))
            .show(ui, |ui| {
                scrolled_ui(ui, |ui| {
                    facts_ui(ui, cx);
                    separator_ui(ui);
                    connection_ui(ui, cx);
                    separator_ui(ui);
                    faults::faults_ui(ui, cx);
                });
            });
    }
    let part = cx.views.library.part;
    CentralPanel::default()
        .frame(
            Frame::new()
                .fill(t.bg)
                .inner_margin(Margin::symmetric(14, 0)),
        )
        .show(ui, |ui| match part {
            Part::Library if is_narrow => scrolled_ui(ui, |ui| {
                ui.add_space(Tokens::SPACE_XS);
                facts_ui(ui, cx);
                separator_ui(ui);
                connection_ui(ui, cx);
            }),
            Part::Faults if is_narrow => scrolled_ui(ui, |ui| {
                ui.add_space(Tokens::SPACE_XS);
                faults::faults_ui(ui, cx);
            }),
            _ => traffic::traffic_ui(ui, cx),
        });
}

fn scrolled_ui(ui: &mut Ui, content: impl FnOnce(&mut Ui)) {
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = Tokens::SPACE_S;
        content(ui);
        ui.add_space(Tokens::SPACE_S);
    });
}

fn facts_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let state = cx.state;
    section_ui(ui, tr!("local-part-library"), |_| ());
    if let Some(problem) = state.library.info.problem() {
        problem_ui(ui, problem);
    }
    let Some(session) = &state.session else {
        return;
    };
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = Tokens::SPACE_XS;
        if let ProfileKind::Library { folder } = &session.profile.kind {
            let folder = folder.to_string_lossy();
            code_fact_ui(
                ui,
                cx,
                tr!("local-folder"),
                &folder,
                tr!("local-copy-folder"),
            );
        }
        let contents = state.library.info.value().map(|info| info.contents);
        let unknown = || "…".to_owned();
        let images = contents.map_or_else(unknown, |it| format_count(it.images));
        fact_ui(ui, tr!("local-images"), |_| (), |ui| plain_ui(ui, images));
        let disk = contents.map_or_else(unknown, |it| {
            tr!(
                "local-disk-bytes",
                originals = format_bytes(it.originals_bytes),
                renditions = format_bytes(it.renditions_bytes)
            )
        });
        fact_ui(ui, tr!("local-disk"), |_| (), |ui| plain_ui(ui, disk));
        code_fact_ui(
            ui,
            cx,
            tr!("local-address"),
            &session.api_base,
            tr!("local-copy-address"),
        );
        let account = session.account_id.as_str();
        code_fact_ui(
            ui,
            cx,
            tr!("local-account"),
            account,
            tr!("local-copy-account"),
        );
        if let Some(hash) = &session.account_hash {
            code_fact_ui(
                ui,
                cx,
                tr!("local-hash"),
                hash.as_str(),
                tr!("local-copy-hash"),
            );
        }
        token_ui(ui, cx);
    });
}

fn plain_ui(ui: &mut Ui, text: String) {
    ui.add(Elided::end(text).font(sans(Tokens::TEXT_M, Weight::Regular)));
}

/// A value for machines, to be copied.
fn code_fact_ui(ui: &mut Ui, cx: &mut Cx<'_>, name: String, value: &str, copy: String) {
    let mut copied = false;
    fact_ui(
        ui,
        name,
        |ui| copied = ui.add(icons::COPY.button(copy).small()).clicked(),
        |ui| drop(ui.add(Elided::middle(value).monospace())),
    );
    if copied {
        cx.emit(Action::CopyText(value.to_owned()));
    }
}

fn token_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let t = Tokens::of(ui);
    let Some(info) = cx.state.library.info.value() else {
        return;
    };
    let is_shown = cx.views.library.shows_token;
    let (mut copied, mut toggled) = (false, false);
    fact_ui(
        ui,
        tr!("local-token"),
        |ui| {
            copied = ui
                .add(icons::COPY.button(tr!("local-copy-token")).small())
                .clicked();
            let eye = if is_shown {
                IconButton::new(icons::EYE_OFF, tr!("local-hide-token"))
            } else {
                IconButton::new(icons::EYE, tr!("local-show-token"))
            };
            toggled = ui.add(eye.small()).clicked();
        },
        |ui| {
            if is_shown {
                ui.add(Elided::middle(info.token.expose()).monospace());
            } else {
                let dots = ui.label(t.mono(DOTS).color(t.muted));
                dots.widget_info(|| {
                    WidgetInfo::labeled(Role::Label, true, tr!("local-token-hidden"))
                });
            }
        },
    );
    if toggled {
        cx.views.library.shows_token = !is_shown;
    }
    if copied {
        cx.emit(Action::CopyToken);
    }
}

/// A fact: its name, its value, and small buttons at the right.
fn fact_ui(ui: &mut Ui, name: String, buttons: impl FnOnce(&mut Ui), value: impl FnOnce(&mut Ui)) {
    let t = Tokens::of(ui);
    ui.scope(|ui| {
        ui.spacing_mut().interact_size.y = 22.0;
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = Tokens::SPACE_XXS;
            let start = ui.cursor().left();
            let font = sans(Tokens::TEXT_M, Weight::Regular);
            ui.add(
                Elided::end(name)
                    .font(font)
                    .color(t.muted)
                    .max_width(NAME - 8.0),
            );
            ui.add_space((start + NAME - ui.cursor().left()).max(0.0));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                buttons(ui);
                ui.add_space(Tokens::SPACE_XS);
                ui.with_layout(Layout::left_to_right(Align::Center), value);
            });
        });
    });
}

fn connection_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let t = Tokens::of(ui);
    section_ui(ui, tr!("connect-program"), |_| ());
    let form = &mut cx.views.library.connection;
    ui.horizontal(|ui| {
        ui.add(
            Segmented::new(tr!("connect-program-form"), form)
                .option(Connection::Environment, tr!("connect-program-env"))
                .option(Connection::Curl, tr!("connect-program-curl"))
                .option(Connection::Json, tr!("connect-program-json")),
        );
    });
    let form = cx.views.library.connection;
    let (session, info) = (cx.state.session.as_ref(), cx.state.library.info.value());
    let (Some(session), Some(info)) = (session, info) else {
        return;
    };
    let token = if cx.views.library.shows_token {
        info.token.expose()
    } else {
        DOTS
    };
    if snippet_ui(ui, form, session, token) {
        cx.emit(Action::CopyConnection(form));
    }
    ui.label(t.hint(tr!("connect-program-hint")));
}

/// The text in a box, with a button that copies it.
fn snippet_ui(ui: &mut Ui, form: Connection, session: &SessionInfo, token: &str) -> bool {
    let t = Tokens::of(ui);
    field_frame(t)
        .inner_margin(Margin {
            left: 9,
            right: 4,
            top: 6,
            bottom: 7,
        })
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.horizontal_top(|ui| {
                let text = form.text(session, token);
                let width = ui.available_width() - 26.0;
                let font = mono(Tokens::TEXT_S - 0.5);
                // Addresses have no spaces: they are broken wherever the line ends.
                let mut job = egui::text::LayoutJob::simple(text, font, t.text, width);
                job.wrap.break_anywhere = true;
                let galley = ui.fonts_mut(|fonts| fonts.layout_job(job));
                ui.allocate_ui(egui::vec2(width, galley.size().y), |ui| {
                    ui.set_width(width);
                    ui.label(galley);
                });
                let copy = icons::COPY.button(tr!("connect-program-copy")).small();
                ui.add(copy).clicked()
            })
            .inner
        })
        .inner
}
