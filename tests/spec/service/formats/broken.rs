//! Files that are broken, too large or mean harm: refused, left alone or made harmless.

use serde_json::json;

use super::{AVIF, BROWSER, SVG, accepting, flexible, gif, store};
use crate::service::{Service, file_form, png};

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
