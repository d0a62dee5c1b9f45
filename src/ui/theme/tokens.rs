//! Tokens: every color by what it is for, and the few sizes everything is built from.
//!
//! Colors are data (`assets/themes/*.toml`), read once. A color that is missing or unknown in a
//! file is a mistake of ours, found by the tests below, as is a pair with too little contrast.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use egui::{Color32, RichText};

use super::fonts::{Weight, mono, sans};

macro_rules! colors {
    ($($(#[$doc:meta])+ $name:ident,)+) => {
        /// The colors of one theme, and the sizes that both share.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct Tokens {
            /// Whether light text stands on dark ground.
            pub is_dark: bool,
            $($(#[$doc])+ pub $name: Color32,)+
        }

        impl Tokens {
            fn parse(is_dark: bool, file: &str) -> Result<Self, String> {
                let mut table: BTreeMap<String, String> =
                    toml::from_str(file).map_err(|error| error.to_string())?;
                let tokens = Self {
                    is_dark,
                    $($name: take(&mut table, stringify!($name))?,)+
                };
                match table.keys().next() {
                    Some(unknown) => Err(format!("nothing is colored by {unknown:?}")),
                    None => Ok(tokens),
                }
            }
        }
    };
}

colors! {
    /// The ground: grid, list and page backgrounds, the top bar.
    bg,
    /// Side bar, inspector, status bar, cards.
    panel,
    /// Buttons, text fields, the profile card.
    control,
    /// A control under the pointer.
    control_hover,
    /// A control while pressed, and the chosen segment.
    control_pressed,
    /// What floats: menus, the selection bar, toasts, tooltips, count badges.
    raised,
    /// Separators and the outline of controls at rest; decoration, never the only sign.
    border,
    /// An outline that must be seen: a switch that is off, the active card. 3:1 on every ground.
    outline,
    /// Running text.
    text,
    /// Headings and chosen entries.
    strong,
    /// Secondary text: hints, dates, labels. 4.5:1 on every ground it stands on.
    muted,
    /// Icons of inactive things and disabled marks; 3:1, so never for text.
    faint,
    /// The one color that says "this": primary buttons, selection, progress, focus.
    accent,
    /// The accent under the pointer.
    accent_hover,
    /// The accent while pressed.
    accent_pressed,
    /// The accent as text: dark enough to be read on its own tint too.
    accent_ink,
    /// Text and icons on the accent.
    on_accent,
    /// The ground of what is selected.
    tint,
    /// A selected ground under the pointer.
    tint_hover,
    /// It worked.
    success,
    /// It needs patience or attention.
    warning,
    /// It failed, or it destroys.
    danger,
    /// The danger color under the pointer.
    danger_hover,
    /// The ground behind an error.
    danger_tint,
    /// Text on a button filled with danger.
    on_danger,
    /// The empty part of bars and switches.
    track,
    /// The knob of a switch.
    knob,
    /// Behind badges that lie on a picture.
    overlay,
    /// Text of badges that lie on a picture.
    on_overlay,
    /// Over the window, behind a dialog.
    backdrop,
    /// Under what floats.
    shadow,
    /// One square of the checkerboard behind transparent pictures.
    checker_a,
    /// The other square.
    checker_b,
    /// The handle of a scroll bar.
    scroll,
}

fn take(table: &mut BTreeMap<String, String>, name: &str) -> Result<Color32, String> {
    let text = table
        .remove(name)
        .ok_or_else(|| format!("no color for {name:?}"))?;
    Color32::from_hex(&text).map_err(|error| format!("{name} = {text:?}: {error:?}"))
}

/// Whatever knows which theme is on: a [`egui::Ui`] or a [`egui::Context`].
pub trait Themed {
    /// Whether the dark theme is on.
    fn is_dark(&self) -> bool;
}

impl Themed for egui::Ui {
    fn is_dark(&self) -> bool {
        self.visuals().dark_mode
    }
}

impl Themed for egui::Context {
    fn is_dark(&self) -> bool {
        self.theme() == egui::Theme::Dark
    }
}

impl Tokens {
    /// 2 points: between an icon and its outline.
    pub const SPACE_XXS: f32 = 2.0;
    /// 4 points: between a field and its hint.
    pub const SPACE_XS: f32 = 4.0;
    /// 8 points: between neighbors.
    pub const SPACE_S: f32 = 8.0;
    /// 12 points: inside buttons and between groups.
    pub const SPACE_M: f32 = 12.0;
    /// 14 points: the margin of panels and of the grid.
    pub const SPACE_PANEL: f32 = 14.0;
    /// 16 points: between sections.
    pub const SPACE_L: f32 = 16.0;
    /// 24 points: inside dialogs and large cards.
    pub const SPACE_XL: f32 = 24.0;

    /// Corners of badges, thumbnails and the check mark.
    pub const RADIUS_S: u8 = 4;
    /// Corners of buttons, fields and entries.
    pub const RADIUS_M: u8 = 6;
    /// Corners of cards and menus.
    pub const RADIUS_L: u8 = 8;
    /// Corners of dialogs and of the drop zone.
    pub const RADIUS_XL: u8 = 12;

    /// The height of a button or field.
    pub const CONTROL: f32 = 32.0;
    /// The height of a small button, and of fields in the inspector.
    pub const CONTROL_SMALL: f32 = 28.0;
    /// The side of an icon in a button or entry.
    pub const ICON: f32 = 16.0;

    /// Text size: badges, hints, the status bar.
    pub const TEXT_S: f32 = 11.5;
    /// Text size: dates, details.
    pub const TEXT_M: f32 = 12.5;
    /// Text size: running text, buttons, entries.
    pub const TEXT: f32 = 13.0;
    /// Text size: the title of a page or dialog.
    pub const TEXT_L: f32 = 15.0;
    /// Text size: the product's name on the welcome page.
    pub const TEXT_XL: f32 = 27.0;

    /// The tokens of the theme that is on.
    #[must_use]
    pub fn of(themed: &impl Themed) -> &'static Self {
        Self::dark_or_light(themed.is_dark())
    }

    /// The tokens of either theme.
    ///
    /// # Panics
    /// Never: both files are compiled in, and a test reads them.
    #[must_use]
    pub fn dark_or_light(is_dark: bool) -> &'static Self {
        static BOTH: OnceLock<[Tokens; 2]> = OnceLock::new();
        let [light, dark] = BOTH.get_or_init(|| {
            [
                Self::parse(false, include_str!("../../../assets/themes/light.toml"))
                    .expect("the light theme is compiled in, and a test reads it"),
                Self::parse(true, include_str!("../../../assets/themes/dark.toml"))
                    .expect("the dark theme is compiled in, and a test reads it"),
            ]
        });
        if is_dark { dark } else { light }
    }

    /// The product's name, once per window.
    #[must_use]
    pub fn display(&self, text: impl Into<String>) -> RichText {
        rich(text, Self::TEXT_XL, Weight::SemiBold, self.strong)
    }

    /// The title of a page, dialog or panel.
    #[must_use]
    pub fn title(&self, text: impl Into<String>) -> RichText {
        rich(text, Self::TEXT_L, Weight::SemiBold, self.strong)
    }

    /// The name of a section or of a setting.
    #[must_use]
    pub fn heading(&self, text: impl Into<String>) -> RichText {
        rich(text, Self::TEXT_M, Weight::SemiBold, self.strong)
    }

    /// Running text.
    #[must_use]
    pub fn body(&self, text: impl Into<String>) -> RichText {
        rich(text, Self::TEXT, Weight::Regular, self.text)
    }

    /// Running text that stands out.
    #[must_use]
    pub fn strong(&self, text: impl Into<String>) -> RichText {
        rich(text, Self::TEXT, Weight::SemiBold, self.strong)
    }

    /// Running text that stands back.
    #[must_use]
    pub fn muted(&self, text: impl Into<String>) -> RichText {
        rich(text, Self::TEXT, Weight::Regular, self.muted)
    }

    /// Details: values, dates, sizes.
    #[must_use]
    pub fn detail(&self, text: impl Into<String>) -> RichText {
        rich(text, Self::TEXT_M, Weight::Regular, self.text)
    }

    /// A hint below or beside something.
    #[must_use]
    pub fn hint(&self, text: impl Into<String>) -> RichText {
        rich(text, Self::TEXT_S, Weight::Regular, self.muted)
    }

    /// Ids, URLs and patterns.
    #[must_use]
    pub fn mono(&self, text: impl Into<String>) -> RichText {
        RichText::new(text)
            .font(mono(Self::TEXT_M - 0.5))
            .color(self.text)
    }
}

fn rich(text: impl Into<String>, size: f32, weight: Weight, color: Color32) -> RichText {
    RichText::new(text).font(sans(size, weight)).color(color)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Source: WCAG 2.2, "relative luminance".
    fn luminance(color: Color32) -> f32 {
        let channel = |byte: u8| {
            let c = f32::from(byte) / 255.0;
            if c <= 0.040_45 {
                c / 12.92
            } else {
                ((c + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * channel(color.r()) + 0.7152 * channel(color.g()) + 0.0722 * channel(color.b())
    }

    fn contrast(a: Color32, b: Color32) -> f32 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn over(top: Color32, ground: Color32) -> Color32 {
        ground.blend(top)
    }

    fn assert_contrast(tokens: &Tokens, least: f32, name: &str, ink: Color32, ground: Color32) {
        let found = contrast(ink, ground);
        let theme = if tokens.is_dark { "dark" } else { "light" };
        assert!(
            found >= least,
            "{theme}: {name} has {found:.2}:1, needs {least}:1"
        );
    }

    fn both() -> [&'static Tokens; 2] {
        [Tokens::dark_or_light(true), Tokens::dark_or_light(false)]
    }

    #[test]
    fn both_themes_are_complete_and_differ() {
        let [dark, light] = both();
        assert!(dark.is_dark && !light.is_dark);
        assert_ne!(dark.bg, light.bg);
    }

    #[test]
    fn a_misspelled_color_is_named() {
        let file = include_str!("../../../assets/themes/dark.toml");
        let missing = Tokens::parse(true, &file.replace("panel", "pannel")).unwrap_err();
        assert!(missing.contains("panel"), "{missing}");
        let extra = Tokens::parse(true, &format!("{file}\nsparkle = \"#ffffff\"")).unwrap_err();
        assert!(extra.contains("sparkle"), "{extra}");
        let wrong = Tokens::parse(true, &file.replace("#141414", "black")).unwrap_err();
        assert!(wrong.contains("black"), "{wrong}");
    }

    #[test]
    fn all_text_can_be_read() {
        for t in both() {
            let grounds = [
                ("bg", t.bg),
                ("panel", t.panel),
                ("control", t.control),
                ("raised", t.raised),
                ("tint", t.tint),
            ];
            for (ground, color) in grounds {
                assert_contrast(t, 4.5, &format!("text on {ground}"), t.text, color);
                assert_contrast(t, 4.5, &format!("strong on {ground}"), t.strong, color);
                assert_contrast(t, 4.5, &format!("muted on {ground}"), t.muted, color);
            }
            for (state, color) in [
                ("hover", t.control_hover),
                ("pressed", t.control_pressed),
                ("selected hover", t.tint_hover),
            ] {
                assert_contrast(t, 4.5, &format!("text on {state}"), t.text, color);
            }
            for (ground, color) in &grounds[..3] {
                for (name, ink) in [
                    ("accent", t.accent_ink),
                    ("success", t.success),
                    ("warning", t.warning),
                    ("danger", t.danger),
                ] {
                    assert_contrast(t, 4.5, &format!("{name} on {ground}"), ink, *color);
                }
            }
            assert_contrast(t, 4.5, "danger on raised", t.danger, t.raised);
            assert_contrast(t, 4.5, "danger on its tint", t.danger, t.danger_tint);
            for ground in [t.accent, t.accent_hover, t.accent_pressed] {
                assert_contrast(t, 4.5, "on_accent", t.on_accent, ground);
            }
            for ground in [t.danger, t.danger_hover] {
                assert_contrast(t, 4.5, "on_danger", t.on_danger, ground);
            }
            for picture in [
                Color32::WHITE,
                Color32::BLACK,
                Color32::from_rgb(250, 220, 40),
            ] {
                let ground = over(t.overlay, picture);
                assert_contrast(t, 4.5, "badge on a picture", t.on_overlay, ground);
            }
        }
    }

    #[test]
    fn an_accented_text_on_its_tint_can_be_read() {
        for t in both() {
            assert_contrast(t, 4.5, "accent on tint", t.accent_ink, t.tint);
        }
    }

    #[test]
    fn every_control_and_mark_can_be_seen() {
        for t in both() {
            for (ground, color) in [("bg", t.bg), ("panel", t.panel), ("control", t.control)] {
                assert_contrast(t, 3.0, &format!("outline on {ground}"), t.outline, color);
                assert_contrast(t, 3.0, &format!("focus on {ground}"), t.accent, color);
                assert_contrast(t, 3.0, &format!("faint on {ground}"), t.faint, color);
                assert_contrast(t, 3.0, &format!("scroll on {ground}"), t.scroll, color);
            }
            assert_contrast(t, 3.0, "progress on its track", t.accent, t.track);
            assert_contrast(t, 3.0, "check mark on its badge", t.on_accent, t.accent);
            // A switch tells by the place of its knob: the knob, or the line around it.
            let knob = contrast(t.knob, t.track).max(contrast(t.outline, t.track));
            assert!(
                knob >= 3.0,
                "the knob of a switch that is off has {knob:.2}:1"
            );
        }
    }
}
