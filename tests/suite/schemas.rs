//! `schema`: what is printed, and what is written.

use crate::book::Book;
use serde_json::Value;

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn schemas_are_printed_for_kinds_and_registers_of_the_book() {
    let bare = Book::empty();
    let status = json(&bare.run("schema status").exits(0).out);
    assert_eq!(status["title"], "Status report");
    assert!(
        json(&bare.run("schema --register risks").exits(0).out)["properties"]["risks"].is_object()
    );
    assert_eq!(json(&bare.run("schema --register people").exits(0).out)["title"], "People");
    bare.run("schema --register all").exits(0).says("milestones");
    bare.run("schema statsu").exits(2).says("did you mean `status`?");
    bare.run("schema --register riscs").exits(2).says("did you mean `risks`?");
    bare.run("schema").exits(2).says("--register");
    bare.run("schema status --dir .").exits(2).says("there is no `book.toml`");

    let own = "[book]\n[kinds.weekly]\nextends = \"status\"\n[kinds.weekly.fields.mood]\ntype = \"line\"\n";
    let book = Book::new().file("book.toml", own);
    assert!(json(&book.run("schema weekly").exits(0).out)["properties"]["mood"].is_object());
    let broken = Book::new().file("book.toml", "[kinds.statsu]\ntitle = \"x\"\n");
    broken.run("schema status").exits(2).says("book.toml:1:8");
}

#[test]
fn all_schemas_are_written_and_only_our_own_are_replaced() {
    let book = Book::new();
    book.run("schema --all .schemas").exits(0).says("schemas to `.schemas`");
    let first = book.tree(".schemas");
    assert!(first.len() > 30);
    let book = book.file("book.toml", "[book]\n[kinds.status.fields.mood]\ntype = \"line\"\n");
    book.run("schema --all .schemas").exits(0);
    let changed = book.tree(".schemas").iter().zip(&first).filter(|(a, b)| a != b).count();
    assert_eq!(changed, 1);
    let book = book.file(".schemas/kind-status.schema.json", "{\"mine\": true}\n");
    book.run("schema --all .schemas").exits(2).says("is not a schema of Milepost's");
    assert_eq!(book.read(".schemas/kind-status.schema.json"), "{\"mine\": true}\n");
}
