//! `silent-rebaseline`: a baseline moved without an approved change request.

use super::due::{class, has_broken_file};
use super::{Context, Defaults, Rule};
use crate::data::record::Record;
use crate::date::{Date, days};
use crate::document::Item;
use crate::finding::Finding;
use crate::finding::Severity::{Deny, Warn};
use crate::kinds::Role;
use crate::lifecycles::Class;
use crate::portfolio::{Portfolio, Project, State};
use crate::ratio::Ratio;

pub(super) static RULE: Rule = Rule {
    name: "silent-rebaseline",
    summary: "A milestone's baseline or the approved budget changed without an approved change request.",
    why: "Moving the baseline makes any project look on time. That can be right, when those who approved the first date approve the new one; the change request is the trace of that. Without it the slip disappears from every later report and nobody learns that it happened.",
    defaults: Defaults::Graded([Deny, Deny, Deny], [Deny, Deny, Warn]),
    example: "=== projects/crm/milestones.yaml\nupdated: 2026-03-27\nmilestones:\n  - id: M1\n    name: Finish\n    original: 2026-09-30\n    baseline: 2026-10-30\n    owner: \"@mlopez\"\n    finish: true\n",
    remedy: "=== projects/crm/milestones.yaml\nupdated: 2026-03-27\nmilestones:\n  - id: M1\n    name: Finish\n    original: 2026-09-30\n    baseline: 2026-10-30\n    owner: \"@mlopez\"\n    finish: true\n    rebaselines:\n      - {date: 2026-03-13, from: 2026-09-30, to: 2026-10-30, change: CR-001}\n=== projects/crm/changes.yaml\nupdated: 2026-03-27\nchanges:\n  - id: CR-001\n    title: Single sign-on for partners\n    types: [schedule]\n    requested_by: \"@mlopez\"\n    submitted: 2026-03-10\n    status: approved\n    impact: {schedule_days: 30}\n    decision: {date: 2026-03-13, by: [\"@dokafor\"]}\n    rebaselines: [M1]\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in p.projects.iter().filter(|pr| judged(p, pr)) {
        let since = documents(p, project).find_map(|d| d.fields.date("baseline_date"));
        for item in project.items("milestones") {
            milestone(project, item, since, out);
        }
        budget(p, project, since, out);
    }
}

/// Running projects past the plan gate: before it there is no baseline to keep.
fn judged(p: &Portfolio, project: &Project) -> bool {
    let settled = !matches!(class(project), Some(Class::Initiate | Class::Plan));
    project.state == State::Active && settled && !has_broken_file(p, project)
}

/// Whether this rule has something to say of a project's budget, so that
/// others need not.
pub(super) fn speaks_of_budget(p: &Portfolio, project: &Project) -> bool {
    let since = documents(p, project).find_map(|d| d.fields.date("baseline_date"));
    let mut found = Vec::new();
    if judged(p, project) {
        budget(p, project, since, &mut found);
    }
    !found.is_empty()
}

fn documents<'a>(
    p: &'a Portfolio,
    project: &'a Project,
) -> impl Iterator<Item = &'a crate::document::Document> {
    project.documents.iter().filter_map(|i| p.documents.get(*i))
}

/// A slip of the pen put right within a week of the baseline.
pub(super) fn correction(entry: &Record, since: Option<Date>) -> bool {
    entry.text("note").is_some_and(|n| n.to_lowercase().contains("typo"))
        && since
            .zip(entry.date("date"))
            .is_some_and(|(since, date)| (0..=7).contains(&days(since, date)))
}

fn milestone(project: &Project, item: &Item, since: Option<Date>, out: &mut Vec<Finding>) {
    let fields = &item.fields;
    let (Some(original), Some(baseline)) = (fields.date("original"), fields.date("baseline"))
    else {
        return;
    };
    let entries: Vec<&Record> =
        fields.list("rebaselines").iter().filter_map(|i| i.datum.record()).collect();
    let moved = move_of(original, baseline);
    let Some(last) = entries.last() else {
        if original != baseline {
            let message = format!(
                "baseline of `{}` is {baseline}, {moved} its original {original}, without a change request",
                item.id
            );
            out.push(item.finding(RULE.name, "baseline", message).help(HELP));
        }
        return;
    };
    if last.date("to").is_some_and(|to| to != baseline) {
        let to = last.date("to").map_or(String::new(), |d| d.to_string());
        let message = format!(
            "baseline of `{}` is {baseline}, but its last re-baseline was to {to}",
            item.id
        );
        out.push(item.finding(RULE.name, "baseline", message).help(HELP));
    }
    for (slot, entry) in fields.list("rebaselines").iter().zip(&entries) {
        if correction(entry, since) {
            continue;
        }
        let Some((message, help)) = fault(project, entry, &item.id) else { continue };
        let span = entry.span("change").unwrap_or(slot.span);
        let at = item.lines.position(span.start);
        out.push(Finding::new(RULE.name, item.path.clone(), span, at, message).help(help));
    }
}

const HELP: &str = "add the approved change request to `rebaselines`: `{date, from, to, change: CR-…}`, or put the baseline back and let the forecast show the slip";

fn move_of(from: Date, to: Date) -> String {
    let n = days(from, to);
    let word = if n.abs() == 1 { "day" } else { "days" };
    format!("{} {word} {}", n.abs(), if n < 0 { "before" } else { "after" })
}

/// What is wrong with a re-baseline of a milestone; an id that names nothing is
/// the business of `dangling-id`.
fn fault(project: &Project, entry: &Record, milestone: &str) -> Option<(String, String)> {
    let Some(id) = entry.text("change") else {
        let message = format!("a re-baseline of `{milestone}` names no change request");
        return Some((message, HELP.into()));
    };
    let change = project.items("changes").iter().find(|c| &*c.id == id)?;
    if !approved(change) {
        let message =
            format!("a re-baseline of `{milestone}` rests on `{id}`, which is {}", change.status());
        let help = format!(
            "have `{id}` decided, name another change request that was approved, or put the baseline back and let the forecast show the slip"
        );
        return Some((message, help));
    }
    let named = change
        .fields
        .texts("rebaselines")
        .chain(change.fields.texts("links"))
        .any(|(word, _)| word == milestone);
    let message = || format!("`{id}` was approved without naming `{milestone}`");
    let help = || {
        format!(
            "where it was approved for this milestone, write `rebaselines: [{milestone}]` at `{id}` in the change log; else name the change request that was"
        )
    };
    (!named).then(|| (message(), help()))
}

fn approved(change: &Item) -> bool {
    matches!(change.status(), "approved" | "implemented")
}

/// The approved budget against what was first approved: every step needs a
/// change with a cost that the sponsor and finance approved.
fn budget(p: &Portfolio, project: &Project, since: Option<Date>, out: &mut Vec<Finding>) {
    let original = p
        .documents
        .get(project.card)
        .and_then(|c| c.fields.record("budget"))
        .and_then(|b| b.number("original").or(b.number("baseline")));
    for document in documents(p, project).filter(|d| d.kind.role == Role::Document) {
        let Some(bac) = document.fields.number("bac") else { continue };
        let span = document.fields.span("bac").unwrap_or(document.head());
        let entries = document.fields.list("rebaselines");
        let last = entries.iter().rev().find_map(|e| e.datum.record()?.number("to"));
        let before = last.or(original);
        if let Some(before) = before.filter(|b| *b != bac)
            && !covered(p, project, before, bac)
        {
            let message = format!(
                "the budget is {}, was approved as {}, and no approved change request explains it",
                bac.money(),
                before.money()
            );
            out.push(document.finding(RULE.name, span, message).help(MONEY).small());
        }
        for entry in entries {
            let Some(record) = entry.datum.record().filter(|r| !correction(r, since)) else {
                continue;
            };
            let span = record.span("change").unwrap_or(entry.span);
            let message = match record.text("change") {
                None => "a change of the budget names no change request".to_owned(),
                Some(id) => {
                    let Some(change) = project.items("changes").iter().find(|c| &*c.id == id)
                    else {
                        continue;
                    };
                    if !approved(change) {
                        format!(
                            "a change of the budget rests on `{id}`, which is {}",
                            change.status()
                        )
                    } else if cost(change).is_none() {
                        format!("`{id}` was approved without a cost")
                    } else if let Some(role) = unsigned(p, project, change) {
                        format!("`{id}` changes the budget and was not approved by the {role}")
                    } else {
                        continue;
                    }
                }
            };
            out.push(document.finding(RULE.name, span, message).help(MONEY).small());
        }
    }
}

const MONEY: &str = "add the step to `rebaselines`: `{date, from, to, change: CR-…}`, with a change request whose cost the sponsor and finance approved";

fn cost(change: &Item) -> Option<Ratio> {
    change.fields.record("impact")?.number("cost").filter(|c| !c.is_zero())
}

/// The role that has to agree to more or less money and is not among those who
/// decided; `None` when both are, or when nobody is named.
fn unsigned(p: &Portfolio, project: &Project, change: &Item) -> Option<&'static str> {
    let decision = change.fields.record("decision")?;
    let by: Vec<&str> = decision.texts("by").map(|(who, _)| who).collect();
    let lacks = |role: &str| !by.iter().any(|who| holds_role(p, project, who, role));
    ["sponsor", "finance-partner"].into_iter().find(|role| !by.is_empty() && lacks(role))
}

/// Whether somebody holds a role: by the word itself, by the card, or by
/// `people.yaml`.
fn holds_role(p: &Portfolio, project: &Project, who: &str, role: &str) -> bool {
    let same = |other: &str| {
        who.trim_start_matches('@') == other.trim_start_matches('@')
            || p.person(who) == p.person(other)
    };
    let card = p.documents.get(project.card).map(|d| &d.fields);
    let sponsor = role == "sponsor" && card.and_then(|c| c.text("sponsor")).is_some_and(same);
    let listed = card
        .and_then(|c| c.record("people"))
        .is_some_and(|people| people.texts(role).any(|(other, _)| same(other)));
    let known = p.person_record(who).is_some_and(|r| {
        r.texts("roles").any(|(word, _)| p.kinds.role(word) == role)
            || r.text("role").is_some_and(|word| p.kinds.role(word) == role)
    });
    p.kinds.role(who) == role || sponsor || listed || known
}

/// Whether approved changes add up to the step.
fn covered(p: &Portfolio, project: &Project, from: Ratio, to: Ratio) -> bool {
    let signed = |c: &&Item| approved(c) && unsigned(p, project, c).is_none();
    let costs = project.items("changes").iter().filter(signed).filter_map(cost);
    let costs: Vec<Ratio> = costs.collect();
    let step = to.sub(from);
    step.is_some_and(|s| costs.contains(&s)) || (!costs.is_empty() && Ratio::sum(costs) == step)
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "silent-rebaseline";
    const PATH: &str = "projects/crm/milestones.yaml";
    const CHANGES: &str = "projects/crm/changes.yaml";

    fn moved(entries: &str, change: &str) -> Fixture {
        portfolio()
            .replace(
                PATH,
                "    baseline: 2026-09-30\n",
                &format!("    baseline: 2026-10-30\n{entries}"),
            )
            .file(CHANGES, &format!("changes:\n  - {{id: CR-001, title: T, {change}}}\n"))
    }

    const ENTRY: &str =
        "    rebaselines: [{date: 2026-03-13, from: 2026-09-30, to: 2026-10-30, change: CR-001}]\n";

    #[test]
    fn a_moved_baseline_without_an_entry_is_found_where_it_stands() {
        let found = moved("", "status: approved").finds(RULE, PATH, 10);
        assert_eq!(
            found.message,
            "baseline of `M1` is 2026-10-30, 30 days after its original 2026-09-30, without a change request"
        );
    }

    #[test]
    fn the_change_must_be_approved_and_name_the_milestone() {
        moved(ENTRY, "status: approved, rebaselines: [M1]").silent(RULE);
        moved(ENTRY, "status: implemented, links: [M1]").silent(RULE);
        let found = moved(ENTRY, "status: submitted, rebaselines: [M1]").finds(RULE, PATH, 11);
        assert_eq!(found.message, "a re-baseline of `M1` rests on `CR-001`, which is submitted");
        let found = moved(ENTRY, "status: approved").finds(RULE, PATH, 11);
        assert_eq!(found.message, "`CR-001` was approved without naming `M1`");
        assert!(found.help.unwrap().contains("write `rebaselines: [M1]` at `CR-001`"));
        let wrong = ENTRY.replace("to: 2026-10-30", "to: 2026-10-29");
        moved(&wrong, "status: approved, rebaselines: [M1]").finds(RULE, PATH, 10);
        let bare = ENTRY.replace(", change: CR-001", "");
        moved(&bare, "status: approved").finds(RULE, PATH, 11);
    }

    #[test]
    fn before_the_plan_gate_baselines_move_freely() {
        moved("", "status: approved")
            .replace("projects/crm/project.md", "phase: execution", "phase: planning")
            .silent(RULE);
    }

    #[test]
    fn a_typo_put_right_within_a_week_is_no_rebaseline() {
        let typo = |date: &str| {
            let entry = format!(
                "    rebaselines: [{{date: {date}, from: 2026-09-30, to: 2026-10-30, note: typo}}]\n"
            );
            moved(&entry, "status: approved")
        };
        // The plan's baseline date is 26 January.
        typo("2026-02-02").silent(RULE);
        typo("2026-02-03").finds(RULE, PATH, 11);
    }

    #[test]
    fn the_budget_needs_a_change_with_its_cost() {
        let budget = |change: &str| {
            portfolio()
                .replace(
                    "projects/crm/project.md",
                    "{tracked: false}",
                    "{tracked: true, baseline: 500000}",
                )
                .file("projects/crm/budget.md", "---\nkind: budget\nbac: 520000\n---\n# B\n")
                .file(CHANGES, &format!("changes:\n  - {{id: CR-001, title: T, {change}}}\n"))
        };
        let found = budget("status: submitted, impact: {cost: 20000}").finds(
            RULE,
            "projects/crm/budget.md",
            3,
        );
        assert!(found.message.starts_with("the budget is 520"), "{}", found.message);
        assert_eq!(found.severity, crate::finding::Severity::Warn);
        budget("status: approved, impact: {cost: 20000}").silent(RULE);
    }

    #[test]
    fn more_money_needs_the_sponsor_and_finance() {
        let by = |by: &str| {
            portfolio()
                .replace("people.yaml", "mlopez:", "lchen: {name: Lin Chen, roles: [finance-partner]}\nmlopez:")
                .replace(
                    "projects/crm/project.md",
                    "{tracked: false}",
                    "{tracked: true, baseline: 500000}",
                )
                .file(
                    "projects/crm/budget.md",
                    "---\nkind: budget\nbac: 520000\nrebaselines:\n  - {date: 2026-03-13, from: 500000, to: 520000, change: CR-001}\n---\n# B\n",
                )
                .file(CHANGES, &format!("changes:\n  - {{id: CR-001, title: T, status: approved, impact: {{cost: 20000}}, decision: {{date: 2026-03-13, by: [{by}]}}}}\n"))
        };
        by("\"@dokafor\", \"@lchen\"").silent(RULE);
        by("sponsor, finance-partner").silent(RULE);
        let found = by("\"@dokafor\"").finds(RULE, "projects/crm/budget.md", 5);
        assert_eq!(
            found.message,
            "`CR-001` changes the budget and was not approved by the finance-partner"
        );
        by("\"@lchen\"").finds(RULE, "projects/crm/budget.md", 5);
        by("").silent(RULE);
    }
}
