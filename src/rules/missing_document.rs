//! `missing-document`: the project lacks a document or register it must have by now.

use super::due::{Due, class, due, has_broken_file, holds, in_release_window, severity};
use super::unescalated_breach::is_told;
use super::unready_operations::speaks_of;
use super::{Context, Defaults, Rule};
use crate::data::field::{Condition, Level};
use crate::finding::{Finding, Severity};
use crate::kinds::Role;
use crate::lifecycles::{Class, Requirement, Wanted};
use crate::portfolio::{Portfolio, Project};

pub(super) static RULE: Rule = Rule {
    name: "missing-document",
    summary: "A project lacks a document or register that its tier must have in this phase.",
    why: "Which documents a project owes depends on its tier and phase, so that a small project is not buried and a large one is not run from memory. A document due before a gate already passed is an error: somebody approved the gate without it. One the current phase requires is a warning until the gate.",
    defaults: Defaults::Due,
    example: "=== projects/crm/project.md\n---\nkind: project\nid: crm\ntitle: CRM replacement\nsummary: Replace the old CRM.\ntier: 2\ndelivery_model: agile\nphase: initiation\nstate: active\nsponsor: Dana Okafor\nproject_manager: Maria Lopez\nfunctional_managers: []\nbudget: {tracked: false}\n---\n=== projects/erp/project.md\n---\nkind: project\nid: erp\ntitle: ERP renewal\nsummary: Renew the ERP.\ntier: 2\ndelivery_model: agile\nphase: initiation\nstate: active\nsponsor: Dana Okafor\nproject_manager: Maria Lopez\nfunctional_managers: []\nbudget: {tracked: false}\n---\n",
    remedy: "=== projects/erp/project.md\n---\nkind: project\nid: erp\ntitle: ERP renewal\nsummary: Renew the ERP.\ntier: 2\ndelivery_model: agile\nphase: initiation\nstate: proposed\nsponsor: Dana Okafor\nproject_manager: Maria Lopez\nfunctional_managers: []\nbudget: {tracked: false}\n---\n=== projects/erp/charter.md\n---\nkind: charter\nversion: \"0.1\"\nstate: draft\nauthor: \"@mlopez\"\nupdated: 2026-03-20\n---\n# ERP renewal: charter\n=== projects/erp/raid.yaml\nupdated: 2026-03-27\nrisks: []\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    let projects = p.projects.iter().enumerate();
    for (index, project) in projects.filter(|(_, pr)| !has_broken_file(p, pr)) {
        let Some(card) = p.documents.get(project.card) else { continue };
        let Some(span) = card.fields.span("phase") else { continue };
        let mut told: Vec<&str> = Vec::new();
        for row in p.requirements(project) {
            if told.contains(&&*row.title)
                || row.when.is_some_and(|c| !holds(p, project, c, None))
                || !asked_here(p, row)
                || super::missing_lessons::speaks_of(p, project, row)
                || (row.when == Some(Condition::Breach) && is_told(context, index, project))
                || speaks_of(p, project, row)
                || misspelt(p, project, row)
            {
                continue;
            }
            let Some((gap, severity)) = gap(p, project, row) else { continue };
            told.push(&row.title);
            let message = match gap {
                Gap::None(since) => format!("no {}{since}", lower(&row.title)),
                Gap::Few(has, fewest) => {
                    format!("{has} of at least {fewest} {}", lower(&row.title))
                }
            };
            let help = help(p, project, row);
            out.push(card.finding(RULE.name, span, message).help(help).severity(severity));
        }
    }
}

/// Whether a document of the project seems to be what is asked for, under a
/// kind nobody knows: by the word that was meant, or by the file's name.
fn misspelt(p: &Portfolio, project: &Project, row: &Requirement) -> bool {
    let Wanted::Kind(name) = &row.wanted else { return false };
    let mut unknown = p.findings.iter().filter(|f| f.rule == "unknown-kind");
    unknown.any(|f| {
        let meant = f.replacement.as_deref() == Some(&**name);
        let named = p.document(&f.path).is_some_and(|d| *d.stem() == **name);
        (meant || named) && p.project_at(&f.path).is_some_and(|pr| pr.id == project.id)
    })
}

/// What is lacking.
enum Gap {
    /// There is none, with the words on when it was due.
    None(String),
    /// There are some, of a smallest number.
    Few(usize, usize),
}

/// The card is there, reports are the business of `stale-status`, gate records
/// that of the gates.
fn asked_here(p: &Portfolio, row: &Requirement) -> bool {
    let Wanted::Kind(name) = &row.wanted else { return true };
    p.kinds.find(name).is_some_and(|k| !matches!(k.role, Role::Card | Role::Report | Role::Gate))
}

fn gap(p: &Portfolio, project: &Project, row: &Requirement) -> Option<(Gap, Severity)> {
    let has = count(p, project, &row.wanted);
    let fewest = row.minimum.get(project.tier).or(row.minimum.last()).copied().unwrap_or(1);
    let fewest = usize::try_from(fewest).unwrap_or(1);
    let mut worst: Option<(Severity, Gap)> = None;
    for wanted in Class::ALL {
        let Some(when) = due(project, wanted) else { continue };
        let need = row.need(wanted, project.tier);
        // A smallest number counts when the project closes.
        let few = wanted == Class::Close && !row.minimum.is_empty();
        if has >= if few { fewest } else { 1 } {
            continue;
        }
        // What the present phase asks for anyway is judged by the present.
        if when == Due::Passed
            && need.level == Level::Expected
            && class(project).is_some_and(|c| row.need(c, project.tier).level >= Level::Expected)
        {
            continue;
        }
        let Some(severity) = severity(project, when, need.level) else { continue };
        if worst.as_ref().is_none_or(|(s, _)| severity > *s || (severity == *s && when == Due::Now))
        {
            let gap = if has > 0 {
                Gap::Few(has, fewest)
            } else {
                Gap::None(since(project, wanted, when, need.level))
            };
            worst = Some((severity, gap));
        }
    }
    let window = row.window(project.tier).level;
    if has == 0
        && window >= Level::Expected
        && in_release_window(p, project)
        && let Some(severity) = severity(project, Due::Now, window)
        && worst.as_ref().is_none_or(|(s, _)| severity > *s)
    {
        worst = Some((severity, Gap::None(", and a launch is near".into())));
    }
    worst.map(|(severity, gap)| (gap, severity))
}

fn since(project: &Project, wanted: Class, when: Due, level: Level) -> String {
    let phases = project.lifecycle.as_ref().map(|l| l.phases.as_slice()).unwrap_or_default();
    let title = |class: Class| {
        phases
            .iter()
            .find(|ph| ph.class == class)
            .map_or(String::new(), |ph| ph.title.to_lowercase())
    };
    let (was, is) =
        if level == Level::Required { ("required", "requires") } else { ("expected", "expects") };
    match when {
        Due::Passed => format!(", which {} {was}", title(wanted)),
        Due::Now => {
            let now = project.phase().map_or_else(|| title(wanted), |ph| ph.title.to_lowercase());
            format!(", which {now} {is}")
        }
    }
}

/// How many there are. A register that is there counts, empty or not, unless a
/// smallest number of items is asked for.
fn count(p: &Portfolio, project: &Project, wanted: &Wanted) -> usize {
    match wanted {
        Wanted::Registers(keys) => {
            let there = keys.iter().any(|k| project.has_register(k));
            let items: usize = keys.iter().map(|k| project.items(k).len()).sum();
            items.max(usize::from(there))
        }
        Wanted::Kind(name) => {
            let Some(kind) = p.kinds.find(name) else { return 1 };
            if let Some(register) = &kind.register {
                return project.items(register).len();
            }
            let documents = project.documents.iter().filter_map(|i| p.documents.get(*i));
            let same = |role: Role| matches!(role, Role::Charter) && role == kind.role;
            documents.filter(|d| d.typed && (d.kind.name == kind.name || same(d.kind.role))).count()
        }
    }
}

fn help(p: &Portfolio, project: &Project, row: &Requirement) -> String {
    let folder = &project.folder;
    let at =
        |file: &str| if folder.is_empty() { file.to_owned() } else { format!("{folder}/{file}") };
    match &row.wanted {
        Wanted::Kind(name) => {
            format!("run `milepost new {name} --project {}`", project.id)
        }
        Wanted::Registers(keys) => {
            let key = keys.first().map_or("", |k| k);
            let file = if keys.len() > 1 {
                format!("{}.yaml", row.title.to_lowercase())
            } else {
                format!("{key}.yaml")
            };
            let kind = p.kinds.of_register(key).map_or("", |k| &*k.name);
            format!(
                "create `{}` with `{key}:` and below it one block `- id: …` for each {}",
                p.in_book(&at(&file)),
                kind
            )
        }
    }
}

/// A row's title inside a sentence; short forms such as RAID stay as they are.
fn lower(title: &str) -> String {
    if title.len() > 1 && title.chars().all(|c| c.is_uppercase()) {
        return format!("{title} register");
    }
    title.to_lowercase()
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::portfolio;

    const CARD: &str = "projects/crm/project.md";

    #[test]
    fn a_passed_phase_denies_and_the_current_one_warns() {
        let gap = portfolio().without("projects/crm/charter.md");
        let found = gap.finds("missing-document", CARD, 8);
        assert_eq!(found.severity, Severity::Deny);
        assert_eq!(found.message, "no charter, which initiation required");
        assert_eq!(found.help.as_deref(), Some("run `milepost new charter --project crm`"));
        let now = gap.replace(CARD, "phase: execution", "phase: initiation");
        assert_eq!(now.finds("missing-document", CARD, 8).severity, Severity::Note);
        let plan = portfolio().without("projects/crm/raid.yaml").replace(
            CARD,
            "phase: execution",
            "phase: planning",
        );
        let found = plan.finds("missing-document", CARD, 8);
        assert_eq!(
            (found.severity, &*found.message),
            (Severity::Warn, "no RAID register, which planning requires")
        );
    }

    #[test]
    fn a_kind_of_ones_own_is_called_by_its_title() {
        let config = "[kinds.pr2]\nrole = \"document\"\ntitle = \"Protocol two\"\n[[lifecycle.requirements]]\nkind = \"pr2\"\nexecute = \"R\"\n";
        let found = portfolio().config(config).finds("missing-document", CARD, 8);
        assert_eq!(found.message, "no protocol two, which execution requires");
    }

    #[test]
    fn tiers_owe_different_things() {
        portfolio().silent("missing-document");
        let found = portfolio().replace(CARD, "tier: 3", "tier: 1").findings();
        let gaps: Vec<&str> = found
            .iter()
            .filter(|f| f.rule == "missing-document" && f.severity == Severity::Deny)
            .map(|f| f.message.as_str())
            .collect();
        assert!(gaps.contains(&"no governance plan, which planning required"), "{gaps:?}");
        assert!(gaps.contains(&"no business case, which initiation required"), "{gaps:?}");
    }

    #[test]
    fn a_tracked_budget_makes_the_budget_due_in_the_lightest_tier() {
        let found = portfolio()
            .replace(CARD, "budget: {tracked: false}", "budget: {tracked: true}")
            .finds("missing-document", CARD, 8);
        assert_eq!(found.message, "no budget and forecast, which planning required");
    }

    #[test]
    fn an_empty_register_is_a_register() {
        portfolio().file("projects/crm/raid.yaml", "risks: []\n").silent("missing-document");
    }

    #[test]
    fn closing_asks_for_a_number_of_lessons() {
        let closing = portfolio().replace(CARD, "phase: execution", "phase: close-out");
        let all = closing.findings();
        let of = |text: &str| {
            all.iter().any(|f| f.rule == "missing-document" && f.message.contains(text))
        };
        assert!(of("no lessons") && of("no closure report"), "{all:#?}");
        let two = closing.replace(CARD, "tier: 3", "tier: 1").file(
            "projects/crm/lessons.yaml",
            "lessons:\n  - {id: L-1, title: a}\n  - {id: L-2, title: b}\n",
        );
        assert!(two.findings().iter().any(|f| f.message == "2 of at least 3 lessons"));
    }

    #[test]
    fn a_near_launch_asks_for_the_release_documents() {
        let near = portfolio().replace(
            "projects/crm/milestones.yaml",
            "    finish: true",
            "    finish: true\n  - id: M2\n    name: Live\n    baseline: 2026-04-20\n    owner: \"@mlopez\"\n    go_live: true",
        );
        let found = near.findings();
        assert!(
            found.iter().any(|f| f.message == "no release plan, and a launch is near"),
            "{found:#?}"
        );
        near.replace(
            "projects/crm/milestones.yaml",
            "baseline: 2026-04-20",
            "baseline: 2026-04-27",
        )
        .silent("missing-document");
    }

    #[test]
    fn a_project_that_rests_has_notes_and_a_broken_file_silences() {
        let gap = portfolio().without("projects/crm/charter.md");
        let held = gap.replace(CARD, "state: active", "state: on-hold");
        assert_eq!(held.finds("missing-document", CARD, 8).severity, Severity::Note);
        portfolio()
            .without("projects/crm/charter.md")
            .replace("projects/crm/raid.yaml", "updated: 2026-03-27", "updated: @x")
            .silent("missing-document");
    }
}
