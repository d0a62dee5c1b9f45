//! Renditions on a real disk.

use super::*;
use crate::samples;

fn arguments(options: &str, out: &Path, files: &[PathBuf]) -> RenderArguments {
    RenderArguments {
        options: options.to_owned(),
        files: files.to_vec(),
        out: out.to_owned(),
        jobs: NonZeroUsize::new(2),
        json: false,
        force: false,
    }
}

fn photo(folder: &Path, name: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, samples::photo_jpeg(7, 320, 240, 88)).unwrap();
    path
}

fn is_success(code: ExitCode) -> bool {
    // An exit code cannot be compared, only shown.
    format!("{code:?}") == format!("{:?}", ExitCode::SUCCESS)
}

fn facts(path: &Path) -> Facts {
    transform::probe(&std::fs::read(path).unwrap()).unwrap()
}

#[test]
fn each_file_becomes_a_rendition_under_its_own_name() {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        photo(folder.path(), "a/one.jpeg"),
        photo(folder.path(), "b/one.jpg"),
        photo(folder.path(), "two.jpg"),
    ];
    let out = folder.path().join("new/out");
    assert!(is_success(run(&arguments("w=80", &out, &files))));
    for name in ["one.jpg", "one-2.jpg", "two.jpg"] {
        let facts = facts(&out.join(name));
        assert_eq!(facts.format, Format::Jpeg);
        assert_eq!(facts.size, PixelSize::new(80, 60));
    }
    assert_eq!(std::fs::read_dir(&out).unwrap().count(), 3, "no leftovers");
    let webp = arguments("w=80,f=webp", &out, &files[2..]);
    assert!(is_success(run(&webp)));
    assert_eq!(facts(&out.join("two.webp")).format, Format::WebP);
}

#[cfg(feature = "avif")]
#[test]
fn who_asks_for_avif_gets_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = photo(folder.path(), "one.jpg");
    let out = folder.path().join("out");
    assert!(is_success(run(&arguments("w=80,f=avif", &out, &[file]))));
    assert_eq!(facts(&out.join("one.avif")).format, Format::Avif);
}

#[test]
fn what_is_there_is_overwritten_only_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let file = photo(folder.path(), "in/one.jpg");
    let out = folder.path().join("out");
    std::fs::create_dir(&out).unwrap();
    std::fs::write(out.join("one.jpg"), "mine").unwrap();
    let mut asked = arguments("w=80", &out, std::slice::from_ref(&file));
    assert!(!is_success(run(&asked)));
    assert_eq!(std::fs::read(out.join("one.jpg")).unwrap(), b"mine");
    asked.force = true;
    assert!(is_success(run(&asked)));
    assert_eq!(facts(&out.join("one.jpg")).size, PixelSize::new(80, 60));
}

#[test]
fn a_picture_is_never_replaced_by_its_own_rendition() {
    let folder = tempfile::tempdir().unwrap();
    let file = photo(folder.path(), "one.jpg");
    let before = std::fs::read(&file).unwrap();
    let mut asked = arguments("w=80", folder.path(), std::slice::from_ref(&file));
    asked.force = true;
    assert!(!is_success(run(&asked)));
    assert_eq!(std::fs::read(&file).unwrap(), before);
}

#[test]
fn a_broken_file_leaves_the_others_alone() {
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("broken.jpg");
    std::fs::write(&broken, "no picture").unwrap();
    let files = [
        broken,
        folder.path().join("missing.jpg"),
        photo(folder.path(), "good.jpg"),
    ];
    let out = folder.path().join("out");
    assert!(!is_success(run(&arguments("w=80", &out, &files))));
    assert_eq!(facts(&out.join("good.jpg")).size, PixelSize::new(80, 60));
    assert_eq!(std::fs::read_dir(&out).unwrap().count(), 1);
}

#[test]
fn json_tells_what_became_of_a_file() {
    let done = Done {
        out: PathBuf::from("out/a.webp"),
        format: Format::WebP,
        size: PixelSize::new(80, 60),
        bytes: 1234,
        warnings: vec!["a remark".to_owned()],
    };
    let told = line(Path::new("a.jpg"), &Ok(done), Instant::now());
    assert_eq!(told["file"], "a.jpg");
    assert_eq!(told["out"], "out/a.webp");
    assert_eq!((&told["width"], &told["height"]), (&json!(80), &json!(60)));
    assert_eq!(told["format"], "image/webp");
    assert_eq!(told["bytes"], 1234);
    assert_eq!(told["warnings"], json!(["a remark"]));
    assert!(told["millis"].is_number());

    let refused = Err(TransformError::NotAnImage.into());
    let told = line(Path::new("a.txt"), &refused, Instant::now());
    assert_eq!(told["error"], "this is not an image");
    assert_eq!(told["code"], 9412);
}

#[test]
fn auto_keeps_the_format_of_the_original() {
    let folder = tempfile::tempdir().unwrap();
    let file = photo(folder.path(), "one.jpg");
    let middle = folder.path().join("middle");
    assert!(is_success(run(&arguments(
        "w=160,f=webp",
        &middle,
        &[file]
    ))));
    let out = folder.path().join("out");
    let webp = middle.join("one.webp");
    assert!(is_success(run(&arguments("w=80", &out, &[webp]))));
    assert_eq!(facts(&out.join("one.webp")).size, PixelSize::new(80, 60));
}
