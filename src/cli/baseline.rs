//! The file of known findings: where it is, reading and writing it.

use crate::error::{Error, Result};
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
