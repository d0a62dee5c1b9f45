//! Signatures: made, checked, and asked for over HTTP.

use std::path::Path;

use jiff::Timestamp;
use lenticular::model::signing::{SignatureError, check_signature};
use lenticular::model::{
    AccountHash, DeliveryUrl, ImageId, KeyName, Secret, SigningKey, VariantId,
};
use serde_json::Value;

use super::{HASH, Report, same};
use crate::service::{Service, send};

fn key(vector: &Value) -> SigningKey {
    SigningKey {
        name: KeyName::from_server(vector["key_name"].as_str().unwrap_or("default")),
        value: Secret::new(text(vector, "key").to_owned()),
    }
}

fn text<'v>(vector: &'v Value, name: &str) -> &'v str {
    vector[name].as_str().unwrap()
}

/// Path and query of a URL, untouched.
fn parts(url: &str) -> (&str, &str) {
    let (_, rest) = url.split_once("://").unwrap();
    let path = &rest[rest.find('/').unwrap()..];
    path.split_once('?').unwrap_or((path, ""))
}

#[test]
fn every_signature_is_made_as_documented() {
    let mut report = Report::of("signing.valid", 24);
    while let Some(vector) = report.next() {
        let (path, query) = (text(&vector, "path"), text(&vector, "query_before_sig"));
        let outcome = same(
            "the message",
            format!("{path}?{query}").as_str(),
            text(&vector, "string_to_sign"),
        )
        .and_then(|()| {
            let made = key(&vector).signature(path, query);
            same("the signature", made.as_str(), text(&vector, "signature"))
        });
        report.note(&vector, outcome);
    }
    report.close();
}

#[test]
fn every_signed_url_is_written_as_documented() {
    let mut report = Report::of("signing.valid", 24);
    while let Some(vector) = report.next() {
        let url = text(&vector, "url");
        let (path, query) = parts(url);
        let outcome = (|| {
            same("the path", path, text(&vector, "path"))?;
            let wanted = format!(
                "{}&sig={}",
                text(&vector, "query_before_sig"),
                text(&vector, "signature")
            );
            same("the query", query, &wanted)?;
            // What the program itself writes: the plain form, without further parameters.
            let Some(expiry) = query.split('&').next().unwrap().strip_prefix("exp=") else {
                return Ok(());
            };
            let mut segments: Vec<&str> = path[1..].split('/').collect();
            if segments[0] == "cdn-cgi" || query.split('&').count() != 2 {
                return Ok(());
            }
            let hash = segments.remove(0);
            let variant = segments.pop().unwrap();
            let id = percent_encoding::percent_decode_str(&segments.join("/"))
                .decode_utf8()
                .unwrap()
                .into_owned();
            let plain = DeliveryUrl::of_variant(
                "https://imagedelivery.net",
                &AccountHash::from_server(hash),
                &ImageId::from_server(id),
                &VariantId::from_server(variant),
            );
            let expires = Timestamp::from_second(expiry.parse().unwrap());
            // An expiry in milliseconds by mistake is no time that the program could sign.
            let Ok(expires) = expires else {
                return Ok(());
            };
            let signed = key(&vector).sign(&plain, expires).to_text();
            same("the URL", signed.expose().as_str(), url)
        })();
        report.note(&vector, outcome);
    }
    report.close();
}

#[test]
fn every_signed_url_opens_until_its_expiry() {
    let mut report = Report::of("signing.valid", 24);
    while let Some(vector) = report.next() {
        let (path, query) = parts(text(&vector, "url"));
        let keys = [
            SigningKey {
                value: Secret::new("another".to_owned()),
                ..key(&vector)
            },
            key(&vector),
        ];
        let check = |now: i64| {
            let now = Timestamp::from_second(now).unwrap();
            check_signature(&keys, path, Some(query), now)
        };
        let expiry = query.split('&').find_map(|pair| pair.strip_prefix("exp="));
        let expiry: i64 = expiry.unwrap().parse().unwrap();
        let outcome = (|| {
            same("opened at 0", check(0).is_ok(), true)?;
            if Timestamp::from_second(expiry).is_ok() {
                same("opened a second before", check(expiry - 1).is_ok(), true)?;
                same("opened then", check(expiry), Err(SignatureError::Expired))?;
            }
            Ok(())
        })();
        report.note(&vector, outcome);
    }
    report.close();
}

#[test]
fn every_url_that_has_to_be_denied_is_denied() {
    let mut report = Report::of("signing.denied", 16);
    while let Some(vector) = report.next() {
        let (path, query) = parts(text(&vector, "url"));
        let now = Timestamp::from_second(vector["now"].as_i64().unwrap()).unwrap();
        let account = [SigningKey {
            name: KeyName::from_server("default"),
            value: Secret::new(text(&vector, "key").to_owned()),
        }];
        let outcome = match check_signature(&account, path, Some(query), now) {
            Err(_) => Ok(()),
            Ok(expires) => Err(format!("it opens until {expires:?}")),
        };
        report.note(&vector, outcome);
    }
    report.close();
}

/// A library whose hash and key are those of the vector, with that image, private.
async fn library_of(path: &str, key: &str) -> Service {
    let mut service = Service::with(crate::service::config).await;
    let variant = path.rsplit('/').next().unwrap();
    if variant != "public" {
        let body = serde_json::json!({"id": variant, "options": {"width": 4}});
        service.post_json("v1/variants", body).await.result();
    }
    let made = service.upload_private().await;
    let plain = path.strip_prefix("/cdn-cgi/imagedelivery").unwrap_or(path);
    let (hash, rest) = plain[1..].split_once('/').unwrap();
    let (id, _) = rest.rsplit_once('/').unwrap();
    let id = percent_encoding::percent_decode_str(id)
        .decode_utf8()
        .unwrap()
        .into_owned();
    let (hash, key) = (hash.to_owned(), key.to_owned());
    let change = move |folder: &Path| {
        let records = rusqlite::Connection::open(folder.join("library.db")).unwrap();
        records
            .execute("UPDATE account SET account_hash = ?1", [&hash])
            .unwrap();
        records
            .execute("UPDATE signing_keys SET value = ?1", [&key])
            .unwrap();
        records
            .execute("UPDATE images SET id = ?1 WHERE id = ?2", [&id, &made])
            .unwrap();
    };
    service = service.restart_after(change).await;
    service
}

#[tokio::test]
async fn the_server_opens_every_signed_url_that_has_not_expired() {
    if Service::owned().await.is_none() {
        return;
    }
    let mut report = Report::of("signing.valid", 24);
    while let Some(vector) = report.next() {
        let (path, query) = parts(text(&vector, "url"));
        let service = library_of(path, text(&vector, "key")).await;
        let url = format!("{}{path}?{query}", service.server.delivery_base());
        let answer = send(service.http.get(&url)).await;
        let expiry = query
            .split('&')
            .find_map(|pair| pair.strip_prefix("exp="))
            .unwrap();
        let is_over = expiry.parse::<i64>().unwrap() <= Timestamp::now().as_second();
        let outcome = if is_over {
            // That the time is up is said only of a good signature.
            let line = String::from_utf8_lossy(&answer.body).into_owned();
            same(
                "the refusal",
                line.as_str(),
                "ERROR 9425: Image access denied: the URL has expired",
            )
        } else {
            same("the status", answer.status, 200)
        };
        report.note(&vector, outcome);
    }
    report.close();
}

#[tokio::test]
async fn the_server_denies_every_url_that_has_to_be_denied() {
    if Service::owned().await.is_none() {
        return;
    }
    let mut report = Report::of("signing.denied", 16);
    while let Some(vector) = report.next() {
        let (path, query) = parts(text(&vector, "url"));
        let service = library_of(path, text(&vector, "key")).await;
        let url = format!("{}{path}?{query}", service.server.delivery_base());
        let answer = send(service.http.get(&url)).await;
        // The clock of the server is that of today, so the vector that waits for an expiry in 2027
        // is looked at with the fixed clock above only.
        let outcome = if vector["reason"] == "expired" {
            same("the status before the expiry", answer.status, 200)
        } else {
            let line = String::from_utf8_lossy(&answer.body).into_owned();
            let begins = line.starts_with("ERROR 9425: Image access denied: ");
            same("the status", answer.status, 403).and_then(|()| same("the code", begins, true))
        };
        report.note(&vector, outcome);
    }
    report.close();
}

#[test]
fn the_vectors_are_about_one_account_or_the_documented_one() {
    for vector in super::section("signing.valid") {
        let path = text(&vector, "path");
        assert!(
            path.contains(HASH) || path.contains("cheeW4oKsx5ljh8e8BoL2A"),
            "{path}"
        );
    }
}
