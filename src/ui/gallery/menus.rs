//! Menus that act on images: copy, download, access, and the one on a right click.

use egui::{Popup, PopupCloseBehavior, Response, Ui, Widget};
use jiff::SignedDuration;

use crate::app::{Action, UrlForm};
use crate::engine::DownloadKind;
use crate::model::{Image, ImageChange, ImageId, VariantId};
use crate::ui::cx::Cx;
use crate::ui::pickers::Purpose;
use crate::ui::text::tr;
use crate::ui::theme::Tokens;
use crate::ui::widgets::{MenuItem, icons, menu_separator_ui};

/// The images that an action means, sorted by what can be done with them.
#[derive(Debug, Default)]
pub(in crate::ui) struct Targets {
    /// All of them.
    pub(in crate::ui) ids: Vec<ImageId>,
    /// Those with a file.
    pub(in crate::ui) with_file: Vec<ImageId>,
    /// How many only open with a signature.
    pub(in crate::ui) private: usize,
    /// How many are public and have an id that cannot become private.
    pub(in crate::ui) never_private: usize,
    /// Public ones that can become private.
    pub(in crate::ui) can_be_private: Vec<ImageId>,
    /// Private ones.
    pub(in crate::ui) can_be_public: Vec<ImageId>,
}

impl Targets {
    /// Sorts images.
    pub(in crate::ui) fn of<'i>(images: impl Iterator<Item = &'i Image>) -> Self {
        let mut targets = Self::default();
        for image in images {
            targets.ids.push(image.id.clone());
            if !image.is_draft {
                targets.with_file.push(image.id.clone());
            }
            if image.require_signed_urls {
                targets.private += 1;
                targets.can_be_public.push(image.id.clone());
            } else if image.id.is_generated() {
                targets.can_be_private.push(image.id.clone());
            } else {
                targets.never_private += 1;
            }
        }
        targets
    }

    /// The selected images.
    pub(in crate::ui) fn selected(cx: &Cx<'_>) -> Self {
        Self::of(cx.state.gallery.selection.images())
    }
}

/// A button with a menu below it.
pub(in crate::ui) fn menu_button_ui(
    ui: &mut Ui,
    button: impl Widget,
    content: impl FnOnce(&mut Ui),
) -> Response {
    let response = ui.add(button);
    Popup::menu(&response)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| {
            ui.spacing_mut().item_spacing.y = Tokens::SPACE_XXS;
            content(ui);
        });
    response
}

/// An entry that closes its menu, also when it is chosen by keyboard or screen reader. Returns
/// whether it was chosen.
pub(in crate::ui) fn menu_entry_ui(ui: &mut Ui, item: MenuItem) -> bool {
    let is_chosen = ui.add(item).clicked();
    if is_chosen {
        ui.close();
    }
    is_chosen
}

fn enabled_entry_ui(ui: &mut Ui, is_enabled: bool, item: MenuItem) -> bool {
    let is_chosen = ui.add_enabled(is_enabled, item).clicked();
    if is_chosen {
        ui.close();
    }
    is_chosen
}

fn form_words(form: UrlForm) -> String {
    match form {
        UrlForm::Plain => tr!("copy-plain"),
        UrlForm::Markdown => tr!("copy-markdown"),
        UrlForm::Html => tr!("copy-html"),
    }
}

/// As what, of which variant, and for private images for how long.
pub(in crate::ui) fn copy_menu_ui(ui: &mut Ui, cx: &mut Cx<'_>, targets: &Targets) {
    let state = cx.state;
    let t = Tokens::of(ui);
    let variants = state.variants.all();
    let chosen = cx
        .views
        .gallery
        .copy_variant
        .clone()
        .filter(|id| variants.iter().any(|variant| variant.id == *id))
        .unwrap_or_else(VariantId::public);
    let has_any = !targets.with_file.is_empty();
    for form in UrlForm::ALL {
        let item = MenuItem::new(form_words(form)).icon(match form {
            UrlForm::Plain => icons::LINK,
            UrlForm::Markdown => icons::FILE,
            UrlForm::Html => icons::CODE,
        });
        if enabled_entry_ui(ui, has_any, item) {
            cx.emit(Action::CopyUrls {
                ids: targets.with_file.clone(),
                variant: chosen.clone(),
                form,
            });
        }
    }
    let opens_anyway = variants
        .iter()
        .any(|variant| variant.id == chosen && variant.never_require_signed_urls);
    if targets.private > 0 && !opens_anyway {
        menu_separator_ui(ui);
        for (words, hours) in [
            (tr!("copy-signed-hour"), 1),
            (tr!("copy-signed-day"), 24),
            (tr!("copy-signed-week"), 24 * 7),
        ] {
            let item = MenuItem::new(words).icon(icons::LOCK);
            if enabled_entry_ui(ui, has_any, item) {
                cx.emit(Action::SignUrls {
                    ids: targets.with_file.clone(),
                    variant: chosen.clone(),
                    key: None,
                    life: SignedDuration::from_hours(hours),
                    form: UrlForm::Plain,
                });
            }
        }
    }
    if variants.len() > 1 {
        menu_separator_ui(ui);
        ui.horizontal(|ui| {
            ui.add_space(8.0);
            ui.label(t.hint(tr!("copy-variant")));
        });
        egui::ScrollArea::vertical()
            .max_height(220.0)
            .show(ui, |ui| {
                for variant in variants {
                    let item = MenuItem::new(variant.id.as_str()).selected(variant.id == chosen);
                    if ui.add(item).clicked() {
                        cx.views.gallery.copy_variant = Some(variant.id.clone());
                    }
                }
            });
    }
}

/// The original, or what a variant makes of it.
pub(in crate::ui) fn download_menu_ui(ui: &mut Ui, cx: &mut Cx<'_>, targets: &Targets) {
    let state = cx.state;
    let has_any = !targets.with_file.is_empty();
    let original = MenuItem::new(tr!("download-original")).icon(icons::FILE_IMAGE);
    if enabled_entry_ui(ui, has_any, original) {
        cx.pick(Purpose::Download(
            targets.with_file.clone(),
            DownloadKind::Original,
        ));
    }
    if !state.variants.all().is_empty() {
        menu_separator_ui(ui);
    }
    egui::ScrollArea::vertical()
        .max_height(260.0)
        .show(ui, |ui| {
            for variant in state.variants.all() {
                let name = tr!("download-variant", name = variant.id.as_str());
                let item = MenuItem::new(name).icon(icons::VARIANTS);
                if enabled_entry_ui(ui, has_any, item) {
                    cx.pick(Purpose::Download(
                        targets.with_file.clone(),
                        DownloadKind::Variant(variant.id.clone()),
                    ));
                }
            }
        });
}

/// Who may open the images. Those that cannot become private are said and left out.
pub(in crate::ui) fn signed_menu_ui(ui: &mut Ui, cx: &mut Cx<'_>, targets: &Targets) {
    let t = Tokens::of(ui);
    let on = MenuItem::new(tr!("signed-on")).icon(icons::LOCK);
    if enabled_entry_ui(ui, !targets.can_be_private.is_empty(), on) {
        set_access(cx, &targets.can_be_private, true);
    }
    let off = MenuItem::new(tr!("signed-off")).icon(icons::GLOBE);
    if enabled_entry_ui(ui, !targets.can_be_public.is_empty(), off) {
        set_access(cx, &targets.can_be_public, false);
    }
    if targets.never_private > 0 {
        ui.add_space(Tokens::SPACE_XS);
        ui.horizontal(|ui| {
            ui.add_space(8.0);
            ui.vertical(|ui| {
                ui.set_max_width(220.0);
                ui.label(t.hint(tr!("signed-skipped", count = targets.never_private)));
            });
        });
        ui.add_space(Tokens::SPACE_XS);
    }
}

fn set_access(cx: &mut Cx<'_>, ids: &[ImageId], is_private: bool) {
    let change = ImageChange {
        require_signed_urls: Some(is_private),
        ..ImageChange::default()
    };
    let changes = ids.iter().map(|id| (id.clone(), change.clone())).collect();
    cx.emit(Action::EditImages(changes));
}

/// The menu of a right click: it means the selection if the image belongs to it.
pub(super) fn context_menu_ui(response: &Response, cx: &mut Cx<'_>, image: &Image) {
    Popup::context_menu(response)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| {
            ui.spacing_mut().item_spacing.y = Tokens::SPACE_XXS;
            let state = cx.state;
            let targets = if state.gallery.selection.contains(&image.id) {
                Targets::selected(cx)
            } else {
                Targets::of(std::iter::once(image))
            };
            let open = MenuItem::new(tr!("menu-open"))
                .icon(icons::EXPAND)
                .shortcut(tr!("key-enter"));
            if menu_entry_ui(ui, open) {
                cx.emit(Action::OpenViewer(image.id.clone()));
            }
            menu_separator_ui(ui);
            let has_any = !targets.with_file.is_empty();
            for form in UrlForm::ALL {
                let mut item = MenuItem::new(match form {
                    UrlForm::Plain => tr!("menu-copy-url"),
                    UrlForm::Markdown => tr!("menu-copy-markdown"),
                    UrlForm::Html => tr!("menu-copy-html"),
                })
                .icon(icons::COPY);
                if form == UrlForm::Plain {
                    item = item.shortcut(tr!("key-copy"));
                }
                if enabled_entry_ui(ui, has_any, item) {
                    cx.emit(Action::CopyUrls {
                        ids: targets.with_file.clone(),
                        variant: VariantId::public(),
                        form,
                    });
                }
            }
            let download = MenuItem::new(tr!("menu-download")).icon(icons::DOWNLOAD);
            if enabled_entry_ui(ui, has_any, download) {
                cx.pick(Purpose::Download(
                    targets.with_file.clone(),
                    DownloadKind::Original,
                ));
            }
            menu_separator_ui(ui);
            signed_menu_ui(ui, cx, &targets);
            menu_separator_ui(ui);
            let delete = MenuItem::new(tr!("menu-delete"))
                .icon(icons::TRASH)
                .shortcut(tr!("key-delete"))
                .danger();
            if menu_entry_ui(ui, delete) {
                cx.emit(Action::AskDelete(targets.ids));
            }
        });
}
