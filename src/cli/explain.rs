//! `explain`: what a rule finds, why it matters, an example and its mend.

use super::arguments::Explain;
use super::stop::Outcome;
use super::terminal::Terminal;
use crate::error::Error;
use crate::measures::kpi::Kpi;
use crate::measures::kpis::KPIS;
use crate::rules::reference::{self, Line};
use crate::rules::{self, Rule, numbers, suppress};
use crate::text::{nearest, visible};
use std::io::{self, Write};

/// Where lines of prose end, in characters.
const WIDTH: usize = 80;

pub(super) fn run(args: &Explain, terminal: Terminal) -> Outcome {
    if args.reference {
        terminal.result(|out| out.write_all(reference::page().as_bytes()))?;
        return Ok(0);
    }
    let Some(name) = &args.rule else {
        terminal.result(list)?;
        return Ok(0);
    };
    let found = match rules::find(name) {
        Some(rule) => vec![rule],
        None => numbers::rules(name)
            .map(|names| names.iter().filter_map(|name| rules::find(name)).collect())
            .unwrap_or_default(),
    };
    if !found.is_empty() {
        terminal.result(|out| {
            for (i, rule) in found.iter().enumerate() {
                if i > 0 {
                    writeln!(out, "\n{}\n", "-".repeat(WIDTH))?;
                }
                explain(rule, out)?;
            }
            Ok(())
        })?;
        return Ok(0);
    }
    if let Some(kpi) = KPIS.iter().find(|kpi| kpi.id.eq_ignore_ascii_case(name)) {
        terminal.result(|out| indicator(kpi, out))?;
        return Ok(0);
    }
    let error = Error::usage(format!("unknown rule `{}`", visible(name)));
    let ids = numbers::NUMBERS.iter().map(|(number, _)| *number).chain(KPIS.iter().map(|k| k.id));
    let help = match nearest(name, rules::all().map(|rule| rule.name).chain(ids)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`milepost explain` lists the rules".into(),
    };
    Err(error.help(help).into())
}

/// An indicator, for those who ask by its number.
fn indicator(kpi: &Kpi, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}  {}\n\n{}\n", kpi.id, kpi.title, wrapped(kpi.question))?;
    writeln!(out, "{}\n", wrapped(&format!("Computed: {}", kpi.formula)))?;
    writeln!(out, "{}\n", wrapped(&format!("No value: {}", kpi.missing)))?;
    let limits = format!(
        "An indicator, not a rule: it is shown on the site and makes no finding. Its limits are \
         set in `[kpis.{}]` of `book.toml`.",
        kpi.name
    );
    writeln!(out, "{}", wrapped(&limits))
}

fn list(out: &mut dyn Write) -> io::Result<()> {
    let mut all: Vec<&Rule> = rules::all().collect();
    all.sort_by_key(|rule| rule.name);
    let width = all.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    for rule in all {
        writeln!(out, "{:width$}  {}", rule.name, rule.summary)?;
    }
    Ok(())
}

fn explain(rule: &Rule, out: &mut dyn Write) -> io::Result<()> {
    let number = numbers::of(rule.name).map(|n| format!(" ({n})")).unwrap_or_default();
    writeln!(out, "{}{number}\n\n{}\n", rule.name, wrapped(rule.summary))?;
    let severity = wrapped(&format!("Severity: {}.", reference::defaults(rule.defaults)));
    writeln!(out, "{}\n\n{severity}", wrapped(rule.why))?;
    for (title, files) in [("Found in", rule.example), ("Mended", rule.remedy)] {
        if files.is_empty() {
            continue;
        }
        writeln!(out, "\n{title}:")?;
        for line in reference::files(files) {
            match line {
                Line::File(path) => writeln!(out, "  {path}")?,
                Line::Text("") => writeln!(out)?,
                Line::Text(line) => writeln!(out, "    {}", visible(line))?,
            }
        }
    }
    if let Some(text) = reference::configured(rule) {
        writeln!(out, "\nSet its severity in `book.toml`:")?;
        indented(&text, out)?;
    }
    match reference::accepted(rule) {
        Some(text) => {
            let how = format!(
                "Accept a finding in the front matter of its document, or in its register or item \
                 (at least {} characters, at most {} days ahead):",
                suppress::REASON,
                suppress::AHEAD
            );
            writeln!(out, "\n{}", wrapped(&how))?;
            indented(&text, out)?;
        }
        None => writeln!(out, "\nA document cannot accept its findings.")?,
    }
    Ok(())
}

fn indented(text: &str, out: &mut dyn Write) -> io::Result<()> {
    text.lines().try_for_each(|line| writeln!(out, "    {line}"))
}

/// A paragraph broken into lines.
fn wrapped(text: &str) -> String {
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}
