//! The client over real sockets: against scripted peers that answer oddly, and against the local
//! library.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests; clippy excuses only functions marked as tests"
)]

mod answers;
mod connecting;
mod faults;
mod library;
mod peer;
mod repeating;
mod uploading;

use std::time::Duration;

use lenticular::api::{Client, Editor, Endpoint, RetryPolicy, Settings};
use lenticular::model::{AccountId, Secret};

use peer::Peer;

/// A token that must turn up nowhere but in the header.
const TOKEN: &str = "canary-0123456789abcdefghijklmnopqrstuv";

fn account() -> AccountId {
    AccountId::parse("023e105f4ecef8ad9ca31a8372d0c353").unwrap()
}

/// Short waits, so that tests of time-outs take no time.
fn settings() -> Settings {
    Settings {
        connect: Duration::from_secs(2),
        answer: Duration::from_millis(400),
        stall: Duration::from_millis(500),
        upload_answer: Duration::from_millis(600),
        retry: RetryPolicy {
            first_delay: Duration::from_millis(5),
            max_delay: Duration::from_millis(20),
            ..RetryPolicy::default()
        },
        ..Settings::default()
    }
}

fn client_at(api_base: &str) -> Client {
    let endpoint = Endpoint::custom(api_base, account(), Secret::new(TOKEN.to_owned()));
    Client::with_settings(endpoint, settings()).unwrap()
}

fn editor_of(peer: &Peer) -> Editor {
    Editor::new(client_at(&peer.api_base()))
}
