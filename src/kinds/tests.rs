//! Tests of the built-in kinds and of what `[kinds]` does to them.

use super::*;
use crate::markdown::normalise_heading;

#[test]
fn every_built_in_kind_reads_without_a_problem() {
    let kinds = Kinds::load(&Config::default());
    let messages: Vec<_> = kinds.problems.iter().map(|p| &p.message).collect();
    assert!(messages.is_empty(), "{messages:#?}");
    assert_eq!(kinds.iter().count(), BUILT_IN.len());
    assert!(BUILT_IN.is_sorted());
    for role in ROLES {
        assert!(kinds.of_role(role.1).is_some(), "no kind has the role {}", role.0);
    }
}

#[test]
fn every_kind_says_what_it_is_for_and_what_it_asks() {
    let kinds = Kinds::load(&Config::default());
    for kind in kinds.iter() {
        let name = &kind.name;
        assert!(kind.purpose.ends_with('.') && !kind.title.is_empty(), "{name}");
        assert!(kind.file.ends_with(".md"), "{name}");
        let bare = kind.sections.is_empty();
        let allowed = kind.front_matter_only || kind.role == Role::Page;
        assert_eq!(bare, allowed, "{name}: no sections, or marked and with sections");
        assert!(kind.role != Role::Item || kind.register.is_some(), "{name}");
        let classes = ["initiate", "plan", "execute", "close"];
        assert!(kind.phases.iter().all(|p| classes.contains(&&**p)), "{name}");
        for role in kind.approvers.iter().flatten().flat_map(|r| r.split('|')) {
            assert_eq!(kinds.roles.find(role).map(|r| &*r.id), Some(role), "{name}");
        }
        for alias in &kind.aliases {
            assert_eq!(&kinds.find(alias).unwrap().name, name, "{alias}");
        }
        let mut seen: HashMap<String, &str> = HashMap::default();
        for section in &kind.sections {
            assert!(section.prompt.ends_with(['.', '?']), "{name}: {}", section.name);
            for word in std::iter::once(&section.name).chain(&section.synonyms) {
                let other = seen.insert(normalise_heading(word), &section.name);
                assert_eq!(other, None, "{name}: `{word}` twice");
            }
        }
    }
}

#[test]
fn every_example_is_a_value_of_its_field() {
    use crate::data::{read, yaml};
    let kinds = Kinds::load(&Config::default());
    for kind in kinds.iter() {
        for field in &kind.fields.list {
            assert!(!field.about.is_empty(), "{}.{}", kind.name, field.name);
            let Some(example) = &field.example else { continue };
            let text =
                format!("v: {}\n", example.replace("{date}", "2026-03-27").replace("{id}", "X-1"));
            let parsed = yaml::parse(&text, 0..text.len(), &yaml::Limits::FRONT_MATTER);
            let mut problems = parsed.problems;
            let root = parsed.root.unwrap();
            let value = &root.get("v").unwrap().value;
            let _ = read::value(value, field, &mut problems);
            let messages: Vec<_> = problems.iter().map(|p| &p.message).collect();
            assert!(messages.is_empty(), "{}.{}: {messages:?}", kind.name, field.name);
        }
    }
}

#[test]
fn a_portfolio_changes_and_adds_kinds_without_rust() {
    let text = "[kinds.status]\naliases = [\"status-report\"]\nsections.Summary.synonyms = [\"Lage\"]\n[kinds.status.fields.\"health.overall\"]\naliases = [\"status\"]\nvalues = { Exempt = \"not-reported\" }\n[kinds.weekly]\nextends = \"status\"\n";
    let kinds = Kinds::load(&Config::parse(text).unwrap());
    assert!(kinds.problems.is_empty(), "{:#?}", kinds.problems);
    assert_eq!(&*kinds.find("status-report").unwrap().name, "status");
    assert_eq!(kinds.find("weekly").unwrap().role, Role::Report);
    assert_eq!(kinds.find("status").unwrap().moves.len(), 1);
}

#[test]
fn mistakes_in_kinds_are_found_with_a_guess() {
    let text = "[kinds.statsu]\ntitle = \"x\"\n[kinds.mine]\nextends = \"chrater\"\n[kinds.charter]\nsectoins = []\nsections.Objectives.synonyms = [\"Scope\"]\n";
    let kinds = Kinds::load(&Config::parse(text).unwrap());
    let text: Vec<_> = kinds
        .problems
        .iter()
        .map(|p| format!("{} / {}", p.message, p.help.as_deref().unwrap_or("")))
        .collect();
    assert!(
        text.iter().any(|t| t.contains("`statsu` is not a kind") && t.contains("`status`")),
        "{text:#?}"
    );
    assert!(text.iter().any(|t| t.contains("`chrater`") && t.contains("`charter`")), "{text:#?}");
    assert!(text.iter().any(|t| t.contains("`sectoins`")), "{text:#?}");
    assert!(text.iter().any(|t| t.contains("two sections")), "{text:#?}");
}

#[test]
fn approvers_are_read_in_each_shape_or_refused() {
    let of = |shape: &str| {
        let text = format!("[kinds.charter]\napprovers = {shape}\n");
        let kinds = Kinds::load(&Config::parse(&text).unwrap());
        let at = |tier| kinds.find("charter").unwrap().approvers_at(tier).join(" + ");
        let told = kinds.problems.iter().map(|p| p.message.clone()).collect::<Vec<_>>();
        (at(0), at(2), told)
    };
    let fine = |shape: &str| {
        let (first, last, told) = of(shape);
        assert!(told.is_empty(), "{shape}: {told:?}");
        (first, last)
    };
    let both = |text: &str| (text.to_owned(), text.to_owned());
    assert_eq!(fine("\"ops-lead\""), both("ops-lead"));
    assert_eq!(fine("[\"ops-lead\", \"sponsor|qa-lead\"]"), both("ops-lead + sponsor|qa-lead"));
    assert_eq!(
        fine("{ tiers = [\"ops-lead, sponsor\", \"qa-lead\"] }"),
        ("ops-lead + sponsor".to_owned(), "qa-lead".to_owned())
    );
    for (shape, message) in [
        ("{ teirs = [\"ops-lead\"] }", "unknown key `teirs`"),
        ("{ tiers = [\"ops-lead\"], when = \"x\" }", "unknown key `when`"),
        ("{}", "`approvers` names nobody"),
        ("[[\"ops-lead\"]]", "`approvers` holds a list, not text"),
        ("{ tiers = { a = \"ops-lead\" } }", "`tiers` must be a list of texts, not a mapping"),
    ] {
        let (first, _, told) = of(shape);
        // What cannot be read asks for no less than before.
        assert_eq!((first.as_str(), told.len()), ("sponsor", 1), "{shape}: {told:?}");
        assert!(told[0].starts_with(message), "{shape}: {told:?}");
    }
}

#[test]
fn globs_match_within_and_across_folders() {
    assert!(glob("**/status-*.md", "a/b/status-1.md"));
    assert!(glob("projects/*/charter.md", "projects/x/charter.md"));
    assert!(!glob("projects/*/charter.md", "projects/x/y/charter.md"));
    assert!(glob("eip-?.md", "eip-1.md"));
    assert!(!glob("*.md", "a/b.md"));
}

#[test]
fn an_urgent_issue_may_say_the_hour() {
    use crate::data::{read, yaml};
    let kinds = Kinds::load(&Config::default());
    let read = |kind: &str, text: &str| {
        let parsed = yaml::parse(text, 0..text.len(), &yaml::Limits::FRONT_MATTER);
        let mut problems = parsed.problems;
        let record =
            read::record(&parsed.root.unwrap(), &kinds.find(kind).unwrap().fields, &mut problems);
        (record.date("raised"), problems.len())
    };
    let day = crate::date::parse("2026-03-09");
    assert_eq!(read("issue", "raised: 2026-03-09T10:20:00-04:00\n"), (day, 0));
    assert_eq!(read("issue", "raised: 2026-03-09\n"), (day, 0));
    assert_eq!(read("issue", "raised: 2026-03-09T10\n"), (None, 1));
    assert_eq!(read("risk", "raised: 2026-03-09T10:20:00-04:00\n"), (None, 1));
}
