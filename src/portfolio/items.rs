//! The items of a project by register, found by key and by place.

use super::Portfolio;
use crate::data::record::Slot;
use crate::document::{Document, Item};
use ahash::HashMap;
use std::collections::BTreeMap;

/// The registers of a project, sorted by key, each with its items.
#[derive(Debug, Clone, Default)]
pub struct Items(Box<[(Box<str>, Vec<Item>)]>);

impl Items {
    /// The items of a register.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Vec<Item>> {
        let at = self.0.binary_search_by(|(own, _)| (**own).cmp(key)).ok()?;
        self.0.get(at).map(|(_, items)| items)
    }

    /// The register that stands at a place, with its key.
    #[must_use]
    pub fn at(&self, place: usize) -> Option<(&str, &[Item])> {
        self.0.get(place).map(|(key, items)| (&**key, items.as_slice()))
    }

    /// Whether there is a register of that key.
    #[must_use]
    pub fn contains_key(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Whether there is no register.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The registers by key.
    pub fn iter(&self) -> impl Iterator<Item = (&Box<str>, &Vec<Item>)> {
        self.0.iter().map(|(key, items)| (key, items))
    }

    /// The keys, sorted.
    pub fn keys(&self) -> impl Iterator<Item = &Box<str>> {
        self.0.iter().map(|(key, _)| key)
    }

    /// The items of each register, in the order of the keys.
    pub fn values(&self) -> impl Iterator<Item = &Vec<Item>> {
        self.0.iter().map(|(_, items)| items)
    }
}

impl From<BTreeMap<Box<str>, Vec<Item>>> for Items {
    fn from(registers: BTreeMap<Box<str>, Vec<Item>>) -> Self {
        Self(registers.into_iter().collect())
    }
}

/// Items of the registers, then the documents that are items: one of the same
/// id adds its text to the register's item and the fields that one lacks.
pub(super) fn gather(p: &Portfolio, documents: &[usize], registers: &[usize]) -> Items {
    let mut all: BTreeMap<Box<str>, Vec<Item>> = BTreeMap::new();
    for register in registers.iter().filter_map(|i| p.registers.get(*i)) {
        for (key, _, items) in &register.lists {
            all.entry(key.clone()).or_default().extend(items.iter().cloned());
        }
    }
    let own: Vec<Own<'_>> = documents
        .iter()
        .filter_map(|i| Some((*i, p.documents.get(*i).filter(|d| d.typed)?)))
        .filter_map(|(i, d)| Some((i, d, d.kind.register.as_ref()?, id_of(d))))
        .collect();
    let listed = listed(&all, &own);
    for ((i, document, key, _), at) in own.into_iter().zip(listed) {
        let items = all.entry(key.clone()).or_default();
        match at.and_then(|at| items.get_mut(at)) {
            Some(item) => {
                item.document = Some(i);
                for slot in &document.fields.slots {
                    // The finding's file is the register: its lines count there.
                    let place = item.fields.span("id").unwrap_or(item.span);
                    let slot = Slot { key_span: place, span: place, ..slot.clone() };
                    if item.fields.slot(&slot.name).is_none()
                        && !matches!(&*slot.name, "kind" | "project")
                    {
                        item.fields.slots.push(slot);
                    }
                }
            }
            None => items.push(item_of(document, i)),
        }
    }
    all.into()
}

/// A document that is an item: its index, its register's key and its id.
type Own<'a> = (usize, &'a Document, &'a Box<str>, Box<str>);

/// For each of them the item of its register that it adds to: the first of its
/// id to which none before it does.
fn listed(all: &BTreeMap<Box<str>, Vec<Item>>, own: &[Own<'_>]) -> Vec<Option<usize>> {
    let mut places: HashMap<(&str, &str), Vec<usize>> =
        own.iter().map(|(_, _, key, id)| ((&***key, &**id), Vec::new())).collect();
    for (key, items) in all.iter().filter(|_| !own.is_empty()) {
        for (at, item) in items.iter().enumerate().rev() {
            if let Some(places) = places.get_mut(&(&**key, &*item.id)) {
                places.push(at);
            }
        }
    }
    own.iter().map(|(_, _, key, id)| places.get_mut(&(&***key, &**id))?.pop()).collect()
}

/// The id of a document that is an item: what it says, else its file's name.
pub(super) fn id_of(document: &Document) -> Box<str> {
    document.fields.text("id").unwrap_or(document.stem()).into()
}

/// A document of its own as an item.
pub(super) fn item_of(document: &Document, index: usize) -> Item {
    Item {
        kind: document.kind.clone(),
        id: id_of(document),
        fields: document.fields.clone(),
        span: document.head(),
        path: document.path.clone(),
        lines: document.lines.clone(),
        document: Some(index),
    }
}
