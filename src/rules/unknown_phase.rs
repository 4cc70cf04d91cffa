//! `unknown-phase`: a card or report names a phase its lifecycle does not have.

use super::{Context, Defaults, Rule};
use crate::document::Document;
use crate::finding::{Finding, Severity};
use crate::lifecycles::Lifecycle;
use crate::text::nearest;

pub(super) static RULE: Rule = Rule {
    name: "unknown-phase",
    summary: "A card, a status report or a gate record names a phase that the project's lifecycle does not have.",
    why: "Everything a phase requires hangs on the phase being known: an unknown one silences the checks of the whole project.",
    defaults: Defaults::Flat(Severity::Deny),
    example: "=== projects/crm/project.md\n---\nkind: project\nid: crm\ntitle: CRM replacement\nsummary: Replace the old CRM.\ntier: 3\ndelivery_model: hybrid\nphase: excution\nstate: active\nsponsor: Dana Okafor\nproject_manager: Maria Lopez\nstart: {baseline: 2026-01-05}\nfinish: {milestone: M1}\nbudget: {tracked: false}\n---\n",
    remedy: "=== projects/crm/project.md\n---\nkind: project\nid: crm\ntitle: CRM replacement\nsummary: Replace the old CRM.\ntier: 3\ndelivery_model: hybrid\nphase: execution\nstate: active\nsponsor: Dana Okafor\nproject_manager: Maria Lopez\nstart: {baseline: 2026-01-05}\nfinish: {milestone: M1}\nbudget: {tracked: false}\n---\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in &p.projects {
        let Some(lifecycle) = &project.lifecycle else { continue };
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
    let overlay = lifecycle
        .overlays
        .iter()
        .find(|(id, _)| **id == *name)
        .map(|(_, message)| message.to_string());
    let help = overlay.unwrap_or_else(|| match nearest(name, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("phases of {} are {}", lifecycle.title, names.join(", ")),
    });
    out.push(document.finding(RULE.name, span, format!("unknown phase `{name}`")).help(help));
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::portfolio;

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
}
