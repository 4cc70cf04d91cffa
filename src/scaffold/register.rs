//! A new item of a register: a block put after the last one, every other byte
//! left as it is.

use super::document::{known, wanted};
use super::{Draft, Subject, yaml};
use crate::data::field::{Field, Level};
use crate::document::{self, Parsed, folder};
use crate::error::{Error, Result};
use crate::kinds::{Kind, Role};
use crate::portfolio::Project;
use crate::text::Source;
use crate::tree::{FileEntry, ReadError, Stamp, Tree};

/// The next free id of a kind in a project, written like those there are.
pub(super) fn next_id(kind: &Kind, project: &Project) -> Option<String> {
    if kind.id_prefix.is_empty() {
        return None;
    }
    let example = kind.fields.find("id").and_then(|field| field.example.as_deref());
    let example = example.unwrap_or("1");
    let stem = |id: &str| id.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
    let of = |id: &str| {
        let head = stem(id);
        let bare = head.trim_end_matches(['-', '_']);
        let digits = id.get(head.len()..).filter(|digits| !digits.is_empty())?;
        let number: u64 = digits.parse().ok()?;
        bare.eq_ignore_ascii_case(&kind.id_prefix).then_some((number, head, digits.len()))
    };
    let ids = project.known_ids();
    let highest = ids.iter().filter_map(|id| of(id)).max_by_key(|(number, ..)| *number);
    let (number, head, width) = highest.unwrap_or_else(|| {
        let head = stem(example);
        let width = example.len() - head.len();
        (0, head, width)
    });
    Some(format!("{head}{:0width$}", number.checked_add(1)?))
}

/// Add an item to the register of the project that holds such items, or begin
/// one.
pub(super) fn add(
    subject: &Subject<'_>,
    project: &Project,
    key: &str,
    tree: &dyn Tree,
) -> Result<Draft> {
    let registers = || project.registers.iter().filter_map(|i| subject.p.registers.get(*i));
    let draft = |path: &str, text: String, before: Option<String>| Draft {
        path: path.to_owned(),
        text,
        before,
        id: subject.id.clone(),
    };
    for register in registers() {
        let Some((_, _, items)) = register.lists.iter().find(|(name, ..)| **name == *key) else {
            continue;
        };
        let before = read(tree, &register.path)?;
        let end = items.last().map(|item| (item.span.start as usize, item.span.end as usize));
        let text = match end {
            Some((start, end)) => after(&before, subject, start, end),
            None => begun(&before, subject, key),
        };
        let text = text
            .filter(|text| grew(subject, &register.path, text, key, items.len()))
            .ok_or_else(|| by_hand(&register.path))?;
        return Ok(draft(&register.path, text, Some(before)));
    }
    let home = subject.kind.file.split('/').next().unwrap_or(key);
    let home = home.strip_suffix(".md").unwrap_or(home);
    let path = format!("{}/{home}.yaml", project.folder);
    let path = path.trim_start_matches('/');
    let block = block(subject, "  ", "\n");
    if registers().any(|register| &*register.path == path) {
        let before = read(tree, path)?;
        let end = newline(&before);
        let gap = if before.is_empty() || before.ends_with('\n') { "" } else { end };
        let text = format!("{before}{gap}{key}:{end}{}", block.replace('\n', end));
        if !grew(subject, path, &text, key, 0) {
            return Err(by_hand(path));
        }
        return Ok(draft(path, text, Some(before)));
    }
    Ok(draft(path, begin(subject, key), None))
}

/// A register with one item.
pub(super) fn begin(subject: &Subject<'_>, key: &str) -> String {
    format!("updated: {}\n{key}:\n{}", subject.date, block(subject, "  ", "\n"))
}

fn by_hand(path: &str) -> Error {
    Error::usage(format!("`{path}` is not written one block for each item"))
        .help("add the item by hand, or write the list as blocks that begin with `- id:`")
}

fn read(tree: &dyn Tree, path: &str) -> Result<String> {
    let bytes = tree.read(path).map_err(|error| match error {
        ReadError::Io(error) => error,
        ReadError::Finding(finding) => Error::io(format!("`{path}`: {}", finding.message)),
    })?;
    let source = Source::decode(path.into(), bytes);
    source.map(|source| source.text).map_err(|e| Error::usage(format!("`{path}`: {}", e.message)))
}

fn newline(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// The text with a block after the item that spans `start..end`, indented like
/// it.
fn after(text: &str, subject: &Subject<'_>, start: usize, end: usize) -> Option<String> {
    let line = text.get(..start)?.rfind('\n').map_or(0, |n| n + 1);
    let indent = text.get(line..start)?.split_once('-')?.0;
    if !indent.chars().all(|c| c == ' ') {
        return None;
    }
    let eol = newline(text);
    // A block scalar may end in a line end of its own.
    let end = if text.get(..end)?.ends_with('\n') {
        end
    } else {
        text.get(end..)?.find('\n').map_or(text.len(), |n| end + n + 1)
    };
    let (head, tail) = text.split_at_checked(end)?;
    let gap = if head.ends_with('\n') { "" } else { eol };
    Some(format!("{head}{gap}{}{tail}", block(subject, indent, eol)))
}

/// The text with a first item below the key of an empty list.
fn begun(text: &str, subject: &Subject<'_>, key: &str) -> Option<String> {
    let eol = newline(text);
    let mut out = String::with_capacity(text.len() + 200);
    let mut done = false;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end();
        let rest = bare.strip_prefix(key).and_then(|rest| rest.strip_prefix(':'));
        if let Some(rest) = rest.filter(|rest| !done && matches!(rest.trim(), "" | "[]")) {
            done = true;
            let kept = bare.get(..bare.len() - rest.len())?;
            out.push_str(&format!("{kept}{eol}{}", block(subject, "  ", eol)));
        } else {
            out.push_str(line);
        }
    }
    done.then_some(out)
}

/// Whether the new text reads as the old one with one more item.
fn grew(subject: &Subject<'_>, path: &str, text: &str, key: &str, before: usize) -> bool {
    let file = FileEntry { path: path.into(), size: 0, stamp: Stamp::default() };
    let Ok(source) = Source::decode(path.into(), text.as_bytes().to_vec()) else { return false };
    let Parsed::Register(register) = document::parse(&source, &subject.p.kinds, file) else {
        return false;
    };
    let list = register.lists.iter().find(|(name, ..)| **name == *key);
    let Some((_, _, items)) = list.filter(|_| !register.broken) else { return false };
    let last = items.last().map(|item| &*item.id);
    items.len() == before + 1
        && last == subject.id.as_deref()
        && folder(&register.path) == folder(path)
}

/// Fields that an open item is asked for by rules of their own: who, by when.
const ASKED: &[&str] = &["owner", "due", "need_by", "needed_by", "validate_by"];

/// The item's fields: what is known, and what is still wanted.
fn block(subject: &Subject<'_>, indent: &str, eol: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    // Of every document there may be an owner; of an item only where its kind
    // says so.
    let page = subject.p.kinds.of_role(Role::Page).map(|kind| kind.fields.clone());
    let common = |field: &Field| {
        page.as_ref().and_then(|p| p.find(&field.name)).is_some_and(|c| c.about == field.about)
    };
    // A milestone is dated by its baseline; its `due` is of a contract.
    let dated = subject.kind.fields.find("original").is_some();
    let asked = |field: &Field| {
        ASKED.contains(&&*field.name) && !common(field) && !(dated && &*field.name == "due")
    };
    for field in &subject.kind.fields.list {
        if matches!(&*field.name, "kind" | "project" | "approvals" | "version" | "author" | "tags")
        {
            continue;
        }
        if let Some(value) = known(subject, field) {
            lines.push(format!("{}: {value}", field.name));
        } else if wanted(subject, field) == Level::Required || asked(field) {
            lines.push(format!("{}:  # {}", field.name, field.about));
        } else if wanted(subject, field) == Level::Expected {
            lines.push(format!("# {}:  {}", field.name, field.about));
        }
    }
    // The item begins with its id.
    lines.sort_by_key(|line| !line.starts_with("id:"));
    if lines.is_empty() {
        lines.push(format!("id: {}", yaml::text(subject.id.as_deref().unwrap_or("1"))));
    }
    let mut out = String::new();
    for (n, line) in lines.iter().enumerate() {
        let lead = if n == 0 { "- " } else { "  " };
        out.push_str(&format!("{indent}{lead}{line}{eol}"));
    }
    out
}
