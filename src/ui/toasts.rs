//! Toasts: notices at the edge of the window. Good news leaves by itself, bad news stays.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use egui::{Align2, Area, Order, Ui, vec2};

use crate::app::{Action, News, NoticeId};

use super::cx::Cx;
use super::text::tr;
use super::theme::Tokens;
use super::widgets::{Toast, Tone};

/// How long good news is shown.
const SHOWN_FOR: Duration = Duration::from_secs(5);

/// Room below the notices, in points: panels have their buttons at the bottom right, and news that
/// covers "Create variant" would be in the way of whoever works fast.
const ABOVE: f32 = 106.0;

/// When each notice was first shown.
#[derive(Default)]
pub(super) struct ToastsState {
    since: HashMap<NoticeId, (Instant, usize)>,
}

pub(super) fn toasts_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let now = Instant::now();
    let notices: Vec<_> = cx.state.notices.shown().cloned().collect();
    cx.views
        .toasts
        .since
        .retain(|id, _| notices.iter().any(|notice| notice.id == *id));
    if notices.is_empty() {
        return;
    }
    let mut dismissed = Vec::new();
    Area::new(egui::Id::unique("toasts"))
        .order(Order::Foreground)
        .anchor(Align2::RIGHT_BOTTOM, vec2(-Tokens::SPACE_L, -ABOVE))
        .show(ui.ctx(), |ui| {
            ui.spacing_mut().item_spacing.y = Tokens::SPACE_S;
            for notice in &notices {
                let entry = cx
                    .views
                    .toasts
                    .since
                    .entry(notice.id)
                    .or_insert((now, notice.times));
                if entry.1 != notice.times {
                    *entry = (now, notice.times);
                }
                let tone = match notice.news {
                    News::Problem(..) => Tone::Danger,
                    News::Warning(..) => Tone::Warning,
                    _ => Tone::Success,
                };
                let mut toast = Toast::new(tone, words(&notice.news));
                if notice.times > 1 {
                    toast = toast.count(notice.times as u64);
                }
                if toast.show_ui(ui).dismissed {
                    dismissed.push(notice.id);
                }
                if !notice.news.stays() {
                    let age = now.duration_since(entry.0);
                    match SHOWN_FOR.checked_sub(age) {
                        Some(left) => ui.ctx().request_repaint_after(left),
                        None => dismissed.push(notice.id),
                    }
                }
            }
        });
    for id in dismissed {
        cx.emit(Action::DismissNotice(id));
    }
}

fn words(news: &News) -> String {
    match news {
        News::Copied(count) => tr!("notice-copied", count = *count),
        News::Uploaded(count) => tr!("notice-uploaded", count = *count),
        News::Resumed(count) => tr!("notice-resumed", count = *count),
        News::Deleted(count) => tr!("notice-deleted", count = *count),
        News::Edited(count) => tr!("notice-edited", count = *count),
        News::Saved(count) => tr!("notice-saved", count = *count),
        News::VariantCreated(name) => tr!("notice-variant-created", name = name.as_str()),
        News::VariantSaved(name) => tr!("notice-variant-saved", name = name.as_str()),
        News::VariantDeleted(name) => tr!("notice-variant-deleted", name = name.as_str()),
        News::Flexible(true) => tr!("notice-flexible-on"),
        News::Flexible(false) => tr!("notice-flexible-off"),
        News::LinkCreated => tr!("notice-link-created"),
        News::KeyCreated(name) => tr!("notice-key-created", name = name.as_str()),
        News::KeyDeleted(name) => tr!("notice-key-deleted", name = name.as_str()),
        News::Problem(problem, 1) | News::Warning(problem, 1) => problem.to_string(),
        News::Problem(problem, times) | News::Warning(problem, times) => tr!(
            "notice-problem-many",
            what = problem.to_string(),
            count = *times
        ),
    }
}
