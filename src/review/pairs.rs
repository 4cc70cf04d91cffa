//! What belongs together on both sides: projects by their ids, files by where
//! they stand in their project, and where they moved by id, bytes or title.

use super::Side;
use crate::data::record::Record;
use crate::document::{Document, Item, Register};
use crate::measures::ProjectMeasures;
use crate::portfolio::{Portfolio, Project};
use crate::target::Target;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// A project on one side.
#[derive(Debug, Clone, Copy)]
pub(super) struct Here<'a> {
    /// The portfolio it belongs to.
    pub(super) p: &'a Portfolio,
    /// The project.
    pub(super) project: &'a Project,
    /// Its measures.
    pub(super) measures: &'a ProjectMeasures,
}

impl<'a> Here<'a> {
    /// Its newest published report.
    pub(super) fn report(self) -> Option<&'a Document> {
        self.p.documents.get(self.project.latest()?.document)
    }

    /// A record of its newest published report, such as `progress`.
    pub(super) fn told(self, name: &str) -> Option<&'a Record> {
        self.report()?.fields.record(name)
    }

    /// Its card, or the charter that carries the card's fields.
    pub(super) fn card(self) -> Option<&'a Document> {
        self.p.documents.get(self.project.card)
    }

    /// Its documents; what is dated after a past day that is shown is not there.
    pub(super) fn documents(self) -> impl Iterator<Item = &'a Document> {
        let p = self.p;
        let indexes = self.project.documents.iter().filter(move |i| !p.is_later(**i));
        indexes.filter_map(move |i| p.documents.get(*i))
    }

    /// Its registers.
    pub(super) fn registers(self) -> impl Iterator<Item = &'a Register> {
        let p = self.p;
        self.project.registers.iter().filter_map(move |i| p.registers.get(*i))
    }

    /// Where an item of it is shown.
    pub(super) fn item(self, item: &Item) -> Option<Target> {
        let named = !item.id.is_empty();
        named.then(|| Target::Item(self.project.id.clone(), (*item.id).into()))
    }
}

/// One project on both sides, or on one of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair<'a> {
    /// How it was.
    pub(super) was: Option<Here<'a>>,
    /// How it is.
    pub(super) now: Option<Here<'a>>,
}

/// Whether two projects are taken for the same.
type Way<'w> = &'w dyn Fn(&Here<'_>, &Here<'_>) -> bool;

fn all<'a>(side: &Side<'a>) -> impl Iterator<Item = Here<'a>> {
    let p = &side.checked.portfolio;
    let measured = p.projects.iter().zip(&side.checked.measures.projects);
    measured.map(move |(project, measures)| Here { p, project, measures })
}

/// All projects of both sides: by id, then those left over that have the same
/// card or the same title.
pub(super) fn projects<'a>(base: &Side<'a>, head: &Side<'a>) -> Vec<Pair<'a>> {
    let id = |a: &Here<'_>, b: &Here<'_>| a.project.id == b.project.id;
    let place = |a: &Here<'_>, b: &Here<'_>| id(a, b) && a.project.folder == b.project.folder;
    let alike = |a: &Here<'_>, b: &Here<'_>| {
        let bytes = |h: &Here<'_>| h.card().map(|c| c.digest);
        bytes(a) == bytes(b) || a.project.title == b.project.title
    };
    // Two projects of one id are told apart by their folders.
    let ways: [Way<'_>; 3] = [&place, &id, &alike];
    let mut was: Vec<Here<'a>> = all(base).collect();
    was.sort_by(|a, b| a.project.id.cmp(&b.project.id));
    let mut pairs = Vec::new();
    let mut left: Vec<Here<'a>> = all(head).collect();
    for way in ways {
        for now in std::mem::take(&mut left) {
            match was.iter().position(|before| way(before, &now)) {
                Some(at) => pairs.push(Pair { was: Some(was.remove(at)), now: Some(now) }),
                None => left.push(now),
            }
        }
    }
    pairs.extend(left.into_iter().map(|now| Pair { was: None, now: Some(now) }));
    pairs.extend(was.into_iter().map(|was| Pair { was: Some(was), now: None }));
    pairs
}

/// Which file of the head each file of the base is now; those that are gone
/// are not in it.
#[derive(Debug, Default)]
pub(super) struct Files {
    now: BTreeMap<Arc<str>, Arc<str>>,
    was: BTreeMap<Arc<str>, Arc<str>>,
}

/// What a file is told by when it moved.
struct File<'a> {
    path: &'a Arc<str>,
    /// The project's id and the way from its folder; empty outside projects.
    place: (Arc<str>, &'a str),
    digest: u128,
    /// Kind, id and title of a document.
    id: Option<&'a str>,
    title: Option<(&'a str, &'a str)>,
    /// The first list of a register and its first item.
    first: Option<(&'a str, &'a str)>,
}

fn files<'a>(side: &Side<'a>, ids: &HashMap<Arc<str>, Arc<str>>) -> Vec<File<'a>> {
    let p = &side.checked.portfolio;
    let place = |path: &'a str| match p.project_at(path) {
        Some(project) => {
            let id = ids.get(&project.id).unwrap_or(&project.id).clone();
            (id, path.strip_prefix(&*project.folder).unwrap_or(path))
        }
        None => (Arc::from(""), path),
    };
    let documents = p.documents.iter().enumerate().filter(|(i, _)| !p.is_later(*i));
    let documents = documents.map(|(_, d)| File {
        path: &d.path,
        place: place(&d.path),
        digest: d.digest,
        id: d.fields.text("id").filter(|_| d.typed),
        title: d.typed.then_some((&*d.kind.name, &*d.title)),
        first: None,
    });
    let registers = p.registers.iter().map(|r| File {
        path: &r.path,
        place: place(&r.path),
        digest: r.digest,
        id: None,
        title: None,
        first: r.lists.iter().find_map(|(list, _, items)| {
            Some((&**list, &*items.first()?.id)).filter(|f| !f.1.is_empty())
        }),
    });
    documents.chain(registers).collect()
}

impl Files {
    /// Find every file of the base again.
    pub(super) fn new(base: &Side<'_>, head: &Side<'_>, pairs: &[Pair<'_>]) -> Self {
        // A project that is known by another id now is still the same.
        let ids: HashMap<Arc<str>, Arc<str>> = pairs
            .iter()
            .filter_map(|pair| Some((pair.was?.project.id.clone(), pair.now?.project.id.clone())))
            .collect();
        let (was, now) = (files(base, &ids), files(head, &HashMap::new()));
        let mut found = Self::default();
        found.join(&was, &now, |f| Some((f.place.0.clone(), f.path)));
        found.join(&was, &now, |f| Some(f.place.clone()));
        found.join(&was, &now, |f| Some((f.place.0.clone(), f.id?)));
        found.join(&was, &now, |f| Some(f.digest));
        found.join(&was, &now, |f| Some((f.place.0.clone(), f.title?)));
        found.join(&was, &now, |f| Some((f.place.0.clone(), f.first?)));
        found
    }

    /// Join what is not joined yet and is the only one of its key on both sides.
    fn join<'f, K: Eq + std::hash::Hash>(
        &mut self,
        was: &'f [File<'f>],
        now: &'f [File<'f>],
        key: impl Fn(&'f File<'f>) -> Option<K>,
    ) {
        let mut theirs: HashMap<K, Vec<&Arc<str>>> = HashMap::new();
        for file in now.iter().filter(|f| !self.was.contains_key(f.path)) {
            if let Some(key) = key(file) {
                theirs.entry(key).or_default().push(file.path);
            }
        }
        let mut mine: HashMap<K, usize> = HashMap::new();
        let open: Vec<&File<'_>> = was.iter().filter(|f| !self.now.contains_key(f.path)).collect();
        for key in open.iter().filter_map(|f| key(f)) {
            *mine.entry(key).or_default() += 1;
        }
        for file in open {
            let Some(key) = key(file) else { continue };
            let one = mine.get(&key) == Some(&1);
            if let Some([path]) = theirs.get(&key).map(Vec::as_slice).filter(|_| one) {
                self.now.insert(file.path.clone(), (*path).clone());
                self.was.insert((*path).clone(), file.path.clone());
            }
        }
    }

    /// Where a file of the base is now; `None` where it is gone.
    pub(super) fn now(&self, path: &str) -> Option<&Arc<str>> {
        self.now.get(path)
    }

    /// Where a file of the head was; `None` where it is new.
    pub(super) fn was(&self, path: &str) -> Option<&Arc<str>> {
        self.was.get(path)
    }
}
