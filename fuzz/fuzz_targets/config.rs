//! `book.toml`: read as far as it can be, with every mistake inside the text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use milepost::config::Config;
use milepost::lifecycles::Lifecycles;
use milepost::rules::levels::Settings;

fuzz_target!(|text: &str| {
    let (config, problems) = Config::read(text);
    for problem in problems.iter().chain(&config.notes) {
        assert!(problem.span.start as usize <= text.len(), "{problem:?}");
    }
    let _ = Lifecycles::load(&config);
    let _ = Settings::load(&config);
});
