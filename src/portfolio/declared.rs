//! What a report declares of a project's health.

use crate::data::record::Record;
use crate::table::Rag;
use crate::text::Span;

/// A dimension of a report's health as declared.
#[derive(Debug, Clone, Copy)]
pub struct Declared<'a> {
    /// The colour.
    pub rag: Rag,
    /// Everything said with it.
    pub said: &'a Record,
    /// Where the colour stands.
    pub span: Span,
}

/// What a report declares for a dimension (`overall`, `schedule` …).
#[must_use]
pub fn declared<'a>(report: &'a Record, dimension: &str) -> Option<Declared<'a>> {
    let slot = report.record("health")?.slot(dimension)?;
    let said = slot.datum.record()?;
    Some(Declared { rag: said.rag("rag")?, said, span: said.span("rag").unwrap_or(slot.span) })
}
