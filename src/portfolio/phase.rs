//! The phase a document is in by itself: a proposal's `status`, where its kind
//! says which field holds it, or the `phase` of a document outside a project.

use super::Portfolio;
use crate::lifecycles::{Lifecycle, Phase};
use crate::text::Span;
use std::sync::Arc;

/// What a document says of its own phase.
#[derive(Debug, Clone, Copy)]
pub struct Stated<'a> {
    /// The lifecycle the phase belongs to.
    pub lifecycle: &'a Arc<Lifecycle>,
    /// Its position there; `None` when the lifecycle has no such phase.
    pub phase: Option<usize>,
    /// The word as read.
    pub text: &'a str,
    /// Where the word stands.
    pub span: Span,
}

impl<'a> Stated<'a> {
    /// The phase itself.
    #[must_use]
    pub fn phase(&self) -> Option<&'a Phase> {
        self.lifecycle.phases.get(self.phase?)
    }
}

impl Portfolio {
    /// The phase that a document states for itself; `None` for one that lives
    /// in the phase of its project, and for one that states none.
    #[must_use]
    pub fn stated_phase(&self, document: usize) -> Option<Stated<'_>> {
        let found = self.documents.get(document).filter(|d| d.typed)?;
        let slot = match &found.kind.phase_field {
            Some(path) => found.fields.slot_at(path)?,
            None if self.project_index(document).is_none() => found.fields.slot("phase")?,
            None => return None,
        };
        let text = slot.datum.text()?;
        let lifecycle = found
            .fields
            .text("lifecycle")
            .and_then(|name| self.lifecycles.find(name))
            .or(self.lifecycles.default())?;
        Some(Stated { lifecycle, phase: lifecycle.phase(text), text, span: slot.span })
    }

    /// The phase of what lies at a path: the document's own, else its project's.
    #[must_use]
    pub fn phase_at(&self, path: &str) -> Option<&Phase> {
        let own = self.index_of(path).and_then(|i| self.stated_phase(i)).and_then(|s| s.phase());
        own.or_else(|| self.project_at(path)?.phase())
    }
}
