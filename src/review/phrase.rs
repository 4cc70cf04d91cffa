//! Words that every format shows the same: pieces with a meaning, not with a
//! look. What comes from content is made harmless by the format that shows it.

use crate::table::Rag;
use crate::target::Target;
use serde::{Serialize, Serializer};
use std::sync::Arc;

/// How a piece is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// Words.
    #[default]
    Plain,
    /// Words that matter most.
    Strong,
    /// A name of ours, such as a rule or an option; never content.
    Code,
    /// A message whose literals stand in backticks.
    Prose,
    /// A rating: the piece says it in words.
    Rag(Rag),
}

/// Some words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bit {
    /// The words; spaces between pieces are their own.
    pub text: String,
    /// How they are meant.
    pub style: Style,
    /// Where they lead in what is reviewed.
    pub target: Option<Target>,
}

/// A line of words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Phrase(pub Vec<Bit>);

impl Phrase {
    /// Plain words.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self::default().plain(text)
    }

    /// The same with more plain words.
    #[must_use]
    pub fn plain(self, text: impl Into<String>) -> Self {
        self.with(text, Style::Plain, None)
    }

    /// The same with words that matter most.
    #[must_use]
    pub fn strong(self, text: impl Into<String>) -> Self {
        self.with(text, Style::Strong, None)
    }

    /// The same with a name of ours.
    #[must_use]
    pub fn code(self, text: impl Into<String>) -> Self {
        self.with(text, Style::Code, None)
    }

    /// The same with a message whose literals stand in backticks.
    #[must_use]
    pub fn prose(self, text: impl Into<String>) -> Self {
        self.with(text, Style::Prose, None)
    }

    /// The same with words that lead somewhere, where that is known.
    #[must_use]
    pub fn link(self, text: impl Into<String>, target: Option<Target>) -> Self {
        self.with(text, Style::Plain, target)
    }

    /// The same with a rating: its shape and its word.
    #[must_use]
    pub fn rag(self, rag: Rag) -> Self {
        let words = format!("{} {}", rag.mark(), rag.label().to_lowercase());
        self.with(words, Style::Rag(rag), None)
    }

    /// The same with another phrase after it.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    fn with(mut self, text: impl Into<String>, style: Style, target: Option<Target>) -> Self {
        let text = text.into();
        if !text.is_empty() {
            self.0.push(Bit { text, style, target });
        }
        self
    }

    /// The file that the first of its links leads to.
    #[must_use]
    pub fn file(&self) -> Option<&Arc<str>> {
        self.0.iter().find_map(|bit| match bit.target.as_ref()? {
            Target::Document(path) | Target::Register(path) => Some(path),
            _ => None,
        })
    }

    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The bare words.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.iter().map(|bit| bit.text.as_str()).collect()
    }

    /// Phrases that say something, one after the other with something between
    /// them.
    #[must_use]
    pub fn joined(phrases: impl IntoIterator<Item = Self>, between: &str) -> Self {
        let mut all = Self::default();
        for phrase in phrases.into_iter().filter(|p| !p.is_empty()) {
            if !all.is_empty() {
                all = all.plain(between);
            }
            all = all.and(phrase);
        }
        all
    }
}

impl Serialize for Phrase {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}
