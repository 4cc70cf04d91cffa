//! `log`: the story of a project, newest first.

use super::arguments::{Log, LogFormat};
use super::book::{Book, Place};
use super::gate;
use super::stop::Outcome;
use super::terminal::Terminal;
use crate::date::Date;
use crate::measures::changed::{Value, undated_of};
use crate::measures::story::{self, Event};
use crate::portfolio::{Portfolio, Project};
use crate::rollups::words::{list, several};
use crate::table::Rag;
use crate::target::Target;
use crate::text::visible;
use chrono::Datelike;
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

pub(super) fn run(args: &Log, terminal: Terminal) -> Outcome {
    let reading = args.reading();
    let book = Book::open_or_show(&reading, terminal, Place::Talk)?;
    let checked = book.check(&[])?;
    if !checked.config_problems.is_empty() {
        return book.show(&checked, &reading, terminal, Place::Talk);
    }
    let p = &checked.portfolio;
    let project = gate::project(p, &args.project)?;
    let mut events = story::of(p, project);
    events.retain(|e| {
        args.since.is_none_or(|day| e.on >= day) && args.until.is_none_or(|day| e.on <= day)
    });
    if args.reverse {
        events.reverse();
    }
    terminal.result(|out| match args.format {
        LogFormat::Text => text(project, &events, terminal, out),
        LogFormat::Json => json(p, project, &events, out),
    })?;
    Ok(0)
}

fn text(
    project: &Project,
    events: &[Event<'_>],
    terminal: Terminal,
    out: &mut dyn Write,
) -> io::Result<()> {
    let title = format!("{} ({})", project.title, project.id);
    writeln!(out, "{}", paint(terminal, "1", &visible(&title)))?;
    if events.is_empty() {
        return writeln!(out, "nothing that carries a date happened in these days");
    }
    let wide = events.iter().map(|e| e.sort().width()).max().unwrap_or(0);
    let mut month = None;
    for event in events {
        let this = (event.on.year(), event.on.month());
        if month != Some(this) {
            month = Some(this);
            let title = event.on.format("%B %Y").to_string();
            writeln!(out, "\n{}", paint(terminal, "1", &title))?;
        }
        let sort = event.sort();
        let space = " ".repeat(wide.saturating_sub(sort.width()));
        write!(out, "{:>3}  {sort}{space}  ", event.on.day())?;
        writeln!(out, "{}", line(event, terminal))?;
        if !event.why.is_empty() && !terminal.quiet {
            let words = event.why.split_whitespace().collect::<Vec<_>>().join(" ");
            let indent = " ".repeat(wide + 7);
            writeln!(out, "{indent}{}", paint(terminal, "2", &visible(&words)))?;
        }
    }
    let undated = undated_of(project);
    if !terminal.quiet && undated.born + undated.ended > 0 {
        let mut said = Vec::new();
        if undated.born > 0 {
            let items = several(undated.born, "item does", "items do");
            said.push(format!("{items} not say when it was raised"));
        }
        if undated.ended > 0 {
            let items = several(undated.ended, "item is over and does", "items are over and do");
            said.push(format!("{items} not say since when"));
        }
        writeln!(out, "\nNot told, for want of a date: {}.", list(&said))?;
    }
    Ok(())
}

/// What happened, with marks and colours where it is good or bad.
fn line(event: &Event<'_>, terminal: Terminal) -> String {
    let change = &event.change;
    let tone = match change.better {
        Some(false) => "1;91",
        Some(true) => "32",
        None => "",
    };
    let mut text = format!("{}: ", visible(&change.label));
    if let Some(before) = &change.before {
        text.push_str(&visible(&value(before, event.on)));
        text.push_str(" → ");
    }
    text.push_str(&paint(terminal, tone, &visible(&value(&change.after, event.on))));
    let measure = event.measure();
    if !measure.is_empty() {
        text.push_str(&format!(" ({})", visible(measure)));
    }
    text
}

/// A value in words; a day of another year says its year.
fn value(value: &Value, on: Date) -> String {
    match value {
        Value::Rag(rag) => format!("{} {}", rag.mark(), lower(*rag)),
        Value::Date(date) if date.year() != on.year() => date.format("%-d %b %Y").to_string(),
        other => other.show(),
    }
}

fn lower(rag: Rag) -> String {
    rag.label().to_lowercase()
}

fn paint(terminal: Terminal, colour: &str, words: &str) -> String {
    if terminal.colour && !colour.is_empty() {
        format!("\u{1b}[{colour}m{words}\u{1b}[0m")
    } else {
        words.to_owned()
    }
}

/// One object; the schema's name changes when a field changes its meaning.
fn json(
    p: &Portfolio,
    project: &Project,
    events: &[Event<'_>],
    out: &mut dyn Write,
) -> io::Result<()> {
    let plain = |value: &Value| match value {
        Value::Rag(rag) => serde_json::json!({"health": rag.name()}),
        Value::Date(date) => serde_json::json!({"date": date.to_string()}),
        Value::Money(n, currency) => {
            serde_json::json!({"amount": n.show(2), "currency": currency})
        }
        Value::Score(n) => serde_json::json!({"score": n.show(0)}),
        Value::Words(words) => serde_json::json!({"words": words}),
    };
    let source = |target: &Target| match target {
        Target::Document(path) | Target::Register(path) => serde_json::json!({"path": &**path}),
        Target::Item(_, id) => {
            let path = project.item(id).map(|item| item.path.to_string());
            serde_json::json!({"id": &**id, "path": path})
        }
        _ => serde_json::Value::Null,
    };
    let events: Vec<serde_json::Value> = events
        .iter()
        .map(|e| {
            serde_json::json!({
                "date": e.on.to_string(),
                "kind": e.kind.name(),
                "sort": e.sort(),
                "what": e.change.label,
                "before": e.change.before.as_ref().map(plain),
                "after": plain(&e.change.after),
                "days": e.change.moved(),
                "better": e.change.better,
                "note": e.measure(),
                "why": e.why,
                "source": e.change.target.as_ref().map(source),
            })
        })
        .collect();
    let value = serde_json::json!({
        "schema": "milepost-log-1",
        "as_of": p.as_of.to_string(),
        "project": &*project.id,
        "title": &*project.title,
        "events": events,
    });
    serde_json::to_writer_pretty(&mut *out, &value).map_err(io::Error::from)?;
    writeln!(out)
}
