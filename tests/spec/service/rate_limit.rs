//! The rate limit: 1,200 requests in five minutes, then none for five.
//!
//! Source: Cloudflare documentation, "Rate limits" and "Images batch API".

use std::time::{Duration, Instant};

use reqwest::{Method, RequestBuilder};

use super::faults::started_with;
use super::{Answer, Service, TOKEN, file_form, png, send};

async fn limited(text: &str) -> Service {
    started_with(|config| config.rate_limit = Some(text.parse().unwrap())).await
}

/// What is left, and in how many seconds there is more.
fn left(answer: &Answer) -> (u32, u64) {
    let text = answer.header("ratelimit");
    let rest = text.strip_prefix("\"default\";r=").expect(text);
    let (left, seconds) = rest.split_once(";t=").expect(text);
    (left.parse().unwrap(), seconds.parse().unwrap())
}

#[tokio::test]
async fn every_answer_of_the_api_tells_the_limit_although_it_is_off() {
    let service = Service::start().await;
    for _ in 0..20 {
        let answer = service.get("v1/stats").await;
        answer.result();
        assert_eq!(left(&answer).0, 1_200, "nothing is used up");
        assert_eq!(
            answer.header("ratelimit-policy"),
            "\"default\";q=1200;w=300"
        );
        assert_eq!(answer.header("retry-after"), "");
    }
    for refused in [
        service.get("v1/nothing").await,
        send(service.http.get(service.images("v1"))).await,
        send(
            service
                .http
                .get(format!("{}/nowhere", service.server.api_base())),
        )
        .await,
    ] {
        assert_eq!(left(&refused).0, 1_200, "{refused:?}");
    }
    let delivered = service.deliver("nothing/public").await;
    assert_eq!(delivered.header("ratelimit"), "");
}

#[tokio::test]
async fn one_request_too_many_shuts_every_door_for_a_whole_window() {
    let service = limited("3/2").await;
    for expected in [2, 1, 0] {
        let answer = service.get("v1/stats").await;
        answer.result();
        assert_eq!(left(&answer).0, expected);
        assert_eq!(answer.header("ratelimit-policy"), "\"default\";q=3;w=2");
    }
    let since = Instant::now();
    let refused = service.get("v1/stats").await;
    let message = refused.refused(429, 971);
    assert_eq!(
        message,
        "Please wait and consider throttling your request speed"
    );
    assert_eq!(
        (refused.header("retry-after"), left(&refused)),
        ("2", (0, 2))
    );
    service
        .upload(file_form(png(8, 6), "a.png"))
        .await
        .refused(429, 971);
    let base = service.server.api_base();
    let verify = service.http.get(format!("{base}/user/tokens/verify"));
    send(verify.bearer_auth(TOKEN)).await.refused(429, 971);
    // Who is unknown has no quota to use up, and what is no route is none.
    let unknown = service.http.get(service.images("v1/stats"));
    send(unknown.bearer_auth("other")).await.refused(401, 10000);
    service.get("v1/variants/a/b").await.refused(404, 7000);
    // Neither is delivery limited.
    assert_eq!(service.deliver("nothing/public").await.status, 404);

    tokio::time::sleep(Duration::from_millis(2_050).saturating_sub(since.elapsed())).await;
    let again = service.get("v1/stats").await;
    again.result();
    assert_eq!(left(&again).0, 2);
}

#[tokio::test]
async fn the_quota_is_one_for_all_tokens_of_the_account() {
    let service = started_with(|config| {
        config.rate_limit = Some("4/60".parse().unwrap());
        config.read_token = Some("reader".to_owned().into());
    })
    .await;
    let as_reader = |path: &str| service.http.get(service.images(path)).bearer_auth("reader");
    for _ in 0..2 {
        service.get("v1/stats").await.result();
        send(as_reader("v1/stats")).await.result();
    }
    send(as_reader("v1/stats")).await.refused(429, 971);
    // Permission comes before the limit.
    send(as_reader("v1/keys")).await.refused(403, 9109);
}

#[tokio::test]
async fn a_wrong_method_counts_but_is_not_told_before_the_limit() {
    let service = limited("1/60").await;
    let put = || service.put("v1/stats");
    put().await.refused(405, 10000);
    put().await.refused(429, 971);
}

#[tokio::test]
async fn each_batch_token_has_two_hundred_requests_a_second_of_its_own() {
    let service = limited("3/60").await;
    let mut tokens = Vec::new();
    for _ in 0..2 {
        let token = service.get("v1/batch_token").await.result();
        tokens.push(token["token"].as_str().unwrap().to_owned());
    }
    let base = service.server.batch_base();
    let ask = |token: &str| -> RequestBuilder {
        let list = service
            .http
            .request(Method::GET, format!("{base}/images/v2"));
        list.bearer_auth(token)
    };
    let mut refused = None;
    for number in 0..2_000_u32 {
        let answer = send(ask(&tokens[0])).await;
        assert_eq!(answer.header("ratelimit-policy"), "\"default\";q=200;w=1");
        if answer.status == 429 {
            refused = Some((number, answer));
            break;
        }
        answer.result();
    }
    // A machine too slow for two hundred in a second has shown all that it can.
    if let Some((number, answer)) = refused {
        assert!(number >= 200, "{number}");
        answer.refused(429, 971);
        assert_eq!(answer.header("retry-after"), "1");
        send(ask(&tokens[1])).await.result();
        tokio::time::sleep(Duration::from_millis(1_050)).await;
        send(ask(&tokens[0])).await.result();
    }
    // None of it counted for the account.
    let last = service.get("v1/stats").await;
    last.result();
    assert_eq!(left(&last).0, 0);
}
