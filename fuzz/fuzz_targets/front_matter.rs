//! Front matter: found, read as YAML, read as fields; spans lie in the text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use milepost::config::Config;
use milepost::data::{front_matter, yaml};
use milepost::document;
use milepost::kinds::Kinds;
use milepost::text::Source;
use std::sync::LazyLock;

static KINDS: LazyLock<Kinds> = LazyLock::new(|| Kinds::load(&Config::default()));

fuzz_target!(|bytes: &[u8]| {
    let Ok(source) = Source::decode("projects/crm/a.md".into(), bytes.to_vec()) else { return };
    let split = front_matter::split(&source.text);
    assert!(source.text.is_char_boundary(split.body));
    if let Some(range) = split.yaml {
        let parsed = yaml::parse(&source.text, range, &yaml::Limits::FRONT_MATTER);
        for problem in &parsed.problems {
            assert!(problem.span.start as usize <= source.text.len(), "{problem:?}");
        }
    }
    let document = document::document(&source, &KINDS);
    for finding in &document.findings {
        assert!(finding.at.line > 0 && finding.span.end as usize <= source.text.len() + 1);
    }
});
