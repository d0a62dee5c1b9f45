//! Connecting: each cause of a failure has its own name.

use std::process::Command;
use std::time::{Duration, Instant};

use lenticular::api::{Client, ConnectionFault, Endpoint, ErrorKind};
use lenticular::model::Secret;

use super::peer::{Peer, STATS, Step, answer, failure, success};
use super::{account, client_at, settings};

const ACTIVE: &str = r#"{"id":"ed17574386854bf78a67040be0a770b0","status":"active"}"#;

/// What `check_access` says when the peer answers so, in this order.
async fn access(answers: impl IntoIterator<Item = Vec<u8>>) -> Result<u64, ErrorKind> {
    let peer = Peer::start(answers.into_iter().map(Step::Write)).await;
    let access = client_at(&peer.api_base()).check_access().await;
    access
        .map(|stats| stats.current)
        .map_err(|error| error.kind().clone())
}

#[tokio::test]
async fn wrong_token_wrong_account_and_missing_permission_are_told_apart() {
    let unknown = || failure("401 Unauthorized", 1000, "Invalid API Token");
    let active = || success(ACTIVE);
    assert_eq!(access([active(), success(STATS)]).await, Ok(3));
    // A user's token is not known on the account's path.
    assert_eq!(access([unknown(), active(), success(STATS)]).await, Ok(3));
    assert_eq!(
        access([unknown(), unknown()]).await,
        Err(ErrorKind::TokenRefused)
    );
    let malformed = || failure("400 Bad Request", 6003, "Invalid request headers");
    assert_eq!(access([malformed()]).await, Err(ErrorKind::MalformedToken));
    let expired = success(&ACTIVE.replace("active", "expired"));
    assert_eq!(access([expired]).await, Err(ErrorKind::TokenRefused));
    let no_account = failure("403 Forbidden", 5403, "The given account is not valid");
    assert_eq!(
        access([active(), no_account]).await,
        Err(ErrorKind::AccountInvalid)
    );
    let no_right = failure(
        "403 Forbidden",
        9109,
        "Unauthorized to access requested resource",
    );
    assert_eq!(
        access([active(), no_right]).await,
        Err(ErrorKind::PermissionMissing)
    );
    // The token is good, so this refusal cannot mean the token.
    let no_right = failure("401 Unauthorized", 10_000, "Authentication error");
    assert_eq!(
        access([active(), no_right]).await,
        Err(ErrorKind::PermissionMissing)
    );
    let page = answer("200 OK", &[("content-type", "text/html")], "<html>");
    assert_eq!(access([page]).await, Err(ErrorKind::NotUnderstood));
}

async fn fault_of(client: &Client) -> ErrorKind {
    client.check_access().await.unwrap_err().kind().clone()
}

#[tokio::test]
async fn each_way_not_to_be_connected_has_its_name() {
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let nobody = client_at(&format!("http://127.0.0.1:{port}/client/v4"));
    assert_eq!(
        fault_of(&nobody).await,
        ErrorKind::Connection(ConnectionFault::Refused)
    );

    let plain = Peer::answering(success(ACTIVE)).await;
    let base = plain.api_base().replace("http:", "https:");
    let start = Instant::now();
    // The peer waits for the end of a request that never comes, so it is closed for it.
    let closing = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let closing_base = format!("https://{}/client/v4", closing.local_addr().unwrap());
    std::thread::spawn(move || {
        while let Ok((mut socket, _)) = closing.accept() {
            use std::io::{Read, Write};
            let mut some = [0; 64];
            drop(socket.read(&mut some));
            drop(socket.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n"));
        }
    });
    let fault = fault_of(&client_at(&closing_base)).await;
    assert_eq!(fault, ErrorKind::Connection(ConnectionFault::Tls));
    let fault = fault_of(&client_at(&base)).await;
    assert_eq!(fault, ErrorKind::Connection(ConnectionFault::NoAnswer));
    assert!(start.elapsed() < Duration::from_secs(20));

    let silent = Peer::start([Step::Silence]).await;
    assert_eq!(
        fault_of(&client_at(&silent.api_base())).await,
        ErrorKind::Timeout
    );
}

#[tokio::test]
async fn a_token_that_no_header_can_hold_is_refused_at_once() {
    for token in ["", "with space", "Bearer abc", "line\nbreak"] {
        let endpoint = Endpoint::cloudflare(account(), Secret::new(token.to_owned()));
        let error = Client::with_settings(endpoint, settings()).unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::MalformedToken);
    }
}

/// Runs one test of this binary with another environment, which a process cannot change for
/// itself while its threads run.
fn run_again(test: &str, variables: &[(&str, &str)]) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args([test, "--exact", "--nocapture"])
        .env("LENTICULAR_TEST_CHILD", "1");
    let finished = command.envs(variables.iter().copied()).output().unwrap();
    let told = String::from_utf8_lossy(&finished.stdout);
    assert!(
        finished.status.success() && told.contains("1 passed"),
        "{told}"
    );
}

fn is_child() -> bool {
    std::env::var_os("LENTICULAR_TEST_CHILD").is_some()
}

#[tokio::test]
async fn a_local_library_is_reached_without_the_proxy_of_the_system() {
    if !is_child() {
        let test = "client::connecting::a_local_library_is_reached_without_the_proxy_of_the_system";
        let dead = "http://127.0.0.1:9";
        run_again(
            test,
            &[
                ("HTTP_PROXY", dead),
                ("http_proxy", dead),
                ("ALL_PROXY", dead),
            ],
        );
        return;
    }
    assert_eq!(access([success(ACTIVE), success(STATS)]).await, Ok(3));
}

#[tokio::test]
async fn an_account_is_reached_through_the_proxy_of_the_system() {
    if !is_child() {
        let test = "client::connecting::an_account_is_reached_through_the_proxy_of_the_system";
        let refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n";
        let proxy = Peer::answering(refusal.to_vec()).await;
        let origin = proxy.origin();
        tokio::task::spawn_blocking(move || {
            run_again(test, &[("HTTPS_PROXY", &origin), ("https_proxy", &origin)]);
        })
        .await
        .unwrap();
        assert_eq!(
            proxy.first().await.line(),
            "CONNECT api.cloudflare.com:443 HTTP/1.1"
        );
        assert!(!proxy.first().await.head.contains("canary"));
        return;
    }
    let endpoint = Endpoint::cloudflare(account(), Secret::new(super::TOKEN.to_owned()));
    let client = Client::with_settings(endpoint, settings()).unwrap();
    assert_eq!(
        fault_of(&client).await,
        ErrorKind::Connection(ConnectionFault::Proxy)
    );
}

#[tokio::test]
async fn a_name_without_an_address_is_told() {
    if !is_child() {
        // A proxy would look the name up in our place.
        let test = "client::connecting::a_name_without_an_address_is_told";
        run_again(test, &[("NO_PROXY", "*"), ("no_proxy", "*")]);
        return;
    }
    let nameless = client_at("http://api.cloudflare.invalid/client/v4");
    let fault = fault_of(&nameless).await;
    assert_eq!(fault, ErrorKind::Connection(ConnectionFault::Dns));
}
