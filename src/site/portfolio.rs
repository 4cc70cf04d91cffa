//! The portfolio page and the pages of programmes: the sentence, the shape,
//! what needs someone, the table of projects.

mod attention;
mod figures;
mod table;

use super::charts::{health_bar, months};
use super::links::Links;
use super::standing::Standing;
use super::tables::{Place, groups as groups_of, risks, threats, timeline_of};
use super::view::chart::Chart;
use super::view::portfolio::{PortfolioPage, ProjectTable};
use super::view::rollup::RollupPage;
use super::view::{Link, Rag};
use crate::Checked;
use crate::output::Route;
use crate::portfolio::{Project, State};
use crate::rollups::asks::{self, Ask};
use crate::rollups::{Context, finance};
use crate::table::{Group, Table};
use crate::target::Target;

/// Days of the timeline.
const AHEAD: i64 = 56;

/// The projects a page speaks of.
struct Scope<'a> {
    checked: &'a Checked,
    place: Place<'a>,
    /// All of them.
    all: Vec<Standing<'a>>,
}

impl<'a> Scope<'a> {
    fn new(
        checked: &'a Checked,
        links: &'a Links<'a>,
        page: &'a Route,
        keep: impl Fn(&Project) -> bool,
    ) -> Self {
        let all = (0..checked.portfolio.projects.len())
            .filter_map(|i| Standing::of(checked, i))
            .filter(|s| keep(s.project))
            .collect();
        Self { checked, place: Place::new(links, page), all }
    }

    /// The projects that run: only their health counts.
    fn active(&self) -> Vec<Standing<'a>> {
        self.all.iter().copied().filter(|s| s.project.state == State::Active).collect()
    }

    /// The decisions these projects wait for.
    fn asks(&self) -> Vec<Ask<'a>> {
        let p = &self.checked.portfolio;
        let mut asks: Vec<Ask<'a>> = self.all.iter().flat_map(|s| asks::of(p, s.project)).collect();
        if self.all.len() == p.projects.len() {
            asks.extend(asks::loose(p));
        }
        asks::sort(&mut asks);
        asks
    }

    /// How many active projects stand at each rating, each with the list of
    /// them.
    fn counts(&self) -> Vec<(Rag, u32, Option<String>)> {
        const ORDER: [Rag; 6] =
            [Rag::Green, Rag::AmberGreen, Rag::Amber, Rag::AmberRed, Rag::Red, Rag::NotReported];
        let ratings: Vec<Rag> = self.active().iter().map(Standing::rating).collect();
        ORDER
            .into_iter()
            .map(|rag| {
                let n = ratings.iter().filter(|r| **r == rag).count();
                let page = self.place.page.link(self.place.page);
                let href = format!("{page}?health={}#projects", rag.class());
                (rag, u32::try_from(n).unwrap_or(u32::MAX), Some(href))
            })
            .collect()
    }
}

/// The portfolio page; frame and introduction are the caller's.
#[must_use]
pub fn view(checked: &Checked, links: &Links<'_>, page: &Route) -> PortfolioPage {
    let p = &checked.portfolio;
    let scope = Scope::new(checked, links, page, |_| true);
    let projects: Vec<&Project> = p.projects.iter().collect();
    let count = match p.projects.len() {
        1 => "1 project".to_owned(),
        n => format!("{n} projects"),
    };
    let data = figures::by_month(&scope);
    PortfolioPage {
        title: "Portfolio".to_owned(),
        notes: vec![Link::text(count)],
        sentence: figures::sentence(&scope),
        health: health_bar("health", &scope.counts()),
        figures: figures::figures(&scope),
        attention: attention::lines_of(&scope),
        attention_more: more(checked, &scope.place),
        projects: table::projects(&scope, "Projects"),
        others: groups_of(
            &scope.place,
            &Table { groups: table::others(&scope), ..Table::default() },
        ),
        timeline: timeline_of(&scope.place, &projects, AHEAD),
        charts: months("months", &data).map(Chart::Months).into_iter().collect(),
        ..PortfolioPage::default()
    }
}

/// The way to all findings.
fn more(checked: &Checked, place: &Place<'_>) -> Option<Link> {
    let label = match checked.findings.len() {
        0 => return None,
        1 => "The one finding".to_owned(),
        n => format!("All {n} findings"),
    };
    Some(place.link(label, &Target::Rollup("findings")))
}

fn context(checked: &Checked) -> Context<'_> {
    Context {
        portfolio: &checked.portfolio,
        measures: &checked.measures,
        findings: &checked.findings,
        suppressed: &checked.suppressed,
        changes: &checked.changes,
    }
}

/// The projects of one programme need not name it each.
fn of_one(mut table: ProjectTable) -> ProjectTable {
    for row in &mut table.rows {
        row.programme = Link::default();
    }
    table
}

/// The page of a programme and the tables on it; the frame is the caller's.
#[must_use]
pub fn programme(
    checked: &Checked,
    links: &Links<'_>,
    page: &Route,
    slug: &str,
) -> (RollupPage, Table) {
    let p = &checked.portfolio;
    let scope = Scope::new(checked, links, page, |pr| pr.programme.as_deref() == Some(slug));
    let projects: Vec<&Project> = scope.all.iter().map(|s| s.project).collect();
    let mut charts = vec![Chart::HealthBar(health_bar("health", &scope.counts()))];
    if projects.iter().any(|pr| !pr.items("risks").is_empty()) {
        let raid = scope.place.page.link(&Route::new("portfolio/raid.html"));
        let list = format!("{raid}#risks");
        charts.push(risks(threats(projects.iter().copied()), |_, _| Some(list.clone())));
    }
    let mut groups: Vec<Group> = table::waiting(&scope).into_iter().collect();
    groups.extend(table::upcoming(&scope, AHEAD));
    let mine = |pr: &Project| pr.programme.as_deref() == Some(slug);
    let money = finance::of(&context(checked), mine);
    groups.extend(money);
    groups.extend(table::others(&scope));
    let table = Table { groups, ..Table::default() };
    let view = RollupPage {
        title: p.programme_title(slug),
        sentence: figures::sentence(&scope),
        figures: figures::figures(&scope),
        charts,
        projects: Some(of_one(table::projects(&scope, "Projects"))),
        groups: groups_of(&scope.place, &table),
        ..RollupPage::default()
    };
    (view, table)
}

/// The small tables of the portfolio page, of projects that do not run.
#[must_use]
pub fn others(checked: &Checked, links: &Links<'_>, page: &Route) -> Vec<Group> {
    table::others(&Scope::new(checked, links, page, |_| true))
}
