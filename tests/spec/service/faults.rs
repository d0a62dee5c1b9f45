//! Faults on request, and the log of what was asked.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use lenticular::server::{Exchange, Faults, Mishap, ServerConfig};
use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{Answer, Service, TOKEN, config, file_form, png, send};

/// A running library that was told something more.
pub(super) async fn started_with(change: impl FnOnce(&mut ServerConfig)) -> Service {
    Service::with(|folder| {
        let mut config = config(folder);
        change(&mut config);
        config
    })
    .await
}

fn faults(text: &str) -> Faults {
    text.parse().unwrap()
}

async fn faulty(text: &str) -> Service {
    started_with(|config| config.faults = Some(faults(text))).await
}

async fn image_count(service: &Service) -> u64 {
    service.handle().contents().await.unwrap().images
}

/// Everything that comes back on a connection of its own, up to its end.
async fn raw(service: &Service, head: &str, body: &[u8]) -> String {
    let mut stream = TcpStream::connect(service.handle().addr()).await.unwrap();
    let request = format!(
        "{head} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {TOKEN}\r\ncontent-length: {}\r\n\
         content-type: multipart/form-data; boundary=b\r\n\r\n",
        service.handle().addr(),
        body.len()
    );
    stream
        .write_all(&[request.as_bytes(), body].concat())
        .await
        .unwrap();
    let mut answer = Vec::new();
    tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut answer))
        .await
        .expect("the connection ends")
        .ok();
    String::from_utf8_lossy(&answer).into_owned()
}

fn upload_form() -> Vec<u8> {
    let head = "Content-Disposition: form-data; name=\"file\"; filename=\"a.png\"";
    super::raw_form(&[super::raw_part(head, &png(8, 6))])
}

fn upload_line(service: &Service) -> String {
    format!(
        "POST /client/v4/accounts/{}/images/v1",
        service.handle().account_id()
    )
}

/// The log once it has so many lines: a line is written after the answer's last byte.
async fn log(service: &Service, lines: u64) -> Vec<Exchange> {
    let traffic = service.handle().traffic();
    tokio::time::timeout(Duration::from_secs(10), traffic.wait_after(lines - 1))
        .await
        .expect("the log has the line");
    traffic.after(0)
}

#[tokio::test]
async fn a_slow_library_answers_after_the_time_that_was_asked_for() {
    let service = faulty("latency=300ms").await;
    let start = Instant::now();
    service.get("v1/stats").await.result();
    assert!(start.elapsed() >= Duration::from_millis(300));
    service.handle().set_faults(None);
    let start = Instant::now();
    service.get("v1/stats").await.result();
    assert!(start.elapsed() < Duration::from_millis(250));
}

#[tokio::test]
async fn a_failing_library_refuses_in_the_forms_of_the_service_and_changes_nothing() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let upload = || service.upload(file_form(png(8, 6), "a.png"));
    let fail_with = |status: u16| {
        let faults = faults(&format!("error=100%:{status}"));
        service.handle().set_faults(Some(faults));
    };
    fail_with(500);
    upload().await.refused(500, 5500);
    fail_with(503);
    upload().await.refused(503, 5503);
    fail_with(429);
    let busy = upload().await;
    busy.refused(429, 971);
    assert_eq!(busy.header("retry-after"), "1");
    assert_eq!(busy.header("ratelimit"), "\"default\";r=0;t=1");
    fail_with(502);
    let page = upload().await;
    assert_eq!(
        (page.status, page.header("content-type")),
        (502, "text/html")
    );
    assert!(page.text().contains("502 Bad Gateway"));
    service.handle().set_faults(None);
    assert_eq!(image_count(&service).await, 0);
}

#[tokio::test]
async fn an_error_without_a_status_is_a_mixture() {
    let service = faulty("error=100%").await;
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..40 {
        seen.insert(service.get("v1/stats").await.status);
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), [429, 500, 502, 503]);
}

#[tokio::test]
async fn a_connection_that_is_cut_before_the_effect_carries_no_byte_and_changes_nothing() {
    let service = faulty("cut=100%:before").await;
    assert_eq!(
        raw(&service, &upload_line(&service), &upload_form()).await,
        ""
    );
    assert_eq!(
        raw(&service, "GET /client/v4/user/tokens/verify", b"").await,
        ""
    );
    assert_eq!(image_count(&service).await, 0);
}

#[tokio::test]
async fn a_connection_that_is_cut_after_the_effect_carries_no_byte_and_the_effect_stays() {
    let service = faulty("cut=100%:after").await;
    assert_eq!(
        raw(&service, &upload_line(&service), &upload_form()).await,
        ""
    );
    assert_eq!(image_count(&service).await, 1);
    service.handle().set_faults(None);
    let listed = service.get("v2").await.result();
    assert_eq!(listed["images"][0]["filename"], "a.png");
}

#[tokio::test]
async fn a_stalled_request_is_not_answered_until_the_faults_are_gone() {
    let service = faulty("stall=100%").await;
    let request = service.request(Method::GET, "v1/stats");
    let waiting = tokio::spawn(request.send());
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert!(!waiting.is_finished());
    service.handle().set_faults(None);
    let ended = tokio::time::timeout(Duration::from_secs(5), waiting).await;
    assert!(ended.unwrap().unwrap().is_err(), "the connection is closed");
    service.get("v1/stats").await.result();
}

#[tokio::test]
async fn who_is_kept_waiting_does_not_hold_up_the_end() {
    for text in ["stall=100%", "latency=60s"] {
        let service = faulty(text).await;
        let waiting = tokio::spawn(service.request(Method::GET, "v1/stats").send());
        tokio::time::sleep(Duration::from_millis(200)).await;
        let start = Instant::now();
        drop(service.restart().await);
        assert!(start.elapsed() < Duration::from_secs(2), "{text}");
        drop(waiting.await);
    }
}

#[tokio::test]
async fn failures_can_be_told_as_a_line_of_text() {
    let service = faulty("plain=100%").await;
    let line = service.get("v1/nothing").await.refused_in_text(404, 5404);
    assert_eq!(line, "ERROR 5404: Image not found");
    let anonymous = send(service.http.get(service.images("v1"))).await;
    anonymous.refused_in_text(400, 9106);
    // What works is told as always.
    service.get("v1/stats").await.result();
}

#[tokio::test]
async fn delivery_and_one_time_urls_fail_in_their_own_words() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let id = service.upload_png().await;
    let link = service
        .post_json("v2/direct_upload", json!({}))
        .await
        .result();
    let link = link["uploadURL"].as_str().unwrap();
    service.handle().set_faults(Some(faults("error=100%:503")));
    let picture = service.deliver(&format!("{id}/public")).await;
    picture.refused_in_text(503, 9522);
    let form = file_form(png(8, 6), "a.png");
    let sent = send(service.http.post(link).multipart(form)).await;
    sent.refused_in_text(503, 5503);
    assert_eq!(sent.header("access-control-allow-origin"), "*");
    // A browser asks first whether it may send; that is no request of its own.
    let asked = send(service.http.request(Method::OPTIONS, link)).await;
    assert_eq!(asked.status, 204);
    service.handle().set_faults(None);
    let form = file_form(png(8, 6), "a.png");
    send(service.http.post(link).multipart(form)).await.result();
}

#[tokio::test]
async fn only_the_calls_that_are_meant_fail() {
    let service = faulty("error=100%:500,only=details+delete").await;
    let id = service.upload_png().await;
    service.get(&format!("v1/{id}")).await.refused(500, 5500);
    service.delete(&format!("v1/{id}")).await.refused(500, 5500);
    service.get("v2").await.result();
    service.get("v1/stats").await.result();
    assert_eq!(service.deliver(&format!("{id}/public")).await.status, 200);
}

/// What became of forty requests: a status, or 0 for a cut.
async fn run(text: &str) -> Vec<u16> {
    let service = faulty(text).await;
    let mut fates = Vec::new();
    for number in 0..40 {
        // The ids of a run are not those of another; that shall not matter.
        let path = format!("v1/{}", uuid_of(number));
        let answer = service.request(Method::GET, &path).send().await;
        fates.push(answer.map_or(0, |answer| answer.status().as_u16()));
    }
    fates
}

fn uuid_of(number: u32) -> String {
    let nanos = jiff::Timestamp::now().as_nanosecond();
    format!("{number}-{nanos}")
}

#[tokio::test]
async fn a_run_repeats_by_its_seed() {
    let text = "error=30%,cut=20%,latency=1ms..3ms,seed=11";
    let first = run(text).await;
    for status in [0, 404, 500] {
        assert!(first.contains(&status), "{status} is not in {first:?}");
    }
    assert_eq!(run(text).await, first);
    assert_ne!(run(&text.replace("seed=11", "seed=12")).await, first);
}

#[tokio::test]
async fn setting_faults_anew_begins_the_run_anew() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let mut runs = Vec::new();
    for _ in 0..2 {
        service
            .handle()
            .set_faults(Some(faults("error=50%:503,seed=5")));
        let mut statuses = Vec::new();
        for _ in 0..12 {
            statuses.push(service.get("v1/stats").await.status);
        }
        runs.push(statuses);
    }
    assert_eq!(runs[0], runs[1]);
    assert_eq!(
        service.handle().faults(),
        Some(faults("error=50%:503,seed=5"))
    );
}

#[tokio::test]
async fn the_log_tells_what_was_asked_and_what_came_of_it() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let id = service.upload_png().await;
    service.get("v1/nothing").await.refused(404, 5404);
    let picture = service.deliver(&format!("{id}/public")).await;
    let log = log(&service, 3).await;
    let [upload, missing, delivery] = log.as_slice() else {
        panic!("{log:?}");
    };
    assert_eq!((upload.method.as_str(), upload.status), ("POST", Some(200)));
    assert!(upload.received_bytes > png(8, 6).len() as u64);
    assert!(!upload.has_failed() && upload.injected.is_nothing());
    assert_eq!((missing.status, missing.code), (Some(404), Some(5404)));
    assert!(missing.target.ends_with("/images/v1/nothing") && missing.has_failed());
    assert_eq!(delivery.sent_bytes, picture.body.len() as u64);
    assert!(delivery.target.ends_with(&format!("/{id}/public")));
    assert_eq!(
        log.iter().map(|line| line.number).collect::<Vec<_>>(),
        [1, 2, 3]
    );
}

#[tokio::test]
async fn the_log_holds_nothing_that_opens_anything() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let link = service
        .post_json("v2/direct_upload", json!({}))
        .await
        .result();
    let (id, link) = (
        link["id"].as_str().unwrap(),
        link["uploadURL"].as_str().unwrap(),
    );
    let form = file_form(png(8, 6), "a.png");
    send(service.http.post(link).multipart(form)).await.result();
    let path = format!("some/public?exp=1735689600&sig={}", "5".repeat(64));
    service.deliver(&path).await;
    for exchange in log(&service, 3).await {
        let words = exchange.to_string();
        for secret in [id, &"5".repeat(64), TOKEN] {
            assert!(!words.contains(secret), "{words}");
        }
    }
}

#[tokio::test]
async fn the_log_tells_what_was_done_on_request() {
    let service = faulty("latency=20ms,cut=100%:after").await;
    service
        .request(Method::GET, "v1/stats")
        .send()
        .await
        .unwrap_err();
    service
        .handle()
        .set_faults(Some(faults("error=100%:503,plain=100%")));
    service.get("v1/stats").await.refused_in_text(503, 5503);
    // The client may have asked a second time on a connection that it had kept.
    let log = log(&service, 2).await;
    let (cut, refused) = (&log[0], log.last().unwrap());
    assert_eq!(
        (cut.status, cut.injected.mishap),
        (None, Some(Mishap::CutAfter))
    );
    assert!(cut.took >= Duration::from_millis(20));
    let words = "[delayed 20 ms, cut after the effect]";
    assert!(cut.to_string().ends_with(words), "{cut}");
    assert_eq!(refused.status, Some(503));
    assert!(
        refused
            .to_string()
            .ends_with("[refused with 503, told as text]")
    );
}

#[tokio::test]
async fn a_client_that_leaves_is_in_the_log() {
    let service = faulty("latency=30s").await;
    let request = service.request(Method::GET, "v1/stats");
    let left = request.timeout(Duration::from_millis(200)).send().await;
    assert!(left.is_err());
    let log = log(&service, 1).await;
    assert_eq!(log[0].status, None);
    assert!(log[0].took < Duration::from_secs(10));
}

#[tokio::test]
async fn what_is_in_the_library_is_told() {
    let Some(service) = Service::owned().await else {
        return;
    };
    service.upload_png().await;
    let id = service.upload_png().await;
    let contents = service.handle().contents().await.unwrap();
    assert_eq!(contents.images, 2);
    assert_eq!(
        contents.originals_bytes,
        png(8, 6).len() as u64,
        "equal bytes lie there once"
    );
    assert_eq!(contents.renditions_bytes, 0);
    service
        .deliver(&format!("{id}/public"))
        .await
        .picture_size();
    assert!(service.handle().contents().await.unwrap().renditions_bytes > 0);
}

/// `lenticular serve` with more arguments, on a folder of its own.
fn serve(folder: &std::path::Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lenticular"));
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--library"])
        .arg(folder)
        .args(arguments)
        .env("LENTICULAR_TOKEN", TOKEN)
        .env_remove("LENTICULAR_READ_TOKEN")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

#[test]
fn faults_that_cannot_be_meant_are_told_before_anything_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let library = folder.path().join("library");
    for (argument, says) in [
        ("--fault=error=200%", "100% at most"),
        ("--fault=explode=1%", "no \"explode\""),
        ("--rate-limit=5", "REQUESTS/SECONDS"),
    ] {
        let output = serve(&library, &[argument]).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && told.contains(says), "{told}");
        assert!(!library.exists());
    }
}

#[tokio::test]
async fn the_command_line_writes_a_line_for_each_request() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = [
        "--log",
        "--fault",
        "error=100%:503,only=list",
        "--rate-limit",
    ];
    let mut server = serve(folder.path(), &arguments).spawn().unwrap();
    let mut line = String::new();
    let mut out = std::io::BufReader::new(server.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut out, &mut line).unwrap();
    let said: serde_json::Value = serde_json::from_str(&line).unwrap();
    let images = format!(
        "{}/accounts/{}/images",
        said["api"].as_str().unwrap(),
        said["account_id"].as_str().unwrap()
    );
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let ask = |path: &str| send(http.get(format!("{images}/{path}")).bearer_auth(TOKEN));
    let stats: Answer = ask("v1/stats").await;
    assert_eq!(stats.header("ratelimit"), "\"default\";r=1199;t=300");
    ask("v2").await.refused(503, 5503);
    // `kill` as a person would use it, so that the program ends by its own road.
    let killed = Command::new("kill").arg(server.id().to_string()).status();
    assert!(killed.unwrap().success());
    let output = server.wait_with_output().unwrap();
    let log = String::from_utf8(output.stderr).unwrap();
    let lines: Vec<&str> = log.lines().collect();
    assert_eq!(lines.len(), 2, "{log}");
    assert!(lines[0].contains("/images/v1/stats 200 "), "{log}");
    assert!(lines[1].contains("/images/v2 503/5503 "), "{log}");
    assert!(lines[1].ends_with("[refused with 503]"), "{log}");
    assert!(!log.contains(TOKEN));
}
