//! Lists narrowed by metadata.

use serde_json::json;

use super::Service;
use super::lists::Album;

async fn refused(service: &Service, query: &str) -> String {
    service.get(&format!("v2?{query}")).await.refused(400, 5400)
}

#[tokio::test]
async fn a_field_equals_a_text() {
    let album = Album::of(4).await;
    for query in [
        "meta.parity%5Beq%5D=odd",
        "meta.parity[eq]=odd",
        "meta.parity[eq:string]=odd",
        "meta.parity=odd",
        "meta.parity[in]=odd|other",
        "meta.parity[in:string]=other%7Codd",
    ] {
        assert_eq!(album.listed(query).await, "i03 i01", "{query}");
    }
}

#[tokio::test]
async fn a_field_equals_a_number() {
    let album = Album::of(4).await;
    for query in [
        "meta.n[eq]=3",
        "meta.n[eq:number]=3",
        "meta.n[eq:number]=3.0",
        "meta.n[eq:number]=3e0",
    ] {
        assert_eq!(album.listed(query).await, "i03", "{query}");
    }
    assert_eq!(album.listed("meta.n[eq:string]=3").await, "");
    assert_eq!(
        album.listed("meta.n[in:number]=1%7C3%7C99").await,
        "i03 i01"
    );
}

#[tokio::test]
async fn a_field_equals_a_boolean() {
    let album = Album::of(5).await;
    assert_eq!(
        album.listed("meta.deep.flag[eq:boolean]=true").await,
        "i04 i03"
    );
    assert_eq!(album.listed("meta.deep.flag[eq]=true").await, "i04 i03");
    assert_eq!(
        album.listed("meta.deep.flag[eq]=false").await,
        "i02 i01 i00"
    );
    assert_eq!(album.listed("meta.deep.flag[eq:string]=true").await, "");
}

#[tokio::test]
async fn numbers_are_compared() {
    let album = Album::of(6).await;
    assert_eq!(album.listed("meta.n[gt]=3").await, "i05 i04");
    assert_eq!(
        album.listed("meta.n[gte:number]=3&meta.n[lt]=5").await,
        "i04 i03"
    );
    assert_eq!(album.listed("meta.n[lte]=0").await, "i00");
    assert_eq!(
        album.listed("meta.n[gt]=-1.5&meta.n[lt]=1.5").await,
        "i01 i00"
    );
}

#[tokio::test]
async fn texts_are_never_greater_or_less() {
    let album = Album::of(2).await;
    assert_eq!(album.listed("meta.parity[gt]=0").await, "");
    assert_eq!(album.listed("meta.parity[lt]=0").await, "");
    refused(&album.service, "meta.parity[gt]=even").await;
    refused(&album.service, "meta.parity[gt:string]=a").await;
}

#[tokio::test]
async fn all_conditions_have_to_hold_and_contradictions_give_an_empty_list() {
    let album = Album::of(6).await;
    assert_eq!(
        album
            .listed("meta.parity=odd&meta.n[gt]=1&meta.deep.flag[eq]=true")
            .await,
        "i05 i03"
    );
    assert_eq!(album.listed("meta.n[eq]=1&meta.n[eq]=2").await, "");
    assert_eq!(album.listed("meta.n[gt]=4&meta.n[lt]=2").await, "");
    assert_eq!(album.listed("meta.missing=1").await, "");
}

#[tokio::test]
async fn filters_orders_creators_and_pages_go_together() {
    let album = Album::of(8).await;
    assert_eq!(album.listed("creator=ann&meta.parity[eq]=odd").await, "i03");
    let query = "meta.parity=even&sort_order=asc&per_page=2";
    let first = album.result(query).await;
    assert_eq!(album.names(&first), ["i00", "i02"]);
    let token = first["continuation_token"].as_str().unwrap();
    let next = format!("{query}&continuation_token={token}");
    assert_eq!(album.listed(&next).await, "i04 i06");
    assert_eq!(
        album.listed("meta.parity=odd&page=2&per_page=2").await,
        "i03 i01"
    );
}

#[tokio::test]
async fn a_text_with_any_characters_is_found() {
    let service = Service::start().await;
    let value = format!("{} 写真 & = + % \"'", service.mark());
    let metadata = json!({"title": value}).to_string();
    let id = service
        .upload_with(&[("metadata", &metadata)])
        .await
        .image_id();
    let path = format!("v2?meta.title[eq]={}", super::segment(&value));
    let result = service.get(&path).await.result();
    assert_eq!(result["images"][0]["id"], id.as_str());
    assert_eq!(result["images"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_change_of_metadata_is_seen_by_filters_at_once() {
    let album = Album::of(2).await;
    let body = json!({"metadata": {"case": album.service.mark(), "parity": "odd", "n": 1}});
    album
        .service
        .patch(&Service::path_of(&album.id(0)), body)
        .await
        .result();
    assert_eq!(album.listed("meta.parity=odd").await, "i01 i00");
    assert_eq!(album.listed("meta.parity=even").await, "");
}

#[tokio::test]
async fn five_conditions_are_allowed_and_six_are_too_many() {
    let album = Album::of(1).await;
    let five = (0..4)
        .map(|n| format!("meta.f{n}=1"))
        .collect::<Vec<_>>()
        .join("&");
    assert_eq!(album.listed(&five).await, "");
    let six = (0..6)
        .map(|n| format!("meta.f{n}[eq]=1"))
        .collect::<Vec<_>>()
        .join("&");
    let message = refused(&album.service, &six).await;
    assert!(message.contains("Too many metadata filters: 6 provided, maximum 5 allowed"));
}

#[tokio::test]
async fn an_operator_that_does_not_exist_is_named() {
    let service = Service::start().await;
    for operator in ["not-eq", "like", "EQ", ""] {
        let message = refused(&service, &format!("meta.a[{operator}]=1")).await;
        let expected = format!("Unsupported metadata filter operator: '{operator}'");
        assert!(message.contains(&expected), "{message}");
    }
    for query in [
        "meta.a[eq:date]=1",
        "meta.a[in:boolean]=true",
        "meta.a[lt:boolean]=1",
    ] {
        refused(&service, query).await;
    }
}

#[tokio::test]
async fn a_field_name_has_letters_digits_and_underscores_on_at_most_five_levels() {
    let service = Service::start().await;
    service
        .get("v2?per_page=1&meta.a_1.B.c.d.e[eq]=1")
        .await
        .result();
    for query in [
        "meta.a-b[eq]=1",
        "meta.a b=1",
        "meta.=1",
        "meta.a..b=1",
        "meta.a.b.c.d.e.f[eq]=1",
        "meta.größe=1",
        "meta.a[eq=1",
    ] {
        refused(&service, query).await;
    }
}

#[tokio::test]
async fn a_field_name_has_at_most_100_characters() {
    let service = Service::start().await;
    service
        .get(&format!("v2?per_page=1&meta.{}=1", "a".repeat(100)))
        .await
        .result();
    refused(&service, &format!("meta.{}=1", "a".repeat(101))).await;
}

#[tokio::test]
async fn ten_choices_are_allowed_and_eleven_are_too_many() {
    let album = Album::of(3).await;
    assert_eq!(
        album.listed("meta.n[in]=1|2|3|4|5|6|7|8|9|10").await,
        "i02 i01"
    );
    refused(&album.service, "meta.n[in]=1|2|3|4|5|6|7|8|9|10|11").await;
}

#[tokio::test]
async fn a_value_that_is_not_of_its_type_is_refused() {
    let service = Service::start().await;
    for query in [
        "meta.n[eq:number]=x",
        "meta.n[gt]=",
        "meta.n[lte]=1x",
        "meta.n[in:number]=1|x",
        "meta.b[eq:boolean]=yes",
    ] {
        refused(&service, query).await;
    }
}
