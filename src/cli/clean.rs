//! `clean`: remove the published site, if Milepost made it.

use super::arguments::Clean;
use super::book::{Book, Refusal};
use super::stop::{Outcome, Stop};
use super::terminal::Terminal;
use crate::{publish, text};

pub(super) fn run(args: &Clean, terminal: Terminal) -> Outcome {
    let book = Book::open(&args.dir, None).map_err(|refusal| match refusal {
        Refusal::Error(error) => Stop::Error(error),
        Refusal::Mistakes(..) => {
            let message = "`book.toml` has mistakes, so it is not certain what to remove";
            let help = "`milepost check` shows them";
            crate::error::Error::usage(message).help(help).into()
        }
    })?;
    let out = book.output(args.dest_dir.as_deref());
    let removed = publish::clean(&out, &book.protected())?;
    let shown = text::visible(&out.display().to_string());
    terminal.say(&match removed {
        0 => format!("nothing to remove in `{shown}`"),
        1 => format!("removed 1 file in `{shown}`"),
        n => format!("removed {n} files in `{shown}`"),
    });
    Ok(0)
}
