//! Fonts: Inter in four weights, Hack for what is copied by machines, Lucide for icons.
//!
//! The icon font is a family of its own: its code points are private-use, and other fallback
//! fonts put different pictures there.

use std::sync::Arc;

use egui::epaint::text::{FontTweak, VariationCoords};
use egui::{FontData, FontDefinitions, FontFamily, FontId};

/// How heavy a text is. Each is a font family, since egui picks a weight per family.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Weight {
    /// Running text.
    #[default]
    Regular,
    /// Buttons and names that should stand out a little.
    Medium,
    /// Headings, the selected entry, primary buttons.
    SemiBold,
    /// The product name on the welcome page.
    Bold,
}

const ICONS: &str = "icons";

impl Weight {
    const ALL: [Self; 4] = [Self::Regular, Self::Medium, Self::SemiBold, Self::Bold];

    /// The font family that holds this weight.
    #[must_use]
    pub fn family(self) -> FontFamily {
        match self {
            Self::Regular => FontFamily::Proportional,
            other => FontFamily::Name(other.font_name().into()),
        }
    }

    fn font_name(self) -> &'static str {
        match self {
            Self::Regular => "inter",
            Self::Medium => "inter-medium",
            Self::SemiBold => "inter-semibold",
            Self::Bold => "inter-bold",
        }
    }

    /// The `wght` axis of Inter. Regular is a touch above 400: on a dark ground, thin strokes
    /// rendered in grays look thinner than they are.
    fn axis(self) -> f32 {
        match self {
            Self::Regular => 420.0,
            Self::Medium => 500.0,
            Self::SemiBold => 600.0,
            Self::Bold => 700.0,
        }
    }
}

/// Inter at `size` points in a weight.
#[must_use]
pub fn sans(size: f32, weight: Weight) -> FontId {
    FontId::new(size, weight.family())
}

/// Hack at `size` points: ids, URLs and patterns.
#[must_use]
pub fn mono(size: f32) -> FontId {
    FontId::new(size, FontFamily::Monospace)
}

/// Lucide at `size` points, which is also the side of the square an icon fills.
#[must_use]
pub fn icon_font(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(ICONS.into()))
}

/// All families. egui's own fallbacks stay behind ours, so nothing it could show is lost.
pub(super) fn definitions() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let fallbacks = fonts
        .families
        .get(&FontFamily::Proportional)
        .cloned()
        .unwrap_or_default();

    for weight in Weight::ALL {
        let name = weight.font_name().to_owned();
        let data = FontData::from_static(ttf_inter::REGULAR).tweak(FontTweak {
            // The hints of Inter make letters a pixel taller and so look squeezed at our sizes.
            hinting: Some(false),
            coords: VariationCoords::new([(b"wght", weight.axis())]),
            ..FontTweak::default()
        });
        fonts.font_data.insert(name.clone(), Arc::new(data));
        let mut family = vec![name];
        family.extend(fallbacks.iter().cloned());
        fonts.families.insert(weight.family(), family);
    }

    let lucide = FontData::from_static(lucide_icons::LUCIDE_FONT_BYTES).tweak(FontTweak {
        // The font has no descent: without this its pictures stand half a point too high.
        y_offset_factor: 0.03,
        hinting: Some(false),
        ..FontTweak::default()
    });
    fonts
        .font_data
        .insert("lucide".to_owned(), Arc::new(lucide));
    fonts.families.insert(
        FontFamily::Name(ICONS.into()),
        vec!["lucide".to_owned(), "inter".to_owned()],
    );

    // Ids may be in any script that Inter knows and Hack does not.
    if let Some(mono) = fonts.families.get_mut(&FontFamily::Monospace) {
        mono.insert(1.min(mono.len()), "inter".to_owned());
    }
    fonts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_family_names_only_fonts_that_are_there() {
        let fonts = definitions();
        for (family, names) in &fonts.families {
            assert!(!names.is_empty(), "{family:?} is empty");
            for name in names {
                assert!(fonts.font_data.contains_key(name), "{family:?}: {name}");
            }
        }
    }

    #[test]
    fn heavier_text_is_wider_so_the_weights_are_real() {
        let ctx = egui::Context::default();
        ctx.set_fonts(definitions());
        let mut widths = Vec::new();
        let mut output = ctx.run_ui(egui::RawInput::default(), |ui| {
            widths = Weight::ALL
                .iter()
                .map(|weight| {
                    let font = sans(40.0, *weight);
                    let text = "Require signed URLs".to_owned();
                    ui.fonts_mut(|f| f.layout_no_wrap(text, font, egui::Color32::WHITE))
                        .rect
                        .width()
                })
                .collect();
        });
        output.textures_delta.clear();
        assert!(
            widths.windows(2).all(|pair| pair[0] < pair[1]),
            "{widths:?}"
        );
    }
}
