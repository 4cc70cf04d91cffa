//! What the rules about approvals share: whose entries count, and words for
//! roles and people.

use super::due::{Due, due, need};
use crate::data::field::Level;
use crate::finding::Finding;
use crate::kinds::Role;
use crate::lifecycles::{Class, Wanted};
use crate::portfolio::approvals::{
    Approval, Decision, Seat, Subject, Validity, apart, by_manager, of, seats, subjects,
};
use crate::portfolio::{Portfolio, Project, State};

/// A document or register with its approvals.
pub(super) struct Signed<'a> {
    /// The project.
    pub(super) project: &'a Project,
    /// What is approved.
    pub(super) subject: Subject<'a>,
    /// The entries.
    pub(super) entries: Vec<Approval<'a>>,
    /// Whose approval its kind wants.
    pub(super) seats: Vec<Seat>,
}

/// What carries approvals or should, in running projects and without drafts.
pub(super) fn running(p: &Portfolio) -> impl Iterator<Item = Signed<'_>> {
    let active = p.projects.iter().filter(|pr| pr.state == State::Active);
    active.flat_map(move |project| signed(p, project)).filter(|s| !s.subject.is_draft())
}

/// What carries approvals or should, of one project.
pub(super) fn signed<'a>(
    p: &'a Portfolio,
    project: &'a Project,
) -> impl Iterator<Item = Signed<'a>> {
    subjects(p, project).map(move |subject| Signed {
        project,
        subject,
        entries: of(p, project, subject),
        seats: match subject {
            Subject::Document(document) => seats(p, project, &document.kind),
            Subject::Register(register) => {
                let kinds =
                    register.lists.iter().filter_map(|(key, _, _)| p.kinds.of_register(key));
                kinds.flat_map(|kind| seats(p, project, kind)).collect()
            }
        },
    })
}

impl<'a> Signed<'a> {
    /// The entries that approve the present version.
    pub(super) fn valid(&self, p: &Portfolio) -> impl Iterator<Item = &Approval<'a>> {
        let as_of = p.as_of;
        self.entries.iter().filter(move |e| e.validity(self.subject, as_of) == Validity::Valid)
    }

    /// The entry of the project manager, where nobody else approved and nobody
    /// else is asked.
    pub(super) fn sole(&self, p: &Portfolio) -> Option<&Approval<'a>> {
        let formal = !self.seats.is_empty()
            || matches!(self.subject, Subject::Document(d) if d.kind.role == Role::Gate);
        let asked = self
            .entries
            .iter()
            .any(|e| e.decision == Decision::Pending && !by_manager(p, self.project, e));
        if !formal || asked || !self.valid(p).all(|e| by_manager(p, self.project, e)) {
            return None;
        }
        self.valid(p).next()
    }

    /// Since when the approvals are due, and the class of phases that asks.
    pub(super) fn due(&self, p: &Portfolio) -> Option<(Due, Class)> {
        let wanted = |class: Class| match self.subject {
            Subject::Document(document) => {
                need(p, self.project, &document.kind.name, class).is_some_and(|n| n.approved)
            }
            Subject::Register(register) => p.requirements(self.project).iter().any(|row| {
                let Wanted::Registers(keys) = &row.wanted else { return false };
                let need = row.need(class, self.project.tier);
                need.approved
                    && need.level == Level::Required
                    && register.lists.iter().any(|(key, _, _)| keys.contains(key))
            }),
        };
        let classes = Class::ALL.into_iter().filter(|c| wanted(*c));
        classes.filter_map(|c| Some((due(self.project, c)?, c))).max_by_key(|(due, _)| *due)
    }

    /// The finding, as grave as the project is: the lesser case where the
    /// project is neither in the tier with most control nor regulated.
    pub(super) fn weigh(&self, p: &Portfolio, finding: Finding) -> Finding {
        if apart(p, self.project) { finding } else { finding.small() }
    }
}

/// `the sponsor`, `the PMO director`.
pub(super) fn the(p: &Portfolio, role: &str) -> String {
    let Some(post) = p.kinds.roles.find(role) else {
        return format!("the {}", role.replace('-', " "));
    };
    let mut chars = post.title.chars();
    let (first, second) = (chars.next(), chars.next());
    match (first, second) {
        (Some(a), Some(b)) if !b.is_uppercase() => {
            let rest: String = post.title.chars().skip(1).collect();
            format!("the {}{rest}", a.to_lowercase())
        }
        _ => format!("the {}", post.title),
    }
}

/// Who an entry speaks for: its role, else the person, else nobody named.
pub(super) fn speaker(p: &Portfolio, entry: &Approval<'_>) -> String {
    match (&entry.role, entry.name) {
        (Some(role), _) => the(p, role),
        (None, Some(name)) => p.person(name).to_owned(),
        (None, None) => "somebody".to_owned(),
    }
}

/// A person as messages name one.
pub(super) fn person(p: &Portfolio, written: Option<&str>) -> String {
    written.map_or_else(|| "somebody".to_owned(), |name| p.person(name).to_owned())
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn list(parts: &[String], word: &str) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} {word} {last}", rest.join(", ")),
    }
}

/// The seat in words: any of its roles.
pub(super) fn seat(p: &Portfolio, seat: &Seat) -> String {
    let roles: Vec<String> = seat.roles.iter().map(|role| the(p, role)).collect();
    list(&roles, "or")
}

/// `, which planning required`, `, which planning requires`.
pub(super) fn since(project: &Project, when: Due, class: Class) -> String {
    let phases = project.lifecycle.as_ref().map(|l| l.phases.as_slice()).unwrap_or_default();
    let now = project.phase().filter(|ph| ph.class == class);
    let title = now.or_else(|| phases.iter().find(|ph| ph.class == class));
    let title = title.map_or_else(String::new, |ph| ph.title.to_lowercase());
    match when {
        Due::Passed => format!(", which {title} required"),
        Due::Now => format!(", which {title} requires"),
    }
}
