//! `schema`: JSON Schemas for editors, from the book's own kinds.

use super::arguments::Schema;
use super::book::{Book, Place};
use super::stop::{Outcome, Stop};
use super::terminal::Terminal;
use crate::config::Config;
use crate::error::Error;
use crate::json_schema;
use crate::kinds::Kinds;
use crate::text::{nearest, visible};
use crate::{publish, tree};
use std::path::Path;

pub(super) fn run(args: &Schema, terminal: Terminal) -> Outcome {
    let kinds = kinds(args, terminal)?;
    if let Some(folder) = &args.all {
        let all = json_schema::all(&kinds);
        for (name, schema) in &all {
            write(folder, name, &json_schema::text(schema))?;
        }
        let shown = visible(&folder.display().to_string());
        terminal.say(&format!("wrote {} schemas to `{shown}`", all.len()));
        return Ok(0);
    }
    let schema = match (&args.kind, &args.register) {
        (Some(name), _) => match kinds.find(name) {
            Some(kind) => json_schema::of_kind(kind),
            None if Path::new(name).is_dir() => {
                let error = Error::usage(format!("unknown kind `{}`", visible(name)));
                let name = visible(name);
                let help =
                    format!("for the book in that folder: `milepost schema KIND --dir {name}`");
                return Err(error.help(help).into());
            }
            None => return Err(unknown("kind", name, kinds.names().collect()).into()),
        },
        (None, name) => {
            let name = name.as_deref().unwrap_or("all");
            let registers: Vec<&str> = json_schema::registers(&kinds).collect();
            if json_schema::NAMES.contains(&name) {
                json_schema::of_names(name)
            } else if name == "all" {
                json_schema::of_register(&kinds, None)
            } else if registers.contains(&name) {
                json_schema::of_register(&kinds, Some(name))
            } else {
                let names = [&registers[..], &json_schema::NAMES, &["all"]].concat();
                return Err(unknown("register", name, names).into());
            }
        }
    };
    terminal.result(|out| out.write_all(json_schema::text(&schema).as_bytes()))?;
    Ok(0)
}

/// The kinds of the book, or Milepost's own outside of one.
fn kinds(args: &Schema, terminal: Terminal) -> Result<Kinds, Stop> {
    let reading = args.reading();
    if args.dir.is_none() && tree::read_file(Path::new("."), "book.toml")?.is_none() {
        return Ok(Kinds::load(&Config::default()));
    }
    let book = Book::open_or_show(&reading, terminal, Place::Talk)?;
    Ok(Kinds::load(&book.config))
}

fn unknown(what: &str, name: &str, names: Vec<&str>) -> Error {
    let error = Error::usage(format!("unknown {what} `{}`", visible(name)));
    error.help(match nearest(name, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are {}", names.join(", ")),
    })
}

/// Write a schema; only one that was written before is replaced.
fn write(folder: &Path, name: &str, text: &str) -> Result<(), Error> {
    let before = match tree::read_file(folder, name) {
        Ok(before) => before,
        Err(_) if !folder.exists() => None,
        Err(error) => return Err(error),
    };
    match before {
        None => publish::create(folder, name, text.as_bytes())?,
        Some(before) if before == text.as_bytes() => return Ok(()),
        Some(before) => {
            let ours = String::from_utf8_lossy(&before).contains(json_schema::COMMENT);
            if !ours {
                let shown = visible(&folder.join(name).display().to_string());
                let error = Error::usage(format!("`{shown}` is not a schema of Milepost's"));
                return Err(error.help("name another folder, or move the file elsewhere"));
            }
            publish::replace(folder, name, &before, text.as_bytes())?
        }
    };
    Ok(())
}
