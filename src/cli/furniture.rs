//! Where `book.toml` names theme, stylesheets and scripts, and what is wrong
//! with them.

use crate::config::{self, Config};
use crate::data::{Entry, Problem, toml};
use crate::error::Error;
use crate::site::theme::Theme;
use crate::text::{Span, visible};
use std::path::Path;

/// A key of `[output.html]`.
fn entry(text: &str, key: &str) -> Option<Entry> {
    let root = toml::parse(text).ok()?;
    let html = root.get("output")?.value.get("html")?;
    html.value.get(key).cloned()
}

/// Where the theme is named.
pub(super) fn theme_span(text: &str) -> Span {
    entry(text, "theme").map_or(Span::at(0), |entry| entry.value.span)
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
pub(super) fn missing(name: &str, span: Span) -> Problem {
    Problem::new("invalid-config", span, format!("there is no file `{}`", visible(name)))
        .help("`additional-css` and `additional-js` name files beside `book.toml`")
}

/// That something `book.toml` names cannot be used.
pub(super) fn problem(span: Span, error: Error) -> Problem {
    let help = error
        .help
        .unwrap_or_else(|| "name a folder or file beside `book.toml`, or leave the key out".into());
    Problem::new("invalid-config", span, error.message).help(help)
}

/// Files of the theme folder that replace nothing, for a slip in their names.
pub(super) fn slips(folder: &str, span: Span, files: &[(String, Vec<u8>)]) -> Vec<Problem> {
    let note = |(path, near): (String, String)| {
        let message =
            format!("`{}/{}` replaces no file of the theme", visible(folder), visible(&path));
        Problem::new("unused-config", span, message).help(format!("did you mean `{near}`?"))
    };
    Theme::slips(files).into_iter().map(note).collect()
}
