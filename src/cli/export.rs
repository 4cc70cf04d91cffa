//! `export`: the portfolio as data for other programs.

use super::arguments::Export as Args;
use super::book::{Book, Place};
use super::stop::{Outcome, Stop};
use super::terminal::Terminal;
use crate::error::Error;
use crate::exports::{EXPORTS, File, Input, Published, Style, find};
use crate::output::Route;
use crate::site::links::Links;
use crate::target::Target;
use crate::text::{nearest, visible};
use crate::{publish, tree};
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The file in a folder of exports that says which files are Milepost's.
const KNOWN: &str = ".milepost-export";

pub(super) fn run(args: &Args, terminal: Terminal) -> Outcome {
    if args.list {
        terminal.result(list)?;
        return Ok(0);
    }
    let name = args.name.as_deref().unwrap_or_default();
    let export = find(name).ok_or_else(|| unknown(name))?;
    let reading = args.reading();
    let book = Book::open_or_show(&reading, terminal, Place::Talk)?;
    let checked = book.check(&[])?;
    if !checked.config_problems.is_empty() {
        return book.show(&checked, &reading, terminal, Place::Talk);
    }
    let links = Links::new(&checked.portfolio);
    let root = Route::new("index.html");
    let address = |target: &Target| links.href(&root, target);
    let mut input = Input::new(&checked, &address);
    input.style = Style { bom: args.bom };
    let mut files = export.files(&input)?;
    if let Some(only) = &args.only {
        files = one_of(files, only)?;
    }
    if files.is_empty() {
        let error = Error::usage(format!("`{name}` has nothing to write here"));
        let help = match export.published {
            Published::WithAddress => "set `site-url` in `[output.html]` to the site's address",
            _ => "the book has no projects",
        };
        return Err(error.help(help).into());
    }
    let sources = book.root.join(&book.config.src);
    match (&args.dest_dir, &args.output) {
        (Some(folder), _) => {
            outside(folder, &sources)?;
            let changed = write_all(folder, &files)?;
            let shown = visible(&folder.display().to_string());
            let all =
                if files.len() == 1 { "1 file".into() } else { format!("{} files", files.len()) };
            terminal.say(&format!("wrote {all} to `{shown}`, {changed} of them new or changed"));
        }
        (None, output) => {
            let [file] = files.as_slice() else { return Err(many(name, &files).into()) };
            match output.as_deref().filter(|path| *path != Path::new("-")) {
                Some(path) => write_one(path, file, &sources, terminal)?,
                None => terminal.result(|out| out.write_all(&file.bytes))?,
            }
        }
    }
    Ok(0)
}

fn list(out: &mut dyn Write) -> io::Result<()> {
    let wide = EXPORTS.iter().map(|e| e.name.len()).max().unwrap_or(0);
    EXPORTS.iter().try_for_each(|e| {
        let place = match e.published {
            Published::Always => "",
            Published::WithAddress => " (on the site with `site-url`)",
            Published::Never if e.name == "tables" => "",
            Published::Never => " (not on the site)",
        };
        writeln!(out, "{:wide$}  {}{place}", e.name, e.about)
    })
}

fn unknown(name: &str) -> Error {
    let names = || EXPORTS.iter().map(|e| e.name);
    let error = Error::usage(format!("there is no export `{}`", visible(name)));
    error.help(match nearest(name, names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are {}", names().collect::<Vec<_>>().join(", ")),
    })
}

/// The file of that name, its ending or folder left out where that is clear.
fn one_of(files: Vec<File>, only: &str) -> Result<Vec<File>, Stop> {
    let matches = |f: &File| {
        f.name == only
            || f.name.rsplit_once('.').is_some_and(|(stem, _)| stem == only)
            || f.name.rsplit('/').next() == Some(only)
    };
    let names: Vec<String> = files.iter().map(|f| f.name.clone()).collect();
    let found: Vec<File> = files.into_iter().filter(matches).take(1).collect();
    if found.is_empty() {
        let error = Error::usage(format!("there is no file `{}` in it", visible(only)));
        let some: Vec<&str> = names.iter().take(12).map(String::as_str).collect();
        let help = nearest(only, names.iter().map(String::as_str)).map_or_else(
            || format!("there are {}", some.join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        return Err(error.help(help).into());
    }
    Ok(found)
}

fn many(name: &str, files: &[File]) -> Error {
    let example = files.first().map_or("", |f| &f.name);
    Error::usage(format!("`{name}` is {} files", files.len())).help(format!(
        "name a folder with `-d DIR`, or one of the files with `--only {}`",
        visible(example)
    ))
}

/// What is written must not become a part of the book.
fn outside(folder: &Path, sources: &Path) -> Result<(), Error> {
    // The nearest folder that is there stands for those to be made.
    let real = |path: &Path| {
        path.ancestors().find_map(|p| {
            let p = if p.as_os_str().is_empty() { Path::new(".") } else { p };
            std::fs::canonicalize(p).ok()
        })
    };
    let inside = real(folder).zip(real(sources)).is_some_and(|(at, src)| at.starts_with(src));
    if !inside {
        return Ok(());
    }
    let shown = visible(&folder.display().to_string());
    let error = Error::usage(format!("`{shown}` lies in the sources of the book"));
    Err(error.help("name a place outside, or it would be published with them"))
}

fn write_one(path: &Path, file: &File, sources: &Path, terminal: Terminal) -> Result<(), Stop> {
    let shown = visible(&path.display().to_string());
    let (Some(name), false) = (path.file_name(), path.is_dir()) else {
        let error = Error::usage(format!("`{shown}` is a folder"));
        return Err(error.help("name a file, or write to a folder with `-d`").into());
    };
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    outside(folder, sources)?;
    publish::put(folder, &name.to_string_lossy(), &file.bytes)?;
    terminal.say(&format!("wrote `{shown}`"));
    Ok(())
}

/// Write files to a folder; how many were not there as they are. A file that
/// is not Milepost's is never written over.
fn write_all(folder: &Path, files: &[File]) -> Result<usize, Stop> {
    let known: BTreeSet<String> = match tree::read_file(folder, KNOWN) {
        Ok(Some(bytes)) => String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect(),
        Ok(None) => BTreeSet::new(),
        Err(_) if !folder.exists() => BTreeSet::new(),
        Err(error) => return Err(error.into()),
    };
    let taken = |f: &&File| {
        let path: PathBuf = folder.join(&f.name);
        !known.contains(&f.name) && path.symlink_metadata().is_ok()
    };
    if let Some(file) = files.iter().find(taken) {
        let shown = visible(&folder.join(&file.name).display().to_string());
        let error = Error::usage(format!("`{shown}` is there already and no export wrote it"));
        return Err(error.help("name another folder, or move the file elsewhere").into());
    }
    let mut names = known;
    names.extend(files.iter().map(|f| f.name.clone()));
    let mut list = names.into_iter().collect::<Vec<_>>().join("\n");
    list.push('\n');
    publish::put(folder, KNOWN, list.as_bytes())?;
    let mut changed = 0;
    for file in files {
        changed += usize::from(publish::put(folder, &file.name, &file.bytes)?);
    }
    Ok(changed)
}
