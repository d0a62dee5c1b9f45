//! Writing option lists in their canonical form.

use super::{Color, FlexibleOptions, Gravity, Length, OutputChoice, Quality, Rotation, Trim};
use crate::model::MetadataPolicy;

pub(super) fn to_segment(options: &FlexibleOptions) -> String {
    let plain = FlexibleOptions::default();
    let mut list = List::default();
    list.add("fit", options.fit.as_str());
    if options.auto_width {
        list.add("width", "auto");
    }
    list.add_some("width", options.width);
    list.add_some("height", options.height);
    if options.gravity != plain.gravity {
        list.add("gravity", gravity(options.gravity));
    }
    list.add_some("zoom", options.zoom);
    list.add_unless("dpr", options.dpr, plain.dpr);
    list.add_some("quality", options.quality.map(quality));
    let slow = options.slow_connection_quality.map(quality);
    list.add_some("slow-connection-quality", slow);
    if options.format != OutputChoice::Auto {
        list.add("format", options.format.as_str());
    }
    if options.compress_fast {
        list.add("compression", "fast");
    }
    if !options.animate {
        list.add("anim", "false");
    }
    let metadata = options.metadata.map(MetadataPolicy::as_str);
    list.add_some("metadata", metadata);
    list.add_some("background", options.background.map(color));
    list.add_unless("blur", options.blur, plain.blur);
    list.add_unless("sharpen", options.sharpen, plain.sharpen);
    list.add_unless("brightness", options.brightness, plain.brightness);
    list.add_unless("contrast", options.contrast, plain.contrast);
    list.add_unless("gamma", options.gamma, plain.gamma);
    list.add_unless("saturation", options.saturation, plain.saturation);
    if options.rotate != Rotation::None {
        list.add("rotate", options.rotate.degrees());
    }
    match (options.flip.horizontal, options.flip.vertical) {
        (true, true) => list.add("flip", "hv"),
        (true, false) => list.add("flip", "h"),
        (false, true) => list.add("flip", "v"),
        (false, false) => {}
    }
    add_trim(&mut list, options);
    if let Some(border) = options.border {
        list.add("border.color", color(border.color));
        list.add("border.top", border.top_px);
        list.add("border.right", border.right_px);
        list.add("border.bottom", border.bottom_px);
        list.add("border.left", border.left_px);
    }
    if options.segment_foreground {
        list.add("segment", "foreground");
    }
    if options.upscale_generate {
        list.add("upscale", "generate");
    }
    list.0
}

fn add_trim(list: &mut List, options: &FlexibleOptions) {
    match &options.trim {
        None => {}
        Some(Trim::Edges(edges)) => {
            list.add_some("trim.top", edges.top.map(length));
            list.add_some("trim.right", edges.right.map(length));
            list.add_some("trim.bottom", edges.bottom.map(length));
            list.add_some("trim.left", edges.left.map(length));
            list.add_some("trim.width", edges.width.map(length));
            list.add_some("trim.height", edges.height.map(length));
        }
        Some(Trim::Border {
            color: border_color,
            tolerance,
            keep_px,
        }) => {
            list.add("trim", "border");
            list.add_some("trim.border.color", border_color.map(color));
            if *tolerance != 0 {
                list.add("trim.border.tolerance", tolerance);
            }
            if *keep_px != 0 {
                list.add("trim.border.keep", keep_px);
            }
        }
    }
}

#[derive(Default)]
struct List(String);

impl List {
    fn add(&mut self, key: &str, value: impl std::fmt::Display) {
        if !self.0.is_empty() {
            self.0.push(',');
        }
        self.0.push_str(key);
        self.0.push('=');
        self.0.push_str(&value.to_string());
    }

    fn add_some(&mut self, key: &str, value: Option<impl std::fmt::Display>) {
        if let Some(value) = value {
            self.add(key, value);
        }
    }

    /// The defaults are written as constants, so comparing exactly is meant.
    fn add_unless(&mut self, key: &str, value: f64, default: f64) {
        if value.to_bits() != default.to_bits() {
            self.add(key, value);
        }
    }
}

fn quality(quality: Quality) -> String {
    match quality {
        Quality::Percent(percent) => percent.to_string(),
        Quality::High => "high".to_owned(),
        Quality::MediumHigh => "medium-high".to_owned(),
        Quality::MediumLow => "medium-low".to_owned(),
        Quality::Low => "low".to_owned(),
    }
}

fn gravity(gravity: Gravity) -> String {
    match gravity {
        Gravity::Center => "center".to_owned(),
        Gravity::Auto => "auto".to_owned(),
        Gravity::Entropy => "entropy".to_owned(),
        Gravity::Face => "face".to_owned(),
        Gravity::Left => "left".to_owned(),
        Gravity::Right => "right".to_owned(),
        Gravity::Top => "top".to_owned(),
        Gravity::Bottom => "bottom".to_owned(),
        Gravity::Point { x, y } => format!("{x}x{y}"),
    }
}

/// A number sign would begin the fragment of a URL, so it stands encoded.
fn color(color: Color) -> String {
    let Color {
        red,
        green,
        blue,
        alpha,
    } = color;
    if alpha == 255 {
        format!("%23{red:02x}{green:02x}{blue:02x}")
    } else {
        format!("%23{red:02x}{green:02x}{blue:02x}{alpha:02x}")
    }
}

/// A fraction keeps its decimal point, which is what tells it from pixels.
fn length(length: Length) -> String {
    match length {
        Length::Px(px) => px.to_string(),
        Length::Fraction(fraction) if fraction.fract() == 0.0 => format!("{fraction:.1}"),
        Length::Fraction(fraction) => fraction.to_string(),
    }
}
