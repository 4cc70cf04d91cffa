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
