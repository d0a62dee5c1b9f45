//! Delivery paths: which part is the id, and what the last segment is.

use lenticular::model::ImageId;
use serde_json::json;

use super::{HASH, Report, same};
use crate::service::{Service, png, send};

#[tokio::test]
async fn every_path_leads_to_its_image() {
    let Some(service) = Service::owned().await else {
        return;
    };
    service.enable_flexible().await;
    let body = json!({"id": "hero", "options": {"width": 1000}});
    service.post_json("v1/variants", body).await.result();
    let mut report = Report::of("delivery_paths", 14);
    let mut width = 20;
    while let Some(vector) = report.next() {
        let path = vector["path"].as_str().unwrap();
        let path = path.replace(HASH, service.server.account_hash().as_str());
        let url = format!("{}{path}", service.server.delivery_base());
        let Some(id) = vector["image_id"].as_str() else {
            let answer = send(service.http.get(&url)).await;
            let line = String::from_utf8_lossy(&answer.body).into_owned();
            let wanted = format!("ERROR {}: ", vector["code"]);
            let outcome = same(
                "the status",
                Some(u64::from(answer.status)),
                vector["status"].as_u64(),
            )
            .and_then(|()| same("the code", line.starts_with(&wanted), true));
            report.note(&vector, outcome);
            continue;
        };
        // The width of the picture tells which image it is.
        width += 1;
        let made = service.upload_bytes(png(width, 10)).await;
        let records = service.records();
        records
            .execute("UPDATE images SET id = ?1 WHERE id = ?2", [id, &made])
            .unwrap();
        let answer = send(service.http.get(&url)).await;
        let outcome = (|| {
            same("the status", answer.status, 200)?;
            let tail = vector["tail"].as_str().unwrap();
            same(
                "the kind",
                if tail.contains('=') {
                    "options"
                } else {
                    "variant"
                },
                vector["kind"].as_str().unwrap(),
            )?;
            if answer.header("content-type") == "application/json" {
                let document: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
                return same("the width", &document["original"]["width"], &json!(width));
            }
            same("the width", answer.picture_size().0, width)
        })();
        report.note(&vector, outcome);
        let gone = service
            .delete(&Service::path_of(ImageId::from_server(id).as_str()))
            .await;
        gone.result();
    }
    report.close();
}
