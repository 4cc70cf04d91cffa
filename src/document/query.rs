//! A query: a fenced block that lists documents or register items. Read where
//! it stands, checked against the kinds it asks for; answered by the roll-ups.
//!
//! The grammar is closed: YAML with the keys of [`KEYS`], no code.

mod condition;
mod vocabulary;

pub use condition::{Cmp, Day, Operand, Test};
pub use vocabulary::{Class, DERIVED, Derived, Vocabulary};

use crate::data::{Entry, Node, Problem, Value, yaml};
use crate::kinds::{Kind, Kinds};
use crate::markdown::Fence;
use crate::text::{Span, nearest};
use std::sync::Arc;

/// The keys of a query.
pub const KEYS: &[&str] =
    &["from", "where", "sort", "group", "show", "columns", "sum", "limit", "title"];

/// Rows of a query that states no limit.
const LIMIT: usize = 100;
/// Most rows a query may ask for.
const MOST: usize = 1000;

/// A query as its author wrote it.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// The whole block in the file.
    pub block: Span,
    /// Words above the answer; none for the name of what is listed.
    pub title: Option<Box<str>>,
    /// What is listed.
    pub from: From,
    /// What must hold; all of them.
    pub filters: Vec<Filter>,
    /// Fields to sort by, and whether downwards.
    pub sort: Vec<(Box<str>, bool)>,
    /// A field to group by.
    pub group: Option<Box<str>>,
    /// How the answer is shown.
    pub show: Show,
    /// Fields shown; empty for the usual ones.
    pub columns: Vec<Box<str>>,
    /// A number that is added up instead of counting.
    pub sum: Option<Box<str>>,
    /// Most rows shown.
    pub limit: usize,
}

/// What a query lists.
#[derive(Debug, Clone)]
pub enum From {
    /// Projects.
    Projects,
    /// Documents of every kind, wiki pages left out.
    Documents,
    /// Documents or register items of one kind.
    Kind(Arc<Kind>),
}

impl PartialEq for From {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl From {
    /// The word for it.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Projects => "projects",
            Self::Documents => "documents",
            Self::Kind(kind) => &kind.name,
        }
    }
}

/// How an answer is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Show {
    /// A table.
    #[default]
    Table,
    /// A list of titles.
    List,
    /// How many, in words.
    Count,
    /// A bar for each group.
    Chart,
}

const SHOWS: &[(&str, Show)] =
    &[("table", Show::Table), ("list", Show::List), ("count", Show::Count), ("chart", Show::Chart)];

/// What a field must say: one of these.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    /// The field.
    pub field: Box<str>,
    /// The conditions; one must hold.
    pub any: Vec<Test>,
    /// Where each of them stands.
    pub at: Vec<Span>,
}

/// Read the queries of a document; what is wrong is reported at its place and
/// leaves the query out.
pub(super) fn queries(
    text: &str,
    fences: &[Fence],
    kinds: &Kinds,
    problems: &mut Vec<Problem>,
) -> Box<[Query]> {
    fences.iter().filter_map(|fence| query(text, fence, kinds, problems)).collect()
}

fn query(text: &str, fence: &Fence, kinds: &Kinds, problems: &mut Vec<Problem>) -> Option<Query> {
    let known = problems.len();
    let range = fence.text.start as usize..fence.text.end as usize;
    let parsed = yaml::parse(text, range, &yaml::Limits::FRONT_MATTER);
    problems.extend(parsed.problems);
    let mut reader = Reader { problems, kinds };
    let Some(root) = parsed.root.filter(|n| matches!(n.value, Value::Map(_))) else {
        if reader.problems.len() == known {
            let help = "write what it lists, such as `from: risks`";
            reader.fail(fence.block, "the query says nothing".into(), help);
        }
        return None;
    };
    let query = reader.query(&root, fence)?;
    (problems.len() == known).then_some(query)
}

struct Reader<'a> {
    problems: &'a mut Vec<Problem>,
    kinds: &'a Kinds,
}

impl Reader<'_> {
    fn fail(&mut self, span: Span, message: String, help: impl Into<String>) {
        self.problems.push(Problem::new("invalid-query", span, message).help(help));
    }

    fn query(&mut self, root: &Node, fence: &Fence) -> Option<Query> {
        for entry in root.entries() {
            if !KEYS.contains(&&*entry.key) {
                let help = match nearest(&entry.key, KEYS.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("a query knows {}", KEYS.join(", ")),
                };
                self.fail(entry.key_span, format!("unknown key `{}` in a query", entry.key), help);
            }
        }
        let slip = root.entries().iter().any(|e| nearest(&e.key, ["from"]).is_some());
        let Some(from) = root.get("from") else {
            if slip {
                return None;
            }
            let at = root.entries().first().map_or(fence.block, |e| e.key_span);
            let help = "add `from: risks`, or another register, kind, `projects` or `documents`";
            self.fail(at, "the query does not say what it lists".into(), help);
            return None;
        };
        let from = self.from(from)?;
        let words = Vocabulary::new(&from, self.kinds);
        let filters = root.get("where").map(|e| self.filters(e, &words)).unwrap_or_default();
        let sort = root.get("sort").map(|e| self.sort(e, &words)).unwrap_or_default();
        let columns = root.get("columns").map(|e| self.columns(e, &words)).unwrap_or_default();
        let group = root.get("group").and_then(|e| self.field(e, &words));
        let sum = root.get("sum").and_then(|e| self.number(e, &words));
        let show = root.get("show").map(|e| self.show(e)).unwrap_or_default();
        if show == Show::Chart && group.is_none() && root.get("group").is_none() {
            let at = root.get("show").map_or(fence.block, |e| e.value.span);
            let message = "a chart needs something to group by".into();
            self.fail(at, message, "add `group: project`, or another field");
        }
        Some(Query {
            block: fence.block,
            title: root.get("title").and_then(|e| self.text(e)),
            from,
            filters,
            sort,
            group,
            show,
            columns,
            sum,
            limit: root.get("limit").map_or(LIMIT, |e| self.limit(e)),
        })
    }

    fn text(&mut self, entry: &Entry) -> Option<Box<str>> {
        let text = entry.value.as_str().map(str::trim).filter(|t| !t.is_empty());
        if text.is_none() {
            let message = format!("`{}` must be a word, not {}", entry.key, entry.value.what());
            self.fail(place(entry), message, format!("write `{}: …` in one line", entry.key));
        }
        text.map(Into::into)
    }

    fn from(&mut self, entry: &Entry) -> Option<From> {
        let word = self.text(entry)?;
        let plain = word.to_lowercase().replace([' ', '_'], "-");
        match &*plain {
            "projects" | "project" => return Some(From::Projects),
            "documents" | "document" => return Some(From::Documents),
            _ => {}
        }
        let named = |k: &&Arc<Kind>| {
            k.register.as_deref() == Some(&*plain)
                || k.plural.to_lowercase().replace(' ', "-") == plain
        };
        if let Some(kind) = self.kinds.find(&word).or_else(|| self.kinds.iter().find(named)) {
            return Some(From::Kind(kind.clone()));
        }
        let registers = self.kinds.iter().filter_map(|k| k.register.as_deref());
        let all: Vec<&str> = ["projects", "documents"]
            .into_iter()
            .chain(registers)
            .chain(self.kinds.names())
            .collect();
        let help = match nearest(&plain, all.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "list `projects`, `documents`, a register such as `risks`, or a kind".into(),
        };
        self.fail(entry.value.span, format!("`{word}` is nothing that can be listed"), help);
        None
    }

    fn known(&mut self, word: &str, span: Span, words: &Vocabulary<'_>) -> Option<Class> {
        let class = words.class(word);
        if class.is_none() {
            let help = match nearest(word, words.names()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("of {} there is {}", words.of, words.some()),
            };
            self.fail(span, format!("{} have no field `{word}`", words.of), help);
        }
        class
    }

    fn field(&mut self, entry: &Entry, words: &Vocabulary<'_>) -> Option<Box<str>> {
        let word = self.text(entry)?;
        self.known(&word, entry.value.span, words)?;
        Some(words.canonical(&word))
    }

    fn number(&mut self, entry: &Entry, words: &Vocabulary<'_>) -> Option<Box<str>> {
        let word = self.text(entry)?;
        match self.known(&word, entry.value.span, words)? {
            Class::Number => Some(words.canonical(&word)),
            class => {
                let message = format!("`{word}` is {}, and only numbers add up", class.what());
                self.fail(entry.value.span, message, "name a field that holds a number");
                None
            }
        }
    }

    /// The nodes of a list; one value is a list of one.
    fn several<'n>(&mut self, entry: &'n Entry) -> Vec<(&'n str, Span)> {
        let nodes: &[Node] = match &entry.value.value {
            Value::List(nodes) => nodes,
            _ => std::slice::from_ref(&entry.value),
        };
        let mut out = Vec::new();
        for node in nodes {
            match node.as_str().map(str::trim).filter(|t| !t.is_empty()) {
                Some(text) => out.push((text, node.span)),
                None => {
                    let message = format!("`{}` must hold words, not {}", entry.key, node.what());
                    let span =
                        if node.span.start == node.span.end { entry.key_span } else { node.span };
                    self.fail(span, message, format!("write `{}: [id, title]`", entry.key));
                }
            }
        }
        out
    }

    fn sort(&mut self, entry: &Entry, words: &Vocabulary<'_>) -> Vec<(Box<str>, bool)> {
        let mut out = Vec::new();
        for (text, span) in self.several(entry) {
            let (word, down) = match text.strip_prefix('-') {
                Some(word) => (word.trim(), true),
                None => (text, false),
            };
            if self.known(word, span, words).is_some() {
                out.push((words.canonical(word), down));
            }
        }
        out
    }

    fn columns(&mut self, entry: &Entry, words: &Vocabulary<'_>) -> Vec<Box<str>> {
        let mut out: Vec<Box<str>> = Vec::new();
        for (word, span) in self.several(entry) {
            if self.known(word, span, words).is_some() {
                let word = words.canonical(word);
                if !out.contains(&word) {
                    out.push(word);
                }
            }
        }
        out
    }

    fn show(&mut self, entry: &Entry) -> Show {
        let Some(word) = self.text(entry) else { return Show::default() };
        if let Some((_, show)) = SHOWS.iter().find(|(name, _)| **name == *word.to_lowercase()) {
            return *show;
        }
        let help = match nearest(&word, SHOWS.iter().map(|(name, _)| *name)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "show it as `table`, `list`, `count` or `chart`".into(),
        };
        self.fail(entry.value.span, format!("`{word}` is no way to show an answer"), help);
        Show::default()
    }

    fn limit(&mut self, entry: &Entry) -> usize {
        let limit = entry.value.as_str().and_then(|t| t.trim().parse::<usize>().ok());
        if let Some(limit) = limit.filter(|n| (1..=MOST).contains(n)) {
            return limit;
        }
        let message = "`limit` must be a whole number".into();
        self.fail(place(entry), message, format!("write a number from 1 to {MOST}"));
        LIMIT
    }

    fn filters(&mut self, entry: &Entry, words: &Vocabulary<'_>) -> Vec<Filter> {
        let Value::Map(entries) = &entry.value.value else {
            let help = "write one line for each field below it, such as `  status: open`";
            self.fail(
                place(entry),
                format!("`where` must name fields, not {}", entry.value.what()),
                help,
            );
            return Vec::new();
        };
        entries.iter().filter_map(|entry| self.filter(entry, words)).collect()
    }

    fn filter(&mut self, entry: &Entry, words: &Vocabulary<'_>) -> Option<Filter> {
        let class = self.known(&entry.key, entry.key_span, words)?;
        let (mut any, mut at) = (Vec::new(), Vec::new());
        for (text, span) in self.several(entry) {
            match Test::read(text, class) {
                Ok(test) => {
                    if let Some(help) = words.misspelt(&entry.key, &test) {
                        let message = format!("`{}` is never `{}`", entry.key, test.word());
                        self.fail(span, message, help);
                    }
                    any.push(test);
                    at.push(span);
                }
                Err(help) => {
                    let message =
                        format!("`{text}` says nothing about `{}`, {}", entry.key, class.what());
                    self.fail(span, message, help);
                }
            }
        }
        (!any.is_empty()).then(|| Filter { field: words.canonical(&entry.key), any, at })
    }
}

fn place(entry: &Entry) -> Span {
    let span = entry.value.span;
    if span.start == span.end { entry.key_span } else { span }
}

#[cfg(test)]
mod tests;
