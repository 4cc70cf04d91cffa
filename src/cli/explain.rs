//! `explain`: what a rule finds, why it matters, an example and its mend.

use super::arguments::Explain;
use super::stop::Outcome;
use super::terminal::Terminal;
use crate::error::Error;
use crate::finding::Severity;
use crate::rules::{self, Defaults, Rule};
use crate::text::{nearest, visible};
use std::io::{self, Write};

/// Where lines of prose end, in characters.
const WIDTH: usize = 80;

pub(super) fn run(args: &Explain, terminal: Terminal) -> Outcome {
    let Some(name) = &args.rule else {
        terminal.result(list)?;
        return Ok(0);
    };
    let Some(rule) = rules::find(name) else {
        let error = Error::usage(format!("unknown rule `{}`", visible(name)));
        let help = match nearest(name, rules::all().map(|rule| rule.name)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`milepost explain` lists the rules".into(),
        };
        return Err(error.help(help).into());
    };
    terminal.result(|out| explain(rule, out))?;
    Ok(0)
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
    writeln!(out, "{}\n\n{}\n", rule.name, wrapped(rule.summary))?;
    writeln!(out, "{}\n\nSeverity: {}", wrapped(rule.why), severity(rule.defaults))?;
    for (title, files) in [("Found in", rule.example), ("Mended", rule.remedy)] {
        if files.is_empty() {
            continue;
        }
        writeln!(out, "\n{title}:")?;
        for line in files.trim_end().lines() {
            let line = match line.strip_prefix("=== ") {
                Some(path) => format!("  {path}"),
                None if line.is_empty() => String::new(),
                None => format!("    {}", line.trim_end_matches("# ^").trim_end()),
            };
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

fn severity(defaults: Defaults) -> String {
    let tiers = |by: [Severity; 3]| {
        if by[0] == by[1] && by[1] == by[2] {
            by[0].name().to_owned()
        } else {
            let [first, second, third] = by.map(Severity::name);
            format!("{first} in the tier with most control, then {second}, then {third}")
        }
    };
    match defaults {
        Defaults::Flat(severity) => severity.name().into(),
        Defaults::Graded(big, small) if big == small => tiers(big),
        Defaults::Graded(big, small) => {
            format!("{}; in the lesser case {}", tiers(big), tiers(small))
        }
        Defaults::Due => "deny when due in a phase that has passed, warn in the current phase \
                          (note in the first); note where the project does not run"
            .into(),
    }
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
