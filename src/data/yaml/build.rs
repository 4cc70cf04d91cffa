//! Parser events → [`Node`]s, with the limits and refusals that need the tree.

use super::super::{Entry, Node, Problem, Scalar, Value};
use super::alias::{Aliases, Refusal};
use super::{Limits, MOST, fault};
use crate::text::{Span, visible};
use granit_parser::{Event, Options, Parser, ScalarStyle, StructureStyle};
use std::collections::HashMap;

/// Why reading stopped early.
pub(super) enum Stop {
    /// A syntax error: the next piece can be read.
    Fault(Problem),
    /// The text is too big: nothing more is read.
    Limit(Problem),
}

/// What one stretch of text holds.
pub(super) struct Read {
    pub root: Option<Node>,
    pub stop: Option<Stop>,
    /// A value was left out.
    pub lost: bool,
}

/// The tree in the making; budgets are kept over all pieces of one text.
pub(super) struct Builder<'t> {
    text: &'t str,
    limits: &'t Limits,
    pub problems: Vec<Problem>,
    nodes: usize,
    aliases: Aliases,
}

enum Frame {
    List { span: Span, items: Vec<Node>, anchor: usize, flow: bool },
    Map { span: Span, entries: Vec<Entry>, key: Option<Key>, anchor: usize, flow: bool },
}

struct Key {
    text: Box<str>,
    span: Span,
    /// Whether the entry is kept; an entry under a refused key is not.
    keep: bool,
}

/// The state of one run over one stretch of text.
#[derive(Default)]
struct Run {
    stack: Vec<Frame>,
    root: Option<Node>,
    documents: usize,
    lost: bool,
}

impl<'t> Builder<'t> {
    pub fn new(text: &'t str, limits: &'t Limits) -> Self {
        let aliases = Aliases::default();
        Self { text, limits, problems: Vec::new(), nodes: 0, aliases }
    }

    /// Forget what the budgets counted, to read the same text again.
    pub fn restart(&mut self) {
        *self = Self::new(self.text, self.limits);
    }

    pub fn report(&mut self, problem: Problem) {
        if self.problems.len() < MOST {
            self.problems.push(problem);
        }
    }

    /// Read the text between two offsets; `whole` when it is all there is, so
    /// that an alias without an anchor is a mistake.
    pub fn read(&mut self, start: usize, end: usize, whole: bool) -> Read {
        let part = self.text.get(start..end).unwrap_or("");
        let mut options = Options::default();
        options.disallow_directives = true;
        options.emit_unresolved_aliases = true;
        options.flow_nesting_limit = self.limits.depth;
        options.block_nesting_limit = self.limits.depth;
        options.set_emit_comments(false);
        let mut run = Run::default();
        self.aliases.forget();
        let mut stop = None;
        let mut at = end;
        let mut parser = Parser::new_from_str_with_options(part, options);
        while let Some(next) = parser.next_event() {
            let outcome = match next {
                Ok((event, place)) => {
                    let range = place.byte_range().unwrap_or(0..0);
                    let span = Span::new(start + range.start, start + range.end);
                    let tag = place.tag_span().and_then(|tag| tag.byte_range());
                    let tag = tag.map(|tag| Span::new(start + tag.start, start + tag.end));
                    at = start + range.start;
                    self.event(&mut run, event, span, tag, whole)
                }
                Err(error) => {
                    at = start + error.marker().byte_offset().unwrap_or(0);
                    let depth = self.limits.depth;
                    Err(Stop::Fault(fault::explain(self.text, start..end, at, error.kind(), depth)))
                }
            };
            match outcome {
                Ok(true) => {}
                Ok(false) => break,
                Err(reason) => {
                    stop = Some(reason);
                    break;
                }
            }
        }
        if stop.is_some() {
            self.unwind(&mut run, at);
        }
        Read { root: run.root, stop, lost: run.lost }
    }

    /// Take one event; `Ok(false)` ends the reading without an error.
    fn event(
        &mut self,
        run: &mut Run,
        event: Event<'_>,
        span: Span,
        tag: Option<Span>,
        whole: bool,
    ) -> Result<bool, Stop> {
        match event {
            Event::DocumentStart(..) => {
                run.documents += 1;
                if run.documents > 1 {
                    self.several_documents(run, span);
                    return Ok(false);
                }
            }
            Event::DocumentEnd if !self.limits.list && span.start < span.end => {
                self.several_documents(run, span);
                return Ok(false);
            }
            Event::Scalar(text, style, anchor, _) => {
                self.count(span)?;
                let node = self.scalar(&text, style, span);
                self.finish(run, node, style == ScalarStyle::Plain, anchor, tag);
            }
            Event::SequenceStart(style, anchor, _) => {
                self.open(run, span)?;
                let refused = self.refuse_tag(run, tag);
                let flow = style == StructureStyle::Flow;
                let span = if flow { span } else { self.dash_before(span) };
                let anchor = if refused { 0 } else { anchor };
                run.stack.push(Frame::List { span, items: Vec::new(), anchor, flow });
            }
            Event::MappingStart(style, anchor, _) => {
                self.open(run, span)?;
                let refused = self.refuse_tag(run, tag);
                let flow = style == StructureStyle::Flow;
                let anchor = if refused { 0 } else { anchor };
                let entries = Vec::new();
                run.stack.push(Frame::Map { span, entries, key: None, anchor, flow });
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(frame) = run.stack.pop() {
                    let (node, anchor) = self.close(frame, span);
                    self.finish(run, node, false, anchor, None);
                }
            }
            Event::Alias(id) => {
                self.count(span)?;
                let node = self.alias(run, id, span)?;
                self.finish(run, node, false, 0, None);
            }
            Event::UnresolvedAlias(name) => {
                self.count(span)?;
                if whole {
                    let message = format!("the alias `*{}` has no anchor", visible(&name));
                    let help = format!(
                        "put the value in quotes if the text begins with `*`: `\"*{}\"`",
                        visible(&name)
                    );
                    self.report(Problem::new("unsupported-yaml", span, message).help(help));
                }
                run.lost = true;
                self.finish(run, Node { span, value: Value::Null }, false, 0, None);
            }
            _ => {}
        }
        Ok(true)
    }

    fn several_documents(&mut self, run: &mut Run, span: Span) {
        let message = "several YAML documents in one text";
        let help = "remove this line, or keep one document for each file";
        self.report(Problem::new("unsupported-yaml", span, message).help(help));
        run.lost = true;
    }

    fn count(&mut self, span: Span) -> Result<(), Stop> {
        self.nodes += 1;
        if self.nodes <= self.limits.nodes {
            return Ok(());
        }
        let message = format!("more than {} values, which is the limit", self.limits.nodes);
        let help = if self.limits.list {
            "split the register into several files"
        } else {
            "move lists of this length to a register of their own"
        };
        Err(Stop::Limit(Problem::new("over-limit", span, message).help(help)))
    }

    fn open(&mut self, run: &Run, span: Span) -> Result<(), Stop> {
        self.count(span)?;
        if run.stack.len() < self.limits.depth {
            return Ok(());
        }
        Err(Stop::Fault(fault::too_deep(
            Span::new(span.start as usize, span.start as usize + 1),
            self.limits.depth,
        )))
    }

    /// The first dash of a block list, where its span begins.
    fn dash_before(&self, span: Span) -> Span {
        let start = span.start as usize;
        let before = self.text.get(..start).unwrap_or("").trim_end();
        if before.ends_with('-')
            && !self.text.get(start..).is_some_and(|rest| rest.starts_with("- "))
        {
            Span::new(before.len() - 1, span.end as usize)
        } else {
            span
        }
    }

    fn scalar(&self, text: &str, style: ScalarStyle, span: Span) -> Node {
        let quoted = matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted);
        let span = if quoted {
            span
        } else {
            let written = span.of(self.text).trim_end().len();
            Span::new(span.start as usize, span.start as usize + written)
        };
        let plain = style == ScalarStyle::Plain;
        if plain && matches!(text, "" | "~" | "null" | "Null" | "NULL") {
            return Node { span, value: Value::Null };
        }
        Node { span, value: Value::Scalar(Scalar { text: text.into(), plain }) }
    }

    /// Make the node of a list or mapping that ends at `end`.
    fn close(&mut self, frame: Frame, end: Span) -> (Node, usize) {
        match frame {
            Frame::List { span, items, anchor, flow } => {
                let last = if flow { Some(end) } else { items.last().map(|item| item.span) };
                let span = last.map_or(span, |last| span.to(last));
                (Node { span, value: Value::List(items) }, anchor)
            }
            Frame::Map { span, mut entries, anchor, flow, .. } => {
                let last = entries.last().map(|entry| entry.key_span.to(entry.value.span));
                let last = if flow { Some(end) } else { last };
                let span = last.map_or(span, |last| span.to(last));
                self.refuse_duplicates(&mut entries);
                (Node { span, value: Value::Map(entries) }, anchor)
            }
        }
    }

    /// Put a finished value where it belongs: a key, a value, an item, the root.
    fn finish(&mut self, run: &mut Run, node: Node, plain: bool, anchor: usize, tag: Option<Span>) {
        let node =
            if self.refuse_tag(run, tag) { Node { value: Value::Null, ..node } } else { node };
        if anchor != 0 {
            self.aliases.remember(anchor, &node);
        }
        match run.stack.last_mut() {
            None => run.root = Some(node),
            Some(Frame::List { items, .. }) => items.push(node),
            Some(Frame::Map { entries, key, .. }) => match key.take() {
                None => *key = Some(self.key(node, plain)),
                Some(Key { text, span, keep: true }) => {
                    let value = if node.value == Value::Null && node.span.start == node.span.end {
                        Node { span: self.after_colon(span), value: Value::Null }
                    } else {
                        node
                    };
                    entries.push(Entry { key: text, key_span: span, value });
                }
                Some(_) => run.lost = true,
            },
        }
    }

    /// Where a value that is not there would stand: behind the colon.
    fn after_colon(&self, key: Span) -> Span {
        let end = key.end as usize;
        Span::at(end + usize::from(self.text.as_bytes().get(end) == Some(&b':')))
    }

    fn key(&mut self, node: Node, plain: bool) -> Key {
        let span = node.span;
        let (message, help, keep) = match node.value {
            Value::Scalar(Scalar { text, .. }) if &*text == "<<" && plain => (
                "merge keys (`<<`) are not supported".to_owned(),
                "write the fields out here".to_owned(),
                false,
            ),
            // Whole numbers name survey scores and the like, and stay as written.
            Value::Scalar(Scalar { text, .. })
                if plain && is_not_text(&text) && !text.bytes().all(|b| b.is_ascii_digit()) =>
            {
                let shown = visible(&text);
                let message = format!("the key `{shown}` is not text");
                self.report(
                    Problem::new("unsupported-yaml", span, message)
                        .help(format!("put the key in quotes: `\"{shown}\":`")),
                );
                return Key { text, span, keep: true };
            }
            Value::Scalar(Scalar { text, .. }) => return Key { text, span, keep: true },
            Value::Null if span.start == span.end => (
                "a value without a key".to_owned(),
                "write a key before the colon".to_owned(),
                false,
            ),
            Value::Null => {
                let shown = visible(span.of(self.text));
                (
                    format!("the key `{shown}` is not text"),
                    format!("put the key in quotes: `\"{shown}\":`"),
                    false,
                )
            }
            Value::List(_) | Value::Map(_) => (
                format!("{} cannot be a key", node.what()),
                "use a word as key; put text with brackets in quotes".to_owned(),
                false,
            ),
        };
        self.report(Problem::new("unsupported-yaml", span, message).help(help));
        Key { text: Box::default(), span, keep }
    }

    fn refuse_tag(&mut self, run: &mut Run, tag: Option<Span>) -> bool {
        let Some(span) = tag else { return false };
        let shown = visible(span.of(self.text));
        let problem =
            Problem::new("unsupported-yaml", span, format!("the tag `{shown}` is not supported"))
                .help("remove the tag, or put the whole value in quotes if it is text");
        self.report(problem);
        run.lost = true;
        true
    }

    fn alias(&mut self, run: &mut Run, id: usize, span: Span) -> Result<Node, Stop> {
        let room = self.limits.depth.saturating_sub(run.stack.len());
        match self.aliases.repeat(id, room) {
            Ok((value, nodes)) => {
                self.nodes += nodes;
                return Ok(Node { span, value });
            }
            Err(Refusal::TooDeep) => {
                return Err(Stop::Fault(fault::too_deep(span, self.limits.depth)));
            }
            Err(Refusal::Known) => {}
            Err(Refusal::Fresh(message)) => {
                let problem = Problem::new("unsupported-yaml", span, message);
                self.report(problem.help("write the value out instead of the alias"));
            }
        }
        run.lost = true;
        Ok(Node { span, value: Value::Null })
    }

    /// Drop entries whose key stood before, and say so at each.
    pub fn refuse_duplicates(&mut self, entries: &mut Vec<Entry>) {
        let mut twice: Vec<(usize, usize)> = Vec::new();
        if entries.len() <= 24 {
            for (i, entry) in entries.iter().enumerate() {
                if let Some(first) = entries.iter().take(i).position(|e| e.key == entry.key) {
                    twice.push((first, i));
                }
            }
        } else {
            let mut seen = HashMap::with_capacity(entries.len());
            for (i, entry) in entries.iter().enumerate() {
                let first = *seen.entry(&*entry.key).or_insert(i);
                if first != i {
                    twice.push((first, i));
                }
            }
        }
        if twice.is_empty() {
            return;
        }
        for (first, again) in &twice {
            if let (Some(first), Some(again)) = (entries.get(*first), entries.get(*again)) {
                let message = format!("duplicate key `{}`", visible(&again.key));
                let problem = Problem::new("duplicate-key", again.key_span, message)
                    .help("keep one of the two")
                    .related(first.key_span, "first given here");
                if self.problems.len() < MOST {
                    self.problems.push(problem);
                }
            }
        }
        let mut index = 0;
        let mut drop = twice.iter().map(|(_, again)| *again).peekable();
        entries.retain(|_| {
            let keep = drop.next_if_eq(&index).is_none();
            index += 1;
            keep
        });
    }

    /// After an error at `at`: close what is open, so that whole items and
    /// fields before the error are kept. A half-read item of a list, a list in
    /// brackets and the value the error interrupts are left out.
    fn unwind(&self, run: &mut Run, at: usize) {
        run.lost = true;
        let mut inner: Option<Node> = None;
        while let Some(frame) = run.stack.pop() {
            let in_list = matches!(run.stack.last(), Some(Frame::List { .. }));
            let node = match frame {
                Frame::List { flow: true, .. } | Frame::Map { flow: true, .. } => None,
                Frame::Map { .. } if in_list => None,
                Frame::List { span, mut items, .. } => {
                    items.extend(inner.take());
                    let last = items.last().map(|item| item.span);
                    last.map(|last| Node { span: span.to(last), value: Value::List(items) })
                }
                Frame::Map { span, mut entries, key, .. } => {
                    match (key, inner.take()) {
                        (Some(Key { text, span, keep: true }), Some(value)) => {
                            entries.push(Entry { key: text, key_span: span, value });
                        }
                        (None, _) => {
                            entries.pop_if(|entry| self.same_line(entry.value.span, at));
                        }
                        _ => {}
                    }
                    let last = entries.last().map(|entry| entry.key_span.to(entry.value.span));
                    last.map(|last| Node { span: span.to(last), value: Value::Map(entries) })
                }
            };
            inner = node;
        }
        if run.root.is_none() {
            run.root = inner.filter(|_| run.documents == 1);
        }
    }

    fn same_line(&self, value: Span, at: usize) -> bool {
        let between = self.text.get(value.end as usize..at).unwrap_or("");
        !between.contains(['\n', '\r'])
    }
}

/// Whether YAML reads a plain key as a number or truth value.
pub(super) fn is_not_text(key: &str) -> bool {
    if matches!(key, "true" | "True" | "TRUE" | "false" | "False" | "FALSE") {
        return true;
    }
    let digits = key.strip_prefix(['+', '-']).unwrap_or(key);
    let number = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    number
        && (digits.parse::<f64>().is_ok() || digits.starts_with("0x") || digits.starts_with("0o"))
}
