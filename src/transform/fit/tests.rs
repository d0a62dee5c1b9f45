//! Geometry beyond the collected vectors, which `tests/spec/vectors/geometry.rs` goes through.

use proptest::prelude::*;

use super::*;

fn plan_of(width: u32, height: u32, segment: &str) -> Result<Plan, TransformError> {
    let (options, _) = FlexibleOptions::parse(segment).unwrap();
    plan(PixelSize::new(width, height), &options)
}

#[test]
fn the_visible_part_is_told_in_pixels_of_the_upright_source() {
    let visible = |segment: &str| {
        let visible = plan_of(1000, 800, segment).unwrap().visible;
        visible.map(|value| value.round().to_string()).join(" ")
    };
    assert_eq!(visible("w=100"), "0 0 1000 800");
    assert_eq!(visible("fit=cover,w=200,h=200"), "100 0 800 800");
    assert_eq!(
        visible("trim=80;0;0;100,fit=cover,w=100,h=80,g=left"),
        "100 80 900 720"
    );
    // Turned clockwise, the top of the output is the left of the source.
    assert_eq!(
        visible("rotate=90,fit=cover,w=80,h=80,g=top"),
        "0 0 800 800"
    );
}

#[test]
fn what_is_larger_than_delivered_is_refused() {
    let error = plan_of(100, 100, "fit=contain,w=12001").unwrap_err();
    assert_eq!(error.delivery_code(), (403, 9413));
    assert_eq!(
        error.to_string(),
        "the image enlarged too much: 12001x12001, but maximum dimension allowed is 12000"
    );
    assert!(plan_of(100, 100, "fit=contain,w=12000").is_err(), "144 MP");
    assert!(plan_of(100, 10, "fit=contain,w=12000").is_ok());
    assert!(plan_of(100, 100, "w=4294967295").is_ok(), "never enlarged");
}

#[test]
fn a_trim_that_leaves_nothing_is_refused() {
    for segment in [
        "trim=50;0;50;0",
        "trim.left=100",
        "trim.width=0",
        "trim.top=1.0",
    ] {
        assert_eq!(
            plan_of(100, 100, segment).unwrap_err(),
            TransformError::EmptyOutput,
            "{segment}"
        );
    }
}

#[test]
fn fractions_trim_a_part_of_the_side() {
    let plan = plan_of(1000, 800, "trim=0.1;0.2;0.1;0").unwrap();
    assert_eq!(plan.output, PixelSize::new(800, 640));
}

proptest! {
    #[test]
    fn the_rendition_holds_what_its_fit_promises(
        width in 1_u32..12_000, height in 1_u32..8_000,
        target_width in 1_u32..9_000, target_height in 1_u32..9_000,
        fit in proptest::sample::select(vec!["scale-down", "contain", "cover", "crop", "aspect-crop", "pad", "squeeze", "scale-up"]),
    ) {
        let segment = format!("fit={fit},w={target_width},h={target_height}");
        let Ok(plan) = plan_of(width, height, &segment) else {
            return Ok(());
        };
        let Plan { scaled, inner, output, crop_offset, visible } = plan;
        prop_assert!(!output.is_empty());
        prop_assert!(crop_offset.0 + inner.width <= scaled.width);
        prop_assert!(crop_offset.1 + inner.height <= scaled.height);
        prop_assert!(visible[2] > 0.0 && visible[3] > 0.0);
        match fit {
            "cover" | "pad" | "squeeze" => {
                prop_assert_eq!(output, PixelSize::new(target_width, target_height));
            }
            "scale-down" | "contain" | "crop" => {
                prop_assert!(output.width <= target_width.max(1));
                prop_assert!(output.height <= target_height.max(1));
            }
            _ => {}
        }
        if matches!(fit, "scale-down" | "crop" | "aspect-crop") {
            prop_assert!(output.width <= width && output.height <= height);
        }
    }
}
