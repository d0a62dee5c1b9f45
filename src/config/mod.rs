//! What is remembered: folders, preferences, profiles, and secrets in the keyring.
//!
//! Files hold no secret. A file that cannot be read is kept aside under another name, never
//! overwritten, and a person is told. Everything here blocks; the engine calls it from the blocking
//! pool.

mod dirs;
mod file;
mod keyring;
mod preferences;
mod profiles;

pub use dirs::Dirs;
pub use file::FileError;
pub use keyring::{Credentials, KeyringError, Remember};
pub use preferences::{Preferences, PreferencesFile, ThemeChoice};
pub use profiles::ProfilesFile;
