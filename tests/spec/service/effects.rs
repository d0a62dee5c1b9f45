//! What options do to pixels, looked at in the picture that is delivered.

use image::DynamicImage;

use super::options::Options;
use super::pictures::{black_and_white, half_transparent_png, jpeg, solid_png, with_exif, written};

fn rgb(picture: &DynamicImage, x: u32, y: u32) -> [u8; 3] {
    picture.to_rgb8().get_pixel(x, y).0
}

#[tokio::test]
async fn every_fit_delivers_the_documented_size() {
    let options = Options::of(jpeg(1080, 720)).await;
    for (list, size) in [
        ("w=500,h=500", (500, 333)),
        ("w=2000,h=2000", (1080, 720)),
        ("fit=cover,w=500,h=500", (500, 500)),
        ("fit=crop,w=1296,h=1296", (1080, 720)),
        ("fit=crop,w=500,h=1000", (500, 720)),
        ("fit=aspect-crop,w=2160,h=1080", (1080, 540)),
        ("fit=pad,w=1080,h=1080", (1080, 1080)),
        ("fit=contain,w=1620,h=2000", (1620, 1080)),
        ("fit=scale-up,w=400,h=400", (1080, 720)),
        ("fit=scale-up,w=1620,h=1620", (1620, 1080)),
        ("fit=squeeze,w=1080,h=540", (1080, 540)),
        ("h=72", (108, 72)),
    ] {
        assert_eq!(options.size(list).await, size, "{list}");
    }
}

#[tokio::test]
async fn a_picture_is_mirrored_before_it_is_turned() {
    let options = Options::of(black_and_white(40, 20)).await;
    let plain = options.picture("f=png").await;
    assert_eq!(
        (rgb(&plain, 1, 10), rgb(&plain, 38, 10)),
        ([0; 3], [255; 3])
    );
    let mirrored = options.picture("flip=h,f=png").await;
    assert_eq!(
        (rgb(&mirrored, 1, 10), rgb(&mirrored, 38, 10)),
        ([255; 3], [0; 3])
    );
    let turned = options.picture("rotate=90,f=png").await;
    assert_eq!((turned.width(), turned.height()), (20, 40));
    assert_eq!(
        (rgb(&turned, 10, 1), rgb(&turned, 10, 38)),
        ([0; 3], [255; 3])
    );
    let both = options.picture("rotate=90,flip=h,f=png").await;
    assert_eq!((rgb(&both, 10, 1), rgb(&both, 10, 38)), ([255; 3], [0; 3]));
}

#[tokio::test]
async fn width_and_height_mean_the_axes_after_turning() {
    let options = Options::of(jpeg(80, 60)).await;
    assert_eq!(options.size("rotate=90,w=30").await, (30, 40));
    assert_eq!(options.size("rotate=180,w=40").await, (40, 30));
    assert_eq!(options.size("rotate=270,h=40").await, (30, 40));
}

#[tokio::test]
async fn a_trim_comes_before_everything_else() {
    let options = Options::of(black_and_white(80, 60)).await;
    assert_eq!(options.size("trim=10;20;10;0").await, (60, 40));
    assert_eq!(options.size("trim=10;20;10;0,w=30").await, (30, 20));
    assert_eq!(options.size("trim=0.1;0.25;0.1;0").await, (60, 48));
    assert_eq!(
        options
            .size("trim.left=8,trim.top=4,trim.width=20,trim.height=10")
            .await,
        (20, 10)
    );
    let right = options.picture("trim=0;0;0;40,f=png").await;
    assert_eq!(rgb(&right, 0, 5), [255; 3]);
}

#[tokio::test]
async fn a_border_of_one_color_is_trimmed_away() {
    let mut picture = image::RgbImage::from_pixel(40, 30, image::Rgb([255; 3]));
    for (x, y) in (10..30).flat_map(|x| (5..20).map(move |y| (x, y))) {
        picture.put_pixel(x, y, image::Rgb([200, 0, 0]));
    }
    let options = Options::of(written(picture, image::ImageFormat::Png)).await;
    assert_eq!(options.size("trim=border").await, (20, 15));
    assert_eq!(
        options.size("trim.border.keep=2,trim=border").await,
        (24, 19)
    );
    assert_eq!(
        options.size("trim=border,trim.border.color=black").await,
        (40, 30)
    );
}

#[tokio::test]
async fn the_space_of_pad_is_white_or_the_background() {
    let options = Options::of(solid_png(40, 20, [0, 0, 200])).await;
    let white = options.picture("fit=pad,w=40,h=40,f=png").await;
    assert_eq!(
        (rgb(&white, 20, 2), rgb(&white, 20, 20)),
        ([255; 3], [0, 0, 200])
    );
    let green = options
        .picture("fit=pad,w=40,h=40,f=png,background=%2300ff00")
        .await;
    assert_eq!(
        (rgb(&green, 20, 2), rgb(&green, 20, 38)),
        ([0, 255, 0], [0, 255, 0])
    );
}

#[tokio::test]
async fn a_background_lies_under_transparent_pixels() {
    let options = Options::of(half_transparent_png(40, 20)).await;
    let bare = options.picture("f=png").await.to_rgba8();
    assert_eq!(
        (bare.get_pixel(2, 5).0[3], bare.get_pixel(38, 5).0),
        (0, [255, 0, 0, 255])
    );
    for background in ["blue", "%2300f", "rgb(0 0 255)", "rgba(0%2C0%2C255%2C1)"] {
        let list = format!("f=png,background={background}");
        let laid = options.picture(&list).await.to_rgba8();
        assert_eq!(laid.get_pixel(2, 5).0, [0, 0, 255, 255], "{background}");
        assert_eq!(laid.get_pixel(38, 5).0, [255, 0, 0, 255]);
    }
    // JPEG has no alpha: it is white then.
    let flat = options.picture("f=jpeg,q=100").await;
    assert!(rgb(&flat, 2, 5).iter().all(|part| *part > 250));
}

#[tokio::test]
async fn a_border_is_added_after_resizing() {
    let options = Options::of(solid_png(40, 20, [0, 0, 200])).await;
    let framed = options
        .picture("w=20,border.color=lime,border.width=3,f=png")
        .await;
    assert_eq!((framed.width(), framed.height()), (26, 16));
    assert_eq!(
        (rgb(&framed, 1, 1), rgb(&framed, 13, 8)),
        ([0, 255, 0], [0, 0, 200])
    );
    assert_eq!(
        options
            .size("w=20,border.top=5,dpr=2,border.color=red")
            .await,
        (40, 30)
    );
}

#[tokio::test]
async fn colors_follow_their_factors_and_zero_is_ignored_but_for_saturation() {
    let options = Options::of(solid_png(8, 8, [100, 150, 50])).await;
    let color = async |list: &str| rgb(&options.picture(&format!("f=png,{list}")).await, 4, 4);
    let near = |a: [u8; 3], b: [u8; 3]| a.iter().zip(b).all(|(a, b)| a.abs_diff(b) <= 2);
    assert_eq!(color("blur=0").await, [100, 150, 50]);
    assert!(near(color("brightness=0.5").await, [50, 75, 25]));
    assert!(near(color("brightness=2").await, [200, 255, 100]));
    assert!(near(color("contrast=2").await, [73, 173, 0]));
    let darker = color("gamma=0.5").await;
    assert!(near(darker, [39, 88, 10]), "{darker:?}");
    for list in [
        "brightness=0",
        "contrast=0",
        "gamma=0",
        "brightness=1",
        "saturation=1",
    ] {
        assert_eq!(color(list).await, [100, 150, 50], "{list}");
    }
    let [red, green, blue] = color("saturation=0").await;
    assert!(red == green && green == blue);
}

#[tokio::test]
async fn blur_softens_an_edge_and_also_touches_the_padding() {
    let options = Options::of(black_and_white(40, 40)).await;
    let sharp = options.picture("f=png").await;
    assert_eq!(
        (rgb(&sharp, 19, 20), rgb(&sharp, 20, 20)),
        ([0; 3], [255; 3])
    );
    let soft = options.picture("f=png,blur=10").await;
    let at = rgb(&soft, 19, 20)[0];
    assert!((60..200).contains(&at), "{at}");
    let padded = options
        .picture("f=png,blur=10,fit=pad,w=40,h=80,background=red")
        .await;
    assert_ne!(rgb(&padded, 5, 19), [255, 0, 0]);
}

#[tokio::test]
async fn the_orientation_of_a_photo_is_applied_and_then_gone() {
    for (orientation, size) in [(1, (80, 60)), (3, (80, 60)), (6, (60, 80)), (8, (60, 80))] {
        let options = Options::of(with_exif(&jpeg(80, 60), orientation)).await;
        let upright = options.get("f=jpeg,metadata=keep").await;
        assert_eq!(upright.picture_size(), size, "{orientation}");
        let exif = upright.exif().unwrap();
        let field = exif.get_field(exif::Tag::Orientation, exif::In::PRIMARY);
        let left = field.and_then(|field| field.value.get_uint(0));
        assert!(left.is_none_or(|value| value == 1), "{left:?}");
        assert_eq!(options.size("w=30").await.0, 30);
    }
}
