//! Many at once, and some of them greedy: each is served in turn, and nobody is kept out.

use std::time::Instant;

use super::{Service, file_form};

/// A black picture of any size in a few kilobytes.
fn flat_png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    let rows = vec![0; width.div_ceil(8) as usize * height as usize];
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&rows).unwrap();
    drop(writer);
    bytes
}

#[tokio::test]
async fn pictures_that_take_long_keep_no_other_waiting() {
    let service = Service::start().await;
    service.enable_flexible().await;
    let large = file_form(flat_png(8_000, 6_000), "large.png");
    let large = service.upload(large).await.image_id();
    let slow = |width: u32| {
        let path = format!("{large}/w={width}");
        let service = &service;
        async move {
            assert_eq!(service.deliver(&path).await.picture_size().0, width);
            Instant::now()
        }
    };
    let quick = async {
        let small = service.upload_png().await;
        service
            .deliver(&format!("{small}/public"))
            .await
            .picture_size();
        Instant::now()
    };
    let (first, second, third, quick) = tokio::join!(slow(100), slow(101), slow(102), quick);
    assert!(quick < first.max(second).max(third));
}
