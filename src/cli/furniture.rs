//! Where `book.toml` names theme, stylesheets and scripts, and what is wrong
//! with them.

use crate::config::{self, Config};
use crate::data::{Entry, Problem, toml};
use crate::error::{Error, ErrorKind, Result};
use crate::site::theme::Theme;
use crate::text::{Span, nearest, visible};
use crate::tree;
use std::path::Path;

/// A key of `[output.html]`.
fn entry(text: &str, key: &str) -> Option<Entry> {
    let root = toml::parse(text).ok()?;
    let html = root.get("output")?.value.get("html")?;
    html.value.get(key).cloned()
}

/// Files with their bytes, by their names as `book.toml` or their folder has them.
type Files = Vec<(String, Vec<u8>)>;

/// What `book.toml` names beside the sources, as it was found.
pub(super) struct Found {
    /// The folder of the theme with its files, unless the theme is built in.
    pub(super) folder: Option<(String, Files)>,
    /// Stylesheets and scripts that are added to every page.
    pub(super) extra: Files,
    /// Files of the theme whose names look misspelt.
    pub(super) slips: Vec<Problem>,
    /// What is not there or cannot be used.
    pub(super) problems: Vec<Problem>,
}

/// The folder of the theme, unless the theme is built in.
pub(super) fn theme_folder(config: &Config) -> Option<&str> {
    config.html.theme.as_deref().filter(|name| !Theme::names().any(|own| own == *name))
}

/// Read the theme, stylesheets and scripts that `book.toml` names.
///
/// # Errors
/// A file that is there could not be read.
pub(super) fn gather(root: &Path, config: &Config, text: &str) -> Result<Found> {
    let mut found =
        Found { folder: None, extra: Vec::new(), slips: Vec::new(), problems: Vec::new() };
    if let Some(folder) = theme_folder(config) {
        let span = entry(text, "theme").map_or(Span::at(0), |entry| entry.value.span);
        match tree::read_folder(root, folder) {
            Ok(files) => {
                found.slips = slips(folder, span, &files);
                found.folder = Some((folder.to_owned(), files));
            }
            Err(error) if error.kind == ErrorKind::Usage => {
                let said = error.help.is_some();
                let problem = problem(span, error);
                let problem = if said { problem } else { problem.help(themes(folder)) };
                found.problems.push(problem);
            }
            Err(error) => return Err(error),
        }
    }
    for (name, span) in extra_spans(text) {
        match tree::read_file(root, &name) {
            Ok(Some(bytes)) => found.extra.push((name, bytes)),
            Ok(None) => found.problems.push(missing(&name, span)),
            Err(error) if error.kind == ErrorKind::Usage => {
                found.problems.push(problem(span, error));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// Which theme may have been meant.
fn themes(name: &str) -> String {
    let own: Vec<&str> = Theme::names().collect();
    let list = own.join("`, `");
    match nearest(name, own) {
        Some(near) => format!("did you mean `{near}`? Built-in themes are `{list}`"),
        None => {
            format!("name one of the built-in themes `{list}`, or a folder beside `book.toml`")
        }
    }
}

/// The stylesheets and scripts that are added to every page, each with its
/// place.
pub(super) fn extra_spans(text: &str) -> Vec<(String, Span)> {
    let mut all = Vec::new();
    for key in ["additional-css", "additional-js"] {
        let Some(entry) = entry(text, key).or_else(|| entry(text, &key.replace('-', "_"))) else {
            continue;
        };
        let one = std::slice::from_ref(&entry.value);
        let nodes = if entry.value.as_str().is_some() { one } else { entry.value.items() };
        all.extend(nodes.iter().filter_map(|node| Some((node.as_str()?.to_owned(), node.span))));
    }
    all
}

/// That a file stands where `build-dir` says the site goes.
pub(super) fn output(root: &Path, config: &Config, text: &str) -> Option<Problem> {
    let shown = visible(&config.build_dir);
    let file = std::fs::metadata(root.join(&config.build_dir)).is_ok_and(|m| !m.is_dir());
    // Of `book.toml` the configuration itself has said so.
    if !file || config.build_dir.ends_with(config::FILE) {
        return None;
    }
    let build = toml::parse(text).ok().and_then(|root| root.get("build").cloned());
    let key = |key: &str| Some(build.as_ref()?.value.get(key)?.value.span);
    let span = key("build-dir").or_else(|| key("build_dir"))?;
    let message = format!("`build-dir` is a file: `{shown}`");
    Some(Problem::new("invalid-config", span, message).help("name a folder, such as `book`"))
}

/// That a stylesheet or script is not there.
fn missing(name: &str, span: Span) -> Problem {
    Problem::new("invalid-config", span, format!("there is no file `{}`", visible(name)))
        .help("`additional-css` and `additional-js` name files beside `book.toml`")
}

/// That something `book.toml` names cannot be used.
fn problem(span: Span, error: Error) -> Problem {
    let help = error
        .help
        .unwrap_or_else(|| "name a folder or file beside `book.toml`, or leave the key out".into());
    Problem::new("invalid-config", span, error.message).help(help)
}

/// Files of the theme folder that replace nothing, for a slip in their names.
fn slips(folder: &str, span: Span, files: &[(String, Vec<u8>)]) -> Vec<Problem> {
    let note = |(path, near): (String, String)| {
        let message =
            format!("`{}/{}` replaces no file of the theme", visible(folder), visible(&path));
        Problem::new("unused-config", span, message).help(format!("did you mean `{near}`?"))
    };
    Theme::slips(files).into_iter().map(note).collect()
}
