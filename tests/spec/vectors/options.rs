//! Option lists of flexible variants.

use lenticular::model::flexible::{
    Color, FlexibleOptions, Gravity, Length, Quality, Trim, TrimEdges,
};
use serde_json::Value;

use super::{Report, same};
use crate::service::{Service, jpeg};

fn quality_is(quality: Option<Quality>, wanted: &Value) -> bool {
    let words = [
        ("high", Quality::High),
        ("medium-high", Quality::MediumHigh),
        ("medium-low", Quality::MediumLow),
        ("low", Quality::Low),
    ];
    match wanted.as_u64() {
        Some(percent) => quality == u8::try_from(percent).ok().map(Quality::Percent),
        None => words
            .iter()
            .any(|(word, known)| wanted == word && quality == Some(*known)),
    }
}

fn gravity_is(gravity: Gravity, wanted: &Value) -> bool {
    match gravity {
        Gravity::Center => wanted == "center",
        Gravity::Auto => wanted == "auto",
        Gravity::Entropy => wanted == "entropy",
        Gravity::Face => wanted == "face",
        Gravity::Left => wanted == "left",
        Gravity::Right => wanted == "right",
        Gravity::Top => wanted == "top",
        Gravity::Bottom => wanted == "bottom",
        Gravity::Point { x, y } => {
            (Some(x), Some(y)) == (wanted["x"].as_f64(), wanted["y"].as_f64())
        }
    }
}

fn trim_is(trim: Option<&Trim>, wanted: &Value) -> bool {
    let px = |side: &str| {
        let px = wanted[side].as_u64()?;
        u32::try_from(px).ok().map(Length::Px)
    };
    match trim {
        None => false,
        Some(Trim::Border { .. }) => wanted == "border",
        Some(Trim::Edges(edges)) => {
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
    }
}

/// Whether an option was read as the vector says.
fn option_is(options: &FlexibleOptions, key: &str, wanted: &Value) -> bool {
    let is_number = |value: f64| Some(value) == wanted.as_f64();
    let is_side = |value: Option<u32>| value.map(u64::from) == wanted.as_u64();
    match key {
        "width" if wanted == "auto" => options.auto_width && options.width.is_none(),
        "width" => is_side(options.width),
        "height" => is_side(options.height),
        "fit" => wanted == options.fit.as_str(),
        "gravity" => gravity_is(options.gravity, wanted),
        "zoom" => options.zoom.is_some_and(is_number),
        "dpr" => is_number(options.dpr),
        "quality" => quality_is(options.quality, wanted),
        "slow-connection-quality" => quality_is(options.slow_connection_quality, wanted),
        "format" => wanted == options.format.as_str(),
        "compression" => options.compress_fast == (wanted == "fast"),
        "anim" => Some(options.animate) == wanted.as_bool(),
        "metadata" => options
            .metadata
            .is_some_and(|policy| wanted == policy.as_str()),
        "background" => options.background == Color::from_css(wanted.as_str().unwrap()),
        "blur" => is_number(options.blur),
        "sharpen" => is_number(options.sharpen),
        "brightness" => is_number(options.brightness),
        "contrast" => is_number(options.contrast),
        "gamma" => is_number(options.gamma),
        "saturation" => is_number(options.saturation),
        "rotate" => Some(u64::from(options.rotate.degrees())) == wanted.as_u64(),
        "flip" => {
            let word = wanted.as_str().unwrap();
            (options.flip.horizontal, options.flip.vertical)
                == (word.contains('h'), word.contains('v'))
        }
        "trim" => trim_is(options.trim.as_ref(), wanted),
        "segment" => options.segment_foreground == (wanted == "foreground"),
        "upscale" => options.upscale_generate == (wanted == "generate"),
        // Known and without effect.
        "onerror" => wanted == "redirect",
        _ => false,
    }
}

/// A service with flexible variants, and the picture that the lists are tried on.
async fn with_a_picture() -> (Service, String) {
    let service = Service::flexible().await;
    let id = service.upload_bytes(jpeg(800, 720)).await;
    (service, id)
}

fn warnings(vector: &Value) -> Vec<&str> {
    let list = vector["warnings"].as_array();
    list.map(|list| list.iter().map(|text| text.as_str().unwrap()).collect())
        .unwrap_or_default()
}

#[test]
fn every_accepted_list_is_read_as_its_vector_says() {
    let mut report = Report::of("flexible_strings.accepted", 67);
    while let Some(vector) = report.next() {
        let outcome = match FlexibleOptions::parse(vector["string"].as_str().unwrap()) {
            Err(error) => Err(error.to_string()),
            Ok((options, remarks)) => (|| {
                let parsed = vector["parsed"].as_object().unwrap();
                for (key, wanted) in parsed {
                    same(key, option_is(&options, key, wanted), true)?;
                }
                if parsed.is_empty() {
                    same("the options", &options, &FlexibleOptions::default())?;
                }
                same(
                    "the remarks",
                    remarks,
                    warnings(&vector).into_iter().map(str::to_owned).collect(),
                )
            })(),
        };
        report.note(&vector, outcome);
    }
    report.close();
}

#[test]
fn every_accepted_list_means_the_same_in_its_canonical_form() {
    let mut report = Report::of("flexible_strings.accepted", 67);
    while let Some(vector) = report.next() {
        let read = |text: &str| FlexibleOptions::parse(text).map(|(options, _)| options);
        let outcome = match read(vector["string"].as_str().unwrap()) {
            Err(error) => Err(error.to_string()),
            Ok(options) => {
                let segment = options.to_segment();
                same("the canonical form", read(&segment).ok(), Some(options)).and_then(|()| {
                    let fits = !segment.contains(['#', ' ']);
                    same("whether it may stand in a URL", fits, true)
                })
            }
        };
        report.note(&vector, outcome);
    }
    report.close();
}

#[tokio::test]
async fn every_accepted_list_is_delivered() {
    let (service, id) = with_a_picture().await;
    let mut report = Report::of("flexible_strings.accepted", 67);
    while let Some(vector) = report.next() {
        let list = vector["string"].as_str().unwrap();
        let answer = service.deliver(&format!("{id}/{list}")).await;
        let outcome = same("the status", answer.status, 200).and_then(|()| {
            let told = answer.warnings();
            let missing: Vec<&str> = warnings(&vector)
                .into_iter()
                .filter(|wanted| !told.iter().any(|text| text == wanted))
                .collect();
            same("the missing remarks", missing, Vec::new())
        });
        report.note(&vector, outcome);
    }
    report.close();
}

#[tokio::test]
async fn every_refused_list_is_refused_as_its_vector_says() {
    let (service, id) = with_a_picture().await;
    let mut report = Report::of("flexible_strings.refused", 30);
    while let Some(vector) = report.next() {
        let list = vector["string"].as_str().unwrap();
        let answer = service.deliver(&format!("{id}/{list}")).await;
        let line = String::from_utf8_lossy(&answer.body).into_owned();
        let outcome = (|| {
            same("read", FlexibleOptions::parse(list).is_err(), true)?;
            same(
                "the status",
                Some(u64::from(answer.status)),
                vector["status"].as_u64(),
            )?;
            let start = format!("ERROR {}: ", vector["code"]);
            same("the code", line.starts_with(&start), true)?;
            // One note says how the message ends.
            let note = vector["note"].as_str().unwrap_or_default();
            let wanted = note.strip_prefix("message: ").unwrap_or_default();
            same("the message", line.contains(wanted), true)
        })();
        report.note(&vector, outcome);
    }
    report.close();
}
