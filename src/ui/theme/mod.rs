//! The theme: what everything in the window looks like, in one place.
//!
//! [`install`] runs once per [`egui::Context`]; afterwards a view asks [`Tokens::of`] for colors
//! and never names one itself. Fonts travel inside the program, so the window looks the same on
//! a machine without any installed.

mod fonts;
mod style;
mod tokens;

pub use fonts::{Weight, icon_font, mono, sans};
pub use tokens::{Themed, Tokens};

/// Which of the two looks a person chose; `System` follows the desktop and changes live.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Theme {
    /// Light text on near-black.
    Dark,
    /// Dark text on warm white.
    Light,
    /// Whatever the desktop says, dark if it says nothing.
    #[default]
    System,
}

impl From<Theme> for egui::ThemePreference {
    fn from(theme: Theme) -> Self {
        match theme {
            Theme::Dark => Self::Dark,
            Theme::Light => Self::Light,
            Theme::System => Self::System,
        }
    }
}

/// Gives the context our fonts and both styles. Call it once, before the first frame.
pub fn install(ctx: &egui::Context) {
    ctx.set_fonts(fonts::definitions());
    for theme in [egui::Theme::Dark, egui::Theme::Light] {
        ctx.set_style_of(theme, style::style(theme));
    }
    ctx.options_mut(|options| options.fallback_theme = egui::Theme::Dark);
}

/// Switches the look; takes effect with the next frame.
pub fn choose(ctx: &egui::Context, theme: Theme) {
    ctx.set_theme(theme);
}

/// Turns animations off or back on, in both themes.
///
/// egui does not learn the desktop's wish for reduced motion, so the preference says it.
pub fn reduce_motion(ctx: &egui::Context, reduced: bool) {
    ctx.all_styles_mut(|style| style::set_motion(style, reduced));
}

/// Whether animations are off: spinners then stand still and nothing fades.
#[must_use]
pub fn is_motion_reduced(ui: &egui::Ui) -> bool {
    ui.style().animation_time <= 0.0
}
