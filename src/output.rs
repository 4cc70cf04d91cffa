//! Where a site goes: routes, fingerprints, and the sink that takes pages.

use crate::error::Result;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Address of a page or file within the site: `/` separated, never absolute,
/// never climbing (`projects/crm/index.html`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    text: Arc<str>,
    /// Whether it stands in a link as it is.
    simple: bool,
}

impl Hash for Route {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl Route {
    /// A route from its text; the caller has made sure it stays in the site.
    #[must_use]
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        Self { simple: is_simple(&text), text }
    }

    /// The route as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The prefix that leads from this page to the site's root (`../../`),
    /// empty for a page at the root.
    #[must_use]
    pub fn root(&self) -> String {
        "../".repeat(self.text.matches('/').count())
    }

    /// The relative address of `to` as a link on this page.
    #[must_use]
    pub fn link(&self, to: &Route) -> String {
        let (from, to, simple) = (&*self.text, &*to.text, to.simple);
        // The folders both lie in end at the last `/` of what they share.
        let shared = shared(from.as_bytes(), to.as_bytes());
        let common = memchr::memrchr(b'/', shared).map_or(0, |at| at + 1);
        let (above, below) =
            (from.get(common..).unwrap_or_default(), to.get(common..).unwrap_or_default());
        let up = memchr::memchr_iter(b'/', above.as_bytes()).count();
        let mut out = String::with_capacity(3 * up + below.len() + 16);
        for _ in 0..up {
            out.push_str("../");
        }
        if simple {
            out.push_str(below);
            return out;
        }
        for (i, part) in below.split('/').enumerate() {
            if i > 0 {
                out.push('/');
            }
            encode_into(part, &mut out);
        }
        out
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// What two paths begin with, compared in eights.
fn shared<'a>(a: &'a [u8], b: &[u8]) -> &'a [u8] {
    let eights = a.chunks_exact(8).zip(b.chunks_exact(8));
    let from = 8 * eights.take_while(|(a, b)| a == b).count();
    let rest = a.iter().zip(b).skip(from).take_while(|(a, b)| a == b).count();
    a.get(..from + rest).unwrap_or_default()
}

/// Whether each byte of a path segment stands for itself in a link.
static PLAIN: [bool; 256] = plain();

const fn plain() -> [bool; 256] {
    let mut all = [false; 256];
    let mut byte = u8::MAX;
    loop {
        all[byte as usize] = byte.is_ascii_alphanumeric()
            || matches!(byte, b'-' | b'_' | b'.' | b'~' | b'@' | b'(' | b')' | b',' | b'+' | b'=')
            || !byte.is_ascii();
        if byte == 0 {
            return all;
        }
        byte -= 1;
    }
}

fn is_plain(byte: u8) -> bool {
    PLAIN[usize::from(byte)]
}

/// Whether a path can stand in a link as it is: no byte to encode, no part that
/// ends in a dot.
fn is_simple(path: &str) -> bool {
    let mut last = b'.';
    for byte in path.bytes() {
        if byte == b'/' {
            if last == b'.' {
                return false;
            }
        } else if !is_plain(byte) {
            return false;
        }
        last = byte;
    }
    last != b'.'
}

/// Percent-encode one path segment for use in a link; letters of any script
/// stay readable.
#[must_use]
pub fn encode(segment: &str) -> String {
    let mut out = String::with_capacity(segment.len());
    encode_into(segment, &mut out);
    out
}

/// Percent-encode one path segment at the end of `out`.
pub fn encode_into(segment: &str, out: &mut String) {
    let plain = is_plain;
    if segment == "." || segment == ".." {
        out.push_str(&segment.replace('.', "%2E"));
    } else if segment.bytes().all(plain) {
        out.push_str(segment);
    } else {
        for c in segment.chars() {
            match u8::try_from(c) {
                Ok(byte) if byte.is_ascii() && !plain(byte) => {
                    out.push_str(&format!("%{byte:02X}"));
                }
                _ => out.push(c),
            }
        }
    }
}

/// Hash of everything that made a page: template set, view and body. A page
/// whose fingerprint stands in the published manifest is not rendered again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub u128);

/// Takes a site's files, from any thread.
pub trait Sink: Sync {
    /// Whether the published site already holds this route with this
    /// fingerprint; if so it is carried over and need not be rendered.
    ///
    /// # Errors
    /// The old file could not be carried over for a reason other than absence.
    fn keep(&self, route: &Route, fingerprint: Fingerprint) -> Result<bool>;

    /// Take one file.
    ///
    /// # Errors
    /// It could not be written.
    fn put(&self, route: &Route, fingerprint: Option<Fingerprint>, bytes: &[u8]) -> Result<()>;

    /// Begin a file that comes piece by piece; `None` where the sink takes only
    /// whole files. Call [`begin`], which does for both.
    ///
    /// # Errors
    /// It could not be written.
    fn open(&self, _route: &Route) -> Result<Option<Box<dyn Pieces + '_>>> {
        Ok(None)
    }
}

/// A file that comes piece by piece, so that a large one is not held whole. A
/// build that lets one go before [`Pieces::done`] has failed.
pub trait Pieces {
    /// Take the next bytes.
    ///
    /// # Errors
    /// They could not be written.
    fn add(&mut self, bytes: &[u8]) -> Result<()>;

    /// The file is whole.
    ///
    /// # Errors
    /// It could not be written.
    fn done(self: Box<Self>) -> Result<()>;
}

/// Begin a file that comes piece by piece, on any sink.
///
/// # Errors
/// It could not be written.
pub fn begin<'s>(sink: &'s dyn Sink, route: &Route) -> Result<Box<dyn Pieces + 's>> {
    let whole = || Box::new(Whole { sink, route: route.clone(), bytes: Vec::new() });
    Ok(sink.open(route)?.unwrap_or_else(|| whole()))
}

/// Gathers a file for a sink that takes only whole ones.
struct Whole<'s> {
    sink: &'s dyn Sink,
    route: Route,
    bytes: Vec<u8>,
}

impl Pieces for Whole<'_> {
    fn add(&mut self, bytes: &[u8]) -> Result<()> {
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn done(self: Box<Self>) -> Result<()> {
        self.sink.put(&self.route, None, &self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(from: &str, to: &str) -> String {
        Route::new(from).link(&Route::new(to))
    }

    #[test]
    fn links_are_relative_and_name_the_file() {
        assert_eq!(link("index.html", "projects/crm/index.html"), "projects/crm/index.html");
        assert_eq!(
            link("projects/crm/status/a.html", "projects/crm/charter.html"),
            "../charter.html"
        );
        assert_eq!(link("projects/crm/index.html", "index.html"), "../../index.html");
        assert_eq!(link("a/b.html", "a/b.html"), "b.html");
        assert_eq!(link("a/bc/d.html", "a/bd/d.html"), "../bd/d.html");
        assert_eq!(link("a.html", "a/b.html"), "a/b.html");
        assert_eq!(link("a/b.html", "a.html"), "../a.html");
        assert_eq!(link("a/index.html", "a/x y#z?.html"), "x%20y%23z%3F.html");
        assert_eq!(Route::new("a/b/c.html").root(), "../../");
    }
}
