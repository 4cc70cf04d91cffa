//! The guide's page of kinds says what the kinds say.

use milepost::config::Config;
use milepost::kinds::Kinds;
use milepost::lifecycles::Lifecycles;
use std::fs;
use std::path::Path;

#[test]
fn the_reference_of_kinds_is_that_of_the_kinds() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let config = Config::default();
    let made =
        milepost::scaffold::reference::kinds(&Kinds::load(&config), &Lifecycles::load(&config));
    let written = fs::read_to_string(root.join("docs/src/kinds.md")).unwrap_or_default();
    if made != written {
        fs::write(root.join("target/kinds.md"), &made).unwrap();
    }
    assert!(
        made == written,
        "copy target/kinds.md to docs/src/kinds.md and look at the difference"
    );
}

#[test]
fn a_section_may_be_asked_for_in_one_phase_by_its_id() {
    let toml = "[portfolio]\nas-of = \"2026-03-27\"\n[kinds.status.sections]\n\"Site notes\" = { level = \"R\", phases = [\"execution\"] }\n";
    let status = "---\nkind: status\nas_of: 2026-03-20\n---\n# S\n";
    let lacks = |phase: &str| {
        let card = format!(
            "---\nkind: project\nid: p\ntitle: P\nstate: active\nphase: {phase}\n---\n# P\n"
        );
        let book = crate::book::Book::new()
            .file("book.toml", toml)
            .file("src/p/project.md", card)
            .file("src/p/status/2026-03-20.md", status);
        book.run("check --format short").all().contains("no section `Site notes`")
    };
    assert!(lacks("execution"));
    assert!(!lacks("planning"));
}
