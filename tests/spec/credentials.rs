//! Secrets in the keyring of the system: a real Secret Service on a private session bus.
//!
//! Each test runs this test binary once more, inside `tests/desktop/secret_service.sh`, and there
//! only itself. Where the service is not installed it fails and says what to install: a test that
//! passes because it did nothing would be worse than none.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use lenticular::config::{Credentials, KeyringError, Remember};
use lenticular::model::{KeyName, Problem, ProfileId, Secret, SigningKey};

/// Set in the environment of the inner run; it is also the folder of the private session.
const INSIDE: &str = "LENTICULAR_PRIVATE_KEYRING";

/// Runs `test` in a private session whose Secret Service is in that state.
fn in_private_session(state: &str, name: &str, test: impl FnOnce()) {
    if std::env::var_os(INSIDE).is_some() {
        return test();
    }
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/desktop/secret_service.sh"
    );
    let output = Command::new(script)
        .arg(state)
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "--nocapture"])
        .arg(format!("credentials::{name}"))
        .output()
        .unwrap();
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    // The count keeps a misspelled name, which would run nothing, from passing.
    let has_run = said.contains("test result: ok. 1 passed");
    assert!(output.status.success() && has_run, "{said}");
    assert!(!said.contains(TOKEN), "a secret was printed: {said}");
}

/// A token that must turn up nowhere but in the keyring.
const TOKEN: &str = "canary-of-the-keyring-0123456789";

fn token() -> Secret<String> {
    Secret::new(TOKEN.to_owned())
}

fn signing_key(name: &str) -> SigningKey {
    SigningKey {
        name: KeyName::new(name).unwrap(),
        value: Secret::new(format!("value of {name}")),
    }
}

/// Has the script `lock` the keyring or `start` the service, and waits until it has.
fn ask_to(word: &str) {
    let file = PathBuf::from(std::env::var_os(INSIDE).unwrap()).join(word);
    std::fs::write(&file, "").unwrap();
    let begin = Instant::now();
    while file.exists() {
        assert!(
            begin.elapsed() < Duration::from_secs(20),
            "not done: {word}"
        );
        #[expect(
            clippy::disallowed_methods,
            reason = "a test waits for another process"
        )]
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_token_is_there_after_a_restart() {
    in_private_session("unlocked", "a_token_is_there_after_a_restart", || {
        let profile = ProfileId::generated();
        let credentials = Credentials::new();
        assert_eq!(credentials.token(&profile), Ok(None));
        credentials
            .save_token(&profile, &token(), Remember::Keyring)
            .unwrap();
        // Nothing is shared with the first but the keyring.
        assert_eq!(Credentials::new().token(&profile), Ok(Some(token())));
        let other = ProfileId::generated();
        assert_eq!(Credentials::new().token(&other), Ok(None));

        let newer = Secret::new("newer".to_owned());
        credentials
            .save_token(&profile, &newer, Remember::Keyring)
            .unwrap();
        assert_eq!(Credentials::new().token(&profile), Ok(Some(newer)));
    });
}

#[test]
fn a_token_for_this_run_only_is_gone_after_it() {
    in_private_session(
        "unlocked",
        "a_token_for_this_run_only_is_gone_after_it",
        || {
            let profile = ProfileId::generated();
            let credentials = Credentials::new();
            credentials
                .save_token(&profile, &token(), Remember::ThisRunOnly)
                .unwrap();
            let key = signing_key("default");
            credentials.save_signing_key(&profile, &key).unwrap();
            assert_eq!(credentials.token(&profile), Ok(Some(token())));
            assert_eq!(Credentials::new().token(&profile), Ok(None));
            assert_eq!(Credentials::new().signing_keys(&profile), Ok(vec![]));
        },
    );
}

#[test]
fn signing_keys_are_kept_beside_the_token() {
    in_private_session("unlocked", "signing_keys_are_kept_beside_the_token", || {
        let profile = ProfileId::generated();
        let credentials = Credentials::new();
        let keys = [signing_key("default"), signing_key("second")];
        for key in &keys {
            credentials.save_signing_key(&profile, key).unwrap();
        }
        assert_eq!(Credentials::new().signing_keys(&profile), Ok(keys.to_vec()));
        credentials
            .forget_signing_key(&profile, &keys[0].name)
            .unwrap();
        let left = Credentials::new().signing_keys(&profile);
        assert_eq!(left, Ok(keys[1..].to_vec()));
    });
}

#[test]
fn a_removed_profile_leaves_nothing_in_the_keyring() {
    in_private_session(
        "unlocked",
        "a_removed_profile_leaves_nothing_in_the_keyring",
        || {
            let (profile, other) = (ProfileId::generated(), ProfileId::generated());
            let credentials = Credentials::new();
            for profile in [&profile, &other] {
                credentials
                    .save_token(profile, &token(), Remember::Keyring)
                    .unwrap();
                for name in ["default", "second"] {
                    credentials
                        .save_signing_key(profile, &signing_key(name))
                        .unwrap();
                }
            }
            let forgotten = signing_key("second").name;
            credentials
                .forget_signing_key(&profile, &forgotten)
                .unwrap();
            credentials.forget_profile(&profile).unwrap();
            assert_eq!(Credentials::new().token(&profile), Ok(None));
            assert_eq!(Credentials::new().signing_keys(&profile), Ok(vec![]));
            // Asked past our own code, by the attribute that all entries share.
            let listed = entries_of_lenticular();
            assert_eq!(listed.matches("/org/freedesktop/").count(), 4, "{listed}");
            assert_eq!(Credentials::new().token(&other), Ok(Some(token())));
            credentials.forget_profile(&other).unwrap();
            let listed = entries_of_lenticular();
            assert_eq!(listed.matches("/org/freedesktop/").count(), 0, "{listed}");
        },
    );
}

/// What the service itself lists under our name: one path for each entry.
fn entries_of_lenticular() -> String {
    let output = Command::new("gdbus")
        .args(["call", "--session", "--dest", "org.freedesktop.secrets"])
        .args(["--object-path", "/org/freedesktop/secrets", "--method"])
        .args([
            "org.freedesktop.Secret.Service.SearchItems",
            "{'service': 'lenticular'}",
        ])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn without_a_keyring_a_person_is_told_and_may_go_on_for_this_run() {
    in_private_session(
        "absent",
        "without_a_keyring_a_person_is_told_and_may_go_on_for_this_run",
        || {
            let profile = ProfileId::generated();
            let credentials = Credentials::new();
            let refused = credentials
                .save_token(&profile, &token(), Remember::Keyring)
                .unwrap_err();
            assert!(matches!(refused, KeyringError::Unavailable(_)), "{refused}");
            assert!(Problem::from(&refused).hint.unwrap().contains("this run"));
            let asked = credentials.token(&profile);
            assert!(matches!(asked, Err(KeyringError::Unavailable(_))));

            credentials
                .save_token(&profile, &token(), Remember::ThisRunOnly)
                .unwrap();
            assert_eq!(credentials.token(&profile), Ok(Some(token())));
            credentials.forget_profile(&profile).unwrap();
            assert!(credentials.token(&profile).is_err());
            no_file_holds_the_token();
        },
    );
}

#[test]
fn a_locked_keyring_is_named_as_such() {
    in_private_session("locked", "a_locked_keyring_is_named_as_such", || {
        let profile = ProfileId::generated();
        let credentials = Credentials::new();
        credentials
            .save_token(&profile, &token(), Remember::Keyring)
            .unwrap();
        ask_to("lock");
        assert_eq!(credentials.token(&profile), Err(KeyringError::Locked));
        let refused = credentials.save_token(&profile, &token(), Remember::Keyring);
        assert_eq!(refused, Err(KeyringError::Locked));
        let other = ProfileId::generated();
        let refused = credentials.save_token(&other, &token(), Remember::Keyring);
        assert_eq!(refused, Err(KeyringError::Locked));
        assert_eq!(
            credentials.forget_profile(&profile),
            Err(KeyringError::Locked),
            "entries may have stayed, and that is told"
        );
        no_file_holds_the_token();
    });
}

#[test]
fn a_keyring_that_starts_later_is_found_without_a_restart() {
    in_private_session(
        "late",
        "a_keyring_that_starts_later_is_found_without_a_restart",
        || {
            let profile = ProfileId::generated();
            let credentials = Credentials::new();
            let refused = credentials.save_token(&profile, &token(), Remember::Keyring);
            assert!(matches!(refused, Err(KeyringError::Unavailable(_))));
            ask_to("start");
            credentials
                .save_token(&profile, &token(), Remember::Keyring)
                .unwrap();
            assert_eq!(Credentials::new().token(&profile), Ok(Some(token())));
        },
    );
}

/// Nothing fell back to a file: neither ours nor, in the clear, the keyring's.
fn no_file_holds_the_token() {
    let home = PathBuf::from(std::env::var_os(INSIDE).unwrap());
    let mut folders = vec![home];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let kind = entry.file_type().unwrap();
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                let bytes = std::fs::read(entry.path()).unwrap();
                let holds = bytes
                    .windows(TOKEN.len())
                    .any(|part| part == TOKEN.as_bytes());
                assert!(!holds, "{} holds the token", entry.path().display());
            }
        }
    }
}
