//! The keys of the grid and the list.

use egui::{Event, Key, Modifiers, Ui};

use crate::app::{Action, CursorStep, UrlForm};
use crate::model::{ImageId, VariantId};
use crate::ui::cx::Cx;

use super::items_id;

/// Takes the keys that mean the images in sight. While something is typed, a menu is open or a
/// dialog asks, they mean that instead.
pub(super) fn take_keys(ui: &Ui, cx: &mut Cx<'_>) {
    let ctx = ui.ctx();
    let is_busy = cx.views.gallery.was_busy
        || ctx.text_edit_focused()
        || cx.state.dialog.is_some()
        || egui::Popup::is_any_open(ctx)
        || ui.memory(|memory| memory.top_modal_layer().is_some());
    if is_busy {
        return;
    }
    let focused = ui.memory(egui::Memory::focused);
    // A focused button takes Enter, Space and the arrows for itself.
    let owns_focus = focused.is_none_or(|id| id == items_id());
    let mut pressed: Vec<(Key, Modifiers)> = Vec::new();
    let mut copies = false;
    ui.input(|input| {
        for event in &input.events {
            match event {
                Event::Copy => copies = true,
                Event::Key {
                    key,
                    pressed: true,
                    modifiers,
                    ..
                } => pressed.push((*key, *modifiers)),
                _ => {}
            }
        }
    });
    if copies {
        copy(cx);
    }
    for (key, held) in pressed {
        if held.command && key == Key::A {
            cx.emit(Action::SelectPage);
        } else if held.command || held.alt {
            // Other combinations belong to the window.
        } else if let Some(step) = step_of(key).filter(|_| owns_focus) {
            let layout = cx.views.gallery.layout;
            cx.emit(Action::MoveCursor {
                step,
                extend: held.shift,
                columns: layout.columns,
                rows: layout.rows,
            });
        } else {
            press(cx, key, owns_focus);
        }
    }
}

fn press(cx: &mut Cx<'_>, key: Key, owns_focus: bool) {
    let state = cx.state;
    match key {
        Key::Space if owns_focus => cx.emit(Action::ToggleCursor),
        Key::Enter if owns_focus => {
            let selection = &state.gallery.selection;
            if let Some(image) = state.gallery.active().or_else(|| selection.single()) {
                cx.emit(Action::OpenViewer(image.id.clone()));
            }
        }
        Key::Escape if !state.gallery.selection.is_empty() => cx.emit(Action::ClearSelection),
        Key::Delete => {
            let ids = meant(cx);
            if !ids.is_empty() {
                cx.emit(Action::AskDelete(ids));
            }
        }
        _ => {}
    }
}

fn copy(cx: &mut Cx<'_>) {
    let ids = meant(cx);
    if !ids.is_empty() {
        cx.emit(Action::CopyUrls {
            ids,
            variant: VariantId::public(),
            form: UrlForm::Plain,
        });
    }
}

/// The selected images; when none is, the one under the cursor.
fn meant(cx: &Cx<'_>) -> Vec<ImageId> {
    let gallery = &cx.state.gallery;
    if gallery.selection.is_empty() {
        gallery
            .active()
            .map(|image| image.id.clone())
            .into_iter()
            .collect()
    } else {
        gallery.selection.ids()
    }
}

const fn step_of(key: Key) -> Option<CursorStep> {
    Some(match key {
        Key::ArrowLeft => CursorStep::Left,
        Key::ArrowRight => CursorStep::Right,
        Key::ArrowUp => CursorStep::Up,
        Key::ArrowDown => CursorStep::Down,
        Key::Home => CursorStep::Home,
        Key::End => CursorStep::End,
        Key::PageUp => CursorStep::PageUp,
        Key::PageDown => CursorStep::PageDown,
        _ => return None,
    })
}
