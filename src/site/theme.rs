//! The theme: templates, stylesheets, scripts and images.
//!
//! The default theme is embedded in the program. A user's theme folder is laid
//! over it file by file: a file of the same name replaces ours, any other file
//! is added. Files are handed in as values, so that nothing here reads a disk.
//!
//! - `*.html` and `components/*.html` are Tera templates. Every string they
//!   print is escaped, whatever the name of the file; HTML that may stand as it
//!   is arrives as [`Html`]. One filter is added to Tera's:
//!   `literals` sets what stands in backticks as code.
//! - `css/*.css` are joined, in order of their names, into one stylesheet.
//! - `js/head.js` runs before the first paint, other `js/*.js` when the page is
//!   read.
//! - `images/` and `fonts/` are published under `assets/` by the same names.
//! - Other files are none of the theme's business and are left alone.

mod fault;

use super::rows::{COMPONENTS, WHOLE};
use super::view::document::DocumentPage;
use super::view::samples;
use super::view::{Frame, Html, Shared};
use super::{prose, written};
use crate::error::{Error, Result};
use crate::text::nearest;
use include_dir::{Dir, include_dir};
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;
use tera::{Context, Kwargs, State, Tera, Value};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

static DEFAULT: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/themes/default");

/// The themes inside the program besides the default one: each is laid over it
/// like a user's folder. To add one: its folder in `themes/` and its line here.
static BUILT_IN: &[(&str, Dir<'static>)] =
    &[("board", include_dir!("$CARGO_MANIFEST_DIR/themes/board"))];

/// The largest page a template may make, in bytes.
const PAGE_LIMIT: usize = 64 << 20;

/// A theme, compiled and ready to render pages from any thread.
#[derive(Debug)]
pub struct Theme {
    tera: Tera,
    sources: Sources,
    assets: BTreeMap<String, Vec<u8>>,
    css: String,
    head_js: String,
    js: Vec<String>,
    icon: String,
    digest: u128,
    leaves_rows: bool,
    leaves_tables: bool,
    leaves_documents: bool,
}

/// The templates by name, and where messages say they stand.
#[derive(Debug, Default)]
struct Sources {
    /// The user's theme folder as messages name it: `theme`.
    folder: String,
    /// Name to text, and whether the user wrote it.
    templates: BTreeMap<String, (String, bool)>,
}

impl Theme {
    /// The default theme alone.
    ///
    /// # Errors
    /// Never, unless the embedded theme is broken, which tests rule out.
    pub fn embedded() -> Result<Self> {
        Self::new("theme", &[])
    }

    /// Names that stand for themes inside the program.
    pub fn names() -> impl Iterator<Item = &'static str> {
        std::iter::once("default").chain(BUILT_IN.iter().map(|(name, _)| *name))
    }

    /// A theme inside the program, by its name; `None` where there is none.
    ///
    /// # Errors
    /// Never, unless an embedded theme is broken, which tests rule out.
    #[must_use]
    pub fn built_in(name: &str) -> Option<Result<Self>> {
        if name == "default" {
            return Some(Self::embedded());
        }
        Some(Self::new(&format!("themes/{name}"), &Self::files(name)?))
    }

    /// The files that a theme inside the program lays over the default one;
    /// `None` where there is no theme of that name.
    #[must_use]
    pub fn files(name: &str) -> Option<Vec<(String, Vec<u8>)>> {
        if name == "default" {
            return Some(Vec::new());
        }
        let (_, folder) = BUILT_IN.iter().find(|(own, _)| *own == name)?;
        let mut files = Vec::new();
        collect(folder, &mut files);
        Some(files.into_iter().map(|(path, bytes)| (path.to_owned(), bytes.to_vec())).collect())
    }

    /// The default theme with the user's files laid over it. Their paths are
    /// relative to the theme folder, `/` separated; `folder` is how messages
    /// name that folder.
    ///
    /// # Errors
    /// A template is not UTF-8, has a syntax error, or names a function, filter,
    /// component, block or template that does not exist, or templates include
    /// each other in a circle. All of them are reported together.
    pub fn new(folder: &str, files: &[(String, Vec<u8>)]) -> Result<Self> {
        let mut all: BTreeMap<&str, (Cow<'_, [u8]>, bool)> = BTreeMap::new();
        let mut embedded = Vec::new();
        collect(&DEFAULT, &mut embedded);
        for (path, bytes) in embedded {
            all.insert(path, (Cow::Borrowed(bytes), false));
        }
        for (path, bytes) in files {
            all.insert(path.as_str(), (Cow::Borrowed(bytes.as_slice()), true));
        }

        let mut sources = Sources { folder: folder.to_owned(), ..Sources::default() };
        let mut hash = Xxh3::new();
        let (mut style, mut head, mut scripts) = (Vec::new(), Vec::new(), Vec::new());
        let mut assets = BTreeMap::new();
        let mut icon = String::new();
        let mut faults = Vec::new();
        for (path, (bytes, own)) in all {
            match part(path) {
                Part::Template => match std::str::from_utf8(&bytes) {
                    Ok(text) => {
                        let text = text.trim_start_matches('\u{feff}').to_owned();
                        sources.templates.insert(path.to_owned(), (text, own));
                    }
                    Err(error) => faults.push(fault::not_utf8(folder, path, &bytes, &error)),
                },
                Part::Style => {
                    style.extend_from_slice(&bytes);
                    style.push(b'\n');
                }
                Part::HeadScript => head = bytes.to_vec(),
                Part::Script => scripts.push((path.to_owned(), bytes.to_vec())),
                Part::Icon => icon = put(&mut assets, "icon", "svg", bytes.to_vec()),
                Part::File => {
                    assets.insert(format!("assets/{path}"), bytes.to_vec());
                }
                Part::Other => continue,
            }
            hash.update(path.as_bytes());
            hash.update(&[0]);
            hash.update(&xxh3_64(&bytes).to_le_bytes());
        }
        if !faults.is_empty() {
            return Err(Error::usage(faults.join("\n")));
        }
        let tera = compile(&sources)?;
        let css = put(&mut assets, "main", "css", style);
        let head_js = put(&mut assets, "head", "js", head);
        let js = scripts
            .into_iter()
            .map(|(path, bytes)| {
                let name = path.trim_start_matches("js/").trim_end_matches(".js");
                put(&mut assets, name, "js", bytes)
            })
            .collect();
        let digest = hash.digest128();
        let own = |path: &&str| sources.templates.get(*path).is_none_or(|(_, own)| *own);
        let leaves_rows = !COMPONENTS.iter().any(own);
        let leaves_tables = leaves_rows && !WHOLE.iter().any(own);
        let leaves_documents = !written::TEMPLATES.iter().any(own);
        Ok(Self {
            tera,
            sources,
            assets,
            css,
            head_js,
            js,
            icon,
            digest,
            leaves_rows,
            leaves_tables,
            leaves_documents,
        })
    }

    /// Files of a theme folder that look as if they were to replace one of ours
    /// and, for a slip in the name, do not: path and the name meant. A file
    /// that another one names stands on its own.
    #[must_use]
    pub fn slips(files: &[(String, Vec<u8>)]) -> Vec<(String, String)> {
        let mut embedded = Vec::new();
        collect(&DEFAULT, &mut embedded);
        let mut ours: Vec<&str> = embedded.into_iter().map(|(path, _)| path).collect();
        // Stylesheets are added to ours under any name.
        ours.retain(|path| !path.starts_with("css/"));
        ours.sort_unstable();
        let named = |stem: &str, by: &[u8]| {
            let text = String::from_utf8_lossy(by);
            text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-')))
                .any(|word| word == stem)
        };
        let mut slips = Vec::new();
        for (path, _) in files.iter().filter(|(path, _)| !ours.contains(&path.as_str())) {
            let file = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
            let moved = || ours.iter().find(|our| file(our) == file(path)).copied();
            let near = nearest(path, ours.iter().copied()).or_else(moved);
            let Some(near) = near.filter(|_| !path.starts_with("css/")) else { continue };
            let stem = file(path);
            let stem = stem.split('.').next().unwrap_or_default();
            if !files.iter().any(|(other, bytes)| other != path && named(stem, bytes)) {
                slips.push((path.clone(), near.to_owned()));
            }
        }
        slips
    }

    /// Adds the rendered page to `out`.
    ///
    /// # Errors
    /// The template asks for what its view does not have, or makes a page of
    /// more than 64 MiB.
    pub fn render<V: Serialize>(&self, template: &str, view: &V, out: &mut Vec<u8>) -> Result<()> {
        let context =
            Context::from_serialize(view).map_err(|error| fault::explain(&error, &self.sources))?;
        let mut writer = Capped { limit: out.len().saturating_add(PAGE_LIMIT), out };
        self.tera
            .render_to(template, &context, &mut writer)
            .map_err(|error| fault::explain(&error, &self.sources))
    }

    /// The page of a document around its text, `body`: by its template, or
    /// written as the template would, where the theme leaves that as it is.
    ///
    /// # Errors
    /// As [`Theme::render`].
    pub fn document(&self, mut page: DocumentPage, body: &str) -> Result<Vec<u8>> {
        if self.leaves_documents {
            let written = written::document(&page, body);
            if written.len() <= PAGE_LIMIT {
                return Ok(written.into_bytes());
            }
        }
        page.body = Html::new(body);
        let mut out = Vec::with_capacity(body.len() + written::FURNITURE);
        self.render("document.html", &page, &mut out)?;
        Ok(out)
    }

    /// The text of a template, by its path in the theme folder.
    #[must_use]
    pub fn template(&self, path: &str) -> Option<&str> {
        self.sources.templates.get(path).map(|(text, _)| text.as_str())
    }

    /// Whether rows of tables look as in the default theme, so that they need no
    /// template.
    #[must_use]
    pub fn leaves_rows(&self) -> bool {
        self.leaves_rows
    }

    /// Whether tables look as in the default theme with all that stands around
    /// their rows.
    #[must_use]
    pub fn leaves_tables(&self) -> bool {
        self.leaves_tables
    }

    /// Fills the frame's stylesheets, scripts and icon, relative to its `root`.
    pub fn furnish(&self, frame: &mut Frame) {
        let href = |route: &String| format!("{}{route}", frame.root);
        let css = [href(&self.css)].into_iter().chain(frame.css.iter().cloned()).collect();
        let js = self.js.iter().map(href).chain(frame.js.iter().cloned()).collect();
        let (head_js, icon) = (href(&self.head_js), href(&self.icon));
        (frame.css, frame.js) = (Shared::new(css), Shared::new(js));
        frame.head_js = head_js;
        frame.icon = if self.icon.is_empty() { String::new() } else { icon };
    }

    /// The files pages refer to, by route (`assets/main-0123abcd.css`), sorted.
    pub fn assets(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.assets.iter().map(|(route, bytes)| (route.as_str(), bytes.as_slice()))
    }

    /// The stylesheet of every page.
    #[must_use]
    pub fn stylesheet(&self) -> &[u8] {
        self.assets.get(&self.css).map(Vec::as_slice).unwrap_or_default()
    }

    /// Hash of every file of the theme: part of each page's fingerprint.
    #[must_use]
    pub fn digest(&self) -> u128 {
        self.digest
    }

    /// Renders every template of a page once, with a full and with an empty
    /// view: what a template asks for and does not get shows only then.
    ///
    /// # Errors
    /// A template failed; all failures are reported together, each once.
    pub fn check(&self) -> Result<()> {
        let mut faults: Vec<String> = Vec::new();
        samples::each(|template, view| {
            let mut out = Vec::new();
            if let Err(error) = self.render(template, &view, &mut out) {
                let message = match error.help {
                    Some(help) => format!("{}\n  help: {help}", error.message),
                    None => error.message,
                };
                if !faults.contains(&message) {
                    faults.push(message);
                }
            }
        });
        if faults.is_empty() { Ok(()) } else { Err(Error::usage(faults.join("\n"))) }
    }
}

/// What a file of a theme is for.
enum Part {
    Template,
    Style,
    HeadScript,
    Script,
    Icon,
    File,
    Other,
}

fn part(path: &str) -> Part {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    match (folder, ending) {
        ("" | "components", "html") => Part::Template,
        ("css", "css") => Part::Style,
        ("js", "js") if name == "head.js" => Part::HeadScript,
        ("js", "js") => Part::Script,
        ("images", "svg") if name == "icon.svg" => Part::Icon,
        _ if path.starts_with("images/") || path.starts_with("fonts/") => Part::File,
        _ => Part::Other,
    }
}

/// The files of an embedded folder, its folders included; the embedding keeps
/// no order, the caller sorts.
fn collect<'a>(dir: &Dir<'a>, out: &mut Vec<(&'a str, &'a [u8])>) {
    for file in dir.files() {
        if let Some(path) = file.path().to_str() {
            out.push((path, file.contents()));
        }
    }
    for dir in dir.dirs() {
        collect(dir, out);
    }
}

/// Keeps an asset under a name that says its content, and returns its route.
fn put(assets: &mut BTreeMap<String, Vec<u8>>, name: &str, ending: &str, bytes: Vec<u8>) -> String {
    let hash = format!("{:016x}", xxh3_64(&bytes));
    let route = format!("assets/{name}-{}.{ending}", hash.get(..8).unwrap_or(&hash));
    assets.insert(route.clone(), bytes);
    route
}

fn compile(sources: &Sources) -> Result<Tera> {
    let mut tera = Tera::default();
    tera.autoescape_on(vec![""]);
    tera.register_filter("literals", literals);
    let named = sources.templates.iter().map(|(name, (text, _))| (name.as_str(), text.as_str()));
    tera.add_raw_templates(named).map_err(|error| fault::explain(&error, sources))?;
    Ok(tera)
}

/// The filter `literals`: escapes a message and sets what stands in backticks
/// as code.
fn literals(text: &str, _: Kwargs, _: &State<'_>) -> Value {
    Value::safe_string(&prose::literals(text))
}

/// A page in the making that cannot grow beyond its limit.
struct Capped<'a> {
    out: &'a mut Vec<u8>,
    limit: usize,
}

impl io::Write for Capped<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.out.len() + bytes.len() > self.limit {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.out.extend_from_slice(bytes);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
