//! `unknown-phase`: a card or report names a phase its lifecycle does not have.

use super::{Context, Defaults, Rule};
use crate::document::Document;
use crate::finding::{Finding, Severity};
use crate::lifecycles::Lifecycle;
use crate::portfolio::{Portfolio, Project};
use crate::text::nearest;

pub(super) static RULE: Rule = Rule {
    name: "unknown-phase",
    summary: "A card, a status report or a gate record names a phase that the project's lifecycle does not have, or the card a lifecycle that is not there.",
    why: "Everything a phase requires hangs on the phase being known: an unknown one silences the checks of the whole project.",
    defaults: Defaults::Flat(Severity::Deny),
    example: "=== projects/crm/project.md\n---\nkind: project\nid: crm\ntitle: CRM replacement\nsummary: Replace the old CRM.\ntier: 3\ndelivery_model: hybrid\nphase: excution\nstate: active\nsponsor: Dana Okafor\nproject_manager: Maria Lopez\nstart: {baseline: 2026-01-05}\nfinish: {milestone: M1}\nbudget: {tracked: false}\n---\n",
    remedy: "=== projects/crm/project.md\n---\nkind: project\nid: crm\ntitle: CRM replacement\nsummary: Replace the old CRM.\ntier: 3\ndelivery_model: hybrid\nphase: execution\nstate: active\nsponsor: Dana Okafor\nproject_manager: Maria Lopez\nstart: {baseline: 2026-01-05}\nfinish: {milestone: M1}\nbudget: {tracked: false}\n---\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    by_itself(p, out);
    for project in &p.projects {
        let Some(lifecycle) = &project.lifecycle else { continue };
        if let Some(finding) = unknown_lifecycle(p, project) {
            // What its phases are is not known either.
            out.push(finding);
            continue;
        }
        for document in project.documents.iter().filter_map(|i| p.documents.get(*i)) {
            if document.kind.role == crate::kinds::Role::Gate {
                named(document, "next_phase", lifecycle, out);
                continue;
            }
            let is_card = p.index_of(&document.path) == Some(project.card);
            if !is_card
                && !matches!(
                    document.kind.role,
                    crate::kinds::Role::Report | crate::kinds::Role::Lesson
                )
            {
                continue;
            }
            named(document, "phase", lifecycle, out);
        }
    }
}

/// The phase that a field of a document names.
fn named(document: &Document, field: &str, lifecycle: &Lifecycle, out: &mut Vec<Finding>) {
    let (Some(name), Some(span)) = (document.fields.text(field), document.fields.span(field))
    else {
        return;
    };
    if lifecycle.phase(name).is_some() {
        return;
    }
    let names: Vec<&str> = lifecycle.phases.iter().map(|ph| &*ph.id).collect();
    let finding = document.finding(RULE.name, span, format!("unknown phase `{name}`"));
    out.push(match (lifecycle.overlay(name), nearest(name, names.iter().copied())) {
        (Some(overlay), _) => finding.help(overlay),
        (None, Some(near)) => finding.meant(near),
        (None, None) => {
            finding.help(format!("phases of {} are {}", lifecycle.title, names.join(", ")))
        }
    });
}

/// A card may name another lifecycle than the portfolio's, if there is one.
fn unknown_lifecycle(p: &Portfolio, project: &Project) -> Option<Finding> {
    let card = p.documents.get(project.card)?;
    let (name, span) = (card.fields.text("lifecycle")?, card.fields.span("lifecycle")?);
    if p.lifecycles.find(name).is_some() {
        return None;
    }
    let names: Vec<&str> = p.lifecycles.iter().map(|l| &*l.name).collect();
    let finding = card.finding(RULE.name, span, format!("unknown lifecycle `{name}`"));
    Some(match nearest(name, names.iter().copied()) {
        Some(near) => finding.meant(near),
        None => finding.help(format!("lifecycles are {}", names.join(", "))),
    })
}

/// A document that states its own phase must name one of its lifecycle's.
fn by_itself(p: &Portfolio, out: &mut Vec<Finding>) {
    for (index, document) in p.documents.iter().enumerate().filter(|(_, d)| !d.broken) {
        let Some(stated) = p.stated_phase(index).filter(|s| s.phase.is_none()) else { continue };
        let names = || stated.lifecycle.phases.iter().map(|ph| &*ph.id);
        let message = format!("unknown phase `{}`", stated.text);
        let finding = document.finding(RULE.name, stated.span, message);
        out.push(match nearest(stated.text, names()) {
            Some(near) => finding.meant(near),
            None => finding.help(format!("phases are {}", names().collect::<Vec<_>>().join(", "))),
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::portfolio;

    #[test]
    fn a_document_outside_a_project_names_its_own_phase() {
        let book = "[kinds.norm]\nrole = \"document\"\nmatch = \"norms/*.md\"\nphase-field = \"status\"\nfields.status = {}\n";
        let norm = |status: &str| {
            let text = format!("---\ntitle: N\nstatus: {status}\n---\n# N\n");
            portfolio().config(book).file("norms/1.md", &text)
        };
        let found = norm("excution").finds("unknown-phase", "norms/1.md", 3);
        assert_eq!(found.help.as_deref(), Some("did you mean `execution`?"));
        norm("Execution").silent("unknown-phase");
    }

    #[test]
    fn a_missing_phase_is_not_an_unknown_one() {
        portfolio()
            .replace("projects/crm/project.md", "phase: execution\n", "")
            .silent("unknown-phase");
    }

    #[test]
    fn an_overlay_says_what_to_write() {
        portfolio()
            .config("[lifecycle]\npreset = \"pmbok\"\n")
            .replace("projects/crm/project.md", "phase: execution", "phase: monitoring")
            .finds("unknown-phase", "projects/crm/project.md", 8);
    }

    #[test]
    fn a_gate_record_names_the_phase_it_opens() {
        let gate = |phase: &str| {
            portfolio().file(
                "projects/crm/gates/G2.md",
                &format!("---\nkind: gate\ngate: G2\ndate: 2026-01-26\ndecision: go\nnext_phase: {phase}\n---\n# G\n"),
            )
        };
        gate("execution").silent("unknown-phase");
        gate("exekution").finds("unknown-phase", "projects/crm/gates/G2.md", 6);
    }

    #[test]
    fn a_lifecycle_that_is_not_there_is_guessed() {
        let card = "projects/crm/project.md";
        let with = |name: &str| {
            portfolio().replace(
                card,
                "phase: execution",
                &format!("lifecycle: {name}\nphase: execution"),
            )
        };
        let found = with("prnce2").finds("unknown-phase", card, 8);
        assert_eq!(found.help.as_deref(), Some("did you mean `prince2`?"));
        let found = with("prince2").finds("unknown-phase", card, 9);
        assert_eq!(found.message, "unknown phase `execution`");
        with("four-phase").silent("unknown-phase");
    }

    #[test]
    fn a_numbered_stage_is_a_phase() {
        let card = "projects/crm/project.md";
        let stage = |phase: &str| {
            portfolio()
                .config("[lifecycle]\npreset = \"prince2\"\n")
                .replace(card, "phase: execution", &format!("phase: {phase}"))
                .findings()
                .iter()
                .any(|f| f.rule == "unknown-phase" && &*f.path == card)
        };
        assert!(!stage("stage-2") && stage("stage-x") && stage("closing-2"));
    }
}
