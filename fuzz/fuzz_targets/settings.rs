//! The files of the settings: whatever they hold, the program starts, and what was read can be
//! written and is read again.

#![no_main]

use std::fs;

use lenticular::config::{Dirs, PreferencesFile, ProfilesFile};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    thread_local! {
        static FOLDER: tempfile::TempDir = tempfile::tempdir().expect("a temporary folder");
    }
    FOLDER.with(|folder| {
        let dirs = Dirs::open(Some(folder.path())).expect("a writable folder");
        fs::write(dirs.preferences(), data).expect("a writable folder");
        let (mut file, _) = PreferencesFile::load(&dirs);
        let read = file.get().clone();
        file.save(read.clone())
            .expect("what was read can be written");
        let (again, problems) = PreferencesFile::load(&dirs);
        assert_eq!((again.get(), problems.len()), (&read, 0));

        fs::write(dirs.profiles(), data).expect("a writable folder");
        let (mut file, _) = ProfilesFile::load(&dirs);
        let read = file.list();
        if let Some(first) = read.first() {
            file.put(first.clone())
                .expect("what was read can be written");
            let (again, problems) = ProfilesFile::load(&dirs);
            assert_eq!((again.list(), problems.len()), (file.list(), 0));
        }
    });
});
