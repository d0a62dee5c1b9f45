//! What comes out: formats, animations, metadata, options, each as a browser receives it.

use std::io::Cursor;

use lenticular::model::PixelSize;
use lenticular::transform::{self, Format};
use serde_json::{Value, json};

use super::{Answer, Service, file_form, jpeg, png, send};

const BROWSER: &str = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8";
const AVIF: &[u8] = include_bytes!("../vectors/avif/420.avif");
const CLEAR_AVIF: &[u8] = include_bytes!("../vectors/avif/alpha.avif");
const SVG: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" width="8" height="6" onload="a()"><script>b()</script><rect width="8" height="6" fill="red"/></svg>"#;

/// A library of our own: the pictures here have ids that an account may use.
async fn flexible() -> Option<Service> {
    let service = Service::owned().await?;
    service.enable_flexible().await;
    Some(service)
}

async fn store(service: &Service, id: &str, bytes: Vec<u8>) {
    let form = file_form(bytes, "file").text("id", id.to_owned());
    service.upload(form).await.result();
}

async fn accepting(service: &Service, path: &str, accept: Option<&str>) -> Answer {
    let mut request = service.http.get(service.delivery(path));
    if let Some(accept) = accept {
        request = request.header("accept", accept);
    }
    send(request).await
}

/// The head of an answer to a request without an `Accept` header, which no client library leaves
/// out.
async fn without_accept(service: &Service, path: &str) -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let url = url::Url::parse(&service.delivery(path)).unwrap();
    let host = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
    let mut stream = tokio::net::TcpStream::connect(&host).await.unwrap();
    let request = format!(
        "GET {} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n",
        url.path()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let end = answer
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap();
    String::from_utf8(answer[..end].to_vec()).unwrap()
}

/// The picture as one frame of RGBA.
#[track_caller]
fn seen(answer: &Answer) -> transform::Pixels {
    assert_eq!(answer.status, 200, "{}", answer.text());
    let facts = transform::probe(&answer.body).unwrap();
    assert_eq!(answer.header("content-type"), facts.format.content_type());
    transform::thumbnail(&answer.body, 12_000).unwrap()
}

fn at(pixels: &transform::Pixels, x: u32, y: u32) -> [u8; 4] {
    let start = ((y * pixels.size.width + x) * 4) as usize;
    pixels.rgba[start..start + 4].try_into().unwrap()
}

fn solid_png(width: u32, height: u32, rgba: [u8; 4]) -> Vec<u8> {
    encoded(
        &image::RgbaImage::from_pixel(width, height, image::Rgba(rgba)).into(),
        image::ImageFormat::Png,
    )
}

fn encoded(picture: &image::DynamicImage, format: image::ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// Frames of one color each, with their times in hundredths of a second.
fn gif(width: u16, height: u16, frames: &[(u8, u16)]) -> Vec<u8> {
    let colors = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255];
    let mut bytes = Vec::new();
    let mut encoder = gif::Encoder::new(&mut bytes, width, height, &colors).unwrap();
    encoder.set_repeat(gif::Repeat::Infinite).unwrap();
    let area = usize::from(width) * usize::from(height);
    for (color, delay) in frames {
        encoder
            .write_frame(&gif::Frame {
                width,
                height,
                delay: *delay,
                buffer: vec![*color; area].into(),
                ..gif::Frame::default()
            })
            .unwrap();
    }
    drop(encoder);
    bytes
}

fn webp(has_alpha: bool) -> Vec<u8> {
    let alpha = if has_alpha { 100 } else { 255 };
    let picture = image::RgbaImage::from_pixel(60, 40, image::Rgba([9, 99, 199, alpha]));
    webp::Encoder::from_rgba(&picture, 60, 40)
        .encode(90.0)
        .to_vec()
}

#[tokio::test]
async fn each_client_gets_the_format_of_the_table() {
    let vectors: Value = serde_json::from_str(include_str!("../vectors/vectors.json")).unwrap();
    let Some(service) = flexible().await else {
        return;
    };
    for vector in vectors["content_negotiation"].as_array().unwrap() {
        let has_alpha = vector["alpha"].as_bool().unwrap_or(false);
        let bytes = match vector["source"].as_str().unwrap() {
            "jpeg" => jpeg(60, 40),
            "png" if has_alpha => solid_png(60, 40, [1, 2, 3, 99]),
            "png" => png(60, 40),
            "gif" => gif(60, 40, &[(0, 10), (1, 10)]),
            "webp" => webp(has_alpha),
            "svg" => SVG.as_bytes().to_vec(),
            other => panic!("unknown source {other}"),
        };
        let id = vector["id"].as_str().unwrap();
        store(&service, id, bytes).await;
        let format = vector["format"].as_str().unwrap();
        let path = format!("{id}/format={format}");
        let answer = accepting(&service, &path, vector["accept"].as_str()).await;
        assert_eq!(answer.status, 200, "{vector}");
        assert_eq!(
            answer.header("content-type"),
            vector["content_type"].as_str().unwrap(),
            "{vector}"
        );
        if answer.header("content-type").starts_with("image/") {
            let found = transform::probe(&answer.body).unwrap().format;
            assert_eq!(found.content_type(), answer.header("content-type"));
        }
    }
}

#[tokio::test]
async fn avif_is_taken_and_becomes_what_a_client_shows() {
    let Some(service) = flexible().await else {
        return;
    };
    store(&service, "photo", AVIF.to_vec()).await;
    store(&service, "clear", CLEAR_AVIF.to_vec()).await;
    for (id, accept, format) in [
        ("photo", Some(BROWSER), "image/avif"),
        ("photo", Some("image/webp"), "image/webp"),
        ("photo", Some("*/*"), "image/jpeg"),
        ("photo", None, "image/jpeg"),
        ("clear", None, "image/png"),
    ] {
        let answer = accepting(&service, &format!("{id}/public"), accept).await;
        assert_eq!(answer.header("content-type"), format, "{id} {accept:?}");
        assert_eq!(seen(&answer).size, PixelSize::new(64, 48));
    }
    let blob = service.get("v1/photo/blob").await;
    assert_eq!(blob.header("content-type"), "image/avif");
    assert_eq!(blob.body, AVIF);
    let json = service.deliver("photo/w=32,format=json").await.json();
    assert_eq!(json["original"]["format"], "image/avif");
    assert_eq!((&json["width"], &json["height"]), (&json!(32), &json!(24)));
}

#[tokio::test]
async fn avif_is_sent_to_whom_accepts_it_up_to_1200_pixels() {
    let Some(service) = flexible().await else {
        return;
    };
    store(&service, "wide", jpeg(1400, 40)).await;
    let large = accepting(&service, "wide/w=1300", Some(BROWSER)).await;
    assert_eq!(large.header("content-type"), "image/webp");
    assert!(large.header("warning").contains("image too large for AVIF"));
    let small = accepting(&service, "wide/w=1200", Some(BROWSER)).await;
    assert_eq!(small.header("content-type"), "image/avif");
    assert_eq!(small.header("warning"), "");
    assert_eq!(seen(&small).size, PixelSize::new(1200, 34));
    // Asked for by name: for clients that accept it, and for those that say nothing.
    for (accept, format) in [
        ("image/avif", "image/avif"),
        ("*/*", "image/webp"),
        ("", "image/webp"),
    ] {
        let answer = accepting(&service, "wide/w=100,f=avif", Some(accept)).await;
        assert_eq!(answer.header("content-type"), format, "{accept:?}");
    }
    let answer = without_accept(&service, "wide/w=100,f=avif").await;
    assert!(answer.contains("content-type: image/avif"), "{answer}");
}

#[tokio::test]
async fn what_no_decoder_reads_is_refused_at_the_upload() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let mut heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec();
    heic.resize(200, 0);
    let tiff = b"II*\0\x08\0\0\0\0\0\0\0".to_vec();
    for bytes in [heic, tiff] {
        let answer = service.upload(file_form(bytes, "a.heic")).await;
        let message = answer.refused(415, 5455);
        assert!(message.contains("image/jpeg"), "{message}");
    }
    let mut large = AVIF.to_vec();
    let ispe = large.windows(4).position(|four| four == b"ispe").unwrap();
    large[ispe + 8..ispe + 12].copy_from_slice(&1201_u32.to_be_bytes());
    let message = service
        .upload(file_form(large, "a.avif"))
        .await
        .refused(400, 5400);
    assert!(message.contains("1,200"), "{message}");
    let cut = AVIF[..AVIF.len() - 20].to_vec();
    service
        .upload(file_form(cut, "a.avif"))
        .await
        .refused(422, 9422);
}

#[tokio::test]
async fn an_svg_is_one_harmless_file_for_everybody() {
    let Some(service) = flexible().await else {
        return;
    };
    store(&service, "logo", SVG.as_bytes().to_vec()).await;
    let first = service.deliver("logo/public").await;
    assert_eq!(first.header("content-type"), "image/svg+xml");
    let policy = first.header("content-security-policy");
    for part in [
        "default-src 'none'",
        "navigate-to 'none'",
        "form-action 'none'",
        "img-src data:",
        "style-src 'unsafe-inline'",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(first.text().contains("fill=\"red\""), "{}", first.text());
    for part in ["script", "onload", "a()", "b()"] {
        assert!(!first.text().contains(part), "{}", first.text());
    }
    for options in [
        "w=2,h=2,fit=cover",
        "blur=5,rotate=90",
        "f=webp",
        "f=avif",
        "q=1",
    ] {
        let path = format!("logo/{options}");
        let other = accepting(&service, &path, Some(BROWSER)).await;
        assert_eq!(other.body, first.body, "{options}");
        assert_eq!(other.header("etag"), first.header("etag"), "{options}");
        assert!(other.header("cf-images").starts_with("internal=ok/h"));
    }
    let blob = service.get("v1/logo/blob").await;
    assert_eq!(blob.text(), SVG, "the stored file is untouched");
    let json = service.deliver("logo/format=json").await.json();
    assert_eq!(json, json!({"format": "image/svg+xml"}));
    for format in ["jpeg", "baseline-jpeg", "png"] {
        let answer = service.deliver(&format!("logo/f={format}")).await;
        let message = answer.refused_in_text(415, 9412);
        assert!(
            message.contains("Could not resize the image: "),
            "{message}"
        );
    }
}

#[tokio::test]
async fn a_broken_svg_is_called_broken() {
    let Some(service) = Service::owned().await else {
        return;
    };
    for (id, text) in [
        (
            "cut",
            r#"<svg xmlns="http://www.w3.org/2000/svg"><g>"#.to_owned(),
        ),
        (
            "bomb",
            format!(
                "<!DOCTYPE svg [<!ENTITY a '{}'>]><svg xmlns='http://www.w3.org/2000/svg'><desc>{}</desc></svg>",
                "ha".repeat(4_000),
                "&a;".repeat(400_000)
            ),
        ),
    ] {
        store(&service, id, text.into_bytes()).await;
        let started = std::time::Instant::now();
        let answer = service.deliver(&format!("{id}/public")).await;
        let message = answer.refused_in_text(422, 9516);
        assert!(
            message.contains("Error while decoding SVG image"),
            "{message}"
        );
        assert!(started.elapsed().as_secs() < 5);
    }
}

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
async fn a_large_animation_is_left_alone_and_a_huge_one_is_refused() {
    let Some(service) = flexible().await else {
        return;
    };
    let large = gif(1000, 1000, &[(0, 10); 51]);
    store(&service, "large", large.clone()).await;
    let answer = service.deliver("large/w=10").await;
    assert_eq!(answer.header("content-type"), "image/gif");
    assert!(answer.body == large, "delivered as it is stored");
    assert!(
        answer
            .header("warning")
            .contains("too large to be transformed")
    );
    let huge = gif(1000, 1000, &[(0, 10); 101]);
    let refused = service.upload(file_form(huge, "a.gif")).await;
    let message = refused.refused(400, 5443);
    assert!(message.contains("animation is too large"), "{message}");
}

/// A JPEG that is 80 × 60, has to be turned clockwise, and carries a copyright and a place.
fn photograph() -> Vec<u8> {
    use img_parts::ImageEXIF as _;
    let mut block = b"MM\0*\0\0\0\x08\0\x03".to_vec();
    block.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0]);
    block.extend([0x82, 0x98, 0, 2, 0, 0, 0, 10, 0, 0, 0, 50]);
    block.extend([0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 60]);
    block.extend([0; 4]);
    block.extend(b"Ada Lovel\0");
    block.extend([0, 1, 0, 1, 0, 2, 0, 0, 0, 2, b'N', 0, 0, 0, 0, 0, 0, 0]);
    let mut file = img_parts::jpeg::Jpeg::from_bytes(jpeg(80, 60).into()).unwrap();
    file.set_exif(Some(block.into()));
    file.encoder().bytes().to_vec()
}

fn exif_of(answer: &Answer) -> Option<exif::Exif> {
    exif::Reader::new()
        .read_from_container(&mut Cursor::new(&answer.body))
        .ok()
}

#[tokio::test]
async fn as_much_exif_is_sent_as_the_variant_or_the_url_says() {
    let Some(service) = flexible().await else {
        return;
    };
    store(&service, "photo", photograph()).await;
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
        let Some(exif) = exif_of(&answer) else {
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
    let deep = encoded(
        &image::ImageBuffer::<image::Rgb<u16>, _>::from_pixel(16, 16, image::Rgb([51_400, 0, 0]))
            .into(),
        image::ImageFormat::Png,
    );
    let gray = encoded(
        &image::GrayImage::from_pixel(16, 16, image::Luma([90])).into(),
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
            let is_near = found.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 12);
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
        let is_near = found[3] == expected[3]
            && (found[3] == 0 || found.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 12));
        assert!(is_near, "{options}: {found:?}");
    }
}

#[tokio::test]
async fn every_option_out_of_its_range_is_named_and_refused() {
    let Some(service) = flexible().await else {
        return;
    };
    store(&service, "a", png(40, 30)).await;
    for options in [
        "w=0",
        "w=-1",
        "w=1.5",
        "h=0",
        "fit=fill",
        "g=middle",
        "g=0.5",
        "g=1.1x0",
        "g=-0.1x0",
        "dpr=0",
        "dpr=-1",
        "dpr=x",
        "q=0",
        "q=101",
        "q=best",
        "scq=0",
        "f=mp4",
        "f=gif",
        "anim=1",
        "metadata=all",
        "background=nocolor",
        "blur=-1",
        "blur=251",
        "blur=x",
        "sharpen=-1",
        "sharpen=11",
        "brightness=-1",
        "brightness=255",
        "contrast=-1",
        "contrast=255",
        "gamma=-1",
        "saturation=-1",
        "rotate=45",
        "rotate=360",
        "flip=x",
        "trim=1;2",
        "trim=a;b;c;d",
        "trim.left=1.5",
        "trim=border,trim.border.tolerance=256",
        "trim=border,trim.border.color=x",
        "border.color=x,border.width=1",
        "border.width=-1",
        "zoom=2",
        "face-zoom=-1",
        "segment=background",
        "upscale=double",
        "compression=slow",
        "onerror=ignore",
        "w",
        ",",
        "unknown=1",
    ] {
        let answer = service.deliver(&format!("a/{options},x=")).await;
        let message = answer.refused_in_text(400, 9401);
        assert!(
            message.starts_with("ERROR 9401: Missing or invalid resizing parameters: "),
            "{options}: {message}"
        );
        assert_eq!(answer.header("cf-resized"), "err=9401", "{options}");
    }
}

#[tokio::test]
async fn every_option_within_its_range_is_carried_out() {
    let Some(service) = flexible().await else {
        return;
    };
    store(&service, "a", png(40, 30)).await;
    for (options, size) in [
        ("w=20", (20, 15)),
        ("width=20,w=10", (20, 15)),
        ("w=20,w=10", (10, 8)),
        ("h=15", (20, 15)),
        ("w=10,dpr=2", (20, 15)),
        ("dpr=2", (40, 30)),
        ("fit=squeeze,w=7,h=9", (7, 9)),
        ("rotate=90", (30, 40)),
        ("rotate=180", (40, 30)),
        ("rotate=0", (40, 30)),
        ("flip=hv", (40, 30)),
        ("trim=1;2;3;4", (34, 26)),
        ("trim=0.1;0.1;0.1;0.1", (32, 24)),
        ("trim.left=10,trim.width=20", (20, 30)),
        ("trim.top=5,trim.height=10", (40, 10)),
        ("border.width=5,border.color=red", (50, 40)),
        ("border.top=1,border.left=2", (42, 31)),
        ("w=20,border.width=5,dpr=2", (60, 50)),
        ("blur=250", (40, 30)),
        ("blur=0.5", (40, 30)),
        ("sharpen=10", (40, 30)),
        ("brightness=254,contrast=0,gamma=2,saturation=0", (40, 30)),
        (
            "segment=foreground,upscale=generate,onerror=redirect",
            (40, 30),
        ),
        ("zoom=0.5,g=face,fit=cover,w=10,h=10", (10, 10)),
        ("q=high", (40, 30)),
        ("compression=fast,anim=true", (40, 30)),
        (
            "background=rgb%28240%2C40%2C145%29,fit=pad,w=50,h=50",
            (50, 50),
        ),
    ] {
        let answer = service.deliver(&format!("a/{options}")).await;
        assert_eq!(answer.picture_size(), size, "{options}");
    }
}

#[tokio::test]
async fn what_is_not_done_as_asked_is_remarked() {
    let Some(service) = flexible().await else {
        return;
    };
    store(&service, "a", png(40, 30)).await;
    for (options, remark) in [
        ("w=10,dpr=4", "dpr > 3 should never be used"),
        (
            "fit=cover,w=10",
            "cover fit mode needs both width and height",
        ),
        ("w=ten,h=10", "ignored: width"),
        ("w=10,color=red", "unknown option: color"),
        ("segment=foreground", "segment is ignored"),
        ("fit=cover,w=9,h=9,g=face", "the gravity is the center"),
    ] {
        let answer = service.deliver(&format!("a/{options}")).await;
        let warning = answer.header("warning");
        assert!(
            warning.starts_with("cf-images 299 \""),
            "{options}: {warning}"
        );
        assert!(warning.contains(remark), "{options}: {warning}");
    }
    assert_eq!(
        service.deliver("a/w=10,dpr=4").await.picture_size(),
        (30, 23)
    );
}

#[tokio::test]
async fn effects_follow_their_formulas_to_the_last_byte_but_one() {
    let Some(service) = flexible().await else {
        return;
    };
    store(&service, "a", solid_png(24, 24, [64, 128, 192, 255])).await;
    for (options, expected) in [
        ("brightness=2", [128, 255, 255]),
        ("brightness=0.5", [32, 64, 96]),
        ("contrast=2", [1, 128, 255]),
        ("contrast=0.5", [96, 128, 160]),
        ("gamma=2", [128, 181, 221]),
        ("gamma=0.5", [16, 64, 145]),
        ("saturation=0", [119, 119, 119]),
        ("saturation=2", [9, 137, 255]),
        ("brightness=0,contrast=0,gamma=0", [64, 128, 192]),
        ("blur=20", [64, 128, 192]),
        ("sharpen=10", [64, 128, 192]),
    ] {
        let answer = service.deliver(&format!("a/{options},f=png")).await;
        let found = at(&seen(&answer), 12, 12);
        let is_near = found.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 1);
        assert!(is_near, "{options}: {found:?} is {expected:?}");
    }
}

#[tokio::test]
async fn limits_are_told_before_any_pixel_is_made() {
    let Some(service) = flexible().await else {
        return;
    };
    store(&service, "a", png(40, 30)).await;
    for options in [
        "fit=contain,w=12001",
        "fit=squeeze,w=12000,h=12000",
        "fit=pad,w=4294967295,h=4294967295",
        "fit=cover,w=99999999999,h=9",
        "border.width=12000",
        "trim.left=40",
        "trim=0;40;0;0",
        "trim=15;0;15;0",
    ] {
        let started = std::time::Instant::now();
        let answer = service.deliver(&format!("a/{options}")).await;
        let message = answer.refused_in_text(403, 9413);
        assert!(
            message.contains("Could not resize the image: "),
            "{options}: {message}"
        );
        assert!(started.elapsed().as_secs() < 2, "{options}");
    }
}

#[tokio::test]
async fn a_file_that_only_decoding_finds_broken_hurts_nobody_else() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let mut broken = png(64, 64);
    let data = broken.windows(4).position(|four| four == b"IDAT").unwrap();
    for byte in &mut broken[data + 6..data + 40] {
        *byte ^= 0x5A;
    }
    store(&service, "broken", broken).await;
    store(&service, "sound", png(64, 64)).await;
    let mut avif = AVIF.to_vec();
    let data = avif.windows(4).position(|four| four == b"mdat").unwrap();
    for byte in &mut avif[data + 8..data + 60] {
        *byte = 0xFF;
    }
    store(&service, "brokenavif", avif).await;
    for id in ["broken", "brokenavif"] {
        let answer = service.deliver(&format!("{id}/public")).await;
        let message = answer.refused_in_text(422, 9516);
        assert!(message.contains("rror"), "{message}");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    assert_eq!(
        service.deliver("sound/public").await.picture_size(),
        (64, 64)
    );
}

#[tokio::test]
async fn the_width_follows_the_screen_and_the_quality_the_connection() {
    let Some(service) = flexible().await else {
        return;
    };
    store(&service, "a", jpeg(1400, 40)).await;
    for (headers, width) in [
        (vec![], 1200),
        (vec![("sec-ch-viewport-width", "300")], 320),
        (
            vec![("sec-ch-viewport-width", "400"), ("sec-ch-dpr", "2")],
            960,
        ),
        (vec![("sec-ch-viewport-width", "9000")], 1200),
        (
            vec![("user-agent", "Mozilla/5.0 (Linux; Android 14) Mobile")],
            768,
        ),
    ] {
        let mut request = service.http.get(service.delivery("a/width=auto"));
        for (name, value) in &headers {
            request = request.header(*name, *value);
        }
        assert_eq!(send(request).await.picture_size().0, width, "{headers:?}");
    }
    let auto = service.deliver("a/width=auto").await;
    assert!(
        auto.header("vary")
            .starts_with("accept, sec-ch-viewport-width")
    );
    let plain = service.deliver("a/w=900,q=90,scq=5").await;
    assert!(plain.header("vary").contains("save-data"));
    let plain = plain.body.len();
    for (name, value) in [
        ("rtt", "200"),
        ("save-data", "on"),
        ("ect", "3g"),
        ("downlink", "1.5"),
    ] {
        let url = service.delivery("a/w=900,q=90,scq=5");
        let slow = send(service.http.get(url).header(name, value)).await;
        assert!(slow.body.len() < plain, "{name}");
    }
    let url = service.delivery("a/w=900,q=90,scq=5");
    let quick = service
        .http
        .get(url)
        .header("rtt", "50")
        .header("ect", "4g");
    assert_eq!(send(quick).await.body.len(), plain);
}

/// Whether the frame header is that of a progressive JPEG.
fn is_progressive(answer: &Answer) -> bool {
    assert_eq!(answer.header("content-type"), "image/jpeg");
    answer.body.windows(2).any(|pair| pair == [0xFF, 0xC2])
}

#[tokio::test]
async fn a_jpeg_is_progressive_where_that_pays() {
    let Some(service) = flexible().await else {
        return;
    };
    store(&service, "a", jpeg(200, 200)).await;
    for (options, expected) in [
        ("f=jpeg,w=100", true),
        ("f=jpeg,w=50", true),
        ("f=jpeg,w=49", false),
        ("f=baseline-jpeg,w=100", false),
        ("fit=squeeze,f=jpeg,w=3001,h=3001", false),
        ("fit=squeeze,f=jpeg,w=3001,h=60", true),
    ] {
        let answer = service.deliver(&format!("a/{options}")).await;
        assert_eq!(is_progressive(&answer), expected, "{options}");
    }
}

#[tokio::test]
async fn the_fastest_encoder_is_that_of_jpeg() {
    let Some(service) = flexible().await else {
        return;
    };
    store(&service, "opaque", png(60, 40)).await;
    store(&service, "clear", solid_png(60, 40, [1, 2, 3, 99])).await;
    for (id, format) in [("opaque", "image/jpeg"), ("clear", "image/png")] {
        let path = format!("{id}/compression=fast");
        let answer = accepting(&service, &path, Some(BROWSER)).await;
        assert_eq!(answer.header("content-type"), format, "{id}");
    }
}

#[tokio::test]
async fn a_png_of_a_quality_may_have_a_palette() {
    let Some(service) = flexible().await else {
        return;
    };
    store(&service, "few", solid_png(60, 40, [1, 200, 3, 99])).await;
    store(&service, "many", png(200, 200)).await;
    let few = service.deliver("few/f=png,q=80").await;
    assert_eq!(few.body[25], 3, "the color type of a palette");
    assert_eq!(at(&seen(&few), 9, 9), [1, 200, 3, 99]);
    let whole = service.deliver("many/f=png,w=190").await;
    let many = service.deliver("many/f=png,w=190,q=50").await;
    assert!(many.body.len() <= whole.body.len());
    let (found, expected) = (at(&seen(&many), 95, 95), at(&seen(&whole), 95, 95));
    let is_near = found.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 24);
    assert!(is_near, "{found:?} is {expected:?}");
}
