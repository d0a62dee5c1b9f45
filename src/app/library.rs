//! The open library as a server: its facts, its request log, and what shall go wrong in it.

use std::collections::VecDeque;
use std::time::Duration;

use crate::engine::{CutWhen, Exchange, Faults, Latency, LibraryInfo, Request, SessionInfo, Share};
use crate::model::{Problem, Secret};

use super::State;
use super::loadable::Loadable;

/// As many requests as are shown.
const SHOWN: usize = 500;

/// The open library as a server.
#[derive(Debug, Default)]
pub struct Library {
    /// What there is in it.
    pub info: Loadable<LibraryInfo>,
    /// What goes wrong in it on request, as it said last.
    pub faults: Option<Faults>,
    /// What it was asked, oldest first.
    pub log: VecDeque<Exchange>,
    /// Whether the log stands still.
    pub is_paused: bool,
    /// The number of the last request that was told.
    last: u64,
}

impl Library {
    pub(super) fn enter(&mut self) -> Vec<Request> {
        self.info.start();
        let mut requests = vec![Request::Library];
        if !self.is_paused {
            requests.push(Request::WatchTraffic { after: self.last });
        }
        requests
    }

    pub(super) fn pause(&mut self, on: bool) -> Vec<Request> {
        self.is_paused = on;
        if on {
            vec![Request::StopTraffic]
        } else {
            vec![Request::WatchTraffic { after: self.last }]
        }
    }

    pub(super) fn receive_info(&mut self, result: Result<Box<LibraryInfo>, Problem>) {
        match result {
            Ok(info) => {
                self.faults.clone_from(&info.faults);
                self.info.finish(*info);
            }
            Err(problem) => self.info.fail(problem),
        }
    }

    pub(super) fn receive_traffic(&mut self, new: Vec<Exchange>) {
        // An event that was on its way while the log was stopped is told a second time.
        let last = self.last;
        self.log
            .extend(new.into_iter().filter(|exchange| exchange.number > last));
        self.last = self
            .log
            .back()
            .map_or(last, |exchange| exchange.number.max(last));
        let too_many = self.log.len().saturating_sub(SHOWN);
        self.log.drain(..too_many);
    }
}

/// The form in which another program is told how to use the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Connection {
    /// Lines for a shell or a file of variables, as the official SDKs read them.
    #[default]
    Environment,
    /// A command that uploads a file.
    Curl,
    /// One line of JSON, as `lenticular serve` writes it.
    Json,
}

impl Connection {
    /// All of them, in the order they are offered.
    pub const ALL: [Self; 3] = [Self::Environment, Self::Curl, Self::Json];

    /// The text, with this in place of the token.
    #[must_use]
    pub fn text(self, session: &SessionInfo, token: &str) -> String {
        let (api, delivery) = (&session.api_base, &session.delivery_base);
        let account = session.account_id.as_str();
        let hash = session
            .account_hash
            .as_ref()
            .map_or("", |hash| hash.as_str());
        match self {
            Self::Environment => format!(
                "CLOUDFLARE_BASE_URL={api}\n\
                 CLOUDFLARE_ACCOUNT_ID={account}\n\
                 CLOUDFLARE_API_TOKEN={token}\n\
                 CLOUDFLARE_IMAGES_URL={delivery}/{hash}"
            ),
            Self::Curl => format!(
                "curl {api}/accounts/{account}/images/v1 \\\n  \
                 --header 'Authorization: Bearer {token}' \\\n  \
                 --form file=@photo.jpg"
            ),
            Self::Json => serde_json::json!({
                "api": api,
                "delivery": delivery,
                "upload": delivery,
                "batch": delivery,
                "account_id": account,
                "account_hash": hash,
                "token": token,
            })
            .to_string(),
        }
    }
}

impl State {
    pub(super) fn connection(&self, form: Connection) -> Option<Secret<String>> {
        let (session, info) = (self.session.as_ref()?, self.library.info.value()?);
        Some(Secret::new(form.text(session, info.token.expose())))
    }
}

/// A usual way for things to go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultPreset {
    /// Nothing goes wrong.
    Off,
    /// Answers take their time.
    Slow,
    /// Some requests are refused.
    Failing,
    /// Some connections are cut.
    Cutting,
    /// All of it.
    Mixed,
}

impl FaultPreset {
    /// All of them, in the order they are offered.
    pub const ALL: [Self; 5] = [
        Self::Off,
        Self::Slow,
        Self::Failing,
        Self::Cutting,
        Self::Mixed,
    ];
}

/// What shall go wrong, as it is typed. Empty is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FaultsDraft {
    /// The shortest wait, in milliseconds.
    pub min_millis: Option<u32>,
    /// The longest wait, in milliseconds.
    pub max_millis: Option<u32>,
    /// How many in a hundred are refused.
    pub error_percent: Option<u32>,
    /// How many in a hundred are cut.
    pub cut_percent: Option<u32>,
    /// When they are cut.
    pub cut_when: CutWhen,
    /// How many in a hundred failures are told as a line of text.
    pub plain_percent: Option<u32>,
    /// Which run it is.
    pub seed: Option<u32>,
}

/// Why a draft describes no faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultsDraftError {
    /// The shortest wait is longer than the longest.
    Backwards,
    /// A wait is longer than ten minutes.
    TooSlow,
    /// More than a hundred in a hundred are refused or cut.
    TooMany,
}

impl FaultsDraft {
    /// A draft of that kind; the seed stays.
    #[must_use]
    pub fn preset(self, preset: FaultPreset) -> Self {
        let none = Self {
            seed: self.seed,
            ..Self::default()
        };
        let slow = Self {
            min_millis: Some(300),
            max_millis: Some(2_000),
            ..none
        };
        match preset {
            FaultPreset::Off => none,
            FaultPreset::Slow => slow,
            FaultPreset::Failing => Self {
                error_percent: Some(20),
                ..none
            },
            FaultPreset::Cutting => Self {
                cut_percent: Some(20),
                ..none
            },
            FaultPreset::Mixed => Self {
                error_percent: Some(10),
                cut_percent: Some(5),
                plain_percent: Some(50),
                ..slow
            },
        }
    }

    /// Of which kind it is.
    #[must_use]
    pub fn kind(&self) -> FaultPreset {
        let is_some = |number: Option<u32>| number.is_some_and(|number| number > 0);
        let is_slow = is_some(self.min_millis) || is_some(self.max_millis);
        let is_plain = is_some(self.plain_percent);
        match (
            is_slow,
            is_some(self.error_percent),
            is_some(self.cut_percent),
        ) {
            (false, false, false) if !is_plain => FaultPreset::Off,
            (true, false, false) if !is_plain => FaultPreset::Slow,
            (false, true, false) => FaultPreset::Failing,
            (false, false, true) if !is_plain => FaultPreset::Cutting,
            _ => FaultPreset::Mixed,
        }
    }

    /// The faults that these numbers mean; `None` when nothing shall go wrong.
    ///
    /// # Errors
    /// Numbers that cannot be meant.
    pub fn faults(&self) -> Result<Option<Faults>, FaultsDraftError> {
        let number = |number: Option<u32>| number.unwrap_or(0);
        let millis = |millis: u32| Duration::from_millis(u64::from(millis));
        let min = millis(number(self.min_millis));
        let max = self.max_millis.map_or(min, millis);
        if min > max {
            return Err(FaultsDraftError::Backwards);
        }
        if max > Faults::MAX_LATENCY {
            return Err(FaultsDraftError::TooSlow);
        }
        let (error, cut) = (number(self.error_percent), number(self.cut_percent));
        if error.saturating_add(cut) > 100 || number(self.plain_percent) > 100 {
            return Err(FaultsDraftError::TooMany);
        }
        let faults = Faults {
            latency: (!max.is_zero()).then_some(Latency { min, max }),
            error: Share::percent(error),
            cut: Share::percent(cut),
            cut_when: self.cut_when,
            plain: Share::percent(number(self.plain_percent)),
            seed: u64::from(number(self.seed)),
            ..Faults::default()
        };
        Ok((!faults.is_nothing()).then_some(faults))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Injected;

    fn exchange(number: u64) -> Exchange {
        Exchange {
            number,
            started: jiff::Timestamp::UNIX_EPOCH,
            method: "GET".to_owned(),
            target: "/".to_owned(),
            status: Some(200),
            code: None,
            took: Duration::ZERO,
            received_bytes: 0,
            sent_bytes: 0,
            injected: Injected::default(),
        }
    }

    #[test]
    fn the_log_goes_on_where_it_was_stopped_and_tells_nothing_twice() {
        let mut library = Library::default();
        library.receive_traffic((1..=3).map(exchange).collect());
        assert_eq!(library.pause(true), [Request::StopTraffic]);
        library.log.clear();
        assert_eq!(library.pause(false), [Request::WatchTraffic { after: 3 }]);
        library.receive_traffic((2..=5).map(exchange).collect());
        let numbers: Vec<u64> = library.log.iter().map(|e| e.number).collect();
        assert_eq!(numbers, [4, 5]);
    }

    #[test]
    fn the_log_holds_the_last_five_hundred() {
        let mut library = Library::default();
        library.receive_traffic((1..=700).map(exchange).collect());
        assert_eq!((library.log.len(), library.log[0].number), (SHOWN, 201));
    }

    #[test]
    fn each_preset_is_what_it_is_called() {
        let draft = FaultsDraft {
            seed: Some(7),
            ..FaultsDraft::default()
        };
        for preset in FaultPreset::ALL {
            let chosen = draft.preset(preset);
            assert_eq!((chosen.kind(), chosen.seed), (preset, Some(7)));
            let faults = chosen.faults().unwrap();
            assert_eq!(faults.is_none(), preset == FaultPreset::Off);
        }
        let mixed = draft.preset(FaultPreset::Mixed).faults().unwrap().unwrap();
        assert_eq!(
            mixed.to_string(),
            "latency=300ms..2s,error=10%,cut=5%,plain=50%,seed=7"
        );
    }

    #[test]
    fn numbers_that_cannot_be_meant_are_told() {
        let draft = FaultsDraft::default();
        let slow = |min, max| FaultsDraft {
            min_millis: min,
            max_millis: max,
            ..draft
        };
        assert_eq!(
            slow(Some(2), Some(1)).faults(),
            Err(FaultsDraftError::Backwards)
        );
        assert_eq!(
            slow(None, Some(600_001)).faults(),
            Err(FaultsDraftError::TooSlow)
        );
        let fixed = slow(Some(40), None).faults().unwrap().unwrap();
        assert_eq!(fixed.to_string(), "latency=40ms");
        let many = FaultsDraft {
            error_percent: Some(60),
            cut_percent: Some(41),
            ..draft
        };
        assert_eq!(many.faults(), Err(FaultsDraftError::TooMany));
    }

    #[test]
    fn another_program_is_told_all_that_it_needs() {
        let session = SessionInfo {
            profile: crate::model::Profile {
                id: crate::model::ProfileId::from_stored("x"),
                name: "Local library".to_owned(),
                kind: crate::model::ProfileKind::Library {
                    folder: "/pictures".into(),
                },
            },
            account_id: crate::model::AccountId::parse("023e105f4ecef8ad9ca31a8372d0c353").unwrap(),
            account_hash: Some(crate::model::AccountHash::from_server("hash")),
            delivery_base: "http://127.0.0.1:4000".to_owned(),
            api_base: "http://127.0.0.1:4000/client/v4".to_owned(),
            resumed: 0,
            is_empty_library: false,
        };
        for form in Connection::ALL {
            let text = form.text(&session, "secret");
            for part in [
                "http://127.0.0.1:4000/client/v4",
                "023e105f4ecef8ad9ca31a8372d0c353",
                "secret",
            ] {
                assert!(text.contains(part), "{form:?}: {text}");
            }
        }
        let json = Connection::Json.text(&session, "secret");
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["token"], "secret");
        let lines = Connection::Environment.text(&session, "secret");
        assert!(lines.ends_with("CLOUDFLARE_IMAGES_URL=http://127.0.0.1:4000/hash"));
    }
}
