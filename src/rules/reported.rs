//! The newest report that still counts, and what rules about it share.

use super::Context;
use crate::date::days;
use crate::document::Document;
use crate::finding::Finding;
use crate::lifecycles::Class;
use crate::portfolio::{Portfolio, Project, Report, State};
use crate::text::Span;

/// A running project whose newest report counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reported<'a> {
    /// Its position in the portfolio.
    pub(super) index: usize,
    /// The project.
    pub(super) project: &'a Project,
    /// The newest report.
    pub(super) report: Report,
    /// The report's document.
    pub(super) document: &'a Document,
}

impl<'a> Reported<'a> {
    /// The published reports, newest first; broken ones are left out.
    pub(super) fn newest_first(&self, p: &'a Portfolio) -> Vec<(Report, &'a Document)> {
        let of = |r: &Report| Some((*r, p.documents.get(r.document).filter(|d| !d.broken)?));
        self.project.reports.iter().rev().filter_map(of).collect()
    }

    /// Whether the project began less than two reporting periods before the
    /// report, so that its history says little.
    pub(super) fn is_young(&self) -> bool {
        let began = self.project.began();
        began.is_some_and(|day| days(day, self.report.date) < self.project.cadence * 2)
    }

    /// Where a value of the report stands, else the report's head.
    pub(super) fn span(&self, field: &str) -> Span {
        self.document.fields.span(field).unwrap_or(self.document.head())
    }
}

/// All running projects with a newest report that is readable and not so old
/// that what it says no longer counts.
pub(super) fn reported<'a>(context: &Context<'a>) -> impl Iterator<Item = Reported<'a>> {
    let (p, measures) = (context.portfolio, context.measures);
    running(p).filter_map(move |(index, project)| {
        measures.of(index).filter(|m| m.freshness.counts())?;
        let report = project.latest()?;
        let document = p.documents.get(report.document).filter(|d| !d.broken)?;
        Some(Reported { index, project, report, document })
    })
}

/// Projects that run, with their positions: on hold, proposed and finished
/// ones are left alone.
pub(super) fn running(p: &Portfolio) -> impl Iterator<Item = (usize, &Project)> {
    p.projects.iter().enumerate().filter(|(_, project)| project.state == State::Active)
}

/// Whether the work of the project is being done.
pub(super) fn executing(project: &Project) -> bool {
    project.phase().is_some_and(|phase| phase.class == Class::Execute)
}

/// A finding where a project's register is named, else at its first item.
pub(super) fn at_register(
    p: &Portfolio,
    project: &Project,
    key: &str,
    rule: &'static str,
    message: String,
) -> Option<Finding> {
    let registers = project.registers.iter().filter_map(|i| p.registers.get(*i));
    for register in registers {
        if let Some((_, span, _)) = register.lists.iter().find(|(k, ..)| **k == *key) {
            let at = register.lines.position(span.start);
            return Some(Finding::new(rule, register.path.clone(), *span, at, message));
        }
    }
    let item = project.items(key).first();
    item.map(|item| item.finding(rule, "id", message))
}
