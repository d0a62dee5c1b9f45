//! The client and the local library: the same calls an account would get.

use bytes::Bytes;
use lenticular::api::{
    Client, Config, DirectUploadSpec, Editor, Endpoint, ErrorKind, ListQuery, TokenState, Upload,
    UploadBody,
};
use lenticular::model::{
    AccountId, DeliveryUrl, Fit, ImageChange, ImageId, KeyName, Metadata, PageSize, Secret,
    SortOrder, Variant, VariantId, VariantOptions,
};
use lenticular::server::{Server, ServerConfig, ServerHandle};
use tempfile::TempDir;

use super::settings;
use crate::service;

struct Library {
    folder: TempDir,
    server: ServerHandle,
    editor: Editor,
}

impl Library {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = ServerConfig::local(folder.path().join("library"));
        let server = Server::start(config).await.unwrap();
        let editor = Editor::new(client(&server, server.token().clone()));
        Self {
            folder,
            server,
            editor,
        }
    }

    async fn upload(&self, name: &str) -> lenticular::model::Image {
        let upload = Upload {
            file_name: Some(name.to_owned()),
            ..Upload::new(UploadBody::Bytes(png(60, 40)))
        };
        self.editor.upload(upload, |_, _| {}).await.unwrap()
    }
}

fn client(server: &ServerHandle, token: Secret<String>) -> Client {
    let endpoint = Endpoint::custom(&server.api_base(), server.account_id().clone(), token)
        .with_delivery_base(server.delivery_base());
    // The library makes real pictures: the short waits of the scripted peers are not for it.
    let settings = lenticular::api::Settings {
        answer: std::time::Duration::from_secs(20),
        stall: std::time::Duration::from_secs(20),
        upload_answer: std::time::Duration::from_secs(20),
        ..settings()
    };
    Client::with_settings(endpoint, settings).unwrap()
}

fn png(width: u32, height: u32) -> Bytes {
    service::png(width, height).into()
}

#[tokio::test]
async fn an_image_goes_up_comes_back_changes_and_is_gone() {
    let library = Library::start().await;
    let editor = &library.editor;
    let path = library.folder.path().join("größe 写真 \"1\".png");
    std::fs::write(&path, png(60, 40)).unwrap();
    let upload = Upload {
        id: Some(ImageId::custom("brand/100% größe").unwrap()),
        metadata: Metadata::parse(r#"{"alt":"Düne","n":1}"#).unwrap(),
        creator: Some("me".to_owned()),
        ..Upload::new(UploadBody::File(path))
    };
    let image = editor.upload(upload.clone(), |_, _| {}).await.unwrap();
    assert_eq!(Some(&image.id), upload.id.as_ref());
    assert_eq!(image.metadata, upload.metadata);
    assert_eq!(image.creator.as_deref(), Some("me"));
    assert!(image.display_name().starts_with("größe 写真 "), "{image:?}");
    assert_eq!(editor.details(&image.id).await.unwrap(), image);
    assert_eq!(
        editor.blob_bytes(&image.id, 1 << 20).await.unwrap(),
        png(60, 40)
    );
    let prefix = editor.blob_prefix(&image.id, 16).await.unwrap();
    assert_eq!(
        (prefix.bytes.len(), prefix.content_type.as_str()),
        (16, "image/png")
    );
    assert_eq!(editor.stats().await.unwrap().current, 1);

    let error = editor.upload(upload, |_, _| {}).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Conflict);
    let change = ImageChange {
        metadata: Some(Metadata::default()),
        creator: Some(String::new()),
        ..ImageChange::default()
    };
    let changed = editor.edit(&image.id, change).await.unwrap();
    assert_eq!((changed.metadata.is_empty(), changed.creator), (true, None));
    let private = ImageChange {
        require_signed_urls: Some(true),
        ..ImageChange::default()
    };
    let error = editor.edit(&image.id, private).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::PrivateCustomId);

    editor.delete(&image.id).await.unwrap();
    let error = editor.delete(&image.id).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::NotFound);
    assert_eq!(editor.stats().await.unwrap().current, 0);
}

#[tokio::test]
async fn pages_hold_every_image_once() {
    let library = Library::start().await;
    for index in 0..23 {
        library.upload(&format!("{index}.png")).await;
    }
    let mut query = ListQuery {
        per_page: PageSize::new(10),
        sort: SortOrder::Oldest,
        ..ListQuery::default()
    };
    let mut names = Vec::new();
    let mut sizes = Vec::new();
    loop {
        let page = library.editor.list(&query).await.unwrap();
        sizes.push(page.images.len());
        names.extend(
            page.images
                .iter()
                .map(|image| image.display_name().to_owned()),
        );
        query.after = page.next;
        if query.after.is_none() {
            break;
        }
    }
    assert_eq!(sizes, [10, 10, 3]);
    let expected: Vec<_> = (0..23).map(|index| format!("{index}.png")).collect();
    assert_eq!(names, expected);
    let nobody = ListQuery {
        creator: Some("nobody".to_owned()),
        ..ListQuery::default()
    };
    assert!(
        library
            .editor
            .list(&nobody)
            .await
            .unwrap()
            .images
            .is_empty()
    );
}

#[tokio::test]
async fn a_reserved_url_takes_one_file_without_a_token() {
    let library = Library::start().await;
    let editor = &library.editor;
    let spec = DirectUploadSpec {
        metadata: Metadata::parse(r#"{"a":1}"#).unwrap(),
        require_signed_urls: true,
        ..DirectUploadSpec::default()
    };
    let reserved = editor.reserve(&spec).await.unwrap();
    let draft = editor.details(&reserved.id).await.unwrap();
    assert!(draft.is_draft && draft.require_signed_urls);
    let text = UploadBody::Bytes(Bytes::from_static(b"no picture"));
    let error = editor
        .send_to(&reserved.url, text, None, |_, _| {})
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.code()),
        (&ErrorKind::UnsupportedType, Some(5455))
    );
    let body = UploadBody::Bytes(png(10, 10));
    let name = Some("a.png".to_owned());
    let image = editor
        .send_to(&reserved.url, body.clone(), name, |_, _| {})
        .await
        .unwrap();
    assert_eq!((&image.id, image.is_draft), (&reserved.id, false));
    assert_eq!(image.metadata, spec.metadata);
    let error = editor
        .send_to(&reserved.url, body, None, |_, _| {})
        .await
        .unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Conflict);
    let soon = DirectUploadSpec {
        expires: Some(jiff::Timestamp::now()),
        ..DirectUploadSpec::default()
    };
    assert_eq!(
        editor.reserve(&soon).await.unwrap_err().kind(),
        &ErrorKind::Rejected
    );
}

#[tokio::test]
async fn a_variant_delivers_its_size_and_private_images_want_a_signature() {
    let library = Library::start().await;
    let editor = &library.editor;
    let mut variant = Variant {
        id: VariantId::new("square").unwrap(),
        options: VariantOptions {
            fit: Fit::Cover,
            width: Some(30),
            height: Some(30),
            ..VariantOptions::default()
        },
        never_require_signed_urls: false,
    };
    assert_eq!(editor.create_variant(&variant).await.unwrap(), variant);
    let error = editor.create_variant(&variant).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Conflict);
    let image = library.upload("a.png").await;
    let hash = library.server.account_hash();
    let base = library.server.delivery_base();
    let url = DeliveryUrl::of_variant(&base, hash, &image.id, &variant.id);
    let fetch = async |text: &str| editor.fetch_delivery(text, "image/png,image/*").await;
    let size = |bytes: &[u8]| {
        let picture = image::load_from_memory(bytes).unwrap();
        (picture.width(), picture.height())
    };
    let delivered = fetch(&url.to_string()).await.unwrap();
    assert_eq!(size(&delivered.bytes), (30, 30));
    assert!(delivered.etag.is_some() && delivered.content_type.starts_with("image/"));

    variant.options.width = Some(20);
    assert_eq!(editor.update_variant(&variant).await.unwrap(), variant);
    assert_eq!(editor.variant(&variant.id).await.unwrap(), variant);
    assert_eq!(
        size(&fetch(&url.to_string()).await.unwrap().bytes),
        (20, 30)
    );
    assert_eq!(editor.variants().await.unwrap().len(), 2);

    let private = ImageChange {
        require_signed_urls: Some(true),
        ..ImageChange::default()
    };
    editor.edit(&image.id, private).await.unwrap();
    let error = fetch(&url.to_string()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.code()),
        (&ErrorKind::SignatureNeeded, Some(9425))
    );
    let keys = editor.keys().await.unwrap();
    let expires = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(1);
    let signed = keys[0].sign(&url, expires).to_text();
    assert_eq!(size(&fetch(signed.expose()).await.unwrap().bytes), (20, 30));

    editor.delete_variant(&variant.id).await.unwrap();
    let error = fetch(signed.expose()).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::NotFound);
    let unknown = DeliveryUrl::of_variant(&base, hash, &ImageId::generated(), &VariantId::public());
    let error = fetch(&unknown.to_string()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.code()),
        (&ErrorKind::NotFound, Some(9404))
    );
    let options = DeliveryUrl::of_options(&base, hash, &image.id, "w=10");
    let error = fetch(&options.to_string()).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::FlexibleOff);
}

#[tokio::test]
async fn switches_keys_and_the_batch_token_are_the_accounts() {
    let library = Library::start().await;
    let editor = &library.editor;
    assert_eq!(
        editor.config().await.unwrap().flexible_variants,
        Some(false)
    );
    let on = Config {
        flexible_variants: Some(true),
        ..Config::default()
    };
    assert_eq!(
        editor.set_config(on).await.unwrap().flexible_variants,
        Some(true)
    );
    assert_eq!(editor.config().await.unwrap().flexible_variants, Some(true));
    let short = Config {
        browser_ttl_secs: Some(1),
        ..Config::default()
    };
    assert_eq!(
        editor.set_config(short).await.unwrap_err().kind(),
        &ErrorKind::Rejected
    );

    let backup = KeyName::new("backup").unwrap();
    assert_eq!(editor.put_key(&backup).await.unwrap().len(), 2);
    let third = editor
        .put_key(&KeyName::new("third").unwrap())
        .await
        .unwrap_err();
    assert_eq!(third.kind(), &ErrorKind::LimitReached);
    assert_eq!(editor.delete_key(&backup).await.unwrap().len(), 1);
    assert_eq!(
        editor.delete_key(&backup).await.unwrap_err().kind(),
        &ErrorKind::NotFound
    );

    let batch = editor.batch_token().await.unwrap();
    assert!(batch.expires > jiff::Timestamp::now());
    assert!(!format!("{batch:?}").contains(batch.token.expose().as_str()));
}

#[tokio::test]
async fn connecting_to_a_library_tells_its_causes_apart() {
    let library = Library::start().await;
    let server = &library.server;
    assert_eq!(
        library.editor.verify().await.unwrap().state,
        TokenState::Active
    );
    assert_eq!(library.editor.check_access().await.unwrap().current, 0);
    let wrong = client(server, Secret::new("wrong".to_owned()));
    let error = wrong.check_access().await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::TokenRefused);
    let stranger = Endpoint::custom(
        &server.api_base(),
        AccountId::generated(),
        server.token().clone(),
    );
    let stranger = Client::with_settings(stranger, settings()).unwrap();
    let error = stranger.check_access().await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::AccountInvalid);
    let elsewhere = Endpoint::custom(
        &server.delivery_base(),
        server.account_id().clone(),
        server.token().clone(),
    );
    let elsewhere = Client::with_settings(elsewhere, settings()).unwrap();
    assert!(elsewhere.check_access().await.is_err());
}

#[tokio::test]
async fn bad_files_are_refused_with_their_reason() {
    let library = Library::start().await;
    let upload = async |upload: Upload| {
        let error = library.editor.upload(upload, |_, _| {}).await.unwrap_err();
        (error.kind().clone(), error.code())
    };
    let bytes = |bytes: &[u8]| Upload::new(UploadBody::Bytes(Bytes::copy_from_slice(bytes)));
    assert_eq!(
        upload(bytes(b"text")).await,
        (ErrorKind::UnsupportedType, Some(5455))
    );
    assert_eq!(
        upload(bytes(b"")).await,
        (ErrorKind::UnsupportedType, Some(5455))
    );
    let mut large = png(10, 10).to_vec();
    large.resize(11 << 20, 0);
    assert_eq!(
        upload(bytes(&large)).await,
        (ErrorKind::TooLarge, Some(5413))
    );
    let (kind, _) = upload(bytes(&png(600, 400)[..300])).await;
    assert_eq!(kind, ErrorKind::Damaged);
    let url = Secret::new("ftp://example.com/a.png".to_owned());
    let (kind, _) = upload(Upload::new(UploadBody::Url(url))).await;
    assert_eq!(kind, ErrorKind::UrlNotFetched);
    let object = format!(r#"{{"k":"{}"}}"#, "a".repeat(1200));
    let serde_json::Value::Object(object) = serde_json::from_str(&object).unwrap() else {
        unreachable!("it is written as an object")
    };
    let long = Upload {
        metadata: Metadata::from_object(object),
        ..bytes(&png(10, 10))
    };
    assert_eq!(upload(long).await.0, ErrorKind::MetadataInvalid);
    let uuid = Upload {
        id: Some(ImageId::generated()),
        ..bytes(&png(10, 10))
    };
    assert_eq!(upload(uuid).await, (ErrorKind::InvalidId, Some(5411)));
    assert_eq!(library.editor.stats().await.unwrap().current, 0);
}
