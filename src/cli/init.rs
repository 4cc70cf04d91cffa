//! `init`: a small portfolio to begin with.

use super::arguments::Init;
use super::book::today;
use super::stop::Outcome;
use super::terminal::Terminal;
use crate::error::Error;
use crate::text::visible;
use crate::{publish, scaffold};

pub(super) fn run(args: &Init, terminal: Terminal) -> Outcome {
    let files = scaffold::book(&args.title, today()?);
    let shown = visible(&args.dir.display().to_string());
    for (path, _) in &files {
        let taken = args.dir.join(path.split('/').next().unwrap_or(path));
        // A `.gitignore` of one's own is kept.
        if path != ".gitignore" && taken.symlink_metadata().is_ok() {
            let taken = visible(&taken.display().to_string());
            return Err(Error::io(format!("`{taken}` is there already"))
                .help("`init` writes over nothing: name a new folder")
                .into());
        }
    }
    for (path, text) in &files {
        if path == ".gitignore" && args.dir.join(path).symlink_metadata().is_ok() {
            terminal.say("`.gitignore` is there already; add `/book` to it");
            continue;
        }
        publish::create(&args.dir, path, text.as_bytes())?;
    }
    let place = if shown == "." { String::new() } else { format!(" {shown}") };
    terminal.result(|out| {
        writeln!(out, "created a book of {} files in `{shown}`", files.len())?;
        writeln!(out, "look at it with `milepost serve{place}`")
    })?;
    Ok(0)
}
