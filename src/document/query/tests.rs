//! Queries as authors write them, and their slips.

use super::*;
use crate::config::Config;
use crate::text::Source;
use std::sync::Arc;

fn read(yaml: &str) -> (Vec<Query>, Vec<String>) {
    let text = format!("# N\n\n```query\n{yaml}\n```\n");
    let kinds = Kinds::load(&Config::default());
    let source = Source::decode(Arc::from("n.md"), text.into_bytes()).unwrap();
    let document = crate::document::document(&source, &kinds);
    let said = document
        .findings
        .iter()
        .map(|f| {
            let help = f.help.clone().unwrap_or_default();
            format!("{}:{} {} {}; {help}", f.at.line, f.at.column, f.rule, f.message)
        })
        .collect();
    (document.queries.into_vec(), said)
}

fn one(yaml: &str) -> Query {
    let (mut queries, said) = read(yaml);
    assert_eq!(said, Vec::<String>::new());
    queries.pop().unwrap()
}

fn wrong(yaml: &str) -> String {
    let (queries, said) = read(yaml);
    assert_eq!((queries.len(), said.len()), (0, 1), "{said:?}");
    said.into_iter().next().unwrap()
}

#[test]
fn a_query_is_read_whole() {
    let query = one(
        "from: risks\ntitle: What may hurt\nwhere:\n  status: [open, occurred]\n  score: at least 15\n  \
         owner: not @mlopez\nsort: [-score, due]\ngroup: project\ncolumns: [id, title, score]\nlimit: 5",
    );
    assert_eq!(query.from.name(), "risk");
    assert_eq!(query.title.as_deref(), Some("What may hurt"));
    assert_eq!(query.filters.len(), 3);
    assert_eq!(query.filters[0].any, [Test::Is("open".into()), Test::Is("occurred".into())]);
    let fifteen = Operand::Number(crate::ratio::Ratio::whole(15));
    assert_eq!(query.filters[1].any, [Test::Compares(Cmp::AtLeast, fifteen)]);
    assert_eq!(query.filters[2].any, [Test::Not("@mlopez".into())]);
    assert_eq!(query.sort, [("score".into(), true), ("due".into(), false)]);
    assert_eq!((query.show, query.limit), (Show::Table, 5));
}

#[test]
fn what_is_listed_has_many_names() {
    for (word, name) in [
        ("risks", "risk"),
        ("risk", "risk"),
        ("Status reports", "status"),
        ("lessons", "lesson"),
        ("projects", "projects"),
        ("documents", "documents"),
    ] {
        assert_eq!(one(&format!("from: {word}")).from.name(), name, "{word}");
    }
    let said = wrong("from: riks");
    assert_eq!(
        said,
        "4:7 invalid-query `riks` is nothing that can be listed; did you mean `risk`?"
    );
}

#[test]
fn dates_are_said_as_people_say_them() {
    let when = |text: &str| {
        one(&format!("from: actions\nwhere: {{due: {text}}}")).filters.remove(0).any.remove(0)
    };
    let today = |n| Operand::Day(Day::Today(n));
    assert_eq!(when("before today"), Test::Compares(Cmp::Less, today(0)));
    assert_eq!(when("within 2w"), Test::Between(today(0), today(14)));
    assert_eq!(when("after today - 30d"), Test::Compares(Cmp::More, today(-30)));
    assert_eq!(when("\"<= 2026-06-30\""), when("by 2026-06-30"));
    assert_eq!(when("missing"), Test::Missing);
    let said = wrong("from: actions\nwhere:\n  due: soon");
    assert!(said.starts_with("6:8 invalid-query `soon` says nothing about `due`, a date; write"));
}

#[test]
fn slips_are_reported_where_they_stand() {
    let said = wrong("from: risks\nwhere:\n  stauts: open");
    assert_eq!(said, "6:3 invalid-query risks have no field `stauts`; did you mean `status`?");
    let said = wrong("from: risks\nwhere:\n  status: opne");
    assert_eq!(said, "6:11 invalid-query `status` is never `opne`; did you mean `open`?");
    let said = wrong("from: projects\nwhere: {health: rde}");
    assert_eq!(said, "5:17 invalid-query `health` is never `rde`; did you mean `red`?");
    let said = wrong("form: risks");
    assert_eq!(said, "4:1 invalid-query unknown key `form` in a query; did you mean `from`?");
    let said = wrong("where: {status: open}");
    assert!(said.contains("the query does not say what it lists"), "{said}");
    let said = wrong("from: risks\nsum: title");
    assert!(said.contains("`title` is words, and only numbers add up"), "{said}");
    let said = wrong("from: risks\nshow: chart");
    assert!(said.contains("a chart needs something to group by"), "{said}");
    let said = wrong("from: risks\nlimit: 0");
    assert!(said.contains("from 1 to 1000"), "{said}");
    let said = wrong("from: risks\nwhere: open");
    assert!(said.contains("`where` must name fields"), "{said}");
}

#[test]
fn empty_and_hidden_queries_are_said() {
    assert!(wrong("").contains("the query says nothing"));
    assert!(wrong("from:").contains("`from` must be a word"));
    let kinds = Kinds::load(&Config::default());
    let text = "# N\n\n- item\n\n  ```query\n  from: risks\n  ```\n";
    let source = Source::decode(Arc::from("n.md"), text.as_bytes().to_vec()).unwrap();
    let document = crate::document::document(&source, &kinds);
    let said: Vec<_> = document.findings.iter().map(|f| (f.rule, f.at.line)).collect();
    assert_eq!((said, document.queries.len()), (vec![("invalid-query", 5)], 0));
}

#[test]
fn every_derived_field_says_what_it_is() {
    for derived in DERIVED {
        assert!(!derived.about.is_empty() && !derived.about.ends_with('.'), "{}", derived.name);
    }
}

#[test]
fn the_guide_lists_every_key_and_derived_field() {
    let guide = include_str!("../../../docs/src/queries.md");
    for key in KEYS {
        assert!(guide.contains(&format!("| `{key}` |")), "{key}");
    }
    for derived in DERIVED {
        let of = if derived.of.is_empty() { "everything".into() } else { derived.of.join(", ") };
        let line = format!("| `{}` | {of} | {} |", derived.name, derived.about);
        assert!(guide.contains(&line), "{line}");
    }
}

#[test]
fn nothing_lies_between_a_higher_and_a_lower_one() {
    for text in
        ["between 9 and 5", "between 2026-06-30 and 2026-04-01", "between today and today - 2w"]
    {
        let class = if text.contains('-') { Class::Date } else { Class::Number };
        let help = Test::read(text, class).unwrap_err();
        assert!(help.ends_with("write the lower one first"), "{help}");
    }
    for text in ["between 5 and 5", "between -9 and 5"] {
        assert!(Test::read(text, Class::Number).is_ok(), "{text}");
    }
    assert!(Test::read("between today and 2020-01-01", Class::Date).is_ok());
}
