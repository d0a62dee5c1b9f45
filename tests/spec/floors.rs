//! The floors of the house: a module uses only what lies below it.
//!
//! Read from the sources, so that no list has to be kept beside them: every `crate::…` in a file
//! names the module it uses.

use std::collections::BTreeSet;
use std::path::Path;

/// The modules of each floor, from the ground up. Those of the second floor do not know each other.
const FLOORS: [&[&str]; 6] = [
    &["model"],
    &["wire", "transform", "samples", "sqlite", "blobs", "heap"],
    &["api", "server", "intake", "journal", "config"],
    &["engine"],
    &["app"],
    &["ui", "cli"],
];

/// Uses inside one floor that are meant.
const NEIGHBORS: [(&str, &str); 1] = [
    // The tests of the pixels take their photographs from there.
    ("transform", "samples"),
];

fn floor_of(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}

fn uses(path: &Path, found: &mut BTreeSet<(String, String)>, module: &str) {
    if path.is_dir() {
        for entry in std::fs::read_dir(path).unwrap() {
            uses(&entry.unwrap().path(), found, module);
        }
        return;
    }
    if path.extension().is_none_or(|ending| ending != "rs") {
        return;
    }
    let source = std::fs::read_to_string(path).unwrap();
    for line in source.lines() {
        // Documentation may speak of what lies above.
        if line.trim_start().starts_with("//") {
            continue;
        }
        for rest in line.split("crate::").skip(1) {
            let used: String = rest
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                .collect();
            found.insert((module.to_owned(), used));
        }
    }
}

#[test]
fn a_module_uses_only_what_lies_below_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = BTreeSet::new();
    let mut modules = BTreeSet::new();
    for entry in std::fs::read_dir(&src).unwrap() {
        let path = entry.unwrap().path();
        let module = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if module == "main" || module == "lib" {
            continue;
        }
        uses(&path, &mut found, &module);
        modules.insert(module);
    }
    for module in &modules {
        assert!(
            floor_of(module).is_some(),
            "{module} stands on no floor: add it above"
        );
    }
    let climbing: Vec<String> = found
        .iter()
        .filter(|(module, used)| module != used && modules.contains(used))
        .filter(|(module, used)| {
            let is_neighbor = NEIGHBORS.contains(&(module.as_str(), used.as_str()));
            floor_of(used) >= floor_of(module) && !is_neighbor
        })
        .map(|(module, used)| format!("{module} uses {used}"))
        .collect();
    assert!(climbing.is_empty(), "{climbing:#?}");
    assert!(
        found.contains(&("engine".to_owned(), "api".to_owned())),
        "the sources were not read"
    );
}

/// The window cannot reach anything that blocks.
#[test]
fn the_window_knows_no_client_no_database_and_no_disk() {
    let mut found = BTreeSet::new();
    uses(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src/ui"),
        &mut found,
        "ui",
    );
    for blocked in ["api", "server", "journal", "sqlite", "blobs", "intake"] {
        assert!(
            !found.contains(&("ui".to_owned(), blocked.to_owned())),
            "ui uses {blocked}"
        );
    }
}

/// Decisions are made without a toolkit, a runtime or a disk.
#[test]
fn decisions_know_no_toolkit_no_runtime_and_no_disk() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/app");
    for entry in std::fs::read_dir(folder).unwrap() {
        let source = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        for foreign in ["egui", "tokio", "std::fs", "reqwest", "rusqlite"] {
            let uses = |line: &str| !line.trim_start().starts_with("//") && line.contains(foreign);
            assert!(!source.lines().any(uses), "a decision uses {foreign}");
        }
    }
}
