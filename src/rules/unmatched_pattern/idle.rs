//! Entries of `[rules]` and rows of the requirement matrix that never act.

use super::at;
use crate::data::field::fold;
use crate::data::{Entry, Node, Value};
use crate::finding::Finding;
use crate::lifecycles::{Class, Lifecycle, Phase};
use crate::portfolio::Portfolio;
use crate::rules::{Defaults, Rule, find};
use crate::text::nearest;
use std::sync::Arc;

/// Conditions that speak of one document or item: of a project they never hold.
const OF_RECORDS: &[&str] = &["amber-or-red", "decided", "has-conditions", "open"];

/// Rules about persons, which `[privacy]` may switch off.
const OF_PERSONS: &[&str] = &["overloaded-owner", "single-owner-critical-path"];

/// What is told at a fixed severity, beside the findings.
const FIXED: &[&str] = &["invalid-config", "unused-config"];

/// What of `[rules]` can never set a severity.
pub(super) fn rules(p: &Portfolio) -> Vec<Finding> {
    let mut out = Vec::new();
    for entry in p.config.rules.as_ref().map(Node::entries).unwrap_or_default() {
        let Some(rule) = find(&entry.key) else { continue };
        let whole = whole(p, rule, entry);
        if whole.is_none() && matches!(entry.value.value, Value::Map(_)) {
            parts(p, rule, entry, &mut out);
        }
        out.extend(whole);
    }
    out
}

/// A rule that is not looked at, or whose severity is not set here.
fn whole(p: &Portfolio, rule: &Rule, entry: &Entry) -> Option<Finding> {
    let name = rule.name;
    let allowed = entry.value.as_str() == Some("allow");
    let (message, help) = if FIXED.contains(&name) {
        (
            format!("the severity of `{name}` is fixed, so this entry does nothing"),
            "remove the entry, and mend what is found in `book.toml`",
        )
    } else if OF_PERSONS.contains(&name) && !p.config.person_findings && !allowed {
        (
            format!("`{name}` is switched off by `person-findings`, so this entry does nothing"),
            "remove the entry, or the line `person-findings = false` under `[privacy]`",
        )
    } else {
        return None;
    };
    Some(at(p, entry.key_span, message).help(help))
}

fn parts(p: &Portfolio, rule: &Rule, entry: &Entry, out: &mut Vec<Finding>) {
    let lesser = match rule.defaults {
        Defaults::Graded(big, small) => big != small,
        _ => false,
    };
    let tiers = entry.value.get("tiers").map(|e| e.value.entries()).unwrap_or_default();
    let all = p.config.tiers.iter().all(|t| tiers.iter().any(|e| *e.key == *t.id));
    for key in entry.value.entries() {
        let said = match &*key.key {
            "small" if !lesser => Some((
                format!("`{}` has no lesser case, so `small` does nothing", rule.name),
                format!("remove it; `milepost explain {}` shows the severities", rule.name),
            )),
            "default" | "small" if all && !tiers.is_empty() => Some((
                format!("`tiers` names every tier, so `{}` does nothing", key.key),
                "keep one of the two".to_owned(),
            )),
            "phases" if rule.name == super::RULE.name => Some((
                format!("findings of `{}` are in no phase, so `phases` does nothing", rule.name),
                "remove it".to_owned(),
            )),
            _ => None,
        };
        match said {
            Some((message, help)) => out.push(at(p, key.key_span, message).help(help)),
            None if *key.key == *"phases" => phases(p, key, out),
            None => {}
        }
    }
}

/// Lifecycles that a project may have: the portfolio's own, and those that
/// cards name.
fn lifecycles(p: &Portfolio) -> Vec<&Arc<Lifecycle>> {
    let named = p.projects.iter().filter_map(|pr| pr.lifecycle.as_ref());
    let mut all: Vec<&Arc<Lifecycle>> = p.lifecycles.default().into_iter().chain(named).collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all.dedup_by(|a, b| a.name == b.name);
    all
}

/// A phase that no project can be in, and one that is named by two words.
fn phases(p: &Portfolio, table: &Entry, out: &mut Vec<Finding>) {
    let used = lifecycles(p);
    let named = |key: &str| {
        let is = |phase: &&Phase| {
            [&phase.id, &phase.title]
                .into_iter()
                .chain(&phase.aliases)
                .any(|n| fold(n) == fold(key))
        };
        used.iter().flat_map(|l| &l.phases).filter(is).map(|ph| &*ph.id).collect::<Vec<_>>()
    };
    let mut seen: Vec<(&Entry, Vec<&str>)> = Vec::new();
    for key in table.value.entries() {
        if Class::ALL.iter().any(|c| *c.name() == *key.key) {
            continue;
        }
        let ids = named(&key.key);
        if ids.is_empty() {
            let message = format!("no project has a phase `{}`, so this does nothing", key.key);
            let help = match used.as_slice() {
                [one] => {
                    let ids: Vec<&str> = one.phases.iter().map(|ph| &*ph.id).collect();
                    format!("phases of {} are {}", one.title, ids.join(", "))
                }
                _ => "name a phase of a lifecycle that a project has".to_owned(),
            };
            out.push(at(p, key.key_span, message).help(help));
            continue;
        }
        let earlier = seen.iter().find(|(_, known)| ids.iter().all(|id| known.contains(id)));
        if let Some((first, _)) = earlier {
            let message = format!("`{}` is the phase `{}` again", key.key, first.key);
            let place = p.config.lines.position(first.key_span.start);
            out.push(
                at(p, key.key_span, message)
                    .help("keep one of the two; the first is in force")
                    .related(crate::config::FILE.into(), first.key_span, place, "first named here"),
            );
        }
        seen.push((key, ids));
    }
}

/// Rows of requirements that ask for nothing in any phase of any project.
pub(super) fn requirements(p: &Portfolio) -> Vec<Finding> {
    let mut out = Vec::new();
    let Some(node) = &p.config.lifecycle else { return out };
    let used: Vec<&Lifecycle> = lifecycles(p).into_iter().map(|l| &**l).collect();
    table(p, node, &used, &mut out);
    for preset in node.get("presets").map(|e| e.value.entries()).unwrap_or_default() {
        let own = p.lifecycles.find(&preset.key).map(|l| vec![&**l]).unwrap_or_default();
        table(p, &preset.value, &own, &mut out);
    }
    out
}

fn table(p: &Portfolio, node: &Node, used: &[&Lifecycle], out: &mut Vec<Finding>) {
    let rows = node.get("requirements").map(|e| e.value.items()).unwrap_or_default();
    for (i, row) in rows.iter().enumerate() {
        let before = rows.get(..i).unwrap_or_default();
        out.extend(stranger(p, row).or_else(|| again(p, row, before)));
        out.extend(silent(p, row, used));
    }
}

fn text<'a>(row: &'a Node, key: &str) -> Option<&'a str> {
    row.get(key)?.value.as_str()
}

/// What a row asks for, as written.
fn wanted(row: &Node) -> Option<&Entry> {
    ["kind", "register", "registers"].iter().find_map(|key| row.get(key))
}

/// A row for a kind or register that there is not.
fn stranger(p: &Portfolio, row: &Node) -> Option<Finding> {
    let entry = wanted(row)?;
    if *entry.key == *"kind" {
        let name = entry.value.as_str()?;
        if p.kinds.find(name).is_some_and(|kind| *kind.name == *name) {
            return None;
        }
        let message = format!("no kind is called `{name}`, so this row asks for nothing");
        let help = match p.kinds.find(name) {
            Some(kind) => format!("write `{}`, its own name", kind.name),
            None => nearest(name, p.kinds.iter().map(|k| &*k.name)).map_or_else(
                || "name a kind, or define it under `[kinds]`".to_owned(),
                |near| format!("did you mean `{near}`?"),
            ),
        };
        return Some(at(p, entry.value.span, message).help(help));
    }
    let one = std::slice::from_ref(&entry.value);
    let keys = if entry.value.items().is_empty() { one } else { entry.value.items() };
    let strange =
        keys.iter().find(|n| n.as_str().is_some_and(|k| p.kinds.of_register(k).is_none()))?;
    let name = strange.as_str()?;
    let known = p.kinds.iter().filter_map(|k| k.register.as_deref());
    let help = nearest(name, known).map_or_else(
        || "name the register by the key its items stand under, such as `risks`".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    let message = format!("no register is called `{name}`, so it is never asked for");
    Some(at(p, strange.span, message).help(help))
}

/// A row that says again what an earlier one of the same table says.
fn again(p: &Portfolio, row: &Node, before: &[Node]) -> Option<Finding> {
    let entry = wanted(row)?;
    let name = entry.value.as_str()?;
    let cells = |row: &Node, key: &str| row.get(key).is_some();
    let keys = Class::ALL.map(Class::name).into_iter().chain(["release-window"]);
    let both: Vec<&str> = keys.filter(|key| cells(row, key)).collect();
    let first = before.iter().find(|other| {
        wanted(other).and_then(|e| e.value.as_str()) == Some(name)
            && text(other, "when") == text(row, "when")
            && both.iter().any(|key| cells(other, key))
    })?;
    let span = wanted(first)?.value.span;
    let place = p.config.lines.position(span.start);
    let message = format!("`{name}` has an earlier row, whose cells this one takes the place of");
    Some(
        at(p, entry.value.span, message)
            .help("write one row for each document and condition")
            .related(crate::config::FILE.into(), span, place, "the earlier row"),
    )
}

/// Why a row never asks for anything: no cell, a condition that never holds of
/// a project, or cells for classes no phase has.
fn silent(p: &Portfolio, row: &Node, used: &[&Lifecycle]) -> Vec<Finding> {
    let Some(entry) = wanted(row) else { return Vec::new() };
    let name = entry.value.as_str().unwrap_or("it");
    let cells = Class::ALL.into_iter().filter_map(|c| Some((c, row.get(c.name())?)));
    let cells: Vec<(Class, &Entry)> = cells.collect();
    if cells.is_empty() && row.get("release-window").is_none() && row.get("minimum").is_none() {
        let message = format!("the row of `{name}` names no phase class, so it asks for nothing");
        let help = "add a cell such as `plan = \"R/E/O\"`; classes are initiate, plan, execute, close, and there is `release-window`";
        return vec![at(p, entry.value.span, message).help(help)];
    }
    if let Some(when) = row.get("when")
        && let Some(word) = when.value.as_str().filter(|word| OF_RECORDS.contains(word))
    {
        let message = format!(
            "`{word}` is said of a document, never of a project, so this row asks for nothing"
        );
        let help = "name a condition of projects, such as `regulated` or `tracked-budget`";
        return vec![at(p, when.value.span, message).help(help)];
    }
    let has = |class: Class| used.iter().any(|l| l.phases.iter().any(|ph| ph.class == class));
    let early = text(row, "when") == Some("after-baseline");
    let idle = |(class, cell): (Class, &Entry)| {
        let early = early && matches!(class, Class::Initiate | Class::Plan);
        let why = match has(class) {
            true if early => "comes before the baseline".to_owned(),
            true => return None,
            false => "is the class of no phase in use".to_owned(),
        };
        let message = format!("`{}` {why}, so this cell asks for nothing", class.name());
        Some(at(p, cell.key_span, message).help("remove the cell, or move it to another class"))
    };
    if used.is_empty() { Vec::new() } else { cells.into_iter().filter_map(idle).collect() }
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::portfolio;

    const RULE: &str = "unmatched-pattern";

    /// What is found in `book.toml`: line, column, message.
    fn told(book: &str) -> Vec<String> {
        let all = portfolio().config(book).findings();
        let own = all.iter().filter(|f| f.rule == RULE && &*f.path == "book.toml");
        own.map(|f| {
            assert_eq!(f.severity, Severity::Warn);
            assert!(f.help.is_some(), "{}", f.message);
            format!("{}:{} {}", f.at.line, f.at.column, f.message)
        })
        .collect()
    }

    #[test]
    fn entries_of_rules_that_do_nothing() {
        for (book, expected) in [
            (
                "[rules]\ndangling-id = { default = \"warn\", small = \"note\" }\n",
                "2:35 `dangling-id` has no lesser case, so `small` does nothing",
            ),
            (
                "[rules]\npast-forecast = { small = \"note\" }\n",
                "2:19 `past-forecast` has no lesser case, so `small` does nothing",
            ),
            (
                "[rules]\nunused-config = \"deny\"\n",
                "2:1 the severity of `unused-config` is fixed, so this entry does nothing",
            ),
            (
                "[rules]\noverloaded-owner = \"deny\"\n[privacy]\nperson-findings = false\n",
                "2:1 `overloaded-owner` is switched off by `person-findings`, so this entry does nothing",
            ),
            (
                "[rules.stale-status]\ndefault = \"note\"\ntiers = { 1 = \"deny\", 2 = \"deny\", 3 = \"warn\" }\n",
                "2:1 `tiers` names every tier, so `default` does nothing",
            ),
            (
                "[rules.stale-status.phases]\nstarting-up = \"note\"\n",
                "2:1 no project has a phase `starting-up`, so this does nothing",
            ),
            (
                "[rules.stale-status.phases]\nexecution = \"note\"\nExecution = \"warn\"\n",
                "3:1 `Execution` is the phase `execution` again",
            ),
            (
                "[rules.unmatched-pattern]\nphases = { plan = \"deny\" }\n",
                "2:1 findings of `unmatched-pattern` are in no phase, so `phases` does nothing",
            ),
        ] {
            assert_eq!(told(book), [expected], "{book}");
        }
    }

    #[test]
    fn entries_that_act_are_left_alone() {
        for book in [
            "[rules]\nstale-status = \"warn\"\n",
            "[rules]\nstale-status = { default = \"note\", small = \"allow\", tiers = { 1 = \"deny\" } }\n",
            "[rules.stale-status.phases]\nexecution = \"note\"\nclose = \"deny\"\n",
            "[rules]\noverloaded-owner = \"deny\"\n",
            "[rules]\noverloaded-owner = \"allow\"\n[privacy]\nperson-findings = false\n",
            "[[lifecycle.requirements]]\nkind = \"vendor\"\nplan = \"O\"\n",
            "[[lifecycle.requirements]]\nregister = \"risks\"\nminimum = \"3/2/1\"\n",
            "[[lifecycle.requirements]]\nkind = \"survey\"\nexecute = \"-\"\nwhen = \"regulated\"\n[[lifecycle.requirements]]\nkind = \"survey\"\nexecute = \"-\"\n",
        ] {
            assert_eq!(told(book), Vec::<String>::new(), "{book}");
        }
    }

    #[test]
    fn rows_of_requirements_that_ask_for_nothing() {
        let row = |text: &str| format!("[[lifecycle.requirements]]\n{text}\n");
        for (book, expected) in [
            (
                row("kind = \"memoo\"\nplan = \"R\""),
                "2:8 no kind is called `memoo`, so this row asks for nothing",
            ),
            (
                row("register = \"risk\"\nplan = \"R\""),
                "2:12 no register is called `risk`, so it is never asked for",
            ),
            (
                row("kind = \"survey\""),
                "2:8 the row of `survey` names no phase class, so it asks for nothing",
            ),
            (
                row("kind = \"survey\"\nclose = \"O\"\nwhen = \"decided\""),
                "4:8 `decided` is said of a document, never of a project, so this row asks for nothing",
            ),
            (
                row("kind = \"survey\"\nplan = \"O\"\nclose = \"O\"\nwhen = \"after-baseline\""),
                "3:1 `plan` comes before the baseline, so this cell asks for nothing",
            ),
            (
                row("kind = \"survey\"\nclose = \"O\"\n[[lifecycle.requirements]]\nkind = \"survey\"\nclose = \"-\""),
                "5:8 `survey` has an earlier row, whose cells this one takes the place of",
            ),
            (
                "[lifecycle]\nphases = [{id = \"execution\", title = \"Execution\", class = \"execute\"}]\n[[lifecycle.requirements]]\nkind = \"survey\"\nclose = \"O\"\n".to_owned(),
                "5:1 `close` is the class of no phase in use, so this cell asks for nothing",
            ),
        ] {
            assert_eq!(told(&book), [expected], "{book}");
        }
    }
}
