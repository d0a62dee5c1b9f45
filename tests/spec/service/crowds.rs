//! Many at once, and some of them greedy: each is served in turn, and nobody is kept out.

use std::time::Instant;

use super::{Service, file_form};

/// A few kilobytes with so many frames that each rendition takes a while.
fn long_gif() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut bytes);
    let frame = image::Frame::new(image::RgbaImage::new(4, 4));
    encoder
        .encode_frames(std::iter::repeat_n(frame, 2_100))
        .unwrap();
    drop(encoder);
    bytes
}

#[tokio::test]
async fn pictures_that_take_long_keep_no_other_waiting() {
    let service = Service::start().await;
    service.enable_flexible().await;
    let long = file_form(long_gif(), "long.gif");
    let long = service.upload(long).await.image_id();
    let slow = |width: u32| {
        let path = format!("{long}/fit=contain,w={width}");
        let service = &service;
        async move {
            assert_eq!(service.deliver(&path).await.status, 200);
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
    let (first, second, quick) = tokio::join!(slow(30), slow(31), quick);
    assert!(quick < first.max(second));
}
