//! Reading option lists: split while still encoded, then decode each part once.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

use super::{
    Border, Color, FlexibleError, FlexibleOptions, Flip, Gravity, Length, OutputChoice, Quality,
    Rotation, Trim, TrimEdges,
};
use crate::model::{Fit, MetadataPolicy};

/// All option names: as a person may write it, and its full name.
const KEYS: &[(&str, &str)] = &[
    ("width", "width"),
    ("w", "width"),
    ("height", "height"),
    ("h", "height"),
    ("fit", "fit"),
    ("gravity", "gravity"),
    ("g", "gravity"),
    ("zoom", "zoom"),
    ("face-zoom", "zoom"),
    ("dpr", "dpr"),
    ("quality", "quality"),
    ("q", "quality"),
    ("slow-connection-quality", "slow-connection-quality"),
    ("scq", "slow-connection-quality"),
    ("format", "format"),
    ("f", "format"),
    ("compression", "compression"),
    ("anim", "anim"),
    ("metadata", "metadata"),
    ("background", "background"),
    ("blur", "blur"),
    ("sharpen", "sharpen"),
    ("brightness", "brightness"),
    ("contrast", "contrast"),
    ("gamma", "gamma"),
    ("saturation", "saturation"),
    ("rotate", "rotate"),
    ("flip", "flip"),
    ("trim", "trim"),
    ("trim.top", "trim.top"),
    ("trim.right", "trim.right"),
    ("trim.bottom", "trim.bottom"),
    ("trim.left", "trim.left"),
    ("trim.width", "trim.width"),
    ("trim.height", "trim.height"),
    ("trim.border.color", "trim.border.color"),
    ("trim.border.tolerance", "trim.border.tolerance"),
    ("trim.border.keep", "trim.border.keep"),
    ("border.color", "border.color"),
    ("border.width", "border.width"),
    ("border.top", "border.top"),
    ("border.right", "border.right"),
    ("border.bottom", "border.bottom"),
    ("border.left", "border.left"),
    ("segment", "segment"),
    ("upscale", "upscale"),
    ("onerror", "onerror"),
    // Refinements of `width=auto`; they are known, but this reading ignores them.
    ("wbreakpoints", "wbreakpoints"),
    ("wmobile", "wmobile"),
    ("wdesktop", "wdesktop"),
];

/// The largest border, which keeps sums of sides far from overflowing.
const MAX_BORDER_PX: u32 = 12_000;

type Parsed<T> = Result<T, FlexibleError>;

pub(super) fn parse(segment: &str) -> Parsed<(FlexibleOptions, Vec<String>)> {
    let mut warnings = Vec::new();
    let values = values_by_name(segment, &mut warnings)?;
    if values.is_empty() {
        return Err(FlexibleError::NothingKnown);
    }
    let mut options = FlexibleOptions::default();
    for (key, value) in &values {
        set(&mut options, key, value, &mut warnings)?;
    }
    options.trim = trim(&values)?;
    options.border = border(&values)?;
    Ok((options, warnings))
}

/// The values by full name. A full name wins over its alias; of equal names the last one wins.
fn values_by_name(
    segment: &str,
    warnings: &mut Vec<String>,
) -> Parsed<BTreeMap<&'static str, String>> {
    let mut full = BTreeMap::new();
    let mut short = BTreeMap::new();
    for piece in segment.split(',') {
        if piece.trim().is_empty() {
            continue;
        }
        // A client that encodes everything writes `%3D`; then only decoding shows the sign.
        let (key, value) = if let Some((key, value)) = piece.split_once('=') {
            (decoded(key)?, decoded(value)?)
        } else {
            let text = decoded(piece)?;
            let Some((key, value)) = text.split_once('=') else {
                return Err(FlexibleError::NoValue(text));
            };
            (key.trim().to_owned(), value.trim().to_owned())
        };
        match KEYS.iter().find(|(name, _)| *name == key) {
            Some((name, canonical)) if name == canonical => {
                full.insert(*canonical, value);
            }
            Some((_, canonical)) => {
                short.insert(*canonical, value);
            }
            None => warnings.push(format!("unknown option: {key}")),
        }
    }
    for (key, value) in short {
        full.entry(key).or_insert(value);
    }
    Ok(full)
}

fn decoded(text: &str) -> Parsed<String> {
    let text = percent_decode_str(text)
        .decode_utf8()
        .map_err(|_not_utf8| FlexibleError::Text)?;
    Ok(text.trim().to_owned())
}

fn set(
    options: &mut FlexibleOptions,
    key: &'static str,
    value: &str,
    warnings: &mut Vec<String>,
) -> Parsed<()> {
    let refused = || FlexibleError::Value {
        key,
        value: value.to_owned(),
    };
    let within = |low: f64, high: f64| {
        number(value)
            .filter(|number| (low..=high).contains(number))
            .ok_or_else(refused)
    };
    // Zero would make the picture black or gray; the service takes it as "not set".
    let factor = || {
        let number = number(value).filter(|n| (0.0..255.0).contains(n));
        let number = number.ok_or_else(refused)?;
        Ok(if number == 0.0 { 1.0 } else { number })
    };
    match key {
        "width" if value == "auto" => options.auto_width = true,
        "width" => options.width = side(key, value, warnings)?,
        "height" => options.height = side(key, value, warnings)?,
        "fit" => options.fit = Fit::from_word(value).ok_or_else(refused)?,
        "gravity" => options.gravity = gravity(value).ok_or_else(refused)?,
        "zoom" => options.zoom = Some(within(0.0, 1.0)?),
        "dpr" => {
            let dpr = number(value).filter(|dpr| *dpr > 0.0).ok_or_else(refused)?;
            if dpr > FlexibleOptions::MAX_DPR {
                warnings.push("dpr > 3 should never be used".to_owned());
            }
            options.dpr = dpr.min(FlexibleOptions::MAX_DPR);
        }
        "quality" => options.quality = Some(quality(value).ok_or_else(refused)?),
        "slow-connection-quality" => {
            options.slow_connection_quality = Some(quality(value).ok_or_else(refused)?);
        }
        "format" => {
            options.format = OutputChoice::from_word(value)
                .ok_or_else(|| FlexibleError::Format(value.to_owned()))?;
        }
        "compression" => options.compress_fast = word(value, "fast").ok_or_else(refused)?,
        "anim" => options.animate = value.parse().map_err(|_not_a_bool| refused())?,
        "metadata" => {
            options.metadata = Some(MetadataPolicy::from_word(value).ok_or_else(refused)?);
        }
        "background" => options.background = Some(Color::from_css(value).ok_or_else(refused)?),
        "blur" => options.blur = within(0.0, 250.0)?,
        "sharpen" => options.sharpen = within(0.0, 10.0)?,
        "brightness" => options.brightness = factor()?,
        "contrast" => options.contrast = factor()?,
        "gamma" => {
            let gamma = within(0.0, f64::MAX)?;
            options.gamma = if gamma == 0.0 { 1.0 } else { gamma };
        }
        "saturation" => options.saturation = within(0.0, f64::MAX)?,
        "rotate" => options.rotate = rotation(value).ok_or_else(refused)?,
        "flip" => options.flip = flip(value).ok_or_else(refused)?,
        "segment" => options.segment_foreground = word(value, "foreground").ok_or_else(refused)?,
        "upscale" => {
            options.upscale_generate = match value {
                "generate" => true,
                "interpolate" => false,
                _ => return Err(refused()),
            };
        }
        "onerror" if value != "redirect" => return Err(refused()),
        _ => {}
    }
    Ok(())
}

/// `true` if the value is the only word that the option knows.
fn word(value: &str, known: &str) -> Option<bool> {
    (value == known).then_some(true)
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// A side in whole pixels. What is no number at all is ignored, as the service does.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole and at least 1; larger than u32 saturates"
)]
fn side(key: &'static str, value: &str, warnings: &mut Vec<String>) -> Parsed<Option<u32>> {
    match number(value) {
        None => {
            warnings.push(format!("ignored: {key}"));
            Ok(None)
        }
        Some(px) if px >= 1.0 && px.fract() == 0.0 => Ok(Some(px as u32)),
        Some(_) => Err(FlexibleError::Value {
            key,
            value: value.to_owned(),
        }),
    }
}

fn gravity(value: &str) -> Option<Gravity> {
    Some(match value {
        "center" => Gravity::Center,
        "auto" => Gravity::Auto,
        "entropy" => Gravity::Entropy,
        "face" => Gravity::Face,
        "left" => Gravity::Left,
        "right" => Gravity::Right,
        "top" => Gravity::Top,
        "bottom" => Gravity::Bottom,
        point => {
            let (x, y) = point.split_once('x')?;
            let (x, y) = (number(x)?, number(y)?);
            let unit = 0.0..=1.0;
            (unit.contains(&x) && unit.contains(&y)).then_some(Gravity::Point { x, y })?
        }
    })
}

fn quality(value: &str) -> Option<Quality> {
    Some(match value {
        "high" => Quality::High,
        "medium-high" => Quality::MediumHigh,
        "medium-low" => Quality::MediumLow,
        "low" => Quality::Low,
        percent => {
            let percent: u8 = percent.parse().ok()?;
            (1..=100)
                .contains(&percent)
                .then_some(Quality::Percent(percent))?
        }
    })
}

fn rotation(value: &str) -> Option<Rotation> {
    Some(match value {
        "0" => Rotation::None,
        "90" => Rotation::Quarter,
        "180" => Rotation::Half,
        "270" => Rotation::ThreeQuarters,
        _ => return None,
    })
}

fn flip(value: &str) -> Option<Flip> {
    let (horizontal, vertical) = match value {
        "h" => (true, false),
        "v" => (false, true),
        "hv" | "vh" => (true, true),
        _ => return None,
    };
    Some(Flip {
        horizontal,
        vertical,
    })
}

/// A length: whole pixels without a decimal point, a fraction of the side with one.
fn length(text: &str) -> Option<Length> {
    let text = text.trim();
    if text.contains('.') {
        let fraction = number(text)?;
        return (0.0..=1.0)
            .contains(&fraction)
            .then_some(Length::Fraction(fraction));
    }
    text.parse().ok().map(Length::Px)
}

fn trim(values: &BTreeMap<&'static str, String>) -> Parsed<Option<Trim>> {
    let at = |key: &'static str| values.get(key).map(String::as_str);
    let refused = |key: &'static str| FlexibleError::Value {
        key,
        value: values.get(key).cloned().unwrap_or_default(),
    };
    let edge = |key: &'static str| {
        at(key)
            .map(|text| length(text).ok_or_else(|| refused(key)))
            .transpose()
    };
    let has_border_details = values.keys().any(|key| key.starts_with("trim.border."));
    if matches!(at("trim"), Some("border" | "color")) || has_border_details {
        let color = at("trim.border.color")
            .map(|text| Color::from_css(text).ok_or_else(|| refused("trim.border.color")))
            .transpose()?;
        let tolerance = at("trim.border.tolerance").map_or(Ok(0), |text| {
            text.parse()
                .map_err(|_not_a_byte| refused("trim.border.tolerance"))
        })?;
        let keep_px = at("trim.border.keep").map_or(Ok(0), |text| {
            text.parse()
                .map_err(|_not_pixels| refused("trim.border.keep"))
        })?;
        return Ok(Some(Trim::Border {
            color,
            tolerance,
            keep_px,
        }));
    }
    let mut edges = TrimEdges::default();
    if let Some(list) = at("trim") {
        let lengths: Option<Vec<Length>> = list.split(';').map(length).collect();
        let Some([top, right, bottom, left]) = lengths.as_deref() else {
            return Err(refused("trim"));
        };
        edges.top = Some(*top);
        edges.right = Some(*right);
        edges.bottom = Some(*bottom);
        edges.left = Some(*left);
    }
    edges.top = edge("trim.top")?.or(edges.top);
    edges.right = edge("trim.right")?.or(edges.right);
    edges.bottom = edge("trim.bottom")?.or(edges.bottom);
    edges.left = edge("trim.left")?.or(edges.left);
    edges.width = edge("trim.width")?;
    edges.height = edge("trim.height")?;
    Ok((edges != TrimEdges::default()).then_some(Trim::Edges(edges)))
}

fn border(values: &BTreeMap<&'static str, String>) -> Parsed<Option<Border>> {
    if !values.keys().any(|key| key.starts_with("border.")) {
        return Ok(None);
    }
    let width = |key: &'static str| {
        values
            .get(key)
            .map(|text| {
                text.parse()
                    .ok()
                    .filter(|px| *px <= MAX_BORDER_PX)
                    .ok_or_else(|| FlexibleError::Value {
                        key,
                        value: text.clone(),
                    })
            })
            .transpose()
    };
    let color = match values.get("border.color") {
        Some(text) => Color::from_css(text).ok_or_else(|| FlexibleError::Value {
            key: "border.color",
            value: text.clone(),
        })?,
        None => Color::BLACK,
    };
    let all = width("border.width")?.unwrap_or(0);
    Ok(Some(Border {
        color,
        top_px: width("border.top")?.unwrap_or(all),
        right_px: width("border.right")?.unwrap_or(all),
        bottom_px: width("border.bottom")?.unwrap_or(all),
        left_px: width("border.left")?.unwrap_or(all),
    }))
}
