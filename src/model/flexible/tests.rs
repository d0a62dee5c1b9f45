//! Option lists, read and written again. Those of the vectors are in `tests/spec/vectors/options.rs`.

use proptest::prelude::*;

use super::*;

fn parsed(segment: &str) -> FlexibleOptions {
    FlexibleOptions::parse(segment).unwrap().0
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
