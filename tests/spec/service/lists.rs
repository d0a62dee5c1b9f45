//! Lists of images: pages, orders, tokens.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Service, without_variants};

/// Images that this case made, and lists of nothing but them.
pub(super) struct Album {
    pub(super) service: Service,
}

impl Album {
    /// Uploads `count` images that end in `i00`, `i01`, … in this order. Every third one belongs to
    /// `ann`, the others to nobody.
    pub(super) async fn of(count: usize) -> Self {
        let album = Self {
            service: Service::start().await,
        };
        for n in 0..count {
            album.add(n).await;
        }
        album
    }

    async fn add(&self, n: usize) {
        let parity = if n.is_multiple_of(2) { "even" } else { "odd" };
        let metadata = json!({
            "case": self.service.mark(), "n": n, "parity": parity, "deep": {"flag": n > 2},
        });
        let (id, metadata) = (self.id(n), metadata.to_string());
        let creator = if n.is_multiple_of(3) { "ann" } else { "" };
        let fields = [
            ("id", id.as_str()),
            ("metadata", &metadata),
            ("creator", creator),
        ];
        self.service.upload_with(&fields).await.result();
    }

    pub(super) fn id(&self, n: usize) -> String {
        self.service.id(&format!("i{n:02}"))
    }

    /// The path of a list of this case's images.
    pub(super) fn path(&self, query: &str) -> String {
        format!("v2?meta.case={}&{query}", self.service.mark())
    }

    pub(super) async fn result(&self, query: &str) -> Value {
        self.service.get(&self.path(query)).await.result()
    }

    pub(super) fn names(&self, result: &Value) -> Vec<String> {
        let start = self.service.id("");
        let images = result["images"].as_array().unwrap().iter();
        images
            .map(|image| {
                image["id"]
                    .as_str()
                    .unwrap()
                    .strip_prefix(&start)
                    .unwrap()
                    .to_owned()
            })
            .collect()
    }

    /// The names of what a list shows, in its order.
    pub(super) async fn listed(&self, query: &str) -> String {
        self.names(&self.result(query).await).join(" ")
    }
}

#[tokio::test]
async fn an_empty_library_lists_nothing_and_has_no_next_page() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let result = service.get("v2").await.result();
    assert_eq!(result, json!({"images": [], "continuation_token": null}));
    assert_eq!(service.get("v1").await.result(), json!({"images": []}));
}

#[tokio::test]
async fn a_list_begins_with_the_newest_image() {
    let album = Album::of(3).await;
    assert_eq!(album.listed("").await, "i02 i01 i00");
    assert_eq!(album.listed("sort_order=desc").await, "i02 i01 i00");
    assert_eq!(album.listed("sort_order=").await, "i02 i01 i00");
}

#[tokio::test]
async fn a_list_in_ascending_order_begins_with_the_oldest_image() {
    let album = Album::of(3).await;
    assert_eq!(album.listed("sort_order=asc").await, "i00 i01 i02");
}

#[tokio::test]
async fn a_list_shows_each_image_as_its_details_do() {
    let album = Album::of(2).await;
    let id = album.service.upload_private().await;
    let metadata = json!({"metadata": {"case": album.service.mark()}});
    album
        .service
        .patch(&Service::path_of(&id), metadata)
        .await
        .result();
    let result = album.result("").await;
    let images = result["images"].as_array().unwrap();
    assert_eq!(images.len(), 3);
    for image in images {
        let id = image["id"].as_str().unwrap();
        let details = album.service.get(&Service::path_of(id)).await.result();
        assert_eq!(without_variants(image.clone()), without_variants(details));
        assert!(!image["variants"].as_array().unwrap().is_empty());
    }
}

#[tokio::test]
async fn page_and_per_page_walk_the_list() {
    let album = Album::of(5).await;
    let mut pages = Vec::new();
    for page in 1..=4 {
        pages.push(album.listed(&format!("page={page}&per_page=2")).await);
    }
    assert_eq!(pages, ["i04 i03", "i02 i01", "i00", ""]);
    assert_eq!(
        album.listed("page=2&per_page=2&sort_order=asc").await,
        "i02 i03"
    );
}

#[tokio::test]
async fn a_page_far_past_the_end_is_empty() {
    let album = Album::of(1).await;
    for page in ["2", "1000000", "18446744073709551615"] {
        assert_eq!(album.listed(&format!("page={page}")).await, "");
    }
}

#[tokio::test]
async fn a_numbered_page_has_100_images_when_nothing_is_said() {
    let Some(service) = Service::owned().await else {
        return;
    };
    for _ in 0..101 {
        service.upload_png().await;
    }
    let count = async |query: &str| {
        let result = service.get(&format!("v2{query}")).await.result();
        result["images"].as_array().unwrap().len()
    };
    assert_eq!(count("?page=1").await, 100);
    assert_eq!(count("?page=2").await, 1);
    assert_eq!(count("").await, 101);
    assert_eq!(count("?page=1&per_page=101").await, 101);
}

#[tokio::test]
async fn version_1_pages_end_with_an_empty_list() {
    let service = Service::start().await;
    let mut made = Vec::new();
    for _ in 0..3 {
        let answer = service.upload_with(&[("creator", service.mark())]).await;
        made.push(answer.image_id());
    }
    made.reverse();
    let page = async |n: u32| {
        let path = format!("v1?creator={}&page={n}&per_page=2", service.mark());
        let result = service.get(&path).await.result();
        let images = result["images"].as_array().unwrap().iter();
        images
            .map(|image| image["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(page(1).await, made[..2]);
    assert_eq!(page(2).await, made[2..]);
    assert!(page(3).await.is_empty());
    assert!(page(4000).await.is_empty());
}

#[tokio::test]
async fn version_1_has_images_and_neither_items_nor_tokens() {
    let service = Service::start().await;
    let path = format!("v1?creator={}", service.mark());
    let result = service.get(&path).await.result();
    assert_eq!(result, json!({"images": []}));
}

#[tokio::test]
async fn continuation_tokens_give_each_image_once_in_both_orders() {
    let album = Album::of(7).await;
    for (order, expected) in [
        ("asc", "i00 i01 i02|i03 i04 i05|i06"),
        ("desc", "i06 i05 i04|i03 i02 i01|i00"),
    ] {
        let mut pages = Vec::new();
        let mut token = String::new();
        loop {
            let query = format!("per_page=3&sort_order={order}&continuation_token={token}");
            let result = album.result(&query).await;
            pages.push(album.names(&result).join(" "));
            match result["continuation_token"].as_str() {
                Some(next) if !next.is_empty() => token = next.to_owned(),
                _ => break,
            }
        }
        assert_eq!(pages.join("|"), expected);
    }
}

#[tokio::test]
async fn a_page_that_ends_with_the_last_image_has_no_token() {
    let album = Album::of(4).await;
    let first = album.result("per_page=2").await;
    let token = first["continuation_token"].as_str().unwrap();
    let last = album
        .result(&format!("per_page=2&continuation_token={token}"))
        .await;
    assert_eq!(album.names(&last), ["i01", "i00"]);
    assert_eq!(last["continuation_token"], Value::Null);
    let whole = album.result("per_page=4").await;
    assert_eq!(whole["continuation_token"], Value::Null);
}

#[tokio::test]
async fn a_token_may_be_used_again_and_with_another_page_size() {
    let album = Album::of(5).await;
    let first = album.result("per_page=1").await;
    let token = first["continuation_token"].as_str().unwrap();
    for _ in 0..2 {
        let query = format!("per_page=2&continuation_token={token}");
        assert_eq!(album.listed(&query).await, "i03 i02");
    }
    let query = format!("per_page=1000&continuation_token={token}");
    assert_eq!(album.listed(&query).await, "i03 i02 i01 i00");
}

#[tokio::test]
async fn an_empty_token_means_the_first_page() {
    let album = Album::of(3).await;
    assert_eq!(
        album.listed("per_page=2&continuation_token=").await,
        "i02 i01"
    );
}

#[tokio::test]
async fn beside_a_token_the_page_number_counts_for_nothing() {
    let album = Album::of(5).await;
    let first = album.result("per_page=2").await;
    let token = first["continuation_token"].as_str().unwrap();
    let query = format!("page=3&per_page=2&continuation_token={token}");
    assert_eq!(album.listed(&query).await, "i02 i01");
}

#[tokio::test]
async fn a_token_may_be_escaped_in_the_query() {
    let album = Album::of(2).await;
    let first = album.result("per_page=1").await;
    let token = first["continuation_token"].as_str().unwrap();
    let escaped =
        percent_encoding::percent_encode(token.as_bytes(), percent_encoding::NON_ALPHANUMERIC);
    let query = format!("per_page=1&continuation_token={escaped}");
    assert_eq!(album.listed(&query).await, "i00");
}

#[tokio::test]
async fn images_that_come_and_go_do_not_shift_the_next_page() {
    let album = Album::of(6).await;
    let first = album.result("per_page=2").await;
    assert_eq!(album.names(&first), ["i05", "i04"]);
    for n in [4, 5] {
        album
            .service
            .delete(&Service::path_of(&album.id(n)))
            .await
            .result();
    }
    album.add(7).await;
    let token = first["continuation_token"].as_str().unwrap();
    let query = format!("per_page=2&continuation_token={token}");
    assert_eq!(album.listed(&query).await, "i03 i02");
}

#[tokio::test]
async fn in_ascending_order_new_images_come_at_the_end() {
    let album = Album::of(3).await;
    let first = album.result("per_page=2&sort_order=asc").await;
    album
        .service
        .delete(&Service::path_of(&album.id(0)))
        .await
        .result();
    album.add(8).await;
    let token = first["continuation_token"].as_str().unwrap();
    let query = format!("per_page=9&sort_order=asc&continuation_token={token}");
    assert_eq!(album.listed(&query).await, "i02 i08");
}

#[tokio::test]
async fn a_walk_while_others_upload_and_delete_sees_each_lasting_image_once() {
    let album = Album::of(12).await;
    let mut seen = Vec::new();
    let mut token = String::new();
    let mut doomed = 20;
    loop {
        let result = album
            .result(&format!("per_page=2&continuation_token={token}"))
            .await;
        seen.extend(album.names(&result));
        album.add(doomed).await;
        album
            .service
            .delete(&Service::path_of(&album.id(doomed)))
            .await
            .result();
        doomed += 1;
        album.add(doomed + 30).await;
        match result["continuation_token"].as_str() {
            Some(next) => token = next.to_owned(),
            None => break,
        }
    }
    let lasting: Vec<String> = (0..12).rev().map(|n| format!("i{n:02}")).collect();
    assert_eq!(seen, lasting);
    assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), seen.len());
}

#[tokio::test]
async fn a_token_that_is_damaged_or_of_another_list_is_refused() {
    let album = Album::of(3).await;
    let first = album.result("per_page=1").await;
    let token = first["continuation_token"].as_str().unwrap();
    for query in [
        "continuation_token=abc".to_owned(),
        format!("continuation_token={token}&sort_order=asc"),
        format!("continuation_token={token}&creator=ann"),
        format!("continuation_token={token}&meta.n[gt]=0"),
        format!("continuation_token=A{token}"),
        format!("continuation_token={}", &token[..token.len() - 2]),
    ] {
        album
            .service
            .get(&album.path(&query))
            .await
            .refused(400, 5400);
    }
}

#[tokio::test]
async fn numbers_and_orders_that_are_none_are_refused() {
    let service = Service::start().await;
    for query in [
        "per_page=0",
        "per_page=10001",
        "per_page=x",
        "per_page=-1",
        "per_page=1.5",
        "page=0",
        "page=-1",
        "page=one",
        "sort_order=up",
        "sort_order=ASC",
    ] {
        service.get(&format!("v2?{query}")).await.refused(400, 5400);
    }
    for query in ["per_page=0", "per_page=10001", "page=0", "page=x"] {
        service.get(&format!("v1?{query}")).await.refused(400, 5400);
    }
}

#[tokio::test]
async fn a_page_has_1_to_10000_images() {
    let album = Album::of(2).await;
    assert_eq!(album.listed("per_page=1").await, "i01");
    assert_eq!(album.listed("per_page=10000").await, "i01 i00");
}

#[tokio::test]
async fn the_list_can_be_narrowed_to_a_creator() {
    let album = Album::of(4).await;
    assert_eq!(album.listed("creator=ann").await, "i03 i00");
    assert_eq!(album.listed("creator=Ann").await, "");
    assert_eq!(album.listed("creator=an").await, "");
}

#[tokio::test]
async fn a_creator_that_is_present_but_empty_selects_images_of_nobody() {
    let album = Album::of(4).await;
    assert_eq!(album.listed("creator=").await, "i02 i01");
    assert_eq!(album.listed("creator").await, "i02 i01");
}

#[tokio::test]
async fn a_creator_of_any_text_is_found() {
    let service = Service::start().await;
    let creator = format!("{} ümläut & <co>=+%", service.mark());
    let id = service
        .upload_with(&[("creator", &creator)])
        .await
        .image_id();
    for list in ["v1", "v2"] {
        let path = format!("{list}?creator={}", super::segment(&creator));
        let result = service.get(&path).await.result();
        assert_eq!(result["images"][0]["id"], id.as_str());
    }
}
