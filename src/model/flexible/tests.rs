//! Option lists against the collected vectors, and back again.

use proptest::prelude::*;
use serde_json::Value;

use super::*;

fn vectors() -> Value {
    let text = include_str!("../../../tests/spec/vectors/vectors.json");
    serde_json::from_str::<Value>(text).unwrap()["flexible_strings"].take()
}

fn parsed(segment: &str) -> FlexibleOptions {
    FlexibleOptions::parse(segment).unwrap().0
}

fn quality_is(quality: Option<Quality>, expected: &Value) -> bool {
    let quality = quality.unwrap();
    match expected.as_u64() {
        Some(percent) => quality == Quality::Percent(u8::try_from(percent).unwrap()),
        None => match expected.as_str().unwrap() {
            "low" => quality == Quality::Low,
            "medium-high" => quality == Quality::MediumHigh,
            other => panic!("unknown quality {other}"),
        },
    }
}

fn gravity_is(gravity: Gravity, expected: &Value) -> bool {
    match expected.as_str() {
        Some("auto") => gravity == Gravity::Auto,
        Some("face") => gravity == Gravity::Face,
        Some("left") => gravity == Gravity::Left,
        Some("center") => gravity == Gravity::Center,
        Some(other) => panic!("unknown gravity {other}"),
        None => {
            gravity
                == Gravity::Point {
                    x: expected["x"].as_f64().unwrap(),
                    y: expected["y"].as_f64().unwrap(),
                }
        }
    }
}

fn trim_is(trim: Option<&Trim>, expected: &Value) -> bool {
    let Some(Trim::Edges(edges)) = trim else {
        return expected == "border" && matches!(trim, Some(Trim::Border { .. }));
    };
    let px = |side: &str| {
        expected[side]
            .as_u64()
            .map(|px| Length::Px(u32::try_from(px).unwrap()))
    };
    *edges
        == TrimEdges {
            top: px("top"),
            right: px("right"),
            bottom: px("bottom"),
            left: px("left"),
            width: px("width"),
            height: px("height"),
        }
}

fn option_is(options: &FlexibleOptions, key: &str, expected: &Value) -> bool {
    let is_number = |value: f64| Some(value) == expected.as_f64();
    let is_side = |value: Option<u32>| value.map(u64::from) == expected.as_u64();
    match key {
        "width" if expected == "auto" => options.auto_width && options.width.is_none(),
        "width" => is_side(options.width),
        "height" => is_side(options.height),
        "fit" => options.fit.as_str() == expected,
        "gravity" => gravity_is(options.gravity, expected),
        "zoom" => is_number(options.zoom.unwrap()),
        "dpr" => is_number(options.dpr),
        "quality" => quality_is(options.quality, expected),
        "slow-connection-quality" => quality_is(options.slow_connection_quality, expected),
        "format" => options.format.as_str() == expected,
        "compression" => options.compress_fast && expected == "fast",
        "anim" => Some(options.animate) == expected.as_bool(),
        "metadata" => options.metadata.unwrap().as_str() == expected,
        "background" => options.background == Color::from_css(expected.as_str().unwrap()),
        "blur" => is_number(options.blur),
        "sharpen" => is_number(options.sharpen),
        "brightness" => is_number(options.brightness),
        "contrast" => is_number(options.contrast),
        "gamma" => is_number(options.gamma),
        "saturation" => is_number(options.saturation),
        "rotate" => Some(u64::from(options.rotate.degrees())) == expected.as_u64(),
        "flip" => {
            let text = expected.as_str().unwrap();
            options.flip.horizontal == text.contains('h')
                && options.flip.vertical == text.contains('v')
        }
        "trim" => trim_is(options.trim.as_ref(), expected),
        "segment" => options.segment_foreground && expected == "foreground",
        "upscale" => options.upscale_generate == (expected == "generate"),
        // Known and without effect.
        "onerror" => expected == "redirect",
        _ => panic!("unknown key {key}"),
    }
}

#[test]
fn every_accepted_spelling_is_understood() {
    for vector in vectors()["accepted"].as_array().unwrap() {
        let segment = vector["string"].as_str().unwrap();
        let (options, warnings) = FlexibleOptions::parse(segment).unwrap();
        for (key, expected) in vector["parsed"].as_object().unwrap() {
            assert!(option_is(&options, key, expected), "{key} of {vector}");
        }
        let expected: Vec<&str> = vector["warnings"]
            .as_array()
            .map(|list| list.iter().map(|text| text.as_str().unwrap()).collect())
            .unwrap_or_default();
        assert_eq!(warnings, expected, "{vector}");
    }
}

#[test]
fn every_refused_spelling_is_refused() {
    for vector in vectors()["refused"].as_array().unwrap() {
        let segment = vector["string"].as_str().unwrap();
        assert!(FlexibleOptions::parse(segment).is_err(), "{vector}");
    }
}

#[test]
fn the_canonical_form_of_every_accepted_spelling_means_the_same() {
    for vector in vectors()["accepted"].as_array().unwrap() {
        let options = parsed(vector["string"].as_str().unwrap());
        let segment = options.to_segment();
        assert_eq!(parsed(&segment), options, "{segment}");
        assert!(!segment.contains(['#', ' ']), "{segment} stands in a URL");
    }
}

#[test]
fn an_unknown_format_is_named() {
    let error = FlexibleOptions::parse("format=mp4").unwrap_err();
    assert_eq!(error.to_string(), "'mp4' is not a supported output format");
}

#[test]
fn a_dpr_above_three_is_three_with_a_warning() {
    let (options, warnings) = FlexibleOptions::parse("w=10,dpr=8").unwrap();
    assert_eq!(options.dpr.to_bits(), 3.0_f64.to_bits());
    assert_eq!(warnings, ["dpr > 3 should never be used"]);
}

#[test]
fn zero_brightness_and_contrast_change_nothing() {
    assert_eq!(
        parsed("brightness=0,contrast=0,gamma=0"),
        FlexibleOptions::default()
    );
}

#[test]
fn a_list_that_is_encoded_as_a_whole_piece_is_read() {
    assert_eq!(parsed("w%3D400"), parsed("w=400"));
}

#[test]
fn numbers_that_are_none_are_refused() {
    for segment in ["blur=NaN", "dpr=inf", "zoom=", "gravity=NaNx0", "w=-1"] {
        assert!(FlexibleOptions::parse(segment).is_err(), "{segment}");
    }
}

#[test]
fn an_automatic_width_is_the_next_larger_of_four() {
    let width = |screen| parsed("width=auto").for_screen(screen).width;
    assert_eq!(width(Some(300)), Some(320));
    assert_eq!(width(Some(769)), Some(960));
    assert_eq!(width(Some(5000)), Some(1200));
    assert_eq!(width(None), Some(1200));
    assert_eq!(parsed("w=7").for_screen(Some(300)).width, Some(7));
}

#[test]
fn a_slow_connection_takes_the_other_quality() {
    let options = parsed("q=80,scq=50").for_slow_connection();
    assert_eq!(options.quality, Some(Quality::Percent(50)));
    let options = parsed("q=80").for_slow_connection();
    assert_eq!(options.quality, Some(Quality::Percent(80)));
}

#[test]
fn a_variant_and_its_flexible_form_are_the_same_wish() {
    let variant = VariantOptions {
        fit: Fit::Cover,
        width: Some(300),
        height: Some(200),
        metadata: MetadataPolicy::Copyright,
        blur: Some(2.5),
        browser_ttl_secs: None,
    };
    assert_eq!(
        FlexibleOptions::from_variant(&variant).to_segment(),
        "fit=cover,width=300,height=200,metadata=copyright,blur=2.5"
    );
}

proptest! {
    #[test]
    fn no_text_breaks_the_reading(text in "\\PC{0,80}") {
        if let Ok((options, _)) = FlexibleOptions::parse(&text) {
            prop_assert_eq!(parsed(&options.to_segment()), options);
        }
    }

    #[test]
    fn every_option_list_survives_writing(
        segment in "(w|h|dpr|blur|sharpen|gamma|saturation|trim\\.left|border\\.top|q)=[0-9]{1,3}(\\.[0-9]{1,3})?(,(trim\\.top|background|flip|rotate|g)=(0\\.[0-9]{1,9}|red|hv|90|left)){0,2}"
    ) {
        if let Ok((options, _)) = FlexibleOptions::parse(&segment) {
            prop_assert_eq!(parsed(&options.to_segment()), options);
        }
    }
}
