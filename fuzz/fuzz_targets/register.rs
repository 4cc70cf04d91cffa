//! Registers, `people.yaml` and `units.yaml`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use milepost::config::Config;
use milepost::document;
use milepost::kinds::Kinds;
use milepost::text::Source;
use milepost::tree::{FileEntry, Stamp};
use std::sync::LazyLock;

static KINDS: LazyLock<Kinds> = LazyLock::new(|| Kinds::load(&Config::default()));

fuzz_target!(|bytes: &[u8]| {
    for path in ["projects/crm/raid.yaml", "people.yaml", "units.yaml"] {
        let Ok(source) = Source::decode(path.into(), bytes.to_vec()) else { return };
        let file =
            FileEntry { path: path.into(), size: bytes.len() as u64, stamp: Stamp::default() };
        let _ = document::parse(&source, &KINDS, file);
    }
});
