//! What comes out: formats, animations, metadata, options, each as a browser receives it.

mod broken;
mod choice;
mod kept;
mod options;

use lenticular::transform;

use super::pictures::written;
use super::{Answer, Service, file_form, send};

const BROWSER: &str = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8";
const AVIF: &[u8] = include_bytes!("../../vectors/avif/420.avif");
const CLEAR_AVIF: &[u8] = include_bytes!("../../vectors/avif/alpha.avif");
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

/// One color, with its transparency, as PNG.
fn solid_png(width: u32, height: u32, rgba: [u8; 4]) -> Vec<u8> {
    let picture = image::RgbaImage::from_pixel(width, height, image::Rgba(rgba));
    written(picture, image::ImageFormat::Png)
}

/// Whether no channel is further off than that.
fn is_near(found: [u8; 4], expected: &[u8], tolerance: u8) -> bool {
    let mut pairs = found.iter().zip(expected);
    pairs.all(|(a, b)| a.abs_diff(*b) <= tolerance)
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
