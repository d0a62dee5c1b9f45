//! The client against a library that misbehaves: what it repeats, what it reports, what it leaves.
//!
//! The seeds are chosen so that the first request of a kind meets its fate and the second does
//! not; what a seed means never changes.

use std::time::{Duration, Instant};

use lenticular::api::{
    Client, DirectUploadSpec, Editor, Endpoint, ErrorKind, ListQuery, Settings, Upload, UploadBody,
};
use lenticular::model::{ImageChange, ImageId, Metadata, Secret};
use lenticular::server::{Server, ServerConfig, ServerHandle};
use tempfile::TempDir;

use super::settings;

struct Library {
    server: ServerHandle,
    editor: Editor,
    _folder: TempDir,
}

impl Library {
    async fn start(change: impl FnOnce(&mut ServerConfig)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = ServerConfig::local(folder.path().join("library"));
        change(&mut config);
        let server = Server::start(config).await.unwrap();
        let editor = editor(&server, server.token().clone());
        Self {
            server,
            editor,
            _folder: folder,
        }
    }

    async fn fresh() -> Self {
        Self::start(|_| ()).await
    }

    fn fault(&self, text: &str) {
        self.server.set_faults(Some(text.parse().unwrap()));
    }

    fn mend(&self) {
        self.server.set_faults(None);
    }

    async fn image(&self) -> ImageId {
        self.editor.upload(upload(), |_, _| {}).await.unwrap().id
    }

    async fn count(&self) -> u64 {
        self.server.contents().await.unwrap().images
    }
}

fn editor(server: &ServerHandle, token: Secret<String>) -> Editor {
    let endpoint = Endpoint::custom(&server.api_base(), server.account_id().clone(), token);
    let settings = Settings {
        answer: Duration::from_secs(2),
        upload_answer: Duration::from_secs(2),
        ..settings()
    };
    Editor::new(Client::with_settings(endpoint, settings).unwrap())
}

fn body() -> UploadBody {
    UploadBody::Bytes(crate::service::png(20, 10).into())
}

fn upload() -> Upload {
    Upload::new(body())
}

#[tokio::test]
async fn a_line_of_text_means_the_same_as_the_envelope() {
    let library = Library::fresh().await;
    library.fault("plain=100%");
    let editor = &library.editor;
    let missing = editor
        .details(&ImageId::from_server("no"))
        .await
        .unwrap_err();
    assert_eq!(
        (missing.kind(), missing.code()),
        (&ErrorKind::NotFound, Some(5404))
    );
    let upload = Upload {
        id: Some(ImageId::custom("mine").unwrap()),
        ..upload()
    };
    editor.upload(upload.clone(), |_, _| {}).await.unwrap();
    let taken = editor.upload(upload, |_, _| {}).await.unwrap_err();
    assert_eq!(
        (taken.kind(), taken.code()),
        (&ErrorKind::Conflict, Some(5409))
    );
}

#[tokio::test]
async fn reads_get_through_a_library_that_fails_four_times_in_ten() {
    let library = Library::fresh().await;
    // Of the first eighty, 29 fail, and never more than three in a row.
    library.fault("error=40%:500/502/503,plain=50%,only=account,seed=1");
    for _ in 0..40 {
        assert_eq!(library.editor.stats().await.unwrap().current, 0);
    }
}

#[tokio::test]
async fn the_page_of_a_proxy_is_a_service_that_is_unavailable() {
    let library = Library::fresh().await;
    library.fault("error=100%:502/504");
    let error = library.editor.stats().await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::ServerUnavailable);
}

#[tokio::test]
async fn a_change_whose_connection_was_cut_is_made_once() {
    for when in ["before", "after"] {
        let library = Library::fresh().await;
        let id = library.image().await;
        library.fault(&format!("cut=50%:{when},only=edit,seed=2"));
        let change = ImageChange {
            metadata: Some(Metadata::parse(r#"{"alt":"once"}"#).unwrap()),
            ..ImageChange::default()
        };
        let changed = library.editor.edit(&id, change.clone()).await.unwrap();
        assert_eq!(Some(changed.metadata), change.metadata, "{when}");
        library.fault(&format!("cut=50%:{when},only=delete,seed=0"));
        library.editor.delete(&id).await.unwrap();
        assert_eq!(library.count().await, 0, "{when}");
    }
}

#[tokio::test]
async fn an_upload_whose_connection_was_cut_is_sent_once_and_in_doubt() {
    for (when, images) in [("before", 0), ("after", 1)] {
        let library = Library::fresh().await;
        library.fault(&format!("cut=50%:{when},only=upload,seed=0"));
        let error = library
            .editor
            .upload(upload(), |_, _| {})
            .await
            .unwrap_err();
        assert!(error.is_in_doubt(), "{when}: {error:?}");
        assert_eq!(library.count().await, images, "{when}");
    }
}

#[tokio::test]
async fn a_reserved_upload_that_was_cut_is_cleared_up_by_the_details() {
    for (when, is_draft) in [("before", true), ("after", false)] {
        let library = Library::fresh().await;
        let editor = &library.editor;
        let spec = DirectUploadSpec::default();
        let reserved = editor.reserve(&spec).await.unwrap();
        library.fault(&format!("cut=50%:{when},only=send,seed=4"));
        let sent = editor.send_to(&reserved.url, body(), None, |_, _| {}).await;
        assert!(sent.unwrap_err().is_in_doubt(), "{when}");
        let found = editor.details(&reserved.id).await.unwrap();
        assert_eq!(found.is_draft, is_draft, "{when}");
        let again = editor.send_to(&reserved.url, body(), None, |_, _| {}).await;
        match again {
            Ok(image) => assert!(is_draft && image.id == reserved.id),
            Err(error) => assert_eq!((is_draft, error.kind()), (false, &ErrorKind::Conflict)),
        }
        assert_eq!(library.count().await, 1);
    }
}

#[tokio::test]
async fn a_library_that_never_answers_is_given_up_and_asked_again() {
    let library = Library::fresh().await;
    library.fault("stall=50%,only=details,seed=4");
    let start = Instant::now();
    let error = library.editor.details(&ImageId::from_server("no")).await;
    assert_eq!(error.unwrap_err().kind(), &ErrorKind::NotFound);
    assert!(start.elapsed() >= Duration::from_secs(2));
    library.fault("stall=100%,only=upload");
    let error = library
        .editor
        .upload(upload(), |_, _| {})
        .await
        .unwrap_err();
    assert!(
        error.is_in_doubt() && *error.kind() == ErrorKind::Timeout,
        "{error:?}"
    );
    library.mend();
    assert_eq!(library.count().await, 0);
}

#[tokio::test]
async fn a_busy_library_is_asked_again_after_the_wait_that_it_names() {
    let library = Library::fresh().await;
    library.fault("error=50%:429,only=account,seed=3");
    let start = Instant::now();
    library.editor.stats().await.unwrap();
    assert!(start.elapsed() >= Duration::from_millis(990));
}

#[tokio::test]
async fn bulk_work_waits_for_the_limit_and_never_runs_into_it() {
    let library = Library::start(|config| config.rate_limit = Some("6/1".parse().unwrap())).await;
    let bulk = library.editor.bulk();
    for _ in 0..14 {
        bulk.list(&ListQuery::default()).await.unwrap();
    }
    let log = library.server.traffic().after(0);
    let refused = log.iter().filter(|exchange| exchange.status == Some(429));
    assert_eq!(refused.count(), 0, "the headers were heeded");
    assert_eq!(log.len(), 14);
}

#[tokio::test]
async fn a_person_is_told_that_the_limit_is_used_up() {
    let library = Library::start(|config| config.rate_limit = Some("2/300".parse().unwrap())).await;
    for _ in 0..2 {
        library.editor.stats().await.unwrap();
    }
    let error = library.editor.stats().await.unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::RateLimited { .. }),
        "{error:?}"
    );
    assert!(error.retry_after().unwrap() > Duration::from_secs(290));
}

#[tokio::test]
async fn what_a_token_lacks_is_told_apart() {
    let library = Library::start(|config| {
        config.read_token = Some("reader".to_owned().into());
        config.disabled_token = Some("disabled".to_owned().into());
        config.expired_token = Some("expired".to_owned().into());
    })
    .await;
    let id = library.image().await;
    let with = |token: &str| editor(&library.server, token.to_owned().into());
    let reader = with("reader");
    assert_eq!(reader.check_access().await.unwrap().current, 1);
    let error = reader.delete(&id).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::PermissionMissing);
    let error = reader.upload(upload(), |_, _| {}).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::PermissionMissing);
    for token in ["disabled", "expired", "unknown"] {
        let error = with(token).check_access().await.unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::TokenRefused, "{token}");
        let error = with(token).stats().await.unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::TokenRefused, "{token}");
    }
}

#[tokio::test]
async fn a_full_library_is_told_as_a_limit() {
    let library = Library::start(|config| config.capacity = Some(1)).await;
    library.image().await;
    let error = library
        .editor
        .upload(upload(), |_, _| {})
        .await
        .unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::LimitReached);
    let error = library
        .editor
        .reserve(&DirectUploadSpec::default())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::LimitReached);
}
