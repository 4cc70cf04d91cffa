//! `unknown-gate`: a milestone or gate record names a gate its lifecycle does not have.

use super::{Context, Defaults, Rule};
use crate::finding::{Finding, Severity};
use crate::lifecycles::Lifecycle;
use crate::portfolio::gates;
use crate::text::nearest;

pub(super) static RULE: Rule = Rule {
    name: "unknown-gate",
    summary: "A milestone or a gate record names a gate that the project's lifecycle does not have.",
    why: "A gate record counts for the gate it names. Under a name nobody knows a decision lets the project through no gate, and its conditions are followed up nowhere; a milestone that names one is missing from the gate's page.",
    defaults: Defaults::Flat(Severity::Deny),
    example: "=== projects/crm/gates/G1.md\n---\nkind: gate\ngate: G11\ndate: 2026-01-16\ndecision: go\nnext_phase: planning\napprovals:\n  - {role: sponsor, name: \"@dokafor\", decision: approved, date: 2026-01-16}\n---\n# Gate 1\n",
    remedy: "=== projects/crm/gates/G1.md\n---\nkind: gate\ngate: G1\ndate: 2026-01-16\ndecision: go\nnext_phase: planning\napprovals:\n  - {role: sponsor, name: \"@dokafor\", decision: approved, date: 2026-01-16}\n---\n# Gate 1\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in &p.projects {
        let Some(lifecycle) = &project.lifecycle else { continue };
        // Where the lifecycle itself is not known, neither are its gates.
        let named = p.documents.get(project.card).and_then(|card| card.fields.text("lifecycle"));
        if named.is_some_and(|name| p.lifecycles.find(name).is_none())
            || lifecycle.gates().next().is_none()
        {
            continue;
        }
        let unknown = |gate: &&str| lifecycle.gate(gate).is_none();
        for record in gates::records(p, project) {
            let gate = record.fields.text("gate").filter(unknown);
            if let (Some(gate), Some(span)) = (gate, record.fields.span("gate")) {
                out.push(meant(record.finding(RULE.name, span, message(gate)), lifecycle, gate));
            }
        }
        for item in project.items("milestones") {
            if let Some(gate) = item.fields.text("gate").filter(unknown) {
                out.push(meant(item.finding(RULE.name, "gate", message(gate)), lifecycle, gate));
            }
        }
    }
}

fn message(gate: &str) -> String {
    format!("unknown gate `{gate}`")
}

/// The finding with the gate that was meant, else with all there are.
fn meant(finding: Finding, lifecycle: &Lifecycle, gate: &str) -> Finding {
    let names: Vec<&str> = lifecycle.gates().map(|(_, g)| &*g.id).collect();
    let begins = |name: &&&str| gate.len() > name.len() && gate.starts_with(**name);
    let near = nearest(gate, names.iter().copied()).or_else(|| names.iter().find(begins).copied());
    match near {
        Some(near) => finding.meant(near),
        None => finding.help(format!("gates of {} are {}", lifecycle.title, names.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::portfolio;

    const RULE: &str = "unknown-gate";

    #[test]
    fn a_record_names_a_gate_of_the_lifecycle() {
        let path = "projects/crm/gates/Z.md";
        let record = |gate: &str| {
            let text = format!(
                "---\nkind: gate\ngate: {gate}\ndate: 2026-01-26\ndecision: go\nnext_phase: execution\n---\n# G\n"
            );
            portfolio().file(path, &text)
        };
        let found = record("Z").finds(RULE, path, 3);
        assert_eq!(found.message, "unknown gate `Z`");
        assert!(found.help.unwrap().starts_with("gates of "));
        record("G2").silent(RULE);
        record("g2").silent(RULE);
    }

    #[test]
    fn a_milestone_names_a_gate_of_the_lifecycle() {
        let path = "projects/crm/milestones.yaml";
        let gate = |gate: &str| {
            portfolio().replace(
                path,
                "    finish: true",
                &format!("    gate: {gate}\n    finish: true"),
            )
        };
        let found = gate("G22").finds(RULE, path, 12);
        assert_eq!(found.help.as_deref(), Some("did you mean `G2`?"));
        gate("G2").silent(RULE);
    }

    #[test]
    fn an_unknown_lifecycle_has_no_gates_to_know() {
        portfolio()
            .replace(
                "projects/crm/project.md",
                "phase: execution",
                "lifecycle: prnce2\nphase: execution",
            )
            .replace(
                "projects/crm/milestones.yaml",
                "    finish: true",
                "    gate: Z\n    finish: true",
            )
            .silent(RULE);
    }
}
