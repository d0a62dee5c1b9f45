//! Signed URLs: any query is read, and what was signed opens until it expires.

#![no_main]

use jiff::Timestamp;
use lenticular::model::signing::{SignatureError, check_signature};
use lenticular::model::{AccountHash, DeliveryUrl, ImageId, KeyName, Secret, SigningKey};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let key = |name: &str| SigningKey {
        name: KeyName::from_server(name),
        value: Secret::new(format!("value of {name}")),
    };
    let keys = [key("first"), key("second")];
    let now = Timestamp::from_second(1_700_000_000).expect("a time of this century");
    let (path, query) = text.split_once('?').unwrap_or((text, ""));
    let opened = check_signature(&keys, path, Some(query), now);
    assert!(opened.is_err(), "nobody signed this: {text}");

    let hash = AccountHash::from_server("hash");
    let url = DeliveryUrl::of_options(
        "https://example.com",
        &hash,
        &ImageId::from_server(text),
        "w=1",
    );
    let seconds = 1_700_000_000 + i64::try_from(text.len()).unwrap_or(0);
    let expires = Timestamp::from_second(seconds).expect("a time of this century");
    let signed = keys[1].sign(&url, expires).to_text();
    let (_, query) = signed
        .expose()
        .rsplit_once('?')
        .expect("a signed URL has a query");
    let check = |now| check_signature(&keys, url.path(), Some(query), now);
    let before = Timestamp::from_second(seconds - 1).expect("a time of this century");
    assert_eq!(check(before), Ok(Some(expires)));
    assert_eq!(check(expires), Err(SignatureError::Expired));
    let other = check_signature(&keys, &format!("{}x", url.path()), Some(query), before);
    assert_eq!(other, Err(SignatureError::Invalid));
});
