//! What a case made in an account that is not its own, and the end of it.

use std::cell::{Cell, RefCell};

use serde_json::json;
use tokio::sync::Mutex;

use super::Service;
use super::endpoint::{client, segment};
use super::target::{Target, shared};

/// How a case begins its ids, and the end of what it made.
pub(super) struct Scope {
    pub(super) prefix: String,
    holds_flexible: Cell<bool>,
}

/// Something that a case made in an account that is not its own.
pub(super) enum Made {
    Image(String),
    Variant(String),
}

thread_local! {
    /// A case runs on one thread, so what that thread made is what the case made.
    static MADE: RefCell<Vec<Made>> = const { RefCell::new(Vec::new()) };
}

/// Remembers what has to go at the end of the case.
pub(super) fn remember(made: Made) {
    MADE.with_borrow_mut(|list| list.push(made));
}

/// Who needs flexible variants switched on just now, in an account that all cases share.
struct Flexible {
    holders: usize,
    was_on: bool,
}

static FLEXIBLE: Mutex<Flexible> = Mutex::const_new(Flexible {
    holders: 0,
    was_on: false,
});

impl Service {
    /// Switches flexible variants on; in a shared account, until the last case that needs it ends.
    pub(crate) async fn enable_flexible(&self) {
        if shared().is_none() {
            return self.switch_flexible(true).await;
        }
        let mut flexible = FLEXIBLE.lock().await;
        if self.scope.holds_flexible.get() {
            return;
        }
        if flexible.holders == 0 {
            let config = self.get("v1/config").await.result();
            flexible.was_on = config["flexible_variants"] == true;
            if !flexible.was_on {
                self.switch_flexible(true).await;
            }
        }
        flexible.holders += 1;
        self.scope.holds_flexible.set(true);
    }

    async fn switch_flexible(&self, on: bool) {
        let body = json!({"flexible_variants": on});
        self.patch("v1/config", body).await.result();
    }
}

impl Scope {
    pub(super) fn new() -> Self {
        let random = uuid::Uuid::new_v4().simple().to_string();
        Self {
            prefix: format!("t{}", &random[..10]),
            holds_flexible: Cell::new(false),
        }
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        let Some(target) = shared() else {
            return;
        };
        let made = MADE.take();
        let releases = self.holds_flexible.get();
        if made.is_empty() && !releases {
            return;
        }
        // A case that failed has to leave the account clean, too, and its runtime may be gone.
        let clean = || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(clean(target, made, releases));
        };
        std::thread::scope(|scope| scope.spawn(clean).join().ok());
    }
}

async fn clean(target: &Target, made: Vec<Made>, releases_flexible: bool) {
    let http = client();
    let url = |path: &str| {
        format!(
            "{}/accounts/{}/images/v1/{path}",
            target.api, target.account_id
        )
    };
    for made in made {
        let path = match &made {
            Made::Image(id) => segment(id),
            Made::Variant(id) => format!("variants/{id}"),
        };
        // Most cases have deleted it themselves.
        http.delete(url(&path))
            .bearer_auth(&target.token)
            .send()
            .await
            .ok();
    }
    if releases_flexible {
        let mut flexible = FLEXIBLE.lock().await;
        flexible.holders -= 1;
        if flexible.holders == 0 && !flexible.was_on {
            let body = json!({"flexible_variants": false});
            let request = http.patch(url("config")).bearer_auth(&target.token);
            request.json(&body).send().await.ok();
        }
    }
}
