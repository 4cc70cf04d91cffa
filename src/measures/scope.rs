//! Scope against what was approved: the baseline's size with every approved
//! change, beside the size the newest report gives.

use crate::document::{Document, Item};
use crate::portfolio::{Portfolio, Project};
use crate::ratio::Ratio;

/// The approved size of the scope and the size reported, in one unit.
#[derive(Debug, Clone)]
pub struct Scope<'a> {
    /// The report that gives the size.
    pub report: &'a Document,
    /// Field of its `scope` that was read: `committed`, else `current`.
    pub field: &'static str,
    /// What is counted, such as `requirements`.
    pub unit: &'a str,
    /// Size of the approved baseline.
    pub baseline: Ratio,
    /// What approved changes added, less what they removed.
    pub approved: Ratio,
    /// Size as reported.
    pub current: Ratio,
    /// Approved changes of the scope that do not say how much.
    pub unsized_changes: Vec<&'a str>,
}

impl Scope<'_> {
    /// The size that was approved: baseline and changes.
    #[must_use]
    pub fn expected(&self) -> Option<Ratio> {
        self.baseline.add(self.approved)
    }

    /// By how much the reported size is above the approved one; `None` when it
    /// is not.
    #[must_use]
    pub fn above(&self) -> Option<Ratio> {
        self.current.sub(self.expected()?).filter(|over| !over.is_negative() && !over.is_zero())
    }
}

impl Scope<'_> {
    /// So much in the unit: `6 requirements`, `1 requirement`.
    #[must_use]
    pub fn counted(&self, n: Ratio) -> String {
        let one = || match self.unit.strip_suffix("ies") {
            Some(stem) => Some(format!("{stem}y")),
            None if self.unit.ends_with("ss") => None,
            None => self.unit.strip_suffix('s').map(str::to_owned),
        };
        let one = Some(n).filter(|n| *n == Ratio::whole(1)).and_then(|_| one());
        format!("{n} {}", one.as_deref().unwrap_or(self.unit))
    }
}

/// Compare the newest reported size with the approved one. `None` when there
/// is no baseline, no report gives a size, or they count different things.
#[must_use]
pub fn measure<'a>(p: &'a Portfolio, project: &'a Project) -> Option<Scope<'a>> {
    let plan = project
        .documents
        .iter()
        .filter_map(|i| p.documents.get(*i))
        .find(|d| d.fields.record("scope_baseline").is_some())?;
    let agreed = plan.fields.record("scope_baseline")?;
    let baseline = agreed.number("size")?;
    let unit = agreed.text("unit");
    let (report, given) = project.reports.iter().rev().find_map(|r| {
        let report = p.documents.get(r.document)?;
        let given = report.fields.record("scope")?;
        (given.number("current").is_some() || given.number("committed").is_some())
            .then_some((report, given))
    })?;
    if given.text("unit").is_some() && unit.is_some() && given.text("unit") != unit {
        return None;
    }
    let field = if given.number("committed").is_some() { "committed" } else { "current" };
    let since = agreed.date("date").or(plan.fields.date("baseline_date"));
    let later = |change: &&Item| {
        let decided = change.fields.record("decision").and_then(|d| d.date("date"));
        decided.zip(since).is_none_or(|(decided, since)| decided >= since)
    };
    let mut approved = Ratio::ZERO;
    let mut unsized_changes = Vec::new();
    for change in project.items("changes").iter().filter(approved_change).filter(later) {
        let scope = change.fields.record("impact").and_then(|i| i.record("scope"));
        let part = |name: &str| scope.and_then(|s| s.number(name));
        let sized = [part("added"), part("changed"), part("removed")].iter().any(Option::is_some);
        let same = scope.and_then(|s| s.text("unit")).is_none_or(|u| Some(u) == unit);
        if sized && same {
            let net = part("added")
                .unwrap_or(Ratio::ZERO)
                .abs()
                .sub(part("removed").unwrap_or(Ratio::ZERO).abs())?;
            approved = approved.add(net)?;
        } else if sized || touches_scope(change) {
            unsized_changes.push(&*change.id);
        }
    }
    Some(Scope {
        report,
        field,
        unit: unit.or(given.text("unit")).unwrap_or("units"),
        baseline,
        approved,
        current: given.number(field)?,
        unsized_changes,
    })
}

fn approved_change(change: &&Item) -> bool {
    matches!(change.status(), "approved" | "implemented")
}

/// Whether a change says that it touches the scope.
fn touches_scope(change: &Item) -> bool {
    let scope = change.fields.record("impact").is_some_and(|i| i.has("scope"));
    scope || change.fields.texts("types").any(|(word, _)| word == "scope")
}
