//! `skipped-gate`: the project is in a phase no gate record lets it into.

use super::due::has_broken_file;
use super::{Context, Defaults, Rule};
use crate::document::Document;
use crate::finding::Finding;
use crate::finding::Severity::{Deny, Warn};
use crate::portfolio::gates::{Unpassed, records, unpassed};
use crate::portfolio::{Portfolio, Project, State};
use crate::text::nearest;

pub(super) static RULE: Rule = Rule {
    name: "skipped-gate",
    summary: "The card names a phase, and a gate before that phase has no record that lets the project through.",
    why: "A gate is where somebody other than the project manager decides whether to go on. A project that changes its phase by editing its card has decided that itself. Only a record passes a gate: its decision is `go` or `go-with-conditions`, it is dated, and somebody approved it. A record that names a later phase as `next_phase`, for instance to close a project that was refused, lets the project skip what lies between.",
    defaults: Defaults::Graded([Deny, Deny, Warn], [Deny, Deny, Warn]),
    example: "=== projects/crm/gates/G2-baseline.md\n---\nkind: gate\ngate: G2\ndate: 2026-01-30\ndecision: rework\napprovals:\n  - {role: sponsor, name: \"@dokafor\", decision: rejected, date: 2026-01-30}\n---\n# G2 Baseline approved\n",
    remedy: "=== projects/crm/gates/G2-baseline.md\n---\nkind: gate\ngate: G2\ndate: 2026-01-30\ndecision: go\nnext_phase: execution\napprovals:\n  - {role: sponsor, name: \"@dokafor\", decision: approved, date: 2026-01-30}\n---\n# G2 Baseline approved\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in p.projects.iter().filter(|pr| pr.state == State::Active) {
        let mut gates = unpassed(p, project);
        for gate in gates.iter_mut().filter(|g| g.record.is_none()) {
            gate.record = later(p, project, gate.phase);
        }
        // What a record says and nobody can read is told where it stands.
        gates.retain(|g| g.record.is_none_or(readable));
        let (Some(first), Some(card)) = (gates.first(), p.documents.get(project.card)) else {
            continue;
        };
        let Some(span) = card.fields.span("phase").filter(|_| !has_broken_file(p, project)) else {
            continue;
        };
        let phase = project.phase_title().unwrap_or_default().to_lowercase();
        let message = format!("the project is in {phase}, and {}", told(p, &gates));
        let mut finding = card.finding(RULE.name, span, message).help(help(p, project, first));
        for document in gates.iter().filter_map(|g| g.record) {
            let span = document.fields.span("decision").unwrap_or(document.head());
            let at = document.at(span);
            finding = finding.related(document.path.clone(), span, at, "the record of the gate");
        }
        out.push(finding);
    }
}

/// Whether what a record decides, and when, could be read.
fn readable(record: &Document) -> bool {
    !record.fields.invalid.iter().any(|name| matches!(&**name, "decision" | "date"))
}

/// What is wanting: gates without any record first.
fn told(p: &Portfolio, gates: &[Unpassed<'_>]) -> String {
    let bare: Vec<String> =
        gates.iter().filter(|g| g.record.is_none()).map(|g| format!("`{}`", g.gate.id)).collect();
    let (gate, list) = (if bare.len() == 1 { "gate" } else { "gates" }, bare.join(", "));
    let mut words = match bare.len() {
        0 => Vec::new(),
        1 => vec![format!("{gate} {list} has no record that lets it go on")],
        _ => vec![format!("{gate} {list} have no record that lets it go on")],
    };
    for (gate, document) in gates.iter().filter_map(|g| Some((g.gate, g.record?))) {
        let day = document.date().map_or(String::new(), |d| format!(" on {d}"));
        words.push(match document.fields.text("decision") {
            Some("go" | "go-with-conditions") if ahead(p, document) => {
                format!("the record of gate `{}` is dated in the future,{day}", gate.id)
            }
            Some("go" | "go-with-conditions") if document.date().is_none() => {
                format!("the record of gate `{}` has no date", gate.id)
            }
            Some("go" | "go-with-conditions") => {
                format!("nobody approved the record of gate `{}`", gate.id)
            }
            Some(decision) => format!("gate `{}` decided `{decision}`{day}", gate.id),
            None => format!("the record of gate `{}` decides nothing", gate.id),
        });
    }
    words.join(", and ")
}

fn help(p: &Portfolio, project: &Project, first: &Unpassed<'_>) -> String {
    let gates =
        project.lifecycle.as_ref().map(|l| l.gates().map(|(_, g)| &*g.id).collect::<Vec<_>>());
    let gates = gates.unwrap_or_default();
    // A record whose gate is misspelt is nobody's.
    let slip = records(p, project).filter_map(|d| d.fields.text("gate")).find_map(|written| {
        let known = project.lifecycle.as_ref().is_some_and(|l| l.gate(written).is_some());
        let near = nearest(written, gates.iter().copied()).filter(|_| !known)?;
        Some(format!("a record names the gate `{written}`; did you mean `{near}`?"))
    });
    slip.unwrap_or_else(|| match first.record {
        Some(record) => mend(p, record).into(),
        None => format!(
            "record the decision with `milepost new gate --project {} --id {}`, or set the phase back",
            project.id, first.gate.id
        ),
    })
}

/// A record of the gate that is dated after the as-of date.
fn later<'a>(p: &'a Portfolio, project: &'a Project, phase: usize) -> Option<&'a Document> {
    let lifecycle = project.lifecycle.as_ref()?;
    let of = |d: &Document| d.fields.text("gate").and_then(|id| lifecycle.gate(id)) == Some(phase);
    records(p, project)
        .filter(|d| d.fields.text("state") != Some("draft"))
        .find(|d| of(d) && ahead(p, d))
}

/// Whether a record is dated after the as-of date.
fn ahead(p: &Portfolio, record: &Document) -> bool {
    record.date().is_some_and(|date| date > p.as_of)
}

/// What a record that is there wants.
fn mend(p: &Portfolio, record: &Document) -> &'static str {
    let go = matches!(record.fields.text("decision"), Some("go" | "go-with-conditions"));
    match record.date() {
        _ if !go => "set the phase back until the gate has decided `go`",
        None => "add the day of the decision as `date` to the record, or set the phase back",
        Some(_) if ahead(p, record) => {
            "correct the `date` of the record, or set the phase back until that day"
        }
        Some(_) => {
            "have the record approved: write who and when under its `approvals` with `decision: approved`, or set the phase back"
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "skipped-gate";
    const CARD: &str = "projects/crm/project.md";
    const G1: &str = "projects/crm/gates/G1-charter.md";
    const G2: &str = "projects/crm/gates/G2-baseline.md";

    #[test]
    fn every_gate_before_the_phase_has_a_record() {
        portfolio().silent(RULE);
        let found = portfolio().without(G2).finds(RULE, CARD, 8);
        assert_eq!(
            found.message,
            "the project is in execution, and gate `G2` has no record that lets it go on"
        );
        assert_eq!(found.severity, Severity::Warn);
        assert_eq!(
            found.help.as_deref(),
            Some(
                "record the decision with `milepost new gate --project crm --id G2`, or set the phase back"
            )
        );
        let both = portfolio().without(G1).without(G2).finds(RULE, CARD, 8);
        assert!(both.message.ends_with("gates `G1`, `G2` have no record that lets it go on"));
        for tier in ["tier: 1", "tier: 2"] {
            let found = portfolio().without(G2).replace(CARD, "tier: 3", tier).finds(RULE, CARD, 8);
            assert_eq!(found.severity, Severity::Deny);
        }
        portfolio().without(G2).replace(CARD, "phase: execution", "phase: planning").silent(RULE);
        portfolio().without(G2).replace(CARD, "state: active", "state: on-hold").silent(RULE);
    }

    #[test]
    fn only_a_go_that_somebody_approved_passes() {
        let of = |from: &str, to: &str| portfolio().replace(G2, from, to);
        let found = of("decision: go\n", "decision: hold\n").finds(RULE, CARD, 8);
        assert!(found.message.ends_with("gate `G2` decided `hold` on 2026-01-30"));
        assert_eq!((&*found.related[0].path, found.related[0].at.line), (G2, 5));
        let found = of("decision: approved", "decision: pending").finds(RULE, CARD, 8);
        assert!(found.message.ends_with("nobody approved the record of gate `G2`"));
        assert!(found.help.unwrap().starts_with("have the record approved"));
        of("decision: go\n", "decision: go-with-conditions\n").silent(RULE);
        let tomorrow = of("date: 2026-01-30\ndecision", "date: 2026-03-28\ndecision");
        let found = tomorrow.finds(RULE, CARD, 8);
        assert!(
            found
                .message
                .ends_with("the record of gate `G2` is dated in the future, on 2026-03-28"),
            "{}",
            found.message
        );
        assert!(found.help.unwrap().starts_with("correct the `date` of the record"));
        of("date: 2026-01-30\ndecision", "date: 2026-03-27\ndecision").silent(RULE);
        let slip = of("gate: G2", "gate: G22").finds(RULE, CARD, 8);
        assert_eq!(slip.help.as_deref(), Some("a record names the gate `G22`; did you mean `G2`?"));
    }

    #[test]
    fn a_record_may_send_the_project_further() {
        let closing = portfolio().without(G2).replace(CARD, "phase: execution", "phase: close-out");
        closing.finds(RULE, CARD, 8);
        closing
            .replace(G1, "decision: go\n", "decision: stop\nnext_phase: close-out\n")
            .silent(RULE);
    }

    fn prince(phase: &str) -> Fixture {
        let gate = |name: &str, id: &str| {
            (
                format!("projects/crm/gates/{name}.md"),
                format!(
                    "---\nkind: gate\ngate: {id}\ndate: 2026-01-10\ndecision: go\napprovals:\n  - {{role: executive, name: \"@dokafor\", decision: approved, date: 2026-01-10}}\n---\n# Gate\n"
                ),
            )
        };
        let mut fixture = portfolio()
            .config("[lifecycle]\npreset = \"prince2\"\n")
            .replace(CARD, "phase: execution", &format!("phase: {phase}"))
            .replace("projects/crm/status/2026-02-27.md", "phase: execution", "phase: stage-1")
            .replace("projects/crm/status/2026-03-27.md", "phase: execution", "phase: stage-2");
        for (path, text) in [
            gate("a", "initiation-authorised"),
            gate("b", "project-authorised"),
            gate("c", "stage-boundary"),
        ] {
            fixture = fixture.file(&path, &text);
        }
        fixture
    }

    #[test]
    fn stages_have_a_boundary_each() {
        prince("stage-1").silent(RULE);
        prince("stage-2").silent(RULE);
        prince("stage-3").finds(RULE, CARD, 8);
        // Two stages were reported and one boundary was passed.
        prince("final-stage").finds(RULE, CARD, 8);
        let bare = prince("final-stage")
            .without("projects/crm/status/2026-02-27.md")
            .without("projects/crm/status/2026-03-27.md")
            .without("projects/crm/gates/c.md");
        bare.silent(RULE);
    }
}
