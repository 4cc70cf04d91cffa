//! What a query can list, and the value of a field of each.

use super::super::{Context, raid};
use super::{From, Role, State, item_target};
use crate::data::field::Field;
use crate::data::record::{Datum, Record};
use crate::document::{Document, Item};
use crate::measures::health::score;
use crate::portfolio::{Milestone, Project};
use crate::ratio::Ratio;
use crate::table::Rag;
use crate::target::Target;

/// One thing that is listed.
#[derive(Clone, Copy)]
pub enum Subject<'a> {
    /// A project, by its position.
    Project(usize, &'a Project),
    /// A document, by its position.
    Document(usize, &'a Document),
    /// An item, with its project's position.
    Item(Option<usize>, &'a Item),
}

/// Words for items that wait for nobody any more.
const OVER: &[&str] = &[
    "approved",
    "cancelled",
    "closed",
    "decided",
    "declined",
    "delivered",
    "done",
    "dropped",
    "embedded",
    "implemented",
    "invalidated",
    "missed",
    "na",
    "occurred",
    "realised",
    "rejected",
    "released",
    "resolved",
    "retired",
    "satisfied",
    "superseded",
    "validated",
    "waived",
    "withdrawn",
];

/// Everything of that sort, project by project.
pub fn subjects<'a>(c: &Context<'a>, from: &From) -> Vec<Subject<'a>> {
    let p = c.portfolio;
    let documents = || p.documents.iter().enumerate().filter(|(i, d)| d.typed && !p.is_later(*i));
    match from {
        From::Projects => {
            p.projects.iter().enumerate().map(|(i, pr)| Subject::Project(i, pr)).collect()
        }
        From::Documents => documents()
            .filter(|(_, d)| d.kind.role != Role::Page)
            .map(|(i, d)| Subject::Document(i, d))
            .collect(),
        From::Kind(kind) => {
            let mut all = Vec::new();
            let mut files = Vec::new();
            let mut put = |project: Option<usize>, item: &'a Item| {
                files.extend(item.document);
                all.push(Subject::Item(project, item));
            };
            for (i, project) in p.projects.iter().enumerate() {
                let items = project.items.values().flatten();
                items
                    .filter(|item| item.kind.name == kind.name)
                    .for_each(|item| put(Some(i), item));
            }
            let loose = p.loose.iter().filter(|item| item.kind.name == kind.name);
            loose.for_each(|item| put(None, item));
            let rest = documents().filter(|(i, d)| d.kind.name == kind.name && !files.contains(i));
            all.extend(rest.map(|(i, d)| Subject::Document(i, d)));
            all
        }
    }
}

impl<'a> Subject<'a> {
    /// The position of its project.
    pub fn project(self, c: &Context<'_>) -> Option<usize> {
        match self {
            Self::Project(i, _) => Some(i),
            Self::Document(i, _) => c.portfolio.project_index(i),
            Self::Item(i, _) => i,
        }
    }

    fn record(self, c: &Context<'a>) -> Option<&'a Record> {
        match self {
            Self::Project(_, pr) => c.portfolio.documents.get(pr.card).map(|d| &d.fields),
            Self::Document(_, d) => Some(&d.fields),
            Self::Item(_, item) => Some(&item.fields),
        }
    }

    /// The schema of a field, where its kind has it.
    pub fn field(self, c: &Context<'a>, name: &str) -> Option<&'a Field> {
        match self {
            Self::Project(_, pr) => c.portfolio.documents.get(pr.card)?.kind.fields.find(name),
            Self::Document(_, d) => d.kind.fields.find(name),
            Self::Item(_, item) => item.kind.fields.find(name),
        }
    }

    /// What it is called.
    pub fn title(self, c: &Context<'_>) -> String {
        match self {
            Self::Project(_, pr) => pr.title.to_string(),
            Self::Document(_, d) => d.title.to_string(),
            Self::Item(_, item) => {
                let document = item.document.and_then(|i| c.portfolio.documents.get(i));
                document.map_or_else(|| item.title().to_owned(), |d| d.title.to_string())
            }
        }
    }

    /// Its id; a document without one goes by its path.
    pub fn id(self) -> String {
        match self {
            Self::Project(_, pr) => pr.id.to_string(),
            Self::Document(_, d) => d.fields.text("id").unwrap_or(&d.path).to_owned(),
            Self::Item(_, item) => item.id.to_string(),
        }
    }

    /// Where it stands.
    pub fn target(self, c: &Context<'_>) -> Option<Target> {
        match self {
            Self::Project(_, pr) => Some(Target::Project(pr.id.clone())),
            Self::Document(_, d) => Some(Target::Document(d.path.clone())),
            Self::Item(project, item) => {
                let document = item.document.and_then(|i| c.portfolio.documents.get(i));
                if let Some(document) = document {
                    return Some(Target::Document(document.path.clone()));
                }
                let project = c.portfolio.projects.get(project?)?;
                (!item.id.is_empty()).then(|| item_target(project, item))
            }
        }
    }

    /// Whether it still waits for someone.
    pub fn is_open(self, c: &Context<'a>) -> bool {
        match self {
            Self::Project(_, pr) => {
                matches!(pr.state, State::Active | State::OnHold | State::Proposed)
            }
            Self::Document(..) => false,
            Self::Item(_, item) => match self.milestone(c) {
                Some(milestone) => milestone.actual.is_none() && !milestone.cancelled,
                None => {
                    let over = OVER.contains(&item.status()) || item.fields.has("actual");
                    raid::is_open(item) || !over
                }
            },
        }
    }

    fn milestone(self, c: &Context<'a>) -> Option<&'a Milestone> {
        let Self::Item(Some(project), item) = self else { return None };
        let project = c.portfolio.projects.get(project)?;
        let mine = |m: &&Milestone| {
            project.items("milestones").get(m.item).is_some_and(|i| std::ptr::eq(i, item))
        };
        project.milestones.iter().find(mine)
    }
}

/// The value of a field; derived ones are worked out.
pub fn value(c: &Context<'_>, s: Subject<'_>, name: &str) -> Option<Datum> {
    let text = |t: &str| (!t.is_empty()).then(|| Datum::Text(t.into()));
    let number = |n: i64| Datum::number(Ratio::whole(n.into()));
    let project = || s.project(c).and_then(|i| c.portfolio.projects.get(i));
    match (name, s) {
        ("id", _) => text(&s.id()),
        ("title", _) => text(&s.title(c)),
        ("project", _) => text(&project()?.id),
        ("programme", _) => text(project()?.programme.as_deref()?),
        ("phase", Subject::Document(_, d)) if d.fields.has("phase") => own(c, s, name),
        ("phase", _) => text(&project()?.phase()?.id),
        ("tier", _) => text(&c.portfolio.config.tiers.get(project()?.tier)?.id),
        ("health", _) => {
            let measures = c.measures.of(s.project(c)?)?;
            let declared = measures.health.of("overall").and_then(|d| d.declared);
            let declared = declared.filter(|_| measures.freshness.counts());
            Some(Datum::Rag(declared.unwrap_or(Rag::NotReported)))
        }
        ("path", Subject::Document(_, d)) => text(&d.path),
        ("path", Subject::Item(_, item)) => text(&item.path),
        ("path", Subject::Project(_, pr)) => text(&c.portfolio.documents.get(pr.card)?.path),
        ("kind", Subject::Document(_, d)) => text(&d.kind.name),
        ("date", Subject::Document(_, d)) => d.date().map(Datum::Date),
        ("open", Subject::Item(..)) => Some(Datum::Flag(s.is_open(c))),
        ("score", Subject::Item(_, item)) => score(item).map(Datum::number),
        ("forecast", Subject::Item(..)) if s.milestone(c).is_some() => {
            s.milestone(c)?.forecast.map(Datum::Date)
        }
        ("slip", Subject::Item(..)) => s.milestone(c)?.slip().map(number),
        (_, Subject::Project(i, pr)) => of_project(c, i, pr, name).or_else(|| own(c, s, name)),
        _ => own(c, s, name),
    }
}

fn own(c: &Context<'_>, s: Subject<'_>, name: &str) -> Option<Datum> {
    s.record(c)?.get(name).cloned()
}

fn of_project(c: &Context<'_>, i: usize, pr: &Project, name: &str) -> Option<Datum> {
    let measures = c.measures.of(i)?;
    let days = |n: i64| Some(Datum::number(Ratio::whole(n.into())));
    match name {
        "state" => Some(Datum::Text(pr.state.name().into())),
        "computed" => {
            let computed = &measures.health.of("overall")?.computed;
            computed.as_ref().ok().map(|c| Datum::Rag(c.rag))
        }
        "finish_baseline" => pr.finish.baseline.map(Datum::Date),
        "finish_forecast" => pr.finish.current().map(Datum::Date),
        "slip" => days(crate::date::days(pr.finish.baseline?, pr.finish.current()?)),
        "budget" => pr.budget.map(Datum::number),
        "eac" => measures.cost.as_ref().ok().map(|k| Datum::number(k.eac)),
        "report_age" => days(measures.freshness.age.filter(|_| pr.latest().is_some())?),
        _ => None,
    }
}

/// The heading of a field's column.
pub fn heading(name: &str) -> String {
    match name {
        "computed" => "Data says".into(),
        "finish_baseline" => "Finish, baseline".into(),
        "finish_forecast" => "Finish".into(),
        "report_age" => "Report, days old".into(),
        "eac" => "EAC".into(),
        name => crate::text::capital(&name.replace('_', " ")),
    }
}
