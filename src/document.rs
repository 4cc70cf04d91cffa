//! One source as a typed document or register: kind, front matter, outline,
//! sections. Holds nothing that depends on another file, and not its body.

mod facts;
mod nameless;
mod names;
pub mod query;
mod register;
mod sketch;

use crate::data::record::Record;
use crate::data::{Node, Problem, Value, adapt, front_matter, read, toml, yaml};
use crate::date::Date;
use crate::error::Result;
use crate::finding::Finding;
use crate::kinds::{Kind, Kinds, Role};
use crate::markdown::{self, Outline, SectionMatch};
use crate::text::{LineIndex, Position, Source, Span, nearest};
use crate::tree::{FileEntry, ReadError, Tree, is_markdown, is_yaml};
use nameless::{is_kind_key, misses_kind, other_word, unknown_kind_key};
pub use names::fields as names_fields;
use names::names;
use rayon::prelude::*;
pub use register::head_fields as register_head;
use register::register;
pub use sketch::Sketch;
use std::sync::Arc;

/// One parsed markdown file, or a YAML file that a kind of `book.toml` names:
/// front matter without a body.
#[derive(Debug, Clone)]
pub struct Document {
    /// Path relative to the book's `src`.
    pub path: Arc<str>,
    /// Its kind; the page kind where it states none.
    pub kind: Arc<Kind>,
    /// Whether the file itself says which kind it is (front matter or a match
    /// of `book.toml`).
    pub typed: bool,
    /// Which pattern of its kind in `book.toml` gave it that kind.
    pub matched: Option<usize>,
    /// The `kind` value, or the first byte of the file.
    pub kind_span: Span,
    /// Title: the front matter's, else the first heading, else the file name.
    pub title: Box<str>,
    /// Front matter as typed values.
    pub fields: Record,
    /// Headings, links, mentions.
    pub outline: Outline,
    /// What the body asks for, in order.
    pub queries: Box<[query::Query]>,
    /// The kind's sections as found, in the kind's order.
    pub sections: Box<[SectionMatch]>,
    /// What its sections say that must be new each time, small enough to
    /// keep; `None` without such sections.
    pub sketch: Option<Sketch>,
    /// Where the front matter stands, delimiters excluded.
    pub yaml: Option<Span>,
    /// Where the body begins, in bytes.
    pub body: usize,
    /// Line index of the file.
    pub lines: Arc<LineIndex>,
    /// Digest of the file's bytes.
    pub digest: u128,
    /// The front matter has a syntax error: what was read is kept, and rules
    /// about absence skip the document.
    pub broken: bool,
    /// What was found in this file alone.
    pub findings: Vec<Finding>,
}

impl Document {
    /// Position of a byte offset.
    #[must_use]
    pub fn at(&self, span: Span) -> Position {
        self.lines.position(span.start)
    }

    /// A finding at a place of this document.
    #[must_use]
    pub fn finding(&self, rule: &'static str, span: Span, message: impl Into<String>) -> Finding {
        Finding::new(rule, self.path.clone(), span, self.at(span), message)
    }

    /// The folder the file lies in, without a slash at its end; empty at the root.
    #[must_use]
    pub fn folder(&self) -> &str {
        folder(&self.path)
    }

    /// File name without folder and ending.
    #[must_use]
    pub fn stem(&self) -> &str {
        stem(&self.path)
    }

    /// The date the document speaks of: `as_of` or `date`, else a date in its
    /// file name.
    #[must_use]
    pub fn date(&self) -> Option<Date> {
        self.fields
            .date("as_of")
            .or_else(|| self.fields.date("date"))
            .or_else(|| date_in_name(self.stem()))
    }

    /// Where a missing field would stand: the `kind` value, else the front matter.
    #[must_use]
    pub fn head(&self) -> Span {
        self.kind_span
    }
}

/// One item of a register, or a document that is one.
#[derive(Debug, Clone)]
pub struct Item {
    /// Its kind.
    pub kind: Arc<Kind>,
    /// Its id; empty when it has none.
    pub id: Box<str>,
    /// Its fields.
    pub fields: Record,
    /// Its bytes.
    pub span: Span,
    /// File it stands in.
    pub path: Arc<str>,
    /// Line index of that file.
    pub lines: Arc<LineIndex>,
    /// Index of the document that is this item, or adds its text to it.
    pub document: Option<usize>,
}

impl Item {
    /// What it is called: `title`, `name`, `text`, else its id.
    #[must_use]
    pub fn title(&self) -> &str {
        ["title", "name", "text"].iter().find_map(|k| self.fields.text(k)).unwrap_or(&self.id)
    }

    /// A finding at a field of the item, at its bare key, or at its id.
    #[must_use]
    pub fn finding(&self, rule: &'static str, field: &str, message: impl Into<String>) -> Finding {
        let given = |field| self.fields.span(field).or_else(|| self.fields.empty_key(field));
        let span = given(field).or_else(|| given("id")).unwrap_or(self.span);
        Finding::new(rule, self.path.clone(), span, self.lines.position(span.start), message)
    }

    /// The state as written, `open` when none is given.
    #[must_use]
    pub fn status(&self) -> &str {
        self.fields.text("status").unwrap_or("open")
    }
}

/// One parsed register file: lists of items under their keys.
#[derive(Debug, Clone)]
pub struct Register {
    /// Path relative to the book's `src`.
    pub path: Arc<str>,
    /// `updated`, `version`, `state`, `approvals`, `project`.
    pub head: Record,
    /// Each list with its key, the key's bytes, and its items.
    pub lists: Vec<(Box<str>, Span, Vec<Item>)>,
    /// Line index of the file.
    pub lines: Arc<LineIndex>,
    /// Digest of the file's bytes.
    pub digest: u128,
    /// The file has a syntax error, or a list that is none; what was read is kept.
    pub broken: bool,
    /// What was found in this file alone.
    pub findings: Vec<Finding>,
}

/// A mapping kept as it is: `people.yaml`, `units.yaml`.
#[derive(Debug, Clone)]
pub struct Names {
    /// Path relative to the book's `src`.
    pub path: Arc<str>,
    /// Handle or unit → what is said of it.
    pub entries: Record,
    /// Line index of the file.
    pub lines: Arc<LineIndex>,
    /// The file has a syntax error: names may be missing that stand in it.
    pub broken: bool,
    /// What was found in this file alone.
    pub findings: Vec<Finding>,
}

/// What a file turned out to be.
#[derive(Debug, Clone)]
pub enum Parsed {
    /// A markdown document.
    Document(Box<Document>),
    /// A YAML register.
    Register(Box<Register>),
    /// `people.yaml`.
    People(Names),
    /// `units.yaml`.
    Units(Names),
    /// `SUMMARY.md`: text that orders navigation.
    Summary(Arc<str>, String),
    /// A file that could not be read, with the reason.
    Unreadable(Finding),
    /// Some other file.
    Other(FileEntry),
}

/// As many files a thread reads before it looks for what else there is to do:
/// few enough that none is left alone with a long list at the end.
const AT_ONCE: usize = 16;

/// Read and parse every file, in parallel, in path order.
///
/// # Errors
/// A file could not be read for a reason that is not its author's.
pub fn read_all(tree: &dyn Tree, files: Vec<FileEntry>, kinds: &Kinds) -> Result<Vec<Parsed>> {
    files.into_par_iter().with_max_len(AT_ONCE).map(|file| read_one(tree, file, kinds)).collect()
}

fn read_one(tree: &dyn Tree, file: FileEntry, kinds: &Kinds) -> Result<Parsed> {
    if !is_markdown(&file.path) && !is_yaml(&file.path) && !crate::assets::has_signature(&file.path)
    {
        return Ok(Parsed::Other(file));
    }
    let bytes = match tree.read(&file.path) {
        Ok(bytes) => bytes,
        Err(ReadError::Finding(finding)) => return Ok(Parsed::Unreadable(*finding)),
        Err(ReadError::Io(error)) => return Err(error),
    };
    if !is_markdown(&file.path) && bytes.starts_with(front_matter::LFS.as_bytes()) {
        // A revision holds nothing but pointers of what Git LFS keeps.
        if tree.keeps_pointers() && !is_yaml(&file.path) {
            return Ok(Parsed::Other(file));
        }
        let end = bytes.iter().position(|b| *b == b'\n').unwrap_or(bytes.len());
        let message = "the file is a Git LFS pointer, not the file itself";
        let (span, at) = (Span::new(0, end), Position::default());
        let finding = Finding::new("lfs-pointer", file.path.clone(), span, at, message);
        return Ok(Parsed::Unreadable(finding.help(front_matter::LFS_HELP)));
    }
    if !is_markdown(&file.path) && !is_yaml(&file.path) {
        return Ok(match crate::assets::fault(&file.path, &bytes) {
            None => Parsed::Other(file),
            Some(fault) => Parsed::Unreadable(
                Finding::new(
                    "unsafe-asset",
                    file.path.clone(),
                    Span::at(0),
                    Position::default(),
                    format!("`{}` is not published: {fault}", file.path),
                )
                .help("replace the file with a clean one"),
            ),
        });
    }
    Ok(match Source::decode(file.path.clone(), bytes) {
        Ok(source) => parse(&source, kinds, file),
        Err(e) => {
            let rule = if e.message.contains("NUL") { "nul-byte" } else { "not-utf8" };
            Parsed::Unreadable(Finding::new(rule, file.path, e.span, e.at, e.message).help(e.help))
        }
    })
}

/// Parse one source.
#[must_use]
pub fn parse(source: &Source, kinds: &Kinds, file: FileEntry) -> Parsed {
    match &*source.path {
        "SUMMARY.md" => Parsed::Summary(source.path.clone(), source.text.clone()),
        "people.yaml" | "people.yml" => Parsed::People(names(source, "people")),
        "units.yaml" | "units.yml" => Parsed::Units(names(source, "units")),
        path if is_yaml(path) && !kinds.names_path(path) => match register(source, kinds) {
            Some(register) => Parsed::Register(Box::new(register)),
            None => Parsed::Other(file),
        },
        _ => Parsed::Document(Box::new(document(source, kinds))),
    }
}

/// Parse one YAML source as a register; `None` if none of its keys is a
/// register's.
#[must_use]
pub fn parse_register(source: &Source, kinds: &Kinds) -> Option<Register> {
    register(source, kinds)
}

/// Parse one markdown source.
#[must_use]
pub fn document(source: &Source, kinds: &Kinds) -> Document {
    let lines = Arc::new(LineIndex::new(&source.text));
    let split = if is_yaml(&source.path) {
        front_matter::Split {
            yaml: Some(0..source.text.len()),
            ..front_matter::none(source.text.len())
        }
    } else {
        front_matter::split(&source.text)
    };
    let mut problems: Vec<Problem> = split.problem.into_iter().collect();
    let mut broken = !problems.is_empty();
    let mut root = None;
    if let Some(range) = split.yaml.clone() {
        let parsed = yaml::parse(&source.text, range, &yaml::Limits::FRONT_MATTER);
        problems.extend(parsed.problems);
        broken |= parsed.broken;
        root = parsed.root;
    }
    if let Some(range) = split.toml {
        // Blanks before it keep every place as it is in the file.
        let above = " ".repeat(range.start.saturating_sub(1)) + "\n";
        match toml::parse(&(above + source.text.get(range).unwrap_or(""))) {
            Ok(node) => root = Some(node),
            Err(problem) => {
                problems.push(problem);
                broken = true;
            }
        }
    }
    let yaml = split.yaml.map(|r| Span::new(r.start, r.end));
    let mut root =
        root.unwrap_or(Node { span: yaml.unwrap_or_default(), value: Value::Map(Vec::new()) });
    if root.entries().is_empty() && !matches!(root.value, Value::Map(_)) {
        root.value = Value::Map(Vec::new());
    }
    let Found { kind, typed, matched, span: kind_span } =
        find_kind(&source.path, &root, kinds, &mut problems);
    let card = if typed { None } else { misses_kind(&source.path, &root, kinds) };
    if let Some(card) = card.filter(|_| !broken && !problems.iter().any(is_kind_key)) {
        let message = "the front matter has no `kind`, so the file counts for nothing";
        let help = format!("write `kind: {}` at its top", card.name);
        problems.push(Problem::new("unknown-kind", kind_span, message).help(help));
    }
    let outline = markdown::outline(&source.text, split.body);
    facts::add(&kind, &source.text, split.body, &outline, &mut root);
    if !kind.moves.is_empty() {
        adapt::apply(&mut root, &kind.moves);
    }
    let known = problems.len();
    let mut fields = read::record(&root, &kind.fields, &mut problems);
    if card.is_some() || problems.iter().any(|p| p.rule == "unknown-kind") {
        // Which fields there are, and what they may hold, is not known either.
        let read = problems.split_off(known);
        let other = |p: &Problem| !matches!(p.rule, "unknown-field" | "invalid-value");
        problems.extend(read.into_iter().filter(other));
    }
    for slot in &kind.defaults {
        if fields.slot(&slot.name).is_none() {
            let mut slot = slot.clone();
            (slot.key_span, slot.span) = (kind_span, kind_span);
            fields.slots.push(slot);
        }
    }
    let queries = query::queries(&source.text, &outline.queries, kinds, &mut problems);
    let sections: Box<[SectionMatch]> = markdown::match_sections(&outline, &kind.headings).into();
    let sketch = sketch::sketch(&source.text, &kind, &outline, &sections);
    let title = fields
        .text("title")
        .or(outline.title.as_ref().map(|t| &*t.0))
        .map_or_else(|| title_from(&source.path), facts::forward);
    let mut document = Document {
        path: source.path.clone(),
        kind,
        typed,
        matched,
        kind_span,
        title,
        fields,
        outline,
        queries,
        sections,
        sketch,
        yaml,
        body: split.body,
        lines,
        digest: source.digest,
        broken,
        findings: Vec::new(),
    };
    if source.text.trim_matches('\u{feff}').trim().is_empty() {
        let finding = document.finding("empty-document", Span::at(0), "the file is empty");
        document.findings.push(finding.help("write the document, or delete the file"));
    }
    problems.append(&mut document.outline.problems);
    document.findings.extend(findings(&document.path, &document.lines, problems));
    document
}

/// Problems of one file as findings.
pub fn findings(
    path: &Arc<str>,
    lines: &LineIndex,
    problems: Vec<Problem>,
) -> impl Iterator<Item = Finding> {
    problems.into_iter().map(move |p| {
        let mut finding =
            Finding::new(p.rule, path.clone(), p.span, lines.position(p.span.start), p.message);
        finding.help = p.help;
        finding.replacement = p.replacement;
        for (span, label) in p.related {
            finding = finding.related(path.clone(), span, lines.position(span.start), label);
        }
        finding
    })
}

/// What kind a file is, and what says so.
struct Found {
    kind: Arc<Kind>,
    typed: bool,
    matched: Option<usize>,
    span: Span,
}

/// The kind a file names, else the kind `book.toml` gives it, else a page. A
/// pattern that looks at `kind` itself comes before the names of kinds.
fn find_kind(path: &str, root: &Node, kinds: &Kinds, problems: &mut Vec<Problem>) -> Found {
    let start = root.entries().first().map_or(Span::at(0), |e| e.key_span);
    let page = |typed: bool, span: Span| Found {
        kind: kinds.of_role(Role::Page).cloned().unwrap_or_else(|| Arc::new(Kind::page())),
        typed,
        matched: None,
        span,
    };
    let declared = root.get("kind");
    let known = declared.and_then(|e| e.value.as_str()).and_then(|name| kinds.find(name));
    let asks_kind = |kind: &Kind, i: usize| {
        let field = kind.matches.get(i).and_then(|m| m.field.as_ref());
        field.is_some_and(|(field, _)| **field == *"kind")
    };
    let matched = kinds.matching(path, root);
    if let Some((kind, i)) = matched.filter(|(kind, i)| known.is_none() || asks_kind(kind, *i)) {
        let span = declared.map_or(start, |e| e.value.span);
        return Found { kind: kind.clone(), typed: true, matched: Some(i), span };
    }
    let Some(entry) = declared else {
        if let Some(slip) = root.entries().iter().find(|e| nearest(&e.key, ["kind"]).is_some()) {
            problems.push(unknown_kind_key(slip));
        }
        return page(false, start);
    };
    let Some(name) = entry.value.as_str() else {
        problems.push(Problem {
            rule: "invalid-value",
            span: entry.value.span,
            message: format!(
                "`kind` must be the name of a document kind, not {}",
                entry.value.what()
            ),
            help: Some("write one word, for example `kind: status`".into()),
            replacement: None,
            related: Vec::new(),
        });
        return page(true, entry.value.span);
    };
    if let Some(kind) = kinds.find(name) {
        problems.extend(other_word(name, kind, entry.value.span));
        let span = entry.value.span;
        return Found { kind: kind.clone(), typed: true, matched: None, span };
    }
    let problem = Problem::new("unknown-kind", entry.value.span, format!("unknown kind `{name}`"));
    problems.push(match nearest(name, kinds.names()) {
        Some(near) => problem.meant(near),
        None => problem.help(
            "leave `kind` out for a wiki page, or define the kind under `[kinds]` in `book.toml`",
        ),
    });
    page(false, entry.value.span)
}

/// The folder of a path, without a slash at its end.
#[must_use]
pub fn folder(path: &str) -> &str {
    path.rfind('/').map_or("", |i| path.get(..i).unwrap_or(""))
}

/// File name without folder and ending.
#[must_use]
pub fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rfind('.').filter(|i| *i > 0).map_or(name, |i| name.get(..i).unwrap_or(name))
}

/// A date that the file name begins with or holds (`2026-03-27-steerco`).
#[must_use]
pub fn date_in_name(stem: &str) -> Option<Date> {
    (0..=stem.len().checked_sub(10)?).find_map(|i| crate::date::parse(stem.get(i..i + 10)?))
}

fn title_from(path: &str) -> Box<str> {
    let name = match stem(path) {
        "index" | "README" | "_index" => folder(path).rsplit('/').next().unwrap_or(""),
        stem => stem,
    };
    let words = name.replace(['-', '_'], " ");
    let mut chars = words.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect::<String>().into(),
        None => "Home".into(),
    }
}
