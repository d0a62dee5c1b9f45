//! Which account the cases ask: one from the environment, or that of a server of their own.

use std::sync::OnceLock;

use lenticular::model::{AccountHash, AccountId};
use lenticular::server::ServerHandle;

use super::TOKEN;

/// Base URLs and names of the account under test.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(super) api: String,
    delivery: String,
    upload: String,
    batch: String,
    pub(super) account_id: AccountId,
    account_hash: AccountHash,
    pub(super) token: String,
}

impl Target {
    pub(super) fn of(server: &ServerHandle) -> Self {
        Self {
            api: server.api_base(),
            delivery: server.delivery_base(),
            upload: server.upload_base(),
            batch: server.batch_base(),
            account_id: server.account_id().clone(),
            account_hash: server.account_hash().clone(),
            token: server.token().expose().clone(),
        }
    }

    /// The account that the environment names.
    fn from_environment() -> Option<Self> {
        let read = |name: &str| std::env::var(name).ok().filter(|text| !text.is_empty());
        let api = read("LENTICULAR_TEST_API")?;
        let wanted = |name: &str| {
            read(name).unwrap_or_else(|| panic!("LENTICULAR_TEST_API is set, {name} is not"))
        };
        let plain = |base: String| base.trim_end_matches('/').to_owned();
        let delivery = plain(wanted("LENTICULAR_TEST_DELIVERY"));
        let beside = |name: &str| read(name).map_or_else(|| delivery.clone(), plain);
        Some(Self {
            api: plain(api),
            upload: beside("LENTICULAR_TEST_UPLOAD"),
            batch: beside("LENTICULAR_TEST_BATCH"),
            account_id: AccountId::parse(&wanted("LENTICULAR_TEST_ACCOUNT_ID")).unwrap(),
            account_hash: AccountHash::from_server(wanted("LENTICULAR_TEST_ACCOUNT_HASH")),
            token: wanted("LENTICULAR_TEST_TOKEN"),
            delivery,
        })
    }

    pub(crate) fn api_base(&self) -> &str {
        &self.api
    }

    pub(crate) fn delivery_base(&self) -> &str {
        &self.delivery
    }

    pub(crate) fn upload_base(&self) -> &str {
        &self.upload
    }

    pub(crate) fn batch_base(&self) -> &str {
        &self.batch
    }

    pub(crate) fn account_id(&self) -> &AccountId {
        &self.account_id
    }

    pub(crate) fn account_hash(&self) -> &AccountHash {
        &self.account_hash
    }

    /// `host:port` of an API that speaks plain HTTP.
    pub(crate) fn plain_host(&self) -> Option<&str> {
        self.api.strip_prefix("http://")?.split('/').next()
    }
}

pub(super) fn shared() -> Option<&'static Target> {
    static SHARED: OnceLock<Option<Target>> = OnceLock::new();
    SHARED.get_or_init(Target::from_environment).as_ref()
}

/// Whether the cases run against an account from the environment.
pub(super) fn is_shared() -> bool {
    shared().is_some()
}

/// The token that the cases use.
pub(crate) fn token() -> &'static str {
    shared().map_or(TOKEN, |shared| &shared.token)
}
