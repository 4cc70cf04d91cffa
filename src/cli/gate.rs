//! `gate`: how ready a project is for its gate; 1 where it is not.

use super::arguments::{Gate, GateFormat};
use super::book::{Book, Place};
use super::stop::{Outcome, Stop};
use super::terminal::Terminal;
use crate::error::Error;
use crate::portfolio::gates::shown;
use crate::portfolio::{Portfolio, Project};
use crate::rollups::Context;
use crate::rollups::gates::approvers;
use crate::rollups::gates::readiness::{Readiness, Requirement, Verdict, readiness};
use crate::table::Mark;
use crate::text::{nearest, visible};
use std::io::{self, Write};

pub(super) fn run(args: &Gate, terminal: Terminal) -> Outcome {
    let reading = args.reading();
    let book = Book::open_or_show(&reading, terminal, Place::Talk)?;
    let checked = book.check(&[])?;
    if !checked.config_problems.is_empty() {
        return book.show(&checked, &reading, terminal, Place::Talk);
    }
    let project = project(&checked.portfolio, &args.project)?;
    let phase = gate(project, args.id.as_deref())?;
    let context = Context {
        portfolio: &checked.portfolio,
        measures: &checked.measures,
        findings: &checked.findings,
        suppressed: &checked.suppressed,
        changes: &checked.changes,
    };
    let Some(r) = readiness(&context, project, phase) else {
        return Err(without(project).into());
    };
    terminal.result(|out| match args.format {
        GateFormat::Text => text(&r, &checked.portfolio, terminal, out),
        GateFormat::Json => json(&r, &checked.portfolio, out),
    })?;
    Ok(u8::from(r.verdict() == Verdict::NotReady))
}

/// The project of that id or folder.
pub(super) fn project<'a>(p: &'a Portfolio, wanted: &str) -> Result<&'a Project, Stop> {
    let bare = wanted.trim_end_matches('/');
    let found = p.project(bare).or_else(|| p.projects.iter().find(|pr| *pr.folder == *bare));
    found.ok_or_else(|| {
        let ids = || p.projects.iter().map(|pr| &*pr.id);
        let help = match nearest(bare, ids()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if p.projects.is_empty() => "the book has no projects".into(),
            None => {
                let some: Vec<&str> = ids().take(12).collect();
                format!("projects are {}", visible(&some.join(", ")))
            }
        };
        Error::usage(format!("there is no project `{}`", visible(wanted))).help(help).into()
    })
}

/// Index of the phase that ends with the gate, the next one where none is
/// named.
fn gate(project: &Project, wanted: Option<&str>) -> Result<usize, Stop> {
    let Some(wanted) = wanted else {
        return shown(project).ok_or_else(|| without(project).into());
    };
    let lifecycle = project.lifecycle.as_ref();
    lifecycle.and_then(|l| l.gate(wanted)).ok_or_else(|| {
        let ids: Vec<&str> =
            lifecycle.map(|l| l.gates().map(|(_, g)| &*g.id).collect()).unwrap_or_default();
        let help = match nearest(wanted, ids.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("gates of its lifecycle are {}", ids.join(", ")),
        };
        Error::usage(format!("there is no gate `{}` in `{}`", visible(wanted), project.id))
            .help(help)
            .into()
    })
}

fn without(project: &Project) -> Error {
    Error::usage(format!("`{}` stands before no gate", project.id))
        .help("its card names no known phase, or its lifecycle has no gates")
}

fn text(
    r: &Readiness<'_>,
    p: &Portfolio,
    terminal: Terminal,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (met, all) = r.counted();
    let title = format!("{} {}: {}", r.gate.id, r.gate.title, r.project.title);
    writeln!(out, "{}", visible(&title))?;
    writeln!(
        out,
        "{}: {met} of {all} requirements met, {} %\n",
        paint(terminal, r.verdict() == Verdict::NotReady, r.verdict().words()),
        r.percent().show(1)
    )?;
    let shown = || r.rows.iter().filter(|row| !terminal.quiet || !row.met);
    let wide = shown().map(|row| visible(&row.what).chars().count()).max().unwrap_or(0).min(60);
    for row in shown() {
        line(row, wide, terminal, out)?;
    }
    if let Some(coming) = &r.coming {
        writeln!(out, "\n{coming}")?;
    }
    if let Some(decided) = &r.decided {
        let by = approvers(p, r.project, decided);
        let by = if by.is_empty() { "nobody".to_owned() } else { by.join(", ") };
        let day = decided.date.map_or(String::new(), |day| format!(" on {day}"));
        let word = decided.document.fields.text("decision").unwrap_or("nothing");
        let told =
            format!("the gate decided `{word}`{day}, approved by {by}: {}", decided.document.path);
        writeln!(out, "\n{}", visible(&told))?;
    } else if !terminal.quiet {
        let record = format!("milepost new gate --project {} --id {}", r.project.id, r.gate.id);
        writeln!(out, "\nthe gate is passed by a gate record alone: `{}`", visible(&record))?;
    }
    Ok(())
}

fn line(row: &Requirement, wide: usize, terminal: Terminal, out: &mut dyn Write) -> io::Result<()> {
    let mark = match row.mark {
        Mark::Done => "✔",
        Mark::Partial => "▲",
        Mark::Bad => "✖",
        Mark::Open => "○",
        Mark::None => "–",
    };
    let what = visible(&row.what);
    let space = " ".repeat(wide.saturating_sub(what.chars().count()));
    let mark = paint(terminal, row.fails(), mark);
    writeln!(out, "{mark} {what}{space}  {:2}  {}", row.needed, visible(&row.state))?;
    if row.met && row.why.is_empty() {
        return Ok(());
    }
    let who = if row.who.is_empty() { String::new() } else { format!(" ({})", row.who) };
    let at = format!("{}:{}:{}", row.path, row.at.line, row.at.column);
    writeln!(out, "    {}: {}{}", visible(&at), visible(&row.why), visible(&who))
}

fn paint(terminal: Terminal, bad: bool, words: &str) -> String {
    if terminal.colour && bad { format!("\u{1b}[1;91m{words}\u{1b}[0m") } else { words.to_owned() }
}

/// One object; the schema's name changes when a field changes its meaning.
fn json(r: &Readiness<'_>, p: &Portfolio, out: &mut dyn Write) -> io::Result<()> {
    let (met, all) = r.counted();
    let rows: Vec<serde_json::Value> = r
        .rows
        .iter()
        .map(|row| {
            serde_json::json!({
                "requirement": row.what,
                "needed": row.needed,
                "counts": row.counts(),
                "met": row.met,
                "state": row.state,
                "who": row.who,
                "why": row.why,
                "path": &*row.path,
                "line": row.at.line,
                "column": row.at.column,
            })
        })
        .collect();
    let decision = r.decided.as_ref().map(|d| {
        serde_json::json!({
            "decision": d.document.fields.text("decision"),
            "date": d.date.map(|day| day.to_string()),
            "by": approvers(p, r.project, d),
            "path": &*d.document.path,
        })
    });
    let value = serde_json::json!({
        "schema": "milepost-gate-1",
        "as_of": p.as_of.to_string(),
        "project": &*r.project.id,
        "phase": r.project.phase().map(|ph| &*ph.id),
        "gate": &*r.gate.id,
        "title": &*r.gate.title,
        "ready": r.verdict() != Verdict::NotReady,
        "result": r.verdict().words(),
        "met": met,
        "of": all,
        "percent": r.percent().show(1),
        "decided": r.decided.as_ref().and_then(|d| d.document.fields.text("decision")),
        "decision": decision,
        "coming": r.coming,
        "requirements": rows,
    });
    serde_json::to_writer_pretty(&mut *out, &value).map_err(io::Error::from)?;
    writeln!(out)
}
