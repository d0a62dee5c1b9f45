//! Option lists: read, written, read again.

use lenticular::model::FlexibleOptions;
use proptest::prelude::*;

use super::Bench;
use crate::service::{jpeg, segment};

const KEYS: &[&str] = &[
    "width",
    "w",
    "height",
    "h",
    "fit",
    "gravity",
    "g",
    "zoom",
    "face-zoom",
    "dpr",
    "quality",
    "q",
    "slow-connection-quality",
    "scq",
    "format",
    "f",
    "compression",
    "anim",
    "metadata",
    "background",
    "blur",
    "sharpen",
    "brightness",
    "contrast",
    "gamma",
    "saturation",
    "rotate",
    "flip",
    "trim",
    "trim.top",
    "trim.right",
    "trim.bottom",
    "trim.left",
    "trim.width",
    "trim.height",
    "trim.border.color",
    "trim.border.tolerance",
    "trim.border.keep",
    "border.color",
    "border.width",
    "border.top",
    "border.right",
    "border.bottom",
    "border.left",
    "segment",
    "upscale",
    "onerror",
    "wbreakpoints",
    "unknown",
];

const WORDS: &[&str] = &[
    "auto",
    "scale-down",
    "contain",
    "cover",
    "crop",
    "aspect-crop",
    "pad",
    "squeeze",
    "scale-up",
    "left",
    "right",
    "top",
    "bottom",
    "center",
    "face",
    "entropy",
    "0x1",
    "0.33x0.5",
    "high",
    "medium-high",
    "medium-low",
    "low",
    "avif",
    "webp",
    "jpeg",
    "baseline-jpeg",
    "json",
    "png",
    "fast",
    "true",
    "false",
    "keep",
    "copyright",
    "none",
    "red",
    "%23ff000080",
    "rgb(1 2 3)",
    "rgba%281%2C2%2C3%2C0.5%29",
    "h",
    "v",
    "hv",
    "90",
    "180",
    "270",
    "border",
    "20;30;20;0",
    "0.1;0.2;0;0.0",
    "foreground",
    "generate",
    "interpolate",
    "redirect",
];

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(WORDS).prop_map(str::to_owned),
        "[0-9]{1,3}",
        "[0-2]?\\.[0-9]{1,17}",
        "[0-9]{1,9}e-?[0-9]{1,2}",
        "-?[0-9]{1,20}(\\.[0-9]{0,20})?",
        "[ -~]{0,12}",
    ]
}

/// Lists of options that exist, with values that often suit them.
fn list() -> impl Strategy<Value = String> {
    let pair =
        (prop::sample::select(KEYS), value()).prop_map(|(key, value)| format!("{key}={value}"));
    prop::collection::vec(pair, 1..6).prop_map(|pairs| pairs.join(","))
}

fn parsed(text: &str) -> Option<FlexibleOptions> {
    FlexibleOptions::parse(text)
        .ok()
        .map(|(options, _)| options)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn what_is_read_is_written_and_read_as_the_same(list in list()) {
        if let Some(options) = parsed(&list) {
            let written = options.to_segment();
            prop_assert_eq!(parsed(&written), Some(options.clone()), "{}", written);
            // The canonical form of the canonical form is itself.
            prop_assert_eq!(parsed(&written).unwrap().to_segment(), written);
        }
    }

    #[test]
    fn what_is_written_stands_in_a_url_as_it_is(list in list()) {
        if let Some(options) = parsed(&list) {
            let written = options.to_segment();
            let url = url::Url::parse(&format!("https://imagedelivery.net/hash/id/{written}")).unwrap();
            prop_assert_eq!(url.path(), format!("/hash/id/{written}"));
        }
    }

    #[test]
    fn no_text_breaks_the_reading(text in "\\PC{0,80}|[a-z=,;.%0-9-]{0,80}") {
        if let Some(options) = parsed(&text) {
            prop_assert_eq!(parsed(&options.to_segment()), Some(options));
        }
    }

    #[test]
    fn the_order_of_different_options_changes_nothing(list in list()) {
        let mut pairs: Vec<&str> = list.split(',').collect();
        let names: std::collections::BTreeSet<&str> = pairs.iter().map(|pair| pair.split('=').next().unwrap()).collect();
        prop_assume!(names.len() == pairs.len());
        let forwards = parsed(&list);
        pairs.reverse();
        prop_assert_eq!(parsed(&pairs.join(",")), forwards);
    }
}

#[test]
fn no_list_makes_delivery_fail_inside() {
    let bench = Bench::new();
    let service = &bench.service;
    let id = bench.runtime.block_on(async {
        service.enable_flexible().await;
        service.upload_bytes(jpeg(40, 30)).await
    });
    let id = id.as_str();
    // What is large takes long, and is nothing that this is about.
    let lists = prop_oneof![
        list().prop_filter("small", |list| {
            let small = parsed(list).is_none_or(|options| {
                options.width.is_none_or(|px| px < 400)
                    && options.height.is_none_or(|px| px < 400)
                    && options.border.is_none_or(|border| {
                        border
                            .top_px
                            .max(border.right_px)
                            .max(border.bottom_px)
                            .max(border.left_px)
                            < 400
                    })
            });
            // Escaped here as a client would, but for what the list itself has escaped.
            small && !list.contains(['/', '?', '#', '\\'])
        }),
        "\\PC{0,40}".prop_map(|text| format!("w=10,{}", segment(&text))),
    ];
    bench.check(file!(), 200, &lists, |list| async move {
        let answer = service.deliver(&format!("{id}/{list}")).await;
        prop_assert!(
            matches!(answer.status, 200 | 400 | 403 | 404 | 415),
            "{} for {}: {}",
            answer.status,
            list,
            String::from_utf8_lossy(&answer.body)
        );
        Ok(())
    });
}
