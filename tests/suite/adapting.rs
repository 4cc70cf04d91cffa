//! Collections that were not written for Milepost, with a `book.toml` alone:
//! each single fault is found at its line, and the sound document is silent.

use crate::book::Book;

/// Design records as a team might write them: a status with words after it,
/// dates and ids under names of their own, a fixed order of sections.
const CONFIG: &str = r#"[book]
title = "Records"

[portfolio]
as-of = "2026-03-27"

[[lifecycle.phases]]
id = "proposed"
class = "initiate"
[[lifecycle.phases]]
id = "accepted"
class = "execute"
[[lifecycle.phases]]
id = "superseded"
class = "close"

[kinds.record]
title = "Record"
role = "document"
common = false
match = { path = "records/*.md", field = "status" }
phase-field = "status"
headings = { levels = "2" }

[kinds.record.fields]
id = { type = "id", level = "R", aliases = ["number"] }
status = { type = "choice", level = "R", values = ["proposed", "accepted", "superseded"], tail = true }
decided-on = { type = "date", required-if = { status = ["accepted", "superseded"] } }
builds-on = { type = "list", of = { type = "link" }, separator = ",", ordered = true }

[kinds.record.sections]
Context = { level = "R" }
Decision = { level = "R", synonyms = ["What we decided*"] }
Options = {}
Consequences = { level = "R", phases = ["accepted", "superseded"] }

[rules]
missing-section = { default = "deny", phases = { superseded = "note" } }
"#;

const SOUND: &str = "---
number: 7
status: accepted by the board
decided-on: 2026-02-03
builds-on: 3, 5
---
# Use one queue

## Context

Two queues hold the same messages today.

## Decision

We keep the older of the two queues.

## Options

A third queue was considered and refused.

## Consequences

Senders change their address by the summer.
";

fn book() -> Book {
    let other = |n: u32, status: &str| {
        let text = SOUND.replace("number: 7", &format!("number: {n}"));
        text.replace("accepted by the board", status).replace("builds-on: 3, 5\n", "")
    };
    Book::empty()
        .file("book.toml", CONFIG)
        .file("src/index.md", "# Home\n\nRecords of what we decided.\n")
        .file("src/records/3.md", other(3, "accepted"))
        .file("src/records/5.md", other(5, "superseded by 9"))
        .file("src/records/7.md", SOUND)
}

/// The sound record with `from` as `to`.
fn mutant(from: &str, to: &str) -> Book {
    assert!(SOUND.contains(from), "{from:?}");
    book().file("src/records/7.md", SOUND.replacen(from, to, 1))
}

#[track_caller]
fn finds(from: &str, to: &str, rule: &str, line: u32) {
    let ran = mutant(from, to).run("check --format short");
    ran.finds(rule, line);
    let said: Vec<&str> = ran.out.lines().filter(|l| l.contains("records/7.md:")).collect();
    assert_eq!(said.len(), 1, "{said:#?}");
}

const DECISION: &str = "## Decision\n\nWe keep the older of the two queues.\n\n";
const CONTEXT: &str = "## Context\n\nTwo queues hold the same messages today.\n\n";

#[test]
fn the_sound_collection_is_silent() {
    book().run("check").clean();
    book().run("build -D note").exits(0);
}

#[test]
fn a_section_that_is_gone_or_hidden_is_missed_where_it_belongs() {
    finds(DECISION, "", "missing-section", 13);
    finds("## Decision\n\nWe", "```\n## Decision\n```\n\nWe", "missing-section", 19);
    finds("## Decision\n\nWe", "> ## Decision\n\nWe", "missing-section", 17);
    finds("## Decision\n\nWe", "<!--\n## Decision\n-->\n\nWe", "missing-section", 19);
    finds("## Decision\n\nWe", "### Decision\n\nWe", "missing-section", 17);
    finds("## Decision\n\nWe", "Decision\n========\n\nWe", "missing-section", 18);
}

#[test]
fn headings_that_common_mark_calls_headings_count() {
    for heading in [
        "Decision\n--------",
        "## Decision ##",
        "## **Decision**",
        "## 2. Decision",
        "## What we decided, and why",
        "  ## Decision",
    ] {
        mutant("## Decision", heading).run("check").clean();
    }
}

#[test]
fn sections_out_of_order_or_twice_are_found_at_their_heading() {
    finds(&format!("{CONTEXT}{DECISION}"), &format!("{DECISION}{CONTEXT}"), "section-order", 9);
    finds(DECISION, &format!("{DECISION}## Decision\n\nTwice.\n\n"), "duplicate-section", 17);
}

#[test]
fn fields_that_are_wrong_or_missing_are_found_at_their_line() {
    finds("2026-02-03", "2026-02-30", "invalid-value", 4);
    finds("accepted by", "acepted by", "invalid-value", 3);
    finds("decided-on: 2026-02-03\n", "", "missing-field", 2);
    finds("number: 7\n", "", "missing-field", 2);
    finds("decided-on", "decided-no", "unknown-field", 4);
    let ran = mutant("decided-on: 2026-02-03\n", "").run("check");
    ran.says("the record has no `decided-on`, which `status: accepted` asks for");
    mutant("number: 7\n", "").run("check").says("the record has no `number`");
}

#[test]
fn what_is_asked_for_depends_on_the_phase() {
    let later = "## Consequences\n\nSenders change their address by the summer.\n";
    finds(later, "", "missing-section", 2);
    let young = SOUND.replace(later, "").replace(
        "status: accepted by the board\ndecided-on: 2026-02-03\nbuilds-on: 3, 5\n",
        "status: proposed\n",
    );
    book().file("src/records/7.md", young).run("check").clean();
    let old = SOUND.replace(later, "").replace("accepted by the board", "superseded by 8");
    let ran = book().file("src/records/7.md", old).run("check --format short");
    ran.exits(0).says("note[missing-section]");
}

#[test]
fn a_record_must_not_build_on_one_that_is_less_far_along() {
    let book = book().file(
        "src/records/5.md",
        SOUND
            .replace("number: 7", "number: 5")
            .replace("accepted by the board", "proposed")
            .replace("builds-on: 3, 5\n", ""),
    );
    book.run("check --format short").finds("premature-reference", 5);
}

#[test]
fn a_configuration_that_contradicts_itself_is_shown_at_both_places() {
    let clash = CONFIG.replace("Options = {}", "Options = { synonyms = [\"Context\"] }");
    let ran = book().file("book.toml", clash).run("check");
    ran.exits(2).says("`Context` stands for two sections of `record`");
    let lost = CONFIG.replace("superseded = \"note\"", "superceded = \"note\"");
    let ran = book().file("book.toml", lost).run("check");
    ran.exits(2).says("unknown phase `superceded`").says("did you mean `superseded`?");
    let empty = CONFIG.replace("records/*.md", "record/*.md");
    let ran = book().file("book.toml", empty).run("check");
    ran.says("pattern `record/*.md with status` matches none of 4 documents");
}

#[test]
fn documents_without_front_matter_and_with_toml_are_read() {
    let config = r#"[book]
title = "Mixed"

[portfolio]
as-of = "2026-03-27"

[kinds.rfc]
title = "RFC"
role = "document"
common = false
match = "rfcs/*.md"
header-lines = true
headings = { levels = "1" }
fields.feature-name = { type = "line", level = "R" }
fields.start-date = { type = "date", level = "R" }
sections.Summary = { level = "R" }
sections.Motivation = { level = "R" }

[kinds.adr]
title = "ADR"
role = "document"
common = false
match = "adr/*.md"
fields.status = { type = "choice", level = "R", values = ["accepted", "rejected"], section = "Status" }

[kinds.post]
title = "Post"
role = "document"
common = false
match = "posts/*.md"
fields.title = { type = "line", level = "R" }
fields.date = { type = "date", level = "R" }
"#;
    let rfc = "- Feature Name: `queue`\n- Start Date: 2026-01-09\n\n# Summary\n\nOne queue takes the place of two.\n\n# Motivation\n\nThere is less to watch at night.\n";
    let adr = "# 1. One queue\n\n## Status\n\nAccepted\n\n## Context\n\nTwo queues.\n";
    let post = "+++\ntitle = \"One queue\"\ndate = 2026-01-09\n+++\nWe have one queue.\n";
    let book = || {
        Book::empty()
            .file("book.toml", config)
            .file("src/rfcs/1.md", rfc)
            .file("src/adr/1.md", adr)
            .file("src/posts/1.md", post)
    };
    book().run("check").clean();
    book().run("build -D note").exits(0);
    let check = |path: &str, text: String, rule: &str, line: u32| {
        book().file(path, text).run("check --format short").finds(rule, line);
    };
    check("src/rfcs/1.md", rfc.replace("2026-01-09", "9 January"), "invalid-value", 2);
    check("src/rfcs/1.md", rfc.replace("- Start Date: 2026-01-09\n", ""), "missing-field", 1);
    check("src/rfcs/1.md", rfc.replace("# Motivation", "## Motivation"), "missing-section", 1);
    check("src/adr/1.md", adr.replace("Accepted", "Acceptd"), "invalid-value", 5);
    check("src/adr/1.md", adr.replace("## Status\n\nAccepted\n\n", ""), "missing-field", 1);
    check("src/posts/1.md", post.replace("2026-01-09", "\"9 January\""), "invalid-value", 3);
    check(
        "src/posts/1.md",
        post.replace("title = \"One queue\"", "title = One"),
        "invalid-toml",
        2,
    );
}

#[test]
fn facts_in_a_file_beside_the_text_make_the_project() {
    let config = r#"[book]
title = "Enhancements"

[portfolio]
as-of = "2026-03-27"
default-tier = "3"

[[lifecycle.phases]]
id = "provisional"
class = "initiate"
[[lifecycle.phases]]
id = "implementable"
class = "plan"
[[lifecycle.phases]]
id = "implemented"
class = "close"

[kinds.enhancement]
title = "Enhancement"
role = "card"
common = false
match = "**/kep.yaml"
fields.id = { type = "id", level = "R", aliases = ["kep-number"] }
fields.title = { type = "line", level = "R" }
fields.phase = { type = "slug", level = "R", aliases = ["status"] }

[kinds.enhancement-text]
title = "Enhancement text"
role = "document"
common = false
match = "**/README.md"
headings = { levels = "2" }
sections.Summary = { level = "R" }
sections."Test Plan" = { level = "R", phases = ["plan", "execute", "close"] }

[rules]
missing-document = "allow"
stale-status = "allow"
"#;
    let yaml = "title: One queue\nkep-number: 12\nstatus: implementable\n";
    let text = "# One queue\n\n## Summary\n\nOne queue in place of two.\n\n## Test Plan\n\nSend a message and read it back.\n";
    let book = || {
        Book::empty()
            .file("book.toml", config)
            .file("src/keps/12/kep.yaml", yaml)
            .file("src/keps/12/README.md", text)
    };
    book().run("check").clean();
    book().run("build").exits(0);
    let ran =
        book().file("src/keps/12/kep.yaml", yaml.replace("12", "1 2")).run("check --format short");
    ran.finds("invalid-value", 2);
    let ran = book()
        .file("src/keps/12/kep.yaml", yaml.replace("mentable", "mentabel"))
        .run("check --format short");
    ran.finds("unknown-phase", 3);
    let short = text.replace("## Test Plan\n\nSend a message and read it back.\n", "");
    let ran = book().file("src/keps/12/README.md", &short).run("check --format short");
    ran.finds("missing-section", 1);
    let young = yaml.replace("implementable", "provisional");
    book()
        .file("src/keps/12/README.md", short)
        .file("src/keps/12/kep.yaml", young)
        .run("check")
        .clean();
}

#[test]
fn the_examples_of_adopting_are_sound() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/examples");
    let mut seen = 0;
    for entry in std::fs::read_dir(root).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path().join("book.toml")).unwrap();
        let source = text.lines().find_map(|l| l.strip_prefix("src = \"")).unwrap();
        let page = format!("{}/a.md", source.trim_end_matches('"'));
        let ran = Book::empty()
            .file("book.toml", &text)
            .file(&page, "# A\n\nText.\n")
            .run("check --format short");
        assert!(ran.status != Some(2), "{}", ran.all());
        seen += 1;
    }
    assert!(seen >= 2);
}

/// One proposal of the example's collection, in our own words.
#[test]
fn the_example_of_proposals_checks_proposals() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let config = std::fs::read_to_string(root.join("docs/examples/proposals/book.toml")).unwrap();
    let sections = [
        "Abstract",
        "Motivation",
        "Specification",
        "Rationale",
        "Security Considerations",
        "Copyright",
    ];
    let body: String =
        sections.map(|s| format!("## {s}\n\nWords about it, enough of them.\n\n")).concat();
    let text = format!(
        "---\neip: 9001\ntitle: One queue\ndescription: One queue in place of two\nauthor: A. Writer (@writer)\ndiscussions-to: https://example.org/9001\nstatus: Final\ntype: Standards Track\ncategory: Core\ncreated: 2026-01-09\n---\n\n{body}"
    );
    let book =
        |text: String| Book::empty().file("book.toml", &config).file("documents/eip-9001.md", text);
    book(text.clone()).run("check").clean();
    for (from, to, rule, line) in [
        ("## Rationale", "## Reasons", "missing-section", 29),
        ("## Rationale", "## RATIONALE", "missing-section", 25),
        ("## Motivation", "## Thoughts", "unknown-section", 17),
        ("category: Core\n", "", "missing-field", 2),
        ("status: Final", "status: Last Call", "missing-field", 2),
        ("status: Final", "status: Fnial", "invalid-value", 7),
        ("2026-01-09\n---", "09/01/2026\n---", "invalid-value", 10),
    ] {
        book(text.replacen(from, to, 1)).run("check --format short").finds(rule, line);
    }
    let stale =
        text.replace("status: Final", "status: Stagnant").replace("## Rationale", "## Reasons");
    book(stale).run("check --format short").exits(0).says("warning[missing-section]");
}
