//! What the page of a review is dressed in: the theme of the base, never that
//! of the branch that is reviewed.

use super::super::furniture::extra_spans;
use super::Opened;
use crate::error::Result;
use crate::site::theme::Theme;
use crate::tree::{self, Limits, ReadError, Tree};
use std::path::Path;

/// The theme and the stylesheets that the `book.toml` of the base names, as
/// they stood there; the page is one file, so that fonts and images of the
/// theme are not in it.
///
/// # Errors
/// A template of the base is wrong, or a file could not be read.
pub(super) fn theme(base: &Opened) -> Result<Theme> {
    let name = base.book.config.html.theme.as_deref().unwrap_or("default");
    let mut files = match Theme::files(name) {
        Some(files) => files,
        None => folder(base, name)?,
    };
    let extra = extra_spans(&base.book.text).into_iter();
    for (i, (name, _)) in extra.filter(|(name, _)| name.ends_with(".css")).enumerate() {
        if let Some(bytes) = file(base, &name)? {
            // After the stylesheets of the theme.
            files.push((format!("css/~{i:04}.css"), bytes));
        }
    }
    Theme::new(name, &files)
}

/// The templates and stylesheets of a folder of the base; none where it is not
/// there.
fn folder(base: &Opened, name: &str) -> Result<Vec<(String, Vec<u8>)>> {
    let wanted = |path: &str| path.ends_with(".html") || path.ends_with(".css");
    let Some((repository, commit)) = &base.commit else {
        let mut files = tree::read_folder(&base.book.root, name)?;
        files.retain(|(path, _)| wanted(path));
        return Ok(files);
    };
    let limits = Limits::default();
    let whole = repository.tree(*commit, repository.folder(), &limits)?;
    let Some(tree) = whole.there(Path::new(name), &limits)? else { return Ok(Vec::new()) };
    let mut files = Vec::new();
    for entry in tree.list()?.files {
        if wanted(&entry.path) {
            match tree.read(&entry.path) {
                Ok(bytes) => files.push((entry.path.to_string(), bytes)),
                Err(ReadError::Io(error)) => return Err(error),
                // What leads out or has no usable name is no part of a theme.
                Err(ReadError::Finding(_)) => {}
            }
        }
    }
    Ok(files)
}

/// A file beside the `book.toml` of the base.
fn file(base: &Opened, name: &str) -> Result<Option<Vec<u8>>> {
    match &base.commit {
        None => tree::read_file(&base.book.root, name),
        Some((repository, commit)) => {
            let whole = repository.tree(*commit, repository.folder(), &Limits::default())?;
            whole.file(name)
        }
    }
}
