//! What is opened, and what belongs to it: profiles, upload links, signing keys.

use crate::engine::{ConnectField, UploadLink};
use crate::model::{Problem, Profile, ProfileId, SigningKey};

use super::loadable::Loadable;
use super::notices::News;

/// The saved profiles and what is being opened.
#[derive(Debug, Default)]
pub struct Accounts {
    /// The saved profiles.
    pub profiles: Vec<Profile>,
    /// What is being opened.
    pub opening: Option<Opening>,
    /// Why the last try failed, and where on the form that belongs.
    pub problem: Option<(ConnectField, Problem)>,
}

/// What is being opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opening {
    /// A new account.
    Account,
    /// A local library.
    Library,
    /// A saved profile.
    Profile(ProfileId),
}

impl Accounts {
    /// The saved profile with that id.
    #[must_use]
    pub fn get(&self, id: &ProfileId) -> Option<&Profile> {
        self.profiles.iter().find(|profile| profile.id == *id)
    }

    /// Something is being opened.
    pub fn start(&mut self, opening: Opening) {
        self.opening = Some(opening);
        self.problem = None;
    }
}

/// The upload links that were made here.
#[derive(Debug, Default)]
pub struct Links {
    /// The links, newest first.
    pub list: Loadable<Vec<UploadLink>>,
    /// Whether one is being made.
    pub creating: bool,
    /// Why the last one could not be made.
    pub problem: Option<Problem>,
}

/// The signing keys of the account.
#[derive(Debug, Default)]
pub struct Keys {
    /// The keys.
    pub list: Loadable<Vec<SigningKey>>,
    /// Whether a change is on its way.
    pub changing: bool,
}

impl Keys {
    /// Takes in the keys as the service has them; what a change of ours made of them is told.
    pub(super) fn receive(&mut self, result: Result<Vec<SigningKey>, Problem>) -> Vec<News> {
        let mut news = Vec::new();
        if std::mem::take(&mut self.changing)
            && let (Some(before), Ok(now)) = (self.list.value(), &result)
        {
            let only_in = |some: &[SigningKey], others: &[SigningKey]| -> Vec<String> {
                some.iter()
                    .filter(|key| others.iter().all(|other| other.name != key.name))
                    .map(|key| key.name.as_str().to_owned())
                    .collect()
            };
            news.extend(only_in(now, before).into_iter().map(News::KeyCreated));
            news.extend(only_in(before, now).into_iter().map(News::KeyDeleted));
        }
        self.list.receive(result);
        news
    }
}
