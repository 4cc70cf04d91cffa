//! The list of a site's files that stands in the site itself and marks the
//! folder as Milepost's.

use super::shown;
use crate::error::{Error, Result};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use serde::{Deserialize, Serialize};
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

/// Name of the manifest, at the root of the site.
pub const MANIFEST: &str = ".milepost-manifest.json";

const FORMAT: u32 = 1;

/// One published file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) route: Arc<str>,
    /// Size in bytes.
    pub(super) size: u64,
    /// Digest of the content.
    #[serde(with = "hex")]
    pub(super) hash: u128,
    /// Digest of everything the content was made from, where it is known.
    #[serde(with = "hex_option", default, skip_serializing_if = "Option::is_none")]
    pub(super) fingerprint: Option<u128>,
}

/// Every file of a site, sorted by route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    format: u32,
    files: Vec<Entry>,
}

impl Default for Manifest {
    fn default() -> Self {
        Self { format: FORMAT, files: Vec::new() }
    }
}

impl Manifest {
    /// A manifest of these files.
    pub(super) fn new(mut files: Vec<Entry>) -> Result<Self> {
        files.sort_unstable_by(|a, b| a.route.cmp(&b.route));
        let twice = files.iter().zip(files.iter().skip(1)).find(|(a, b)| a.route == b.route);
        if let Some((entry, _)) = twice {
            return Err(Error::io(format!("`{}` was made twice", entry.route)));
        }
        Ok(Self { format: FORMAT, files })
    }

    pub(super) fn get(&self, route: &str) -> Option<&Entry> {
        let at = self.files.binary_search_by(|e| (*e.route).cmp(route)).ok()?;
        self.files.get(at)
    }

    /// The files, sorted by route.
    pub(super) fn files(&self) -> &[Entry] {
        &self.files
    }

    /// Whether any file lies in this folder.
    pub(super) fn holds_folder(&self, folder: &str) -> bool {
        let inside = format!("{folder}/");
        let at = self.files.partition_point(|e| *e.route < *inside);
        self.files.get(at).is_some_and(|e| e.route.starts_with(&inside))
    }

    /// The manifest as it stands in the site.
    pub(super) fn to_bytes(&self) -> Result<Vec<u8>> {
        // A file takes some 130 bytes. Grown as it goes, a large one would be
        // copied several times.
        let mut bytes = Vec::with_capacity(64 + 160 * self.files.len());
        serde_json::to_writer(&mut bytes, self).map_err(|error| Error {
            source: Some(error.into()),
            ..Error::io("could not write the manifest")
        })?;
        Ok(bytes)
    }

    /// The manifest in a folder, and when it was written.
    pub(super) fn read(folder: &OwnedFd, out: &Path) -> Result<Option<(Self, (i64, i64))>> {
        let path = out.join(MANIFEST);
        let failed = |error: std::io::Error| Error::path("read", &path, error);
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = match rustix::fs::openat(folder.as_fd(), MANIFEST, flags, Mode::empty()) {
            Ok(file) => file,
            Err(Errno::NOENT) => return Ok(None),
            Err(errno) => return Err(failed(errno.into())),
        };
        let stat = rustix::fs::fstat(&file).map_err(|errno| failed(errno.into()))?;
        let mut bytes = Vec::new();
        std::fs::File::from(file).read_to_end(&mut bytes).map_err(failed)?;
        match serde_json::from_slice::<Self>(&bytes) {
            Ok(mut manifest) if manifest.format == FORMAT => {
                manifest.files.sort_unstable_by(|a, b| a.route.cmp(&b.route));
                Ok(Some((manifest, super::modified(&stat))))
            }
            _ => Err(Error::usage(format!(
                "the manifest `{}` cannot be read by this version of Milepost",
                shown(&path)
            ))
            .help("remove the output folder yourself, or name another `build-dir`")),
        }
    }
}

mod hex {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(value: &u128, to: S) -> Result<S::Ok, S::Error> {
        let mut digits = [0_u8; 32];
        for (slot, byte) in digits.chunks_exact_mut(2).zip(value.to_be_bytes()) {
            let digit = |four: u8| if four < 10 { b'0' + four } else { b'a' - 10 + four };
            slot.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
        }
        to.serialize_str(std::str::from_utf8(&digits).unwrap_or_default())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u128, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        u128::from_str_radix(&text, 16).map_err(D::Error::custom)
    }
}

mod hex_option {
    use serde::{Deserializer, Serializer};

    #[allow(clippy::ref_option, reason = "serde calls it so")]
    pub(super) fn serialize<S: Serializer>(value: &Option<u128>, to: S) -> Result<S::Ok, S::Error> {
        super::hex::serialize(&value.unwrap_or_default(), to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<u128>, D::Error> {
        super::hex::deserialize(from).map(Some)
    }
}
