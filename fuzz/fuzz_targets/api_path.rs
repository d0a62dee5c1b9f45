//! Ids on their way through API paths and delivery paths, and the account hash in URLs.

#![no_main]

use lenticular::model::delivery::{api_segment, delivery_path};
use lenticular::model::{AccountHash, DeliveryUrl, ImageId, VariantId};
use lenticular::server::fuzzing::{ACCOUNT, id_of_api_path};
use libfuzzer_sys::fuzz_target;
use percent_encoding::percent_decode_str;

fuzz_target!(|text: &str| {
    _ = id_of_api_path(text);
    _ = AccountHash::from_url(text);
    let Ok(id) = ImageId::custom(text) else {
        return;
    };
    let path = format!(
        "/client/v4/accounts/{ACCOUNT}/images/v1/{}",
        api_segment(&id)
    );
    assert_eq!(id_of_api_path(&path).as_deref(), Some(text));
    let path = delivery_path(&id);
    let decoded = percent_decode_str(&path).decode_utf8();
    assert_eq!(decoded.as_deref(), Ok(text));
    // What is signed is what is sent: no part of the way may write the path otherwise.
    let hash = AccountHash::from_server("hash");
    let url = DeliveryUrl::of_variant("https://example.com", &hash, &id, &VariantId::public());
    let sent = url::Url::parse(&url.to_string()).expect("a delivery URL is a URL");
    assert_eq!(sent.path(), url.path());
    assert!((sent.query(), sent.fragment()) == (None, None));
    assert_eq!(AccountHash::from_url(&url.to_string()), Some(hash));
});
