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

/// The reason a report gives for its colour: of the overall rating, else of
/// the worst dimension that says one.
#[must_use]
pub fn reason(report: &Record) -> Option<&str> {
    let health = report.record("health")?;
    let overall = health.record("overall").and_then(|h| h.text("why"));
    overall.or_else(|| {
        let dimensions = health.slots.iter().filter_map(|slot| {
            let said = slot.datum.record()?;
            Some((said.rag("rag")?.rank()?, said.text("why")?))
        });
        dimensions.min_by_key(|(rank, _)| *rank).map(|(_, why)| why)
    })
}
