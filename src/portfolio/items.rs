//! The items of a project by register, found by key and by place.

use crate::document::Item;
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
