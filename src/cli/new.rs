//! `new`: a document or register item to begin with.

use super::arguments::New;
use super::book::{Book, Place};
use super::stop::Outcome;
use super::terminal::Terminal;
use crate::publish;
use crate::scaffold::{self, Wish};
use crate::text::visible;

pub(super) fn run(args: &New, terminal: Terminal) -> Outcome {
    let book = Book::open_or_show(&args.reading(), terminal, Place::Talk)?;
    let checked = book.check(&[])?;
    let wish = Wish {
        kind: &args.kind,
        project: args.project.as_deref(),
        date: args.date,
        title: args.title.as_deref(),
        id: args.id.as_deref(),
    };
    let draft = scaffold::new(&checked.portfolio, &book.tree, &wish)?;
    let src = book.root.join(&book.config.src);
    let path = match &draft.before {
        None => publish::create(&src, &draft.path, draft.text.as_bytes())?,
        Some(before) => {
            publish::replace(&src, &draft.path, before.as_bytes(), draft.text.as_bytes())?
        }
    };
    let shown = visible(&path.strip_prefix(".").unwrap_or(&path).display().to_string());
    let id = draft.id.filter(|_| draft.before.is_some());
    terminal.result(|out| match id {
        Some(id) => writeln!(out, "added {id} to {shown}"),
        None => writeln!(out, "created {shown}"),
    })?;
    Ok(0)
}
