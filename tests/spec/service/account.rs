//! Switches, signing keys, identity.

use serde_json::json;

use lenticular::model::AccountId;
use lenticular::server::{Server, ServerConfig, ServerError};

use super::Service;

#[tokio::test]
async fn flexible_variants_are_switched_by_the_config() {
    let service = Service::start().await;
    let before = service.get("v1/config").await.result();
    assert_eq!(before["flexible_variants"], false);
    assert!(before.get("browser_ttl").is_none());
    let body = json!({"flexible_variants": true, "browser_ttl": 172_800});
    let after = service.patch("v1/config", body).await.result();
    assert_eq!(
        (&after["flexible_variants"], &after["browser_ttl"]),
        (&json!(true), &json!(172_800))
    );
    let off = service
        .patch("v1/config", json!({"flexible_variants": false}))
        .await
        .result();
    assert_eq!(
        (&off["flexible_variants"], &off["browser_ttl"]),
        (&json!(false), &json!(172_800))
    );
}

#[tokio::test]
async fn a_wrong_config_is_refused() {
    let service = Service::start().await;
    for body in [
        json!({"flexible_variants": "true"}),
        json!({"flexible_variants": 1}),
        json!({"browser_ttl": 3599}),
        json!({"browser_ttl": 31_536_001}),
        json!({"browser_ttl": "7200"}),
        json!([]),
    ] {
        service.patch("v1/config", body).await.refused(400, 5400);
    }
}

#[tokio::test]
async fn a_fresh_library_has_one_signing_key() {
    let service = Service::start().await;
    let keys = service.get("v1/keys").await.result();
    assert_eq!(keys["keys"][0]["name"], "default");
    assert_eq!(keys["keys"][0]["value"].as_str().unwrap().len(), 44);
    assert_eq!(keys["keys"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn keys_are_made_renewed_and_deleted_and_answered_in_full() {
    let service = Service::start().await;
    let two = service.put("v1/keys/second").await.result();
    assert_eq!(two["keys"].as_array().unwrap().len(), 2);
    assert_eq!(two["keys"][1]["name"], "second");
    let renewed = service.put("v1/keys/second").await.result();
    assert_ne!(renewed["keys"][1]["value"], two["keys"][1]["value"]);
    assert_eq!(renewed["keys"][0], two["keys"][0]);
    let one = service.delete("v1/keys/default").await.result();
    assert_eq!(one["keys"], json!([renewed["keys"][1]]));
    let fresh = service.delete("v1/keys/second").await.result();
    assert_eq!(fresh["keys"][0]["name"], "default");
    assert_ne!(fresh["keys"][0]["value"], two["keys"][0]["value"]);
}

#[tokio::test]
async fn a_third_key_a_wrong_name_and_an_unknown_key_are_refused() {
    let service = Service::start().await;
    service.put("v1/keys/second").await.result();
    let message = service.put("v1/keys/third").await.refused(403, 5453);
    assert!(message.contains("service limit (2)"));
    for name in ["a%20b", "a.b", "abcdefghijklmnopqrstu", "%C3%A4"] {
        service
            .put(&format!("v1/keys/{name}"))
            .await
            .refused(400, 5400);
    }
    let unknown = service.delete("v1/keys/third").await;
    assert_eq!(unknown.refused(404, 5404), "Key not found");
}

#[tokio::test]
async fn everything_is_still_there_after_a_restart() {
    let service = Service::start().await;
    let (account, hash) = (
        service.server.account_id().clone(),
        service.server.account_hash().clone(),
    );
    let id = service.upload_png().await;
    let keys = service.get("v1/keys").await.result();
    service.enable_flexible().await;
    let service = service.restart().await;
    assert_eq!(service.server.account_id(), &account);
    assert_eq!(service.server.account_hash(), &hash);
    assert_eq!(service.get(&format!("v1/{id}")).await.image_id(), id);
    assert_eq!(service.get("v1/keys").await.result(), keys);
    assert_eq!(
        service.get("v1/config").await.result()["flexible_variants"],
        true
    );
}

#[tokio::test]
async fn a_given_account_id_stays_with_the_library() {
    let folder = tempfile::tempdir().unwrap();
    let id = AccountId::parse("023e105f4ecef8ad9ca31a8372d0c353").unwrap();
    let given = ServerConfig {
        account_id: Some(id.clone()),
        ..ServerConfig::local(folder.path())
    };
    let server = Server::start(given).await.unwrap();
    assert_eq!(server.account_id(), &id);
    assert_eq!(server.account_hash().as_str().len(), 22);
    server.shutdown().await;
    let server = Server::start(ServerConfig::local(folder.path()))
        .await
        .unwrap();
    assert_eq!(server.account_id(), &id);
}

#[tokio::test]
async fn a_second_server_on_the_same_folder_is_refused() {
    let service = Service::start().await;
    let error = Server::start(ServerConfig::local(service.folder.path()))
        .await
        .unwrap_err();
    assert!(matches!(error, ServerError::InUse));
    service.get("v1").await.result();
}

#[tokio::test]
async fn an_address_that_other_computers_reach_has_to_be_allowed() {
    let folder = tempfile::tempdir().unwrap();
    let open = ServerConfig {
        listen: "0.0.0.0:0".parse().unwrap(),
        ..ServerConfig::local(folder.path())
    };
    let error = Server::start(open.clone()).await.unwrap_err();
    assert!(matches!(error, ServerError::NotLoopback(_)));
    let allowed = ServerConfig {
        allow_remote: true,
        ..open
    };
    Server::start(allowed).await.unwrap().shutdown().await;
}
