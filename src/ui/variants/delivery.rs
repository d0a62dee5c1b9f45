//! The addresses at which a variant is delivered: shown short, copied whole.

use egui::{Align, Layout, Margin, Ui};

use crate::app::{Action, UrlForm};
use crate::model::{AccountHash, DeliveryUrl, Image, MetadataPolicy, VariantOptions};

use super::super::cx::Cx;
use super::super::text::tr;
use super::super::theme::Tokens;
use super::super::widgets::{Elided, field_frame, icons, section_ui};
use super::Shown;

pub(super) fn urls_ui(ui: &mut Ui, cx: &mut Cx<'_>, shown: &Shown, image: &Image) {
    let t = Tokens::of(ui);
    section_ui(ui, tr!("variant-url"), |_| {});
    // Of a generated id the beginning says as much as the whole, and leaves room for the name.
    let id = if image.id.is_generated() {
        format!("{}…", &image.id.as_str()[..8])
    } else {
        image.id.last_segment().to_owned()
    };
    let short = |tail: &str| format!("…/{id}/{tail}");
    if let Some(saved) = &shown.saved {
        if url_ui(ui, &short(saved.id.as_str()), &tr!("variant-copy-url")) {
            cx.emit(Action::CopyUrls {
                ids: vec![image.id.clone()],
                variant: saved.id.clone(),
                form: UrlForm::Plain,
            });
        }
        if image.require_signed_urls && !shown.draft.never_require_signed_urls {
            ui.label(t.hint(tr!("variant-url-private")));
        }
    } else {
        ui.label(t.hint(tr!("variant-url-new")));
    }
    // Options that break a rule would only be refused.
    if cx.state.variants.flexible() != Some(true) || !shown.draft.options.validate().is_empty() {
        return;
    }
    let words = flexible_words(&shown.draft.options);
    let Some(url) = flexible_url(cx, image, &words) else {
        return;
    };
    if image.require_signed_urls {
        // Options cannot be signed, so the address would never open.
        ui.label(t.hint(tr!("variant-url-flexible-private")));
    } else if url_ui(ui, &short(&words), &tr!("variant-copy-flexible")) {
        cx.emit(Action::CopyText(url));
    }
}

/// One address in a field of its own. Returns whether it shall be copied.
fn url_ui(ui: &mut Ui, short: &str, copy: &str) -> bool {
    let t = Tokens::of(ui);
    field_frame(t)
        .inner_margin(Margin {
            left: 8,
            right: 3,
            top: 2,
            bottom: 2,
        })
        .show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.spacing_mut().interact_size.y = 22.0;
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    let copied = ui.add(icons::COPY.button(copy).small()).clicked();
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                        ui.add(Elided::end(short).monospace().color(t.text));
                    });
                    copied
                })
                .inner
            })
            .inner
        })
        .inner
}

fn flexible_url(cx: &Cx<'_>, image: &Image, words: &str) -> Option<String> {
    let session = cx.state.session.as_ref()?;
    let hash = session.account_hash.clone().or_else(|| {
        let mut urls = image.variant_urls.iter();
        urls.find_map(|url| AccountHash::from_url(url))
    })?;
    let url = DeliveryUrl::of_options(&session.delivery_base, &hash, &image.id, words);
    Some(url.to_string())
}

/// The options as they stand in a URL: `fit=cover,w=300,h=300,metadata=none`.
///
/// What equals the default of flexible variants is left out. Their default for EXIF is
/// `copyright`, while that of named variants is `none`.
///
/// Source: Cloudflare Images documentation, "Features", `metadata`.
fn flexible_words(options: &VariantOptions) -> String {
    let mut words = vec![format!("fit={}", options.fit.as_str())];
    words.extend(options.width.map(|px| format!("w={px}")));
    words.extend(options.height.map(|px| format!("h={px}")));
    words.extend(
        options
            .blur
            .filter(|radius| *radius > 0.0)
            .map(|radius| format!("blur={radius}")),
    );
    if options.metadata != MetadataPolicy::Copyright {
        words.push(format!("metadata={}", options.metadata.as_str()));
    }
    words.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Fit;

    #[test]
    fn the_flexible_address_says_all_that_the_variant_does() {
        let options = VariantOptions {
            fit: Fit::Cover,
            width: Some(300),
            height: None,
            blur: Some(20.0),
            ..VariantOptions::default()
        };
        assert_eq!(
            flexible_words(&options),
            "fit=cover,w=300,blur=20,metadata=none"
        );
        let options = VariantOptions {
            metadata: MetadataPolicy::Copyright,
            blur: Some(0.0),
            ..VariantOptions::default()
        };
        assert_eq!(flexible_words(&options), "fit=scale-down");
    }
}
