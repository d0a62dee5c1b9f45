//! What a client tells about its screen and its connection.

use super::options::Options;
use super::{Answer, jpeg, send};

async fn with(options: &Options, list: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = options.service.http.get(options.url(list));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(request).await
}

async fn width(options: &Options, headers: &[(&str, &str)]) -> u32 {
    with(options, "width=auto", headers).await.picture_size().0
}

#[tokio::test]
async fn an_automatic_width_without_hints_is_1200() {
    let options = Options::of(jpeg(1600, 100)).await;
    assert_eq!(width(&options, &[]).await, 1200);
    let desktop = "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0";
    assert_eq!(width(&options, &[("user-agent", desktop)]).await, 1200);
}

#[tokio::test]
async fn an_automatic_width_for_a_telephone_is_768() {
    let options = Options::of(jpeg(1600, 100)).await;
    let telephone = "Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36";
    assert_eq!(width(&options, &[("user-agent", telephone)]).await, 768);
}

#[tokio::test]
async fn an_automatic_width_is_the_next_of_four_for_the_screen_that_is_hinted() {
    let options = Options::of(jpeg(1600, 100)).await;
    for (viewport, dpr, expected) in [
        ("300", "1", 320),
        ("320", "1", 320),
        ("321", "1", 768),
        ("360", "2", 768),
        ("300", "3", 960),
        ("412", "2.625", 1200),
        ("5000", "1", 1200),
    ] {
        let hints = [("sec-ch-viewport-width", viewport), ("sec-ch-dpr", dpr)];
        assert_eq!(
            width(&options, &hints).await,
            expected,
            "{viewport} × {dpr}"
        );
    }
}

#[tokio::test]
async fn hints_that_are_none_are_ignored() {
    let options = Options::of(jpeg(1600, 100)).await;
    for viewport in ["wide", "", "NaN", "-5"] {
        let answer = with(
            &options,
            "width=auto",
            &[("sec-ch-viewport-width", viewport)],
        )
        .await;
        assert!([320, 1200].contains(&answer.picture_size().0), "{viewport}");
    }
}

#[tokio::test]
async fn an_automatic_width_never_enlarges() {
    let options = Options::of(jpeg(500, 100)).await;
    assert_eq!(width(&options, &[]).await, 500);
    assert_eq!(
        width(&options, &[("sec-ch-viewport-width", "300")]).await,
        320
    );
}

#[tokio::test]
async fn a_slow_client_gets_the_other_quality() {
    let options = Options::of(jpeg(200, 150)).await;
    let low = options.get("f=jpeg,q=20").await;
    let high = options.get("f=jpeg,q=90").await;
    assert_ne!(low.body, high.body);
    for hint in [
        ("rtt", "151"),
        ("save-data", "on"),
        ("ect", "slow-2g"),
        ("ect", "2g"),
        ("ect", "3g"),
        ("downlink", "4.9"),
    ] {
        let answer = with(&options, "f=jpeg,q=90,scq=20", &[hint]).await;
        assert_eq!(answer.body, low.body, "{hint:?}");
        let without = with(&options, "f=jpeg,q=90", &[hint]).await;
        assert_eq!(without.body, high.body, "{hint:?}");
    }
}

#[tokio::test]
async fn a_quick_client_gets_the_usual_quality() {
    let options = Options::of(jpeg(200, 150)).await;
    let high = options.get("f=jpeg,q=90").await;
    for hint in [
        ("rtt", "150"),
        ("save-data", "off"),
        ("ect", "4g"),
        ("downlink", "5"),
        ("rtt", "fast"),
    ] {
        let answer = with(&options, "f=jpeg,q=90,scq=20", &[hint]).await;
        assert_eq!(answer.body, high.body, "{hint:?}");
    }
    let answer = options.get("f=jpeg,q=90,scq=20").await;
    assert_eq!(answer.body, high.body);
}
