//! Documents and registers brought together: projects, programmes, people,
//! ids, and every link resolved once.

pub mod approvals;
mod declared;
pub mod gates;
pub mod history;
mod items;
mod links;
mod milestone;
pub mod people;
mod phase;
mod project;
mod rewind;
pub mod routes;

pub use declared::{Declared, declared, reason};
pub use items::Items;
pub use links::{Resolved, join};
pub use milestone::Milestone;
pub use phase::Stated;
pub use project::{Dates, Project, Report, State};
pub use rewind::Rewound;

use crate::config::Config;
use crate::date::Date;
use crate::document::{Document, Item, Names, Parsed, Register, folder};
use crate::finding::Finding;
use crate::kinds::{Kinds, Role};
use crate::lifecycles::{Lifecycles, Requirement};
use crate::markdown::Link;
use crate::target::Target;
use crate::text::{LineIndex, Span};
use crate::tree::FileEntry;
use ahash::HashMap;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Everything known of a book on its as-of date.
#[derive(Debug)]
pub struct Portfolio {
    /// What `book.toml` says.
    pub config: Arc<Config>,
    /// All kinds.
    pub kinds: Arc<Kinds>,
    /// All lifecycles and the requirement matrix.
    pub lifecycles: Arc<Lifecycles>,
    /// The "today" of this build.
    pub as_of: Date,
    /// All markdown files, in path order.
    pub documents: Vec<Document>,
    /// All registers, in path order.
    pub registers: Vec<Register>,
    /// All projects, in order of their ids.
    pub projects: Vec<Project>,
    /// Files that are copied, in path order.
    pub assets: Vec<FileEntry>,
    /// Folders that hold a document, at any depth; the root is the empty path.
    pub folders: BTreeSet<Arc<str>>,
    /// Items of registers that lie in no project.
    pub loose: Vec<Item>,
    /// What the repository tells of the files, where it was asked.
    pub history: history::History,
    /// Text of `SUMMARY.md`.
    pub summary: Option<(Arc<str>, String)>,
    /// Its links, and where each leads.
    pub summary_links: Vec<(Link, Resolved)>,
    /// For each document, where its links lead, in the order of its outline.
    pub links: Vec<Vec<Resolved>>,
    /// For each document, the ids in its prose that resolve.
    pub mentions: Vec<Vec<(Span, Target)>>,
    /// For each document, the documents that link to it, in path order.
    pub backlinks: Vec<Vec<usize>>,
    /// For each item (project id and item id), the documents that name it.
    pub item_backlinks: HashMap<Target, Vec<usize>>,
    /// What was taken away to show a past day; `None` when none is asked for.
    pub rewound: Option<Rewound>,
    /// What was found while reading.
    pub findings: Vec<Finding>,
    by_path: HashMap<Arc<str>, usize>,
    /// Documents outside projects by their `id`.
    by_id: HashMap<Box<str>, usize>,
    by_folder: HashMap<Arc<str>, usize>,
    /// Projects by their ids; of one id the first.
    by_project: HashMap<Arc<str>, usize>,
    project_of: Vec<Option<usize>>,
    people: Option<Names>,
    /// The entries of `people`, by handle without its `@`; of one handle the first.
    by_handle: HashMap<Box<str>, usize>,
    units: Option<Names>,
}

impl Portfolio {
    /// The document of that path.
    #[must_use]
    pub fn document(&self, path: &str) -> Option<&Document> {
        self.documents.get(*self.by_path.get(path)?)
    }

    /// The index of the document of that path.
    #[must_use]
    pub fn index_of(&self, path: &str) -> Option<usize> {
        self.by_path.get(path).copied()
    }

    /// The project a document belongs to.
    #[must_use]
    pub fn project_of(&self, document: usize) -> Option<&Project> {
        self.projects.get(self.project_index(document)?)
    }

    /// The position of the project a document belongs to.
    #[must_use]
    pub fn project_index(&self, document: usize) -> Option<usize> {
        *self.project_of.get(document)?
    }

    /// The project of that id.
    #[must_use]
    pub fn project(&self, id: &str) -> Option<&Project> {
        self.projects.get(self.position(id)?)
    }

    /// The position of the project of that id.
    #[must_use]
    pub fn position(&self, id: &str) -> Option<usize> {
        self.by_project.get(id).copied()
    }

    /// The project whose folder holds a path.
    #[must_use]
    pub fn project_at(&self, path: &str) -> Option<&Project> {
        self.projects.get(holder(&self.by_folder, path)?)
    }

    /// The position of the project whose own folder this is.
    #[must_use]
    pub fn project_in(&self, folder: &str) -> Option<usize> {
        self.by_folder.get(folder).copied()
    }

    /// A person's name for readers: what `people.yaml` says of a handle, else
    /// the word as written.
    #[must_use]
    pub fn person<'a>(&'a self, written: &'a str) -> &'a str {
        self.person_record(written).and_then(|r| r.text("name")).unwrap_or(written)
    }

    /// What `people.yaml` says of a handle.
    #[must_use]
    pub fn person_record(&self, written: &str) -> Option<&crate::data::record::Record> {
        let entries = &self.people.as_ref()?.entries;
        entries.slots.get(*self.by_handle.get(bare(written))?)?.datum.record()
    }

    /// All handles of `people.yaml`, with their `@`, sorted; `None` without the
    /// file, and where a syntax error may hide some of them.
    #[must_use]
    pub fn handles(&self) -> Option<Vec<String>> {
        let entries = &self.people.as_ref().filter(|names| !names.broken)?.entries;
        let mut all: Vec<String> =
            entries.slots.iter().map(|s| format!("@{}", bare(&s.name))).collect();
        all.sort_unstable();
        Some(all)
    }

    /// A path as seen from the book's folder, for what is to be made there.
    #[must_use]
    pub fn in_book(&self, path: &str) -> String {
        match self.config.src.trim_matches('/') {
            "" | "." => path.to_owned(),
            src => format!("{src}/{path}"),
        }
    }

    /// What `people.yaml` says.
    #[must_use]
    pub fn people(&self) -> Option<&Names> {
        self.people.as_ref()
    }

    /// What `units.yaml` says.
    #[must_use]
    pub fn units(&self) -> Option<&Names> {
        self.units.as_ref()
    }

    /// Title of a programme: as `book.toml` gives it, else the slug in words.
    #[must_use]
    pub fn programme_title(&self, slug: &str) -> String {
        let title = self.config.programmes.iter().find(|(s, _)| s == slug).map(|(_, t)| t.clone());
        title.unwrap_or_else(|| {
            let words = slug.replace(['-', '_'], " ");
            let mut chars = words.chars();
            chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
        })
    }

    /// Programmes that have a project, by title.
    #[must_use]
    pub fn programmes(&self) -> Vec<(String, Vec<&Project>)> {
        let mut map: BTreeMap<(String, &str), Vec<&Project>> = BTreeMap::new();
        for project in &self.projects {
            if let Some(slug) = project.programme.as_deref() {
                map.entry((self.programme_title(slug), slug)).or_default().push(project);
            }
        }
        map.into_iter().map(|((_, slug), projects)| (slug.to_owned(), projects)).collect()
    }

    /// A tier's label with its id, as pages print it.
    #[must_use]
    pub fn tier_label(&self, tier: usize) -> String {
        self.config.tiers.get(tier).map(crate::config::Tier::show).unwrap_or_default()
    }

    /// What the lifecycle of a project requires of each phase class and tier.
    #[must_use]
    pub fn requirements<'a>(&'a self, project: &'a Project) -> &'a [Requirement] {
        self.lifecycles.requirements_of(project.lifecycle.as_ref())
    }

    /// Whether a document is dated after the past day that is shown: it has its
    /// page and counts nowhere.
    #[must_use]
    pub fn is_later(&self, document: usize) -> bool {
        let path = || self.documents.get(document).map(|d| &d.path);
        self.rewound.as_ref().is_some_and(|r| path().is_some_and(|path| r.later.contains(path)))
    }

    /// What a word of a `links`-like field means in a project: a path relative
    /// to the file, `project/id`, or an id of the same project.
    #[must_use]
    pub fn resolve(&self, written: &str, path: &str, project: Option<&Project>) -> Option<Target> {
        links::resolve_word(self, written, path, project)
    }
}

/// Whether `path` lies in `folder` (the empty folder holds all).
#[must_use]
pub fn within(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// What the innermost listed folder that holds `path` stands for.
fn holder(folders: &HashMap<Arc<str>, usize>, path: &str) -> Option<usize> {
    let mut place = path;
    while !place.is_empty() {
        place = folder(place);
        if let Some(found) = folders.get(place) {
            return Some(*found);
        }
    }
    None
}

/// A handle without its `@`.
fn bare(handle: &str) -> &str {
    handle.strip_prefix('@').unwrap_or(handle)
}

/// Bring parsed files together.
#[must_use]
pub fn assemble(
    mut parsed: Vec<Parsed>,
    config: Arc<Config>,
    kinds: Arc<Kinds>,
    lifecycles: Arc<Lifecycles>,
    as_of: Date,
) -> Portfolio {
    let rewound = config.rewind.then(|| rewind::rewind(&mut parsed, as_of));
    let mut p = Portfolio {
        history: history::History::default(),
        config,
        kinds,
        lifecycles,
        as_of,
        documents: Vec::new(),
        registers: Vec::new(),
        projects: Vec::new(),
        assets: Vec::new(),
        folders: BTreeSet::from(["".into()]),
        loose: Vec::new(),
        summary: None,
        summary_links: Vec::new(),
        links: Vec::new(),
        mentions: Vec::new(),
        backlinks: Vec::new(),
        item_backlinks: HashMap::default(),
        rewound,
        findings: Vec::new(),
        by_path: HashMap::default(),
        by_id: HashMap::default(),
        by_folder: HashMap::default(),
        by_project: HashMap::default(),
        project_of: Vec::new(),
        people: None,
        by_handle: HashMap::default(),
        units: None,
    };
    p.documents.reserve_exact(parsed.len());
    p.by_path.reserve(parsed.len());
    for parsed in parsed {
        match parsed {
            Parsed::Document(mut document) => {
                p.findings.append(&mut document.findings);
                p.by_path.insert(document.path.clone(), p.documents.len());
                p.documents.push(*document);
            }
            Parsed::Register(mut register) => {
                p.findings.append(&mut register.findings);
                p.registers.push(*register);
            }
            Parsed::People(mut names) => {
                p.findings.append(&mut names.findings);
                p.by_handle.clear();
                for (at, slot) in names.entries.slots.iter().enumerate() {
                    p.by_handle.entry(bare(&slot.name).into()).or_insert(at);
                }
                p.people = Some(names);
            }
            Parsed::Units(mut names) => {
                p.findings.append(&mut names.findings);
                p.units = Some(names);
            }
            Parsed::Summary(path, text) => {
                let problems = crate::markdown::hidden_characters(&text, 0, text.len());
                let lines = LineIndex::new(&text);
                p.findings.extend(crate::document::findings(&path, &lines, problems));
                p.summary = Some((path, text));
            }
            Parsed::Unreadable(finding) => p.findings.push(finding),
            Parsed::Other(file) => p.assets.push(file),
        }
    }
    for document in &p.documents {
        let mut path = folder(&document.path);
        while !path.is_empty() && p.folders.insert(path.into()) {
            path = folder(path);
        }
    }
    projects(&mut p);
    for (i, document) in p.documents.iter().enumerate().filter(|(_, d)| d.typed) {
        let loose = p.project_of.get(i).is_none_or(Option::is_none);
        if let Some(id) = document.fields.text("id").filter(|_| loose) {
            p.by_id.entry(id.into()).or_insert(i);
        }
    }
    links::resolve_all(&mut p);
    p
}

/// Find the projects and give each its documents, registers and facts.
fn projects(p: &mut Portfolio) {
    let mut cards: BTreeMap<&str, usize> = BTreeMap::new();
    for role in [Role::Card, Role::Charter] {
        for (i, document) in p.documents.iter().enumerate() {
            if document.kind.role != role || !document.typed {
                continue;
            }
            let place = document.folder();
            let held = role == Role::Charter
                && cards.iter().any(|(folder, i)| {
                    within(&document.path, folder)
                        && (*folder == place
                            || p.documents.get(*i).is_some_and(|d| d.kind.role == Role::Card))
                });
            if !held {
                cards.entry(place).or_insert(i);
            }
        }
    }
    let folders: Vec<(Arc<str>, usize)> = cards.into_iter().map(|(f, i)| (f.into(), i)).collect();
    let by_folder = folders.iter().enumerate().map(|(n, (f, _))| (f.clone(), n)).collect();
    let owner = |path: &str| holder(&by_folder, path);
    let of_document: Vec<Option<usize>> = p.documents.iter().map(|d| owner(&d.path)).collect();
    let counted = |i: usize| !p.is_later(i);
    let of_register: Vec<Option<usize>> = p.registers.iter().map(|r| owner(&r.path)).collect();
    let grouped = |of: &[Option<usize>], keep: &dyn Fn(usize) -> bool| {
        let mut groups = vec![Vec::new(); folders.len()];
        for (i, owner) in of.iter().enumerate().filter(|(i, _)| keep(*i)) {
            if let Some(group) = owner.and_then(|n| groups.get_mut(n)) {
                group.push(i);
            }
        }
        groups
    };
    let (documents, registers) =
        (grouped(&of_document, &counted), grouped(&of_register, &|_| true));
    let mut projects: Vec<(usize, Project)> = folders
        .par_iter()
        .zip(documents.into_par_iter().zip(registers))
        .enumerate()
        .map(|(n, ((folder, card), (documents, registers)))| {
            (n, project::build(p, folder.clone(), *card, documents, registers))
        })
        .collect();
    projects.sort_by(|a, b| (&a.1.id, &a.1.folder).cmp(&(&b.1.id, &b.1.folder)));
    let mut position = vec![0; projects.len()];
    for (i, (n, _)) in projects.iter().enumerate() {
        position[*n] = i;
    }
    p.by_folder = projects.iter().enumerate().map(|(i, (_, pr))| (pr.folder.clone(), i)).collect();
    p.project_of = of_document.iter().map(|o| o.map(|n| position[n])).collect();
    p.loose = of_register
        .iter()
        .zip(&p.registers)
        .filter(|(owner, _)| owner.is_none())
        .flat_map(|(_, r)| r.lists.iter().flat_map(|(_, _, items)| items.iter().cloned()))
        .collect();
    let later = p.rewound.as_ref().map(|r| r.later.clone()).unwrap_or_default();
    let alone = p.documents.iter().enumerate().zip(&of_document);
    let alone = alone.filter(|((_, d), owner)| {
        owner.is_none() && d.typed && d.kind.role == Role::Item && d.kind.register.is_some()
    });
    let alone = alone.filter(|((_, d), _)| !later.contains(&d.path));
    for ((i, document), _) in alone {
        let id = items::id_of(document);
        let listed = p.loose.iter_mut().find(|item| {
            item.id == id
                && item.kind.name == document.kind.name
                && item.document.is_none()
                && within(&document.path, folder(&item.path))
        });
        match listed {
            Some(item) => item.document = Some(i),
            None => p.loose.push(items::item_of(document, i)),
        }
    }
    p.projects = projects.into_iter().map(|(_, project)| project).collect();
    // Backwards, so that of one id the first stays.
    let by_project = p.projects.iter().enumerate().rev().map(|(i, pr)| (pr.id.clone(), i));
    p.by_project = by_project.collect();
}
