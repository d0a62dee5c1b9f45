//! Options in the last segment of a delivery URL: how the list is read.

use image::DynamicImage;

use super::pictures::{black_and_white, half_transparent_png};
use super::{Answer, Service, png};

/// An account with flexible variants and a public image of 80 × 60.
pub(super) struct Options {
    pub(super) service: Service,
    id: String,
}

impl Options {
    pub(super) async fn of(bytes: Vec<u8>) -> Self {
        let service = Service::flexible().await;
        let id = service.upload_bytes(bytes).await;
        Self { service, id }
    }

    async fn small() -> Self {
        Self::of(png(80, 60)).await
    }

    pub(super) fn url(&self, options: &str) -> String {
        self.service.delivery(&format!("{}/{options}", self.id))
    }

    pub(super) async fn get(&self, options: &str) -> Answer {
        self.service
            .deliver(&format!("{}/{options}", self.id))
            .await
    }

    pub(super) async fn size(&self, options: &str) -> (u32, u32) {
        self.get(options).await.picture_size()
    }

    pub(super) async fn picture(&self, options: &str) -> DynamicImage {
        self.get(options).await.picture()
    }

    async fn refused(&self, options: &str) -> String {
        let line = self.get(options).await.refused_in_text(400, 9401);
        let start = "ERROR 9401: Missing or invalid resizing parameters: ";
        line.strip_prefix(start).unwrap().to_owned()
    }
}

#[tokio::test]
async fn short_names_mean_what_the_long_ones_mean() {
    let options = Options::small().await;
    for (short, long) in [
        ("w=40", "width=40"),
        ("h=30", "height=30"),
        (
            "w=20,h=20,fit=cover,g=left",
            "width=20,height=20,fit=cover,gravity=left",
        ),
        ("w=20,q=30,f=jpeg", "width=20,quality=30,format=jpeg"),
        ("w=20,f=webp", "width=20,format=webp"),
    ] {
        let (short, long) = (options.get(short).await, options.get(long).await);
        assert_eq!(
            (short.status, short.header("etag")),
            (200, long.header("etag"))
        );
        assert_eq!(short.body, long.body);
    }
}

#[tokio::test]
async fn the_full_name_wins_over_the_short_one_and_the_last_of_two_equal_ones() {
    let options = Options::small().await;
    assert_eq!(options.size("width=40,w=20").await, (40, 30));
    assert_eq!(options.size("w=20,width=40").await, (40, 30));
    assert_eq!(options.size("w=20,w=40").await, (40, 30));
    assert_eq!(options.size("width=20,width=40").await, (40, 30));
}

#[tokio::test]
async fn empty_pieces_and_spaces_around_pieces_count_for_nothing() {
    let options = Options::small().await;
    for list in [
        "w=40,",
        ",w=40",
        "w=40,,h=60",
        "%20w%20=%2040%20",
        "w=40,%20h=60",
    ] {
        assert_eq!(options.size(list).await, (40, 30), "{list}");
    }
}

#[tokio::test]
async fn a_list_is_split_before_it_is_decoded() {
    let options = Options::of(half_transparent_png(80, 60)).await;
    let picture = options
        .picture("background=rgb%280%2C255%2C0%29,w=40,f=png")
        .await
        .to_rgb8();
    assert_eq!((picture.width(), picture.height()), (40, 30));
    assert_eq!(picture.get_pixel(5, 5).0, [0, 255, 0]);
    assert_eq!(options.size("w%3D40").await, (40, 30));
}

#[tokio::test]
async fn a_piece_without_a_value_is_refused() {
    let options = Options::small().await;
    for list in ["w=40,blur", "blur,w=40", "w=40,anim"] {
        assert!(
            options.refused(list).await.ends_with("has no value"),
            "{list}"
        );
    }
}

#[tokio::test]
async fn an_unknown_option_is_ignored_with_a_remark() {
    let options = Options::small().await;
    let answer = options.get("w=40,unknownkey=1,W=10").await;
    assert_eq!(answer.picture_size(), (40, 30));
    assert_eq!(
        answer.warnings(),
        ["unknown option: unknownkey", "unknown option: W"]
    );
}

#[tokio::test]
async fn a_list_without_any_known_option_is_refused() {
    let options = Options::small().await;
    for list in ["unknownkey=1", "=5", "a=1,b=2", ",=,"] {
        options.refused(list).await;
    }
}

#[tokio::test]
async fn a_side_that_is_no_number_is_ignored_with_a_remark() {
    let options = Options::small().await;
    let answer = options.get("w=abc,h=30").await;
    assert_eq!(answer.picture_size(), (40, 30));
    assert_eq!(answer.warnings(), ["ignored: width"]);
    let answer = options.get("height=12px").await;
    assert_eq!(answer.picture_size(), (80, 60));
    assert_eq!(answer.warnings(), ["ignored: height"]);
}

#[tokio::test]
async fn a_side_that_is_zero_negative_or_broken_is_refused() {
    let options = Options::small().await;
    for list in ["w=0", "h=0", "w=-1", "height=-5", "w=1.5", "h=0.5"] {
        options.refused(list).await;
    }
}

#[tokio::test]
async fn words_that_an_option_does_not_know_are_refused() {
    let options = Options::small().await;
    for list in [
        "fit=stretch",
        "fit=Cover",
        "gravity=middle",
        "gravity=0.5",
        "quality=best",
        "anim=maybe",
        "anim=1",
        "metadata=all",
        "segment=background",
        "upscale=magic",
        "compression=slow",
        "flip=x",
        "rotate=45",
        "rotate=-90",
        "trim=1;2;3",
        "trim=a;b;c;d",
        "background=no-color",
        "onerror=retry",
    ] {
        options.refused(list).await;
    }
}

#[tokio::test]
async fn a_format_that_is_not_offered_is_named() {
    let options = Options::small().await;
    for format in ["mp4", "gif", "jpg", "svg", "WEBP"] {
        let reason = options.refused(&format!("format={format}")).await;
        assert_eq!(
            reason,
            format!("'{format}' is not a supported output format")
        );
    }
}

#[tokio::test]
async fn numbers_outside_of_their_range_are_refused() {
    let options = Options::small().await;
    for list in [
        "blur=251",
        "blur=-1",
        "sharpen=10.1",
        "sharpen=-1",
        "brightness=255",
        "brightness=-1",
        "contrast=300",
        "gamma=-1",
        "saturation=-0.5",
        "quality=0",
        "quality=101",
        "dpr=0,w=10",
        "dpr=-1,w=10",
        "zoom=1.5",
        "zoom=-0.1",
        "gravity=2x2",
        "gravity=-0.1x0",
        "blur=NaN",
        "dpr=inf",
        "blur=",
        "trim=1.5;0;0;0",
    ] {
        options.refused(list).await;
    }
}

#[tokio::test]
async fn numbers_at_the_ends_of_their_range_are_taken() {
    let options = Options::small().await;
    for list in [
        "blur=0",
        "blur=0.5",
        "blur=250",
        "sharpen=0",
        "sharpen=10",
        "brightness=0",
        "brightness=254.9",
        "contrast=0",
        "gamma=0",
        "saturation=0",
        "quality=1",
        "quality=100",
        "dpr=0.1,w=10",
        "dpr=3,w=10",
        "zoom=0",
        "zoom=1",
        "gravity=0x0",
        "gravity=1x1",
    ] {
        assert_eq!(options.get(list).await.status, 200, "{list}");
    }
}

#[tokio::test]
async fn every_word_of_every_option_is_taken() {
    let options = Options::small().await;
    for list in [
        "fit=scale-down,w=20,h=20",
        "fit=contain,w=20,h=20",
        "fit=cover,w=20,h=20",
        "fit=crop,w=20,h=20",
        "fit=aspect-crop,w=20,h=20",
        "fit=pad,w=20,h=20",
        "fit=squeeze,w=20,h=20",
        "fit=scale-up,w=20,h=20",
        "gravity=auto",
        "gravity=face",
        "gravity=left",
        "gravity=right",
        "gravity=top",
        "gravity=bottom",
        "gravity=center",
        "gravity=entropy",
        "quality=high",
        "quality=medium-high",
        "quality=medium-low",
        "quality=low",
        "scq=low",
        "slow-connection-quality=50",
        "format=auto",
        "format=webp",
        "format=jpeg",
        "format=baseline-jpeg",
        "format=json",
        "format=png",
        "format=avif",
        "anim=true",
        "anim=false",
        "metadata=keep",
        "metadata=copyright",
        "metadata=none",
        "rotate=0",
        "rotate=90",
        "rotate=180",
        "rotate=270",
        "flip=h",
        "flip=v",
        "flip=hv",
        "segment=foreground",
        "upscale=interpolate",
        "upscale=generate",
        "compression=fast",
        "onerror=redirect",
        "background=red",
        "background=%2300ff00",
        "face-zoom=0.5",
        "trim=border",
        "trim=color",
        "wbreakpoints=320;640",
        "width=auto",
    ] {
        assert_eq!(options.get(list).await.status, 200, "{list}");
    }
}

#[tokio::test]
async fn what_is_not_done_here_is_told_in_a_remark() {
    let options = Options::small().await;
    for list in [
        "w=20,h=20,fit=cover,g=face",
        "w=20,segment=foreground",
        "w=160,fit=contain,upscale=generate",
    ] {
        let answer = options.get(list).await;
        assert_eq!(answer.status, 200);
        assert_eq!(
            answer.warnings().len(),
            1,
            "{list}: {:?}",
            answer.warnings()
        );
    }
}

#[tokio::test]
async fn cover_with_one_side_is_a_plain_scale_with_a_remark() {
    let options = Options::small().await;
    let answer = options.get("fit=cover,w=40").await;
    assert_eq!(answer.picture_size(), (40, 30));
    assert_eq!(
        answer.warnings(),
        ["cover fit mode needs both width and height"]
    );
}

#[tokio::test]
async fn a_dpr_multiplies_the_target_and_is_three_at_most() {
    let options = Options::small().await;
    assert_eq!(options.size("w=20,dpr=2").await, (40, 30));
    assert_eq!(options.size("w=20,dpr=1.5").await, (30, 23));
    assert_eq!(options.size("dpr=2").await, (80, 60));
    let answer = options.get("w=20,dpr=8").await;
    assert_eq!(answer.picture_size(), (60, 45));
    assert_eq!(answer.warnings(), ["dpr > 3 should never be used"]);
}

#[tokio::test]
async fn an_output_larger_than_12000_pixels_is_refused() {
    let options = Options::small().await;
    for list in [
        "fit=contain,w=12001",
        "fit=squeeze,w=1,h=12001",
        "fit=pad,w=20000,h=10",
        "fit=contain,w=12000",
    ] {
        let line = options.get(list).await.refused_in_text(403, 9413);
        assert!(line.contains("Could not resize the image: "), "{line}");
    }
    // Never enlarged: what was asked for does not count.
    assert_eq!(options.size("w=20000").await, (80, 60));
}

#[tokio::test]
async fn a_trim_that_leaves_nothing_is_refused() {
    let options = Options::small().await;
    for list in ["trim=30;0;30;0", "trim.left=80", "trim.width=0"] {
        let line = options.get(list).await.refused_in_text(403, 9413);
        assert!(line.ends_with("has width or height of size 0"), "{line}");
    }
}

#[tokio::test]
async fn gravity_says_which_part_stays() {
    let options = Options::of(black_and_white(80, 20)).await;
    for (gravity, left, right) in [
        ("left", 0, 0),
        ("right", 255, 255),
        ("center", 0, 255),
        ("0x0.5", 0, 0),
        ("1x0", 255, 255),
        ("0.5x1", 0, 255),
        ("top", 0, 255),
        ("auto", 0, 255),
    ] {
        let list = format!("w=20,h=20,fit=cover,f=png,g={gravity}");
        let picture = options.picture(&list).await.to_luma8();
        let edges = (
            picture.get_pixel(1, 10).0[0],
            picture.get_pixel(18, 10).0[0],
        );
        assert_eq!(edges, (left, right), "{gravity}");
    }
}
