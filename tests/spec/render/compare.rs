//! Pictures kept as references, and what counts as the same.

use std::path::Path;

use image::RgbaImage;

/// How far a channel may be off before a pixel counts as different. Fonts are drawn by the same
/// code everywhere, but floating point may round a shade differently on another processor.
const CHANNEL: u8 = 12;
/// The share of pixels that may differ.
const SHARE: f64 = 0.005;

/// Asserts that `image` looks like `tests/spec/pictures/NAME.png`.
///
/// `UPDATE_PICTURES=1` accepts what is drawn now; a picture without a reference fails.
///
/// # Panics
/// If it looks different. The new picture is then `target/pictures/NAME.new.png`.
#[track_caller]
pub(crate) fn assert_picture(name: &str, image: &RgbaImage) {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/spec/pictures")
        .join(format!("{name}.png"));
    if std::env::var_os("UPDATE_PICTURES").is_some_and(|value| value == "1") {
        save(&kept, image);
        return;
    }
    let difference = match image::open(&kept) {
        Ok(reference) => match difference(&reference.to_rgba8(), image) {
            None => return,
            Some(difference) => difference,
        },
        Err(error) => format!("there is no reference to compare with ({error})"),
    };
    let new = super::pictures_dir().join(format!("{name}.new.png"));
    save(&new, image);
    panic!(
        "{name}: {difference}\n  kept: {}\n  new:  {}\n  look at both; if the new one is right, run the test again with UPDATE_PICTURES=1",
        kept.display(),
        new.display()
    );
}

/// What differs, in words, if it is more than can be overlooked.
fn difference(reference: &RgbaImage, image: &RgbaImage) -> Option<String> {
    if reference.dimensions() != image.dimensions() {
        return Some(format!(
            "the size is {:?}, was {:?}",
            image.dimensions(),
            reference.dimensions()
        ));
    }
    let pairs = reference.pixels().zip(image.pixels());
    let differing = pairs
        .filter(|(old, new)| {
            let channels = old.0.iter().zip(new.0);
            channels
                .into_iter()
                .any(|(old, new)| old.abs_diff(new) > CHANNEL)
        })
        .count();
    #[expect(clippy::cast_precision_loss, reason = "a share of some million pixels")]
    let share = differing as f64 / f64::from(image.width() * image.height());
    (share > SHARE).then(|| format!("{:.2} % of the pixels differ", share * 100.0))
}

/// Saves a picture that is only looked at, as `target/pictures/NAME.png`.
pub(crate) fn photograph(name: &str, image: &RgbaImage) {
    save(&super::pictures_dir().join(format!("{name}.png")), image);
}

fn save(path: &Path, image: &RgbaImage) {
    let folder = path.parent().expect("a picture lies in a folder");
    std::fs::create_dir_all(folder).expect("the folder can be made");
    image.save(path).expect("the picture can be written");
}

#[test]
fn a_few_stray_pixels_are_overlooked_and_a_moved_button_is_not() {
    let plain = RgbaImage::from_pixel(100, 100, image::Rgba([20, 20, 20, 255]));
    let mut stray = plain.clone();
    for x in 0..40 {
        stray.put_pixel(x, 7, image::Rgba([255, 255, 255, 255]));
    }
    assert_eq!(difference(&plain, &stray), None);
    let mut moved = plain.clone();
    for y in 0..20 {
        for x in 0..30 {
            moved.put_pixel(x, y, image::Rgba([200, 100, 20, 255]));
        }
    }
    assert!(difference(&plain, &moved).is_some());
    let shade = RgbaImage::from_pixel(100, 100, image::Rgba([24, 22, 19, 255]));
    assert_eq!(difference(&plain, &shade), None);
}
