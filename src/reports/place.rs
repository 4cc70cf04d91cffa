//! Where a finding begins and ends, in characters and in bytes, as far as its
//! file is at hand.

use super::Report;
use crate::text::{LineIndex, Position, Span};
use std::sync::Arc;

/// A range of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Region {
    /// Where it begins.
    pub(super) start: Position,
    /// Behind its last character.
    pub(super) end: Position,
    /// Columns of both in bytes, from 1; a byte-order mark counts.
    pub(super) bytes: (u32, u32),
}

/// Line indexes of the files looked at last.
pub(super) struct Places<'a> {
    report: &'a Report<'a>,
    last: Option<(Arc<str>, Option<LineIndex>)>,
}

impl<'a> Places<'a> {
    pub(super) fn new(report: &'a Report<'a>) -> Self {
        Self { report, last: None }
    }

    /// The range of a span that began at `at` when it was found; `None` when
    /// its file is gone or has changed.
    pub(super) fn region(&mut self, path: &Arc<str>, span: Span, at: Position) -> Option<Region> {
        if self.last.as_ref().is_none_or(|(last, _)| last != path) {
            let index = (self.report.read)(path).map(|text| LineIndex::new(&text));
            self.last = Some((path.clone(), index));
        }
        let (_, index) = self.last.as_ref()?;
        let index = index.as_ref()?;
        let start = index.position(span.start);
        let bytes = (index.byte_column(span.start), index.byte_column(span.end));
        (start == at).then(|| Region { start, end: index.position(span.end), bytes })
    }
}
