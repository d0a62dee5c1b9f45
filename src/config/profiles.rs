//! Profiles: the accounts and libraries that can be opened. Their secrets are not here.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::dirs::Dirs;
use super::file::{self, FileError};
use crate::model::{AccountHash, AccountId, Problem, Profile, ProfileId, ProfileKind};

#[derive(Debug, Default, Serialize, Deserialize)]
struct Document {
    #[serde(default)]
    profile: Vec<ProfileDocument>,
}

/// One profile in the file: an account has an `account_id`, a library has a `folder`.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct ProfileDocument {
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    account_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    api_base: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account_hash: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    folder: Option<PathBuf>,
}

/// The saved profiles and the file they lie in.
#[derive(Debug)]
pub struct ProfilesFile {
    path: PathBuf,
    profiles: Vec<Profile>,
}

impl ProfilesFile {
    /// Reads the profiles. Without a good file there are none.
    #[must_use]
    pub fn load(dirs: &Dirs) -> (Self, Vec<Problem>) {
        let path = dirs.profiles();
        let (document, problem) = file::read::<Document>(&path);
        let mut problems: Vec<Problem> = problem.into_iter().collect();
        let mut profiles = Vec::new();
        for document in document.unwrap_or_default().profile {
            let name = document.name.clone();
            match profile_from_document(document) {
                Some(profile) => profiles.push(profile),
                None => problems.push(
                    Problem::new(format!("The saved profile “{name}” cannot be understood"))
                        .with_unaffected("Other profiles are unaffected")
                        .with_hint("Connect it again"),
                ),
            }
        }
        (Self { path, profiles }, problems)
    }

    /// The profiles, in the order they were added.
    #[must_use]
    pub fn list(&self) -> Vec<Profile> {
        self.profiles.clone()
    }

    /// Adds a profile, or replaces the one with its id, and writes the file.
    ///
    /// # Errors
    /// [`FileError`]; what was saved before is unchanged then.
    pub fn put(&mut self, profile: Profile) -> Result<(), FileError> {
        let mut profiles = self.profiles.clone();
        match profiles.iter_mut().find(|other| other.id == profile.id) {
            Some(other) => *other = profile,
            None => profiles.push(profile),
        }
        self.write(profiles)
    }

    /// Forgets a profile and writes the file. Its folder and its secrets are not touched.
    ///
    /// # Errors
    /// [`FileError`]; what was saved before is unchanged then.
    pub fn remove(&mut self, id: &ProfileId) -> Result<(), FileError> {
        let profiles = self
            .profiles
            .iter()
            .filter(|profile| profile.id != *id)
            .cloned()
            .collect();
        self.write(profiles)
    }

    fn write(&mut self, profiles: Vec<Profile>) -> Result<(), FileError> {
        let document = Document {
            profile: profiles.iter().map(document_from_profile).collect(),
        };
        file::write(&self.path, &document)?;
        self.profiles = profiles;
        Ok(())
    }
}

fn profile_from_document(document: ProfileDocument) -> Option<Profile> {
    let kind = match (document.account_id, document.folder) {
        (Some(account_id), None) => ProfileKind::Account {
            account_id: AccountId::parse(&account_id).ok()?,
            api_base: document.api_base,
            account_hash: document.account_hash.map(AccountHash::from_server),
        },
        (None, Some(folder)) => ProfileKind::Library { folder },
        _ => return None,
    };
    Some(Profile {
        id: ProfileId::from_stored(document.id),
        name: document.name,
        kind,
    })
}

fn document_from_profile(profile: &Profile) -> ProfileDocument {
    let mut document = ProfileDocument {
        id: profile.id.as_str().to_owned(),
        name: profile.name.clone(),
        account_id: None,
        api_base: None,
        account_hash: None,
        folder: None,
    };
    match &profile.kind {
        ProfileKind::Account {
            account_id,
            api_base,
            account_hash,
        } => {
            document.account_id = Some(account_id.as_str().to_owned());
            document.api_base.clone_from(api_base);
            document.account_hash = account_hash.as_ref().map(|hash| hash.as_str().to_owned());
        }
        ProfileKind::Library { folder } => document.folder = Some(folder.clone()),
    }
    document
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_are_there_the_next_time() {
        let folder = tempfile::tempdir().unwrap();
        let dirs = Dirs::open(Some(folder.path())).unwrap();
        let library = Profile {
            id: ProfileId::generated(),
            name: "Local library".to_owned(),
            kind: ProfileKind::Library {
                folder: dirs.default_library(),
            },
        };
        let account = Profile {
            id: ProfileId::generated(),
            name: "Work \"é\"".to_owned(),
            kind: ProfileKind::Account {
                account_id: AccountId::generated(),
                api_base: None,
                account_hash: Some(AccountHash::from_server("Vi7wi5KSItxGFsWRG2Us6Q")),
            },
        };
        let (mut file, _) = ProfilesFile::load(&dirs);
        file.put(library.clone()).unwrap();
        file.put(account.clone()).unwrap();
        file.remove(&library.id).unwrap();
        let (again, problems) = ProfilesFile::load(&dirs);
        assert_eq!((again.list(), problems.len()), (vec![account], 0));
    }
}
