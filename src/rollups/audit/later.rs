//! Who changed an approved document after its approval: each commit with its
//! day and author. Only where the book lies in a repository.

use crate::date::Date;
use crate::portfolio::Project;
use crate::portfolio::approvals::{Approval, Decision, Subject, of, subjects};
use crate::portfolio::history::{Change, Signature, address};
use crate::rollups::Context;
use crate::rollups::words::{capital, project};
use crate::table::{Cell, Column, Group, Mark, Row, Set};
use crate::target::Target;

/// A commit after an approval, or a change that is not committed.
struct Later<'a> {
    project: &'a Project,
    subject: Subject<'a>,
    approved: Date,
    change: Option<&'a Change>,
}

/// The table; `None` where no repository tells.
pub(super) fn group(c: &Context<'_>) -> Option<Group> {
    let p = c.portfolio;
    if !p.history.known {
        return None;
    }
    let mut all: Vec<Later<'_>> = Vec::new();
    for project in &p.projects {
        for subject in subjects(p, project) {
            all.extend(of_subject(c, project, subject));
        }
    }
    all.sort_by_key(|l| {
        let on = l.change.map(|change| change.on);
        (on.is_some(), std::cmp::Reverse(on), l.subject.path().clone())
    });
    let mut note = "A change after the newest approval of a document or register, as the \
                    repository tells. An approval covers the text of the commit that recorded \
                    it, whatever day it names; a commit that changes nothing but approvals \
                    does not count."
        .to_owned();
    if p.history.shallow {
        note.push_str(" Older history is not here, so changes may be missing.");
    }
    Some(Group {
        key: "changed-after-approval".into(),
        title: "Changed after approval".into(),
        note,
        caption: "Commits that changed an approved document after its approval".into(),
        empty: "No approved document was changed after its approval.".into(),
        columns: vec![
            Column::new("project", "Project", Set::Filter),
            Column::new("document", "Document", Set::Wide),
            Column::new("version", "Version", Set::Short),
            Column::new("approved", "Approved", Set::Short),
            Column::new("changed", "Changed", Set::Short),
            Column::new("author", "By", Set::Text),
            Column::new("commit", "Commit", Set::Short),
            Column::new("summary", "What the commit says", Set::Wide),
        ],
        rows: all.iter().map(|later| row(c, later)).collect(),
    })
}

fn of_subject<'a>(c: &Context<'a>, project: &'a Project, subject: Subject<'a>) -> Vec<Later<'a>> {
    let p = c.portfolio;
    let entries = of(p, project, subject);
    let approvals = entries.iter().filter(|e| e.decision == Decision::Approved);
    let Some(approved) = approvals.filter_map(|e| e.date).filter(|d| *d <= p.as_of).max() else {
        return Vec::new();
    };
    // All of that day: the text is that of the first that was recorded.
    let signed: Vec<Signature> = entries
        .iter()
        .filter(|e| e.decision == Decision::Approved && e.date == Some(approved))
        .map(Approval::signature)
        .collect();
    let known = |on: Date| !p.config.rewind || on <= p.as_of;
    let versions = p.history.after(subject.path(), &signed).into_iter();
    versions
        .map(|version| Later { project, subject, approved, change: version.change.as_ref() })
        .filter(|later| later.change.is_none_or(|change| known(change.on)))
        .collect()
}

fn row(c: &Context<'_>, later: &Later<'_>) -> Row {
    let (subject, repository) = (later.subject, &c.portfolio.config.html.git_repository_url);
    let target = match subject {
        Subject::Document(d) => Target::Document(d.path.clone()),
        Subject::Register(r) => Target::Register(r.path.clone()),
    };
    let text = |text: &str| if text.is_empty() { Cell::Empty } else { Cell::Text(text.into()) };
    let commit = |change: &Change| {
        let page = repository.as_deref().and_then(|url| address(url, &change.commit));
        match page {
            Some(page) => Cell::Link(change.short().into(), Target::Url(page.into())),
            None => Cell::Text(change.short().into()),
        }
    };
    let (on, author, id, summary) = match later.change {
        Some(change) => {
            (Cell::Date(change.on), text(&change.author), commit(change), text(&change.summary))
        }
        None => {
            let open = Cell::State(Mark::Partial, "not committed".into());
            (open, Cell::Empty, Cell::Empty, Cell::Empty)
        }
    };
    Row {
        anchor: None,
        cells: vec![
            project(later.project),
            Cell::Link(capital(&subject.title()), target),
            text(subject.version().unwrap_or_default()),
            Cell::Date(later.approved),
            on,
            author,
            id,
            summary,
        ],
        muted: false,
    }
}
