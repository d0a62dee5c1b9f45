//! Our tokens, told to egui: what its own widgets, menus and scroll bars look like.

use egui::style::{ScrollAnimation, ScrollStyle, Selection, WidgetVisuals, Widgets};
use egui::{Color32, CornerRadius, Margin, Shadow, Stroke, Style, TextStyle, Visuals, vec2};

use super::fonts::{Weight, mono, sans};
use super::tokens::Tokens;

/// Seconds that a state change takes: long enough to be followed, short enough not to be waited for.
const ANIMATION: f32 = 0.08;

pub(super) fn style(theme: egui::Theme) -> Style {
    let tokens = Tokens::dark_or_light(theme == egui::Theme::Dark);
    let mut style = Style {
        visuals: visuals(tokens),
        text_styles: [
            (TextStyle::Small, sans(Tokens::TEXT_S, Weight::Regular)),
            (TextStyle::Body, sans(Tokens::TEXT, Weight::Regular)),
            (TextStyle::Button, sans(Tokens::TEXT, Weight::Regular)),
            (TextStyle::Heading, sans(Tokens::TEXT_L, Weight::SemiBold)),
            (TextStyle::Monospace, mono(Tokens::TEXT_M - 0.5)),
        ]
        .into(),
        ..Style::default()
    };

    let spacing = &mut style.spacing;
    spacing.item_spacing = vec2(Tokens::SPACE_S, Tokens::SPACE_S);
    spacing.button_padding = vec2(Tokens::SPACE_M, 6.0);
    spacing.window_margin = Margin::same(24);
    spacing.menu_margin = Margin::same(6);
    spacing.menu_spacing = 4.0;
    spacing.interact_size = vec2(Tokens::CONTROL, Tokens::CONTROL_SMALL);
    spacing.text_edit_width = 240.0;
    spacing.combo_width = 80.0;
    spacing.combo_height = 320.0;
    spacing.menu_width = 320.0;
    spacing.tooltip_width = 360.0;
    spacing.icon_width = Tokens::ICON;
    spacing.icon_width_inner = 10.0;
    spacing.indent = 18.0;
    spacing.scroll = ScrollStyle {
        bar_width: 8.0,
        floating_width: 6.0,
        floating_allocated_width: 0.0,
        handle_min_length: 24.0,
        bar_inner_margin: 2.0,
        bar_outer_margin: 2.0,
        dormant_background_opacity: 0.0,
        active_background_opacity: 0.0,
        interact_background_opacity: 0.4,
        // Always there: where one is in a long list should not need a search.
        dormant_handle_opacity: 0.7,
        active_handle_opacity: 0.85,
        interact_handle_opacity: 1.0,
        foreground_color: false,
        ..ScrollStyle::thin()
    };

    let interaction = &mut style.interaction;
    interaction.selectable_labels = false;
    interaction.tooltip_delay = 0.4;
    interaction.show_tooltips_only_when_still = true;
    set_motion(&mut style, false);
    style
}

pub(super) fn set_motion(style: &mut Style, reduced: bool) {
    style.animation_time = if reduced { 0.0 } else { ANIMATION };
    style.scroll_animation = if reduced {
        ScrollAnimation::none()
    } else {
        ScrollAnimation::default()
    };
    style.visuals.text_cursor.blink = !reduced;
}

fn visuals(t: &Tokens) -> Visuals {
    let base = if t.is_dark {
        Visuals::dark()
    } else {
        Visuals::light()
    };
    let line = Stroke::new(1.0, t.border);
    let popup_shadow = Shadow {
        offset: [0, 6],
        blur: 20,
        spread: 0,
        color: t.shadow,
    };
    Visuals {
        dark_mode: t.is_dark,
        override_text_color: None,
        weak_text_color: Some(t.muted),
        widgets: Widgets {
            noninteractive: widget(t.panel, line, Stroke::new(1.0, t.text)),
            inactive: widget(t.control, line, Stroke::new(1.0, t.text)),
            hovered: widget(t.control_hover, line, Stroke::new(1.0, t.strong)),
            active: widget(
                t.control_pressed,
                Stroke::new(2.0, t.accent),
                Stroke::new(1.0, t.strong),
            ),
            open: widget(t.control_hover, line, Stroke::new(1.0, t.strong)),
        },
        selection: Selection {
            bg_fill: t.accent.gamma_multiply(0.35),
            stroke: Stroke::new(1.0, t.accent),
        },
        hyperlink_color: t.accent_ink,
        faint_bg_color: t.control,
        extreme_bg_color: t.control,
        text_edit_bg_color: Some(t.control),
        code_bg_color: t.control,
        warn_fg_color: t.warning,
        error_fg_color: t.danger,
        window_corner_radius: CornerRadius::same(Tokens::RADIUS_XL),
        window_shadow: popup_shadow,
        window_fill: t.panel,
        window_stroke: line,
        menu_corner_radius: CornerRadius::same(Tokens::RADIUS_L),
        panel_fill: t.bg,
        popup_shadow,
        button_frame: true,
        collapsing_header_frame: false,
        indent_has_left_vline: false,
        striped: false,
        slider_trailing_fill: true,
        interact_cursor: None,
        disabled_alpha: 0.5,
        ..base
    }
}

fn widget(fill: Color32, line: Stroke, ink: Stroke) -> WidgetVisuals {
    WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: line,
        corner_radius: CornerRadius::same(Tokens::RADIUS_M),
        fg_stroke: ink,
        expansion: 0.0,
    }
}
