//! Options at the ends of their ranges and beyond, and what is said about them.

use super::{at, flexible, is_near, seen, solid_png, store};
use crate::service::{jpeg, png, send};

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
        assert!(
            is_near(found, &expected, 1),
            "{options}: {found:?} is {expected:?}"
        );
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
