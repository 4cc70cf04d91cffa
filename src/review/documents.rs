//! Documents and their sections: what is new, gone, elsewhere, or filled.

use super::Context;
use super::pairs::{Here, Pair};
use crate::data::field::Level;
use crate::document::Document;
use crate::kinds::{Role, Section};
use crate::markdown::SectionFill;
use crate::measures::owed::applies;
use crate::ratio::Ratio;
use crate::table::Missing;
use crate::target::Target;
use serde::Serialize;

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DocumentChange {
    /// `new`, `removed`, `renamed` or `edited`.
    pub how: &'static str,
    /// What it is: the title of its kind, `Register` for a register.
    pub kind: String,
    /// Its path in the head; in the base where it is removed.
    pub path: String,
    /// Its path in the base, where that was another.
    pub was: Option<String>,
    /// Its version, before and after, where that changed.
    pub version: Option<(String, String)>,
    /// How far it has come, before and after, where that changed.
    pub state: Option<(String, String)>,
    /// A removal that somebody should look at: it is a document of the project,
    /// not a page.
    pub alert: bool,
    /// Where it is shown.
    #[serde(skip)]
    pub target: Option<Target>,
}

/// A section that was filled or lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SectionChange {
    /// The file it stands in.
    pub path: String,
    /// Its name.
    pub section: String,
    /// It says something now.
    pub filled: bool,
    /// How it was: `missing`, `empty`, `placeholder`, `filled`.
    pub was: &'static str,
    /// How it is.
    pub now: &'static str,
    /// Where it is shown.
    #[serde(skip)]
    pub target: Option<Target>,
}

/// Files of a project, or of what lies outside projects.
pub(super) fn documents(context: &Context<'_>, pair: &Pair<'_>) -> Vec<DocumentChange> {
    fn of(here: Option<Here<'_>>) -> Vec<&Document> {
        here.map(|h| h.documents().collect()).unwrap_or_default()
    }
    let mut out = files(context, &of(pair.was), &of(pair.now));
    let paths = |h: Option<Here<'_>>| -> Vec<std::sync::Arc<str>> {
        h.map(|h| h.registers().map(|r| r.path.clone()).collect()).unwrap_or_default()
    };
    let (was, now) = (paths(pair.was), paths(pair.now));
    let register = |how, path: &str, was: Option<&str>, target| DocumentChange {
        how,
        kind: "Register".into(),
        path: path.to_owned(),
        was: was.map(str::to_owned),
        version: None,
        state: None,
        alert: how == "removed",
        target,
    };
    for path in &now {
        let target = Some(Target::Register(path.clone()));
        match context.files.was(path) {
            None => out.push(register("new", path, None, target)),
            Some(was) if was != path && !context.moved_along(was, path) => {
                out.push(register("renamed", path, Some(was), target))
            }
            Some(_) => {}
        }
    }
    for path in was.iter().filter(|path| context.files.now(path).is_none()) {
        out.push(register("removed", path, None, None));
    }
    out
}

/// What became of documents; items and reports are told by their own parts,
/// unless they moved.
pub(super) fn files(
    context: &Context<'_>,
    was: &[&Document],
    now: &[&Document],
) -> Vec<DocumentChange> {
    let mut out = Vec::new();
    let own =
        |d: &Document| matches!(d.kind.role, Role::Item | Role::Report | Role::Gate) && d.typed;
    // A draft of a report and the text of a gate record are told by nothing else.
    let told = |d: &Document| match d.kind.role {
        Role::Gate => false,
        Role::Report => d.fields.text("state").is_none_or(|s| s == "published"),
        _ => true,
    };
    // Other line ends are no other text.
    let same = |a: &Document, b: &Document| {
        let text = |side: &super::Side<'_>, d: &Document| {
            (side.read)(&d.path).map(|text| text.replace('\r', ""))
        };
        let (a, b) = (text(context.base, a), text(context.head, b));
        a.is_some() && a == b
    };
    let base = &context.base.checked.portfolio;
    for d in now {
        let target = Some(Target::Document(d.path.clone()));
        let earlier = context.files.was(&d.path);
        let before = earlier.and_then(|path| base.document(path));
        let mut change = DocumentChange {
            how: "edited",
            kind: d.kind.title.to_string(),
            path: d.path.to_string(),
            was: earlier
                .filter(|p| **p != d.path && !context.moved_along(p, &d.path))
                .map(ToString::to_string),
            version: None,
            state: None,
            alert: false,
            target,
        };
        let Some(before) = before else {
            if !own(d) {
                change.how = "new";
                out.push(change);
            }
            continue;
        };
        let differ = |name: &str| {
            let of = |d: &Document| d.fields.text(name).unwrap_or("none").to_owned();
            (of(before) != of(d)).then(|| (of(before), of(d)))
        };
        if change.was.is_some() {
            change.how = "renamed";
        } else if before.digest == d.digest || own(d) && told(before) || same(before, d) {
            continue;
        }
        if d.kind.approvable {
            change.version = differ("version");
            change.state = differ("state");
        }
        out.push(change);
    }
    for d in was.iter().filter(|d| context.files.now(&d.path).is_none() && !own(d)) {
        out.push(DocumentChange {
            how: "removed",
            kind: d.kind.title.to_string(),
            path: d.path.to_string(),
            was: None,
            version: None,
            state: None,
            alert: d.typed && d.kind.role != Role::Page,
            target: None,
        });
    }
    out
}

fn fill(fill: &SectionFill) -> &'static str {
    match fill {
        SectionFill::Filled => "filled",
        SectionFill::Placeholder(..) => "placeholder",
        SectionFill::Empty => "empty",
        SectionFill::Missing => "missing",
        SectionFill::NotApplicable(_) => "not applicable",
    }
}

fn says(word: &str) -> bool {
    matches!(word, "filled" | "not applicable")
}

/// Sections filled or lost: of each document against itself, of the newest
/// report against the one before.
pub(super) fn sections(context: &Context<'_>, pair: &Pair<'_>) -> Vec<SectionChange> {
    let (Some(was), Some(now)) = (pair.was, pair.now) else { return Vec::new() };
    let mut out = Vec::new();
    let newest = now.report();
    for d in now.documents().filter(|d| d.typed && !d.broken) {
        let is_newest = newest.is_some_and(|n| n.path == d.path);
        let itself = context.files.was(&d.path).and_then(|path| was.p.document(path));
        let before = itself.or_else(|| was.report().filter(|_| is_newest));
        let Some(before) = before.filter(|b| b.kind.name == d.kind.name && b.digest != d.digest)
        else {
            continue;
        };
        for (i, section) in d.kind.sections.iter().enumerate() {
            let of = |d: &Document| d.sections.get(i).map_or("missing", |s| fill(&s.fill));
            let (a, b) = (of(before), of(d));
            if says(a) == says(b) {
                continue;
            }
            // What is not owed may come and go; what front matter says counts.
            if !owed(now, d, section) {
                continue;
            }
            let at = d.sections.get(i).and_then(|s| s.headings.first().copied());
            let heading = at.and_then(|i| d.outline.headings.get(i));
            out.push(SectionChange {
                path: d.path.to_string(),
                section: section.name.to_string(),
                filled: says(b),
                was: a,
                now: b,
                target: Some(match heading {
                    Some(h) => Target::Heading(d.path.clone(), h.id.as_ref().into()),
                    None => Target::Document(d.path.clone()),
                }),
            });
        }
    }
    out
}

/// Whether a document owes a section and its front matter does not stand for it.
fn owed(here: Here<'_>, document: &Document, section: &Section) -> bool {
    matches!(section.levels.at(here.project.tier), Level::Required | Level::Expected)
        && applies(here.p, here.project, document, section)
}

/// How alike the newest report is to the one before it: percent of three words
/// in a row that both hold.
///
/// # Errors
/// Says why there is nothing to compare.
pub(super) fn alike(pair: &Pair<'_>) -> Result<Ratio, Missing> {
    let now = pair.now.ok_or(Missing::NotReported)?;
    let newest = now.report().ok_or(Missing::NotReported)?;
    let before = pair.was.and_then(Here::report).filter(|b| b.date() != newest.date());
    let before = before.or_else(|| {
        let reports = &now.project.reports;
        now.p.documents.get(reports.iter().rev().nth(1)?.document)
    });
    let before = before.ok_or(Missing::NotYet)?;
    let (a, b) = before.sketch.as_ref().zip(newest.sketch.as_ref()).ok_or(Missing::NotReported)?;
    let (common, all) = a.shared(b);
    let whole = |n: usize| i128::try_from(n).ok();
    let share = whole(common).zip(whole(all)).and_then(|(c, a)| Ratio::new(c.checked_mul(100)?, a));
    share.ok_or(Missing::NotReported)
}
