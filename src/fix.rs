//! Mends what can be mended without asking: adds stubs of missing sections,
//! writes dates and words of closed lists the way Milepost writes them, and
//! puts the keys of front matter in their kind's order.
//!
//! Prose is never touched, and nothing is guessed: a date that can be read two
//! ways stays as it is, and so does a word that is no other spelling of ours. Every mended text is parsed again before it counts; if
//! anything but what was meant has changed, the file is left alone. Nothing is
//! written here.

mod keys;
mod sections;
mod suggest;
mod values;

use crate::Checked;
use crate::config::Config;
use crate::data::{Node, Value, front_matter, toml, yaml};
use crate::date::Date;
use crate::document::{self, Document, Register};
use crate::error::Result;
use crate::finding::{Finding, Severity};
use crate::kinds::Kinds;
use crate::text::{Source, Span};
use crate::tree::{Listing, ReadError, Tree};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
pub use suggest::suggest;

/// Rounds of mending and checking again: a date that can now be read may show
/// that a section is missing.
const ROUNDS: usize = 4;

/// Why a value is left that stands in no text of its own.
const WRITTEN_OTHERWISE: &str =
    "with anchors, aliases or escapes it cannot be written anew for certain";

/// What was done to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Done {
    /// Dates and words written anew.
    pub values: usize,
    /// Whether keys changed places.
    pub keys: bool,
    /// Stubs of sections added.
    pub sections: usize,
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = |n: usize, word: &str| match n {
            0 => None,
            1 => Some(format!("1 {word}")),
            n => Some(format!("{n} {word}s")),
        };
        let parts = [
            number(self.values, "value"),
            self.keys.then(|| "order of keys".to_owned()),
            number(self.sections, "section stub"),
        ];
        f.write_str(&parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
    }
}

/// One file before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mend {
    /// Path relative to the book's `src`.
    pub path: Arc<str>,
    /// Its text now.
    pub before: String,
    /// Its text mended.
    pub after: String,
    /// What was done.
    pub done: Done,
}

/// What of a file would be mended, and why it is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Path relative to the book's `src`.
    pub path: Arc<str>,
    /// What is left to be done by hand.
    pub left: Done,
    /// Why.
    pub why: String,
}

/// What can be mended in a book.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mends {
    /// The files to be mended, by path.
    pub files: Vec<Mend>,
    /// Files that could be mended and are to be left alone.
    pub alone: Vec<(Arc<str>, Done)>,
    /// Files that need mending, in all or in part, in which it cannot be done
    /// for certain.
    pub kept: Vec<Kept>,
}

/// Everything that can be mended in a book. `untouchable` says of a path that
/// it is to be left alone.
///
/// # Errors
/// As [`crate::check`].
pub fn mends(
    tree: &dyn Tree,
    config: &Arc<Config>,
    as_of: Date,
    levels: &[(String, Severity)],
    untouchable: &dyn Fn(&str) -> bool,
) -> Result<Mends> {
    let original = Kinds::load(&Config::default());
    let mut mended: BTreeMap<Arc<str>, Mend> = BTreeMap::new();
    let mut alone: BTreeMap<Arc<str>, Done> = BTreeMap::new();
    let mut kept = Vec::new();
    for _ in 0..ROUNDS {
        let overlay = Overlay { tree, mended: &mended };
        let checked = crate::check(&overlay, config.clone(), as_of, levels)?;
        let (all, stay) = round(&checked, &overlay, &original);
        kept = stay;
        let (left, found): (Vec<Mend>, Vec<Mend>) =
            all.into_iter().partition(|mend| untouchable(&mend.path));
        alone.extend(left.into_iter().map(|mend| (mend.path, mend.done)));
        if found.is_empty() {
            break;
        }
        for mend in found {
            match mended.get_mut(&mend.path) {
                None => {
                    mended.insert(mend.path.clone(), mend);
                }
                Some(known) => {
                    known.after = mend.after;
                    known.done.values += mend.done.values;
                    known.done.keys |= mend.done.keys;
                    known.done.sections += mend.done.sections;
                }
            }
        }
    }
    let files = mended.into_values().filter(|mend| mend.before != mend.after).collect();
    kept.retain(|kept| !alone.contains_key(&kept.path));
    kept.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(Mends { files, alone: alone.into_iter().collect(), kept })
}

/// What one check shows can be mended, and what cannot.
fn round(checked: &Checked, tree: &dyn Tree, original: &Kinds) -> (Vec<Mend>, Vec<Kept>) {
    let p = &checked.portfolio;
    if !checked.config_problems.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let mut missing: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in checked.findings.iter().filter(|f| f.rule == "missing-section") {
        missing.entry(&finding.path).or_default().push(finding);
    }
    let none = Vec::new();
    let source = |path: &Arc<str>, digest: u128| {
        let source = Source::decode(path.clone(), tree.read(path).ok()?).ok()?;
        (source.digest == digest).then_some(source)
    };
    let documents = p.documents.par_iter().filter_map(|known| {
        let missing = missing.get(&*known.path).unwrap_or(&none);
        let source = source(&known.path, known.digest)?;
        let document = document::document(&source, &p.kinds);
        let mend = (!document.broken && doubt(&document).is_none())
            .then(|| mend_document(&source, &document, &p.kinds, original, missing))
            .flatten();
        let done = mend.as_ref().map(|mend| mend.done).unwrap_or_default();
        let kept = kept_of_document(&source, &document, original, missing, done);
        Some((mend, kept))
    });
    let registers = p.registers.par_iter().filter_map(|known| {
        let source = source(&known.path, known.digest)?;
        let register = document::parse_register(&source, &p.kinds)?;
        let mend = (!register.broken)
            .then(|| mend_register(&source, &register, &p.kinds, original))
            .flatten();
        let kept =
            if mend.is_some() { None } else { kept_of_register(&source, &p.kinds, original) };
        Some((mend, kept))
    });
    let (mends, kept): (Vec<_>, Vec<_>) = documents.chain(registers).unzip();
    (mends.into_iter().flatten().collect(), kept.into_iter().flatten().collect())
}

/// What a document still needs after what was `done`, and what stands against
/// it.
fn kept_of_document(
    source: &Source,
    document: &Document,
    original: &Kinds,
    missing: &[&Finding],
    done: Done,
) -> Option<Kept> {
    let (text, kind) = (&source.text, &document.kind);
    let split = front_matter::split(text);
    let root = match (split.yaml, split.toml.clone()) {
        (Some(range), _) => yaml::parse(text, range, &yaml::Limits::FRONT_MATTER).root,
        (None, Some(range)) => {
            // Lines above it as blanks, so that places are those of the file.
            let above = " ".repeat(range.start.saturating_sub(1)) + "\n";
            toml::parse(&(above + text.get(range).unwrap_or(""))).ok()
        }
        (None, None) => None,
    };
    let edits = root.map(|root| values::of_record(text, &root, kind, original.find(&kind.name)));
    let left = Done {
        values: edits.map_or(0, |edits| edits.len()).saturating_sub(done.values),
        keys: false,
        sections: sections::wanted(document, missing).len().saturating_sub(done.sections),
    };
    let why = match doubt(document) {
        _ if left == Done::default() => return None,
        Some(finding) => finding.message.clone(),
        None if left.values > 0 && split.toml.is_some() => "its front matter is TOML".into(),
        None if left.sections > 0 => {
            "a heading added there would not be read as one; perhaps a code block or a comment is never closed".into()
        }
        None => WRITTEN_OTHERWISE.into(),
    };
    Some(Kept { path: source.path.clone(), left, why })
}

/// What a register that is not mended needs, and what stands against it.
fn kept_of_register(source: &Source, kinds: &Kinds, original: &Kinds) -> Option<Kept> {
    let text = &source.text;
    let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let parsed = yaml::parse(text, start..text.len(), &yaml::Limits::REGISTER);
    let values = values::of_register(text, &parsed.root?, kinds, original).len();
    let why = match parsed.problems.first() {
        Some(problem) => problem.message.clone(),
        None => WRITTEN_OTHERWISE.into(),
    };
    let left = Done { values, ..Done::default() };
    (values > 0).then(|| Kept { path: source.path.clone(), left, why })
}

/// Why a document's text is not read for certain: a mistake in the syntax, a
/// key given twice or a kind nobody knows leaves open what is meant.
fn doubt(document: &Document) -> Option<&Finding> {
    document.findings.iter().find(|f| {
        f.rule == "unknown-kind" || crate::data::RULES.contains(&f.rule) || f.rule == "nul-byte"
    })
}

fn mend_document(
    source: &Source,
    document: &Document,
    kinds: &Kinds,
    original: &Kinds,
    missing: &[&Finding],
) -> Option<Mend> {
    let mut done = Done::default();
    let mut text = source.text.clone();
    let kind = &document.kind;
    if let Some(root) = front_matter(&text) {
        let mut edits = values::of_record(&text, &root, kind, original.find(&kind.name));
        edits.retain(|edit| edit.plain);
        if let Some(mended) = apply(&text, &edits).filter(|t| same(&text, t, Some(&edits))) {
            done.values = edits.len();
            text = mended;
        }
    }
    if document.typed
        && keys::may_move(&text, document)
        && let Some(mended) = keys::ordered(&text, kind).filter(|t| same(&text, t, None))
    {
        done.keys = true;
        text = mended;
    }
    if !missing.is_empty() {
        let source = Source { text: text.clone(), ..source.clone() };
        let now = document::document(&source, kinds);
        if let Some((mended, count)) = sections::with_stubs(&source, &now, kinds, missing) {
            done.sections = count;
            text = mended;
        }
    }
    finished(source, text, done)
}

fn mend_register(
    source: &Source,
    register: &Register,
    kinds: &Kinds,
    original: &Kinds,
) -> Option<Mend> {
    let text = &source.text;
    let root = whole(text)?;
    let mut edits = values::of_register(text, &root, kinds, original);
    edits.retain(|edit| edit.plain);
    let mended = apply(text, &edits)?;
    let after = whole(&mended)?;
    let again = document::parse_register(&Source { text: mended.clone(), ..source.clone() }, kinds);
    let no_worse = |r: Register| !r.broken && r.findings.len() <= register.findings.len();
    if !again.is_some_and(no_worse) || !alike(&root, &after, &mut edits.iter()) {
        return None;
    }
    finished(source, mended, Done { values: edits.len(), ..Done::default() })
}

fn finished(source: &Source, after: String, done: Done) -> Option<Mend> {
    let before = source.text.clone();
    (before != after).then(|| Mend { path: source.path.clone(), before, after, done })
}

/// One value to be written anew: where it stands, and what is written there.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Edit {
    /// The whole scalar, its quotes included.
    whole: Span,
    /// The bytes that are replaced.
    span: Span,
    text: String,
    /// Whether it stands there as it is read, so that it can be replaced.
    plain: bool,
}

/// The text with the edits made; `None` without any, or if two overlap.
fn apply(text: &str, edits: &[Edit]) -> Option<String> {
    let mut out = String::with_capacity(text.len() + 64);
    let mut at = 0;
    for edit in edits {
        let (start, end) = (edit.span.start as usize, edit.span.end as usize);
        out.push_str(text.get(at..start)?);
        out.push_str(&edit.text);
        at = end;
    }
    out.push_str(text.get(at..)?);
    (!edits.is_empty()).then_some(out)
}

/// The front matter of a text, if there is one and it is sound.
fn front_matter(text: &str) -> Option<Node> {
    let split = front_matter::split(text);
    let range = split.yaml.filter(|_| split.problem.is_none())?;
    let parsed = yaml::parse(text, range, &yaml::Limits::FRONT_MATTER);
    parsed.root.filter(|_| !parsed.broken && parsed.problems.is_empty())
}

/// A register as a tree, if it is sound.
fn whole(text: &str) -> Option<Node> {
    let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let parsed = yaml::parse(text, start..text.len(), &yaml::Limits::REGISTER);
    parsed.root.filter(|_| !parsed.broken && parsed.problems.is_empty())
}

/// Whether two texts have the same body, byte by byte, and front matter that
/// says the same: with the edits, or in another order of its keys.
fn same(before: &str, after: &str, edits: Option<&[Edit]>) -> bool {
    let body = |text: &str| front_matter::split(text).body;
    if before.get(body(before)..) != after.get(body(after)..) {
        return false;
    }
    let (Some(old), Some(mut new)) = (front_matter(before), front_matter(after)) else {
        return false;
    };
    if edits.is_none() {
        let place = |key: &str| old.entries().iter().position(|e| *e.key == *key);
        if let Value::Map(entries) = &mut new.value {
            entries.sort_by_key(|entry| place(&entry.key));
        }
    }
    alike(&old, &new, &mut edits.unwrap_or_default().iter())
}

/// Whether two trees say the same but for the edits, which come in the order
/// of the text.
fn alike(old: &Node, new: &Node, edits: &mut std::slice::Iter<'_, Edit>) -> bool {
    match (&old.value, &new.value) {
        (Value::Null, Value::Null) => true,
        (Value::Scalar(a), Value::Scalar(b)) => {
            match edits.as_slice().first().filter(|edit| edit.whole == old.span) {
                Some(edit) => {
                    edits.next();
                    *edit.text == *b.text && a.plain == b.plain
                }
                None => a == b,
            }
        }
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b, edits))
        }
        (Value::Map(a), Value::Map(b)) => {
            a.len() == b.len()
                && a.iter().zip(b).all(|(a, b)| a.key == b.key && alike(&a.value, &b.value, edits))
        }
        _ => false,
    }
}

/// A tree in which some files are mended already.
struct Overlay<'a> {
    tree: &'a dyn Tree,
    mended: &'a BTreeMap<Arc<str>, Mend>,
}

impl Tree for Overlay<'_> {
    fn list(&self) -> Result<Listing> {
        self.tree.list()
    }

    fn read(&self, path: &str) -> std::result::Result<Vec<u8>, ReadError> {
        match self.mended.get(path) {
            Some(mend) => Ok(mend.after.clone().into_bytes()),
            None => self.tree.read(path),
        }
    }
}

#[cfg(test)]
mod tests;
