//! What is acknowledged stays; what is not leaves nothing behind.

use std::fs;
use std::path::Path;

use super::{Service, config, file_form, jpeg, png};

fn originals(folder: &Path) -> usize {
    fn count(folder: &Path) -> usize {
        fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| if path.is_dir() { count(&path) } else { 1 })
            .sum()
    }
    count(&folder.join("originals"))
}

#[tokio::test]
async fn the_bytes_of_equal_images_are_kept_once_and_go_with_the_last() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let (first, second) = (service.upload_png().await, service.upload_png().await);
    assert_eq!(originals(service.folder()), 1);
    service.delete(&format!("v1/{first}")).await.result();
    assert_eq!(originals(service.folder()), 1);
    service.delete(&format!("v1/{second}")).await.result();
    assert_eq!(originals(service.folder()), 0);
}

#[tokio::test]
async fn a_refused_upload_leaves_no_bytes() {
    let Some(service) = Service::owned().await else {
        return;
    };
    service.upload_with(&[("id", "x")]).await.result();
    let conflict = file_form(jpeg(9, 9), "b.jpg").text("id", "x");
    service.upload(conflict).await.refused(409, 5409);
    service
        .upload(file_form(b"text".to_vec(), "a.txt"))
        .await
        .refused(415, 5455);
    assert_eq!(originals(service.folder()), 1);
}

#[tokio::test]
async fn uploads_and_deletions_of_the_same_bytes_at_once_never_lose_them() {
    let Some(service) = Service::owned().await else {
        return;
    };
    for _ in 0..10 {
        let doomed = service.upload_png().await;
        let path = format!("v1/{doomed}");
        let (_, kept) = tokio::join!(service.delete(&path), service.upload_png());
        assert_eq!(
            service.get(&format!("v1/{kept}/blob")).await.body,
            png(8, 6)
        );
        service.delete(&format!("v1/{kept}")).await.result();
    }
    assert_eq!(originals(service.folder()), 0);
}

#[tokio::test]
async fn what_a_crash_left_is_swept_at_the_next_start() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let id = service.upload_png().await;
    let folder = service.folder().to_owned();
    // As a crash between bytes and record leaves it: a blob without a name, a half-written file.
    let orphan = folder
        .join("originals/ab/cd")
        .join(format!("abcd{}", "0".repeat(60)));
    let half = folder.join("originals/incoming/half");
    let service = service
        .restart_after(|folder| {
            fs::create_dir_all(orphan.parent().unwrap()).unwrap();
            fs::write(&orphan, b"bytes").unwrap();
            fs::write(&half, b"half").unwrap();
            let records = rusqlite::Connection::open(folder.join("library.db")).unwrap();
            records
                .execute("UPDATE account SET ended_well = 0", [])
                .unwrap();
        })
        .await;
    assert!(!half.exists());
    for _ in 0..200 {
        if !orphan.exists() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert!(!orphan.exists());
    assert_eq!(service.get(&format!("v1/{id}/blob")).await.body, png(8, 6));
}

#[cfg(unix)]
#[tokio::test]
async fn others_on_the_computer_cannot_look_into_the_library() {
    use std::os::unix::fs::PermissionsExt as _;
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("library");
    let server = lenticular::server::Server::start(config(&folder))
        .await
        .unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(&folder.join("library.db")), 0o600);
    server.shutdown().await;
}
