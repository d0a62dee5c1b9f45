//! Which format a client gets, and what of the original's metadata goes with it.

use image::ImageFormat;
use serde_json::{Value, json};

use super::options::Options;
use super::pictures::{
    SVG, animated_gif, half_transparent, half_transparent_png, holds, with_exif,
};
use super::{Answer, Service, encoded, jpeg, png, send};

const BROWSER: &str = "image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8";

async fn accepting(options: &Options, list: &str, accept: &str) -> Answer {
    send(
        options
            .service
            .http
            .get(options.url(list))
            .header("accept", accept),
    )
    .await
}

fn content_type(answer: &Answer) -> &str {
    assert_eq!(
        answer.status,
        200,
        "{}",
        String::from_utf8_lossy(&answer.body)
    );
    answer.header("content-type")
}

#[tokio::test]
async fn a_client_that_takes_webp_gets_webp_of_every_still_picture() {
    for bytes in [
        jpeg(8, 6),
        png(8, 6),
        encoded(8, 6, ImageFormat::Gif),
        encoded(8, 6, ImageFormat::WebP),
    ] {
        let options = Options::of(bytes).await;
        let answer = accepting(&options, "w=4", BROWSER).await;
        assert_eq!(content_type(&answer), "image/webp");
        assert_eq!(
            image::guess_format(&answer.body).unwrap(),
            ImageFormat::WebP
        );
    }
}

#[tokio::test]
async fn wildcards_and_refusals_do_not_ask_for_webp() {
    let options = Options::of(jpeg(8, 6)).await;
    for accept in [
        "*/*",
        "image/*",
        "image/webp;q=0",
        "image/jpeg",
        "image/webpx",
        "",
        "image/webp ; q = 0.0",
    ] {
        let answer = accepting(&options, "w=4", accept).await;
        assert_eq!(content_type(&answer), "image/jpeg", "{accept}");
    }
    for accept in [
        "image/webp",
        "IMAGE/WEBP;q=0.1",
        "text/html, image/webp;q=0.5",
    ] {
        let answer = accepting(&options, "w=4", accept).await;
        assert_eq!(content_type(&answer), "image/webp", "{accept}");
    }
}

#[tokio::test]
async fn other_clients_get_the_kind_of_the_original_or_one_that_everybody_knows() {
    for (bytes, expected) in [
        (jpeg(8, 6), "image/jpeg"),
        (png(8, 6), "image/png"),
        (half_transparent_png(8, 6), "image/png"),
        (animated_gif(8, 6, 3), "image/gif"),
        (encoded(8, 6, ImageFormat::WebP), "image/jpeg"),
        (half_transparent(8, 6, ImageFormat::WebP), "image/png"),
        (SVG.to_vec(), "image/svg+xml"),
    ] {
        let options = Options::of(bytes).await;
        let answer = accepting(&options, "w=4", "*/*").await;
        assert_eq!(content_type(&answer), expected);
    }
}

#[tokio::test]
async fn named_variants_choose_the_format_by_the_client_too() {
    let service = Service::start().await;
    let id = service.upload_bytes(jpeg(8, 6)).await;
    let url = service.delivery(&format!("{id}/public"));
    for (accept, expected) in [(BROWSER, "image/webp"), ("*/*", "image/jpeg")] {
        let answer = send(service.http.get(&url).header("accept", accept)).await;
        assert_eq!(content_type(&answer), expected);
        assert_eq!(answer.header("vary").to_lowercase(), "accept");
    }
}

#[tokio::test]
async fn a_format_that_is_asked_for_is_delivered_whatever_is_accepted() {
    let options = Options::of(png(8, 6)).await;
    for accept in ["*/*", BROWSER, "image/jpeg"] {
        for (format, expected) in [
            ("jpeg", "image/jpeg"),
            ("baseline-jpeg", "image/jpeg"),
            ("webp", "image/webp"),
            ("png", "image/png"),
        ] {
            let answer = accepting(&options, &format!("f={format}"), accept).await;
            assert_eq!(content_type(&answer), expected, "{format} for {accept}");
        }
    }
}

#[tokio::test]
async fn avif_for_a_client_without_it_is_webp() {
    let options = Options::of(jpeg(8, 6)).await;
    for accept in ["image/webp", "image/avif;q=0,image/webp"] {
        let answer = accepting(&options, "f=avif", accept).await;
        assert_eq!(content_type(&answer), "image/webp");
    }
}

#[tokio::test]
async fn webp_of_quality_100_loses_nothing() {
    let options = Options::of(png(31, 17)).await;
    let lossless = options.picture("f=webp,q=100").await;
    assert_eq!(lossless.to_rgb8(), super::picture(31, 17));
}

#[tokio::test]
async fn quality_makes_files_smaller_or_larger() {
    let bytes = lenticular::samples::photo_jpeg(3, 400, 300, 95);
    let options = Options::of(bytes).await;
    let length = async |list: &str| options.get(list).await.body.len();
    for format in ["jpeg", "webp"] {
        let mut lengths = Vec::new();
        for quality in ["low", "medium-low", "medium-high", "high"] {
            lengths.push(length(&format!("f={format},q={quality}")).await);
        }
        assert!(lengths.is_sorted_by(|a, b| a < b), "{lengths:?}");
        assert!(length(&format!("f={format},q=1")).await < lengths[0]);
        assert_eq!(
            length(&format!("f={format},q=85")).await,
            length(&format!("f={format}")).await
        );
    }
}

/// Whether a JPEG is progressive: its frame header says so.
fn is_progressive(bytes: &[u8]) -> bool {
    bytes.windows(2).any(|pair| pair == [0xFF, 0xC2])
}

#[tokio::test]
async fn a_jpeg_is_progressive_unless_it_is_small_or_was_asked_to_be_baseline() {
    let options = Options::of(jpeg(200, 150)).await;
    assert!(is_progressive(&options.get("f=jpeg").await.body));
    assert!(!is_progressive(&options.get("f=baseline-jpeg").await.body));
    assert!(!is_progressive(&options.get("f=jpeg,w=40").await.body));
}

#[tokio::test]
async fn the_fastest_compression_is_jpeg_or_png_where_alpha_is() {
    for (bytes, expected) in [
        (jpeg(8, 6), "image/jpeg"),
        (half_transparent_png(8, 6), "image/png"),
    ] {
        let options = Options::of(bytes).await;
        let answer = accepting(&options, "compression=fast", BROWSER).await;
        assert_eq!(content_type(&answer), expected);
    }
}

fn gif_frames(bytes: &[u8]) -> usize {
    use image::AnimationDecoder as _;
    let decoder = image::codecs::gif::GifDecoder::new(std::io::Cursor::new(bytes)).unwrap();
    decoder.into_frames().count()
}

#[tokio::test]
async fn an_animation_keeps_moving_in_gif_and_in_webp() {
    let options = Options::of(animated_gif(16, 12, 3)).await;
    let gif = accepting(&options, "w=8", "*/*").await;
    assert_eq!(content_type(&gif), "image/gif");
    assert_eq!((gif.picture_size(), gif_frames(&gif.body)), ((8, 6), 3));
    let webp = accepting(&options, "w=8", BROWSER).await;
    assert_eq!(content_type(&webp), "image/webp");
    let frames = webp
        .body
        .windows(4)
        .filter(|window| window == b"ANMF")
        .count();
    assert_eq!(frames, 3);
}

#[tokio::test]
async fn an_animation_stands_still_when_it_is_asked_to() {
    let options = Options::of(animated_gif(16, 12, 3)).await;
    for accept in ["*/*", BROWSER] {
        let still = accepting(&options, "anim=false", accept).await;
        assert_eq!(still.picture_size(), (16, 12));
        assert!(!holds(&still.body, "ANMF") && !holds(&still.body, "NETSCAPE"));
    }
    let jpeg = accepting(&options, "f=jpeg", "*/*").await;
    assert_eq!(content_type(&jpeg), "image/jpeg");
}

#[tokio::test]
async fn json_tells_about_the_picture_that_the_options_would_give() {
    let bytes = jpeg(1080, 720);
    let options = Options::of(bytes.clone()).await;
    let answer = options.get("w=540,format=json").await;
    assert_eq!(content_type(&answer), "application/json");
    let document: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(
        (&document["width"], &document["height"]),
        (&json!(540), &json!(360))
    );
    let original = &document["original"];
    assert_eq!(original["file_size"], bytes.len());
    assert_eq!(
        (&original["width"], &original["height"]),
        (&json!(1080), &json!(720))
    );
    assert_eq!(original["format"], "image/jpeg");
    let turned = options
        .get("rotate=90,fit=cover,w=10,h=20,format=json")
        .await;
    let document: Value = serde_json::from_slice(&turned.body).unwrap();
    assert_eq!(
        (&document["width"], &document["height"]),
        (&json!(10), &json!(20))
    );
}

#[tokio::test]
async fn an_svg_is_the_same_under_every_variant_and_every_option() {
    let options = Options::of(SVG.to_vec()).await;
    let plain = options.get("w=100").await;
    assert_eq!(content_type(&plain), "image/svg+xml");
    for list in [
        "public",
        "w=1,h=1,fit=cover",
        "rotate=90",
        "blur=50",
        "format=auto",
    ] {
        let answer = options.get(list).await;
        assert_eq!(
            (content_type(&answer), &answer.body),
            ("image/svg+xml", &plain.body),
            "{list}"
        );
    }
    let csp = plain.header("content-security-policy");
    assert!(csp.contains("default-src 'none'"), "{csp}");
}

#[tokio::test]
async fn a_jpeg_keeps_of_exif_what_the_policy_says() {
    let original = with_exif(&jpeg(80, 60), 1);
    assert!(holds(&original, "Ada Lovel"));
    let options = Options::of(original).await;
    let exif = async |list: &str| {
        let answer = options.get(list).await;
        assert_eq!(content_type(&answer), "image/jpeg");
        answer.exif()
    };
    let has = |exif: &exif::Exif, tag| exif.get_field(tag, exif::In::PRIMARY).is_some();
    let kept = exif("f=jpeg,metadata=keep").await.unwrap();
    assert!(has(&kept, exif::Tag::Copyright) && has(&kept, exif::Tag::GPSLatitudeRef));
    for list in ["f=jpeg,metadata=copyright", "f=jpeg"] {
        let kept = exif(list).await.unwrap();
        assert!(has(&kept, exif::Tag::Copyright) && !has(&kept, exif::Tag::GPSLatitudeRef));
    }
    assert!(exif("f=jpeg,metadata=none").await.is_none());
}

#[tokio::test]
async fn a_variant_drops_exif_unless_it_says_otherwise() {
    let service = Service::start().await;
    let id = service.upload_bytes(with_exif(&jpeg(80, 60), 1)).await;
    for (policy, copyright) in [("none", false), ("copyright", true), ("keep", true)] {
        let options = json!({"width": 40, "metadata": policy});
        let name = service.make_variant(policy, options).await;
        let answer = service.deliver(&format!("{id}/{name}")).await;
        assert_eq!(holds(&answer.body, "Ada Lovel"), copyright, "{policy}");
    }
    let public = service.deliver(&format!("{id}/public")).await;
    assert!(!holds(&public.body, "Ada Lovel"));
}

#[tokio::test]
async fn webp_and_png_never_carry_exif() {
    let options = Options::of(with_exif(&jpeg(80, 60), 1)).await;
    for list in ["f=webp,metadata=keep", "f=png,metadata=keep"] {
        let answer = options.get(list).await;
        assert!(!holds(&answer.body, "Ada Lovel"), "{list}");
        assert!(!holds(&answer.body, "EXIF") && !holds(&answer.body, "eXIf"));
    }
}
