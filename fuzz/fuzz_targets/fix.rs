//! `check --fix`: prose stays, and a second run finds nothing to mend.

#![no_main]

use libfuzzer_sys::fuzz_target;
use milepost::config::Config;
use milepost::data::front_matter;
use milepost::tree::MemoryTree;
use milepost::{date, fix};
use std::sync::{Arc, LazyLock};

static CONFIG: LazyLock<Arc<Config>> = LazyLock::new(Arc::default);
const CARD: &str =
    "---\nkind: project\nid: crm\ntitle: C\ntier: 2\nphase: execution\nstate: active\n---\n# C\n";

fuzz_target!(|text: &str| {
    let Some(as_of) = date::parse("2026-03-27") else { return };
    let mends = |text: &str| {
        let tree = MemoryTree::new().with("crm/project.md", CARD).with("crm/a.md", text);
        let mends = fix::mends(&tree, &CONFIG, as_of, &[], &|_| false).map(|m| m.files);
        mends.unwrap_or_default().into_iter().find(|mend| *mend.path == *"crm/a.md")
    };
    let Some(mend) = mends(text) else { return };
    let body = |text: &str| text.get(front_matter::split(text).body..).unwrap_or("").to_owned();
    let (before, after) = (body(text), body(&mend.after));
    let mut rest = after.chars();
    assert!(before.chars().all(|c| rest.any(|other| other == c)), "prose was lost");
    assert!(mend.done.sections > 0 || before == after, "prose was changed");
    assert!(mends(&mend.after).is_none(), "a second run changes something");
});
