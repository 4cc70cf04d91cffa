//! What an auditor asks of regulated projects and those of the tier with most
//! control: how much of the evidence is there, who approved what, which
//! controls have gaps.

use crate::document::Item;
use crate::measures::evidence::{Found, due_by_now, refusal, roles};
use crate::measures::kpi::{Measured, Standing};
use crate::measures::kpis::evidence_completeness::{Control, control};
use crate::portfolio::approvals::{
    Approval, Decision, Seat, Subject, Validity, by_author, of, regulated, subjects, taken,
};
use crate::portfolio::gates::unpassed;
use crate::portfolio::{Portfolio, Project, State};
use crate::rollups::Context;
use crate::rollups::words::{capital, figure, item_target, owner, project, several, who};
use crate::table::{Cell, Column, Group, Mark, Missing, Rag, Row, Set, Words};
use crate::target::Target;

/// A project somebody may audit.
pub(super) struct Audited<'a> {
    project: &'a Project,
    /// Its K22, where it is measured.
    standing: Option<&'a Standing>,
    /// Gates gone through without a record that lets it.
    jumps: usize,
    /// Valid approvals by somebody else than the author, and by the author.
    apart: (usize, usize),
}

/// Regulated projects and those of the tier with most control, but those that
/// never ran.
pub(super) fn audited<'a>(c: &Context<'a>) -> Vec<Audited<'a>> {
    let p = c.portfolio;
    let kpis: &'a crate::measures::kpi::Kpis = c.measures.kpis(p);
    let measured: Option<&'a Measured> = kpis.of("K22");
    p.projects
        .iter()
        .enumerate()
        .filter(|(_, pr)| pr.tier == 0 || regulated(p, pr))
        .filter(|(_, pr)| !matches!(pr.state, State::Proposed | State::Cancelled))
        .map(|(i, project)| Audited {
            project,
            standing: measured.and_then(|m| m.projects.get(i)?.as_ref().ok()),
            jumps: unpassed(p, project).len(),
            apart: apart(p, project),
        })
        .collect()
}

/// Valid approvals of a project by somebody else than the author of what they
/// approve, and by the author.
fn apart(p: &Portfolio, project: &Project) -> (usize, usize) {
    let mut counts = (0, 0);
    for subject in subjects(p, project) {
        for entry in of(p, project, subject) {
            if entry.validity(subject, p.as_of) == Validity::Valid {
                let own = by_author(p, subject, &entry);
                let count = if own { &mut counts.1 } else { &mut counts.0 };
                *count += 1;
            }
        }
    }
    counts
}

/// All controls of projects that ran, those with gaps first.
fn controls(p: &Portfolio) -> Vec<(&Project, &Item, Control)> {
    let ran =
        p.projects.iter().filter(|pr| !matches!(pr.state, State::Proposed | State::Cancelled));
    let all = ran.flat_map(|pr| pr.items("controls").iter().map(move |i| (pr, i)));
    let mut all: Vec<_> = all.map(|(pr, i)| (pr, i, control(i, p.as_of))).collect();
    all.sort_by_key(|(pr, item, stand)| {
        let rank = match stand {
            Control::Gap => 0,
            Control::NotDue => 1,
            Control::Waived => 2,
            Control::Satisfied => 3,
            Control::NotApplicable => 4,
        };
        (rank, item.fields.date("due"), pr.id.clone(), item.id.clone())
    });
    all
}

/// Controls that are due and not proved.
pub(super) fn gaps(p: &Portfolio) -> usize {
    controls(p).iter().filter(|(_, _, stand)| *stand == Control::Gap).count()
}

/// The answer in front of the page's other sentence.
pub(super) fn sentence(c: &Context<'_>, audited: &[Audited<'_>]) -> Vec<Words> {
    if audited.is_empty() {
        return vec![Words::plain("No project is regulated or in the tier with most control. ")];
    }
    let (is, its) = if audited.len() == 1 { ("is", "its") } else { ("are", "their") };
    let mut words = vec![Words::plain(capital(&format!(
        "{} {is} audited",
        several(audited.len(), "project", "projects")
    )))];
    let whole = c.measures.kpis(c.portfolio).of("K22").map(|m| &m.portfolio.standing);
    let value = whole.and_then(|s| Some((*s.reading.value.as_ref().ok()?, s)));
    match value {
        Some((value, s)) => {
            words.push(Words::plain(", and "));
            let text = format!("{} %", value.show(1));
            words.push(Words { text, rag: s.band, target: None });
            let (n, d) = (s.reading.n, s.reading.d);
            words.push(Words::plain(format!(" of {its} evidence is there ({n} of {d})")));
        }
        None => words.push(Words::plain(", and nothing is due yet")),
    }
    let mut bad = Vec::new();
    let jumps: usize = audited.iter().map(|a| a.jumps).sum();
    if jumps > 0 {
        let was = if jumps == 1 { "was" } else { "were" };
        bad.push(format!("{} {was} passed without a record", several(jumps, "gate", "gates")));
    }
    let own: usize = audited.iter().map(|a| a.apart.1).sum();
    if own > 0 {
        bad.push(format!("{} by the author", several(own, "approval is", "approvals are")));
    }
    let gaps = gaps(c.portfolio);
    if gaps > 0 {
        bad.push(format!("{} a gap", several(gaps, "control has", "controls have")));
    }
    for text in bad {
        words.push(Words::plain("; "));
        words.push(Words::rag(text, Rag::Red));
    }
    words.push(Words::plain(". "));
    words
}

/// The tables in front of the page's own.
pub(super) fn groups(c: &Context<'_>, audited: &[Audited<'_>]) -> Vec<Group> {
    let mut all = vec![overview(c, audited)];
    if !audited.is_empty() {
        all.push(lacking(audited));
        all.push(approvals(c.portfolio, audited));
    }
    let controls = controls(c.portfolio);
    if !controls.is_empty() {
        all.push(controls_group(c.portfolio, &controls));
    }
    all
}

fn overview(c: &Context<'_>, audited: &[Audited<'_>]) -> Group {
    let p = c.portfolio;
    let row = |a: &Audited<'_>| {
        let card = p.documents.get(a.project.card);
        let frameworks: Vec<&str> = card
            .map(|d| d.fields.texts("frameworks").map(|(f, _)| f).collect())
            .unwrap_or_default();
        let why = match (regulated(p, a.project), frameworks.as_slice()) {
            (true, []) => "regulated".to_owned(),
            (true, list) => format!("regulated: {}", list.join(", ")),
            (false, _) => format!("Tier {}", p.tier_label(a.project.tier)),
        };
        let share = match a.standing.map(|s| (&s.reading.value, s)) {
            Some((Ok(value), s)) => Cell::Many(vec![
                s.band.map_or(Cell::Empty, Cell::Rag),
                Cell::Detail(
                    Box::new(Cell::Percent(*value)),
                    format!("{} of {}", s.reading.n, s.reading.d),
                ),
            ]),
            Some((Err(why), _)) => Cell::Missing(why.clone()),
            None => Cell::Missing(Missing::NotApplicable(a.project.state.name().replace('-', " "))),
        };
        let jumps = match a.jumps {
            0 => Cell::State(Mark::Done, "none".into()),
            n => Cell::State(Mark::Bad, figure(count(n), "gate", "gates")),
        };
        let apart = match a.apart {
            (0, 0) => Cell::State(Mark::Open, "no approval".into()),
            (n, 0) => Cell::State(Mark::Done, format!("all {n} by others")),
            (n, own) => Cell::State(Mark::Bad, format!("{own} of {} by the author", n + own)),
        };
        let (mut good, mut gap) = (0, 0);
        for item in a.project.items("controls") {
            match control(item, p.as_of) {
                Control::Satisfied | Control::Waived => good += 1,
                Control::Gap => gap += 1,
                _ => {}
            }
        }
        let controls = match (good, gap) {
            (0, 0) => Cell::Empty,
            (good, 0) => Cell::State(Mark::Done, format!("{good} of {good}")),
            (good, gap) => Cell::State(Mark::Bad, format!("{good} of {}", good + gap)),
        };
        Row {
            anchor: None,
            cells: vec![project(a.project), Cell::Text(why), share, jumps, apart, controls],
            muted: a.project.state != State::Active,
        }
    };
    Group {
        key: "projects".into(),
        title: "Audited projects".into(),
        note: "Evidence: documents, approvals and controls that are there, of those due by now \
               (K22)."
            .into(),
        caption: "Regulated projects and those of the tier with most control".into(),
        empty: "No project is regulated or in the tier with most control.".into(),
        columns: vec![
            Column::new("project", "Project", Set::Filter),
            Column::new("scope", "Why", Set::Text),
            Column::new("evidence", "Evidence", Set::Short),
            Column::new("jumps", "Gates without a record", Set::Text),
            Column::new("duties", "Approved by others than the author", Set::Text),
            Column::new("controls", "Controls proved", Set::Text),
        ],
        rows: audited.iter().map(row).collect(),
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// Every row of K22 that is not satisfied, with its place.
fn lacking(audited: &[Audited<'_>]) -> Group {
    let mut rows = Vec::new();
    for a in audited {
        let Some(standing) = a.standing else { continue };
        let open = standing.reading.counted.iter().filter(|c| c.good == Some(false));
        rows.extend(open.map(|thing| {
            let place = format!("{}:{}", thing.path, thing.line);
            Row {
                anchor: None,
                cells: vec![
                    project(a.project),
                    Cell::Text(thing.label.clone()),
                    Cell::State(Mark::Bad, thing.note.replace('`', "")),
                    match &thing.target {
                        Some(target) => Cell::Link(place, target.clone()),
                        None => Cell::Text(place),
                    },
                ],
                muted: false,
            }
        }));
    }
    Group {
        key: "lacking".into(),
        title: "Not proved".into(),
        note: String::new(),
        caption: "Documents, approvals and controls that are due and not there".into(),
        empty: "All that is due by now is there.".into(),
        columns: vec![
            Column::new("project", "Project", Set::Filter),
            Column::new("what", "What", Set::Text),
            Column::new("state", "State", Set::Wide),
            Column::new("place", "Place", Set::Text),
        ],
        rows,
    }
}

/// Every approval that is wanted by now, and the entry that gives it or why it
/// does not count.
fn approvals(p: &Portfolio, audited: &[Audited<'_>]) -> Group {
    let mut rows = Vec::new();
    for a in audited {
        for duty in due_by_now(p, a.project) {
            if !duty.need.approved || duty.need.level != crate::data::field::Level::Required {
                continue;
            }
            let found = Found::of(p, a.project, &duty);
            for subject in &found.subjects {
                for seat in Found::seats(p, a.project, &duty) {
                    rows.push(approval(p, a.project, *subject, &seat, duty.title));
                }
            }
        }
    }
    Group {
        key: "approvals".into(),
        title: "Approvals".into(),
        note: String::new(),
        caption: "Approvals wanted by now: document, who, in which role, when, of which version, \
                  and what proves it"
            .into(),
        empty: "No approval is wanted yet.".into(),
        columns: vec![
            Column::new("project", "Project", Set::Filter),
            Column::new("requirement", "Document", Set::Text),
            Column::new("version", "Version", Set::Short),
            Column::new("approver", "Approved by", Set::Text),
            Column::new("role", "Role", Set::Filter),
            Column::new("date", "Date", Set::Short),
            Column::new("of", "Of", Set::Short),
            Column::new("evidence", "Evidence", Set::Text),
            Column::new("check", "Check", Set::Text),
        ],
        rows,
    }
}

fn approval(
    p: &Portfolio,
    of_project: &Project,
    subject: Subject<'_>,
    seat: &Seat,
    title: &str,
) -> Row {
    let entries = of(p, of_project, subject);
    let (entry, check): (Option<&Approval<'_>>, Cell) =
        match taken(p, of_project, subject, &entries, seat) {
            Ok(entry) if entry.decision == Decision::NotRequired => {
                (Some(entry), Cell::State(Mark::Partial, "said not to be required".into()))
            }
            Ok(entry) => (Some(entry), Cell::State(Mark::Done, "valid".into())),
            Err((why, entry)) => (entry, Cell::State(Mark::Bad, refusal(p, subject, why, entry))),
        };
    let target = match subject {
        Subject::Document(d) => Target::Document(d.path.clone()),
        Subject::Register(r) => Target::Register(r.path.clone()),
    };
    let nobody = || Cell::Missing(Missing::NotReported);
    let text = |text: Option<&str>| text.map_or_else(nobody, |t| Cell::Text(t.to_owned()));
    let evidence = match entry.and_then(|e| e.evidence) {
        Some(written) => match p.resolve(written, subject.path(), Some(of_project)) {
            Some(target) => Cell::Link(bare(written), target),
            None => Cell::Text(written.to_owned()),
        },
        None => nobody(),
    };
    Row {
        anchor: None,
        cells: vec![
            project(of_project),
            Cell::Link(
                match subject.fields().text("release") {
                    Some(release) => format!("{title}, {release}"),
                    None => title.to_owned(),
                },
                target,
            ),
            text(subject.version()),
            entry.and_then(|e| e.name).map_or_else(nobody, |name| Cell::Text(who(p, name))),
            Cell::Text(roles(p, seat)),
            entry.and_then(|e| e.date).map_or_else(nobody, Cell::Date),
            text(entry.and_then(|e| e.of)),
            evidence,
            check,
        ],
        muted: false,
    }
}

/// A path as readers know it, without the way up to it.
fn bare(written: &str) -> String {
    written.trim_start_matches("../").to_owned()
}

fn controls_group(p: &Portfolio, all: &[(&Project, &Item, Control)]) -> Group {
    let gaps = all.iter().filter(|(_, _, stand)| *stand == Control::Gap).count();
    let row = |(of_project, item, stand): &(&Project, &Item, Control)| {
        let fields = &item.fields;
        let (mark, words) = match stand {
            Control::Gap if fields.text("status") == Some("waived") => {
                (Mark::Bad, "waived by nobody")
            }
            Control::Gap => (Mark::Bad, "gap"),
            Control::NotDue => (Mark::Open, "not due yet"),
            Control::Waived => (Mark::Partial, "waived"),
            Control::Satisfied => (Mark::Done, "satisfied"),
            Control::NotApplicable => (Mark::None, "does not apply"),
        };
        let state = Cell::State(mark, words.into());
        let state = match fields.text("reason") {
            Some(reason) => Cell::Detail(Box::new(state), reason.to_owned()),
            None => state,
        };
        let open = *stand == Control::Gap;
        let evidence = match fields.text("evidence") {
            Some(written) => match p.resolve(written, &item.path, Some(of_project)) {
                Some(target) => Cell::Link(bare(written), target),
                None => Cell::Text(written.to_owned()),
            },
            None => Cell::Missing(Missing::NotReported),
        };
        Row {
            anchor: None,
            cells: vec![
                state,
                Cell::Link(format!("{} {}", item.id, item.title()), item_target(of_project, item)),
                project(of_project),
                fields.text("framework").map_or(Cell::Empty, |f| Cell::Text(f.to_owned())),
                owner(p, fields),
                match fields.date("due") {
                    None => Cell::Empty,
                    due => crate::rollups::words::due(due, p.as_of, open),
                },
                evidence,
                fields.text("approved_by").map_or(Cell::Empty, |by| Cell::Text(who(p, by))),
            ],
            muted: *stand == Control::NotApplicable,
        }
    };
    Group {
        key: "controls".into(),
        title: "Controls".into(),
        note: match gaps {
            0 => "No control that is due has a gap.".into(),
            n => format!("{} first.", capital(&several(n, "gap", "gaps"))),
        },
        caption: "Controls of all projects, those with gaps first".into(),
        empty: String::new(),
        columns: vec![
            Column::new("state", "State", Set::Text),
            Column::new("control", "Control", Set::Wide),
            Column::new("project", "Project", Set::Filter),
            Column::new("framework", "Framework", Set::Filter),
            Column::new("owner", "Owner", Set::Text),
            Column::new("due", "Due", Set::Short),
            Column::new("evidence", "Evidence", Set::Text),
            Column::new("by", "Accepted by", Set::Text),
        ],
        rows: all.iter().map(row).collect(),
    }
}

#[cfg(test)]
mod tests {
    use crate::rollups::testing::{check, group, line, said, table};

    const FILES: &str = "=== people.yaml\nmlopez: {name: Maria Lopez}\ndokafor: {name: Dana Okafor, roles: [sponsor]}\nkim: {name: Kim Sato}\n\
        === crm/project.md\n---\nkind: project\nid: crm\ntitle: CRM\ntier: 2\nphase: planning\nstate: active\nsponsor: \"@dokafor\"\nproject_manager: \"@mlopez\"\nregulated: true\nframeworks: [SOX]\n---\n\
        === crm/charter.md\n---\nkind: charter\nversion: \"1.2\"\nstate: approved\nauthor: \"@mlopez\"\nupdated: 2026-01-10\napprovals:\n  - {role: sponsor, name: \"@dokafor\", decision: approved, date: 2026-01-30, of: \"1.0\", evidence: minutes/a.md}\n---\n# Charter\n\
        === crm/minutes/a.md\n---\nkind: minutes\nforum: Board\ndate: 2026-01-30\n---\n# A\n\
        === crm/c.yaml\ncontrols:\n\
        \x20 - {id: C-1, requirement: Deploy apart, framework: SOX, owner: \"@kim\", status: gap, due: 2026-03-20}\n\
        \x20 - {id: C-2, requirement: Keep logs, framework: SOX, owner: \"@kim\", status: waived, approved_by: \"@dokafor\", reason: Replaced}\n\
        \x20 - {id: C-3, requirement: Keep keys, owner: \"@kim\", status: gap, due: 2026-04-20}\n\
        === erp/project.md\n---\nkind: project\nid: erp\ntitle: ERP\ntier: 3\nstate: active\n---\n";

    #[test]
    fn regulated_projects_stand_with_their_evidence_approvals_and_controls() {
        let checked = check(FILES);
        let t = table(&checked, "audit");
        assert!(said(&t).starts_with("One project is audited, and "), "{}", said(&t));
        assert!(
            said(&t).contains("; one gate was passed without a record; one control has a gap. "),
            "{}",
            said(&t)
        );
        let rows: Vec<String> = group(&t, "projects").rows.iter().map(line).collect();
        assert_eq!(rows.len(), 1);
        assert!(rows[0].starts_with("CRM | regulated: SOX | red, "), "{rows:?}");
        assert!(rows[0].ends_with("| 1 gate | no approval | 1 of 2"), "{rows:?}");
        let approvals: Vec<String> = group(&t, "approvals").rows.iter().map(line).collect();
        assert_eq!(
            approvals[0],
            "CRM | Charter | 1.2 | Dana Okafor | Sponsor | 2026-01-30 | 1.0 | minutes/a.md | approved 1.0, now 1.2"
        );
        let lacking: Vec<String> = group(&t, "lacking").rows.iter().map(line).collect();
        assert!(
            lacking.iter().any(|l| l.starts_with("CRM | C-1 Deploy apart | a gap | crm/c.yaml:2")),
            "{lacking:?}"
        );
        let controls: Vec<String> = group(&t, "controls").rows.iter().map(line).collect();
        assert_eq!(
            controls,
            [
                "gap | C-1 Deploy apart | CRM | SOX | Kim Sato | 2026-03-20 7 days overdue | NotReported | ",
                "not due yet | C-3 Keep keys | CRM |  | Kim Sato | 2026-04-20 | NotReported | ",
                "waived (Replaced) | C-2 Keep logs | CRM | SOX | Kim Sato |  | NotReported | Dana Okafor",
            ]
        );
    }

    #[test]
    fn an_approval_by_the_author_is_counted() {
        let own = FILES
            .replace("of: \"1.0\"", "of: \"1.2\"")
            .replace("author: \"@mlopez\"", "author: \"@dokafor\"");
        let t = table(&check(&own), "audit");
        assert!(said(&t).contains("; one approval is by the author"), "{}", said(&t));
        let rows: Vec<String> = group(&t, "projects").rows.iter().map(line).collect();
        assert!(rows[0].contains("| 1 of 1 by the author |"), "{rows:?}");
        let approvals: Vec<String> = group(&t, "approvals").rows.iter().map(line).collect();
        assert!(approvals[0].ends_with("| by the author"), "{approvals:?}");
    }
}
