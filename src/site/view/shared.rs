//! Values that stand on many pages, made ready for templates once.

use serde::ser::{Serialize, Serializer};
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;
use xxhash_rust::xxh3::Xxh3;

/// What stands alike on many pages, made ready for templates once.
#[derive(Clone, Debug)]
pub struct Shared<T>(Arc<Ready<T>>);

#[derive(Debug)]
struct Ready<T> {
    made_from: T,
    hash: u64,
    seen: tera::Value,
}

impl<T: Serialize + Hash> Shared<T> {
    /// Makes a value ready.
    #[must_use]
    pub fn new(made_from: T) -> Self {
        let mut hasher = Xxh3::new();
        made_from.hash(&mut hasher);
        let seen = tera::Value::from_serializable(&made_from);
        Self(Arc::new(Ready { hash: hasher.finish(), seen, made_from }))
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0.made_from
    }
}

impl<T: Serialize + Hash + Default> Default for Shared<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T: PartialEq> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T> Hash for Shared<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash.hash(state);
    }
}

impl<T> Serialize for Shared<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.seen.serialize(serializer)
    }
}
