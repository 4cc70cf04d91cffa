//! New books, documents and register items: text to begin with, from the
//! kinds' own fields and sections. Nothing is written here; a [`Draft`] says
//! what would be.

mod book;
mod document;
pub mod reference;
mod register;
mod report;
pub mod yaml;

pub use book::book;

use crate::data::read::is_slug;
use crate::date::Date;
use crate::error::{Error, Result};
use crate::kinds::{Kind, Role, glob};
use crate::lifecycles::Wanted;
use crate::portfolio::{Portfolio, Project};
use crate::text::{likest, nearest, plain_slug, slug, visible};
use crate::tree::Tree;
use std::sync::Arc;

/// What is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Path relative to the book's `src`.
    pub path: String,
    /// The whole text of the file.
    pub text: String,
    /// The text the file has now, where something is added to it; `None` for a
    /// new file.
    pub before: Option<String>,
    /// The id of what is new, where it has one.
    pub id: Option<String>,
}

/// What the user asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wish<'a> {
    /// Name of the kind.
    pub kind: &'a str,
    /// Id of the project; may be left out where there is only one.
    pub project: Option<&'a str>,
    /// Date of the document.
    pub date: Option<Date>,
    /// Title.
    pub title: Option<&'a str>,
    /// Id of a new item, release or project.
    pub id: Option<&'a str>,
}

/// What a new document is made from.
struct Subject<'a> {
    p: &'a Portfolio,
    kind: &'a Arc<Kind>,
    project: Option<&'a Project>,
    date: Date,
    title: String,
    id: Option<String>,
    /// The tier it is written for where there is no project; the one with least
    /// control without.
    tier: Option<usize>,
}

/// What `new` writes of a kind for no project in particular, with all that the
/// tier with most control is asked for.
#[must_use]
pub fn template(p: &Portfolio, kind: &Arc<Kind>) -> String {
    let id = kind.fields.find("id").and_then(|f| f.example.as_deref()).map(str::to_owned);
    let id = id.filter(|_| kind.role == Role::Item);
    let (title, date) = (String::new(), p.as_of);
    let subject = Subject { p, kind, project: None, date, title, id, tier: Some(0) };
    match &kind.register {
        Some(key) if kind.role == Role::Item => register::begin(&subject, key),
        _ => document::draft(&subject).text,
    }
}

/// The draft of a new document or register item.
///
/// # Errors
/// There is no such kind or project, something that is needed was not given
/// (usage), or the register it belongs to could not be read.
pub fn new(p: &Portfolio, tree: &dyn Tree, wish: &Wish<'_>) -> Result<Draft> {
    let Some(kind) = p.kinds.find(wish.kind) else {
        if let Some(error) = of_several(p, wish.kind) {
            return Err(error);
        }
        let error = Error::usage(format!("unknown kind `{}`", visible(wish.kind)));
        let names: Vec<&str> = p.kinds.names().collect();
        return Err(error.help(match nearest(wish.kind, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!(
                "the nearest are {}; `milepost schema --all FOLDER` writes one file for each kind there is",
                likest(wish.kind, names.iter().copied(), 3).join(", ")
            ),
        }));
    };
    let apart = matches!(kind.role, Role::Card | Role::Page);
    let project = if apart { None } else { Some(project(p, wish.project)?) };
    let date = wish.date.unwrap_or_else(|| match project {
        Some(project) if kind.role == Role::Report => report::next_date(project, p.as_of),
        _ => p.as_of,
    });
    let id = match (wish.id, project) {
        (Some(id), _) => Some(checked_id(id, project)?),
        (None, Some(project)) if kind.role != Role::Report => {
            let title = wish.title.unwrap_or_default();
            register::next_id(kind, project).or_else(|| own_id(p, kind, project, title))
        }
        _ => None,
    };
    let id = match (id, wish.title) {
        (None, Some(title)) if apart => Some(free_id(p, kind, title)),
        (id, _) => id,
    };
    if let Some(id) = id.as_deref().filter(|id| kind.role == Role::Card && !is_slug(id)) {
        return Err(Error::usage(format!("`{}` cannot be the id of a project", visible(id))).help(
            "write it in lower-case letters, digits and hyphens, for example `crm-replacement`",
        ));
    }
    if apart && wish.title.is_none() {
        return Err(Error::usage(format!("a new {} needs a title", kind.title.to_lowercase()))
            .help("give it with `--title`"));
    }
    if kind.file.contains("{id}") && id.is_none() && wish.title.is_none() {
        let kind = kind.title.to_lowercase();
        return Err(Error::usage(format!("it is not said what the new {kind} is to be called"))
            .help("give it with `--id`, for a document of a release the release's id"));
    }
    let title = wish.title.unwrap_or_default().to_owned();
    let subject = Subject { p, kind, project, date, title, id, tier: None };
    match (&kind.register, project) {
        (Some(key), Some(project)) if kind.role == Role::Item => {
            register::add(&subject, project, key, tree)
        }
        _ => Ok(document::draft(&subject)),
    }
}

/// The error for a register that holds items of several kinds, such as RAID.
fn of_several(p: &Portfolio, name: &str) -> Option<Error> {
    let mut rows = p.projects.first().map_or(&[][..], |pr| p.requirements(pr)).iter();
    let keys = rows.find_map(|row| match &row.wanted {
        Wanted::Registers(keys) if row.title.eq_ignore_ascii_case(name) => Some(keys),
        _ => None,
    });
    // In a book without a project the usual one is meant.
    let usual: Vec<Box<str>> =
        ["risks", "assumptions", "issues", "dependencies"].map(Box::from).into();
    let keys = match keys {
        Some(keys) => keys,
        None if name.eq_ignore_ascii_case("raid") => &usual,
        None => return None,
    };
    let kinds = keys.iter().filter_map(|key| p.kinds.of_register(key));
    let commands: Vec<String> = kinds.map(|kind| format!("`milepost new {}`", kind.name)).collect();
    let error =
        Error::usage(format!("`{}` is a register of several kinds of items", visible(name)));
    Some(error.help(format!("add an item to it, and it is begun: {}", commands.join(", "))))
}

/// The id of a new project or page by its title; a number where the title has
/// no letter that an id may have.
fn free_id(p: &Portfolio, kind: &Kind, title: &str) -> String {
    let id = plain_slug(title);
    if !id.is_empty() {
        return id;
    }
    let taken = |id: &str| {
        let folder = p.projects.iter().any(|pr| pr.folder.rsplit('/').next() == Some(id));
        folder || p.project(id).is_some() || p.document(&format!("{id}.md")).is_some()
    };
    let numbers = (1..=p.documents.len() + 1).map(|n| format!("{}-{n}", kind.name));
    let mut free = numbers.filter(|id| !taken(id));
    free.next().unwrap_or_else(|| kind.name.to_string())
}

/// The id of a document that takes its name from something else: a gate record
/// from the gate the project comes to, a document of a release from the
/// release, which is the title's or the only one there is.
fn own_id(p: &Portfolio, kind: &Kind, project: &Project, title: &str) -> Option<String> {
    if kind.role == Role::Gate {
        return project.phase().and_then(|ph| ph.gate.as_ref()).map(|gate| gate.id.to_string());
    }
    if !of_release(kind) {
        return None;
    }
    if !title.is_empty() {
        return Some(slug(title));
    }
    let documents = project.documents.iter().filter_map(|i| p.documents.get(*i));
    let mut releases: Vec<&str> = documents.filter_map(|d| d.fields.text("release")).collect();
    releases.sort_unstable();
    releases.dedup();
    match releases.as_slice() {
        [only] => Some((*only).to_owned()),
        _ => None,
    }
}

/// Whether documents of the kind share a folder named by the id, that of a
/// release.
fn of_release(kind: &Kind) -> bool {
    kind.file.contains("{id}/")
}

fn project<'p>(p: &'p Portfolio, id: Option<&str>) -> Result<&'p Project> {
    let ids = || p.projects.iter().map(|project| &*project.id);
    let Some(id) = id else {
        return match p.projects.as_slice() {
            [only] => Ok(only),
            [] => Err(Error::usage("there is no project in this book")
                .help("begin one with `milepost new project --title …`")),
            _ => Err(Error::usage("it is not said which project it is for").help(format!(
                "add `--project` with one of {}",
                ids().collect::<Vec<_>>().join(", ")
            ))),
        };
    };
    p.project(id).ok_or_else(|| {
        let error = Error::usage(format!("unknown project `{}`", visible(id)));
        match nearest(id, ids()) {
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None => error.help(format!("projects are {}", ids().collect::<Vec<_>>().join(", "))),
        }
    })
}

/// An id that may be part of a path and is still free.
fn checked_id(id: &str, project: Option<&Project>) -> Result<String> {
    let sound = !id.is_empty()
        && id.len() <= 64
        && !id.starts_with(['.', '-'])
        && id.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
    if !sound {
        return Err(Error::usage(format!("`{}` cannot be an id", visible(id)))
            .help("ids are letters, digits, `-`, `_` and `.`"));
    }
    if project.is_some_and(|project| project.item(id).is_some()) {
        return Err(Error::usage(format!("the project has a `{id}` already"))
            .help("leave `--id` out to get the next free one"));
    }
    Ok(id.to_owned())
}

/// Where a document of the kind goes, relative to the book's `src`.
fn place(subject: &Subject<'_>) -> String {
    let name = subject.id.clone().unwrap_or_else(|| slug(&subject.title));
    let own = subject.kind.file.replace("{date}", &subject.date.to_string()).replace("{id}", &name);
    let file = if own.is_empty() { unsaid(subject, &name) } else { own };
    let folder = match subject.project {
        Some(project) => project.folder.to_string(),
        None if subject.kind.role == Role::Card => {
            let homes = subject
                .p
                .projects
                .first()
                .map(|project| crate::document::folder(&project.folder).to_owned());
            let home = homes.unwrap_or_else(|| "projects".into());
            if home.is_empty() { name } else { format!("{home}/{name}") }
        }
        None => String::new(),
    };
    if folder.is_empty() { file } else { format!("{folder}/{file}") }
}

/// The file of a kind that does not say where its documents go: where its
/// patterns look for them, else by the kind's name.
fn unsaid(subject: &Subject<'_>, name: &str) -> String {
    let kind = subject.kind;
    let stem = if name.is_empty() { &*kind.name } else { name };
    let folder = subject.project.map_or("", |project| &*project.folder);
    let at =
        |file: &str| if folder.is_empty() { file.to_owned() } else { format!("{folder}/{file}") };
    let fits = |pattern: &str| {
        let literal =
            pattern.rsplit('/').skip(1).take_while(|part| !part.contains(['*', '?', '[', '{']));
        let mut parts: Vec<&str> = literal.collect();
        parts.reverse();
        let last = pattern.rsplit('/').next()?.replacen('*', stem, 1);
        // Of a pattern that begins in the project's folder, that is left out.
        (0..=parts.len()).find_map(|n| {
            let mut rest = parts.get(n..)?.to_vec();
            rest.push(&last);
            let file = rest.join("/");
            (file.ends_with(".md") && glob(pattern, &at(&file))).then_some(file)
        })
    };
    let found = kind.matches.iter().find_map(|m| fits(m.path.as_deref()?));
    found.unwrap_or_else(|| match name {
        "" => format!("{}.md", kind.name),
        name => format!("{}s/{name}.md", kind.name),
    })
}

#[cfg(test)]
mod tests;
