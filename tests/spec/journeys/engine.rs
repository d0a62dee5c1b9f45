//! The engine without a window: a library is opened, pictures go in, and everything that was
//! promised about them holds.

use std::path::Path;
use std::time::Duration;

use lenticular::engine::{
    Engine, Event, PageRequest, Request, SessionInfo, ThumbnailKey, ThumbnailWish, UploadCommand,
    UploadInput, UploadRow, UploadState,
};
use lenticular::model::{
    Generation, ImageId, Metadata, PageNumber, PageSize, SortOrder, UploadSpec,
};

use super::{engine_on, pictures};

struct Bench {
    runtime: tokio::runtime::Runtime,
    engine: Engine,
}

impl Bench {
    fn open(folder: &Path) -> Self {
        let (runtime, engine) = engine_on(folder);
        Self { runtime, engine }
    }

    /// On a new, empty library.
    fn in_library(folder: &Path) -> Self {
        let mut bench = Self::open(folder);
        bench.open_library();
        bench
    }

    fn send(&self, request: Request) {
        self.engine.handle().send(request);
    }

    /// The first event that `wanted` takes; a minute is longer than anything here lasts.
    fn wait<T>(&mut self, mut wanted: impl FnMut(Event) -> Option<T>) -> T {
        let engine = &mut self.engine;
        self.runtime.block_on(async {
            tokio::time::timeout(Duration::from_mins(1), async {
                loop {
                    let event = engine.next().await.expect("the engine goes on");
                    if let Event::Failed(problem) = &event {
                        panic!("{problem}");
                    }
                    if let Some(value) = wanted(event) {
                        return value;
                    }
                }
            })
            .await
            .expect("it happens within a minute")
        })
    }

    fn open_library(&mut self) -> SessionInfo {
        self.send(Request::OpenLibrary {
            folder: None,
            with_samples: false,
        });
        self.wait(|event| match event {
            Event::SessionOpened(info) => Some(*info),
            Event::OpenFailed { problem, .. } => panic!("{problem}"),
            _ => None,
        })
    }

    fn upload(&self, files: Vec<std::path::PathBuf>, spec: UploadSpec) {
        let inputs = files.into_iter().map(UploadInput::Path).collect();
        self.send(Request::Upload {
            inputs,
            spec: Box::new(spec),
        });
    }

    /// Waits until `count` rows are settled, and returns all rows.
    fn settled(&mut self, count: usize) -> Vec<UploadRow> {
        let mut rows = std::collections::BTreeMap::new();
        self.wait(move |event| {
            if let Event::Uploads(delta) = event {
                for row in delta.changed {
                    rows.insert(row.id, row);
                }
            }
            let is_settled = rows.values().filter(|row| row.state.is_settled()).count() >= count;
            is_settled.then(|| rows.values().cloned().collect())
        })
    }

    fn page(&mut self, size: usize, number: u32) -> lenticular::engine::PageAnswer {
        self.send(Request::Page(PageRequest {
            sort: SortOrder::Newest,
            filter: String::new(),
            page: PageNumber::new(number),
            size: PageSize::new(size),
            generation: Generation::default(),
            refresh: true,
        }));
        self.wait(|event| match event {
            Event::Page(answer) => Some(*answer),
            Event::PageFailed { problem, .. } => panic!("{problem}"),
            _ => None,
        })
    }
}

/// What is not uploaded, short enough to be read when a test fails.
fn unfinished(rows: &[UploadRow]) -> Vec<(String, String)> {
    rows.iter()
        .filter(|row| !matches!(row.state, UploadState::Done { .. }))
        .map(|row| (row.file_name.clone(), format!("{:?}", row.state)))
        .collect()
}

#[test]
fn dropped_files_are_uploaded_with_their_metadata_and_listed() {
    let folder = tempfile::tempdir().unwrap();
    let mut bench = Bench::open(folder.path());
    let info = bench.open_library();
    assert!(info.is_empty_library);
    let metadata = Metadata::parse(r#"{"team":"web","source":"{path}"}"#).unwrap();
    let spec = UploadSpec {
        metadata,
        ..UploadSpec::default()
    };
    bench.upload(pictures(&folder.path().join("drop"), 3), spec);
    let rows = bench.settled(3);
    assert_eq!(unfinished(&rows), []);

    let page = bench.page(50, 1);
    assert_eq!((page.images.len(), page.complete), (3, true));
    let image = page
        .images
        .iter()
        .find(|image| image.display_name() == "picture-001.jpg")
        .unwrap();
    assert_eq!(
        image.metadata.to_string(),
        r#"{"team":"web","source":"picture-001.jpg"}"#
    );

    let key = ThumbnailKey {
        id: image.id.clone(),
        uploaded_millis: image.uploaded.as_millisecond(),
        max_side_px: 256,
    };
    bench.send(Request::Thumbnails(vec![ThumbnailWish {
        key: key.clone(),
        is_private: false,
    }]));
    let pixels = bench.wait(|event| match event {
        Event::Thumbnail { key: other, result } if other == key => Some(result.unwrap()),
        _ => None,
    });
    assert_eq!((pixels.size.width, pixels.size.height), (160, 120));
}

/// Found in the real window: only small files had been tried.
#[test]
fn a_picture_of_megabytes_arrives_whole() {
    let folder = tempfile::tempdir().unwrap();
    let mut bench = Bench::in_library(folder.path());
    let path = folder.path().join("large.png");
    let noise = image::RgbImage::from_fn(1000, 1000, |x, y| {
        let mixed = (x * 7919 + y * 104_729).wrapping_mul(2_654_435_761);
        let [r, g, b, _] = mixed.to_le_bytes();
        image::Rgb([r, g, b])
    });
    noise.save(&path).unwrap();
    assert!(std::fs::metadata(&path).unwrap().len() > 1_000_000);
    bench.upload(vec![path], UploadSpec::default());
    let rows = bench.settled(1);
    assert_eq!(unfinished(&rows), []);
}

#[test]
fn the_same_file_is_not_uploaded_twice_unless_one_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let mut bench = Bench::in_library(folder.path());
    let files = pictures(&folder.path().join("drop"), 1);
    bench.upload(files.clone(), UploadSpec::default());
    bench.settled(1);
    bench.upload(files, UploadSpec::default());
    let rows = bench.settled(1);
    let duplicate = rows
        .iter()
        .find(|row| matches!(row.state, UploadState::Duplicate { .. }));
    let id = duplicate.expect("the second one is a duplicate").id;
    assert_eq!(bench.page(50, 1).images.len(), 1);
    bench.send(Request::Uploads(UploadCommand::UploadAnyway(id)));
    bench.wait(|event| match event {
        Event::Uploads(delta) => delta
            .changed
            .iter()
            .any(|row| row.id == id && matches!(row.state, UploadState::Done { .. }))
            .then_some(()),
        _ => None,
    });
    assert_eq!(bench.page(50, 1).images.len(), 2);
}

#[test]
fn uploads_cut_off_by_closing_go_on_at_the_next_start_and_none_is_there_twice() {
    let folder = tempfile::tempdir().unwrap();
    let files = pictures(&folder.path().join("drop"), 50);
    {
        let mut bench = Bench::in_library(folder.path());
        bench.upload(files, UploadSpec::default());
        // Somewhere in the middle: some are done, most are not.
        bench.settled(8);
        bench.runtime.shutdown_timeout(Duration::from_secs(5));
    }
    let mut bench = Bench::open(folder.path());
    let info = bench.open_library();
    assert!(info.resumed > 0, "something was left to do");
    let rows = bench.settled(50);
    assert_eq!(unfinished(&rows), []);
    let page = bench.page(100, 1);
    let names: std::collections::BTreeSet<_> = page
        .images
        .iter()
        .map(|image| image.display_name().to_owned())
        .collect();
    assert_eq!((page.images.len(), names.len()), (50, 50));
}

#[test]
fn a_deleted_image_may_be_uploaded_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut bench = Bench::in_library(folder.path());
    let files = pictures(&folder.path().join("drop"), 1);
    bench.upload(files.clone(), UploadSpec::default());
    bench.settled(1);
    let ids: Vec<ImageId> = bench
        .page(50, 1)
        .images
        .into_iter()
        .map(|image| image.id)
        .collect();
    bench.send(Request::DeleteImages(ids.clone()));
    bench.wait(|event| match event {
        Event::ImagesDeleted { deleted, failed } => {
            assert_eq!((deleted, failed.len()), (ids.clone(), 0));
            Some(())
        }
        _ => None,
    });
    assert_eq!(bench.page(50, 1).images.len(), 0);
    bench.upload(files, UploadSpec::default());
    let rows = bench.settled(1);
    assert!(
        rows.iter()
            .any(|row| matches!(row.state, UploadState::Done { .. })),
        "{rows:?}"
    );
}

#[test]
fn the_library_tells_what_it_is_asked_at_most_four_times_a_second_and_rests_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut bench = Bench::in_library(folder.path());
    bench.send(Request::Library);
    let info = bench.wait(|event| match event {
        Event::Library(info) => Some(info.unwrap()),
        _ => None,
    });
    assert_eq!((info.contents.images, info.faults), (0, None));
    bench.send(Request::WatchTraffic { after: 0 });
    let begun = std::time::Instant::now();
    let (mut events, mut told) = (0, Vec::new());
    while begun.elapsed() < Duration::from_millis(1_200) {
        bench.send(Request::Stats);
        bench.wait(|event| match event {
            Event::Stats { .. } => Some(()),
            Event::Traffic(new) => {
                events += 1;
                told.extend(new);
                None
            }
            _ => None,
        });
        // The log keeps the last 500 only.
        let rest = async { tokio::time::sleep(Duration::from_millis(5)).await };
        bench.runtime.block_on(rest);
    }
    assert!((2..=6).contains(&events), "{events} events in 1.2 s");
    let numbers: Vec<u64> = told.iter().map(|exchange| exchange.number).collect();
    let expected: Vec<u64> = (1..=numbers.len() as u64).collect();
    assert_eq!(numbers, expected, "each once, in order");
    // What was asked last may still come; after that, nothing is asked and nothing is told.
    let quiet = Duration::from_millis(700);
    let runtime = &bench.runtime;
    let engine = &mut bench.engine;
    runtime.block_on(async {
        tokio::time::timeout(quiet, async { while engine.next().await.is_some() {} })
            .await
            .unwrap_err();
        let more = tokio::time::timeout(quiet, engine.next()).await;
        assert!(more.is_err(), "{more:?}");
    });
    bench.send(Request::StopTraffic);
}

#[test]
fn uploads_arrive_once_although_the_library_cuts_and_fails() {
    let folder = tempfile::tempdir().unwrap();
    let mut bench = Bench::in_library(folder.path());
    let faults = "error=15%:500/502/503,cut=25%,plain=50%,only=reserve+send+details,seed=5";
    bench.send(Request::SetFaults(Some(Box::new(faults.parse().unwrap()))));
    bench.wait(|event| matches!(event, Event::FaultsSet(Some(_))).then_some(()));
    bench.upload(
        pictures(&folder.path().join("drop"), 8),
        UploadSpec::default(),
    );
    let rows = bench.settled(8);
    assert_eq!(unfinished(&rows), []);
    bench.send(Request::SetFaults(None));
    bench.wait(|event| matches!(event, Event::FaultsSet(None)).then_some(()));
    let page = bench.page(100, 1);
    assert_eq!(page.images.len(), 8);
}
