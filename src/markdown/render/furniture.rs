//! What stands around an author's words: notes of findings, callouts, the list
//! of footnotes.

use super::super::escape;
use super::writer::Writer;
use super::{MAX_OUTPUT, Note};
use crate::finding::Severity;
use pulldown_cmark::BlockQuoteKind;

impl Writer<'_> {
    /// Print the notes that concern what ends before `end`.
    pub(super) fn notes_before(&mut self, end: usize) {
        while self.notes.last().is_some_and(|note| (note.offset as usize) < end) {
            if let Some(note) = self.notes.pop() {
                self.note(note);
            }
        }
    }

    fn note(&mut self, note: &Note) {
        let (class, label) = match note.severity {
            Severity::Deny => ("note deny", "Error"),
            Severity::Warn => ("note warn", "Warning"),
            Severity::Note | Severity::Allow => ("note", "Note"),
        };
        let out = &mut self.out;
        out.push_str(&format!(
            "<aside class=\"{class}\" role=\"note\"><p class=\"what\"><b>{label}</b> "
        ));
        escape::message(out, &note.message);
        out.push_str("</p>");
        if let Some(help) = &note.help {
            out.push_str("<p class=\"help\">");
            escape::message(out, help);
            out.push_str("</p>");
        }
        out.push_str("<p class=\"where\">");
        if let Some(href) = &note.href {
            out.push_str("<a href=\"");
            escape::attribute(out, href);
            out.push_str("\">");
            escape::text(out, &note.rule);
            out.push_str("</a>");
        } else {
            escape::text(out, &note.rule);
        }
        out.push_str("</p></aside>\n");
    }

    pub(super) fn write_footnotes(&mut self) {
        let footnotes = std::mem::take(&mut self.footnotes);
        if footnotes.is_empty() {
            return;
        }
        self.out.push_str("<section class=\"footnotes\" aria-label=\"Footnotes\"><ol>\n");
        for (i, footnote) in footnotes.iter().enumerate() {
            if self.out.len() > MAX_OUTPUT {
                self.over_limit(self.text.len());
                break;
            }
            let number = i + 1;
            self.out.push_str(&format!("<li id=\"fn_{number}\">"));
            self.out.push_str(&footnote.html);
            for again in 1..=footnote.references.min(20) {
                let id = if again == 1 { format!("{number}") } else { format!("{number}_{again}") };
                self.out.push_str(&format!(
                    " <a class=\"footnote-back\" href=\"#fnref_{id}\" aria-label=\"Back to the text of footnote {number}\">↩</a>"
                ));
            }
            self.out.push_str("</li>\n");
        }
        self.out.push_str("</ol></section>\n");
    }
}

/// The start of a callout.
pub(super) fn callout(kind: BlockQuoteKind) -> &'static str {
    match kind {
        BlockQuoteKind::Note => {
            "<div class=\"callout note-box\"><p class=\"callout-title\">Note</p>\n"
        }
        BlockQuoteKind::Tip => "<div class=\"callout tip\"><p class=\"callout-title\">Tip</p>\n",
        BlockQuoteKind::Important => {
            "<div class=\"callout important\"><p class=\"callout-title\">Important</p>\n"
        }
        BlockQuoteKind::Warning => {
            "<div class=\"callout warning\"><p class=\"callout-title\">Warning</p>\n"
        }
        BlockQuoteKind::Caution => {
            "<div class=\"callout caution\"><p class=\"callout-title\">Caution</p>\n"
        }
    }
}
