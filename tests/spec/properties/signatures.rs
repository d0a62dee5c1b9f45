//! Signatures: what was signed opens, and nothing that differs from it.

use jiff::Timestamp;
use lenticular::model::signing::{SignatureError, check_signature};
use lenticular::model::{
    AccountHash, DeliveryUrl, ImageId, KeyName, Secret, SigningKey, VariantId,
};
use proptest::prelude::*;

#[derive(Clone, Debug)]
struct Signed {
    key: SigningKey,
    path: String,
    query: String,
    expires: i64,
}

prop_compose! {
    fn signed()(
        value in "[A-Za-z0-9+/]{1,100}=?",
        id in "\\PC{1,40}",
        variant in "[a-zA-Z0-9]{1,12}",
        expires in 1_i64..253_000_000_000,
    ) -> Signed {
        let key = key(&value);
        let url = DeliveryUrl::of_variant(
            "https://imagedelivery.net",
            &AccountHash::from_server("Vi7wi5KSItxGFsWRG2Us6Q"),
            &ImageId::from_server(id),
            &VariantId::from_server(variant),
        );
        let text = key.sign(&url, Timestamp::from_second(expires).unwrap()).to_text();
        let query = text.expose().rsplit_once('?').unwrap().1.to_owned();
        Signed { key, path: url.path().to_owned(), query, expires }
    }
}

fn key(value: &str) -> SigningKey {
    SigningKey {
        name: KeyName::from_server("default"),
        value: Secret::new(value.to_owned()),
    }
}

fn check(
    key: &SigningKey,
    path: &str,
    query: &str,
    now: i64,
) -> Result<Option<Timestamp>, SignatureError> {
    let now = Timestamp::from_second(now).unwrap();
    check_signature(std::slice::from_ref(key), path, Some(query), now)
}

/// The text with another ASCII character at one place.
fn changed(text: &str, at: prop::sample::Index, by: char) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    let at = at.index(characters.len());
    characters[at] = by;
    characters.into_iter().collect()
}

proptest! {
    #[test]
    fn what_was_signed_opens_until_it_expires(signed in signed()) {
        let at = |now| check(&signed.key, &signed.path, &signed.query, now);
        let expires = Timestamp::from_second(signed.expires).unwrap();
        prop_assert_eq!(at(signed.expires - 1), Ok(Some(expires)));
        prop_assert_eq!(at(0), Ok(Some(expires)));
        prop_assert_eq!(at(signed.expires), Err(SignatureError::Expired));
    }

    #[test]
    fn another_path_does_not_open(signed in signed(), at: prop::sample::Index, by in "[ -~]") {
        let path = changed(&signed.path, at, by.chars().next().unwrap());
        prop_assume!(path != signed.path);
        let found = check(&signed.key, &path, &signed.query, 0);
        prop_assert_eq!(found, Err(SignatureError::Invalid));
    }

    #[test]
    fn another_query_does_not_open(signed in signed(), at: prop::sample::Index, by in "[ -~]") {
        let query = changed(&signed.query, at, by.chars().next().unwrap());
        // The digits of a signature may be written in either case.
        prop_assume!(!query.eq_ignore_ascii_case(&signed.query));
        let found = check(&signed.key, &signed.path, &query, 0);
        prop_assert!(found.is_err(), "{} opens", query);
    }

    #[test]
    fn more_or_less_than_what_was_signed_does_not_open(signed in signed(), more in "[a-z0-9=&]{1,10}", cut in 1_usize..40) {
        prop_assume!(more.chars().any(|c| c != '&'));
        let longer = format!("{}{more}", signed.query);
        let query = longer.split('&').collect::<Vec<_>>();
        // A second signature in place of the first is no addition.
        prop_assume!(query.iter().filter(|pair| pair.starts_with("sig=")).count() == 1);
        prop_assert!(check(&signed.key, &signed.path, &longer, 0).is_err());
        let shorter = &signed.query[..signed.query.len() - cut];
        prop_assert!(check(&signed.key, &signed.path, shorter, 0).is_err());
        let longer = format!("{}{more}", signed.path);
        prop_assert!(check(&signed.key, &longer, &signed.query, 0).is_err());
    }

    #[test]
    fn another_key_does_not_open(signed in signed(), other in "[A-Za-z0-9+/]{1,100}=?") {
        prop_assume!(other != *signed.key.value.expose());
        let found = check(&key(&other), &signed.path, &signed.query, 0);
        prop_assert_eq!(found, Err(SignatureError::Invalid));
        let both = [key(&other), signed.key];
        let found = check_signature(&both, &signed.path, Some(&signed.query), Timestamp::UNIX_EPOCH);
        prop_assert!(found.is_ok());
    }

    #[test]
    fn no_query_breaks_the_check(path in "\\PC{0,60}", query in "\\PC{0,80}|((exp|sig|a)?=?[0-9a-f]{0,20}&?){0,6}") {
        prop_assert!(check(&key("k"), &path, &query, 0).is_err());
    }
}
