//! The pages of a site in memory.

use crate::error::{Error, Result};
use crate::output::{Fingerprint, Route, Sink};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Files smaller than this are kept as they are.
const WORTH_PACKING: usize = 512;

/// Every file of a site by its route, text packed.
#[derive(Debug, Default)]
pub struct SiteTable {
    pages: BTreeMap<Arc<str>, Arc<Page>>,
}

/// One file.
#[derive(Debug)]
pub(super) struct Page {
    bytes: Vec<u8>,
    packed: bool,
    fingerprint: Option<Fingerprint>,
    pub(super) hash: u64,
    pub(super) content_type: &'static str,
}

/// A site in the making; fill it as a [`Sink`].
#[derive(Debug, Default)]
pub struct Draft {
    before: Arc<SiteTable>,
    pages: Mutex<BTreeMap<Arc<str>, Arc<Page>>>,
    cancel: Option<Arc<AtomicBool>>,
}

impl SiteTable {
    /// A draft of the next site, which takes over unchanged pages from `before`.
    #[must_use]
    pub fn next(before: Arc<SiteTable>) -> Draft {
        Draft { before, ..Draft::default() }
    }

    /// How many files there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pages.len()
    }

    /// Whether there is no file at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pages.is_empty()
    }

    /// Bytes held for the files' contents.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.pages.values().map(|page| page.bytes.len()).sum()
    }

    /// The content of a file.
    #[must_use]
    pub fn read(&self, route: &str) -> Option<Cow<'_, [u8]>> {
        self.pages.get(route).map(|page| page.content())
    }

    pub(super) fn get(&self, route: &str) -> Option<&Arc<Page>> {
        self.pages.get(route)
    }
}

impl Draft {
    /// Stop with the error `interrupted` once the flag is set.
    #[must_use]
    pub fn cancel(mut self, flag: Arc<AtomicBool>) -> Self {
        self.cancel = Some(flag);
        self
    }

    /// The site: everything given to the sink, and nothing else.
    #[must_use]
    pub fn finish(self) -> SiteTable {
        SiteTable { pages: self.pages.into_inner().unwrap_or_else(PoisonError::into_inner) }
    }

    fn add(&self, route: &str, page: Arc<Page>) -> Result<()> {
        if self.cancel.as_ref().is_some_and(|flag| flag.load(Ordering::Relaxed)) {
            return Err(Error::io("interrupted"));
        }
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        if pages.contains_key(route) {
            return Err(Error::io(format!("`{route}` was made twice")));
        }
        pages.insert(route.into(), page);
        Ok(())
    }
}

impl Sink for Draft {
    fn keep(&self, route: &Route, fingerprint: Fingerprint) -> Result<bool> {
        let before = self.before.get(route.as_str());
        let Some(page) = before.filter(|page| page.fingerprint == Some(fingerprint)) else {
            return Ok(false);
        };
        self.add(route.as_str(), page.clone()).map(|()| true)
    }

    fn put(&self, route: &Route, fingerprint: Option<Fingerprint>, bytes: &[u8]) -> Result<()> {
        self.add(route.as_str(), Arc::new(Page::new(route.as_str(), fingerprint, bytes)))
    }
}

impl Page {
    fn new(route: &str, fingerprint: Option<Fingerprint>, bytes: &[u8]) -> Self {
        let content_type = content_type(route);
        let text = content_type.starts_with("text/") || content_type.starts_with("application/j");
        let packed = text && bytes.len() >= WORTH_PACKING;
        Self {
            bytes: if packed { lz4_flex::compress_prepend_size(bytes) } else { bytes.to_vec() },
            packed,
            fingerprint,
            hash: xxhash_rust::xxh3::xxh3_64(bytes),
            content_type,
        }
    }

    pub(super) fn content(&self) -> Cow<'_, [u8]> {
        if self.packed {
            // What was packed here can be unpacked.
            Cow::Owned(lz4_flex::decompress_size_prepended(&self.bytes).unwrap_or_default())
        } else {
            Cow::Borrowed(&self.bytes)
        }
    }
}

/// What kind of file a route names, by its ending.
fn content_type(route: &str) -> &'static str {
    let ending = route.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map(|(_, e)| e);
    match ending.unwrap_or_default().to_ascii_lowercase().as_str() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "pdf" => "application/pdf",
        "txt" | "md" => "text/plain; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "ics" => "text/calendar; charset=utf-8",
        "xml" => "application/xml",
        "atom" => "application/atom+xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_takes_over_what_has_not_changed() {
        let draft = SiteTable::next(Arc::default());
        let long = "status ".repeat(1000);
        draft.put(&Route::new("a.html"), Some(Fingerprint(1)), long.as_bytes()).unwrap();
        draft.put(&Route::new("b.png"), None, b"\x89PNG").unwrap();
        assert!(draft.put(&Route::new("b.png"), None, b"").is_err());
        let first = Arc::new(draft.finish());
        assert_eq!(first.read("a.html").unwrap(), long.as_bytes());
        assert_eq!(first.read("b.png").unwrap().as_ref(), b"\x89PNG");
        assert!(first.bytes() < long.len() / 10);

        let draft = SiteTable::next(first.clone());
        assert!(draft.keep(&Route::new("a.html"), Fingerprint(1)).unwrap());
        assert!(!draft.keep(&Route::new("b.png"), Fingerprint(1)).unwrap());
        let second = draft.finish();
        assert_eq!(second.len(), 1);
        assert!(Arc::ptr_eq(first.get("a.html").unwrap(), second.get("a.html").unwrap()));
    }

    #[test]
    fn endings_tell_the_kind() {
        assert_eq!(content_type("a.b/c"), "application/octet-stream");
        assert_eq!(content_type("a/C.SVG"), "image/svg+xml");
        assert_eq!(content_type("data/x.js"), "text/javascript; charset=utf-8");
    }
}
