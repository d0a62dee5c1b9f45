//! The library behind the server: its identity, its restart, its lock, its address.

use serde_json::json;

use lenticular::model::AccountId;
use lenticular::server::{Server, ServerConfig, ServerError};

use super::{Service, png, without_variants};

#[tokio::test]
async fn everything_is_still_there_after_a_restart() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let identity = |service: &Service| {
        let server = &service.server;
        (server.account_id().clone(), server.account_hash().clone())
    };
    let before = identity(&service);
    let fields = [("id", "a/b"), ("metadata", "{\"a\":1}"), ("creator", "ann")];
    let image = service.upload_with(&fields).await.result();
    let keys = service.put("v1/keys/second").await.result();
    service.make_variant("own", json!({"width": 5})).await;
    let variants = service.get("v1/variants").await.result();
    service.enable_flexible().await;
    let (draft, url) = service.reserve(json!({"metadata": {"b": 2}})).await;
    let service = service.restart().await;
    assert_eq!(identity(&service), before);
    let details = service.get("v1/a%2Fb").await.result();
    assert_eq!(without_variants(details), without_variants(image));
    assert_eq!(service.get("v1/a%2Fb/blob").await.body, png(8, 6));
    assert_eq!(service.get("v1/keys").await.result(), keys);
    assert_eq!(service.get("v1/variants").await.result(), variants);
    assert_eq!(
        service.get("v1/config").await.result()["flexible_variants"],
        true
    );
    let kept = service.get(&format!("v1/{draft}")).await.result();
    assert_eq!(kept["meta"], json!({"b": 2}));
    assert!(url.ends_with(&draft));
    let sent = service.http.post(service.upload_url(&draft));
    let sent = sent.multipart(super::file_form(png(8, 6), "b.png"));
    assert_eq!(super::send(sent).await.image_id(), draft);
}

#[tokio::test]
async fn a_continuation_token_works_after_a_restart() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let oldest = service.upload_png().await;
    service.upload_png().await;
    let first = service.get("v2?per_page=1").await.result();
    let token = first["continuation_token"].as_str().unwrap();
    let service = service.restart().await;
    let path = format!("v2?per_page=1&continuation_token={token}");
    let second = service.get(&path).await.result();
    assert_eq!(second["images"][0]["id"], oldest.as_str());
}

#[tokio::test]
async fn a_batch_token_ends_with_the_server_that_made_it() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let result = service.get("v1/batch_token").await.result();
    let token = result["token"].as_str().unwrap().to_owned();
    let service = service.restart().await;
    let list = format!("{}/images/v2", service.server.batch_base());
    let answer = super::send(service.http.get(list).bearer_auth(token)).await;
    answer.refused(401, 10000);
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
    let Some(service) = Service::owned().await else {
        return;
    };
    let error = Server::start(ServerConfig::local(service.folder()))
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

#[tokio::test]
async fn the_urls_of_a_running_server_all_lead_to_the_port_it_listens_on() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let handle = service.handle();
    let origin = format!("http://{}", handle.addr());
    assert_eq!(handle.api_base(), format!("{origin}/client/v4"));
    for base in [
        handle.delivery_base(),
        handle.upload_base(),
        handle.batch_base(),
    ] {
        assert_eq!(base, origin);
    }
}
