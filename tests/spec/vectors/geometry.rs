//! Geometry: planned, and made of real pixels.

use bytes::Bytes;
use lenticular::model::{FlexibleOptions, PixelSize};
use lenticular::transform::{Accepts, Format, Original, plan, render};
use serde_json::Value;

use super::{Report, pair, same};
use crate::service::{gray_jpeg, with_exif};

/// The options as a delivery URL writes them.
fn segment(options: &Value) -> String {
    let mut pieces = Vec::new();
    let mut add = |key: String, value: &Value| {
        let text = value.to_string();
        let text = value.as_str().unwrap_or(&text).replace('#', "%23");
        pieces.push(format!("{key}={text}"));
    };
    for (key, value) in options.as_object().unwrap() {
        match value.as_object() {
            Some(parts) => {
                for (part, value) in parts {
                    add(format!("{key}.{part}"), value);
                }
            }
            None => add(key.clone(), value),
        }
    }
    pieces.join(",")
}

fn options(vector: &Value) -> FlexibleOptions {
    let (options, warnings) = FlexibleOptions::parse(&segment(&vector["options"])).unwrap();
    assert!(warnings.is_empty(), "{vector}: {warnings:?}");
    options
}

fn orientation(vector: &Value) -> u8 {
    vector["exif_orientation"]
        .as_u64()
        .map_or(1, |value| u8::try_from(value).unwrap())
}

fn sides(size: PixelSize) -> (u32, u32) {
    (size.width, size.height)
}

#[test]
fn every_plan_has_the_sizes_and_offsets_of_its_vector() {
    let mut report = Report::of("geometry", 75);
    while let Some(vector) = report.next() {
        let (width, height) = pair(&vector["source"]).unwrap();
        let stored = PixelSize::new(width, height);
        let source = if orientation(&vector) >= 5 {
            stored.turned()
        } else {
            stored
        };
        let outcome = match plan(source, &options(&vector)) {
            Err(error) => Err(error.to_string()),
            Ok(plan) => (|| {
                same(
                    "the output",
                    Some(sides(plan.output)),
                    pair(&vector["output"]),
                )?;
                for (name, found) in [
                    ("scaled", sides(plan.scaled)),
                    ("crop_offset", plan.crop_offset),
                    ("inner", sides(plan.inner)),
                ] {
                    if let Some(wanted) = pair(&vector[name]) {
                        same(name, found, wanted)?;
                    }
                }
                Ok(())
            })(),
        };
        report.note(&vector, outcome);
    }
    report.close();
}

#[test]
fn every_rendition_has_the_size_of_its_vector_in_its_pixels() {
    let mut report = Report::of("geometry", 75);
    while let Some(vector) = report.next() {
        let (width, height) = pair(&vector["source"]).unwrap();
        let mut file = gray_jpeg(width, height);
        if vector.get("exif_orientation").is_some() {
            file = with_exif(&file, orientation(&vector));
        }
        let original = Original::open(Bytes::from(file)).unwrap();
        let outcome = match render(&original, &options(&vector), Accepts::default()) {
            Err(error) => Err(error.to_string()),
            Ok(rendition) => (|| {
                let wanted = pair(&vector["output"]);
                same("the size that is told", Some(sides(rendition.size)), wanted)?;
                same("the format", rendition.format, Format::Jpeg)?;
                let reader = image::ImageReader::new(std::io::Cursor::new(&rendition.bytes));
                let found = reader.with_guessed_format().unwrap().into_dimensions();
                same("the size of the file", found.ok(), wanted)
            })(),
        };
        report.note(&vector, outcome);
    }
    report.close();
}
