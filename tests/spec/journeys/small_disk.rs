//! Disks that are full: the library's, and the window's own.

use std::path::{Path, PathBuf};
use std::process::Command;

use lenticular::model::{AccountId, Secret};

use super::desk::{Desk, account};
use super::pictures;
use super::proxy::Remote;

/// Where the small disk is, for a test that has been started on one.
const DISK: &str = "LENTICULAR_TEST_SMALL_DISK";

/// Runs one of these tests again, in a process that has a disk of three megabytes of its own.
fn on_a_small_disk(test: &str) {
    const SCRIPT: &str = r#"
        mount -t tmpfs -o size=3m tmpfs "$0" || exit 99
        "$@"
        code=$?
        umount -l "$0"
        exit $code"#;
    let folder = tempfile::tempdir().expect("a folder");
    // Without user namespaces an administrator may still mount. In a changed root he cannot make
    // mounts private first; then it is the unmounting that leaves nothing behind.
    for namespaces in [
        &["--map-root-user", "--mount"][..],
        &["--mount"],
        &["--mount", "--propagation=unchanged"],
    ] {
        let status = Command::new("unshare")
            .args(namespaces)
            .args(["sh", "-c", SCRIPT])
            .arg(folder.path())
            .arg(std::env::current_exe().expect("this program"))
            .args(["--exact", test, "--nocapture"])
            .env(DISK, folder.path())
            .status()
            .expect("unshare is part of util-linux");
        match status.code() {
            Some(0) => {
                assert!(ran(folder.path()), "no test is called {test}");
                return;
            }
            Some(1 | 99) if !ran(folder.path()) => {}
            code => panic!("it ended with {code:?} on the small disk"),
        }
    }
    // Nothing was checked, and that is said; a machine where tests run has one of the two.
    panic!("no file system of its own can be had here: neither unshare --map-root-user nor root");
}

/// Whether the test was reached: it leaves its mark outside of the small disk.
fn ran(folder: &Path) -> bool {
    folder.with_extension("ran").exists()
}

/// Takes what room there is.
fn fill(disk: &Path) -> PathBuf {
    use std::io::Write as _;
    let path = disk.join("filler");
    let mut file = std::fs::File::create(&path).expect("a file");
    for size in [4096, 64] {
        while file
            .write_all(&vec![7; size])
            .and_then(|()| file.sync_all())
            .is_ok()
        {}
    }
    path
}

#[test]
fn a_full_disk_of_the_window_loses_nothing_that_was_dropped() {
    let Some(disk) = std::env::var_os(DISK).map(PathBuf::from) else {
        return on_a_small_disk(
            "journeys::small_disk::a_full_disk_of_the_window_loses_nothing_that_was_dropped",
        );
    };
    std::fs::write(disk.with_extension("ran"), "").expect("a mark");
    let folder = tempfile::tempdir().expect("a folder");
    let remote = Remote::start(&folder.path().join("library"));
    let files = pictures(&folder.path().join("drop"), 7);
    let mut window = Desk::in_account(&disk.join("data"), remote.account());
    window.press("Uploads");
    window.drop_files(&files[..1]);
    window.step_until("one is uploaded", |window| {
        window.is_done("picture-000.jpg")
    });

    // What is in the queue already stays there, and goes on by itself.
    window.pause_uploads();
    window.drop_files(&files[1..4]);
    window.step_until("three wait", |window| window.shows("1 of 4 uploaded"));
    let filler = fill(&disk);
    window.press("Resume");
    let full = "The upload queue could not be written: this computer's disk is full";
    window.step_until("it is told", |window| window.shows_part(full));
    assert!(window.shows("1 of 4 uploaded"));

    // What comes now cannot be written down, and waits in the panel.
    window.drop_files(&files[4..]);
    window.step_until("it waits", |window| {
        window.shows_part("What you added waits in the upload panel")
            && window.shows("Upload 3 items")
    });
    assert_eq!(remote.image_count(), 1);

    std::fs::remove_file(filler).expect("room is made");
    if window.has(egui::accesskit::Role::Button, "Resume") {
        window.press("Resume");
    }
    window.step_until("the queue goes on", |window| {
        window.shows("4 of 4 uploaded")
    });
    window.press("Upload 3 items");
    window.step_until("so does the rest", |window| window.shows("7 of 7 uploaded"));
    assert_eq!(remote.image_count(), 7, "none is there twice");
}

#[test]
fn a_full_disk_of_the_library_is_told_and_what_was_there_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = SmallDisk::serve(&folder.path().join("disk"));
    let mut desk = Desk::in_account(&folder.path().join("data"), server.account());
    desk.press("Uploads");
    let small = pictures(&folder.path().join("drop"), 1);
    desk.drop_files(&small);
    desk.step_until("there is room for one", |desk| {
        desk.is_done("picture-000.jpg")
    });
    let path = folder.path().join("drop/noise.png");
    let noise = image::RgbImage::from_fn(1200, 1200, |x, y| {
        let mixed = (x * 7919 + y * 104_729).wrapping_mul(2_654_435_761);
        let [_, r, g, b] = (mixed ^ (mixed >> 15))
            .wrapping_mul(2_246_822_519)
            .to_le_bytes();
        image::Rgb([r, g, b])
    });
    noise.save(&path).expect("a picture of some megabytes");
    desk.drop_files(&[path]);
    assert_eq!(
        desk.failure_of("noise.png"),
        "The server's disk is full. Make room on the disk that holds the images, then retry [5500]"
    );
    desk.press("Images");
    desk.step_until("the first is still there", |desk| desk.shows("1–1 of 1"));
}

/// A library on a disk that has room for two megabytes.
struct SmallDisk {
    process: std::process::Child,
    api_base: String,
    account_id: AccountId,
    token: Secret<String>,
}

impl SmallDisk {
    /// A file system of its own where the system lets us have one; else no file may grow larger.
    const SCRIPT: &str = r#"
        mkdir "$1"
        if unshare --map-root-user --mount true && [ -z "$3" ]; then
            exec unshare --map-root-user --mount sh -c '
                mount -t tmpfs -o size=2m tmpfs "$1" || exit 9
                exec "$2" serve --library "$1/library" --listen 127.0.0.1:0' sh "$1" "$2"
        fi
        exec env --ignore-signal=XFSZ prlimit --fsize=2000000 \
            "$2" serve --library "$1/library" --listen 127.0.0.1:0"#;

    fn serve(folder: &Path) -> Self {
        Self::start(folder, "")
            .or_else(|| Self::start(&folder.with_extension("limited"), "limited"))
            .expect("a library on a small disk")
    }

    fn start(folder: &Path, kind: &str) -> Option<Self> {
        use std::io::BufRead as _;
        let mut process = std::process::Command::new("sh")
            .args(["-c", Self::SCRIPT, "sh"])
            .arg(folder)
            .arg(env!("CARGO_BIN_EXE_lenticular"))
            .arg(kind)
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("a shell");
        let mut line = String::new();
        let out = process.stdout.take().expect("it is piped");
        let read = std::io::BufReader::new(out).read_line(&mut line);
        let told = read.map(|_| serde_json::from_str::<serde_json::Value>(&line));
        let Ok(Ok(told)) = told else {
            // No such disk can be had here; the process has ended by itself.
            process.kill().ok();
            process.wait().expect("it has ended");
            return None;
        };
        let text = |name: &str| told[name].as_str().expect("it is told").to_owned();
        Some(Self {
            process,
            api_base: text("api"),
            account_id: AccountId::parse(&text("account_id")).expect("an account"),
            token: Secret::new(text("token")),
        })
    }

    fn account(&self) -> lenticular::engine::NewAccount {
        account(&self.api_base, &self.account_id, &self.token)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // It may have ended already.
        self.process.kill().ok();
        self.process.wait().ok();
    }
}
