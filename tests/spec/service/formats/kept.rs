//! What of a file is kept: the frames of an animation, EXIF, colors.

use std::io::Cursor;

use lenticular::model::PixelSize;
use lenticular::transform::{self, Format};
use serde_json::json;

use super::{BROWSER, accepting, at, flexible, gif, is_near, seen, solid_png, store};
use crate::service::pictures::written;
use crate::service::{jpeg, with_exif};

#[tokio::test]
async fn an_animation_keeps_its_frames_and_times() {
    let Some(service) = flexible().await else {
        return;
    };
    store(
        &service,
        "moving",
        gif(60, 40, &[(0, 7), (1, 30), (2, 100)]),
    )
    .await;
    for (path, accept, format, size) in [
        ("moving/public", Some(BROWSER), Format::WebP, (60, 40)),
        ("moving/w=30", Some("image/webp"), Format::WebP, (30, 20)),
        ("moving/fit=cover,w=20,h=20", None, Format::Gif, (20, 20)),
        ("moving/fit=pad,w=50,h=50", None, Format::Gif, (50, 50)),
    ] {
        let answer = accepting(&service, path, accept).await;
        let facts = transform::probe(&answer.body).unwrap();
        assert_eq!((facts.format, facts.frames), (format, 3), "{path}");
        assert_eq!(facts.size, PixelSize::new(size.0, size.1), "{path}");
        assert_eq!(delays(&answer.body, format), [70, 300, 1000], "{path}");
    }
    let still = service.deliver("moving/w=30,anim=false").await;
    assert_eq!(transform::probe(&still.body).unwrap().frames, 1);
    assert_eq!(at(&seen(&still), 9, 9), [255, 0, 0, 255]);
}

/// Milliseconds of each frame, as another reader than ours sees them.
fn delays(bytes: &[u8], format: Format) -> Vec<u32> {
    use image::AnimationDecoder as _;
    use image::codecs::{gif::GifDecoder, webp::WebPDecoder};
    let frames = match format {
        Format::Gif => GifDecoder::new(Cursor::new(bytes)).unwrap().into_frames(),
        _ => WebPDecoder::new(Cursor::new(bytes)).unwrap().into_frames(),
    };
    frames
        .map(|frame| frame.unwrap().delay().numer_denom_ms().0)
        .collect()
}

#[tokio::test]
async fn as_much_exif_is_sent_as_the_variant_or_the_url_says() {
    let Some(service) = flexible().await else {
        return;
    };
    // It lies on its side, and carries a copyright and a place.
    store(&service, "photo", with_exif(&jpeg(80, 60), 6)).await;
    for policy in ["none", "copyright", "keep"] {
        let options = json!({"id": policy, "options": {"width": 60, "metadata": policy}});
        service.post_json("v1/variants", options).await.result();
    }
    for (path, fields, has_place) in [
        ("photo/public", 0, false),
        ("photo/none", 0, false),
        ("photo/copyright", 1, false),
        ("photo/keep", 3, true),
        ("photo/w=60", 1, false),
        ("photo/metadata=none", 0, false),
        ("photo/metadata=keep,w=30", 3, true),
        ("photo/metadata=keep,f=webp", 0, false),
        ("photo/metadata=keep,f=png", 0, false),
        ("photo/metadata=keep,f=avif", 0, false),
    ] {
        let answer = service.deliver(path).await;
        let size = seen(&answer).size;
        assert!(size.width < size.height, "{path} stands upright: {size}");
        let Some(exif) = answer.exif() else {
            assert_eq!(fields, 0, "{path}");
            continue;
        };
        let field = |tag| exif.get_field(tag, exif::In::PRIMARY);
        assert_eq!(
            field(exif::Tag::GPSLatitudeRef).is_some(),
            has_place,
            "{path}"
        );
        let copyright = field(exif::Tag::Copyright).map(|it| it.display_value().to_string());
        assert_eq!(copyright.as_deref(), Some("\"Ada Lovel\""), "{path}");
        if let Some(orientation) = field(exif::Tag::Orientation) {
            assert_eq!(orientation.value.get_uint(0), Some(1), "{path}");
        }
        assert!(exif.fields().count() >= fields && fields > 0, "{path}");
        if fields == 1 {
            assert_eq!(exif.fields().count(), 1, "{path}");
        }
    }
}

#[tokio::test]
async fn colors_stay_what_they_were_in_every_kind_of_file() {
    use img_parts::ImageICC as _;
    let wide = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let plain = solid_png(16, 16, [200, 100, 50, 255]);
    let mut with_profile = img_parts::png::Png::from_bytes(plain.into()).unwrap();
    with_profile.set_icc_profile(Some(wide.into()));
    let palette = {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, 16, 16);
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_palette(vec![1, 2, 3, 10, 200, 30]);
        encoder.set_trns(vec![0, 255]);
        let mut writer = encoder.write_header().unwrap();
        let half = [vec![0; 8], vec![1; 8]].concat().repeat(16);
        writer.write_image_data(&half).unwrap();
        drop(writer);
        bytes
    };
    let deep = written(
        image::ImageBuffer::<image::Rgb<u16>, _>::from_pixel(16, 16, image::Rgb([51_400, 0, 0])),
        image::ImageFormat::Png,
    );
    let gray = written(
        image::GrayImage::from_pixel(16, 16, image::Luma([90])),
        image::ImageFormat::Jpeg,
    );
    let Some(service) = flexible().await else {
        return;
    };
    for (id, bytes, expected) in [
        ("deep", deep, [200, 0, 0, 255]),
        ("gray", gray, [90, 90, 90, 255]),
        ("palette", palette.clone(), [10, 200, 30, 255]),
        // Numbers of Display P3, in sRGB.
        (
            "wide",
            with_profile.encoder().bytes().to_vec(),
            [215, 97, 31, 255],
        ),
    ] {
        store(&service, id, bytes).await;
        for format in ["png", "webp", "jpeg", "avif"] {
            let answer = service.deliver(&format!("{id}/f={format},q=95")).await;
            let found = at(&seen(&answer), 12, 8);
            let is_near = is_near(found, &expected, 12);
            assert!(is_near, "{id} as {format}: {found:?} is {expected:?}");
        }
    }
    // What was transparent lies on white in JPEG, or on the background.
    for (options, expected) in [
        ("f=jpeg", [255, 255, 255, 255]),
        ("f=jpeg,background=blue", [0, 0, 255, 255]),
        ("f=webp,background=blue", [0, 0, 255, 255]),
        ("f=png", [0, 0, 0, 0]),
    ] {
        let found = at(
            &seen(&service.deliver(&format!("palette/{options}")).await),
            3,
            8,
        );
        let is_near = found[3] == expected[3] && (found[3] == 0 || is_near(found, &expected, 12));
        assert!(is_near, "{options}: {found:?}");
    }
}
