//! The open library as a server: what is in it, what goes wrong in it on request, and what it is
//! asked. None of this goes through its own door, so it works however badly the door does.

use std::sync::Arc;
use std::time::Duration;

use crate::model::Problem;
use crate::server::Faults;

use super::event::{Event, LibraryInfo};
use super::lanes::Events;
use super::session::Session;

/// The request log is told at most this often.
const PAUSE: Duration = Duration::from_millis(250);

/// Tells what there is in the library.
pub(super) async fn info(session: Arc<Session>, events: Events) {
    let asked = session.with_server(|server| {
        let (token, faults) = (server.token().clone(), server.faults());
        (server.contents(), token, faults)
    });
    let Some((contents, token, faults)) = asked else {
        return;
    };
    let result = match contents.await {
        Ok(contents) => Ok(Box::new(LibraryInfo {
            contents,
            token,
            faults,
        })),
        Err(error) => {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the library does not tell what is in it"
            );
            Err(Problem::new("The library does not tell what is in it")
                .with_hint("Look whether its folder may be read")
                .retryable(true))
        }
    };
    events.send(Event::Library(result)).await;
}

/// Lets things go wrong from now on, or no longer.
pub(super) async fn set_faults(session: Arc<Session>, events: Events, faults: Option<Faults>) {
    let set = session.with_server(|server| {
        server.set_faults(faults);
        server.faults()
    });
    if let Some(faults) = set {
        events.send(Event::FaultsSet(faults.map(Box::new))).await;
    }
}

/// Tells the request log as it grows, from the request after that number on. Nothing is sent while
/// nothing is asked.
pub(super) async fn watch(session: Arc<Session>, events: Events, after: u64) {
    let Some(traffic) = session.with_server(|server| server.traffic().clone()) else {
        return;
    };
    let mut told = after;
    loop {
        traffic.wait_after(told).await;
        let new = traffic.after(told);
        told = new.last().map_or(told, |exchange| exchange.number);
        events.send(Event::Traffic(new)).await;
        tokio::time::sleep(PAUSE).await;
    }
}
