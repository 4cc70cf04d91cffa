//! Every link resolved once: markdown links, ids in prose, links in fields.

use super::Portfolio;
use super::project::{Id, Project};
use crate::assets::published;
use crate::data::record::{Datum, Record};
use crate::document::folder;
use crate::markdown::Link;
use crate::target::Target;
use crate::text::Span;
use ahash::{HashMap, HashSet};
use rayon::prelude::*;
use std::sync::Arc;

/// Where a link of a document leads.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Resolved {
    /// To something of the book.
    To(Target),
    /// Out of the site, by an allowed scheme.
    External,
    /// To a document that lacks that heading.
    NoAnchor(Target, Arc<str>),
    /// To nothing: the path it would have, relative to the book.
    Broken(Arc<str>),
    /// Out of the book.
    Outside,
    /// To a scheme or host that is not allowed.
    Unsafe,
}

pub(super) fn resolve_all(p: &mut Portfolio) {
    let copied = p.assets.iter().filter(|a| published(&a.path, &p.config));
    let assets: HashSet<Arc<str>> = copied.map(|a| a.path.clone()).collect();
    p.summary_links = summary(p, &assets);
    let found: Vec<Found> = (0..p.documents.len())
        .into_par_iter()
        .with_max_len(64)
        .map(|i| find(p, &assets, i))
        .collect();
    let (mut links, mut mentions) =
        (Vec::with_capacity(found.len()), Vec::with_capacity(found.len()));
    // Documents come in order, so each list is sorted and its last one tells a
    // repetition.
    let mut back: Vec<Vec<usize>> = vec![Vec::new(); found.len()];
    let note = |list: &mut Vec<usize>, i| {
        if list.last() != Some(&i) {
            list.push(i);
        }
    };
    let mut item_back: HashMap<Target, Vec<usize>> = HashMap::default();
    for (i, found) in found.into_iter().enumerate() {
        for to in found.documents {
            if let Some(list) = back.get_mut(to) {
                note(list, i);
            }
        }
        for item in found.items {
            note(item_back.entry(item).or_default(), i);
        }
        links.push(found.links);
        mentions.push(found.mentions);
    }
    p.backlinks = back;
    p.item_backlinks = item_back;
    (p.links, p.mentions) = (links, mentions);
    for document in &mut p.documents {
        // Said now by the mentions that resolve.
        document.outline.mentions = Box::default();
    }
}

/// The entries of `SUMMARY.md`; a draft chapter without an address is none.
fn summary(p: &Portfolio, assets: &HashSet<Arc<str>>) -> Vec<(Link, Resolved)> {
    let Some((path, text)) = &p.summary else { return Vec::new() };
    let links = crate::markdown::outline(text, 0).links.into_vec().into_iter();
    let links = links.filter(|link| !link.dest.is_empty());
    links
        .map(|link| {
            let to = resolve_link(p, assets, path, &link.dest);
            (link, to)
        })
        .collect()
}

/// What one document names: by its links, in its prose, in its fields.
#[derive(Default)]
struct Found {
    links: Vec<Resolved>,
    mentions: Vec<(Span, Target)>,
    /// Other documents, those of items included.
    documents: Vec<usize>,
    items: Vec<Target>,
}

fn find(p: &Portfolio, assets: &HashSet<Arc<str>>, index: usize) -> Found {
    let Some(document) = p.documents.get(index) else { return Found::default() };
    let project = p.project_of(index);
    let outline = &document.outline;
    let link = |dest: &str| resolve_link(p, assets, &document.path, dest);
    let mentions = outline.mentions.iter();
    let mut found = Found {
        links: outline.links.iter().map(|l| link(&l.dest)).collect(),
        mentions: mentions
            .filter_map(|(span, word)| Some((*span, resolve_id(p, word, project)?)))
            .collect(),
        ..Found::default()
    };
    let mut words = Vec::new();
    link_fields(&document.fields, &mut words);
    let from_fields = words.iter().filter_map(|w| resolve_word(p, w, &document.path, project));
    let targets = found.links.iter().filter_map(|r| match r {
        Resolved::To(target) | Resolved::NoAnchor(target, _) => Some(target),
        _ => None,
    });
    let targets = targets.chain(found.mentions.iter().map(|(_, target)| target)).cloned();
    let counts = !p.is_later(index);
    for target in targets.chain(from_fields).filter(|_| counts) {
        let to = match &target {
            Target::Document(path) | Target::Heading(path, _) => p.index_of(path),
            Target::Item(..) => document_of_item(p, &target),
            _ => None,
        };
        found.documents.extend(to.filter(|to| *to != index));
        if matches!(target, Target::Item(..)) {
            found.items.push(target);
        }
    }
    found
}

fn document_of_item(p: &Portfolio, target: &Target) -> Option<usize> {
    let Target::Item(project, id) = target else { return None };
    p.project(project)?.item(id)?.document
}

/// Words in the `links` fields, wherever they stand.
fn link_fields<'a>(record: &'a Record, out: &mut Vec<&'a str>) {
    for slot in &record.slots {
        if matches!(
            &*slot.name,
            "links"
                | "asks"
                | "top_risks"
                | "top_issues"
                | "critical_path"
                | "decisions"
                | "actions"
                | "rebaselines"
        ) {
            words(&slot.datum, out);
        }
    }
}

fn words<'a>(datum: &'a Datum, out: &mut Vec<&'a str>) {
    match datum {
        Datum::Text(text) => out.push(text),
        Datum::List(items) => out.extend(items.iter().filter_map(|i| match &i.datum {
            Datum::Text(text) => Some(&**text),
            _ => None,
        })),
        _ => {}
    }
}

/// Where a markdown link leads.
fn resolve_link(p: &Portfolio, assets: &HashSet<Arc<str>>, from: &str, dest: &str) -> Resolved {
    if let Some(scheme) = scheme(dest) {
        let allowed =
            ["http", "https", "mailto", "tel"].contains(&scheme.to_ascii_lowercase().as_str());
        return if allowed { Resolved::External } else { Resolved::Unsafe };
    }
    if dest.starts_with("//") || dest.starts_with('\\') || dest.starts_with("/\\") {
        return Resolved::Unsafe;
    }
    let (path, fragment) = dest.split_once('#').map_or((dest, None), |(p, f)| (p, Some(f)));
    let path = path.split('?').next().unwrap_or(path);
    let (path, fragment) = (decode(path), fragment.map(decode).filter(|f| !f.is_empty()));
    let full = if path.is_empty() {
        from.to_owned()
    } else {
        match join(folder(from), &path) {
            Some(full) => full,
            None => return Resolved::Outside,
        }
    };
    let Some(document) = find_document(p, &full) else {
        if path.ends_with('/') || path.is_empty() || p.folders.contains(full.as_str()) {
            let full = full.trim_end_matches('/');
            if p.folders.contains(full) {
                return Resolved::To(Target::Folder(full.into()));
            }
        }
        if let Some(path) = register(p, &full) {
            return Resolved::To(Target::Register(path));
        }
        return match assets.get(full.as_str()) {
            Some(path) => Resolved::To(Target::Asset(path.clone())),
            None => Resolved::Broken(full.into()),
        };
    };
    let path = p.documents[document].path.clone();
    let Some(fragment) = fragment else { return Resolved::To(Target::Document(path)) };
    let outline = &p.documents[document].outline;
    if outline.headings.iter().any(|h| *h.id == *fragment) {
        return Resolved::To(Target::Heading(path, fragment.into()));
    }
    if outline.anchors.iter().any(|id| **id == *fragment) {
        return Resolved::To(Target::Heading(path, format!("u-{fragment}").into()));
    }
    match p.project_of(document).filter(|pr| pr.knows(&fragment) && pr.card == document) {
        Some(project) => Resolved::To(Target::Item(project.id.clone(), fragment.into())),
        None => Resolved::NoAnchor(Target::Document(path), fragment.into()),
    }
}

/// The document a path names: itself, its `.html` twin's source, or the page
/// of a folder.
fn find_document(p: &Portfolio, path: &str) -> Option<usize> {
    if let Some(i) = p.index_of(path) {
        return Some(i);
    }
    if let Some(stem) = path.strip_suffix(".html")
        && let Some(i) = p.index_of(&format!("{stem}.md"))
    {
        return Some(i);
    }
    let folder = path.trim_end_matches('/');
    let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    ["index.md", "README.md", "_index.md"]
        .iter()
        .find_map(|name| p.index_of(&format!("{prefix}{name}")))
}

/// The register file of a project with that path: its items have a page.
fn register(p: &Portfolio, path: &str) -> Option<Arc<str>> {
    let i = p.registers.binary_search_by(|r| (*r.path).cmp(path)).ok()?;
    let register = p.registers.get(i)?;
    p.project_at(path).map(|_| register.path.clone())
}

/// The scheme of a URL, if it has one.
fn scheme(dest: &str) -> Option<&str> {
    let colon = dest.find(':')?;
    let scheme = dest.get(..colon)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    let good = scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(plain);
    // Odd characters before the colon may be an attempt to hide a scheme.
    let odd = !good
        && !scheme.contains(['/', '#', '?'])
        && scheme.contains(|c: char| c.is_control() || c.is_whitespace());
    (good || odd).then_some(scheme)
}

/// Join a relative path to a folder; `None` when it leaves the book. A path
/// that begins with `/` counts from the book's root.
#[must_use]
pub fn join(base: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = if path.starts_with('/') {
        Vec::new()
    } else {
        base.split('/').filter(|p| !p.is_empty()).collect()
    };
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    let mut joined = parts.join("/");
    if path.ends_with('/') && !joined.is_empty() {
        joined.push('/');
    }
    Some(joined)
}

fn decode(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while let Some(&b) = bytes.get(i) {
        let hex = text
            .get(i + 1..i + 3)
            .filter(|_| b == b'%')
            .and_then(|h| u8::from_str_radix(h, 16).ok());
        match hex {
            Some(byte) => {
                out.push(byte);
                i += 3;
            }
            None => {
                out.push(b);
                i += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

/// What an id in prose names; nothing unless it resolves.
fn resolve_id(p: &Portfolio, word: &str, project: Option<&Project>) -> Option<Target> {
    if let Some((other, id)) = word.split_once('/') {
        return target_of(p, p.project(other)?, id);
    }
    target_of(p, project?, word)
}

fn target_of(p: &Portfolio, project: &Project, id: &str) -> Option<Target> {
    let (id, what) = project.ids.get_key_value(id)?;
    match what {
        Id::Item(..) => Some(Target::Item(project.id.clone(), id.clone())),
        Id::Document(i) => p.documents.get(*i).map(|d| Target::Document(d.path.clone())),
    }
}

/// What a word of a link field means.
pub(super) fn resolve_word(
    p: &Portfolio,
    word: &str,
    path: &str,
    project: Option<&Project>,
) -> Option<Target> {
    if word.starts_with("https://") || word.starts_with("http://") || word.starts_with("mailto:") {
        return Some(Target::Url(word.into()));
    }
    let (bare, fragment) = word.split_once('#').map_or((word, None), |(b, f)| (b, Some(f)));
    let dotted = bare.as_bytes().contains(&b'.');
    let name = if dotted { bare.rsplit('/').next() } else { None };
    let ending = name.and_then(|name| name.rsplit_once('.')).map(|(_, e)| e);
    let file = ending.is_some_and(|e| {
        !e.is_empty()
            && e.len() <= 8
            && e.chars().all(|c| c.is_ascii_alphanumeric())
            && e.chars().any(|c| c.is_ascii_alphabetic())
    });
    if file || word.ends_with('/') {
        let mut bases = vec![folder(path)];
        bases.extend(project.map(|pr| &*pr.folder));
        return bases.into_iter().find_map(|base| {
            let full = join(base, bare)?;
            if let Some(i) = find_document(p, &full) {
                let path = p.documents.get(i)?.path.clone();
                return Some(fragment.map_or_else(
                    || Target::Document(path.clone()),
                    |f| Target::Heading(path.clone(), f.into()),
                ));
            }
            if let Some(path) = register(p, &full) {
                return Some(Target::Register(path));
            }
            let asset = p.assets.binary_search_by(|a| (*a.path).cmp(&full)).is_ok();
            asset.then(|| Target::Asset(full.into()))
        });
    }
    if let Some(target) = project.and_then(|pr| target_of(p, pr, word)) {
        return Some(target);
    }
    if let Some((other, id)) = word.split_once('/')
        && let Some(target) = p.project(other).and_then(|pr| target_of(p, pr, id))
    {
        return Some(target);
    }
    if let Some(project) = p.project(word) {
        return Some(Target::Project(project.id.clone()));
    }
    // Documents outside projects are found by their ids alone.
    let document = p.documents.get(*p.by_id.get(word.trim())?)?;
    Some(Target::Document(document.path.clone()))
}
