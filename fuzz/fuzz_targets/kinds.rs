//! The table of kinds in `book.toml`, and the schemas made from it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use milepost::config::Config;
use milepost::json_schema;
use milepost::kinds::Kinds;

fuzz_target!(|text: &str| {
    let (config, _) = Config::read(text);
    let kinds = Kinds::load(&config);
    if config.kinds.is_some() {
        for kind in kinds.iter() {
            let _ = json_schema::of_kind(kind);
        }
    }
});
