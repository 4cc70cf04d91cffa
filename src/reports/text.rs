//! Findings as the Rust compiler shows them: the line, carets under the exact
//! value, what to do.

use super::{Report, help, number, short};
use crate::finding::{Finding, Related, Severity};
use crate::text::{LineIndex, Position, Span, visible};
use annotate_snippets::{Annotation, AnnotationKind, Level, Renderer, Snippet};
use std::io::{self, Write};
use std::sync::Arc;

/// The most findings shown.
const MOST: usize = 1_000;
/// Files kept in memory for the findings that follow.
const FILES: usize = 8;
/// A line longer than this (bytes) is not shown.
const LONG: usize = 10_000;
/// Places of one file that are this many lines apart are shown together.
const NEAR: u32 = 10;

/// Write every finding (the worst ones if there are very many) and the summary.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let renderer = if report.colour { Renderer::styled() } else { Renderer::plain() };
    let mut files = Files { report, known: Vec::new() };
    let all = report.shown().count();
    let mut room = MOST;
    // How many of each severity fit, worst first.
    let mut fits = |severity| {
        let n = report.shown().filter(|f| f.severity == severity).count().min(room);
        room -= n;
        n
    };
    let mut left = [Severity::Deny, Severity::Warn, Severity::Note].map(|s| (s, fits(s)));
    for finding in report.shown() {
        let Some((_, left)) = left.iter_mut().find(|(s, left)| *s == finding.severity && *left > 0)
        else {
            continue;
        };
        *left -= 1;
        match pictured(report, &mut files, finding, &renderer) {
            Some(picture) => writeln!(out, "{picture}\n")?,
            None => writeln!(out, "{}\n", short::line(report, finding))?,
        }
    }
    if all > MOST {
        writeln!(out, "{} not shown; `--format short` lists all", number(all - MOST, "finding"))?;
    }
    report.end(out)
}

/// The finding with the lines it speaks of; `None` if its text is not at hand.
fn pictured(
    report: &Report<'_>,
    files: &mut Files<'_>,
    finding: &Finding,
    renderer: &Renderer,
) -> Option<String> {
    let file = files.get(&finding.path, finding.at, finding.span)?;
    let level = match finding.severity {
        Severity::Deny => Level::ERROR,
        Severity::Warn => Level::WARNING,
        Severity::Note | Severity::Allow => Level::NOTE,
    };
    let near = |related: &&Related| {
        related.path == finding.path
            && related.at.line.abs_diff(finding.at.line) <= NEAR
            && file.index.position(related.span.start) == related.at
    };
    let mut view = View::new(&file.text, finding.span);
    let close: Vec<&Related> = finding.related.iter().filter(near).collect();
    for related in &close {
        view.reach(related.span);
    }
    let picture = view.draw()?;
    let mut annotations = vec![picture.annotation(AnnotationKind::Primary, finding.span)];
    for related in &close {
        let annotation = picture.annotation(AnnotationKind::Context, related.span);
        annotations.push(annotation.label(visible(&related.label)));
    }
    let first = close.iter().map(|r| r.at.line).chain([finding.at.line]).min().unwrap_or(1);
    let mut group = level.primary_title(visible(&finding.message)).id(finding.rule).element(
        Snippet::source(picture.text)
            .path(report.path(&finding.path))
            .line_start(first as usize)
            .annotations(annotations),
    );
    let mut notes = Vec::new();
    for related in finding.related.iter().filter(|r| !near(r)) {
        let file = files.get(&related.path, related.at, related.span);
        let picture = file.and_then(|file| View::new(&file.text, related.span).draw());
        let path = report.path(&related.path);
        let label = visible(&related.label);
        match picture {
            Some(picture) => {
                let annotation = picture.annotation(AnnotationKind::Context, related.span);
                group = group.element(
                    Snippet::source(picture.text)
                        .path(path)
                        .line_start(related.at.line as usize)
                        .annotation(annotation.label(label)),
                );
            }
            None => notes.push(format!("{label}: {path}:{}", related.at)),
        }
    }
    group = group.elements(notes.into_iter().map(|note| Level::NOTE.message(note)));
    group = group.elements(help(finding).map(|help| Level::HELP.message(help)));
    Some(renderer.render(&[group]))
}

/// A text and where its lines begin.
struct File {
    text: String,
    index: LineIndex,
}

/// The files read last.
struct Files<'a> {
    report: &'a Report<'a>,
    known: Vec<(Arc<str>, Option<Arc<File>>)>,
}

impl Files<'_> {
    /// The file, if it is at hand and still has the span at this position.
    fn get(&mut self, path: &Arc<str>, at: Position, span: Span) -> Option<Arc<File>> {
        let known = self.known.iter().find(|(known, _)| known == path);
        let file = if let Some((_, file)) = known {
            file.clone()
        } else {
            let text = (self.report.read)(path);
            let file = text.map(|text| Arc::new(File { index: LineIndex::new(&text), text }));
            if self.known.len() == FILES {
                self.known.remove(0);
            }
            self.known.push((path.clone(), file.clone()));
            file
        };
        let fits = |file: &Arc<File>| {
            span.start as usize <= file.text.len() && file.index.position(span.start) == at
        };
        file.filter(fits)
    }
}

/// Which lines of a text are to be shown.
struct View<'t> {
    whole: &'t str,
    start: usize,
    end: usize,
}

impl<'t> View<'t> {
    /// The line on which `span` begins.
    fn new(whole: &'t str, span: Span) -> Self {
        let mut view = View { whole, start: usize::MAX, end: 0 };
        view.reach(span);
        view
    }

    /// Take in the line on which `span` begins too.
    fn reach(&mut self, span: Span) {
        let mut at = (span.start as usize).min(self.whole.len());
        while !self.whole.is_char_boundary(at) {
            at -= 1;
        }
        // The two bytes of one line end stay together.
        if self.whole.get(..at).is_some_and(|before| before.ends_with('\r'))
            && self.whole.get(at..).is_some_and(|after| after.starts_with('\n'))
        {
            at -= 1;
        }
        let (before, after) = self.whole.split_at(at);
        let start = before.rfind(['\n', '\r']).map_or(0, |n| n + 1);
        let end = after.find(['\n', '\r']).map_or(self.whole.len(), |n| at + n);
        self.start = self.start.min(start);
        self.end = self.end.max(end);
    }

    /// Make the lines fit for a terminal, a visible character for each hidden
    /// one so that columns stay; `None` if they are too long.
    fn draw(&self) -> Option<Picture> {
        let lines = self.whole.get(self.start..self.end).filter(|lines| lines.len() <= LONG)?;
        let mut picture = Picture { text: String::with_capacity(lines.len()), offsets: Vec::new() };
        let mut chars = lines.char_indices().peekable();
        let mut buffer = [0; 4];
        while let Some((at, c)) = chars.next() {
            let at = self.start + at;
            if at == 0 && c == '\u{feff}' {
                continue;
            }
            picture.offsets.push((at, picture.text.len()));
            match c {
                '\r' if chars.peek().is_some_and(|(_, next)| *next == '\n') => {}
                '\r' | '\n' => picture.text.push('\n'),
                '\t' => picture.text.push(c),
                _ if visible(c.encode_utf8(&mut buffer)).len() != c.len_utf8() => {
                    picture.text.push('\u{fffd}');
                }
                _ => picture.text.push(c),
            }
        }
        picture.offsets.push((self.end, picture.text.len()));
        // An empty last line counts as a line too.
        if picture.text.ends_with('\n') {
            picture.text.push(' ');
        }
        Some(picture)
    }
}

/// Lines fit for a terminal.
struct Picture {
    /// The lines, character for character, parted by LF.
    text: String,
    /// Offset of each character in the file, and in `text`.
    offsets: Vec<(usize, usize)>,
}

impl Picture {
    /// An annotation under the part of `span` on its first line.
    fn annotation(&self, kind: AnnotationKind, span: Span) -> Annotation<'static> {
        let place = |offset: u32| {
            let n = self.offsets.partition_point(|(file, _)| *file <= offset as usize);
            self.offsets.get(n.saturating_sub(1)).map_or(0, |(_, text)| *text)
        };
        let (start, end) = (place(span.start), place(span.end.max(span.start)));
        let part = self.text.get(start..end).unwrap_or("");
        let part = part.split('\n').next().unwrap_or("").trim_end();
        kind.span(start..start + part.len())
    }
}
