//! What the commits made of files that carry approvals: which approvals stood in
//! each version, and whether anything else changed.

use super::{MOST, change};
use crate::document::{document, parse_register};
use crate::error::Result;
use crate::portfolio::approvals::{Approval, Decision, Subject, of, subjects};
use crate::portfolio::history::{Last, Signature, Version};
use crate::portfolio::{Portfolio, Project};
use crate::text::{Source, Span};
use crate::tree::Tree;
use crate::tree::git::{CommitId, Repository, Touch};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use xxhash_rust::xxh3::Xxh3;

/// Most commits that are told of one approved file.
const EACH: usize = 50;

/// Most bytes of a version that is looked into.
const MOST_BYTES: u64 = 8 << 20;

/// The versions of each file that somebody approved, newest first; what is not
/// committed comes before all.
pub(super) fn versions(
    repository: &Repository,
    head: CommitId,
    sub: &str,
    p: &Portfolio,
    last: &BTreeMap<Arc<str>, Last>,
    tree: &(dyn Tree + Sync),
) -> Result<BTreeMap<Arc<str>, Vec<Version>>> {
    let mut approved: BTreeMap<&Arc<str>, &Project> = BTreeMap::new();
    for project in &p.projects {
        let signed = subjects(p, project).filter(|s| !signatures(p, project, *s).is_empty());
        approved.extend(signed.map(|subject| (subject.path(), project)));
    }
    let asked = approved.keys().map(|path| &***path);
    let found = repository.touching(head, sub, asked, EACH, MOST)?;
    let told = found.into_par_iter().map(|(path, touches)| {
        let path: Arc<str> = path.into();
        let Some(project) = approved.get(&path) else { return Ok((path, Vec::new())) };
        let mut versions = Vec::with_capacity(touches.len() + 1);
        if let (Some(Last::Edited(_)), Ok(bytes)) = (last.get(&path), tree.read(&path)) {
            let (approvals, rest) = read(p, project, &path, bytes);
            versions.push(Version { change: None, approvals, rest });
        }
        for touch in touches {
            versions.extend(committed(repository, p, project, &path, touch)?);
        }
        Ok((path, versions))
    });
    told.collect()
}

fn committed(
    repository: &Repository,
    p: &Portfolio,
    project: &Project,
    path: &Arc<str>,
    touch: Touch,
) -> Result<Option<Version>> {
    let Some(change) = change(&repository.commit(touch.commit)?) else { return Ok(None) };
    let Some(blob) = touch.blob else { return Ok(None) };
    let (approvals, rest) = match repository.content(blob, MOST_BYTES)? {
        Some(bytes) => read(p, project, path, bytes),
        None => (Vec::new(), 0),
    };
    Ok(Some(Version { change: Some(change), approvals, rest }))
}

/// The approvals of a version, and the hash of all else.
fn read(p: &Portfolio, pr: &Project, path: &Arc<str>, bytes: Vec<u8>) -> (Vec<Signature>, u128) {
    let Ok(source) = Source::decode(path.clone(), bytes) else { return (Vec::new(), 0) };
    let look = |subject: Subject<'_>| {
        let slot = subject.fields().slot("approvals");
        let cut = slot.map(|s| {
            let start = s.key_span.start.min(s.span.start);
            Span { start, end: s.span.end.max(s.key_span.end) }
        });
        (signatures(p, pr, subject), cut)
    };
    let kinds = &p.kinds;
    let register = p.registers.iter().any(|r| r.path == *path);
    let (approvals, cut) = if register {
        parse_register(&source, kinds).map(|r| look(Subject::Register(&r))).unwrap_or_default()
    } else {
        look(Subject::Document(&document(&source, kinds)))
    };
    (approvals, rest(&source.text, cut))
}

/// The hash of a text without a part of it, spaces and line ends apart.
fn rest(text: &str, cut: Option<Span>) -> u128 {
    let cut = cut.unwrap_or_default();
    let mut hash = Xxh3::new();
    let parts = [text.get(..cut.start as usize), text.get(cut.end as usize..)];
    for word in parts.into_iter().flatten().flat_map(str::split_whitespace) {
        hash.update(word.as_bytes());
        hash.update(b" ");
    }
    hash.digest128()
}

fn signatures(p: &Portfolio, project: &Project, subject: Subject<'_>) -> Vec<Signature> {
    let entries = of(p, project, subject);
    entries.iter().filter(|e| e.decision == Decision::Approved).map(Approval::signature).collect()
}
