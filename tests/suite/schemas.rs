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
    bare.run("schema .").exits(2).says("unknown kind `.`").says("--dir .");
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

/// What `new` writes fits the schema an editor checks it with, empty keys and
/// all.
#[test]
fn what_new_writes_fits_its_schema() {
    let card = "---\nkind: project\nid: crm\ntitle: CRM\nsummary: New CRM.\ntier: 1\ndelivery_model: hybrid\nphase: execution\nstate: active\nsponsor: Dana Okafor\nproject_manager: Maria Lopez\nstart: {baseline: 2026-01-05}\nfinish: {baseline: 2026-09-30}\nbudget: {tracked: true, baseline: 500000, currency: CAD}\n---\n# CRM\n";
    let book = Book::new().file("src/projects/crm/project.md", card);
    book.run("schema --all .schemas").exits(0);
    let validator = |name: &str| {
        let schema = json(&book.read(&format!(".schemas/{name}.schema.json")));
        jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
    };
    let registers = validator("registers");
    let kinds = milepost::kinds::Kinds::load(&milepost::config::Config::default());
    let mut wrong = Vec::new();
    for kind in kinds.iter() {
        let before = book.tree("src");
        let apart = ["project", "page"].contains(&&*kind.name);
        let to = if apart { "--id fresh" } else { "--project crm" };
        book.run(&format!("new {} {to} --title Something", kind.name)).exits(0);
        let made = book.tree("src").into_iter().filter(|file| !before.contains(file));
        for (path, bytes) in made {
            let text = String::from_utf8(bytes).unwrap();
            let (schema, yaml) = match path.extension().and_then(|e| e.to_str()) {
                Some("yaml") => (&registers, text.as_str()),
                _ => match text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n")) {
                    Some((yaml, _)) => (&validator(&format!("kind-{}", kind.name)), yaml),
                    None => continue,
                },
            };
            let value: Value = serde_yaml::from_str(yaml).unwrap();
            let faults = schema.iter_errors(&value);
            wrong.extend(faults.map(|e| format!("{}: {}: {e}", kind.name, e.instance_path())));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
