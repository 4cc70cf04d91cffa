//! The page of the gate a project stands before: what it asks, how each thing
//! stands, and a sheet for those who decide, which only paper shows.

use super::prose::escape_into;
use super::tables::{self, Place};
use super::view::portfolio::Figure;
use super::view::rollup::RollupPage;
use super::view::{Html, Link, Rag};
use crate::output::Route;
use crate::portfolio::gates::shown;
use crate::rollups::Context;
use crate::rollups::gates::project_gate;
use crate::rollups::gates::readiness::{Area, Readiness, readiness};
use crate::rollups::scorecard;
use crate::rollups::words::capital;
use crate::site::links::Links;
use crate::table::Table;
use crate::target::Target;

/// Most names on the sheet.
const SIGNERS: usize = 12;

/// The page for the project at a position, and its table; `None` where it has no gate. The
/// caller adds the frame.
#[must_use]
pub fn view(
    c: &Context<'_>,
    links: &Links<'_>,
    project: usize,
    page: &Route,
) -> Option<(RollupPage, Table)> {
    let p = c.portfolio;
    let pr = p.projects.get(project)?;
    let r = readiness(c, pr, shown(pr)?)?;
    let mut table = project_gate(c, &r);
    table.groups.extend(scorecard(p, pr));
    let place = Place::new(links, page);
    let mut view = tables::page(links, page, &table);
    view.title = format!("{}: gate {} {}", pr.title, r.gate.id, r.gate.title);
    view.notes = notes(&place, &r);
    view.figures = figures(&r);
    view.body = Html::new(&sheet(&r));
    Some((view, table))
}

fn notes(place: &Place<'_>, r: &Readiness<'_>) -> Vec<Link> {
    let phase = crate::rollups::gates::local_phase(place.portfolio(), r.project);
    vec![
        place.link("project", &Target::Project(r.project.id.clone())),
        Link::text(format!("phase {phase}")),
        Link::text(format!("tier {}", place.portfolio().tier_label(r.project.tier))),
        place.link("all gates", &Target::Rollup("gates")),
    ]
}

/// Rows met of those that count, by what they are about.
fn figures(r: &Readiness<'_>) -> Vec<Figure> {
    let areas = [
        (Area::Document, "Documents and registers"),
        (Area::Approval, "Approvals"),
        (Area::Issue, "Issues of severity 1"),
        (Area::Condition, "Overdue conditions"),
    ];
    let mut all: Vec<Figure> = areas
        .into_iter()
        .filter_map(|(area, label)| {
            let rows = || r.rows.iter().filter(move |row| row.counts() && row.area == area);
            let (met, count) = (rows().filter(|row| row.met).count(), rows().count());
            (count > 0).then(|| Figure {
                label: Link::to(label, "#requirements"),
                value: format!("{met} of {count}"),
                share: String::new(),
                rag: None,
            })
        })
        .collect();
    let (met, count) = r.counted();
    all.push(Figure {
        label: Link::text("Readiness"),
        value: format!("{met} of {count}"),
        share: tables::percent(r.percent()),
        rag: Some(match r.verdict() {
            crate::rollups::gates::readiness::Verdict::Ready => Rag::Green,
            crate::rollups::gates::readiness::Verdict::WithConditions => Rag::Amber,
            crate::rollups::gates::readiness::Verdict::NotReady => Rag::Red,
        }),
    });
    all
}

/// How the gate is passed, and the sheet on which those who decide sign.
fn sheet(r: &Readiness<'_>) -> String {
    let mut out =
        String::from("<p>A gate is passed by those who decide, with a gate record: <code>");
    escape_into(
        &format!("milepost new gate --project {} --id {}", r.project.id, r.gate.id),
        &mut out,
    );
    out.push_str("</code>. This page prints as the pack for their meeting.</p>\n");
    out.push_str("<div class=\"decision\"><h2>Decision</h2>\n<p class=\"boxes\">");
    for word in ["go", "go with conditions", "hold", "rework", "stop"] {
        out.push_str("<span>☐ ");
        out.push_str(word);
        out.push_str("</span> ");
    }
    out.push_str("</p>\n<table><thead><tr><th scope=\"col\">Role</th><th scope=\"col\">Name</th><th scope=\"col\">Date</th><th scope=\"col\">Signature</th></tr></thead><tbody>\n");
    for (role, name) in signers(r) {
        out.push_str("<tr><td>");
        escape_into(&role, &mut out);
        out.push_str("</td><td>");
        escape_into(&name, &mut out);
        out.push_str("</td><td></td><td></td></tr>\n");
    }
    out.push_str("</tbody></table>\n<p class=\"lines\">Conditions, with owner and day</p></div>\n");
    out
}

/// Who signs: the roles whose approvals the gate asks for, each once; the
/// sponsor where it asks for none.
fn signers(r: &Readiness<'_>) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    for row in r.rows.iter().filter(|row| row.area == Area::Approval) {
        let role = row.what.rsplit_once(": ").map_or(&*row.what, |(_, role)| role);
        if !all.iter().any(|(known, _)| known == role) {
            all.push((role.to_owned(), row.who.clone()));
        }
    }
    if all.is_empty() {
        all.push((capital("sponsor"), String::new()));
    }
    all.truncate(SIGNERS);
    all
}
