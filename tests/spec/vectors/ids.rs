//! Ids of images and variants, names of keys.

use lenticular::model::delivery::{api_segment, delivery_path};
use lenticular::model::{ImageId, KeyName, VariantId};
use serde_json::{Value, json};

use super::{Report, built, same};
use crate::service::{Answer, Service, segment, send};

/// An answer's status and code, or the status of a success.
fn told(answer: &Answer) -> (u16, u64) {
    let envelope = answer.json();
    (
        answer.status,
        envelope["errors"][0]["code"].as_u64().unwrap_or(0),
    )
}

fn is_valid(vector: &Value) -> bool {
    vector["valid"].as_bool().unwrap()
}

#[test]
fn every_id_is_judged_and_written_as_its_vector_says() {
    let mut report = Report::of("image_ids", 38);
    while let Some(vector) = report.next() {
        let value = built(&vector["value"]);
        let outcome = (|| {
            // Nothing is no id; it means that the service makes one.
            let is_id = is_valid(&vector) && !value.is_empty();
            same("valid", ImageId::custom(value.as_str()).is_ok(), is_id)?;
            let id = ImageId::from_server(value.as_str());
            if let Some(wanted) = vector["delivery_path"].as_str() {
                same("the delivery path", delivery_path(&id).as_str(), wanted)?;
            }
            if let Some(wanted) = vector["api_segment"].as_str() {
                // More may be escaped than has to be, so the meanings are compared.
                let made = api_segment(&id);
                same("one segment", made.contains('/'), false)?;
                for text in [made.as_str(), wanted] {
                    let read = percent_encoding::percent_decode_str(text).decode_utf8();
                    same("the meaning", read.unwrap().as_ref(), value.as_str())?;
                }
            }
            Ok(())
        })();
        report.note(&vector, outcome);
    }
    report.close();
}

/// Uploads, reads, delivers, lists, restarts, deletes.
async fn live(service: Service, vector: &Value, id: &str) -> (Service, Result<(), String>) {
    let stored = service
        .upload_with(&[("id", id), ("creator", "vector")])
        .await;
    if stored.status != 200 {
        return (
            service,
            Err(format!("the upload is answered with {:?}", told(&stored))),
        );
    }
    let id = stored.image_id();
    let own = segment(&id);
    let in_api = vector["api_segment"].as_str().unwrap_or(&own);
    let own = delivery_path(&ImageId::from_server(id.as_str()));
    let in_delivery = vector["delivery_path"].as_str().unwrap_or(&own);
    let look = async |service: &Service| {
        let details = service.get(&format!("v1/{in_api}")).await;
        same("the status of the details", details.status, 200)?;
        same("the id", details.image_id(), id.clone())?;
        let blob = service.get(&format!("v1/{in_api}/blob")).await;
        same("the status of the bytes", blob.status, 200)?;
        let delivered = service.deliver(&format!("{in_delivery}/public")).await;
        same("the status of delivery", delivered.status, 200)?;
        let list = service.get("v2?creator=vector").await.result();
        same("the id in the list", &list["images"][0]["id"], &json!(id))
    };
    let outcome = look(&service).await;
    // What is on the disk is read anew.
    let service = service.restart().await;
    let outcome = match outcome {
        Ok(()) => look(&service)
            .await
            .map_err(|found| format!("after a restart {found}")),
        failed => failed,
    };
    let gone = service.delete(&format!("v1/{in_api}")).await;
    let outcome = outcome.and_then(|()| same("the status of the deletion", gone.status, 200));
    (service, outcome)
}

#[tokio::test]
async fn every_valid_id_survives_api_delivery_and_disk_and_the_others_are_refused() {
    let Some(mut service) = Service::owned().await else {
        return;
    };
    let mut report = Report::of("image_ids", 38);
    while let Some(vector) = report.next() {
        let value = built(&vector["value"]);
        let outcome = if is_valid(&vector) {
            let (same_service, outcome) = live(service, &vector, &value).await;
            service = same_service;
            outcome
        } else {
            let wanted = (400, vector["code"].as_u64().unwrap());
            let upload = service.upload_with(&[("id", &value)]).await;
            let reserved = service
                .post_json("v2/direct_upload", json!({"id": value}))
                .await;
            same("the upload", told(&upload), wanted)
                .and_then(|()| same("the reservation", told(&reserved), wanted))
        };
        report.note(&vector, outcome);
    }
    report.close();
}

#[tokio::test]
async fn every_variant_name_is_judged_as_its_vector_says() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let mut report = Report::of("variant_ids", 13);
    while let Some(vector) = report.next() {
        let name = vector["value"].as_str().unwrap();
        let body = json!({"id": name, "options": {"width": 1}});
        let answer = service.post_json("v1/variants", body).await;
        let wanted = match (is_valid(&vector), name) {
            // It is there already, which is told after the name was found good.
            (true, "public") => (409, 5409),
            (true, _) => (200, 0),
            (false, _) => (400, vector["code"].as_u64().unwrap()),
        };
        let outcome = same("the answer", told(&answer), wanted)
            .and_then(|()| same("valid", VariantId::new(name).is_ok(), is_valid(&vector)));
        report.note(&vector, outcome);
    }
    report.close();
}

#[tokio::test]
async fn every_key_name_is_judged_as_its_vector_says() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let mut report = Report::of("signing_key_names", 8);
    while let Some(vector) = report.next() {
        let name = vector["value"].as_str().unwrap();
        let path = format!("v1/keys/{}", segment(name));
        let answer = service.put(&path).await;
        let wanted = match (is_valid(&vector), name) {
            (true, _) => (200, 0),
            // Nothing after the slash is no route.
            (false, "") => (404, 7000),
            (false, _) => (400, 5400),
        };
        let outcome = same("the answer", told(&answer), wanted)
            .and_then(|()| same("valid", KeyName::new(name).is_ok(), is_valid(&vector)));
        report.note(&vector, outcome);
        if is_valid(&vector) && name != "default" {
            // An account has two at most.
            send(service.request(reqwest::Method::DELETE, &path)).await;
        }
    }
    report.close();
}
