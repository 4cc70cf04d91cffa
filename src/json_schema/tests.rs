//! Schemas accept what the samples say and refuse what the reader refuses.

use super::*;
use crate::config::Config;
use crate::data::front_matter;
use jsonschema::Validator;
use std::path::Path;

fn kinds(book: &str) -> Kinds {
    Kinds::load(&Config::parse(book).expect("a sound book.toml"))
}

fn validator(schema: &Value) -> Validator {
    assert!(jsonschema::meta::is_valid(schema), "no schema: {schema}");
    jsonschema::options().should_validate_formats(true).build(schema).expect("a schema")
}

fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

fn faults(schema: &Value, value: &Value) -> Vec<String> {
    let validator = validator(schema);
    validator.iter_errors(value).map(|e| format!("{}: {e}", e.instance_path())).collect()
}

/// Whether the schema of a kind of ours accepts front matter.
fn accepts(book: &str, kind: &str, text: &str) -> bool {
    let kinds = kinds(book);
    faults(&of_kind(kinds.find(kind).expect("a kind")), &yaml(text)).is_empty()
}

#[test]
#[allow(clippy::disallowed_methods, reason = "the sample is read from the disk")]
fn every_sample_is_accepted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let kinds = kinds(&std::fs::read_to_string(root.join("book.toml")).unwrap());
    let schemas: std::collections::BTreeMap<&str, Validator> =
        kinds.iter().map(|kind| (&*kind.name, validator(&of_kind(kind)))).collect();
    let registers = validator(&of_register(&kinds, None));
    let people = NAMES.map(|key| validator(&of_names(key)));
    let (mut documents, mut lists, mut wrong) = (0, 0, Vec::new());
    let walk = walkdir::WalkDir::new(root.join("content-example")).sort_by_file_name();
    for path in walk.into_iter().map(|e| e.unwrap().into_path()).filter(|p| p.is_file()) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let (schema, value) = match path.extension().and_then(|e| e.to_str()) {
            Some("md") => {
                let Some(range) = front_matter::split(&text).yaml else { continue };
                let value = yaml(&text[range]);
                let Some(kind) = value["kind"].as_str().and_then(|k| kinds.find(k)) else {
                    continue;
                };
                documents += 1;
                (&schemas[&*kind.name], value)
            }
            Some("yaml") if name == "people.yaml" => (&people[0], yaml(&text)),
            Some("yaml") if name == "units.yaml" => (&people[1], yaml(&text)),
            Some("yaml") => {
                lists += 1;
                (&registers, yaml(&text))
            }
            _ => continue,
        };
        let path = path.strip_prefix(root).unwrap().display();
        wrong.extend(
            schema.iter_errors(&value).map(|e| format!("{path} {}: {e}", e.instance_path())),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(documents > 40 && lists > 20, "{documents} documents, {lists} registers");
}

const REPORT: &str = "kind: status\nas_of: 2026-03-27\nauthor: '@mlopez'\nphase: execution\nhealth: {overall: green, schedule: {rag: amber, trend: down, why: late}}\n";

#[test]
fn a_report_is_accepted_in_every_spelling_that_is_read() {
    assert!(accepts("", "status", REPORT));
    for (from, to) in [
        ("kind: status", "kind: Highlight report"),
        ("as_of:", "date:"),
        ("as_of:", "as-of:"),
        ("green", "GREEN"),
        ("green", "on track"),
        ("green", "🟢"),
        ("down", "Worse"),
        ("author:", "x-mine: [1, {a: b}]\nauthor:"),
        ("author:", "period:\nauthor:"),
        ("author:", "progress: {percent_complete: '45.5'}\nauthor:"),
        (
            "author:",
            "milestones: {M1: 2026-05-01, M2: {forecast: {p50: 2026-05-01, p85: 2026-06-01}}}\nauthor:",
        ),
        ("author:", "milestones: [{id: M1, forecast: 2026-05-01}]\nauthor:"),
        ("author:", "top_risks: R-001\nauthor:"),
        ("author: '@mlopez'", "author:"),
        ("author:", "Author:"),
        ("author:", "title: No\nauthor:"),
        ("as_of:", "As of:"),
    ] {
        let text = REPORT.replacen(from, to, 1);
        assert!(accepts("", "status", &text), "{text}");
    }
}

#[test]
fn planted_faults_are_refused() {
    for (from, to) in [
        ("kind: status", "kind: charter"),
        ("kind: status\n", ""),
        ("as_of: 2026-03-27\n", ""),
        ("2026-03-27", "27.03.2026"),
        ("2026-03-27", "2026-02-30"),
        ("author:", "auhtor:"),
        ("author:", "Auhtor:"),
        ("'@mlopez'", "12"),
        ("author:", "title: true\nauthor:"),
        ("author: '@mlopez'\n", ""),
        ("green", "gren"),
        ("trend: down", "trend: sideways"),
        ("schedule:", "schedul:"),
        ("why: late", "reason: late"),
        ("phase: execution", "phase: [a]"),
        ("author:", "progress: {percent_complete: 145}\nauthor:"),
        ("author:", "progress: {percent_complete: some}\nauthor:"),
        ("author:", "period: {from: 2026-03-01}\nauthor:"),
        ("author:", "milestones: {M1: soon}\nauthor:"),
        ("author:", "budget: {eac: '5,000'}\nauthor:"),
        ("author:", "tags: {a: b}\nauthor:"),
        ("author:", "state: drafty\nauthor:"),
    ] {
        let text = REPORT.replacen(from, to, 1);
        assert_ne!(text, REPORT);
        assert!(!accepts("", "status", &text), "{text}");
    }
}

#[test]
fn a_books_own_kinds_fields_and_names_count() {
    let book = "[kinds.status]\naliases = [\"lage\"]\ndefaults = { author = \"PMO\" }\n[kinds.status.fields.as_of]\naliases = [\"stichtag\"]\n[kinds.status.fields.\"health.overall\"]\naliases = [\"ampel\"]\nvalues = { Gut = \"green\" }\n[kinds.status.fields.mood]\ntype = \"choice\"\nvalues = [\"good\", \"bad\"]\n[kinds.weekly]\nextends = \"status\"\n";
    let text = "kind: lage\nstichtag: 2026-03-27\nphase: execution\nampel: gut\nmood: Good\n";
    assert!(accepts(book, "status", text));
    assert!(!accepts(book, "status", &text.replace("Good", "fine")));
    assert!(!accepts(book, "status", &text.replace("stichtag: 2026-03-27\n", "")));
    assert!(!accepts("", "status", text));
    assert!(accepts(book, "weekly", &text.replace("lage", "weekly").replace("stichtag", "as_of")));
    let matched = "[kinds.status]\nmatch = \"**/status-*.md\"\n";
    assert!(accepts(matched, "status", &REPORT.replace("kind: status\n", "")));
}

#[test]
fn registers_people_and_units_have_schemas() {
    let kinds = kinds("");
    let raid = of_register(&kinds, None);
    let sound = "updated: 2026-03-20\nrisks:\n  - {id: R-1, title: x, status: Open, owner: '@a'}\nissues: []\n";
    assert_eq!(faults(&raid, &yaml(sound)), Vec::<String>::new());
    for (from, to) in [
        ("status: Open", "status: opne"),
        ("status: Open, ", ""),
        ("R-1", "R 1"),
        ("issues:", "isues:"),
        ("updated: 2026-03-20", "updated: yesterday"),
        ("[]", "none"),
        ("owner:", "ownr:"),
    ] {
        let text = sound.replacen(from, to, 1);
        assert!(!faults(&raid, &yaml(&text)).is_empty(), "{text}");
        let issues = of_register(&kinds, Some("issues"));
        let about_risks = ["status: Open", "status: Open, ", "R-1", "owner:"].contains(&from);
        assert_eq!(faults(&issues, &yaml(&text)).is_empty(), about_risks, "{text}");
    }
    let people = of_names("people");
    for sound in [
        "'@a': {name: A, roles: sponsor, capacity_fte: 0.5, phone: 17}\nbob: Bob\n",
        "people:\n  '@a': {name: A}\n",
        "people:\n  - {handle: '@a', name: A}\n",
        "- {handle: '@a'}\n",
    ] {
        assert_eq!(faults(&people, &yaml(sound)), Vec::<String>::new(), "{sound}");
    }
    for bad in ["people:\n  - {name: A}\n", "'@a': {capacity_fte: lots}\n", "'@a': [b]\n", "x\n"] {
        assert!(!faults(&people, &yaml(bad)).is_empty(), "{bad}");
    }
    let units = of_names("units");
    assert!(
        faults(&units, &yaml("units:\n  - {unit: ops, capacity: {2026-05: 3.5}}\n")).is_empty()
    );
}

#[test]
fn all_schemas_are_sound_and_say_what_they_are() {
    let kinds = kinds("");
    let all = all(&kinds);
    assert_eq!(all.len(), kinds.iter().count() + 3);
    for (name, schema) in &all {
        validator(schema);
        assert!(name.ends_with(".schema.json"));
        assert_eq!((&schema["$schema"], &schema["$comment"]), (&json!(DIALECT), &json!(COMMENT)));
        assert!(schema["title"].is_string() && schema["description"].is_string(), "{name}");
        assert_eq!(&yaml(&text(schema)), schema);
    }
}
