//! What an object is known by: the hash of its kind, size and content.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// The id of an object.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub(super) gix_hash::ObjectId);

/// The id of a commit.
pub type CommitId = Id;

/// The id of a file's content.
pub type BlobId = Id;

impl Id {
    /// The first seven digits, for people.
    #[must_use]
    pub fn short(&self) -> String {
        self.0.to_hex_with_len(7).to_string()
    }

    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        gix_hash::ObjectId::try_from(bytes).ok().map(Self)
    }

    pub(super) fn hex(text: &[u8]) -> Option<Self> {
        (text.len() == 40).then(|| gix_hash::ObjectId::from_hex(text).ok()).flatten().map(Self)
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.0.as_slice()
    }
}

impl Default for Id {
    /// The id that names nothing.
    fn default() -> Self {
        Self(gix_hash::ObjectId::null(gix_hash::Kind::Sha1))
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl FromStr for Id {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::hex(text.as_bytes()).ok_or("expected 40 hexadecimal digits")
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The id that a repository gives to a file with these bytes; `None` for bytes
/// made to collide.
#[must_use]
pub fn blob_id(bytes: &[u8]) -> Option<BlobId> {
    let kind = gix_hash::Kind::Sha1;
    gix_object::compute_hash(kind, gix_object::Kind::Blob, bytes).ok().map(Id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_back_from_their_text() {
        let id = blob_id(b"hello\n").unwrap();
        assert_eq!(id.to_string(), "ce013625030ba8dba906f756967f9e9ca394464a");
        assert_eq!(id.short(), "ce01362");
        assert_eq!(id.to_string().parse(), Ok(id));
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(serde_json::from_str::<Id>(&json).unwrap(), id);
        assert!("ce01".parse::<Id>().is_err());
    }
}
