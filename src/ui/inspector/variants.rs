//! The variants of the account, each with a button that copies the image's URL.

use egui::{Align, CornerRadius, Layout, Sense, Stroke, StrokeKind, Ui, vec2};

use crate::app::{Action, UrlForm};
use crate::model::{Image, Variant};
use crate::ui::cx::Cx;
use crate::ui::text::{format_count, tr};
use crate::ui::theme::{Tokens, Weight, sans};
use crate::ui::widgets::{Elided, icons, section_ui, spinner_ui};

pub(super) fn variants_ui(ui: &mut Ui, cx: &mut Cx<'_>, image: &Image) {
    let state = cx.state;
    section_ui(ui, tr!("variants-title"), |_| {});
    if state.variants.list.value().is_none() {
        let t = Tokens::of(ui);
        match state.variants.list.problem() {
            Some(problem) => drop(ui.label(t.hint(problem.to_string()).color(t.danger))),
            None => drop(spinner_ui(ui, 14.0, tr!("variants-loading"))),
        }
        return;
    }
    for variant in state.variants.all() {
        row_ui(ui, cx, image, variant);
    }
}

fn row_ui(ui: &mut Ui, cx: &mut Cx<'_>, image: &Image, variant: &Variant) {
    let t = Tokens::of(ui);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        let size = vec2(ui.available_width() - 38.0, Tokens::CONTROL_SMALL);
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        ui.painter().rect(
            rect,
            CornerRadius::same(Tokens::RADIUS_M),
            t.control,
            Stroke::new(1.0, t.border),
            StrokeKind::Inside,
        );
        let builder = egui::UiBuilder::new()
            .max_rect(rect.shrink2(vec2(9.0, 0.0)))
            .layout(Layout::left_to_right(Align::Center));
        let mut words = ui.new_child(builder);
        words.spacing_mut().item_spacing.x = 4.0;
        let room = words.available_width();
        let bold = sans(Tokens::TEXT_M, Weight::SemiBold);
        let name = Elided::end(variant.id.as_str()).font(bold).color(t.strong);
        words.add(name.max_width(room * 0.6));
        let font = sans(Tokens::TEXT_M, Weight::Regular);
        words.add(Elided::end(described(variant)).font(font).color(t.muted));
        let name = tr!("variants-copy", name = variant.id.as_str());
        let mut copy = icons::COPY.button(name).framed().small();
        if needs_signature(image, variant) {
            copy = copy.tooltip(tr!("variants-copy-signed"));
        }
        if ui.add_enabled(!image.is_draft, copy).clicked() {
            copy_url(cx, image, variant);
        }
    });
}

const fn needs_signature(image: &Image, variant: &Variant) -> bool {
    image.require_signed_urls && !variant.never_require_signed_urls
}

/// A private image gets a URL that works for an hour, unless the variant is open to everybody.
fn copy_url(cx: &mut Cx<'_>, image: &Image, variant: &Variant) {
    if needs_signature(image, variant) {
        cx.emit(Action::SignUrls {
            ids: vec![image.id.clone()],
            variant: variant.id.clone(),
            key: None,
            life: jiff::SignedDuration::from_hours(1),
            form: UrlForm::Plain,
        });
    } else {
        cx.emit(Action::CopyUrls {
            ids: vec![image.id.clone()],
            variant: variant.id.clone(),
            form: UrlForm::Plain,
        });
    }
}

fn described(variant: &Variant) -> String {
    let options = &variant.options;
    let px = |side: u32| format_count(u64::from(side)).replace(',', "");
    let size = match (options.width, options.height) {
        (Some(width), Some(height)) => format!("{} × {}", px(width), px(height)),
        (Some(width), None) => tr!("variants-width", width = px(width)),
        (None, Some(height)) => tr!("variants-height", height = px(height)),
        (None, None) => tr!("variants-any"),
    };
    format!("{size} {}", options.fit.as_str())
}
