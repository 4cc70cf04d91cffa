//! YAML → spanned tree, all mistakes in one run.
//!
//! granit-parser turns text into events; `build` makes our tree of them. When
//! the text has a syntax error it is cut at the keys in column 0 and each piece
//! is read by itself: one error per piece, the rest is kept. Most texts are
//! written so plainly that `plain` reads them alone, to the same tree.

mod alias;
mod build;
mod conflicts;
mod fault;
mod plain;
#[cfg(test)]
mod tests;

use super::{Entry, Node, Problem, Value, is_key_line, lines};
use crate::text::Span;
use build::{Builder, Read, Stop};
use conflicts::conflicts;
use std::ops::Range;

/// How much a text may hold before it is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of YAML.
    pub bytes: usize,
    /// Values, keys not counted.
    pub nodes: usize,
    /// Lists and mappings within one another.
    pub depth: usize,
    /// Whether the outermost value may be a list.
    pub list: bool,
}

impl Limits {
    /// For front matter: 64 KiB, 10,000 values, 32 deep, a mapping.
    pub const FRONT_MATTER: Self = Self { bytes: 64 << 10, nodes: 10_000, depth: 32, list: false };
    /// For registers: 16 MiB, 1,000,000 values, 32 deep, a mapping or a list.
    pub const REGISTER: Self = Self { bytes: 16 << 20, nodes: 1_000_000, depth: 32, list: true };
}

/// What could be read, and what was wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// The mapping (or, in a register, list); `None` when nothing is written.
    pub root: Option<Node>,
    /// What is wrong, by place; at most [`MOST`].
    pub problems: Vec<Problem>,
    /// Something could not be read, so what is missing may well be written.
    pub broken: bool,
}

/// The most problems reported of one text.
pub const MOST: usize = 100;

/// Read the YAML that stands at `range` of the file `text`.
///
/// Never fails: every mistake is a [`Problem`], and what could be read is kept.
#[must_use]
pub fn parse(text: &str, range: Range<usize>, limits: &Limits) -> Parsed {
    let end = range.end.min(text.len());
    let mut start = range.start.min(end);
    if text.get(start..end).is_none() {
        return Parsed { root: None, problems: Vec::new(), broken: false };
    }
    if text.get(start..end).is_some_and(|yaml| yaml.starts_with('\u{feff}')) {
        start += 3;
    }
    if end - start <= limits.bytes
        && let Some(root) = plain::read(text, start, end, limits)
    {
        return Parsed { root: Some(root), problems: Vec::new(), broken: false };
    }
    general(text, start, end, limits)
}

/// Read with the general parser, whatever the text is like.
fn general(text: &str, start: usize, end: usize, limits: &Limits) -> Parsed {
    let (ours, conflicts) = conflicts(text, start, end);
    let text = ours.as_deref().unwrap_or(text);
    let mut reader = Reader { text, limits, builder: Builder::new(text, limits) };
    let (root, mut broken) = if end - start > limits.bytes {
        let line =
            lines(text, start, end).next().map_or(Span::at(start), |l| Span::new(l.start, l.end));
        reader.builder.report(over_bytes(line, end - start, limits));
        (None, true)
    } else {
        reader.whole(start, end)
    };
    if !conflicts.is_empty() {
        // What two sides make of each other's lines is mended with the conflict.
        let ours = |p: &Problem| !matches!(p.rule, "invalid-yaml" | "duplicate-key");
        reader.builder.problems.retain(ours);
        conflicts.into_iter().for_each(|conflict| reader.builder.report(conflict));
        broken = true;
    }
    let (root, broken) = reader.outermost(root, broken);
    let mut problems = reader.builder.problems;
    problems.sort_by_key(|problem| (problem.span, problem.rule));
    Parsed { root, problems, broken }
}

fn over_bytes(span: Span, bytes: usize, limits: &Limits) -> Problem {
    let (what, help) = if limits.list {
        ("the register", "split the register into several files")
    } else {
        ("the front matter", "move long text to the body")
    };
    let message = format!(
        "{what} holds {} KiB, over the limit of {} KiB",
        bytes.div_ceil(1024),
        limits.bytes / 1024
    );
    Problem::new("over-limit", span, message).help(help)
}

struct Reader<'t> {
    text: &'t str,
    limits: &'t Limits,
    builder: Builder<'t>,
}

impl Reader<'_> {
    /// Read everything in one go, or piece by piece if that fails.
    fn whole(&mut self, start: usize, end: usize) -> (Option<Node>, bool) {
        let read = self.builder.read(start, end, true);
        match read.stop {
            None => (read.root, read.lost),
            Some(Stop::Limit(problem)) => {
                self.builder.report(problem);
                (read.root, true)
            }
            Some(Stop::Fault(problem)) => {
                let known = std::mem::take(&mut self.builder.problems);
                self.builder.restart();
                let root = self.pieces(start, end);
                if !self.builder.problems.iter().any(|p| p.rule == problem.rule) {
                    for other in known {
                        if !self.builder.problems.contains(&other) {
                            self.builder.report(other);
                        }
                    }
                    self.builder.report(problem);
                }
                (root, true)
            }
        }
    }

    /// Read each piece between keys (or items) in column 0 by itself and join
    /// what they hold.
    fn pieces(&mut self, start: usize, end: usize) -> Option<Node> {
        let mut root: Option<Node> = None;
        let mut piece = start;
        let mut full = false;
        let content = |line: &super::Line| self.text.get(line.start..line.end).unwrap_or("");
        let first = lines(self.text, start, end).find(|line| {
            let content = content(line).trim();
            !content.is_empty() && !content.starts_with('#') && content != "---"
        });
        let items = first.is_some_and(|line| content(&line).starts_with("- "));
        let mut cuts = Vec::new();
        for line in lines(self.text, start, end) {
            let part = content(&line);
            if if items { part.starts_with("- ") || part == "-" } else { is_key_line(part) } {
                if piece < line.start {
                    cuts.push(piece..line.start);
                }
                piece = line.start;
            }
        }
        if piece < end {
            cuts.push(piece..end);
        }
        for cut in cuts {
            if full || self.builder.problems.len() >= MOST {
                break;
            }
            let Read { root: part, stop, .. } = self.builder.read(cut.start, cut.end, false);
            match stop {
                Some(Stop::Limit(problem)) => {
                    self.builder.report(problem);
                    full = true;
                }
                Some(Stop::Fault(problem)) => self.builder.report(problem),
                None => {}
            }
            join(&mut root, part);
        }
        if let Some(Node { value: Value::Map(entries), .. }) = &mut root {
            self.builder.refuse_duplicates(entries);
        }
        root
    }

    /// Refuse what cannot be the outermost value.
    fn outermost(&mut self, root: Option<Node>, broken: bool) -> (Option<Node>, bool) {
        let Some(node) = root else { return (None, broken) };
        match node.value {
            Value::Null => (None, broken),
            Value::Map(_) => (Some(node), broken),
            Value::List(_) if self.limits.list => (Some(node), broken),
            Value::List(_) | Value::Scalar(_) => {
                let what = node.what();
                let (subject, wanted, help) = if self.limits.list {
                    (
                        "the file",
                        "a mapping or a list",
                        "write `key: value` lines, or a list of items that begin with `- `",
                    )
                } else {
                    ("the front matter", "a mapping", "write a `key: value` on each line")
                };
                // A text that is already reported as broken need not be scolded twice.
                if self.builder.problems.is_empty() {
                    let span = self.first_line(node.span);
                    let message = format!("{subject} is {what}, not {wanted}");
                    self.builder.report(Problem::new("not-a-mapping", span, message).help(help));
                }
                (None, true)
            }
        }
    }

    /// The part of a span on its first line.
    fn first_line(&self, span: Span) -> Span {
        let (start, end) = (span.start as usize, span.end as usize);
        lines(self.text, start, end).next().map_or(span, |line| Span::new(line.start, line.end))
    }
}

/// Add what a later piece holds to what was read before it.
fn join(root: &mut Option<Node>, part: Option<Node>) {
    let Some(part) = part else { return };
    match root {
        Some(Node { value: Value::Map(entries), span }) => {
            if let Value::Map(more) = part.value {
                *span = span.to(part.span);
                entries.extend::<Vec<Entry>>(more);
            }
        }
        Some(Node { value: Value::List(items), span }) => {
            if let Value::List(more) = part.value {
                *span = span.to(part.span);
                items.extend::<Vec<Node>>(more);
            }
        }
        Some(_) | None if matches!(part.value, Value::Map(_) | Value::List(_)) => {
            *root = Some(part);
        }
        Some(_) => {}
        None => *root = Some(part),
    }
}
