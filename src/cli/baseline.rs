//! The file of known findings: where it is, reading and writing it.

use crate::Checked;
use crate::error::{Error, Result};
use crate::finding::Key;
use crate::reports::baseline::{Baseline, FILE};
use crate::text::{Source, visible};
use crate::{publish, tree};
use std::path::{Path, PathBuf};

/// The file an option names: `--baseline` alone means the usual name in the
/// book's folder.
pub(super) fn place(named: Option<&PathBuf>, root: &Path) -> Result<PathBuf> {
    let Some(path) = named else { return Ok(root.join(FILE)) };
    if path.is_dir() || path.file_name().is_none() {
        let shown = visible(&path.display().to_string());
        let help = "name a file; the folder of the book comes before the option";
        return Err(Error::usage(format!("`{shown}` is a folder, not a baseline")).help(help));
    }
    Ok(path.clone())
}

/// Read a baseline; `None` where there is no such file.
fn find(path: &Path) -> Result<Option<Vec<u8>>> {
    let (folder, name) = parts(path);
    tree::read_file(&folder, &name)
}

/// Read the baseline at `path`.
///
/// # Errors
/// There is none, or it is not one (usage); or it could not be read.
pub(super) fn read(path: &Path) -> Result<Baseline> {
    let shown = visible(&path.display().to_string());
    let Some(bytes) = find(path)? else {
        let error = Error::usage(format!("there is no baseline `{shown}`"));
        return Err(error.help("write one with `milepost check --write-baseline`"));
    };
    let wrong = |line: u32, message: &str| {
        let message = visible(message);
        Error::usage(format!("{shown}:{line}: {message}"))
            .help("write it anew with `milepost check --write-baseline`")
    };
    let source = Source::decode(shown.as_str().into(), bytes)
        .map_err(|error| wrong(error.at.line, &error.message))?;
    Baseline::parse(&source.text)
        .map_err(|fault| wrong(u32::try_from(fault.line).unwrap_or(u32::MAX), &fault.message))
}

/// Refuse to write a baseline over anything else: a file that is not one, or
/// the place of a document.
///
/// # Errors
/// Something else stands there (usage), or it could not be read.
pub(super) fn guard(path: &Path, src: &Path) -> Result<()> {
    let (folder, name) = parts(path);
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    let inside = real(&folder).zip(real(src)).is_some_and(|(at, src)| at.starts_with(src));
    let shown = visible(&path.display().to_string());
    let help = format!("name another file, or none: `--write-baseline` alone writes `{FILE}`");
    if inside && (tree::is_markdown(&name) || tree::is_yaml(&name)) {
        let message = format!("`{shown}` is the place of a document, not of a baseline");
        return Err(Error::usage(message).help(help));
    }
    let Some(bytes) = find(path)? else { return Ok(()) };
    if Baseline::claims(&String::from_utf8_lossy(&bytes)) {
        return Ok(());
    }
    Err(Error::usage(format!("`{shown}` is there already and is not a baseline")).help(help))
}

/// Whether a finding of the baseline was not looked for: its rule is switched
/// off, or its file, or one beside or above it, could not be read to the end.
pub(super) fn unseen(checked: &Checked, key: &Key) -> bool {
    let p = &checked.portfolio;
    let documents = p.documents.iter().filter(|d| d.broken).map(|d| &*d.path);
    let registers = p.registers.iter().filter(|r| r.broken).map(|r| &*r.path);
    let hides = |broken: &str| {
        broken == key.path
            || broken.rsplit_once('/').is_some_and(|(folder, _)| {
                key.path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
            })
    };
    documents.chain(registers).any(hides) || checked.settings.off(p, &key.rule, &key.path)
}

/// Write a baseline, in place of what is there.
///
/// # Errors
/// It could not be written.
pub(super) fn write(path: &Path, baseline: &Baseline) -> Result<()> {
    let (folder, name) = parts(path);
    let text = baseline.text();
    match find(path)? {
        Some(before) if before == text.as_bytes() => {}
        Some(before) => {
            publish::replace(&folder, &name, &before, text.as_bytes())?;
        }
        None => {
            publish::create(&folder, &name, text.as_bytes())?;
        }
    }
    Ok(())
}

fn parts(path: &Path) -> (PathBuf, String) {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    (folder.unwrap_or(Path::new(".")).to_path_buf(), name)
}
